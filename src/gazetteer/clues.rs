//! Clue lists: words and phrases that are evidence for names without being names.
//! The lists are embedded from `gazetteers/clues/`, one file a class.

macro_rules! clue_classes {
    ($($(#[doc = $doc:literal])+ $class:ident = $file:literal,)+) => {
        /// A class of clues.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum ClueClass {
            $($(#[doc = $doc])+ $class,)+
        }

        impl ClueClass {
            /// All classes.
            pub const ALL: &'static [ClueClass] = &[$(ClueClass::$class,)+];

            /// The stem of the file that lists the class.
            #[must_use]
            pub fn file_stem(self) -> &'static str {
                match self { $(ClueClass::$class => $file,)+ }
            }

            /// The file that lists the class.
            fn content(self) -> &'static str {
                match self {
                    $(ClueClass::$class => include_str!(concat!("../../gazetteers/clues/", $file, ".txt")),)+
                }
            }
        }
    };
}

clue_classes! {
    /// A person's given name: Angela.
    GivenName = "given-names",
    /// A common surname: Nguyen.
    Surname = "surnames",
    /// A title that only stands before a name: Mr, Sen.
    Honorific = "honorifics",
    /// What a person is or does: foreign minister, spokesman.
    Role = "roles",
    /// A last word of organizations: Inc, Ministry, Party.
    OrganizationEnding = "organization-endings",
    /// A beginning of organizations: University of.
    OrganizationHead = "organization-heads",
    /// A beginning of places: Lake, Gulf of.
    PlaceHead = "place-heads",
    /// A last word of places: Province, River.
    PlaceEnding = "place-endings",
    /// A common noun beside a place name: the city of, region.
    PlaceNoun = "place-head-nouns",
    /// A last word of events: conference, war.
    EventEnding = "event-endings",
    /// A beginning of events: Battle of, Hurricane.
    EventHead = "event-heads",
    /// A verb whose subject speaks: said.
    ReportingVerb = "reporting-verbs",
    /// A day of the week.
    Weekday = "weekdays",
    /// A month.
    Month = "months",
    /// A last word of capitalized things that are none of our types: Act, Prize, Index.
    ThingEnding = "thing-endings",
    /// A capitalized word that is none of our types: Muslim, Ramadan, iPhone.
    NotName = "not-names",
    /// A common English word.
    CommonWord = "common-words",
    /// A word that no unlisted name holds, even capitalized: the, however.
    FunctionWord = "function-words",
    /// An ordinary word that by itself says something about the name beside it: visited.
    Neighbor = "neighbors",
    /// A particle inside names of people: van, al-.
    Particle = "particles",
    /// A country's code of three letters: GER.
    CountryCode = "country-codes",
}

/// The phrases of one class.
#[derive(Clone, Debug)]
pub struct ClueList {
    /// The class.
    pub class: ClueClass,
    /// The phrases as they are written.
    pub phrases: Vec<&'static str>,
}

impl ClueList {
    /// All embedded lists.
    #[must_use]
    pub fn embedded() -> Vec<ClueList> {
        let list = |&class: &ClueClass| ClueList { class, phrases: phrases(class.content()) };
        ClueClass::ALL.iter().map(list).collect()
    }
}

fn phrases(content: &str) -> Vec<&str> {
    content.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;

    /// The clues of one word are found in any case: "HE" would make a title of "he".
    #[test]
    fn no_title_is_a_function_word() {
        let lists = ClueList::embedded();
        let folded = |class| {
            let phrases = lists.iter().filter(move |list| list.class == class).flat_map(|list| &list.phrases);
            phrases.map(|phrase| fold(phrase)).collect::<Vec<_>>()
        };
        let function = folded(ClueClass::FunctionWord);
        let both = folded(ClueClass::Honorific).into_iter().filter(|title| function.contains(title));
        assert_eq!(both.collect::<Vec<_>>(), [""; 0]);
    }

    #[test]
    fn every_class_has_its_file_and_every_file_its_class() {
        for list in ClueList::embedded() {
            assert!(list.phrases.len() >= 7, "{:?}", list.class);
        }
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/gazetteers/clues")).unwrap();
        for path in files.map(|file| file.unwrap().path()) {
            let stem = path.file_stem().unwrap();
            assert!(ClueClass::ALL.iter().any(|c| c.file_stem() == stem), "{} is no class", path.display());
        }
    }
}
