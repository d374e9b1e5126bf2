//! `gazetted gazetteer export`: lists of ours in the formats of other programs.

use std::path::PathBuf;

use clap::ValueEnum;

use super::output::Output;
use crate::{
    cli::{CliError, Outcome, layers},
    gazetteer::{export_csv, export_spacy},
};

/// Write lists of names for other programs.
///
/// Each PATH is a gazetteer: a .jsonl file, or a directory of them, each laid on those before it;
/// without PATH the embedded one is written.
#[derive(Debug, clap::Args)]
pub(super) struct Export {
    /// The format to write.
    #[arg(value_enum, value_name = "FORMAT")]
    format: Format,
    /// Gazetteers to write.
    #[arg(value_name = "PATH")]
    lists: Vec<PathBuf>,
    /// The file to write. It is in its place when it is whole, not before.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A table that `import csv` reads back; the case rules of names are lost.
    Csv,
    /// Patterns of spaCy's EntityRuler, one JSON line for each name but demonyms.
    Spacy,
}

impl Export {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        let lexicon = layers(self.lists.is_empty(), &self.lists)?;
        let entries = lexicon.records().map(|record| record.to_entry()).collect::<Vec<_>>();
        let mut output = Output::create(&self.output)?;
        let written = match self.format {
            Format::Csv => export_csv(&entries, &mut output),
            Format::Spacy => export_spacy(&entries, &mut output),
        };
        written.map_err(|source| CliError::Write { file: self.output.display().to_string(), source })?;
        output.finish()?;
        Ok(Outcome::Good)
    }
}
