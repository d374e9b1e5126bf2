//! Coreference: which mentions are of one thing.
//!
//! A listed mention is of its entry, an unlisted one of its words; a short form is of the full
//! name in the article that it is short for: the surname of a person, the acronym, a name without
//! its legal ending. Short forms are made of full names only, never of other short forms.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Entity, Mention, Options,
    acronyms::Pair,
    explanation::{Reason, explain, explain_entity},
    habits::Habits,
    lexicon::Lexicon,
    place::{Place, Rows},
    resolution::Decided,
    row::Row,
    signs::Single,
    spot::Spot,
};
use crate::{
    gazetteer::{
        AliasKind, ClueClass,
        EntityType::{self, Event, Organization, Person},
        Record,
    },
    text::{Joint, Shape},
};

/// What makes two mentions the same name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Name {
    /// Of the entry of this number.
    Entry(u32),
    /// Of words with this key; see [`Row::key`].
    Unlisted(EntityType, u64),
}

/// What a mention is called by, and the full name that it is short for.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) name: Name,
    pub(super) full_name: Option<(Place, Single)>,
}

/// Names every mention. Linear in the mentions.
pub(super) fn name(rows: &Rows<'_>, decided: &[Decided<'_>], pairs: &[Pair], lexicon: &Lexicon) -> Vec<Named> {
    let editions = editions(rows, decided);
    let own = decided.iter().map(|d| own_name(rows, d, &editions)).collect::<Vec<_>>();
    let mut forms = Forms::default();
    let acronyms = pairs.iter().map(|p| (p.name, p.acronym)).collect::<FxHashMap<_, _>>();
    for (number, mention) in decided.iter().enumerate() {
        if matches!(mention.kind(), AliasKind::Name | AliasKind::Former | AliasKind::Misspelling) {
            forms.add_all(rows, mention, number, acronyms.get(&mention.place()).copied(), lexicon);
        }
    }
    let named = decided.iter().enumerate().map(|(number, mention)| {
        let Place { section, first, last } = mention.place();
        let full = mention.listed.is_some() && mention.kind() == AliasKind::Name && first < last;
        let owner = forms.owner(rows.of(section).key(first, last), mention, number, decided).filter(|_| !full);
        match owner {
            Some((owner, rule)) => Named { name: own[owner], full_name: Some((decided[owner].place(), rule)) },
            None => Named { name: own[number], full_name: None },
        }
    });
    named.collect()
}

fn own_name(rows: &Rows<'_>, mention: &Decided<'_>, editions: &FxHashMap<u64, u64>) -> Name {
    let Place { section, first, last } = mention.place();
    let words = || rows.of(section).key(first, last);
    match mention.listed {
        Some(listed) => Name::Entry(listed.entry),
        None if mention.entity_type == Event => {
            let (name, _) = without_edition(rows, mention.place());
            Name::Unlisted(Event, if editions.contains_key(&name) { name } else { words() })
        }
        None => Name::Unlisted(mention.entity_type, words()),
    }
}

/// Unlisted events by their name without ordinal and year, with the one edition of which the
/// article speaks; those of which it names several are left out.
fn editions(rows: &Rows<'_>, decided: &[Decided<'_>]) -> FxHashMap<u64, u64> {
    let mut editions = FxHashMap::default();
    let mut several = FxHashSet::default();
    for mention in decided.iter().filter(|d| d.entity_type == Event && d.listed.is_none()) {
        let (name, edition) = without_edition(rows, mention.place());
        if edition == NO_WORDS || name == NO_WORDS {
            continue;
        }
        if *editions.entry(name).or_insert(edition) != edition {
            several.insert(name);
        }
    }
    editions.retain(|name, _| !several.contains(name));
    editions
}

/// The key of no words.
const NO_WORDS: u64 = 0;

