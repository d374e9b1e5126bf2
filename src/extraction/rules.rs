//! Rules: evidence from how words stand together, for names that no list has and for names
//! that are listed alike.
//!
//! A rule reads the row and proposes that a run of words is a name of a type, with a weight
//! in log-odds: 0 is even odds, 1 about three in four, 2 seven in eight, 3 nineteen in twenty.
//! Proposals for one place and type add up; where a listed candidate of that type stands at
//! the place, the evidence goes to it. Each file holds the rules for one type of entity; the
//! name of a rule is stable between releases and is told to the caller.

mod events;
mod locations;
mod organizations;
mod people;

use rustc_hash::FxHashMap;

/// The rule that gives a place inside another name: "Maran-Tuvana conflict", "Battle of
/// Ndolwe", "Bank of Andesia". Not decided where it stands, but looked for elsewhere.
pub(super) const PLACE_IN_NAME: &str = "place-in-name";

use super::{
    candidate::{Candidate, Place, Referent, Rows},
    lexicon::Lexicon,
    row::Row,
};
use crate::{
    gazetteer::{AliasKind, ClueClass, EntityType},
    text::{Joint, Shape},
};

/// Lets every rule read both sections and adds what they find to the candidates.
pub(super) fn propose(rows: &Rows<'_>, candidates: &mut Vec<Candidate>, lexicon: &Lexicon) {
    for row in rows.both() {
        let mut scene = Scene::new(row, candidates, lexicon);
        people::propose(&mut scene);
        organizations::propose(&mut scene);
        locations::propose(&mut scene);
        events::propose(&mut scene);
        let (proposals, editions) = (scene.proposals, scene.editions);
        add(proposals, candidates);
        candidates.extend(editions);
    }
}

/// Gives proposals to the listed candidates of their place and type, or makes unlisted ones.
fn add(proposals: FxHashMap<(Place, EntityType), Candidate>, candidates: &mut Vec<Candidate>) {
    let mut listed: FxHashMap<(Place, EntityType), Vec<usize>> = FxHashMap::default();
    for (index, candidate) in candidates.iter().enumerate() {
        if candidate.kind != AliasKind::Demonym {
            listed.entry((candidate.place, candidate.entity_type)).or_default().push(index);
        }
    }
    let mut proposals = proposals.into_iter().collect::<Vec<_>>();
    proposals.sort_by_key(|(key, _)| *key);
    for (key, proposal) in proposals {
        match listed.get(&key) {
            Some(indices) => {
                for &index in indices {
                    for clue in &proposal.clues {
                        candidates[index].add(clue.rule, clue.weight, clue.seen);
                    }
                }
            }
            None => candidates.push(proposal),
        }
    }
}

/// What rules see of a section, and where they put what they find.
struct Scene<'a, 't> {
    row: &'a Row<'t>,
    lexicon: &'a Lexicon,
    /// Listed candidates of the section that are more likely right than wrong.
    listed: Vec<&'a Candidate>,
    by_first: FxHashMap<usize, Vec<usize>>,
    by_last: FxHashMap<usize, Vec<usize>>,
    proposals: FxHashMap<(Place, EntityType), Candidate>,
    editions: Vec<Candidate>,
}

impl<'a, 't> Scene<'a, 't> {
    fn new(row: &'a Row<'t>, candidates: &'a [Candidate], lexicon: &'a Lexicon) -> Self {
        let listed = candidates.iter().filter(|c| c.place.section == row.section && c.score > 0.0);
        let listed = listed.collect::<Vec<_>>();
        let (mut by_first, mut by_last) = (FxHashMap::default(), FxHashMap::default());
        for (index, candidate) in listed.iter().enumerate() {
            by_first.entry(candidate.place.first).or_insert_with(Vec::new).push(index);
            by_last.entry(candidate.place.last).or_insert_with(Vec::new).push(index);
        }
        Scene { row, lexicon, listed, by_first, by_last, proposals: FxHashMap::default(), editions: Vec::new() }
    }

    /// Proposes that the words from `first` to `last` are a name of the type; `seen` are the
    /// words that say so.
    fn propose(&mut self, first: usize, last: usize, is: EntityType, rule: &'static str, weight: f32, seen: Seen) {
        let place = self.row.place(first, last);
        let seen = seen.map(|(first, last)| self.row.place(first, last));
        let candidate = self.proposals.entry((place, is));
        let candidate = candidate.or_insert_with(|| Candidate::new(place, is, Referent::Unlisted, AliasKind::Name));
        if !candidate.clues.iter().any(|clue| clue.rule == rule) {
            candidate.add(rule, weight, seen);
        }
    }

