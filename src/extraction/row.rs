//! The row: the words of a section, each with its traits. Rules read rows, not text.
//!
//! A trait is one bit of what is known of a word before anything is decided: the clue lists
//! that have it, the markers, its shape, whether it is by itself a listed name and of what
//! type, what its letters look like. Nothing here weighs anything.

use super::{
    Section,
    clues::{ClassSet, Clues, Known},
    evidence::category,
    lexicon::Lexicon,
    likeness::{by_ending, by_letters},
    markers::Marker,
    place::Place,
    signs::Category,
};
use crate::{
    gazetteer::{AliasKind, ClueClass, EntityType},
    layer::Named,
    matcher::{word_hash, word_hashes},
    text::{Joint, Shape, Word, Words},
};

/// What is known of a word, a bit each: the clue classes and markers of [`ClassSet`] in the lower
/// half, what the text shows in the upper half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Traits(pub(super) u128);

/// What the text shows of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Trait {
    /// Lower-case letters.
    Lower,
    /// One capital, then lower case.
    Capitalized,
    /// Capitals only.
    AllCapitals,
    /// One capital letter.
    Initial,
    /// Digits only.
    Digits,
    /// Capitals inside.
    Mixed,
    /// Letters without case.
    Uncased,
    /// By itself a listed name of a person.
    ListedPerson,
    /// The same of an organization.
    ListedOrganization,
    /// The same of a place.
    ListedLocation,
    /// The same of an event.
    ListedEvent,
    /// By itself a demonym.
    Demonym,
    /// A sentence begins with it.
    SentenceStart,
    /// It stands in a heading With Capitals.
    TitleLine,
    /// It stands in a line of capitals.
    CapitalsLine,
    /// No list has it.
    Unknown,
    /// Unknown, with letters as people's names have them.
    PersonLike,
    /// The same, clearly.
    VeryPersonLike,
    /// Unknown, with letters as places' names have them.
    PlaceLike,
    /// The same, clearly.
    VeryPlaceLike,
    /// Unknown, with letters unlike those of both.
    OtherLike,
    /// Unknown, with an ending of companies.
    CompanyLike,
    /// Unknown, with an ending of adjectives of places.
    DemonymLike,
    /// Unknown, with an ending of ordinary words.
    WordLike,
    /// Part of a longer listed name of a person.
    InPerson,
    /// The same of an organization.
    InOrganization,
    /// The same of a place.
    InLocation,
    /// The same of an event.
    InEvent,
    /// A year.
    Year,
    /// An ordinal in digits or letters.
    Ordinal,
    /// It stands in a line of a table or list: numbers, few words in lower case.
    TableLine,
}

impl Trait {
    /// All traits that the text shows, with their names.
    pub(super) const ALL: &'static [(Trait, &'static str)] = &[
        (Trait::Lower, "lower"),
        (Trait::Capitalized, "capitalized"),
        (Trait::AllCapitals, "capitals"),
        (Trait::Initial, "initial"),
        (Trait::Digits, "digits"),
        (Trait::Mixed, "mixed-case"),
        (Trait::Uncased, "uncased"),
        (Trait::ListedPerson, "listed-person"),
        (Trait::ListedOrganization, "listed-organization"),
        (Trait::ListedLocation, "listed-location"),
        (Trait::ListedEvent, "listed-event"),
        (Trait::Demonym, "demonym"),
        (Trait::SentenceStart, "sentence-start"),
        (Trait::TitleLine, "heading"),
        (Trait::CapitalsLine, "line-of-capitals"),
        (Trait::Unknown, "unknown"),
        (Trait::PersonLike, "person-like"),
        (Trait::VeryPersonLike, "very-person-like"),
        (Trait::PlaceLike, "place-like"),
        (Trait::VeryPlaceLike, "very-place-like"),
        (Trait::OtherLike, "other-like"),
        (Trait::CompanyLike, "company-like"),
        (Trait::DemonymLike, "demonym-like"),
        (Trait::WordLike, "word-like"),
        (Trait::InPerson, "in-listed-person"),
        (Trait::InOrganization, "in-listed-organization"),
        (Trait::InLocation, "in-listed-location"),
        (Trait::InEvent, "in-listed-event"),
        (Trait::Year, "year"),
        (Trait::Ordinal, "ordinal"),
        (Trait::TableLine, "line-of-table"),
    ];
}

impl Traits {
    fn shown(self, shown: Trait) -> bool {
        self.0 >> (64 + shown as u32) & 1 != 0
    }

