//! Lists of ours for other programs: a table, or the patterns of spaCy's rulers.
//!
//! The table holds all, and an import of it gives the same entries, but that names of one entry which
//! are written the same share a case rule.
//! Knows no files.

use std::io::{self, Write};

use serde::Serialize;

use super::{
    AliasKind, EntityType, Entry,
    import::{Field, id_cell, join},
};

/// Between several values of a cell.
const SEPARATOR: char = '|';

/// Writes entries as CSV with a header; see [`Field`] for the columns.
///
/// # Errors
/// When `out` cannot be written to.
pub fn export_csv<'a>(entries: impl IntoIterator<Item = &'a Entry>, out: impl Write) -> io::Result<()> {
    let fields = Field::all();
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(fields.iter().map(Field::name))?;
    for entry in entries {
        writer.write_record(fields.iter().map(|field| cell(entry, field)))?;
    }
    writer.flush()
}

fn cell(entry: &Entry, field: &Field) -> String {
    let degrees = |of: fn(&super::Coordinates) -> f64| entry.coordinates.as_ref().map(of);
    match field {
        Field::Id => id_cell(entry.id.as_str()),
        Field::Type => entry.entity_type.name().to_owned(),
        Field::Kind => entry.kind.clone(),
        Field::Name => entry.name().to_owned(),
        Field::Aliases(kind) => {
            let aliases = entry.aliases.iter().skip(1).filter(|alias| alias.kind == *kind);
            joined(aliases.map(|alias| alias.text.clone()))
        }
        Field::Case(rule) => {
            joined(entry.aliases.iter().filter(|alias| alias.case == *rule).map(|alias| alias.text.clone()))
        }
        Field::Country => entry.country.clone(),
        Field::Latitude => degrees(|at| at.latitude).map(|number| number.to_string()).unwrap_or_default(),
        Field::Longitude => degrees(|at| at.longitude).map(|number| number.to_string()).unwrap_or_default(),
        Field::Begin => entry.begin.clone(),
        Field::End => entry.end.clone(),
        Field::Context => joined(entry.context.iter().cloned()),
        Field::Related => joined(entry.related.iter().map(ToString::to_string)),
        Field::Links => joined(entry.links.iter().map(|(source, id)| format!("{source}={id}"))),
        Field::Link(source) => {
            entry.links.iter().find(|(known, _)| known == source).map(|(_, id)| id.clone()).unwrap_or_default()
        }
        Field::Weight => entry.weight.to_string(),
    }
}

fn joined(values: impl Iterator<Item = String>) -> String {
    join(&values.collect::<Vec<_>>(), SEPARATOR)
}

#[derive(Serialize)]
struct Pattern<'a> {
    label: &'static str,
    pattern: &'a str,
    id: &'a str,
}

/// Writes entries as patterns for spaCy, one a line for each name. Demonyms are left out: "German"
/// is no name of the place.
///
/// # Errors
/// When `out` cannot be written to.
pub fn export_spacy<'a>(entries: impl IntoIterator<Item = &'a Entry>, mut out: impl Write) -> io::Result<()> {
    for entry in entries {
        let label = match entry.entity_type {
            EntityType::Person => "PERSON",
            EntityType::Organization => "ORG",
            EntityType::Location => "LOC",
            EntityType::Event => "EVENT",
        };
        for alias in entry.aliases.iter().filter(|alias| alias.kind != AliasKind::Demonym) {
            let pattern = Pattern { label, pattern: &alias.text, id: entry.id.as_str() };
            serde_json::to_writer(&mut out, &pattern)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::gazetteer::{
        Gazetteer, format,
        import::{Delimited, Format, import},
    };

    #[test]
    fn an_exported_table_is_imported_the_same() {
        let mut entries = Gazetteer::load(Path::new("gazetteers")).unwrap().entries;
        let mut table = Vec::new();
        export_csv(&entries, &mut table).unwrap();
        let (mut out, mut log) = (Vec::new(), Vec::new());
        let csv = Format::Delimited(Delimited::csv());
        import(&csv, "x.csv", io::Cursor::new(table), &mut out, &mut log).unwrap();
        assert_eq!(String::from_utf8(log).unwrap(), "");
        let out = String::from_utf8(out).unwrap();
        let again = format::read_lines("x", &out, 1).entries;
        assert_eq!(again.len(), entries.len());
        for (again, entry) in again.iter().zip(&mut entries) {
            // A table does not keep the order between aliases of different kinds.
            entry.aliases[1..].sort_by_key(|alias| AliasKind::ALL.iter().position(|kind| *kind == alias.kind));
            assert_eq!(again, entry);
        }
    }

    #[test]
    fn odd_ids_and_separators_in_names_are_imported_the_same() {
        let lines = r#"{"id":"acme","type":"ORGANIZATION","name":"Acme | Sons","aliases":["A|B","C\\|","D\\\\E"],"context":["x|y","z\\","q"],"related":["./up","a|b"],"links":{"w":"1|2"}}
{"id":"./up","type":"ORGANIZATION","name":"Up","aliases":["Back\\","Slash\\\\Only"]}
{"id":"Acme:Corp","type":"PERSON","name":"Ann"}
{"id":"./","type":"PERSON","name":"Bo"}
"#;
        let entries = format::read_lines("x", lines, 1).entries;
        assert_eq!(entries.len(), 4);
        let mut table = Vec::new();
        export_csv(&entries, &mut table).unwrap();
        let (mut out, mut log) = (Vec::new(), Vec::new());
        let csv = Format::Delimited(Delimited::csv());
        import(&csv, "x.csv", io::Cursor::new(table), &mut out, &mut log).unwrap();
        assert_eq!(String::from_utf8(log).unwrap(), "");
        assert_eq!(format::read_lines("x", &String::from_utf8(out).unwrap(), 1).entries, entries);
    }

    #[test]
    fn patterns_have_the_ids_of_their_entries() {
        let line = r#"{"id":"a","type":"LOCATION","name":"Velm","aliases":["Velm \"B\"",{"text":"Velmese","kind":"demonym"}]}"#;
        let entries = format::read_lines("x", line, 1).entries;
        let mut out = Vec::new();
        export_spacy(&entries, &mut out).unwrap();
        let expected = r#"{"label":"LOC","pattern":"Velm","id":"a"}
{"label":"LOC","pattern":"Velm \"B\"","id":"a"}
"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
