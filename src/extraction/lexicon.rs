//! The lexicon: entries and clues, compiled for lookup.
//!
//! It is the bridge between the gazetteer, which knows what names mean but not how to find
//! them, and the matcher, which finds spellings without knowing what they are. It is built
//! once, never changes, and is shared between threads.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{markers::Marker, weights::Weights};
use crate::{
    gazetteer::{Alias, AliasKind, CaseRule, ClueClass, ClueList, EntityType, Entry, GazetteerVersion, Layers},
    matcher::{Case, Hit, Matcher, MatcherBuilder, MatcherError, SpellingId, WordId},
    text::{Shape, Span, Words, fold},
};

/// What a spelling stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// An alias of an entry, both by number.
    Alias {
        /// Number of the entry.
        entry: u32,
        /// Number of its alias.
        alias: u32,
    },
    /// A clue phrase of several words.
    Clue(ClueClass),
}

/// Why a lexicon could not be built.
pub type LexiconError = MatcherError;

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

/// Entries and clues, compiled for lookup.
#[derive(Debug)]
pub struct Lexicon {
    matcher: Matcher,
    meanings: Vec<Meaning>,
    classes: Vec<ClassSet>,
    /// For each word its number among [`ClueClass::Neighbor`] by alphabet; 0 where it is none.
    neighbors: Vec<u16>,
    entries: Vec<Entry>,
    /// For each entry, the numbers of its related entries.
    related: Vec<Vec<u32>>,
    gazetteers: Vec<(GazetteerVersion, usize, usize)>,
    weights: Weights,
}

impl Lexicon {
    /// Compiles layers of gazetteers with the embedded clue lists. Linear in the names.
    ///
    /// # Errors
    /// When there are more names than the matcher can number.
    pub fn new(layers: Layers) -> Result<Lexicon, LexiconError> {
        let entries = layers.entries;
        let (compiled, (related, weights)) =
            rayon::join(|| compile(&entries), || (relate(&entries), Weights::embedded()));
        let Compiled { matcher, meanings, classes } = compiled?;
        let neighbors = neighbor_numbers(&matcher);
        Ok(Lexicon { matcher, meanings, classes, neighbors, entries, related, gazetteers: layers.gazetteers, weights })
    }

    /// The entries in force.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The gazetteers that it was built from, lowest layer first, with their numbers of
    /// entries and of names.
    #[must_use]
    pub fn gazetteers(&self) -> &[(GazetteerVersion, usize, usize)] {
        &self.gazetteers
    }

    /// The matcher, for measuring it alone.
    #[must_use]
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// What a name may mean: entries with the alias of the same surface form, the heaviest
    /// first. Reads all entries.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Vec<(&Entry, &Alias)> {
        let wanted = super::surface(name);
        let aliases = self.entries.iter().flat_map(|e| e.aliases.iter().map(move |a| (e, a)));
        let mut found = aliases.filter(|(_, a)| super::surface(&a.text) == wanted).collect::<Vec<_>>();
        found.sort_by(|a, b| b.0.weight.total_cmp(&a.0.weight).then_with(|| a.0.id.cmp(&b.0.id)));
        found.dedup_by(|a, b| a.0.id == b.0.id);
        found
    }

    /// Every listed name that stands in a text, as the matcher finds it: not weighed, and not
    /// chosen among those that overlap. Linear in the text and the names found.
    #[must_use]
    pub fn names_in(&self, text: &str) -> Vec<(Span, &Entry, &Alias)> {
        let words = Words::read(text);
        let hits = self.matcher.hits(&words, &self.matcher.word_ids(&words));
        let name = |hit: &Hit| match self.meaning(hit.spelling) {
            Meaning::Alias { entry, alias } => {
                let entry = &self.entries[entry as usize];
                Some((words.span(hit.first as usize..hit.last as usize + 1), entry, &entry.aliases[alias as usize]))
            }
            Meaning::Clue(_) => None,
        };
        hits.iter().filter_map(name).collect()
    }

    /// The weights of evidence.
    pub(super) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The same lexicon with other weights of evidence.
    #[must_use]
    pub fn with_weights(self, weights: Weights) -> Lexicon {
        Lexicon { weights, ..self }
    }

    /// The numbers of the entries that an entry is related to.
    pub(super) fn related(&self, entry: u32) -> &[u32] {
        &self.related[entry as usize]
    }

    pub(super) fn meaning(&self, spelling: SpellingId) -> Meaning {
        self.meanings[spelling.0 as usize]
    }

    /// The number of a word among the neighbors, from 1; 0 where it is none.
    pub(super) fn neighbor(&self, word: WordId) -> u16 {
        self.neighbors[word.index()]
    }

    pub(super) fn classes(&self, word: WordId) -> ClassSet {
        self.classes[word.index()]
    }
}

