//! Forms: the distinct word sequences of spellings, in dictionary order.
//!
//! Forms that begin with the same words stand together, the shortest first. So looking up a
//! text from one of its words on is turning the pages of a dictionary: each further word
//! narrows the range of forms, until none is left.

use std::ops::Range;

use super::WordId;

/// Distinct word sequences, sorted. Form `i` is the `i`th.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// The words of all forms, one form after the other.
    words: Vec<WordId>,
    /// Where each form begins in `words`; one more at the end.
    begins: Vec<u32>,
    /// For each word, where the forms begin that begin with it; one more at the end.
    first: Vec<FirstForm>,
    /// The second word of each form, unknown where it has none: thousands may begin with one word,
    /// and are searched for the second.
    seconds: Vec<WordId>,
}

/// The first of the forms that begin with a word, or that would, and whether it is that word alone.
/// There are fewer than 2^31 forms: more names take more memory than the layer admits.
#[derive(Clone, Copy, Debug)]
struct FirstForm(u32);

impl FirstForm {
    fn new(form: usize, is_whole: bool) -> FirstForm {
        FirstForm((form as u32) << 1 | u32::from(is_whole))
    }

    fn form(self) -> usize {
        (self.0 >> 1) as usize
    }

    fn is_whole(self) -> bool {
        self.0 & 1 == 1
    }
}

impl Forms {
    /// Of sequences that are sorted, distinct and not empty, over the ids below `ids`.
    pub(super) fn new<'a>(sorted: impl Iterator<Item = &'a [WordId]>, ids: usize) -> Forms {
        let (mut words, mut begins) = (Vec::new(), vec![0]);
        for form in sorted {
            words.extend_from_slice(form);
            begins.push(words.len() as u32);
        }
        Self::index(words, begins, ids)
    }

    /// Of parts read from a file, over the ids below `ids`: `None` where they do not fit together.
    pub(super) fn from_parts(words: Vec<WordId>, begins: Vec<u32>, ids: usize) -> Option<Forms> {
        let whole = begins.first() == Some(&0) && begins.last().is_some_and(|&end| end as usize == words.len());
        if !whole || begins.windows(2).any(|pair| pair[0] >= pair[1]) {
            return None;
        }
        let known = |word: &WordId| *word != WordId::UNKNOWN && word.index() < ids;
        let forms = begins.windows(2).map(|pair| &words[pair[0] as usize..pair[1] as usize]);
        (words.iter().all(known) && forms.is_sorted_by(|a, b| a < b)).then(|| Self::index(words, begins, ids))
    }

    fn index(words: Vec<WordId>, begins: Vec<u32>, ids: usize) -> Forms {
        let forms = begins.windows(2).map(|pair| &words[pair[0] as usize..pair[1] as usize]);
        let mut first = Vec::with_capacity(ids + 1);
        for (number, form) in forms.enumerate() {
            let word = form[0].index();
            if first.len() <= word {
                first.resize(word, FirstForm::new(number, false));
                first.push(FirstForm::new(number, form.len() == 1));
            }
        }
        first.resize(ids + 1, FirstForm::new(begins.len() - 1, false));
        let forms = begins.windows(2).map(|pair| &words[pair[0] as usize..pair[1] as usize]);
        let seconds = forms.map(|form| form.get(1).copied().unwrap_or(WordId::UNKNOWN)).collect();
        Forms { words, begins, first, seconds }
    }

    /// The words and begins, to be written to a file.
    pub(super) fn parts(&self) -> (&[WordId], &[u32]) {
        (&self.words, &self.begins)
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &[WordId]> {
        self.begins.windows(2).map(|pair| &self.words[pair[0] as usize..pair[1] as usize])
    }

    /// The form that is a text: its number.
    pub(super) fn find(&self, text: &[WordId]) -> Option<usize> {
        let mut all = self.prefixes_of(|at| text.get(at).copied());
        all.find(|&(_, length)| length == text.len()).map(|(form, _)| form)
    }

    /// The form that begins a text, of each length: (form, words), the shortest first. `word` gives the
    /// words of the text by index and is asked for no more than are needed. As many
    /// binary searches as the longest form that the text begins with has words, less one.
    pub(super) fn prefixes_of(
        &self,
        mut word: impl FnMut(usize) -> Option<WordId>,
    ) -> impl Iterator<Item = (usize, usize)> {
        let first = word(0).unwrap_or(WordId::UNKNOWN).index();
        let (begin, end) = (self.first[first], self.first[first + 1]);
        let whole = begin.is_whole().then_some((begin.form(), 1));
        let (mut range, mut length) = (begin.form() + usize::from(begin.is_whole())..end.form(), 1);
        whole.into_iter().chain(std::iter::from_fn(move || {
            while !range.is_empty() {
                range = word(length).map_or(0..0, |word| self.narrow(range.clone(), length, word));
                length += 1;
                if !range.is_empty() && self.length(range.start) == length {
                    range.start += 1;
                    return Some((range.start - 1, length));
                }
            }
            None
        }))
    }

    /// Of forms that share their first `at` words and are longer, those that go on with a word.
    fn narrow(&self, forms: Range<usize>, at: usize, word: WordId) -> Range<usize> {
        if at == 1 {
            let seconds = &self.seconds[forms.clone()];
            let below = seconds.partition_point(|&second| second < word);
            let equal = seconds[below..].partition_point(|&second| second == word);
            return forms.start + below..forms.start + below + equal;
        }
        let begins = &self.begins[forms.clone()];
        let next = |begin: &u32| self.words[*begin as usize + at];
        let below = begins.partition_point(|begin| next(begin) < word);
        let equal = begins[below..].partition_point(|begin| next(begin) == word);
        forms.start + below..forms.start + below + equal
    }

    fn length(&self, form: usize) -> usize {
        (self.begins[form + 1] - self.begins[form]) as usize
    }

    pub(super) fn memory(&self) -> usize {
        (self.words.len() + self.begins.len() + self.first.len() + self.seconds.len()) * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn every_form_that_begins_a_text_is_found_and_no_other(
            forms in proptest::collection::btree_set(proptest::collection::vec(1usize..4, 1..5), 0..30),
            text in proptest::collection::vec(0usize..4, 1..7),
        ) {
            let mut alphabet = super::super::Alphabet::default();
            let ids = ["", "a", "b", "c"].map(|word| if word.is_empty() { WordId::UNKNOWN } else { alphabet.add(word, super::super::word_hash(word)) });
            let coded = |words: &Vec<usize>| words.iter().map(|&word| ids[word]).collect::<Vec<_>>();
            let sorted = forms.iter().map(coded).collect::<Vec<_>>();
            let text = coded(&text);
            let built = Forms::new(sorted.iter().map(Vec::as_slice), alphabet.len());
            let found = built.prefixes_of(|at| text.get(at).copied()).collect::<Vec<_>>();
            let begins = sorted.iter().enumerate().filter(|(_, form)| text.starts_with(form));
            let mut expected = begins.map(|(number, form)| (number, form.len())).collect::<Vec<_>>();
            expected.sort_unstable_by_key(|&(_, length)| length);
            proptest::prop_assert_eq!(found, expected);
        }
    }
}
