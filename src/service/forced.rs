//! Forced mentions on the wire, to the domain: checked against the article and the names that
//! the call sees.

use super::{
    error::{RequestError, Violations},
    request::{entity_type, known},
};
use crate::{
    extraction::{Forced, Lexicon, Section},
    gazetteer::EntityType,
    proto::v1,
    text::{OffsetUnit, Offsets, Span, Words},
};

const MAX_FORCED: usize = 1_000;

/// The forced mentions of an article. `path` is where the article stands.
///
/// # Errors
/// With all violations.
pub(super) fn forced(
    article: &v1::Article,
    path: &str,
    unit: OffsetUnit,
    lexicon: &Lexicon,
) -> Result<Vec<Forced>, RequestError> {
    let count = article.forced_mentions.len();
    let mut violations = Violations::default();
    if count > MAX_FORCED {
        violations.add(format!("{path}.forced_mentions"), format!("has {count} mentions; the limit is {MAX_FORCED}"));
    }
    if count == 0 || count > MAX_FORCED {
        return violations.result().map(|()| Vec::new());
    }
    let section = |text| (Words::read(text), Offsets::new(text, unit));
    let sections = [(Section::Title, section(&article.title)), (Section::Body, section(&article.body))];
    let mut found = Vec::<(Forced, usize)>::new();
    for (i, wire) in article.forced_mentions.iter().enumerate() {
        let at = |field: &str| format!("{path}.forced_mentions[{i}].{field}");
        let place = match known(wire.section, &at("section"), "Section", &mut violations) {
            v1::Section::Unspecified => {
                violations.add(at("section"), "is required");
                continue;
            }
            v1::Section::Title => 0,
            v1::Section::Body => 1,
        };
        let (section, (words, offsets)) = &sections[place];
        let span = span(wire, &at, words, offsets, &mut violations);
        let entity_type = named(wire, &at, lexicon, &mut violations);
        if let (Some(span), Some(entity_type)) = (span, entity_type) {
            let entry_id = (!wire.entry_id.is_empty()).then(|| wire.entry_id.clone());
            found.push((Forced { section: *section, span, entity_type, entry_id }, i));
        }
    }
    found.sort_by_key(|(mention, _)| (mention.section, mention.span));
    for pair in found.windows(2) {
        let ((a, first), (b, second)) = (&pair[0], &pair[1]);
        if a.section == b.section && a.span.end > b.span.begin {
            let problem = format!("overlaps forced_mentions[{first}]");
            violations.add(format!("{path}.forced_mentions[{second}].begin"), problem);
        }
    }
    violations.result().map(|()| found.into_iter().map(|(mention, _)| mention).collect())
}

/// The span of a mention, in bytes, if it begins and ends where words do.
fn span(
    wire: &v1::ForcedMention,
    at: &dyn Fn(&str) -> String,
    words: &Words<'_>,
    offsets: &Offsets<'_>,
    violations: &mut Violations,
) -> Option<Span> {
    let mut byte = |field: &str, offset: u32| {
        let byte = offsets.invert(offset);
        if byte.is_none() {
            violations.add(at(field), format!("{offset} is beyond the section or inside a character"));
        }
        byte
    };
    let (begin, end) = (byte("begin", wire.begin), byte("end", wire.end));
    let (begin, end) = (begin?, end?);
    let all = words.as_slice();
    let first = all.partition_point(|word| word.span.begin < begin);
    let begins = all.get(first).is_some_and(|word| word.span.begin == begin);
    let last = all.partition_point(|word| word.span.end <= end);
    let after = words.text().as_bytes().get(end as usize - 1);
    let ends = |word_end: u32| word_end == end || word_end + 1 == end && after == Some(&b'.');
    if !begins {
        violations.add(at("begin"), format!("{} is not the beginning of a word", wire.begin));
    } else if last <= first || !ends(all[last - 1].span.end) {
        violations.add(at("end"), format!("{} is not the end of a word", wire.end));
    } else {
        return Some(Span { begin, end });
    }
    None
}

/// The type of a mention: its own, or that of its entry.
fn named(
    wire: &v1::ForcedMention,
    at: &dyn Fn(&str) -> String,
    lexicon: &Lexicon,
    violations: &mut Violations,
) -> Option<EntityType> {
    if wire.entry_id.is_empty() {
        return entity_type(wire.r#type, &at("type"), violations);
    }
    let Some(record) = lexicon.find(&wire.entry_id) else {
        violations.add(at("entry_id"), format!("{:?} is in no gazetteer of this call", wire.entry_id));
        return None;
    };
    if wire.r#type != 0 && entity_type(wire.r#type, &at("type"), violations)? != record.entity_type {
        violations.add(at("type"), format!("is not that of {:?}, which is {}", wire.entry_id, record.entity_type));
        return None;
    }
    Some(record.entity_type)
}
