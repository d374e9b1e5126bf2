//! Evidence: which signs speak at a spot.
//!
//! It names the signs; what they are worth is `weights`, and what follows from them is
//! `readings`. The same function serves scoring, explaining and tuning.

use super::{
    Section, edges,
    edges::each_trait,
    habits::Habits,
    markers::Marker,
    patterns,
    place::{Place, Rows},
    row::{Row, Trait},
    signs::{Category, Pair, Position, Sign, Single},
    spot::Spot,
    weights::Weight,
};
use crate::{
    extraction::Lexicon,
    gazetteer::{AliasKind, ClueClass, EntityType},
    text::{Joint, Shape},
};

/// A run of words in a section, as (first, last).
pub(super) type Seen = (usize, usize);

/// What a full listed name of several words is given beyond its signs: whoever lists a name wants
/// it found, also beside words among which no marked article has it.
const LISTED: f32 = 0.5;
/// What a place is given that begins or ends inside a listed name and goes on beyond it: two names
/// cut in the middle are never one.
const CUT: f32 = -5.0;

/// What a place inside a longer listed name is given: the longer name is meant.
const INSIDE: f32 = -2.0;

fn is_inside_listed(row: &Row<'_>, place: Place) -> bool {
    let Place { first, last, .. } = place;
    let strictly = |(a, b): Seen| a <= first && last <= b && b - a > last - first;
    strictly(row.inside(first)) || strictly(row.inside(last))
}

/// Whether an edge of the place lies inside a listed name that goes on beyond the place, while the
/// place goes on beyond the name.
fn cuts_listed(row: &Row<'_>, place: Place) -> bool {
    let Place { first, last, .. } = place;
    let (left, right) = (row.inside(first), row.inside(last));
    left.0 < first && left.1 < last || right.1 > last && right.0 > first
}

/// Scores spots for both readings; what the article says elsewhere is added by [`add_told`]. Spots in
/// order of place are fastest: what one edge gives is summed once for all places that have it.
pub(super) fn score(rows: &Rows<'_>, spots: &mut [Spot], habits: &Habits, lexicon: &Lexicon) {
    let weights = lexicon.weights();
    let mut base = Weight::default();
    general(habits, &mut |sign, value, _| base.add(weights.of(sign), value));
    let mut left = Kept::default();
    let mut rights = [Kept::default(); RIGHTS];
    for spot in spots {
        let Place { section, first, last } = spot.place;
        let row = rows.of(section);
        left.renew((section, first), |sum| {
            edges::left(row, first, habits, &mut |sign, value, _| sum.add(weights.of(sign), value))
        });
        let right = &mut rights[last % RIGHTS];
        right.renew((section, last), |sum| {
            edges::right(row, last, &mut |sign, value, _| sum.add(weights.of(sign), value))
        });
        let mut sum = base;
        sum.add(&left.sum, 1.0);
        sum.add(&right.sum, 1.0);
        let around = (left.beyond, right.beyond);
        whole(row, spot, around, habits, lexicon, &mut |sign, value, _| sum.add(weights.of(sign), value));
        let extra = match (cuts_listed(row, spot.place), is_inside_listed(row, spot.place)) {
            (true, _) => CUT,
            (_, true) => INSIDE,
            _ => 0.0,
        };
        let mut first = sum.first.map(|score| score + extra);
        let mut last = sum.last.map(|score| score + extra);
        for (t, entity_type) in EntityType::ALL.into_iter().enumerate() {
            if spot.is_listed_in_full(entity_type) {
                first[t] += LISTED;
                last[t] += LISTED;
            }
        }
        (spot.scores, spot.last) = (first, last);
    }
}

/// Right edges that are kept: more than a run has words.
const RIGHTS: usize = 32;

/// What an edge gives, kept for the next place that has it.
#[derive(Clone, Copy)]
struct Kept {
    at: Option<(Section, usize)>,
    sum: Weight,
    /// The category of what stands beyond the edge.
    beyond: Category,
}

