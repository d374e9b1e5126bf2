//! Wikidata: its JSON dump, one item a line, as an array over all lines or as bare lines.
//!
//! Only what is needed of an item is kept while it is read: labels, aliases, the number of
//! sitelinks and seven properties. Classes are looked up as an item names them: that a class is
//! one of a wider class would need the whole dump at once.

use std::{collections::BTreeMap, fmt, io::BufRead, marker::PhantomData};

use rustc_hash::FxHashMap;
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::Value;

use super::{
    Entry, ImportError, Reason, Sink, Skip, Types, aliases, entry, id,
    lines::{Notes, each_line},
    types::Meaning,
    weight,
};
use crate::gazetteer::{Coordinates, EntityType, continent, format};

const TYPES: &str = include_str!("wikidata.tsv");
/// Items of countries with their codes. A country that the dump itself gives adds to them.
const COUNTRIES: &str = include_str!("wikidata-countries.tsv");
/// Where coordinates must lie: Mars has mountains too.
const EARTH: &str = "http://www.wikidata.org/entity/Q2";

/// What may be chosen of Wikidata.
#[derive(Clone, Debug)]
pub struct Wikidata {
    /// What classes are with us, by their item: `Q5`.
    pub types: Types,
    /// The languages of names; the first in which an item has a label gives its name.
    pub languages: Vec<String>,
}

impl Default for Wikidata {
    fn default() -> Self {
        Wikidata { types: Types::embedded(TYPES), languages: vec!["en".to_owned()] }
    }
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(rename = "type")]
    item_type: Option<String>,
    #[serde(default)]
    labels: MapOrEmpty<BTreeMap<String, Term>>,
    #[serde(default)]
    aliases: MapOrEmpty<BTreeMap<String, Vec<Term>>>,
    #[serde(default)]
    claims: MapOrEmpty<Claims>,
    #[serde(default)]
    sitelinks: MapOrEmpty<BTreeMap<String, IgnoredAny>>,
}

#[derive(Deserialize)]
struct Term {
    value: String,
}

/// The properties that are read; the others are passed over.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Claims {
    /// Instance of.
    #[serde(rename = "P31")]
    classes: Vec<Statement>,
    /// Country.
    #[serde(rename = "P17")]
    countries: Vec<Statement>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(rename = "P297")]
    codes: Vec<Statement>,
    /// Coordinate location.
    #[serde(rename = "P625")]
    coordinates: Vec<Statement>,
    /// Start time.
    #[serde(rename = "P580")]
    begin: Vec<Statement>,
    /// End time.
    #[serde(rename = "P582")]
    end: Vec<Statement>,
    /// Point in time.
    #[serde(rename = "P585")]
    time: Vec<Statement>,
}

#[derive(Deserialize)]
struct Statement {
    #[serde(default)]
    rank: String,
    mainsnak: Snak,
}

#[derive(Deserialize)]
struct Snak {
    datavalue: Option<DataValue>,
}

#[derive(Deserialize)]
struct DataValue {
    value: Value,
}

impl Wikidata {
    pub(super) fn read(&self, input: &mut dyn BufRead, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let mut countries = COUNTRIES
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .map(|(item, code)| (item.to_owned(), code.to_owned()))
            .collect();
        each_line(input, sink, |line, notes| self.line(line, &mut countries, notes))
    }

    fn line(
        &self,
        line: &str,
        countries: &mut FxHashMap<String, String>,
        notes: &mut Notes,
    ) -> Result<Option<Entry>, Skip> {
        // The array's brackets stand on lines of their own, or around the first and last item.
        let line = line.trim().trim_start_matches('[').trim_end_matches(']').trim().trim_end_matches(',');
        if line.is_empty() {
            return Ok(None);
        }
        let item = super::lines::json::<Item>(line)?;
        if let Some(code) = texts(&item.claims.0.codes).next().filter(|code| continent(code).is_some()) {
            countries.insert(item.id.clone(), code.to_owned());
        }
        self.item(&item, countries, notes).map(Some)
    }

