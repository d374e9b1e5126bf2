//! Linking: which of several entries with the same name the article means.
//!
//! Prior, context words, related entries, and the country of the article's other names. Types
//! are not weighed against each other here: that is for `readings`.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{lexicon::Lexicon, place::Rows, row::key_of, signs::Single, spot::Spot};
use crate::{gazetteer::AliasKind, matcher::Alphabet, text::fold};

const PRIOR: f32 = 3.0;
const CONTEXT: f32 = 0.8;
const RELATED: f32 = 0.8;
const COUNTRY: f32 = 0.6;

/// Puts the best fitting entries of every spot first, and gives the spot the signs of its best.
///
/// With `article` false the prior alone decides.
pub(super) fn weigh(rows: &Rows<'_>, spots: &mut [Spot], lexicon: &Lexicon, article: bool) {
    let mut clear = FxHashSet::default();
    let mut countries: FxHashMap<&str, u32> = FxHashMap::default();
    for spot in spots.iter() {
        if let [only] = spot.listed[..]
            && clear.insert(only.entry)
        {
            *countries.entry(lexicon.entries()[only.entry as usize].country.as_str()).or_default() += 1;
        }
    }
    countries.remove("");
    let present = rows.both().into_iter().flat_map(|row| (0..row.len()).map(|i| row.key(i, i)));
    let present = present.collect::<FxHashSet<_>>();
    let alphabet = lexicon.matcher().alphabet();
    for spot in spots.iter_mut().filter(|s| !s.listed.is_empty()) {
        let mut signs = (0, 0);
        let mut best = f32::MIN;
        for listed in &mut spot.listed {
            let entry = &lexicon.entries()[listed.entry as usize];
            if !article {
                listed.fit += PRIOR * entry.weight;
                continue;
            }
            let context = entry.context.iter().filter(|phrase| is_spoken(phrase, &present, alphabet)).count().min(2);
            let related = lexicon.related(listed.entry).iter().filter(|n| clear.contains(n)).count().min(2);
            let country =
                countries.get(entry.country.as_str()).is_some_and(|&n| n > 1 || !clear.contains(&listed.entry));
            listed.fit += PRIOR * entry.weight
                + CONTEXT * context as f32
                + RELATED * related as f32
                + if country { COUNTRY } else { 0.0 };
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

/// Whether all words of a context phrase, which is in lower case, stand in the article.
fn is_spoken(phrase: &str, present: &FxHashSet<u64>, alphabet: &Alphabet) -> bool {
    phrase.split([' ', '-']).all(|word| {
        let key = if word.is_ascii() { key_of(word, alphabet) } else { key_of(&fold(word), alphabet) };
        present.contains(&key)
    })
}
