//! Explanations: the signs of a decision, as text for people and as evidence for programs.

use super::{
    Entity,
    evidence::{Habits, weighed},
    lexicon::Lexicon,
    place::{Place, Rows},
    resolution::Decided,
    signs::Single,
};
use crate::gazetteer::Entry;

/// Signs told at most; the weakest are left out.
const MOST: usize = 12;

/// Why something was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// One sentence.
    pub summary: String,
    /// The evidence, strongest first.
    pub evidence: Vec<Evidence>,
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
    entry: Option<&Entry>,
    rows: &Rows<'_>,
    habits: &Habits,
    lexicon: &Lexicon,
) -> Reason {
    let row = rows.of(mention.place().section);
    let name = rows.text(mention.place());
    let found = weighed(row, mention.spot, habits, lexicon, mention.entity_type);
    let mut evidence = Vec::new();
    if let (Some(listed), Some(entry)) = (mention.listed, entry) {
        let alias = lexicon.entries()[listed.entry as usize].aliases.get(listed.alias as usize);
        let detail = format!("{:?} of {}", alias.map_or(name, |a| &a.text), entry.id);
        evidence.push(Evidence { rule: "alias", detail, weight: round(listed.fit) });
    }
    evidence.extend(found.into_iter().take(MOST).map(|(sign, weight, seen)| Evidence {
        rule: sign.name(),
        detail: seen.map_or_else(String::new, |(first, last)| format!("{:?}", rows.text(row.place(first, last)))),
        weight: round(weight),
    }));
    let summary = match (entry, full_name) {
        (Some(entry), Some((full, _))) => format!("{name:?} is short for {:?}, {}", rows.text(full), entry.id),
        (Some(entry), None) => format!("{name:?} is a listed name of {}", entry.id),
        (None, Some((full, _))) => format!("{name:?} is short for {:?} in this article", rows.text(full)),
        (None, None) => match evidence.iter().find(|e| e.weight > 0.0) {
            Some(first) if first.detail.is_empty() => format!("{name:?} was found by {}", first.rule),
            Some(first) => format!("{name:?} was found by {} at {}", first.rule, first.detail),
            None => format!("{name:?} was found"),
        },
    };
    Reason { explanation: Explanation { summary, evidence }, is_short: full_name.is_some() }
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
    let summary = match entity.entry {
        Some(entry) => format!("all are names of {}, {:?}", entry.id, entry.name()),
        None => format!("all are forms of {:?}, which no gazetteer has", entity.name),
    };
    Explanation { summary, evidence }
}
