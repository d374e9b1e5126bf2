//! Where an import puts what it has read: entries that our format can hold go out as lines;
//! whatever is skipped or left out is logged with its place and counted by its reason.
//!
//! Memory does not grow with the input, but for eight bytes or so an entry: the digests of the
//! ids, since an id given twice would spoil the list. Knows no foreign format.

use std::{
    collections::BTreeMap,
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io::{self, Write},
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Entry, EntryId, ImportError, format};
use crate::{gazetteer::continent, text::fold};

/// Places that a report shows of each reason.
const SHOWN: usize = 3;

/// Why a line gave no entry, or a lesser one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// The line is not as its format wants it.
    Malformed,
    /// An entry with this id was there before.
    Duplicate,
    /// Our format has no way to say it.
    Unsupported,
    /// It is of a class that the table of types does not have.
    NoType,
    /// It has no name in the languages that were chosen.
    NoName,
    /// The user's choice leaves it out.
    NotChosen,
    /// A name, date or other part that an entry cannot hold; the entry itself was written.
    LeftOut,
}

impl Reason {
    /// Whether the input is to blame: it is not what it should be, and something is lost.
    #[must_use]
    pub fn is_bad(self) -> bool {
        matches!(self, Self::Malformed | Self::Duplicate)
    }

    /// What happened, for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "skipped: malformed",
            Self::Duplicate => "skipped: id given before",
            Self::Unsupported => "skipped: nothing like it in our format",
            Self::NoType => "skipped: of no type of ours",
            Self::NoName => "skipped: no name in the chosen languages",
            Self::NotChosen => "skipped: not chosen",
            Self::LeftOut => "parts left out of entries",
        }
    }
}

/// What was skipped for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: u64,
    /// The first few, as `file:line: field: problem`.
    pub first: Vec<String>,
}

/// What came of an import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Lines or records read.
    pub lines: u64,
    /// Records that gave further names to the entry before.
    pub joined: u64,
    /// Entries written.
    pub entries: u64,
    /// Names of them.
    pub names: u64,
    /// What was skipped, by reason.
    pub tallies: BTreeMap<Reason, Tally>,
}

impl Report {
    /// Whether some of the input was bad.
    #[must_use]
    pub fn is_flawed(&self) -> bool {
        self.tallies.keys().any(|reason| reason.is_bad())
    }
}

/// Something that was skipped.
#[derive(Debug)]
pub(super) struct Skip {
    reason: Reason,
    field: String,
    problem: String,
}

impl Skip {
    pub(super) fn new(reason: Reason, field: impl Into<String>, problem: impl Into<String>) -> Skip {
        Skip { reason, field: field.into(), problem: problem.into() }
    }

    pub(super) fn malformed(field: impl Into<String>, problem: impl Into<String>) -> Skip {
        Skip::new(Reason::Malformed, field, problem)
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.problem)
    }
}

/// Takes entries and complaints.
pub(super) struct Sink<'a> {
    file: String,
    out: &'a mut dyn Write,
    log: &'a mut dyn Write,
    /// Digests of the ids.
    ids: FxHashSet<u64>,
    /// How often each numbered id was given out, by its digest.
    numbers: FxHashMap<u64, u32>,
    report: Report,
}

