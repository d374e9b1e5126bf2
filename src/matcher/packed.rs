//! A matcher as it goes into a file and comes back: its parts without what follows from them.
//!
//! What comes back is not trusted: parts that do not fit together are refused, so that a matcher
//! never looks beyond its own ends.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{
    Alphabet, Forms, Matcher, Spelling, WordId,
    members::{Member, Members},
};

/// The parts of a [`Matcher`].
#[derive(Debug, Serialize, Deserialize)]
pub struct PackedMatcher<'m> {
    text: Cow<'m, str>,
    ends: Cow<'m, [u32]>,
    words: Cow<'m, [WordId]>,
    forms: Cow<'m, [u32]>,
    members: Cow<'m, [Member]>,
    shared: Cow<'m, [Member]>,
    demands: Cow<'m, [Spelling]>,
}

/// Parts that do not make a matcher: which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its {0} do not fit the rest")]
pub struct Unsound(&'static str);

impl Matcher {
    /// The parts, borrowed.
    #[must_use]
    pub fn packed(&self) -> PackedMatcher<'_> {
        let (text, ends) = self.alphabet.parts();
        let (words, forms) = self.forms.parts();
        let (members, shared) = self.members.parts();
        PackedMatcher {
            text: text.into(),
            ends: ends.into(),
            words: words.into(),
            forms: forms.into(),
            members: members.into(),
            shared: shared.into(),
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
        let (alphabet, hashes) = Alphabet::from_parts(&self.text, &self.ends).ok_or(Unsound("words"))?;
        let lengths = self.forms.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]) as usize).collect::<Vec<_>>();
        let forms = Forms::from_parts(self.words.into_owned(), self.forms.into_owned(), alphabet.len());
        let forms = forms.ok_or(Unsound("forms"))?;
        let demands = self.demands.into_owned();
        if !demands.iter().all(Spelling::is_sound) {
            return Err(Unsound("demands"));
        }
        let is_right = |form: usize, (_, number): Member| {
            demands.get(number as usize).is_some_and(|demands| Some(&demands.words()) == lengths.get(form))
        };
        let members = (self.members.len() == lengths.len())
            .then(|| Members::from_parts(self.members.into_owned(), self.shared.into_owned(), is_right))
            .flatten()
            .ok_or(Unsound("members"))?;
        Ok(Matcher::of(alphabet, &hashes, forms, members, demands))
    }
}
