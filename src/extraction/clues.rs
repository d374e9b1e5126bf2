//! The clues: what the embedded clue lists and markers say of words and phrases.
//!
//! A clue of one word is a bit that comes with the word; a clue of several is a spelling. They
//! are the same for every gazetteer.

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use super::markers::Marker;
use crate::{
    gazetteer::{ClueClass, ClueList},
    layer::upper_mask,
    matcher::{Case, Matcher, MatcherBuilder, word_hash},
    text::{Words, fold},
};

/// The clue classes and markers of one word, a bit each: classes from bit 0, markers from bit
/// [`ClassSet::MARKERS`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ClassSet(pub(super) u64);

impl ClassSet {
    pub(super) const MARKERS: usize = 32;

    pub(super) fn has(self, class: ClueClass) -> bool {
        self.0 & 1 << class as u8 != 0
    }

    pub(super) fn marks(self, marker: Marker) -> bool {
        self.0 & 1 << (Self::MARKERS + marker as usize) != 0
    }

    pub(super) fn add(&mut self, class: ClueClass) {
        self.0 |= 1 << class as u8;
    }

    pub(super) fn remove(&mut self, class: ClueClass) {
        self.0 &= !(1 << class as u8);
    }

    fn mark(&mut self, marker: Marker) {
        self.0 |= 1 << (Self::MARKERS + marker as usize);
    }
}

/// What the clues say of one word.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    pub(super) classes: ClassSet,
    /// Its number among [`ClueClass::Neighbor`] by alphabet, from 1; 0 where it is none.
    pub(super) neighbor: u16,
}

/// All clues, compiled for lookup.
#[derive(Debug)]
pub(super) struct Clues {
    matcher: Matcher,
    /// The class of each phrase of several words.
    phrases: Vec<ClueClass>,
    /// Of one word, by its hash: words of equal hashes are taken for equal.
    words: FxHashMap<u64, Known>,
}

impl Clues {
    /// The embedded ones, compiled once for the process.
    pub(super) fn embedded() -> Arc<Clues> {
        static CLUES: LazyLock<Arc<Clues>> = LazyLock::new(|| Arc::new(Clues::compile()));
        CLUES.clone()
    }

    fn compile() -> Clues {
        let mut builder = MatcherBuilder::default();
        let (mut clues, mut phrases) = (FxHashMap::<u64, Known>::default(), Vec::new());
        for (marker, _, words) in Marker::ALL {
            for word in words.split(' ') {
                clues.entry(word_hash(&fold(word))).or_default().classes.mark(*marker);
            }
        }
        for list in &ClueList::embedded() {
            for phrase in &list.phrases {
                let words = Words::read(phrase);
                // "C++" is not the word "c".
                if words.len() == 1 && words.written(0).len() < phrase.len() {
                    continue;
                }
                if words.len() == 1 {
                    clues.entry(word_hash(words.folded(0))).or_default().classes.add(list.class);
                } else {
                    let mask = upper_mask(&words);
                    let case = if mask == 0 { Case::Ignore } else { Case::Upper(mask) };
                    builder.add(&words, case).expect("a test holds that no clue has too many words");
                    phrases.push(list.class);
                }
            }
        }
        for (word, number) in neighbor_words().iter().zip(1..) {
            clues.entry(word_hash(word)).or_default().neighbor = number;
        }
        Clues { matcher: builder.build(), phrases, words: clues }
    }

    /// What is known of the word with a [`word_hash`].
    pub(super) fn of(&self, hash: u64) -> Known {
        self.words.get(&hash).copied().unwrap_or_default()
    }

    /// The phrases of several words, as (class, first, last), sorted.
    pub(super) fn phrases(&self, words: &Words<'_>, hashes: &[u64]) -> Vec<(ClueClass, usize, usize)> {
        let hits = self.matcher.hits(words, hashes);
        let phrase = |spelling: usize| self.phrases[spelling];
        let hits = hits.iter().map(|hit| (phrase(hit.spelling.0 as usize), hit.first as usize, hit.last as usize));
        let mut phrases = hits.collect::<Vec<_>>();
        phrases.sort_unstable();
        phrases
    }
}

/// The words that are signs by themselves beside a name, folded and sorted: their numbers must
/// not depend on the order of a file.
pub(super) fn neighbor_words() -> Vec<String> {
    let lists = ClueList::embedded().into_iter().filter(|l| l.class == ClueClass::Neighbor);
    let mut words = lists.flat_map(|l| l.phrases).map(fold).collect::<Vec<_>>();
    words.sort_unstable();
    words.dedup();
    words
}
