//! The private alphabet: folded words to code points.

use rustc_hash::FxHashMap;

use super::MatcherError;

/// The id of a word in an [`Alphabet`]; all unknown words have the same, [`WordId::UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WordId(u32);

const SURROGATES: std::ops::Range<u32> = 0xD800..0xE000;

impl WordId {
    /// Any word that the alphabet does not have.
    pub const UNKNOWN: WordId = WordId(0);

    /// Its code point. Ids are numbered through; the surrogates, which are no characters,
    /// are stepped over.
    pub(super) fn code(self) -> char {
        let skip = if self.0 < SURROGATES.start { 0 } else { SURROGATES.end - SURROGATES.start };
        char::from_u32(self.0 + skip).unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// The id as an index, from 0 to [`Alphabet::len`] - 1.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Ids of folded words.
#[derive(Debug)]
pub struct Alphabet {
    ids: FxHashMap<Box<str>, WordId>,
}

/// Ids that there can be: all code points but the surrogates.
const LIMIT: usize = 0x11_0000 - 0x800;

impl Alphabet {
    /// Numbers words, the most frequent first; of equally frequent ones the alphabetically
    /// first, so that the same words always give the same alphabet.
    pub(super) fn new<'a>(words: impl Iterator<Item = &'a str>) -> Result<Alphabet, MatcherError> {
        let mut counts = FxHashMap::default();
        for word in words {
            *counts.entry(word).or_insert(0_u32) += 1;
        }
        if counts.len() >= LIMIT {
            return Err(MatcherError::TooManyWords { words: counts.len(), limit: LIMIT - 1 });
        }
        let mut order = counts.into_iter().collect::<Vec<_>>();
        order.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let ids = order.iter().enumerate().map(|(index, (word, _))| (Box::from(*word), WordId(index as u32 + 1)));
        Ok(Alphabet { ids: ids.collect() })
    }

    /// The id of a folded word.
    #[must_use]
    pub fn id(&self, folded: &str) -> WordId {
        self.ids.get(folded).copied().unwrap_or(WordId::UNKNOWN)
    }

    /// How many ids there are, the unknown one counted.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // never empty: the unknown word is always there
    pub fn len(&self) -> usize {
        self.ids.len() + 1
    }

    pub(super) fn memory(&self) -> usize {
        let words = self.ids.keys().map(|word| word.len()).sum::<usize>();
        words + self.ids.capacity() * (size_of::<(Box<str>, WordId)>() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_words_come_first_and_codes_step_over_surrogates() {
        let alphabet = Alphabet::new(["b", "a", "b"].into_iter()).unwrap();
        assert_eq!(alphabet.id("b"), WordId(1));
        assert_eq!(alphabet.id("c"), WordId::UNKNOWN);
        assert_eq!(WordId(0xD7FF).code(), '\u{D7FF}');
        assert_eq!(WordId(0xD800).code(), '\u{E000}');
        assert_eq!(WordId(LIMIT as u32 - 1).code(), '\u{10FFFF}');
    }
}
