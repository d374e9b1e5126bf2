//! Linking: which of several entries with the same name the article means.
//!
//! Prior, context words, related entries, and the country of the article's other names. None of
//! them is an answer: the John Smith of the article need not be the listed one. Types
//! are not weighed against each other here: that is for `readings`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    lexicon::Lexicon,
    place::{Place, Rows},
    signs::Single,
    spot::Spot,
};
use crate::gazetteer::{AliasKind, ClueClass, EntityType};

const PRIOR: f32 = 3.0;
const CONTEXT: f32 = 0.8;
const RELATED: f32 = 0.8;
const COUNTRY: f32 = 0.6;
/// Weight up to which a person is not so well known that a common name alone means them.
const OBSCURE: f32 = 0.25;

/// Puts the best fitting entries of every spot first, and gives the spot the signs of its best.
///
/// With `article` false the prior alone decides.
pub(super) fn weigh(rows: &Rows<'_>, spots: &mut [Spot], lexicon: &Lexicon, article: bool) {
    let mut clear = FxHashSet::default();
    let mut countries: FxHashMap<[u8; 2], u32> = FxHashMap::default();
    for spot in spots.iter() {
        if let [only] = spot.listed[..]
            && clear.insert(lexicon.facts(only.entry).id)
        {
            *countries.entry(lexicon.facts(only.entry).country).or_default() += 1;
        }
    }
    countries.remove(&[0; 2]);
    // The lowest bit is that of the beginning of a phrase.
    let mut present = FxHashSet::default();
    for row in rows.both() {
        present.reserve(row.len());
        present.extend(row.hashes().map(|hash| hash & !1));
    }
    for spot in spots.iter_mut().filter(|s| !s.listed.is_empty()) {
        let Place { section, first, last } = spot.place;
        let row = rows.of(section);
        let common = first + 1 == last && row.is(first, ClueClass::GivenName) && row.is(last, ClueClass::Surname);
        let mut signs = (0, 0);
        let mut best = f32::MIN;
        for listed in &mut spot.listed {
            let entry = lexicon.facts(listed.entry);
            if !article {
                listed.fit += PRIOR * entry.weight;
                continue;
            }
            let phrases = lexicon.context(listed.entry).chunk_by(|_, next| next & 1 == 0);
            let spoken = |phrase: &&[u64]| phrase.iter().all(|word| present.contains(&(word & !1)));
            let context = phrases.filter(spoken).count().min(2);
            let related = lexicon.related(listed.entry).iter().filter(|n| clear.contains(n)).count().min(2);
            let country = countries.get(&entry.country).is_some_and(|&n| n > 1 || !clear.contains(&entry.id));
            listed.fit += PRIOR * entry.weight
                + CONTEXT * context as f32
                + RELATED * related as f32
                + if country { COUNTRY } else { 0.0 };
            // Who is told by what stands near the name, and has nothing of it near: somebody else,
            // when many are called so. Lists that do not tell want their names found.
            let is_told = !lexicon.context(listed.entry).is_empty() && entry.weight <= OBSCURE;
            let has_support = context + related > 0 || country;
            listed.doubtful = is_told && !has_support && entry.entity_type == EntityType::Person && common;
            if listed.kind != AliasKind::Demonym && listed.fit > best {
                best = listed.fit;
                signs = (context, related);
            }
        }
        spot.listed.sort_by(|a, b| {
            let demonym = |kind| kind == AliasKind::Demonym;
            demonym(a.kind)
                .cmp(&demonym(b.kind))
                .then(b.fit.total_cmp(&a.fit))
                .then((a.entry, a.alias).cmp(&(b.entry, b.alias)))
        });
        for (sign, count) in [(Single::Context, signs.0), (Single::Related, signs.1)] {
            if count > 0 {
                spot.add(sign, count as f32, None);
            }
        }
    }
}
