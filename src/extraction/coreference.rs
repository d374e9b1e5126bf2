//! Coreference: what the article says again in fewer words.
//!
//! First, `propose` numbers the article's names, reads acronyms in brackets, and looks for
//! every name that the article establishes, and for its short forms, in all places: the
//! surname of a person, the acronym, a name without its legal ending. Short forms are made of
//! full names only, never of other short forms. Later, `group` gathers the decided mentions
//! of one name into an entity.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Entity, Mention, Options, Overlaps, Section,
    candidate::{Candidate, NameId, Place, Referent, Rows},
    explanation::{explain, explain_entity},
    lexicon::Lexicon,
    resolution::{Decided, resolve},
    row::Row,
    rules::PLACE_IN_NAME,
};
use crate::{
    gazetteer::{
        AliasKind, ClueClass,
        EntityType::{self, Event, Organization, Person},
    },
    text::{Joint, Shape},
};

/// Evidence that a name must have to be looked for elsewhere.
const ESTABLISHED: f32 = 0.8;
const SURNAME: f32 = 2.6;
const GIVEN_NAME: f32 = 0.9;
const ACRONYM: f32 = 2.8;
const WITHOUT_ENDING: f32 = 1.5;
const ELSEWHERE: f32 = 2.0;
/// A short form that is also a common word, where a sentence begins.
const COMMON_AT_START: f32 = -3.5;
const IN_BRACKETS: f32 = 2.5;

/// Numbers the names and adds candidates for what the article establishes.
pub(super) fn propose(rows: &Rows<'_>, candidates: &mut Vec<Candidate>, lexicon: &Lexicon) {
    settle_types(rows, candidates);
    let mut numbers = Numbers::new(rows, candidates);
    for candidate in candidates.iter_mut() {
        candidate.name = numbers.of(rows, candidate);
    }
    let mut forms = Forms::default();
    brackets(rows, candidates, &mut forms, &mut numbers);
    support(candidates);
    // Only what would be decided now can stand for more: not "Yves Le Drian" inside
    // "Jean-Yves Le Drian".
    for established in resolve(candidates, Overlaps::Longest) {
        if established.candidate.score >= ESTABLISHED {
            full_forms(rows, established.candidate, lexicon, &mut forms);
        }
    }
    // Places inside names, such as the sides of "Maran-Tuvana conflict", are not decided there.
    for side in candidates.iter().filter(|c| c.clues.iter().any(|clue| clue.rule == PLACE_IN_NAME)) {
        full_forms(rows, side, lexicon, &mut forms);
    }
    let found = forms.find(rows, candidates);
    candidates.extend(found);
}

/// What makes two candidates the same name.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Entry(u32),
    Unlisted(EntityType, String),
}

/// The numbers of names, given as they come.
struct Numbers {
    names: FxHashMap<Key, NameId>,
    /// Unlisted events by their name without ordinal and year, with the one edition of
    /// which the article speaks; those of which it names several are not here.
    editions: FxHashMap<String, String>,
}

impl Numbers {
    fn new(rows: &Rows<'_>, candidates: &[Candidate]) -> Numbers {
        let mut editions = FxHashMap::default();
        let mut several = FxHashSet::default();
        for candidate in candidates.iter().filter(|c| c.entity_type == Event && !c.is_listed()) {
            let (name, edition) = without_edition(rows, candidate.place);
            if edition.is_empty() {
                continue;
            }
            let known = editions.entry(name.clone()).or_insert_with(|| edition.clone());
            if *known != edition {
                several.insert(name);
            }
        }
        editions.retain(|name, _| !several.contains(name));
        Numbers { names: FxHashMap::default(), editions }
    }

