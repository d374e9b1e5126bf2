//! The candidate: a run of words and one thing that it may mean, with the evidence.
//!
//! Evidence adds up in log-odds: weights from independent clues are summed, and the
//! logistic function of the sum is the confidence. All weights stand in the files that give
//! the evidence; see `rules.rs` for their scale.

use super::{Section, lexicon::Lexicon, row::Row};
use crate::{
    gazetteer::{Alias, AliasKind, EntityType, Entry},
    text::Span,
};

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

/// What a candidate may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Referent {
    /// The entry of this number, by its alias of this number.
    Listed { entry: u32, alias: u32 },
    /// Something that no gazetteer has.
    Unlisted,
}

/// One piece of evidence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clue {
    /// The rule that gives it.
    pub(super) rule: &'static str,
    /// Its weight in log-odds.
    pub(super) weight: f32,
    /// The words that it saw, if any.
    pub(super) seen: Option<Place>,
}

/// A run of words and one thing that it may mean.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) place: Place,
    pub(super) entity_type: EntityType,
    pub(super) referent: Referent,
    pub(super) kind: AliasKind,
    pub(super) clues: Vec<Clue>,
    pub(super) score: f32,
    /// The place of the full name of which this is a short form.
    pub(super) full_name: Option<Place>,
    /// Which of the article's names it is; candidates of one entity share it. Given by
    /// coreference.
    pub(super) name: NameId,
}

/// The number of a distinct name in an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NameId(pub(super) u32);

impl Candidate {
    pub(super) fn new(place: Place, entity_type: EntityType, referent: Referent, kind: AliasKind) -> Self {
        Candidate {
            place,
            entity_type,
            referent,
            kind,
            clues: Vec::new(),
            score: 0.0,
            full_name: None,
            name: NameId(0),
        }
    }

    /// Adds evidence.
    pub(super) fn add(&mut self, rule: &'static str, weight: f32, seen: Option<Place>) {
        self.clues.push(Clue { rule, weight, seen });
        self.score += weight;
    }

    /// The same, for chains.
    pub(super) fn with(mut self, rule: &'static str, weight: f32, seen: Option<Place>) -> Self {
        self.add(rule, weight, seen);
        self
    }

    /// How sure, 0 to 1, rounded to a thousandth.
    pub(super) fn confidence(&self) -> f32 {
        let logistic = 1.0 / (1.0 + (-self.score).exp());
        (logistic * 1000.0).round() / 1000.0
    }

    pub(super) fn is_listed(&self) -> bool {
        self.referent != Referent::Unlisted
    }

    pub(super) fn entry<'l>(&self, lexicon: &'l Lexicon) -> Option<&'l Entry> {
        match self.referent {
            Referent::Listed { entry, .. } => Some(&lexicon.entries()[entry as usize]),
            Referent::Unlisted => None,
        }
    }

    pub(super) fn alias<'l>(&self, lexicon: &'l Lexicon) -> Option<&'l Alias> {
        match self.referent {
            Referent::Listed { entry, alias } => Some(&lexicon.entries()[entry as usize].aliases[alias as usize]),
            Referent::Unlisted => None,
        }
    }

    /// The number of the entry.
    pub(super) fn entry_number(&self) -> Option<u32> {
        match self.referent {
            Referent::Listed { entry, .. } => Some(entry),
            Referent::Unlisted => None,
        }
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

    pub(super) fn span(&self, place: Place) -> Span {
        self.of(place.section).words.span(place.first..place.last + 1)
    }

    pub(super) fn text(&self, place: Place) -> &'t str {
        self.span(place).of(self.of(place.section).words.text())
    }

    /// The folded words with single spaces between.
    pub(super) fn surface(&self, place: Place) -> String {
        let row = self.of(place.section);
        (place.first..=place.last).map(|i| row.folded(i)).collect::<Vec<_>>().join(" ")
    }
}
