//! Gazetteers in force, and their order.

use std::path::Path;

use rustc_hash::FxHashMap;

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
    /// The default gazetteer in the binary.
    ///
    /// # Panics
    /// When an embedded list is malformed; a test holds that none is.
    #[must_use]
    pub fn embedded() -> Gazetteer {
        Draft::embedded().and_then(Draft::finish).expect("the embedded gazetteers are well formed")
    }

    /// Loads a `.jsonl` file, or a directory with a `manifest.toml` and any number of them.
    ///
    /// # Errors
    /// When something cannot be read, or with *all* bad lines.
    pub fn load(path: &Path) -> Result<Gazetteer, GazetteerError> {
        Draft::read(path)?.finish()
    }
}

/// Gazetteers one on another.
#[derive(Clone, Debug)]
pub struct Layers {
    /// The layers, lowest first, each with its number of entries and of names.
    pub gazetteers: Vec<(GazetteerVersion, usize, usize)>,
    /// The entries in force: of equal ids only that of the highest layer, in the place of
    /// the lowest.
    pub entries: Vec<Entry>,
}

impl Layers {
    /// Lays gazetteers one on another, lowest first.
    #[must_use]
    pub fn stack(gazetteers: Vec<Gazetteer>) -> Layers {
        let mut layers = Layers { gazetteers: Vec::new(), entries: Vec::new() };
        for gazetteer in gazetteers {
            let names = gazetteer.entries.iter().map(|e| e.aliases.len()).sum();
            layers.gazetteers.push((gazetteer.version, gazetteer.entries.len(), names));
            layers.lay(gazetteer.entries);
        }
        layers
    }

    /// Lays entries on top; their ids are unique among themselves.
    fn lay(&mut self, entries: Vec<Entry>) {
        if self.entries.is_empty() {
            self.entries = entries;
            return;
        }
        let numbers = entries.iter().enumerate().map(|(number, entry)| (entry.id.clone(), number));
        let numbers = numbers.collect::<FxHashMap<_, _>>();
        let mut entries = entries.into_iter().map(Some).collect::<Vec<_>>();
        for lower in &mut self.entries {
            if let Some(higher) = numbers.get(&lower.id).and_then(|&number| entries[number].take()) {
                *lower = higher;
            }
        }
        self.entries.extend(entries.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gazetteer(files: &[(&str, &str)]) -> Result<Gazetteer, GazetteerError> {
        let files = files.iter().map(|(name, lines)| ((*name).to_owned(), *lines)).collect::<Vec<_>>();
        Draft::from_files("test", &files).and_then(Draft::finish)
    }

    #[test]
    fn a_higher_layer_overrides_by_id() {
        let low = r#"{"id":"a","type":"PERSON","name":"Low"}
{"id":"b","type":"PERSON","name":"Kept"}"#;
        let high = r#"{"id":"a","type":"LOCATION","name":"High"}"#;
        let load = |name: &str, lines| gazetteer(&[(name, lines)]).unwrap();
        let layers = Layers::stack(vec![load("low.jsonl", low), load("high.jsonl", high)]);
        let names = layers.entries.iter().map(Entry::name).collect::<Vec<_>>();
        assert_eq!(names, ["High", "Kept"]);
        assert_eq!(layers.gazetteers[0].1, 2);
        assert_ne!(layers.gazetteers[0].0.digest, layers.gazetteers[1].0.digest);
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
