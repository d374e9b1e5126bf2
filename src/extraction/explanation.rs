//! Explanations: the clues of a decision, as text for people and as evidence for programs.

use super::{
    candidate::{Candidate, Rows},
    lexicon::Lexicon,
};

/// Why something was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// One sentence.
    pub summary: String,
    /// The evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The rule that gives it; stable between releases.
    pub rule: &'static str,
    /// What it saw.
    pub detail: String,
    /// Its weight in log-odds.
    pub weight: f32,
}

/// Explains a candidate that became a mention.
pub(super) fn explain(candidate: &Candidate, rows: &Rows<'_>, lexicon: &Lexicon) -> Explanation {
    let mut evidence = Vec::new();
    for clue in &candidate.clues {
        let detail = match (clue.rule, candidate.entry(lexicon), candidate.alias(lexicon)) {
            ("alias", Some(entry), Some(alias)) => format!("{:?} of {}", alias.text, entry.id),
            ("prior", Some(entry), _) => format!("weight {} of {}", entry.weight, entry.id),
            _ => clue.seen.map_or_else(String::new, |place| format!("{:?}", rows.text(place))),
        };
        evidence.push(Evidence { rule: clue.rule, detail, weight: (clue.weight * 100.0).round() / 100.0 });
    }
    evidence.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    let name = rows.text(candidate.place);
    let summary = match (candidate.entry(lexicon), candidate.full_name, evidence.first()) {
        (Some(entry), Some(full), _) => format!("{name:?} is short for {:?}, {}", rows.text(full), entry.id),
        (Some(entry), None, _) => format!("{name:?} is a listed name of {}", entry.id),
        (None, Some(full), _) => format!("{name:?} is short for {:?} in this article", rows.text(full)),
        (None, None, Some(first)) if first.detail.is_empty() => format!("{name:?} was found by rule {}", first.rule),
        (None, None, Some(first)) => format!("{name:?} was found by rule {} at {}", first.rule, first.detail),
        (None, None, None) => format!("{name:?} was found"),
    };
    Explanation { summary, evidence }
}

/// Explains why mentions were taken together: by the first of them, and by each that is short
/// for a fuller name.
pub(super) fn explain_entity(name: &str, reasons: &[Candidate], rows: &Rows<'_>, lexicon: &Lexicon) -> Explanation {
    let mut evidence: Vec<Evidence> = Vec::new();
    for candidate in reasons {
        for found in explain(candidate, rows, lexicon).evidence {
            if !evidence.iter().any(|e| e.rule == found.rule && e.detail == found.detail) {
                evidence.push(found);
            }
        }
    }
    evidence.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    let summary = match reasons.first().and_then(|c| c.entry(lexicon)) {
        Some(entry) => format!("all are names of {}, {:?}", entry.id, entry.name()),
        None => format!("all are forms of {name:?}, which no gazetteer has"),
    };
    Explanation { summary, evidence }
}
