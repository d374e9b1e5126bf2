//! Scoring: what was marked against what was found. Pure counting, no files, no printing.
//!
//! - *exact*: the same start, end and type, as CoNLL counts;
//! - *partial*: the same type and at least one character in common, paired one to one so
//!   that as many pairs as possible come about;
//! - *span* and *overlap*: the same two without the type.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::gold::Document;
use crate::gazetteer::EntityType;

/// A span with its type. Offsets are in code points.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::cli) struct Mark {
    pub(in crate::cli) start: usize,
    pub(in crate::cli) end: usize,
    /// The type's name; sets may have types that we do not know.
    pub(in crate::cli) kind: String,
}

type Span = (usize, usize);

impl Mark {
    pub(in crate::cli) fn span(&self) -> Span {
        (self.start, self.end)
    }
}

/// What to count.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Settings {
    /// Only these types, on both sides; empty means all.
    pub(in crate::cli) types: BTreeSet<String>,
    /// Whether a find that overlaps a dropped span and no entity is not counted at all.
    pub(in crate::cli) forgive_dropped: bool,
}

impl Settings {
    fn select(&self, marks: &[Mark]) -> BTreeSet<Mark> {
        let wanted = |mark: &&Mark| self.types.is_empty() || self.types.contains(&mark.kind);
        marks.iter().filter(wanted).cloned().collect()
    }
}

/// Numbers of entities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::cli) struct Counts {
    /// Marked.
    pub(in crate::cli) gold: usize,
    /// Found.
    pub(in crate::cli) found: usize,
    /// Found exactly.
    pub(in crate::cli) exact: usize,
    /// Found at least in part.
    pub(in crate::cli) partial: usize,
}

impl Counts {
    /// The figures of exact matches.
    pub(in crate::cli) fn exact(self) -> Figures {
        Figures::new(self.exact, self.found, self.gold)
    }

    /// The figures of partial matches.
    pub(in crate::cli) fn partial(self) -> Figures {
        Figures::new(self.partial, self.found, self.gold)
    }
}

/// Precision, recall and their harmonic mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::cli) struct Figures {
    pub(in crate::cli) precision: f64,
    pub(in crate::cli) recall: f64,
    pub(in crate::cli) f1: f64,
}

impl Figures {
    /// Of `right` among `found` and `gold`. Who finds nothing where nothing is, is right.
    fn new(right: usize, found: usize, gold: usize) -> Figures {
        let share = |of: usize, other: usize| match of {
            0 => f64::from(u8::from(other == 0)),
            _ => right as f64 / of as f64,
        };
        let (precision, recall) = (share(found, gold), share(gold, found));
        let sum = precision + recall;
        Figures { precision, recall, f1: if sum > 0.0 { 2.0 * precision * recall / sum } else { 0.0 } }
    }
}

/// The score of a set.
#[derive(Clone, Debug, Default)]
pub(in crate::cli) struct Scores {
    pub(in crate::cli) documents: usize,
    /// Finds not counted because they overlap a dropped span.
    pub(in crate::cli) forgiven: usize,
    /// By type, the four known ones first.
    pub(in crate::cli) types: Vec<(String, Counts)>,
    /// Without types: equal spans as exact, overlapping ones as partial.
    pub(in crate::cli) spans: Counts,
    /// What went wrong, the most frequent first.
    pub(in crate::cli) errors: Vec<(Mistake, usize)>,
}

impl Scores {
    /// All types pooled.
    pub(in crate::cli) fn micro(&self) -> Counts {
        self.types.iter().fold(Counts::default(), |sum, (_, counts)| Counts {
            gold: sum.gold + counts.gold,
            found: sum.found + counts.found,
            exact: sum.exact + counts.exact,
            partial: sum.partial + counts.partial,
        })
    }

    /// The mean of the exact F1 of the types that the set has.
    pub(in crate::cli) fn macro_f1(&self) -> f64 {
        let scored = self.types.iter().filter(|(_, counts)| counts.gold > 0).map(|(_, counts)| counts.exact().f1);
        let scored = scored.collect::<Vec<_>>();
        if scored.is_empty() { 1.0 } else { scored.iter().sum::<f64>() / scored.len() as f64 }
    }
}

/// How something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::cli) enum MistakeKind {
    /// Marked, and nothing was found there.
    Missed,
    /// Found, and nothing is marked there.
    Spurious,
    /// Found with these boundaries, but as another type.
    Type,
    /// Found, but with other boundaries.
    Boundary,
}

