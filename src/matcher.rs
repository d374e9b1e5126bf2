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
mod members;
mod packed;
mod spelling;
mod starts;

pub use alphabet::{Alphabet, WordId, word_hash, word_hashes};
use forms::Forms;
use members::Members;
pub use packed::{Numbers, PackedMatcher, Unsound};
pub use spelling::{Case, Spelling};
use starts::{Start, Starts};

use rayon::slice::ParallelSliceMut as _;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::text::{Shape, Words};

/// The number of a spelling, in the order in which they were added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
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
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
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

/// Spellings cut into words, to be added to a [`MatcherBuilder`]: what can be done of the work on
/// another core.
#[derive(Debug, Default)]
pub struct CutSpellings {
    /// The folded words of all spellings, one after the other.
    folded: String,
    /// For each word its end in `folded`, and its hash.
    words: Vec<(u32, u64)>,
    demands: Vec<Spelling>,
}

impl CutSpellings {
    /// Adds a spelling, given as its words.
    ///
    /// # Errors
    /// When it has no word or more than [`Spelling::MAX_WORDS`].
    pub fn add(&mut self, words: &Words<'_>, case: Case) -> Result<(), MatcherError> {
        let limit = Spelling::MAX_WORDS;
        if !(1..=limit).contains(&words.len()) {
            return Err(MatcherError::BadLength { text: words.text().to_owned(), words: words.len(), limit });
        }
        for index in 0..words.len() {
            let folded = words.folded(index);
            self.folded.push_str(folded);
            self.words.push((self.folded.len() as u32, word_hash(folded)));
        }
        self.demands.push(Spelling::new(words, case));
        Ok(())
    }
}

/// Collects spellings for a [`Matcher`].
#[derive(Debug)]
pub struct MatcherBuilder {
    alphabet: Alphabet,
    /// The words of all spellings, one spelling after the other.
    words: Vec<WordId>,
    /// Where each spelling begins in `words`; one more at the end.
    begins: Vec<u32>,
    /// For each spelling, the number of its demands.
    demands: Vec<u32>,
    numbers: FxHashMap<Spelling, u32>,
}

impl Default for MatcherBuilder {
    fn default() -> Self {
        MatcherBuilder {
            alphabet: Alphabet::default(),
            words: Vec::new(),
            begins: vec![0],
            demands: Vec::new(),
            numbers: FxHashMap::default(),
        }
    }
}

impl MatcherBuilder {
    /// Adds a spelling, given as its words, and returns its number.
    ///
    /// # Errors
    /// When it has no word or more than [`Spelling::MAX_WORDS`].
    pub fn add(&mut self, words: &Words<'_>, case: Case) -> Result<SpellingId, MatcherError> {
        let mut cut = CutSpellings::default();
        cut.add(words, case)?;
        self.append(cut);
        Ok(SpellingId(self.demands.len() as u32 - 1))
    }

    /// Adds spellings; their numbers go on from those before.
    pub fn append(&mut self, cut: CutSpellings) {
        let (mut begin, mut word) = (0, 0);
        for demands in cut.demands {
            for &(end, hash) in &cut.words[word..word + demands.words()] {
                self.words.push(self.alphabet.add(&cut.folded[begin..end as usize], hash));
                begin = end as usize;
            }
            word += demands.words();
            self.begins.push(self.words.len() as u32);
            let next = self.numbers.len() as u32;
            self.demands.push(*self.numbers.entry(demands).or_insert(next));
        }
    }

    /// Adds a word to the alphabet that need not be in any spelling, and returns its id.
    pub fn add_word(&mut self, folded: &str) -> WordId {
        self.alphabet.add(folded, word_hash(folded))
    }

