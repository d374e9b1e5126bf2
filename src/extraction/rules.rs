//! Rules
use super::{
    candidate::{Candidate, Rows},
    lexicon::Lexicon,
};
pub(super) fn propose(_rows: &Rows<'_>, _candidates: &mut Vec<Candidate>, _lexicon: &Lexicon) {}
