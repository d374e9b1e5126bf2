//! `gazetted completions`: what shells need to complete our arguments.

use clap::CommandFactory as _;

use super::{Cli, CliError, Outcome};

/// Print the completion script of a shell.
///
/// For example: gazetted completions bash > ~/.local/share/bash-completion/completions/gazetted
#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell.
    shell: clap_complete::Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        // Into memory first: `generate` panics when it cannot write.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "gazetted", &mut script);
        super::print(&String::from_utf8_lossy(&script))?;
        Ok(Outcome::Good)
    }
}
