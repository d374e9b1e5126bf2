//! Gazetteers: lists of known names, and lists of clues.
//!
//! An [`Entry`] is one known entity with its aliases; a [`Gazetteer`] is a named, versioned,
//! digested set of them. The
//! format is in `docs/gazetteer-format.md`. Nothing here searches text: that is the matcher.

mod clues;
mod continents;
mod diff;
mod draft;
mod export;
mod files;
mod format;
pub mod import;
mod lint;
mod record;
mod whole;

use std::{fmt, path::PathBuf, str::FromStr};

pub use clues::{ClueClass, ClueList};
pub use continents::continent;
pub use diff::{Change, Diff, MeaningChange, diff};
pub use draft::{Draft, Place};
pub use export::{export_csv, export_spacy};
pub use files::{Block, Files};
pub(crate) use files::{hexadecimal, is_hidden};
pub use format::About;
pub(crate) use format::DEFAULT_WEIGHT;
pub use lint::{Finding, Severity, lint};
pub use record::{AliasRecord, Record};
pub use whole::{Gazetteer, GazetteerVersion};

use crate::text::Words;

/// What kind of thing an entity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EntityType {
    /// A human being.
    Person,
    /// A body of people: company, party, ministry, club, armed group.
    Organization,
    /// A place.
    Location,
    /// A named happening.
    Event,
}

impl EntityType {
    /// All four, in the order in which they are always listed.
    pub const ALL: [EntityType; 4] = [Self::Person, Self::Organization, Self::Location, Self::Event];

    /// The name in capitals, as in files and evaluation sets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Organization => "ORGANIZATION",
            Self::Location => "LOCATION",
            Self::Event => "EVENT",
        }
    }
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for EntityType {
    type Err = String;

    /// Reads the name or a usual abbreviation (PER, ORG, LOC, GPE), in any case.
    fn from_str(name: &str) -> Result<Self, String> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "PERSON" | "PER" | "PERS" => Self::Person,
            "ORGANIZATION" | "ORGANISATION" | "ORG" => Self::Organization,
            "LOCATION" | "LOC" | "GPE" => Self::Location,
            "EVENT" | "EVT" | "EVE" => Self::Event,
            _ => return Err(format!("{name:?} is no entity type: PERSON, ORGANIZATION, LOCATION or EVENT")),
        })
    }
}

/// The id of an entry: readable, stable, unique in its gazetteer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[serde(transparent)]
pub struct EntryId(String);

impl EntryId {
    /// A text as an id. Whether it is one is told by [`Entry::problems`].
    #[must_use]
    pub fn new(text: impl Into<String>) -> EntryId {
        EntryId(text.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How an alias names its entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AliasKind {
    /// As its name or an equal one.
    #[default]
    Name,
    /// By an acronym.
    Acronym,
    /// By a short form, such as a surname.
    Short,
    /// By a former name.
    Former,
    /// By a common misspelling.
    Misspelling,
    /// By the adjective or the people of a place.
    Demonym,
}

impl AliasKind {
    /// All kinds.
    pub const ALL: [AliasKind; 6] =
        [Self::Name, Self::Acronym, Self::Short, Self::Former, Self::Misspelling, Self::Demonym];

    /// The name in lower case, as in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Acronym => "acronym",
            Self::Short => "short",
            Self::Former => "former",
            Self::Misspelling => "misspelling",
            Self::Demonym => "demonym",
        }
    }
}

/// How strictly the capitals of an alias are held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CaseRule {
    /// As the alias, or all capitals; stricter for acronyms and common words.
    #[default]
    Smart,
    /// Letter for letter.
    Exact,
    /// Any case.
    Ignore,
}

impl CaseRule {
    /// The name in lower case, as in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Smart => "smart",
            Self::Exact => "exact",
            Self::Ignore => "ignore",
        }
    }
}

/// A name of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The name as it is written.
    pub text: String,
    /// How it names the entry.
    pub kind: AliasKind,
    /// How strictly its capitals are held to.
    pub case: CaseRule,
}

/// A point on the Earth, in degrees north and east.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

/// One known entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// Its type.
    pub entity_type: EntityType,
    /// A finer type, such as "city"; may be empty.
    pub kind: String,
    /// Its names; the first is the canonical one. Never empty.
    pub aliases: Vec<Alias>,
    /// ISO 3166-1 alpha-2 code of its country; may be empty.
    pub country: String,
    /// Where it is.
    pub coordinates: Option<Coordinates>,
    /// First day of an event: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; may be empty.
    pub begin: String,
    /// Last day of an event; may be empty.
    pub end: String,
    /// Lower-case words that tend to stand near the name.
    pub context: Vec<String>,
    /// Entries that tend to be named in the same article.
    pub related: Vec<EntryId>,
    /// Ids elsewhere, as (source, id), sorted by source.
    pub links: Vec<(String, String)>,
    /// How often the news names it, 0 to 1.
    pub weight: f32,
}

impl Entry {
    /// The canonical name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.aliases[0].text
    }

    /// All that keeps it from being an entry of the format, as (field, problem); the fields are
    /// named as in the file, such as `aliases[2]`.
    #[must_use]
    pub fn problems(&self) -> Vec<(String, String)> {
        let mut problems = format::check(self);
        let bytes = self.to_line().len();
        if bytes > format::MAX_LINE {
            problems.push((String::new(), format!("has {bytes} bytes as a line; the limit is {}", format::MAX_LINE)));
        }
        problems
    }

    /// The entry as a line of the format, without a line feed.
    #[must_use]
    pub fn to_line(&self) -> String {
        format::write_line(self)
    }

    /// Reads a line of the format; its values are not checked.
    ///
    /// # Errors
    /// With what is wrong with the line.
    pub fn from_line(line: &str) -> Result<Entry, String> {
        format::read_line(line).map_err(|(field, problem)| format!("{field}: {problem}"))
    }
}

/// A name as the matcher sees it: its folded words. Two names of one form find the same.
fn form(name: &str) -> String {
    let words = Words::read(name);
    (0..words.len()).map(|word| words.folded(word)).collect::<Vec<_>>().join(" ")
}

/// Why a gazetteer could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum GazetteerError {
    /// A file or directory could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// A directory without a single `.jsonl` file.
    #[error("{}: no .jsonl file below this directory", path.display())]
    Empty {
        /// The directory.
        path: PathBuf,
    },
    /// The manifest is not as it should be.
    #[error("{file}: {problem}")]
    Manifest {
        /// The manifest's file.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Lines that are not good entries: all of them.
    #[error("{}", list(.0))]
    Lines(Vec<BadLine>),
}

/// A line that is not a good entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The file, as it was named to us.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The field, such as `aliases[2].kind`; empty when the line as a whole is bad.
    pub field: String,
    /// What is wrong, with the value and the limit.
    pub problem: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.problem)
    }
}

fn list(lines: &[BadLine]) -> String {
    lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
