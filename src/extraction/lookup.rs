//! Lookup: hits of names become candidates with a first weight.

use super::{
    candidate::{Candidate, Place, Referent},
    lexicon::{Lexicon, Meaning},
    row::Row,
};
use crate::{
    gazetteer::{AliasKind, ClueClass, EntityType},
    matcher::Hit,
    text::{Joint, Shape},
};

/// The candidates of a section's hits.
pub(super) fn candidates(row: &Row<'_>, hits: &[Hit], lexicon: &Lexicon) -> Vec<Candidate> {
    hits.iter().filter_map(|hit| candidate(row, hit, lexicon)).collect()
}

fn candidate(row: &Row<'_>, hit: &Hit, lexicon: &Lexicon) -> Option<Candidate> {
    let Meaning::Alias { entry: number, alias: alias_number } = lexicon.meaning(hit.spelling) else { return None };
    let entry = &lexicon.entries()[number as usize];
    let alias = &entry.aliases[alias_number as usize];
    let mut place = row.place(hit.first as usize, hit.last as usize);
    let mut placed = None;
    if entry.entity_type == EntityType::Location
        && let Some(comma) = (place.first + 1..=place.last).find(|&i| row.word(i).joint == Joint::Comma)
    {
        // "Irving, Texas" is listed to tell which Irving; Texas is a mention of its own.
        placed = Some(row.place(comma, place.last));
        place.last = comma - 1;
    }
    let referent = Referent::Listed { entry: number, alias: alias_number };
    let mut candidate = Candidate::new(place, entry.entity_type, referent, alias.kind);

    let weight = match (alias.kind, place.words()) {
        (AliasKind::Name | AliasKind::Former | AliasKind::Misspelling, 2..) => 4.0,
        (AliasKind::Name | AliasKind::Former | AliasKind::Misspelling, _) => 2.5,
        (AliasKind::Acronym, _) => 2.2,
        (AliasKind::Short, 2..) => 2.5,
        (AliasKind::Short, _) => 1.5,
        (AliasKind::Demonym, _) => 2.5,
    };
    candidate.add("alias", weight, Some(place));
    candidate.add("prior", (entry.weight - 0.5) * 1.5, None);
    if placed.is_some() {
        candidate.add("place-of-place", 2.0, placed);
    }

    guard_common_words(row, &mut candidate);
    guard_capitals(row, &mut candidate);
    guard_part_of_name(row, &mut candidate);
    guard_names_of_people(row, &mut candidate, entry.weight);
    guard_common_beside(row, &mut candidate);
    guard_compounds(row, &mut candidate);
    Some(candidate)
}

/// A name made of common words only needs more than its looks where a sentence begins.
fn guard_common_words(row: &Row<'_>, candidate: &mut Candidate) {
    let place = candidate.place;
    let lower = |i: usize| row.is_common(i) || !row.is_upper(i);
    if !(place.first..=place.last).all(lower) || candidate.kind == AliasKind::Acronym {
        return;
    }
    let word = row.word(place.first);
    match place.words() {
        1 if word.is_sentence_start() || word.in_title_line() => candidate.add("common-word-at-start", -3.5, None),
        1 => candidate.add("common-word", -1.2, None),
        _ if word.in_title_line() => candidate.add("common-words-in-heading", -1.0, None),
        _ => {}
    }
}

/// In a line of capitals an acronym may be an ordinary word: "US" in "TELL US ALL".
fn guard_capitals(row: &Row<'_>, candidate: &mut Candidate) {
    let place = candidate.place;
    if place.words() == 1 && row.word(place.first).in_capitals_line() && row.is_common(place.first) {
        candidate.add("common-word-in-capitals", -3.0, None);
    }
}

/// A one-word name beside another capitalized word may be part of a longer name that no list
/// has: "Jordan" in "Michael Jordan", "Paris" in "Paris Hilton".
fn guard_part_of_name(row: &Row<'_>, candidate: &mut Candidate) {
    let place = candidate.place;
    if place.words() > 1 || candidate.entity_type == EntityType::Event {
        return;
    }
    let before = place.first.checked_sub(1);
    let given_before = before.is_some_and(|i| {
        row.is(i, ClueClass::GivenName)
            && row.is_upper(i)
            && row.is_joined(place.first)
            && !(row.is_common(i) && row.word(i).is_sentence_start())
    });
    if given_before && row.word(place.first).shape != Shape::AllCapitals {
        candidate.add("given-name-before", -2.0, before.map(|i| row.place(i, i)));
    }
    let hyphenated = row.words.get(place.last + 1).is_some_and(|w| w.joint == Joint::Hyphen && w.is_upper_first());
    if hyphenated && candidate.entity_type == EntityType::Person {
        candidate.add("first-part-of-compound", -1.0, None);
    }
}

/// "Charlotte", "Preston": a place that is not in the news every day and whose name people
/// have too must stand where places stand.
fn guard_names_of_people(row: &Row<'_>, candidate: &mut Candidate, weight: f32) {
    let Place { first, last, .. } = candidate.place;
    let persons = row.is(first, ClueClass::GivenName) || row.is(first, ClueClass::Surname);
    let daily = weight >= 0.7 || candidate.kind == AliasKind::Demonym;
    if first != last || candidate.entity_type != EntityType::Location || !persons || daily {
        return;
    }
    let before = if first > 0 { row.folded(first - 1) } else { "" };
    let placed = matches!(before, "in" | "at" | "near" | "from" | "to" | "of" | "outside" | "around" | "for" | "leave")
        && row.is_joined(first)
        || row.words.get(last + 1).is_some_and(|w| w.joint == Joint::Comma && w.is_upper_first());
    if !placed {
        candidate.add("also-a-name-of-people", -2.6, None);
    }
}

/// A one-word name that is a common word, beside another capitalized word: part of a longer
/// name that no list has, "Commons" in "Creative Commons".
fn guard_common_beside(row: &Row<'_>, candidate: &mut Candidate) {
    let Place { first, last, .. } = candidate.place;
    if first != last || !row.is_common(first) || candidate.kind == AliasKind::Acronym {
        return;
    }
    let names = |i: usize| {
        row.is_namelike(i)
            && !(row.is_common(i) && row.word(i).is_sentence_start())
            && row.starting_at(i, ClueClass::Role).is_none()
            && row.ending_at(i, ClueClass::Role).is_none()
            && row.ending_at(i, ClueClass::Honorific).is_none()
    };
    if first > 0 && row.is_joined(first) && names(first - 1) {
        candidate.add("name-before", -2.0, Some(row.place(first - 1, first - 1)));
    } else if row.is_joined(last + 1) && names(last + 1) {
        candidate.add("name-after", -1.0, Some(row.place(last + 1, last + 1)));
    }
}

/// "pro-Beijing", "US$ 20": not the place but a quality or a currency.
fn guard_compounds(row: &Row<'_>, candidate: &mut Candidate) {
    let Place { first, last, .. } = candidate.place;
    let prefix = first > 0
        && row.word(first).joint == Joint::Hyphen
        && ["pro", "anti", "non", "ex", "pre", "post", "un", "mid", "trans", "all"].contains(&row.folded(first - 1));
    if prefix {
        candidate.add("prefix-before", -4.0, Some(row.place(first - 1, first - 1)));
    }
    if row.after(last).trim_start().starts_with(['$', '€', '£', '¥', '₹']) {
        candidate.add("currency-after", -4.0, None);
    }
}
