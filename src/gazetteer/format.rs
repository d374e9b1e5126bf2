//! The JSON-lines format of entries and the TOML manifest: text in, entries or all problems
//! out; and entries in, lines out. The format itself is described in `docs/gazetteer-format.md`.

use std::{collections::BTreeMap, fmt, ops::RangeInclusive};

use rustc_hash::FxHashSet;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Alias, AliasKind, BadLine, CaseRule, Coordinates, EntityType, Entry, EntryId};
use crate::text::Words;

/// Bytes of an id.
const MAX_ID: usize = 200;
/// Bytes of a name or alias.
const MAX_NAME: usize = 300;
/// Words of a name or alias.
pub(crate) const MAX_NAME_WORDS: usize = 16;
/// Bytes of a line.
pub(super) const MAX_LINE: usize = 1 << 20;
/// The weight of an entry that says none.
pub(crate) const DEFAULT_WEIGHT: f32 = 0.5;

/// What a gazetteer says of itself, in its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its name.
    pub name: String,
    /// Its version, in any form.
    pub version: String,
    /// Under which license it may be used; for people, and may be empty.
    #[serde(default)]
    pub license: String,
    /// Where its facts come from; for people, and may be empty.
    #[serde(default)]
    pub source: String,
}

impl About {
    /// What is said of a gazetteer without a manifest.
    pub(super) fn named(name: String) -> About {
        About { name, version: "0".to_owned(), license: String::new(), source: String::new() }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: EntryId,
    #[serde(rename = "type")]
    entity_type: EntityType,
    name: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    aliases: Vec<AliasField>,
    #[serde(default)]
    country: String,
    coordinates: Option<(f64, f64)>,
    #[serde(default)]
    begin: String,
    #[serde(default)]
    end: String,
    #[serde(default)]
    context: Vec<String>,
    #[serde(default)]
    related: Vec<EntryId>,
    #[serde(default)]
    links: BTreeMap<String, String>,
    weight: Option<f32>,
}

/// A string, or an object: read by hand, since serde would first copy what it is not sure of.
enum AliasField {
    Text(String),
    Full(FullAlias),
}

impl<'de> Deserialize<'de> for AliasField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AliasVisitor;

