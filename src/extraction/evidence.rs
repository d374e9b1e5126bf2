//! Evidence: which signs speak at a spot.
//!
//! It names the signs; what they are worth is `weights`, and what follows from them is
//! `readings`. The same function serves scoring, explaining and tuning.

use rustc_hash::FxHashMap;

use super::{
    markers::Marker,
    patterns,
    place::{Place, Rows},
    row::{Row, Trait},
    signs::{Category, Edge, Pair, Position, Sign, Single},
    spot::Spot,
    spots::is_run_word,
    weights::Weight,
};
use crate::{
    extraction::Lexicon,
    gazetteer::{AliasKind, ClueClass, EntityType},
    text::{Joint, Shape},
};

/// A run of words in a section, as (first, last).
pub(super) type Seen = (usize, usize);

/// How the words of an article are written elsewhere in it, and what it speaks of.
#[derive(Default)]
pub(super) struct Habits {
    /// How much it speaks of sport and of business, 0 to 1.
    sport: f32,
    business: f32,
    /// First words of spots: whether they stand in lower case somewhere, and whether they are
    /// capitalized inside a sentence.
    words: FxHashMap<u64, (bool, bool)>,
    /// How often the words of each spot stand.
    times: FxHashMap<u64, u32>,
}

impl Habits {
    pub(super) fn read(rows: &Rows<'_>, spots: &[Spot]) -> Habits {
        let mut habits = Habits::default();
        habits.words.reserve(spots.len());
        habits.times.reserve(spots.len());
        for Place { section, first, last } in spots.iter().map(|s| s.place) {
            let row = rows.of(section);
            *habits.times.entry(row.key(first, last)).or_default() += 1;
            habits.words.entry(row.key(first, first)).or_default();
        }
        let (mut sport, mut business, mut words) = (0, 0, 0);
        for row in rows.both() {
            for index in 0..row.len() {
                let word = row.word(index);
                sport += u32::from(row.marks(index, Marker::Sport) || row.marks(index, Marker::Against));
                business += u32::from(row.marks(index, Marker::Business) || row.marks(index, Marker::Deal));
                words += 1;
                let lower = word.shape == Shape::Lower;
                let upper = word.is_upper_first() && !word.is_sentence_start() && !word.in_title_line();
                if (lower || upper)
                    && let Some(seen) = habits.words.get_mut(&row.key(index, index))
                {
                    seen.0 |= lower;
                    seen.1 |= upper;
                }
            }
        }
        // One word in twenty-five is as much as an article on nothing else has.
        let share = |count: u32| (count as f32 * 25.0 / (words + 25) as f32).min(1.0);
        (habits.sport, habits.business) = (share(sport), share(business));
        habits
    }
}

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

