//! Weights: what each sign is worth for each type, in log-odds.
//!
//! They stand in `weights.txt`, are written by `gazetted tune` and by nobody else, and are
//! embedded. A line is the name of a sign and its weights for person, organization, location
//! and event; a sign without a line weighs nothing.

use std::fmt::Write as _;

use super::{
    lexicon::neighbor_words,
    signs::{Sign, names},
};

/// What each sign is worth for each of the four types.
#[derive(Clone, Debug)]
pub struct Weights {
    /// For each sign its place in `table`; 0 for one that weighs nothing. Most weigh nothing, and
    /// the table is read for every sign of every spot: it should stay near the processor.
    index: Vec<u16>,
    table: Vec<Weight>,
}

/// What a sign is worth for each type.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weight {
    /// In the first reading, each name by itself.
    pub(super) first: [f32; 4],
    /// In the last, with what the article says elsewhere.
    pub(super) last: [f32; 4],
}

const EMBEDDED: &str = include_str!("weights.txt");

impl Weights {
    /// Weights of zero.
    #[must_use]
    pub fn zero() -> Weights {
        Weights { index: vec![0; Sign::COUNT], table: vec![Weight::default()] }
    }

    /// Those of this release.
    #[must_use]
    pub fn embedded() -> Weights {
        Weights::parse(EMBEDDED)
    }

    /// Reads what [`Weights::to_text`] wrote. Names that are no signs any more are passed over.
    #[must_use]
    pub fn parse(text: &str) -> Weights {
        let words = neighbor_words();
        let mut weights = Weights::zero();
        let mut last = ("", None);
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut fields = line.split_ascii_whitespace();
            let (Some(name), Some(stage)) = (fields.next(), fields.next()) else { continue };
            // Both readings of a sign follow each other.
            if last.0 != name {
                last = (name, Sign::of_name(name, &words));
            }
            let Some(sign) = last.1 else { continue };
            let weight = weights.entry(sign);
            let into = if stage == "1" { &mut weight.first } else { &mut weight.last };
            for (weight, field) in into.iter_mut().zip(fields) {
                *weight = field.parse().unwrap_or(0.0);
            }
        }
        weights
    }

    pub(super) fn of(&self, sign: Sign) -> &Weight {
        &self.table[usize::from(self.index[usize::from(sign.0)])]
    }

    /// The weight of a sign, to be set.
    pub(super) fn entry(&mut self, sign: Sign) -> &mut Weight {
        let place = &mut self.index[usize::from(sign.0)];
        if *place == 0 {
            *place = self.table.len() as u16;
            self.table.push(Weight::default());
        }
        &mut self.table[usize::from(*place)]
    }

    /// The weights as text, a line a sign and reading; those that weigh nothing left out.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::from(
            "# What each sign is worth in log-odds: name, reading (1 each name by itself, 2 with the whole\n\
             # article), person, organization, location, event. Written by `gazetted tune`; not by hand.\n",
        );
        for (number, name) in names().iter().enumerate() {
            let weight = self.of(Sign(number as u16));
            for (stage, weights) in [(1, &weight.first), (2, &weight.last)] {
                if weights.iter().any(|w| w.abs() >= 0.005) {
                    let [p, o, l, e] = weights;
                    let _ = writeln!(text, "{name} {stage} {p:.2} {o:.2} {l:.2} {e:.2}");
                }
            }
        }
        text
    }
}
