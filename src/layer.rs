//! The layer: a gazetteer compiled for lookup.
//!
//! It is the bridge between the gazetteer, which knows what names mean but not how to find
//! them, and the matcher, which finds spellings without knowing what they are. It is built
//! once, never changes, and is shared between threads and between the lexicons that lie it on
//! others. It weighs nothing: that is for the extraction.

mod build;
mod case;
mod entries;
mod file;

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

pub use build::LayerBuilder;
pub(crate) use case::{common_words, upper_mask};
pub use entries::{Entries, Facts, id_hash};

use crate::{
    gazetteer::{AliasKind, BadLine, EntryId, Files, Gazetteer, GazetteerError, GazetteerVersion},
    matcher::{Hit, Matcher, MatcherError},
    text::Words,
};

/// Why a layer could not be made.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// The gazetteer is not as it should be.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerError),
    /// A name cannot be matched.
    #[error(transparent)]
    Matcher(#[from] MatcherError),
    /// More than can be numbered.
    #[error("the gazetteer has {bytes} bytes of entries; the limit is {limit}")]
    TooLarge {
        /// Its bytes.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// A compiled file is not as it should be.
    #[error("{}: {problem}", path.display())]
    Compiled {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
}

/// A name of an entry at a run of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    /// Index of the first word.
    pub first: u32,
    /// Index of the last word, inclusive.
    pub last: u32,
    /// Number of the entry.
    pub entry: u32,
    /// Number of its alias.
    pub alias: u32,
    /// How it names the entry.
    pub kind: AliasKind,
}

/// A gazetteer compiled for lookup.
#[derive(Debug)]
pub struct Layer {
    version: GazetteerVersion,
    matcher: Matcher,
    entries: Entries,
    /// Ids whose entries in lower layers are out of force.
    hides: Vec<EntryId>,
}

impl Layer {
    /// Compiles a gazetteer. Linear in its names, but for sorting them.
    ///
    /// # Errors
    /// When it cannot be compiled; an entry that passed the format's checks always can.
    pub fn compile(gazetteer: Gazetteer) -> Result<Layer, LayerError> {
        let mut builder = LayerBuilder::default();
        builder.add(&gazetteer.entries)?;
        Ok(builder.finish(gazetteer.version))
    }

    /// Loads a `.jsonl` file, a directory with a `manifest.toml` and any number of them, or a
    /// file of what [`Layer::pack`] gave.
    ///
    /// # Errors
    /// When something cannot be read, or with *all* bad lines.
    pub fn load(path: &Path) -> Result<Layer, LayerError> {
        if file::is_compiled(path) { file::load(path) } else { Self::read(&Files::at(path)?) }
    }

    /// Compiles files of a gazetteer, while they are read.
    ///
    /// # Errors
    /// When something cannot be read, or with *all* bad lines.
    pub fn read(files: &Files) -> Result<Layer, LayerError> {
        build::read(files)
    }

    /// Reads what [`Layer::pack`] gave. `path` is where it came from, for messages.
    ///
    /// # Errors
    /// When it is no compiled gazetteer, of another version, damaged, or does not hold together.
    pub fn unpack(bytes: &[u8], path: &Path) -> Result<Layer, LayerError> {
        file::unpack(bytes).map_err(|problem| LayerError::Compiled { path: path.to_owned(), problem })
    }

    /// The layer as the bytes of a compiled file.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        file::pack(self)
    }

    /// The same layer that also takes entries of lower layers out of force.
    #[must_use]
    pub fn hiding(self, ids: Vec<EntryId>) -> Layer {
        Layer { hides: ids, ..self }
    }

    /// Which gazetteer it is.
    #[must_use]
    pub fn version(&self) -> &GazetteerVersion {
        &self.version
    }

    /// Its entries.
    #[must_use]
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    /// How many names it has: canonical names and aliases.
    #[must_use]
    pub fn names(&self) -> usize {
        self.entries.names()
    }

    /// Every name at every place, overlapping ones too, in the order in which they end, the
    /// longest first. `hashes` are the word hashes of the words.
    #[must_use]
    pub fn names_in(&self, words: &Words<'_>, hashes: &[u64], any_case: bool) -> Vec<Named> {
        let find = if any_case { Matcher::hits_in_any_case } else { Matcher::hits };
        let hits = find(&self.matcher, words, hashes);
        hits.iter().map(|hit| self.named(hit)).collect()
    }

    /// The names that have just these words, in any case: (entry, alias) by number.
    pub fn names_of(&self, words: &Words<'_>) -> impl Iterator<Item = (u32, u32)> {
        self.matcher.spellings_of(words).map(|spelling| {
            let name = self.entries.name(spelling.0);
            (name.entry, name.alias)
        })
    }

    fn named(&self, hit: &Hit) -> Named {
        let name = self.entries.name(hit.spelling.0);
        Named { first: hit.first, last: hit.last, entry: name.entry, alias: name.alias, kind: name.kind }
    }

    /// The numbers of the entries that a higher layer takes out of force, by overriding or by
    /// hiding them. Linear in the smaller of both, times the logarithm of the larger.
    #[must_use]
    pub fn covered_by(&self, higher: &Layer) -> FxHashSet<u32> {
        let mut covered = self.entries.common(&higher.entries);
        covered.extend(higher.hides.iter().filter_map(|id| self.entries.find(id.as_str())));
        covered
    }

    /// Bytes on the heap, about.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.matcher.memory() + self.entries.memory()
    }
}

/// Bad lines as an error, if there are any.
fn refuse(mut problems: Vec<BadLine>) -> Result<(), LayerError> {
    if problems.is_empty() {
        return Ok(());
    }
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Err(GazetteerError::Lines(problems).into())
}
