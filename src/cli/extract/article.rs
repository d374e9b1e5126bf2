//! From the bytes of an item to an article, or to what is wrong with it.

use serde::Deserialize;

use super::input::{Content, Item};
use crate::cli::json_lines;

/// An article with its id.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) body: String,
}

/// A line of a JSON-lines file.
#[derive(Deserialize)]
struct Line {
    id: Option<json_lines::Id>,
    title: Option<String>,
    body: Option<String>,
    text: Option<String>,
}

impl Document {
    /// Reads an item; title and body together may have `limit` bytes.
    pub(super) fn read(item: Item, limit: usize) -> Result<Document, String> {
        let place = item.place();
        let document = match item.content {
            Content::Bad(problem) => return Err(problem),
            Content::Text(bytes) => Document { id: place, title: String::new(), body: utf8(bytes)? },
            Content::Json(bytes) => {
                let line = json_lines::parse::<Line>(&bytes)?;
                let id = line.id.map_or(place, json_lines::Id::into_string);
                let body = line.body.or(line.text).unwrap_or_default();
                Document { id, title: line.title.unwrap_or_default(), body }
            }
        };
        document.check(limit)
    }

    fn check(self, limit: usize) -> Result<Document, String> {
        let length = self.title.len() + self.body.len();
        if length > limit {
            return Err(format!("title and body have {length} bytes; the limit is {limit}"));
        }
        if self.title.trim().is_empty() && self.body.trim().is_empty() {
            return Err("no text: title and body are missing or empty".to_owned());
        }
        Ok(self)
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| json_lines::not_utf8(error.utf8_error()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Document, String> {
        let content = Content::Json(line.as_bytes().to_owned());
        Document::read(Item { file: "x.jsonl".into(), line: Some(7), size: 0, content }, 20)
    }

    #[test]
    fn reads_text_for_body_and_numbers_for_ids() {
        let document = read(r#"{"id":7,"title":"T","text":"B","url":["x"]}"#).unwrap();
        assert_eq!((document.id.as_str(), document.title.as_str(), document.body.as_str()), ("7", "T", "B"));
        assert_eq!(read(r#"{"body":"B","title":null}"#).unwrap().id, "x.jsonl:7");
        assert_eq!(read(r#"{"id":"","body":"B","text":"C"}"#).unwrap().body, "B");
    }

    #[test]
    fn says_what_is_wrong() {
        for (line, problem) in [
            ("[1]", "not a JSON object"),
            ("{}", "no text: title and body are missing or empty"),
            (r#"{"body":5}"#, "body: invalid type: integer `5`, expected a string at column 9"),
            (r#"{"id":[],"body":"b"}"#, "id: not a string or a number at column 8"),
            (r#"{"body":"b"} x"#, "trailing characters at column 14"),
            (r#"{"title":"0123456789","body":"0123456789+"}"#, "title and body have 21 bytes; the limit is 20"),
        ] {
            assert_eq!(read(line), Err(problem.to_owned()), "{line}");
        }
    }
}
