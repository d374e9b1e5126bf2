//! The lowest floor: text becomes words.
//!
//! [`Words::read`] cuts a section into words, each with its [`Span`] in the original, its
//! folded form, its [`Shape`], the [`Joint`] before it and what kind of line and sentence
//! position it stands in. Nothing here knows what a name is.

mod abbreviations;
mod fold;
mod offsets;
mod shape;
mod words;

pub use fold::{fold, fold_into};
pub use offsets::{OffsetUnit, Offsets};
pub use shape::Shape;
pub use words::{Joint, Word, Words};

/// A half-open range of UTF-8 byte offsets into the original text of one section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Where it begins.
    pub begin: u32,
    /// Where it ends, exclusive.
    pub end: u32,
}

impl Span {
    /// The part of `text` that the span covers.
    ///
    /// # Panics
    /// When the span is not one of this text's.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        &text[self.begin as usize..self.end as usize]
    }

    /// Whether the two share at least one byte.
    #[must_use]
    pub fn overlaps(self, other: Span) -> bool {
        self.begin < other.end && other.begin < self.end
    }

    /// Whether `other` lies within.
    #[must_use]
    pub fn contains(self, other: Span) -> bool {
        self.begin <= other.begin && other.end <= self.end
    }
}