impl Default for Kept {
    fn default() -> Self {
        Kept { at: None, sum: Weight::default(), beyond: Category::Stop }
    }
}

impl Kept {
    fn renew(&mut self, at: (Section, usize), read: impl FnOnce(&mut Weight) -> Category) {
        if self.at != Some(at) {
            (self.at, self.sum) = (Some(at), Weight::default());
            self.beyond = read(&mut self.sum);
        }
    }
}

/// Scores spots for the first reading with other weights, for tuning.
pub(super) fn score_first(
    rows: &Rows<'_>,
    spots: &mut [Spot],
    habits: &Habits,
    lexicon: &Lexicon,
    weights: &[[f32; 4]],
) {
    for spot in spots {
        let mut scores = [0.0; 4];
        signs(rows.of(spot.place.section), spot, habits, lexicon, &mut |sign, value, _| {
            for (score, weight) in scores.iter_mut().zip(weights[usize::from(sign.0)]) {
                *score += weight * value;
            }
        });
        spot.scores = scores;
    }
}

/// Turns to the scores of the last reading, with what the article says elsewhere.
pub(super) fn add_told(spots: &mut [Spot], lexicon: &Lexicon) {
    for spot in spots {
        spot.scores = spot.last;
        for clue in &spot.told {
            for (score, weight) in spot.scores.iter_mut().zip(lexicon.weights().of(clue.sign).last) {
                *score += weight * clue.value;
            }
        }
    }
}

/// The signs of a spot with their weights for one type, strongest first.
pub(super) fn weighed(
    row: &Row<'_>,
    spot: &Spot,
    habits: &Habits,
    lexicon: &Lexicon,
    entity_type: EntityType,
) -> Vec<(Sign, f32, Option<Seen>)> {
    let mut found = Vec::new();
    signs(row, spot, habits, lexicon, &mut |sign, value, seen| {
        let weight = lexicon.weights().of(sign).last[entity_type as usize] * value;
        if weight.abs() >= 0.05 {
            found.push((sign, weight, seen));
        }
    });
    found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    found
}

/// Calls `see` with every sign of the spot, its value, and the words that it was seen in.
pub(super) fn signs(
    row: &Row<'_>,
    spot: &Spot,
    habits: &Habits,
    lexicon: &Lexicon,
    see: &mut impl FnMut(Sign, f32, Option<Seen>),
) {
    general(habits, see);
    let before = edges::left(row, spot.place.first, habits, see);
    let after = edges::right(row, spot.place.last, see);
    whole(row, spot, (before, after), habits, lexicon, see);
}

/// The signs that every place of the article has.
fn general(habits: &Habits, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    see(Single::Always.into(), 1.0, None);
    see(Single::SportArticle.into(), habits.sport, None);
    see(Single::BusinessArticle.into(), habits.business, None);
}

/// The signs for which more than one edge must be read; `around` are the categories beyond the edges.
fn whole(
    row: &Row<'_>,
    spot: &Spot,
    around: (Category, Category),
    habits: &Habits,
    lexicon: &Lexicon,
    see: &mut impl FnMut(Sign, f32, Option<Seen>),
) {
    let Place { first, last, .. } = spot.place;
    inside(row, first, last, see);
    see(Sign::of_pair(Pair::Around, around.0, around.1), 1.0, None);
    if habits.times(spot) > 1 {
        see(Single::Repeated.into(), 1.0, None);
    }
    written(row, first, last, see);
    listed(row, spot, lexicon, see);
    patterns::of_place(row, first, last, see);
    if spot.entry(EntityType::Location).is_some() {
        see(Single::PlaceInSport.into(), habits.sport, None);
    }
    for clue in spot.clues.iter().chain(&spot.told) {
        see(clue.sign, clue.value, clue.seen.filter(|s| s.section == row.section).map(|s| (s.first, s.last)));
    }
}

