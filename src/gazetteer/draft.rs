//! A gazetteer as it was read: its entries with the places where they stand, and what is wrong.
//!
//! Files come from disk or from the binary; every bad line is kept, so that all are told at
//! once. A service wants a [`Gazetteer`], which has no bad line and forgets the places; a lint
//! wants the draft.

use std::{
    fmt,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use super::{BadLine, Entry, Gazetteer, GazetteerError, GazetteerVersion, format};

/// Every file below `gazetteers/`, as (path, content), sorted by path.
pub(super) static EMBEDDED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as it was named to us.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// What was read of a gazetteer.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Which gazetteer it is.
    pub version: GazetteerVersion,
    /// The good entries, in the order of the files.
    pub entries: Vec<Entry>,
    /// The place of each entry.
    pub places: Vec<Place>,
    /// All that keeps it from being a gazetteer, in the order of files and lines.
    pub problems: Vec<BadLine>,
}

impl Draft {
    /// The default gazetteer in the binary.
    ///
    /// # Errors
    /// When its manifest is malformed; a test holds that it is not.
    pub fn embedded() -> Result<Draft, GazetteerError> {
        let lists = EMBEDDED.iter().filter(|(path, _)| !path.starts_with("clues/"));
        let files = lists.map(|(path, content)| (format!("gazetteers/{path}"), *content)).collect::<Vec<_>>();
        Self::from_files("gazetteers", &files)
    }

    /// Reads a `.jsonl` file, or a directory with a `manifest.toml` and any number of them.
    ///
    /// # Errors
    /// When something cannot be read at all; bad lines are problems of the draft.
    pub fn read(path: &Path) -> Result<Draft, GazetteerError> {
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
        Self::from_files(&stem, &files)
    }

    /// Makes a draft of files given as (path, content); `default_name` is its name when no
    /// manifest says another. The files are read on all cores.
    pub(super) fn from_files<T: AsRef<str> + Sync>(
        default_name: &str,
        files: &[(String, T)],
    ) -> Result<Draft, GazetteerError> {
        let mut version =
            GazetteerVersion { name: default_name.to_owned(), version: "0".to_owned(), digest: String::new() };
        let (manifests, lists): (Vec<_>, Vec<_>) =
            files.iter().partition(|(path, _)| has_extension(Path::new(path), "toml"));
        for (path, content) in manifests {
            let manifest = toml::from_str::<format::Manifest>(content.as_ref())
                .map_err(|error| GazetteerError::Manifest { file: path.clone(), problem: error.to_string() })?;
            version.name = manifest.name;
            version.version = manifest.version;
        }
        let read =
            || lists.par_iter().map(|(path, content)| format::read_lines(path, content.as_ref())).collect::<Vec<_>>();
        let (read, digest) = rayon::join(read, || digest(files));
        version.digest = digest;

        let mut draft = Draft { version, entries: Vec::new(), places: Vec::new(), problems: Vec::new() };
        for ((path, _), file) in lists.iter().zip(read) {
            let path = Arc::<str>::from(path.as_str());
            draft.places.extend(file.lines.into_iter().map(|line| Place { file: path.clone(), line }));
            draft.entries.extend(file.entries);
            draft.problems.extend(file.problems);
        }
        draft.check_unique();
        draft.problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        Ok(draft)
    }

    /// The gazetteer, when the draft has no problem.
    ///
    /// # Errors
    /// With *all* bad lines.
    pub fn finish(self) -> Result<Gazetteer, GazetteerError> {
        if self.problems.is_empty() {
            Ok(Gazetteer { version: self.version, entries: self.entries })
        } else {
            Err(GazetteerError::Lines(self.problems))
        }
    }

    /// Adds a problem for each id that occurs twice.
    fn check_unique(&mut self) {
        let mut first = FxHashMap::default();
        for (entry, place) in self.entries.iter().zip(&self.places) {
            if let Some(earlier) = first.get(&entry.id) {
                let problem = format!("{:?} is already at {earlier}", entry.id.as_str());
                let (file, line) = (place.file.to_string(), place.line);
                self.problems.push(BadLine { file, line, field: "id".to_owned(), problem });
            } else {
                first.insert(&entry.id, place);
            }
        }
    }
}

/// SHA-256 of the files' names and contents. The names are without folders: a gazetteer that
/// was moved is the same gazetteer.
fn digest<T: AsRef<str>>(files: &[(String, T)]) -> String {
    let mut digest = Sha256::new();
    for (path, content) in files {
        let (name, content) = (Path::new(path).file_name().unwrap_or_default(), content.as_ref());
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
