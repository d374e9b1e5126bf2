//! The record: an entry packed into few bytes, and read from them without a copy.
//!
//! Millions of entries are kept as records; an [`Entry`] has its own copy of every text.

use serde::{Deserialize, Serialize};

use super::{Alias, AliasKind, CaseRule, Coordinates, EntityType, Entry, EntryId};

/// An entry whose texts are borrowed. The fields are those of [`Entry`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its type.
    pub entity_type: EntityType,
    /// A finer type; may be empty.
    pub kind: &'a str,
    /// Its names; the first is the canonical one. Never empty.
    #[serde(borrow)]
    pub aliases: Vec<AliasRecord<'a>>,
    /// ISO 3166-1 alpha-2 code of its country; may be empty.
    pub country: &'a str,
    /// Where it is, in degrees north and east.
    pub coordinates: Option<(f64, f64)>,
    /// First day of an event; may be empty.
    pub begin: &'a str,
    /// Last day of an event; may be empty.
    pub end: &'a str,
    /// Lower-case words that tend to stand near the name.
    #[serde(borrow)]
    pub context: Vec<&'a str>,
    /// Ids of entries that tend to be named in the same article.
    #[serde(borrow)]
    pub related: Vec<&'a str>,
    /// Ids elsewhere, as (source, id).
    #[serde(borrow)]
    pub links: Vec<(&'a str, &'a str)>,
    /// How often the news names it, 0 to 1.
    pub weight: f32,
}

/// An [`Alias`] whose text is borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasRecord<'a> {
    /// The name as it is written.
    pub text: &'a str,
    /// How it names the entry.
    pub kind: AliasKind,
    /// How strictly its capitals are held to.
    pub case: CaseRule,
}

impl<'a> Record<'a> {
    /// A record of an entry.
    #[must_use]
    pub fn of(entry: &'a Entry) -> Record<'a> {
        let alias = |alias: &'a Alias| AliasRecord { text: &alias.text, kind: alias.kind, case: alias.case };
        Record {
            id: entry.id.as_str(),
            entity_type: entry.entity_type,
            kind: &entry.kind,
            aliases: entry.aliases.iter().map(alias).collect(),
            country: &entry.country,
            coordinates: entry.coordinates.map(|at| (at.latitude, at.longitude)),
            begin: &entry.begin,
            end: &entry.end,
            context: entry.context.iter().map(String::as_str).collect(),
            related: entry.related.iter().map(EntryId::as_str).collect(),
            links: entry.links.iter().map(|(source, id)| (source.as_str(), id.as_str())).collect(),
            weight: entry.weight,
        }
    }

    /// The canonical name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.aliases[0].text
    }

    /// Appends the record to bytes.
    ///
    /// # Panics
    /// Never: memory takes all that is written.
    pub fn pack(&self, bytes: &mut Vec<u8>) {
        postcard::to_io(self, bytes).expect("memory takes all that is written");
    }

    /// Reads bytes that [`Record::pack`] wrote. `None` for any that are no record.
    #[must_use]
    pub fn unpack(bytes: &'a [u8]) -> Option<Record<'a>> {
        let (record, rest) = postcard::take_from_bytes::<Record<'a>>(bytes).ok()?;
        (rest.is_empty() && !record.aliases.is_empty()).then_some(record)
    }

    /// The entry with its own copy of the texts.
    #[must_use]
    pub fn to_entry(&self) -> Entry {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let alias = |alias: &AliasRecord<'_>| Alias { text: alias.text.to_owned(), kind: alias.kind, case: alias.case };
        Entry {
            id: EntryId(self.id.to_owned()),
            entity_type: self.entity_type,
            kind: self.kind.to_owned(),
            aliases: self.aliases.iter().map(alias).collect(),
            country: self.country.to_owned(),
            coordinates: self.coordinates.map(|(latitude, longitude)| Coordinates { latitude, longitude }),
            begin: self.begin.to_owned(),
            end: self.end.to_owned(),
            context: owned(&self.context),
            related: self.related.iter().map(|&id| EntryId(id.to_owned())).collect(),
            links: self.links.iter().map(|&(source, id)| (source.to_owned(), id.to_owned())).collect(),
            weight: self.weight,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::gazetteer::Gazetteer;

    #[test]
    fn what_is_packed_is_unpacked_the_same() {
        for entry in Gazetteer::load(Path::new("gazetteers")).unwrap().entries.iter().step_by(17) {
            let mut bytes = Vec::new();
            Record::of(entry).pack(&mut bytes);
            assert_eq!(Record::unpack(&bytes).map(|record| record.to_entry()).as_ref(), Some(entry));
            assert_eq!(
                Record::unpack(&bytes[1..]).map(|record| record.to_entry()).filter(|other| other == entry),
                None
            );
            assert_eq!(Record::unpack(&bytes[..bytes.len() - 1]), None);
        }
    }
}
