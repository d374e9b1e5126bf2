//! Salience: how much the article is about each entity.
//!
//! Mentions count with diminishing returns, more where they stand early, and double for an
//! entity of the headline; the most salient entity of an article has 1. Frequency, position
//! and headline are the features that carry most in J. Dunietz and D. Gillick, "A New Entity
//! Salience Task with Millions of Training Examples", EACL 2014; the weights are ours.

use super::{Entity, Section, place::Rows};

/// Sets the salience of every entity.
pub(super) fn weigh(rows: &Rows<'_>, entities: &mut [Entity<'_>]) {
    let length = rows.body.words.text().len().max(1) as f32;
    let raw = |entity: &Entity<'_>| {
        let mentions = (1.0 + entity.mentions.len() as f32).ln();
        let first = &entity.mentions[0];
        let early = match first.section {
            Section::Title => 2.0,
            Section::Body => 1.0 - 0.7 * first.span.begin as f32 / length,
        };
        mentions * early
    };
    let highest = entities.iter().map(raw).fold(f32::MIN_POSITIVE, f32::max);
    for entity in entities {
        entity.salience = (raw(entity) / highest * 1000.0).round() / 1000.0;
    }
}
