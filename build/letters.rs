//! Learns what letters make a word look like, from the words of the lists; see `src/extraction/letters.rs`.

use std::collections::BTreeMap;

use crate::{
    floors::letters::{LIKES, ONE, PLACES, chances, runs},
    gazetteer::{AliasKind, ClueClass, ClueList, EntityType, Files},
    text::{Shape, Words, fold},
};

/// What a word looks like, in the order of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Like {
    Person,
    Place,
    Other,
}

/// Times that every word is learned from.
const ROUNDS: u32 = 4;
const RATE: f32 = 0.08;
/// How much of a weight is taken away at each step, times its rate.
const DECAY: f32 = 0.001;

/// The table, a byte each weight.
pub(crate) fn learn(lists: &Files) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let words = words(lists)?;
    let counts = [Like::Person, Like::Place, Like::Other].map(|like| words.iter().filter(|w| w.1 == like).count());
    let fewest = counts.into_iter().min().unwrap_or_default() as f32;
    let mut table = vec![[0.0; LIKES]; PLACES];
    for round in 0..ROUNDS {
        let rate = RATE / (1 + round) as f32;
        for (word, like) in &words {
            let chances = chances(word, |place| table[place]);
            // So that each kind counts the same.
            let rate = rate * fewest / counts[*like as usize] as f32;
            runs(word, |place| {
                for (kind, weight) in table[place].iter_mut().enumerate() {
                    let right = f32::from(u8::from(kind == *like as usize));
                    *weight += rate * (right - chances[kind] - DECAY * *weight);
                }
            });
        }
    }
    Ok(table.iter().flatten().map(|weight| (weight * ONE).round().clamp(-127.0, 127.0) as i8 as u8).collect())
}

fn is_latin(folded: &str) -> bool {
    folded.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The words of the lists that are of one kind only, in an order that is always the same and says nothing.
fn words(lists: &Files) -> Result<Vec<(String, Like)>, Box<dyn std::error::Error>> {
    let mut words = BTreeMap::<String, [bool; LIKES]>::new();
    for list in ClueList::embedded() {
        let like = match list.class {
            ClueClass::GivenName | ClueClass::Surname => Like::Person,
            ClueClass::CommonWord | ClueClass::NotName => Like::Other,
            _ => continue,
        };
        for phrase in list.phrases.into_iter().filter(|phrase| is_latin(&fold(phrase))) {
            words.entry(fold(phrase)).or_default()[like as usize] = true;
        }
    }
    let clues = words.clone();
    let ordinary = |word: &str| clues.get(word).is_some_and(|likes| likes[Like::Other as usize]);
    lists.read(|block| {
        for entry in block.entries {
            let like = match entry.entity_type {
                EntityType::Person => Like::Person,
                EntityType::Location => Like::Place,
                EntityType::Organization => Like::Other,
                EntityType::Event => continue,
            };
            for alias in entry.aliases.iter().filter(|alias| alias.kind != AliasKind::Demonym) {
                let cut = Words::read(&alias.text);
                for (index, word) in cut.as_slice().iter().enumerate() {
                    let folded = cut.folded(index);
                    if word.shape == Shape::Capitalized && folded.len() > 2 && is_latin(folded) && !ordinary(folded) {
                        words.entry(folded.to_owned()).or_default()[like as usize] = true;
                    }
                }
            }
        }
    })?;
    let only = |likes: [bool; LIKES]| match likes {
        [true, false, false] => Some(Like::Person),
        [false, true, false] => Some(Like::Place),
        [false, false, true] => Some(Like::Other),
        // An organization is often named for a person or place.
        [true, false, true] => Some(Like::Person),
        [false, true, true] => Some(Like::Place),
        _ => None,
    };
    let mut words = words.into_iter().filter_map(|(word, likes)| Some((word, only(likes)?))).collect::<Vec<_>>();
    words.sort_by_cached_key(|(word, _)| {
        word.bytes()
            .fold(0u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29))
    });
    Ok(words)
}
