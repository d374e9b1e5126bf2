//! Tables of types: what a class, code or label of a foreign list is with us. Each format has a
//! default table in a `.tsv` beside it, and a user's table lies on top.

use std::collections::HashMap;

use super::{EntityType, ImportError};

/// What a foreign class is with us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) entity_type: EntityType,
    pub(super) kind: String,
}

/// A table of types: a line is `class TAB type [TAB kind]`, `#` begins a comment line, and the
/// type `-` takes a class out.
#[derive(Clone, Debug, Default)]
pub struct Types(HashMap<String, Option<Meaning>>);

impl Types {
    /// Lays a user's table on top of this one.
    ///
    /// # Errors
    /// When a line of it is not as it should be.
    pub fn lay(&mut self, file: &str, content: &str) -> Result<(), ImportError> {
        for (index, line) in content.lines().enumerate().map(|(index, line)| (index, line.trim_end())) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let failed = |problem| ImportError::Types { file: file.to_owned(), line: index + 1, problem };
            let (class, meaning) = row(line).map_err(failed)?;
            self.0.insert(class, meaning);
        }
        Ok(())
    }

    /// A table that comes with the program.
    pub(super) fn embedded(content: &str) -> Types {
        let mut types = Types::default();
        types.lay("embedded", content).expect("the embedded tables are well formed; tests read each");
        types
    }

    /// What a class is with us; none when the table does not have it, or has taken it out.
    pub(super) fn get(&self, class: &str) -> Option<&Meaning> {
        self.0.get(class)?.as_ref()
    }

    /// The same of a class with a finer one: that of both, as `class.finer`, or else of the class.
    pub(super) fn finer(&self, class: &str, finer: &str, separator: char) -> Option<&Meaning> {
        match self.0.get(&format!("{class}{separator}{finer}")) {
            Some(meaning) => meaning.as_ref(),
            None => self.get(class),
        }
    }

    /// Whether the table has taken the class out.
    pub(super) fn forbids(&self, class: &str) -> bool {
        matches!(self.0.get(class), Some(None))
    }
}

fn row(line: &str) -> Result<(String, Option<Meaning>), String> {
    let columns = line.split('\t').map(str::trim).collect::<Vec<_>>();
    let (class, name, kind) = match columns[..] {
        [class, name] => (class, name, ""),
        [class, name, kind] => (class, name, kind),
        _ => return Err(format!("{} columns; class, type and perhaps kind are expected", columns.len())),
    };
    if class.is_empty() {
        return Err("the class is empty".to_owned());
    }
    if name == "-" {
        return Ok((class.to_owned(), None));
    }
    let entity_type = name.parse::<EntityType>()?;
    Ok((class.to_owned(), Some(Meaning { entity_type, kind: kind.to_owned() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_lies_on_another_and_takes_classes_out() {
        let mut types = Types::embedded("# comment\na\tORG\tbank\nb\tPER\n\nb:c\tLOC\ttown\n");
        types.lay("x.tsv", "a\t-\nb:d\t-\n").unwrap();
        assert_eq!((types.get("a"), types.forbids("a"), types.forbids("z")), (None, true, false));
        let kind = |class, finer| types.finer(class, finer, ':').map(|meaning| meaning.kind.as_str());
        assert_eq!(
            (kind("b", "c"), kind("b", "d"), kind("b", "e"), kind("c", "")),
            (Some("town"), None, Some(""), None)
        );
    }

    #[test]
    fn a_bad_line_is_named() {
        let problem = |line: &str| Types::default().lay("x.tsv", line).unwrap_err().to_string();
        assert_eq!(problem("\nQ1"), "x.tsv:2: 1 columns; class, type and perhaps kind are expected");
        assert!(problem("Q1\tPLANET").starts_with("x.tsv:1: \"PLANET\" is no entity type"));
        assert_eq!(problem("\tPERSON"), "x.tsv:1: the class is empty");
    }
}
