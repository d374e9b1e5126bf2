//! Spots proposed by looks: runs of capitalized words, and every part of a run.
//!
//! Which part is a name, if any, is not decided here; see `readings`.

use super::{
    place::Place,
    row::{Row, Trait},
    spot::Spot,
};
use crate::{
    gazetteer::ClueClass,
    text::{Joint, Shape},
};

/// Words of a run at most; a longer one is cut.
const MAX_RUN: usize = 24;
/// Words of a place inside a run at most.
const MAX_WORDS: usize = 9;

/// The spots of a section's runs.
pub(super) fn propose(row: &Row<'_>, spots: &mut Vec<Spot>) {
    let mut first = 0;
    while first < row.len() {
        if !begins(row, first) {
            first += 1;
            continue;
        }
        let last = run_end(row, first);
        let long = last - first >= 14;
        for begin in first..=last {
            if !begins(row, begin) {
                continue;
            }
            let reach = if long { 4 } else { MAX_WORDS };
            for end in begin..(begin + reach).min(last + 1) {
                let names = is_run_word(row, end)
                    || end > begin && (row.word(end).joint == Joint::Hyphen || is_number(row, end));
                if names && !(begin == end && row.is(begin, ClueClass::FunctionWord)) {
                    spots.push(Spot::new(row.place(begin, end)));
                }
            }
        }
        first = last + 1;
    }
}

/// Whether a name may begin with the word.
fn begins(row: &Row<'_>, index: usize) -> bool {
    is_run_word(row, index)
        || row.shows(index, Trait::Ordinal) && row.is_joined(index + 1) && is_run_word(row, index + 1)
        || row.is(index, ClueClass::Particle)
            && row.word(index).shape == Shape::Lower
            && row.is_joined(index + 1)
            && is_run_word(row, index + 1)
            && (row.word(index + 1).joint == Joint::Hyphen || !row.is_common(index))
}

/// Whether the word may be one of a name by its looks: capitalized in a line where capitals say
/// something, and for another reason than its place in the sentence or heading.
pub(super) fn is_run_word(row: &Row<'_>, index: usize) -> bool {
    if !row.is_namelike(index) || row.word(index).in_capitals_line() || row.is(index, ClueClass::FunctionWord) {
        return false;
    }
    !row.word(index).in_title_line() || !row.is_common(index) || is_building_block(row, index)
}

/// Ordinary words that names are built of, so that they may be part of one even in a heading.
fn is_building_block(row: &Row<'_>, index: usize) -> bool {
    use ClueClass::{EventEnding, GivenName, OrganizationEnding, OrganizationHead, PlaceEnding, PlaceHead, Surname};
    [OrganizationEnding, OrganizationHead, PlaceEnding, PlaceHead, EventEnding, GivenName, Surname]
        .into_iter()
        .any(|class| row.is(index, class))
}

/// The last word of the run that begins at `first`.
fn run_end(row: &Row<'_>, first: usize) -> usize {
    let mut last = first;
    while last - first < MAX_RUN {
        match step(row, first, last) {
            Some(next) => last = next,
            None => break,
        }
    }
    last
}

/// The next word of names after `last` in the same run: the next word, or the one after small
/// words such as "of the", after the possessive of "People's" or "Magistrates'", or after the comma
/// of "Ministry of Trade, Industry and Resources".
fn step(row: &Row<'_>, first: usize, last: usize) -> Option<usize> {
    let mut next = last + 1;
    let word = row.words.get(next)?;
    if word.is_possessive() {
        return (owns_name(row, last, next + 1) && row.is_joined(next + 1)).then_some(next + 1);
    }
    let plural = word.joint == Joint::Apostrophe && owns_name(row, last, next);
    let listing = word.joint == Joint::Comma && is_listing(row, first, next);
    if plural || listing {
        return Some(next);
    }
    if !row.is_joined(next) {
        return None;
    }
    // At most two small words between.
    while next <= last + 3 {
        if is_run_word(row, next) || next == last + 1 && is_number(row, next) {
            return Some(next);
        }
        // "Jamaat-i-Islami"
        let tied = |i: usize| row.words.get(i).is_some_and(|w| w.joint == Joint::Hyphen);
        if tied(next) && row.folded(next).len() <= 3 && tied(next + 1) && is_run_word(row, next + 1) {
            return Some(next + 1);
        }
        // "Jong-un", "Seok-yeol"
        if row.words.get(next).is_some_and(|w| w.joint == Joint::Hyphen && w.shape == Shape::Lower)
            && row.word(last).shape == Shape::Capitalized
            && !row.is_common(next)
        {
            return Some(next);
        }
        if !is_connector(row, next) || !row.is_joined(next + 1) {
            return None;
        }
        next += 1;
    }
    None
}

