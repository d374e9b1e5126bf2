//! Looking entries up: by id, by name, by a name like it, by the begin of a name.
//!
//! By id and by name the layers have an index; else all names are gone through on all cores,
//! which takes a second or so for a million.

use rayon::prelude::*;

use crate::{
    extraction::{Lexicon, surface},
    gazetteer::Record,
    layer::Layer,
};

/// What to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// An id.
    Id(String),
    /// A name, in any case and with or without accents.
    Name(String),
    /// A name that may be misspelled.
    Similar(String),
    /// The begin of a name.
    Prefix(String),
}

/// An entry that was looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<'l> {
    /// The entry.
    pub record: Record<'l>,
    /// The name by which it was found; empty when it was by its id.
    pub name: &'l str,
    /// Letters that differ.
    pub distance: u32,
}

/// A place in the order of what is found: the most similar first, then the heaviest, then by
/// id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Distance and weight.
    pub rank: u64,
    /// The id of the entry.
    pub id: String,
}

impl Found<'_> {
    /// Where it stands in the order.
    #[must_use]
    pub fn position(&self) -> Position {
        // The bits of numbers from 0 on are in their order.
        let lightness = u32::MAX - self.record.weight.to_bits();
        Position { rank: u64::from(self.distance) << 32 | u64::from(lightness), id: self.record.id.to_owned() }
    }
}

/// The entries in force that are found, in order, from behind a position on; at most so many.
#[must_use]
pub fn look_up<'l>(lexicon: &'l Lexicon, query: &Query, after: Option<&Position>, limit: usize) -> Vec<Found<'l>> {
    let found = |(record, name, distance)| Found { record, name, distance };
    let mut all = match query {
        Query::Id(id) => lexicon.find(id).map(|record| found((record, "", 0))).into_iter().collect(),
        Query::Name(name) => {
            lexicon.lookup(name).into_iter().map(|(record, alias)| found((record, alias.text, 0))).collect()
        }
        Query::Similar(name) => {
            let wanted = surface(name).chars().collect::<Vec<_>>();
            let most = if wanted.len() < 6 { 1 } else { 2 };
            go_through(lexicon, |name| distance(&wanted, &surface(name), most))
        }
        Query::Prefix(prefix) => {
            let wanted = surface(prefix);
            go_through(lexicon, |name| surface(name).starts_with(&wanted).then_some(0))
        }
    };
    if let Some(after) = after {
        all.retain(|found| found.position() > *after);
    }
    all.sort_by_cached_key(Found::position);
    all.truncate(limit);
    all
}

/// The entries in force with a name that `matches`, each with the one that does so best.
fn go_through<'l>(lexicon: &'l Lexicon, matches: impl Fn(&str) -> Option<u32> + Sync) -> Vec<Found<'l>> {
    let in_layer = |layer: &'l Layer| {
        let numbers = (0..layer.entries().len() as u32).into_par_iter();
        let found = numbers.filter_map(|number| {
            let record = layer.entries().record(number);
            let names = record.aliases.iter().filter_map(|alias| Some((matches(alias.text)?, alias.text)));
            let (distance, name) = names.min_by_key(|(distance, _)| *distance)?;
            // What a higher layer covers is not found.
            let in_force = lexicon.find(record.id).is_some_and(|found| found == record);
            in_force.then_some(Found { record, name, distance })
        });
        found.collect::<Vec<_>>()
    };
    let mut found = lexicon.layers().flat_map(|layer| in_layer(layer)).collect::<Vec<_>>();
    // The same entry may lie in two layers, word for word.
    found.sort_by(|a, b| a.record.id.cmp(b.record.id));
    found.dedup_by(|a, b| a.record.id == b.record.id);
    found
}

/// How many letters must be changed, added, left out or swapped with their neighbors to make
/// one text of the other (optimal string alignment); nothing when more than `most`.
fn distance(wanted: &[char], other: &str, most: u32) -> Option<u32> {
    let length = other.chars().count();
    if wanted.len().abs_diff(length) > most as usize {
        return None;
    }
    let width = wanted.len() + 1;
    let mut before = vec![0; width];
    let mut last = (0..width as u32).collect::<Vec<_>>();
    let mut previous = None;
    for (row, letter) in other.chars().enumerate() {
        let mut now = vec![row as u32 + 1; width];
        for column in 1..width {
            let differs = u32::from(wanted[column - 1] != letter);
            now[column] = (last[column - 1] + differs).min(last[column] + 1).min(now[column - 1] + 1);
            let swapped = column > 1 && wanted[column - 2] == letter && Some(wanted[column - 1]) == previous;
            if swapped {
                now[column] = now[column].min(before[column - 2] + 1);
            }
        }
        if now.iter().min().is_some_and(|&least| least > most) && last.iter().min().is_some_and(|&least| least > most) {
            return None;
        }
        (before, last) = (last, now);
        previous = Some(letter);
    }
    last.last().copied().filter(|&distance| distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        let wanted = "merkel".chars().collect::<Vec<_>>();
        let distances = ["merkel", "mekrel", "merkl", "merkels", "mrekle", "morkal", "murkos", "x", ""];
        let found = distances.map(|other| distance(&wanted, other, 2));
        let expected = [Some(0), Some(1), Some(1), Some(1), Some(2), Some(2), None, None, None];
        assert_eq!(found, expected);
    }
}
