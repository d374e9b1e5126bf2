//! Evaluation sets, and files of predictions in the same form: lines in, documents out.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{BufRead as _, BufReader},
    path::Path,
};

use serde::Deserialize;

use super::score::Mark;
use crate::{
    cli::{CliError, json_lines},
    gazetteer::EntityType,
    marked,
    text::{OffsetUnit, Offsets},
};

/// The documents of a file.
#[derive(Debug)]
pub(in crate::cli) struct Set {
    /// The file as it was named to us.
    pub(in crate::cli) file: String,
    pub(in crate::cli) documents: Vec<Document>,
}

/// A text with what is marked in it. Offsets are in code points.
#[derive(Debug)]
pub(in crate::cli) struct Document {
    pub(in crate::cli) id: String,
    pub(in crate::cli) text: Option<String>,
    /// Sorted, without doubles.
    pub(in crate::cli) entities: Vec<Mark>,
    /// Spans that were marked but are not of our types.
    pub(in crate::cli) dropped: Vec<(usize, usize)>,
}

#[derive(Deserialize)]
struct Line {
    id: json_lines::Id,
    text: Option<String>,
    entities: Option<Vec<EntityField>>,
    dropped: Option<Vec<SpanField>>,
}

#[derive(Deserialize)]
struct EntityField {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct SpanField {
    start: usize,
    end: usize,
}

impl Set {
    pub(in crate::cli) fn by_id(self) -> HashMap<String, Document> {
        self.documents.into_iter().map(|document| (document.id.clone(), document)).collect()
    }
}

/// Reads a file; the first bad line is an error, since a score of the rest would mislead.
/// `role` says in messages what the file is.
pub(in crate::cli) fn read(path: &Path, role: &str) -> Result<Set, CliError> {
    if path.is_dir() || path.extension().is_some_and(|e| e == "txt") {
        return read_marked(path);
    }
    let file = path.to_string_lossy().into_owned();
    let failed = |source| CliError::Read { file: file.clone(), source };
    let mut reader = BufReader::new(File::open(path).map_err(failed)?);
    let mut documents = Vec::new();
    let mut ids = HashSet::new();
    for number in 1.. {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).map_err(failed)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let bad = |problem| CliError::Gold(format!("{file}:{number}: {problem}"));
        let document = json_lines::parse::<Line>(&line).and_then(document).map_err(bad)?;
        if !ids.insert(document.id.clone()) {
            return Err(bad(format!("document {:?} occurs twice", document.id)));
        }
        documents.push(document);
    }
    if documents.is_empty() {
        return Err(CliError::Gold(format!("{file}: no documents in the {role}")));
    }
    Ok(Set { file, documents })
}

/// Reads marked articles: a file of them, or every `.txt` file of a directory.
fn read_marked(path: &Path) -> Result<Set, CliError> {
    let file = path.to_string_lossy().into_owned();
    let failed = |source| CliError::Read { file: file.clone(), source };
    let mut paths = vec![path.to_owned()];
    if path.is_dir() {
        paths = path.read_dir().and_then(|entries| entries.map(|e| e.map(|e| e.path())).collect()).map_err(failed)?;
        paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
        paths.sort();
    }
    let mut documents = Vec::new();
    for path in paths {
        let name = path.to_string_lossy();
        let content = std::fs::read_to_string(&path).map_err(failed)?;
        for (line, article) in marked::articles(&content) {
            let bad = |problem: String| CliError::Gold(format!("{name}:{line}: {problem}"));
            documents.push(marked_document(format!("{name}:{line}"), article).map_err(bad)?);
        }
    }
    if documents.is_empty() {
        return Err(CliError::Gold(format!("{file}: no marked articles in .txt files")));
    }
    Ok(Set { file, documents })
}

/// The title, where there is one, is the first line of the text.
fn marked_document(id: String, article: &str) -> Result<Document, String> {
    let (title, body) = marked::sections(article);
    let joined = if title.is_empty() { body.to_owned() } else { format!("{title}\n{body}") };
    let (text, marks) = marked::unmark(&joined)?;
    let offsets = Offsets::new(&text, OffsetUnit::CodePoints);
    let mut entities = Vec::new();
    for (span, label) in marks {
        let kind = label.split(' ').next().unwrap_or_default();
        let known = kind.parse::<EntityType>()?;
        let (start, end) = (offsets.convert(span.begin) as usize, offsets.convert(span.end) as usize);
        entities.push(Mark { start, end, kind: known.name().to_owned() });
    }
    entities.sort_unstable();
    entities.dedup();
    Ok(Document { id, text: Some(text), entities, dropped: Vec::new() })
}

fn document(line: Line) -> Result<Document, String> {
    let length = line.text.as_ref().map(|text| text.chars().count());
    let mut entities = Vec::new();
    for (index, EntityField { start, end, kind }) in line.entities.unwrap_or_default().into_iter().enumerate() {
        if start >= end || length.is_some_and(|length| end > length) {
            let text = length.map_or_else(String::new, |length| format!(" of {length} code points"));
            return Err(format!("entities[{index}]: [{start}, {end}) is no span of the text{text}"));
        }
        entities.push(Mark { start, end, kind: kind_name(&kind) });
    }
    entities.sort_unstable();
    entities.dedup();
    let dropped = line.dropped.unwrap_or_default().iter().map(|span| (span.start, span.end)).collect();
    Ok(Document { id: line.id.into_string(), text: line.text, entities, dropped })
}

/// The usual name of a type: sets say PER or GPE, protobuf ENTITY_TYPE_PERSON.
fn kind_name(kind: &str) -> String {
    let kind = kind.to_uppercase();
    let kind = kind.strip_prefix("ENTITY_TYPE_").unwrap_or(&kind);
    let kind = kind.strip_prefix("TYPE_").unwrap_or(kind);
    kind.parse().map_or_else(|_| kind.to_owned(), |known: EntityType| known.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Document, String> {
        json_lines::parse::<Line>(line.as_bytes()).and_then(document)
    }

    #[test]
    fn knows_the_usual_names_of_types() {
        let names = ["per", "GPE", "ENTITY_TYPE_EVENT", "organisation", "MISC"].map(kind_name);
        assert_eq!(names, ["PERSON", "LOCATION", "EVENT", "ORGANIZATION", "MISC"]);
    }

    #[test]
    fn counts_code_points() {
        assert!(parse(r#"{"id":1,"text":"😀é","entities":[{"start":1,"end":2,"type":"PER"}]}"#).is_ok());
        let error = parse(r#"{"id":1,"text":"😀é","entities":[{"start":1,"end":3,"type":"PER"}]}"#).unwrap_err();
        assert_eq!(error, "entities[0]: [1, 3) is no span of the text of 2 code points");
        let error = parse(r#"{"id":1,"entities":[{"start":-1,"end":3,"type":"PER"}]}"#).unwrap_err();
        assert!(error.starts_with("entities[0].start: "), "{error}");
    }
}
