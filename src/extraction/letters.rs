//! Letters: what a word that no list has looks like by its Latin letters, whatever the language: one of
//! people's names, one of places' names, or neither.
//!
//! A linear model over the runs of two to five letters of a word, hashed into a table (multinomial logistic
//! regression over hashed n-grams: Weinberger et al. 2009, "Feature hashing for large scale multitask
//! learning"). The table is learned from the words of our own lists when the program is built, by
//! `build/letters.rs`; this file is part of the build script too.

/// What a word may look like: a word of people's names, of places' names, or another one, be it an
/// ordinary one or one of organizations' names.
pub(crate) const LIKES: usize = 3;
/// Places of the table.
pub(crate) const PLACES: usize = 1 << 15;
/// What stands in the table for a weight of one.
pub(crate) const ONE: f32 = 32.0;

/// The probability of each of the three for a folded word, if all were equally frequent. `weights` gives
/// those of a place of the table. A tenth of a microsecond.
pub(crate) fn chances(folded: &str, weights: impl Fn(usize) -> [f32; LIKES]) -> [f32; LIKES] {
    let mut sums = [0.0; LIKES];
    runs(folded, |place| {
        for (sum, weight) in sums.iter_mut().zip(weights(place)) {
            *sum += weight;
        }
    });
    let top = sums.iter().copied().fold(f32::MIN, f32::max);
    let shares = sums.map(|sum| power(sum - top));
    let all = shares.iter().sum::<f32>();
    shares.map(|share| share / all)
}

/// The exponential of a number that is not above zero, well enough and with the same bits on every machine:
/// (1 + x/n)^n.
fn power(x: f32) -> f32 {
    let mut power = 1.0 + x.max(-20.0) / 1024.0;
    for _ in 0..10 {
        power *= power;
    }
    power
}

/// The places in the table of the runs of letters of a word, its beginning and end counted as letters; a
/// word of more than 32 is taken to end there.
pub(crate) fn runs(folded: &str, mut take: impl FnMut(usize)) {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    let mut letters = [0; 34];
    let length = folded.len().min(letters.len() - 2);
    letters[0] = b'^';
    letters[1..=length].copy_from_slice(&folded.as_bytes()[..length]);
    letters[length + 1] = b'$';
    let letters = &letters[..length + 2];
    for first in 0..letters.len() {
        let mut hash = 0u64;
        for (at, &letter) in letters[first..].iter().take(5).enumerate() {
            hash = (hash ^ u64::from(letter)).wrapping_mul(MIX).rotate_left(23);
            if at > 0 {
                take((hash.wrapping_mul(MIX) >> 49) as usize);
            }
        }
    }
}
