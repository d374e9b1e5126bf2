//! The spot: a place that may be a name, with what is known of it until it is decided.

use super::{place::Place, signs::Sign};
use crate::{
    gazetteer::{AliasKind, EntityType},
    text::Span,
};

/// An entry that has a name at a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed {
    /// Number of the entry.
    pub(super) entry: u32,
    /// Number of its alias.
    pub(super) alias: u32,
    pub(super) kind: AliasKind,
    pub(super) entity_type: EntityType,
    /// Whether the name is meant, but probably somebody else of that name.
    pub(super) doubtful: bool,
    /// How well it fits the article, against other entries of the same name, in log-odds.
    pub(super) fit: f32,
}

/// A sign that a pattern or the article gives to a place, with the words that it saw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clue {
    pub(super) sign: Sign,
    /// How strong, 1 for a sign that is there or not.
    pub(super) value: f32,
    pub(super) seen: Option<Place>,
}

/// A place that may be a name.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) place: Place,
    /// The number of its words among those of all places; see [`super::habits::Habits`].
    pub(super) group: u32,
    /// Entries with this name, the best fitting of each type first; demonyms last.
    pub(super) listed: Vec<Listed>,
    pub(super) clues: Vec<Clue>,
    /// What the article says elsewhere, for the last reading.
    pub(super) told: Vec<Clue>,
    /// Summed weights for each type, in log-odds.
    pub(super) scores: [f32; 4],
    /// The scores for the last reading.
    pub(super) last: [f32; 4],
    /// The probability of each type.
    pub(super) chances: [f32; 4],
    /// What the caller says that it is, and where exactly.
    pub(super) forced: Option<(EntityType, Span)>,
}

impl Spot {
    pub(super) fn new(place: Place) -> Spot {
        Spot {
            place,
            group: u32::MAX,
            listed: Vec::new(),
            clues: Vec::new(),
            told: Vec::new(),
            scores: [0.0; 4],
            last: [0.0; 4],
            chances: [0.0; 4],
            forced: None,
        }
    }

    pub(super) fn add(&mut self, sign: impl Into<Sign>, value: f32, seen: Option<Place>) {
        let sign = sign.into();
        if !self.clues.iter().any(|clue| clue.sign == sign) {
            self.clues.push(Clue { sign, value, seen });
        }
    }

    /// Adds a sign of what the article says elsewhere.
    pub(super) fn tell(&mut self, sign: impl Into<Sign>, value: f32, seen: Option<Place>) {
        self.told.push(Clue { sign: sign.into(), value, seen });
    }

    /// The best fitting entry of a type, demonyms left out.
    pub(super) fn entry(&self, entity_type: EntityType) -> Option<&Listed> {
        self.listed.iter().find(|l| l.entity_type == entity_type && l.kind != AliasKind::Demonym)
    }

    /// Whether it is a listed name of the type in several words, no short form or acronym.
    pub(super) fn is_listed_in_full(&self, entity_type: EntityType) -> bool {
        let full = |kind| matches!(kind, AliasKind::Name | AliasKind::Former | AliasKind::Misspelling);
        self.place.words() > 1 && self.entry(entity_type).is_some_and(|listed| full(listed.kind))
    }

    /// The likeliest type and its probability.
    pub(super) fn best(&self) -> (EntityType, f32) {
        let mut best = (EntityType::Person, self.chances[0]);
        for (entity_type, chance) in EntityType::ALL.into_iter().zip(self.chances).skip(1) {
            if chance > best.1 {
                best = (entity_type, chance);
            }
        }
        best
    }
}

/// Sorts spots by place and joins those at the same place.
pub(super) fn merge(spots: &mut Vec<Spot>) {
    // By number, not by moving them: they are large.
    spots.sort_by_cached_key(|spot| spot.place);
    spots.dedup_by(|later, kept| {
        let same = later.place == kept.place;
        if same {
            kept.forced = kept.forced.or(later.forced);
            kept.listed.append(&mut later.listed);
            for clue in later.clues.drain(..) {
                kept.add(clue.sign, clue.value, clue.seen);
            }
        }
        same
    });
}
