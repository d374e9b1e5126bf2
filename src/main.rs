//! The program.

use std::process::ExitCode;

use clap::Parser as _;
use gazetted::cli::Cli;

fn main() -> ExitCode {
    let Cli::Serve(serve) = Cli::parse();
    match serve.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gazetted: {error}");
            ExitCode::FAILURE
        }
    }
}