/// Something that went wrong; equal ones are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::cli) struct Mistake {
    /// Whether it was marked and not found as it should; else found and not marked.
    pub(in crate::cli) miss: bool,
    pub(in crate::cli) kind: MistakeKind,
    /// The type that it was marked or found with.
    pub(in crate::cli) entity_type: String,
    /// The text, on one line.
    pub(in crate::cli) text: String,
    /// The first overlapping mark of the other side: its type and text.
    pub(in crate::cli) other: Option<(String, String)>,
}

/// Scores documents, each with what was found in it.
pub(in crate::cli) fn score<'a>(
    documents: impl Iterator<Item = (&'a Document, &'a Vec<Mark>)>,
    settings: &Settings,
) -> Scores {
    let mut scores = Scores::default();
    let mut types = BTreeMap::<String, Counts>::new();
    types.extend(settings.types.iter().map(|name| (name.clone(), Counts::default())));
    let mut errors = HashMap::<Mistake, usize>::new();
    for (document, found) in documents {
        let gold = settings.select(&document.entities);
        let mut found = settings.select(found);
        if settings.forgive_dropped {
            let before = found.len();
            found.retain(|mark| counts_against(mark, &gold, &document.dropped));
            scores.forgiven += before - found.len();
        }
        scores.documents += 1;
        count(&gold, &found, &mut types);
        count_spans(&gold, &found, &mut scores.spans);
        mistakes(document, &gold, &found, &mut errors);
    }
    scores.types = in_order(types);
    scores.errors = errors.into_iter().collect();
    scores.errors.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    scores
}

fn counts_against(mark: &Mark, gold: &BTreeSet<Mark>, dropped: &[Span]) -> bool {
    let over = |span: Span| overlap(mark.span(), span);
    gold.iter().any(|entity| over(entity.span())) || !dropped.iter().any(|&span| over(span))
}

fn count(gold: &BTreeSet<Mark>, found: &BTreeSet<Mark>, types: &mut BTreeMap<String, Counts>) {
    let (gold_by_type, found_by_type) = (by_type(gold), by_type(found));
    for (kind, spans) in &gold_by_type {
        types.entry((*kind).to_owned()).or_default().gold += spans.len();
    }
    for (kind, spans) in &found_by_type {
        let counts = types.entry((*kind).to_owned()).or_default();
        counts.found += spans.len();
        if let Some(gold) = gold_by_type.get(kind) {
            counts.exact += spans.iter().filter(|span| gold.binary_search(span).is_ok()).count();
            counts.partial += pairs(gold, spans);
        }
    }
}

fn by_type(marks: &BTreeSet<Mark>) -> BTreeMap<&str, Vec<Span>> {
    let mut types = BTreeMap::<&str, Vec<Span>>::new();
    for mark in marks {
        types.entry(&mark.kind).or_default().push(mark.span());
    }
    types
}

fn count_spans(gold: &BTreeSet<Mark>, found: &BTreeSet<Mark>, counts: &mut Counts) {
    let spans = |marks: &BTreeSet<Mark>| marks.iter().map(Mark::span).collect::<BTreeSet<_>>();
    let (gold, found) = (spans(gold), spans(found));
    counts.gold += gold.len();
    counts.found += found.len();
    counts.exact += gold.intersection(&found).count();
    counts.partial += pairs(&gold.into_iter().collect::<Vec<_>>(), &found.into_iter().collect::<Vec<_>>());
}

fn in_order(types: BTreeMap<String, Counts>) -> Vec<(String, Counts)> {
    let rank = |name: &str| EntityType::ALL.iter().position(|known| known.name() == name).unwrap_or(usize::MAX);
    let mut types = types.into_iter().collect::<Vec<_>>();
    types.sort_by_key(|(name, _)| rank(name));
    types
}

fn overlap(a: Span, b: Span) -> bool {
    a.0 < b.1 && b.0 < a.1
}

/// The most pairs of overlapping spans, one of each side, with none in two pairs: a maximum
/// matching, by augmenting paths. `gold` is sorted.
fn pairs(gold: &[Span], found: &[Span]) -> usize {
    let reach = reach(gold);
    let neighbors = found.iter().map(|&span| overlapping(gold, &reach, span)).collect::<Vec<_>>();
    let mut owner = vec![None; gold.len()];
    (0..found.len()).filter(|&start| augment(start, &neighbors, &mut owner)).count()
}

