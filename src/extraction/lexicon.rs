//! The lexicon: layers of names one on another, with the clues and the weights of evidence.
//!
//! A higher layer takes the entries of lower ones out of force that have the same ids. Laying
//! a small layer on large ones costs what the small one does, so that a request or a change can
//! bring its own. A lexicon never changes, and is shared between threads.

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashSet;

use super::{clues::Clues, weights::Weights};
use crate::{
    gazetteer::{AliasKind, AliasRecord, EntityType, GazetteerVersion, Record},
    layer::{Entries, Facts, Layer, Named},
    matcher::word_hashes,
    text::{Span, Words},
};

/// Layers of names, clues and weights.
#[derive(Clone, Debug)]
pub struct Lexicon {
    clues: Arc<Clues>,
    weights: Arc<Weights>,
    layers: Vec<Laid>,
}

/// A layer in its place.
#[derive(Clone, Debug)]
struct Laid {
    layer: Arc<Layer>,
    /// The number of its first entry among those of all layers.
    begin: u32,
    /// Its entries that are out of force, for each layer above that has such.
    covered: Vec<Arc<FxHashSet<u32>>>,
}

impl Laid {
    fn is_in_force(&self, entry: u32) -> bool {
        !self.covered.iter().any(|covered| covered.contains(&entry))
    }
}

impl Lexicon {
    /// Lays layers one on another, lowest first. Takes no time to speak of, but for layers
    /// that have many ids in common.
    #[must_use]
    pub fn stack(layers: impl IntoIterator<Item = Arc<Layer>>) -> Lexicon {
        static WEIGHTS: LazyLock<Arc<Weights>> = LazyLock::new(|| Arc::new(Weights::embedded()));
        let (clues, weights) = rayon::join(Clues::embedded, || WEIGHTS.clone());
        Lexicon { clues, weights, layers: Vec::new() }.with(layers)
    }

    /// The same lexicon with further layers on top.
    ///
    /// # Panics
    /// When there are more than 4 billion entries in all.
    #[must_use]
    pub fn with(&self, layers: impl IntoIterator<Item = Arc<Layer>>) -> Lexicon {
        let mut lexicon = self.clone();
        for layer in layers {
            for lower in &mut lexicon.layers {
                let covered = lower.layer.covered_by(&layer);
                if !covered.is_empty() {
                    lower.covered.push(Arc::new(covered));
                }
            }
            let begin = lexicon.layers.last().map_or(0, |top| top.begin as usize + top.layer.entries().len());
            let end = u32::try_from(begin + layer.entries().len());
            assert!(end.is_ok(), "a lexicon numbers at most 4 billion entries");
            lexicon.layers.push(Laid { layer, begin: begin as u32, covered: Vec::new() });
        }
        lexicon
    }

