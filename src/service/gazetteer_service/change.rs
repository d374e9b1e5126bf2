//! Changes from the wire: all that is wrong with them is told at once.

use std::collections::HashMap;

use crate::{
    catalog::Change,
    gazetteer::{Entry, EntryId},
    proto::v1,
    service::{
        entry::entry_from_wire,
        error::{RequestError, Violations},
    },
};

/// Entries or ids of a request at most.
pub(super) const MAX_CHANGED: usize = 1000;
const MAX_REQUEST_ID: usize = 128;

/// The change that entries to write ask for.
pub(super) fn upsertion(request: &v1::UpsertEntriesRequest) -> Result<Change, RequestError> {
    let mut violations = Violations::default();
    check_request_id(&request.request_id, &mut violations);
    check_number(request.entries.len(), 1, "entries", &mut violations);
    let upserts = entries(&request.entries, &mut violations);
    violations.result()?;
    let (request_id, expected_version) = (request.request_id.clone(), request.expected_version);
    Ok(Change { request_id, expected_version, upserts, ..Change::default() })
}

/// The change that ids to delete ask for.
pub(super) fn deletion(request: v1::DeleteEntriesRequest) -> Result<Change, RequestError> {
    let v1::DeleteEntriesRequest { request_id, entry_ids, expected_version, allow_missing } = request;
    let mut violations = Violations::default();
    check_request_id(&request_id, &mut violations);
    check_number(entry_ids.len(), 1, "entry_ids", &mut violations);
    let deletes = ids(&entry_ids, "entry_ids", &mut violations);
    violations.result()?;
    Ok(Change { request_id, expected_version, deletes, allow_missing, ..Change::default() })
}

/// The entries, with their ids checked to be different ones.
pub(super) fn entries(wire: &[v1::GazetteerEntry], violations: &mut Violations) -> Vec<Entry> {
    if wire.len() > MAX_CHANGED {
        return Vec::new();
    }
    let read = |(i, entry)| entry_from_wire(entry, &format!("entries[{i}]"), violations);
    let entries = wire.iter().enumerate().filter_map(read).collect();
    let path = |i| format!("entries[{i}].entry_id");
    check_different(wire.iter().map(|entry| entry.entry_id.as_str()), path, violations);
    entries
}

/// The ids, checked to be different ones.
pub(super) fn ids(wire: &[String], field: &str, violations: &mut Violations) -> Vec<EntryId> {
    if wire.len() > MAX_CHANGED {
        return Vec::new();
    }
    for (i, _) in wire.iter().enumerate().filter(|(_, id)| id.trim().is_empty()) {
        violations.add(format!("{field}[{i}]"), "is blank");
    }
    check_different(wire.iter().map(String::as_str), |i| format!("{field}[{i}]"), violations);
    wire.iter().map(EntryId::new).collect()
}

pub(super) fn check_number(number: usize, least: usize, field: &str, violations: &mut Violations) {
    if !(least..=MAX_CHANGED).contains(&number) {
        violations.add(field, format!("has {number}; from {least} to {MAX_CHANGED} are allowed"));
    }
}

fn check_different<'a>(
    ids: impl Iterator<Item = &'a str>,
    path: impl Fn(usize) -> String,
    violations: &mut Violations,
) {
    let mut first = HashMap::new();
    for (i, id) in ids.enumerate() {
        if let Some(earlier) = first.get(id) {
            violations.add(path(i), format!("{id:?} is already at {}", path(*earlier)));
        } else {
            first.insert(id, i);
        }
    }
}

fn check_request_id(id: &str, violations: &mut Violations) {
    if !(1..=MAX_REQUEST_ID).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        violations.add("request_id", format!("{id:?} is not 1 to {MAX_REQUEST_ID} visible ASCII characters"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(error: RequestError) -> Vec<String> {
        match error {
            RequestError::Invalid(violations) => violations.as_slice().iter().map(ToString::to_string).collect(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_change_is_told_at_once() {
        let entry = |id: &str, name: &str| v1::GazetteerEntry {
            entry_id: id.into(),
            name: name.into(),
            r#type: 1,
            ..Default::default()
        };
        let entries = vec![entry("a", "Ann"), entry("a", "Bo"), entry("b", "!")];
        let request = v1::UpsertEntriesRequest { request_id: "two words".into(), entries, expected_version: None };
        assert_eq!(
            told(upsertion(&request).expect_err("it is bad")),
            [
                "request_id: \"two words\" is not 1 to 128 visible ASCII characters",
                "entries[2].name: \"!\" has no word to look for",
                "entries[1].entry_id: \"a\" is already at entries[0].entry_id",
            ]
        );
        let request =
            v1::DeleteEntriesRequest { entry_ids: vec!["x".into(), " ".into(), "x".into()], ..Default::default() };
        assert_eq!(
            told(deletion(request).expect_err("it is bad")),
            [
                "request_id: \"\" is not 1 to 128 visible ASCII characters",
                "entry_ids[1]: is blank",
                "entry_ids[2]: \"x\" is already at entry_ids[0]",
            ]
        );
        let request = v1::DeleteEntriesRequest { request_id: "r".into(), ..Default::default() };
        assert_eq!(told(deletion(request).expect_err("it is empty")), ["entry_ids: has 0; from 1 to 1000 are allowed"]);
    }
}
