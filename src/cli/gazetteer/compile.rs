//! `gazetted gazetteer compile`: a gazetteer as a file that is ready at once.

use std::{io::Write as _, path::PathBuf};

use super::output::Output;
use crate::{
    cli::{CliError, Outcome},
    layer::Layer,
};

/// Compile a gazetteer into one file that loads several times faster.
///
/// The file is for this version of the program: another one refuses it and says so. Use it wherever a
/// gazetteer may be named (--gazetteer). It is checked when it is loaded.
#[derive(Debug, clap::Args)]
pub(super) struct Compile {
    /// A .jsonl file, or a directory of them.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// The file to write. It is in its place when it is whole, not before.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

impl Compile {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        let layer = Layer::load(&self.path)?;
        let mut output = Output::create(&self.output)?;
        let written = output.write_all(&layer.pack());
        written.map_err(|source| CliError::Write { file: self.output.display().to_string(), source })?;
        output.finish()?;
        Ok(Outcome::Good)
    }
}
