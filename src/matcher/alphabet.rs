//! The private alphabet: folded words to numbers.

use rustc_hash::FxHashMap;

/// The id of a word in an [`Alphabet`]; all unknown words have the same, [`WordId::UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WordId(u32);

impl WordId {
    /// Any word that the alphabet does not have.
    pub const UNKNOWN: WordId = WordId(0);

    /// The id as an index, from 0 to [`Alphabet::len`] - 1.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Ids of folded words, numbered from 1 in the order in which they came.
#[derive(Debug, Default)]
pub struct Alphabet {
    ids: FxHashMap<Box<str>, WordId>,
}

impl Alphabet {
    /// The id of a folded word; a new one if it has none.
    pub(super) fn add(&mut self, folded: &str) -> WordId {
        if let Some(&id) = self.ids.get(folded) {
            return id;
        }
        let id = WordId(self.len() as u32);
        self.ids.insert(folded.into(), id);
        id
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
    fn words_are_numbered_as_they_come_and_the_rest_is_unknown() {
        let mut alphabet = Alphabet::default();
        assert_eq!(["a", "b", "a"].map(|word| alphabet.add(word).index()), [1, 2, 1]);
        assert_eq!((alphabet.id("b"), alphabet.id("c"), alphabet.len()), (WordId(2), WordId::UNKNOWN, 3));
    }
}