    fn item(&self, item: &Item, countries: &FxHashMap<String, String>, notes: &mut Notes) -> Result<Entry, Skip> {
        if item.item_type.as_deref().is_some_and(|item_type| item_type != "item") {
            return Err(Skip::new(Reason::NoType, "type", format!("{} is no item", item.id)));
        }
        let number = item.id.strip_prefix('Q').unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Skip::malformed("id", format!("{:?} is not Q and a number", item.id)));
        }
        let claims = &item.claims.0;
        let Meaning { entity_type, kind } = self.meaning(item)?;
        let Some(name) = self.languages.iter().find_map(|language| item.labels.0.get(language)) else {
            let problem = format!("{} has none in {}", item.id, self.languages.join(", "));
            return Err(Skip::new(Reason::NoName, "labels", problem));
        };
        let key = item.id.to_ascii_lowercase();
        let mut entry = entry(*entity_type, kind, id(*entity_type, &name.value, &key), &name.value);
        for language in &self.languages {
            let others = item.aliases.0.get(language).into_iter().flatten();
            let terms = item.labels.0.get(language).into_iter().chain(others);
            let texts = terms.map(|term| &term.value).filter(|text| **text != name.value);
            entry.aliases.extend(aliases(texts, *entity_type, notes));
        }
        let country = items(&claims.countries).find_map(|country| countries.get(country));
        entry.country = countries.get(&item.id).or(country).cloned().unwrap_or_default();
        entry.coordinates = values(&claims.coordinates).find_map(on_earth);
        if *entity_type == EntityType::Event {
            entry.begin =
                date("P580", &claims.begin, notes).or_else(|| date("P585", &claims.time, notes)).unwrap_or_default();
            entry.end = date("P582", &claims.end, notes).unwrap_or_default();
        }
        let sites = item.sitelinks.0.keys().filter(|site| site.ends_with("wiki") && *site != "commonswiki").count();
        entry.weight = weight(sites as f64, 1.0, 300.0);
        entry.links.push(("wikidata".to_owned(), item.id.clone()));
        Ok(entry)
    }

    /// What the first of the classes that the table has is with us; none if it takes one out.
    fn meaning(&self, item: &Item) -> Result<&Meaning, Skip> {
        let classes = || items(&item.claims.0.classes);
        let meaning = classes().find_map(|class| self.types.get(class));
        match meaning {
            Some(meaning) if !classes().any(|class| self.types.forbids(class)) => Ok(meaning),
            _ => {
                let classes = classes().take(5).collect::<Vec<_>>();
                let classes = if classes.is_empty() { "it has none".to_owned() } else { classes.join(", ") };
                let problem = format!("{}: no class of it counts: {classes}", item.id);
                Err(Skip::new(Reason::NoType, "P31", problem))
            }
        }
    }
}

/// The values that hold, the preferred ones first.
fn values(statements: &[Statement]) -> impl Iterator<Item = &Value> {
    let ranked = |rank: &'static str| statements.iter().filter(move |statement| statement.rank == rank);
    // Simplified dumps leave the rank away.
    let held = ranked("preferred").chain(ranked("normal")).chain(ranked(""));
    held.filter_map(|statement| Some(&statement.mainsnak.datavalue.as_ref()?.value))
}

fn items(statements: &[Statement]) -> impl Iterator<Item = &str> {
    values(statements).filter_map(|value| value.get("id")?.as_str())
}

fn texts(statements: &[Statement]) -> impl Iterator<Item = &str> {
    values(statements).filter_map(Value::as_str)
}

fn on_earth(value: &Value) -> Option<Coordinates> {
    let globe = value.get("globe").and_then(Value::as_str);
    if globe.is_some_and(|globe| globe != EARTH) {
        return None;
    }
    let degrees = |field| value.get(field).and_then(Value::as_f64);
    let (latitude, longitude) = (degrees("latitude")?, degrees("longitude")?);
    let on_map = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
    on_map.then_some(Coordinates { latitude, longitude })
}

/// The first date that a format of four-digit years can hold, as precise as it is known:
/// `+1812-06-24T00:00:00Z` of precision 11 is a day, of 10 a month, of 9 a year.
fn date(property: &str, statements: &[Statement], notes: &mut Notes) -> Option<String> {
    let value = values(statements).next()?;
    let time = value.get("time").and_then(Value::as_str).unwrap_or_default();
    let length = match value.get("precision").and_then(Value::as_u64) {
        Some(11..) => 10,
        Some(10) => 7,
        Some(9) => 4,
        _ => 0,
    };
    let date = time.strip_prefix('+').and_then(|time| time.get(..length)).filter(|date| format::is_date(date));
    if date.is_none() {
        let problem = format!("{time:?} is no year, month or day from year 1 to 9999");
        notes.push(Skip::new(Reason::LeftOut, property, problem));
    }
    date.map(str::to_owned)
}

