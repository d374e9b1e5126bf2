//! What every import promises, whatever it reads: it ends, every line is accounted for, and what
//! it writes is a gazetteer.

use std::io::Cursor;

use gazetted::gazetteer::{
    Draft, Entry,
    import::{self, Format, ImportError, Reason, Report},
};

use crate::file;

/// What came of an import.
#[derive(Debug, PartialEq, Eq)]
pub struct Imported {
    /// The counts.
    pub report: Report,
    /// The entries, a line each.
    pub out: String,
    /// What was skipped, a line each.
    pub log: String,
}

impl Imported {
    /// Lines that gave no entry; parts left out of entries do not count.
    pub fn skipped(&self) -> u64 {
        let whole = self.report.tallies.iter().filter(|(reason, _)| **reason != Reason::LeftOut);
        whole.map(|(_, tally)| tally.count).sum()
    }
}

/// Imports and holds what is true of every format.
pub fn import(format: &Format, input: &[u8]) -> Result<Imported, ImportError> {
    let (mut out, mut log) = (Vec::new(), Vec::new());
    let report = import::import(format, "in", Cursor::new(input), &mut out, &mut log)?;
    let text = |bytes| String::from_utf8(bytes).expect("all that is written is UTF-8");
    let imported = Imported { report, out: text(out), log: text(log) };

    let report = &imported.report;
    let tallied = report.tallies.values().map(|tally| tally.count).sum::<u64>();
    assert_eq!(imported.log.split_terminator('\n').count() as u64, tallied, "a line of the report a complaint");
    assert!(report.tallies.values().all(|tally| tally.first.len() as u64 == tally.count.min(3)));
    assert!(report.entries + imported.skipped() <= report.lines, "no line counts twice: {report:?}");

    let entries = read_back(&imported.out);
    assert_eq!(entries.len() as u64, report.entries);
    assert_eq!(entries.iter().map(|entry| entry.aliases.len() as u64).sum::<u64>(), report.names);
    Ok(imported)
}

/// Whether input begins like one of the archives that are unpacked.
pub fn is_packed(input: &[u8]) -> bool {
    [&b"\x1f\x8b"[..], b"BZh", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"].iter().any(|magic| input.starts_with(magic))
}

/// Of text with a line a record: every line that `speaks` gives an entry or a complaint.
pub fn every_line_counts(input: &[u8], imported: &Imported, speaks: impl Fn(&str) -> bool) {
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let lines = || input.split(|byte| *byte == b'\n');
    let speaking = lines().filter(|line| str::from_utf8(line).is_ok_and(&speaks) || str::from_utf8(line).is_err());
    assert_eq!(imported.report.entries + imported.skipped(), speaking.count() as u64, "{imported:#?}");
}

/// Reads entries as users do, from a file: all of them are good, and are written as they were.
pub fn read_back(lines: &str) -> Vec<Entry> {
    let draft = Draft::read(&file("written.jsonl", lines)).expect("the file can be read");
    assert!(draft.problems.is_empty(), "{:#?}", draft.problems);
    assert!(draft.entries.iter().map(Entry::to_line).eq(lines.lines()), "{lines}");
    draft.entries
}
