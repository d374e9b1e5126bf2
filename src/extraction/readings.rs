//! Readings: a run of words is read in every way, and each way is weighed.
//!
//! A reading of a run says which of its places are names, and of what type; places in one
//! reading do not overlap. Its weight is the sum of the scores of its names. The probability
//! of a name is the share of the weight (exponentiated) of all readings that hold it: a
//! semi-Markov conditional random field (S. Sarawagi and W. Cohen, "Semi-Markov Conditional
//! Random Fields for Information Extraction", NIPS 2004) over the places proposed, solved by
//! its forward and backward sums. Linear in the spots.

use super::spot::Spot;

/// Scores beyond this are as good as certain; keeps sums finite.
const BOUND: f32 = 20.0;
/// Words of a run whose sums cannot overflow: at most four types of odds e^20 a word.
const MAX_PLAIN: usize = 30;

/// Sets the probabilities of all spots from their scores. The spots are sorted by place and no
/// two have the same.
pub(super) fn read(spots: &mut [Spot]) {
    let mut begin = 0;
    while begin < spots.len() {
        let end = component_end(spots, begin);
        read_run(&mut spots[begin..end]);
        begin = end;
    }
}

/// The end of the spots that hang together by overlapping, from `begin` on.
pub(super) fn component_end(spots: &[Spot], begin: usize) -> usize {
    let (section, mut last) = (spots[begin].place.section, spots[begin].place.last);
    let mut end = begin + 1;
    while end < spots.len() && spots[end].place.section == section && spots[end].place.first <= last {
        last = last.max(spots[end].place.last);
        end += 1;
    }
    end
}

fn read_run(spots: &mut [Spot]) {
    if let [spot] = spots {
        let odds = spot.scores.map(|s| s.clamp(-BOUND, BOUND).exp());
        let total = 1.0 + odds.iter().sum::<f32>();
        spot.chances = odds.map(|o| o / total);
        return;
    }
    let base = spots[0].place.first;
    let words = spots.iter().map(|s| s.place.last + 1 - base).max().unwrap_or(0);
    if words > MAX_PLAIN {
        return read_long(spots, words);
    }
    let mut before = [0.0f64; MAX_PLAIN + 1];
    let mut after = [0.0f64; MAX_PLAIN + 1];
    before[0] = 1.0;
    after[words] = 1.0;
    // From here to the end the chances hold the odds.
    for spot in spots.iter_mut() {
        spot.chances = spot.scores.map(|s| s.clamp(-BOUND, BOUND).exp());
    }
    let odds = |spot: &Spot| spot.chances.iter().map(|&o| f64::from(o)).sum::<f64>();
    let mut next = 0;
    for word in 0..words {
        before[word + 1] += before[word];
        while next < spots.len() && spots[next].place.first - base == word {
            before[spots[next].place.last + 1 - base] += before[word] * odds(&spots[next]);
            next += 1;
        }
    }
    for word in (0..words).rev() {
        after[word] += after[word + 1];
        while next > 0 && spots[next - 1].place.first - base == word {
            next -= 1;
            after[word] += after[spots[next].place.last + 1 - base] * odds(&spots[next]);
        }
    }
    for spot in spots {
        let rest = before[spot.place.first - base] * after[spot.place.last + 1 - base] / after[0];
        spot.chances = spot.chances.map(|o| (f64::from(o) * rest).min(1.0) as f32);
    }
}

/// The same in logarithms, for runs so long that the sums might overflow.
fn read_long(spots: &mut [Spot], words: usize) {
    let sums = spots.iter().map(|s| log_sum(&s.scores)).collect::<Vec<_>>();
    let base = spots[0].place.first;
    let edges = spots.iter().map(|s| (s.place.first - base, s.place.last + 1 - base)).collect::<Vec<_>>();
    let (before, after) = sums_around(&edges, &sums, &vec![false; words]);
    let whole = after[0];
    for (spot, &(first, end)) in spots.iter_mut().zip(&edges) {
        let rest = before[first] + after[end] - whole;
        spot.chances = spot.scores.map(|s| (f64::from(s.clamp(-BOUND, BOUND)) + rest).exp().min(1.0) as f32);
    }
}

/// The logarithm of the summed odds of the four types.
pub(super) fn log_sum(scores: &[f32; 4]) -> f64 {
    let bounded = |s: f32| if s == f32::NEG_INFINITY { s } else { s.clamp(-BOUND, BOUND) };
    scores.iter().map(|&s| f64::from(bounded(s)).exp()).sum::<f64>().ln()
}

/// For each edge between words the logarithm of the summed weight of all readings of the words
/// before it, and of those after it. `edges` are the spots as (first word, end), sorted, of a run
/// that begins at word 0; `sums` the logarithms of their weights; `covered` the words that must
/// be in a name.
pub(super) fn sums_around(edges: &[(usize, usize)], sums: &[f64], covered: &[bool]) -> (Vec<f64>, Vec<f64>) {
    let words = covered.len();
    let mut before = vec![f64::NEG_INFINITY; words + 1];
    before[0] = 0.0;
    let mut next = 0;
    for word in 0..words {
        if !covered[word] {
            before[word + 1] = log_add(before[word + 1], before[word]);
        }
        while next < edges.len() && edges[next].0 == word {
            let end = edges[next].1;
            before[end] = log_add(before[end], before[word] + sums[next]);
            next += 1;
        }
    }
    let mut after = vec![f64::NEG_INFINITY; words + 1];
    after[words] = 0.0;
    let mut next = edges.len();
    for word in (0..words).rev() {
        if !covered[word] {
            after[word] = after[word + 1];
        }
        while next > 0 && edges[next - 1].0 == word {
            next -= 1;
            after[word] = log_add(after[word], after[edges[next].1] + sums[next]);
        }
    }
    (before, after)
}

fn log_add(a: f64, b: f64) -> f64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}
