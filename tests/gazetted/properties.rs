//! What must hold for every text: properties, on texts that are biased to what goes wrong:
//! letters whose case or folding changes their length, marks, emoji, curly quotes, all line
//! breaks, dotted acronyms, brackets, very long words, other scripts, and names.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use gazetted::{
    extraction::{Article, Extraction, Lexicon, Options, Overlaps, Section, extract},
    gazetteer::EntityType,
    layer::Layer,
    matcher::{Case, Matcher, MatcherBuilder, word_hashes},
    text::{OffsetUnit, Offsets, Words, fold},
};
use proptest::{prelude::*, sample::select};

use crate::embedded;

/// Few cases, so that the tests stay fast in a debug build; `PROPTEST_CASES` asks for more.
fn cases() -> ProptestConfig {
    let failure_persistence = None;
    match std::env::var_os("PROPTEST_CASES") {
        Some(_) => ProptestConfig { failure_persistence, ..ProptestConfig::default() },
        None => ProptestConfig { cases: 64, failure_persistence, ..ProptestConfig::default() },
    }
}

/// A small gazetteer of invented names, with everything that names may hold.
const ENTRIES: &str = r#"{"id":"person/nkosi-dlamini","type":"PERSON","name":"Nkosi Dlamini","aliases":[{"text":"Dlamini","kind":"short"}]}
{"id":"person/ilse-grosz","type":"PERSON","name":"Ilse-Marie von Groß"}
{"id":"person/omar-al-fil","type":"PERSON","name":"Omar al-Fil"}
{"id":"organization/velm-council","type":"ORGANIZATION","name":"Council of the Upper Velm","aliases":[{"text":"CUV","kind":"acronym"}]}
{"id":"organization/tak","type":"ORGANIZATION","name":"Tak & Sons Ltd."}
{"id":"organization/osric","type":"ORGANIZATION","name":"St. Osric's Hospital"}
{"id":"location/velm","type":"LOCATION","name":"Velm","aliases":[{"text":"Velmese","kind":"demonym"}],"country":"XV"}
{"id":"location/upper-velm","type":"LOCATION","name":"Upper Velm","related":["location/velm"]}
{"id":"location/istra","type":"LOCATION","name":"İstra","aliases":["北京市"]}
{"id":"event/velm-deal","type":"EVENT","name":"Velm cease-fire deal","begin":"2017"}
"#;

/// Names of `ENTRIES` with two words or more.
const LONG_NAMES: [&str; 7] = [
    "Nkosi Dlamini",
    "Ilse-Marie von Groß",
    "Omar al-Fil",
    "Council of the Upper Velm",
    "Tak & Sons Ltd",
    "St. Osric's Hospital",
    "Upper Velm",
];

static SMALL: LazyLock<Lexicon> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("small.jsonl");
    std::fs::write(&path, ENTRIES).expect("a file for the test");
    let layer = Layer::load(&path).expect("the entries are good");
    Lexicon::stack([Arc::new(layer)])
});

const SPELLINGS: [(&str, Case); 8] = [
    ("Nkosi Dlamini", Case::Ignore),
    ("Dlamini", Case::Ignore),
    ("Velm", Case::Upper(1)),
    ("US", Case::Capitals),
    ("İstra", Case::Ignore),
    ("Groß", Case::Shape),
    ("AT&T", Case::Ignore),
    ("北京", Case::Ignore),
];

static MATCHER: LazyLock<Matcher> = LazyLock::new(|| {
    let mut builder = MatcherBuilder::default();
    for (text, case) in SPELLINGS {
        builder.add(&Words::read(text), case).expect("the spelling has words");
    }
    builder.build()
});

