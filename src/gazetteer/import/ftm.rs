//! FollowTheMoney: entities as OpenSanctions publishes them, one JSON object a line.
//!
//! Names, countries, topics and ids are read; dates of birth, addresses, passports and whatever
//! else is known of people is not.

use std::io::BufRead;

use serde::Deserialize;

use super::{
    AliasKind, Entry, ImportError, Reason, Sink, Skip, Types, alias, aliases, entry, id,
    lines::{Notes, each_line, json},
};

const TYPES: &str = include_str!("ftm.tsv");

/// The words that tend to stand near a name with a topic; a topic's own parts count for those
/// that are not here.
const TOPICS: [(&str, &[&str]); 27] = [
    ("corp.disqual", &["disqualified"]),
    ("corp.offshore", &["offshore"]),
    ("crime", &["crime", "criminal"]),
    ("crime.boss", &["crime", "boss"]),
    ("crime.cyber", &["cybercrime", "hacker"]),
    ("crime.fin", &["laundering"]),
    ("crime.fraud", &["fraud"]),
    ("crime.terror", &["terrorism", "terrorist"]),
    ("crime.theft", &["theft"]),
    ("crime.traffick", &["trafficking"]),
    ("crime.traffick.drug", &["trafficking", "drug"]),
    ("crime.traffick.human", &["trafficking"]),
    ("crime.war", &["war", "crimes"]),
    ("debarment", &["debarred"]),
    ("fin.bank", &["bank"]),
    ("gov", &["government"]),
    ("gov.soe", &["state-owned"]),
    ("mil", &["military"]),
    ("pol.party", &["party"]),
    ("role.diplo", &["ambassador", "diplomat"]),
    ("role.journo", &["journalist"]),
    ("role.judge", &["judge"]),
    ("role.oligarch", &["oligarch", "businessman"]),
    ("role.pep", &["politician"]),
    ("role.spy", &["spy"]),
    ("sanction", &["sanctions", "sanctioned"]),
    ("wanted", &["wanted"]),
];

/// What may be chosen of FollowTheMoney.
#[derive(Clone, Debug)]
pub struct Ftm {
    /// What schemata are with us.
    pub types: Types,
}

impl Default for Ftm {
    fn default() -> Self {
        Ftm { types: Types::embedded(TYPES) }
    }
}

#[derive(Deserialize)]
struct Line {
    id: String,
    schema: String,
    #[serde(default)]
    caption: String,
    #[serde(default)]
    properties: Properties,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Properties {
    name: Vec<String>,
    alias: Vec<String>,
    weak_alias: Vec<String>,
    country: Vec<String>,
    nationality: Vec<String>,
    jurisdiction: Vec<String>,
    topics: Vec<String>,
    wikidata_id: Vec<String>,
}

impl Ftm {
    pub(super) fn read(&self, input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        each_line(input, sink, |line, notes| self.line(line, notes).map(Some))
    }

    fn line(&self, line: &str, notes: &mut Notes) -> Result<Entry, Skip> {
        let Line { id: key, schema, caption, properties } = json::<Line>(line)?;
        let Some(meaning) = self.types.get(&schema) else {
            return Err(Skip::new(Reason::NoType, "schema", format!("{schema:?} is not in the table of types")));
        };
        let name = if caption.trim().is_empty() { properties.name.first() } else { Some(&caption) };
        let Some(name) = name.filter(|name| **name != key) else {
            return Err(Skip::new(Reason::NoName, "name", format!("{key:?} has none")));
        };
        let entity_type = meaning.entity_type;
        let mut entry = entry(entity_type, &meaning.kind, id(entity_type, name, &key), name);
        let names = properties.name.iter().chain(&properties.alias);
        entry.aliases.extend(aliases(names, entity_type, notes));
        entry.aliases.extend(properties.weak_alias.iter().map(|name| alias(name, AliasKind::Short)));
        let countries = [&properties.nationality, &properties.country, &properties.jurisdiction];
        // FollowTheMoney knows parts of countries, too: "us-ca".
        let country = countries.into_iter().flatten().find(|code| code.len() == 2);
        entry.country = country.map(|code| code.to_ascii_uppercase()).unwrap_or_default();
        entry.context = properties.topics.iter().flat_map(|topic| words(topic)).map(|&word| word.to_owned()).collect();
        entry.context.sort();
        entry.context.dedup();
        let wikidata = properties.wikidata_id.first().or(Some(&key)).filter(|id| is_wikidata(id));
        entry.links.extend(wikidata.map(|id| ("wikidata".to_owned(), id.clone())));
        entry.links.push(("opensanctions".to_owned(), key));
        Ok(entry)
    }
}

/// The words of a topic, or of the topic that it is part of.
fn words(topic: &str) -> &'static [&'static str] {
    match TOPICS.iter().find(|(known, _)| *known == topic) {
        Some((_, words)) => words,
        None => topic.rsplit_once('.').map_or(&[], |(wider, _)| words(wider)),
    }
}

fn is_wikidata(id: &str) -> bool {
    id.strip_prefix('Q').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::format;

    #[test]
    fn an_entity_becomes_an_entry_without_its_private_data() {
        let line = r#"{"id":"NK-7a","caption":"Zora Quell","schema":"Person","properties":{"name":["Zora Quell"],"alias":["Quell"],"weakAlias":["ZQ the Red"],"country":["us-ca","fr"],"birthDate":["1970-01-01"],"topics":["sanction.linked","role.pep","poi"],"wikidataId":["Q7"]}}"#;
        let entry = Ftm::default().line(line, &mut Notes::new()).unwrap();
        let expected = r#"{"id":"person/zora-quell-NK-7a","type":"PERSON","name":"Zora Quell","aliases":["Zora Quell",{"text":"Quell","kind":"short"},{"text":"ZQ the Red","kind":"short"}],"country":"FR","context":["politician","sanctioned","sanctions"],"links":{"opensanctions":"NK-7a","wikidata":"Q7"}}"#;
        assert_eq!(format::write_line(&entry), expected);
    }

    #[test]
    fn what_cannot_be_an_entry_is_named() {
        let problem = |line: &str| Ftm::default().line(line, &mut Notes::new()).unwrap_err().to_string();
        assert_eq!(problem(r#"{"id":"a","schema":"Vessel"}"#), "schema: \"Vessel\" is not in the table of types");
        assert_eq!(problem(r#"{"id":"a","schema":"Person","caption":"a"}"#), "name: \"a\" has none");
        assert_eq!(problem(r#"{"id":"a","schema":"Person","properties":{}}"#), "name: \"a\" has none");
        assert!(
            problem(r#"{"id":"a","schema":"Person","properties":{"name":"x"}}"#)
                .starts_with("properties.name: invalid type")
        );
        assert_eq!(problem("[]"), "not a JSON object");
    }
}
