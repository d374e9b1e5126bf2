//! The manifest of one state of a gazetteer: a small JSON object, numbered from 1. Knows no store.

use serde::{Deserialize, Serialize};

use super::{RemoteError, snapshot};
use crate::gazetteer::About;

pub(super) const FOLDER: &str = "manifests";
/// Bytes of a manifest.
pub(super) const MAX_BYTES: u64 = 64 << 10;
/// Raised when a program of before would misread what is written.
const FORMAT: u32 = 1;

/// What was the newest state of a gazetteer, and will be for the number that it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: u32,
    /// Its place in the order of all that was published here, from 1.
    pub number: u64,
    /// What the gazetteer says of itself.
    pub gazetteer: About,
    /// The digest that a layer of the snapshot has, in lower-case hexadecimal digits.
    pub digest: String,
    /// How many entries it has.
    pub entries: u64,
    /// Bytes of the snapshot as it is stored, packed.
    pub bytes: u64,
    /// Bytes of the snapshot unpacked.
    pub text_bytes: u64,
}

impl Manifest {
    pub(super) fn new(
        number: u64,
        gazetteer: About,
        digest: String,
        entries: u64,
        bytes: u64,
        text_bytes: u64,
    ) -> Self {
        Self { format: FORMAT, number, gazetteer, digest, entries, bytes, text_bytes }
    }

    /// Reads the manifest of a number, and trusts nothing in it.
    pub(super) fn read(number: u64, json: &[u8]) -> Result<Manifest, String> {
        // The format first, so that a newer one is told as that and not as its first new field.
        #[derive(Deserialize)]
        struct Form {
            format: u32,
        }
        let form = serde_json::from_slice::<Form>(json).map_err(|error| error.to_string())?;
        if form.format != FORMAT {
            return Err(format!("format: {} is not {FORMAT}, the one that this program reads", form.format));
        }
        let manifest = serde_json::from_slice::<Manifest>(json).map_err(|error| error.to_string())?;
        if manifest.number != number {
            return Err(format!("number: {} is not the {number} of the name", manifest.number));
        }
        let is_digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        if manifest.digest.len() != 64 || !manifest.digest.bytes().all(is_digit) {
            return Err(format!("digest: {:?} is not 64 hexadecimal digits", manifest.digest));
        }
        let sizes =
            [("bytes", manifest.bytes, snapshot::MAX_PACKED), ("text_bytes", manifest.text_bytes, snapshot::MAX_TEXT)];
        match sizes.into_iter().find(|&(_, bytes, limit)| bytes > limit) {
            Some((field, bytes, limit)) => Err(format!("{field}: {bytes}; the limit is {limit}")),
            None => Ok(manifest),
        }
    }

    pub(super) fn to_json(&self) -> Result<Vec<u8>, RemoteError> {
        let mut json = serde_json::to_vec_pretty(self).expect("plain structs are valid JSON");
        json.push(b'\n');
        let bytes = json.len() as u64;
        if bytes > MAX_BYTES {
            let what = format!("the manifest of {:?}", self.gazetteer.name.chars().take(100).collect::<String>());
            return Err(RemoteError::TooLarge { what, bytes, limit: MAX_BYTES });
        }
        Ok(json)
    }

    /// The object that holds it.
    pub(super) fn object(&self) -> String {
        object(self.number)
    }

    /// The object that holds the entries.
    pub(super) fn snapshot(&self) -> String {
        snapshot::object(self.number, &self.digest)
    }
}

/// The object of the manifest of a number. Names lie in the order of the numbers.
pub(super) fn object(number: u64) -> String {
    format!("{FOLDER}/{number:020}.json")
}

/// The number of a manifest, of its name in its folder. The last that there could be is none:
/// nothing could follow it.
pub(super) fn number_of(name: &str) -> Option<u64> {
    digits(name.strip_suffix(".json")?).filter(|&number| number < u64::MAX)
}

/// A number of just 20 digits.
pub(super) fn digits(text: &str) -> Option<u64> {
    (text.len() == 20 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let (license, source) = ("CC0-1.0".to_owned(), String::new());
        let about = About { name: "house".to_owned(), version: "7".to_owned(), license, source };
        Manifest::new(3, about, "0f".repeat(32), 2, 100, 200)
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(Manifest::read(3, &manifest().to_json().unwrap()), Ok(manifest()));
    }

    #[test]
    fn what_cannot_be_true_is_refused_by_field() {
        let json = String::from_utf8(manifest().to_json().unwrap()).unwrap();
        for (good, bad, field) in [
            ("\"format\": 1", "\"format\": 2, \"new\": 0", "format: 2"),
            ("\"number\": 3", "\"number\": 4", "number: 4"),
            ("\"0f0f", "\"../x", "digest: "),
            ("\"bytes\": 100", "\"bytes\": 99999999999", "bytes: 99999999999"),
            ("\"text_bytes\": 200", "\"text_bytes\": 99999999999", "text_bytes: 99999999999"),
            ("\"entries\"", "\"entry\"", "unknown field `entry`"),
            ("{", "", "expected"),
        ] {
            assert!(json.contains(good), "{good}");
            let problem = Manifest::read(3, json.replacen(good, bad, 1).as_bytes()).unwrap_err();
            assert!(problem.contains(field), "{bad}: {problem}");
        }
    }

    #[test]
    fn a_manifest_that_none_would_read_is_not_written() {
        let mut large = manifest();
        large.gazetteer.license = "x".repeat(70_000);
        assert!(matches!(large.to_json(), Err(RemoteError::TooLarge { limit: MAX_BYTES, .. })));
    }

    #[test]
    fn names_lie_in_the_order_of_numbers_and_only_they_are_numbers() {
        assert!(object(9) < object(10) && object(10) < object(u64::MAX));
        assert_eq!(number_of(&object(10)["manifests/".len()..]), Some(10));
        for name in ["1.json", "00000000000000000001", "18446744073709551615.json", "+0000000000000000001.json"] {
            assert_eq!(number_of(name), None, "{name}");
        }
    }
}
