//! Reliability: whether confidence means what it says.
//!
//! Of the finds with a confidence of about 0.8, about eight in ten are to be right, exactly; and a
//! threshold is to trade recall for precision. Both as tables for one set.

use std::fmt::Write as _;

use rayon::prelude::*;

use super::{
    confident_marks,
    gold::Set,
    score::{Mark, Settings},
};
use crate::extraction::{Lexicon, Options};

const BINS: usize = 10;

/// The two tables of a set. Finds that the settings forgive are not counted.
pub(super) fn table(set: &Set, lexicon: &Lexicon, options: &Options, settings: &Settings) -> String {
    let finds = set.documents.par_iter().flat_map_iter(|document| {
        let text = document.text.as_deref().unwrap_or_default();
        let wanted = |kind: &String| settings.types.is_empty() || settings.types.contains(kind);
        let right = |mark: &Mark| document.entities.binary_search(mark).is_ok();
        let forgiven = |mark: &Mark| {
            settings.forgive_dropped
                && document.dropped.iter().any(|&(begin, end)| begin < mark.end && mark.start < end)
        };
        let marks = confident_marks(text, lexicon, options).into_iter().filter(|(mark, _)| wanted(&mark.kind));
        let finds = marks.filter_map(|(mark, sure)| {
            let right = right(&mark);
            (right || !forgiven(&mark)).then_some((sure, right))
        });
        finds.collect::<Vec<_>>()
    });
    let finds = finds.collect::<Vec<(f32, bool)>>();
    let wanted = |mark: &&Mark| settings.types.is_empty() || settings.types.contains(&mark.kind);
    let gold = set.documents.iter().flat_map(|d| &d.entities).filter(wanted).count();
    let mut out = format!("{}\nconfidence     finds   right  mean confidence\n", set.file);
    for bin in 0..BINS {
        let inside = |sure: f32| ((sure * BINS as f32) as usize).min(BINS - 1) == bin;
        let here = finds.iter().filter(|(sure, _)| inside(*sure)).collect::<Vec<_>>();
        if here.is_empty() {
            continue;
        }
        let right = here.iter().filter(|(_, right)| *right).count() as f32 / here.len() as f32;
        let mean = here.iter().map(|(sure, _)| sure).sum::<f32>() / here.len() as f32;
        let (from, to) = (bin as f32 / BINS as f32, (bin + 1) as f32 / BINS as f32);
        let _ = writeln!(out, "{from:.1} to {to:.1}  {:8}   {right:.3}            {mean:.3}", here.len());
    }
    out.push_str("\nminimum     finds  precision  recall      F1\n");
    for minimum in [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95] {
        let kept = finds.iter().filter(|(sure, _)| *sure >= minimum).collect::<Vec<_>>();
        let right = kept.iter().filter(|(_, right)| *right).count() as f32;
        let (p, r) = (right / kept.len().max(1) as f32, right / gold.max(1) as f32);
        let f1 = if right > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        let _ = writeln!(out, "{minimum:.2}     {:8}      {p:.4}  {r:.4}  {f1:.4}", kept.len());
    }
    out.push('\n');
    out
}
