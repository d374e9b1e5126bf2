//! One contender of the scale table (docs/scale.md): builds it from a file of names, runs it over
//! a text, and prints what it took as one JSON line. A process measures one contender only, so
//! that memory is its own; `benches/scale/run` starts them all and makes the table.
//!
//! `scale CONTENDER NAMES TEXT`: names one a line (for `gazetted` a gazetteer in its own format),
//! articles parted by form feeds. Without arguments, as under a plain `cargo bench`, it does nothing.

use std::{env, error::Error, fs, hint::black_box, path::Path, sync::Arc, time::Instant};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use gazetted::{
    extraction::{Article, Lexicon, Options, extract, surface},
    layer::Layer,
    matcher::{Case, Matcher, MatcherBuilder, WordId, word_hashes},
    text::Words,
};

type Failure = Box<dyn Error + Send + Sync>;

/// Runs over the text at least once, at most so often and for about so many seconds.
const RUNS: usize = 5;
const PATIENCE: f64 = 30.0;

fn main() -> Result<(), Failure> {
    // Cargo adds `--bench`.
    let arguments = env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect::<Vec<_>>();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => eprintln!("scale: run benches/scale/run, which starts this with arguments"),
        ["aho-corasick-bytes", names, text] => measure(text, || OverBytes::build(names, 1), OverBytes::places)?,
        ["aho-corasick-bytes-2", names, text] => measure(text, || OverBytes::build(names, 2), OverBytes::places)?,
        ["aho-corasick-words", names, text] => measure(text, || OverWords::build(names, 1), OverWords::places)?,
        ["aho-corasick-words-2", names, text] => measure(text, || OverWords::build(names, 2), OverWords::places)?,
        ["matcher", names, text] => measure(text, || matcher(names), matcher_places)?,
        ["words", _, text] => measure(text, || Ok(()), |(), article| Words::read(article).len())?,
        ["compile", gazetteer, compiled] => fs::write(compiled, Layer::load(Path::new(gazetteer))?.pack())?,
        ["gazetted" | "gazetted-compiled", gazetteer, text] => {
            measure(text, || load_gazetted(gazetteer), listed_mentions)?;
        }
        _ => return Err(format!("no such contender, or not CONTENDER NAMES TEXT: {arguments:?}").into()),
    }
    Ok(())
}

/// All of `gazetted`, from a gazetteer in its own format or compiled: the one place that says how.
fn load_gazetted(path: &str) -> Result<Lexicon, Failure> {
    Ok(Lexicon::stack([Arc::new(Layer::load(Path::new(path))?)]))
}

/// Mentions of what the gazetteer has; what is no listed name is found too, but not counted.
fn listed_mentions(lexicon: &Lexicon, text: &str) -> usize {
    let extraction = extract(&Article { body: text, ..Article::default() }, lexicon, &Options::default());
    extraction.entities.iter().filter(|entity| entity.entry.is_some()).map(|entity| entity.mentions.len()).sum()
}

fn matcher(names: &str) -> Result<Matcher, Failure> {
    let mut builder = MatcherBuilder::default();
    for name in fs::read_to_string(names)?.lines() {
        builder.add(&Words::read(name), Case::Ignore)?;
    }
    Ok(builder.build())
}

/// Names that differ in case or accents only are several spellings at one place.
fn matcher_places(matcher: &Matcher, text: &str) -> usize {
    let words = Words::read(text);
    let mut hits = matcher.hits(&words, &word_hashes(&words));
    hits.dedup_by_key(|hit| (hit.first, hit.last));
    hits.len()
}

/// Aho-Corasick over the bytes of folded words with a space between.
struct OverBytes(Vec<AhoCorasick>);

impl OverBytes {
    fn build(names: &str, shards: usize) -> Result<OverBytes, Failure> {
        let forms = distinct(fs::read_to_string(names)?.lines().map(surface));
        Ok(OverBytes(automata(&forms, shards)?))
    }

    fn places(&self, text: &str) -> usize {
        let text = surface(text);
        let bytes = text.as_bytes();
        let is_edge = |index: Option<usize>| index.and_then(|i| bytes.get(i)).is_none_or(|&byte| byte == b' ');
        let hits = self.0.iter().flat_map(|automaton| automaton.find_overlapping_iter(&text));
        hits.filter(|hit| is_edge(hit.start().checked_sub(1)) && is_edge(Some(hit.end()))).count()
    }
}

