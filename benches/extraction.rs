//! Speed of reading words, of the matcher and of the whole extraction, on one core, with the
//! embedded gazetteers. Throughput is in bytes of the original text.

use std::{fs, hint::black_box, path::Path, sync::Arc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gazetted::{
    defaults,
    extraction::{Article, Lexicon, Options, extract},
    layer::Layer,
    marked::unmark,
    matcher::word_hashes,
    text::Words,
};

const ARTICLE: &str = include_str!("../examples/vienna-2015.txt");

fn speed(c: &mut Criterion) {
    let layer = Arc::new(defaults::layer());
    let lexicon = Lexicon::stack([layer.clone()]);
    let mut group = c.benchmark_group("article");
    group.throughput(Throughput::Bytes(ARTICLE.len() as u64));
    group.bench_function("words", |b| b.iter(|| Words::read(black_box(ARTICLE))));
    let words = Words::read(ARTICLE);
    group.bench_function("matcher", |b| {
        b.iter(|| {
            let hashes = word_hashes(&words);
            layer.names_in(black_box(&words), &hashes, false)
        });
    });
    let article = Article { title: "", body: ARTICLE, ..Article::default() };
    group.bench_function("extraction", |b| b.iter(|| extract(black_box(&article), &lexicon, &Options::default())));
    let explain = Options { explain: true, alternatives: true, ..Options::default() };
    group.bench_function("extraction, explained", |b| b.iter(|| extract(black_box(&article), &lexicon, &explain)));
    group.finish();

    // Many articles, so that neither words nor names stay near the processor.
    let articles = training();
    let words = articles.iter().map(|text| Words::read(text)).collect::<Vec<_>>();
    let mut group = c.benchmark_group("news");
    group.sample_size(10).throughput(Throughput::Bytes(articles.iter().map(|text| text.len() as u64).sum()));
    group.bench_function("words", |b| b.iter(|| articles.iter().map(|text| Words::read(text).len()).sum::<usize>()));
    group.bench_function("matcher", |b| {
        let names = |words| layer.names_in(words, &word_hashes(words), false).len();
        b.iter(|| words.iter().map(names).sum::<usize>());
    });
    group.bench_function("extraction", |b| {
        let entities = |body: &String| {
            let article = Article { title: "", body, ..Article::default() };
            extract(&article, &lexicon, &Options::default()).entities.len()
        };
        b.iter(|| articles.iter().map(entities).sum::<usize>());
    });
    group.finish();

    let mut group = c.benchmark_group("start");
    group.sample_size(10);
    let files = defaults::files();
    group.bench_function("default lists, from their files", |b| b.iter(|| Layer::read(&files)));
    let compiled = defaults::layer().pack();
    group.bench_function("default lists, compiled", |b| b.iter(|| Layer::unpack(black_box(&compiled), Path::new("-"))));
    group.finish();
}

/// The articles of `training/`, without their marks.
fn training() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("training");
    let files = fs::read_dir(folder).expect("training/ is there").map(|file| file.expect("it can be read").path());
    let texts = files.map(|file| fs::read_to_string(file).expect("it is text"));
    let articles = texts.flat_map(|text| text.split("\n---\n").map(str::to_owned).collect::<Vec<_>>());
    articles.map(|article| unmark(&article).expect("a test holds that the marks are well formed").0).collect()
}

criterion_group!(benches, speed);
criterion_main!(benches);
