//! Habits: how the words of an article are written elsewhere in it, and what it speaks of.
//!
//! They are counted once, before anything is weighed.

use rustc_hash::FxHashMap;

use super::{
    markers::Marker,
    place::{Place, Rows},
    spot::Spot,
};
use crate::text::Shape;

/// How the words of an article are written elsewhere in it, and what it speaks of.
#[derive(Default)]
pub(super) struct Habits {
    /// How much it speaks of sport and of business, 0 to 1.
    pub(super) sport: f32,
    pub(super) business: f32,
    /// First words of spots: whether they stand in lower case somewhere, and whether they are
    /// capitalized inside a sentence.
    words: FxHashMap<u64, (bool, bool)>,
    /// Groups of spots with the same words by their [`Row::key`](super::row::Row::key), numbered.
    groups: FxHashMap<u64, u32>,
    /// How many spots each group has.
    times: Vec<u32>,
}

impl Habits {
    /// Reads an article, and tells each spot its group.
    pub(super) fn read(rows: &Rows<'_>, spots: &mut [Spot]) -> Habits {
        let mut habits = Habits::default();
        habits.words.reserve(spots.len());
        habits.groups.reserve(spots.len());
        for spot in spots {
            let Place { section, first, last } = spot.place;
            let row = rows.of(section);
            let next = habits.times.len() as u32;
            spot.group = *habits.groups.entry(row.key(first, last)).or_insert(next);
            if spot.group == next {
                habits.times.push(0);
            }
            habits.times[spot.group as usize] += 1;
            habits.words.entry(row.key(first, first)).or_default();
        }
        let (mut sport, mut business, mut words) = (0, 0, 0);
        for row in rows.both() {
            for index in 0..row.len() {
                let word = row.word(index);
                sport += u32::from(row.marks(index, Marker::Sport) || row.marks(index, Marker::Against));
                business += u32::from(row.marks(index, Marker::Business) || row.marks(index, Marker::Deal));
                words += 1;
                let lower = word.shape == Shape::Lower;
                let upper = word.is_upper_first() && !word.is_sentence_start() && !word.in_title_line();
                if (lower || upper)
                    && let Some(seen) = habits.words.get_mut(&row.key(index, index))
                {
                    seen.0 |= lower;
                    seen.1 |= upper;
                }
            }
        }
        // One word in twenty-five is as much as an article on nothing else has.
        let share = |count: u32| (count as f32 * 25.0 / (words + 25) as f32).min(1.0);
        (habits.sport, habits.business) = (share(sport), share(business));
        habits
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.times.len()
    }

    /// The group of the words with this [`Row::key`](super::row::Row::key).
    pub(super) fn group(&self, key: u64) -> Option<u32> {
        self.groups.get(&key).copied()
    }

    /// How often the words of a spot stand where a name may.
    pub(super) fn times(&self, spot: &Spot) -> u32 {
        self.times.get(spot.group as usize).copied().unwrap_or(0)
    }

    /// Whether the word with this [`Row::key`], the first of a place, stands in lower case somewhere.
    pub(super) fn is_lower_elsewhere(&self, key: u64) -> bool {
        self.words.get(&key).is_some_and(|seen| seen.0)
    }

    /// Whether it is capitalized inside a sentence.
    pub(super) fn is_upper_inside(&self, key: u64) -> bool {
        self.words.get(&key).is_some_and(|seen| seen.1)
    }
}
