//! Rules for people.

use super::Scene;
use crate::{
    gazetteer::{
        ClueClass::{
            EventEnding, GivenName, Honorific, Month, NotName, OrganizationEnding, Particle, PlaceEnding, PlaceNoun,
            ReportingVerb, Role, Surname,
        },
        EntityType::{Location, Organization, Person},
    },
    text::{Joint, Shape},
};

/// Words of a person's name at most, particles not counted.
const MAX_NAMES: usize = 5;

pub(super) fn propose(scene: &mut Scene<'_, '_>) {
    title_before_name(scene);
    for first in 0..scene.row.len() {
        given_name(scene, first);
        initials(scene, first);
    }
    let mut first = 0;
    while first < scene.row.len() {
        let Some(last) = person_run(scene, first) else {
            first += 1;
            continue;
        };
        capitalized_pair(scene, first, last);
        around(scene, first, last);
        first = last + 1;
    }
}

/// "Foreign Minister [Jean-Yves Le Drian]", "spokesman [Ned Price]", "Mr [Okafor]".
fn title_before_name(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for (class, strong) in [(Honorific, true), (Role, false)] {
        for (first, last) in row.all(class) {
            let name = last + 1;
            let direct = row.words.get(name).is_some_and(|w| {
                matches!(w.joint, Joint::Space | Joint::LineBreak)
                    || w.joint == Joint::FullStop && !w.is_sentence_start()
            });
            if !direct || strong && !row.is_upper(first) || row.is(name, Honorific) {
                continue;
            }
            let Some(end) = person_run(scene, name) else { continue };
            let one = name == end;
            let weight = match (strong, row.is_upper(last), one) {
                (true, _, _) => 3.0,
                (_, true, false) => 2.5,
                (_, true, true) => 1.2,
                (_, false, false) => 2.0,
                (_, false, true) => 0.6,
            };
            // "Foreign Minister Ministry", "president United Nations": the words after are
            // no person if they are a listed name of something else.
            let other = [Organization, Location].iter().any(|&is| scene.is_listed(name, end, is));
            // "rebel Zelmar area"
            let place = row.is(end + 1, PlaceNoun) && row.is_joined(end + 1);
            if other || one && !strong && (row.is_common(name) || scene.is_demonym(name) || place) {
                continue;
            }
            scene.propose(name, end, Person, "title-before-name", weight, Some((first, last)));
        }
    }
}

/// "[Amara Okonkwo]": a given name and what follows.
fn given_name(scene: &mut Scene<'_, '_>, index: usize) {
    let row = scene.row;
    let inside = row.word(index).joint == Joint::Hyphen && index > 0 && row.is_upper(index - 1);
    if !row.is(index, GivenName) || !row.is_namelike(index) || row.word(index).shape == Shape::AllCapitals || inside {
        return;
    }
    let Some(last) = person_run(scene, index) else { return };
    if last == index {
        lone_given_name(scene, index);
        return;
    }
    let surname = row.is(last, Surname) || row.is(index + 1, GivenName);
    let doubtful = row.is_common(index) || scene.listed_from(index).any(|c| c.place.last == index);
    let weight = match (doubtful, surname) {
        (false, true) => 3.0,
        (false, false) => 2.2,
        (true, true) => 2.0,
        // "Will Russia …": an auxiliary where a sentence begins.
        (true, false) if row.word(index).is_sentence_start() && row.is_common(last) => -0.5,
        (true, false) if matches!(row.folded(index), "will" | "may" | "can" | "art" | "an" | "so") => -0.5,
        (true, false) => 0.8,
    };
    // A further name before a given name: "[Nkosi Maria Dlamini]".
    let extend = index > 0
        && row.is_joined(index)
        && scene.may_name(index - 1)
        && !row.is_common(index - 1)
        && !scene.is_demonym(index - 1)
        && row.word(index - 1).shape == Shape::Capitalized
        && row.ending_at(index - 1, Role).is_none()
        && row.ending_at(index - 1, Honorific).is_none()
        && scene.listed_to(index - 1).next().is_none();
    let first = if extend { index - 1 } else { index };
    scene.propose(first, last, Person, "given-name", weight, Some((index, index)));
}

