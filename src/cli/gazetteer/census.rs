//! The census of lists of names: entries and names under headings.

use std::{collections::HashMap, fmt::Write as _, hash::Hash};

use crate::{
    cli::{colored, table::Table},
    gazetteer::{EntityType, Entry},
};

/// How much of a table to show.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct RowArgs {
    /// Rows of each table at most.
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Show all rows.
    #[arg(long, conflicts_with = "top")]
    all: bool,
}

impl RowArgs {
    fn limit(self) -> usize {
        if self.all { usize::MAX } else { self.top }
    }
}

/// Numbers of entries and of their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) entries: usize,
    pub(super) names: usize,
}

/// The numbers of all entries.
pub(super) fn count<'a>(entries: impl Iterator<Item = &'a Entry>) -> Count {
    tally(entries.map(|entry| ((), entry))).pop().map_or_else(Count::default, |(_, count)| count)
}

/// Entries counted by their headings, the largest first.
pub(super) fn tally<'a, K: Eq + Hash + Ord>(entries: impl Iterator<Item = (K, &'a Entry)>) -> Vec<(K, Count)> {
    let mut counts = HashMap::<K, Count>::new();
    for (key, entry) in entries {
        let count = counts.entry(key).or_default();
        count.entries += 1;
        count.names += entry.aliases.len();
    }
    let mut counts = counts.into_iter().collect::<Vec<_>>();
    counts.sort_by(|(a, one), (b, other)| other.entries.cmp(&one.entries).then_with(|| a.cmp(b)));
    counts
}

/// Writes the census by type and kind.
pub(super) fn kinds<'a>(entries: impl Iterator<Item = &'a Entry>, rows: RowArgs, out: &mut String) {
    let counts = tally(entries.map(|entry| ((entry.entity_type, entry.kind.as_str()), entry)));
    let mut table = Table::new(&["type", "kind", ">entries", ">names"]);
    for ((entity_type, kind), count) in counts.iter().take(rows.limit()) {
        table.typed_row(*entity_type, [or_none(kind), count.entries.to_string(), count.names.to_string()]);
    }
    write(&table, counts.len(), rows, out);
}

/// Writes the census by type.
pub(super) fn types<'a>(entries: impl Iterator<Item = &'a Entry>, out: &mut String) {
    let counts = tally(entries.map(|entry| (entry.entity_type, entry))).into_iter().collect::<HashMap<_, _>>();
    let mut table = Table::new(&["type", ">entries", ">names"]);
    for entity_type in EntityType::ALL {
        let count = counts.get(&entity_type).copied().unwrap_or_default();
        table.typed_row(entity_type, [count.entries.to_string(), count.names.to_string()]);
    }
    table.render(colored(), out);
}

/// Writes the census by a heading of text.
pub(super) fn by<'a>(
    heading: &'static str,
    entries: impl Iterator<Item = (&'a str, &'a Entry)>,
    rows: RowArgs,
    out: &mut String,
) {
    let counts = tally(entries);
    let mut table = Table::new(&[heading, ">entries", ">names"]);
    for (key, count) in counts.iter().take(rows.limit()) {
        table.row([or_none(key), count.entries.to_string(), count.names.to_string()]);
    }
    write(&table, counts.len(), rows, out);
}

fn or_none(key: &str) -> String {
    if key.is_empty() { "(none)".to_owned() } else { key.to_owned() }
}

/// Writes a table and how many rows it leaves out of `all`.
fn write(table: &Table, all: usize, rows: RowArgs, out: &mut String) {
    table.render(colored(), out);
    match all.saturating_sub(rows.limit()) {
        0 => {}
        more => _ = writeln!(out, "and {more} more, with --all"),
    }
}
