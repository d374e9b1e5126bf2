//! The private alphabet: folded words to numbers.
//!
//! Millions of words may be in it, and most words of a text are asked for once in each list.
//! What that takes is looks at memory far away: a table of half-empty places holds, for each word,
//! a part of its hash and where it is written, and there its number stands beside it. So a word
//! that is not there is mostly known by one look, one that is by two.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

use crate::text::Words;

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
    hash(folded.as_bytes())
}

/// The [`word_hash`] of each word of a section.
#[must_use]
pub fn word_hashes(words: &Words<'_>) -> Vec<u64> {
    (0..words.len()).map(|index| word_hash(words.folded(index))).collect()
}

fn hash(word: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    hasher.write_u8(0xFF);
    hasher.finish()
}

/// Ids of folded words, numbered from 1 in the order in which they came.
#[derive(Debug)]
pub struct Alphabet {
    /// For each word its id and its length, 4 bytes each, and the word; then nothing up to a multiple of [`STEP`].
    records: Vec<u8>,
    /// Half of a hash and at which step the record begins for each word, at or after the place that the
    /// hash says; [`FREE`] where none is.
    table: Vec<u64>,
    words: u32,
}

/// Bytes at whose multiples records begin, so that half a number says where among 32 GiB.
const STEP: usize = 8;

/// A place of the table without a word: no record begins so far on.
const FREE: u64 = u64::MAX;

impl Default for Alphabet {
    fn default() -> Self {
        Alphabet { records: Vec::new(), table: vec![FREE; 16], words: 0 }
    }
}

impl Alphabet {
    /// The id of a folded word; a new one if it has none.
    pub(super) fn add(&mut self, folded: &str, hash: u64) -> WordId {
        let place = match self.find(folded, hash) {
            Ok(id) => return id,
            Err(place) => place,
        };
        self.table[place] = entry(hash, self.records.len());
        self.append(folded);
        if self.words as usize * 2 >= self.table.len() {
            self.spread();
        }
        WordId(self.words)
    }

    /// Writes the record of a new word.
    fn append(&mut self, folded: &str) {
        self.words += 1;
        self.records.extend(self.words.to_le_bytes());
        self.records.extend((folded.len() as u32).to_le_bytes());
        self.records.extend(folded.as_bytes());
        self.records.resize(self.records.len().next_multiple_of(STEP), 0);
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
            let found = self.table[place];
            if found == FREE {
                return Err(place);
            }
            if found >> 32 == hash >> 32 {
                let (id, word) = self.record(found as u32 as usize * STEP);
                if word == folded.as_bytes() {
                    return Ok(WordId(id));
                }
            }
            place = (place + 1) & mask;
        }
    }

    fn record(&self, begin: usize) -> (u32, &[u8]) {
        let number = |at| u32::from_le_bytes(std::array::from_fn(|byte| self.records[at + byte]));
        let (id, length) = (number(begin), number(begin + 4) as usize);
        (id, &self.records[begin + 8..begin + 8 + length])
    }

    /// The [`word_hash`] of each word by id; of the unknown word 0.
    pub(super) fn hashes(&self) -> Vec<u64> {
        std::iter::once(0).chain(self.records().map(|(_, word)| hash(word))).collect()
    }

    /// Where each record begins, and its word.
    fn records(&self) -> impl Iterator<Item = (usize, &[u8])> {
        let mut begin = 0;
        std::iter::from_fn(move || {
            (begin < self.records.len()).then(|| {
                let (at, (_, word)) = (begin, self.record(begin));
                begin += (8 + word.len()).next_multiple_of(STEP);
                (at, word)
            })
        })
    }

    /// Makes the table twice as large as the words need, and fills it.
    fn spread(&mut self) {
        let size = (self.words as usize * 4).next_power_of_two();
        let mut table = vec![FREE; size];
        for (begin, word) in self.records() {
            let hash = hash(word);
            let mut place = hash as usize & (size - 1);
            while table[place] != FREE {
                place = (place + 1) & (size - 1);
            }
            table[place] = entry(hash, begin);
        }
        self.table = table;
    }

    /// How many ids there are, the unknown one counted.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // never empty: the unknown word is always there
    pub fn len(&self) -> usize {
        self.words as usize + 1
    }

    pub(super) fn shrink(&mut self) {
        self.records.shrink_to_fit();
    }

    pub(super) fn memory(&self) -> usize {
        self.records.capacity() + self.table.len() * size_of::<u64>()
    }

    /// The words, to be written to a file: one after the other, and where each ends; the unknown word,
    /// the first, is empty.
    pub(super) fn parts(&self) -> (String, Vec<u32>) {
        let (mut text, mut ends) = (Vec::new(), vec![0]);
        for (_, word) in self.records() {
            text.extend(word);
            ends.push(text.len() as u32);
        }
        (String::from_utf8_lossy(&text).into_owned(), ends)
    }

    /// An alphabet of words read from a file: `None` where the parts do not fit together.
    pub(super) fn from_parts(text: &str, ends: &[u32]) -> Option<Alphabet> {
        let whole = ends.first() == Some(&0) && ends.last().is_some_and(|&end| end as usize == text.len());
        let words = ends.windows(2).map(|pair| text.get(pair[0] as usize..pair[1] as usize));
        let mut alphabet = Alphabet::default();
        for word in words {
            alphabet.append(word?);
        }
        alphabet.spread();
        whole.then_some(alphabet)
    }
}

fn entry(hash: u64, begin: usize) -> u64 {
    hash >> 32 << 32 | (begin / STEP) as u64
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
        let again = Alphabet::from_parts(&text, &ends).unwrap();
        assert_eq!((id(&again, "w7"), id(&again, "w1000")), (WordId(8), WordId::UNKNOWN));
        for ends in [&[0, 1, 2][..], &[0], &[1, 2], &[0, 3], &[0, 2, 0, 2]] {
            assert!(Alphabet::from_parts("é", ends).is_none(), "{ends:?}");
        }
    }
}