const LETTERS: [&str; 25] = [
    "ß", "ẞ", "İ", "ı", "ŉ", "ﬁ", "ﬀ", "Ǆ", "ǅ", "ΐ", "Σ", "ς", "Å", "\u{212B}", "e\u{301}", "\u{301}", "\u{308}",
    "\u{345}", "ø", "Ł", "Æ", "½", "²", "Ⅳ", "ㅎ",
];
const MARKS: [&str; 34] = [
    " ", " ", " ", " ", ", ", ". ", ".", "! ", "? ", ": ", "; ", "-", " – ", " — ", "’", "'", "’s ", "'s ", "“", "”",
    " \"", "(", ") ", "[", "] ", "@", "/", "://", "&", " & ", "…", "\\", "* ", "_",
];
const BREAKS: [&str; 8] = ["\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\u{2028}", "\u{2029}", "\t"];
const UNSEEN: [&str; 12] = [
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{200d}",
    "\u{200e}",
    "\u{2060}",
    "\u{feff}",
    "\u{fe0f}",
    "\0",
    "👩‍👩‍👧‍👦",
    "🇺🇦",
    "😀",
];
const FOREIGN: [&str; 8] = ["北京市", "東京で", "กรุงเทพ", "القاهرة", "ירושלים", "हिन्दी", "서울", "Київ"];
const NEWS: [&str; 40] = [
    "Nkosi Dlamini",
    "Dlamini",
    "DLAMINI",
    "Velm",
    "VELM",
    "Velmese",
    "Upper Velm",
    "Ilse-Marie von Groß",
    "GROSS",
    "İstra",
    "Council of the Upper Velm",
    "CUV",
    "(CUV) ",
    "Tak & Sons Ltd.",
    "St. Osric’s Hospital",
    "Velm cease-fire deal",
    "U.S.",
    "US",
    "us",
    "J.K.",
    "e.g.",
    "D.C",
    "AT&T",
    "58th ",
    "2017 ",
    "Angela Merkel",
    "Foreign Minister ",
    "Mr. ",
    "President ",
    "said ",
    "the ",
    "of ",
    "in ",
    "met ",
    "and ",
    "Orsha Security Conference",
    " Ltd",
    "University of ",
    "-Velm conflict",
    "al-",
];

/// One piece of a text.
fn piece() -> impl Strategy<Value = String> {
    let long = (1usize..3000).prop_map(|length| "Longword".chars().cycle().take(length).collect::<String>());
    prop_oneof![
        12 => select(&NEWS[..]).prop_map(str::to_owned),
        10 => select(&MARKS[..]).prop_map(str::to_owned),
        4 => select(&LETTERS[..]).prop_map(str::to_owned),
        3 => select(&BREAKS[..]).prop_map(str::to_owned),
        3 => select(&UNSEEN[..]).prop_map(str::to_owned),
        2 => select(&FOREIGN[..]).prop_map(str::to_owned),
        3 => "[A-Z][a-z]{1,8} ",
        2 => any::<char>().prop_map(String::from),
        1 => long,
    ]
}

/// A text of up to 60 pieces.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

