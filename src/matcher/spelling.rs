//! What a spelling demands of the text beyond its folded words: capitals and joints.

use serde::{Deserialize, Serialize};

use crate::text::{Joint, Shape, Word, Words};

/// How strictly the capitals of a spelling are held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// Any case.
    Ignore,
    /// These words must begin with a capital: a bit each, the first word lowest.
    Upper(u16),
    /// All words must be in capitals.
    Capitals,
    /// Every word must have the shape that it has in the spelling.
    Shape,
    /// Letter for letter.
    Exact,
    /// In no case.
    Never,
}

/// The demands of a spelling. Most names share theirs with many others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Spelling {
    case: CaseCheck,
    /// Four bits for each joint inside, the first lowest.
    joints: u64,
    words: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum CaseCheck {
    Ignore,
    Upper(u16),
    Capitals,
    Shape(Box<[Shape]>),
    Exact(Box<[Box<str>]>),
    Never,
}

impl Spelling {
    /// Words in a spelling at most.
    pub const MAX_WORDS: usize = 16;

    /// The demands of a spelling of 1 to [`Self::MAX_WORDS`] words.
    pub(super) fn new(words: &Words<'_>, case: Case) -> Spelling {
        let all = words.as_slice();
        let case = match case {
            Case::Ignore => CaseCheck::Ignore,
            Case::Upper(mask) => CaseCheck::Upper(mask),
            Case::Capitals => CaseCheck::Capitals,
            Case::Shape => CaseCheck::Shape(all.iter().map(|w| w.shape).collect()),
            Case::Never => CaseCheck::Never,
            Case::Exact => CaseCheck::Exact((0..all.len()).map(|i| words.written(i).into()).collect()),
        };
        let joints = all.iter().skip(1).enumerate().fold(0, |bits, (i, w)| bits | (w.joint as u64) << (4 * i));
        Spelling { case, joints, words: all.len() as u8 }
    }

    /// How many words it has.
    pub(super) fn words(&self) -> usize {
        usize::from(self.words)
    }

    /// Whether its parts agree on the number of words.
    pub(super) fn is_sound(&self) -> bool {
        let listed = match &self.case {
            CaseCheck::Shape(shapes) => shapes.len(),
            CaseCheck::Exact(written) => written.len(),
            _ => self.words(),
        };
        listed == self.words() && (1..=Self::MAX_WORDS).contains(&listed)
    }

    /// Whether its first word may stand in lower-case letters.
    pub(super) fn may_be_lower(&self) -> bool {
        match &self.case {
            CaseCheck::Ignore | CaseCheck::Exact(_) => true,
            CaseCheck::Upper(mask) => mask & 1 == 0,
            CaseCheck::Shape(shapes) => shapes[0] == Shape::Lower,
            CaseCheck::Capitals | CaseCheck::Never => false,
        }
    }

    /// Whether it is in no text.
    pub(super) fn is_never(&self) -> bool {
        self.case == CaseCheck::Never
    }

    /// Whether the words from `first` on, whose folded forms are this spelling's, also have
    /// its case and joints. Words of web addresses never do.
    pub(super) fn admits(&self, words: &Words<'_>, first: usize) -> bool {
        let run = &words.as_slice()[first..first + usize::from(self.words)];
        let mut each = run.iter().enumerate();
        let cased = match &self.case {
            CaseCheck::Ignore => true,
            CaseCheck::Never => false,
            CaseCheck::Upper(mask) => {
                each.all(|(i, w)| mask & 1 << i == 0 || w.is_upper_first() || w.shape == Shape::Uncased)
            }
            CaseCheck::Capitals => each
                .all(|(_, w)| matches!(w.shape, Shape::AllCapitals | Shape::Initial | Shape::Digits | Shape::Uncased)),
            CaseCheck::Shape(shapes) => each.all(|(i, w)| w.shape == shapes[i]),
            CaseCheck::Exact(written) => each.all(|(i, _)| words.written(first + i) == &*written[i]),
        };
        cased && self.joins(run)
    }

    /// Whether the words from `first` on have its joints, whatever their case.
    pub(super) fn admits_in_any_case(&self, words: &Words<'_>, first: usize) -> bool {
        self.case != CaseCheck::Never && self.joins(&words.as_slice()[first..first + usize::from(self.words)])
    }

    fn joins(&self, run: &[Word]) -> bool {
        !run[0].is_address()
            && run.iter().skip(1).enumerate().all(|(i, word)| {
                let wanted = self.joints >> (4 * i) & 0xF;
                is_same(wanted, word.joint, word.is_sentence_start())
            })
    }
}

/// Whether a joint of the text may stand where the spelling has `wanted`.
fn is_same(wanted: u64, joint: Joint, sentence_start: bool) -> bool {
    use Joint::*;
    if wanted == joint as u64 {
        return true;
    }
    let spaced = matches!(joint, Space | LineBreak);
    // The dot of an abbreviation, "St. Petersburg", not the end of a sentence.
    let dotted = joint == FullStop && !sentence_start;
    match wanted {
        w if w == Space as u64 => spaced || dotted || joint == Hyphen,
        w if w == Hyphen as u64 => spaced || joint == Adjacent,
        w if w == FullStop as u64 => spaced || dotted,
        w if w == Comma as u64 || w == Adjacent as u64 => spaced,
        _ => false,
    }
}
