//! `gazetted gazetteer import`: arguments become a format, files are opened, and what was skipped
//! is told. What a format is like is not known here.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::output::Output;
use crate::{
    cli::{CliError, Outcome, complain, table::printable},
    gazetteer::{
        EntityType, continent,
        import::{
            self, AlternateNames, Column, Delimited, Format, Ftm, Gate, Geonames, Report, Spacy, Types, Wikidata,
        },
    },
};

const TEMPLATE: &str = "{wide_bar} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left ";
const TEMPLATE_WITHOUT_END: &str = "{spinner} {bytes}  {bytes_per_sec} ";
/// Standard input, as an argument and in messages.
const STDIN: &str = "-";

/// Make a list of names of a foreign one.
///
/// The input is read as it is, or unpacked when it is gzip, bzip2, Zstandard or zip. Lines that
/// cannot be entries are skipped; standard error tells how many, why, and where the first are.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    format: FormatArgs,
}

#[derive(Debug, Subcommand)]
enum FormatArgs {
    #[command(after_long_help = super::EXIT_CODES)]
    Geonames(GeonamesArgs),
    #[command(after_long_help = super::EXIT_CODES)]
    Wikidata(WikidataArgs),
    #[command(after_long_help = super::EXIT_CODES)]
    Spacy(SpacyArgs),
    #[command(after_long_help = super::EXIT_CODES)]
    Gate(GateArgs),
    #[command(after_long_help = super::EXIT_CODES)]
    Csv(TableArgs),
    #[command(after_long_help = super::EXIT_CODES)]
    Tsv(TsvArgs),
    #[command(after_long_help = super::EXIT_CODES)]
    Ftm(FtmArgs),
}

/// From where to where.
#[derive(Debug, Args)]
struct Files {
    /// The foreign list; - is standard input, but for gate.
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The list to write: a .jsonl file. It is in its place when it is whole, not before.
    #[arg(short, long, value_name = "OUT", value_parser = jsonl)]
    output: PathBuf,
    /// Write all that was skipped or left out to this file, one line each.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// What foreign classes are with us.
#[derive(Debug, Args)]
struct TypesArgs {
    /// A table of types to lay on the default one: lines of class, type and perhaps kind, parted by
    /// tabs. The type - takes a class out.
    #[arg(long, value_name = "FILE", visible_alias = "classes")]
    types: Option<PathBuf>,
}

/// GeoNames: tables of places (allCountries, cities15000, one country), also as their zip.
#[derive(Debug, Args)]
struct GeonamesArgs {
    #[command(flatten)]
    files: Files,
    /// Only places of these feature classes (P) or codes (P.PPLC).
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    feature_class: Vec<String>,
    /// Only places with so many people or more.
    #[arg(long, value_name = "N", default_value_t = 0)]
    min_population: u64,
    /// Only places of these countries (ISO 3166-1 alpha-2 codes).
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = country)]
    country: Vec<String>,
    /// Which alternate names become aliases.
    #[arg(long, value_enum, default_value_t = AlternateNamesArg::Latin)]
    alternate_names: AlternateNamesArg,
    #[command(flatten)]
    types: TypesArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AlternateNamesArg {
    /// All, with codes of airports and transliterations.
    All,
    /// Those in Latin letters that begin with a capital and are no code of three letters.
    Latin,
    /// None.
    None,
}

/// Wikidata: its JSON dump, as an array or as lines.
#[derive(Debug, Args)]
struct WikidataArgs {
    #[command(flatten)]
    files: Files,
    /// A language of names. May be given several times; an item gets its name from the first that
    /// it has a label in.
    #[arg(long, value_name = "CODE", default_value = "en")]
    language: Vec<String>,
    #[command(flatten)]
    types: TypesArgs,
}

/// spaCy: patterns of an EntityRuler or SpanRuler (JSON lines).
#[derive(Debug, Args)]
struct SpacyArgs {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    types: TypesArgs,
}

