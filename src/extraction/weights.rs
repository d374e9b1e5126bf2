//! Weights: what each sign is worth for each type, in log-odds.
//!
//! They stand in `weights.txt`, are written by `gazetted tune` and by nobody else, and are
//! embedded. A line is the name of a sign and its weights for person, organization, location
//! and event; a sign without a line weighs nothing.

use std::fmt::Write as _;

use super::{
    clues::neighbor_words,
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
    ///
    /// # Panics
    /// When the embedded weights are malformed; a test holds that they are not.
    #[must_use]
    pub fn embedded() -> Weights {
        Weights::parse(EMBEDDED).expect("the embedded weights are well formed")
    }

    /// Reads what [`Weights::to_text`] wrote.
    ///
    /// # Errors
    /// A line that is not the name of a sign, a reading and four numbers, with its number.
    pub fn parse(text: &str) -> Result<Weights, String> {
        let words = neighbor_words();
        let mut weights = Weights::zero();
        let mut last = ("", None);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let bad = |problem: &str| format!("line {}: {problem}: {line:?}", number + 1);
            let mut fields = line.split_ascii_whitespace();
            let name = fields.next().ok_or_else(|| bad("no name of a sign"))?;
            // Both readings of a sign follow each other.
            if last.0 != name {
                last = (name, Sign::of_name(name, &words));
            }
            let weight = weights.entry(last.1.ok_or_else(|| bad("no sign has this name"))?);
            let into = match fields.next() {
                Some("1") => &mut weight.first,
                Some("2") => &mut weight.last,
                _ => return Err(bad("the reading is neither 1 nor 2")),
            };
            for weight in into {
                let field = fields.next().and_then(|field| field.parse::<f32>().ok());
                *weight = field.filter(|w| w.is_finite()).ok_or_else(|| bad("not four numbers"))?;
            }
            if fields.next().is_some() {
                return Err(bad("more than four numbers"));
            }
        }
        Ok(weights)
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
                // What is more than this has two decimals that are not both 0.
                if weights.iter().any(|w| w.abs() > 0.005) {
                    let [p, o, l, e] = weights;
                    let _ = writeln!(text, "{name} {stage} {p:.2} {o:.2} {l:.2} {e:.2}");
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_written_as_they_are_read() {
        let text = Weights::embedded().to_text();
        assert_eq!(Weights::parse(&text).unwrap().to_text(), text);
        assert!(text.lines().count() > 1000);
        let nothing = Weights::parse("place 1 0.005 0 -0.005 0").unwrap().to_text();
        assert_eq!(nothing, Weights::zero().to_text());
    }

    #[test]
    fn bad_lines_are_named() {
        for (line, problem) in [
            ("no-such-sign 1 0 0 0 0", "no sign has this name"),
            ("place 3 0 0 0 0", "the reading is neither 1 nor 2"),
            ("place 1 0 0 x 0", "not four numbers"),
            ("place 1 0 0 0 inf", "not four numbers"),
            ("place 1 0 0 0", "not four numbers"),
            ("place 2 0 0 0 0 0", "more than four numbers"),
            ("", "no name of a sign"),
        ] {
            let error = Weights::parse(&format!("# weights\n{line}\n")).unwrap_err();
            assert_eq!(error, format!("line 2: {problem}: {line:?}"));
        }
    }
}