/// Scores spots for both readings; what the article says elsewhere is added by [`add_told`].
pub(super) fn score(rows: &Rows<'_>, spots: &mut [Spot], habits: &Habits, lexicon: &Lexicon) {
    let weights = lexicon.weights();
    for spot in spots {
        let row = rows.of(spot.place.section);
        let mut sum = Weight::default();
        signs(row, spot, habits, lexicon, &mut |sign, value, _| sum.add(weights.of(sign), value));
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
    let Place { first, last, .. } = spot.place;
    inside(row, first, last, see);
    let before = before(row, first, see);
    let after = after(row, last, see);
    see(Sign::of_pair(Pair::EdgeBefore, before, row.category(first)), 1.0, Some((first, first)));
    see(Sign::of_pair(Pair::EdgeAfter, row.category(last), after), 1.0, Some((last, last)));
    see(Sign::of_pair(Pair::Around, before, after), 1.0, None);
    written(row, first, last, habits, see);
    listed(row, spot, lexicon, see);
    patterns::signs(row, first, last, see);
    if !row.is_common(last)
        && let Some(ending) = Sign::of_ending(row.folded(last))
    {
        see(ending, 1.0, Some((last, last)));
        if let Some(ending) = Sign::of_long_ending(row.folded(last)) {
            see(ending, 1.0, Some((last, last)));
        }
    }
    see(Single::SportArticle.into(), habits.sport, None);
    see(Single::BusinessArticle.into(), habits.business, None);
    if spot.entry(EntityType::Location).is_some() {
        see(Single::PlaceInSport.into(), habits.sport, None);
    }
    for clue in spot.clues.iter().chain(&spot.told) {
        see(clue.sign, clue.value, clue.seen.filter(|s| s.section == row.section).map(|s| (s.first, s.last)));
    }
}

/// The traits of the words of the place.
fn inside(row: &Row<'_>, first: usize, last: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    see(Single::Always.into(), 1.0, None);
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

fn each_trait(traits: u128, at: Position, seen: Seen, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    for (half, begin) in [(traits as u64, 0), ((traits >> 64) as u64, 64)] {
        let mut rest = half;
        while rest != 0 {
            see(Sign::of_trait(at, begin + rest.trailing_zeros()), 1.0, Some(seen));
            rest &= rest - 1;
        }
    }
}

fn neighbor(row: &Row<'_>, word: usize, edge: Edge, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    let number = row.neighbor(word);
    if number > 0 && !row.is_upper(word) {
        see(Sign::of_neighbor(edge, number), 1.0, Some((word, word)));
    }
}

/// Lexical traits only: what a word two steps away may say.
const LEXICAL: u128 = u64::MAX as u128;

/// What stands before the place; returns its category.
fn before(row: &Row<'_>, first: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) -> Category {
    if first == 0 {
        return Category::Start;
    }
    let word = first - 1;
    if row.is_joined(first) {
        let at = if row.is_upper(word) { Position::BeforeCapital } else { Position::Before };
        each_trait(row.traits(word).0, at, (word, word), see);
        neighbor(row, word, Edge::Before, see);
        if word > 0 && (row.is_joined(word) || row.word(word).is_possessive()) {
            each_trait(row.traits(word - 1).0 & LEXICAL, Position::Before2, (word - 1, word - 1), see);
        }
        return row.category(word);
    }
    if row.is_after_comma(first) {
        each_trait(row.traits(word).0, Position::BeforeComma, (word, word), see);
    }
    left_edge(row, first)
}

fn left_edge(row: &Row<'_>, first: usize) -> Category {
    let word = row.word(first);
    match word.joint {
        Joint::Comma => Category::Comma,
        Joint::Slash => Category::Slash,
        _ if word.is_sentence_start() => Category::Start,
        Joint::Start | Joint::Paragraph | Joint::LineBreak => Category::Start,
        Joint::FullStop => Category::Stop,
        _ => of_mark(row.before(first).trim_end().chars().next_back()),
    }
}

/// What stands after the place; returns its category.
fn after(row: &Row<'_>, last: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) -> Category {
    let next = last + 1;
    let Some(word) = row.words.get(next) else { return Category::Stop };
    if word.is_possessive() {
        if next + 1 < row.len() && row.is_joined(next + 1) {
            each_trait(row.traits(next + 1).0, Position::AfterPossessive, (next + 1, next + 1), see);
        }
        return Category::Possessive;
    }
    if row.is_joined(next) {
        let at = if word.is_upper_first() { Position::AfterCapital } else { Position::After };
        each_trait(row.traits(next).0, at, (next, next), see);
        neighbor(row, next, Edge::After, see);
        if next + 1 < row.len() && row.is_joined(next + 1) {
            each_trait(row.traits(next + 1).0 & LEXICAL, Position::After2, (next + 1, next + 1), see);
        }
        return row.category(next);
    }
    if row.is_after_comma(next) {
        each_trait(row.traits(next).0, Position::AfterComma, (next, next), see);
        neighbor(row, next, Edge::AfterComma, see);
    }
    right_edge(row, next)
}

fn right_edge(row: &Row<'_>, next: usize) -> Category {
    let word = row.word(next);
    match word.joint {
        Joint::Comma => Category::Comma,
        Joint::Slash => Category::Slash,
        Joint::Paragraph | Joint::LineBreak | Joint::FullStop => Category::Stop,
        Joint::Apostrophe => Category::Possessive,
        _ => of_mark(row.before(next).trim_start().chars().next()),
    }
}

/// The category of the punctuation mark at an edge.
fn of_mark(mark: Option<char>) -> Category {
    match mark {
        Some('(' | '[') => Category::Opening,
        Some(')' | ']') => Category::Closing,
        Some('"' | '“' | '”' | '‘' | '’' | '\'' | '«' | '»' | '„') => Category::Quote,
        Some(':' | ';') => Category::Colon,
        Some('-' | '–' | '—') => Category::Dash,
        _ => Category::Stop,
    }
}

/// What is written before a word, where that is more than a space.
fn marks<'t>(row: &Row<'t>, index: usize) -> &'t str {
    if row.words.get(index).is_some_and(|word| word.joint == Joint::Space) { "" } else { row.before(index) }
}

/// How the place is written, here and elsewhere.
fn written(row: &Row<'_>, first: usize, last: usize, habits: &Habits, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
    let mut say = |single: Single, holds: bool| {
        if holds {
            see(single.into(), 1.0, None);
        }
    };
    let before_is_run = first > 0 && row.is_joined(first) && is_run_word(row, first - 1);
    let after_is_run = row.is_joined(last + 1) && is_run_word(row, last + 1);
    say(Single::CutBefore, before_is_run);
    say(Single::CutAfter, after_is_run);
    say(Single::AfterHyphen, row.word(first).joint == Joint::Hyphen);
    say(Single::BeforeHyphen, row.words.get(last + 1).is_some_and(|w| w.joint == Joint::Hyphen));
    let opens = marks(row, first).trim_end().chars().next_back();
    let closes = marks(row, last + 1).trim_start().chars().next();
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
    let key = row.key(first, first);
    say(Single::LowerElsewhere, habits.words.get(&key).is_some_and(|w| w.0));
    let start = row.word(first).is_sentence_start() || row.word(first).in_title_line();
    say(Single::UpperElsewhere, start && habits.words.get(&key).is_some_and(|w| w.1));
    say(Single::Repeated, habits.times.get(&row.key(first, last)).is_some_and(|&n| n > 1));
    let breaks = |joint| matches!(joint, Joint::Start | Joint::LineBreak | Joint::Paragraph);
    say(Single::LineStart, breaks(row.word(first).joint));
    say(Single::LineEnd, row.words.get(last + 1).is_none_or(|w| breaks(w.joint)));
    let prefix = first > 0
        && row.word(first).joint == Joint::Hyphen
        && ["pro", "anti", "non", "ex", "pre", "post", "un", "mid", "trans", "all"].contains(&row.folded(first - 1));
    say(Single::PrefixBefore, prefix);
    say(Single::CurrencyAfter, matches!(closes, Some('$' | '€' | '£' | '¥' | '₹')));
    let number = |i: usize| row.words.get(i).is_some_and(|w| w.shape == Shape::Digits) && !row.shows(i, Trait::Year);
    say(Single::NumberAfter, row.is_joined(last + 1) && number(last + 1));
    say(Single::NumberBefore, first > 0 && row.is_joined(first) && number(first - 1));
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
        _ if shows(Trait::SurnameLike) => Category::SurnameLike,
        _ if shows(Trait::PlaceLike) => Category::PlaceLike,
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
