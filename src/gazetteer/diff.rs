//! The difference between two lists: entries that came, went and changed, and names that now
//! mean something else.
//!
//! Entries are the same when their ids are, or else when a link to a foreign list is: a place
//! that was renamed keeps its number there. Knows no files and prints nothing.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::{Alias, AliasKind, Entry, form};

/// An entry that is in both lists but not the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'a> {
    /// As it was.
    pub before: &'a Entry,
    /// As it is.
    pub after: &'a Entry,
    /// The fields that differ, in the order of the format.
    pub fields: Vec<&'static str>,
}

/// A name that is in both lists but names other entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeaningChange<'a> {
    /// The name as the matcher sees it: folded.
    pub form: String,
    /// The ids of those that it named and no longer does.
    pub lost: Vec<&'a str>,
    /// The ids of those that it names and did not.
    pub gained: Vec<&'a str>,
}

/// What differs between two lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diff<'a> {
    /// Entries of the second only, in its order.
    pub added: Vec<&'a Entry>,
    /// Entries of the first only, in its order.
    pub removed: Vec<&'a Entry>,
    /// Entries of both that differ, in the order of the second.
    pub changed: Vec<Change<'a>>,
    /// Names of both that name other entries, sorted.
    pub meanings: Vec<MeaningChange<'a>>,
}

impl Diff<'_> {
    /// Whether the lists say the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty() && self.meanings.is_empty()
    }
}

/// Compares two lists, whose ids are unique each.
#[must_use]
pub fn diff<'a>(before: &'a [Entry], after: &'a [Entry]) -> Diff<'a> {
    let pairs = pairs(before, after);
    let mut diff = Diff::default();
    // The id under which an entry of the first list is known in the second.
    let mut renamed = FxHashMap::default();
    let mut kept = vec![false; before.len()];
    for (after, number) in after.iter().zip(pairs) {
        let Some(number) = number else {
            diff.added.push(after);
            continue;
        };
        let before = &before[number];
        kept[number] = true;
        renamed.insert(before.id.as_str(), after.id.as_str());
        let fields = fields(before, after);
        if !fields.is_empty() {
            diff.changed.push(Change { before, after, fields });
        }
    }
    diff.removed = before.iter().zip(kept).filter(|(_, kept)| !kept).map(|(entry, _)| entry).collect();
    diff.meanings = meanings(before, after, &renamed);
    diff
}

/// For each entry of the second list the number of the same in the first.
fn pairs(before: &[Entry], after: &[Entry]) -> Vec<Option<usize>> {
    let numbers = before.iter().enumerate().map(|(number, entry)| (&entry.id, number)).collect::<FxHashMap<_, _>>();
    let mut pairs = after.iter().map(|entry| numbers.get(&entry.id).copied()).collect::<Vec<_>>();
    let mut paired = vec![false; before.len()];
    pairs.iter().flatten().for_each(|&number| paired[number] = true);
    let links = before.iter().enumerate().filter(|(number, _)| !paired[*number]);
    let mut by_link = links
        .flat_map(|(number, entry)| entry.links.iter().map(move |link| (link, number)))
        .collect::<FxHashMap<_, _>>();
    for (entry, pair) in after.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
        *pair = entry.links.iter().find_map(|link| by_link.remove(link)).filter(|&number| !paired[number]);
        if let Some(number) = *pair {
            paired[number] = true;
        }
    }
    pairs
}

fn fields(a: &Entry, b: &Entry) -> Vec<&'static str> {
    let differs = [
        ("id", a.id != b.id),
        ("type", a.entity_type != b.entity_type),
        ("kind", a.kind != b.kind),
        ("name", a.name() != b.name() || a.aliases[0].case != b.aliases[0].case),
        ("aliases", names(&a.aliases[1..]) != names(&b.aliases[1..])),
        ("country", a.country != b.country),
        ("coordinates", a.coordinates != b.coordinates),
        ("begin", a.begin != b.begin),
        ("end", a.end != b.end),
        ("context", a.context.iter().collect::<BTreeSet<_>>() != b.context.iter().collect()),
        ("related", a.related.iter().collect::<BTreeSet<_>>() != b.related.iter().collect()),
        ("links", a.links != b.links),
        ("weight", a.weight != b.weight),
    ];
    differs.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

