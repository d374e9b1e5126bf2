//! From the domain to the wire. The only place that makes a response, so that the same
//! article, options and lexicon give the same bytes over every method and in the command
//! line.

use super::{RequestError, forced::forced, request::CheckedOptions};
use crate::{
    extraction::{self, Article, Entity, Explanation, Extraction, Lexicon, Mention, Section},
    gazetteer::{self, AliasKind, EntityType, Record},
    proto::v1,
    text::{OffsetUnit, Offsets},
};

/// What an article names, as a response.
///
/// The article is to have passed [`check_article`](super::check_article). `path` is where it
/// stands.
///
/// # Errors
/// When forced mentions do not fit the article.
///
/// # Panics
/// When a section is longer than 4 GiB.
pub fn respond(
    article: &v1::Article,
    path: &str,
    options: &CheckedOptions,
    lexicon: &Lexicon,
) -> Result<v1::ExtractEntitiesResponse, RequestError> {
    let forced = forced(article, path, options.offset_unit, lexicon)?;
    let published = article.publish_time.as_ref().and_then(|time| jiff::Timestamp::from_second(time.seconds).ok());
    let published = published.map(|time| time.to_zoned(jiff::tz::TimeZone::UTC).date());
    let sections = Article { title: &article.title, body: &article.body, published, forced: &forced };
    let extraction = extraction::extract(&sections, lexicon, &options.extraction);
    let writer = Writer::new(sections, options.offset_unit);
    Ok(v1::ExtractEntitiesResponse {
        article_id: article.article_id.clone(),
        entities: extraction.entities.iter().map(|entity| writer.entity(entity)).collect(),
        offset_unit: unit(options.offset_unit).into(),
        gazetteers: lexicon.gazetteers().iter().map(|(version, ..)| gazetteer_version(version)).collect(),
        statistics: Some(statistics(&extraction)),
        truncation: (extraction.dropped > 0).then(|| v1::Truncation {
            mentions_dropped: count(extraction.dropped),
            mention_limit: count(options.extraction.max_mentions),
        }),
    })
}

/// Writes the entities of one article, with its texts at hand.
struct Writer<'a> {
    article: Article<'a>,
    title: Offsets<'a>,
    body: Offsets<'a>,
}

impl<'a> Writer<'a> {
    fn new(article: Article<'a>, unit: OffsetUnit) -> Writer<'a> {
        Writer { article, title: Offsets::new(article.title, unit), body: Offsets::new(article.body, unit) }
    }

    fn entity(&self, entity: &Entity<'_>) -> v1::Entity {
        let entry = entity.entry.as_ref();
        v1::Entity {
            r#type: entity_type(entity.entity_type).into(),
            name: entity.name.clone(),
            entry_id: entry.map_or_else(String::new, |entry| entry.id.to_string()),
            links: entry
                .map(|entry| entry.links.iter().map(|&(source, id)| (source.to_owned(), id.to_owned())).collect())
                .unwrap_or_default(),
            confidence: entity.confidence,
            salience: entity.salience,
            mentions: entity.mentions.iter().map(|mention| self.mention(mention)).collect(),
            kind: entry.map_or_else(String::new, |entry| entry.kind.to_owned()),
            country_code: entry.map_or_else(String::new, |entry| entry.country.to_owned()),
            coordinates: entry.and_then(|entry| entry.coordinates).map(coordinates),
            begin_date: entity.begin.clone(),
            end_date: entity.end.clone(),
            alternatives: entity.alternatives.iter().map(|(entry, score)| alternative(entry, *score)).collect(),
            explanation: entity.explanation.as_ref().map(explanation),
        }
    }

    fn mention(&self, mention: &Mention) -> v1::Mention {
        let (section, offsets) = match mention.section {
            Section::Title => (v1::Section::Title, &self.title),
            Section::Body => (v1::Section::Body, &self.body),
        };
        v1::Mention {
            section: section.into(),
            begin: offsets.convert(mention.span.begin),
            end: offsets.convert(mention.span.end),
            text: mention.span.of(self.article.section(mention.section)).to_owned(),
            kind: mention_kind(mention.kind).into(),
            confidence: mention.confidence,
            explanation: mention.explanation.as_ref().map(explanation),
        }
    }
}

/// Name, version and digest of a gazetteer.
pub(super) fn gazetteer_version(version: &gazetteer::GazetteerVersion) -> v1::GazetteerVersion {
    v1::GazetteerVersion {
        name: version.name.clone(),
        version: version.version.clone(),
        digest: version.digest.clone(),
    }
}

/// A number of things in memory as the wire has it; more than 4 billion do not occur.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn statistics(extraction: &Extraction<'_>) -> v1::ExtractionStatistics {
    let mentions = |entities: &mut dyn Iterator<Item = &Entity<'_>>| count(entities.map(|e| e.mentions.len()).sum());
    v1::ExtractionStatistics {
        words: count(extraction.words),
        entities: count(extraction.entities.len()),
        mentions: mentions(&mut extraction.entities.iter()),
        listed_mentions: mentions(&mut extraction.entities.iter().filter(|entity| entity.entry.is_some())),
    }
}

fn explanation(explanation: &Explanation) -> v1::Explanation {
    let evidence = explanation.evidence.iter().map(|evidence| v1::Evidence {
        rule: evidence.rule.to_owned(),
        detail: evidence.detail.clone(),
        weight: evidence.weight,
    });
    let rejected = explanation.rejected.iter().map(|reading| v1::RejectedReading {
        text: reading.text.clone(),
        r#type: entity_type(reading.entity_type).into(),
        probability: reading.probability,
        against: reading.against.to_owned(),
    });
    v1::Explanation { summary: explanation.summary.clone(), evidence: evidence.collect(), rejected: rejected.collect() }
}

fn alternative(entry: &Record<'_>, score: f32) -> v1::Alternative {
    v1::Alternative {
        entry_id: entry.id.to_string(),
        r#type: entity_type(entry.entity_type).into(),
        name: entry.name().to_owned(),
        score,
    }
}

pub(super) fn coordinates((latitude, longitude): (f64, f64)) -> v1::Coordinates {
    v1::Coordinates { latitude, longitude }
}

pub(super) fn entity_type(entity_type: EntityType) -> v1::EntityType {
    match entity_type {
        EntityType::Person => v1::EntityType::Person,
        EntityType::Organization => v1::EntityType::Organization,
        EntityType::Location => v1::EntityType::Location,
        EntityType::Event => v1::EntityType::Event,
    }
}

pub(super) fn mention_kind(kind: AliasKind) -> v1::MentionKind {
    match kind {
        AliasKind::Name => v1::MentionKind::Name,
        AliasKind::Acronym => v1::MentionKind::Acronym,
        AliasKind::Short => v1::MentionKind::Short,
        AliasKind::Former => v1::MentionKind::Former,
        AliasKind::Misspelling => v1::MentionKind::Misspelling,
        AliasKind::Demonym => v1::MentionKind::Demonym,
    }
}

fn unit(unit: OffsetUnit) -> v1::OffsetUnit {
    match unit {
        OffsetUnit::Utf8Bytes => v1::OffsetUnit::Utf8Bytes,
        OffsetUnit::Utf16Units => v1::OffsetUnit::Utf16CodeUnits,
        OffsetUnit::CodePoints => v1::OffsetUnit::CodePoints,
    }
}
