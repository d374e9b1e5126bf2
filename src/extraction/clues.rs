//! The clues: what the embedded clue lists and markers say of words and phrases.
//!
//! A clue of one word is a bit that comes with the word; a clue of several is a spelling. They
//! are the same for every gazetteer.

use std::sync::{Arc, LazyLock};

use super::markers::Marker;
use crate::{
    gazetteer::{ClueClass, ClueList},
    layer::upper_mask,
    matcher::{Case, Matcher, MatcherBuilder, WordId, word_hash},
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
}

/// All clues, compiled for lookup.
#[derive(Debug)]
pub(super) struct Clues {
    matcher: Matcher,
    /// The class of each phrase of several words.
    phrases: Vec<ClueClass>,
    classes: Vec<ClassSet>,
    /// For each word its number among [`ClueClass::Neighbor`] by alphabet; 0 where it is none.
    neighbors: Vec<u16>,
}

impl Clues {
    /// The embedded ones, compiled once for the process.
    pub(super) fn embedded() -> Arc<Clues> {
        static CLUES: LazyLock<Arc<Clues>> = LazyLock::new(|| Arc::new(Clues::compile()));
        CLUES.clone()
    }

    fn compile() -> Clues {
        let mut builder = MatcherBuilder::default();
        let (mut marked, mut singles, mut phrases) = (Vec::new(), Vec::new(), Vec::new());
        for (marker, _, words) in Marker::ALL {
            for word in words.split(' ').map(fold) {
                marked.push((builder.add_word(&word), *marker));
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
                    singles.push((builder.add_word(words.folded(0)), list.class));
                } else {
                    let mask = upper_mask(&words);
                    let case = if mask == 0 { Case::Ignore } else { Case::Upper(mask) };
                    builder.add(&words, case).expect("a test holds that no clue has too many words");
                    phrases.push(list.class);
                }
            }
        }
        let matcher = builder.build();
        let mut classes = vec![ClassSet::default(); matcher.alphabet().len()];
        for (word, class) in singles {
            classes[word.index()].add(class);
        }
        for (word, marker) in marked {
            classes[word.index()].0 |= 1 << (ClassSet::MARKERS + marker as usize);
        }
        let neighbors = neighbor_numbers(&matcher);
        Clues { matcher, phrases, classes, neighbors }
    }

    /// The numbers of words, given their hashes, for [`Clues::classes`] and [`Clues::neighbor`].
    pub(super) fn word_ids(&self, words: &Words<'_>, hashes: &[u64]) -> Vec<WordId> {
        self.matcher.word_ids_by_hash(words, hashes)
    }

    /// The classes of a folded word.
    pub(super) fn classes_of(&self, folded: &str) -> ClassSet {
        self.classes(self.matcher.alphabet().id(folded, word_hash(folded)))
    }

    pub(super) fn classes(&self, word: WordId) -> ClassSet {
        self.classes[word.index()]
    }

    /// The number of a word among the neighbors, from 1; 0 where it is none.
    pub(super) fn neighbor(&self, word: WordId) -> u16 {
        self.neighbors[word.index()]
    }

    /// The phrases of several words, as (class, first, last), sorted.
    pub(super) fn phrases(&self, words: &Words<'_>, ids: &[WordId]) -> Vec<(ClueClass, usize, usize)> {
        let hits = self.matcher.hits(words, ids);
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

fn neighbor_numbers(matcher: &Matcher) -> Vec<u16> {
    let mut numbers = vec![0; matcher.alphabet().len()];
    for (number, word) in neighbor_words().iter().enumerate() {
        let id = matcher.alphabet().id(word, word_hash(word));
        if id != WordId::UNKNOWN {
            numbers[id.index()] = number as u16 + 1;
        }
    }
    numbers
}
