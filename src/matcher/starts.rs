//! Starts: how spellings begin, asked by hash before any number is looked up.
//!
//! Most words of a text begin nothing: they stand in lower case where the names that begin with
//! them have a capital, or the word after them is none that a name goes on with. That is asked here, of
//! two Bloom filters small enough to stay near the processor. They never say no where a spelling
//! begins; where they say yes for nothing, the look at the forms says no.

/// The words that are spellings by themselves, and the pairs of words that longer ones begin with.
#[derive(Debug)]
pub(super) struct Starts {
    alone: Bloom,
    pairs: Bloom,
}

/// How a spelling begins: the hash of its first word, and of its second where it has one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) first: u64,
    pub(super) second: Option<u64>,
    /// Whether it may stand in lower case.
    pub(super) may_be_lower: bool,
}

impl Starts {
    /// Of spellings; the same start may come several times, best one after the other.
    pub(super) fn new(starts: impl Iterator<Item = Start>) -> Starts {
        let (mut alone, mut pairs) = (Vec::new(), Vec::new());
        for start in starts {
            let first = key(start.first, start.may_be_lower);
            match start.second {
                None => alone.push(first),
                Some(second) => pairs.push(pair(first, second)),
            }
        }
        pairs.dedup();
        Starts { alone: Bloom::new(&alone), pairs: Bloom::new(&pairs) }
    }

    /// Whether the word may be a spelling, `lower` when it stands in lower-case letters.
    pub(super) fn alone(&self, word: u64, lower: bool) -> bool {
        self.alone.has(key(word, true)) || !lower && self.alone.has(key(word, false))
    }

    /// Whether a spelling may begin with the two words, the first in lower-case letters or not.
    pub(super) fn pair(&self, first: u64, second: u64, lower: bool) -> bool {
        self.pairs.has(pair(key(first, true), second)) || !lower && self.pairs.has(pair(key(first, false), second))
    }

    pub(super) fn memory(&self) -> usize {
        (self.alone.0.len() + self.pairs.0.len()) * size_of::<u64>()
    }
}

const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// The key of a first word, apart for those that may stand in lower case: most names have no such.
fn key(word: u64, may_be_lower: bool) -> u64 {
    (word ^ u64::from(may_be_lower)).wrapping_mul(MIX)
}

fn pair(first: u64, second: u64) -> u64 {
    (first.rotate_left(29) ^ second).wrapping_mul(MIX)
}

/// A Bloom filter with eight bits or more a key, of which a key has two, in one number: one look.
#[derive(Debug)]
struct Bloom(Vec<u64>);

impl Bloom {
    fn new(keys: &[u64]) -> Bloom {
        let mut bloom = Bloom(vec![0; (keys.len() / 8).next_power_of_two()]);
        for &key in keys {
            let (place, bits) = bloom.place(key);
            bloom.0[place] |= bits;
        }
        bloom
    }

    fn has(&self, key: u64) -> bool {
        let (place, bits) = self.place(key);
        self.0[place] & bits == bits
    }

    /// The upper bits of a key are its best.
    fn place(&self, key: u64) -> (usize, u64) {
        ((key >> 38) as usize & (self.0.len() - 1), 1 << (key >> 32 & 63) | 1 << (key >> 26 & 63))
    }
}