/// The keys of an event's name without its ordinal or year, and of these.
fn without_edition(rows: &Rows<'_>, place: Place) -> (u64, u64) {
    let row = rows.of(place.section);
    let counts = |i: usize| row.folded(i).starts_with(|c: char| c.is_ascii_digit());
    let (mut name, mut edition) = (NO_WORDS, NO_WORDS);
    for index in place.first..=place.last {
        let key = if counts(index) { &mut edition } else { &mut name };
        *key = row.add_to_key(*key, index);
    }
    (name, edition)
}

/// Short forms of the article's full names.
#[derive(Default)]
struct Forms(FxHashMap<u64, Vec<(usize, Single)>>);

impl Forms {
    fn add(&mut self, row: &Row<'_>, first: usize, last: usize, owner: usize, rule: Single) {
        self.0.entry(row.key(first, last)).or_default().push((owner, rule));
    }

    /// The forms that a full name makes.
    fn add_all(
        &mut self,
        rows: &Rows<'_>,
        mention: &Decided<'_>,
        owner: usize,
        acronym: Option<Place>,
        lexicon: &Lexicon,
    ) {
        let Place { section, first, last } = mention.place();
        let row = rows.of(section);
        if let Some(acronym) = acronym {
            self.add(rows.of(acronym.section), acronym.first, acronym.last, owner, Single::AcronymOfName);
        }
        if first == last {
            return;
        }
        match mention.entity_type {
            Person => {
                let country = mention.listed.map_or([0; 2], |l| lexicon.facts(l.entry).country);
                for (first, last) in surnames(row, first, last, country) {
                    self.add(row, first, last, owner, Single::LastOfPerson);
                }
                if row.is(first, ClueClass::GivenName) && row.word(first).shape == Shape::Capitalized {
                    self.add(row, first, first, owner, Single::FirstOfPerson);
                }
            }
            Organization => {
                if let Some(end) = without_ending(row, first, last) {
                    self.add(row, first, end, owner, Single::FirstOfOrganization);
                }
                // "Brandvik Maritime ASA" is Brandvik, but "National Oil Corp" is not National.
                if !row.is_common(first) && !row.shows(first, super::row::Trait::Demonym) {
                    let place = row.shows(first, super::row::Trait::ListedLocation);
                    if !place && row.is_upper(first) {
                        self.add(row, first, first, owner, Single::FirstOfOrganization);
                    }
                }
                if let Some(letters) = super::acronyms::initials(rows, mention.place()) {
                    let key = super::row::key_of(&letters);
                    self.0.entry(key).or_default().push((owner, Single::AcronymOfOrganization));
                }
            }
            Event if matches!(row.folded(first), "hurricane" | "typhoon" | "cyclone" | "storm") => {
                self.add(row, first + 1, last, owner, Single::LastOfEvent);
            }
            _ => {}
        }
    }

