//! What is well formed but probably not meant: the lint of a set of entries.

use std::collections::{HashMap, HashSet};

use super::{AliasKind, CaseRule, ClueClass, ClueList, Entry};
use crate::text::{Words, fold};

/// Something that the writer of a list should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The entry.
    pub entry: String,
    /// What about it.
    pub message: String,
}

/// Looks for what is well formed but probably not meant: names of fewer than three letters that
/// are neither acronyms nor short forms, common words whose case is ignored, unknown related ids,
/// two names of an entry that are the same to the matcher (they differ in accents or in letters'
/// case after the first only), events that end before they begin.
#[must_use]
pub fn lint(entries: &[Entry]) -> Vec<Finding> {
    let common = ClueList::embedded().into_iter().filter(|l| l.class == ClueClass::CommonWord);
    let common = common.flat_map(|l| l.phrases).map(fold).collect::<HashSet<_>>();
    let ids = entries.iter().map(|e| &e.id).collect::<HashSet<_>>();
    let mut findings = Vec::new();
    for entry in entries {
        let mut add = |message: String| findings.push(Finding { entry: entry.id.to_string(), message });
        let mut surfaces = HashMap::new();
        for alias in &entry.aliases {
            let words = Words::read(&alias.text);
            let surface = (0..words.len()).map(|i| words.folded(i)).collect::<Vec<_>>().join(" ");
            let full = !matches!(alias.kind, AliasKind::Acronym | AliasKind::Short);
            if full && surface.chars().count() < 3 && alias.text.contains(char::is_lowercase) {
                add(format!("{:?} is shorter than three letters and no acronym", alias.text));
            }
            if alias.case == CaseRule::Ignore && common.contains(&surface) {
                add(format!("{:?} is a common word and its case is ignored", alias.text));
            }
            let demands = words.as_slice().iter().map(|w| (w.is_upper_first(), w.joint)).collect::<Vec<_>>();
            if let Some(other) = surfaces.insert((surface, demands, alias.kind, alias.case), &alias.text) {
                add(format!("{:?} and {other:?} are the same to the matcher", alias.text));
            }
        }
        for related in entry.related.iter().filter(|id| !ids.contains(id)) {
            add(format!("related {related} is no entry"));
        }
        if !entry.end.is_empty() && entry.end < entry.begin {
            add(format!("ends {} before it begins {}", entry.end, entry.begin));
        }
    }
    findings
}
