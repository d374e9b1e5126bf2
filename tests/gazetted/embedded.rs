//! The default lexicon, compiled once for all tests of the binary.

use std::sync::{Arc, LazyLock};

use gazetted::{extraction::Lexicon, layer::Layer};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::stack([Arc::new(Layer::embedded())]));

/// The lexicon of the embedded gazetteers alone.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}
