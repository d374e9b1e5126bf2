//! `gazetted gazetteer`: commands for those who write lists of names, or have them elsewhere.

mod census;
mod check;
mod compile;
mod countries;
mod coverage;
mod diff;
mod export;
mod import;
mod output;
mod remote;
mod stats;

use std::path::PathBuf;

use clap::Subcommand;

use super::{CliError, EXIT_CODES, GazetteerArgs, Outcome};
use crate::{
    defaults,
    gazetteer::{Draft, GazetteerError},
};

/// Check, count, compare, import and export lists of names.
#[derive(Debug, clap::Args)]
pub(super) struct Gazetteer {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(after_long_help = check::EXIT_CODES)]
    Check(check::Check),
    #[command(after_long_help = EXIT_CODES)]
    Stats(stats::Stats),
    #[command(after_long_help = diff::EXIT_CODES)]
    Diff(diff::Diff),
    #[command(after_long_help = EXIT_CODES)]
    Import(Box<import::Import>),
    #[command(after_long_help = EXIT_CODES)]
    Export(export::Export),
    #[command(after_long_help = EXIT_CODES)]
    Compile(compile::Compile),
    #[command(after_long_help = EXIT_CODES)]
    Publish(remote::Publish),
    #[command(after_long_help = remote::EXIT_CODES)]
    History(remote::History),
    #[command(after_long_help = EXIT_CODES)]
    Prune(remote::Prune),
}

impl Gazetteer {
    pub(super) fn run(&self, before: &GazetteerArgs) -> Result<Outcome, CliError> {
        match &self.command {
            Command::Check(command) => command.run(before),
            Command::Stats(command) => command.run(),
            Command::Diff(command) => command.run(),
            Command::Import(command) => command.run(),
            Command::Export(command) => command.run(),
            Command::Compile(command) => command.run(),
            Command::Publish(command) => command.run(),
            Command::History(command) => command.run(),
            Command::Prune(command) => command.run(),
        }
    }
}

/// The gazetteers of the paths; of none, the embedded one.
fn drafts(paths: &[PathBuf]) -> Result<Vec<Draft>, GazetteerError> {
    if paths.is_empty() {
        return Ok(vec![Draft::of(&defaults::files())?]);
    }
    paths.iter().map(|path| Draft::read(path)).collect()
}
