//! The matcher: finds spellings in words. It knows no types, no scores and no entries.
//!
//! A word is a character. Every word that occurs in a spelling gets a code point of a private
//! alphabet, in the order of frequency, so that the commonest are one byte of UTF-8; any
//! other word is one code point that no spelling has. A spelling is then a short string, and
//! an Aho-Corasick automaton over those strings finds all of them in one pass over the
//! section. UTF-8 synchronizes itself, so no match can begin or end inside a word's code.
//!
//! The automaton compares folded words only. Each hit is then held against what its spelling
//! demands of case and joints.
//!
//! Source: A. Aho and M. Corasick, "Efficient string matching: an aid to bibliographic
//! search", CACM 18(6), 1975.

mod alphabet;
mod spelling;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use alphabet::AlphabetBuilder;
pub use alphabet::{Alphabet, WordId};
pub use spelling::{Case, Spelling};

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
    /// More different words than code points.
    #[error("the names hold {words} different words; the limit is {limit}")]
    TooManyWords {
        /// How many there are.
        words: usize,
        /// How many there may be.
        limit: usize,
    },
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
    /// The automaton did not fit its state numbers.
    #[error("the names make too large an automaton: {0}")]
    Automaton(#[from] aho_corasick::BuildError),
}

/// Collects spellings for a [`Matcher`].
#[derive(Debug, Default)]
pub struct MatcherBuilder {
    /// The words of each spelling, as numbers of `words`, and its demands.
    spellings: Vec<(Box<[u32]>, Spelling)>,
    words: AlphabetBuilder,
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
        let numbers = (0..words.len()).map(|i| self.words.add(words.folded(i))).collect();
        self.spellings.push((numbers, Spelling::new(words, case)));
        Ok(SpellingId(self.spellings.len() as u32 - 1))
    }

    /// Adds a word to the alphabet that need not be in any spelling, so that it has an id.
    pub fn add_word(&mut self, folded: &str) {
        self.words.add(folded);
    }

    /// Builds the matcher. Linear in the total length of the spellings.
    ///
    /// # Errors
    /// When there are more words or states than can be numbered.
    pub fn build(self) -> Result<Matcher, MatcherError> {
        let (alphabet, ids) = self.words.build()?;
        // Spellings of the same folded words share a form: one pattern of the automaton.
        let mut order = Vec::with_capacity(self.spellings.len());
        for (index, (numbers, _)) in self.spellings.iter().enumerate() {
            let code = numbers.iter().map(|&number| ids[number as usize].code()).collect::<String>();
            order.push((code, index as u32));
        }
        order.sort_unstable();
        let mut forms: Vec<u32> = Vec::new();
        let mut codes: Vec<&str> = Vec::new();
        for (at, (code, _)) in order.iter().enumerate() {
            if codes.last() != Some(&code.as_str()) {
                codes.push(code);
                forms.push(at as u32);
            }
        }
        forms.push(order.len() as u32);
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::Standard)
            .prefilter(false)
            .build(&codes)?;
        let mut spellings = self.spellings.into_iter().map(|(_, spelling)| Some(spelling)).collect::<Vec<_>>();
        let members = order
            .iter()
            .filter_map(|&(_, index)| spellings[index as usize].take().map(|spelling| (SpellingId(index), spelling)));
        let members = members.collect();
        Ok(Matcher { alphabet, automaton, forms, members })
    }
}

/// Finds spellings in words. Shared freely between threads.
#[derive(Debug)]
pub struct Matcher {
    alphabet: Alphabet,
    automaton: AhoCorasick,
    /// For each pattern of the automaton, where its members begin; one more at the end.
    forms: Vec<u32>,
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

    /// Every spelling at every place, overlapping ones too, in the order in which they end.
    /// Linear in the words and the hits. `ids` are those of `words`.
    #[must_use]
    pub fn hits(&self, words: &Words<'_>, ids: &[WordId]) -> Vec<Hit> {
        self.find(words, ids, |spelling, first| spelling.admits(words, first))
    }

    /// The same without regard to capitals.
    #[must_use]
    pub fn hits_in_any_case(&self, words: &Words<'_>, ids: &[WordId]) -> Vec<Hit> {
        self.find(words, ids, |spelling, first| spelling.admits_in_any_case(words, first))
    }

    fn find(&self, words: &Words<'_>, ids: &[WordId], admits: impl Fn(&Spelling, usize) -> bool) -> Vec<Hit> {
        debug_assert_eq!(words.len(), ids.len());
        let mut code = String::with_capacity(ids.len() * 2);
        let mut word_at_byte = Vec::with_capacity(ids.len() * 2);
        for (index, id) in ids.iter().enumerate() {
            code.push(id.code());
            word_at_byte.resize(code.len(), index as u32);
        }
        let mut hits = Vec::new();
        for found in self.automaton.find_overlapping_iter(&code) {
            let first = word_at_byte[found.start()];
            let last = word_at_byte[found.end() - 1];
            let form = found.pattern().as_usize();
            for (id, spelling) in &self.members[self.forms[form] as usize..self.forms[form + 1] as usize] {
                if admits(spelling, first as usize) {
                    hits.push(Hit { first, last, spelling: *id });
                }
            }
        }
        hits
    }

    /// Bytes on the heap, about.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.automaton.memory_usage()
            + self.alphabet.memory()
            + self.forms.len() * size_of::<u32>()
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
        let matcher = builder.build().unwrap();
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
