//! The private alphabet: folded words to numbers.
//!
//! Millions of words may be in it, and most words of a text are asked for once in each list.
//! What that takes is looks at memory far away: a table of many free places holds, for each word,
//! half of its hash, its number and, unless it is long, the word itself. So mostly one look is enough.

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
    /// Each word stands at or after the place that its hash says. A quarter of the places is free at least.
    table: Vec<Slot>,
    /// The words that have no room in the table, one after the other.
    long: Vec<u8>,
    words: u32,
}

/// A place of the table.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The upper half of the hash.
    hash: u32,
    /// The id of the word, with [`LONG`] for one that stands elsewhere; that of the unknown word
    /// where there is none.
    id: u32,
    /// The word, filled up with zeros; of a long one where it begins and its length, 4 bytes each.
    word: [u8; SHORT],
}

/// Bytes of a word that has room in the table.
const SHORT: usize = 8;
const LONG: u32 = 1 << 31;
const FREE: Slot = Slot { hash: 0, id: 0, word: [0; SHORT] };

impl Slot {
    fn id(self) -> WordId {
        WordId(self.id & !LONG)
    }
}

/// A word as it stands in the table, unless it is too long.
fn short(word: &[u8]) -> Option<[u8; SHORT]> {
    let mut filled = [0; SHORT];
    filled.get_mut(..word.len())?.copy_from_slice(word);
    Some(filled)
}

impl Default for Alphabet {
    fn default() -> Self {
        Alphabet::with_room_for(0)
    }
}

impl Alphabet {
    fn with_room_for(words: usize) -> Alphabet {
        Alphabet { table: vec![FREE; (words * 4 / 3 + 1).next_power_of_two().max(16)], long: Vec::new(), words: 0 }
    }

    /// The id of a folded word; a new one if it has none.
    pub(super) fn add(&mut self, folded: &str, hash: u64) -> WordId {
        let place = match self.find(folded, hash) {
            Ok(id) => return id,
            Err(place) => place,
        };
        self.put(place, folded, hash);
        if self.words as usize * 4 >= self.table.len() * 3 {
            self.spread();
        }
        WordId(self.words)
    }

    /// Puts a new word at a free place.
    fn put(&mut self, place: usize, folded: &str, hash: u64) {
        self.words += 1;
        let (long, word) = short(folded.as_bytes()).map_or_else(
            || {
                let place = (self.long.len() as u64) << 32 | folded.len() as u64;
                self.long.extend(folded.as_bytes());
                (LONG, place.to_be_bytes())
            },
            |word| (0, word),
        );
        self.table[place] = Slot { hash: (hash >> 32) as u32, id: self.words | long, word };
    }

    /// The id of a folded word, whose [`word_hash`] is given. Constant time.
    #[must_use]
    pub fn id(&self, folded: &str, hash: u64) -> WordId {
        self.find(folded, hash).unwrap_or(WordId::UNKNOWN)
    }

    /// The id of a folded word, or the place in the table where it belongs.
    fn find(&self, folded: &str, hash: u64) -> Result<WordId, usize> {
        let short = short(folded.as_bytes());
        let is_it = |slot: &Slot| match short {
            Some(word) => slot.id & LONG == 0 && slot.word == word,
            None => slot.id & LONG != 0 && self.long(slot) == folded.as_bytes(),
        };
        let mut place = hash as usize & (self.table.len() - 1);
        loop {
            let slot = &self.table[place];
            if slot.id == WordId::UNKNOWN.0 {
                return Err(place);
            }
            if slot.hash == (hash >> 32) as u32 && is_it(slot) {
                return Ok(slot.id());
            }
            place = (place + 1) & (self.table.len() - 1);
        }
    }

    /// The word of a slot that has no room for it.
    fn long(&self, slot: &Slot) -> &[u8] {
        let place = u64::from_be_bytes(slot.word);
        let begin = (place >> 32) as usize;
        &self.long[begin..begin + (place & u64::from(u32::MAX)) as usize]
    }

    /// The words in the order of the table, with their ids.
    fn words(&self) -> impl Iterator<Item = (WordId, &[u8])> {
        self.table.iter().filter(|slot| slot.id != WordId::UNKNOWN.0).map(|slot| {
            let end = slot.word.iter().position(|&byte| byte == 0).unwrap_or(SHORT);
            (slot.id(), if slot.id & LONG == 0 { &slot.word[..end] } else { self.long(slot) })
        })
    }