    /// The same lexicon with only the layers of some gazetteers.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Lexicon {
        let kept = self.layers().filter(|layer| keep(&layer.version().name)).cloned().collect::<Vec<_>>();
        Lexicon { layers: Vec::new(), ..self.clone() }.with(kept)
    }

    /// The layers, lowest first.
    pub fn layers(&self) -> impl DoubleEndedIterator<Item = &Arc<Layer>> {
        self.layers.iter().map(|laid| &laid.layer)
    }

    /// The gazetteers that it was built from, lowest layer first, with their numbers of
    /// entries and of names. Layers next to each other with the same name are one gazetteer,
    /// in the version of the highest.
    #[must_use]
    pub fn gazetteers(&self) -> Vec<(&GazetteerVersion, usize, usize)> {
        let mut gazetteers: Vec<(&GazetteerVersion, usize, usize)> = Vec::new();
        for layer in self.layers() {
            let (version, entries, names) = (layer.version(), layer.entries().len(), layer.names());
            match gazetteers.last_mut() {
                Some(last) if last.0.name == version.name => *last = (version, last.1 + entries, last.2 + names),
                _ => gazetteers.push((version, entries, names)),
            }
        }
        gazetteers
    }

    /// How many entries are in force. Linear in those that are not.
    #[must_use]
    pub fn len(&self) -> usize {
        let in_force = |laid: &Laid| {
            let covered = laid.covered.iter().flat_map(|covered| covered.iter()).collect::<FxHashSet<_>>();
            laid.layer.entries().len() - covered.len()
        };
        self.layers.iter().map(in_force).sum()
    }

    /// Whether it has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entries in force, lowest layer first.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.layers.iter().flat_map(|laid| {
            let numbers = (0..laid.layer.entries().len() as u32).filter(|&number| laid.is_in_force(number));
            numbers.map(|number| laid.layer.entries().record(number))
        })
    }

    /// The entry in force with an id. Logarithmic.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Record<'_>> {
        self.number(id).map(|number| self.record(number))
    }

    /// The number of the entry in force with an id. Logarithmic.
    pub(super) fn number(&self, id: &str) -> Option<u32> {
        let number = |laid: &Laid| {
            let number = laid.layer.entries().find(id).filter(|&number| laid.is_in_force(number))?;
            Some(number + laid.begin)
        };
        self.layers.iter().rev().find_map(number)
    }

    /// What a name may mean: entries with the alias of the same surface form, the heaviest
    /// first.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Vec<(Record<'_>, AliasRecord<'_>)> {
        let words = Words::read(name);
        let mut found = Vec::new();
        for laid in &self.layers {
            for (entry, alias) in laid.layer.names_of(&words).filter(|&(entry, _)| laid.is_in_force(entry)) {
                let record = laid.layer.entries().record(entry);
                let alias = record.aliases[alias as usize];
                found.push((record, alias));
            }
        }
        found.sort_by(|a, b| b.0.weight.total_cmp(&a.0.weight).then_with(|| a.0.id.cmp(b.0.id)));
        found.dedup_by(|a, b| a.0.id == b.0.id);
        found
    }

    /// Every listed name that stands in a text, as the matcher finds it: not weighed, and not
    /// chosen among those that overlap. Linear in the text and the names found.
    #[must_use]
    pub fn names_in(&self, text: &str) -> Vec<(Span, EntityType, AliasKind)> {
        let words = Words::read(text);
        let names = self.names(&words, &word_hashes(&words), false);
        let span = |name: &Named| words.span(name.first as usize..name.last as usize + 1);
        names.iter().map(|name| (span(name), self.facts(name.entry).entity_type, name.kind)).collect()
    }

    /// Every name in force at every place, in the order in which they end, the longest first.
    pub(super) fn names(&self, words: &Words<'_>, hashes: &[u64], any_case: bool) -> Vec<Named> {
        let mut names = Vec::new();
        for laid in &self.layers {
            let mut here = laid.layer.names_in(words, hashes, any_case);
            if !laid.covered.is_empty() {
                here.retain(|name| laid.is_in_force(name.entry));
            }
            names.extend(here.into_iter().map(|name| Named { entry: name.entry + laid.begin, ..name }));
        }
        if self.layers.len() > 1 {
            names.sort_by_key(|name| (name.last, name.first));
        }
        names
    }

    /// The layer of an entry, and its number there.
    fn of(&self, entry: u32) -> (&Entries, u32) {
        let laid = self.layers.iter().rev().find(|laid| laid.begin <= entry).expect("the first layer begins at 0");
        (laid.layer.entries(), entry - laid.begin)
    }

    pub(super) fn facts(&self, entry: u32) -> &Facts {
        let (entries, number) = self.of(entry);
        entries.facts(number)
    }

    pub(super) fn record(&self, entry: u32) -> Record<'_> {
        let (entries, number) = self.of(entry);
        entries.record(number)
    }

    /// See [`Entries::context`].
    pub(super) fn context(&self, entry: u32) -> &[u64] {
        let (entries, number) = self.of(entry);
        entries.context(number)
    }

    /// See [`Entries::related`].
    pub(super) fn related(&self, entry: u32) -> &[u64] {
        let (entries, number) = self.of(entry);
        entries.related(number)
    }

    pub(super) fn clues(&self) -> &Clues {
        &self.clues
    }

    /// The weights of evidence.
    pub(super) fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The same lexicon with other weights of evidence.
    #[must_use]
    pub fn with_weights(self, weights: Weights) -> Lexicon {
        Lexicon { weights: Arc::new(weights), ..self }
    }
}
