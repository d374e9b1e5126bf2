//! `gazetted gazetteer check`: the lint, printed.

use std::{fmt::Write as _, path::PathBuf};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;

use super::census::{self, RowArgs};
use crate::{
    cli::{
        CliError, GazetteerArgs, Outcome, colored, layers,
        table::{paint, printable},
    },
    gazetteer::{Draft, Finding, Severity, lint},
};

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  no errors; with --deny-warnings no warnings either
  1  there are
  2  wrong usage, something could not be read, or the output could not be written";

/// Check lists of names for what is wrong or probably not meant.
///
/// Each PATH is a gazetteer: a .jsonl file, or a directory of them; without PATH the embedded one
/// is checked. Those given are laid one on another, on top of the embedded one and of each
/// --gazetteer, whose ids they may be related to.
///
/// A finding is one line: file:line: severity: entry: message. An error is wrong, a warning
/// probably not meant, a note good to know. After the findings comes a summary.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Gazetteers to check.
    #[arg(value_name = "PATH")]
    lists: Vec<PathBuf>,
    /// How to write the findings.
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
    /// Let warnings fail the check too.
    #[arg(long)]
    deny_warnings: bool,
    #[command(flatten)]
    rows: RowArgs,
    #[command(flatten)]
    gazetteers: GazetteerArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Pretty,
    /// One JSON line for each finding, and one with their numbers.
    Json,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    file: &'a str,
    line: usize,
    severity: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    entry: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct SummaryLine {
    errors: usize,
    warnings: usize,
    notes: usize,
    entries: usize,
    names: usize,
}

impl Check {
    pub(super) fn run(&self, before: &GazetteerArgs) -> Result<Outcome, CliError> {
        let drafts = super::drafts(&self.lists)?;
        let default = !self.lists.is_empty() && !before.no_default_gazetteer && !self.gazetteers.no_default_gazetteer;
        let below = layers(default, before.paths.iter().chain(&self.gazetteers.paths))?;
        let findings = lint(&drafts, &below.records().map(|record| record.to_entry()).collect::<Vec<_>>());
        let mut out = String::new();
        match self.format {
            Format::Pretty => self.pretty(&drafts, &findings, &mut out),
            Format::Json => json(&drafts, &findings, &mut out),
        }
        crate::cli::print(&out)?;
        let failing = if self.deny_warnings { Severity::Warning } else { Severity::Error };
        let failed = findings.iter().any(|finding| finding.severity >= failing);
        Ok(if failed { Outcome::Flawed } else { Outcome::Good })
    }

    fn pretty(&self, drafts: &[Draft], findings: &[Finding], out: &mut String) {
        let color = colored();
        for Finding { place, severity, entry, message } in findings {
            let colon = if entry.is_empty() { "" } else { ": " };
            let _ = write!(out, "{place}: ");
            paint(severity.name(), style(*severity), color, out);
            let _ = writeln!(out, ": {}{colon}{}", printable(entry), printable(message));
        }
        if !findings.is_empty() {
            out.push('\n');
        }
        let entries = || drafts.iter().flat_map(|draft| &draft.entries);
        census::kinds(entries(), self.rows, out);
        out.push('\n');
        census::by("country", entries().map(|entry| (entry.country.as_str(), entry)), self.rows, out);
        let counts = Severity::ALL.map(|severity| counted(number(findings, severity), severity.name()));
        let census = census::count(entries());
        let _ = writeln!(out, "\n{} entries, {} names: {}", census.entries, census.names, counts.join(", "));
    }
}

fn json(drafts: &[Draft], findings: &[Finding], out: &mut String) {
    for Finding { place, severity, entry, message } in findings {
        let (file, line, severity) = (&*place.file, place.line, severity.name());
        push_line(&FindingLine { file, line, severity, entry, message }, out);
    }
    let [errors, warnings, notes] = Severity::ALL.map(|severity| number(findings, severity));
    let census::Count { entries, names } = census::count(drafts.iter().flat_map(|draft| &draft.entries));
    push_line(&SummaryLine { errors, warnings, notes, entries, names }, out);
}

fn push_line(line: &impl Serialize, out: &mut String) {
    out.push_str(&serde_json::to_string(line).expect("plain structs are valid JSON"));
    out.push('\n');
}

/// "1 error", "2 errors".
fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn number(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.severity == severity).count()
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Error => AnsiColor::Red.on_default().bold(),
        Severity::Warning => AnsiColor::Yellow.on_default().bold(),
        Severity::Note => Style::new().dimmed(),
    }
}
