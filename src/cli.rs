//! The command line: arguments in, an exit code out.
//!
//! It reads files, drives the core and writes what comes of it. Nothing here knows what a
//! name is. Answers go to standard output, everything else to standard error; which exit
//! code means what stands in `EXIT_CODES` and is decided in `run`, nowhere else.

mod completions;
mod eval;
mod extract;
mod gazetteer;
mod json_lines;
mod lookup;
mod options;
mod serve;
mod table;
mod tune;

use std::{
    fmt,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use clap::{Parser, Subcommand};
use rayon::prelude::*;

use crate::{
    defaults,
    extraction::Lexicon,
    gazetteer::{GazetteerError, import::ImportError},
    layer::{Layer, LayerError},
    remote::RemoteError,
};

const EXIT_CODES: &str = "\
Exit codes:
  0  all went well; also when the reader of our output went away early
  1  some input was bad and was skipped, a threshold was not met, or nothing was found
  2  wrong usage, nothing could be read, or the output could not be written";

/// Finds the people, organizations, locations and events that news articles name.
#[derive(Debug, Parser)]
#[command(name = "gazetted", version, after_help = EXIT_CODES, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    gazetteers: GazetteerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(after_long_help = EXIT_CODES)]
    Extract(Box<extract::Extract>),
    #[command(after_long_help = EXIT_CODES)]
    Eval(Box<eval::Eval>),
    #[command(after_long_help = EXIT_CODES)]
    Tune(Box<tune::Tune>),
    #[command(after_long_help = EXIT_CODES)]
    Lookup(lookup::Lookup),
    Gazetteer(gazetteer::Gazetteer),
    #[command(after_long_help = EXIT_CODES)]
    Serve(Box<serve::Serve>),
    Completions(completions::Completions),
}

/// Which lists of names to use. They may stand before the command and after it: clap's global
/// arguments would forget those before when there are some after, so each command has its own.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Gazetteers")]
struct GazetteerArgs {
    /// A gazetteer to lay on the default one: a .jsonl file, or a directory of them. May be
    /// given several times; a later one overrides entries of the same id.
    #[arg(long = "gazetteer", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Do not use the embedded gazetteer; its clue lists (titles, given names) stay.
    #[arg(long)]
    no_default_gazetteer: bool,
}

impl GazetteerArgs {
    /// Loads and compiles the gazetteers of the arguments before the command and after it.
    fn lexicon(&self, after: &GazetteerArgs) -> Result<Lexicon, CliError> {
        let default = !self.no_default_gazetteer && !after.no_default_gazetteer;
        Ok(layers(default, self.paths.iter().chain(&after.paths))?)
    }
}

/// The embedded gazetteer, if wanted, and those of the paths on top of it.
fn layers<'a>(default: bool, paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<Lexicon, LayerError> {
    let paths = paths.into_iter().collect::<Vec<_>>();
    let load = || paths.par_iter().map(|path| Layer::load(path).map(Arc::new)).collect::<Result<Vec<_>, _>>();
    let (embedded, layers) = rayon::join(|| default.then(|| Arc::new(defaults::layer())), load);
    Ok(Lexicon::stack(embedded.into_iter().chain(layers?)))
}

impl Cli {
    fn execute(&self) -> Result<Outcome, CliError> {
        match &self.command {
            Command::Extract(command) => command.run(&self.gazetteers),
            Command::Eval(command) => command.run(&self.gazetteers),
            Command::Tune(command) => command.run(&self.gazetteers),
            Command::Lookup(command) => command.run(&self.gazetteers),
            Command::Gazetteer(command) => command.run(&self.gazetteers),
            Command::Serve(command) => {
                command.run(&self.gazetteers)?;
                Ok(Outcome::Good)
            }
            Command::Completions(command) => command.run(),
        }
    }
}

/// How a command that could do its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All went well.
    Good,
    /// Some input was bad, a threshold was not met, or nothing was found. It has been said.
    Flawed,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
enum CliError {
    /// A gazetteer could not be loaded.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerError),
    /// The gazetteers could not be compiled.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// The server could not be run.
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
    /// No threads.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// None of the inputs could be opened. Each has been named already.
    #[error("nothing could be read")]
    NothingRead,
    /// A file could not be read.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// What went wrong.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {file}: {source}")]
    Write {
        /// The file.
        file: String,
        /// What went wrong.
        source: io::Error,
    },
    /// A foreign list could not be imported.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// A gazetteer that replicas serve could not be read or published.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// An evaluation set is not as it should be.
    #[error("{0}")]
    Gold(String),
    /// Arguments that do not go together.
    #[error("{0}")]
    Usage(String),
    /// Standard output cannot be written to.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
}

impl CliError {
    /// Whether the reader of our output has gone, as `head` does: no error of ours.
    fn is_closed_pipe(&self) -> bool {
        matches!(self, CliError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Runs the command that the process's arguments name.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    match cli.execute() {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Flawed) => ExitCode::from(1),
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

/// Says what is wrong with the arguments, or prints the help that they ask for.
fn refuse(error: &clap::Error) -> ExitCode {
    match error.render().to_string().strip_prefix("error: ") {
        Some(message) if error.use_stderr() => complain(message.trim_end()),
        // When even this cannot be written there is nobody left to tell.
        _ => _ = error.print(),
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Writes a message to standard error under our name.
fn complain(message: impl fmt::Display) {
    // Not eprintln!, which panics when standard error is closed.
    let _ = writeln!(io::stderr(), "gazetted: {message}");
}

/// Writes the whole answer of a command that has just one.
fn print(answer: &str) -> Result<(), CliError> {
    let mut out = anstream::stdout().lock();
    out.write_all(answer.as_bytes()).and_then(|()| out.flush()).map_err(CliError::Output)
}

/// Whether standard output takes colors: a terminal, and not NO_COLOR.
fn colored() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn arguments_are_consistent() {
        super::Cli::command().debug_assert();
    }
}