    fn add(&mut self, shown: Trait) {
        self.0 |= 1 << (64 + shown as u32);
    }
}

/// What is known of a word: all in one place, since whoever asks one thing asks the others.
struct Seat {
    /// The classes of the word by itself.
    classes: ClassSet,
    /// The same with those of the phrases that it is in, and what the text shows.
    traits: Traits,
    /// A hash of the folded word.
    hash: u64,
    /// The longest listed name of several words that it stands in, as (first, last); by itself
    /// otherwise.
    inside: (u32, u32),
    /// Its number among the neighbors; see [`Known`].
    neighbor: u16,
    category: Category,
    /// Whether it could be part of a name by its looks.
    is_namelike: bool,
    /// Whether it follows the word before within one name.
    is_joined: bool,
}

/// The classified words of a section.
pub(super) struct Row<'t> {
    pub(super) section: Section,
    pub(super) words: Words<'t>,
    seats: Vec<Seat>,
    /// Clue phrases of several words: (class, first, last), sorted.
    phrases: Vec<(ClueClass, usize, usize)>,
    /// The same as (class, last, first), sorted.
    by_last: Vec<(ClueClass, usize, usize)>,
}

impl<'t> Row<'t> {
    /// Reads a section and looks all names and clues up. Returns the names beside the row.
    pub(super) fn read(section: Section, text: &'t str, lexicon: &Lexicon) -> (Row<'t>, Vec<Named>) {
        let words = Words::read(text);
        let hashes = word_hashes(&words);
        let names = lexicon.names(&words, &hashes, false);
        let clues = lexicon.clues();
        let phrases = clues.phrases(&words, &hashes);
        let seats = hashes.iter().enumerate().map(|(index, &hash)| {
            let Known { mut classes, neighbor } = clues.of(hash);
            let word = &words.as_slice()[index];
            // "CAN", not "can", nor in a line of capitals.
            if word.shape != Shape::AllCapitals || word.in_capitals_line() {
                classes.remove(ClueClass::CountryCode);
            }
            if classes.0 == 0 && word.is_upper_first() && is_inflected(words.folded(index), clues) {
                classes.add(ClueClass::CommonWord);
            }
            Seat {
                classes,
                traits: shown(&words, index, classes),
                hash,
                inside: (index as u32, index as u32),
                neighbor,
                category: Category::Word,
                is_namelike: is_namelike(word, classes) && !is_amount(&words, index),
                is_joined: is_joined(&words, index),
            }
        });
        let mut by_last = phrases.iter().map(|&(class, first, last)| (class, last, first)).collect::<Vec<_>>();
        by_last.sort_unstable();
        let mut row = Row { section, seats: seats.collect(), words, phrases, by_last };
        for &(class, first, last) in &row.phrases {
            for seat in &mut row.seats[first..=last] {
                seat.traits.0 |= 1 << class as u8;
            }
        }
        row.show_tables();
        for name in &names {
            row.show_listed(name, lexicon);
        }
        for index in 0..row.len() {
            row.seats[index].category = category(&row, index);
        }
        (row, names)
    }

    /// Marks the lines that look like rows of a table.
    fn show_tables(&mut self) {
        let mut first = 0;
        for index in 1..=self.len() {
            let goes_on =
                self.words.get(index).is_some_and(|w| !matches!(w.joint, Joint::LineBreak | Joint::Paragraph));
            if goes_on {
                continue;
            }
            let line = &self.words.as_slice()[first..index];
            let count = |shape| line.iter().filter(|w| w.shape == shape).count();
            let (digits, lower) = (count(Shape::Digits), count(Shape::Lower));
            if line.len() <= 16 && (digits >= 2 && lower <= 2 || digits >= 1 && lower == 0) {
                for seat in &mut self.seats[first..index] {
                    seat.traits.add(Trait::TableLine);
                }
            }
            first = index;
        }
    }

