//! The files of a gazetteer: which they are, and their lines in blocks.
//!
//! A gazetteer may be larger than the memory that its text would take, so that nothing here
//! holds a whole file. What is made of the entries is for others.

use std::{
    fmt::Write as _,
    fs,
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sha2::{Digest as _, Sha256};

use super::{BadLine, Entry, GazetteerError, GazetteerVersion, format};

/// Every file below `gazetteers/`, as (path, content), sorted by path.
pub(super) static EMBEDDED: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Bytes of text that are read and parsed at a time.
const BLOCK: usize = 4 << 20;

/// Where a file's content is.
#[derive(Clone, Debug)]
enum Content {
    /// On disk, at its path.
    OnDisk,
    /// In memory.
    Here(Arc<[u8]>),
    /// In the binary.
    Static(&'static str),
}

/// The files of one gazetteer, in order.
#[derive(Clone, Debug)]
pub struct Files {
    /// Its name, if no manifest says another.
    name: String,
    files: Vec<(PathBuf, Content)>,
}

/// What some lines of a file say.
#[derive(Debug)]
pub struct Block {
    /// The file, as it was named to us.
    pub file: Arc<str>,
    /// The good entries.
    pub entries: Vec<Entry>,
    /// The line of each, counted from 1.
    pub lines: Vec<usize>,
    /// All that is wrong.
    pub problems: Vec<BadLine>,
}

impl Files {
    /// The default gazetteer in the binary.
    #[must_use]
    pub fn embedded() -> Files {
        let lists = EMBEDDED.iter().filter(|(path, _)| !path.starts_with("clues/"));
        let files = lists.map(|&(path, text)| (Path::new("gazetteers").join(path), Content::Static(text)));
        Files { name: "gazetteers".to_owned(), files: files.collect() }
    }

    /// A `.jsonl` file with the manifest beside it, if there is one; or a directory with a
    /// `manifest.toml` and any number of them.
    ///
    /// # Errors
    /// When the directory cannot be read or has no such file.
    pub fn at(path: &Path) -> Result<Files, GazetteerError> {
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
        let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Files { name, files: paths.into_iter().map(|path| (path, Content::OnDisk)).collect() })
    }

    /// Files in memory, as (path, content), in this order; `name` is the gazetteer's when no
    /// manifest says another.
    pub fn in_memory<T: Into<Arc<[u8]>>>(name: &str, files: impl IntoIterator<Item = (String, T)>) -> Files {
        let files = files.into_iter().map(|(path, content)| (PathBuf::from(path), Content::Here(content.into())));
        Files { name: name.to_owned(), files: files.collect() }
    }

    /// Reads all files, on all cores, and hands on what their lines say, block by block in the
    /// order of files and lines. Returns which gazetteer it is.
    ///
    /// # Errors
    /// When a file cannot be read or a manifest is malformed. Bad lines are in the blocks.
    pub fn read(&self, mut take: impl FnMut(Block)) -> Result<GazetteerVersion, GazetteerError> {
        let mut version = GazetteerVersion { name: self.name.clone(), version: "0".to_owned(), digest: String::new() };
        let mut digest = Sha256::new();
        for (path, content) in &self.files {
            let failed = |source| GazetteerError::Read { path: path.clone(), source };
            // A gazetteer that was moved is the same gazetteer: names are without folders.
            digest.update(path.file_name().unwrap_or_default().as_encoded_bytes());
            digest.update([0]);
            let mut source: Box<dyn Read> = match content {
                Content::OnDisk => Box::new(fs::File::open(path).map_err(failed)?),
                Content::Here(bytes) => Box::new(Cursor::new(bytes.clone())),
                Content::Static(text) => Box::new(text.as_bytes()),
            };
            let length = if has_extension(path, "toml") {
                let mut text = String::new();
                source.read_to_string(&mut text).map_err(failed)?;
                digest.update(&text);
                let manifest = toml::from_str::<format::Manifest>(&text).map_err(|error| GazetteerError::Manifest {
                    file: path.to_string_lossy().into_owned(),
                    problem: error.to_string(),
                })?;
                (version.name, version.version) = (manifest.name, manifest.version);
                text.len() as u64
            } else {
                let file = Arc::<str>::from(path.to_string_lossy());
                in_blocks(source, &mut digest, |text, line| take(block(&file, text, line))).map_err(failed)?
            };
            digest.update(length.to_le_bytes());
        }
        version.digest = hexadecimal(&digest.finalize());
        Ok(version)
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Reads whole lines, some megabytes at a time, and hands them on with the number of the
/// first. Returns the number of bytes.
fn in_blocks(mut source: impl Read, digest: &mut Sha256, mut take: impl FnMut(&str, usize)) -> io::Result<u64> {
    let (mut length, mut line) = (0, 1);
    let mut bytes = Vec::new();
    loop {
        let read = source.by_ref().take(BLOCK as u64).read_to_end(&mut bytes)?;
        length += read as u64;
        let whole =
            if read == 0 { bytes.len() } else { bytes.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1) };
        let text = std::str::from_utf8(&bytes[..whole]).map_err(|error| {
            let line = line + bytes[..error.valid_up_to()].iter().filter(|&&b| b == b'\n').count();
            io::Error::new(io::ErrorKind::InvalidData, format!("line {line} is not UTF-8"))
        })?;
        digest.update(text.as_bytes());
        if !text.is_empty() {
            take(text, line);
            line += text.bytes().filter(|&b| b == b'\n').count();
        }
        bytes.drain(..whole);
        if read == 0 {
            return Ok(length);
        }
    }
}

/// Parses lines on all cores.
fn block(file: &Arc<str>, text: &str, line: usize) -> Block {
    let mut parts = Vec::new();
    let (mut rest, mut first) = (text, line);
    let share = (text.len() / rayon::current_num_threads()).max(1 << 14);
    while !rest.is_empty() {
        let cut = rest.as_bytes().iter().skip(share).position(|&b| b == b'\n').map_or(rest.len(), |at| share + at + 1);
        let (part, after) = rest.split_at(cut);
        parts.push((part, first));
        first += part.bytes().filter(|&b| b == b'\n').count();
        rest = after;
    }
    let read = parts.par_iter().map(|&(part, first)| format::read_lines(file, part, first)).collect::<Vec<_>>();
    let mut block = Block { file: file.clone(), entries: Vec::new(), lines: Vec::new(), problems: Vec::new() };
    for part in read {
        block.entries.extend(part.entries);
        block.lines.extend(part.lines);
        block.problems.extend(part.problems);
    }
    block
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), GazetteerError> {
    let failed = |source| GazetteerError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        // Kubernetes keeps each version of a mounted list in a hidden folder beside the links to it.
        if is_hidden(&path) {
            continue;
        }
        if path.is_dir() {
            collect(&path, paths)?;
        } else if has_extension(&path, "jsonl") || path.file_name().is_some_and(|n| n == "manifest.toml") {
            paths.push(path);
        }
    }
    Ok(())
}

/// Whether a name begins with a dot.
pub(crate) fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|e| e == extension)
}
