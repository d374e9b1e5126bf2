//! Rules for organizations.

use rustc_hash::FxHashMap;

use super::{PLACE_IN_NAME, Scene};
use crate::{
    gazetteer::{
        ClueClass::{CommonWord, Honorific, NotName, OrganizationEnding, OrganizationHead, ReportingVerb, Role},
        EntityType::{Location, Organization},
    },
    text::{Joint, Shape},
};

/// Words of a name to either side of its head at most.
const REACH: usize = 7;

pub(super) fn propose(scene: &mut Scene<'_, '_>) {
    ending(scene);
    head(scene);
    role_of(scene);
    shares_in(scene);
    acronym(scene);
}

/// "[Varga Holdings]", "[Kumasi City Police]", "[Royal Institute of Marine Research]".
fn ending(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for (begin, end) in row.all(OrganizationEnding) {
        let lower = row.words.written(begin) == "plc";
        if !row.is_upper(begin) && !lower || row.word(begin).in_capitals_line() {
            continue;
        }
        let connectors: &[&str] = if takes_on(row.folded(end)) { &["of", "for", "on"] } else { &["of", "for"] };
        let last = scene.continue_from(end, connectors, 4);
        let first = strip(scene, scene.run_to(begin, REACH), begin);
        let named = first < begin && !(first..begin).all(|i| row.is(i, CommonWord) && row.word(i).in_title_line());
        let weight = match (named, last > end) {
            (true, false) => 2.0,
            (true, true) => 1.8,
            (false, true) if !row.word(begin).is_sentence_start() => 1.0,
            _ => continue,
        };
        scene.propose(first, last, Organization, "organization-ending", weight, Some((begin, end)));
        if last > end && named {
            scene.propose(first, end, Organization, "organization-ending", 1.4, Some((begin, end)));
        }
    }
}

/// "[University of Tamale]", "[US Department of Fisheries and Oceans]".
fn head(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for (begin, end) in row.all(OrganizationHead) {
        let mut name = end + 1;
        if row.folded(name) == "the" && row.is_joined(name) {
            name += 1;
        }
        if !row.is_upper(begin) || !row.is_joined(name) {
            continue;
        }
        let Some(run) = scene.run_from(name, 5) else { continue };
        let last = scene.continue_from(run, &["and", "of"], 4);
        let first = strip(scene, scene.run_to(begin, 4), begin);
        // "[Bank of Andesia]": a bank, an embassy or a government has a place in its name.
        let of_place = matches!(row.folded(begin), "bank" | "embassy" | "government" | "republic" | "kingdom");
        if of_place && run == name && !row.is_common(name) && scene.listed_from(name).next().is_none() {
            scene.propose(name, name, Location, PLACE_IN_NAME, 0.9, Some((begin, end)));
        }
        scene.propose(first, last, Organization, "organization-head", 2.5, Some((begin, end)));
    }
}

/// Bodies that are "on" something: a Council on Foreign Relations.
fn takes_on(folded: &str) -> bool {
    matches!(folded, "council" | "committee" | "commission" | "board" | "institute" | "center" | "centre" | "office")
}

/// Leaves out words before the name proper: titles, and words that only begin the sentence.
fn strip(scene: &Scene<'_, '_>, first: usize, head: usize) -> usize {
    let row = scene.row;
    let mut first = first;
    while first < head {
        let title = row.starting_at(first, Role).or_else(|| row.starting_at(first, Honorific));
        match title.filter(|&last| last < head) {
            Some(last) if !scene.is_demonym(first) => first = last + 1,
            _ if matches!(row.folded(first), "of" | "and" | "for" | "the") => first += 1,
            _ => break,
        }
    }
    first
}

/// "chief executive of [Danjuma Foods]", "spokesman for [Kestrel]".
fn role_of(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for (begin, end) in row.all(Role) {
        let business = [
            "ceo",
            "executive",
            "chairman",
            "chairwoman",
            "founder",
            "cofounder",
            "spokesman",
            "spokeswoman",
            "spokesperson",
            "employee",
            "employees",
            "shareholder",
        ]
        .contains(&row.folded(end));
        let name = end + 2;
        let linked = matches!(row.folded(end + 1), "of" | "at" | "for") && row.is_joined(end + 1);
        if !business || !linked || !row.is_joined(name) {
            continue;
        }
        let Some(last) = scene.run_from(name, 4) else { continue };
        if scene.is_listed(name, last, Location) || scene.is_demonym(name) || row.is_common(name) {
            continue;
        }
        scene.propose(name, last, Organization, "role-of", 1.2, Some((begin, end)));
    }
}

/// "shares in [Brandvik]", "a stake in [Danjuma Foods]".
fn shares_in(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    for noun in 0..row.len() {
        let owned =
            matches!(row.folded(noun), "shares" | "share" | "stake" | "stakes" | "shareholder" | "shareholders");
        let name = noun + 2;
        if !owned || !matches!(row.folded(noun + 1), "in" | "of") || !row.is_joined(noun + 1) || !row.is_joined(name) {
            continue;
        }
        let Some(last) = scene.run_from(name, 4) else { continue };
        if !row.is_common(name) && !scene.is_demonym(name) && !scene.is_listed(name, last, Location) {
            scene.propose(name, last, Organization, "shares-in", 2.0, Some((noun, noun)));
        }
    }
}

/// "the [KLRC] said": capitals that no list knows, seen more than once or with a verb.
fn acronym(scene: &mut Scene<'_, '_>) {
    let row = scene.row;
    let is_acronym = |i: usize| {
        let word = row.word(i);
        let written = row.words.written(i);
        word.shape == Shape::AllCapitals
            && !word.in_capitals_line()
            && !word.is_address()
            && (3..=6).contains(&written.len())
            && written.bytes().all(|b| b.is_ascii_uppercase())
            && !row.is(i, NotName)
            && !row.is(i, CommonWord)
            && !row.folded(i).bytes().all(|b| matches!(b, b'i' | b'v' | b'x' | b'l' | b'c'))
    };
    let alone = |i: usize| {
        let beside = |j: usize| row.words.get(j).is_some_and(|w| w.shape == Shape::AllCapitals);
        !(beside(i + 1) && row.is_joined(i + 1) || i > 0 && beside(i - 1) && row.is_joined(i))
    };
    let found = (0..row.len()).filter(|&i| is_acronym(i) && alone(i)).collect::<Vec<_>>();
    let mut times: FxHashMap<&str, u32> = FxHashMap::default();
    for &index in &found {
        *times.entry(row.folded(index)).or_default() += 1;
    }
    for &index in &found {
        let article = index > 0 && row.folded(index - 1) == "the" && row.word(index).joint == Joint::Space;
        let acts = row.is(index + 1, ReportingVerb) && row.is_joined(index + 1);
        let weight = -0.4
            + if times[row.folded(index)] > 1 { 0.5 } else { 0.0 }
            + if article { 0.5 } else { 0.0 }
            + if acts { 0.8 } else { 0.0 };
        scene.propose(index, index, Organization, "acronym", weight, None);
    }
}
