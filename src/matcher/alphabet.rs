//! The private alphabet: folded words to numbers.
//!
//! Millions of words may be in it, and most words of a text are asked for once in each list.
//! So the words lie in one text, and a table of half-empty places holds, for each, a part of
//! its hash beside its number: a word that is not there is mostly known by one look.

use std::hash::BuildHasher as _;

use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

/// The id of a word in an [`Alphabet`]; all unknown words have the same, [`WordId::UNKNOWN`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WordId(pub(super) u32);

impl WordId {
    /// Any word that the alphabet does not have.
    pub const UNKNOWN: WordId = WordId(0);

    /// The id as an index, from 0 to [`Alphabet::len`] - 1.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A hash of a folded word, the same for every alphabet.
#[must_use]
pub fn word_hash(folded: &str) -> u64 {
    FxBuildHasher.hash_one(folded)
}

/// Ids of folded words, numbered from 1 in the order in which they came.
#[derive(Debug)]
pub struct Alphabet {
    /// All words, one after the other.
    text: String,
    /// Where each word ends; the unknown word, the first, is empty.
    ends: Vec<u32>,
    /// Half of a hash and an id for each word, at or after the place that the hash says; 0 where none is.
    table: Vec<u64>,
}

impl Default for Alphabet {
    fn default() -> Self {
        Alphabet { text: String::new(), ends: vec![0], table: vec![0; 16] }
    }
}

impl Alphabet {
    /// The id of a folded word; a new one if it has none.
    pub(super) fn add(&mut self, folded: &str, hash: u64) -> WordId {
        let place = match self.find(folded, hash) {
            Ok(id) => return id,
            Err(place) => place,
        };
        let id = self.ends.len() as u32;
        self.text.push_str(folded);
        self.ends.push(self.text.len() as u32);
        self.table[place] = entry(hash, id);
        if self.ends.len() * 2 > self.table.len() {
            self.spread();
        }
        WordId(id)
    }

    /// The id of a folded word, whose [`word_hash`] is given. Constant time.
    #[must_use]
    pub fn id(&self, folded: &str, hash: u64) -> WordId {
        self.find(folded, hash).unwrap_or(WordId::UNKNOWN)
    }

    /// The id of a folded word, or the place in the table where it belongs.
    fn find(&self, folded: &str, hash: u64) -> Result<WordId, usize> {
        let mask = self.table.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            match self.table[place] {
                0 => return Err(place),
                found if found >> 32 == hash >> 32 && self.word(found as u32) == folded => {
                    return Ok(WordId(found as u32));
                }
                _ => place = (place + 1) & mask,
            }
        }
    }

    fn word(&self, id: u32) -> &str {
        let id = id as usize;
        &self.text[self.ends[id - 1] as usize..self.ends[id] as usize]
    }

    /// Makes the table twice as large as the words need, and fills it.
    fn spread(&mut self) {
        let size = (self.ends.len() * 4).next_power_of_two();
        let mut table = vec![0; size];
        for id in 1..self.ends.len() as u32 {
            let hash = word_hash(self.word(id));
            let mut place = hash as usize & (size - 1);
            while table[place] != 0 {
                place = (place + 1) & (size - 1);
            }
            table[place] = entry(hash, id);
        }
        self.table = table;
    }

    /// How many ids there are, the unknown one counted.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // never empty: the unknown word is always there
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    pub(super) fn memory(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * size_of::<u32>() + self.table.len() * size_of::<u64>()
    }

    /// The words, to be written to a file.
    pub(super) fn parts(&self) -> (&str, &[u32]) {
        (&self.text, &self.ends)
    }

    /// An alphabet of words read from a file: `None` where the parts do not fit together.
    pub(super) fn from_parts(text: String, ends: Vec<u32>) -> Option<Alphabet> {
        let within = ends.first() == Some(&0)
            && ends.is_sorted()
            && ends.last().is_some_and(|&end| end as usize == text.len())
            && ends.iter().all(|&end| text.is_char_boundary(end as usize));
        let mut alphabet = Alphabet { text, ends, table: Vec::new() };
        within.then(|| {
            alphabet.spread();
            alphabet
        })
    }
}

fn entry(hash: u64, id: u32) -> u64 {
    hash >> 32 << 32 | u64::from(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_numbered_as_they_come_and_the_rest_is_unknown() {
        let mut alphabet = Alphabet::default();
        let words = (0..1000).map(|n| format!("w{n}")).collect::<Vec<_>>();
        for _ in 0..2 {
            let ids = words.iter().map(|word| alphabet.add(word, word_hash(word)).index());
            assert_eq!(ids.collect::<Vec<_>>(), (1..=1000).collect::<Vec<_>>());
        }
        let id = |alphabet: &Alphabet, word: &str| alphabet.id(word, word_hash(word));
        assert_eq!((id(&alphabet, "w7"), id(&alphabet, "w1000"), alphabet.len()), (WordId(8), WordId::UNKNOWN, 1001));
        let (text, ends) = alphabet.parts();
        let again = Alphabet::from_parts(text.to_owned(), ends.to_vec()).unwrap();
        assert_eq!((id(&again, "w7"), id(&again, "w1000")), (WordId(8), WordId::UNKNOWN));
        assert!(Alphabet::from_parts("é".to_owned(), vec![0, 1, 2]).is_none());
    }
}
