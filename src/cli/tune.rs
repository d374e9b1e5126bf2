//! `gazetted tune`: the weights of evidence, from articles that people have marked.
//!
//! With `--folds` it also says how well weights do on articles that they were not tuned on.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{
    CliError, GazetteerArgs, Outcome, complain,
    eval::{
        gold::{self, Document, Set},
        marks, report,
        score::{Settings, score},
    },
};
use crate::{
    extraction::{Example, Lexicon, Options, Tuning, tune},
    gazetteer::EntityType,
    text::Span,
};

/// Tune the weights of evidence on evaluation sets.
///
/// A type of which a set has no entity is taken as not marked by it; so are its dropped spans.
/// Marked articles (.txt files, or directories of them) hold to our own conventions; what a set of
/// another form has of its own is learned apart and left out.
/// The weights are written in the form of src/extraction/weights.txt.
#[derive(Debug, clap::Args)]
pub(super) struct Tune {
    /// Evaluation sets, in the form that eval reads.
    #[arg(value_name = "GOLD", required = true)]
    gold: Vec<PathBuf>,
    /// Where to write the weights; without it only the folds are scored.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Score each document with weights tuned on the others, in so many parts.
    #[arg(long, value_name = "N")]
    folds: Option<usize>,
    /// Times that all documents are gone through.
    #[arg(long, value_name = "N", default_value_t = Tuning::default().epochs)]
    epochs: u32,
    /// The penalty on squared weights.
    #[arg(long, value_name = "X", default_value_t = Tuning::default().penalty)]
    penalty: f32,
    /// The size of the first steps.
    #[arg(long, value_name = "X", default_value_t = Tuning::default().rate)]
    rate: f32,
    /// Signs at fewer places than this weigh nothing.
    #[arg(long, value_name = "N", default_value_t = Tuning::default().seen)]
    seen: f32,
    /// How much stronger the penalty is on what is a set's own.
    #[arg(long, value_name = "X", default_value_t = Tuning::default().own)]
    own: f32,
    #[command(flatten)]
    gazetteers: GazetteerArgs,
}

impl Tune {
    pub(super) fn run(&self, gazetteers: &GazetteerArgs) -> Result<Outcome, CliError> {
        let mut lexicon = gazetteers.lexicon(&self.gazetteers)?;
        let tuning =
            Tuning { epochs: self.epochs, penalty: self.penalty, rate: self.rate, seen: self.seen, own: self.own };
        let sets = self.gold.iter().map(|path| gold::read(path, "gold")).collect::<Result<Vec<_>, _>>()?;
        let mut examples = Vec::new();
        for (number, set) in sets.iter().enumerate() {
            let marks = types_of(set);
            let own = if set.file.ends_with(".jsonl") { number + 1 } else { 0 };
            for document in &set.documents {
                examples.push(example(set, document, marks, own)?);
            }
        }
        if let Some(folds) = self.folds {
            lexicon = score_folds(&sets, &examples, folds.max(2), lexicon, &tuning)?;
        }
        if let Some(path) = &self.output {
            let text = tune(&examples, &lexicon, &tuning).to_text();
            write(path, &text)?;
            complain(format_args!("{}: {} weights", path.display(), text.lines().count()));
        }
        Ok(Outcome::Good)
    }
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    fs::write(path, text).map_err(|source| CliError::Write { file: path.to_string_lossy().into_owned(), source })
}

/// Scores every document with weights from the others, and prints the figures of each set.
fn score_folds(
    sets: &[Set],
    examples: &[Example],
    folds: usize,
    mut lexicon: Lexicon,
    tuning: &Tuning,
) -> Result<Lexicon, CliError> {
    let mut found = vec![Vec::new(); examples.len()];
    for fold in 0..folds {
        let others = examples.iter().enumerate().filter(|(n, _)| n % folds != fold).map(|(_, e)| e.clone());
        let weights = tune(&others.collect::<Vec<_>>(), &lexicon, tuning);
        lexicon = lexicon.with_weights(weights);
        for (number, example) in examples.iter().enumerate().filter(|(n, _)| n % folds == fold) {
            found[number] = marks(&example.text, &lexicon, &Options::default());
        }
    }
    let mut found = found.into_iter();
    for set in sets {
        let marked = types_of(set);
        let types = EntityType::ALL.into_iter().zip(marked).filter(|(_, marks)| *marks);
        let settings = Settings {
            types: types.map(|(t, _)| t.name().to_owned()).collect::<BTreeSet<_>>(),
            forgive_dropped: set.documents.iter().any(|d| !d.dropped.is_empty()),
        };
        let found = found.by_ref().take(set.documents.len()).collect::<Vec<_>>();
        let scores = score(set.documents.iter().zip(&found), &settings);
        let mut out = format!("{}\n", set.file);
        report::figures(&scores, settings.forgive_dropped, &mut out);
        report::errors(&scores, 10, &mut out);
        out.push('\n');
        super::print(&out)?;
    }
    Ok(lexicon)
}

/// Which types a set marks.
fn types_of(set: &Set) -> [bool; 4] {
    EntityType::ALL.map(|t| set.documents.iter().flat_map(|d| &d.entities).any(|e| e.kind == t.name()))
}

fn example(set: &Set, document: &Document, marks: [bool; 4], number: usize) -> Result<Example, CliError> {
    let Some(text) = &document.text else {
        return Err(CliError::Gold(format!("{}: document {:?} has no text", set.file, document.id)));
    };
    let mut bytes = text.char_indices().map(|(at, _)| at as u32).collect::<Vec<_>>();
    bytes.push(text.len() as u32);
    let last = bytes.len() - 1;
    let span = |begin: usize, end: usize| Span { begin: bytes[begin.min(last)], end: bytes[end.min(last)] };
    let names = document.entities.iter().filter_map(|mark| {
        let entity_type = EntityType::ALL.into_iter().find(|t| t.name() == mark.kind)?;
        Some((span(mark.start, mark.end), entity_type))
    });
    let unsaid = document.dropped.iter().map(|&(begin, end)| span(begin, end));
    Ok(Example { names: names.collect(), unsaid: unsaid.collect(), text: text.clone(), marks, set: number })
}