    fn show_listed(&mut self, hit: &Named, lexicon: &Lexicon) {
        let entry = lexicon.facts(hit.entry);
        let demonym = hit.kind == AliasKind::Demonym;
        let (first, last) = (hit.first as usize, hit.last as usize);
        if first == last {
            if entry.is_rare() {
                return;
            }
            let shown = match entry.entity_type {
                _ if demonym => Trait::Demonym,
                EntityType::Person => Trait::ListedPerson,
                EntityType::Organization => Trait::ListedOrganization,
                EntityType::Location => Trait::ListedLocation,
                EntityType::Event => Trait::ListedEvent,
            };
            self.seats[first].traits.add(shown);
            return;
        }
        if demonym {
            return;
        }
        let shown = match entry.entity_type {
            EntityType::Person => Trait::InPerson,
            EntityType::Organization => Trait::InOrganization,
            EntityType::Location => Trait::InLocation,
            EntityType::Event => Trait::InEvent,
        };
        for seat in &mut self.seats[first..=last] {
            seat.traits.add(shown);
            if hit.last - hit.first > seat.inside.1 - seat.inside.0 {
                seat.inside = (hit.first, hit.last);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn word(&self, index: usize) -> &Word {
        &self.words.as_slice()[index]
    }

    pub(super) fn traits(&self, index: usize) -> Traits {
        self.seats[index].traits
    }

    /// The longest listed name of several words that the word stands in, or the word alone.
    pub(super) fn inside(&self, index: usize) -> (usize, usize) {
        let (first, last) = self.seats[index].inside;
        (first as usize, last as usize)
    }

    pub(super) fn place(&self, first: usize, last: usize) -> Place {
        Place { section: self.section, first, last }
    }

    /// Whether the word at `index` is, by itself, of the class. False beyond the ends.
    pub(super) fn is(&self, index: usize, class: ClueClass) -> bool {
        self.seats.get(index).is_some_and(|seat| seat.classes.has(class))
    }

    /// Whether the word at `index` is one of the marker's. False beyond the ends.
    pub(super) fn marks(&self, index: usize, marker: Marker) -> bool {
        self.seats.get(index).is_some_and(|seat| seat.classes.marks(marker))
    }

    /// The number of the first marker that has the word at `index`.
    pub(super) fn first_marker(&self, index: usize) -> Option<usize> {
        let bits = self.seats[index].classes.0 >> ClassSet::MARKERS;
        (bits != 0).then(|| bits.trailing_zeros() as usize)
    }

    /// Whether the text shows this of the word at `index`. False beyond the ends.
    pub(super) fn shows(&self, index: usize, shown: Trait) -> bool {
        self.seats.get(index).is_some_and(|seat| seat.traits.shown(shown))
    }

    /// The first word of the longest phrase of the class that ends at `last`.
    pub(super) fn ending_at(&self, last: usize, class: ClueClass) -> Option<usize> {
        if !self.is_in(last, class) {
            return None;
        }
        let at = self.by_last.partition_point(|p| (p.0, p.1) < (class, last));
        let phrase = self.by_last.get(at).filter(|p| (p.0, p.1) == (class, last));
        phrase.map(|p| p.2).or_else(|| self.is(last, class).then_some(last))
    }

    /// The last word of the longest phrase of the class that begins at `first`.
    pub(super) fn starting_at(&self, first: usize, class: ClueClass) -> Option<usize> {
        if !self.is_in(first, class) {
            return None;
        }
        let at = self.phrases.partition_point(|p| (p.0, p.1) <= (class, first));
        let phrase = at.checked_sub(1).map(|at| self.phrases[at]).filter(|p| (p.0, p.1) == (class, first));
        phrase.map(|p| p.2).or_else(|| self.is(first, class).then_some(first))
    }

    /// Whether the word is of the class by itself or in a phrase. False beyond the ends.
    fn is_in(&self, index: usize, class: ClueClass) -> bool {
        self.seats.get(index).is_some_and(|seat| seat.traits.0 >> class as u8 & 1 != 0)
    }

    /// Every phrase of the class, of one word or several, as (first, last), by first word.
    pub(super) fn all(&self, class: ClueClass) -> Vec<(usize, usize)> {
        let single = (0..self.len()).filter(|&i| self.is(i, class)).map(|i| (i, i));
        let mut all = single.chain(self.phrases_of(class).map(|p| (p.1, p.2))).collect::<Vec<_>>();
        all.sort_unstable();
        all
    }

    fn phrases_of(&self, class: ClueClass) -> impl Iterator<Item = &(ClueClass, usize, usize)> {
        let begin = self.phrases.partition_point(|p| p.0 < class);
        self.phrases[begin..].iter().take_while(move |p| p.0 == class)
    }

    /// Whether the word at `index` begins with a capital. False beyond the ends.
    pub(super) fn is_upper(&self, index: usize) -> bool {
        self.words.get(index).is_some_and(Word::is_upper_first)
    }

    /// Whether the word is a common English word in the wrong coat: its capital may come
    /// from its place in the sentence only.
    pub(super) fn is_common(&self, index: usize) -> bool {
        self.is(index, ClueClass::CommonWord)
    }

    /// The folded word at `index`; empty beyond the ends.
    pub(super) fn folded(&self, index: usize) -> &str {
        if index < self.len() { self.words.folded(index) } else { "" }
    }

    /// The category of the word at `index`.
    pub(super) fn category(&self, index: usize) -> Category {
        self.seats[index].category
    }

    /// The number of the word at `index` among the neighbors; 0 where it is none.
    pub(super) fn neighbor(&self, index: usize) -> u16 {
        self.seats[index].neighbor
    }

    /// The hashes of the folded words, in order.
    pub(super) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.seats.iter().map(|seat| seat.hash)
    }

    /// A number that stands for the folded words from `first` to `last`: equal for equal words
    /// in any section.
    pub(super) fn key(&self, first: usize, last: usize) -> u64 {
        self.seats[first..=last].iter().fold(0, |key, seat| add_key(key, seat.hash))
    }

    /// The key of further words with the word at `index` after them; that of none is 0.
    pub(super) fn add_to_key(&self, key: u64, index: usize) -> u64 {
        add_key(key, self.seats[index].hash)
    }

    /// Whether the word could be part of a name by its looks: it begins with a capital, is no
    /// weekday, month or the like, and is not in an address. False beyond the ends.
    pub(super) fn is_namelike(&self, index: usize) -> bool {
        self.seats.get(index).is_some_and(|seat| seat.is_namelike)
    }

    /// Whether the word at `index` is the currency of an amount: "US" of "US$5".
    pub(super) fn is_amount(&self, index: usize) -> bool {
        is_amount(&self.words, index)
    }

    /// Whether the word at `index` follows the one before it within one name: after a space,
    /// hyphen or apostrophe, or after the full stop of an initial or abbreviation. False beyond
    /// the ends.
    pub(super) fn is_joined(&self, index: usize) -> bool {
        self.seats.get(index).is_some_and(|seat| seat.is_joined)
    }

    /// What is written before the word at `index`, back to the word before.
    pub(super) fn before(&self, index: usize) -> &'t str {
        self.words.between(index)
    }

    /// What is written after the word at `index`, up to the word after.
    pub(super) fn after(&self, index: usize) -> &'t str {
        self.words.between(index + 1)
    }

