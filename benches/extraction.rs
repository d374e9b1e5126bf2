//! Speed of reading words, of the matcher and of the whole extraction, on one core, with the
//! embedded gazetteers. Throughput is in bytes of the original text.

use std::{hint::black_box, path::Path, sync::Arc};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gazetted::{
    extraction::{Article, Lexicon, Options, extract},
    layer::Layer,
    matcher::word_hashes,
    text::Words,
};

const ARTICLE: &str = include_str!("../examples/vienna-2015.txt");

fn speed(c: &mut Criterion) {
    let layer = Arc::new(Layer::embedded());
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

    let mut group = c.benchmark_group("start");
    group.sample_size(10);
    group.bench_function("embedded gazetteers", |b| b.iter(Layer::embedded));
    let compiled = Layer::embedded().pack();
    group.bench_function("compiled gazetteers", |b| b.iter(|| Layer::unpack(black_box(&compiled), Path::new("-"))));
    group.finish();
}

criterion_group!(benches, speed);
criterion_main!(benches);
