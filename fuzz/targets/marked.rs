//! Marked articles: each stands where it is said to, and what is read of marks is written and
//! read the same.
#![no_main]

use gazetted::marked::{articles, mark, sections, unmark};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &str| {
    for (line, article) in articles(file) {
        let first = article.lines().map(str::trim).find(|line| !line.is_empty());
        assert_eq!(file.lines().nth(line - 1).map(str::trim), first, "line {line}");
        let (title, body) = sections(article);
        for section in [title, body] {
            match unmark(section) {
                Ok((text, marks)) => {
                    assert!(marks.iter().all(|(span, _)| text.get(span.begin as usize..span.end as usize).is_some()));
                    assert_eq!(unmark(&mark(&text, &marks)), Ok((text, marks)));
                }
                Err(problem) => assert!(!problem.is_empty()),
            }
        }
    }
});
