//! Cutting a section into words.
//!
//! A word is a run of letters, digits and the marks on them. What stands between two words
//! is their joint. Special cases, each because news is full of it:
//! - a dotted acronym is one word, dots included: `U.S.`, `D.C.`, `J.K.`;
//! - `&` is a word and folds to "and": `Procter & Gamble`, `AT&T`;
//! - a possessive `'s` is a word of its own, marked, so that no name takes it in;
//! - in scripts without spaces every character is a word.

use super::{
    Shape, Span,
    abbreviations::{is_abbreviation, is_starter},
    fold_into,
    shape::{AMPERSAND, DIGIT, DOT, KINDS, LOWER, UPPER, WIDE, dotted_shape, plain_shape, shape_of},
};

/// What stands between a word and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Joint {
    /// Nothing before: the first word of the section.
    Start,
    /// Nothing between.
    Adjacent,
    /// White space within a line.
    Space,
    /// White space with one line break.
    LineBreak,
    /// A hyphen or short dash without spaces around it.
    Hyphen,
    /// An apostrophe, straight or curly; with a space after it that of a plural: Workers' Party.
    Apostrophe,
    /// A full stop, with or without a space after it.
    FullStop,
    /// A comma.
    Comma,
    /// A slash: 9/11.
    Slash,
    /// Anything else within a paragraph: brackets, quotes, colons, dashes.
    Other,
    /// An empty line.
    Paragraph,
}

/// A word of a section.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// Where it stands in the original.
    pub span: Span,
    /// What stands before it.
    pub joint: Joint,
    /// How it is written.
    pub shape: Shape,
    flags: u8,
    /// Where its folded form stands in [`Words::folded`].
    folded: Span,
}

const UPPER_FIRST: u8 = 1;
const SENTENCE_START: u8 = 1 << 1;
const POSSESSIVE: u8 = 1 << 2;
const ADDRESS: u8 = 1 << 3;
const CAPITALS_LINE: u8 = 1 << 4;
const TITLE_LINE: u8 = 1 << 5;

impl Word {
    /// Whether its first letter is a capital.
    #[must_use]
    pub fn is_upper_first(&self) -> bool {
        self.flags & UPPER_FIRST != 0
    }

    /// Whether its capital may be there only because a sentence or heading begins.
    #[must_use]
    pub fn is_sentence_start(&self) -> bool {
        self.flags & SENTENCE_START != 0
    }

    /// Whether it is the `s` of a possessive `'s`.
    #[must_use]
    pub fn is_possessive(&self) -> bool {
        self.flags & POSSESSIVE != 0
    }

    /// Whether it is part of a web or mail address or a handle.
    #[must_use]
    pub fn is_address(&self) -> bool {
        self.flags & ADDRESS != 0
    }

    /// Whether its line is written in capitals, so that capitals say nothing.
    #[must_use]
    pub fn in_capitals_line(&self) -> bool {
        self.flags & CAPITALS_LINE != 0
    }

    /// Whether its line is a heading With Most Words Capitalized, so that capitals say little.
    #[must_use]
    pub fn in_title_line(&self) -> bool {
        self.flags & TITLE_LINE != 0
    }
}

/// The words of one section.
#[derive(Debug)]
pub struct Words<'t> {
    text: &'t str,
    words: Vec<Word>,
    /// The text in lower case, in which the folded form of a plain word has the word's own span;
    /// then the folded forms of all other words.
    folded: String,
}

impl<'t> Words<'t> {
    /// Reads a section. Linear in its length; never fails.
    ///
    /// # Panics
    /// When the text is longer than `u32::MAX` bytes: spans would not fit.
    #[must_use]
    pub fn read(text: &'t str) -> Self {
        assert!(u32::try_from(text.len()).is_ok(), "a section holds at most 4 GiB");
        let mut words =
            Words { text, words: Vec::with_capacity(text.len() / 6 + 1), folded: text.to_ascii_lowercase() };
        words.cut();
        words.mark_addresses();
        words.mark_lines();
        words.mark_sentences();
        words
    }

    /// The text they were read from.
    #[must_use]
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// All of them in order.
    #[must_use]
    pub fn as_slice(&self) -> &[Word] {
        &self.words
    }

