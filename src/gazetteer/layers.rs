//! Gazetteers from disk or from the binary, and their order.

use std::{
    collections::HashMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sha2::{Digest as _, Sha256};

use super::{BadLine, Entry, GazetteerError, format};

/// Every file below `gazetteers/`, as (path, content), sorted by path.
pub(super) const EMBEDDED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

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
        let files = EMBEDDED.iter().filter(|(path, _)| !path.starts_with("clues/")).copied().collect::<Vec<_>>();
        Self::from_files("gazetteers", &files).expect("the embedded gazetteers are well formed")
    }

    /// Loads a `.jsonl` file, or a directory with a `manifest.toml` and any number of them.
    ///
    /// # Errors
    /// When something cannot be read, or with *all* bad lines.
    pub fn load(path: &Path) -> Result<Gazetteer, GazetteerError> {
        let mut paths = Vec::new();
        if path.is_dir() {
            collect(path, &mut paths)?;
            paths.sort();
            if !paths.iter().any(|p| has_extension(p, "jsonl")) {
                return Err(GazetteerError::Empty { path: path.to_owned() });
            }
        } else {
            paths.push(path.to_owned());
            let manifest = path.with_extension("toml");
            if manifest.is_file() {
                paths.push(manifest);
            }
        }
        let mut files = Vec::new();
        for file in paths {
            let content =
                fs::read_to_string(&file).map_err(|source| GazetteerError::Read { path: file.clone(), source })?;
            files.push((file.to_string_lossy().into_owned(), content));
        }
        let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy();
        let files = files.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect::<Vec<_>>();
        Self::from_files(&stem, &files)
    }

    /// Makes a gazetteer of files given as (path, content); `default_name` is its name
    /// when no manifest says another. The files are read on all cores.
    fn from_files(default_name: &str, files: &[(&str, &str)]) -> Result<Gazetteer, GazetteerError> {
        let mut version =
            GazetteerVersion { name: default_name.to_owned(), version: "0".to_owned(), digest: String::new() };
        let (manifests, lists): (Vec<_>, Vec<_>) =
            files.iter().partition(|(path, _)| has_extension(Path::new(path), "toml"));
        for (path, content) in manifests {
            let manifest = toml::from_str::<format::Manifest>(content)
                .map_err(|error| GazetteerError::Manifest { file: path.to_owned(), problem: error.to_string() })?;
            version.name = manifest.name;
            version.version = manifest.version;
        }
        let read = || lists.par_iter().map(|(path, content)| format::read_lines(path, content)).collect::<Vec<_>>();
        let (read, digest) = rayon::join(read, || digest(files));
        version.digest = digest;

        let (mut entries, mut places, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for ((path, _), file) in lists.iter().zip(read) {
            places.extend(file.lines.into_iter().map(|line| (*path, line)));
            entries.extend(file.entries);
            problems.extend(file.problems);
        }
        format::check_unique(&entries, &places, &mut problems);
        if !problems.is_empty() {
            problems.sort_by(|a: &BadLine, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
            return Err(GazetteerError::Lines(problems));
        }
        Ok(Gazetteer { version, entries })
    }
}

/// SHA-256 of the files' names and contents. The names are without folders: a gazetteer that
/// was moved is the same gazetteer.
fn digest(files: &[(&str, &str)]) -> String {
    let mut digest = Sha256::new();
    for (path, content) in files {
        let name = Path::new(path).file_name().unwrap_or_default();
        digest.update(name.as_encoded_bytes());
        digest.update([0]);
        digest.update((content.len() as u64).to_le_bytes());
        digest.update(content);
    }
    digest.finalize().iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
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
        let mut places = HashMap::new();
        for gazetteer in gazetteers {
            let names = gazetteer.entries.iter().map(|e| e.aliases.len()).sum();
            layers.gazetteers.push((gazetteer.version, gazetteer.entries.len(), names));
            for entry in gazetteer.entries {
                match places.get(&entry.id) {
                    Some(&place) => layers.entries[place] = entry,
                    None => {
                        places.insert(entry.id.clone(), layers.entries.len());
                        layers.entries.push(entry);
                    }
                }
            }
        }
        layers
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), GazetteerError> {
    let failed = |source| GazetteerError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if has_extension(&path, "jsonl") || path.file_name().is_some_and(|n| n == "manifest.toml") {
            paths.push(path);
        }
    }
    Ok(())
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|e| e == extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gazetteer(name: &str, lines: &str) -> Result<Gazetteer, GazetteerError> {
        Gazetteer::from_files(name, &[(&format!("{name}.jsonl"), lines)])
    }

    #[test]
    fn a_higher_layer_overrides_by_id() {
        let low = r#"{"id":"a","type":"PERSON","name":"Low"}
{"id":"b","type":"PERSON","name":"Kept"}"#;
        let high = r#"{"id":"a","type":"LOCATION","name":"High"}"#;
        let layers = Layers::stack(vec![gazetteer("low", low).unwrap(), gazetteer("high", high).unwrap()]);
        let names = layers.entries.iter().map(Entry::name).collect::<Vec<_>>();
        assert_eq!(names, ["High", "Kept"]);
        assert_eq!(layers.gazetteers[0].1, 2);
        assert_ne!(layers.gazetteers[0].0.digest, layers.gazetteers[1].0.digest);
    }

    #[test]
    fn ids_are_unique_over_all_files_of_a_gazetteer() {
        let line = r#"{"id":"a","type":"PERSON","name":"Ann"}"#;
        let files = [("x.jsonl", &*format!("\n{line}")), ("y.jsonl", line)];
        let error = Gazetteer::from_files("two", &files).unwrap_err();
        assert_eq!(error.to_string(), r#"y.jsonl:1: id: "a" is already at x.jsonl:2"#);
    }

    #[test]
    fn a_missing_path_is_named() {
        let error = Gazetteer::load(Path::new("no/such.jsonl")).unwrap_err();
        assert!(error.to_string().starts_with("no/such.jsonl: "), "{error}");
    }
}
