//! `gazetted extract`: files in, what they name out.
//!
//! One thread reads (`input`), a pool extracts and formats, the main thread writes in the
//! order of the input (`pipeline`). The three are bound to each other by bounded channels,
//! so memory stays flat however long the input and however slow the reader of our output.

mod article;
mod input;
mod json;
mod pipeline;
mod pretty;
mod progress;
mod spans;

use std::{
    io::{self, IsTerminal as _},
    num::NonZeroUsize,
    path::PathBuf,
};

use clap::ValueEnum;

use super::{CliError, GazetteerArgs, Outcome, options::OptionArgs};
use crate::{
    extraction::{Lexicon, Options},
    gazetteer::EntityType,
    text::OffsetUnit,
};
use article::Document;
use input::{Item, Source};

/// Bytes of an article's title and body together, unless another limit is asked for.
const DEFAULT_MAX_ARTICLE_BYTES: usize = 1 << 20;

/// Extract entities from articles.
///
/// A text file is one article, with its name as id. A JSON-lines file has one article a line:
/// {"id": ..., "title": ..., "body": ...}, where "text" is taken for "body", the id is a string or
/// a number and may be missing (then it is FILE:LINE), the title may be missing, and other fields
/// do not matter. Answers come in the order of the articles. What cannot be read is reported on
/// standard error as FILE:LINE: problem, the rest goes on, and the exit code is 1.
#[derive(Debug, clap::Args)]
pub(super) struct Extract {
    /// Files to read; none or - is standard input.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files hold. Without it: JSON lines in files that end in .jsonl, .ndjson or .json,
    /// text in all others and in standard input.
    #[arg(long, value_enum)]
    input: Option<Form>,
    /// How to write the answers. Without it: pretty on a terminal, json elsewhere.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The unit of offsets in json.
    #[arg(long, value_enum, default_value_t = Unit::Utf8)]
    offsets: Unit,
    /// Types to report, with commas between: PERSON, ORGANIZATION, LOCATION, EVENT. Without it all.
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    types: Vec<EntityType>,
    #[command(flatten)]
    options: OptionArgs,
    /// Explain why each name was found, in pretty and json.
    #[arg(long)]
    explain: bool,
    /// Tell what else each name may mean, in pretty and json.
    #[arg(long)]
    alternatives: bool,
    /// Threads to extract with. Without it as many as there are cores.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Refuse articles whose title and body together have more bytes of UTF-8.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_MAX_ARTICLE_BYTES)]
    max_article_bytes: usize,
    #[command(flatten)]
    gazetteers: GazetteerArgs,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One article.
    Text,
    /// An article a line.
    Jsonl,
}

/// How to write answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: the article with its entities highlighted, in colors where the terminal has them
    /// and NO_COLOR is not set, else as [name](TYPE); then a table of them.
    Pretty,
    /// The service's answer in canonical protobuf JSON, one line an article.
    Json,
    /// One JSON line an article: {"id","text","entities"} with offsets in code points into text,
    /// which is the title, a line feed and the body.
    Spans,
}

/// The unit of offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Unit {
    /// Bytes of UTF-8: Rust, Go.
    Utf8,
    /// UTF-16 code units: Java, JavaScript, C#.
    Utf16,
    /// Unicode code points: Python.
    CodePoints,
}

impl Extract {
    pub(super) fn run(&self, gazetteers: &GazetteerArgs) -> Result<Outcome, CliError> {
        let job = Job {
            lexicon: gazetteers.lexicon(&self.gazetteers)?,
            options: self.options(),
            format: self.format(),
            unit: self.unit(),
            color: super::colored(),
            max_article_bytes: self.max_article_bytes,
        };
        pipeline::run(self.sources(), job, self.threads)
    }

    fn sources(&self) -> Vec<Source> {
        let standard = [PathBuf::from("-")];
        let files = if self.files.is_empty() { &standard } else { self.files.as_slice() };
        files.iter().map(|file| Source::new(file, self.input)).collect()
    }

    fn options(&self) -> Options {
        Options {
            types: self.types.clone(),
            explain: self.explain,
            alternatives: self.alternatives,
            ..self.options.options()
        }
    }

    fn format(&self) -> Format {
        self.format.unwrap_or(if io::stdout().is_terminal() { Format::Pretty } else { Format::Json })
    }

    fn unit(&self) -> OffsetUnit {
        match self.offsets {
            Unit::Utf8 => OffsetUnit::Utf8Bytes,
            Unit::Utf16 => OffsetUnit::Utf16Units,
            Unit::CodePoints => OffsetUnit::CodePoints,
        }
    }
}

/// What is to be done with each article.
#[derive(Debug)]
struct Job {
    lexicon: Lexicon,
    options: Options,
    format: Format,
    unit: OffsetUnit,
    color: bool,
    max_article_bytes: usize,
}

impl Job {
    /// The answer to one article, with its line feed, or what is wrong with the article.
    fn answer(&self, item: Item) -> Result<String, String> {
        let document = Document::read(item, self.max_article_bytes)?;
        match self.format {
            Format::Pretty => Ok(pretty::answer(&document, &self.lexicon, &self.options, self.color)),
            Format::Spans => Ok(spans::answer(&document, &self.lexicon, &self.options)),
            Format::Json => {
                let Document { id, title, body } = &document;
                json::json_line(id, title, body, &self.options, self.unit, &self.lexicon).map(|line| line + "\n")
            }
        }
    }
}
