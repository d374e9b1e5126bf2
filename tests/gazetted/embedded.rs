//! The default lexicon, compiled once for all tests of the binary.

use std::sync::LazyLock;

use gazetted::{
    extraction::Lexicon,
    gazetteer::{Gazetteer, Layers},
};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::new(Layers::stack(vec![Gazetteer::embedded()])).expect("the embedded gazetteers fit the matcher")
});

/// The lexicon of the embedded gazetteers alone.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}