    /// Builds the matcher: sorts the spellings.
    #[must_use]
    pub fn build(self) -> Matcher {
        let MatcherBuilder { mut alphabet, words, begins, demands, numbers } = self;
        alphabet.shrink();
        let of = |spelling: u32| &words[begins[spelling as usize] as usize..begins[spelling as usize + 1] as usize];
        // Most are told apart by their first two words, which need no look elsewhere.
        let head = |words: &[WordId]| u64::from(words[0].0) << 32 | words.get(1).map_or(0, |word| u64::from(word.0));
        let mut order = (0..demands.len() as u32).map(|spelling| (head(of(spelling)), spelling)).collect::<Vec<_>>();
        order.par_sort_unstable_by(|&(a, i), &(b, j)| a.cmp(&b).then_with(|| of(i).cmp(of(j))).then(i.cmp(&j)));
        // Spellings of the same words share a form.
        let runs = || order.chunk_by(|&(a, i), &(b, j)| a == b && of(i) == of(j));
        let forms = Forms::new(runs().map(|run| of(run[0].1)), alphabet.len());
        let member = |&(_, spelling): &(u64, u32)| (SpellingId(spelling), demands[spelling as usize]);
        let members = Members::new(runs().map(|run| run.iter().map(member)));
        let mut distinct = numbers.into_iter().collect::<Vec<_>>();
        distinct.sort_unstable_by_key(|&(_, number)| number);
        let demands = distinct.into_iter().map(|(demands, _)| demands).collect();
        let hashes = alphabet.hashes();
        Matcher::of(alphabet, &hashes, forms, members, demands)
    }
}

/// Finds spellings in words. Shared freely between threads.
#[derive(Debug)]
pub struct Matcher {
    alphabet: Alphabet,
    starts: Starts,
    forms: Forms,
    members: Members,
    demands: Vec<Spelling>,
}

impl Matcher {
    /// Of parts that fit together; `hashes` are those of the alphabet.
    fn of(alphabet: Alphabet, hashes: &[u64], forms: Forms, members: Members, demands: Vec<Spelling>) -> Matcher {
        let hash = |word: &WordId| hashes[word.index()];
        let starts = forms.all().enumerate().filter_map(|(number, form)| {
            let demands = members.of(number).iter().map(|&(_, number)| &demands[number as usize]);
            let mut found = demands.filter(|demands| !demands.is_never()).peekable();
            found.peek()?;
            let may_be_lower = found.any(Spelling::may_be_lower);
            Some(Start { first: hash(&form[0]), second: form.get(1).map(hash), may_be_lower })
        });
        let starts = Starts::new(starts);
        Matcher { alphabet, starts, forms, members, demands }
    }

    /// The alphabet, for ids of words.
    #[must_use]
    pub fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    /// The ids of the words of a section.
    #[must_use]
    pub fn word_ids(&self, words: &Words<'_>) -> Vec<WordId> {
        let folded = (0..words.len()).map(|index| words.folded(index));
        folded.map(|word| self.alphabet.id(word, word_hash(word))).collect()
    }

    /// Every spelling at every place, overlapping ones too, in the order in which they end,
    /// the longest first. Linear in the words and the hits. `hashes` are the [`word_hashes`].
    #[must_use]
    pub fn hits(&self, words: &Words<'_>, hashes: &[u64]) -> Vec<Hit> {
        let is_lower = |index: usize| words.as_slice()[index].shape == Shape::Lower;
        self.find(words, hashes, is_lower, |demands, first| demands.admits(words, first))
    }

    /// The same without regard to capitals.
    #[must_use]
    pub fn hits_in_any_case(&self, words: &Words<'_>, hashes: &[u64]) -> Vec<Hit> {
        self.find(words, hashes, |_| false, |demands, first| demands.admits_in_any_case(words, first))
    }

