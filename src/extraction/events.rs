//! Spots of events: years, ordinals and lower-case words beside capitalized ones make places
//! that runs of capitalized words do not: "2015 Orsha cease-fire deal", "Maran-Tuvana conflict".

use super::{
    row::{Row, Trait},
    signs::Single,
    spot::Spot,
    spots::is_run_word,
};
use crate::{
    gazetteer::ClueClass::{EventEnding, EventHead, FunctionWord, Honorific, Role},
    text::{Joint, Shape},
};

/// Proposes the events of a section.
pub(super) fn propose(row: &Row<'_>, spots: &mut Vec<Spot>) {
    for (begin, end) in row.all(EventEnding) {
        // Of several endings in a row the last ends the name: "War Crimes Trial".
        let goes_on = row.is_joined(end + 1) && row.is_upper(end + 1) && row.is(end + 1, EventEnding);
        if !row.word(begin).in_capitals_line() && !goes_on {
            ending(row, begin, end, spots);
        }
    }
    for (begin, end) in row.all(EventHead) {
        if row.is_upper(begin) && row.is_joined(end + 1) {
            head(row, begin, end, spots);
        }
    }
}

/// "[2015 Orsha cease-fire deal]", "[Maran-Tuvana conflict]", "[Kwale Peace Conference]".
fn ending(row: &Row<'_>, begin: usize, end: usize, spots: &mut Vec<Spot>) {
    // Words between the name and the ending: "peace", "cease-fire".
    let mut middle = begin;
    while middle > 0 && row.is_joined(middle) && middle + 4 > begin && is_modifier(row, middle - 1) {
        middle -= 1;
    }
    if middle == 0 || !row.is_joined(middle) {
        return;
    }
    let mut first = middle;
    while first > 0 && middle - first < 6 && row.is_joined(first) && names_event(row, first - 1) {
        first -= 1;
    }
    while first < middle && (row.starting_at(first, Role).is_some() || row.is(first, Honorific)) {
        first += 1;
    }
    let capital = row.is_upper(end);
    let proper = (first..middle).any(|i| row.is_upper(i) && is_proper(row, i));
    let strong = is_strong(row.folded(end));
    if first < middle && !proper && !capital && strong && row.shows(middle - 1, Trait::Year) {
        let mut spot = Spot::new(row.place(middle - 1, end));
        spot.add(Single::EventYear, 1.0, Some(row.place(begin, end)));
        spots.push(spot);
        return;
    }
    if first == middle || !proper && !capital {
        return;
    }
    let mut last = end;
    if row.shows(end + 1, Trait::Year) && row.word(end + 1).joint == Joint::Space && capital {
        last += 1;
    }
    let numbered = |i: usize| row.shows(i, Trait::Year) || row.shows(i, Trait::Ordinal);
    let before = first > 0 && row.word(first).joint == Joint::Space && numbered(first - 1);
    let begin_at = if before { first - 1 } else { first };
    // Every place that may begin the name, so that "Syrian" or "Second" can be left out or in.
    for start in begin_at..middle {
        let hyphen = row.word(start).joint == Joint::Hyphen && start > begin_at;
        if hyphen || row.is(start, FunctionWord) && start > begin_at {
            continue;
        }
        let mut spot = Spot::new(row.place(start, last));
        let seen = Some(row.place(begin, end));
        let single = match (capital, strong) {
            (true, _) => Single::EventEnding,
            (false, true) => Single::EventStrong,
            (false, false) => Single::EventWeak,
        };
        spot.add(single, 1.0, seen);
        if (start..middle).any(numbered) || last > end {
            spot.add(Single::EventNumbered, 1.0, seen);
        } else if start + 1 == middle && is_adjective(row, start) && middle == begin {
            spot.add(Single::EventVague, 1.0, seen);
        }
        let sides = middle - start == 2
            && row.word(start + 1).joint == Joint::Hyphen
            && [start, start + 1].iter().all(|&i| row.is_upper(i) && !row.is_common(i));
        if sides {
            spot.add(Single::EventSides, 1.0, seen);
        }
        if row.is_joined(last + 1) && row.is(last + 1, EventEnding) {
            spot.add(Single::EventGoesOn, 1.0, Some(row.place(last + 1, last + 1)));
        }
        spots.push(spot);
    }
}

