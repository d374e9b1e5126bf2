//! Resolution: one decision per place.
//!
//! A spot whose chance to be a name at all is better than not is a mention of its likeliest
//! type. Spots that overlap share one probability, so that no two of them can both be.

use std::collections::BTreeMap;

use super::{
    Entity, Options, Overlaps,
    place::Place,
    readings::component_end,
    spot::{Listed, Spot},
};
use crate::gazetteer::{AliasKind, EntityType};

/// The chance to be a name from which a spot is one. A little below even: overlapping readings
/// of one name share what they have.
const NAME: f32 = 0.45;
/// The same for a full listed name of several words, which means little else: whoever lists a name
/// wants it found, also beside words among which no marked article has it.
const LISTED: f32 = 0.15;
/// How sure a demonym is that no name takes in.
const DEMONYM: f32 = 0.9;

/// A spot that is a mention.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decided<'s> {
    pub(super) spot: &'s Spot,
    pub(super) entity_type: EntityType,
    pub(super) confidence: f32,
    pub(super) listed: Option<Listed>,
}

impl Decided<'_> {
    pub(super) fn place(&self) -> Place {
        self.spot.place
    }

    /// How the name is meant.
    pub(super) fn kind(&self) -> AliasKind {
        self.listed.map_or(AliasKind::Name, |listed| listed.kind)
    }
}

/// Decides every spot; in order of place. `spots` are in that order too.
pub(super) fn decide<'s>(spots: &'s [Spot], options: &Options) -> Vec<Decided<'s>> {
    let mut decided = Vec::new();
    let mut begin = 0;
    while begin < spots.len() {
        let end = component_end(spots, begin);
        choose(&spots[begin..end], &mut decided);
        begin = end;
    }
    if !options.demonyms && options.overlaps == Overlaps::Longest {
        return decided;
    }
    let mut chosen = decided.into_iter().map(|decided| (decided.place(), decided)).collect::<BTreeMap<_, _>>();
    if options.demonyms {
        let mut rest = spots.iter().filter(|s| s.listed.iter().any(is_demonym)).collect::<Vec<_>>();
        rest.sort_by_key(|spot| std::cmp::Reverse(spot.place.words()));
        for spot in rest {
            if overlapping(&chosen, spot.place).is_none() {
                let listed = spot.listed.iter().copied().find(is_demonym);
                let entity_type = listed.map_or(EntityType::Location, |l| l.entity_type);
                chosen.insert(spot.place, Decided { spot, entity_type, confidence: DEMONYM, listed });
            }
        }
    }
    let mut inner = Vec::new();
    if options.overlaps == Overlaps::Nested {
        for spot in spots.iter().filter(|s| !s.listed.is_empty() && !chosen.contains_key(&s.place)) {
            inner.extend(overlapping(&chosen, spot.place).and_then(|outer| nested(spot, outer)));
        }
    }
    let mut decided = chosen.into_values().chain(inner).collect::<Vec<_>>();
    decided.sort_by_key(Decided::place);
    decided
}

/// The mentions among spots that hang together, the surest first: no two overlap.
fn choose<'s>(spots: &'s [Spot], decided: &mut Vec<Decided<'s>>) {
    let sum = |s: &Spot| s.chances.iter().sum::<f32>();
    let enough = |s: &&Spot| sum(s) >= NAME || sum(s) >= LISTED && s.is_listed_in_full(s.best().0);
    let mut order = spots.iter().filter(enough).collect::<Vec<_>>();
    order.sort_by(|a, b| sum(b).total_cmp(&sum(a)).then(a.place.cmp(&b.place)));
    let (begin, base) = (decided.len(), spots[0].place.first);
    let words = order.iter().map(|s| s.place.last + 1 - base).max().unwrap_or(0);
    let mut taken = vec![false; words];
    for spot in order {
        let words = &mut taken[spot.place.first - base..=spot.place.last - base];
        if !words.contains(&true) {
            words.fill(true);
            let (entity_type, confidence) = spot.best();
            let listed = spot.entry(entity_type).filter(|listed| !listed.doubtful).copied();
            decided.push(Decided { spot, entity_type, confidence, listed });
        }
    }
    decided[begin..].sort_by_key(Decided::place);
}

fn is_demonym(listed: &Listed) -> bool {
    listed.kind == AliasKind::Demonym
}

/// A listed name inside a longer one, where what it is by itself is likelier than not.
fn nested<'s>(spot: &'s Spot, outer: &Decided<'_>) -> Option<Decided<'s>> {
    let alone = spot.scores.map(|score| 1.0 / (1.0 + (-score).exp()));
    let (number, &confidence) = alone.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1))?;
    let entity_type = EntityType::ALL[number];
    let listed = spot.listed.iter().find(|l| !is_demonym(l))?;
    let other = outer.listed.is_none_or(|o| o.entry != listed.entry);
    let listed = spot.entry(entity_type).unwrap_or(listed);
    (outer.place().contains(spot.place) && other).then_some(Decided {
        spot,
        entity_type: listed.entity_type,
        confidence,
        listed: Some(*listed),
    })
}

fn overlapping<'c, 's>(chosen: &'c BTreeMap<Place, Decided<'s>>, place: Place) -> Option<&'c Decided<'s>> {
    let end = Place { first: place.last, last: usize::MAX, ..place };
    let (other, decided) = chosen.range(..=end).next_back()?;
    other.overlaps(place).then_some(decided)
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