/// "[Hayley] told": a given name alone, beside no other capitalized word.
fn lone_given_name(scene: &mut Scene<'_, '_>, index: usize) {
    let row = scene.row;
    let beside = index > 0 && row.is_joined(index) && row.is_namelike(index - 1)
        || row.is_joined(index + 1) && row.is_namelike(index + 1)
        || row.words.get(index + 1).is_some_and(|w| w.joint == Joint::Hyphen);
    let plain = row.word(index).shape == Shape::Capitalized && !row.word(index).in_title_line();
    if plain && !beside && !row.is_common(index) && scene.listed_from(index).next().is_none() {
        scene.propose(index, index, Person, "lone-given-name", 0.4, Some((index, index)));
    }
}

/// "[J. K. Mbeki]", "[T.S. Eliot]".
fn initials(scene: &mut Scene<'_, '_>, first: usize) {
    let row = scene.row;
    let written = row.words.written(first);
    let dotted = written.ends_with('.') && written.len() <= 6;
    let initial = row.word(first).shape == Shape::Initial
        && row.words.get(first + 1).is_some_and(|w| w.joint == Joint::FullStop && !w.is_sentence_start());
    if !(dotted && row.is_upper(first) || initial) || scene.listed_from(first).next().is_some() {
        return;
    }
    let Some(last) = person_run(scene, first) else { return };
    let names = (first..=last).filter(|&i| row.word(i).shape == Shape::Capitalized && !row.is_common(i));
    if last > first && names.count() > 0 {
        scene.propose(first, last, Person, "initials", 1.8, Some((first, first)));
    }
}

/// Two or three capitalized words, none of them a common word, and nothing that says they are
/// something else: in news these are mostly people.
fn capitalized_pair(scene: &mut Scene<'_, '_>, first: usize, last: usize) {
    let row = scene.row;
    let mut first = first;
    while first < last && (row.is_common(first) && !row.is(first, GivenName) || scene.is_demonym(first)) {
        first += 1;
    }
    let particles = (first..last).filter(|&i| i > first && row.is(i, Particle)).count();
    if !(1..=3).contains(&(last - first - particles)) {
        return;
    }
    let plain = |i: usize| {
        !row.is_common(i)
            && !scene.is_demonym(i)
            && matches!(row.word(i).shape, Shape::Capitalized | Shape::Mixed | Shape::Initial)
            && !row.word(i).in_title_line()
            || i > first && row.word(i).joint == Joint::Hyphen
            || i > first && i < last && row.is(i, Particle)
    };
    let listed = (first..=last).any(|i| scene.listed_from(i).next().is_some());
    if (first..=last).all(plain) && !listed {
        let surname = if row.is(last, Surname) || row.is(first, Surname) { 0.8 } else { 0.0 };
        // People have no article before them and are seldom the object of "in".
        let before = if first > 0 && row.is_joined(first) { row.folded(first - 1) } else { "" };
        let context = match before {
            "the" | "a" | "an" => -1.0,
            "in" | "at" | "near" | "across" | "outside" => -0.6,
            _ => 0.0,
        };
        scene.propose(first, last, Person, "capitalized-pair", 0.4 + surname + context, None);
    }
}

/// What stands around a run of names: "[Ana Souza], 54,", "[Ana Souza] said", "[Ana Souza], a
/// spokeswoman for".
fn around(scene: &mut Scene<'_, '_>, first: usize, last: usize) {
    let row = scene.row;
    let next = last + 1;
    let known = |is| scene.is_listed(first, last, is);
    if known(Organization) || known(Location) || scene.is_demonym(first) {
        return;
    }
    let one = first == last;
    if one && (looks_common(scene, first) || row.word(first).shape != Shape::Capitalized) {
        return;
    }
    let age = row.folded(next).parse::<u8>().is_ok_and(|age| (5..=110).contains(&age));
    if scene.is_after_comma(next) && age && row.after(next).starts_with(',') {
        scene.propose(first, last, Person, "age-after-name", 2.5, Some((next, next)));
    }
    let speaks = row.starting_at(next, ReportingVerb).filter(|_| row.is_joined(next) && !row.is_upper(next));
    if let Some(end) = speaks {
        let weight = if one { 0.7 } else { 1.2 };
        scene.propose(first, last, Person, "reporting-verb", weight, Some((next, end)));
    } else if first > 0
        && row.is(first - 1, ReportingVerb)
        && !row.is_upper(first - 1)
        && row.is_joined(first)
        && matches!(row.folded(first - 1), "said" | "says")
    {
        scene.propose(first, last, Person, "reporting-verb", if one { 0.4 } else { 1.0 }, Some((first - 1, first - 1)));
    }
    // "her Dutch colleague, [Anneke van der Hoorde],"
    let role = if first > 0 { row.ending_at(first - 1, Role) } else { None };
    if let Some(role) = role.filter(|_| !one && scene.is_after_comma(first) && !row.is_upper(first - 1)) {
        scene.propose(first, last, Person, "role-before-comma", 1.2, Some((role, first - 1)));
    }
    if !one && scene.is_after_comma(next) {
        if row.folded(next) == "who" {
            scene.propose(first, last, Person, "who-after-name", 1.5, Some((next, next)));
        } else if let Some(seen) = apposition(scene, next) {
            scene.propose(first, last, Person, "role-after-name", 1.8, Some(seen));
        }
    }
}