/// Whether the word is a number that a name may hold: "Camp 11", "Zone 8 Football Cup". No year, which events
/// have, none of a date, and none in a table.
fn is_number(row: &Row<'_>, index: usize) -> bool {
    row.shows(index, Trait::Digits)
        && matches!(row.word(index).joint, Joint::Space | Joint::Hyphen)
        && row.word(index).span.end - row.word(index).span.begin <= 4
        && !row.shows(index, Trait::Year)
        && !row.shows(index, Trait::TableLine)
        && is_run_word(row, index - 1)
        && !row.is(index - 1, ClueClass::Month)
        && row.words.get(index + 1).is_none_or(|next| next.joint != Joint::Hyphen && next.joint != Joint::Slash)
}

/// Whether the possessive after `owner` stands inside a name: of a plural before an organization's
/// ending, or of a collective before any word of names.
fn owns_name(row: &Row<'_>, owner: usize, next: usize) -> bool {
    let ending = (next..next + 2).any(|i| row.is(i, ClueClass::OrganizationEnding) && is_run_word(row, i));
    // "Seamen", not "Yemen".
    let plural = row.folded(owner).ends_with('s')
        || row.folded(owner).ends_with("men") && !row.shows(owner, Trait::ListedLocation);
    is_run_word(row, next) && (COLLECTIVES.contains(&row.folded(owner)) || ending && plural)
}

/// Whether the comma before `next` is one of a list in the name of a ministry or committee, which
/// an "and" must end.
fn is_listing(row: &Row<'_>, first: usize, next: usize) -> bool {
    let headed =
        matches!(row.folded(first), "ministry" | "department" | "committee" | "commission" | "office" | "bureau")
            || row.is(first, ClueClass::OrganizationEnding) && row.marks(first + 1, super::markers::Marker::Of);
    headed
        && is_run_word(row, next)
        && (next + 1..next + 5).any(|i| row.marks(i, super::markers::Marker::And) && is_run_word(row, i + 1))
}

fn is_connector(row: &Row<'_>, index: usize) -> bool {
    let Some(word) = row.words.get(index) else { return false };
    matches!(word.shape, Shape::Lower | Shape::Uncased)
        && (matches!(row.folded(index), "of" | "and" | "for" | "the" | "on" | "in" | "to" | "without" | "with" | "at")
            || row.is(index, ClueClass::Particle))
}

/// Words whose possessive stands inside names: "People's Party", "King's College".
const COLLECTIVES: [&str; 25] = [
    "people",
    "peoples",
    "women",
    "men",
    "workers",
    "children",
    "farmers",
    "teachers",
    "veterans",
    "writers",
    "journalists",
    "lawyers",
    "peasants",
    "citizens",
    "employers",
    "king",
    "queen",
    "saint",
    "doctors",
    "nurses",
    "prosecutor",
    "general",
    "mothers",
    "governors",
    "players",
];

/// Spots at every place of a line of capitals or a heading where a name stands that the article
/// establishes elsewhere: there capitals say too little to propose names by looks.
pub(super) fn propose_known(row: &Row<'_>, known: &dyn Fn(u64) -> bool, spots: &mut Vec<Spot>) {
    for first in 0..row.len() {
        let word = row.word(first);
        if !(word.in_capitals_line() || word.in_title_line()) || !word.is_upper_first() {
            continue;
        }
        for last in first..(first + 6).min(row.len()) {
            if last > first && !row.is_joined(last) {
                break;
            }
            if row.is_upper(last) && known(row.key(first, last)) {
                spots.push(Spot::new(Place { section: row.section, first, last }));
            }
        }
    }
}
