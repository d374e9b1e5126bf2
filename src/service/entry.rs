//! Entries of gazetteers from the wire and to it.

use super::{
    error::Violations,
    request::{entity_type, known},
    response::{self, coordinates, mention_kind},
};
use crate::{
    gazetteer::{Alias, AliasKind, CaseRule, Coordinates, DEFAULT_WEIGHT, Entry, EntryId, Record},
    proto::v1,
};

/// Names of an entry.
const MAX_NAMES: usize = 100;
/// Context words, related entries and links of an entry, each.
const MAX_FURTHER: usize = 100;

/// An entry with all the checks of the format; what is wrong is told by the field paths below
/// `path`, such as `entries[3]`.
pub(super) fn entry_from_wire(wire: &v1::GazetteerEntry, path: &str, violations: &mut Violations) -> Option<Entry> {
    let before = violations.total();
    let entity_type = entity_type(wire.r#type, &format!("{path}.type"), violations);
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
    // The number that each alias has on the wire.
    let mut numbers = Vec::new();
    for (number, alias) in wire.aliases.iter().enumerate() {
        let alias = alias_from_wire(alias, &format!("{path}.aliases[{number}]"), violations);
        // As in files: an alias with the name's own text gives the name its case rule.
        if alias.text == wire.name && alias.kind == AliasKind::Name && aliases[0].case == CaseRule::Smart {
            aliases[0].case = alias.case;
        } else {
            aliases.push(alias);
            numbers.push(number);
        }
    }
    let entry = Entry {
        id: EntryId::new(&wire.entry_id),
        // Of an entry without a type nothing but the problems is used.
        entity_type: entity_type.unwrap_or(crate::gazetteer::EntityType::Person),
        kind: wire.kind.clone(),
        aliases,
        country: wire.country_code.clone(),
        coordinates: wire.coordinates.map(|at| Coordinates { latitude: at.latitude, longitude: at.longitude }),
        begin: wire.begin_date.clone(),
        end: wire.end_date.clone(),
        context: wire.context.clone(),
        related: wire.related_entry_ids.iter().map(EntryId::new).collect(),
        links: wire.links.iter().map(|(source, id)| (source.clone(), id.clone())).collect(),
        weight: wire.weight.unwrap_or(DEFAULT_WEIGHT),
    };
    for (field, problem) in entry.problems() {
        let field = field_on_wire(&field, &numbers);
        let dot = if field.is_empty() { "" } else { "." };
        violations.add(format!("{path}{dot}{field}"), problem);
    }
    (violations.total() == before).then_some(entry)
}

fn alias_from_wire(wire: &v1::GazetteerAlias, path: &str, violations: &mut Violations) -> Alias {
    let kind = match known(wire.kind, &format!("{path}.kind"), "MentionKind", violations) {
        v1::MentionKind::Unspecified | v1::MentionKind::Name => AliasKind::Name,
        v1::MentionKind::Acronym => AliasKind::Acronym,
        v1::MentionKind::Short => AliasKind::Short,
        v1::MentionKind::Former => AliasKind::Former,
        v1::MentionKind::Misspelling => AliasKind::Misspelling,
        v1::MentionKind::Demonym => AliasKind::Demonym,
    };
    let case = match known(wire.case_rule, &format!("{path}.case_rule"), "CaseRule", violations) {
        v1::CaseRule::Unspecified | v1::CaseRule::Smart => CaseRule::Smart,
        v1::CaseRule::Exact => CaseRule::Exact,
        v1::CaseRule::Ignore => CaseRule::Ignore,
    };
    Alias { text: wire.text.clone(), kind, case }
}

/// What a field of the format is called on the wire.
fn field_on_wire(field: &str, numbers: &[usize]) -> String {
    let alias = field.strip_prefix("aliases[").and_then(|rest| rest.strip_suffix(']'));
    if let Some(&number) = alias.and_then(|number| numbers.get(number.parse::<usize>().ok()?)) {
        return format!("aliases[{number}].text");
    }
    match field {
        "id" => "entry_id",
        "country" => "country_code",
        "begin" => "begin_date",
        "end" => "end_date",
        same => same,
    }
    .to_owned()
}

/// An entry as the wire has it.
pub(super) fn entry_to_wire(record: &Record<'_>) -> v1::GazetteerEntry {
    // The canonical name stands among the aliases only to give its case rule.
    let first = usize::from(record.aliases[0].case == CaseRule::Smart);
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    let alias = |alias: &crate::gazetteer::AliasRecord<'_>| v1::GazetteerAlias {
        text: alias.text.to_owned(),
        kind: mention_kind(alias.kind).into(),
        case_rule: case_rule(alias.case).into(),
    };
    v1::GazetteerEntry {
        entry_id: record.id.to_owned(),
        r#type: response::entity_type(record.entity_type).into(),
        name: record.name().to_owned(),
        aliases: record.aliases[first..].iter().map(alias).collect(),
        kind: record.kind.to_owned(),
        country_code: record.country.to_owned(),
        coordinates: record.coordinates.map(coordinates),
        begin_date: record.begin.to_owned(),
        end_date: record.end.to_owned(),
        context: owned(&record.context),
        related_entry_ids: owned(&record.related),
        links: record.links.iter().map(|&(source, id)| (source.to_owned(), id.to_owned())).collect(),
        weight: Some(record.weight),
    }
}

fn case_rule(case: CaseRule) -> v1::CaseRule {
    match case {
        CaseRule::Smart => v1::CaseRule::Smart,
        CaseRule::Exact => v1::CaseRule::Exact,
        CaseRule::Ignore => v1::CaseRule::Ignore,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defaults;

    #[test]
    fn what_is_written_is_read_back_the_same() {
        for entry in defaults::gazetteer().entries.iter() {
            let mut violations = Violations::default();
            let again = entry_from_wire(&entry_to_wire(&Record::of(entry)), "entry", &mut violations);
            assert_eq!((again.as_ref(), violations.total()), (Some(entry), 0));
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_by_field() {
        let alias = |text: &str, kind| v1::GazetteerAlias { text: text.into(), kind, case_rule: 9 };
        let wire = v1::GazetteerEntry {
            entry_id: "a b".into(),
            name: "Ann".into(),
            aliases: vec![alias("Ann", 0), alias("…", 2), alias("Bo", 17)],
            country_code: "gb".into(),
            coordinates: Some(v1::Coordinates { latitude: f64::NAN, longitude: 0.0 }),
            begin_date: "2020-13".into(),
            end_date: "soon".into(),
            weight: Some(2.0),
            ..Default::default()
        };
        let mut violations = Violations::default();
        assert_eq!(entry_from_wire(&wire, "entries[3]", &mut violations), None);
        let fields = violations.as_slice().iter().map(|v| v.field.trim_start_matches("entries[3]."));
        let expected = [
            "type",
            "aliases[0].case_rule",
            "aliases[1].case_rule",
            "aliases[2].kind",
            "aliases[2].case_rule",
            "entry_id",
            "aliases[1].text",
            "country_code",
            "coordinates",
            "begin_date",
            "end_date",
            "weight",
        ];
        assert_eq!(fields.collect::<Vec<_>>(), expected);
    }
}
