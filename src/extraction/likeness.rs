//! Likeness: what a word that no list has looks like: by its letters a word of people's or places'
//! names, by its ending one of companies', an adjective of a place, or an ordinary word.

use std::sync::LazyLock;

use super::{
    letters::{LIKES, ONE, PLACES, chances},
    row::Trait,
};

/// What was learned of letters, a byte each weight.
static LETTERS: &[u8; PLACES * LIKES] = include_bytes!(concat!(env!("OUT_DIR"), "/letters.bin"));

/// What the letters of a word that no list has make it look like; nothing where they are not Latin ones, which
/// the lists have too few words of.
pub(super) fn by_letters(folded: &str) -> Option<Trait> {
    if !folded.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let weights = |place: usize| {
        let at = place * LIKES;
        [at, at + 1, at + 2].map(|at| f32::from(LETTERS[at] as i8) / ONE)
    };
    let [person, place, other] = chances(folded, weights);
    Some(match () {
        () if person > 0.8 => Trait::VeryPersonLike,
        () if place > 0.8 => Trait::VeryPlaceLike,
        () if person > 0.55 => Trait::PersonLike,
        () if place > 0.55 => Trait::PlaceLike,
        () if other > 0.6 => Trait::OtherLike,
        () => return None,
    })
}

/// What the ending of a word that no list has makes it look like.
pub(super) fn by_ending(folded: &str) -> Option<Trait> {
    static BY_LAST: LazyLock<[Vec<Ending>; 26]> = LazyLock::new(endings_by_last);
    let last = folded.bytes().next_back().filter(u8::is_ascii_lowercase)?;
    let fits =
        |ending: &&Ending| folded.len() >= ending.room + ending.letters.len() && folded.ends_with(ending.letters);
    Some(BY_LAST[usize::from(last - b'a')].iter().find(fits)?.like)
}

/// An ending, and what a word is like that has it and at least so many letters before.
struct Ending {
    letters: &'static str,
    room: usize,
    like: Trait,
}

/// All endings by their last letter; of several that a word has the first counts.
fn endings_by_last() -> [Vec<Ending>; 26] {
    let mut by_last = [const { Vec::new() }; 26];
    for (like, room, endings) in
        [(Trait::WordLike, 3, WORDS), (Trait::CompanyLike, 2, COMPANIES), (Trait::DemonymLike, 4, DEMONYMS)]
    {
        for letters in endings {
            let last = letters.as_bytes()[letters.len() - 1];
            by_last[usize::from(last - b'a')].push(Ending { letters, room, like });
        }
    }
    by_last
}

const COMPANIES: &[&str] = &[
    "tech", "soft", "corp", "bank", "net", "com", "tel", "pharm", "pharma", "gen", "bio", "ware", "sys", "media",
    "gas", "neft", "prom", "mart", "petro", "oil", "motors", "air", "jet", "works", "labs", "cell", "chem", "energo",
];
const DEMONYMS: &[&str] = &["ian", "ians", "ese", "ish", "ean", "ans", "ites"];
const WORDS: &[&str] = &["ing", "ed", "ly", "tion", "ness", "ment", "ism", "able", "ful", "less", "ities", "ous"];

#[cfg(test)]
mod tests {
    use super::*;

    /// Words that no list has.
    #[test]
    fn letters_tell_names_of_people_from_names_of_places() {
        let share = |words: &[&str], likes: [Trait; 2]| {
            words.iter().filter(|word| by_letters(word).is_some_and(|like| likes.contains(&like))).count() * 10
                / words.len()
        };
        assert_eq!([by_letters("новгород"), by_letters("covid19")], [None, None]);
        let people = ["grigorenkov", "papadimitrakis", "hovsepyants", "okonkwoeze", "lindqvistson", "wijeratnage"];
        let places = ["novogradsk", "kirchenstadt", "ramanpuram", "littleborough", "villanueville", "baishanzhou"];
        assert!(share(&people, [Trait::PersonLike, Trait::VeryPersonLike]) >= 6);
        assert!(share(&places, [Trait::PlaceLike, Trait::VeryPlaceLike]) >= 6);
    }
}
