//! Edges: the signs that every place has which begins, or ends, at the same word.
//!
//! Many places share an edge, so what it gives is read apart from what only the whole place shows.

use super::{
    evidence::Seen,
    habits::Habits,
    patterns,
    row::{Row, Trait},
    signs::{Category, Edge, Pair, Position, Sign, Single},
    spots::is_run_word,
};
use crate::text::{Joint, Shape};

/// The signs of places that begin at `first`; returns the category of what stands before.
pub(super) fn left(
    row: &Row<'_>,
    first: usize,
    habits: &Habits,
    see: &mut impl FnMut(Sign, f32, Option<Seen>),
) -> Category {
    let before = before(row, first, see);
    see(Sign::of_pair(Pair::EdgeBefore, before, row.category(first)), 1.0, Some((first, first)));
    let word = row.word(first);
    let mut say = |single: Single, holds: bool| {
        if holds {
            see(single.into(), 1.0, None);
        }
    };
    let joined = first > 0 && row.is_joined(first);
    say(Single::CutBefore, joined && is_run_word(row, first - 1));
    say(Single::AfterHyphen, word.joint == Joint::Hyphen);
    let key = row.key(first, first);
    say(Single::LowerElsewhere, habits.is_lower_elsewhere(key));
    let start = word.is_sentence_start() || word.in_title_line();
    say(Single::UpperElsewhere, start && habits.is_upper_inside(key));
    say(Single::LineStart, breaks(word.joint));
    let prefix = first > 0
        && word.joint == Joint::Hyphen
        && ["pro", "anti", "non", "ex", "pre", "post", "un", "mid", "trans", "all"].contains(&row.folded(first - 1));
    say(Single::PrefixBefore, prefix);
    say(Single::NumberBefore, joined && is_number(row, first - 1));
    patterns::of_left(row, first, see);
    before
}

/// The signs of places that end at `last`; returns the category of what stands after.
pub(super) fn right(row: &Row<'_>, last: usize, see: &mut impl FnMut(Sign, f32, Option<Seen>)) -> Category {
    let after = after(row, last, see);
    see(Sign::of_pair(Pair::EdgeAfter, row.category(last), after), 1.0, Some((last, last)));
    let next = row.words.get(last + 1);
    let mut say = |single: Single, holds: bool| {
        if holds {
            see(single.into(), 1.0, None);
        }
    };
    let joined = row.is_joined(last + 1);
    say(Single::CutAfter, joined && is_run_word(row, last + 1));
    say(Single::BeforeHyphen, next.is_some_and(|w| w.joint == Joint::Hyphen));
    say(Single::LineEnd, next.is_none_or(|w| breaks(w.joint)));
    let closes = marks(row, last + 1).trim_start().chars().next();
    say(Single::CurrencyAfter, matches!(closes, Some('$' | '€' | '£' | '¥' | '₹')));
    say(Single::NumberAfter, joined && is_number(row, last + 1));
    patterns::of_right(row, last, see);
    if !row.is_common(last)
        && let Some(ending) = Sign::of_ending(row.folded(last))
    {
        see(ending, 1.0, Some((last, last)));
        if let Some(ending) = Sign::of_long_ending(row.folded(last)) {
            see(ending, 1.0, Some((last, last)));
        }
    }
    after
}

fn breaks(joint: Joint) -> bool {
    matches!(joint, Joint::Start | Joint::LineBreak | Joint::Paragraph)
}

fn is_number(row: &Row<'_>, index: usize) -> bool {
    row.words.get(index).is_some_and(|w| w.shape == Shape::Digits) && !row.shows(index, Trait::Year)
}

pub(super) fn each_trait(traits: u128, at: Position, seen: Seen, see: &mut impl FnMut(Sign, f32, Option<Seen>)) {
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
pub(super) fn marks<'t>(row: &Row<'t>, index: usize) -> &'t str {
    if row.words.get(index).is_some_and(|word| word.joint == Joint::Space) { "" } else { row.before(index) }
}
