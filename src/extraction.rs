//! From an article to the entities it names.
//!
//! [`extract`] names the steps in order. It never fails, never blocks, and reads no clock,
//! no environment and no randomness: the same article, lexicon and options give the same
//! result. The spot is what the steps hand on; see `spot.rs`.

mod acronyms;
mod article;
mod clues;
mod coreference;
mod dates;
mod edges;
mod events;
mod evidence;
mod explanation;
mod forced;
mod habits;
mod letters;
mod lexicon;
mod likeness;
mod linking;
mod lookup;
mod markers;
mod patterns;
mod place;
mod readings;
mod recase;
mod resolution;
mod row;
mod salience;
mod signs;
mod spot;
mod spots;
mod tuning;
mod weights;

use jiff::civil::Date;
use rustc_hash::FxHashSet;

pub use explanation::{Evidence, Explanation, Rejected};
pub use forced::Forced;
pub use lexicon::Lexicon;

pub use tuning::{Example, Tuning, tune};
pub use weights::Weights;

use acronyms::Pair;
use article::Settled;
use habits::Habits;
use place::Rows;
use row::Row;
use spot::{Spot, merge};

use crate::{
    gazetteer::{AliasKind, EntityType, Record},
    text::Span,
};

/// An article, already checked for size by the caller.
#[derive(Clone, Copy, Debug, Default)]
pub struct Article<'t> {
    /// The headline; may be empty.
    pub title: &'t str,
    /// The text; may be empty.
    pub body: &'t str,
    /// The day on which it was published, if known; it dates events.
    pub published: Option<Date>,
    /// Mentions that are known to be there; none overlaps another.
    pub forced: &'t [Forced],
}

impl<'t> Article<'t> {
    /// The text of a section.
    #[must_use]
    pub fn section(&self, section: Section) -> &'t str {
        match section {
            Section::Title => self.title,
            Section::Body => self.body,
        }
    }
}

/// A part of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// The headline.
    Title,
    /// The text.
    Body,
}

/// What to do with names inside names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlaps {
    /// Keep the longest only.
    #[default]
    Longest,
    /// Keep names of other entities inside a longer one too.
    Nested,
}

/// What to extract.
#[derive(Clone, Debug)]
pub struct Options {
    /// Types to report; empty means all.
    pub types: Vec<EntityType>,
    /// Mentions below this confidence are left out.
    pub min_confidence: f32,
    /// What to do with names inside names.
    pub overlaps: Overlaps,
    /// Whether names that no gazetteer has are reported.
    pub unlisted_names: bool,
    /// Whether demonyms are reported as mentions of their place.
    pub demonyms: bool,
    /// Whether to explain.
    pub explain: bool,
    /// Whether to give alternatives.
    pub alternatives: bool,
    /// Names that are not to be reported; see [`Suppressed`].
    pub suppressed: Suppressed,
    /// Mentions at most; the least confident beyond are dropped and counted.
    pub max_mentions: usize,
    /// Steps left out, to see what each brings.
    pub without: Vec<Step>,
}

/// A step of the route that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Places proposed by looks: only listed names are left.
    Runs,
    /// The choice among entries of the same name by what the article says: prior only.
    Linking,
    /// The second reading, with what the article says elsewhere.
    Article,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            types: Vec::new(),
            min_confidence: 0.0,
            overlaps: Overlaps::Longest,
            unlisted_names: true,
            demonyms: false,
            explain: false,
            alternatives: false,
            suppressed: Suppressed::default(),
            max_mentions: 100_000,
            without: Vec::new(),
        }
    }
}

impl Options {
    fn wants(&self, entity_type: EntityType) -> bool {
        self.types.is_empty() || self.types.contains(&entity_type)
    }
}

/// Names that are not to be reported, whatever their case, accents and joints.
#[derive(Clone, Debug, Default)]
pub struct Suppressed(FxHashSet<String>);

impl Suppressed {
    /// Prepares a set of names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Suppressed(names.into_iter().map(surface).collect())
    }

    fn contains(&self, text: &str) -> bool {
        !self.0.is_empty() && self.0.contains(&surface(text))
    }
}

/// The folded words of a text with single spaces between: its surface form.
#[must_use]
pub fn surface(text: &str) -> String {
    let words = crate::text::Words::read(text);
    (0..words.len()).map(|i| words.folded(i)).collect::<Vec<_>>().join(" ")
}

/// What an article names.
#[derive(Clone, Debug)]
pub struct Extraction<'l> {
    /// The entities, in the order of their first mentions.
    pub entities: Vec<Entity<'l>>,
    /// Words read.
    pub words: usize,
    /// Mentions dropped because there were more than [`Options::max_mentions`].
    pub dropped: usize,
}

