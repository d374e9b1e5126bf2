//! Marked articles: articles with their names marked in the text, for people to read and review.
//!
//! An article is `# Title`, an empty line and the body; the title may be missing. A mention is
//! marked `[Angela Merkel](person)`; after the type more may follow, such as an id. A literal
//! bracket or backslash stands behind a backslash. A file holds one article or several with a
//! line `---` between. Nothing here knows what the labels mean.

use std::iter;

use crate::text::Span;

/// The characters that end a line, here or elsewhere.
const LINE_END: [char; 2] = ['\r', '\n'];

/// A marked place: the span in the plain text, and what stands in the round brackets.
pub type Mark = (Span, String);

/// The articles of a file, each with the number of its first line, counted from 1.
pub fn articles(file: &str) -> impl Iterator<Item = (usize, &str)> {
    let (mut rest, mut line) = (Some(file), 1);
    let articles = iter::from_fn(move || {
        let (article, after) = cut(rest?);
        let first = line + article.lines().take_while(|l| l.trim().is_empty()).count();
        (rest, line) = (after, line + article.matches('\n').count() + 1);
        Some((first, article.trim_start_matches(LINE_END)))
    });
    articles.filter(|(_, article)| !article.trim().is_empty())
}

/// What stands before the first line `---`, and what after it, if there is one.
fn cut(text: &str) -> (&str, Option<&str>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end_matches(LINE_END) == "---" {
            return (&text[..at], Some(&text[at + line.len()..]));
        }
        at += line.len();
    }
    (text, None)
}

/// The title, which may be empty, and the body, both with their marks.
#[must_use]
pub fn sections(article: &str) -> (&str, &str) {
    let (title, body) = match article.strip_prefix("# ") {
        Some(rest) => rest.split_once('\n').unwrap_or((rest, "")),
        None => ("", article),
    };
    (title.trim_end_matches(LINE_END), body.trim_matches(LINE_END))
}

/// The text with marks written into it. The marks are sorted and do not overlap.
#[must_use]
pub fn mark(text: &str, marks: &[Mark]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for (span, label) in marks {
        escape(&text[at..span.begin as usize], &mut out);
        out.push('[');
        escape(span.of(text), &mut out);
        out.push_str("](");
        out.push_str(label);
        out.push(')');
        at = span.end as usize;
    }
    escape(&text[at..], &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '[' | ']' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}

/// The plain text, and the marks that were in it.
///
/// # Errors
/// A mark that is not closed, has no round brackets, or stands inside another.
pub fn unmark(written: &str) -> Result<(String, Vec<Mark>), String> {
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut open = None;
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.extend(rest.next()),
            '[' if open.is_some() => return Err("a mark inside a mark".to_owned()),
            '[' => open = Some(text.len() as u32),
            ']' => {
                let begin = open.take().ok_or("a closing bracket without an opening one")?;
                let label = rest.as_str().strip_prefix('(').ok_or("no round brackets after a mark")?;
                let (label, after) = label.split_once(')').ok_or("round brackets are never closed")?;
                marks.push((Span { begin, end: text.len() as u32 }, label.to_owned()));
                rest = after.chars();
            }
            _ => text.push(c),
        }
    }
    if open.is_some() {
        return Err("a bracket is never closed".to_owned());
    }
    Ok((text, marks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_round_trip_through_brackets_and_backslashes() {
        let plain = r"\ [KSTR.L] (x) [a](b) \[ ]] Kyiv";
        let place = (Span { begin: 28, end: 32 }, "location location/kyiv".to_owned());
        let written = mark(plain, std::slice::from_ref(&place));
        assert_eq!(written, r"\\ \[KSTR.L\] (x) \[a\](b) \\\[ \]\] [Kyiv](location location/kyiv)");
        assert_eq!(unmark(&written), Ok((plain.to_owned(), vec![place])));
    }

    #[test]
    fn marks_without_an_end_are_named() {
        for (bad, problem) in [
            ("a [b", "a bracket is never closed"),
            ("a ]b", "a closing bracket without an opening one"),
            ("[a [b](c)](d)", "a mark inside a mark"),
            ("[a] b", "no round brackets after a mark"),
            ("[a](b", "round brackets are never closed"),
        ] {
            assert_eq!(unmark(bad), Err(problem.to_owned()), "{bad}");
        }
    }

    #[test]
    fn articles_know_their_lines() {
        let file = "# A\n\nb\n---\n\n# C\n\nd\n";
        assert_eq!(articles(file).collect::<Vec<_>>(), [(1, "# A\n\nb\n"), (6, "# C\n\nd\n")]);
        assert_eq!(sections("# A\n\nb\n"), ("A", "b"));
        assert_eq!(sections("b\n\nc\n"), ("", "b\n\nc"));
    }

    #[test]
    fn lines_may_end_as_elsewhere() {
        let file = "# A\r\n\r\nb\r\nc\r\n---\r\n\r\n# C\r\n\r\nd --- e\r\n---";
        let found = articles(file).collect::<Vec<_>>();
        assert_eq!(found, [(1, "# A\r\n\r\nb\r\nc\r\n"), (7, "# C\r\n\r\nd --- e\r\n")]);
        assert_eq!(found.iter().map(|(_, a)| sections(a)).collect::<Vec<_>>(), [("A", "b\r\nc"), ("C", "d --- e")]);
    }
}