/// For each span of a sorted list, how far it and those before it reach.
fn reach(spans: &[Span]) -> Vec<usize> {
    let furthest = |far: &mut usize, span: &Span| {
        *far = span.1.max(*far);
        Some(*far)
    };
    spans.iter().scan(0, furthest).collect()
}

/// The indices of the spans of a sorted list that overlap `span`.
fn overlapping(spans: &[Span], reach: &[usize], span: Span) -> Vec<usize> {
    let end = spans.partition_point(|other| other.0 < span.1);
    let near = (0..end).rev().take_while(|&index| reach[index] > span.0);
    near.filter(|&index| overlap(spans[index], span)).collect()
}

/// Looks, breadth first, for a path from the found span `start` over others that can move on,
/// to a gold span that is free; and takes it. Not recursive: a chain may be long.
fn augment(start: usize, neighbors: &[Vec<usize>], owner: &mut [Option<usize>]) -> bool {
    let mut came_from = HashMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(find) = queue.pop_front() {
        for &gold in &neighbors[find] {
            if came_from.contains_key(&gold) {
                continue;
            }
            came_from.insert(gold, find);
            match owner[gold] {
                Some(other) => queue.push_back(other),
                None => {
                    take(gold, start, &came_from, neighbors, owner);
                    return true;
                }
            }
        }
    }
    false
}

/// Walks a path back from its free gold span: everyone on it moves one further.
fn take(
    free: usize,
    start: usize,
    came_from: &HashMap<usize, usize>,
    neighbors: &[Vec<usize>],
    owner: &mut [Option<usize>],
) {
    let mut gold = free;
    loop {
        let find = came_from[&gold];
        let previous = neighbors[find].iter().copied().find(|&g| owner[g] == Some(find));
        owner[gold] = Some(find);
        match previous {
            Some(previous) if find != start => gold = previous,
            _ => break,
        }
    }
}

/// Counts what went wrong in one document.
fn mistakes(document: &Document, gold: &BTreeSet<Mark>, found: &BTreeSet<Mark>, errors: &mut HashMap<Mistake, usize>) {
    let text = document.text.as_deref().unwrap_or_default();
    for (miss, marks, others) in [(true, gold, found), (false, found, gold)] {
        for mark in marks.difference(others) {
            *errors.entry(mistake(miss, mark, others, text)).or_default() += 1;
        }
    }
}

fn mistake(miss: bool, mark: &Mark, others: &BTreeSet<Mark>, text: &str) -> Mistake {
    let equal = others.iter().find(|other| other.span() == mark.span());
    let other = equal.or_else(|| others.iter().find(|other| overlap(other.span(), mark.span())));
    let kind = match (equal, other) {
        (Some(_), _) => MistakeKind::Type,
        (None, Some(_)) => MistakeKind::Boundary,
        (None, None) if miss => MistakeKind::Missed,
        (None, None) => MistakeKind::Spurious,
    };
    let other = other.map(|other| (other.kind.clone(), slice(text, other.span())));
    Mistake { miss, kind, entity_type: mark.kind.clone(), text: slice(text, mark.span()), other }
}

