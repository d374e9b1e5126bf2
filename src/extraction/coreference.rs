//! Coreference
use rustc_hash::FxHashMap;

use super::{
    Entity, Mention, Options,
    candidate::{Candidate, NameId, Rows},
    explanation::explain,
    lexicon::Lexicon,
    resolution::Decided,
};
use crate::gazetteer::{AliasKind, EntityType};

pub(super) fn propose(rows: &Rows<'_>, candidates: &mut Vec<Candidate>, _lexicon: &Lexicon) {
    number(rows, candidates);
}

/// What makes two candidates the same name.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Entry(u32),
    Unlisted(EntityType, String),
}

fn number(rows: &Rows<'_>, candidates: &mut [Candidate]) {
    let mut names = FxHashMap::default();
    for candidate in candidates {
        let key = match candidate.entry_number() {
            Some(entry) => Key::Entry(entry),
            None => Key::Unlisted(candidate.entity_type, rows.surface(candidate.place)),
        };
        let next = NameId(names.len() as u32);
        candidate.name = *names.entry(key).or_insert(next);
    }
}

/// Gathers decided mentions into entities, in the order of their first mentions, and leaves
/// out what the options do not want.
pub(super) fn group<'l>(
    rows: &Rows<'_>,
    decided: Vec<Decided>,
    lexicon: &'l Lexicon,
    options: &Options,
) -> Vec<Entity<'l>> {
    let mut places: FxHashMap<NameId, usize> = FxHashMap::default();
    let mut entities: Vec<Entity<'l>> = Vec::new();
    for Decided { candidate, others } in decided {
        let text = rows.text(candidate.place);
        let confidence = candidate.confidence();
        if !options.wants(candidate.entity_type)
            || confidence < options.min_confidence
            || !options.unlisted_names && !candidate.is_listed()
            || !options.demonyms && candidate.kind == AliasKind::Demonym
            || options.suppressed.contains(text)
        {
            continue;
        }
        let mention = Mention {
            section: candidate.place.section,
            span: rows.span(candidate.place),
            kind: candidate.kind,
            confidence,
            explanation: options.explain.then(|| explain(&candidate, rows, lexicon)),
        };
        let entity = *places.entry(candidate.name).or_insert_with(|| {
            let entry = candidate.entry(lexicon);
            entities.push(Entity {
                entity_type: candidate.entity_type,
                name: entry.map_or_else(|| tidy(text), |e| e.name().to_owned()),
                entry,
                confidence: 0.0,
                salience: 0.0,
                mentions: Vec::new(),
                begin: entry.map_or_else(String::new, |e| e.begin.clone()),
                end: entry.map_or_else(String::new, |e| e.end.clone()),
                alternatives: Vec::new(),
                explanation: None,
            });
            entities.len() - 1
        });
        let entity = &mut entities[entity];
        entity.confidence = entity.confidence.max(confidence);
        if entity.entry.is_none() && text.len() > entity.name.len() {
            entity.name = tidy(text);
        }
        if options.alternatives && entity.alternatives.is_empty() {
            let odds = |c: &Candidate| c.score.exp();
            let total = odds(&candidate) + others.iter().map(odds).sum::<f32>();
            let scored = others.iter().filter_map(|c| c.entry(lexicon).map(|e| (e, odds(c) / total)));
            entity.alternatives = scored.map(|(e, s)| (e, (s * 1000.0).round() / 1000.0)).collect();
        }
        entity.mentions.push(mention);
    }
    entities
}

/// A name as it is written, on one line and with single spaces.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
