//! Words and offsets of any text: words lie in order and cover it, folding is settled, and
//! offsets agree with the standard library.
#![no_main]

use gazetted::text::{OffsetUnit, Offsets, Words, fold};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let words = Words::read(text);
    let mut covered = 0;
    for (index, word) in words.as_slice().iter().enumerate() {
        assert!(word.span.begin < word.span.end, "word {index} is empty");
        covered += words.between(index).len();
        assert_eq!(covered, word.span.begin as usize, "word {index} begins where its joint ends");
        let written = words.written(index);
        covered += written.len();
        assert_eq!(written, word.span.of(text));
        let expected = if written.starts_with('&') { "and".to_owned() } else { fold(written) };
        assert_eq!(words.folded(index), expected, "{written:?}");
    }
    assert_eq!(covered + words.between(words.len()).len(), text.len());
    assert_eq!(fold(&fold(text)), fold(text));

    let [bytes, utf16, points] =
        [OffsetUnit::Utf8Bytes, OffsetUnit::Utf16Units, OffsetUnit::CodePoints].map(|unit| Offsets::new(text, unit));
    let (mut units, mut count) = (0, 0);
    for (at, c) in text.char_indices().chain([(text.len(), '\0')]) {
        let at = at as u32;
        assert_eq!((bytes.convert(at), utf16.convert(at), points.convert(at)), (at, units, count));
        (units, count) = (units + c.len_utf16() as u32, count + 1);
    }
});
