//! From the wire to the domain: everything a caller may get wrong is found here, all of it
//! at once, and told by field path, value and limit. What has passed cannot fail later.

use std::sync::Arc;

use super::{
    Limits,
    error::{RequestError, Violations},
    scope::{Scope, Scopes},
};
use crate::{
    extraction::{self, Lexicon, Suppressed},
    gazetteer::EntityType,
    proto::v1,
    text::OffsetUnit,
};

const MAX_ARTICLE_ID: usize = 512;
const MAX_LABELS: usize = 64;
const MAX_SUPPRESSED: usize = 1000;
const MAX_SUPPRESSED_BYTES: usize = 256;

/// Options that have passed all checks.
#[derive(Clone, Debug, Default)]
pub struct CheckedOptions {
    /// What to extract.
    pub extraction: extraction::Options,
    /// The unit of offsets in the answer.
    pub offset_unit: OffsetUnit,
    /// The names that it sees; unset for all.
    pub scope: Option<Arc<Scope>>,
}

impl CheckedOptions {
    /// Checks options; absent ones are the defaults. `path` is where they stand, such as
    /// `options`.
    ///
    /// # Errors
    /// With all violations.
    pub fn new(
        wire: Option<&v1::ExtractionOptions>,
        path: &str,
        limits: &Limits,
        scopes: &Scopes,
    ) -> Result<CheckedOptions, RequestError> {
        let mut violations = Violations::default();
        let checked = check_options(wire, path, limits, scopes, &mut violations);
        violations.result().map(|()| checked)
    }

    /// What a call with these options sees of a lexicon.
    pub(super) fn scoped(&self, lexicon: &Arc<Lexicon>) -> Result<Arc<Lexicon>, RequestError> {
        self.scope.as_ref().map_or_else(|| Ok(lexicon.clone()), |scope| scope.of(lexicon))
    }
}

/// Checks an article. `path` is where it stands, such as `articles[3]`.
///
/// # Errors
/// With all violations.
pub fn check_article(article: &v1::Article, path: &str, limits: &Limits) -> Result<(), RequestError> {
    let mut violations = Violations::default();
    check_article_into(article, path, limits, &mut violations);
    violations.result()
}

/// A unary request, article and options in one go.
pub(super) fn check_unary(
    request: v1::ExtractEntitiesRequest,
    limits: &Limits,
    scopes: &Scopes,
) -> Result<(v1::Article, CheckedOptions), RequestError> {
    let mut violations = Violations::default();
    match &request.article {
        Some(article) => check_article_into(article, "article", limits, &mut violations),
        None => violations.add("article", "is required"),
    }
    let options = check_options(request.options.as_ref(), "options", limits, scopes, &mut violations);
    violations.result()?;
    Ok((request.article.unwrap_or_default(), options))
}

/// A batch but for its articles, which are checked one by one.
pub(super) fn check_batch(
    request: &v1::BatchExtractEntitiesRequest,
    limits: &Limits,
    scopes: &Scopes,
) -> Result<CheckedOptions, RequestError> {
    let mut violations = Violations::default();
    let (count, limit) = (request.articles.len(), limits.max_batch_articles as usize);
    if count == 0 {
        violations.add("articles", "has no article; at least one is required");
    } else if count > limit {
        violations.add("articles", format!("has {count} articles; the limit is max_batch_articles = {limit}"));
    }
    let options = check_options(request.options.as_ref(), "options", limits, scopes, &mut violations);
    violations.result().map(|()| options)
}

/// The settings of a stream.
pub(super) fn check_settings(
    settings: &v1::StreamSettings,
    limits: &Limits,
    scopes: &Scopes,
) -> Result<(CheckedOptions, v1::StreamOrder), RequestError> {
    let mut violations = Violations::default();
    let options = check_options(settings.options.as_ref(), "settings.options", limits, scopes, &mut violations);
    let order = known(settings.order, "settings.order", "StreamOrder", &mut violations);
    violations.result().map(|()| (options, order))
}

