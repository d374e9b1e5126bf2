//! The default gazetteer: the lists of `gazetteers/`, which are in the binary.
//!
//! They are there twice: compiled, which is ready in some hundredths of a second, and as their files,
//! packed, for those who check, count and export them. Both are made by `build.rs`, which refuses
//! lists with a line that is no entry, or with an id twice. Clue lists are not among them: see
//! [`ClueList`](crate::gazetteer::ClueList).

use std::{io::Read as _, path::Path};

use flate2::read::GzDecoder;

use crate::{
    gazetteer::{Draft, Files, Gazetteer},
    layer::Layer,
};

/// The compiled lists, as [`Layer::pack`] gives them.
static COMPILED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/defaults.gaz"));

/// Every list and manifest below `gazetteers/`, as (path, packed content), sorted by path.
static PACKED: &[(&str, &[u8])] = &include!(concat!(env!("OUT_DIR"), "/defaults.rs"));

/// The default gazetteer, compiled. Some hundredths of a second.
///
/// # Panics
/// Never: it was made by the same code.
#[must_use]
pub fn layer() -> Layer {
    Layer::unpack(COMPILED, Path::new("the default gazetteer")).expect("it was compiled by this program")
}

/// The files of the default gazetteer. Unpacks them all.
///
/// # Panics
/// Never: they were packed when the program was built.
#[must_use]
pub fn files() -> Files {
    let unpacked = PACKED.iter().map(|&(path, packed)| {
        let mut content = Vec::new();
        GzDecoder::new(packed).read_to_end(&mut content).expect("it is whole");
        (path.to_owned(), content)
    });
    Files::in_memory("gazetteers", unpacked)
}

/// The default gazetteer as it was written. Parses all of it.
///
/// # Panics
/// Never: what does not parse does not get into the binary.
#[must_use]
pub fn gazetteer() -> Gazetteer {
    Draft::of(&files()).and_then(Draft::finish).expect("the lists are well formed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_lists_are_those_of_the_files() {
        assert!(Layer::read(&files()).unwrap().pack() == COMPILED);
    }
}