/// The role in an apposition that begins at `first`: "Russia's deputy foreign minister", "a
/// former goalkeeper". At most five words before the role, none after a comma.
fn apposition(scene: &Scene<'_, '_>, first: usize) -> Option<(usize, usize)> {
    let row = scene.row;
    for index in first..(first + 6).min(row.len()) {
        if index > first && !row.is_joined(index) && !row.word(index).is_possessive() {
            return None;
        }
        if let Some(last) = row.starting_at(index, Role) {
            // "…, President Xi": the role belongs to the next name.
            let next_name = row.is_joined(last + 1) && row.is_namelike(last + 1);
            return (!next_name).then_some((index, last));
        }
        if row.is(index, ReportingVerb) {
            return None;
        }
    }
    None
}

/// The last word of the person's name that begins at `first`: capitalized words, initials and
/// particles, then a suffix; `None` where there is none.
fn person_run(scene: &Scene<'_, '_>, first: usize) -> Option<usize> {
    let row = scene.row;
    let may = |i: usize| {
        scene.may_name(i)
            && (row.word(i).shape != Shape::AllCapitals || row.words.written(i).ends_with('.'))
            && row.ending_at(i, Role).is_none_or(|_| !row.is_common(i) || row.is(i, GivenName))
            && (!row.is(i, Honorific) || row.is(i, GivenName))
            && !row.is(i, Month)
            && (!row.is(i, NotName) || row.is(i, GivenName) || row.word(i).shape == Shape::Initial)
    };
    let begins = may(first) || row.is(first, Particle) && row.is_upper(first) && may(first + 1);
    if !begins {
        return None;
    }
    let (mut last, mut names) = (first, 1);
    while names < MAX_NAMES && row.is_joined(last + 1) {
        if may(last + 1) {
            last += 1;
            names += 1;
        } else if row.word(last + 1).joint == Joint::Hyphen && row.is(last + 1, GivenName) {
            // The second part of a given name: Jong-un.
            last += 1;
        } else if let Some(end) = after_particles(scene, last + 1, &may) {
            last = end;
            names += 1;
        } else if row.word(last + 1).joint == Joint::Hyphen
            && row.word(last + 1).shape == Shape::Lower
            && row.word(last).shape == Shape::Capitalized
            && !row.is_common(last + 1)
            && last > first
        {
            // The same where no list has it: Seok-yeol.
            last += 1;
        } else {
            break;
        }
    }
    let suffix = row.words.get(last + 1).is_some_and(|w| matches!(w.joint, Joint::Space | Joint::Comma));
    if suffix && last > first && matches!(row.words.written(last + 1), "Jr" | "Sr" | "II" | "III" | "IV") {
        last += 1;
    }
    let ends = [OrganizationEnding, Particle, PlaceEnding, EventEnding]
        .into_iter()
        .any(|class| row.is(last, class) && row.is_upper(last) && !row.is(last, Surname) && !row.is(last, GivenName));
    (!ends).then_some(last)
}

/// The end of "van der Bellen" where particles begin at `first`.
fn after_particles(scene: &Scene<'_, '_>, first: usize, may: &dyn Fn(usize) -> bool) -> Option<usize> {
    let row = scene.row;
    let mut next = first;
    while next < first + 3 && row.is(next, Particle) && row.is_joined(next) {
        next += 1;
    }
    (next > first && row.is_joined(next) && may(next)).then_some(next)
}

/// Whether a single word is a common word or looks like a form of one: "Blinked", "Hundreds".
fn looks_common(scene: &Scene<'_, '_>, index: usize) -> bool {
    let row = scene.row;
    let word = row.folded(index);
    row.is_common(index)
        || row.word(index).is_sentence_start()
            && ["ed", "ing", "ly", "ers", "ies"].iter().any(|ending| word.len() > 5 && word.ends_with(ending))
}