        impl<'de> Visitor<'de> for AliasVisitor {
            type Value = AliasField;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string, or an object with text, kind and case as the format names them")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<AliasField, E> {
                Ok(AliasField::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<AliasField, A::Error> {
                FullAlias::deserialize(MapAccessDeserializer::new(map)).map(AliasField::Full)
            }
        }
        deserializer.deserialize_any(AliasVisitor)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FullAlias {
    text: String,
    #[serde(default)]
    kind: AliasKind,
    #[serde(default)]
    case: CaseRule,
}

/// What was read of some lines of a file.
#[derive(Default)]
pub(super) struct ReadFile {
    /// The good entries.
    pub(super) entries: Vec<Entry>,
    /// The line of each.
    pub(super) lines: Vec<usize>,
    /// All that is wrong.
    pub(super) problems: Vec<BadLine>,
}

/// Reads the entries of lines of a file, the first of which is line `first`. Blank lines are
/// allowed.
pub(super) fn read_lines(file: &str, content: &str, first: usize) -> ReadFile {
    let mut read = ReadFile::default();
    for (index, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let at =
            |(field, problem): (String, String)| BadLine { file: file.to_owned(), line: first + index, field, problem };
        match read_line(line) {
            Ok(entry) => {
                let bad = check(&entry);
                if bad.is_empty() {
                    read.entries.push(entry);
                    read.lines.push(first + index);
                }
                read.problems.extend(bad.into_iter().map(at));
            }
            Err(bad) => read.problems.push(at(bad)),
        }
    }
    read
}

/// Reads one line; its values are not checked.
pub(super) fn read_line(line: &str) -> Result<Entry, (String, String)> {
    if line.len() > MAX_LINE {
        return Err((String::new(), format!("{} bytes long; the limit is {MAX_LINE}", line.len())));
    }
    serde_json::from_str(line)
        .map(entry)
        .map_err(|error| explain(line).unwrap_or_else(|| (String::new(), plain(&error))))
}

/// Reads a bad line again, more slowly, to name the field.
fn explain(line: &str) -> Option<(String, String)> {
    let mut json = serde_json::Deserializer::from_str(line);
    let error = serde_path_to_error::deserialize::<_, Line>(&mut json).err()?;
    let path = error.path().to_string();
    let field = if path == "." { String::new() } else { path };
    Some((field, plain(&error.into_inner())))
}

/// The message without "at line 1": every entry is line 1 of itself.
fn plain(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

fn entry(line: Line) -> Entry {
    let mut aliases = vec![Alias { text: line.name, kind: AliasKind::Name, case: CaseRule::Smart }];
    for field in line.aliases {
        let alias = match field {
            AliasField::Text(text) => Alias { text, kind: AliasKind::Name, case: CaseRule::Smart },
            AliasField::Full(full) => Alias { text: full.text, kind: full.kind, case: full.case },
        };
        // An object with the canonical name's own text gives that name its case rule.
        if alias.text == aliases[0].text && alias.kind == AliasKind::Name && aliases[0].case == CaseRule::Smart {
            aliases[0].case = alias.case;
        } else {
            aliases.push(alias);
        }
    }
    Entry {
        id: line.id,
        entity_type: line.entity_type,
        kind: line.kind,
        aliases,
        country: line.country,
        coordinates: line.coordinates.map(|(latitude, longitude)| Coordinates { latitude, longitude }),
        begin: line.begin,
        end: line.end,
        context: line.context,
        related: line.related,
        links: line.links.into_iter().collect(),
        weight: line.weight.unwrap_or(DEFAULT_WEIGHT),
    }
}

#[derive(Serialize)]
struct WrittenLine<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    entity_type: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    kind: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<WrittenAlias<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    country: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    coordinates: Option<(f64, f64)>,
    #[serde(skip_serializing_if = "str::is_empty")]
    begin: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    end: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    context: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    links: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    weight: Option<f32>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum WrittenAlias<'a> {
    Text(&'a str),
    Full {
        text: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        case: Option<&'static str>,
    },
}

/// The line of an entry, without a line feed: what [`read_lines`] reads back as the same entry.
///
/// # Panics
/// When the entry has no name.
#[must_use]
pub(super) fn write_line(entry: &Entry) -> String {
    // The canonical name stands among the aliases only to give its case rule.
    let first = usize::from(entry.aliases[0].case == CaseRule::Smart);
    let line = WrittenLine {
        id: entry.id.as_str(),
        entity_type: entry.entity_type.name(),
        kind: &entry.kind,
        name: entry.name(),
        aliases: entry.aliases[first..].iter().map(written_alias).collect(),
        country: &entry.country,
        coordinates: entry.coordinates.map(|at| (at.latitude, at.longitude)),
        begin: &entry.begin,
        end: &entry.end,
        context: &entry.context,
        related: entry.related.iter().map(EntryId::as_str).collect(),
        links: entry.links.iter().map(|(source, id)| (source.as_str(), id.as_str())).collect(),
        weight: (entry.weight != DEFAULT_WEIGHT).then_some(entry.weight),
    };
    serde_json::to_string(&line).expect("plain structs are valid JSON")
}

fn written_alias(alias: &Alias) -> WrittenAlias<'_> {
    let kind = (alias.kind != AliasKind::Name).then(|| alias.kind.name());
    let case = (alias.case != CaseRule::Smart).then(|| alias.case.name());
    match (kind, case) {
        (None, None) => WrittenAlias::Text(&alias.text),
        _ => WrittenAlias::Full { text: &alias.text, kind, case },
    }
}

/// All problems of one entry, as (field, problem).
pub(crate) fn check(entry: &Entry) -> Vec<(String, String)> {
    let mut bad = Vec::new();
    let mut add = |field: &str, problem: String| bad.push((field.to_owned(), problem));
    let id = entry.id.as_str();
    if !(1..=MAX_ID).contains(&id.len()) || id.contains(char::is_whitespace) {
        add("id", format!("{id:?} is not 1 to {MAX_ID} bytes without white space"));
    }
    let mut seen = FxHashSet::default();
    for (index, alias) in entry.aliases.iter().enumerate() {
        let field = if index == 0 { "name".to_owned() } else { format!("aliases[{}]", index - 1) };
        if let Some(problem) = name_problem(&alias.text) {
            add(&field, problem);
        }
        if !seen.insert((&alias.text, alias.kind)) {
            add(&field, format!("{:?} is given twice", alias.text));
        }
    }
    let country = &entry.country;
    if !matches!(country.as_bytes(), [] | [b'A'..=b'Z', b'A'..=b'Z']) {
        add("country", format!("{country:?} is not two capital letters (ISO 3166-1 alpha-2)"));
    }
    if let Some(Coordinates { latitude, longitude }) = entry.coordinates
        && !((-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude))
    {
        add("coordinates", format!("[{latitude}, {longitude}] is beyond [±90, ±180] degrees"));
    }
    for (field, date) in [("begin", &entry.begin), ("end", &entry.end)] {
        if !date.is_empty() && !is_date(date) {
            add(field, format!("{date:?} is not YYYY, YYYY-MM or YYYY-MM-DD"));
        }
    }
    if !(0.0..=1.0).contains(&entry.weight) {
        add("weight", format!("{} is not between 0 and 1", entry.weight));
    }
    bad
}

/// What keeps a text from being a name.
pub(super) fn name_problem(name: &str) -> Option<String> {
    if name.len() > MAX_NAME {
        return Some(format!("{} bytes long; the limit is {MAX_NAME}", name.len()));
    }
    let words = Words::read(name);
    match words.len() {
        n if (0..n).all(|word| words.folded(word).is_empty()) => Some(format!("{name:?} has no word to look for")),
        n if n > MAX_NAME_WORDS => Some(format!("{name:?} has {n} words; the limit is {MAX_NAME_WORDS}")),
        _ => None,
    }
}

/// Whether a text is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub(super) fn is_date(date: &str) -> bool {
    let mut parts = date.split('-');
    let number = |part: Option<&str>, digits: usize, range: RangeInclusive<u16>| {
        part.is_none_or(|p| p.len() == digits && p.parse().is_ok_and(|n| range.contains(&n)))
    };
    number(parts.next(), 4, 1..=9999)
        && number(parts.next(), 2, 1..=12)
        && number(parts.next(), 2, 1..=31)
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::gazetteer::Gazetteer;

