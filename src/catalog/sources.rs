//! Where gazetteers come from, and what was last loaded from there.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use tracing::{info, warn};

use super::{CatalogError, LIVE};
use crate::{
    defaults,
    gazetteer::{GazetteerVersion, is_hidden},
    layer::Layer,
    remote::Remote,
};

/// Where a gazetteer comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// The binary.
    Embedded,
    /// Nowhere: it is here, and stays as it is.
    Layer(Arc<Layer>),
    /// A `.jsonl` file, a directory of them, or a compiled file.
    Path(PathBuf),
    /// A place where gazetteers are published for many replicas.
    Remote(Arc<Remote>),
}

/// What a place said when it was asked for news.
#[derive(Debug)]
pub(super) enum News {
    /// It has nothing newer.
    None,
    /// The layer of a newer number.
    Newer(u64, Arc<Layer>),
}

/// What is in force of a gazetteer, and how its loading went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Which gazetteer it is.
    pub version: GazetteerVersion,
    /// Its entries.
    pub entries: usize,
    /// Its names.
    pub names: usize,
    /// Whether it cannot be changed but by changing its files.
    pub read_only: bool,
    /// When it was last loaded with success; finding it unchanged counts too. None for the one of
    /// live changes, which has no files.
    pub loaded: Option<SystemTime>,
    /// How often it was loaded with success; finding it unchanged counts too.
    pub loads: u64,
    /// How often it could not be loaded.
    pub failed_loads: u64,
    /// Why it could not be loaded the last time; empty when it could.
    pub last_error: String,
}

/// What the files of a source look like from outside: it differs when one of them was written,
/// replaced, added or removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp(Vec<(PathBuf, u64, Option<SystemTime>, u64)>);

/// A source with its last good layer.
#[derive(Debug)]
pub(super) struct Loaded {
    source: Source,
    pub(super) layer: Arc<Layer>,
    /// Of the files as they were before they were last loaded, good or bad.
    stamp: Stamp,
    /// The number that was published, of the layer.
    number: Option<u64>,
    loaded: SystemTime,
    loads: u64,
    failed_loads: u64,
    last_error: String,
}

impl Loaded {
    pub(super) fn new(source: Source) -> Result<Loaded, CatalogError> {
        let (stamp, mut number) = (source.stamp(), None);
        let layer = match &source {
            Source::Embedded => Arc::new(defaults::layer()),
            Source::Layer(layer) => layer.clone(),
            Source::Path(path) => Arc::new(Layer::load(path)?),
            Source::Remote(remote) => match ask(remote, None)? {
                News::Newer(newest, layer) => {
                    number = Some(newest);
                    layer
                }
                News::None => return Err(CatalogError::NothingPublished { url: remote.url().to_owned() }),
            },
        };
        check_name(&layer)?;
        let (loaded, last_error) = (SystemTime::now(), String::new());
        Ok(Loaded { source, layer, stamp, number, loaded, loads: 1, failed_loads: 0, last_error })
    }

    /// The place to ask for news, with the number that is known.
    pub(super) fn remote(&self) -> Option<(Arc<Remote>, Option<u64>)> {
        match &self.source {
            Source::Remote(remote) => Some((remote.clone(), self.number)),
            _ => None,
        }
    }

    /// Loads the source again.
    pub(super) fn load(&mut self) {
        match &self.source {
            Source::Embedded | Source::Layer(_) => {}
            Source::Path(path) => {
                // Before the files are read: what is written meanwhile will differ from it.
                self.stamp = self.source.stamp();
                let loaded = Layer::load(path).map(Arc::new).map_err(CatalogError::from);
                self.take(loaded);
            }
            Source::Remote(remote) => {
                let news = ask(remote, self.number);
                self.hear(news);
            }
        }
    }

    /// Takes what a place said.
    pub(super) fn hear(&mut self, news: Result<News, CatalogError>) {
        match news {
            Ok(News::None) => self.take(Ok(self.layer.clone())),
            // Somebody else may have heard of a newer one meanwhile.
            Ok(News::Newer(number, _)) if Some(number) <= self.number => {}
            Ok(News::Newer(number, layer)) => {
                self.number = Some(number);
                self.take(Ok(layer));
            }
            Err(error) => self.take(Err(error)),
        }
    }

