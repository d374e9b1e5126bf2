//! Rules for locations.

use super::Scene;
use crate::{
    gazetteer::{
        ClueClass::{
            CommonWord, GivenName, Honorific, Month, NotName, OrganizationEnding, PlaceEnding, PlaceHead, PlaceNoun,
            Role, Surname,
        },
        EntityType::Location,
    },
    text::{Joint, Shape, Word},
};

pub(super) fn propose(scene: &mut Scene<'_, '_>) {
    head(scene);
    ending(scene);
    for index in (0..scene.row.len()).filter(|&i| scene.row.is_namelike(i)).collect::<Vec<_>>() {
        noun_beside(scene, index);
        preposition(scene, index);
        compass_capital(scene, index);
        before_known_place(scene, index);
        beside_known_place(scene, index);
        dateline(scene, index);
    }
}

/// "[Lake Tuvana]", "[Gulf of Maran]".
fn head(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for (begin, end) in row.all(PlaceHead) {
        let mut name = end + 1;
        if row.folded(name) == "the" && row.is_joined(name) && end > begin {
            name += 1;
        }
        if !row.is_upper(begin) || row.word(begin).in_capitals_line() || !row.is_joined(name) {
            continue;
        }
        let Some(last) = scene.run_from(name, 3) else { continue };
        if row.is(last, OrganizationEnding) || scene.is_demonym(name) {
            continue;
        }
        let weight = match row.folded(begin) {
            "north" | "south" | "east" | "west" | "northern" | "southern" | "eastern" | "western" | "central"
            | "upper" | "lower" | "new" | "old" | "great" | "greater"
                if begin == end =>
            {
                -0.2
            }
            _ if row.is_common(begin) && row.word(begin).is_sentence_start() && begin == end => 0.5,
            _ => 1.8,
        };
        scene.propose(begin, last, Location, "place-head", weight, Some((begin, end)));
    }
}

/// "[Oranje River]", "[Kwale Province]", "[Tsavo International Airport]".
fn ending(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for (begin, end) in row.all(PlaceEnding) {
        if !row.is_upper(begin) || row.word(begin).in_capitals_line() {
            continue;
        }
        let mut first = scene.run_to(begin, 4);
        while first < begin && matches!(row.folded(first), "of" | "and" | "for") {
            first += 1;
        }
        if first < begin && row.starting_at(first, Role).is_none() && row.starting_at(first, Honorific).is_none() {
            let common = (first..begin).all(|i| row.is(i, CommonWord));
            scene.propose(first, end, Location, "place-ending", if common { 1.0 } else { 1.8 }, Some((begin, end)));
        }
    }
}

/// "the [Kivuma] region", "the town of [Orsk]", "northern [Banteay]".
fn noun_beside(scene: &mut Scene<'_, '_>, index: usize) {
    let row = scene.row;
    let Some(last) = unknown_run(scene, index) else { return };
    let noun = |i: usize| row.is(i, PlaceNoun) && !row.is_upper(i);
    if row.is_joined(last + 1) && noun(last + 1) && index > 0 && row.is_joined(index) {
        let weight = if row.folded(index - 1) == "the" { 1.3 } else { 0.8 };
        scene.propose(index, last, Location, "place-noun", weight, Some((last + 1, last + 1)));
    }
    if index < 2 || !row.is_joined(index) {
        return;
    }
    if row.folded(index - 1) == "of" && noun(index - 2) {
        scene.propose(index, last, Location, "place-noun", 2.0, Some((index - 2, index - 2)));
    }
    let compass = row.folded(index - 1);
    let compass = compass.strip_suffix("ern").unwrap_or(compass);
    let sides = ["north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest", "central"];
    if sides.contains(&compass) && row.word(index - 1).shape == Shape::Lower {
        scene.propose(index, last, Location, "compass", 1.5, Some((index - 1, index - 1)));
    }
}

/// "[South Quessel]", "[Northern Iraq]": a capitalized side of a place.
fn compass_capital(scene: &mut Scene<'_, '_>, index: usize) {
    let row = scene.row;
    let side = row.folded(index);
    let side = side.strip_suffix("ern").unwrap_or(side);
    let is_side = matches!(side, "north" | "south" | "east" | "west" | "upper" | "lower" | "central");
    let name = index + 1;
    if !is_side || !scene.row.is_namelike(index) || !row.is_joined(name) || row.word(index).in_title_line() {
        return;
    }
    let known = scene.listed_from(name).find(|c| c.entity_type == Location);
    if let Some(known) = known {
        let last = known.place.last;
        let alone = !(row.is_joined(last + 1) && row.is_namelike(last + 1));
        if alone {
            scene.propose(index, last, Location, "side-of-place", 1.0, Some((index, index)));
        }
    } else if let Some(last) = unknown_run(scene, name) {
        let noun = row.is(last + 1, PlaceNoun) && row.is_joined(last + 1);
        let placed =
            index > 0 && matches!(row.folded(index - 1), "in" | "near" | "from" | "across") && row.is_joined(index);
        if noun || placed {
            scene.propose(index, last, Location, "side-of-place", 1.5, Some((index, index)));
        }
    }
}