    /// The full name that a mention is short for: of several the one nearest before it; before
    /// all of them, the first.
    fn owner(
        &self,
        key: u64,
        mention: &Decided<'_>,
        number: usize,
        decided: &[Decided<'_>],
    ) -> Option<(usize, Single)> {
        let forms = self.0.get(&key)?;
        let fits = |&&(owner, _): &&(usize, Single)| {
            let full = &decided[owner];
            owner != number && full.entity_type == mention.entity_type && full.place() != mention.place()
        };
        let before = forms.iter().rev().filter(fits).find(|(owner, _)| *owner < number);
        before.or_else(|| forms.iter().find(fits)).copied()
    }
}

/// The surname in a full name, as runs of words: with its particles and without, the last two
/// of long names, the first where the family name comes first.
fn surnames(row: &Row<'_>, first: usize, last: usize, country: [u8; 2]) -> Vec<(usize, usize)> {
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
    let eastern = matches!(&country, b"CN" | b"TW" | b"KP" | b"KR" | b"HK")
        || country == [0; 2]
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

/// Gathers decided mentions into entities, in the order of their first mentions, and leaves
/// out what the options do not want.
pub(super) fn group<'l>(
    rows: &Rows<'_>,
    decided: &[Decided<'_>],
    named: &[Named],
    spots: &[Spot],
    habits: &Habits,
    lexicon: &'l Lexicon,
    options: &Options,
) -> Vec<Entity<'l>> {
    let mut numbers: FxHashMap<Name, usize> = FxHashMap::default();
    let mut entities: Vec<Entity<'l>> = Vec::new();
    let mut reasons: Vec<Vec<Reason>> = Vec::new();
    for (mention, &Named { name, full_name }) in decided.iter().zip(named) {
        let text = rows.text(mention.place());
        let listed = match name {
            Name::Entry(number) => Some(number),
            Name::Unlisted(..) => None,
        };
        let confidence = (mention.confidence * 1000.0).round() / 1000.0;
        let unwanted = confidence < options.min_confidence
            || !options.unlisted_names && listed.is_none()
            || options.suppressed.contains(text);
        if !options.wants(mention.entity_type) || unwanted && mention.spot.forced.is_none() {
            continue;
        }
        let kind = if full_name.is_some() && mention.listed.is_none() { AliasKind::Short } else { mention.kind() };
        let record = || listed.map(|number| lexicon.record(number));
        let reason =
            options.explain.then(|| explain(mention, full_name, record().as_ref(), rows, spots, habits, lexicon));
        let number = *numbers.entry(name).or_insert_with(|| {
            let entry = record();
            entities.push(Entity {
                entity_type: mention.entity_type,
                name: entry.as_ref().map_or_else(|| tidy(text), |e| e.name().to_owned()),
                confidence: 0.0,
                salience: 0.0,
                mentions: Vec::new(),
                begin: entry.as_ref().map_or_else(String::new, |e| e.begin.to_owned()),
                end: entry.as_ref().map_or_else(String::new, |e| e.end.to_owned()),
                entry,
                alternatives: Vec::new(),
                explanation: None,
            });
            reasons.push(Vec::new());
            entities.len() - 1
        });
        let entity = &mut entities[number];
        entity.mentions.push(Mention {
            section: mention.place().section,
            span: mention.spot.forced.map_or_else(|| rows.span(mention.place()), |(_, span)| span),
            kind,
            confidence,
            explanation: reason.as_ref().map(|r| r.explanation.clone()),
        });
        let told = &mut reasons[number];
        if let Some(reason) = reason.filter(|r| r.is_short || told.is_empty()) {
            told.push(reason);
        }
        entity.confidence = entity.confidence.max(confidence);
        if entity.entry.is_none() && text.len() > entity.name.len() {
            entity.name = tidy(text);
        }
        if options.alternatives && entity.alternatives.is_empty() {
            entity.alternatives = alternatives(mention, entity.entry.as_ref(), lexicon);
        }
    }
    for (entity, reasons) in entities.iter_mut().zip(reasons) {
        if entity.entity_type == Event && entity.begin.is_empty() {
            date_by_names(entity, rows);
        }
        if options.explain {
            entity.explanation = Some(explain_entity(entity, &reasons));
        }
    }
    entities
}

/// The other entries with a name at the place, with the chance of their type shared out by how
/// well they fit.
fn alternatives<'l>(
    mention: &Decided<'_>,
    chosen: Option<&Record<'_>>,
    lexicon: &'l Lexicon,
) -> Vec<(Record<'l>, f32)> {
    let spot = mention.spot;
    let mut found: Vec<(Record<'l>, f32)> = Vec::new();
    for entity_type in EntityType::ALL {
        let entries = spot.listed.iter().filter(|l| l.entity_type == entity_type && l.kind != AliasKind::Demonym);
        let total = entries.clone().map(|l| l.fit.exp()).sum::<f32>();
        for listed in entries {
            let entry = lexicon.record(listed.entry);
            let score = spot.chances[entity_type as usize] * listed.fit.exp() / total;
            let known = found.iter().any(|(e, _)| e.id == entry.id) || chosen.is_some_and(|c| c.id == entry.id);
            if !known && score >= 0.001 {
                found.push((entry, (score * 1000.0).round() / 1000.0));
            }
        }
    }
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.id.cmp(b.0.id)));
    found
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