    fn of(&mut self, rows: &Rows<'_>, candidate: &Candidate) -> NameId {
        let key = match candidate.entry_number() {
            Some(entry) => Key::Entry(entry),
            None if candidate.entity_type == Event => {
                let (name, _) = without_edition(rows, candidate.place);
                let one = self.editions.contains_key(&name);
                Key::Unlisted(Event, if one { name } else { rows.surface(candidate.place) })
            }
            None => Key::Unlisted(candidate.entity_type, rows.surface(candidate.place)),
        };
        let next = NameId(self.names.len() as u32);
        *self.names.entry(key).or_insert(next)
    }
}

/// The surface of an event's name without its ordinal or year, and these.
fn without_edition(rows: &Rows<'_>, place: Place) -> (String, String) {
    let row = rows.of(place.section);
    let counts = |i: usize| row.folded(i).starts_with(|c: char| c.is_ascii_digit());
    let (numbers, words): (Vec<_>, Vec<_>) = (place.first..=place.last).partition(|&i| counts(i));
    let join = |indices: Vec<usize>| indices.into_iter().map(|i| row.folded(i)).collect::<Vec<_>>().join(" ");
    (join(words), join(numbers))
}

/// One unlisted surface form has one type in an article: the one with the most evidence.
fn settle_types(rows: &Rows<'_>, candidates: &mut Vec<Candidate>) {
    let mut evidence: FxHashMap<String, FxHashMap<EntityType, f32>> = FxHashMap::default();
    let surfaces = candidates.iter().map(|c| if c.is_listed() { String::new() } else { rows.surface(c.place) });
    let surfaces = surfaces.collect::<Vec<_>>();
    for (candidate, surface) in candidates.iter().zip(&surfaces).filter(|(c, _)| !c.is_listed()) {
        *evidence.entry(surface.clone()).or_default().entry(candidate.entity_type).or_default() +=
            candidate.score.max(0.05);
    }
    let best = |surface: &String| {
        evidence
            .get(surface)
            .and_then(|types| types.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0))).map(|(is, _)| *is))
    };
    let mut surface = surfaces.iter();
    candidates.retain(|c| {
        let surface = surface.next();
        c.is_listed() || surface.and_then(best).is_none_or(|is| is == c.entity_type)
    });
}

/// A listed name that was doubted in one place and clear in another is believed in both.
fn support(candidates: &mut [Candidate]) {
    let clear = candidates.iter().filter(|c| c.is_listed() && c.score >= 1.5);
    let clear = clear.map(|c| c.name).collect::<FxHashSet<_>>();
    for candidate in candidates.iter_mut().filter(|c| c.is_listed() && c.score < 0.5) {
        if clear.contains(&candidate.name) {
            candidate.add("clear-elsewhere", ELSEWHERE, None);
        }
    }
}

/// A sequence of folded words that stands for a name in this article.
struct Form {
    weight: f32,
    kind: AliasKind,
    /// The candidate that it stands for.
    owner: Candidate,
}

/// The forms to look for.
#[derive(Default)]
struct Forms {
    /// By surface, then by rule: in the order of their owners' places once `find` begins.
    by_surface: FxHashMap<String, BTreeMap<&'static str, Vec<Form>>>,
    /// For each first word how many words its forms have: a bit for each number.
    lengths: FxHashMap<String, u64>,
    known: FxHashSet<(String, NameId)>,
}

impl Forms {
    fn add(&mut self, words: &[&str], rule: &'static str, weight: f32, kind: AliasKind, owner: &Candidate) {
        let surface = words.join(" ");
        if !(1..64).contains(&words.len()) || !self.known.insert((surface.clone(), owner.name)) {
            return;
        }
        *self.lengths.entry(words[0].to_owned()).or_default() |= 1 << words.len();
        let form = Form { weight, kind, owner: owner.clone() };
        self.by_surface.entry(surface).or_default().entry(rule).or_default().push(form);
    }

