//! A matcher as it goes into a file and comes back: its parts without what follows from them.
//!
//! What comes back is not trusted: parts that do not fit together are refused, so that a matcher
//! never looks beyond its own ends. Numbers go in whole, four bytes each, the lowest first: millions of
//! them are read faster than shorter ones would be.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    Alphabet, Forms, Matcher, Spelling, SpellingId, WordId,
    members::{Member, Members},
};

/// The parts of a [`Matcher`].
#[derive(Debug, Serialize, Deserialize)]
pub struct PackedMatcher<'m> {
    text: Cow<'m, str>,
    ends: Numbers,
    words: Numbers,
    forms: Numbers,
    members: Numbers,
    shared: Numbers,
    demands: Cow<'m, [Spelling]>,
}

/// Many numbers, in a file four bytes each, the lowest first.
#[derive(Clone, Debug)]
pub struct Numbers(pub Vec<u32>);

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>())
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Numbers, D::Error> {
        let bytes = serde_bytes::deserialize::<&[u8], _>(deserializer)?;
        let (numbers, rest) = bytes.as_chunks();
        let whole = || Numbers(numbers.iter().map(|&number| u32::from_le_bytes(number)).collect());
        rest.is_empty().then(whole).ok_or_else(|| serde::de::Error::custom("a part of a number"))
    }
}

impl FromIterator<u32> for Numbers {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Numbers {
        Numbers(numbers.into_iter().collect())
    }
}

/// Parts that do not make a matcher: which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its {0} do not fit the rest")]
pub struct Unsound(&'static str);

impl Matcher {
    /// The parts.
    #[must_use]
    pub fn packed(&self) -> PackedMatcher<'_> {
        let (text, ends) = self.alphabet.parts();
        let (words, forms) = self.forms.parts();
        let (members, shared) = self.members.parts();
        let pairs = |members: &[Member]| members.iter().flat_map(|&(spelling, number)| [spelling.0, number]).collect();
        PackedMatcher {
            text: text.into(),
            ends: Numbers(ends),
            words: words.iter().map(|word| word.0).collect(),
            forms: Numbers(forms.to_vec()),
            members: pairs(members),
            shared: pairs(shared),
            demands: Cow::Borrowed(&self.demands),
        }
    }
}

impl PackedMatcher<'_> {
    /// The matcher of the parts. Linear in them.
    ///
    /// # Errors
    /// When they do not fit together.
    pub fn unpack(self) -> Result<Matcher, Unsound> {
        let (alphabet, hashes) = Alphabet::from_parts(&self.text, &self.ends.0).ok_or(Unsound("words"))?;
        let lengths = self.forms.0.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]) as usize).collect::<Vec<_>>();
        let words = self.words.0.into_iter().map(WordId).collect();
        let forms = Forms::from_parts(words, self.forms.0, alphabet.len()).ok_or(Unsound("forms"))?;
        let demands = self.demands.into_owned();
        if !demands.iter().all(Spelling::is_sound) {
            return Err(Unsound("demands"));
        }
        let is_right = |form: usize, (_, number): Member| {
            demands.get(number as usize).is_some_and(|demands| Some(&demands.words()) == lengths.get(form))
        };
        let pairs = |numbers: &Numbers| {
            let (pairs, rest) = numbers.0.as_chunks();
            rest.is_empty().then(|| pairs.iter().map(|&[spelling, number]| (SpellingId(spelling), number)).collect())
        };
        let members = pairs(&self.members).zip(pairs(&self.shared));
        let members = members
            .filter(|(members, _): &(Vec<Member>, _)| members.len() == lengths.len())
            .and_then(|(members, shared)| Members::from_parts(members, shared, is_right))
            .ok_or(Unsound("members"))?;
        Ok(Matcher::of(alphabet, &hashes, forms, members, demands))
    }
}
