//! Signs: the kinds of evidence, numbered and named. What each is worth is in `weights`.
//!
//! There are five families:
//! - a trait of a word at a position beside or inside the place: `after:reporting-verb`;
//! - the categories of two neighboring words across an edge of the place, or of its first and
//!   last word: `edge-before:in+unknown`, `ends:given-name+surname`;
//! - a certain word at the edge: `before:=visited`, `after:=said`;
//! - the last two letters of the name, where its last word is no ordinary one: `ending:ov`;
//! - single signs, listed below: what is listed at the place, how it is written, what the
//!   article says elsewhere, and the patterns that need more than one word to see.
//!
//! Names are stable between releases and are told to callers as the explanation.

use std::sync::OnceLock;

use super::{
    clues::{ClassSet, neighbor_words},
    markers::Marker,
    row::Trait,
};
use crate::gazetteer::ClueClass;

/// The number of a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Sign(pub(super) u16);

/// Where a word stands that has a trait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Position {
    /// Directly before, not capitalized.
    Before,
    /// Directly before and capitalized.
    BeforeCapital,
    /// Before, with a comma between.
    BeforeComma,
    /// The word before the one before.
    Before2,
    /// The only word.
    Only,
    /// The first of several.
    First,
    /// Neither first nor last.
    Inner,
    /// The last of several.
    Last,
    /// Directly after, not capitalized.
    After,
    /// Directly after and capitalized.
    AfterCapital,
    /// After a comma.
    AfterComma,
    /// After a possessive.
    AfterPossessive,
    /// The word after the one after.
    After2,
}

const POSITIONS: [&str; 13] = [
    "before",
    "before-capital",
    "before-comma",
    "before-2",
    "only",
    "first",
    "inner",
    "last",
    "after",
    "after-capital",
    "after-comma",
    "after-possessive",
    "after-2",
];

macro_rules! categories {
    ($($category:ident = $name:literal,)+) => {
        /// The one category of a word that says most of how it stands beside names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub(super) enum Category { $($category,)+ }

        const CATEGORIES: &[&str] = &[$($name,)+];
    };
}

categories! {
    // Edges of sentences and clauses.
    Start = "start", Comma = "comma", Opening = "opening", Closing = "closing", Quote = "quote", Stop = "stop",
    Possessive = "possessive", Dash = "dash", Colon = "colon", Slash = "slash",
    // Words in lower case.
    The = "the", A = "a", In = "in", At = "at", Near = "near", From = "from", To = "to", Of = "of", By = "by",
    And = "and", With = "with", Against = "against", For = "for", On = "on", Who = "who", His = "his", Its = "its",
    Be = "is", Have = "has", May = "will", Role = "role", Reporting = "reporting-verb", Deed = "person-verb",
    Business = "business-noun", Deal = "business-verb", Sport = "sport-noun", Residence = "place-verb", Work = "work-noun",
    PlaceNoun = "place-noun", EventNoun = "event-noun", Particle = "particle", Word = "word", Rare = "rare-word",
    // Capitalized words.
    Digits = "digits", Year = "year", Ordinal = "ordinal", Initial = "initial", Honorific = "honorific", Title = "title",
    Organization = "organization-ending", Head = "organization-head", Place = "place-ending", PlaceHead = "place-head",
    Event = "event-ending", Thing = "thing-ending", NotName = "not-name", Demonym = "demonym", Date = "date", Function = "function-word",
    ListedLocation = "listed-location", ListedOrganization = "listed-organization", ListedPerson = "listed-person",
    GivenAndSurname = "given-name-and-surname", Given = "given-name", GivenCommon = "given-name-and-word",
    Surname = "surname", SurnameCommon = "surname-and-word", CommonStart = "word-at-start", Common = "capitalized-word",
    Capitals = "capitals", Mixed = "mixed-case", PersonLike = "person-like", PlaceLike = "place-like",
    CompanyLike = "company-like", DemonymLike = "demonym-like", Unknown = "unknown", Uncased = "uncased",
}

/// Which two words a pair is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Pair {
    /// The word before the place and its first.
    EdgeBefore,
    /// The last word of the place and the word after.
    EdgeAfter,
    /// The first and the last of several words.
    Ends,
    /// The words before and after.
    Around,
}

const PAIRS: [&str; 4] = ["edge-before", "edge-after", "ends", "around"];

