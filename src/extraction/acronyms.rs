//! Acronyms in brackets: "Orsha Security Conference (OSC)" and "OSC (Orsha Security
//! Conference)". Each of the two is evidence for the other.

use rustc_hash::FxHashMap;

use super::{
    place::{Place, Rows},
    resolution::Decided,
    row::Row,
    signs::Single,
    spot::Spot,
    spots::is_run_word,
};
use crate::{gazetteer::EntityType, text::Shape};

/// A name and the acronym that stands for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub(super) name: Place,
    pub(super) acronym: Place,
}

/// Finds the pairs of a section.
pub(super) fn pairs(row: &Row<'_>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for index in 0..row.len() {
        let letters = row.folded(index);
        let capitals = matches!(row.word(index).shape, Shape::AllCapitals | Shape::Mixed);
        if !capitals || !(2..=8).contains(&letters.len()) || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
            continue;
        }
        let opens = |i: usize| row.before(i).trim_start().starts_with(['(', '[']);
        let name = if index > 0 && opens(index) && row.after(index).trim_start().starts_with([')', ']', ',', ';']) {
            spelled_to(letters, row, index - 1)
        } else if index + 1 < row.len() && opens(index + 1) {
            spelled_from(letters, row, index + 1)
        } else {
            None
        };
        if let Some((first, last)) = name {
            pairs.push(Pair { name: row.place(first, last), acronym: row.place(index, index) });
        }
    }
    pairs
}

/// Gives the signs to both sides, and a spot where there was none. The spots are merged later.
pub(super) fn propose(pairs: &[Pair], spots: &mut Vec<Spot>) {
    for pair in pairs {
        for (place, sign, seen) in
            [(pair.name, Single::NameOfAcronym, pair.acronym), (pair.acronym, Single::AcronymOfName, pair.name)]
        {
            let mut spot = Spot::new(place);
            spot.add(sign, 1.0, Some(seen));
            spots.push(spot);
        }
    }
}

/// An acronym is of the type of the name that the article gives for it.
pub(super) fn settle_types(rows: &Rows<'_>, decided: &mut [Decided<'_>], pairs: &[Pair]) {
    if pairs.is_empty() {
        return;
    }
    let types = decided.iter().map(|d| (d.place(), d.entity_type)).collect::<FxHashMap<_, _>>();
    let key = |place: Place| rows.of(place.section).key(place.first, place.last);
    let named = pairs.iter().filter_map(|pair| Some((key(pair.acronym), *types.get(&pair.name)?)));
    let named = named.filter(|(_, t)| *t != EntityType::Person).collect::<FxHashMap<_, _>>();
    for mention in decided.iter_mut().filter(|d| d.place().words() == 1) {
        if let Some(&entity_type) = named.get(&key(mention.place())).filter(|&&t| t != mention.entity_type) {
            mention.entity_type = entity_type;
            mention.listed = mention.spot.entry(entity_type).filter(|listed| !listed.doubtful).copied();
        }
    }
}

/// The capitalized words up to `last` whose initials are the letters, small words counted or not.
fn spelled_to(letters: &str, row: &Row<'_>, last: usize) -> Option<(usize, usize)> {
    let mut letters = letters.chars().rev().peekable();
    let mut index = last;
    loop {
        let initial = row.folded(index).chars().next()?;
        if row.is_upper(index) && letters.peek() == Some(&initial) {
            letters.next();
            if letters.peek().is_none() {
                return (index < last).then_some((index, last));
            }
        } else if is_small(row.folded(index)) {
            if letters.peek() == Some(&initial) && initial != 't' {
                letters.next();
            }
        } else if !is_run_word(row, index) || row.word(index).joint == crate::text::Joint::Hyphen {
            return None;
        }
        if index == 0 || !row.is_joined(index) {
            return None;
        }
        index -= 1;
    }
}

/// The same from `first` on.
fn spelled_from(letters: &str, row: &Row<'_>, first: usize) -> Option<(usize, usize)> {
    let mut letters = letters.chars().peekable();
    let mut index = first;
    while index < row.len() && (index == first || row.is_joined(index)) {
        let initial = row.folded(index).chars().next()?;
        if row.is_upper(index) && letters.peek() == Some(&initial) {
            letters.next();
        } else if !is_small(row.folded(index)) {
            return None;
        }
        if letters.peek().is_none() {
            let closes = row.after(index).trim_start().starts_with([')', ']']);
            return (index > first && closes).then_some((first, index));
        }
        index += 1;
    }
    None
}

fn is_small(folded: &str) -> bool {
    matches!(
        folded,
        "of" | "and" | "for" | "the" | "on" | "in" | "to" | "de" | "del" | "la" | "du" | "des" | "pour" | "da"
    )
}

/// The initials of the capitalized words of a place, if they are three at least.
pub(super) fn initials(rows: &Rows<'_>, place: Place) -> Option<String> {
    let row = rows.of(place.section);
    let upper = (place.first..=place.last).filter(|&i| row.is_upper(i));
    let letters = upper.filter_map(|i| row.folded(i).chars().next()).collect::<String>();
    (letters.chars().count() >= 3).then_some(letters)
}
