//! The matcher: finds spellings in words. It knows no types, no scores and no entries.
//!
//! Every word that occurs in a spelling has a number in a private alphabet; any other word is
//! unknown. A spelling is then a short sequence of numbers, its form; forms lie sorted, and from
//! each word of a section the longest way is gone through them. So a match can only begin and
//! end at word boundaries, and no word is looked at more often than a spelling has words.
//!
//! Forms compare folded words only. Each hit is then held against what its spelling demands of
//! case and joints.

mod alphabet;
mod forms;
mod spelling;

pub use alphabet::{Alphabet, WordId};
use forms::Forms;
pub use spelling::{Case, Spelling};

use std::ops::Range;

use rayon::slice::ParallelSliceMut as _;

use crate::text::Words;

/// The number of a spelling, in the order in which they were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SpellingId(pub u32);

/// A spelling at a run of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Index of the first word.
    pub first: u32,
    /// Index of the last word, inclusive.
    pub last: u32,
    /// Which spelling.
    pub spelling: SpellingId,
}

/// Why a matcher could not be built.
#[derive(Debug, thiserror::Error)]
pub enum MatcherError {
    /// A spelling without words or with too many.
    #[error("the name {text:?} has {words} words; it must have 1 to {limit}")]
    BadLength {
        /// The spelling.
        text: String,
        /// Its words.
        words: usize,
        /// The limit.
        limit: usize,
    },
}

/// Collects spellings for a [`Matcher`].
#[derive(Debug, Default)]
pub struct MatcherBuilder {
    alphabet: Alphabet,
    /// The words of each spelling, and its demands.
    spellings: Vec<(Box<[WordId]>, Spelling)>,
}

impl MatcherBuilder {
    /// Adds a spelling, given as its words, and returns its number.
    ///
    /// # Errors
    /// When it has no word or more than [`Spelling::MAX_WORDS`].
    pub fn add(&mut self, words: &Words<'_>, case: Case) -> Result<SpellingId, MatcherError> {
        let limit = Spelling::MAX_WORDS;
        if !(1..=limit).contains(&words.len()) {
            return Err(MatcherError::BadLength { text: words.text().to_owned(), words: words.len(), limit });
        }
        let ids = (0..words.len()).map(|i| self.alphabet.add(words.folded(i))).collect();
        self.spellings.push((ids, Spelling::new(words, case)));
        Ok(SpellingId(self.spellings.len() as u32 - 1))
    }

    /// Adds a word to the alphabet that need not be in any spelling, and returns its id.
    pub fn add_word(&mut self, folded: &str) -> WordId {
        self.alphabet.add(folded)
    }

    /// Builds the matcher: sorts the spellings.
    #[must_use]
    pub fn build(self) -> Matcher {
        let mut spellings = self.spellings.into_iter().zip((0..).map(SpellingId)).collect::<Vec<_>>();
        spellings.par_sort_unstable_by(|((a, _), i), ((b, _), j)| (a, i).cmp(&(b, j)));
        // Spellings of the same words share a form.
        let runs = || spellings.chunk_by(|((a, _), _), ((b, _), _)| a == b);
        let forms = Forms::new(runs().map(|run| &*run[0].0.0), self.alphabet.len());
        let mut begins = vec![0];
        for run in runs() {
            begins.push(begins[begins.len() - 1] + run.len() as u32);
        }
        let members = spellings.into_iter().map(|((_, spelling), id)| (id, spelling)).collect();
        Matcher { alphabet: self.alphabet, forms, begins, members }
    }
}

/// Finds spellings in words. Shared freely between threads.
#[derive(Debug)]
pub struct Matcher {
    alphabet: Alphabet,
    forms: Forms,
    /// For each form, where its members begin; one more at the end.
    begins: Vec<u32>,
    members: Vec<(SpellingId, Spelling)>,
}

impl Matcher {
    /// The alphabet, for ids of words.
    #[must_use]
    pub fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// The ids of the words of a section.
    #[must_use]
    pub fn word_ids(&self, words: &Words<'_>) -> Vec<WordId> {
        (0..words.len()).map(|index| self.alphabet.id(words.folded(index))).collect()
    }