    /// Listed candidates that begin at a word, demonyms left out.
    fn listed_from(&self, first: usize) -> impl Iterator<Item = &'a Candidate> {
        let indices = self.by_first.get(&first).map_or(&[][..], Vec::as_slice);
        indices.iter().map(|&i| self.listed[i]).filter(|c| c.kind != AliasKind::Demonym)
    }

    /// Listed candidates that end at a word, demonyms left out.
    fn listed_to(&self, last: usize) -> impl Iterator<Item = &'a Candidate> {
        let indices = self.by_last.get(&last).map_or(&[][..], Vec::as_slice);
        indices.iter().map(|&i| self.listed[i]).filter(|c| c.kind != AliasKind::Demonym)
    }

    /// Whether exactly these words are a listed name of the type.
    fn is_listed(&self, first: usize, last: usize, is: EntityType) -> bool {
        self.listed_from(first).any(|c| c.place.last == last && c.entity_type == is)
    }

    /// Whether a demonym stands at the word.
    fn is_demonym(&self, index: usize) -> bool {
        let indices = self.by_first.get(&index).map_or(&[][..], Vec::as_slice);
        indices.iter().any(|&i| self.listed[i].kind == AliasKind::Demonym && self.listed[i].place.last == index)
    }

    /// Whether the word is capitalized for another reason than being a name: a common word
    /// where a sentence begins, or in a heading.
    fn is_only_start(&self, index: usize) -> bool {
        let word = self.row.word(index);
        self.row.is_common(index) && word.shape != Shape::Initial && (word.is_sentence_start() || word.in_title_line())
    }

    /// Whether the word may stand in an unlisted name: name-like, in a line where capitals
    /// tell something, and not capitalized for another reason.
    fn may_name(&self, index: usize) -> bool {
        self.row.is_namelike(index)
            && !self.row.word(index).in_capitals_line()
            && !self.is_only_start(index)
            && !self.row.is(index, ClueClass::FunctionWord)
    }

    /// The first word of the run of words of names that ends at `last`, at most `limit` words
    /// long. Steps over the possessive of "People's", over "of" after a head such as
    /// "Institute", and over one "and" that does not join two names.
    fn run_to(&self, last: usize, limit: usize) -> usize {
        let row = self.row;
        let mut first = last;
        let mut joined_at = None;
        while last - first + 1 < limit && first > 0 {
            let before = first - 1;
            let step = if !row.is_joined(first) {
                // "People's Party"
                (first > 2 && row.word(before).is_possessive() && is_collective(row.folded(first - 2))).then_some(2)
            } else if self.may_name(before) {
                Some(1)
            } else if before == 0 || !row.is_joined(before) || !self.may_name(before - 1) {
                None
            } else {
                match row.folded(before) {
                    "of" if self.ends_name(before - 1) => Some(2),
                    "and" if joined_at.is_none() => {
                        joined_at = Some(first);
                        Some(2)
                    }
                    _ => None,
                }
            };
            match step {
                Some(step) => first -= step,
                None => break,
            }
        }
        // Two names, not one: "[Niger River] and [Lake Chad]", "the French and [Royal Navy]".
        joined_at.map_or(first, |right| {
            let left = first..right - 1;
            let two = left.clone().any(|i| self.ends_name(i) || self.listed_to(i).next().is_some())
                || left.len() == 1 && self.is_demonym(first)
                || left.len() > 3;
            if two { right } else { first }
        })
    }

    /// The last word of the run of words of names that begins at `first`, at most `limit`
    /// words long; `None` when the first is none.
    fn run_from(&self, first: usize, limit: usize) -> Option<usize> {
        if !self.may_name(first) {
            return None;
        }
        let mut last = first;
        while last - first + 1 < limit && self.row.is_joined(last + 1) && self.may_name(last + 1) {
            last += 1;
        }
        Some(last)
    }

    /// Goes on from `last` over "of the Interior and Sports": connectors followed by words
    /// of names.
    fn continue_from(&self, last: usize, connectors: &[&str], limit: usize) -> usize {
        let mut last = last;
        for _ in 0..3 {
            let mut next = last + 1;
            if !self.row.is_joined(next) || !connectors.contains(&self.row.folded(next)) {
                break;
            }
            next += 1;
            if self.row.folded(next) == "the" && self.row.is_joined(next) {
                next += 1;
            }
            match self.run_from(next, limit).filter(|_| self.row.is_joined(next)) {
                Some(end) => last = end,
                None => break,
            }
        }
        last
    }

    /// Whether names of organizations, places or events end with the word.
    fn ends_name(&self, index: usize) -> bool {
        [ClueClass::OrganizationEnding, ClueClass::PlaceEnding, ClueClass::EventEnding]
            .into_iter()
            .any(|class| self.row.is(index, class))
    }

    /// Whether the word is digits of a year.
    fn is_year(&self, index: usize) -> bool {
        let Some(word) = self.row.words.get(index) else { return false };
        word.shape == Shape::Digits
            && self.row.folded(index).parse::<u16>().is_ok_and(|year| (1000..2101).contains(&year))
    }

    /// Whether the word is an ordinal: 58th, Second.
    fn is_ordinal(&self, index: usize) -> bool {
        let word = self.row.folded(index);
        let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
        !digits.is_empty()
            && digits.bytes().all(|b| b.is_ascii_digit())
            && matches!(&word[digits.len()..], "st" | "nd" | "rd" | "th")
            || self.row.is_upper(index)
                && ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
                    .contains(&word)
    }

    /// Whether a comma stands before the word, and nothing else but a space.
    fn is_after_comma(&self, index: usize) -> bool {
        self.row.words.get(index).is_some_and(|w| w.joint == Joint::Comma)
    }
}

/// Plurals whose possessive stands inside names of organizations: "People's Party".
fn is_collective(folded: &str) -> bool {
    [
        "people",
        "peoples",
        "women",
        "men",
        "workers",
        "children",
        "farmers",
        "teachers",
        "veterans",
        "writers",
        "journalists",
        "lawyers",
        "peasants",
        "citizens",
        "employers",
        "king",
        "queen",
        "saint",
    ]
    .contains(&folded)
}

/// The words that a rule saw, as (first, last).
type Seen = Option<(usize, usize)>;
