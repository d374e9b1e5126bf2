//! A gazetteer in memory, as it was written: for those who compare, count and export.

use std::path::Path;

use super::{Draft, Entry, GazetteerError};

/// Which gazetteer this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GazetteerVersion {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its files' paths and contents, in lower-case hexadecimal digits.
    pub digest: String,
}

/// A set of entries under one name.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    /// Which it is.
    pub version: GazetteerVersion,
    /// Its entries, in the order of its files.
    pub entries: Vec<Entry>,
}

impl Gazetteer {
    /// Loads a `.jsonl` file, or a directory with a `manifest.toml` and any number of them.
    ///
    /// # Errors
    /// When something cannot be read, or with *all* bad lines.
    pub fn load(path: &Path) -> Result<Gazetteer, GazetteerError> {
        Draft::read(path)?.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::Files;

    fn gazetteer(files: &[(&str, &str)]) -> Result<Gazetteer, GazetteerError> {
        let files = files.iter().map(|(name, lines)| ((*name).to_owned(), lines.as_bytes()));
        Draft::of(&Files::in_memory("test", files)).and_then(Draft::finish)
    }

    #[test]
    fn ids_are_unique_over_all_files_of_a_gazetteer() {
        let line = r#"{"id":"a","type":"PERSON","name":"Ann"}"#;
        let error = gazetteer(&[("x.jsonl", &format!("\n{line}")), ("y.jsonl", line)]).unwrap_err();
        assert_eq!(error.to_string(), r#"y.jsonl:1: id: "a" is already at x.jsonl:2"#);
    }

    #[test]
    fn a_missing_path_is_named() {
        let error = Gazetteer::load(Path::new("no/such.jsonl")).unwrap_err();
        assert!(error.to_string().starts_with("no/such.jsonl: "), "{error}");
    }
}
