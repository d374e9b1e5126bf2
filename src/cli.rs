//! The command line. A stand-in until the other commands come.

pub mod serve;

use clap::Parser;

/// The arguments.
#[derive(Debug, Parser)]
#[command(name = "gazetted", version)]
pub enum Cli {
    /// Serve.
    Serve(serve::Serve),
}
