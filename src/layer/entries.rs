//! The entries of a layer: records in one run of bytes, and beside them what every article
//! asks for, ready to use.

use std::hash::BuildHasher as _;

use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::{
    gazetteer::{AliasKind, DEFAULT_WEIGHT, EntityType, Record},
    matcher::word_hash,
    text::fold,
};

/// A hash of an entry's id, the same in every layer.
#[must_use]
pub fn id_hash(id: &str) -> u64 {
    FxBuildHasher.hash_one(id)
}

/// What every article asks of an entry that it may name.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The hash of its id.
    pub id: u64,
    /// How often the news names it, 0 to 1.
    pub weight: f32,
    /// Its type.
    pub entity_type: EntityType,
    /// Its country, two letters; zeros where it has none.
    pub country: [u8; 2],
    /// Whether it has a first day.
    pub is_dated: bool,
}

/// Which alias of which entry a name is, and how it names it: what every hit asks, in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) entry: u32,
    pub(super) alias: u32,
    pub(super) kind: AliasKind,
}

/// Entries by number, in the order in which they were added.
#[derive(Debug, Default)]
pub struct Entries {
    /// The records, one after the other.
    packed: Vec<u8>,
    /// Where each record ends.
    ends: Vec<u32>,
    facts: Vec<Facts>,
    /// The names of all entries, one entry after the other.
    names: Vec<Name>,
    /// The words of the context of all entries, as hashes whose lowest bit says that a phrase
    /// begins; and where those of each entry end.
    context: Vec<u64>,
    context_ends: Vec<u32>,
    /// The hashes of related ids of all entries; and where those of each entry end.
    related: Vec<u64>,
    related_ends: Vec<u32>,
    /// The numbers of the entries by the hash of their ids.
    by_id: Vec<u32>,
}

/// Entries beyond which a layer lists more than the news names: then those without a weight of
/// their own have none.
const LARGE: usize = 100_000;

/// Bytes of records that a layer takes.
pub(super) const MAX_BYTES: usize = u32::MAX as usize;

impl Facts {
    /// Weight below which one word is not evidence of a name.
    const RARE: f32 = 0.01;

    /// Whether the news hardly ever names it, as most places of a list of all places: then that
    /// a single word is listed says nothing, and the text must show that it is a name.
    #[must_use]
    pub fn is_rare(&self) -> bool {
        self.weight < Self::RARE
    }
}

impl Entries {
    /// Adds an entry, given as its record and the bytes of it; `false` when it has no room.
    pub(super) fn push(&mut self, record: &Record<'_>, bytes: &[u8]) -> bool {
        if self.packed.len() + bytes.len() > MAX_BYTES {
            return false;
        }
        self.packed.extend_from_slice(bytes);
        self.ends.push(self.packed.len() as u32);
        self.derive(record);
        true
    }

    /// What follows from a record.
    fn derive(&mut self, record: &Record<'_>) {
        self.facts.push(Facts {
            id: id_hash(record.id),
            weight: record.weight,
            entity_type: record.entity_type,
            country: record.country.as_bytes().try_into().unwrap_or_default(),
            is_dated: !record.begin.is_empty(),
        });
        let entry = self.facts.len() as u32 - 1;
        let names = record.aliases.iter().zip(0..);
        self.names.extend(names.map(|(name, alias)| Name { entry, alias, kind: name.kind }));
        for phrase in &record.context {
            let words = phrase.split([' ', '-']);
            let hash = |word: &str| if word.is_ascii() { word_hash(word) } else { word_hash(&fold(word)) };
            self.context.extend(words.enumerate().map(|(at, word)| hash(word) & !1 | u64::from(at == 0)));
        }
        self.context_ends.push(self.context.len() as u32);
        self.related.extend(record.related.iter().map(|id| id_hash(id)));
        self.related_ends.push(self.related.len() as u32);
    }

    /// Makes the index by id, and weighs what has no weight. To be called when all are there.
    pub(super) fn index(&mut self) {
        if self.len() > LARGE {
            for facts in self.facts.iter_mut().filter(|facts| facts.weight == DEFAULT_WEIGHT) {
                facts.weight = 0.0;
            }
        }
        for list in [&mut self.ends, &mut self.context_ends, &mut self.related_ends] {
            list.shrink_to_fit();
        }
        self.packed.shrink_to_fit();
        self.facts.shrink_to_fit();
        self.names.shrink_to_fit();
        let mut by_id =
            self.facts.iter().zip(0..).map(|(facts, number)| (facts.id, number)).collect::<Vec<(u64, u32)>>();
        by_id.par_sort_unstable();
        self.by_id = by_id.into_iter().map(|(_, number)| number).collect();
    }

