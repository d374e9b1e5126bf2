//! A gazetteer as it was read: its entries with the places where they stand, and what is wrong.
//!
//! Files come from disk or from the binary; every bad line is kept, so that all are told at
//! once. A service wants a [`Gazetteer`], which has no bad line and forgets the places; a lint
//! wants the draft.

use std::{fmt, path::Path, sync::Arc};

use rustc_hash::FxHashMap;

use super::{BadLine, Entry, Files, Gazetteer, GazetteerError, GazetteerVersion};

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named to us.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What was read of a gazetteer.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Which gazetteer it is.
    pub version: GazetteerVersion,
    /// The good entries, in the order of the files.
    pub entries: Vec<Entry>,
    /// The place of each entry.
    pub places: Vec<Place>,
    /// All that keeps it from being a gazetteer, in the order of files and lines.
    pub problems: Vec<BadLine>,
}

impl Draft {
    /// Reads a `.jsonl` file, or a directory with a `manifest.toml` and any number of them.
    ///
    /// # Errors
    /// When something cannot be read at all; bad lines are problems of the draft.
    pub fn read(path: &Path) -> Result<Draft, GazetteerError> {
        Self::of(&Files::at(path)?)
    }

    /// Reads files.
    ///
    /// # Errors
    /// When something cannot be read at all; bad lines are problems of the draft.
    pub fn of(files: &Files) -> Result<Draft, GazetteerError> {
        let (mut entries, mut places, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        let version = files.read(|block| {
            places.extend(block.lines.into_iter().map(|line| Place { file: block.file.clone(), line }));
            entries.extend(block.entries);
            problems.extend(block.problems);
        })?;
        let mut draft = Draft { version, entries, places, problems };
        draft.check_unique();
        draft.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Ok(draft)
    }

    /// The gazetteer, when the draft has no problem.
    ///
    /// # Errors
    /// With *all* bad lines.
    pub fn finish(self) -> Result<Gazetteer, GazetteerError> {
        if self.problems.is_empty() {
            Ok(Gazetteer { version: self.version, entries: self.entries })
        } else {
            Err(GazetteerError::Lines(self.problems))
        }
    }

    /// Adds a problem for each id that occurs twice.
    fn check_unique(&mut self) {
        let mut first = FxHashMap::default();
        for (entry, place) in self.entries.iter().zip(&self.places) {
            if let Some(earlier) = first.get(&entry.id) {
                let problem = format!("{:?} is already at {earlier}", entry.id.as_str());
                let (file, line) = (place.file.to_string(), place.line);
                self.problems.push(BadLine { file, line, field: "id".to_owned(), problem });
            } else {
                first.insert(&entry.id, place);
            }
        }
    }
}