    /// Candidates for every place where a form stands and its name is not a candidate yet.
    /// Of several names with one form the one first named in full nearest before the place
    /// counts; before all of them, the first. A look-up a place and length: linear.
    fn find(mut self, rows: &Rows<'_>, candidates: &[Candidate]) -> Vec<Candidate> {
        for forms in self.by_surface.values_mut().flat_map(BTreeMap::values_mut) {
            forms.sort_by_key(|form| form.owner.place);
        }
        let taken = candidates.iter().map(|c| (c.place, c.name)).collect::<FxHashSet<_>>();
        let mut found = Vec::new();
        let mut surface = String::new();
        for row in rows.both() {
            for first in 0..row.len() {
                let Some(&lengths) = self.lengths.get(row.folded(first)) else { continue };
                surface.clear();
                for length in 1..=lengths.ilog2() as usize {
                    let last = first + length - 1;
                    if last >= row.len() || length > 1 && !row.is_joined(last) {
                        break;
                    }
                    if length > 1 {
                        surface.push(' ');
                    }
                    surface.push_str(row.folded(last));
                    let rules = (lengths & 1 << length != 0).then(|| self.by_surface.get(&surface)).flatten();
                    for (&rule, forms) in rules.into_iter().flatten() {
                        let place = row.place(first, last);
                        let before = forms.partition_point(|form| form.owner.place <= place);
                        let form = &forms[before.saturating_sub(1)];
                        if may_stand(row, place, form) && !taken.contains(&(place, form.owner.name)) {
                            found.push(candidate(row, place, rule, form));
                        }
                    }
                }
            }
        }
        found
    }
}

/// Whether the words at a place are written as a name is.
fn may_stand(row: &Row<'_>, place: Place, form: &Form) -> bool {
    let acronym = form.kind == AliasKind::Acronym;
    (place.first..=place.last).any(|i| row.is_upper(i))
        && (place.first..=place.last).all(|index| {
            let word = row.word(index);
            let hyphenated = index > place.first && word.joint == Joint::Hyphen;
            (row.is_upper(index) || row.is(index, ClueClass::Particle) || hyphenated || word.shape == Shape::Digits)
                && (!acronym || word.shape != Shape::Capitalized || row.folded(index).len() > 3)
                && !word.is_address()
        })
}

fn candidate(row: &Row<'_>, place: Place, rule: &'static str, form: &Form) -> Candidate {
    let owner = &form.owner;
    let referent = match owner.referent {
        Referent::Listed { entry, .. } => Referent::Listed { entry, alias: 0 },
        Referent::Unlisted => Referent::Unlisted,
    };
    let mut candidate = Candidate::new(place, owner.entity_type, referent, form.kind);
    candidate.name = owner.name;
    candidate.full_name = Some(owner.place);
    candidate.add(rule, form.weight, Some(owner.place));
    let word = row.word(place.first);
    let common = (place.first..=place.last).all(|i| row.is_common(i));
    if common && (word.is_sentence_start() || word.in_title_line() || word.in_capitals_line()) {
        let speaks = row.is(place.last + 1, ClueClass::ReportingVerb);
        candidate.add("common-word-at-start", if speaks { -0.5 } else { COMMON_AT_START }, None);
    }
    // Another given name before a surname: another person of that family.
    let beside = row.is_joined(place.last + 1) && row.is_namelike(place.last + 1);
    if rule == "given-name-of-full-name" && beside {
        candidate.add("name-after", -2.0, Some(row.place(place.last + 1, place.last + 1)));
    }
    if rule == "surname-of-full-name" && place.first > 0 && row.is_joined(place.first) {
        let before = place.first - 1;
        if row.is(before, ClueClass::GivenName) && row.is_namelike(before) && !row.is_common(before) {
            candidate.add("given-name-before", -2.0, Some(row.place(before, before)));
        }
    }
    candidate
}