    /// The entries of bytes read from a file: `None` where a record is not one.
    pub(super) fn unpack(packed: Vec<u8>, ends: Vec<u32>) -> Option<Entries> {
        let mut entries = Entries { packed, ends, ..Entries::default() };
        let whole =
            entries.ends.is_sorted() && entries.ends.last().copied().unwrap_or(0) as usize == entries.packed.len();
        if !whole {
            return None;
        }
        let packed = std::mem::take(&mut entries.packed);
        let begins = std::iter::once(&0).chain(&entries.ends);
        let spans = begins.zip(&entries.ends).map(|(&begin, &end)| begin as usize..end as usize).collect::<Vec<_>>();
        // Each core derives from its share; then the shares are put one after the other.
        let share = spans.len().div_ceil(rayon::current_num_threads()).max(1);
        let shares = spans.par_chunks(share).map(|spans| {
            let mut derived = Entries::default();
            spans
                .iter()
                .try_for_each(|span| Record::unpack(&packed[span.clone()]).map(|record| derived.derive(&record)))?;
            Some(derived)
        });
        for share in shares.collect::<Vec<_>>() {
            entries.append(share?);
        }
        entries.packed = packed;
        entries.index();
        Some(entries)
    }

    /// Puts what was derived from further records after what was from those before.
    fn append(&mut self, other: Entries) {
        let moved = |ends: Vec<u32>, by: usize| ends.into_iter().map(move |end| end + by as u32);
        let before = self.facts.len() as u32;
        self.names.extend(other.names.into_iter().map(|name| Name { entry: name.entry + before, ..name }));
        self.context_ends.extend(moved(other.context_ends, self.context.len()));
        self.related_ends.extend(moved(other.related_ends, self.related.len()));
        self.facts.extend(other.facts);
        self.context.extend(other.context);
        self.related.extend(other.related);
    }

    /// The records and their ends, to be written to a file.
    pub(super) fn parts(&self) -> (&[u8], &[u32]) {
        (&self.packed, &self.ends)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many names they have in all.
    #[must_use]
    pub fn names(&self) -> usize {
        self.names.len()
    }

    /// The record of an entry. Some hundred nanoseconds.
    ///
    /// # Panics
    /// When there is no entry of the number.
    #[must_use]
    pub fn record(&self, number: u32) -> Record<'_> {
        let begin = number.checked_sub(1).map_or(0, |before| self.ends[before as usize]);
        let bytes = &self.packed[begin as usize..self.ends[number as usize] as usize];
        Record::unpack(bytes).expect("records are packed or checked by us")
    }

    /// All records, in order.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        (0..self.len() as u32).map(|number| self.record(number))
    }

    /// What every article asks of an entry.
    #[must_use]
    pub fn facts(&self, number: u32) -> &Facts {
        &self.facts[number as usize]
    }

    /// The context of an entry: word hashes, the lowest bit of which says that a phrase begins.
    #[must_use]
    pub fn context(&self, number: u32) -> &[u64] {
        of(&self.context, &self.context_ends, number)
    }

    /// The hashes of the ids of the related entries of an entry.
    #[must_use]
    pub fn related(&self, number: u32) -> &[u64] {
        of(&self.related, &self.related_ends, number)
    }

    /// The name of a number among those of all entries.
    pub(super) fn name(&self, number: u32) -> Name {
        self.names[number as usize]
    }

    /// The number of the entry with an id. Logarithmic.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<u32> {
        self.with_hash(id_hash(id)).find(|&number| self.record(number).id == id)
    }

    fn with_hash(&self, hash: u64) -> impl Iterator<Item = u32> {
        let begin = self.by_id.partition_point(|&number| self.facts(number).id < hash);
        self.by_id[begin..].iter().copied().take_while(move |&number| self.facts(number).id == hash)
    }

    /// The numbers, here, of the entries whose ids others have too.
    pub(super) fn common(&self, others: &Entries) -> FxHashSet<u32> {
        let same = |here: u32, there: u32| self.record(here).id == others.record(there).id;
        if others.len() < self.len() {
            let all = others.by_id.par_iter();
            all.flat_map_iter(|&there| self.with_hash(others.facts(there).id).filter(move |&here| same(here, there)))
                .collect()
        } else {
            let all = self.by_id.par_iter().copied();
            all.filter(|&here| others.with_hash(self.facts(here).id).any(|there| same(here, there))).collect()
        }
    }

    /// Pairs of entries with the same id, as (earlier, later).
    pub(super) fn twins(&self) -> impl Iterator<Item = (u32, u32)> {
        let pairs = self.by_id.windows(2).map(|pair| (pair[0], pair[1]));
        let same =
            |&(a, b): &(u32, u32)| self.facts(a).id == self.facts(b).id && self.record(a).id == self.record(b).id;
        pairs.filter(same)
    }

    pub(super) fn memory(&self) -> usize {
        let numbers = [&self.ends, &self.context_ends, &self.related_ends, &self.by_id];
        let numbers = numbers.iter().map(|list| list.len() * size_of::<u32>()).sum::<usize>();
        self.packed.len()
            + numbers
            + self.facts.len() * size_of::<Facts>()
            + self.names.len() * size_of::<Name>()
            + (self.context.len() + self.related.len()) * size_of::<u64>()
    }
}

fn of<'a, T>(all: &'a [T], ends: &[u32], number: u32) -> &'a [T] {
    let begin = number.checked_sub(1).map_or(0, |before| ends[before as usize]);
    &all[begin as usize..ends[number as usize] as usize]
}