    /// The [`word_hash`] of each word by id; of the unknown word 0.
    pub(super) fn hashes(&self) -> Vec<u64> {
        let mut hashes = vec![0; self.len()];
        for (id, word) in self.words() {
            hashes[id.index()] = hash(word);
        }
        hashes
    }

    /// Makes the table twice as large.
    fn spread(&mut self) {
        let mask = self.table.len() * 2 - 1;
        let mut table = vec![FREE; mask + 1];
        for (slot, (_, word)) in self.table.iter().filter(|slot| slot.id != WordId::UNKNOWN.0).zip(self.words()) {
            let mut place = hash(word) as usize & mask;
            while table[place].id != WordId::UNKNOWN.0 {
                place = (place + 1) & mask;
            }
            table[place] = *slot;
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
        self.long.shrink_to_fit();
    }

    pub(super) fn memory(&self) -> usize {
        self.long.capacity() + self.table.len() * size_of::<Slot>()
    }

    /// The words, to be written to a file: one after the other, and where each ends; the unknown word,
    /// the first, is empty.
    pub(super) fn parts(&self) -> (String, Vec<u32>) {
        let mut words = self.words().collect::<Vec<_>>();
        words.sort_unstable_by_key(|&(id, _)| id);
        let (mut text, mut ends) = (Vec::new(), vec![0]);
        for (_, word) in words {
            text.extend(word);
            ends.push(text.len() as u32);
        }
        (String::from_utf8_lossy(&text).into_owned(), ends)
    }

    /// An alphabet of words read from a file, and its [`Alphabet::hashes`]: `None` where the parts do not fit together, or a word is
    /// there twice or holds a zero.
    pub(super) fn from_parts(text: &str, ends: &[u32]) -> Option<(Alphabet, Vec<u64>)> {
        let whole = ends.first() == Some(&0) && ends.last().is_some_and(|&end| end as usize == text.len());
        let mut alphabet = Alphabet::with_room_for(ends.len());
        let mut hashes = Vec::with_capacity(ends.len());
        hashes.push(0);
        for pair in ends.windows(2) {
            let word = text.get(pair[0] as usize..pair[1] as usize).filter(|word| !word.contains('\0'))?;
            let hash = word_hash(word);
            let place = alphabet.find(word, hash).err()?;
            alphabet.put(place, word, hash);
            hashes.push(hash);
        }
        whole.then_some((alphabet, hashes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_numbered_as_they_come_and_the_rest_is_unknown() {
        let mut alphabet = Alphabet::default();
        // Short and long ones, and one of which folding leaves nothing.
        let word = |n: usize| if n == 500 { String::new() } else { format!("w{n}{}", "x".repeat(n % 12)) };
        let words = (0..1000).map(word).collect::<Vec<_>>();
        for _ in 0..2 {
            let ids = words.iter().map(|word| alphabet.add(word, word_hash(word)).index());
            assert_eq!(ids.collect::<Vec<_>>(), (1..=1000).collect::<Vec<_>>());
        }
        let id = |alphabet: &Alphabet, word: &str| alphabet.id(word, word_hash(word));
        let (seven, ten) = ("w7xxxxxxx", "w10xxxxxxxxxx");
        assert_eq!((id(&alphabet, seven), id(&alphabet, ten), alphabet.len()), (WordId(8), WordId(11), 1001));
        for unknown in ["w1000", "w7xxxxxx", "w10xxxxxxxxx", "w"] {
            assert_eq!(id(&alphabet, unknown), WordId::UNKNOWN);
        }
        let (text, ends) = alphabet.parts();
        let (again, hashes) = Alphabet::from_parts(&text, &ends).unwrap();
        assert_eq!((id(&again, seven), id(&again, ten), id(&again, "w")), (WordId(8), WordId(11), WordId::UNKNOWN));
        assert_eq!(again.parts(), (text, ends));
        assert_eq!((again.hashes(), hashes[8]), (hashes.clone(), word_hash(seven)));
        for ends in [&[0, 1, 2][..], &[0], &[1, 2], &[0, 3], &[0, 2, 0, 2]] {
            assert!(Alphabet::from_parts("é", ends).is_none(), "{ends:?}");
        }
        for (text, ends) in [("abab", [0, 2, 4]), ("a\0b", [0, 2, 3]), ("", [0, 0, 0])] {
            assert!(Alphabet::from_parts(text, &ends).is_none(), "{text:?} {ends:?}");
        }
    }
}
