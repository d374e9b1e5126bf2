//! Rules for events.

use super::{PLACE_IN_NAME, Scene};
use crate::{
    extraction::candidate::Candidate,
    gazetteer::{
        ClueClass::{EventEnding, EventHead, Honorific, Role},
        EntityType::{Event, Location},
    },
    text::{Joint, Shape},
};

pub(super) fn propose(scene: &mut Scene<'_, '_>) {
    edition(scene);
    ending(scene);
    head(scene);
}

/// "[58th Orsha Security Conference]", "[World Cup 2022]": a listed event with the ordinal or
/// year of its edition.
fn edition(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    let events = scene.listed.iter().filter(|c| c.entity_type == Event);
    let events = events.map(|c| Candidate::clone(c)).collect::<Vec<_>>();
    for event in events {
        let dated = event.entry(scene.lexicon).is_some_and(|e| !e.begin.is_empty());
        let (mut first, mut last) = (event.place.first, event.place.last);
        if first > 0
            && row.word(first).joint == Joint::Space
            && (scene.is_ordinal(first - 1) || scene.is_year(first - 1) && !dated)
        {
            first -= 1;
        } else if scene.is_year(last + 1) && row.word(last + 1).joint == Joint::Space && !dated {
            last += 1;
        }
        if (first, last) != (event.place.first, event.place.last) {
            let seen = if first < event.place.first { first } else { last };
            let mut edition = event;
            edition.place = row.place(first, last);
            edition.add("edition", 0.5, Some(row.place(seen, seen)));
            scene.editions.push(edition);
        }
    }
}

/// "[2015 Orsha cease-fire deal]", "[Maran-Tuvana conflict]", "[Kwale Peace Conference]".
fn ending(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for (begin, end) in row.all(EventEnding) {
        if row.word(begin).in_capitals_line() {
            continue;
        }
        // Words between the name and the ending: "peace", "cease-fire".
        let mut middle = begin;
        while middle > 0 && row.is_joined(middle) && middle + 4 > begin && is_modifier(scene, middle - 1) {
            middle -= 1;
        }
        if middle == 0 || !row.is_joined(middle) {
            continue;
        }
        let mut first = middle;
        while first > 0 && middle - first < 6 && row.is_joined(first) && names_event(scene, first - 1) {
            first -= 1;
        }
        while first < middle && (row.starting_at(first, Role).is_some() || row.is(first, Honorific)) {
            first += 1;
        }
        if first == middle {
            continue;
        }
        let numbered = first > 0
            && matches!(row.word(first).joint, Joint::Space)
            && (scene.is_year(first - 1) || scene.is_ordinal(first - 1));
        let inner = scene.is_year(first) || scene.is_ordinal(first);
        let proper = (first..middle).any(|i| row.is_upper(i) && !row.is_common(i) && !scene.is_ordinal(i));
        let capital = row.is_upper(end);
        if !proper && !capital {
            continue;
        }
        // "Maran-Tuvana conflict": two sides, which are places until something says otherwise.
        let versus = middle - first == 2
            && row.word(first + 1).joint == Joint::Hyphen
            && [first, first + 1].iter().all(|&i| row.is_upper(i) && !row.is_common(i));
        if versus && is_fought(row.folded(end)) {
            for side in [first, first + 1] {
                scene.propose(side, side, Location, PLACE_IN_NAME, 1.0, Some((begin, end)));
            }
        }
        // "the Tuvanian invasion" says who, not which.
        let vague = !numbered && middle == begin && first + 1 == middle && is_adjective(scene, first);
        let lower = if is_strong(row.folded(end)) && !vague { 0.5 } else { -1.0 };
        let weight = if capital { 1.6 } else { lower }
            + if numbered || inner { 1.2 } else { 0.0 }
            + if versus { 1.5 } else { 0.0 };
        let last = if capital { scene.continue_from(end, &["of", "on", "for"], 4) } else { end };
        let last = if scene.is_year(last + 1) && row.word(last + 1).joint == Joint::Space && capital {
            last + 1
        } else {
            last
        };
        let first = if numbered { first - 1 } else { first };
        scene.propose(first, last, Event, "event-ending", weight, Some((begin, end)));
    }
}

/// "[Battle of Orsha]", "[Hurricane Tomas]", "[Second Battle of Maran]".
fn head(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for (begin, end) in row.all(EventHead) {
        if !row.is_upper(begin) || !row.is_joined(end + 1) {
            continue;
        }
        let name = if row.folded(end + 1) == "the" { end + 2 } else { end + 1 };
        let Some(last) = scene.run_from(name, 3) else { continue };
        let common = row.is_common(begin) && begin == end && row.word(begin).is_sentence_start();
        let fought = matches!(row.folded(begin), "battle" | "siege" | "fall" | "invasion" | "treaty" | "massacre");
        if fought && name == last && !row.is_common(name) && scene.listed_from(name).next().is_none() {
            scene.propose(name, name, Location, PLACE_IN_NAME, 0.9, Some((begin, end)));
        }
        let numbered = begin > 0
            && row.word(begin).joint == Joint::Space
            && (scene.is_ordinal(begin - 1) || scene.is_year(begin - 1));
        let first = if numbered { begin - 1 } else { begin };
        let weight = if common { 0.3 } else { 2.2 };
        scene.propose(first, last, Event, "event-head", weight, Some((begin, end)));
    }
}

/// Whether the word may stand in the name part of an event: capitalized, a year or an ordinal.
fn names_event(scene: &Scene<'_, '_>, index: usize) -> bool {
    scene.may_name(index) || scene.is_year(index) || scene.is_ordinal(index)
}

/// Lower-case words that stand between an event's name and its ending.
fn is_modifier(scene: &Scene<'_, '_>, index: usize) -> bool {
    let row = scene.row;
    row.word(index).shape == Shape::Lower
        && (row.is(index, EventEnding)
            || [
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
            ]
            .contains(&row.folded(index)))
}

/// Whether the word is a demonym or looks like one.
fn is_adjective(scene: &Scene<'_, '_>, index: usize) -> bool {
    let word = scene.row.folded(index);
    scene.is_demonym(index) || ["an", "ish", "ese", "ic"].iter().any(|ending| word.len() > 5 && word.ends_with(ending))
}

/// Endings of events that have two sides.
fn is_fought(folded: &str) -> bool {
    matches!(folded, "conflict" | "war" | "wars" | "dispute" | "crisis" | "summit" | "talks")
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