/// The text between two code points, on one line.
fn slice(text: &str, (start, end): Span) -> String {
    let part = text.chars().skip(start).take(end - start).collect::<String>();
    part.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(start: usize, end: usize, kind: &str) -> Mark {
        Mark { start, end, kind: kind.to_owned() }
    }

    fn document(text: &str, entities: Vec<Mark>, dropped: Vec<Span>) -> Document {
        Document { id: "d".to_owned(), text: Some(text.to_owned()), entities, dropped }
    }

    #[test]
    fn counts_exact_and_partial() {
        let text = "Angela Merkel met NATO in Paris.";
        let gold = vec![mark(0, 13, "PERSON"), mark(18, 22, "ORGANIZATION"), mark(26, 31, "LOCATION")];
        let found = vec![mark(7, 13, "PERSON"), mark(18, 22, "ORGANIZATION"), mark(26, 31, "PERSON")];
        let document = document(text, gold, Vec::new());
        let scores = score([(&document, &found)].into_iter(), &Settings::default());
        assert_eq!(
            scores.types,
            [
                ("PERSON".to_owned(), Counts { gold: 1, found: 2, exact: 0, partial: 1 }),
                ("ORGANIZATION".to_owned(), Counts { gold: 1, found: 1, exact: 1, partial: 1 }),
                ("LOCATION".to_owned(), Counts { gold: 1, found: 0, exact: 0, partial: 0 }),
            ]
        );
        assert_eq!(scores.spans, Counts { gold: 3, found: 3, exact: 2, partial: 3 });
        assert_eq!(scores.macro_f1(), 1.0 / 3.0);
        let micro = scores.micro();
        assert_eq!(micro.exact(), Figures { precision: 1.0 / 3.0, recall: 1.0 / 3.0, f1: 1.0 / 3.0 });
        assert_eq!(micro.partial().precision, 2.0 / 3.0);
        let kinds = scores.errors.iter().map(|(m, n)| (m.miss, m.kind, m.text.as_str(), *n)).collect::<Vec<_>>();
        assert_eq!(
            kinds,
            [
                (false, MistakeKind::Type, "Paris", 1),
                (false, MistakeKind::Boundary, "Merkel", 1),
                (true, MistakeKind::Type, "Paris", 1),
                (true, MistakeKind::Boundary, "Angela Merkel", 1),
            ]
        );
    }

    #[test]
    fn nothing_found_where_nothing_is_is_right() {
        let perfect = Figures { precision: 1.0, recall: 1.0, f1: 1.0 };
        assert_eq!(Figures::new(0, 0, 0), perfect);
        assert_eq!(Figures::new(0, 3, 0), Figures { precision: 0.0, recall: 0.0, f1: 0.0 });
        assert_eq!(Figures::new(0, 0, 3), Figures { precision: 0.0, recall: 0.0, f1: 0.0 });
    }

    #[test]
    fn forgives_what_was_dropped_unless_it_touches_an_entity() {
        let found = vec![mark(0, 4, "PERSON"), mark(5, 9, "LOCATION"), mark(10, 14, "LOCATION")];
        let document = document("aaaa bbbb cccc", vec![mark(6, 9, "LOCATION")], vec![(0, 9)]);
        let settings = Settings { forgive_dropped: true, ..Settings::default() };
        let scores = score([(&document, &found)].into_iter(), &settings);
        assert_eq!(scores.forgiven, 1);
        assert_eq!(scores.types, [("LOCATION".to_owned(), Counts { gold: 1, found: 2, exact: 0, partial: 1 })]);
    }

    #[test]
    fn scores_only_the_types_asked_for() {
        let document = document("a b", vec![mark(0, 1, "PERSON")], Vec::new());
        let settings = Settings { types: ["EVENT".to_owned()].into(), ..Settings::default() };
        let scores = score([(&document, &vec![mark(2, 3, "PERSON")])].into_iter(), &settings);
        assert_eq!(scores.types, [("EVENT".to_owned(), Counts::default())]);
        assert_eq!((scores.micro().exact().f1, scores.macro_f1()), (1.0, 1.0));
    }

    #[test]
    fn pairs_are_as_many_as_possible() {
        // The first find could take either gold span; only one choice leaves one for the second.
        assert_eq!(pairs(&[(0, 2), (4, 6)], &[(0, 6), (1, 2)]), 2);
        assert_eq!(pairs(&[(0, 6)], &[(0, 2), (4, 6)]), 1);
        // A chain where everyone has to move on.
        let gold = (0..2000).map(|i| (10 * i, 10 * i + 6)).collect::<Vec<_>>();
        let mut found = (0..1999).map(|i| (10 * i + 5, 10 * i + 11)).collect::<Vec<_>>();
        found.push((0, 1));
        assert_eq!(pairs(&gold, &found), 2000);
    }

    /// Tries every pairing.
    fn brute_force(gold: &[Span], found: &[Span]) -> usize {
        let Some((&first, rest)) = found.split_first() else { return 0 };
        let without = brute_force(gold, rest);
        let with = (0..gold.len()).filter(|&i| overlap(gold[i], first)).map(|i| {
            let others = [&gold[..i], &gold[i + 1..]].concat();
            1 + brute_force(&others, rest)
        });
        with.max().unwrap_or(0).max(without)
    }

    proptest::proptest! {
        #[test]
        fn pairs_agree_with_trying_everything(
            gold in proptest::collection::btree_set((0usize..12, 1usize..8), 0..6),
            found in proptest::collection::btree_set((0usize..12, 1usize..8), 0..6),
        ) {
            let spans = |set: BTreeSet<Span>| {
                set.into_iter().map(|(start, length)| (start, start + length)).collect::<BTreeSet<_>>()
            };
            let gold = spans(gold).into_iter().collect::<Vec<_>>();
            let found = spans(found).into_iter().collect::<Vec<_>>();
            proptest::prop_assert_eq!(pairs(&gold, &found), brute_force(&gold, &found));
        }
    }
}