/// Aho-Corasick over words, each a character of a private alphabet.
struct OverWords {
    /// A matcher of no names, for its alphabet.
    alphabet: Matcher,
    automata: Vec<AhoCorasick>,
}

impl OverWords {
    fn build(names: &str, shards: usize) -> Result<OverWords, Failure> {
        let mut builder = MatcherBuilder::default();
        let mut code = |name: &str| {
            let words = Words::read(name);
            (0..words.len()).map(|word| character(builder.add_word(words.folded(word)))).collect::<Option<String>>()
        };
        let codes = fs::read_to_string(names)?.lines().map(&mut code).collect::<Option<Vec<_>>>();
        let forms = distinct(codes.ok_or("the names have more words than there are characters")?);
        Ok(OverWords { alphabet: builder.build(), automata: automata(&forms, shards)? })
    }

    fn places(&self, text: &str) -> usize {
        let ids = self.alphabet.word_ids(&Words::read(text));
        let code = ids.into_iter().filter_map(character).collect::<String>();
        self.automata.iter().map(|automaton| automaton.find_overlapping_iter(&code).count()).sum()
    }
}

/// The character that stands for a word; surrogates are stepped over.
fn character(id: WordId) -> Option<char> {
    let number = u32::try_from(id.index()).ok()?;
    char::from_u32(if number < 0xD800 { number } else { number + 0x800 })
}

fn distinct(forms: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut forms = forms.into_iter().filter(|form| !form.is_empty()).collect::<Vec<_>>();
    forms.sort_unstable();
    forms.dedup();
    forms
}

/// An automaton for each part of the sorted forms, built on a thread each.
fn automata(forms: &[String], shards: usize) -> Result<Vec<AhoCorasick>, Failure> {
    std::thread::scope(|scope| {
        let parts = forms.chunks(forms.len().div_ceil(shards).max(1));
        let threads = parts.map(|part| scope.spawn(|| automaton(part))).collect::<Vec<_>>();
        threads.into_iter().map(|thread| thread.join().map_err(|_| "a build panicked")?).collect()
    })
}

fn automaton(forms: &[String]) -> Result<AhoCorasick, Failure> {
    let mut builder = AhoCorasick::builder();
    Ok(builder.kind(Some(AhoCorasickKind::ContiguousNFA)).prefilter(false).build(forms)?)
}

/// Builds, runs over every article, the best of some runs, and prints what that took. Memory is
/// beyond what the process had with the text read, in bytes: when built, and at most until then.
fn measure<T>(
    text: &str,
    build: impl FnOnce() -> Result<T, Failure>,
    hits: impl Fn(&T, &str) -> usize,
) -> Result<(), Failure> {
    let text = fs::read_to_string(text)?;
    let articles = text.split('\x0C').collect::<Vec<_>>();
    let baseline = memory("VmRSS:")?;
    let begin = Instant::now();
    let built = build()?;
    let build_seconds = begin.elapsed().as_secs_f64();
    let (resident, peak) = (memory("VmRSS:")?, memory("VmHWM:")?);

    let begin = Instant::now();
    let (mut best, mut runs, mut found) = (f64::INFINITY, 0, 0);
    while runs == 0 || runs < RUNS && begin.elapsed().as_secs_f64() < PATIENCE {
        let begin = Instant::now();
        found = articles.iter().map(|article| hits(&built, black_box(article))).sum::<usize>();
        best = best.min(begin.elapsed().as_secs_f64());
        runs += 1;
    }
    println!(
        r#"{{"build":{build_seconds},"baseline":{baseline},"resident":{},"peak":{},"scan":{best},"runs":{runs},"bytes":{},"hits":{found}}}"#,
        resident.saturating_sub(baseline),
        peak.saturating_sub(baseline),
        text.len(),
    );
    Ok(())
}

/// A field of this process's memory as Linux tells it, in bytes.
fn memory(field: &str) -> Result<u64, Failure> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or_else(|| format!("no {field}"))?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1024)
}