/// GATE: a lists.def with the lists beside it, or their folder.
#[derive(Debug, Args)]
struct GateArgs {
    #[command(flatten)]
    files: Files,
    /// What parts a name from its features.
    #[arg(long, value_name = "CHAR", default_value = "\t", hide_default_value = true)]
    separator: char,
    #[command(flatten)]
    types: TypesArgs,
}

/// CSV: a table with commas and double quotes.
#[derive(Debug, Args)]
struct TableArgs {
    #[command(flatten)]
    files: Files,
    /// Which column gives a field, by its header or its number: name=title, name=2, link.wikidata=qid.
    /// May be given several times. Without it those columns count that are called as our fields:
    /// id, type, kind, name, aliases, acronym, short, former, misspelling, demonym, exact, ignore, country,
    /// latitude, longitude, begin, end, context, related, links, weight.
    #[arg(long = "column", value_name = "FIELD=COLUMN")]
    columns: Vec<Column>,
    /// The type of rows that give none.
    #[arg(long = "type", value_name = "TYPE")]
    entity_type: Option<EntityType>,
    /// The kind of rows that give none.
    #[arg(long, value_name = "KIND", default_value = "", hide_default_value = true)]
    kind: String,
    /// The first row is no header.
    #[arg(long)]
    no_header: bool,
    /// What parts several values of a cell.
    #[arg(long, value_name = "CHAR", default_value = "|")]
    separator: char,
}

/// TSV: a table with tabs, in which quotes are letters as any.
#[derive(Debug, Args)]
struct TsvArgs {
    #[command(flatten)]
    table: TableArgs,
}

/// FollowTheMoney: entities as OpenSanctions publishes them (JSON lines).
#[derive(Debug, Args)]
struct FtmArgs {
    #[command(flatten)]
    files: Files,
    #[command(flatten)]
    types: TypesArgs,
}

impl Import {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        let (files, format) = self.format.read()?;
        match &self.format {
            FormatArgs::Gate(_) if files.input.as_os_str() == STDIN => Err(CliError::Usage(
                "gate reads the lists beside its lists.def, so it cannot read standard input; give the folder"
                    .to_owned(),
            )),
            FormatArgs::Gate(_) if files.input.is_dir() => run(&files.input.join("lists.def"), files, &format),
            _ => run(&files.input, files, &format),
        }
    }
}

impl FormatArgs {
    /// The format that the arguments ask for, and its files.
    fn read(&self) -> Result<(&Files, Format), CliError> {
        Ok(match self {
            Self::Geonames(args) => {
                let mut format = Geonames {
                    features: args.feature_class.clone(),
                    min_population: args.min_population,
                    countries: args.country.clone(),
                    alternate_names: match args.alternate_names {
                        AlternateNamesArg::All => AlternateNames::All,
                        AlternateNamesArg::Latin => AlternateNames::Latin,
                        AlternateNamesArg::None => AlternateNames::None,
                    },
                    ..Geonames::default()
                };
                args.types.lay_on(&mut format.types)?;
                (&args.files, Format::Geonames(format))
            }
            Self::Wikidata(args) => {
                let mut format = Wikidata { languages: args.language.clone(), ..Wikidata::default() };
                args.types.lay_on(&mut format.types)?;
                (&args.files, Format::Wikidata(format))
            }
            Self::Spacy(args) => {
                let mut format = Spacy::default();
                args.types.lay_on(&mut format.types)?;
                (&args.files, Format::Spacy(format))
            }
            Self::Gate(args) => {
                let input = &args.files.input;
                let folder = if input.is_dir() { input } else { input.parent().unwrap_or(Path::new("")) };
                let mut format = Gate { separator: args.separator, ..Gate::new(folder) };
                args.types.lay_on(&mut format.types)?;
                (&args.files, Format::Gate(format))
            }
            Self::Csv(table) => (&table.files, table.format(&Delimited::csv())),
            Self::Tsv(TsvArgs { table }) => (&table.files, table.format(&Delimited::tsv())),
            Self::Ftm(args) => {
                let mut format = Ftm::default();
                args.types.lay_on(&mut format.types)?;
                (&args.files, Format::Ftm(format))
            }
        })
    }
}

