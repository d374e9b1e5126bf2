//! `gazetted lookup`: what a name may mean, by the gazetteers alone.

use clap::ValueEnum;
use serde::Serialize;

use super::{CliError, GazetteerArgs, Outcome, table::Table};
use crate::gazetteer::{AliasRecord, EntityType, Record};

/// Show what a name may mean.
///
/// Case, accents, hyphens and quotes do not matter. Ends with exit code 1 when a name is in no
/// gazetteer.
#[derive(Debug, clap::Args)]
pub(super) struct Lookup {
    /// The name, as one argument: "Boris Johnson".
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// How to write the answer.
    #[arg(long, value_enum, default_value_t = Format::Pretty)]
    format: Format,
    #[command(flatten)]
    gazetteers: GazetteerArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people.
    Pretty,
    /// One JSON line for each name.
    Json,
}

/// What one name may mean.
#[derive(Serialize)]
struct Answer<'a> {
    name: &'a str,
    meanings: Vec<Meaning<'a>>,
}

/// One thing that a name may mean.
#[derive(Serialize)]
struct Meaning<'a> {
    #[serde(rename = "type")]
    entity_type: &'static str,
    entry_id: &'a str,
    name: &'a str,
    kind: &'a str,
    /// The alias that the name is, and how it names the entry.
    alias: &'a str,
    alias_kind: &'static str,
    country_code: &'a str,
    weight: f32,
    /// The weight as a share of all that the name may mean.
    share: f32,
    aliases: Vec<&'a str>,
    #[serde(skip)]
    typed: EntityType,
}

impl Lookup {
    pub(super) fn run(&self, gazetteers: &GazetteerArgs) -> Result<Outcome, CliError> {
        let lexicon = gazetteers.lexicon(&self.gazetteers)?;
        let mut outcome = Outcome::Good;
        let mut out = String::new();
        for name in &self.names {
            let answer = Answer { name, meanings: meanings(&lexicon.lookup(name)) };
            if answer.meanings.is_empty() {
                super::complain(format_args!("{name:?} is in no gazetteer"));
                outcome = Outcome::Flawed;
            }
            match self.format {
                Format::Pretty => pretty(&answer, &mut out),
                Format::Json => {
                    out.push_str(&serde_json::to_string(&answer).expect("plain structs are valid JSON"));
                    out.push('\n');
                }
            }
        }
        super::print(&out)?;
        Ok(outcome)
    }
}

fn meanings<'a>(found: &[(Record<'a>, AliasRecord<'a>)]) -> Vec<Meaning<'a>> {
    let total = found.iter().map(|(entry, _)| entry.weight).sum::<f32>();
    let even = 1.0 / found.len().max(1) as f32;
    let share = |weight: f32| if total > 0.0 { weight / total } else { even };
    let meaning = |(entry, alias): &(Record<'a>, AliasRecord<'a>)| Meaning {
        entity_type: entry.entity_type.name(),
        entry_id: entry.id,
        name: entry.name(),
        kind: entry.kind,
        alias: alias.text,
        alias_kind: alias.kind.name(),
        country_code: entry.country,
        weight: entry.weight,
        share: (share(entry.weight) * 1000.0).round() / 1000.0,
        aliases: entry.aliases.iter().skip(1).map(|alias| alias.text).collect(),
        typed: entry.entity_type,
    };
    found.iter().map(meaning).collect()
}

fn pretty(answer: &Answer<'_>, out: &mut String) {
    if answer.meanings.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let mut table = Table::new(&["type", "id", "name", "as", "country", ">weight", ">share", "aliases"]);
    for meaning in &answer.meanings {
        let row = [
            meaning.entry_id.to_owned(),
            meaning.name.to_owned(),
            meaning.alias_kind.to_owned(),
            meaning.country_code.to_owned(),
            format!("{:.2}", meaning.weight),
            format!("{:.0}%", meaning.share * 100.0),
            meaning.aliases.join(", "),
        ];
        table.typed_row(meaning.typed, row);
    }
    table.render(super::colored(), out);
}