    /// Whether a comma stands before the word, and nothing else but a space.
    pub(super) fn is_after_comma(&self, index: usize) -> bool {
        self.words.get(index).is_some_and(|w| w.joint == Joint::Comma)
    }
}

fn add_key(key: u64, hash: u64) -> u64 {
    (key.rotate_left(5) ^ hash).wrapping_mul(0x517c_c1b7_2722_0a95)
}

/// The [`Row::key`] of a single folded word.
pub(super) fn key_of(folded: &str) -> u64 {
    add_key(0, word_hash(folded))
}

fn is_namelike(word: &Word, classes: ClassSet) -> bool {
    word.is_upper_first()
        && !word.is_address()
        && !word.is_possessive()
        && !classes.has(ClueClass::Weekday)
        && (!classes.has(ClueClass::Month) || classes.has(ClueClass::GivenName))
}

/// Whether the word is the currency of an amount, with or without its first digits: "US" of "US$5", "Rs500", "Rs" of "Rs 500".
fn is_amount(words: &Words<'_>, index: usize) -> bool {
    let after = words.between(index + 1);
    if after.starts_with(['$', '€', '£', '¥', '₦', '₹']) {
        return true;
    }
    let folded = words.folded(index);
    let currency = folded.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_known = || CURRENCIES.contains(&currency);
    if currency.len() == folded.len() {
        let number = words.get(index + 1).is_some_and(|w| w.joint == Joint::Space && w.shape == Shape::Digits);
        return number && is_known();
    }
    let further = |next: &Word| match next.joint {
        Joint::Comma | Joint::FullStop => {
            after.len() == 1 && words.folded(index + 1).starts_with(|c: char| c.is_ascii_digit())
        }
        Joint::Space | Joint::LineBreak => MULTIPLES.contains(&words.folded(index + 1)),
        _ => false,
    };
    is_known() || (1..=4).contains(&currency.len()) && words.get(index + 1).is_some_and(further)
}

const MULTIPLES: [&str; 8] = ["million", "billion", "trillion", "crore", "lakh", "m", "bn", "cr"];