/// The forms that an established name makes.
fn full_forms(rows: &Rows<'_>, owner: &Candidate, lexicon: &Lexicon, forms: &mut Forms) {
    let row = rows.of(owner.place.section);
    let Place { first, last, .. } = owner.place;
    let words = |first: usize, last: usize| (first..=last).map(|i| row.folded(i)).collect::<Vec<_>>();
    if !owner.is_listed() {
        forms.add(&words(first, last), "named-elsewhere", owner.score.min(ELSEWHERE), AliasKind::Name, owner);
    }
    let full = owner.kind != AliasKind::Demonym && owner.kind != AliasKind::Short;
    match owner.entity_type {
        Person if full && last > first => {
            for (first, last) in surnames(row, first, last, owner.entry(lexicon).map_or("", |e| &e.country)) {
                forms.add(&words(first, last), "surname-of-full-name", SURNAME, AliasKind::Short, owner);
            }
            if row.is(first, ClueClass::GivenName)
                && !row.is_common(first)
                && row.word(first).shape == Shape::Capitalized
            {
                forms.add(&words(first, first), "given-name-of-full-name", GIVEN_NAME, AliasKind::Short, owner);
            }
        }
        Organization if full && last > first => {
            if let Some(end) = without_ending(row, first, last) {
                forms.add(&words(first, end), "name-without-ending", WITHOUT_ENDING, AliasKind::Short, owner);
                // "Brandvik Maritime ASA" is Brandvik, but "National Oil Corp" is not National.
                let telling = end > first && !row.is_common(first) && !row.is(first, ClueClass::GivenName);
                let placed = owner.is_listed() || lexicon.is_demonym(row.folded(first));
                if telling && !placed {
                    forms.add(&words(first, first), "first-word-of-name", WITHOUT_ENDING, AliasKind::Short, owner);
                }
            }
        }
        Event if full && last > first => {
            if matches!(row.folded(first), "hurricane" | "typhoon" | "cyclone" | "storm") {
                forms.add(&words(first + 1, last), "name-of-storm", WITHOUT_ENDING, AliasKind::Short, owner);
            }
        }
        _ => {}
    }
}

/// The surname in a full name, as runs of words: with its particles and without, the last two
/// of long names, the first where the family name comes first.
fn surnames(row: &Row<'_>, first: usize, last: usize, country: &str) -> Vec<(usize, usize)> {
    let mut last = last;
    while last > first && matches!(row.folded(last), "jr" | "sr" | "ii" | "iii" | "iv") {
        last -= 1;
    }
    // The last hyphenated group counts as one: "Ocasio-Cortez", "Jong-un".
    let mut begin = last;
    while begin > first && row.word(begin).joint == Joint::Hyphen {
        begin -= 1;
    }
    let given_last = begin < last && row.word(last).shape == Shape::Lower;
    let two = begin == first + 1;
    let eastern = matches!(country, "CN" | "TW" | "KP" | "KR" | "HK")
        || country.is_empty()
            && row.is(first, ClueClass::Surname)
            && !row.is(first, ClueClass::GivenName)
            && !row.is(last, ClueClass::Surname);
    if given_last || two && eastern {
        return vec![(first, first)];
    }
    let mut found = vec![(begin, last)];
    let mut particle = begin;
    while particle > first + 1 && row.is(particle - 1, ClueClass::Particle) {
        particle -= 1;
    }
    if particle < begin {
        found.push((particle, last));
    } else if begin > first + 1 && row.word(begin - 1).shape == Shape::Capitalized {
        found.push((begin - 1, last));
    }
    // "al-Assad": the group is a particle and a name.
    if begin < last && row.is(begin, ClueClass::Particle) {
        found.push((begin + 1, last));
    }
    found.retain(|&(a, b)| a > first && (a < b || row.folded(a).chars().count() > 1));
    found
}

/// The last word of an organization's name before its legal ending.
fn without_ending(row: &Row<'_>, first: usize, last: usize) -> Option<usize> {
    let legal = [
        "inc",
        "corp",
        "corporation",
        "ltd",
        "limited",
        "plc",
        "llc",
        "co",
        "company",
        "gmbh",
        "ag",
        "sa",
        "spa",
        "nv",
        "bv",
        "ab",
        "asa",
        "oyj",
        "bhd",
        "group",
        "holdings",
        "holding",
        "motors",
        "airlines",
        "airways",
        "technologies",
        "industries",
        "pharmaceuticals",
    ]
    .contains(&row.folded(last));
    let end = last.checked_sub(1)?;
    let proper = (first..=end).any(|i| !row.is_common(i));
    (legal && end >= first && proper).then_some(end)
}

