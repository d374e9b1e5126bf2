//! Linking: which of several entries with the same name the article means.
//!
//! A first version: prior, context words, related entries and the country of the article's
//! other names.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    candidate::{Candidate, Place, Rows},
    lexicon::Lexicon,
};

const CONTEXT: f32 = 0.8;
const RELATED: f32 = 0.8;
const COUNTRY: f32 = 0.6;

/// Adds the evidence of the article to listed candidates that share their place with others.
pub(super) fn weigh(rows: &Rows<'_>, candidates: &mut [Candidate], lexicon: &Lexicon) {
    let mut at_place: FxHashMap<Place, Vec<usize>> = FxHashMap::default();
    for (index, candidate) in candidates.iter().enumerate().filter(|(_, c)| c.is_listed()) {
        at_place.entry(candidate.place).or_default().push(index);
    }
    let mut clear = FxHashSet::default();
    let mut countries: FxHashMap<&str, u32> = FxHashMap::default();
    for indices in at_place.values() {
        if let [index] = indices[..]
            && let Some(number) = candidates[index].entry_number()
            && clear.insert(number)
        {
            *countries.entry(lexicon.entries()[number as usize].country.as_str()).or_default() += 1;
        }
    }
    countries.remove("");
    let mut ambiguous = at_place.into_iter().filter(|(_, indices)| indices.len() > 1).collect::<Vec<_>>();
    if ambiguous.is_empty() {
        return;
    }
    ambiguous.sort_unstable();
    let present = rows.both().into_iter().flat_map(|row| (0..row.len()).map(|i| row.folded(i)));
    let present = present.collect::<FxHashSet<_>>();
    for index in ambiguous.into_iter().flat_map(|(_, indices)| indices) {
        let Some(number) = candidates[index].entry_number() else { continue };
        let entry = &lexicon.entries()[number as usize];
        let spoken = |phrase: &&String| phrase.split(' ').all(|word| present.contains(word));
        match entry.context.iter().filter(spoken).count() {
            0 => {}
            n => candidates[index].add("context-words", CONTEXT * n.min(2) as f32, None),
        }
        match lexicon.related(number).iter().filter(|n| clear.contains(n)).count() {
            0 => {}
            n => candidates[index].add("related-entries", RELATED * n.min(2) as f32, None),
        }
        if countries.contains_key(entry.country.as_str()) {
            candidates[index].add("same-country", COUNTRY, None);
        }
    }
}