/// How amounts are written in which no other sign stands before the digits.
const CURRENCIES: [&str; 40] = [
    "rs", "dh", "dhs", "ksh", "kshs", "sh", "shs", "ush", "ushs", "tsh", "tshs", "tk", "rm", "rp", "lkr", "pkr", "inr",
    "npr", "bdt", "vnd", "php", "idr", "usd", "eur", "gbp", "aed", "sar", "qar", "ngn", "ghs", "kes", "ugx", "tzs",
    "zar", "etb", "rwf", "mwk", "zmw", "cfa", "fcfa",
];

/// See [`Row::is_joined`].
fn is_joined(words: &Words<'_>, index: usize) -> bool {
    let word = &words.as_slice()[index];
    if word.is_possessive() {
        return false;
    }
    match word.joint {
        Joint::Space | Joint::Hyphen | Joint::Adjacent => true,
        Joint::Apostrophe => !words.between(index).contains(' '),
        // Only where lines are wrapped; elsewhere a line break begins a sentence.
        Joint::LineBreak => !word.is_sentence_start(),
        Joint::FullStop => {
            !word.is_sentence_start() && index > 0 && {
                words.as_slice()[index - 1].shape == Shape::Initial || words.written(index - 1).len() <= 4
            }
        }
        _ => false,
    }
}

/// The classes of a word and what the text shows of it.
fn shown(words: &Words<'_>, index: usize, classes: ClassSet) -> Traits {
    let word = &words.as_slice()[index];
    let mut traits = Traits(u128::from(classes.0));
    traits.add(match word.shape {
        Shape::Lower => Trait::Lower,
        Shape::Capitalized => Trait::Capitalized,
        Shape::AllCapitals => Trait::AllCapitals,
        Shape::Initial => Trait::Initial,
        Shape::Digits => Trait::Digits,
        Shape::Mixed => Trait::Mixed,
        Shape::Uncased => Trait::Uncased,
    });
    for (holds, shown) in [
        (word.is_sentence_start(), Trait::SentenceStart),
        (word.in_title_line(), Trait::TitleLine),
        (word.in_capitals_line(), Trait::CapitalsLine),
    ] {
        if holds {
            traits.add(shown);
        }
    }
    let folded = words.folded(index);
    if folded.starts_with(|c: char| c.is_ascii_digit()) || word.is_upper_first() && classes.has(ClueClass::CommonWord) {
        if is_year(word, folded) {
            traits.add(Trait::Year);
        }
        if is_ordinal(folded) {
            traits.add(Trait::Ordinal);
        }
    }
    if word.is_upper_first() && classes.0 == 0 {
        traits.add(Trait::Unknown);
        // Letters of an acronym say nothing.
        if word.shape != Shape::AllCapitals || word.in_capitals_line() {
            [by_letters(folded), by_ending(folded)].into_iter().flatten().for_each(|like| traits.add(like));
        }
    }
    traits
}

/// Whether a word that no list has is a form of an ordinary one: "Blinked".
fn is_inflected(folded: &str, clues: &Clues) -> bool {
    let common = |stem: &str| stem.len() >= 3 && clues.of(word_hash(stem)).classes.has(ClueClass::CommonWord);
    ["ed", "d", "ing", "s", "es", "ly"].iter().any(|ending| folded.strip_suffix(ending).is_some_and(common))
}

fn is_year(word: &Word, folded: &str) -> bool {
    word.shape == Shape::Digits && folded.len() == 4 && ("1000".."2101").contains(&folded)
}

fn is_ordinal(folded: &str) -> bool {
    let digits = folded.trim_end_matches(|c: char| c.is_ascii_lowercase());
    !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(&folded[digits.len()..], "st" | "nd" | "rd" | "th")
        || ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
            .contains(&folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_currency_of_an_amount_is_told_from_names_with_digits() {
        let amount = |text: &str| is_amount(&Words::read(text), 0);
        for text in [
            "US$5",
            "Rs500,000",
            "K380 million",
            "P0.70 a litre",
            "RM40",
            "Dh385,000",
            "N2.5bn",
            "A$3m",
            "Rs 500",
            "K380\nmillion",
        ] {
            assert!(amount(text), "{text}");
        }
        for text in
            ["M23 rebels", "K2, the mountain", "G20", "A380 jets", "K2. It", "2022 million", "B5", "US 5", "Sh said"]
        {
            assert!(!amount(text), "{text}");
        }
    }
}
