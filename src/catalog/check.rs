//! What a change would do, without doing it.

use std::{collections::BTreeMap, sync::Arc};

use super::Change;
use crate::{
    extraction::{Lexicon, surface},
    gazetteer::{Draft, Entry, Finding, Gazetteer, GazetteerVersion, Place, Record, lint},
    layer::{Layer, LayerError, common_words},
};

/// Ids told for a name at most.
const MAX_SHARING: usize = 20;

/// What an entry would do.
#[derive(Clone, Debug)]
pub struct EntryCheck<'l> {
    /// The entry whose place it would take.
    pub replaced: Option<Record<'l>>,
    /// Its names that other entries have too, with their ids.
    pub shared_names: Vec<(String, Vec<&'l str>)>,
    /// Its names that consist of common words.
    pub common_words: Vec<String>,
    /// What the lint says.
    pub findings: Vec<Finding>,
}

/// The lexicon with a change in force.
///
/// # Errors
/// When its entries cannot be compiled.
pub fn preview(lexicon: &Lexicon, change: &Change) -> Result<Lexicon, LayerError> {
    let layer = Layer::compile(Gazetteer { version: version(), entries: change.upserts.clone() })?;
    Ok(lexicon.with([Arc::new(layer.hiding(change.deletes.clone()))]))
}

/// What each entry would do to a lexicon.
#[must_use]
pub fn check<'l>(lexicon: &'l Lexicon, entries: &[Entry]) -> Vec<EntryCheck<'l>> {
    let mut checks = entries.iter().map(|entry| check_entry(lexicon, entry)).collect::<Vec<_>>();
    let place = |number| Place { file: "entries".into(), line: number };
    let places = (0..entries.len()).map(place).collect();
    let draft = Draft { version: version(), entries: entries.to_vec(), places, problems: Vec::new() };
    for finding in lint(&[draft], &beside(lexicon, entries)) {
        checks[finding.place.line].findings.push(finding);
    }
    checks
}

fn version() -> GazetteerVersion {
    GazetteerVersion { name: "check".to_owned(), version: String::new(), digest: String::new() }
}

fn check_entry<'l>(lexicon: &'l Lexicon, entry: &Entry) -> EntryCheck<'l> {
    let mut check = EntryCheck {
        replaced: lexicon.find(entry.id.as_str()),
        shared_names: Vec::new(),
        common_words: Vec::new(),
        findings: Vec::new(),
    };
    for name in entry.aliases.iter().map(|alias| &alias.text) {
        let others = lexicon.lookup(name).into_iter().map(|(record, _)| record.id);
        let others = others.filter(|&id| id != entry.id.as_str()).take(MAX_SHARING).collect::<Vec<_>>();
        if !others.is_empty() {
            check.shared_names.push((name.clone(), others));
        }
        if surface(name).split(' ').all(|word| common_words().contains(word)) {
            check.common_words.push(name.clone());
        }
    }
    check
}

/// The entries in force that the lint must see beside others: of the same ids, related, or of
/// the same names.
fn beside(lexicon: &Lexicon, entries: &[Entry]) -> Vec<Entry> {
    let mut beside = BTreeMap::new();
    for entry in entries {
        let ids = [&entry.id].into_iter().chain(&entry.related).filter_map(|id| lexicon.find(id.as_str()));
        let names = entry.aliases.iter().flat_map(|alias| lexicon.lookup(&alias.text));
        for record in ids.chain(names.map(|(record, _)| record)) {
            beside.entry(record.id.to_owned()).or_insert_with(|| record.to_entry());
        }
    }
    beside.into_values().collect()
}
