//! What the service promises, whatever the request: all that is bad is told, and what is good is
//! answered by spans that are the text they say they are.

use gazetted::{
    proto::v1::{self, OffsetUnit, Section},
    service::{CheckedOptions, Limits, RequestError, Scopes, check_article, respond},
};
use prost::Message as _;

use crate::lexicon;

/// Checks a request as the service does, and answers it when it is good.
pub fn answered(request: v1::ExtractEntitiesRequest) {
    let limits = Limits::default();
    let article = request.article.unwrap_or_default();
    let options = CheckedOptions::new(request.options.as_ref(), "options", &limits, &Scopes::default());
    let options = match (options, check_article(&article, "article", &limits)) {
        (Ok(options), Ok(())) => options,
        (options, checked) => return options.err().iter().chain(checked.err().iter()).for_each(told),
    };
    let answer = || respond(&article, "article", &options, lexicon());
    let response = match answer() {
        Ok(response) => response,
        Err(error) => return told(&error),
    };
    let encoded = response.encode_to_vec();
    assert_eq!(v1::ExtractEntitiesResponse::decode(&encoded[..]).as_ref(), Ok(&response));
    assert_eq!(answer().map(|again| again.encode_to_vec()), Ok(encoded), "the same again");
    assert_eq!(response.article_id, article.article_id);
    let statistics = response.statistics.unwrap_or_default();
    assert_eq!(statistics.entities as usize, response.entities.len());
    for mention in response.entities.iter().flat_map(|entity| &entity.mentions) {
        let text = if mention.section() == Section::Title { &article.title } else { &article.body };
        let (begin, end) = (mention.begin as usize, mention.end as usize);
        let written = match response.offset_unit() {
            OffsetUnit::Unspecified => panic!("the unit is never unspecified"),
            OffsetUnit::Utf8Bytes => text[begin..end].to_owned(),
            OffsetUnit::CodePoints => text.chars().skip(begin).take(end - begin).collect(),
            OffsetUnit::Utf16CodeUnits => {
                let units = text.encode_utf16().skip(begin).take(end - begin).collect::<Vec<_>>();
                String::from_utf16(&units).expect("no character is cut in two")
            }
        };
        assert_eq!(mention.text, written);
    }
}

/// A refusal names a field, and fits the status that carries it.
fn told(error: &RequestError) {
    let RequestError::Invalid(violations) = error else { panic!("{error}") };
    assert!((1..=violations.total()).contains(&violations.as_slice().len()));
    assert!(violations.as_slice().iter().all(|violation| !violation.field.is_empty()), "{violations:?}");
    assert_eq!(error.to_wire().message, error.to_string());
}
