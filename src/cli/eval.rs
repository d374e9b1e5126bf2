//! `gazetted eval`: how well we do on articles that people have marked.
//!
//! It reads evaluation sets (`gold`), runs the extraction on them, counts (`score`) and
//! prints (`report`).

pub(super) mod gold;
mod reliability;
pub(super) mod report;
pub(super) mod score;

use std::path::PathBuf;

use rayon::prelude::*;

use super::{CliError, GazetteerArgs, Outcome, complain, options::OptionArgs};
use crate::{
    extraction::{Article, Lexicon, Options, Step, Weights, extract},
    gazetteer::EntityType,
    text::{OffsetUnit, Offsets},
};
use gold::{Document, Set};
use score::{Mark, Scores, Settings};

/// Score the extraction against evaluation sets.
///
/// A set has one JSON line a document: {"id", "text", "entities": [{"start", "end", "type"}]} with
/// offsets in code points, and perhaps "dropped": [{"start", "end"}], what the markers saw but took
/// away. A .txt file, or a directory of them, holds marked articles: [Angela Merkel](person).
///
/// Exact means the same start, end and type; partial the same type and an overlap, each paired with
/// one at most. Span-only ignores types: equal spans left, any overlap right.
#[derive(Debug, clap::Args)]
pub(super) struct Eval {
    /// Evaluation sets; each is scored for itself.
    #[arg(value_name = "GOLD", required = true)]
    gold: Vec<PathBuf>,
    /// Score only these types, with commas between.
    #[arg(long, value_name = "TYPES", value_delimiter = ',')]
    types: Vec<EntityType>,
    /// Do not count finds that overlap a dropped span and no entity.
    #[arg(long)]
    forgive_dropped: bool,
    /// How many of the most frequent misses and false finds to show.
    #[arg(long, value_name = "N", default_value_t = 10)]
    errors: usize,
    /// Score the finds in this file, in the form of the sets, instead of our own.
    #[arg(long, value_name = "FILE")]
    pred: Option<PathBuf>,
    /// Weights of evidence to use instead of the embedded ones, as tune writes them.
    #[arg(long, value_name = "FILE")]
    weights: Option<PathBuf>,
    /// Steps to leave out, with commas between, to see what each brings: runs (names proposed by
    /// looks), linking, article (the second reading).
    #[arg(long, value_name = "STEPS", value_delimiter = ',', value_parser = step)]
    without: Vec<Step>,
    /// Print how often finds of each confidence are right, and what each threshold would bring.
    #[arg(long)]
    reliability: bool,
    /// Print one JSON line for each set.
    #[arg(long)]
    json: bool,
    /// End with exit code 1 when the micro exact F1 of a set is below.
    #[arg(long, value_name = "X", value_parser = fraction)]
    min_f1: Option<f64>,
    #[command(flatten)]
    options: OptionArgs,
    #[command(flatten)]
    gazetteers: GazetteerArgs,
}

impl Eval {
    pub(super) fn run(&self, gazetteers: &GazetteerArgs) -> Result<Outcome, CliError> {
        if self.pred.is_some() && self.gold.len() > 1 {
            return Err(CliError::Usage("--pred goes with one evaluation set only".to_owned()));
        }
        let settings = Settings {
            types: self.types.iter().map(|entity_type| entity_type.name().to_owned()).collect(),
            forgive_dropped: self.forgive_dropped,
        };
        let mut lexicon = if self.pred.is_none() { Some(gazetteers.lexicon(&self.gazetteers)?) } else { None };
        if let Some(path) = &self.weights {
            let text = std::fs::read_to_string(path)
                .map_err(|source| CliError::Read { file: path.to_string_lossy().into_owned(), source })?;
            let weights =
                Weights::parse(&text).map_err(|problem| CliError::Gold(format!("{}: {problem}", path.display())))?;
            lexicon = lexicon.map(|lexicon| lexicon.with_weights(weights));
        }
        let options = Options { without: self.without.clone(), ..self.options.options() };
        let mut outcome = Outcome::Good;
        for path in &self.gold {
            let set = gold::read(path, "gold")?;
            if let (true, Some(lexicon)) = (self.reliability, &lexicon) {
                super::print(&reliability::table(&set, lexicon, &options, &settings))?;
                continue;
            }
            let found = match &lexicon {
                Some(lexicon) => find(&set, lexicon, &options)?,
                None => predictions(&set, self.pred.as_deref().unwrap_or(path))?,
            };
            let scores = score::score(set.documents.iter().zip(&found), &settings);
            self.print(&set, &scores)?;
            if self.min_f1.is_some_and(|min| scores.micro().exact().f1 < min) {
                complain(format_args!("{}: the micro exact F1 is below --min-f1", set.file));
                outcome = Outcome::Flawed;
            }
        }
        Ok(outcome)
    }