impl<'a> Sink<'a> {
    pub(super) fn new(file: &str, out: &'a mut dyn Write, log: &'a mut dyn Write) -> Sink<'a> {
        let (ids, numbers, report) = (FxHashSet::default(), FxHashMap::default(), Report::default());
        Sink { file: file.to_owned(), out, log, ids, numbers, report }
    }

    /// From here on, lines are those of another file.
    pub(super) fn enter(&mut self, file: &str) -> String {
        std::mem::replace(&mut self.file, file.to_owned())
    }

    /// The file that is read now.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// Another line or record was read.
    pub(super) fn line(&mut self) {
        self.report.lines += 1;
    }

    /// The record read last gave further names to the entry before.
    pub(super) fn join(&mut self) {
        self.report.joined += 1;
    }

    /// The input ends at this line, unreadable.
    pub(super) fn unreadable(&self, line: u64, source: io::Error) -> ImportError {
        ImportError::Read { file: format!("{}:{line}", self.file), source }
    }

    /// Writes an entry whose id the source made unique.
    pub(super) fn add(&mut self, line: u64, mut entry: Entry) -> Result<(), ImportError> {
        match refine(&mut entry) {
            Ok(left_out) => left_out.iter().try_for_each(|skip| self.skip(line, skip))?,
            Err(skip) => return self.skip(line, &skip),
        }
        if !self.ids.insert(digest(entry.id.as_str())) {
            let problem = format!("{:?} was given before", entry.id.as_str());
            return self.skip(line, &Skip::new(Reason::Duplicate, "id", problem));
        }
        let text = format::write_line(&entry);
        if text.len() > format::MAX_LINE {
            let problem = format!("{} bytes as an entry; the limit is {}", text.len(), format::MAX_LINE);
            return self.skip(line, &Skip::malformed("", problem));
        }
        self.report.entries += 1;
        self.report.names += entry.aliases.len() as u64;
        writeln!(self.out, "{text}").map_err(ImportError::Write)
    }

    /// Writes an entry whose id was made of its name, numbered when others have the same.
    pub(super) fn add_numbered(&mut self, line: u64, mut entry: Entry) -> Result<(), ImportError> {
        let name = entry.id.clone();
        let number = self.numbers.entry(digest(name.as_str())).or_default();
        loop {
            *number += 1;
            if *number > 1 {
                entry.id = EntryId(format!("{name}-{number}"));
            }
            // Another name may end in the number.
            if !self.ids.contains(&digest(entry.id.as_str())) {
                break;
            }
        }
        self.add(line, entry)
    }

    /// Logs and counts what was skipped.
    pub(super) fn skip(&mut self, line: u64, skip: &Skip) -> Result<(), ImportError> {
        let message = one_line(&format!("{}:{line}: {skip}", self.file));
        writeln!(self.log, "{message}").map_err(ImportError::Report)?;
        let tally = self.report.tallies.entry(skip.reason).or_default();
        tally.count += 1;
        if tally.first.len() < SHOWN {
            tally.first.push(message);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Report, ImportError> {
        self.out.flush().map_err(ImportError::Write)?;
        self.log.flush().map_err(ImportError::Report)?;
        Ok(self.report)
    }
}

/// A message without line breaks and other control characters: foreign keys and ids may hold any.
fn one_line(message: &str) -> String {
    message.chars().fold(String::with_capacity(message.len()), |mut line, c| {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
        line
    })
}

/// Takes out of an entry what the format cannot hold, and gives it back; an entry that cannot be
/// held at all is a skip.
fn refine(entry: &mut Entry) -> Result<Vec<Skip>, Skip> {
    if let Some(problem) = format::name_problem(entry.name()) {
        return Err(Skip::malformed("name", problem));
    }
    let mut left_out = Vec::new();
    let mut seen = FxHashSet::default();
    entry.aliases.retain(|alias| {
        // A name that differs in accents only would find nothing new.
        let new = seen.insert((fold(&alias.text), capitals(&alias.text), alias.kind));
        let problem = format::name_problem(&alias.text).filter(|_| new);
        let keep = new && problem.is_none();
        left_out.extend(problem.map(|problem| Skip::new(Reason::LeftOut, "alias", problem)));
        keep
    });
    if !entry.country.is_empty() && continent(&entry.country).is_none() {
        let problem = format!("{:?} is no ISO 3166-1 alpha-2 code in use", entry.country);
        left_out.push(Skip::new(Reason::LeftOut, "country", problem));
        entry.country.clear();
    }
    entry.links.sort();
    entry.links.dedup_by(|later, earlier| later.0 == earlier.0);
    match format::check(entry).into_iter().next() {
        Some((field, problem)) => Err(Skip::malformed(field, problem)),
        None => Ok(left_out),
    }
}

/// Where a name has capitals, and what stands between its words: all that folding takes away but
/// the accents.
fn capitals(name: &str) -> String {
    let mark = |c: char| match c {
        '\u{300}'..='\u{36f}' => None,
        '’' => Some('\''),
        _ if c.is_uppercase() => Some('A'),
        _ if c.is_alphanumeric() => Some('a'),
        _ => Some(c),
    };
    name.chars().filter_map(mark).collect()
}

fn digest(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::{EntityType, import};

    #[test]
    fn a_complaint_is_one_line() {
        let (mut out, mut log) = (Vec::new(), Vec::new());
        let mut sink = Sink::new("x", &mut out, &mut log);
        sink.skip(3, &Skip::malformed("labels.a\nb", "é\r\u{1b}")).unwrap();
        let report = sink.finish().unwrap();
        let expected = r"x:3: labels.a\nb: é\r\u{1b}";
        assert_eq!(String::from_utf8(log).unwrap(), format!("{expected}\n"));
        assert_eq!(report.tallies[&Reason::Malformed].first, [expected]);
    }

    #[test]
    fn a_name_that_ends_in_a_number_keeps_its_id() {
        let (mut out, mut log) = (Vec::new(), Vec::new());
        let mut sink = Sink::new("x", &mut out, &mut log);
        for name in ["Velm 2", "Velm", "Velm", "Velm", "Velm 2"] {
            let id = import::id(EntityType::Location, name, "");
            sink.add_numbered(1, import::entry(EntityType::Location, "", id, name)).unwrap();
        }
        assert_eq!(sink.finish().unwrap().entries, 5);
        let out = String::from_utf8(out).unwrap();
        let ids = out.lines().map(|line| line.split('"').nth(3).unwrap()).collect::<Vec<_>>();
        assert_eq!(
            ids,
            ["location/velm-2", "location/velm", "location/velm-3", "location/velm-4", "location/velm-2-2"]
        );
    }
}