pub(super) fn check_article_into(article: &v1::Article, path: &str, limits: &Limits, violations: &mut Violations) {
    let (id, labels) = (article.article_id.len(), article.labels.len());
    if id > MAX_ARTICLE_ID {
        violations.add(format!("{path}.article_id"), format!("has {id} bytes; the limit is {MAX_ARTICLE_ID}"));
    }
    if labels > MAX_LABELS {
        violations.add(format!("{path}.labels"), format!("has {labels} labels; the limit is {MAX_LABELS}"));
    }
    let bytes = article.title.len() + article.body.len();
    let limit = limits.max_article_bytes;
    if bytes > limit as usize {
        let longer = if article.title.len() > article.body.len() { "title" } else { "body" };
        let problem = format!("title and body have {bytes} bytes; the limit is max_article_bytes = {limit}");
        violations.add(format!("{path}.{longer}"), problem);
    } else if article.title.trim().is_empty() && article.body.trim().is_empty() {
        violations.add(format!("{path}.body"), "is blank, and so is the title; one of them must have text");
    }
}

fn check_options(
    wire: Option<&v1::ExtractionOptions>,
    path: &str,
    limits: &Limits,
    scopes: &Scopes,
    violations: &mut Violations,
) -> CheckedOptions {
    let unset = v1::ExtractionOptions::default();
    let wire = wire.unwrap_or(&unset);
    let at = |field: &str| format!("{path}.{field}");

    if !(0.0..=1.0).contains(&wire.min_confidence) {
        violations.add(at("min_confidence"), format!("is {}; it must be from 0 to 1", wire.min_confidence));
    }
    let scope = scopes.of(wire, path, violations);
    check_suppressed(&wire.suppressed_names, &at("suppressed_names"), violations);

    let overlaps = match known(wire.overlaps, &at("overlaps"), "Overlaps", violations) {
        v1::Overlaps::Unspecified | v1::Overlaps::Longest => extraction::Overlaps::Longest,
        v1::Overlaps::Nested => extraction::Overlaps::Nested,
    };
    let offset_unit = match known(wire.offset_unit, &at("offset_unit"), "OffsetUnit", violations) {
        v1::OffsetUnit::Unspecified | v1::OffsetUnit::Utf8Bytes => OffsetUnit::Utf8Bytes,
        v1::OffsetUnit::Utf16CodeUnits => OffsetUnit::Utf16Units,
        v1::OffsetUnit::CodePoints => OffsetUnit::CodePoints,
    };
    let extraction = extraction::Options {
        types: entity_types(&wire.entity_types, &at("entity_types"), violations),
        min_confidence: wire.min_confidence,
        overlaps,
        unlisted_names: wire.unlisted_names.unwrap_or(true),
        demonyms: wire.demonyms,
        explain: wire.explain,
        alternatives: wire.alternatives,
        suppressed: Suppressed::default(),
        max_mentions: limits.max_mentions as usize,
        ..extraction::Options::default()
    };
    // Folding the names is the only costly part: not for a request that is refused anyway.
    let suppressed = if violations.total() == 0 { wire.suppressed_names.as_slice() } else { &[] };
    let suppressed = Suppressed::new(suppressed.iter().map(String::as_str));
    CheckedOptions { extraction: extraction::Options { suppressed, ..extraction }, offset_unit, scope }
}

fn check_suppressed(names: &[String], path: &str, violations: &mut Violations) {
    if names.len() > MAX_SUPPRESSED {
        violations.add(path, format!("has {} names; the limit is {MAX_SUPPRESSED}", names.len()));
        return;
    }
    for (i, name) in names.iter().enumerate() {
        if name.len() > MAX_SUPPRESSED_BYTES {
            let problem = format!("has {} bytes; the limit is {MAX_SUPPRESSED_BYTES}", name.len());
            violations.add(format!("{path}[{i}]"), problem);
        } else if name.trim().is_empty() {
            violations.add(format!("{path}[{i}]"), "is blank");
        }
    }
}

/// The types without repetition.
fn entity_types(numbers: &[i32], path: &str, violations: &mut Violations) -> Vec<EntityType> {
    let mut types = Vec::new();
    for (i, &number) in numbers.iter().enumerate() {
        let Some(entity_type) = entity_type(number, &format!("{path}[{i}]"), violations) else { continue };
        if !types.contains(&entity_type) {
            types.push(entity_type);
        }
    }
    types
}

/// The type of a number, which must say one.
pub(super) fn entity_type(number: i32, path: &str, violations: &mut Violations) -> Option<EntityType> {
    match v1::EntityType::try_from(number) {
        Ok(v1::EntityType::Person) => Some(EntityType::Person),
        Ok(v1::EntityType::Organization) => Some(EntityType::Organization),
        Ok(v1::EntityType::Location) => Some(EntityType::Location),
        Ok(v1::EntityType::Event) => Some(EntityType::Event),
        Ok(v1::EntityType::Unspecified) | Err(_) => {
            violations.add(path, format!("is {number}, which is no type; EntityType has 1 to 4"));
            None
        }
    }
}