    fn print(&self, set: &Set, scores: &Scores) -> Result<(), CliError> {
        let mut out = String::new();
        if self.json {
            out = report::json(&set.file, scores, self.errors);
        } else {
            if self.gold.len() > 1 {
                out.push_str(&format!("{}\n", set.file));
            }
            report::figures(scores, self.forgive_dropped, &mut out);
            report::errors(scores, self.errors, &mut out);
            if self.gold.len() > 1 {
                out.push('\n');
            }
        }
        super::print(&out)
    }
}

/// What the extraction finds in each document.
fn find(set: &Set, lexicon: &Lexicon, options: &Options) -> Result<Vec<Vec<Mark>>, CliError> {
    let find = |document: &Document| match &document.text {
        Some(text) => Ok(marks(text, lexicon, options)),
        None => Err(CliError::Gold(format!("{}: document {:?} has no text", set.file, document.id))),
    };
    set.documents.par_iter().map(find).collect()
}

/// What the extraction finds in a text.
pub(super) fn marks(text: &str, lexicon: &Lexicon, options: &Options) -> Vec<Mark> {
    confident_marks(text, lexicon, options).into_iter().map(|(mark, _)| mark).collect()
}

/// The same with how sure each is.
fn confident_marks(text: &str, lexicon: &Lexicon, options: &Options) -> Vec<(Mark, f32)> {
    let extraction = extract(&Article { title: "", body: text, ..Article::default() }, lexicon, options);
    let offsets = Offsets::new(text, OffsetUnit::CodePoints);
    let mentions = extraction.entities.iter().flat_map(|entity| entity.mentions.iter().map(move |m| (entity, m)));
    let mark = |span: crate::text::Span, entity_type: EntityType| Mark {
        start: offsets.convert(span.begin) as usize,
        end: offsets.convert(span.end) as usize,
        kind: entity_type.name().to_owned(),
    };
    mentions.map(|(entity, mention)| (mark(mention.span, entity.entity_type), mention.confidence)).collect()
}

/// What a file of predictions has for each document of the set.
fn predictions(set: &Set, path: &std::path::Path) -> Result<Vec<Vec<Mark>>, CliError> {
    let mut predicted = gold::read(path, "predictions")?.by_id();
    let mut missing = 0;
    let mut found = Vec::with_capacity(set.documents.len());
    for document in &set.documents {
        let marks = match predicted.remove(&document.id) {
            Some(prediction) => check(document, prediction)?,
            None => {
                missing += 1;
                Vec::new()
            }
        };
        found.push(marks);
    }
    if let Some(id) = predicted.keys().min() {
        let problem = format!("{} predicted documents are not in the set, such as {id:?}", predicted.len());
        return Err(CliError::Gold(problem));
    }
    if missing > 0 {
        complain(format_args!("{missing} of {} documents have no predictions and count as empty", found.len()));
    }
    Ok(found)
}

fn check(gold: &Document, predicted: Document) -> Result<Vec<Mark>, CliError> {
    let problem = |what: String| Err(CliError::Gold(format!("document {:?}: {what}", gold.id)));
    let Some(text) = &gold.text else { return Ok(predicted.entities) };
    if predicted.text.is_some_and(|other| other != *text) {
        return problem("the predictions carry another text than the set".to_owned());
    }
    let length = text.chars().count();
    match predicted.entities.iter().map(|mark| mark.end).max() {
        Some(end) if end > length => problem(format!("a predicted offset {end}; the text has {length} code points")),
        _ => Ok(predicted.entities),
    }
}

fn step(text: &str) -> Result<Step, String> {
    match text {
        "runs" => Ok(Step::Runs),
        "linking" => Ok(Step::Linking),
        "article" => Ok(Step::Article),
        _ => Err("not runs, linking or article".to_owned()),
    }
}

fn fraction(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().map_err(|error| error.to_string())?;
    if (0.0..=1.0).contains(&number) { Ok(number) } else { Err("not between 0 and 1".to_owned()) }
}
