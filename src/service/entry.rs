//! Entries on the wire, to the domain and back.

use super::{
    error::Violations,
    request::{entity_type as known_type, known},
};
use crate::{
    gazetteer::{self, Alias, AliasKind, CaseRule, Coordinates, Entry, EntryId},
    proto::v1,
};

/// Names of an entry.
const MAX_NAMES: usize = 100;
/// Context words, related entries and links of an entry, each.
const MAX_FURTHER: usize = 100;

/// An entry of the wire; nothing when it has a violation. `path` is where it stands, such as
/// `options.inline_entries[3]`.
pub(super) fn entry_from_wire(wire: &v1::GazetteerEntry, path: &str, violations: &mut Violations) -> Option<Entry> {
    let before = violations.total();
    let entity_type = known_type(wire.r#type, &format!("{path}.type"), violations);
    for (field, count, limit) in [
        ("aliases", wire.aliases.len() + 1, MAX_NAMES),
        ("context", wire.context.len(), MAX_FURTHER),
        ("related_entry_ids", wire.related_entry_ids.len(), MAX_FURTHER),
        ("links", wire.links.len(), MAX_FURTHER),
    ] {
        if count > limit {
            violations.add(format!("{path}.{field}"), format!("would make {count}; the limit is {limit}"));
            return None;
        }
    }
    let mut aliases = vec![Alias { text: wire.name.clone(), kind: AliasKind::Name, case: CaseRule::Smart }];
    for (i, alias) in wire.aliases.iter().enumerate() {
        let at = |field: &str| format!("{path}.aliases[{i}].{field}");
        let kind = match known(alias.kind, &at("kind"), "MentionKind", violations) {
            v1::MentionKind::Unspecified | v1::MentionKind::Name => AliasKind::Name,
            v1::MentionKind::Acronym => AliasKind::Acronym,
            v1::MentionKind::Short => AliasKind::Short,
            v1::MentionKind::Former => AliasKind::Former,
            v1::MentionKind::Misspelling => AliasKind::Misspelling,
            v1::MentionKind::Demonym => AliasKind::Demonym,
        };
        let case = match known(alias.case_rule, &at("case_rule"), "CaseRule", violations) {
            v1::CaseRule::Unspecified | v1::CaseRule::Smart => CaseRule::Smart,
            v1::CaseRule::Exact => CaseRule::Exact,
            v1::CaseRule::Ignore => CaseRule::Ignore,
        };
        aliases.push(Alias { text: alias.text.clone(), kind, case });
    }
    let mut links = wire.links.iter().map(|(source, id)| (source.clone(), id.clone())).collect::<Vec<_>>();
    links.sort();
    let entry = Entry {
        id: EntryId::new(&wire.entry_id),
        entity_type: entity_type?,
        kind: wire.kind.clone(),
        aliases,
        country: wire.country_code.clone(),
        coordinates: wire.coordinates.map(|at| Coordinates { latitude: at.latitude, longitude: at.longitude }),
        begin: wire.begin_date.clone(),
        end: wire.end_date.clone(),
        context: wire.context.clone(),
        related: wire.related_entry_ids.iter().map(|id| EntryId::new(id)).collect(),
        links,
        weight: wire.weight.unwrap_or(gazetteer::DEFAULT_WEIGHT),
    };
    for (field, problem) in gazetteer::check(&entry) {
        let field = match field.as_str() {
            "id" => "entry_id",
            "country" => "country_code",
            "begin" => "begin_date",
            "end" => "end_date",
            field => field,
        };
        violations.add(format!("{path}.{field}"), problem);
    }
    (violations.total() == before).then_some(entry)
}
