//! The default lexicon, compiled once for all tests of the binary.

use std::sync::{Arc, LazyLock};

use gazetted::{defaults, extraction::Lexicon};

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::stack([Arc::new(defaults::layer())]));

/// The lexicon of the embedded gazetteers alone.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}
