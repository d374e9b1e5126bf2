//! Speed of the matcher alone, and of building it, with 10,000 and 100,000 names, beside an
//! Aho-Corasick automaton over the same alphabet (docs/decisions/matcher.md). The names are made
//! up, two or three words each, and occur in the text about once in twenty words.

use std::hint::black_box;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gazetted::{
    matcher::{Case, Matcher, MatcherBuilder, word_hashes},
    text::Words,
};

const ARTICLE: &str = include_str!("../examples/vienna-2015.txt");

/// The `number`th made-up word: every number gives another.
fn word(mut number: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ka", "lo", "mir", "ten", "vu", "sha", "dri", "po", "zel", "an", "ber", "qui", "nor", "fe", "gal", "tas", "ow",
        "ri", "hem", "ju",
    ];
    let mut word = String::new();
    while word.is_empty() || number > 0 {
        word.push_str(SYLLABLES[number % 20]);
        number /= 20;
    }
    word[..1].to_uppercase() + &word[1..]
}

fn name(number: usize) -> String {
    let words = [word(number * 7 % 9_973), word(number), word(number * 3 % 4_999)];
    words[..2 + number % 2].join(" ")
}

fn matcher(names: usize) -> Matcher {
    let mut builder = MatcherBuilder::default();
    for number in 0..names {
        builder.add(&Words::read(&name(number)), Case::Upper(0b11)).expect("two or three words are no error");
    }
    builder.build()
}

/// The words as the alphabet numbers them, a character each; surrogates are stepped over.
fn code(matcher: &Matcher, words: &Words<'_>) -> String {
    let character = |id: gazetted::matcher::WordId| {
        let number = id.index() as u32;
        char::from_u32(if number < 0xD800 { number } else { number + 0x800 }).unwrap_or(char::REPLACEMENT_CHARACTER)
    };
    matcher.word_ids(words).into_iter().map(character).collect()
}

fn automaton(matcher: &Matcher, names: usize) -> AhoCorasick {
    let patterns = (0..names).map(|number| code(matcher, &Words::read(&name(number))));
    let builder = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).prefilter(false).clone();
    builder.build(patterns).expect("the names fit the automaton")
}

fn speed(c: &mut Criterion) {
    let mut text = String::new();
    for round in 0..40 {
        for (index, piece) in ARTICLE.split(' ').enumerate() {
            text.push_str(piece);
            text.push(' ');
            if index % 18 == 0 {
                text.push_str(&name(index * 31 + round * 977));
                text.push(' ');
            }
        }
    }
    let words = Words::read(&text);
    let mut group = c.benchmark_group("matcher");
    group.throughput(Throughput::Bytes(text.len() as u64));
    for names in [10_000, 100_000] {
        let matcher = matcher(names);
        eprintln!("{names} names: {} bytes", matcher.memory());
        group.bench_with_input(BenchmarkId::new("find", names), &words, |b, words| {
            b.iter(|| {
                let hashes = word_hashes(black_box(words));
                matcher.hits(words, &hashes)
            });
        });
        // The automaton checks neither capitals nor joints: it does less.
        let automaton = automaton(&matcher, names);
        eprintln!("{names} names: {} bytes as an automaton alone", automaton.memory_usage());
        group.bench_with_input(BenchmarkId::new("find, aho-corasick", names), &words, |b, words| {
            b.iter(|| automaton.find_overlapping_iter(&code(&matcher, black_box(words))).count());
        });
    }
    group.finish();

    let mut group = c.benchmark_group("build");
    group.sample_size(10);
    for names in [10_000, 100_000] {
        group.throughput(Throughput::Elements(names as u64));
        group.bench_function(BenchmarkId::from_parameter(names), |b| b.iter(|| matcher(names)));
        let alphabet = matcher(names);
        group.bench_function(BenchmarkId::new("aho-corasick", names), |b| b.iter(|| automaton(&alphabet, names)));
    }
    group.finish();
}

criterion_group!(benches, speed);
criterion_main!(benches);