/// "Orsha Security Conference (OSC)" and "OSC (Orsha Security Conference)": the acronym stands
/// for the name, and each is evidence for the other.
fn brackets(rows: &Rows<'_>, candidates: &mut Vec<Candidate>, forms: &mut Forms, numbers: &mut Numbers) {
    let mut made = Vec::new();
    let mut by_last: FxHashMap<(Section, usize), Vec<usize>> = FxHashMap::default();
    for (index, candidate) in candidates.iter().enumerate() {
        by_last.entry((candidate.place.section, candidate.place.last)).or_default().push(index);
    }
    for row in rows.both() {
        let opened = (1..row.len()).filter(|&i| {
            row.word(i).shape == Shape::AllCapitals
                && row.before(i).trim_start().starts_with(['(', '['])
                && row.after(i).trim_start().starts_with([')', ']', ',', ';'])
        });
        for acronym in opened {
            let letters = row.folded(acronym);
            if !(2..=8).contains(&letters.len()) || !letters.bytes().all(|b| b.is_ascii_alphabetic()) {
                continue;
            }
            let before = acronym - 1;
            let ending = by_last.get(&(row.section, before)).map_or(&[][..], Vec::as_slice);
            let best = ending
                .iter()
                .copied()
                .filter(|&i| candidates[i].place.words() > 1 && candidates[i].entity_type != Person)
                .filter(|&i| candidates[i].score > -1.0 && is_acronym_of(letters, row, candidates[i].place))
                .max_by(|&a, &b| {
                    let (a, b) = (&candidates[a], &candidates[b]);
                    a.place.words().cmp(&b.place.words()).then(a.score.total_cmp(&b.score))
                })
                .map(|index| &mut candidates[index]);
            let owner = match best {
                Some(owner) => {
                    owner.add("acronym-in-brackets", IN_BRACKETS, Some(row.place(acronym, acronym)));
                    owner.clone()
                }
                None => {
                    let Some(first) = spelled_by(letters, row, before) else { continue };
                    let place = row.place(first, before);
                    let is = if row.ending_at(before, ClueClass::EventEnding).is_some() { Event } else { Organization };
                    let mut owner = Candidate::new(place, is, Referent::Unlisted, AliasKind::Name).with(
                        "acronym-in-brackets",
                        IN_BRACKETS,
                        Some(row.place(acronym, acronym)),
                    );
                    owner.name = numbers.of(rows, &owner);
                    made.push(owner.clone());
                    owner
                }
            };
            forms.add(&[letters], "acronym-of-full-name", ACRONYM + owner.score.min(1.0), AliasKind::Acronym, &owner);
        }
    }
    candidates.extend(made);
}

/// Whether the letters are the initials of the words, small words left out or not.
fn is_acronym_of(letters: &str, row: &Row<'_>, place: Place) -> bool {
    let initials = |all: bool| {
        (place.first..=place.last)
            .filter(|&i| all || row.is_upper(i))
            .filter_map(|i| row.folded(i).chars().next())
            .collect::<String>()
    };
    let upper = initials(false);
    initials(true) == letters || upper == letters || letters.len() >= 3 && upper.ends_with(letters)
}

/// The first word of the capitalized words up to `last` whose initials are the letters.
fn spelled_by(letters: &str, row: &Row<'_>, last: usize) -> Option<usize> {
    let mut letters = letters.chars().rev().peekable();
    let mut index = last;
    loop {
        let initial = row.folded(index).chars().next()?;
        if row.is_upper(index) && letters.peek() == Some(&initial) {
            letters.next();
            if letters.peek().is_none() {
                return (index < last).then_some(index);
            }
        } else if !matches!(row.folded(index), "of" | "and" | "for" | "the" | "on" | "in" | "to" | "de") {
            return None;
        }
        if index == 0 || !row.is_joined(index) {
            return None;
        }
        index -= 1;
    }
}