/// The names of an entry, as the matcher takes them.
fn names_of<'e>(entry: &'e Entry, common: &FxHashSet<String>) -> Vec<(Words<'e>, Case)> {
    let name = |alias: &'e Alias| {
        let words = Words::read(&alias.text);
        let case = case_of(alias, &words, entry.entity_type, common);
        (words, case)
    };
    entry.aliases.iter().map(name).collect()
}

/// The matcher with what its spellings mean, and the classes of its words.
struct Compiled {
    matcher: Matcher,
    meanings: Vec<Meaning>,
    classes: Vec<ClassSet>,
}

fn compile(entries: &[Entry]) -> Result<Compiled, LexiconError> {
    let clues = ClueList::embedded();
    let common = clues.iter().filter(|list| list.class == ClueClass::CommonWord);
    let common = common.flat_map(|list| &list.phrases).map(|word| fold(word)).collect::<FxHashSet<_>>();
    let mut builder = MatcherBuilder::default();
    let mut meanings = Vec::new();
    // All cores read the names; their order makes the numbers.
    let names = entries.par_iter().map(|entry| names_of(entry, &common)).collect::<Vec<_>>();
    for (number, names) in names.iter().enumerate() {
        for (alias_number, (words, case)) in names.iter().enumerate() {
            builder.add(words, *case)?;
            meanings.push(Meaning::Alias { entry: number as u32, alias: alias_number as u32 });
        }
    }
    let mut marked = Vec::new();
    for (marker, _, words) in Marker::ALL {
        for word in words.split(' ').map(fold) {
            marked.push((builder.add_word(&word), *marker));
        }
    }
    let mut singles = Vec::new();
    for list in &clues {
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
                builder.add(&words, if mask == 0 { Case::Ignore } else { Case::Upper(mask) })?;
                meanings.push(Meaning::Clue(list.class));
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
    Ok(Compiled { matcher, meanings, classes })
}

/// For each entry the numbers of those that it is related to; unknown ones are left out.
fn relate(entries: &[Entry]) -> Vec<Vec<u32>> {
    let numbers = entries.iter().enumerate().map(|(n, e)| (&e.id, n as u32)).collect::<FxHashMap<_, _>>();
    entries.iter().map(|e| e.related.iter().filter_map(|id| numbers.get(id).copied()).collect()).collect()
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
        let id = matcher.alphabet().id(word);
        if id != WordId::UNKNOWN {
            numbers[id.index()] = number as u16 + 1;
        }
    }
    numbers
}

fn upper_mask(words: &Words<'_>) -> u16 {
    words.as_slice().iter().enumerate().fold(0, |mask, (i, w)| mask | u16::from(w.is_upper_first()) << i)
}

/// The matcher's demand for an alias. The smart rule keeps what would otherwise be mistaken:
/// an acronym that is short or a common word ("US") keeps its capitals, a one-word name that
/// is a common word ("Apple") its shape; elsewhere capitals must stand where the name has
/// them, but a common word of a longer name that is not all common words may be in lower case
/// ("Iraq war").
fn case_of(alias: &Alias, words: &Words<'_>, entity_type: EntityType, common: &FxHashSet<String>) -> Case {
    match alias.case {
        CaseRule::Exact => return Case::Exact,
        CaseRule::Ignore => return Case::Ignore,
        CaseRule::Smart => {}
    }
    let is_common = |i: usize| common.contains(words.folded(i));
    let all = words.as_slice();
    if all.iter().all(|w| matches!(w.shape, Shape::AllCapitals | Shape::Initial | Shape::Digits)) {
        let as_word = all.len() == 1 && words.folded(0).len() >= 4 && !is_common(0);
        let letters = words.folded(0).bytes().all(|b| b.is_ascii_alphabetic());
        return if as_word && letters { Case::Upper(1) } else { Case::Capitals };
    }
    let mask = upper_mask(words);
    if let [word] = all {
        return match word.shape {
            // "iPhone"; and "LeT", which is not "Let".
            Shape::Mixed if mask == 0 || is_common(0) => Case::Exact,
            Shape::Capitalized if is_common(0) => Case::Shape,
            _ => Case::Upper(mask),
        };
    }
    let strict = entity_type == EntityType::Person
        || alias.kind == AliasKind::Demonym
        || (0..all.len()).all(|i| mask & 1 << i == 0 || is_common(i));
    if strict {
        return Case::Upper(mask);
    }
    let first = mask.trailing_zeros() as usize;
    Case::Upper((0..all.len()).filter(|&i| i != first && is_common(i)).fold(mask, |mask, i| mask & !(1 << i)))
}
