//! Building a layer: entries come in, in portions, and are packed and cut into words at once, so
//! that no more is in memory than the layer needs, and a portion.

use std::sync::Arc;

use rayon::prelude::*;

use super::{
    Entries, Layer, LayerError,
    case::{case_of, common_words},
    entries::MAX_BYTES,
    refuse,
};
use crate::{
    gazetteer::{BadLine, Entry, Files, GazetteerVersion, Record},
    matcher::{CutSpellings, MatcherBuilder, MatcherError},
    text::Words,
};

/// Entries that one core works on at a time.
const PORTION: usize = 1024;

/// Collects entries for a [`Layer`].
#[derive(Debug, Default)]
pub struct LayerBuilder {
    matcher: MatcherBuilder,
    entries: Entries,
}

/// Entries made ready on one core.
struct Portion {
    names: CutSpellings,
    packed: Vec<u8>,
    /// Where each record ends in `packed`.
    ends: Vec<usize>,
}

impl LayerBuilder {
    /// Adds entries, on all cores.
    ///
    /// # Errors
    /// When a name has no word or too many, or there is no room for more.
    pub fn add(&mut self, entries: &[Entry]) -> Result<(), LayerError> {
        let portions = entries.par_chunks(PORTION).map(portion).collect::<Result<Vec<_>, _>>()?;
        for (portion, entries) in portions.into_iter().zip(entries.chunks(PORTION)) {
            let mut begin = 0;
            for (entry, &end) in entries.iter().zip(&portion.ends) {
                if !self.entries.push(&Record::of(entry), &portion.packed[begin..end]) {
                    return Err(LayerError::TooLarge { bytes: MAX_BYTES + 1, limit: MAX_BYTES });
                }
                begin = end;
            }
            self.matcher.append(portion.names);
        }
        Ok(())
    }

    /// The layer.
    #[must_use]
    pub fn finish(self, version: GazetteerVersion) -> Layer {
        let LayerBuilder { matcher, mut entries } = self;
        let (matcher, ()) = rayon::join(|| matcher.build(), || entries.index());
        Layer { version, matcher, entries, hides: Vec::new() }
    }
}

fn portion(entries: &[Entry]) -> Result<Portion, MatcherError> {
    let common = common_words();
    let mut portion = Portion { names: CutSpellings::default(), packed: Vec::new(), ends: Vec::new() };
    for entry in entries {
        for alias in &entry.aliases {
            let words = Words::read(&alias.text);
            portion.names.add(&words, case_of(alias, &words, entry.entity_type, common))?;
        }
        Record::of(entry).pack(&mut portion.packed);
        portion.ends.push(portion.packed.len());
    }
    Ok(portion)
}

/// Compiles files while they are read.
pub(super) fn read(files: &Files) -> Result<Layer, LayerError> {
    let mut builder = LayerBuilder::default();
    let (mut added, mut problems) = (Ok(()), Vec::new());
    // Where entries stand, to name the places of those that have the same id.
    let (mut begins, mut lines) = (Vec::<(usize, Arc<str>)>::new(), Vec::<u32>::new());
    let version = files.read(|block| {
        if begins.last().is_none_or(|(_, file)| *file != block.file) {
            begins.push((lines.len(), block.file.clone()));
        }
        lines.extend(block.lines.iter().map(|&line| line as u32));
        problems.extend(block.problems);
        if added.is_ok() {
            added = builder.add(&block.entries);
        }
    })?;
    added?;
    let layer = builder.finish(version);
    let place = |number: u32| {
        let number = number as usize;
        let file = &begins[begins.partition_point(|&(begin, _)| begin <= number) - 1].1;
        (file.to_string(), lines[number] as usize)
    };
    problems.extend(layer.entries.twins().map(|(earlier, later)| {
        let ((file, line), (first_file, first_line)) = (place(later), place(earlier));
        let problem = format!("{:?} is already at {first_file}:{first_line}", layer.entries.record(later).id);
        BadLine { file, line, field: "id".to_owned(), problem }
    }));
    refuse(problems)?;
    Ok(layer)
}
