//! Foreign lists of names become entries of ours, one line or record after another.
//!
//! Each format has a file below; all of them read what `source` has unpacked, give their
//! entries and their complaints to one `Sink`, and hold no more than a record at a time. What
//! a foreign class or code is with us stands in a table of types beside each format. Nothing
//! here chooses files, shows progress or decides where the entries go.

mod delimited;
mod ftm;
mod gate;
mod geonames;
mod lines;
mod records;
mod sink;
mod source;
mod spacy;
mod types;
mod wikidata;

use std::io::{self, Read, Seek, Write};

pub use delimited::{Column, Delimited, Field};
pub(super) use delimited::{id_cell, join};
pub use ftm::Ftm;
pub use gate::Gate;
pub use geonames::{AlternateNames, Geonames};
pub use sink::{Reason, Report, Tally};
pub use spacy::Spacy;
pub use types::Types;
pub use wikidata::Wikidata;

use sink::{Sink, Skip};

use super::{Alias, AliasKind, CaseRule, EntityType, Entry, EntryId, format};
use crate::text::fold;

/// Bytes of the name's part of an id.
const MAX_SLUG: usize = 80;

/// A foreign format, with what may be chosen about it.
#[derive(Clone, Debug)]
pub enum Format {
    /// GeoNames' tables of places.
    Geonames(Geonames),
    /// Wikidata's JSON dump.
    Wikidata(Wikidata),
    /// spaCy's patterns of its EntityRuler and SpanRuler.
    Spacy(Spacy),
    /// GATE's lists, by their `lists.def`.
    Gate(Gate),
    /// Any table with columns.
    Delimited(Delimited),
    /// FollowTheMoney entities, as OpenSanctions publishes them.
    Ftm(Ftm),
}

/// Why an import could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The input cannot be read, or not be unpacked.
    #[error("{file}: {source}")]
    Read {
        /// The file.
        file: String,
        /// What went wrong.
        source: io::Error,
    },
    /// The entries cannot be written.
    #[error("cannot write the entries: {0}")]
    Write(io::Error),
    /// The report cannot be written.
    #[error("cannot write the report: {0}")]
    Report(io::Error),
    /// A table of types is not as it should be.
    #[error("{file}:{line}: {problem}")]
    Types {
        /// The table.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A column that is asked for does not exist, or one that is needed was not named.
    #[error("{file}: {problem}")]
    Columns {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
    },
}

/// Reads a foreign list and writes entries to `out`, one JSON line each; every line that gives no
/// entry, or a lesser one, is written to `log` and counted. `file` is the input's name in
/// messages.
///
/// # Errors
/// When something cannot be read or written at all. Bad lines are no error: they are counted.
pub fn import(
    format: &Format,
    file: &str,
    input: impl Read + Seek,
    out: &mut dyn Write,
    log: &mut dyn Write,
) -> Result<Report, ImportError> {
    let mut sink = Sink::new(file, out, log);
    source::unpack(file, input, |input| match format {
        Format::Geonames(format) => format.read(input, &mut sink),
        Format::Wikidata(format) => format.read(input, &mut sink),
        Format::Spacy(format) => format.read(input, &mut sink),
        Format::Gate(format) => format.read(input, &mut sink),
        Format::Delimited(format) => format.read(input, &mut sink),
        Format::Ftm(format) => format.read(input, &mut sink),
    })?;
    sink.finish()
}

/// An entry with a name and nothing else.
fn entry(entity_type: EntityType, kind: &str, id: String, name: &str) -> Entry {
    Entry {
        id: EntryId(id),
        entity_type,
        kind: kind.to_owned(),
        aliases: vec![alias(name, AliasKind::Name)],
        country: String::new(),
        coordinates: None,
        begin: String::new(),
        end: String::new(),
        context: Vec::new(),
        related: Vec::new(),
        links: Vec::new(),
        weight: format::DEFAULT_WEIGHT,
    }
}

fn alias(text: &str, kind: AliasKind) -> Alias {
    Alias { text: text.split_whitespace().collect::<Vec<_>>().join(" "), kind, case: CaseRule::Smart }
}

/// How an alias of a foreign list, which does not say so, probably names its entry.
fn alias_kind(text: &str, entity_type: EntityType) -> AliasKind {
    let word = !text.contains(char::is_whitespace);
    if word && (2..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'.') {
        AliasKind::Acronym
    } else if word && entity_type == EntityType::Person {
        AliasKind::Short
    } else {
        AliasKind::Name
    }
}

/// The aliases of a source where anybody may add some, each with its probable kind. Those without a
/// capital are left out: "be" for Belgium would be found in every sentence.
fn aliases<'a>(
    texts: impl Iterator<Item = &'a String>,
    entity_type: EntityType,
    notes: &mut lines::Notes,
) -> Vec<Alias> {
    let mut aliases = Vec::new();
    for text in texts {
        let lower_case = text.contains(char::is_lowercase) && !text.contains(char::is_uppercase);
        if lower_case {
            notes.push(Skip::new(Reason::LeftOut, "alias", format!("{text:?} has no capital")));
        } else {
            aliases.push(alias(text, alias_kind(text, entity_type)));
        }
    }
    aliases
}

/// The id `type/slug` of a name, or `type/slug-key` with the key of the source.
fn id(entity_type: EntityType, name: &str, key: &str) -> String {
    let folder = entity_type.name().to_ascii_lowercase();
    let (slug, dash) = (slug(name), if key.is_empty() { "" } else { "-" });
    format!("{folder}/{slug}{dash}{key}")
}

/// A name in lower case without accents, its words joined by hyphens. Letters of other scripts
/// stay, so that every name has a slug.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for word in fold(name).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if slug.len() + word.len() >= MAX_SLUG && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.extend(word.chars().take(MAX_SLUG / 4));
    }
    slug
}

/// A number on a logarithmic scale as a weight of an entry: 0.1 for `low` and less, 0.9 for
/// `high` and more, of two decimals.
fn weight(number: f64, low: f64, high: f64) -> f32 {
    let share = (number.max(1.0) / low).ln() / (high / low).ln();
    ((0.1 + 0.8 * share.clamp(0.0, 1.0)) * 100.0).round() as f32 / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_readable_and_keep_foreign_letters() {
        assert_eq!(id(EntityType::Location, "São  Paulo/Sul", "7"), "location/sao-paulo-sul-7");
        assert_eq!(id(EntityType::Location, "北京", ""), "location/北京");
        assert!(slug(&"word ".repeat(90)).len() <= MAX_SLUG);
        assert!(slug(&"北".repeat(900)).len() <= MAX_SLUG);
    }

    #[test]
    fn weights_lie_on_a_logarithmic_scale() {
        let scale = [0.0, 1.0, 10.0, 100.0, 1e9].map(|number| weight(number, 1.0, 100.0));
        assert_eq!(scale, [0.1, 0.1, 0.5, 0.9, 0.9]);
    }

    #[test]
    fn aliases_are_told_apart_by_their_shape() {
        assert_eq!(alias_kind("NATO", EntityType::Organization), AliasKind::Acronym);
        assert_eq!(alias_kind("Putin", EntityType::Person), AliasKind::Short);
        assert_eq!(alias_kind("Kiev", EntityType::Location), AliasKind::Name);
    }
}
