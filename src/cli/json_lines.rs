//! Lines of JSON: one object a line, and problems that name the field.

use std::str::Utf8Error;

use serde::{Deserialize, de::DeserializeOwned};

/// An id: text or a number.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "not a string or a number")]
pub(super) enum Id {
    Text(String),
    Number(serde_json::Number),
}

impl Id {
    /// The id as text.
    pub(super) fn into_string(self) -> String {
        match self {
            Id::Text(text) => text,
            Id::Number(number) => number.to_string(),
        }
    }
}

/// Reads one line, or says what is wrong with it.
pub(super) fn parse<T: DeserializeOwned>(line: &[u8]) -> Result<T, String> {
    // Without its line feed, after which the parser would count another line.
    let line = std::str::from_utf8(line).map_err(not_utf8)?.trim_end();
    // Serde would take an array for a struct, field by field.
    if !line.trim_start().starts_with('{') {
        return Err("not a JSON object".to_owned());
    }
    serde_json::from_str(line).map_err(|error| explain::<T>(line).unwrap_or_else(|| plain(&error)))
}

/// That text is not UTF-8, and where it stops being.
pub(super) fn not_utf8(error: Utf8Error) -> String {
    format!("not UTF-8 at byte {}", error.valid_up_to())
}

/// Reads a bad line again, more slowly, to name the field.
fn explain<T: DeserializeOwned>(line: &str) -> Option<String> {
    let mut json = serde_json::Deserializer::from_str(line);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    let path = error.path().to_string();
    let problem = plain(&error.into_inner());
    Some(if path == "." { problem } else { format!("{path}: {problem}") })
}

/// The message without "at line 1": the caller knows the line.
fn plain(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}