/// A map; or an empty array, as which the dump writes an empty map.
#[derive(Default)]
struct MapOrEmpty<T>(T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for MapOrEmpty<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MapVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for MapVisitor<T> {
            type Value = MapOrEmpty<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map, or an empty array")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(MapOrEmpty)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(MapOrEmpty(T::default())),
                    Some(_) => Err(serde::de::Error::invalid_type(serde::de::Unexpected::Seq, &self)),
                }
            }
        }
        deserializer.deserialize_any(MapVisitor(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::AliasKind;

    fn read(format: &Wikidata, line: &str) -> (Result<Option<Entry>, Skip>, Vec<String>) {
        let mut countries = FxHashMap::from_iter([("Q142".to_owned(), "FR".to_owned())]);
        let mut notes = Notes::new();
        let entry = format.line(line, &mut countries, &mut notes);
        (entry, notes.iter().map(ToString::to_string).collect())
    }

    fn item(value: &str) -> String {
        format!(r#"[{{"rank":"normal","mainsnak":{{"datavalue":{{"value":{value}}}}}}}]"#)
    }

    fn class(class: &str) -> String {
        item(&format!(r#"{{"id":"{class}"}}"#))
    }

    #[test]
    fn an_item_becomes_an_entry_in_the_chosen_languages() {
        let line = format!(
            r#"[{{"type":"item","id":"Q7","labels":{{"en":{{"value":"Velm War"}},"de":{{"value":"Velmkrieg"}},"fr":{{"value":"x"}}}},
            "aliases":{{"en":[{{"value":"VW"}},{{"value":"vw"}},{{"value":"War of Velm"}}]}},"claims":{{"P31":{},"P17":{},"P625":{},"P580":{},"P582":{}}},
            "sitelinks":{{"enwiki":{{}},"commonswiki":{{}}}}}},"#,
            class("Q198"),
            class("Q142"),
            item(r#"{"latitude":1.5,"longitude":2,"globe":"http://www.wikidata.org/entity/Q2"}"#),
            item(r#"{"time":"+1812-06-00T00:00:00Z","precision":10}"#),
            item(r#"{"time":"-0012-06-00T00:00:00Z","precision":9}"#),
        );
        let format = Wikidata { languages: vec!["en".to_owned(), "de".to_owned()], ..Wikidata::default() };
        let (entry, notes) = read(&format, &line.replace('\n', ""));
        let entry = entry.unwrap().unwrap();
        assert_eq!((entry.id.as_str(), entry.kind.as_str()), ("event/velm-war-q7", "war"));
        let names = entry.aliases.iter().map(|alias| alias.text.as_str()).collect::<Vec<_>>();
        assert_eq!(names, ["Velm War", "VW", "War of Velm", "Velmkrieg"]);
        assert_eq!(entry.aliases[1].kind, AliasKind::Acronym);
        assert_eq!((entry.country.as_str(), entry.begin.as_str(), entry.end.as_str()), ("FR", "1812-06", ""));
        assert_eq!((entry.coordinates.unwrap().latitude, entry.weight), (1.5, 0.1));
        assert_eq!(notes[0], "alias: \"vw\" has no capital");
        assert_eq!(notes[1..], ["P582: \"-0012-06-00T00:00:00Z\" is no year, month or day from year 1 to 9999"]);
    }

    #[test]
    fn ranks_and_classes_taken_out_count() {
        let ranked = |rank: &str, class: &str| {
            format!(r#"{{"rank":"{rank}","mainsnak":{{"datavalue":{{"value":{{"id":"{class}"}}}}}}}}"#)
        };
        let kind = |classes: &[String]| {
            let claims = format!(r#"{{"P31":[{}]}}"#, classes.join(","));
            let line = format!(r#"{{"id":"Q1","labels":{{"en":{{"value":"A"}}}},"claims":{claims}}}"#);
            read(&Wikidata::default(), &line).0.map(|entry| entry.unwrap().kind).map_err(|skip| skip.to_string())
        };
        assert_eq!(kind(&[ranked("normal", "Q515"), ranked("preferred", "Q6256")]).unwrap(), "country");
        assert_eq!(kind(&[ranked("normal", "Q515"), ranked("deprecated", "Q6256")]).unwrap(), "city");
        let none = kind(&[ranked("normal", "Q515"), ranked("normal", "Q4167410")]).unwrap_err();
        assert_eq!(none, "P31: Q1: no class of it counts: Q515, Q4167410");
    }

    #[test]
    fn empty_maps_brackets_and_what_is_no_item() {
        for line in ["[", "]", ",", " "] {
            assert!(read(&Wikidata::default(), line).0.unwrap().is_none());
        }
        let problem = |line: &str| read(&Wikidata::default(), line).0.unwrap_err().to_string();
        assert_eq!(problem(r#"{"type":"property","id":"P1"}"#), "type: P1 is no item");
        assert_eq!(problem(r#"{"id":"P1","labels":[]}"#), "id: \"P1\" is not Q and a number");
        let unlabeled =
            format!(r#"{{"id":"Q1","labels":[],"aliases":[],"sitelinks":[],"claims":{{"P31":{}}}}}"#, class("Q5"));
        assert_eq!(problem(&unlabeled), "labels: Q1 has none in en");
        assert!(problem(r#"{"id":"Q1","labels":[1]}"#).starts_with("labels: invalid type: sequence"));
        assert!(problem("{\"id\":").starts_with("id: EOF"));
    }

    #[test]
    fn a_country_of_the_dump_is_known_from_then_on() {
        let mut countries = FxHashMap::default();
        let country = format!(
            r#"{{"id":"Q9","labels":{{"en":{{"value":"Velm"}}}},"claims":{{"P31":{},"P297":{}}}}}"#,
            class("Q6256"),
            item("\"FR\"")
        );
        let format = Wikidata::default();
        let entry = format.line(&country, &mut countries, &mut Notes::new()).unwrap().unwrap();
        assert_eq!((entry.country.as_str(), countries.get("Q9").map(String::as_str)), ("FR", Some("FR")));
    }

    #[test]
    fn the_countries_have_codes_that_there_are() {
        for line in COUNTRIES.lines() {
            let (item, code) = line.split_once('\t').unwrap();
            assert!(item.starts_with('Q') && continent(code).is_some(), "{line}");
        }
    }
}