/// One thing that an article names.
#[derive(Clone, Debug)]
pub struct Entity<'l> {
    /// Its type.
    pub entity_type: EntityType,
    /// The canonical name of its entry, or the longest form in the article.
    pub name: String,
    /// Its entry, where a gazetteer has one.
    pub entry: Option<Record<'l>>,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// How much the article is about it, 0 to 1.
    pub salience: f32,
    /// Where it is named, title first, then by offset. Never empty.
    pub mentions: Vec<Mention>,
    /// First day of an event, from the entry or the name; may be empty.
    pub begin: String,
    /// Last day of an event; may be empty.
    pub end: String,
    /// Other entries that the name may mean, best first, with scores; on request.
    pub alternatives: Vec<(Record<'l>, f32)>,
    /// Why the mentions were taken together; on request.
    pub explanation: Option<Explanation>,
}

/// One place where an entity is named.
#[derive(Clone, Debug)]
pub struct Mention {
    /// The section that the span is in.
    pub section: Section,
    /// Where.
    pub span: Span,
    /// How the name is meant.
    pub kind: AliasKind,
    /// How sure, 0 to 1.
    pub confidence: f32,
    /// Why it was found; on request.
    pub explanation: Option<Explanation>,
}

/// Finds what an article names. Linear in the article but for sorting its names.
///
/// # Panics
/// When a section is longer than 4 GiB; callers refuse articles long before.
#[must_use]
pub fn extract<'l>(article: &Article<'_>, lexicon: &'l Lexicon, options: &Options) -> Extraction<'l> {
    let recased = [article.title, article.body].map(|text| recase::recased(text, lexicon));
    let [title, body] = &recased;
    let article = Article {
        title: title.as_deref().unwrap_or(article.title),
        body: body.as_deref().unwrap_or(article.body),
        ..*article
    };
    let Prepared { rows, mut spots, pairs, habits } = Prepared::new(&article, lexicon, &options.without);
    evidence::score(&rows, &mut spots, &habits, lexicon);
    readings::read(&mut spots);
    forced::settle(&mut spots);

    if !options.without.contains(&Step::Article) {
        judge(&rows, &mut spots, &pairs, &habits, lexicon);
        evidence::add_told(&mut spots, lexicon);
        readings::read(&mut spots);
        forced::settle(&mut spots);
    }

    let mut decided = resolution::decide(&spots, options);
    acronyms::settle_types(&rows, &mut decided, &pairs);
    let named = coreference::name(&rows, &decided, &pairs, lexicon);
    let mut entities = coreference::group(&rows, &decided, &named, &spots, &habits, lexicon, options);
    dates::date(&rows, &mut entities, article.published);
    salience::weigh(&rows, &mut entities);
    let dropped = resolution::truncate(&mut entities, options.max_mentions);
    Extraction { entities, words: rows.title.len() + rows.body.len(), dropped }
}

/// An article with its spots, before anything is weighed.
struct Prepared<'t> {
    rows: Rows<'t>,
    spots: Vec<Spot>,
    pairs: Vec<Pair>,
    habits: Habits,
}

impl<'t> Prepared<'t> {
    fn new(article: &Article<'t>, lexicon: &Lexicon, without: &[Step]) -> Prepared<'t> {
        let (title, title_hits) = Row::read(Section::Title, article.title, lexicon);
        let (body, body_hits) = Row::read(Section::Body, article.body, lexicon);
        // Spots are large, and there is about one for every two words.
        let mut spots = Vec::with_capacity((title.len() + body.len()) / 2);
        let mut pairs = Vec::new();
        for (row, hits) in [(&title, &title_hits), (&body, &body_hits)] {
            lookup::spots(row, hits, lexicon, &mut spots);
            forced::propose(row, article.forced, lexicon, &mut spots);
            if !without.contains(&Step::Runs) {
                spots::propose(row, &mut spots);
                events::propose(row, &mut spots);
                pairs.extend(acronyms::pairs(row));
            }
        }
        acronyms::propose(&pairs, &mut spots);
        merge(&mut spots);
        let rows = Rows { title, body };
        linking::weigh(&rows, &mut spots, lexicon, !without.contains(&Step::Linking));
        let habits = Habits::read(&rows, &mut spots);
        Prepared { rows, spots, pairs, habits }
    }
}

/// Lets what was read once say how to read again.
fn judge(rows: &Rows<'_>, spots: &mut Vec<Spot>, pairs: &[Pair], habits: &Habits, lexicon: &Lexicon) {
    let settled = Settled::gather(rows, spots, pairs, habits);
    let mut further = settled.propose(rows, habits);
    if !further.is_empty() {
        evidence::score(rows, &mut further, habits, lexicon);
        spots.append(&mut further);
        merge(spots);
    }
    settled.tell(rows, spots);
}
