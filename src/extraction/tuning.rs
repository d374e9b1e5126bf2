//! Tuning: weights from marked articles.
//!
//! The weights are those under which the marked readings of the articles are likeliest, held
//! near zero by a penalty on their squares: a hidden conditional random field, because a set
//! that does not mark a type says nothing about it. Trained by AdaGrad (J. Duchi, E. Hazan,
//! Y. Singer, JMLR 2011). Every set but our own has, beside the weights for all, weights of its
//! own that take up its conventions (one counts titles to names, one countries to
//! organizations) and are thrown away (H. Daumé III, "Frustratingly Easy Domain Adaptation", ACL
//! 2007). The second reading is tuned on first readings whose weights have not
//! seen the article.

use rayon::prelude::*;

use super::{
    Article, Lexicon, Prepared, Weights, evidence, judge,
    readings::{component_end, log_sum, read, sums_around},
    signs::Sign,
    spot::Spot,
    weights::Weight,
};
use crate::{gazetteer::EntityType, text::Span};

/// A marked article.
#[derive(Clone, Debug)]
pub struct Example {
    /// The article's text.
    pub text: String,
    /// What is marked in it.
    pub names: Vec<(Span, EntityType)>,
    /// Which types its set marks, in the order of [`EntityType::ALL`].
    pub marks: [bool; 4],
    /// Places of which it says nothing.
    pub unsaid: Vec<Span>,
    /// The set whose conventions it is marked by; 0 for our own.
    pub set: usize,
}

/// How to tune.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Times that all examples are gone through.
    pub epochs: u32,
    /// The penalty on squared weights.
    pub penalty: f32,
    /// The size of the first steps.
    pub rate: f32,
    /// Signs at fewer places than this weigh nothing.
    pub seen: f32,
    /// How much stronger the penalty is on what is a set's own.
    pub own: f32,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning { epochs: 25, penalty: 2.0, rate: 0.1, seen: 8.0, own: 10.0 }
    }
}

/// A run of overlapping spots as numbers.
struct Run {
    /// First word and end of each spot.
    edges: Vec<(usize, usize)>,
    /// The signs of each spot with their values.
    signs: Vec<Vec<(u16, f32)>>,
    /// Which types each spot may have in a marked reading.
    allowed: Vec<[bool; 4]>,
    /// Words that a marked reading must cover.
    covered: Vec<bool>,
    set: usize,
}

/// Finds the weights for examples. Takes minutes for thousands of articles.
#[must_use]
pub fn tune(examples: &[Example], lexicon: &Lexicon, tuning: &Tuning) -> Weights {
    let folds = 2;
    let all = (0..examples.len()).collect::<Vec<_>>();
    let first = first_reading(examples, &all, lexicon, tuning);
    let mut runs = Vec::new();
    for fold in 0..folds {
        let (inside, outside): (Vec<_>, Vec<_>) = all.iter().partition(|&&n| n % folds == fold);
        let weights = first_reading(examples, &outside, lexicon, tuning);
        runs.par_extend(inside.par_iter().flat_map_iter(|&n| {
            let text = &examples[n].text;
            let mut prepared = Prepared::new(&Article { title: "", body: text, ..Article::default() }, lexicon, &[]);
            evidence::score_first(&prepared.rows, &mut prepared.spots, &prepared.habits, lexicon, &weights);
            read(&mut prepared.spots);
            judge(&prepared.rows, &mut prepared.spots, &prepared.pairs, &prepared.habits, lexicon);
            runs_of(&examples[n], &prepared, lexicon)
        }));
    }
    let last = train(&runs, tuning, first.clone());
    let mut weights = Weights::zero();
    for (number, (first, last)) in first.into_iter().zip(last).enumerate() {
        if first.iter().chain(&last).any(|&w| w != 0.0) {
            *weights.entry(Sign(number as u16)) = Weight { first, last };
        }
    }
    weights
}

fn first_reading(examples: &[Example], which: &[usize], lexicon: &Lexicon, tuning: &Tuning) -> Vec<[f32; 4]> {
    let mut runs = Vec::new();
    runs.par_extend(which.par_iter().flat_map_iter(|&n| {
        let prepared =
            Prepared::new(&Article { title: "", body: &examples[n].text, ..Article::default() }, lexicon, &[]);
        runs_of(&examples[n], &prepared, lexicon)
    }));
    train(&runs, tuning, vec![[0.0; 4]; Sign::COUNT])
}

/// The runs of an article with what its marks allow.
fn runs_of(example: &Example, prepared: &Prepared<'_>, lexicon: &Lexicon) -> Vec<Run> {
    let spots = &prepared.spots;
    let mut runs = Vec::new();
    let mut begin = 0;
    while begin < spots.len() {
        let end = component_end(spots, begin);
        runs.push(run_of(example, prepared, &spots[begin..end], lexicon));
        begin = end;
    }
    runs
}

