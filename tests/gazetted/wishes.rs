//! What one call may ask for that others do not: gazetteers, entries and mentions of its own.

use std::sync::Arc;

use gazetted::{
    catalog::{Catalog, Source},
    gazetteer::Files,
    layer::Layer,
    proto::v1::{self, entity_extraction_service_server::EntityExtractionService as _},
    service::{ExtractionService, Limits},
};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;

const TEXT: &str = "Mira Talvik of Zorbly met Kelo in Zorvania on Monday.";

fn layer(name: &str, lines: &'static str) -> Arc<Layer> {
    let files = Files::in_memory(name, [("x.jsonl".to_owned(), lines.as_bytes())]);
    Arc::new(Layer::read(&files).expect("the lines are good"))
}

fn service() -> ExtractionService {
    let low = layer(
        "low",
        r#"{"id":"location/zorvania","type":"LOCATION","name":"Zorvania"}
{"id":"person/mira","type":"PERSON","name":"Mira Talvik"}"#,
    );
    let high = layer("high", r#"{"id":"person/mira","type":"PERSON","name":"Mira Talvik","links":{"x":"1"}}"#);
    let catalog = Catalog::open([low, high].map(Source::Layer).into(), None).expect("nothing can be bad");
    ExtractionService::new(catalog, Limits::default())
}

async fn ask(
    service: &ExtractionService,
    forced: Vec<v1::ForcedMention>,
    options: v1::ExtractionOptions,
) -> Result<v1::ExtractEntitiesResponse, Status> {
    let article = v1::Article { body: TEXT.into(), forced_mentions: forced, ..Default::default() };
    let request = v1::ExtractEntitiesRequest { article: Some(article), options: Some(options) };
    service.extract_entities(Request::new(request)).await.map(tonic::Response::into_inner)
}

/// Text, type and id of each listed entity.
fn listed(response: &v1::ExtractEntitiesResponse) -> Vec<(&str, v1::EntityType, &str)> {
    let listed = response.entities.iter().filter(|entity| !entity.entry_id.is_empty());
    listed.map(|entity| (entity.mentions[0].text.as_str(), entity.r#type(), entity.entry_id.as_str())).collect()
}

fn versions(response: &v1::ExtractEntitiesResponse) -> Vec<&str> {
    response.gazetteers.iter().map(|version| version.name.as_str()).collect()
}

fn violations(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let details = status.get_error_details();
    let list = &details.bad_request().expect("a BadRequest").field_violations;
    list.iter().map(|v| format!("{}: {}", v.field, v.description)).collect()
}

fn entry(id: &str, name: &str, entity_type: v1::EntityType) -> v1::GazetteerEntry {
    v1::GazetteerEntry { entry_id: id.into(), r#type: entity_type.into(), name: name.into(), ..Default::default() }
}

fn forced(begin: u32, end: u32, entity_type: v1::EntityType, id: &str) -> v1::ForcedMention {
    v1::ForcedMention { section: v1::Section::Body.into(), begin, end, r#type: entity_type.into(), entry_id: id.into() }
}

#[tokio::test]
async fn a_call_may_choose_gazetteers() {
    let service = service();
    let choose = |names: &[&str]| v1::ExtractionOptions {
        gazetteers: names.iter().map(|&name| name.to_owned()).collect(),
        ..Default::default()
    };
    let all = ask(&service, vec![], choose(&[])).await.expect("an answer");
    assert_eq!(versions(&all), ["low", "high"]);
    assert_eq!(all.entities[0].links.len(), 1, "the higher layer overrides");
    let low = ask(&service, vec![], choose(&["low"])).await.expect("an answer");
    assert_eq!(versions(&low), ["low"]);
    assert_eq!(low.entities[0].links.len(), 0, "what is not chosen overrides nothing");
    let high = ask(&service, vec![], choose(&["high"])).await.expect("an answer");
    assert_eq!(listed(&high), [("Mira Talvik", v1::EntityType::Person, "person/mira")]);
    let refused = ask(&service, vec![], choose(&["low", "lower"])).await.expect_err("there is no lower");
    assert_eq!(violations(&refused), [r#"options.gazetteers[1]: "lower" is not served; there are low, high"#]);
}

#[tokio::test]
async fn a_call_may_bring_entries() {
    let service = service();
    let own = [
        entry("own/zorbly", "Zorbly", v1::EntityType::Organization),
        entry("person/mira", "Kelo", v1::EntityType::Person),
    ];
    let options = v1::ExtractionOptions { inline_entries: own.to_vec(), ..Default::default() };
    for _ in 0..2 {
        let response = ask(&service, vec![], options.clone()).await.expect("an answer");
        assert_eq!(versions(&response), ["low", "high", "inline"]);
        assert_eq!(response.gazetteers[2].digest.len(), 64);
        let listed = listed(&response);
        assert!(listed.contains(&("Zorbly", v1::EntityType::Organization, "own/zorbly")), "{listed:?}");
        assert!(listed.contains(&("Kelo", v1::EntityType::Person, "person/mira")), "{listed:?}");
        assert!(!listed.iter().any(|(text, ..)| *text == "Mira Talvik"), "an entry is replaced whole: {listed:?}");
    }
    let without = ask(&service, vec![], v1::ExtractionOptions::default()).await.expect("an answer");
    assert_eq!(versions(&without), ["low", "high"]);
    assert!(!listed(&without).iter().any(|(text, ..)| *text == "Zorbly"));

    let mut bad = entry("a b", "…", v1::EntityType::Person);
    bad.country_code = "gb".into();
    bad.aliases.push(v1::GazetteerAlias { text: "X".into(), kind: 9, case_rule: 0 });
    let twice = entry("own/zorbly", "Zorbly", v1::EntityType::Unspecified);
    let entries = vec![own[0].clone(), bad, twice];
    let options = v1::ExtractionOptions { inline_entries: entries, ..Default::default() };
    let refused = ask(&service, vec![], options).await.expect_err("they are bad");
    assert_eq!(
        violations(&refused),
        [
            "options.inline_entries[1].aliases[0].kind: is 9, which MentionKind does not have",
            r#"options.inline_entries[1].entry_id: "a b" is not 1 to 200 bytes without white space"#,
            r#"options.inline_entries[1].name: "…" has no word to look for"#,
            r#"options.inline_entries[1].country_code: "gb" is not two capital letters (ISO 3166-1 alpha-2)"#,
            r#"options.inline_entries[2].entry_id: "own/zorbly" is the id of inline_entries[0] already"#,
            "options.inline_entries[2].type: is 0, which is no type; EntityType has 1 to 4",
        ]
    );
    let many = (0..5001).map(|i| entry(&i.to_string(), "N", v1::EntityType::Person)).collect();
    let options = v1::ExtractionOptions { inline_entries: many, ..Default::default() };
    let refused = ask(&service, vec![], options).await.expect_err("they are too many");
    assert_eq!(violations(&refused), ["options.inline_entries: has 5001; the limit is 5000"]);
}

#[tokio::test]
async fn a_call_may_give_mentions() {
    let service = service();
    let given = vec![
        forced(26, 30, v1::EntityType::Organization, ""),
        // "Talvik of Zorbly", which nobody would take for a name, and an entry without a type.
        forced(5, 21, v1::EntityType::Event, ""),
        forced(34, 42, v1::EntityType::Unspecified, "location/zorvania"),
    ];
    let options = v1::ExtractionOptions { explain: true, min_confidence: 0.99, ..Default::default() };
    let response = ask(&service, given, options).await.expect("an answer");
    let found = response.entities.iter().map(|entity| {
        let mention = &entity.mentions[0];
        (mention.text.as_str(), entity.r#type(), entity.entry_id.as_str(), mention.confidence)
    });
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            ("Talvik of Zorbly", v1::EntityType::Event, "", 1.0),
            ("Kelo", v1::EntityType::Organization, "", 1.0),
            ("Zorvania", v1::EntityType::Location, "location/zorvania", 1.0),
        ]
    );
    let summary = &response.entities[1].mentions[0].explanation.as_ref().expect("it was asked for").summary;
    assert_eq!(summary, r#""Kelo" was given by the caller"#);

    let bad = vec![
        forced(27, 30, v1::EntityType::Person, ""),
        forced(26, 29, v1::EntityType::Person, ""),
        forced(26, 300, v1::EntityType::Person, ""),
        forced(0, 11, v1::EntityType::Unspecified, "person/nobody"),
        forced(0, 11, v1::EntityType::Location, "person/mira"),
        forced(0, 4, v1::EntityType::Person, ""),
        forced(0, 11, v1::EntityType::Person, ""),
        forced(30, 26, v1::EntityType::Person, ""),
        v1::ForcedMention::default(),
    ];
    let refused = ask(&service, bad, v1::ExtractionOptions::default()).await.expect_err("they are bad");
    assert_eq!(
        violations(&refused),
        [
            "article.forced_mentions[0].begin: 27 is not the beginning of a word",
            "article.forced_mentions[1].end: 29 is not the end of a word",
            "article.forced_mentions[2].end: 300 is beyond the section or inside a character",
            r#"article.forced_mentions[3].entry_id: "person/nobody" is in no gazetteer of this call"#,
            r#"article.forced_mentions[4].type: is not that of "person/mira", which is PERSON"#,
            "article.forced_mentions[7].begin: 30 is not the beginning of a word",
            "article.forced_mentions[8].section: is required",
            "article.forced_mentions[6].begin: overlaps forced_mentions[5]",
        ]
    );
}