fn options() -> impl Strategy<Value = Options> {
    let types = prop::sample::subsequence(EntityType::ALL.to_vec(), 0..=4);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (types, flags).prop_map(|(types, (nested, unlisted_names, demonyms, explain, alternatives))| Options {
        types,
        overlaps: if nested { Overlaps::Nested } else { Overlaps::Longest },
        unlisted_names,
        demonyms,
        explain,
        alternatives,
        ..Options::default()
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn words_lie_in_order_and_cover_the_text(text in text()) {
        let words = Words::read(&text);
        let mut covered = String::new();
        for (index, word) in words.as_slice().iter().enumerate() {
            prop_assert!(word.span.begin < word.span.end, "word {index} is empty");
            covered += words.between(index);
            prop_assert_eq!(covered.len(), word.span.begin as usize, "word {} begins where its joint ends", index);
            covered += words.written(index);
            prop_assert_eq!(words.written(index), word.span.of(&text));
        }
        covered += words.between(words.len());
        prop_assert_eq!(covered, text);
    }

    #[test]
    fn folded_words_are_the_fold_of_the_written(text in text()) {
        let words = Words::read(&text);
        for index in 0..words.len() {
            let expected = if words.written(index) == "&" { "and".to_owned() } else { fold(words.written(index)) };
            prop_assert_eq!(words.folded(index), expected, "{:?}", words.written(index));
        }
    }

    #[test]
    fn folding_twice_is_folding_once(text in text()) {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
    }

    #[test]
    fn case_does_not_change_the_fold(word in "[A-Za-z\u{c0}-\u{17f}ẞﬁﬀǄǅΣςΆЖ]{0,12}") {
        prop_assert_eq!(fold(&word.to_uppercase()), fold(&word));
        prop_assert_eq!(fold(&word.to_lowercase()), fold(&word));
    }

    #[test]
    fn hits_are_whole_words(text in text()) {
        let words = Words::read(&text);
        for hit in MATCHER.hits(&words, &word_hashes(&words)) {
            prop_assert!(hit.first <= hit.last && (hit.last as usize) < words.len());
            let span = words.span(hit.first as usize..hit.last as usize + 1);
            let found = span.of(&text);
            let (name, _) = SPELLINGS[hit.spelling.0 as usize];
            prop_assert_eq!(gazetted::extraction::surface(found), gazetted::extraction::surface(name));
            let before = text[..span.begin as usize].chars().next_back();
            let behind = text[span.end as usize..].chars().next();
            // Beside a script without spaces, and after a dotted acronym, a word ends without a space.
            let free = |c: char| !is_spaced_letter(c) || found.chars().all(|c| !is_spaced_letter(c));
            prop_assert!(before.is_none_or(free), "{found:?} begins inside a word");
            prop_assert!(behind.is_none_or(free) || found.ends_with('.'), "{found:?} ends inside a word");
        }
    }

    #[test]
    fn a_word_is_found_wherever_it_stands(text in text()) {
        let words = Words::read(&text);
        let hits = MATCHER.hits(&words, &word_hashes(&words));
        let found = hits.iter().filter(|hit| hit.spelling.0 == 1).map(|hit| hit.first as usize).collect::<Vec<_>>();
        let is_there = |&i: &usize| words.folded(i) == "dlamini" && !words.as_slice()[i].is_address();
        prop_assert_eq!(found, (0..words.len()).filter(is_there).collect::<Vec<_>>());
    }

    #[test]
    fn offsets_agree_with_the_standard_library(text in text()) {
        let (utf16, points) = (Offsets::new(&text, OffsetUnit::Utf16Units), Offsets::new(&text, OffsetUnit::CodePoints));
        let bytes = Offsets::new(&text, OffsetUnit::Utf8Bytes);
        let (mut units, mut count) = (0, 0);
        for (at, c) in text.char_indices() {
            prop_assert_eq!(bytes.convert(at as u32) as usize, at);
            prop_assert_eq!(utf16.convert(at as u32), units);
            prop_assert_eq!(points.convert(at as u32), count);
            (units, count) = (units + c.len_utf16() as u32, count + 1);
        }
        let end = text.len() as u32;
        prop_assert_eq!((bytes.convert(end), utf16.convert(end), points.convert(end)), (end, units, count));
    }

    #[test]
    fn extraction_is_sound_on_any_text(title in text(), body in text(), options in options()) {
        let article = Article { title: &title, body: &body, ..Article::default() };
        is_sound(&article, &extract(&article, &SMALL, &options), &options)?;
    }

    #[test]
    fn extraction_with_the_default_lists_is_sound(title in text(), body in text()) {
        let article = Article { title: &title, body: &body, ..Article::default() };
        let options = Options::default();
        is_sound(&article, &extract(&article, embedded::lexicon(), &options), &options)?;
    }

    #[test]
    fn the_same_article_gives_the_same_result(title in text(), body in text(), options in options()) {
        let article = Article { title: &title, body: &body, ..Article::default() };
        let once = format!("{:?}", extract(&article, &SMALL, &options));
        prop_assert_eq!(once, format!("{:?}", extract(&article, &SMALL, &options)));
    }

    #[test]
    fn a_higher_confidence_asks_for_fewer_mentions(body in text(), min_confidence in 0.0f32..=1.0) {
        let article = Article { title: "", body: &body, ..Article::default() };
        let all = places(&extract(&article, &SMALL, &Options::default()));
        let strict = extract(&article, &SMALL, &Options { min_confidence, ..Options::default() });
        prop_assert!(places(&strict).is_subset(&all));
        for mention in strict.entities.iter().flat_map(|entity| &entity.mentions) {
            prop_assert!(mention.confidence >= min_confidence);
        }
    }

    #[test]
    fn a_type_that_is_not_wanted_changes_no_other(body in text(), wanted in select(&EntityType::ALL[..])) {
        let article = Article { title: "", body: &body, ..Article::default() };
        let all = extract(&article, &SMALL, &Options::default());
        let only = extract(&article, &SMALL, &Options { types: vec![wanted], ..Options::default() });
        let kept = places(&all).into_iter().filter(|place| place.3 == wanted).collect::<BTreeSet<_>>();
        prop_assert_eq!(places(&only), kept);
    }

    #[test]
    fn no_more_mentions_than_asked_for(body in text(), max_mentions in 0usize..8) {
        let article = Article { title: "", body: &body, ..Article::default() };
        let all = places(&extract(&article, &SMALL, &Options::default()));
        let few = extract(&article, &SMALL, &Options { max_mentions, ..Options::default() });
        prop_assert_eq!(places(&few).len(), all.len().min(max_mentions));
        prop_assert_eq!(few.dropped, all.len().saturating_sub(max_mentions));
        prop_assert!(places(&few).is_subset(&all));
    }

    #[test]
    fn a_listed_name_is_found_between_any_marks(
        name in select(&LONG_NAMES[..]),
        before in select(&["", " ", "(", "“", "\"", "‘", "'", "[", "— ", "...", "; ", ": ", "\n", "\r\n\r\n", "* ", "\u{a0}", "中", "😀"][..]),
        behind in select(&["", " ", ")", "”", "\"", "’", "'", "]", " —", "...", "; ", ": ", "\n", "\r\n\r\n", ", ", "’s", "'s", "!", "中", "😀"][..]),
        lead in select(&["", "yesterday it went on as before ", "One. ", "Εδώ "][..]),
        trail in select(&["", " went on as before", ". Then", " 2017"][..]),
    ) {
        let body = format!("{lead}{before}{name}{behind}{trail}");
        let article = Article { title: "", body: &body, ..Article::default() };
        let found = extract(&article, &SMALL, &Options { overlaps: Overlaps::Nested, ..Options::default() });
        let covers = |mention: &&str| mention.contains(name);
        let mentions = found.entities.iter().flat_map(|entity| &entity.mentions).map(|mention| mention.span.of(&body));
        let mentions = mentions.collect::<Vec<_>>();
        prop_assert!(mentions.iter().any(covers), "{body:?} gives {mentions:?}");
    }

    #[test]
    fn the_kind_of_line_break_does_not_matter(body in text()) {
        let unix = body.replace("\r\n", "\n").replace('\r', "\n");
        let windows = unix.replace('\n', "\r\n");
        prop_assert_eq!(mentioned(&unix), mentioned(&windows));
    }
}

#[test]
fn extraction_survives_hostile_texts() {
    let texts = [
        "(".repeat(5_000),
        "A. ".repeat(5_000),
        "A.".repeat(5_000),
        "Velm ".repeat(5_000),
        "Velm-".repeat(5_000),
        "Nkosi Dlamini\n\n".repeat(800),
        "Upper Velm (CUV) ".repeat(800),
        "e\u{301}".repeat(5_000),
        "\u{301}".repeat(5_000),
        "é".repeat(5_000),
        "http://".repeat(3_000),
        "@a.b/".repeat(3_000),
        "’s ".repeat(5_000),
        "\r".repeat(5_000),
        "University of the ".repeat(800),
        "Mr. Velm said Mr. Dlamini of ".repeat(500),
    ];
    for text in texts {
        let article = Article { title: "", body: &text, ..Article::default() };
        let found = extract(&article, &SMALL, &Options::default());
        if let Err(problem) = is_sound(&article, &found, &Options::default()) {
            panic!("{:?}...: {problem}", text.chars().take(30).collect::<String>());
        }
    }
}

/// A letter or digit of a script with spaces between words: beside one, a name is part of a word.
fn is_spaced_letter(c: char) -> bool {
    let unspaced = matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}');
    c.is_alphanumeric() && !unspaced
}

/// What holds for every result.
fn is_sound(article: &Article<'_>, found: &Extraction<'_>, options: &Options) -> Result<(), TestCaseError> {
    let share = 0.0..=1.0;
    let mut spans = Vec::new();
    for entity in &found.entities {
        prop_assert!(!entity.mentions.is_empty() && !entity.name.is_empty());
        prop_assert!(share.contains(&entity.confidence) && share.contains(&entity.salience), "{entity:?}");
        prop_assert!(options.types.is_empty() || options.types.contains(&entity.entity_type));
        prop_assert!(entity.entry.is_some() || options.unlisted_names);
        prop_assert_eq!(entity.explanation.is_some(), options.explain);
        for mention in &entity.mentions {
            let text = article.section(mention.section);
            let span = mention.span.begin as usize..mention.span.end as usize;
            let Some(written) = text.get(span) else { panic!("{mention:?} is no part of its section") };
            prop_assert!(written.chars().any(char::is_alphanumeric), "{written:?} has no letter");
            prop_assert_eq!(written.trim(), written);
            prop_assert!(share.contains(&mention.confidence), "{mention:?}");
            prop_assert_eq!(mention.explanation.is_some(), options.explain);
            spans.push((mention.section, mention.span));
        }
        prop_assert!(entity.mentions.is_sorted_by_key(|mention| (mention.section, mention.span)), "{entity:?}");
    }
    let first = |entity: &gazetted::extraction::Entity<'_>| (entity.mentions[0].section, entity.mentions[0].span);
    prop_assert!(found.entities.is_sorted_by_key(first), "entities follow their first mentions");
    spans.sort();
    for pair in spans.windows(2) {
        let apart = pair[0].0 != pair[1].0 || !pair[0].1.overlaps(pair[1].1);
        prop_assert!(apart || options.overlaps == Overlaps::Nested, "{pair:?} overlap");
        prop_assert!(pair[0] != pair[1], "{:?} twice", pair[0]);
    }
    Ok(())
}

/// Every mention as (section, begin, end, type, id).
fn places(found: &Extraction<'_>) -> BTreeSet<(Section, u32, u32, EntityType, String)> {
    let place = |entity: &gazetted::extraction::Entity<'_>| {
        let id = entity.entry.as_ref().map(|entry| entry.id.to_owned()).unwrap_or_default();
        let entity_type = entity.entity_type;
        let mentions = entity.mentions.iter();
        mentions.map(move |m| (m.section, m.span.begin, m.span.end, entity_type, id.clone())).collect::<Vec<_>>()
    };
    found.entities.iter().flat_map(place).collect()
}

/// The types and texts of the mentions, with line breaks as they are on Unix.
fn mentioned(body: &str) -> Vec<(EntityType, Vec<String>)> {
    let found = extract(&Article { title: "", body, ..Article::default() }, &SMALL, &Options::default());
    let texts = |entity: &gazetted::extraction::Entity<'_>| {
        entity.mentions.iter().map(|mention| mention.span.of(body).replace("\r\n", "\n")).collect::<Vec<_>>()
    };
    found.entities.iter().map(|entity| (entity.entity_type, texts(entity))).collect()
}
