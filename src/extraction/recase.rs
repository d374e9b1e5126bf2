//! Recasing: text without capitals gets those that the lists know of.
//!
//! Tweets, captions and badly kept archives come in lower case only. Then the words of listed
//! names and known given names and surnames are capitalized, letter for letter in place, and
//! the rest of the route reads on as always: fewer names are found than in cased text, but the
//! listed ones are. Offsets do not change, since a letter is only replaced by one as long.

use super::lexicon::Lexicon;
use crate::{
    gazetteer::{AliasKind, ClueClass},
    matcher::word_hashes,
    text::{Shape, Words},
};

/// Words that a text must have to be judged.
const ENOUGH: usize = 4;

/// The text with capitals, when it has none; `None` where it is cased.
pub(super) fn recased(text: &str, lexicon: &Lexicon) -> Option<String> {
    // The quick look that nearly every article fails.
    if text.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let words = Words::read(text);
    let lower = words.as_slice().iter().filter(|w| w.shape == Shape::Lower).count();
    if lower < ENOUGH || words.as_slice().iter().any(|w| w.is_upper_first()) {
        return None;
    }
    let hashes = word_hashes(&words);
    let is = |index: usize, class| lexicon.clues().of(hashes[index]).classes.has(class);
    let mut capital = vec![false; words.len()];
    let mut all = vec![false; words.len()];
    for hit in lexicon.names(&words, &hashes, true) {
        let (first, last) = (hit.first as usize, hit.last as usize);
        let common = (first..=last).all(|i| is(i, ClueClass::CommonWord) || is(i, ClueClass::FunctionWord));
        let alone = first == last && (hit.kind == AliasKind::Short || is(first, ClueClass::GivenName));
        if common || alone {
            continue;
        }
        let record = lexicon.record(hit.entry);
        let spelled = Words::read(record.aliases[hit.alias as usize].text);
        for (index, word) in (first..=last).zip(spelled.as_slice()) {
            capital[index] |= word.is_upper_first();
            all[index] |= word.shape == Shape::AllCapitals && words.folded(index).len() < 7;
        }
    }
    for index in 0..words.len() {
        let given = is(index, ClueClass::GivenName) && !is(index, ClueClass::CommonWord);
        let surname = index > 0 && capital[index - 1] && is(index, ClueClass::Surname);
        capital[index] |= given || surname && is(index - 1, ClueClass::GivenName);
    }
    let mut out = text.as_bytes().to_vec();
    for (index, word) in words.as_slice().iter().enumerate().filter(|(i, _)| capital[*i]) {
        let end = if all[index] { word.span.end } else { word.span.begin + 1 };
        out[word.span.begin as usize..end as usize].make_ascii_uppercase();
    }
    String::from_utf8(out).ok()
}