    /// The word at `index`, if there is one.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Word> {
        self.words.get(index)
    }

    /// The word at `index` as it is written.
    #[must_use]
    pub fn written(&self, index: usize) -> &'t str {
        self.words[index].span.of(self.text)
    }

    /// The folded form of the word at `index`.
    #[must_use]
    pub fn folded(&self, index: usize) -> &str {
        self.words[index].folded.of(&self.folded)
    }

    /// What is written between the word before `index` and the word at `index`; before the
    /// first and after the last word, what the section begins and ends with.
    #[must_use]
    pub fn between(&self, index: usize) -> &'t str {
        let begin = if index == 0 { 0 } else { self.words[index - 1].span.end as usize };
        let end = self.words.get(index).map_or(self.text.len(), |w| w.span.begin as usize);
        &self.text[begin..end]
    }

    /// The span from the first to the last word of a range.
    ///
    /// # Panics
    /// When the range is empty or out of bounds.
    #[must_use]
    pub fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span { begin: self.words[range.start].span.begin, end: self.words[range.end - 1].span.end }
    }

    fn cut(&mut self) {
        let bytes = self.text.as_bytes();
        let mut at = 0;
        let mut joint_begin = 0;
        while at < bytes.len() {
            let (end, kinds) = match KINDS[usize::from(bytes[at])] {
                UPPER | LOWER | DIGIT => self.dotted_end(at).map_or_else(|| self.run_end(at), |end| (end, DOT)),
                AMPERSAND => match entity_at(self.text, at) {
                    Some((length, "&")) => (at + length, 0),
                    Some((length, _)) => {
                        at += length;
                        continue;
                    }
                    None => (at + 1, 0),
                },
                WIDE => {
                    let c = char_at(self.text, at);
                    match class_of(c) {
                        Class::Letter => self.run_end(at),
                        Class::Single => (at + c.len_utf8(), WIDE),
                        Class::Between => {
                            at += c.len_utf8();
                            continue;
                        }
                    }
                }
                _ => {
                    at += 1;
                    continue;
                }
            };
            let joint = match &bytes[joint_begin..at] {
                _ if self.words.is_empty() => Joint::Start,
                b" " => Joint::Space,
                _ => joint(&self.text[joint_begin..at]),
            };
            self.push(Span { begin: at as u32, end: end as u32 }, kinds, joint);
            at = end;
            joint_begin = end;
        }
    }

    /// The end of the run of letters that begins at `at`, and the kinds of its bytes after the
    /// first. Marks and invisible joiners inside belong to it.
    fn run_end(&self, at: usize) -> (usize, u8) {
        let bytes = self.text.as_bytes();
        let mut end = at + if bytes[at].is_ascii() { 1 } else { char_at(self.text, at).len_utf8() };
        let mut kinds = 0;
        while let Some(&byte) = bytes.get(end) {
            let kind = KINDS[usize::from(byte)];
            if kind & (UPPER | LOWER | DIGIT) != 0 {
                kinds |= kind;
                end += 1;
                continue;
            }
            if byte.is_ascii() {
                break;
            }
            let c = char_at(self.text, end);
            if class_of(c) != Class::Letter && !is_inside_word(c) {
                break;
            }
            kinds |= WIDE;
            end += c.len_utf8();
        }
        (end, kinds)
    }

    /// The end of a dotted acronym that begins at `at`: single letters, each but the last
    /// followed by a full stop, and no letter after the last.
    fn dotted_end(&self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if bytes.get(at + 1) != Some(&b'.') {
            return None;
        }
        let letter = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_alphabetic);
        let word_byte = |i: usize| bytes.get(i).is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
        let (mut end, mut letters) = (at, 0);
        while letter(end) && !word_byte(end + 1) {
            letters += 1;
            if bytes.get(end + 1) == Some(&b'.') {
                end += 2;
            } else {
                end += 1;
                break;
            }
        }
        (letters >= 2).then_some(end)
    }

    /// Adds a word; `rest` are the kinds of its bytes after the first, [`DOT`] alone for a dotted acronym.
    fn push(&mut self, span: Span, rest: u8, joint: Joint) {
        let written = span.of(self.text);
        let first = KINDS[usize::from(self.text.as_bytes()[span.begin as usize])];
        let is_plain = (first | rest) & (DOT | AMPERSAND | WIDE) == 0;
        let mut folded = span;
        if !is_plain {
            folded.begin = self.folded.len() as u32;
            if first == AMPERSAND {
                self.folded.push_str("and");
            } else {
                fold_into(written, &mut self.folded);
            }
            folded.end = self.folded.len() as u32;
        }
        let (shape, upper_first) = match (first | rest) & WIDE {
            _ if first == AMPERSAND => (Shape::Uncased, false),
            _ if rest == DOT => (dotted_shape(written), first == UPPER),
            0 => (plain_shape(first, rest), first == UPPER),
            _ => shape_of(written),
        };
        let possessive = joint == Joint::Apostrophe && matches!(written, "s" | "S");
        let flags = (u8::from(upper_first) * UPPER_FIRST) | (u8::from(possessive) * POSSESSIVE);
        self.words.push(Word { span, joint, shape, flags, folded });
    }

    /// Marks the words of web and mail addresses and handles. They run to the next white space.
    fn mark_addresses(&mut self) {
        if !self.text.contains('@') && !self.text.contains("://") && !self.text.contains("www.") {
            return;
        }
        let mut first = 0;
        for index in 0..self.words.len() {
            if self.between(index).contains(char::is_whitespace) {
                first = index;
            }
            let after = &self.text[self.words[index].span.end as usize..];
            let inside = first < index && self.words[index - 1].is_address();
            let begins = after.starts_with("://")
                || after.starts_with('@')
                || self.between(index).ends_with('@')
                || (self.written(index) == "www" && after.starts_with('.'));
            let from = match (inside, begins) {
                (true, _) => index,
                (false, true) => first,
                (false, false) => continue,
            };
            for word in &mut self.words[from..=index] {
                word.flags |= ADDRESS;
            }
        }
    }

    /// Marks words by the style of their line.
    fn mark_lines(&mut self) {
        let mut first = 0;
        for index in 1..=self.words.len() {
            let ends = self.words.get(index).is_none_or(|w| matches!(w.joint, Joint::LineBreak | Joint::Paragraph));
            if ends {
                let flag = line_style(&self.words[first..index]);
                for word in &mut self.words[first..index] {
                    word.flags |= flag;
                }
                first = index;
            }
        }
    }

    fn mark_sentences(&mut self) {
        let wrapped = is_hard_wrapped(self.text);
        for index in 0..self.words.len() {
            if self.starts_sentence(index, wrapped) {
                self.words[index].flags |= SENTENCE_START;
            }
        }
    }

    fn starts_sentence(&self, index: usize, wrapped: bool) -> bool {
        match self.words[index].joint {
            Joint::Start | Joint::Paragraph => return true,
            Joint::LineBreak if !wrapped => return true,
            Joint::Adjacent | Joint::Hyphen | Joint::Apostrophe | Joint::Slash | Joint::Comma => return false,
            Joint::Space => {
                // "… in the U.S. The …": the dot belongs to the acronym and ends the sentence.
                let end = self.words[index - 1].span.end as usize;
                return self.text.as_bytes()[end - 1] == b'.' && is_starter(self.written(index));
            }
            Joint::LineBreak | Joint::FullStop | Joint::Other => {}
        }
        let between = self.between(index);
        let opens_quote = between.trim_end().ends_with(['"', '“', '‘', '«', '„'])
            && between.trim_start().starts_with([',', ':', '"', '“']);
        if opens_quote || between.contains(['\n', '•', '*']) && !wrapped {
            return true;
        }
        let Some(stop) = between.rfind(['.', '!', '?', '…', ':', ';']) else { return false };
        let spaced = between[stop..].contains(char::is_whitespace);
        let mark = char_at(between, stop);
        if !spaced || mark == ';' {
            return false;
        }
        if mark == '.' && between.trim_end() == "." {
            let before = self.words[index - 1];
            return before.shape != Shape::Initial && !is_abbreviation(self.folded(index - 1));
        }
        true
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Single,
    Between,
}

