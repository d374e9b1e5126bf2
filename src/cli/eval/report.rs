//! The score of a set as tables for people or as JSON for programs.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::Serialize;

use super::score::{Counts, Figures, Mistake, MistakeKind, Scores};
use crate::cli::{colored, table::Table};

/// Writes the figures.
pub(in crate::cli) fn figures(scores: &Scores, forgive_dropped: bool, out: &mut String) {
    let micro = scores.micro();
    let (documents, gold, found) = (scores.documents, micro.gold, micro.found);
    let mut head = format!("documents {documents}   gold entities {gold}   predicted {found}");
    if forgive_dropped {
        let _ = write!(head, "   forgiven {}", scores.forgiven);
    }
    let _ = writeln!(out, "{head}");
    let columns = format!(
        "{:14} {:>7} {:>7} | {:>8} {:>7} {:>7} | {:>8} {:>7} {:>7}",
        "", "gold", "pred", "exact P", "R", "F1", "part. P", "R", "F1"
    );
    let _ = writeln!(out, "{columns}\n{}", "-".repeat(columns.len()));
    for (name, counts) in &scores.types {
        let _ = writeln!(out, "{}", line(name, *counts));
    }
    let _ = writeln!(out, "{}", line("micro", micro));
    let _ = writeln!(out, "{:14} exact F1 {:.4}", "macro", scores.macro_f1());
    let _ = writeln!(out, "{}   (right: any overlap)", line("span only", scores.spans));
}

fn line(name: &str, counts: Counts) -> String {
    let figures = |Figures { precision, recall, f1 }| format!("{precision:8.4} {recall:7.4} {f1:7.4}");
    let (exact, partial) = (figures(counts.exact()), figures(counts.partial()));
    format!("{name:14} {:7} {:7} | {exact} | {partial}", counts.gold, counts.found)
}

/// Writes the most frequent misses and false finds, `limit` of each.
pub(in crate::cli) fn errors(scores: &Scores, limit: usize, out: &mut String) {
    for (miss, title, other) in [(true, "misses", "found instead"), (false, "false finds", "marked instead")] {
        let all = of_side(scores, miss);
        if all.is_empty() || limit == 0 {
            continue;
        }
        let total = all.iter().map(|(_, count)| count).sum::<usize>();
        let _ = writeln!(out, "\n{title}: {total}, the most frequent of them");
        let mut table = Table::new(&[">count", "type", "kind", "text", other]);
        for (mistake, count) in all.into_iter().take(limit) {
            let other = mistake.other.as_ref().map_or_else(String::new, |(kind, text)| format!("{kind} {text}"));
            let kind = kind_name(mistake.kind).to_owned();
            table.row([count.to_string(), mistake.entity_type.clone(), kind, mistake.text.clone(), other]);
        }
        table.render(colored(), out);
    }
}

fn of_side(scores: &Scores, miss: bool) -> Vec<(&Mistake, usize)> {
    let side = scores.errors.iter().filter(|(mistake, _)| mistake.miss == miss);
    side.map(|(mistake, count)| (mistake, *count)).collect()
}

fn kind_name(kind: MistakeKind) -> &'static str {
    match kind {
        MistakeKind::Missed => "missed",
        MistakeKind::Spurious => "spurious",
        MistakeKind::Type => "type",
        MistakeKind::Boundary => "boundary",
    }
}

#[derive(Serialize)]
struct Report<'a> {
    gold: &'a str,
    documents: usize,
    forgiven: usize,
    types: BTreeMap<&'a str, TypeReport>,
    micro: TypeReport,
    macro_exact_f1: f64,
    span: Measure,
    overlap: Measure,
    misses: Vec<MistakeReport<'a>>,
    false_finds: Vec<MistakeReport<'a>>,
}

#[derive(Serialize)]
struct TypeReport {
    gold: usize,
    predicted: usize,
    exact: Measure,
    partial: Measure,
}

#[derive(Serialize)]
struct Measure {
    precision: f64,
    recall: f64,
    f1: f64,
    /// True positives.
    tp: usize,
}

#[derive(Serialize)]
struct MistakeReport<'a> {
    count: usize,
    kind: &'static str,
    #[serde(rename = "type")]
    entity_type: &'a str,
    text: &'a str,
    instead: Option<Instead<'a>>,
}

#[derive(Serialize)]
struct Instead<'a> {
    #[serde(rename = "type")]
    entity_type: &'a str,
    text: &'a str,
}

/// The score as one JSON line, with `limit` misses and false finds.
pub(in crate::cli) fn json(gold: &str, scores: &Scores, limit: usize) -> String {
    let report = Report {
        gold,
        documents: scores.documents,
        forgiven: scores.forgiven,
        types: scores.types.iter().map(|(name, counts)| (name.as_str(), type_report(*counts))).collect(),
        micro: type_report(scores.micro()),
        macro_exact_f1: scores.macro_f1(),
        span: measure(scores.spans.exact(), scores.spans.exact),
        overlap: measure(scores.spans.partial(), scores.spans.partial),
        misses: mistakes(scores, true, limit),
        false_finds: mistakes(scores, false, limit),
    };
    serde_json::to_string(&report).expect("plain structs are valid JSON") + "\n"
}

fn type_report(counts: Counts) -> TypeReport {
    TypeReport {
        gold: counts.gold,
        predicted: counts.found,
        exact: measure(counts.exact(), counts.exact),
        partial: measure(counts.partial(), counts.partial),
    }
}

fn measure(Figures { precision, recall, f1 }: Figures, tp: usize) -> Measure {
    Measure { precision, recall, f1, tp }
}

fn mistakes(scores: &Scores, miss: bool, limit: usize) -> Vec<MistakeReport<'_>> {
    of_side(scores, miss).into_iter().take(limit).map(mistake_report).collect()
}

fn mistake_report((mistake, count): (&Mistake, usize)) -> MistakeReport<'_> {
    MistakeReport {
        count,
        kind: kind_name(mistake.kind),
        entity_type: &mistake.entity_type,
        text: &mistake.text,
        instead: mistake.other.as_ref().map(|(entity_type, text)| Instead { entity_type, text }),
    }
}
