//! The JSON-lines format: every line that is not blank is an entry or a problem, and an entry is
//! written as a line that reads back as the same entry.
#![no_main]

use std::collections::BTreeSet;

use gazetted::gazetteer::{Draft, GazetteerError};
use gazetted_fuzz::file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &[u8]| {
    let draft = match Draft::read(&file("entries.jsonl", content)) {
        Ok(draft) => draft,
        Err(GazetteerError::Read { .. }) => return assert!(str::from_utf8(content).is_err()),
        Err(other) => panic!("{other}"),
    };
    let content = str::from_utf8(content).expect("it was read");
    let speaks = |(_, line): &(usize, &str)| !line.trim().is_empty();
    let lines = content.lines().enumerate().filter(speaks).map(|(index, _)| index + 1).collect::<BTreeSet<_>>();
    let entries = draft.places.iter().map(|place| place.line).collect::<BTreeSet<_>>();
    let problems = draft.problems.iter().map(|problem| problem.line).collect::<BTreeSet<_>>();
    assert_eq!(&entries | &problems, lines, "{:#?}", draft.problems);
    assert_eq!((entries.len(), draft.places.len()), (draft.entries.len(), draft.entries.len()));
    assert!(draft.problems.iter().all(|problem| !problem.problem.is_empty()));

    let mut ids = BTreeSet::new();
    let unique = draft.entries.into_iter().filter(|entry| ids.insert(entry.id.clone())).collect::<Vec<_>>();
    let written = unique.iter().map(|entry| entry.to_line() + "\n").collect::<String>();
    assert_eq!(gazetted_fuzz::read_back(&written), unique);
});
