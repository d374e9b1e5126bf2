//! A place: a run of words of a section.

use super::{Section, row::Row};
use crate::text::Span;

/// A run of words of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) section: Section,
    /// Index of the first word.
    pub(super) first: usize,
    /// Index of the last word, inclusive.
    pub(super) last: usize,
}

impl Place {
    pub(super) fn overlaps(self, other: Place) -> bool {
        self.section == other.section && self.first <= other.last && other.first <= self.last
    }

    pub(super) fn contains(self, other: Place) -> bool {
        self.section == other.section && self.first <= other.first && other.last <= self.last
    }

    pub(super) fn words(self) -> usize {
        self.last - self.first + 1
    }
}

/// The rows of an article's sections.
pub(super) struct Rows<'t> {
    pub(super) title: Row<'t>,
    pub(super) body: Row<'t>,
}

impl<'t> Rows<'t> {
    pub(super) fn of(&self, section: Section) -> &Row<'t> {
        match section {
            Section::Title => &self.title,
            Section::Body => &self.body,
        }
    }

    pub(super) fn both(&self) -> [&Row<'t>; 2] {
        [&self.title, &self.body]
    }

    /// The span of a place, with the full stop of an abbreviation that ends it: "Acme Inc.".
    pub(super) fn span(&self, place: Place) -> Span {
        let row = self.of(place.section);
        let mut span = row.words.span(place.first..place.last + 1);
        let abbreviated = place.first < place.last
            && matches!(row.folded(place.last), "jr" | "sr" | "jnr" | "inc" | "corp" | "co" | "ltd" | "bros" | "cos");
        if abbreviated && row.after(place.last).starts_with('.') {
            span.end += 1;
        }
        span
    }

    pub(super) fn text(&self, place: Place) -> &'t str {
        self.span(place).of(self.of(place.section).words.text())
    }
}