/// The enum value of a number. One that we do not know is a violation, for we would do
/// something else than the caller asks.
pub(super) fn known<E: TryFrom<i32> + Default>(number: i32, path: &str, name: &str, violations: &mut Violations) -> E {
    E::try_from(number).unwrap_or_else(|_| {
        violations.add(path, format!("is {number}, which {name} does not have"));
        E::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(error: RequestError) -> Vec<String> {
        match error {
            RequestError::Invalid(violations) => violations.as_slice().iter().map(ToString::to_string).collect(),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn all_violations_of_a_request_are_told_at_once() {
        let limits = Limits { max_article_bytes: 8, ..Limits::default() };
        let labels = (0..65).map(|i| (i.to_string(), String::new())).collect();
        let article =
            v1::Article { article_id: "x".repeat(513), body: "too long!".into(), labels, ..Default::default() };
        let options = v1::ExtractionOptions {
            entity_types: vec![1, 9, 0],
            offset_unit: 4,
            min_confidence: f32::NAN,
            overlaps: -1,
            gazetteers: vec!["x".into()],
            inline_entries: vec![v1::GazetteerEntry::default()],
            suppressed_names: vec!["fine".into(), " ".into(), "x".repeat(257)],
            ..Default::default()
        };
        let request = v1::ExtractEntitiesRequest { article: Some(article), options: Some(options) };
        assert_eq!(
            fields(check_unary(request, &limits, &Scopes::default()).expect_err("it is bad")),
            [
                "article.article_id: has 513 bytes; the limit is 512",
                "article.labels: has 65 labels; the limit is 64",
                "article.body: title and body have 9 bytes; the limit is max_article_bytes = 8",
                "options.min_confidence: is NaN; it must be from 0 to 1",
                "options.inline_entries[0].type: is 0, which is no type; EntityType has 1 to 4",
                "options.inline_entries[0].entry_id: \"\" is not 1 to 200 bytes without white space",
                "options.inline_entries[0].name: \"\" has no word to look for",
                "options.suppressed_names[1]: is blank",
                "options.suppressed_names[2]: has 257 bytes; the limit is 256",
                "options.overlaps: is -1, which Overlaps does not have",
                "options.offset_unit: is 4, which OffsetUnit does not have",
                "options.entity_types[1]: is 9, which is no type; EntityType has 1 to 4",
                "options.entity_types[2]: is 0, which is no type; EntityType has 1 to 4",
            ]
        );
    }

    #[test]
    fn what_is_unset_is_the_default() {
        let checked =
            CheckedOptions::new(None, "options", &Limits::default(), &Scopes::default()).expect("defaults are good");
        assert_eq!(checked.offset_unit, OffsetUnit::Utf8Bytes);
        assert!(checked.extraction.unlisted_names && checked.extraction.types.is_empty());
    }

    #[test]
    fn an_article_needs_text_in_one_of_its_sections() {
        let limits = Limits::default();
        let article = |title: &str, body: &str| v1::Article {
            title: title.into(),
            body: body.into(),
            language_code: "de".into(),
            ..Default::default()
        };
        assert!(check_article(&article("Title", ""), "article", &limits).is_ok());
        assert!(check_article(&article("", "Body"), "article", &limits).is_ok());
        let blank = fields(check_article(&article(" ", "\n\u{a0}"), "articles[3]", &limits).expect_err("it is blank"));
        assert_eq!(blank, ["articles[3].body: is blank, and so is the title; one of them must have text"]);
        let missing =
            check_unary(v1::ExtractEntitiesRequest::default(), &limits, &Scopes::default()).expect_err("it is missing");
        assert_eq!(fields(missing), ["article: is required"]);
    }

    #[test]
    fn a_batch_has_some_articles_but_not_too_many() {
        let limits = Limits { max_batch_articles: 2, ..Limits::default() };
        let batch = |n| v1::BatchExtractEntitiesRequest { articles: vec![v1::Article::default(); n], options: None };
        assert!(check_batch(&batch(2), &limits, &Scopes::default()).is_ok());
        let none = fields(check_batch(&batch(0), &limits, &Scopes::default()).expect_err("it is empty"));
        assert_eq!(none, ["articles: has no article; at least one is required"]);
        let many = fields(check_batch(&batch(3), &limits, &Scopes::default()).expect_err("it is too large"));
        assert_eq!(many, ["articles: has 3 articles; the limit is max_batch_articles = 2"]);
    }
}
