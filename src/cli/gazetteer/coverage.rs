//! How much of what people have marked in texts is in lists of names.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::{
    cli::{
        CliError, colored,
        eval::{
            gold::{Document, Set},
            score::Mark,
        },
        table::Table,
    },
    extraction::{Lexicon, surface},
    gazetteer::{AliasKind, EntityType},
    text::{OffsetUnit, Offsets, Span},
};

/// What was counted of one type in one set.
#[derive(Debug, Default)]
struct Coverage {
    /// The distinct surface forms that are marked, each with the number of its mentions.
    marked: BTreeMap<String, usize>,
    /// Listed names that stand in the texts.
    hits: usize,
    /// Those that are marked so.
    right: usize,
}

/// Writes a table of the sets and the types that are marked in them.
pub(super) fn report(lexicon: &Lexicon, sets: &[Set], out: &mut String) -> Result<(), CliError> {
    let mut listed = HashSet::new();
    for record in lexicon.records() {
        let names = record.aliases.iter().filter(|alias| alias.kind != AliasKind::Demonym);
        listed.extend(names.map(|alias| (record.entity_type, surface(alias.text))));
    }
    let mut table = Table::new(&[
        "type",
        "set",
        ">marked names",
        ">listed",
        ">share",
        ">mentions",
        ">listed",
        ">share",
        ">listed names found",
        ">marked so",
        ">share",
    ]);
    for set in sets {
        for (entity_type, coverage) in count(lexicon, set)? {
            let is_listed = |name: &str| listed.contains(&(entity_type, name.to_owned()));
            let found = coverage.marked.iter().filter(|(name, _)| is_listed(name));
            let (names, mentions) = found.fold((0, 0), |(names, mentions), (_, count)| (names + 1, mentions + count));
            let triple = |part: usize, whole: usize| [whole.to_string(), part.to_string(), share(part, whole)];
            let figures = [
                triple(names, coverage.marked.len()),
                triple(mentions, coverage.marked.values().sum()),
                triple(coverage.right, coverage.hits),
            ];
            table.typed_row(entity_type, std::iter::once(set.file.clone()).chain(figures.into_iter().flatten()));
        }
    }
    table.render(colored(), out);
    Ok(())
}

fn share(part: usize, whole: usize) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1}%", 100.0 * part as f64 / whole as f64) }
}

/// Counts a set by type. What was not marked in the whole set was not looked for.
fn count(lexicon: &Lexicon, set: &Set) -> Result<BTreeMap<EntityType, Coverage>, CliError> {
    let mut counts = BTreeMap::<EntityType, Coverage>::new();
    let mut hits = Vec::new();
    for document in &set.documents {
        let Some(text) = &document.text else {
            return Err(CliError::Gold(format!("{}: document {:?} has no text", set.file, document.id)));
        };
        let offsets = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect::<Vec<_>>();
        for mark in &document.entities {
            let Ok(entity_type) = mark.kind.parse::<EntityType>() else { continue };
            let name = surface(&text[offsets[mark.start]..offsets[mark.end]]);
            *counts.entry(entity_type).or_default().marked.entry(name).or_default() += 1;
        }
        hits.extend(listed_names(lexicon, document, text));
    }
    for (entity_type, right) in hits {
        if let Some(coverage) = counts.get_mut(&entity_type) {
            coverage.hits += 1;
            coverage.right += usize::from(right);
        }
    }
    Ok(counts)
}

/// The listed names that stand in a text, but for those inside longer ones and those where the
/// markers took a mark away; each with its type and whether it is marked so.
fn listed_names(lexicon: &Lexicon, document: &Document, text: &str) -> Vec<(EntityType, bool)> {
    let offsets = Offsets::new(text, OffsetUnit::CodePoints);
    let hits = lexicon.names_in(text).into_iter().filter(|&(_, _, kind)| kind != AliasKind::Demonym);
    let hits = hits.map(|(span, entity_type, _)| (span, entity_type)).collect::<BTreeSet<_>>();
    let inside = |span: Span| hits.iter().any(|(other, _)| *other != span && other.contains(span));
    let mut names = Vec::new();
    for &(span, entity_type) in hits.iter().filter(|(span, _)| !inside(*span)) {
        let (start, end) = (offsets.convert(span.begin) as usize, offsets.convert(span.end) as usize);
        let right = document.entities.binary_search(&Mark { start, end, kind: entity_type.name().to_owned() }).is_ok();
        if right || !document.dropped.iter().any(|&(begin, until)| begin < end && start < until) {
            names.push((entity_type, right));
        }
    }
    names
}
