//! Reading: files and standard input become items, a bounded group at a time.
//!
//! It cuts, and knows neither JSON nor text encodings. Lines are read one by one with a limit,
//! so that neither a long file nor a long line fills the memory.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, IsTerminal as _, Read},
    mem,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::Form;

/// Bytes read at a time.
const BUFFER: usize = 1 << 17;
/// Bytes of a group: enough that handing it over costs nothing beside the work, little
/// enough that all threads have some.
const GROUP: usize = 1 << 16;
/// A line may have this many times the bytes of an article, and [`LINE_EXTRA`] more: JSON may
/// write six bytes for one, and other fields may be there.
const LINE_FACTOR: usize = 8;
/// See [`LINE_FACTOR`].
const LINE_EXTRA: usize = 1 << 20;

/// A file to read, or standard input.
#[derive(Clone, Debug)]
pub(super) struct Source {
    path: PathBuf,
    form: Form,
}

/// What is to become one article.
#[derive(Debug)]
pub(super) struct Item {
    /// The file as it was named to us.
    pub(super) file: Arc<str>,
    /// The line, counted from 1, where a line is an article.
    pub(super) line: Option<u64>,
    /// Bytes read for it.
    pub(super) size: u64,
    pub(super) content: Content,
}

/// The bytes of an item.
#[derive(Debug)]
pub(super) enum Content {
    /// A whole file.
    Text(Vec<u8>),
    /// A line of JSON.
    Json(Vec<u8>),
    /// Could not be read, for this reason.
    Bad(String),
}

/// That nobody takes items any more.
#[derive(Debug)]
pub(super) struct Closed;

impl Item {
    /// Where it stands: FILE or FILE:LINE.
    pub(super) fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.to_string(),
        }
    }
}

impl Source {
    /// A source of a form, or of the form that its extension says; `-` is standard input.
    pub(super) fn new(path: &Path, form: Option<Form>) -> Source {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        let lines = ["jsonl", "ndjson", "json"].iter().any(|known| extension == *known);
        let form = form.unwrap_or(if lines { Form::Jsonl } else { Form::Text });
        Source { path: path.to_owned(), form }
    }

    /// Its bytes, where they can be known before reading.
    pub(super) fn size(&self) -> Option<u64> {
        let metadata = self.path.metadata().ok().filter(|_| !self.is_standard_input())?;
        metadata.is_file().then_some(metadata.len())
    }

    fn is_standard_input(&self) -> bool {
        self.path.as_os_str() == "-"
    }

    fn open(&self) -> io::Result<Box<dyn Read>> {
        if !self.is_standard_input() {
            let file = File::open(&self.path)?;
            return if file.metadata()?.is_dir() {
                Err(io::ErrorKind::IsADirectory.into())
            } else {
                Ok(Box::new(file))
            };
        }
        if io::stdin().is_terminal() {
            crate::cli::complain("reading standard input; end with Ctrl-D");
        }
        Ok(Box::new(io::stdin()))
    }
}

/// Reads all sources, handing groups of items to `take`. Returns how many could be opened.
pub(super) fn read(
    sources: &[Source],
    max_article_bytes: usize,
    take: impl FnMut(Vec<Item>) -> Result<(), Closed>,
) -> Result<usize, Closed> {
    let mut groups = Groups { take, items: Vec::new(), bytes: 0 };
    let mut opened = 0;
    for source in sources {
        let file = Arc::<str>::from(source.path.to_string_lossy());
        match source.open() {
            Ok(reader) => {
                opened += 1;
                let reader = BufReader::with_capacity(BUFFER, reader);
                match source.form {
                    Form::Text => groups.push(read_text(&file, reader, max_article_bytes))?,
                    Form::Jsonl => read_lines(&file, reader, max_article_bytes, &mut groups)?,
                }
            }
            Err(error) => groups.push(bad(&file, None, 0, error.to_string()))?,
        }
    }
    groups.hand_over()?;
    Ok(opened)
}

fn read_text(file: &Arc<str>, reader: impl Read, limit: usize) -> Item {
    let mut bytes = Vec::new();
    match reader.take(limit as u64 + 1).read_to_end(&mut bytes) {
        Err(error) => bad(file, None, bytes.len(), error.to_string()),
        Ok(size) if size > limit => bad(file, None, size, format!("more than {limit} bytes, which is the limit")),
        Ok(size) => Item { file: file.clone(), line: None, size: size as u64, content: Content::Text(bytes) },
    }
}

