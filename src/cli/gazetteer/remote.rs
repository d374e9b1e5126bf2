//! `gazetted gazetteer publish`, `history` and `prune`: gazetteers at a directory or a prefix of
//! an object store, which replicas follow.

use std::{fmt::Write as _, num::NonZeroUsize, path::PathBuf};

use crate::{
    cli::{
        CliError, Outcome, colored, complain,
        table::{Table, printable},
    },
    gazetteer::Files,
    remote::Remote,
};

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  all went well
  1  nothing was published there yet, or a manifest could not be read
  2  wrong usage, the store could not be asked, or the output could not be written";

/// Publish a gazetteer for replicas to follow.
///
/// Its entries are checked, uploaded as one snapshot, and then made the newest under the next number.
/// What is the newest already is left as it is. Printed are the number, the digest that replicas
/// will report, and the number of entries.
#[derive(Debug, clap::Args)]
pub(super) struct Publish {
    /// A .jsonl file, or a directory of them.
    #[arg(value_name = "PATH")]
    path: PathBuf,
    /// Where to: file:///dir, s3://bucket/prefix, gs://bucket/prefix or az://container/prefix.
    /// Credentials and endpoints are taken from the environment: AWS_*, GOOGLE_*, AZURE_*.
    #[arg(value_name = "URL")]
    url: String,
    /// Publish only if the newest number is N, 0 for none: nobody else published in between.
    #[arg(long, value_name = "N")]
    expect: Option<u64>,
}

/// List what was published at a place, newest first.
#[derive(Debug, clap::Args)]
pub(super) struct History {
    /// Where, as for publish.
    #[arg(value_name = "URL")]
    url: String,
    /// List no more than the newest N.
    #[arg(long, value_name = "N", default_value = "20")]
    last: NonZeroUsize,
}

/// Delete the snapshots of old numbers.
///
/// Their manifests stay, so that no number is given twice.
#[derive(Debug, clap::Args)]
pub(super) struct Prune {
    /// Where, as for publish.
    #[arg(value_name = "URL")]
    url: String,
    /// Keep the snapshots of the newest N numbers.
    #[arg(long, value_name = "N")]
    keep: NonZeroUsize,
}

impl Publish {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        let manifest = Remote::open(&self.url)?.publish(&Files::at(&self.path)?, self.expect)?;
        let mut out = String::new();
        let _ = writeln!(out, "number {}", manifest.number);
        let _ = writeln!(out, "digest {}", manifest.digest);
        let _ = writeln!(out, "entries {}", manifest.entries);
        crate::cli::print(&out)?;
        Ok(Outcome::Good)
    }
}

impl History {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        let mut table = Table::new(&[">number", "name", "version", ">entries", ">bytes", "digest"]);
        let manifests = Remote::open(&self.url)?.history(self.last.get())?;
        let mut outcome = if manifests.is_empty() { Outcome::Flawed } else { Outcome::Good };
        for manifest in manifests {
            match manifest {
                Ok(manifest) => table.row([
                    manifest.number.to_string(),
                    printable(&manifest.gazetteer.name),
                    printable(&manifest.gazetteer.version),
                    manifest.entries.to_string(),
                    manifest.bytes.to_string(),
                    manifest.digest,
                ]),
                Err(error) => {
                    complain(&error);
                    outcome = Outcome::Flawed;
                }
            }
        }
        let mut out = String::new();
        table.render(colored(), &mut out);
        crate::cli::print(&out)?;
        Ok(outcome)
    }
}

impl Prune {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        let deleted = Remote::open(&self.url)?.prune(self.keep)?;
        crate::cli::print(&format!("deleted {deleted}\n"))?;
        Ok(Outcome::Good)
    }
}
