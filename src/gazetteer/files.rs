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

use super::{About, BadLine, Entry, GazetteerError, GazetteerVersion, format};

/// Bytes of text that are read and parsed at a time.
const BLOCK: usize = 4 << 20;

/// Where a file's content is.
#[derive(Clone, Debug)]
enum Content {
    /// On disk, at its path.
    OnDisk,
    /// In memory.
    Here(Arc<[u8]>),
}

/// The files of one gazetteer, in order.
#[derive(Clone, Debug)]
pub struct Files {
    /// What is true of it if no manifest among the files says otherwise.
    about: About,
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
        Ok(Files { about: About::named(name), files: paths.into_iter().map(|path| (path, Content::OnDisk)).collect() })
    }

    /// Files in memory, as (path, content), in this order; `name` is the gazetteer's when no
    /// manifest says another.
    pub fn in_memory<T: Into<Arc<[u8]>>>(name: &str, files: impl IntoIterator<Item = (String, T)>) -> Files {
        let files = files.into_iter().map(|(path, content)| (PathBuf::from(path), Content::Here(content.into())));
        Files { about: About::named(name.to_owned()), files: files.collect() }
    }

    /// The same files, of which this is true if no manifest among them says otherwise.
    #[must_use]
    pub fn with_about(self, about: About) -> Files {
        Files { about, ..self }
    }

    /// Their paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(path, _)| path.as_path())
    }

    /// What the gazetteer says of itself. Reads the manifests only.
    ///
    /// # Errors
    /// When a manifest cannot be read or is malformed.
    pub fn about(&self) -> Result<About, GazetteerError> {
        let mut about = self.about.clone();
        for (path, content) in self.files.iter().filter(|(path, _)| has_extension(path, "toml")) {
            about = manifest(path, &text(path, content)?)?;
        }
        Ok(about)
    }

    /// The digest that [`Files::read`] tells. Reads everything, but parses nothing.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn digest(&self) -> Result<String, GazetteerError> {
        let mut digest = FilesDigest::default();
        let mut block = vec![0; BLOCK];
        for (path, content) in &self.files {
            let failed = |source| GazetteerError::Read { path: path.clone(), source };
            digest.begin(path);
            let mut source = content.open(path).map_err(failed)?;
            loop {
                match source.read(&mut block) {
                    Ok(0) => break,
                    Ok(read) => digest.update(&block[..read]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(failed(error)),
                }
            }
            digest.end();
        }
        Ok(digest.finish())
    }

    /// Reads all files, on all cores, and hands on what their lines say, block by block in the
    /// order of files and lines. Returns which gazetteer it is.
    ///
    /// # Errors
    /// When a file cannot be read or a manifest is malformed. Bad lines are in the blocks.
    pub fn read(&self, mut take: impl FnMut(Block)) -> Result<GazetteerVersion, GazetteerError> {
        let mut about = self.about.clone();
        let mut digest = FilesDigest::default();
        for (path, content) in &self.files {
            digest.begin(path);
            if has_extension(path, "toml") {
                let text = text(path, content)?;
                digest.update(text.as_bytes());
                about = manifest(path, &text)?;
            } else {
                let failed = |source| GazetteerError::Read { path: path.clone(), source };
                let file = Arc::<str>::from(path.to_string_lossy());
                let source = content.open(path).map_err(failed)?;
                in_blocks(source, &mut digest, |text, line| take(block(&file, text, line))).map_err(failed)?;
            }
            digest.end();
        }
        Ok(GazetteerVersion { name: about.name, version: about.version, digest: digest.finish() })
    }
}

impl Content {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Content::OnDisk => Box::new(fs::File::open(path)?),
            Content::Here(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }
}

/// Which files these are: SHA-256 of their names, contents and lengths.
#[derive(Default)]
struct FilesDigest {
    digest: Sha256,
    /// Bytes of the present file so far.
    length: u64,
}

impl FilesDigest {
    fn begin(&mut self, path: &Path) {
        // A gazetteer that was moved is the same gazetteer: names are without folders.
        self.digest.update(path.file_name().unwrap_or_default().as_encoded_bytes());
        self.digest.update([0]);
        self.length = 0;
    }

    fn update(&mut self, bytes: &[u8]) {
        self.digest.update(bytes);
        self.length += bytes.len() as u64;
    }

    fn end(&mut self) {
        self.digest.update(self.length.to_le_bytes());
    }

    fn finish(self) -> String {
        hexadecimal(&self.digest.finalize())
    }
}

fn text(path: &Path, content: &Content) -> Result<String, GazetteerError> {
    let mut text = String::new();
    let read = content.open(path).and_then(|mut source| source.read_to_string(&mut text));
    read.map_err(|source| GazetteerError::Read { path: path.to_owned(), source })?;
    Ok(text)
}

fn manifest(path: &Path, text: &str) -> Result<About, GazetteerError> {
    toml::from_str(text).map_err(|error: toml::de::Error| GazetteerError::Manifest {
        file: path.to_string_lossy().into_owned(),
        problem: error.to_string(),
    })
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Reads whole lines, some megabytes at a time, and hands them on with the number of the
/// first.
fn in_blocks(mut source: impl Read, digest: &mut FilesDigest, mut take: impl FnMut(&str, usize)) -> io::Result<()> {
    let mut line = 1;
    let mut bytes = Vec::new();
    loop {
        let read = source.by_ref().take(BLOCK as u64).read_to_end(&mut bytes)?;
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
            return Ok(());
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
