//! Looking entries up over the wire, page by page.

use prost::Message as _;

use super::versions;
use crate::{
    catalog::{Found, InForce, Position, Query, look_up},
    layer::id_hash,
    proto::v1::{self, lookup_entries_request},
    service::{
        entry::entry_to_wire,
        error::{RequestError, Violations},
    },
};

const DEFAULT_PAGE: u32 = 50;
const MAX_PAGE: u32 = 1000;
/// Bytes of what is looked up; longer than any name or id.
const MAX_TEXT: usize = 512;
/// Bytes of an answer beside its entries, and of an entry's frame.
const OVERHEAD: usize = 4096;

/// A request that has passed all checks.
pub(super) struct Lookup {
    query: Query,
    page: usize,
    after: Option<Position>,
}

impl Lookup {
    pub(super) fn check(request: v1::LookupEntriesRequest) -> Result<Lookup, RequestError> {
        use lookup_entries_request::Query as Wire;
        let mut violations = Violations::default();
        let (field, query) = match request.query {
            Some(Wire::EntryId(id)) => ("entry_id", Query::Id(id)),
            Some(Wire::Name(name)) => ("name", Query::Name(name)),
            Some(Wire::SimilarName(name)) => ("similar_name", Query::Similar(name)),
            Some(Wire::NamePrefix(prefix)) => ("name_prefix", Query::Prefix(prefix)),
            None => ("query", Query::Id("?".to_owned())),
        };
        let text = text(&query);
        if field == "query" {
            violations.add(field, "is required: entry_id, name, similar_name or name_prefix");
        } else if text.trim().is_empty() {
            violations.add(field, "is blank");
        } else if text.len() > MAX_TEXT {
            violations.add(field, format!("has {} bytes; the limit is {MAX_TEXT}", text.len()));
        }
        if request.page_size > MAX_PAGE {
            violations.add("page_size", format!("is {}; the limit is {MAX_PAGE}", request.page_size));
        }
        let token = request.page_token.as_str();
        let after = if token.is_empty() { None } else { position(token, &query) };
        if after.is_none() && !token.is_empty() {
            violations.add("page_token", "is none that came with an answer to this query");
        }
        violations.result()?;
        let page = if request.page_size == 0 { DEFAULT_PAGE } else { request.page_size } as usize;
        Ok(Lookup { query, page, after })
    }

    /// The page, of at most so many bytes; at least one entry is on it, if there is one.
    pub(super) fn answer(&self, now: &InForce, bytes: usize) -> v1::LookupEntriesResponse {
        let found = look_up(&now.lexicon, &self.query, self.after.as_ref(), self.page + 1);
        let mut entries: Vec<v1::FoundEntry> = Vec::new();
        let mut room = bytes.saturating_sub(OVERHEAD);
        for one in found.iter().take(self.page) {
            let entry = to_wire(one);
            let needed = entry.encoded_len() + 8;
            if needed > room && !entries.is_empty() {
                break;
            }
            room = room.saturating_sub(needed);
            entries.push(entry);
        }
        let last = entries.len().checked_sub(1).filter(|_| entries.len() < found.len()).map(|last| &found[last]);
        let next_page_token = last.map_or_else(String::new, |last| token(&last.position(), &self.query));
        v1::LookupEntriesResponse { entries, next_page_token, gazetteers: versions(now) }
    }
}

fn to_wire(found: &Found<'_>) -> v1::FoundEntry {
    v1::FoundEntry {
        entry: Some(entry_to_wire(&found.record)),
        matched_name: found.name.to_owned(),
        distance: found.distance,
    }
}

fn text(query: &Query) -> &str {
    match query {
        Query::Id(text) | Query::Name(text) | Query::Similar(text) | Query::Prefix(text) => text,
    }
}

/// A number of the query, to know its tokens by.
fn number(query: &Query) -> u64 {
    id_hash(&format!("{query:?}"))
}

fn token(position: &Position, query: &Query) -> String {
    format!("{:016x}{:016x}{}", number(query), position.rank, position.id)
}

/// The position that a token stands for, when it is one of the query.
fn position(token: &str, query: &Query) -> Option<Position> {
    let hexadecimal = |text: &str| u64::from_str_radix(text, 16).ok();
    let (of, rank, id) = (token.get(..16)?, token.get(16..32)?, token.get(32..)?);
    (hexadecimal(of)? == number(query)).then_some(Position { rank: hexadecimal(rank)?, id: id.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_query_only() {
        let (query, other) = (Query::Name("Ann".into()), Query::Prefix("Ann".into()));
        let here = Position { rank: 7, id: "é".into() };
        let token = token(&here, &query);
        assert_eq!(position(&token, &query), Some(here));
        assert_eq!(position(&token, &other), None);
        for bad in ["", "x", "ééééééééé", &token[..20], &format!("é{token}")] {
            assert_eq!(position(bad, &query), None, "{bad}");
        }
    }
}
