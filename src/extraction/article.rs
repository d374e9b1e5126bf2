//! The article as judge: what a first reading found says how to read each name again.
//!
//! The same words elsewhere, the full name of which they are the end or the beginning, the
//! name whose initials they are: each becomes a sign of the spot for the second reading. In the
//! manner of V. Krishnan and C. Manning, "An Effective Two-Stage Model for Exploiting Non-Local
//! Dependencies in Named Entity Recognition", ACL 2006.

use rustc_hash::FxHashMap;

use super::{
    acronyms::{Pair, initials},
    habits::Habits,
    place::{Place, Rows},
    row::{Row, key_of},
    signs::Single,
    spot::Spot,
    spots::{is_run_word, propose_known},
};

/// Below this chance a full name says nothing about others.
const LIKELY: f32 = 0.3;
/// A name as likely as this is looked for in headings and lines of capitals.
const ESTABLISHED: f32 = 0.6;
/// Full names remembered for one short form.
const OWNERS: usize = 3;

/// What the places with the same words were read as.
#[derive(Clone, Copy, Default)]
struct Tally {
    sums: [f32; 4],
    places: f32,
}

/// Full names by a part of them.
type Owners = FxHashMap<u64, Vec<(Place, [f32; 4])>>;

/// What the first reading found.
#[derive(Default)]
pub(super) struct Settled {
    /// By group; see [`Habits`].
    same: Vec<Tally>,
    ends: Owners,
    beginnings: Owners,
    acronyms: Owners,
}

impl Settled {
    /// Gathers what was read.
    pub(super) fn gather(rows: &Rows<'_>, spots: &[Spot], pairs: &[Pair], habits: &Habits) -> Settled {
        let mut settled = Settled { same: vec![Tally::default(); habits.groups()], ..Settled::default() };
        for pair in pairs {
            if let Ok(name) = spots.binary_search_by_key(&pair.name, |spot| spot.place) {
                let key = rows.of(pair.acronym.section).key(pair.acronym.first, pair.acronym.last);
                add(&mut settled.acronyms, key, &spots[name]);
            }
        }
        for spot in spots {
            let Place { first, last, .. } = spot.place;
            let row = rows.of(spot.place.section);
            if !is_cut(row, spot.place)
                && let Some(tally) = settled.same.get_mut(spot.group as usize)
            {
                tally.places += 1.0;
                for (sum, chance) in tally.sums.iter_mut().zip(spot.chances) {
                    *sum += chance;
                }
            }
            if first < last && spot.best().1 >= LIKELY {
                settled.remember(rows, spot);
            }
        }
        settled
    }

    fn remember(&mut self, rows: &Rows<'_>, spot: &Spot) {
        let Place { first, last, .. } = spot.place;
        let row = rows.of(spot.place.section);
        for begin in (first + 1..=last).rev().take(3) {
            add(&mut self.ends, row.key(begin, last), spot);
        }
        for end in (first..last).take(3) {
            add(&mut self.beginnings, row.key(first, end), spot);
        }
        if let Some(letters) = initials(rows, spot.place) {
            add(&mut self.acronyms, key_of(&letters), spot);
        }
    }

    /// New spots in headings and lines of capitals for names established elsewhere.
    pub(super) fn propose(&self, rows: &Rows<'_>, habits: &Habits) -> Vec<Spot> {
        let mut spots = Vec::new();
        let likely = |chances: &[f32; 4]| chances.iter().any(|&c| c >= ESTABLISHED);
        let known = |key: u64| {
            habits.group(key).is_some_and(|group| likely(&self.same[group as usize].sums))
                || self.ends.get(&key).is_some_and(|owners| owners.iter().any(|o| o.1[0] >= ESTABLISHED))
        };
        for row in rows.both() {
            propose_known(row, &known, &mut spots);
        }
        for spot in &mut spots {
            let Place { section, first, last } = spot.place;
            spot.group = habits.group(rows.of(section).key(first, last)).unwrap_or(u32::MAX);
        }
        spots
    }