macro_rules! single_signs {
    ($($(#[doc = $doc:literal])+ $sign:ident = $name:literal,)+) => {
        /// The single signs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub(super) enum Single { $($(#[doc = $doc])+ $sign,)+ }

        impl Single {
            /// All single signs with their names and what they are.
            pub(super) const ALL: &'static [(Single, &'static str, &'static str)] =
                &[$((Single::$sign, $name, concat!($($doc),+)),)+];
        }
    };
}

single_signs! {
    /// Every place has it.
    Always = "place",
    /// Two words.
    Two = "two-words",
    /// Three words.
    Three = "three-words",
    /// Four words.
    Four = "four-words",
    /// Five words or more.
    Five = "five-words",
    /// How many words beyond five.
    More = "further-words",
    /// One listed word: a person's name.
    OnePerson = "listed-person",
    /// One listed word: an organization's name.
    OneOrganization = "listed-organization",
    /// One listed word: a place's name.
    OneLocation = "listed-location",
    /// One listed word: an event's name.
    OneEvent = "listed-event",
    /// Several words, a person's listed name.
    FullPerson = "listed-full-person",
    /// Several words, an organization's listed name.
    FullOrganization = "listed-full-organization",
    /// Several words, a place's listed name.
    FullLocation = "listed-full-location",
    /// Several words, an event's listed name.
    FullEvent = "listed-full-event",
    /// A listed acronym.
    Acronym = "listed-acronym",
    /// A listed short form.
    Short = "listed-short-form",
    /// How often the news names the listed person.
    PriorPerson = "prior-person",
    /// How often the news names the listed organization.
    PriorOrganization = "prior-organization",
    /// How often the news names the listed place.
    PriorLocation = "prior-location",
    /// How often the news names the listed event.
    PriorEvent = "prior-event",
    /// The article speaks of what the listed entry's context words name.
    Context = "context-words",
    /// The article names an entry that the listed one is related to.
    Related = "related-entries",
    /// The place is a listed demonym.
    Demonym = "demonym",
    /// A listed name that is an ordinary word in a line where capitals say little.
    CommonListed = "listed-but-common",
    /// Strictly inside a longer listed name.
    InsideListed = "inside-listed-name",
    /// A longer listed name is cut by the edge.
    CutsListed = "cuts-listed-name",
    /// A place listed with the place that it is in, "Irving, Texas", where both stand.
    PlaceOfPlace = "place-of-place",
    /// A capitalized word before it belongs to the same run.
    CutBefore = "run-goes-on-before",
    /// A capitalized word after it belongs to the same run.
    CutAfter = "run-goes-on-after",
    /// In quotes.
    Quoted = "in-quotes",
    /// In round brackets.
    Bracketed = "in-brackets",
    /// Holds "of".
    HoldsOf = "holds-of",
    /// Holds "and".
    HoldsAnd = "holds-and",
    /// Holds a hyphen.
    HoldsHyphen = "holds-hyphen",
    /// Begins after a hyphen.
    AfterHyphen = "begins-after-hyphen",
    /// Ends before a hyphen.
    BeforeHyphen = "ends-before-hyphen",
    /// All words are ordinary ones.
    AllCommon = "all-common-words",
    /// Two letters, capitals.
    Letters2 = "two-capitals",
    /// Three letters, capitals.
    Letters3 = "three-capitals",
    /// Four letters or more, capitals.
    Letters4 = "four-capitals",
    /// Its first word stands in lower case elsewhere in the article.
    LowerElsewhere = "lower-case-elsewhere",
    /// Its first word is capitalized inside a sentence elsewhere.
    UpperElsewhere = "capitalized-elsewhere",
    /// The same words stand more than once.
    Repeated = "repeated",
    /// A prefix such as "pro-" stands before.
    PrefixBefore = "prefix-before",
    /// A currency sign follows.
    CurrencyAfter = "currency-after",
    /// A number follows, as in scores.
    NumberAfter = "number-after",
    /// A number stands before.
    NumberBefore = "number-before",
    /// A line begins with it.
    LineStart = "line-start",
    /// A line ends with it.
    LineEnd = "line-end",
    /// `Police found [Ana Souza], 54, at home.`
    Age = "age-after-name",
    /// `We met [Ana Souza], a spokeswoman for the mill.`
    RoleAfter = "role-after-name",
    /// `We met [Ana Souza], who sings.`
    WhoAfter = "who-after-name",
    /// `She met her colleague, [Anneke Hoorde], there.`
    RoleBeforeComma = "role-before-comma",
    /// `He lives in [Kwaledo], Switzerland.`
    BeforeKnownPlace = "before-known-place",
    /// `He went to Zurich and [Kwaledo] by train.`
    BesideKnownPlace = "beside-known-place",
    /// `He lives in the town of [Kwaledo].`
    NounOf = "place-noun-of",
    /// `[ORSHA], Feb 19 (Newsline) - Rain fell.`
    Dateline = "dateline",
    /// `NAIROBI ([Newsline]) - Rain fell.`: who sent the article, not whom it is about.
    AgencyTag = "agency-tag",
    /// `A spokesman for [Brandvik] said so.`
    RoleOf = "role-of",
    /// `She sold her shares in [Brandvik].`
    SharesIn = "shares-in",
    /// `[Maran] 3-1 Tuvana`, `On Sunday [Maran] beat Tuvana.`
    Score = "score",
    /// `They signed the [2015 Orsha Agreement] there.`: an event's ending in capitals.
    EventEnding = "event-ending",
    /// `It was the [Orsha earthquake] that did it.`: a strong ending in lower case.
    EventStrong = "event-ending-lower",
    /// `It was the [Orsha attack] that did it.`: a weak ending in lower case.
    EventWeak = "event-ending-weak",
    /// `It was the [Tuvanian invasion] that did it.`: says who, not which.
    EventVague = "event-of-adjective",
    /// `It was the [2015 Orsha earthquake] that did it.`: with a year or ordinal.
    EventNumbered = "event-numbered",
    /// `It was the [2015 general election] that did it.`: what it was and when, no name.
    EventYear = "event-of-year",
    /// `It was the [Maran-Tuvana conflict] that did it.`: two sides.
    EventSides = "event-of-two-sides",
    /// `He fell in the [Battle of Orsha] then.`
    EventHead = "event-head",
    /// `They met at the [58th Munich Security Conference] then.`: a listed event and its edition.
    Edition = "edition",
    /// A listed event whose edition stands beside it, without it.
    WithoutEdition = "edition-left-out",
    /// `He fell in the Battle of [Orsha] then.`: a place inside a name.
    InName = "place-in-name",
    /// `They met at the [Orsha Security Conference] (OSC) then.`: the name of the acronym in brackets.
    NameOfAcronym = "acronym-in-brackets",
    /// `They met at the Orsha Security Conference ([OSC]) then.`: the acronym after its name.
    AcronymOfName = "acronym-of-full-name",
    /// How much of the article speaks of sport.
    SportArticle = "article-on-sport",
    /// A listed place in an article on sport.
    PlaceInSport = "listed-place-in-sport",
    /// How much of the article speaks of business.
    BusinessArticle = "article-on-business",
    /// The same words are a person elsewhere.
    ElsewherePerson = "person-elsewhere",
    /// The same words are an organization elsewhere.
    ElsewhereOrganization = "organization-elsewhere",
    /// The same words are a place elsewhere.
    ElsewhereLocation = "location-elsewhere",
    /// The same words are an event elsewhere.
    ElsewhereEvent = "event-elsewhere",
    /// The same words are no name elsewhere.
    ElsewhereNone = "no-name-elsewhere",
    /// The last words of a person's name elsewhere.
    LastOfPerson = "surname-of-full-name",
    /// The first words of a person's name elsewhere.
    FirstOfPerson = "given-name-of-full-name",
    /// The last words of an organization's name elsewhere.
    LastOfOrganization = "end-of-organization",
    /// The first words of an organization's name elsewhere.
    FirstOfOrganization = "beginning-of-organization",
    /// The last words of a place's name elsewhere.
    LastOfLocation = "end-of-location",
    /// The first words of a place's name elsewhere.
    FirstOfLocation = "beginning-of-location",
    /// The last words of an event's name elsewhere.
    LastOfEvent = "end-of-event",
    /// The first words of an event's name elsewhere.
    FirstOfEvent = "beginning-of-event",
    /// The letters of an organization's name elsewhere.
    AcronymOfOrganization = "acronym-of-organization",
    /// The letters of a place's name elsewhere.
    AcronymOfLocation = "acronym-of-location",
    /// The letters of an event's name elsewhere.
    AcronymOfEvent = "acronym-of-event",
    /// An event's name that goes on in lower case after it.
    EventGoesOn = "event-goes-on",
    /// A longer name elsewhere has these words in it.
    LongerElsewhere = "longer-name-elsewhere",
}

const TRAITS: usize = 128;
/// Words that are signs by themselves at most.
const NEIGHBORS: usize = 1024;
const LETTERS: usize = 26;
const PAIR_BASE: usize = POSITIONS.len() * TRAITS;
const NEIGHBOR_BASE: usize = PAIR_BASE + PAIRS.len() * CATEGORIES.len() * CATEGORIES.len();
const ENDING_BASE: usize = NEIGHBOR_BASE + EDGES.len() * NEIGHBORS;
const LONG_BASE: usize = ENDING_BASE + LETTERS * LETTERS;
const SINGLE_BASE: usize = LONG_BASE + LETTERS * LETTERS * LETTERS;

/// At which edge of a place a certain word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub(super) enum Edge {
    /// Directly before.
    Before,
    /// Directly after.
    After,
    /// After a comma.
    AfterComma,
}

const EDGES: [&str; 3] = ["before", "after", "after-comma"];

impl Sign {
    /// How many signs there are.
    pub(super) const COUNT: usize = SINGLE_BASE + Single::ALL.len();

    /// The trait of this bit at a position.
    pub(super) fn of_trait(position: Position, bit: u32) -> Sign {
        Sign((position as usize * TRAITS) as u16 + bit as u16)
    }

    pub(super) fn of_pair(pair: Pair, left: Category, right: Category) -> Sign {
        let categories = CATEGORIES.len();
        Sign((PAIR_BASE + (pair as usize * categories + left as usize) * categories + right as usize) as u16)
    }

    /// The word of this number, from 1, at an edge; see [`neighbor_words`].
    pub(super) fn of_neighbor(edge: Edge, number: u16) -> Sign {
        Sign((NEIGHBOR_BASE + edge as usize * NEIGHBORS) as u16 + number.min(NEIGHBORS as u16 - 1))
    }

    /// The last two letters of a word, where they are plain ones.
    pub(super) fn of_ending(folded: &str) -> Option<Sign> {
        let [.., a, b] = folded.as_bytes() else { return None };
        let number = |letter: &u8| letter.is_ascii_lowercase().then(|| usize::from(letter - b'a'));
        Some(Sign((ENDING_BASE + number(a)? * LETTERS + number(b)?) as u16))
    }

    /// The last three letters of a word, where they are plain ones.
    pub(super) fn of_long_ending(folded: &str) -> Option<Sign> {
        let [_, .., a, b, c] = folded.as_bytes() else { return None };
        let number = |letter: &u8| letter.is_ascii_lowercase().then(|| usize::from(letter - b'a'));
        Some(Sign((LONG_BASE + (number(a)? * LETTERS + number(b)?) * LETTERS + number(c)?) as u16))
    }

    /// The sign of a name; `words` are [`neighbor_words`].
    pub(super) fn of_name(name: &str, words: &[String]) -> Option<Sign> {
        let at = |names: &[&str], name: &str| names.iter().position(|n| *n == name);
        let Some((family, rest)) = name.split_once(':') else {
            return Single::ALL.iter().find(|(_, n, _)| *n == name).map(|(single, ..)| Sign::from(*single));
        };
        if family == "ending" {
            return if rest.len() == 2 { Sign::of_ending(rest) } else { Sign::of_long_ending(&format!("x{rest}")) };
        }
        if let Some(word) = rest.strip_prefix('=') {
            let edge = at(&EDGES, family)?;
            let number = words.binary_search_by(|w| w.as_str().cmp(word)).ok()? + 1;
            return Some(Sign((NEIGHBOR_BASE + edge * NEIGHBORS + number) as u16));
        }
        if let Some(pair) = at(&PAIRS, family) {
            let (left, right) = rest.split_once('+')?;
            let categories = CATEGORIES.len();
            let (left, right) = (at(CATEGORIES, left)?, at(CATEGORIES, right)?);
            return Some(Sign((PAIR_BASE + (pair * categories + left) * categories + right) as u16));
        }
        let bit = at(&trait_names(), rest)?;
        Some(Sign((at(&POSITIONS, family)? * TRAITS + bit) as u16))
    }

    /// The name, stable between releases.
    pub(super) fn name(self) -> &'static str {
        names()[usize::from(self.0)].as_str()
    }
}