/// The traits of the words of the place.
fn inside(row: &Row<'_>, first: usize, last: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    if first == last {
        each_trait(row.traits(first).0, Position::Only, (first, first), see);
        return;
    }
    each_trait(row.traits(first).0, Position::First, (first, first), see);
    each_trait(row.traits(last).0, Position::Last, (last, last), see);
    if first + 1 < last {
        let inner = (first + 1..last).fold(0, |all, i| all | row.traits(i).0);
        each_trait(inner, Position::Inner, (first + 1, last - 1), see);
    }
    see(Sign::of_pair(Pair::Ends, row.category(first), row.category(last)), 1.0, Some((first, last)));
    let length = match last - first {
        1 => Single::Two,
        2 => Single::Three,
        3 => Single::Four,
        _ => Single::Five,
    };
    see(length.into(), 1.0, None);
    if last - first > 4 {
        see(Single::More.into(), (last - first - 4) as f32, None);
    }
}

/// How the place is written.
fn written(row: &Row<'_>, first: usize, last: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    let mut say = |single: Single, holds: bool| {
        if holds {
            see(single.into(), 1.0, None);
        }
    };
    let opens = edges::marks(row, first).trim_end().chars().next_back();
    let closes = edges::marks(row, last + 1).trim_start().chars().next();
    let quote = |c: Option<char>| matches!(c, Some('"' | '“' | '”' | '‘' | '’' | '«' | '»' | '\''));
    say(Single::Quoted, quote(opens) && quote(closes));
    say(Single::Bracketed, opens == Some('(') && closes == Some(')'));
    if first < last {
        let holds = |marker| (first..last).any(|i| row.marks(i, marker));
        say(Single::HoldsOf, holds(Marker::Of));
        say(Single::HoldsAnd, holds(Marker::And));
        say(Single::HoldsHyphen, (first + 1..=last).any(|i| row.word(i).joint == Joint::Hyphen));
    } else if row.word(first).shape == Shape::AllCapitals {
        let letters = row.folded(first).len();
        say(Single::Letters2, letters == 2);
        say(Single::Letters3, letters == 3);
        say(Single::Letters4, letters >= 4);
    }
    say(Single::AllCommon, (first..=last).all(|i| row.is_common(i) || !row.is_upper(i)));
    say(Single::InsideListed, is_inside_listed(row, row.place(first, last)));
    say(Single::CutsListed, cuts_listed(row, row.place(first, last)));
}

/// What is listed at the place.
fn listed(row: &Row<'_>, spot: &Spot, lexicon: &Lexicon, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    let Place { first, last, .. } = spot.place;
    let one = first == last;
    let mut any = false;
    for (entity_type, single, full, prior) in [
        (EntityType::Person, Single::OnePerson, Single::FullPerson, Single::PriorPerson),
        (EntityType::Organization, Single::OneOrganization, Single::FullOrganization, Single::PriorOrganization),
        (EntityType::Location, Single::OneLocation, Single::FullLocation, Single::PriorLocation),
        (EntityType::Event, Single::OneEvent, Single::FullEvent, Single::PriorEvent),
    ] {
        let Some(listed) = spot.entry(entity_type) else { continue };
        any = true;
        let entry = lexicon.facts(listed.entry);
        if one && entry.is_rare() {
            continue;
        }
        see(if one { single } else { full }.into(), 1.0, Some((first, last)));
        see(prior.into(), entry.weight, Some((first, last)));
        match listed.kind {
            AliasKind::Acronym => see(Single::Acronym.into(), 1.0, Some((first, last))),
            AliasKind::Short => see(Single::Short.into(), 1.0, Some((first, last))),
            _ => {}
        }
    }
    if any {
        let doubtful = (first..=last).all(|i| row.is_common(i) || !row.is_upper(i));
        let word = row.word(first);
        if doubtful && (word.is_sentence_start() || word.in_title_line() || word.in_capitals_line()) {
            see(Single::CommonListed.into(), 1.0, Some((first, last)));
        }
    } else if !spot.listed.is_empty() {
        see(Single::Demonym.into(), 1.0, Some((first, last)));
    }
}

