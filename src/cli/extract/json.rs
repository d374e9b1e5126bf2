//! An article's answer in canonical protobuf JSON, as the service would give it.

use crate::{
    extraction::{Lexicon, Options},
    proto::v1,
    service::{CheckedOptions, respond},
    text::OffsetUnit,
};

/// The answer as one line without line feed, or why it cannot be written.
pub(super) fn json_line(
    article_id: &str,
    title: &str,
    body: &str,
    options: &Options,
    unit: OffsetUnit,
    lexicon: &Lexicon,
) -> Result<String, String> {
    let article = v1::Article {
        article_id: article_id.to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        ..v1::Article::default()
    };
    let options = CheckedOptions { extraction: options.clone(), offset_unit: unit, ..CheckedOptions::default() };
    let response = respond(&article, "article", &options, lexicon).map_err(|error| error.to_string())?;
    serde_json::to_string(&response).map_err(|error| error.to_string())
}