/// "[Battle of Orsha]", "[Hurricane Tomas]", "[Second Battle of Maran]".
fn head(row: &Row<'_>, begin: usize, end: usize, spots: &mut Vec<Spot>) {
    let name = if row.folded(end + 1) == "the" { end + 2 } else { end + 1 };
    let numbered = begin > 0
        && row.word(begin).joint == Joint::Space
        && (row.shows(begin - 1, Trait::Ordinal) && row.is_upper(begin - 1) || row.shows(begin - 1, Trait::Year));
    let first = if numbered { begin - 1 } else { begin };
    for last in name..(name + 3).min(row.len()) {
        if !row.is_joined(last) || !is_run_word(row, last) {
            break;
        }
        let mut spot = Spot::new(row.place(first, last));
        spot.add(Single::EventHead, 1.0, Some(row.place(begin, end)));
        spots.push(spot);
    }
}

/// Whether the word may stand in the name part of an event: capitalized, a year or an ordinal.
fn names_event(row: &Row<'_>, index: usize) -> bool {
    is_run_word(row, index) || row.shows(index, Trait::Year) || row.shows(index, Trait::Ordinal)
}

/// Whether the capitalized word is no ordinary one, or stands in the name of a place or
/// organization made of ordinary words: "United States", "Turkey".
fn is_proper(row: &Row<'_>, index: usize) -> bool {
    let listed = [Trait::InLocation, Trait::ListedLocation, Trait::InOrganization].iter().any(|&t| row.shows(index, t));
    listed || !row.is_common(index) && !row.shows(index, Trait::Ordinal)
}

/// Lower-case words that stand between an event's name and its ending.
fn is_modifier(row: &Row<'_>, index: usize) -> bool {
    row.word(index).shape == Shape::Lower && (row.is(index, EventEnding) || MODIFIERS.contains(&row.folded(index)))
}

const MODIFIERS: [&str; 50] = [
    "peace",
    "nuclear",
    "civil",
    "climate",
    "trade",
    "presidential",
    "parliamentary",
    "general",
    "legislative",
    "federal",
    "regional",
    "local",
    "municipal",
    "independence",
    "cease",
    "fire",
    "hostage",
    "prisoner",
    "grain",
    "oil",
    "gas",
    "arms",
    "security",
    "economic",
    "border",
    "terror",
    "terrorist",
    "suicide",
    "train",
    "school",
    "mass",
    "election",
    "film",
    "jazz",
    "leadership",
    "party",
    "debt",
    "refugee",
    "migrant",
    "world",
    "mayoral",
    "gubernatorial",
    "senate",
    "state",
    "snap",
    "by",
    "missile",
    "car",
    "bomb",
    "plane",
];

/// Whether the word is a demonym or looks like one.
fn is_adjective(row: &Row<'_>, index: usize) -> bool {
    row.shows(index, Trait::Demonym) || row.shows(index, Trait::DemonymLike)
}

/// Endings that make an event of a name even in lower case.
fn is_strong(folded: &str) -> bool {
    [
        "war",
        "wars",
        "conflict",
        "summit",
        "referendum",
        "election",
        "elections",
        "treaty",
        "accord",
        "accords",
        "earthquake",
        "tsunami",
        "massacre",
        "uprising",
        "genocide",
        "revolution",
        "invasion",
        "olympics",
        "championship",
        "championships",
        "prix",
        "marathon",
        "festival",
        "pandemic",
        "epidemic",
        "cup",
        "intifada",
        "coup",
        "armistice",
        "biennale",
        "carnival",
    ]
    .contains(&folded)
}