/// Aliases as a set: their order says nothing.
fn names(aliases: &[Alias]) -> BTreeSet<(&str, &str, &str)> {
    aliases.iter().map(|alias| (alias.text.as_str(), alias.kind.name(), alias.case.name())).collect()
}

type Meanings<'a> = FxHashMap<String, BTreeSet<&'a str>>;

fn meanings<'a>(
    before: &'a [Entry],
    after: &'a [Entry],
    renamed: &FxHashMap<&'a str, &'a str>,
) -> Vec<MeaningChange<'a>> {
    let (mut old, new) = (forms(before), forms(after));
    for ids in old.values_mut() {
        *ids = ids.iter().map(|id| *renamed.get(id).unwrap_or(id)).collect();
    }
    let mut changes = Vec::new();
    for (form, ids) in new {
        let Some(before) = old.get(&form) else { continue };
        let lost = before.difference(&ids).copied().collect::<Vec<_>>();
        let gained = ids.difference(before).copied().collect::<Vec<_>>();
        if !lost.is_empty() || !gained.is_empty() {
            changes.push(MeaningChange { form, lost, gained });
        }
    }
    changes.sort_by(|a, b| a.form.cmp(&b.form));
    changes
}

/// Each name as the matcher sees it, with the ids of those that it names.
fn forms(entries: &[Entry]) -> Meanings<'_> {
    let mut forms = Meanings::default();
    for entry in entries {
        for alias in entry.aliases.iter().filter(|alias| alias.kind != AliasKind::Misspelling) {
            forms.entry(form(&alias.text)).or_default().insert(entry.id.as_str());
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gazetteer::format::read_lines;

    fn entries(lines: &[&str]) -> Vec<Entry> {
        read_lines("x", &lines.join("\n"), 1).entries
    }

    #[test]
    fn a_list_does_not_differ_from_itself_in_another_order() {
        let a = entries(&[
            r#"{"id":"a","type":"PERSON","name":"A","aliases":["B","C"]}"#,
            r#"{"id":"b","type":"PERSON","name":"B"}"#,
        ]);
        let b = entries(&[
            r#"{"id":"b","type":"PERSON","name":"B"}"#,
            r#"{"id":"a","type":"PERSON","name":"A","aliases":["C","B"]}"#,
        ]);
        assert!(diff(&a, &b).is_empty() && diff(&[], &[]).is_empty());
    }

    #[test]
    fn what_came_went_changed_and_was_renamed() {
        let a = entries(&[
            r#"{"id":"kiev-7","type":"LOCATION","name":"Kiev","links":{"geonames":"7"}}"#,
            r#"{"id":"gone","type":"LOCATION","name":"Velm"}"#,
            r#"{"id":"same","type":"LOCATION","name":"Orvale","weight":0.25}"#,
        ]);
        let b = entries(&[
            r#"{"id":"new","type":"LOCATION","name":"VELM","aliases":["Orvale"]}"#,
            r#"{"id":"kyiv-7","type":"LOCATION","name":"Kyiv","aliases":["Kiev"],"links":{"geonames":"7"}}"#,
            r#"{"id":"same","type":"LOCATION","name":"Orvale","country":"FR","weight":0.5}"#,
        ]);
        let diff = diff(&a, &b);
        assert_eq!((diff.added[0].name(), diff.removed[0].name()), ("VELM", "Velm"));
        let changed = diff.changed.iter().map(|c| (c.before.id.as_str(), c.fields.as_slice())).collect::<Vec<_>>();
        let expected = [("kiev-7", &["id", "name", "aliases"][..]), ("same", &["country", "weight"])];
        assert_eq!(changed, expected);
        let change = |form: &str, lost, gained| MeaningChange { form: form.to_owned(), lost, gained };
        assert_eq!(diff.meanings, [change("orvale", vec![], vec!["new"]), change("velm", vec!["gone"], vec!["new"])]);
    }
}
