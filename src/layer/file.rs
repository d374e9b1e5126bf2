//! The compiled file: a layer as bytes, and back.
//!
//! ```text
//! "GAZETTED" | format, u32 | bytes of the body, u64 | SHA-256 of the body | body
//! ```
//! Numbers are little-endian; the body is in the form of the `postcard` crate. It holds what
//! takes long to make (the cut and sorted names) and the records; what follows from them is
//! made anew. Nothing that comes in is trusted: a file that is damaged, of another version, or
//! does not hold together is refused, and a layer that was made of one never panics.

use std::{borrow::Cow, fs, io::Read as _, path::Path, sync::LazyLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Entries, Layer, LayerError, case::common_words};
use crate::{
    gazetteer::{GazetteerError, GazetteerVersion, hexadecimal},
    matcher::{Numbers, PackedMatcher},
};

const MAGIC: &[u8; 8] = b"GAZETTED";
/// Raised with every change of the form, and of how words are cut and folded.
const FORMAT: u32 = 4;
const HEADER: usize = 8 + 4 + 8 + 32;

#[derive(Serialize, Deserialize)]
struct Body<'b> {
    /// Which program wrote it.
    #[serde(borrow)]
    writer: Cow<'b, str>,
    #[serde(borrow)]
    name: Cow<'b, str>,
    #[serde(borrow)]
    version: Cow<'b, str>,
    #[serde(borrow)]
    digest: Cow<'b, str>,
    matcher: PackedMatcher<'b>,
    #[serde(borrow, with = "serde_bytes")]
    records: Cow<'b, [u8]>,
    ends: Numbers,
}

/// Names are cut with the common words at hand: another program may have others.
fn writer() -> &'static str {
    static WRITER: LazyLock<String> = LazyLock::new(|| {
        let mut common = common_words().iter().map(String::as_str).collect::<Vec<_>>();
        common.sort_unstable();
        let digest = hexadecimal(&Sha256::digest(common.join("\n")));
        format!("gazetted {} {}", env!("CARGO_PKG_VERSION"), &digest[..16])
    });
    &WRITER
}

/// Whether a file begins like a compiled one.
pub(super) fn is_compiled(path: &Path) -> bool {
    let mut magic = [0; MAGIC.len()];
    path.is_file() && fs::File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && magic == *MAGIC
}

pub(super) fn load(path: &Path) -> Result<Layer, LayerError> {
    let failed = |source| GazetteerError::Read { path: path.to_owned(), source };
    Layer::unpack(&fs::read(path).map_err(failed)?, path)
}

pub(super) fn pack(layer: &Layer) -> Vec<u8> {
    let (records, ends) = layer.entries.parts();
    let body = Body {
        writer: writer().into(),
        name: Cow::Borrowed(&layer.version.name),
        version: Cow::Borrowed(&layer.version.version),
        digest: Cow::Borrowed(&layer.version.digest),
        matcher: layer.matcher.packed(),
        records: records.into(),
        ends: Numbers(ends.to_vec()),
    };
    let mut bytes = vec![0; HEADER];
    postcard::to_io(&body, &mut bytes).expect("memory takes all that is written");
    let length = (bytes.len() - HEADER) as u64;
    let digest = Sha256::digest(&bytes[HEADER..]);
    let header = [&MAGIC[..], &FORMAT.to_le_bytes(), &length.to_le_bytes(), &digest].concat();
    bytes[..HEADER].copy_from_slice(&header);
    bytes
}

/// The layer of bytes, or what is wrong with them.
pub(super) fn unpack(bytes: &[u8]) -> Result<Layer, String> {
    let Some((header, body)) = bytes.split_at_checked(HEADER) else {
        return Err(format!("{} bytes long; a compiled gazetteer has more than {HEADER}", bytes.len()));
    };
    if header[..8] != *MAGIC {
        return Err("does not begin as a compiled gazetteer does".to_owned());
    }
    let format = header[8..12].iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte));
    let length = header[12..20].iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte));
    if format != FORMAT {
        return Err(format!("has format {format}; this program reads {FORMAT}: compile the gazetteer again"));
    }
    if length != body.len() as u64 {
        return Err(format!("holds {} bytes where {length} were written", body.len()));
    }
    let (sound, digested) = rayon::join(|| parse(body), || Sha256::digest(body)[..] == header[20..]);
    if digested { sound } else { Err("is damaged: its digest is not that of its content".to_owned()) }
}

