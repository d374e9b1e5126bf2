//! `gazetted gazetteer diff`: what differs between two lists, printed.

use std::{fmt::Write as _, path::PathBuf};

use anstyle::AnsiColor;
use clap::ValueEnum;
use serde::Serialize;

use crate::{
    cli::{
        CliError, Outcome, colored,
        table::{paint, printable},
    },
    gazetteer::{self, Entry, Gazetteer, MeaningChange},
};

pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0  the lists say the same
  1  they differ
  2  wrong usage, something could not be read, or the output could not be written";

/// Show what differs between two lists of names.
///
/// A and B are gazetteers: .jsonl files, or directories of them. Shown are the entries that only B
/// has (+), those that only A has (-), those that differ, with the fields in which they do (~), and
/// the names, in any case and without accents, that both have but that name other entries (?). An
/// entry whose id changed is known by its links. The order of aliases is no difference.
#[derive(Debug, clap::Args)]
pub(super) struct Diff {
    /// The list as it was.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The list as it is.
    #[arg(value_name = "B")]
    after: PathBuf,
    /// How to write the differences.
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Pretty,
    /// One JSON line for each difference, and one with their numbers.
    Json,
}

#[derive(Serialize)]
#[serde(tag = "difference", rename_all = "lowercase")]
enum Line<'a> {
    Added {
        id: &'a str,
        name: &'a str,
    },
    Removed {
        id: &'a str,
        name: &'a str,
    },
    Changed {
        id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        new_id: Option<&'a str>,
        name: &'a str,
        fields: &'a [&'static str],
    },
    Meaning {
        name: &'a str,
        lost: &'a [&'a str],
        gained: &'a [&'a str],
    },
    Summary {
        added: usize,
        removed: usize,
        changed: usize,
        meanings: usize,
    },
}

impl Diff {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        let (before, after) = (Gazetteer::load(&self.before)?, Gazetteer::load(&self.after)?);
        let diff = gazetteer::diff(&before.entries, &after.entries);
        let mut out = String::new();
        for line in lines(&diff) {
            match self.format {
                Format::Pretty => pretty(&line, &mut out),
                Format::Json => {
                    out.push_str(&serde_json::to_string(&line).expect("plain structs are valid JSON"));
                    out.push('\n');
                }
            }
        }
        crate::cli::print(&out)?;
        Ok(if diff.is_empty() { Outcome::Good } else { Outcome::Flawed })
    }
}

fn lines<'a>(diff: &'a gazetteer::Diff<'a>) -> impl Iterator<Item = Line<'a>> {
    let both = |entry: &'a Entry| (entry.id.as_str(), entry.name());
    let added = diff.added.iter().map(move |entry| both(entry)).map(|(id, name)| Line::Added { id, name });
    let removed = diff.removed.iter().map(move |entry| both(entry)).map(|(id, name)| Line::Removed { id, name });
    let changed = diff.changed.iter().map(move |change| {
        let ((id, name), new_id) = (both(change.before), change.after.id.as_str());
        Line::Changed { id, new_id: Some(new_id).filter(|new| *new != id), name, fields: &change.fields }
    });
    let meanings =
        diff.meanings.iter().map(|MeaningChange { form, lost, gained }| Line::Meaning { name: form, lost, gained });
    let summary = Line::Summary {
        added: diff.added.len(),
        removed: diff.removed.len(),
        changed: diff.changed.len(),
        meanings: diff.meanings.len(),
    };
    added.chain(removed).chain(changed).chain(meanings).chain([summary])
}

fn pretty(line: &Line<'_>, out: &mut String) {
    let color = colored();
    let mark = |sign: &str, ink: AnsiColor, out: &mut String| paint(sign, ink.on_default().bold(), color, out);
    let _ = match line {
        Line::Added { id, name } => {
            mark("+", AnsiColor::Green, out);
            writeln!(out, " {}: {}", printable(id), printable(name))
        }
        Line::Removed { id, name } => {
            mark("-", AnsiColor::Red, out);
            writeln!(out, " {}: {}", printable(id), printable(name))
        }
        Line::Changed { id, new_id, name, fields } => {
            mark("~", AnsiColor::Yellow, out);
            let new = new_id.map(|new| format!(" -> {}", printable(new))).unwrap_or_default();
            writeln!(out, " {}{new}: {}: {}", printable(id), printable(name), fields.join(", "))
        }
        Line::Meaning { name, lost, gained } => {
            mark("?", AnsiColor::Magenta, out);
            let signed =
                |sign: &str, ids: &[&str]| ids.iter().map(|id| format!(" {sign}{}", printable(id))).collect::<String>();
            writeln!(out, " {:?}:{}{}", printable(name), signed("-", lost), signed("+", gained))
        }
        Line::Summary { added, removed, changed, meanings } => {
            writeln!(out, "{added} added, {removed} removed, {changed} changed, {meanings} names of another meaning")
        }
    };
}
