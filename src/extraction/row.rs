//! The row: the words of a section, each with its classes. Rules read rows, not text.

use rustc_hash::FxHashMap;

use super::{
    Section,
    candidate::Place,
    lexicon::{ClassSet, Lexicon, Meaning},
};
use crate::{
    gazetteer::ClueClass,
    matcher::Hit,
    text::{Joint, Shape, Word, Words},
};

/// The classified words of a section.
pub(super) struct Row<'t> {
    pub(super) section: Section,
    pub(super) words: Words<'t>,
    classes: Vec<ClassSet>,
    /// Whether each word could be part of a name by its looks.
    namelike: Vec<bool>,
    /// Clue phrases of several words: (class, first, last), sorted.
    phrases: Vec<(ClueClass, usize, usize)>,
    /// The last word of the longest phrase of a class by its first word, and the reverse.
    longest_from: FxHashMap<(ClueClass, usize), usize>,
    longest_to: FxHashMap<(ClueClass, usize), usize>,
}

impl<'t> Row<'t> {
    /// Reads a section and looks all names and clues up, in one scan. Returns the hits of
    /// names beside the row.
    pub(super) fn read(section: Section, text: &'t str, lexicon: &Lexicon) -> (Row<'t>, Vec<Hit>) {
        let words = Words::read(text);
        let ids = lexicon.matcher().word_ids(&words);
        let mut names = lexicon.matcher().hits(&words, &ids);
        let mut phrases = Vec::new();
        names.retain(|hit| match lexicon.meaning(hit.spelling) {
            Meaning::Alias { .. } => true,
            Meaning::Clue(class) => {
                phrases.push((class, hit.first as usize, hit.last as usize));
                false
            }
        });
        phrases.sort_unstable();
        let (mut longest_from, mut longest_to) = (FxHashMap::default(), FxHashMap::default());
        for &(class, first, last) in &phrases {
            let end = longest_from.entry((class, first)).or_insert(last);
            *end = last.max(*end);
            let begin = longest_to.entry((class, last)).or_insert(first);
            *begin = first.min(*begin);
        }
        let classes = ids.iter().map(|&id| lexicon.classes(id)).collect::<Vec<_>>();
        let namelike = words.as_slice().iter().zip(&classes).map(|(word, &set)| is_namelike(word, set)).collect();
        (Row { section, words, classes, namelike, phrases, longest_from, longest_to }, names)
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, index: usize) -> &Word {
        &self.words.as_slice()[index]
    }

    pub(super) fn place(&self, first: usize, last: usize) -> Place {
        Place { section: self.section, first, last }
    }

    /// Whether the word at `index` is, by itself, of the class. False beyond the ends.
    pub(super) fn is(&self, index: usize, class: ClueClass) -> bool {
        self.classes.get(index).is_some_and(|set| set.has(class))
    }

    /// The first word of the longest phrase of the class that ends at `last`.
    pub(super) fn ending_at(&self, last: usize, class: ClueClass) -> Option<usize> {
        self.longest_to.get(&(class, last)).copied().or_else(|| self.is(last, class).then_some(last))
    }

    /// The last word of the longest phrase of the class that begins at `first`.
    pub(super) fn starting_at(&self, first: usize, class: ClueClass) -> Option<usize> {
        self.longest_from.get(&(class, first)).copied().or_else(|| self.is(first, class).then_some(first))
    }

    /// Every phrase of the class, of one word or several, as (first, last), by first word.
    pub(super) fn all(&self, class: ClueClass) -> Vec<(usize, usize)> {
        let single = (0..self.len()).filter(|&i| self.is(i, class)).map(|i| (i, i));
        let mut all = single.chain(self.phrases_of(class).map(|p| (p.1, p.2))).collect::<Vec<_>>();
        all.sort_unstable();
        all
    }

    fn phrases_of(&self, class: ClueClass) -> impl Iterator<Item = &(ClueClass, usize, usize)> {
        let begin = self.phrases.partition_point(|p| p.0 < class);
        self.phrases[begin..].iter().take_while(move |p| p.0 == class)
    }

    /// Whether the word at `index` begins with a capital. False beyond the ends.
    pub(super) fn is_upper(&self, index: usize) -> bool {
        self.words.get(index).is_some_and(Word::is_upper_first)
    }

    /// Whether the word is a common English word in the wrong coat: its capital may come
    /// from its place in the sentence only.
    pub(super) fn is_common(&self, index: usize) -> bool {
        self.is(index, ClueClass::CommonWord)
    }

    /// The folded word at `index`; empty beyond the ends.
    pub(super) fn folded(&self, index: usize) -> &str {
        if index < self.len() { self.words.folded(index) } else { "" }
    }

    /// Whether the word could be part of a name by its looks: it begins with a capital, is no
    /// weekday, month or the like, and is not in an address. False beyond the ends.
    pub(super) fn is_namelike(&self, index: usize) -> bool {
        self.namelike.get(index).copied().unwrap_or(false)
    }

    /// Whether the word at `index` follows the one before it within one name: after a space,
    /// hyphen or apostrophe, or after the full stop of an initial or abbreviation.
    pub(super) fn is_joined(&self, index: usize) -> bool {
        let Some(word) = self.words.get(index) else { return false };
        if word.is_possessive() {
            return false;
        }
        match word.joint {
            Joint::Space | Joint::Hyphen | Joint::Adjacent => true,
            Joint::Apostrophe => !self.words.between(index).contains(' '),
            // Only where lines are wrapped; elsewhere a line break begins a sentence.
            Joint::LineBreak => !word.is_sentence_start(),
            Joint::FullStop => {
                !word.is_sentence_start() && index > 0 && {
                    let before = self.word(index - 1);
                    before.shape == Shape::Initial || self.words.written(index - 1).len() <= 4
                }
            }
            _ => false,
        }
    }

    /// What is written before the word at `index`, back to the word before.
    pub(super) fn before(&self, index: usize) -> &'t str {
        self.words.between(index)
    }

    /// What is written after the word at `index`, up to the word after.
    pub(super) fn after(&self, index: usize) -> &'t str {
        self.words.between(index + 1)
    }
}

fn is_namelike(word: &Word, classes: ClassSet) -> bool {
    word.is_upper_first()
        && !word.is_address()
        && !word.is_possessive()
        && !classes.has(ClueClass::Weekday)
        && (!classes.has(ClueClass::Month) || classes.has(ClueClass::GivenName))
}
