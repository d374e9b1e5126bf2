//! Any text: what is found is sound, and the same again. The first byte chooses options, the
//! first line is the title.
#![no_main]

use gazetted::extraction::{Article, Options, Overlaps, extract};
use gazetted_fuzz::{lexicon, sound};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: gazetted_fuzz::begin(), |input: &[u8]| {
    let Some((&choices, text)) = input.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let (title, body) = text.split_once('\n').unwrap_or(("", &text));
    let article = Article { title, body, ..Article::default() };
    let chosen = |bit: u8| choices & 1 << bit != 0;
    let options = Options {
        overlaps: if chosen(0) { Overlaps::Nested } else { Overlaps::Longest },
        unlisted_names: !chosen(1),
        demonyms: chosen(2),
        explain: chosen(3),
        alternatives: chosen(4),
        min_confidence: if chosen(5) { 0.5 } else { 0.0 },
        ..Options::default()
    };
    let found = extract(&article, lexicon(), &options);
    sound(&article, &found, &options);
    assert_eq!(format!("{found:?}"), format!("{:?}", extract(&article, lexicon(), &options)));
});