fn parse(body: &[u8]) -> Result<Layer, String> {
    let (body, rest) =
        postcard::take_from_bytes::<Body<'_>>(body).map_err(|error| format!("cannot be read: {error}"))?;
    if body.writer != writer() {
        return Err(format!("was compiled by {:?}, this is {:?}: compile the gazetteer again", body.writer, writer()));
    }
    if !rest.is_empty() {
        return Err(format!("has {} bytes too many", rest.len()));
    }
    let entries = || Entries::unpack(body.records.into_owned(), body.ends.0);
    let (matcher, entries) = rayon::join(|| body.matcher.unpack(), entries);
    let (matcher, entries) =
        (matcher.map_err(|error| error.to_string())?, entries.ok_or("its records cannot be read")?);
    if matcher.spellings() != entries.names() {
        return Err(format!("has {} spellings for {} names", matcher.spellings(), entries.names()));
    }
    let version = GazetteerVersion {
        name: body.name.into_owned(),
        version: body.version.into_owned(),
        digest: body.digest.into_owned(),
    };
    Ok(Layer { version, matcher, entries, hides: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{gazetteer::Files, matcher::word_hashes, text::Words};

    /// Two names of one form, and one with a word of which folding leaves nothing.
    fn layer() -> Layer {
        let lines = r#"{"id":"a","type":"PERSON","name":"Ann Roe","aliases":[{"text":"eBay","case":"exact"},"Roe"]}
{"id":"b","type":"LOCATION","name":"Apple","aliases":["ÁPPLE","Ann ʼ Roe"],"context":["côte d'or"],"related":["a"],"country":"FR"}"#;
        Layer::read(&Files::in_memory("test", [("x.jsonl".to_owned(), lines.as_bytes())])).unwrap()
    }

    fn refused(bytes: &[u8]) -> String {
        unpack(bytes).expect_err("it is no good")
    }

    #[test]
    fn what_is_packed_is_unpacked_the_same() {
        let layer = layer();
        let again = unpack(&pack(&layer)).unwrap();
        assert_eq!(pack(&again), pack(&layer));
        assert_eq!(again.version, layer.version);
        assert_eq!(format!("{:?}", again.entries), format!("{:?}", layer.entries));
    }

    #[test]
    fn what_is_not_whole_is_refused_with_the_reason() {
        let bytes = pack(&layer());
        assert!(refused(&bytes[..10]).starts_with("10 bytes long"));
        assert!(refused(&bytes[..bytes.len() - 1]).contains("bytes where"));
        let changed = |at: usize| {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            refused(&bytes)
        };
        assert!(changed(0).starts_with("does not begin"));
        assert!(changed(8).starts_with("has format 5"));
        for at in 12..bytes.len() {
            assert!(changed(at).contains("digest") || at < 20, "{at}");
        }
    }

    #[test]
    fn a_body_that_does_not_hold_together_is_refused_though_its_digest_is_right() {
        let bytes = pack(&layer());
        let mut refusals = 0;
        for at in HEADER..bytes.len() {
            for flip in [1, 0x80, 0xff] {
                let mut body = bytes[HEADER..].to_vec();
                body[at - HEADER] ^= flip;
                // What is accepted must not panic when it is used.
                match parse(&body) {
                    Ok(layer) => {
                        let words = Words::read("Ann Roe sold an Apple on eBay");
                        let hashes = word_hashes(&words);
                        let named = layer.names_in(&words, &hashes, false);
                        named.iter().for_each(|name| drop(layer.entries().record(name.entry)));
                    }
                    Err(_) => refusals += 1,
                }
            }
        }
        assert!(refusals > 500, "{refusals}");
    }
}