fn run_of(example: &Example, prepared: &Prepared<'_>, spots: &[Spot], lexicon: &Lexicon) -> Run {
    let base = spots[0].place.first;
    let edges = spots.iter().map(|s| (s.place.first - base, s.place.last + 1 - base)).collect::<Vec<_>>();
    let words = edges.iter().map(|e| e.1).max().unwrap_or(0);
    let mut covered = vec![false; words];
    let spans = spots.iter().map(|s| prepared.rows.span(s.place)).collect::<Vec<_>>();
    let marked = |span: Span| example.names.iter().find(|(s, _)| *s == span).map(|(_, t)| *t);
    for (span, &(first, end)) in spans.iter().zip(&edges) {
        if marked(*span).is_some() {
            covered[first..end].fill(true);
        }
    }
    let allowed = spans.iter().map(|&span| {
        if let Some(marked) = marked(span) {
            return EntityType::ALL.map(|t| t == marked);
        }
        if example.names.iter().any(|(s, _)| s.overlaps(span)) {
            return [false; 4];
        }
        let unsaid = example.unsaid.iter().any(|s| s.overlaps(span));
        example.marks.map(|marks| unsaid || !marks)
    });
    let signs = spots.iter().map(|spot| {
        let mut found = Vec::new();
        evidence::signs(
            prepared.rows.of(spot.place.section),
            spot,
            &prepared.habits,
            lexicon,
            &mut |sign, value, _| {
                found.push((sign.0, value));
            },
        );
        found
    });
    Run { allowed: allowed.collect(), signs: signs.collect(), edges, covered, set: example.set }
}

fn train(runs: &[Run], tuning: &Tuning, weights: Vec<[f32; 4]>) -> Vec<[f32; 4]> {
    let mut counts = vec![0.0f32; Sign::COUNT];
    for &(sign, _) in runs.iter().flat_map(|r| &r.signs).flatten() {
        counts[usize::from(sign)] += 1.0;
    }
    let sets = runs.iter().map(|r| r.set).max().unwrap_or(0);
    let mut common = Layer::new(weights, tuning.penalty);
    let mut own =
        (0..=sets).map(|_| Layer::new(vec![[0.0; 4]; Sign::COUNT], tuning.penalty * tuning.own)).collect::<Vec<_>>();
    let mut order = (0..runs.len()).collect::<Vec<_>>();
    let mut random = 0x9E37_79B9_7F4A_7C15u64;
    for _ in 0..tuning.epochs {
        for at in (1..order.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(at, (random >> 33) as usize % (at + 1));
        }
        for &number in &order {
            let run = &runs[number];
            let own = &mut own[run.set];
            let slopes = slopes(run, &|sign, t| common.weights[sign][t] + own.weights[sign][t]);
            for (signs, slope) in run.signs.iter().zip(&slopes) {
                for &(sign, value) in signs {
                    let sign = usize::from(sign);
                    if counts[sign] < tuning.seen {
                        continue;
                    }
                    for (t, slope) in slope.iter().enumerate() {
                        let step = slope * value;
                        common.step(sign, t, step, counts[sign], tuning.rate);
                        if run.set > 0 {
                            own.step(sign, t, step, counts[sign], tuning.rate);
                        }
                    }
                }
            }
        }
    }
    common.weights
}

/// Weights in training, with what AdaGrad remembers.
struct Layer {
    weights: Vec<[f32; 4]>,
    squares: Vec<[f32; 4]>,
    penalty: f32,
}

impl Layer {
    fn new(weights: Vec<[f32; 4]>, penalty: f32) -> Layer {
        Layer { squares: vec![[1e-2; 4]; weights.len()], weights, penalty }
    }

    fn step(&mut self, sign: usize, t: usize, slope: f32, count: f32, rate: f32) {
        let gradient = slope + self.penalty * self.weights[sign][t] / count;
        self.squares[sign][t] += gradient * gradient;
        self.weights[sign][t] -= rate * gradient / self.squares[sign][t].sqrt();
    }
}

/// For each spot and type of a run how much likelier it is in all readings than in those that
/// the marks allow.
fn slopes(run: &Run, weight: &dyn Fn(usize, usize) -> f32) -> Vec<[f32; 4]> {
    let scores = run.signs.iter().map(|signs| {
        let mut scores = [0.0f32; 4];
        for &(sign, value) in signs {
            for (t, score) in scores.iter_mut().enumerate() {
                *score += weight(usize::from(sign), t) * value;
            }
        }
        scores.map(|s| s.clamp(-20.0, 20.0))
    });
    let scores = scores.collect::<Vec<_>>();
    let free = chances(run, &scores, &|_, _| true, false);
    let marked = chances(run, &scores, &|spot, t| run.allowed[spot][t], true);
    free.iter().zip(&marked).map(|(f, m)| std::array::from_fn(|t| f[t] - m[t])).collect()
}

/// The chances of each spot and type among the readings that hold to the marks or not.
fn chances(run: &Run, scores: &[[f32; 4]], may: &dyn Fn(usize, usize) -> bool, marked: bool) -> Vec<[f32; 4]> {
    let masked = scores.iter().enumerate().map(|(spot, scores)| {
        std::array::from_fn::<f32, 4, _>(|t| if may(spot, t) { scores[t] } else { f32::NEG_INFINITY })
    });
    let masked = masked.collect::<Vec<_>>();
    let sums = masked.iter().map(log_sum).collect::<Vec<_>>();
    let free = vec![false; run.covered.len()];
    let (before, after) = sums_around(&run.edges, &sums, if marked { &run.covered } else { &free });
    let whole = after[0];
    let each = masked.iter().zip(&run.edges).map(|(scores, &(first, end))| {
        let rest = before[first] + after[end] - whole;
        scores.map(|s| {
            if s == f32::NEG_INFINITY || rest == f64::NEG_INFINITY { 0.0 } else { (f64::from(s) + rest).exp() as f32 }
        })
    });
    each.collect()
}