    fn read(content: &str) -> (Vec<Entry>, Vec<String>) {
        let read = read_lines("x.jsonl", content, 1);
        (read.entries, read.problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn reads_every_field() {
        let (entries, problems) = read(
            r#"{"id":"location/kyiv","type":"LOCATION","kind":"city","name":"Kyiv","aliases":["Kyyiv",{"text":"Kiev","kind":"former","case":"exact"}],"country":"UA","coordinates":[50.5,30.5],"begin":"0482","context":["capital"],"related":["location/ukraine"],"links":{"geonames":"1"},"weight":0.7}"#,
        );
        assert_eq!(problems, [""; 0]);
        let entry = &entries[0];
        assert_eq!(entry.name(), "Kyiv");
        assert_eq!(entry.aliases[2], Alias { text: "Kiev".to_owned(), kind: AliasKind::Former, case: CaseRule::Exact });
        assert_eq!(entry.links, [("geonames".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn what_is_written_is_read_back_the_same() {
        for entry in Gazetteer::load(Path::new("gazetteers")).unwrap().entries {
            let (again, problems) = read(&write_line(&entry));
            assert_eq!((again.as_slice(), problems.len()), (&[entry][..], 0));
        }
        for line in [
            r#"{"id":"a","type":"EVENT","name":"B","aliases":[{"text":"B","case":"exact"},"C"],"end":"2001"}"#,
            r#"{"id":"a","type":"LOCATION","name":"B","coordinates":[1.0019444444444445,-1.0077777777777779]}"#,
        ] {
            assert_eq!(write_line(&read(line).0[0]), line);
        }
    }

    #[test]
    fn reports_every_bad_line_with_its_field() {
        let (entries, problems) = read(concat!(
            "{\"id\":\"a\",\"type\":\"PERSON\",\"name\":\"Ann Roe\"}\n",
            "{\"id\":\"b\",\"type\":\"HUMAN\",\"name\":\"B\"}\n",
            "\n",
            "not json\n",
            "{\"id\":\"c d\",\"type\":\"PERSON\",\"name\":\"…\",\"weight\":2,\"country\":\"gb\",\"begin\":\"2020-13\"}\n",
            "{\"id\":\"e\",\"type\":\"PERSON\",\"name\":\"E\",\"alias\":[]}\n",
            "{\"id\":\"f\",\"type\":\"PERSON\",\"name\":\"F\",\"aliases\":[{\"text\":\"G\",\"kind\":\"nick\"}]}\n",
            "{\"id\":\"g\",\"type\":\"PERSON\"}\n",
        ));
        assert_eq!(entries.len(), 1);
        let places = problems.iter().map(|p| p.splitn(4, ':').collect::<Vec<_>>()[1..3].join(":")).collect::<Vec<_>>();
        assert_eq!(
            places,
            [
                "2: type",
                "4: expected ident at column 2",
                "5: id",
                "5: name",
                "5: country",
                "5: begin",
                "5: weight",
                "6: alias",
                "7: aliases[0].kind",
                "8: missing field `name` at column 26"
            ]
        );
    }
}
