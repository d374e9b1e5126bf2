//! Explanations: the signs of a decision, as text for people and as evidence for programs.

use super::{
    Entity,
    evidence::weighed,
    habits::Habits,
    lexicon::Lexicon,
    place::{Place, Rows},
    resolution::Decided,
    signs::Single,
    spot::Spot,
};
use crate::gazetteer::{EntityType, Record};

/// Signs told at most; the weakest are left out.
const MOST: usize = 12;
/// Rejected readings told at most.
const MOST_REJECTED: usize = 4;
/// Readings less probable than this are not told.
const SLIGHT: f32 = 0.005;

/// Why something was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// One sentence.
    pub summary: String,
    /// The evidence, strongest first.
    pub evidence: Vec<Evidence>,
    /// Readings of the same words that were rejected, likeliest first.
    pub rejected: Vec<Rejected>,
}

/// A reading that was weighed and not chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejected {
    /// The words that would have been the name.
    pub text: String,
    /// The type that it would have had.
    pub entity_type: EntityType,
    /// Its probability.
    pub probability: f32,
    /// The sign that speaks most against it; empty where none does.
    pub against: &'static str,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The sign that gives it; stable between releases.
    pub rule: &'static str,
    /// What it saw.
    pub detail: String,
    /// Its weight in log-odds.
    pub weight: f32,
}

/// The explanation of a mention, and whether it was found as a short form.
pub(super) struct Reason {
    pub(super) explanation: Explanation,
    pub(super) is_short: bool,
}

/// Explains a mention.
pub(super) fn explain(
    mention: &Decided<'_>,
    full_name: Option<(Place, Single)>,
    entry: Option<&Record<'_>>,
    rows: &Rows<'_>,
    spots: &[Spot],
    habits: &Habits,
    lexicon: &Lexicon,
) -> Reason {
    let row = rows.of(mention.place().section);
    let name = rows.text(mention.place());
    let found = weighed(row, mention.spot, habits, lexicon, mention.entity_type);
    let mut evidence = Vec::new();
    if let (Some(listed), Some(entry)) = (mention.listed, entry) {
        let alias = lexicon.record(listed.entry).aliases.get(listed.alias as usize).map(|alias| alias.text);
        let detail = format!("{:?} of {}", alias.unwrap_or(name), entry.id);
        evidence.push(Evidence { rule: "alias", detail, weight: round(listed.fit) });
    }
    evidence.extend(found.into_iter().take(MOST).map(|(sign, weight, seen)| Evidence {
        rule: sign.name(),
        detail: seen.map_or_else(String::new, |(first, last)| format!("{:?}", rows.text(row.place(first, last)))),
        weight: round(weight),
    }));
    if mention.spot.forced.is_some() {
        evidence.insert(0, Evidence { rule: "forced", detail: format!("{name:?}"), weight: 0.0 });
    }
    let summary = match (entry, full_name) {
        _ if mention.spot.forced.is_some() => format!("{name:?} was given by the caller"),
        (Some(entry), Some((full, _))) => format!("{name:?} is short for {:?}, {}", rows.text(full), entry.id),
        (Some(entry), None) => format!("{name:?} is a listed name of {}", entry.id),
        (None, Some((full, _))) => format!("{name:?} is short for {:?} in this article", rows.text(full)),
        (None, None) => match evidence.iter().find(|e| e.weight > 0.0) {
            Some(first) if first.detail.is_empty() => format!("{name:?} was found by {}", first.rule),
            Some(first) => format!("{name:?} was found by {} at {}", first.rule, first.detail),
            None => format!("{name:?} was found"),
        },
    };
    let rejected = rejected(mention, rows, spots, habits, lexicon);
    Reason { explanation: Explanation { summary, evidence, rejected }, is_short: full_name.is_some() }
}

/// The likeliest other readings of the words of a mention.
fn rejected(
    mention: &Decided<'_>,
    rows: &Rows<'_>,
    spots: &[Spot],
    habits: &Habits,
    lexicon: &Lexicon,
) -> Vec<Rejected> {
    let place = mention.place();
    // A name has at most sixteen words, so that none that overlaps begins earlier.
    let first = Place { first: place.first.saturating_sub(16), last: 0, ..place };
    let near = &spots[spots.partition_point(|s| s.place < first)..];
    let near = near.iter().take_while(|s| s.place.section == place.section && s.place.first <= place.last);
    let mut found = Vec::new();
    for spot in near.filter(|s| s.place.overlaps(place)) {
        for (entity_type, probability) in EntityType::ALL.into_iter().zip(spot.chances) {
            let chosen = spot.place == place && entity_type == mention.entity_type;
            if !chosen && probability >= SLIGHT {
                found.push((spot, entity_type, probability));
            }
        }
    }
    found.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.place.cmp(&b.0.place)));
    let told = found.into_iter().take(MOST_REJECTED).map(|(spot, entity_type, probability)| {
        let signs = weighed(rows.of(spot.place.section), spot, habits, lexicon, entity_type);
        let against = signs.iter().find(|(_, weight, _)| *weight < 0.0).map_or("", |(sign, ..)| sign.name());
        Rejected {
            text: rows.text(spot.place).to_owned(),
            entity_type,
            probability: (probability * 1000.0).round() / 1000.0,
            against,
        }
    });
    told.collect()
}

fn round(weight: f32) -> f32 {
    (weight * 100.0).round() / 100.0
}

/// Explains why mentions were taken together: by the first of them, and by each that is short
/// for a fuller name.
pub(super) fn explain_entity(entity: &Entity<'_>, reasons: &[Reason]) -> Explanation {
    let mut evidence: Vec<Evidence> = Vec::new();
    for found in reasons.iter().flat_map(|r| &r.explanation.evidence) {
        if !evidence.iter().any(|e| e.rule == found.rule && e.detail == found.detail) {
            evidence.push(found.clone());
        }
    }
    evidence.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    let summary = match &entity.entry {
        Some(entry) => format!("all are names of {}, {:?}", entry.id, entry.name()),
        None => format!("all are forms of {:?}, which no gazetteer has", entity.name),
    };
    Explanation { summary, evidence, rejected: Vec::new() }
}