fn read_lines<T: FnMut(Vec<Item>) -> Result<(), Closed>>(
    file: &Arc<str>,
    mut reader: BufReader<impl Read>,
    max_article_bytes: usize,
    groups: &mut Groups<T>,
) -> Result<(), Closed> {
    let limit = max_article_bytes.saturating_mul(LINE_FACTOR).saturating_add(LINE_EXTRA);
    for number in 1.. {
        // The next read may wait for whoever writes to us: let go of what is complete.
        if !reader.buffer().contains(&b'\n') {
            groups.hand_over()?;
        }
        match read_line(&mut reader, limit) {
            Ok(None) => break,
            Ok(Some(Line::Fits(bytes))) => {
                let size = bytes.len() as u64;
                let text = if number == 1 { without_bom(bytes) } else { bytes };
                if !text.trim_ascii().is_empty() {
                    groups.push(Item { file: file.clone(), line: Some(number), size, content: Content::Json(text) })?;
                }
            }
            Ok(Some(Line::TooLong(size))) => {
                let problem = format!("a line of {size} bytes; the limit is {limit}");
                groups.push(bad(file, Some(number), size, problem))?;
            }
            Err(error) => {
                groups.push(bad(file, Some(number), 0, error.to_string()))?;
                break;
            }
        }
    }
    Ok(())
}

/// A line with its line feed, if it has one.
enum Line {
    Fits(Vec<u8>),
    /// More bytes than allowed: this many. They have been passed over.
    TooLong(usize),
}

fn read_line(reader: &mut impl BufRead, limit: usize) -> io::Result<Option<Line>> {
    let mut bytes = Vec::new();
    let size = reader.by_ref().take(limit as u64 + 1).read_until(b'\n', &mut bytes)?;
    Ok(match size {
        0 => None,
        _ if size <= limit || bytes.ends_with(b"\n") => Some(Line::Fits(bytes)),
        _ => Some(Line::TooLong(size + reader.skip_until(b'\n')?)),
    })
}

fn without_bom(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with("\u{feff}".as_bytes()) {
        bytes.drain(..'\u{feff}'.len_utf8());
    }
    bytes
}

fn bad(file: &Arc<str>, line: Option<u64>, size: usize, problem: String) -> Item {
    Item { file: file.clone(), line, size: size as u64, content: Content::Bad(problem) }
}

/// Gathers items into groups.
struct Groups<T> {
    take: T,
    items: Vec<Item>,
    bytes: u64,
}

impl<T: FnMut(Vec<Item>) -> Result<(), Closed>> Groups<T> {
    fn push(&mut self, item: Item) -> Result<(), Closed> {
        self.bytes += item.size;
        self.items.push(item);
        if self.bytes >= GROUP as u64 { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> Result<(), Closed> {
        self.bytes = 0;
        if self.items.is_empty() { Ok(()) } else { (self.take)(mem::take(&mut self.items)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(content: &str, max_article_bytes: usize) -> Vec<(u64, String)> {
        let mut found = Vec::new();
        let take = |items: Vec<Item>| {
            found.extend(items.into_iter().map(|item| match item.content {
                Content::Json(bytes) => (item.line.unwrap(), String::from_utf8(bytes).unwrap()),
                content => (item.line.unwrap(), format!("{content:?}")),
            }));
            Ok(())
        };
        let mut groups = Groups { take, items: Vec::new(), bytes: 0 };
        read_lines(&"x".into(), BufReader::new(content.as_bytes()), max_article_bytes, &mut groups).unwrap();
        groups.hand_over().unwrap();
        found
    }

    #[test]
    fn numbers_lines_and_passes_over_empty_ones() {
        let found = lines("\u{feff}{1}\n\r\n  \n{4}", 100);
        assert_eq!(found, [(1, "{1}\n".to_owned()), (4, "{4}".to_owned())]);
    }

    #[test]
    fn a_line_over_the_limit_is_named_and_passed_over() {
        let long = "x".repeat(LINE_EXTRA + 9);
        let found = lines(&format!("{long}\nnext"), 1);
        assert_eq!(found[0], (1, "Bad(\"a line of 1048586 bytes; the limit is 1048584\")".to_owned()));
        assert_eq!(found[1], (2, "next".to_owned()));
    }

    #[test]
    fn many_small_items_become_few_groups() {
        let mut groups = Vec::new();
        let take = |items: Vec<Item>| {
            groups.push(items.len());
            Ok(())
        };
        let mut gather = Groups { take, items: Vec::new(), bytes: 0 };
        for _ in 0..300 {
            gather.push(bad(&"x".into(), None, 1000, String::new())).unwrap();
        }
        gather.hand_over().unwrap();
        assert_eq!(groups.iter().sum::<usize>(), 300);
        assert_eq!(groups.len(), 300usize.div_ceil(GROUP / 1000 + 1));
    }
}