impl From<Single> for Sign {
    fn from(single: Single) -> Sign {
        Sign((SINGLE_BASE + single as usize) as u16)
    }
}

/// The names of all signs by number.
pub(super) fn names() -> &'static [String] {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    NAMES.get_or_init(|| {
        let traits = trait_names();
        let mut names = Vec::with_capacity(Sign::COUNT);
        for position in POSITIONS {
            names.extend(traits.iter().map(|name| format!("{position}:{name}")));
        }
        for pair in PAIRS {
            for left in CATEGORIES {
                names.extend(CATEGORIES.iter().map(|right| format!("{pair}:{left}+{right}")));
            }
        }
        let words = neighbor_words();
        for edge in EDGES {
            names.push(format!("{edge}:=?"));
            for number in 1..NEIGHBORS {
                names.push(
                    words.get(number - 1).map_or_else(|| format!("{edge}:={number}"), |w| format!("{edge}:={w}")),
                );
            }
        }
        let letters = || b'a'..=b'z';
        names.extend(letters().flat_map(|a| letters().map(move |b| format!("ending:{}{}", a as char, b as char))));
        for a in letters() {
            for b in letters() {
                names.extend(letters().map(|c| format!("ending:{}{}{}", a as char, b as char, c as char)));
            }
        }
        names.extend(Single::ALL.iter().map(|(_, name, _)| (*name).to_owned()));
        names
    })
}