    /// Gives every spot the signs of what the article says elsewhere.
    pub(super) fn tell(&self, rows: &Rows<'_>, spots: &mut [Spot]) {
        for spot in spots {
            let Place { first, last, .. } = spot.place;
            let row = rows.of(spot.place.section);
            self.tell_same(row, spot);
            if last - first > 2 {
                continue;
            }
            let key = row.key(first, last);
            let [one, two, three, four] =
                [Single::LastOfPerson, Single::LastOfOrganization, Single::LastOfLocation, Single::LastOfEvent];
            let told = tell_owner(self.ends.get(&key), spot, [Some(one), Some(two), Some(three), Some(four)]);
            let [one, two, three, four] =
                [Single::FirstOfPerson, Single::FirstOfOrganization, Single::FirstOfLocation, Single::FirstOfEvent];
            let told =
                tell_owner(self.beginnings.get(&key), spot, [Some(one), Some(two), Some(three), Some(four)]) || told;
            if told {
                spot.tell(Single::LongerElsewhere, 1.0, None);
            }
            if first == last && row.word(first).shape == crate::text::Shape::AllCapitals {
                let [one, two, three] =
                    [Single::AcronymOfOrganization, Single::AcronymOfLocation, Single::AcronymOfEvent];
                tell_owner(self.acronyms.get(&key), spot, [None, Some(one), Some(two), Some(three)]);
            }
        }
    }

    /// The mean of the other places with the same words.
    fn tell_same(&self, row: &Row<'_>, spot: &mut Spot) {
        let Some(tally) = self.same.get(spot.group as usize).filter(|tally| tally.places > 0.0) else { return };
        let counted = if is_cut(row, spot.place) { 0.0 } else { 1.0 };
        let others = tally.places - counted;
        if others < 0.5 {
            return;
        }
        let mut none = 1.0;
        for (number, single) in
            [Single::ElsewherePerson, Single::ElsewhereOrganization, Single::ElsewhereLocation, Single::ElsewhereEvent]
                .into_iter()
                .enumerate()
        {
            let mean = ((tally.sums[number] - counted * spot.chances[number]) / others).clamp(0.0, 1.0);
            none -= mean;
            if mean >= 0.05 {
                spot.tell(single, mean, None);
            }
        }
        spot.tell(Single::ElsewhereNone, none.max(0.0), None);
    }
}

/// The best owner that is not at the spot itself.
fn tell_owner(owners: Option<&Vec<(Place, [f32; 4])>>, spot: &mut Spot, signs: [Option<Single>; 4]) -> bool {
    let Some(owners) = owners else { return false };
    let mut told = false;
    for (number, single) in signs.into_iter().enumerate() {
        let Some(single) = single else { continue };
        let other = owners.iter().filter(|(place, _)| !place.overlaps(spot.place));
        let best = other.max_by(|a, b| a.1[number].total_cmp(&b.1[number]));
        if let Some(&(place, chances)) = best.filter(|(_, chances)| chances[number] >= 0.1) {
            spot.tell(single, chances[number], Some(place));
            told = true;
        }
    }
    told
}

/// Whether the place is only a part of a longer run.
fn is_cut(row: &Row<'_>, place: Place) -> bool {
    let Place { first, last, .. } = place;
    first > 0 && row.is_joined(first) && is_run_word(row, first - 1)
        || row.is_joined(last + 1) && is_run_word(row, last + 1)
}

fn add(owners: &mut Owners, key: u64, spot: &Spot) {
    let known = owners.entry(key).or_default();
    if known.len() < OWNERS {
        known.push((spot.place, spot.chances));
    } else if let Some(weakest) = known
        .iter_mut()
        .min_by(|a, b| strength(&a.1).total_cmp(&strength(&b.1)))
        .filter(|w| strength(&w.1) < spot.best().1)
    {
        *weakest = (spot.place, spot.chances);
    }
}

fn strength(chances: &[f32; 4]) -> f32 {
    chances.iter().copied().fold(0.0, f32::max)
}
