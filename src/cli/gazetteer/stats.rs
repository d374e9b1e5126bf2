//! `gazetted gazetteer stats`: what lists of names hold, and how much of the world and of
//! marked texts they cover.

use std::{path::PathBuf, sync::Arc};

use super::{
    census::{self, RowArgs},
    countries, coverage,
};
use crate::{
    cli::{CliError, Outcome, colored, eval::gold, table::Table},
    extraction::Lexicon,
    gazetteer::{AliasKind, Draft, continent},
    layer::Layer,
};

/// Count lists of names by type, kind, country and file.
///
/// Each PATH is a gazetteer: a .jsonl file, or a directory of them; without PATH the embedded one
/// is counted.
#[derive(Debug, clap::Args)]
pub(super) struct Stats {
    /// Gazetteers to count.
    #[arg(value_name = "PATH")]
    lists: Vec<PathBuf>,
    /// Show how much of these evaluation sets the lists cover: which share of the names that
    /// people have marked is listed with its type, and how often what is listed is marked where it
    /// stands. Demonyms are left out.
    #[arg(long, value_name = "GOLD", num_args = 1..)]
    coverage: Vec<PathBuf>,
    /// Show for each country its capital, its leader, its foreign minister and how many
    /// organizations it has, and what is missing.
    #[arg(long)]
    countries: bool,
    #[command(flatten)]
    rows: RowArgs,
}

impl Stats {
    pub(super) fn run(&self) -> Result<Outcome, CliError> {
        let drafts = super::drafts(&self.lists)?;
        let sets = self.coverage.iter().map(|path| gold::read(path, "gold")).collect::<Result<Vec<_>, _>>()?;
        let mut out = String::new();
        self.census(&drafts, &mut out);
        if self.countries {
            out.push('\n');
            countries::report(&drafts, &mut out);
        }
        let layer = |draft: Draft| Ok::<_, CliError>(Arc::new(Layer::compile(draft.finish()?)?));
        let layers = drafts.into_iter().map(layer).collect::<Result<Vec<_>, _>>()?;
        if !sets.is_empty() {
            out.push('\n');
            coverage::report(&Lexicon::stack(layers), &sets, &mut out)?;
        }
        crate::cli::print(&out)?;
        Ok(Outcome::Good)
    }

    fn census(&self, drafts: &[Draft], out: &mut String) {
        let entries = || drafts.iter().flat_map(|draft| &draft.entries);
        census::types(entries(), out);
        out.push('\n');
        census::kinds(entries(), self.rows, out);
        out.push('\n');
        let on_continents = entries().map(|entry| (continent(&entry.country).unwrap_or_default(), entry));
        census::by("continent", on_continents, self.rows, out);
        out.push('\n');
        census::by("country", entries().map(|entry| (entry.country.as_str(), entry)), self.rows, out);
        out.push('\n');
        let in_files = drafts.iter().flat_map(|draft| draft.places.iter().zip(&draft.entries));
        census::by("file", in_files.map(|(place, entry)| (&*place.file, entry)), self.rows, out);
        out.push('\n');
        let mut table = Table::new(&["names by kind", ">names"]);
        for kind in AliasKind::ALL {
            let names = entries().flat_map(|entry| &entry.aliases).filter(|alias| alias.kind == kind).count();
            table.row([kind.name().to_owned(), names.to_string()]);
        }
        table.render(colored(), out);
    }
}
