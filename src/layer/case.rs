//! What a name demands of the capitals of a text.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::{
    gazetteer::{Alias, AliasKind, CaseRule, ClueClass, ClueList, EntityType},
    matcher::Case,
    text::{Shape, Words, fold},
};

/// The common words of the embedded clue lists, folded.
pub(crate) fn common_words() -> &'static FxHashSet<String> {
    static COMMON: LazyLock<FxHashSet<String>> = LazyLock::new(|| words_of(&[ClueClass::CommonWord]));
    &COMMON
}

/// Words that are no name but of a person, or in capitals: function words, weekdays and months.
fn empty_words() -> &'static FxHashSet<String> {
    static EMPTY: LazyLock<FxHashSet<String>> =
        LazyLock::new(|| words_of(&[ClueClass::FunctionWord, ClueClass::Weekday, ClueClass::Month]));
    &EMPTY
}

fn words_of(classes: &[ClueClass]) -> FxHashSet<String> {
    let lists = ClueList::embedded().into_iter().filter(|list| classes.contains(&list.class));
    lists.flat_map(|list| list.phrases).map(fold).collect()
}

/// The matcher's demand for an alias. The smart rule keeps what would otherwise be mistaken:
/// an acronym that is short or a common word ("US") keeps its capitals, a one-word name that
/// is a common word ("Apple") its shape; elsewhere capitals must stand where the name has
/// them, but a common word of a longer name that is not all common words may be in lower case
/// ("Iraq war"). Names that no text can be trusted to mean are never found: numbers, function
/// words and days ("Of", "Sunday"), and common words in lower case. Large lists of places have them all.
pub(super) fn case_of(alias: &Alias, words: &Words<'_>, entity_type: EntityType, common: &FxHashSet<String>) -> Case {
    match alias.case {
        CaseRule::Exact => return Case::Exact,
        CaseRule::Ignore => return Case::Ignore,
        CaseRule::Smart => {}
    }
    let is_common = |i: usize| common.contains(words.folded(i));
    let all = words.as_slice();
    let mask = upper_mask(words);
    let every = |is: &dyn Fn(usize) -> bool| (0..all.len()).all(is);
    let is_empty = |i: usize| all[i].shape == Shape::Digits || empty_words().contains(words.folded(i));
    let in_capitals = |i: usize| matches!(all[i].shape, Shape::AllCapitals);
    if every(&|i| all[i].shape == Shape::Digits)
        || entity_type != EntityType::Person && every(&|i| is_empty(i) && !in_capitals(i))
        || mask == 0 && every(&is_common)
    {
        return Case::Never;
    }
    if all.iter().all(|w| matches!(w.shape, Shape::AllCapitals | Shape::Initial | Shape::Digits)) {
        let as_word = all.len() == 1 && words.folded(0).len() >= 4 && !is_common(0);
        let letters = words.folded(0).bytes().all(|b| b.is_ascii_alphabetic());
        return if as_word && letters { Case::Upper(1) } else { Case::Capitals };
    }
    if let [word] = all {
        return match word.shape {
            // "iPhone"; and "LeT", which is not "Let".
            Shape::Mixed if mask == 0 || is_common(0) => Case::Exact,
            Shape::Capitalized if is_common(0) => Case::Shape,
            _ => Case::Upper(mask),
        };
    }
    let strict = entity_type == EntityType::Person
        || alias.kind == AliasKind::Demonym
        || (0..all.len()).all(|i| mask & 1 << i == 0 || is_common(i));
    if strict {
        return Case::Upper(mask);
    }
    let first = mask.trailing_zeros() as usize;
    Case::Upper((0..all.len()).filter(|&i| i != first && is_common(i)).fold(mask, |mask, i| mask & !(1 << i)))
}

/// The words that begin with a capital, a bit each.
pub(crate) fn upper_mask(words: &Words<'_>) -> u16 {
    words.as_slice().iter().enumerate().fold(0, |mask, (i, w)| mask | u16::from(w.is_upper_first()) << i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, entity_type: EntityType) -> Case {
        let alias = Alias { text: name.to_owned(), kind: AliasKind::Name, case: CaseRule::Smart };
        case_of(&alias, &Words::read(name), entity_type, common_words())
    }

    #[test]
    fn what_every_text_is_full_of_is_never_found() {
        for name in ["30", "to", "at the", "Of", "Of the", "Sunday", "March", "one", "1984 11"] {
            assert_eq!(case(name, EntityType::Location), Case::Never, "{name}");
        }
    }

    #[test]
    fn what_only_looks_like_it_is_found() {
        let place = |name| case(name, EntityType::Location);
        assert_eq!(place("US"), Case::Capitals);
        assert_eq!(place("Reading"), Case::Shape);
        assert_eq!(place("30th Street"), Case::Upper(0b10));
        assert_eq!(case("May", EntityType::Person), Case::Shape);
        assert_eq!(case("adidas", EntityType::Organization), Case::Upper(0));
    }
}