/// The category of a word: the one thing about it that says most.
pub(super) fn category(row: &Row<'_>, index: usize) -> Category {
    let word = row.word(index);
    if word.is_possessive() {
        return Category::Possessive;
    }
    if row.shows(index, Trait::Year) {
        return Category::Year;
    }
    let has = |class| row.is(index, class);
    let phrase = |class: ClueClass| row.traits(index).0 >> class as u32 & 1 != 0;
    let shows = |shown| row.shows(index, shown);
    if !word.is_upper_first() {
        if let Some(marker) = row.first_marker(index) {
            return MARKED[marker];
        }
        return match word.shape {
            Shape::Digits => Category::Digits,
            Shape::Uncased => Category::Uncased,
            _ if shows(Trait::Ordinal) => Category::Ordinal,
            _ if phrase(ClueClass::Role) => Category::Role,
            _ if has(ClueClass::ReportingVerb) => Category::Reporting,
            _ if has(ClueClass::PlaceNoun) => Category::PlaceNoun,
            _ if has(ClueClass::EventEnding) => Category::EventNoun,
            _ if has(ClueClass::Particle) => Category::Particle,
            _ if row.is_common(index) => Category::Word,
            _ => Category::Rare,
        };
    }
    let common = row.is_common(index);
    match word.shape {
        _ if has(ClueClass::FunctionWord) => Category::Function,
        Shape::Initial => Category::Initial,
        _ if has(ClueClass::Month) || has(ClueClass::Weekday) => Category::Date,
        _ if phrase(ClueClass::Honorific) => Category::Honorific,
        _ if phrase(ClueClass::Role) && common => Category::Title,
        _ if shows(Trait::Ordinal) => Category::Ordinal,
        _ if has(ClueClass::OrganizationEnding) => Category::Organization,
        _ if has(ClueClass::EventEnding) => Category::Event,
        _ if has(ClueClass::PlaceEnding) => Category::Place,
        _ if shows(Trait::Demonym) => Category::Demonym,
        _ if has(ClueClass::NotName) => Category::NotName,
        _ if shows(Trait::ListedLocation) => Category::ListedLocation,
        _ if shows(Trait::ListedOrganization) => Category::ListedOrganization,
        _ if has(ClueClass::GivenName) && has(ClueClass::Surname) && !common => Category::GivenAndSurname,
        _ if has(ClueClass::GivenName) => {
            if common {
                Category::GivenCommon
            } else {
                Category::Given
            }
        }
        _ if has(ClueClass::Surname) => {
            if common {
                Category::SurnameCommon
            } else {
                Category::Surname
            }
        }
        _ if has(ClueClass::ThingEnding) => Category::Thing,
        _ if shows(Trait::ListedPerson) => Category::ListedPerson,
        _ if phrase(ClueClass::OrganizationHead) => Category::Head,
        _ if phrase(ClueClass::PlaceHead) => Category::PlaceHead,
        _ if common && (word.is_sentence_start() || word.in_title_line()) => Category::CommonStart,
        _ if common => Category::Common,
        Shape::AllCapitals => Category::Capitals,
        Shape::Mixed => Category::Mixed,
        _ if shows(Trait::PersonLike) || shows(Trait::VeryPersonLike) => Category::PersonLike,
        _ if shows(Trait::PlaceLike) || shows(Trait::VeryPlaceLike) => Category::PlaceLike,
        _ if shows(Trait::CompanyLike) => Category::CompanyLike,
        _ if shows(Trait::DemonymLike) => Category::DemonymLike,
        _ => Category::Unknown,
    }
}

/// The categories of markers, in their order.
const MARKED: [Category; Marker::ALL.len()] = [
    Category::The,
    Category::A,
    Category::In,
    Category::At,
    Category::From,
    Category::To,
    Category::Of,
    Category::By,
    Category::And,
    Category::With,
    Category::Against,
    Category::For,
    Category::Near,
    Category::On,
    Category::Who,
    Category::His,
    Category::His,
    Category::Its,
    Category::Be,
    Category::Have,
    Category::May,
    Category::Sport,
    Category::Deed,
    Category::Business,
    Category::Deal,
    Category::Residence,
    Category::Work,
    Category::Who,
];
