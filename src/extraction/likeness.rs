//! Likeness: what a word that no list has looks like by its ending. Endings are those of many
//! languages' surnames and towns as English news writes them.

use std::sync::LazyLock;

use super::row::Trait;

/// What the ending of a word that no list has makes it look like.
pub(super) fn likeness(folded: &str) -> Option<Trait> {
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
    for (like, room, endings) in [
        (Trait::WordLike, 3, WORDS),
        (Trait::CompanyLike, 2, COMPANIES),
        (Trait::PlaceLike, 3, PLACES),
        (Trait::DemonymLike, 4, DEMONYMS),
        (Trait::SurnameLike, 2, SURNAMES),
    ] {
        for letters in endings {
            let last = letters.as_bytes()[letters.len() - 1];
            by_last[usize::from(last - b'a')].push(Ending { letters, room, like });
        }
    }
    by_last
}

const PLACES: &[&str] = &[
    "ville", "burg", "burgh", "berg", "town", "ton", "ham", "field", "ford", "port", "shire", "stan", "abad", "pur",
    "pura", "nagar", "grad", "gorod", "land", "polis", "poli", "bury", "borough", "mouth", "haven", "stadt", "dorf",
    "furt", "heim", "hausen", "wick", "worth", "minster", "chester", "cester", "sk", "ovo", "evo", "ivka", "ivtsi",
    "kivka", "itsi", "iv", "guda", "palle", "halli", "patnam", "kot", "garh", "ganj", "vik", "fjord", "holm", "borg",
    "stad", "sund", "jiang", "shan", "zhou", "hai", "dong", "nam", "gaon", "pet", "pally",
];
const SURNAMES: &[&str] = &[
    "ov", "ova", "ev", "eva", "sky", "ski", "ska", "skyy", "enko", "chuk", "yuk", "vich", "vic", "ic", "son", "sen",
    "ez", "es", "ian", "yan", "shvili", "dze", "oglu", "man", "mann", "stein", "ini", "elli", "etti", "otti", "ucci",
    "poulos", "idis", "akis", "escu", "wicz", "czyk", "ska", "nen", "sson", "qvist", "adi", "zadeh", "pour", "wala",
    "ullah", "uddin", "singh", "moto", "mura", "yama", "kawa", "awa", "naka", "saki", "eiro", "inho", "ard", "eau",
    "eux", "otte", "ler", "ner", "ger", "ley", "ers", "ins",
];
const COMPANIES: &[&str] = &[
    "tech", "soft", "corp", "bank", "net", "com", "tel", "pharm", "pharma", "gen", "bio", "ware", "sys", "media",
    "gas", "neft", "prom", "mart", "petro", "oil", "motors", "air", "jet", "works", "labs", "cell", "chem", "energo",
];
const DEMONYMS: &[&str] = &["ian", "ians", "ese", "ish", "ean", "ans", "ites"];
const WORDS: &[&str] = &["ing", "ed", "ly", "tion", "ness", "ment", "ism", "able", "ful", "less", "ities", "ous"];
