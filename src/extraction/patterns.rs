//! Patterns: signs at an edge of a place that more than one word must be read for.
//!
//! A pattern belongs to the left or the right edge, so that every place with this edge has it;
//! which of them is the name, `readings` decides. The examples in `signs` are its tests.

use super::{
    evidence::Seen,
    markers::Marker,
    row::{Row, Trait},
    signs::{Sign, Single},
};
use crate::{
    gazetteer::ClueClass::{EventHead, Month, OrganizationHead, PlaceNoun, ReportingVerb, Role},
    text::{Joint, Shape},
};

/// The patterns of a place that begins at `first` and ends at `last`.
pub(super) fn of_place(row: &Row<'_>, first: usize, last: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    say(Single::BesideKnownPlace, beside_known_place(row, first, last), see);
    say(Single::Dateline, dateline(row, first, last), see);
    say(Single::Score, score(row, first, last), see);
    say(Single::AgencyTag, agency_tag(row, first, last), see);
}

fn say(single: Single, seen: Option<Seen>, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    if let Some(seen) = seen {
        see(single.into(), 1.0, Some(seen));
    }
}

/// Those of every place that ends at `last`.
pub(super) fn of_right(row: &Row<'_>, last: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    let next = last + 1;
    if row.is_after_comma(next) {
        say(Single::Age, age(row, next), see);
        say(Single::WhoAfter, row.marks(next, Marker::Who).then_some((next, next)), see);
        say(Single::RoleAfter, apposition(row, next), see);
        say(Single::BeforeKnownPlace, is_known_place(row, next).then_some((next, next)), see);
    }
}

/// Those of every place that begins at `first`.
pub(super) fn of_left(row: &Row<'_>, first: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    if first == 0 {
        return;
    }
    let before = first - 1;
    if row.is_after_comma(first) && !row.is_upper(before) {
        say(Single::RoleBeforeComma, row.ending_at(before, Role).map(|role| (role, before)), see);
    }
    if before == 0 || !row.is_joined(first) || !row.is_joined(before) {
        return;
    }
    let noun = before - 1;
    let of = row.marks(before, Marker::Of);
    let within = row.marks(before, Marker::In);
    let linked = [Marker::At, Marker::For, Marker::With, Marker::From].into_iter().any(|m| row.marks(before, m));
    if !(of || within || linked) {
        return;
    }
    if of && row.is(noun, PlaceNoun) && !row.is_upper(noun) {
        say(Single::NounOf, Some((noun, noun)), see);
    }
    if (of || within) && is_share(row.folded(noun)) {
        say(Single::SharesIn, Some((noun, noun)), see);
    }
    if !within && !row.is_upper(noun) {
        say(Single::RoleOf, row.ending_at(noun, Role).map(|role| (role, noun)), see);
    }
    if of && row.is_upper(noun) && (row.is(noun, EventHead) || row.is(noun, OrganizationHead)) {
        say(Single::InName, Some((noun, noun)), see);
    }
    let headed = [EventHead, OrganizationHead].into_iter().find_map(|class| row.ending_at(before, class));
    say(Single::InName, headed.filter(|&head| row.is_upper(head)).map(|head| (head, before)), see);
}

/// "[Ana Souza], 54,": an age between commas, or before a full stop.
fn age(row: &Row<'_>, next: usize) -> Option<Seen> {
    let age = row.folded(next).parse::<u8>().is_ok_and(|age| (5..=110).contains(&age));
    let aged = row.folded(next) == "aged";
    let after = row.after(next);
    (age && after.starts_with([',', '.', ')']) || aged).then_some((next, next))
}