/// The names of the traits by bit.
fn trait_names() -> Vec<&'static str> {
    let mut names = vec![""; TRAITS];
    for &class in ClueClass::ALL {
        names[class as usize] = class.file_stem();
    }
    for &(marker, name, _) in Marker::ALL {
        names[ClassSet::MARKERS + marker as usize] = name;
    }
    for &(shown, name) in Trait::ALL {
        names[64 + shown as usize] = name;
    }
    names
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        defaults,
        extraction::{Article, Lexicon, Prepared, evidence},
        marked::unmark,
    };

    /// The examples in the documentation of single signs: what stands between backquotes with a
    /// place in brackets, which must have the sign.
    #[test]
    fn the_example_of_every_pattern_has_its_sign() {
        let lexicon = Lexicon::stack([Arc::new(defaults::layer())]);
        let mut examples = 0;
        for &(single, name, about) in Single::ALL {
            for example in about.split('`').skip(1).step_by(2).filter(|example| example.contains('[')) {
                let (text, marks) = unmark(&example.replace(']', "](x)")).unwrap();
                let prepared = Prepared::new(&Article { body: &text, ..Article::default() }, &lexicon, &[]);
                let at_mark = |spot: &&crate::extraction::Spot| prepared.rows.span(spot.place) == marks[0].0;
                let spot =
                    prepared.spots.iter().find(at_mark).unwrap_or_else(|| panic!("{name}: no spot in {example}"));
                let mut seen = false;
                let row = prepared.rows.of(spot.place.section);
                evidence::signs(row, spot, &prepared.habits, &lexicon, &mut |sign, _, _| seen |= sign == single.into());
                assert!(seen, "{name} is not seen in {example}");
                examples += 1;
            }
        }
        assert!(examples >= 20, "only {examples} examples");
    }

    #[test]
    fn names_of_signs_are_told_apart() {
        let named = names().iter().filter(|name| !name.ends_with(':') && !name.ends_with('?'));
        let named = named.collect::<Vec<_>>();
        let distinct = named.iter().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(named.len(), distinct.len());
        assert_eq!(names().len(), Sign::COUNT);
        let words = neighbor_words();
        for (number, name) in names().iter().enumerate().filter(|(_, n)| !n.ends_with(':') && !n.ends_with('?')) {
            let numbered = name.split_once('=').is_some_and(|(_, word)| word.parse::<u16>().is_ok());
            assert!(numbered || Sign::of_name(name, &words) == Some(Sign(number as u16)), "{name}");
        }
        assert!(Sign::COUNT <= usize::from(u16::MAX));
        assert_eq!(Sign::of_ending("smirnov").unwrap().name(), "ending:ov");
        assert_eq!(Sign::from(Single::Score).name(), "score");
    }
}