    /// Every spelling at every place, overlapping ones too, in the order in which they end,
    /// the longest first. Linear in the words and the hits. `ids` are those of `words`.
    #[must_use]
    pub fn hits(&self, words: &Words<'_>, ids: &[WordId]) -> Vec<Hit> {
        self.find(words, ids, |demands, first| demands.admits(words, first))
    }

    /// The same without regard to capitals.
    #[must_use]
    pub fn hits_in_any_case(&self, words: &Words<'_>, ids: &[WordId]) -> Vec<Hit> {
        self.find(words, ids, |demands, first| demands.admits_in_any_case(words, first))
    }

    fn find(&self, words: &Words<'_>, ids: &[WordId], admits: impl Fn(&Spelling, usize) -> bool) -> Vec<Hit> {
        debug_assert_eq!(words.len(), ids.len());
        let mut hits = Vec::new();
        for first in 0..ids.len() {
            for (form, length) in self.forms.prefixes_of(&ids[first..]) {
                for (spelling, demands) in &self.members[self.members_of(form)] {
                    if admits(demands, first) {
                        let last = first + length - 1;
                        hits.push(Hit { first: first as u32, last: last as u32, spelling: *spelling });
                    }
                }
            }
        }
        hits.sort_by_key(|hit| (hit.last, hit.first));
        hits
    }

    fn members_of(&self, form: usize) -> Range<usize> {
        self.begins[form] as usize..self.begins[form + 1] as usize
    }

    /// Bytes on the heap, about.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.alphabet.memory()
            + self.forms.memory()
            + self.begins.len() * size_of::<u32>()
            + self.members.len() * size_of::<(SpellingId, Spelling)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[(&str, Case)], text: &str) -> Vec<String> {
        let mut builder = MatcherBuilder::default();
        for (name, case) in names {
            builder.add(&Words::read(name), *case).unwrap();
        }
        let matcher = builder.build();
        let words = Words::read(text);
        let hits = matcher.hits(&words, &matcher.word_ids(&words));
        hits.iter().map(|h| words.span(h.first as usize..h.last as usize + 1).of(text).to_owned()).collect()
    }

    #[test]
    fn finds_overlapping_names_at_word_boundaries_only() {
        let names = ["University of Berlin", "Berlin", "US", "Us"].map(|n| (n, Case::Ignore));
        assert_eq!(found(&names, "The University of\nBerlin, Russia"), ["University of\nBerlin", "Berlin"]);
    }

    #[test]
    fn sees_through_joints_that_mean_the_same() {
        let names = ["Jean-Yves Le Drian", "Al Jazeera", "St. Petersburg", "US", "AT&T", "McDonald's"];
        let names = names.map(|n| (n, Case::Upper(1)));
        assert_eq!(
            found(&names, "Jean‑Yves Le Drian, Al-Jazeera, St Petersburg, U.S., AT&T and McDonald’s"),
            ["Jean‑Yves Le Drian", "Al-Jazeera", "St Petersburg", "U.S.", "AT&T", "McDonald’s"]
        );
        assert_eq!(found(&names, "Al, Jazeera. St! Petersburg. Al. Jazeera (Al) Jazeera"), [""; 0]);
    }

    #[test]
    fn holds_to_case() {
        let name = |case| [("World Health", case)];
        let text = "world health World health WORLD HEALTH World Health";
        assert_eq!(found(&name(Case::Upper(0b11)), text), ["WORLD HEALTH", "World Health"]);
        assert_eq!(found(&name(Case::Upper(0b01)), text).len(), 3);
        assert_eq!(found(&[("US", Case::Capitals)], "us Us US U.S."), ["US", "U.S."]);
        assert_eq!(found(&[("Apple", Case::Shape)], "apple APPLE Apple"), ["Apple"]);
        assert_eq!(found(&[("eBay", Case::Exact)], "ebay EBay eBay"), ["eBay"]);
    }

    #[test]
    fn refuses_names_without_words_or_with_too_many() {
        let mut builder = MatcherBuilder::default();
        assert!(builder.add(&Words::read("…"), Case::Ignore).is_err());
        assert!(builder.add(&Words::read(&"a ".repeat(17)), Case::Ignore).is_err());
    }
}
