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

/// Collects words for an [`Alphabet`] and counts them.
#[derive(Debug, Default)]
pub(super) struct AlphabetBuilder {
    numbers: FxHashMap<Box<str>, u32>,
    counts: Vec<u32>,
}

impl AlphabetBuilder {
    /// Counts a word and returns its number, in the order in which words first came.
    pub(super) fn add(&mut self, folded: &str) -> u32 {
        if let Some(&number) = self.numbers.get(folded) {
            self.counts[number as usize] += 1;
            return number;
        }
        let number = self.counts.len() as u32;
        self.numbers.insert(folded.into(), number);
        self.counts.push(1);
        number
    }

    /// Gives ids, the most frequent word first; of equally frequent ones the one that came
    /// first, so that the same words in the same order always give the same alphabet.
    /// Returns the ids by number too.
    pub(super) fn build(self) -> Result<(Alphabet, Vec<WordId>), MatcherError> {
        let words = self.counts.len();
        if words >= LIMIT {
            return Err(MatcherError::TooManyWords { words, limit: LIMIT - 1 });
        }
        let mut order = (0..words as u32).collect::<Vec<_>>();
        order.sort_by_key(|&number| std::cmp::Reverse(self.counts[number as usize]));
        let mut ids = vec![WordId::UNKNOWN; words];
        for (rank, number) in order.into_iter().enumerate() {
            ids[number as usize] = WordId(rank as u32 + 1);
        }
        let named = self.numbers.into_iter().map(|(word, number)| (word, ids[number as usize]));
        Ok((Alphabet { ids: named.collect() }, ids))
    }
}

impl Alphabet {
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
        let mut builder = AlphabetBuilder::default();
        assert_eq!(["a", "b", "b"].map(|word| builder.add(word)), [0, 1, 1]);
        let (alphabet, ids) = builder.build().unwrap();
        assert_eq!(ids, [WordId(2), WordId(1)]);
        assert_eq!(alphabet.id("b"), WordId(1));
        assert_eq!(alphabet.id("c"), WordId::UNKNOWN);
        assert_eq!(WordId(0xD7FF).code(), '\u{D7FF}');
        assert_eq!(WordId(0xD800).code(), '\u{E000}');
        assert_eq!(WordId(LIMIT as u32 - 1).code(), '\u{10FFFF}');
    }
}