    fn find(
        &self,
        words: &Words<'_>,
        hashes: &[u64],
        is_lower: impl Fn(usize) -> bool,
        admits: impl Fn(&Spelling, usize) -> bool,
    ) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (first, &hash) in hashes.iter().enumerate() {
            let lower = is_lower(first);
            let pair = hashes.get(first + 1).is_some_and(|&second| self.starts.pair(hash, second, lower));
            if !pair && !self.starts.alone(hash, lower) {
                continue;
            }
            let id = |at: usize| {
                let &hash = hashes.get(first + at)?;
                (at == 0 || pair).then(|| self.alphabet.id(words.folded(first + at), hash))
            };
            for (form, length) in self.forms.prefixes_of(id) {
                for &(spelling, demands) in self.members.of(form) {
                    if admits(&self.demands[demands as usize], first) {
                        let last = first + length - 1;
                        hits.push(Hit { first: first as u32, last: last as u32, spelling });
                    }
                }
            }
        }
        hits.sort_by_key(|hit| (hit.last, hit.first));
        hits
    }

    /// The spellings that have just these words, whatever they demand of case and joints.
    pub fn spellings_of(&self, words: &Words<'_>) -> impl Iterator<Item = SpellingId> {
        let form = if words.is_empty() { None } else { self.forms.find(&self.word_ids(words)) };
        form.into_iter().flat_map(|form| self.members.of(form)).map(|&(spelling, _)| spelling)
    }

    /// How many spellings it has.
    #[must_use]
    pub fn spellings(&self) -> usize {
        self.members.len()
    }

    /// Bytes on the heap, about.
    #[must_use]
    pub fn memory(&self) -> usize {
        self.alphabet.memory()
            + self.starts.memory()
            + self.forms.memory()
            + self.members.memory()
            + self.demands.len() * size_of::<Spelling>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::strategy::Strategy as _;

    use super::*;

    fn found(names: &[(&str, Case)], text: &str) -> Vec<String> {
        let mut builder = MatcherBuilder::default();
        for (name, case) in names {
            builder.add(&Words::read(name), *case).unwrap();
        }
        let matcher = builder.build();
        let words = Words::read(text);
        let hits = matcher.hits(&words, &word_hashes(&words));
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

    proptest::proptest! {
        #[test]
        fn what_is_found_is_what_a_look_at_every_place_finds(
            names in proptest::collection::vec((name(), case()), 0..12),
            text in proptest::collection::vec(name(), 0..8),
        ) {
            let mut builder = MatcherBuilder::default();
            for (name, case) in &names {
                builder.add(&Words::read(name), *case).unwrap();
            }
            let matcher = builder.build();
            let text = text.join(" ");
            let words = Words::read(&text);
            let folded = |words: &Words<'_>| (0..words.len()).map(|i| words.folded(i).to_owned()).collect::<Vec<_>>();
            let all = folded(&words);
            for any_case in [false, true] {
                let mut expected = Vec::new();
                for (number, (name, case)) in names.iter().enumerate() {
                    let name = Words::read(name);
                    let (wanted, demands) = (folded(&name), Spelling::new(&name, *case));
                    for first in 0..=all.len().saturating_sub(wanted.len()) {
                        let admits = if any_case { Spelling::admits_in_any_case } else { Spelling::admits };
                        if all[first..].starts_with(&wanted) && admits(&demands, &words, first) {
                            expected.push((first as u32, (first + wanted.len()) as u32 - 1, number as u32));
                        }
                    }
                }
                expected.sort_unstable();
                let find = if any_case { Matcher::hits_in_any_case } else { Matcher::hits };
                let found = find(&matcher, &words, &word_hashes(&words));
                proptest::prop_assert!(found.is_sorted_by_key(|hit| (hit.last, hit.first)));
                let mut found = found.iter().map(|hit| (hit.first, hit.last, hit.spelling.0)).collect::<Vec<_>>();
                found.sort_unstable();
                proptest::prop_assert_eq!(found, expected);
            }
        }
    }

    fn name() -> impl proptest::strategy::Strategy<Value = String> {
        let word = proptest::sample::select(vec!["a", "A", "Ab", "ab", "AB", "aB", "É", "e", "7", "&", "and", "中"]);
        proptest::collection::vec(word, 1..4).prop_map(|words| words.join(" "))
    }

    fn case() -> impl proptest::strategy::Strategy<Value = Case> {
        let upper = (0u16..8).prop_map(Case::Upper);
        proptest::prop_oneof![
            4 => upper,
            1 => proptest::sample::select(vec![Case::Ignore, Case::Capitals, Case::Shape, Case::Exact, Case::Never]),
        ]
    }

    #[test]
    fn refuses_names_without_words_or_with_too_many() {
        let mut builder = MatcherBuilder::default();
        assert!(builder.add(&Words::read("…"), Case::Ignore).is_err());
        assert!(builder.add(&Words::read(&"a ".repeat(17)), Case::Ignore).is_err());
    }
}