impl TypesArgs {
    fn lay_on(&self, types: &mut Types) -> Result<(), CliError> {
        if let Some(path) = &self.types {
            let file = path.display().to_string();
            match fs::read_to_string(path) {
                Ok(content) => types.lay(&file, &content)?,
                Err(source) => return Err(CliError::Read { file, source }),
            }
        }
        Ok(())
    }
}

impl TableArgs {
    fn format(&self, table: &Delimited) -> Format {
        Format::Delimited(Delimited {
            header: !self.no_header,
            columns: self.columns.clone(),
            entity_type: self.entity_type,
            kind: self.kind.clone(),
            separator: self.separator,
            ..table.clone()
        })
    }
}

fn run(input: &Path, files: &Files, format: &Format) -> Result<Outcome, CliError> {
    let name = input.display().to_string();
    if name == STDIN {
        return convert(&name, Piped(io::stdin().lock()), &progress(None), files, format);
    }
    let unreadable = |source| CliError::Read { file: name.clone(), source };
    let file = File::open(input).map_err(unreadable)?;
    let bytes = file.metadata().map_err(unreadable)?.len();
    convert(&name, file, &progress(Some(bytes)), files, format)
}

fn convert(
    name: &str,
    input: impl Read + Seek,
    bar: &ProgressBar,
    files: &Files,
    format: &Format,
) -> Result<Outcome, CliError> {
    let mut output = Output::create(&files.output)?;
    let mut log = files.report.as_deref().map(Output::create).transpose()?;
    let mut nowhere = io::sink();
    let log_writer: &mut dyn Write = match &mut log {
        Some(log) => log,
        None => &mut nowhere,
    };
    let report = import::import(format, name, bar.wrap_read(input), &mut output, log_writer);
    bar.finish_and_clear();
    let report = report?;
    output.finish()?;
    log.map(Output::finish).transpose()?;
    tell(&report, files);
    Ok(if report.is_flawed() { Outcome::Flawed } else { Outcome::Good })
}

/// A bar of the bytes read, out of so many if that is known; it hides itself where standard error is
/// no terminal.
fn progress(bytes: Option<u64>) -> ProgressBar {
    let (bar, template) = match bytes {
        Some(bytes) => (ProgressBar::new(bytes), TEMPLATE),
        None => (ProgressBar::no_length(), TEMPLATE_WITHOUT_END),
    };
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// What comes once, from its begin to its end.
struct Piped<R>(R);

impl<R: Read> Read for Piped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl<R> Seek for Piped<R> {
    /// Only zip archives are read from their end.
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        let problem = "a zip archive cannot be read from standard input; give it as a file, or unpack it before";
        Err(io::Error::new(io::ErrorKind::Unsupported, problem))
    }
}

fn tell(report: &Report, files: &Files) {
    let Report { lines, joined, entries, names, tallies } = report;
    complain(format_args!("{lines} lines, {entries} entries and {names} names in {}", files.output.display()));
    if *joined > 0 {
        complain(format_args!("joined: {joined} lines give further names to the entry before"));
    }
    for (reason, tally) in tallies {
        complain(format_args!("{}: {}", reason.name(), tally.count));
        if files.report.is_none() {
            for first in &tally.first {
                complain(format_args!("  {}", printable(first)));
            }
        }
    }
    if let Some(path) = files.report.as_ref().filter(|_| !tallies.is_empty()) {
        complain(format_args!("all of it is in {}", path.display()));
    }
}

fn jsonl(path: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(path);
    if path.extension().is_some_and(|extension| extension == "jsonl") {
        Ok(path)
    } else {
        Err("not a .jsonl file, which a gazetteer is".to_owned())
    }
}

fn country(code: &str) -> Result<String, String> {
    let code = code.to_ascii_uppercase();
    if continent(&code).is_some() { Ok(code) } else { Err("not an ISO 3166-1 alpha-2 code in use".to_owned()) }
}
