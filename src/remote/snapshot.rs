//! The snapshot of a gazetteer: its entries as JSON lines, in one file, packed with gzip. Knows
//! no store.

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use rustc_hash::FxHashSet;

use super::{
    RemoteError,
    manifest::{Manifest, digits},
};
use crate::gazetteer::{About, BadLine, Files, GazetteerError};

pub(super) const FOLDER: &str = "snapshots";
/// Bytes of a snapshot as it is stored.
pub(super) const MAX_PACKED: u64 = 1 << 30;
/// Bytes of a snapshot unpacked.
pub(super) const MAX_TEXT: u64 = 4 << 30;
/// The one file of a snapshot. Part of its digest: never to be changed.
const FILE: &str = "entries.jsonl";

/// Entries ready to be uploaded.
#[derive(Debug)]
pub(super) struct Snapshot {
    about: About,
    digest: String,
    entries: u64,
    text_bytes: u64,
    pub(super) packed: Vec<u8>,
}

impl Snapshot {
    /// Reads files, checks them, and writes their entries anew: what was spread over files,
    /// with blank lines and in other orders of fields, is the same snapshot.
    pub(super) fn pack(files: &Files) -> Result<Snapshot, RemoteError> {
        let about = files.about()?;
        let (entries, text) = lines(files)?;
        let text_bytes = text.len() as u64;
        limit("the entries", text_bytes, MAX_TEXT)?;
        let packed = gzip(&text);
        limit("the packed entries", packed.len() as u64, MAX_PACKED)?;
        let digest = Files::in_memory(&about.name, [(FILE.to_owned(), text)]).digest()?;
        Ok(Snapshot { about, digest, entries, text_bytes, packed })
    }

    /// Its manifest, under a number.
    pub(super) fn manifest(&self, number: u64) -> Manifest {
        let (about, digest) = (self.about.clone(), self.digest.clone());
        Manifest::new(number, about, digest, self.entries, self.packed.len() as u64, self.text_bytes)
    }

    /// Whether a manifest speaks of the same gazetteer with the same entries.
    pub(super) fn is_of(&self, manifest: &Manifest) -> bool {
        (&self.about, &self.digest) == (&manifest.gazetteer, &manifest.digest)
    }
}

/// The files of a packed snapshot, when they are those of the manifest. `url` is where the
/// gazetteer is, for messages.
pub(super) fn unpack(packed: &[u8], manifest: &Manifest, url: &str) -> Result<Files, RemoteError> {
    let damaged = |problem| RemoteError::Damaged { object: format!("{url}/{}", manifest.snapshot()), problem };
    let mut text = Vec::new();
    let unpacked = GzDecoder::new(packed).take(manifest.text_bytes + 1).read_to_end(&mut text);
    unpacked.map_err(|error| damaged(format!("cannot be unpacked: {error}")))?;
    let file = format!("{url}/{}/{FILE}", manifest.number);
    let files = Files::in_memory(&manifest.gazetteer.name, [(file, text)]).with_about(manifest.gazetteer.clone());
    let digest = files.digest()?;
    if digest != manifest.digest {
        return Err(damaged(format!("its content has the digest {digest}")));
    }
    Ok(files)
}

/// The object of a snapshot.
pub(super) fn object(number: u64, digest: &str) -> String {
    format!("{FOLDER}/{number:020}-{digest}.jsonl.gz")
}

/// The number for which a snapshot was made, of its name in its folder.
pub(super) fn number_of(name: &str) -> Option<u64> {
    digits(name.strip_suffix(".jsonl.gz")?.split_once('-')?.0)
}

/// The number of entries, and their lines.
fn lines(files: &Files) -> Result<(u64, Vec<u8>), GazetteerError> {
    let (mut count, mut text, mut problems, mut ids) = (0, Vec::new(), Vec::new(), FxHashSet::default());
    files.read(|block| {
        count += block.entries.len() as u64;
        problems.extend(block.problems);
        for (entry, &line) in block.entries.iter().zip(&block.lines) {
            if !ids.insert(entry.id.clone()) {
                let (file, field) = (block.file.to_string(), "id".to_owned());
                let problem = format!("{:?} stands for an earlier entry already", entry.id.as_str());
                problems.push(BadLine { file, line, field, problem });
            }
            text.extend_from_slice(entry.to_line().as_bytes());
            text.push(b'\n');
        }
    })?;
    if problems.is_empty() { Ok((count, text)) } else { Err(GazetteerError::Lines(problems)) }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    let written = packed.write_all(text).and_then(|()| packed.finish());
    written.expect("memory takes all that is written")
}

