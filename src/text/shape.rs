//! How words are written: the kinds of their bytes, and the shapes that these make.
//!
//! Nearly every word is plain ASCII, whose shape follows from the kind of its first byte and the
//! kinds of all others; only the rest is counted, character by character.

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Shape {
    /// Lower-case letters: `summit`.
    Lower,
    /// One capital, then lower case: `Kyiv`.
    Capitalized,
    /// Capitals only, two at least or with digits: `NATO`, `U.S.`, `G7`.
    AllCapitals,
    /// One capital letter alone: `J`.
    Initial,
    /// Digits only: `2022`.
    Digits,
    /// Capitals inside, or digits first: `McDonald`, `iPhone`, `58th`.
    Mixed,
    /// Letters without case: Chinese, Arabic; and `&`.
    Uncased,
}

pub(super) const UPPER: u8 = 1;
pub(super) const LOWER: u8 = 1 << 1;
pub(super) const DIGIT: u8 = 1 << 2;
pub(super) const DOT: u8 = 1 << 3;
pub(super) const AMPERSAND: u8 = 1 << 4;
/// A part of a character that is not ASCII.
pub(super) const WIDE: u8 = 1 << 5;

/// What each byte may be in a word; 0 for one that is in none.
pub(super) const KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'0'..=b'9' => DIGIT,
            b'.' => DOT,
            b'&' => AMPERSAND,
            0x80.. => WIDE,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// The shape of a word of ASCII.
pub(super) fn plain_shape(first: u8, rest: u8) -> Shape {
    match (first, rest & (UPPER | LOWER | DIGIT)) {
        (UPPER, 0) => Shape::Initial,
        (UPPER, rest) if rest & LOWER == 0 => Shape::AllCapitals,
        (UPPER, rest) if rest & UPPER == 0 => Shape::Capitalized,
        (LOWER, 0 | LOWER) => Shape::Lower,
        (DIGIT, 0 | DIGIT) => Shape::Digits,
        _ => Shape::Mixed,
    }
}

/// The shape of a dotted acronym.
pub(super) fn dotted_shape(word: &str) -> Shape {
    let kind = |byte: u8| KINDS[usize::from(byte)];
    let (first, rest) = word.as_bytes().split_first().map_or((0, &[][..]), |(&first, rest)| (kind(first), rest));
    plain_shape(first, rest.iter().fold(0, |kinds, &byte| kinds | kind(byte)))
}

/// The shape of any word, and whether its first letter is a capital.
pub(super) fn shape_of(word: &str) -> (Shape, bool) {
    let (mut upper, mut lower, mut digits, mut others) = (0, 0, 0, 0);
    let mut first = None;
    for c in word.chars() {
        let slot = if c.is_uppercase() {
            &mut upper
        } else if c.is_lowercase() {
            &mut lower
        } else if c.is_numeric() {
            &mut digits
        } else if c.is_alphabetic() {
            &mut others
        } else {
            continue;
        };
        *slot += 1;
        first.get_or_insert(c);
    }
    let upper_first = first.is_some_and(char::is_uppercase);
    let shape = match (upper, lower, digits, others) {
        (0, 0, 1.., 0) => Shape::Digits,
        (0, 0, _, _) => Shape::Uncased,
        (0, 1.., 0, _) => Shape::Lower,
        (1, 0, 0, 0) => Shape::Initial,
        (1.., 0, _, 0) if upper_first => Shape::AllCapitals,
        (1, 1.., _, _) if upper_first => Shape::Capitalized,
        _ => Shape::Mixed,
    };
    (shape, upper_first)
}
