//! Resolution: one decision per place.

use super::{
    Entity, Overlaps,
    candidate::{Candidate, Place},
};
use crate::gazetteer::AliasKind;

/// What each further word is worth against the weight of evidence, in log-odds: a longer name
/// beats the names inside it unless there is good reason to doubt it.
const LENGTH: f32 = 2.5;
/// Evidence beyond this does not help a shorter name against a longer one.
const ENOUGH: f32 = 2.5;

/// A candidate that won its place, with the listed ones that lost the same place.
pub(super) struct Decided<'c> {
    pub(super) candidate: &'c Candidate,
    pub(super) others: Vec<&'c Candidate>,
}

/// Decides every place: candidates that are more likely wrong than right are dropped; of
/// those at one place the best stays; of overlapping places the longest, or nested ones too
/// where asked. In order of place.
pub(super) fn resolve(candidates: &[Candidate], overlaps: Overlaps) -> Vec<Decided<'_>> {
    let mut candidates = candidates.iter().filter(|c| c.score >= 0.0).collect::<Vec<_>>();
    candidates.sort_by(|a, b| {
        let demonym = |c: &Candidate| c.kind == AliasKind::Demonym;
        a.place
            .cmp(&b.place)
            .then(demonym(a).cmp(&demonym(b)))
            .then(b.score.total_cmp(&a.score))
            .then(b.is_listed().cmp(&a.is_listed()))
            .then(a.name.cmp(&b.name))
    });
    let mut decided: Vec<Decided<'_>> = Vec::new();
    for candidate in candidates {
        match decided.last_mut() {
            Some(best) if best.candidate.place == candidate.place => {
                let known = |c: &Candidate| c.entry_number() == candidate.entry_number();
                if candidate.is_listed() && !known(best.candidate) && !best.others.iter().any(|c| known(c)) {
                    best.others.push(candidate);
                }
            }
            _ => decided.push(Decided { candidate, others: Vec::new() }),
        }
    }
    choose(decided, overlaps)
}

/// Chooses among overlapping places, the most valuable first.
fn choose(decided: Vec<Decided<'_>>, overlaps: Overlaps) -> Vec<Decided<'_>> {
    let value = |c: &Candidate| c.score.min(ENOUGH) + LENGTH * (c.place.words() - 1) as f32;
    let mut order = (0..decided.len()).collect::<Vec<_>>();
    order.sort_by(|&a, &b| value(decided[b].candidate).total_cmp(&value(decided[a].candidate)).then(a.cmp(&b)));
    let mut chosen = Chosen::default();
    let mut keep = vec![false; decided.len()];
    for index in order {
        let candidate = decided[index].candidate;
        keep[index] = match chosen.overlapping(candidate.place) {
            None => {
                chosen.insert(candidate.place, index);
                true
            }
            Some(outer) => {
                let outer = decided[outer].candidate;
                overlaps == Overlaps::Nested
                    && outer.place.contains(candidate.place)
                    && outer.name != candidate.name
                    && candidate.is_listed()
            }
        };
    }
    decided.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(d, _)| d).collect()
}

/// The places chosen so far; they do not overlap.
#[derive(Default)]
struct Chosen(std::collections::BTreeMap<Place, usize>);

impl Chosen {
    fn overlapping(&self, place: Place) -> Option<usize> {
        let end = Place { first: place.last, last: usize::MAX, ..place };
        let (other, &index) = self.0.range(..=end).next_back()?;
        other.overlaps(place).then_some(index)
    }

    fn insert(&mut self, place: Place, index: usize) {
        self.0.insert(place, index);
    }
}

/// Keeps the `limit` most confident mentions and says how many were dropped.
pub(super) fn truncate(entities: &mut Vec<Entity<'_>>, limit: usize) -> usize {
    let total = entities.iter().map(|e| e.mentions.len()).sum::<usize>();
    if total <= limit {
        return 0;
    }
    let mut order = Vec::with_capacity(total);
    for (e, entity) in entities.iter().enumerate() {
        order.extend(entity.mentions.iter().enumerate().map(|(m, mention)| (mention.confidence, e, m)));
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let kept = order[..limit].iter().map(|&(_, e, m)| (e, m)).collect::<std::collections::HashSet<_>>();
    for (e, entity) in entities.iter_mut().enumerate() {
        let mut m = 0;
        entity.mentions.retain(|_| {
            m += 1;
            kept.contains(&(e, m - 1))
        });
    }
    entities.retain(|e| !e.mentions.is_empty());
    total - limit
}