/// "in [Kloten]": weak evidence, for names of one or two words that nothing else claims.
fn preposition(scene: &mut Scene<'_, '_>, index: usize) {
    let row = scene.row;
    if index == 0 || !row.is_joined(index) || row.word(index - 1).shape != Shape::Lower {
        return;
    }
    let Some(last) = unknown_run(scene, index) else { return };
    if last > index + 1 || (index..=last).any(|i| row.is_common(i) || row.is(i, GivenName)) {
        return;
    }
    let weight = match row.folded(index - 1) {
        _ if row.words.get(last + 1).is_some_and(Word::is_possessive) => return,
        "in" if index > 1 && is_held(row.folded(index - 2)) => return,
        "in" if last == index => 0.9,
        "in" => 0.7,
        "near" | "outside" => 1.0,
        "from" | "to" | "at" if last == index && !row.is(index, Surname) => -0.2,
        _ => return,
    };
    scene.propose(index, last, Location, "preposition", weight, Some((index - 1, index - 1)));
}

/// What one has in somebody or something that is no place.
fn is_held(folded: &str) -> bool {
    [
        "shares",
        "share",
        "stake",
        "stakes",
        "interest",
        "confidence",
        "faith",
        "trust",
        "belief",
        "believe",
        "believes",
        "invest",
        "invested",
        "investment",
        "investments",
        "role",
        "character",
        "star",
        "stars",
        "starred",
    ]
    .contains(&folded)
}

/// "[Kloten], Switzerland".
fn before_known_place(scene: &mut Scene<'_, '_>, index: usize) {
    let row = scene.row;
    if index > 0 && row.is_joined(index) && scene.may_name(index - 1) {
        return;
    }
    let Some(last) = unknown_run(scene, index) else { return };
    let next = last + 1;
    if last > index + 2 || !scene.is_after_comma(next) || row.is(index, GivenName) {
        return;
    }
    let known = scene.listed_from(next).find(|c| c.entity_type == Location).map(|c| c.place.last);
    if let Some(end) = known {
        let placed = index > 0 && matches!(row.folded(index - 1), "in" | "at" | "near" | "from" | "of" | "to");
        let weight = if placed { 2.5 } else { 0.6 };
        scene.propose(index, last, Location, "before-known-place", weight, Some((next, end)));
    }
}

/// "from the [Ondar] to the Middle East", "Zurich and [Kloten]".
fn beside_known_place(scene: &mut Scene<'_, '_>, index: usize) {
    let row = scene.row;
    let Some(last) = unknown_run(scene, index) else { return };
    if last > index + 1 || row.is(index, GivenName) || row.is(last, Surname) || row.word(index).is_sentence_start() {
        return;
    }
    let link = |i: usize| matches!(row.folded(i), "and" | "or" | "to") && row.is_joined(i);
    let mut after = last + 2;
    if row.folded(after) == "the" {
        after += 1;
    }
    let known = if link(last + 1) && row.is_joined(after) {
        scene.listed_from(after).find(|c| c.entity_type == Location)
    } else if index > 1 && link(index - 1) && row.is_joined(index) {
        scene.listed_to(index - 2).find(|c| c.entity_type == Location)
    } else {
        None
    };
    if let Some(known) = known {
        let seen = (known.place.first, known.place.last);
        scene.propose(index, last, Location, "beside-known-place", 0.6, Some(seen));
    }
}

/// "[ORSHA], Feb 19 (Agency) -": capitals where a paragraph begins.
fn dateline(scene: &mut Scene<'_, '_>, index: usize) {
    let row = scene.row;
    let word = row.word(index);
    let begins = matches!(word.joint, Joint::Start | Joint::LineBreak | Joint::Paragraph) && word.is_sentence_start();
    if !begins || word.shape != Shape::AllCapitals || word.in_capitals_line() {
        return;
    }
    let mut last = index;
    while last < index + 2
        && row.words.get(last + 1).is_some_and(|w| w.shape == Shape::AllCapitals)
        && row.is_joined(last + 1)
    {
        last += 1;
    }
    let next = last + 1;
    let dated = scene.is_after_comma(next) && row.is(next, Month);
    let dashed = row.before(next).trim_start().starts_with(['-', '–', '—', '(']) && row.words.get(next).is_some();
    if dated || dashed {
        scene.propose(index, last, Location, "dateline", 2.0, None);
    }
}

/// The run of at most three words that may be the name of an unknown place; none where a
/// title or a listed name begins.
fn unknown_run(scene: &Scene<'_, '_>, first: usize) -> Option<usize> {
    let row = scene.row;
    if !row.is_namelike(first) || row.is_common(first) || row.word(first).shape == Shape::AllCapitals {
        return None;
    }
    let last = scene.run_from(first, 3)?;
    let taken = row.is(first, NotName)
        || scene.listed_from(first).next().is_some()
        || scene.is_demonym(first)
        || row.starting_at(first, Role).is_some()
        || row.is(first, Honorific)
        || row.is(last, OrganizationEnding);
    (!taken).then_some(last)
}
