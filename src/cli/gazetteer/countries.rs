//! What lists of names have of each country that news cannot do without, and what they lack.

use std::{collections::HashMap, fmt::Write as _, path::Path};

use crate::{
    cli::{colored, table::Table},
    gazetteer::{Draft, EntityType, Entry, Place},
};

/// Countries that are cities: their own capitals.
const CITY_STATES: [&str; 4] = ["MC", "SG", "SM", "VA"];

/// Words of context that name who leads a country.
const LEADERS: [&str; 17] = [
    "president",
    "prime minister",
    "premier",
    "chancellor",
    "taoiseach",
    "king",
    "queen",
    "emir",
    "sultan",
    "emperor",
    "grand duke",
    "sovereign prince",
    "supreme leader",
    "head of state",
    "head of government",
    "leader of the country",
    "ruler",
];

/// Words before those that make them another office.
const OTHERS: [&str; 6] = ["vice", "deputy", "ex", "assistant", "crown", "opposition"];

/// Words of context that name who speaks for a country abroad.
const FOREIGN_MINISTERS: [&str; 7] = [
    "foreign minister",
    "foreign secretary",
    "secretary of state",
    "minister of foreign affairs",
    "foreign affairs minister",
    "external affairs minister",
    "minister of external affairs",
];

/// Kinds of people who have none of these offices, whatever they preside over.
const PRIVATE: [&str; 7] = ["executive", "athlete", "artist", "scientist", "writer", "journalist", "religious leader"];

/// What the lists have of one country.
#[derive(Default)]
struct Country<'a> {
    capital: Option<&'a Entry>,
    leader: Option<&'a Entry>,
    foreign_minister: Option<&'a Entry>,
    organizations: usize,
}

/// Writes a table of the countries in the lists, then what is missing.
pub(super) fn report(drafts: &[Draft], out: &mut String) {
    let all = || drafts.iter().flat_map(|draft| draft.entries.iter().zip(&draft.places));
    let mut countries = HashMap::<&str, Country<'_>>::new();
    for (entry, place) in all() {
        add(countries.entry(&entry.country).or_default(), entry, place);
    }
    let named = all().map(|(entry, _)| entry).filter(|entry| entry.kind == "country" && !entry.country.is_empty());
    let mut named = named.collect::<Vec<_>>();
    named.sort_by(|a, b| a.country.cmp(&b.country).then_with(|| a.id.cmp(&b.id)));

    let mut table = Table::new(&["code", "country", "capital", "leader", "foreign minister", ">organizations"]);
    let mut gaps = [const { Vec::new() }; 4];
    for entry in named {
        let has = &countries[entry.country.as_str()];
        let capital = has.capital.or_else(|| CITY_STATES.contains(&entry.country.as_str()).then_some(entry));
        let people = [capital, has.leader, has.foreign_minister];
        let lacks = people.map(|entry| entry.is_none()).into_iter().chain([has.organizations == 0]);
        for (gap, _) in gaps.iter_mut().zip(lacks).filter(|(_, lacks)| *lacks) {
            gap.push(entry.name());
        }
        let cells = people.map(|entry| entry.map_or("-", Entry::name).to_owned());
        let names = [entry.country.clone(), entry.name().to_owned()].into_iter().chain(cells);
        table.row(names.chain([has.organizations.to_string()]));
    }
    table.render(colored(), out);
    for (what, gap) in ["capital", "leader", "foreign minister", "organization"].into_iter().zip(gaps) {
        let names = if gap.is_empty() { "none".to_owned() } else { gap.join(", ") };
        let _ = writeln!(out, "\nwithout {what} ({}): {names}", gap.len());
    }
}

fn add<'a>(country: &mut Country<'a>, entry: &'a Entry, place: &Place) {
    let heavier = |slot: &mut Option<&'a Entry>| {
        if slot.is_none_or(|other| other.weight < entry.weight) {
            *slot = Some(entry);
        }
    };
    match entry.entity_type {
        EntityType::Organization => country.organizations += 1,
        EntityType::Location => {
            let in_capitals = Path::new(&*place.file).file_stem().is_some_and(|stem| stem == "capitals");
            if in_capitals || entry.kind == "capital" {
                heavier(&mut country.capital);
            }
        }
        EntityType::Person if !PRIVATE.contains(&entry.kind.as_str()) => {
            if names_any(entry, &LEADERS) {
                heavier(&mut country.leader);
            }
            if names_any(entry, &FOREIGN_MINISTERS) {
                heavier(&mut country.foreign_minister);
            }
        }
        EntityType::Person | EntityType::Event => {}
    }
}

/// Whether the context of a person names one of the offices, in whole words.
fn names_any(entry: &Entry, offices: &[&str]) -> bool {
    entry.context.iter().any(|phrase| offices.iter().any(|office| is_named(phrase, office)))
}

fn is_named(phrase: &str, office: &str) -> bool {
    phrase.match_indices(office).any(|(at, _)| {
        let (before, after) = (&phrase[..at], &phrase[at + office.len()..]);
        let last = before.trim_end_matches([' ', '-']).rsplit([' ', '-']).next().unwrap_or_default();
        let whole = !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric);
        whole && !OTHERS.contains(&last)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_is_named_in_whole_words_and_is_no_other() {
        assert!(is_named("british prime minister", "prime minister"));
        assert!(is_named("president of france", "president"));
        for phrase in ["vice president", "vice-president", "deputy prime minister", "kingmaker", "presidential aide"] {
            assert!(!LEADERS.iter().any(|office| is_named(phrase, office)), "{phrase}");
        }
    }
}