/// The role in an apposition that begins at `first`: "Russia's deputy foreign minister", "a
/// former goalkeeper". At most five words before the role, none after a comma.
fn apposition(row: &Row<'_>, first: usize) -> Option<Seen> {
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

fn is_known_place(row: &Row<'_>, index: usize) -> bool {
    row.shows(index, Trait::ListedLocation) || row.shows(index, Trait::InLocation)
}

/// "from the [Ondar] to the Middle East", "Zurich and [Kloten]".
fn beside_known_place(row: &Row<'_>, first: usize, last: usize) -> Option<Seen> {
    let link = |i: usize| (row.marks(i, Marker::And) || row.marks(i, Marker::To)) && row.is_joined(i);
    if link(last + 1) {
        let after = if row.folded(last + 2) == "the" { last + 3 } else { last + 2 };
        if row.is_joined(after) && is_known_place(row, after) {
            return Some((after, after));
        }
    }
    if first > 1 && link(first - 1) && row.is_joined(first) && is_known_place(row, first - 2) {
        return Some((first - 2, first - 2));
    }
    if first > 0 && row.is_after_comma(first) && is_known_place(row, first - 1) {
        return Some((first - 1, first - 1));
    }
    None
}

/// "[ORSHA], Feb 19 (Agency) -": where a paragraph begins, before a date, a dash or an agency.
fn dateline(row: &Row<'_>, first: usize, last: usize) -> Option<Seen> {
    let word = row.word(first);
    let begins = matches!(word.joint, Joint::Start | Joint::LineBreak | Joint::Paragraph);
    let next = last + 1;
    if !begins || word.in_capitals_line() || row.words.get(next).is_none() {
        return None;
    }
    let dated = (row.is_after_comma(next) || row.is_joined(next)) && row.is(next, Month);
    let dashed = row.before(next).trim_start().starts_with(['-', '–', '—', '(']) && word.shape == Shape::AllCapitals;
    (dated || dashed).then_some((next, next))
}

/// "NAIROBI, March 3 ([Reuters]) -", and "- [AFP]" where a paragraph ends.
fn agency_tag(row: &Row<'_>, first: usize, last: usize) -> Option<Seen> {
    if row.word(first).joint == Joint::Space {
        return None;
    }
    let (before, after) = (row.before(first).trim(), row.after(last));
    let dash = |c: char| matches!(c, '-' | '–' | '—');
    let tag = before.ends_with('(')
        && after.starts_with(')')
        && after.trim_start_matches([')', '.', ':', ' ']).starts_with(dash);
    let next = row.words.get(last + 1);
    let ends = next.is_none_or(|w| matches!(w.joint, Joint::Paragraph | Joint::LineBreak));
    let sign_off = before.ends_with(dash) && row.before(first).len() > 1 && ends && first + 1 >= last;
    (tag || sign_off).then_some((first, last))
}

/// "[Maran] 3-1 Tuvana", "Maran 3 [Tuvana] 1", "[Maran] beat Tuvana": a side in a game.
fn score(row: &Row<'_>, first: usize, last: usize) -> Option<Seen> {
    let digits = |i: usize| row.words.get(i).is_some_and(|w| w.shape == Shape::Digits && w.span.end - w.span.begin < 4);
    let next = last + 1;
    if digits(next) && row.is_joined(next) {
        let pair = digits(next + 1) && row.word(next + 1).joint == Joint::Hyphen;
        let other = row.is_joined(next + 1) && row.is_namelike(next + 1);
        if pair || other {
            return Some((next, next));
        }
    }
    let ends = row.words.get(next).is_none_or(|w| !matches!(w.joint, Joint::Space));
    let after_score = first > 0 && digits(first - 1) && row.is_joined(first);
    if after_score && first > 1 && digits(first - 2) && row.word(first - 1).joint == Joint::Hyphen && ends {
        return Some((first - 1, first - 1));
    }
    let verb = |i: usize| row.marks(i, Marker::Against);
    if verb(next) && row.is_joined(next) && row.is_namelike(next + 1) {
        return Some((next, next));
    }
    (first > 1 && verb(first - 1) && row.is_joined(first) && row.is_namelike(first - 2)).then(|| (first - 1, first - 1))
}

fn is_share(folded: &str) -> bool {
    matches!(
        folded,
        "shares"
            | "share"
            | "stake"
            | "stakes"
            | "shareholder"
            | "shareholders"
            | "stock"
            | "owner"
            | "subsidiary"
            | "unit"
    )
}
