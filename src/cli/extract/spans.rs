//! An article's answer as spans: offsets in code points into one text.

use serde::Serialize;

use super::article::Document;
use crate::{
    extraction::{Article, Extraction, Lexicon, Mention, Options, Section, extract},
    text::{OffsetUnit, Offsets},
};

/// What stands between title and body.
const SEPARATOR: &str = "\n";

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    text: &'a str,
    entities: Vec<Span<'a>>,
}

#[derive(Serialize)]
struct Span<'a> {
    start: u32,
    end: u32,
    #[serde(rename = "type")]
    entity_type: &'static str,
    name: &'a str,
    entry_id: &'a str,
    confidence: f32,
}

/// The answer, with its line feed. Title and body are read as the sections that they are; where
/// there is a title, offsets count in title, line feed and body together.
pub(super) fn answer(document: &Document, lexicon: &Lexicon, options: &Options) -> String {
    let Document { id, title, body } = document;
    let extraction = extract(&Article { title, body, ..Article::default() }, lexicon, options);
    let (text, body_begin) = match title.as_str() {
        "" => (body.clone(), 0),
        _ => ([title, body].map(String::as_str).join(SEPARATOR), title.len() + SEPARATOR.len()),
    };
    let answer = Answer { id, text: &text, entities: spans(&extraction, &text, body_begin as u32) };
    serde_json::to_string(&answer).expect("plain structs are valid JSON") + "\n"
}

fn spans<'a>(extraction: &'a Extraction<'_>, text: &str, body_begin: u32) -> Vec<Span<'a>> {
    let offsets = Offsets::new(text, OffsetUnit::CodePoints);
    let begin = |mention: &Mention| match mention.section {
        Section::Title => 0,
        Section::Body => body_begin,
    };
    let mentions = extraction.entities.iter().flat_map(|entity| entity.mentions.iter().map(move |m| (entity, m)));
    let mut spans = mentions
        .map(|(entity, mention)| Span {
            start: offsets.convert(begin(mention) + mention.span.begin),
            end: offsets.convert(begin(mention) + mention.span.end),
            entity_type: entity.entity_type.name(),
            name: &entity.name,
            entry_id: entity.entry.as_ref().map_or("", |entry| entry.id),
            confidence: mention.confidence,
        })
        .collect::<Vec<_>>();
    spans.sort_by_key(|span| (span.start, span.end));
    spans
}