fn limit(what: &str, bytes: u64, limit: u64) -> Result<(), RemoteError> {
    let what = what.to_owned();
    if bytes > limit { Err(RemoteError::TooLarge { what, bytes, limit }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn files(lines: &[(&str, &str)]) -> Files {
        Files::in_memory("house", lines.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes())))
    }

    #[test]
    fn the_layout_of_lines_and_files_is_no_difference() {
        let one = Snapshot::pack(&files(&[(
            "x.jsonl",
            "{\"id\":\"a\",\"type\":\"PERSON\",\"name\":\"Ann Roe\"}\n\n{\"id\":\"b\",\"type\":\"EVENT\",\"name\":\"Bee\"}",
        )]));
        let other = Snapshot::pack(&files(&[
            ("y.jsonl", "{\"type\": \"PERSON\", \"name\": \"Ann Roe\", \"id\": \"a\"}"),
            ("z.jsonl", "{\"id\":\"b\",\"type\":\"EVENT\",\"name\":\"Bee\",\"aliases\":[]}\n"),
        ]));
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!((&one.digest, &one.packed, one.entries), (&other.digest, &other.packed, 2));
    }

    #[test]
    fn the_digest_is_the_one_that_a_reader_will_have() {
        let snapshot = Snapshot::pack(&Files::at(Path::new("gazetteers")).unwrap()).unwrap();
        let manifest = snapshot.manifest(1);
        let files = unpack(&snapshot.packed, &manifest, "file:///x").unwrap();
        let mut entries = 0;
        let version = files.read(|block| entries += block.entries.len() as u64).unwrap();
        assert_eq!((version.digest, entries), (manifest.digest, manifest.entries));
        assert_eq!((version.name, version.version), (manifest.gazetteer.name, manifest.gazetteer.version));
    }

    #[test]
    fn bad_lines_and_ids_that_occur_twice_are_not_published() {
        let bad = files(&[
            ("x.jsonl", "{\"id\":\"a\",\"type\":\"PERSON\",\"name\":\"Ann Roe\"}\nno\n"),
            ("y.jsonl", "{\"id\":\"a\",\"type\":\"PERSON\",\"name\":\"Ann Roe\"}"),
        ]);
        let told = Snapshot::pack(&bad).unwrap_err().to_string();
        assert_eq!(told.lines().map(|line| &line[..9]).collect::<Vec<_>>(), ["x.jsonl:2", "y.jsonl:1"], "{told}");
    }

    #[test]
    fn no_more_is_unpacked_than_the_manifest_says_and_one_byte_makes_the_difference() {
        let snapshot =
            Snapshot::pack(&files(&[("x.jsonl", r#"{"id":"a","type":"PERSON","name":"Ann Roe"}"#)])).unwrap();
        let manifest = snapshot.manifest(1);
        for packed in [
            gzip(&vec![b' '; 1 << 20]),
            gzip(br#"{"id":"a","type":"PERSON","name":"Ann Rou"}"#),
            snapshot.packed[..snapshot.packed.len() - 9].to_vec(),
            b"no gzip".to_vec(),
        ] {
            let error = unpack(&packed, &manifest, "file:///x").unwrap_err();
            assert!(matches!(error, RemoteError::Damaged { .. }), "{error}");
        }
    }

    #[test]
    fn only_snapshots_have_the_number_of_a_snapshot() {
        let name = object(7, &"0".repeat(64));
        assert_eq!(number_of(&name["snapshots/".len()..]), Some(7));
        for name in ["notes.txt", "00000000000000000007.jsonl.gz", "7-x.jsonl.gz"] {
            assert_eq!(number_of(name), None, "{name}");
        }
    }
}
