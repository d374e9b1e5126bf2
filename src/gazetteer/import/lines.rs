//! Lines of bounded length, out of text of any length. Knows no format.

use std::io::{self, BufRead, Read as _};

use serde::de::DeserializeOwned;

use super::{Entry, ImportError, Reason, Sink, Skip};

/// Bytes of a line; the largest entities of Wikidata have a tenth of it.
const MAX_LINE: usize = 1 << 26;

/// What else a line gives to tell: parts of it that no entry can hold.
pub(super) type Notes = Vec<Skip>;

/// Reads a format that has an entry a line at most. Blank lines are passed over.
pub(super) fn each_line(
    input: &mut dyn BufRead,
    sink: &mut Sink<'_>,
    mut read: impl FnMut(&str, &mut Notes) -> Result<Option<Entry>, Skip>,
) -> Result<(), ImportError> {
    each(input, sink, |line, number, sink| {
        let mut notes = Notes::new();
        match read(line, &mut notes) {
            Ok(Some(entry)) => sink.add(number, entry)?,
            Ok(None) => {}
            Err(skip) => sink.skip(number, &skip)?,
        }
        notes.iter().try_for_each(|note| sink.skip(number, note))
    })
}

/// Gives each line that is not blank to `read`, with its number, counted from 1. A line that is
/// too long or not UTF-8 is skipped.
pub(super) fn each(
    input: &mut dyn BufRead,
    sink: &mut Sink<'_>,
    mut read: impl FnMut(&str, u64, &mut Sink<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        if !next(input, &mut bytes).map_err(|source| sink.unreadable(number, source))? {
            break;
        }
        if number == 1 && bytes.starts_with(b"\xef\xbb\xbf") {
            bytes.drain(..3);
        }
        sink.line();
        if bytes.len() > MAX_LINE {
            sink.skip(number, &Skip::malformed("", format!("more than {MAX_LINE} bytes long, which is the limit")))?;
            continue;
        }
        match str::from_utf8(&bytes) {
            Ok(line) if line.trim().is_empty() => {}
            Ok(line) => read(line.trim_end_matches(['\r', '\n']), number, sink)?,
            Err(error) => {
                let problem = format!("not UTF-8 at byte {}", error.valid_up_to());
                sink.skip(number, &Skip::new(Reason::Malformed, "", problem))?;
            }
        }
    }
    Ok(())
}

/// Reads the next line, of which no more than the limit and a byte is kept; false at the end.
fn next(input: &mut dyn BufRead, bytes: &mut Vec<u8>) -> io::Result<bool> {
    let limit = MAX_LINE as u64 + 1;
    if input.take(limit).read_until(b'\n', bytes)? == 0 {
        return Ok(false);
    }
    if bytes.len() > MAX_LINE && !bytes.ends_with(b"\n") {
        input.skip_until(b'\n')?;
    }
    Ok(true)
}

/// Reads a line of JSON, or says what is wrong with it and in which field.
pub(super) fn json<T: DeserializeOwned>(line: &str) -> Result<T, Skip> {
    // Serde would take an array for a struct, field by field.
    if !line.trim_start().starts_with('{') {
        return Err(Skip::malformed("", "not a JSON object"));
    }
    serde_json::from_str(line).map_err(|error| explain::<T>(line).unwrap_or_else(|| Skip::malformed("", plain(&error))))
}

/// Reads a bad line again, more slowly, to name the field.
fn explain<T: DeserializeOwned>(line: &str) -> Option<Skip> {
    let mut json = serde_json::Deserializer::from_str(line);
    let error = serde_path_to_error::deserialize::<_, T>(&mut json).err()?;
    let path = error.path().to_string();
    let field = if path == "." { String::new() } else { path };
    Some(Skip::malformed(field, plain(&error.into_inner())))
}

/// The message without "at line 1": every object is line 1 of itself.
fn plain(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}