/// Gathers decided mentions into entities, in the order of their first mentions, and leaves
/// out what the options do not want.
pub(super) fn group<'l>(
    rows: &Rows<'_>,
    decided: Vec<Decided<'_>>,
    lexicon: &'l Lexicon,
    options: &Options,
) -> Vec<Entity<'l>> {
    let mut places: FxHashMap<NameId, usize> = FxHashMap::default();
    let mut entities: Vec<Entity<'l>> = Vec::new();
    let mut reasons: Vec<Vec<Candidate>> = Vec::new();
    for Decided { candidate, others } in decided {
        let text = rows.text(candidate.place);
        let confidence = candidate.confidence();
        if !options.wants(candidate.entity_type)
            || confidence < options.min_confidence
            || !options.unlisted_names && !candidate.is_listed()
            || !options.demonyms && candidate.kind == AliasKind::Demonym
            || options.suppressed.contains(text)
        {
            continue;
        }
        let mention = Mention {
            section: candidate.place.section,
            span: rows.span(candidate.place),
            kind: candidate.kind,
            confidence,
            explanation: options.explain.then(|| explain(candidate, rows, lexicon)),
        };
        let entity = *places.entry(candidate.name).or_insert_with(|| {
            let entry = candidate.entry(lexicon);
            entities.push(Entity {
                entity_type: candidate.entity_type,
                name: entry.map_or_else(|| tidy(text), |e| e.name().to_owned()),
                entry,
                confidence: 0.0,
                salience: 0.0,
                mentions: Vec::new(),
                begin: entry.map_or_else(String::new, |e| e.begin.clone()),
                end: entry.map_or_else(String::new, |e| e.end.clone()),
                alternatives: Vec::new(),
                explanation: None,
            });
            reasons.push(Vec::new());
            entities.len() - 1
        });
        if options.explain && (candidate.full_name.is_some() || reasons[entity].is_empty()) {
            reasons[entity].push(candidate.clone());
        }
        let entity = &mut entities[entity];
        entity.confidence = entity.confidence.max(confidence);
        if entity.entry.is_none() && text.len() > entity.name.len() {
            entity.name = tidy(text);
        }
        if options.alternatives && entity.alternatives.is_empty() {
            let odds = |c: &Candidate| c.score.exp();
            let total = odds(candidate) + others.iter().map(|c| odds(c)).sum::<f32>();
            let scored = others.iter().filter_map(|c| c.entry(lexicon).map(|e| (e, odds(c) / total)));
            entity.alternatives = scored.map(|(e, s)| (e, (s * 1000.0).round() / 1000.0)).collect();
        }
        entity.mentions.push(mention);
    }
    for (entity, reasons) in entities.iter_mut().zip(reasons) {
        if entity.entity_type == Event && entity.begin.is_empty() {
            date_by_names(entity, rows);
        }
        if options.explain {
            entity.explanation = Some(explain_entity(&entity.name, &reasons, rows, lexicon));
        }
    }
    entities
}

/// An event with one year in its names took place in that year.
fn date_by_names(entity: &mut Entity<'_>, rows: &Rows<'_>) {
    let texts = entity.mentions.iter().map(|m| m.span.of(rows.of(m.section).words.text()));
    let numbers = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
    let years = numbers.filter(|n| n.len() == 4 && ("1000".."2101").contains(n)).collect::<FxHashSet<_>>();
    if let [year] = years.into_iter().collect::<Vec<_>>()[..] {
        entity.begin = year.to_owned();
        entity.end = year.to_owned();
    }
}

/// A name as it is written, on one line and with single spaces.
fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