    fn take(&mut self, loaded: Result<Arc<Layer>, CatalogError>) {
        let from = self.source.to_string();
        match loaded.and_then(|layer| check_name(&layer).map(|()| layer)) {
            Ok(layer) => {
                self.loaded = SystemTime::now();
                self.loads += 1;
                self.last_error.clear();
                if layer.version() != self.layer.version() {
                    let GazetteerVersion { name, version, digest } = layer.version();
                    let entries = layer.entries().len();
                    info!(from, name, version, digest, entries, "gazetteer loaded");
                    self.layer = layer;
                }
            }
            Err(error) => {
                self.failed_loads += 1;
                self.last_error = shortened(&error.to_string());
                let failed = self.failed_loads;
                warn!(from, failed, error = self.last_error, "gazetteer not loaded; the last good one stays");
            }
        }
    }

    /// Whether the files look other than when they were last loaded, and how they look.
    pub(super) fn changed(&self) -> Option<Stamp> {
        let now = self.source.stamp();
        (now != self.stamp).then_some(now)
    }

    pub(super) fn status(&self) -> Status {
        Status {
            version: self.layer.version().clone(),
            entries: self.layer.entries().len(),
            names: self.layer.names(),
            read_only: true,
            loaded: Some(self.loaded),
            loads: self.loads,
            failed_loads: self.failed_loads,
            last_error: self.last_error.clone(),
        }
    }
}

/// Asks a place for what is newer than a number, and compiles it. Takes as long as that takes.
pub(super) fn ask(remote: &Remote, known: Option<u64>) -> Result<News, CatalogError> {
    let Some(manifest) = remote.newest(known)? else { return Ok(News::None) };
    let layer = Layer::read(&remote.fetch(&manifest)?)?;
    Ok(News::Newer(manifest.number, Arc::new(layer)))
}

fn check_name(layer: &Layer) -> Result<(), CatalogError> {
    if layer.version().name == LIVE { Err(CatalogError::Named) } else { Ok(()) }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Embedded => f.write_str("the binary"),
            Source::Layer(layer) => f.write_str(&layer.version().name),
            Source::Path(path) => path.display().fmt(f),
            Source::Remote(remote) => f.write_str(remote.url()),
        }
    }
}

impl Source {
    fn stamp(&self) -> Stamp {
        let mut stamp = Stamp::default();
        if let Source::Path(path) = self {
            stamp.add(path);
            stamp.add(&path.with_extension("toml"));
        }
        stamp
    }
}

impl Stamp {
    /// Adds a file, or a directory with all in it. Links are followed: a link that leads
    /// elsewhere leads to other files.
    fn add(&mut self, path: &Path) {
        let Ok(facts) = fs::metadata(path) else { return };
        if facts.is_dir() {
            let Ok(listed) = fs::read_dir(path) else { return };
            let paths = listed.filter_map(|entry| Some(entry.ok()?.path()));
            let mut paths = paths.filter(|path| !is_hidden(path)).collect::<Vec<_>>();
            paths.sort();
            paths.iter().for_each(|path| self.add(path));
        } else {
            self.0.push((path.to_owned(), facts.len(), facts.modified().ok(), identity(&facts)));
        }
    }
}

/// The number of a file in its file system, where there is such a thing.
#[cfg(unix)]
fn identity(facts: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(facts)
}

#[cfg(not(unix))]
fn identity(_: &fs::Metadata) -> u64 {
    0
}

/// The first lines of a message that may name a million bad ones.
fn shortened(message: &str) -> String {
    const LINES: usize = 10;
    let lines = message.lines().collect::<Vec<_>>();
    if lines.len() <= LINES {
        return message.to_owned();
    }
    format!("{}\nand {} more", lines[..LINES].join("\n"), lines.len() - LINES)
}