fn class_of(c: char) -> Class {
    if is_unspaced(c) {
        Class::Single
    } else if c.is_alphanumeric() {
        Class::Letter
    } else {
        Class::Between
    }
}

/// Characters of scripts that are written without spaces between words: Thai to Khmer,
/// kana, Han.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Characters that continue a word but cannot begin one.
fn is_inside_word(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}')
        || (!c.is_ascii() && unicode_normalization::char::is_combining_mark(c))
}

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\0')
}

/// The length of the HTML entity that begins at `at`, and what it stands for: some are left in
/// text that was taken from the web.
fn entity_at(text: &str, at: usize) -> Option<(usize, &'static str)> {
    if text.as_bytes()[at] != b'&' {
        return None;
    }
    ENTITIES.iter().find(|(entity, _)| text[at..].starts_with(entity)).map(|(entity, plain)| (entity.len(), *plain))
}

const ENTITIES: [(&str, &str); 18] = [
    ("&amp;", "&"),
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&#x27;", "'"),
    ("&rsquo;", "’"),
    ("&lsquo;", "‘"),
    ("&#8217;", "’"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&ldquo;", "“"),
    ("&rdquo;", "”"),
    ("&ndash;", "–"),
    ("&mdash;", "—"),
    ("&hellip;", "…"),
    ("&lt;", "<"),
];

/// The joint that the text between two words makes.
fn joint(between: &str) -> Joint {
    if between.contains('&') {
        let plain = ENTITIES.iter().fold(between.to_owned(), |text, (entity, plain)| text.replace(entity, plain));
        if plain != between {
            return joint(&plain);
        }
    }
    match between {
        "" => return Joint::Adjacent,
        " " => return Joint::Space,
        "-" | "‐" | "‑" | "–" => return Joint::Hyphen,
        "'" | "’" | "‘" | "ʼ" | "`" | "´" | "' " | "’ " => return Joint::Apostrophe,
        "/" => return Joint::Slash,
        "." | ". " => return Joint::FullStop,
        "," | ", " => return Joint::Comma,
        _ => {}
    }
    let breaks = line_breaks(between);
    let marks = between.trim();
    match (marks, breaks) {
        (_, 2..) => Joint::Paragraph,
        ("", 1) => Joint::LineBreak,
        ("", _) => Joint::Space,
        // A word broken over two lines, or a compound broken at its hyphen.
        ("-" | "‐" | "\u{AD}", 1) if between.starts_with(marks) => Joint::Hyphen,
        (".", _) if between.starts_with('.') => Joint::FullStop,
        (",", _) => Joint::Comma,
        _ => Joint::Other,
    }
}

fn line_breaks(between: &str) -> usize {
    let bytes = between.as_bytes();
    let breaks =
        bytes.iter().enumerate().filter(|&(i, &b)| b == b'\n' || (b == b'\r' && bytes.get(i + 1) != Some(&b'\n')));
    breaks.count() + between.matches(['\u{2028}', '\u{2029}']).count()
}

/// The flag for a whole line: in capitals, in title case, or neither.
fn line_style(words: &[Word]) -> u8 {
    let (mut capitals, mut capitalized, mut lower, mut long_lower) = (0, 0, 0, 0);
    for word in words {
        match word.shape {
            Shape::AllCapitals => capitals += 1,
            Shape::Capitalized | Shape::Mixed => capitalized += 1,
            Shape::Lower if !word.is_possessive() => {
                lower += 1;
                long_lower += usize::from(word.span.end - word.span.begin >= 4);
            }
            _ => {}
        }
    }
    if capitals >= 3 && capitals >= 9 * (capitalized + lower) {
        CAPITALS_LINE
    } else if (4..=20).contains(&words.len())
        && capitalized >= 3
        && capitalized + capitals >= 6 * long_lower
        && capitalized >= lower
    {
        TITLE_LINE
    } else {
        0
    }
}

/// Whether lines are broken at a fixed width, so that a line break ends no sentence: most
/// lines that do not end a paragraph are about equally long.
fn is_hard_wrapped(text: &str) -> bool {
    if !text.contains('\n') {
        return false;
    }
    let lines = text.lines().map(str::len).collect::<Vec<_>>();
    let inner = lines.windows(2).filter(|pair| pair[0] > 0 && pair[1] > 0).map(|pair| pair[0]);
    let inner = inner.collect::<Vec<_>>();
    let longest = inner.iter().copied().max().unwrap_or(0);
    let full = inner.iter().filter(|&&length| length + 16 >= longest).count();
    inner.len() >= 3 && (40..=120).contains(&longest) && full * 10 >= inner.len() * 7
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let words = Words::read(text);
        (0..words.len()).map(|i| words.written(i)).collect()
    }

    fn sentence_starts(text: &str) -> Vec<&str> {
        let words = Words::read(text);
        (0..words.len()).filter(|&i| words.as_slice()[i].is_sentence_start()).map(|i| words.written(i)).collect()
    }

    #[test]
    fn cuts_at_what_is_no_letter() {
        assert_eq!(
            cut("Jean-Yves Le Drian’s U.S. trip, AT&T: 58th."),
            ["Jean", "Yves", "Le", "Drian", "s", "U.S.", "trip", "AT", "&", "T", "58th"]
        );
        assert_eq!(cut("J.K. Rowling, J. Smith, e.g. a.m"), ["J.K.", "Rowling", "J", "Smith", "e.g.", "a.m"]);
        assert_eq!(cut("北京 2022"), ["北", "京", "2022"]);
        assert_eq!(cut("Cafe\u{301}s co\u{AD}op 😀"), ["Cafe\u{301}s", "co\u{AD}op"]);
        assert!(cut(" \r\n…😀").is_empty());
    }

    #[test]
    fn sees_through_entities_left_in_text() {
        let words = Words::read("AT&amp;T&#39;s Johnson &amp;&nbsp;Johnson R&D &unknown;");
        let written = (0..words.len()).map(|i| words.written(i)).collect::<Vec<_>>();
        assert_eq!(written, ["AT", "&amp;", "T", "s", "Johnson", "&amp;", "Johnson", "R", "&", "D", "&", "unknown"]);
        let joints = words.as_slice().iter().map(|w| w.joint).collect::<Vec<_>>();
        use Joint::*;
        assert_eq!(joints[..7], [Start, Adjacent, Adjacent, Apostrophe, Space, Space, Space]);
        assert!(words.as_slice()[3].is_possessive());
        assert_eq!(words.folded(5), "and");
    }

    #[test]
    fn tells_joints_apart() {
        let words = Words::read("a b\nc\r\n\r\nd-e'f.gh, h (i – j\u{a0}k");
        let joints = words.as_slice().iter().map(|w| w.joint).collect::<Vec<_>>();
        use Joint::*;
        assert_eq!(
            joints,
            [Start, Space, LineBreak, Paragraph, Hyphen, Apostrophe, FullStop, Comma, Other, Other, Space]
        );
    }

    #[test]
    fn tells_shapes_apart() {
        let words = Words::read("summit Kyiv NATO J 2022 McDonald iPhone 58th U.S. G7 中 Élysée ÉU");
        let shapes = words.as_slice().iter().map(|w| w.shape).collect::<Vec<_>>();
        use Shape::*;
        assert_eq!(
            shapes,
            [
                Lower,
                Capitalized,
                AllCapitals,
                Initial,
                Digits,
                Mixed,
                Mixed,
                Mixed,
                AllCapitals,
                AllCapitals,
                Uncased,
                Capitalized,
                AllCapitals
            ]
        );
    }

    #[test]
    fn finds_sentence_starts() {
        assert_eq!(
            sentence_starts("Mr. Smith left. He, “Nobody” at St. Paul, said: \"We go.\" Then J. Roe came."),
            ["Mr", "He", "Nobody", "We", "Then"]
        );
        assert_eq!(sentence_starts("In the U.S. The vote of U.S. Senator Roe"), ["In", "The"]);
        assert_eq!(sentence_starts("Heading here\nBody text"), ["Heading", "Body"]);
    }

    #[test]
    fn marks_possessives_addresses_and_line_styles() {
        let words = Words::read("Russia's and Ukraine’s see www.bbc.com/news mail ab.cd@ef.org @Paris Paris");
        let marked = |f: fn(&Word) -> bool| {
            (0..words.len()).filter(|&i| f(&words.as_slice()[i])).map(|i| words.written(i)).collect::<Vec<_>>()
        };
        assert_eq!(marked(Word::is_possessive), ["s", "s"]);
        assert_eq!(marked(Word::is_address), ["www", "bbc", "com", "news", "ab", "cd", "ef", "org", "Paris"]);

        let words =
            Words::read("US TO MEET RUSSIA\nBlinken to Meet Russian Counterpart in Geneva\nHe will meet Lavrov.");
        let styles = words.as_slice().iter().map(|w| (w.in_capitals_line(), w.in_title_line())).collect::<Vec<_>>();
        assert_eq!(styles[0], (true, false));
        assert_eq!(styles[4], (false, true));
        assert_eq!(styles[12], (false, false));
    }
}
