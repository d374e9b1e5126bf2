//! The catalog: which gazetteers are in force now.
//!
//! It loads the sources, keeps the last good layer of each, takes live changes, and hands out
//! what is in force as one value that never changes: a request takes it once and is answered
//! from it, whatever happens meanwhile. It knows threads and files; it knows no article, no
//! caller and no wire.
//!
//! Two locks order the writers, none hinders a reader. `lower` is held for as long as sources
//! are loaded or live changes settled, seconds for millions of names; `upper` for as long as a
//! change takes. Who needs both takes `lower` first.

mod change;
mod check;
mod live;
mod lookup;
mod sources;
mod store;
mod watch;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

use arc_swap::ArcSwap;
use rayon::prelude::*;
use tracing::{error, info};

pub use change::{Change, ChangeError, Changed};
pub use check::{EntryCheck, check, preview};
pub use live::LIVE;
pub use lookup::{Found, Position, Query, look_up};
pub use sources::{Source, Status};
pub use store::StoreError;

use crate::{
    extraction::Lexicon,
    gazetteer::GazetteerVersion,
    layer::{Layer, LayerError},
    remote::RemoteError,
};
use live::{Live, Recent};
use sources::{Loaded, News};
use store::{Head, Store};

/// Why there is no catalog.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A source is not as it should be.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// The live changes cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A place for replicas cannot be asked, or what is there is not as it should be.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A place for replicas where nothing was published yet.
    #[error("{url}: nothing is published there; gazetted gazetteer publish does")]
    NothingPublished {
        /// The place.
        url: String,
    },
    /// Two gazetteers of that name would be one to those who read an answer.
    #[error("a gazetteer cannot be named {LIVE:?}: that is the one of live changes")]
    Named,
    /// No thread.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
}

/// What is in force at one time.
#[derive(Debug)]
pub struct InForce {
    /// All layers.
    pub lexicon: Arc<Lexicon>,
    /// The gazetteers, lowest first.
    pub gazetteers: Vec<Status>,
    /// The version of the live gazetteer, where changes are taken.
    pub live_version: Option<u64>,
}

/// Which gazetteers are in force; clones are the same catalog.
#[derive(Clone, Debug)]
pub struct Catalog(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    now: ArcSwap<InForce>,
    lower: Mutex<Lower>,
    upper: Mutex<Upper>,
    /// Wakes the thread that settles changes; its end tells that thread to end.
    settle: Sender<()>,
}

/// What changes seldom and takes long.
#[derive(Debug)]
struct Lower {
    sources: Vec<Loaded>,
    settled: Option<Arc<Layer>>,
}

/// What changes often and at once.
#[derive(Debug)]
struct Upper {
    /// The layers of [`Lower`].
    base: Lexicon,
    statuses: Vec<Status>,
    live: Option<Live>,
}

impl Catalog {
    /// Loads sources, lowest first, and the live changes kept in a directory, if one is given.
    ///
    /// # Errors
    /// When a source is bad, or the directory cannot be used.
    pub fn open(sources: Vec<Source>, state: Option<&Path>) -> Result<Catalog, CatalogError> {
        let sources = sources.into_par_iter().map(Loaded::new).collect::<Result<Vec<_>, _>>()?;
        let live = state.map(Store::open).transpose()?.map(|store| {
            let (settled, head) = live::settle(&store.snapshot()?)?;
            Ok::<_, CatalogError>((settled, Live { store, head, recent: Recent::default() }))
        });
        let (settled, live) = live.transpose()?.unzip();
        let lower = Lower { sources, settled };
        let upper = Upper { base: lower.lexicon(), statuses: lower.statuses(), live };
        let (settle, wakes) = mpsc::channel();
        let shared = Arc::new(Shared {
            now: ArcSwap::from_pointee(upper.in_force(None)),
            lower: Mutex::new(lower),
            upper: Mutex::new(upper),
            settle,
        });
        let weak = Arc::downgrade(&shared);
        let settling = move || {
            while wakes.recv().is_ok() {
                let Some(shared) = weak.upgrade() else { return };
                // Whoever asked meanwhile is served by the same run.
                while wakes.try_recv().is_ok() {}
                shared.settle();
            }
        };
        thread::Builder::new().name("settle".to_owned()).spawn(settling).map_err(CatalogError::Thread)?;
        Ok(Catalog(shared))
    }

    /// What is in force now. Never waits.
    #[must_use]
    pub fn now(&self) -> Arc<InForce> {
        self.0.now.load_full()
    }

    /// Loads all sources anew. A bad one keeps its last good layer; its status says why. Takes
    /// as long as it takes to load them; requests go on meanwhile.
    #[must_use]
    pub fn reload(&self) -> Arc<InForce> {
        self.0.reload(|_| true)
    }

    /// Looks every so often whether files have changed, and loads those that have, until the
    /// catalog is gone.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn watch(&self, every: Duration) -> Result<(), CatalogError> {
        watch::start(&self.0, every).map_err(CatalogError::Thread)
    }

    /// Asks the places for replicas every so often whether something newer was published, and
    /// takes it, until the catalog is gone.
    ///
    /// # Errors
    /// When there is no thread for it.
    pub fn follow(&self, every: Duration) -> Result<(), CatalogError> {
        watch::follow(&self.0, every).map_err(CatalogError::Thread)
    }

    /// Makes a change: on return it is on disk, and in force for all requests that come after.
    /// Takes some milliseconds; other changes wait.
    ///
    /// # Errors
    /// When it is not made. After [`ChangeError::Store`] it is not known whether it was: the
    /// same request will tell.
    pub fn change(&self, change: &Change) -> Result<Changed, ChangeError> {
        self.0.change(change)
    }
}

impl Shared {
    /// A lock is only poisoned by a panic, and what it guards is replaced as a whole.
    fn lower(&self) -> MutexGuard<'_, Lower> {
        self.lower.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn upper(&self) -> MutexGuard<'_, Upper> {
        self.upper.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Loads the sources of the numbers that are wanted.
    fn reload(&self, wanted: impl Fn(usize) -> bool) -> Arc<InForce> {
        let mut lower = self.lower();
        let before = lower.layers();
        for (_, source) in lower.sources.iter_mut().enumerate().filter(|(number, _)| wanted(*number)) {
            source.load();
        }
        self.put_in_force(&lower, &before)
    }

    /// Takes what places for replicas said, each by the number of its source.
    fn hear(&self, news: Vec<(usize, Result<News, CatalogError>)>) {
        let mut lower = self.lower();
        let before = lower.layers();
        for (number, news) in news {
            lower.sources[number].hear(news);
        }
        self.put_in_force(&lower, &before);
    }

    fn put_in_force(&self, lower: &Lower, before: &[Arc<Layer>]) -> Arc<InForce> {
        let now = lower.layers();
        let same = now.iter().zip(before).all(|(now, before)| Arc::ptr_eq(now, before));
        let base = (!same).then(|| lower.lexicon());
        let mut upper = self.upper();
        upper.statuses = lower.statuses();
        if let Some(base) = base {
            upper.base = base;
        }
        let recent = upper.compile_recent();
        self.publish(&upper, recent)
    }

    /// Makes a new settled layer of what the store holds.
    fn settle(&self) {
        let mut lower = self.lower();
        let snapshot = match &self.upper().live {
            Some(live) if live.recent.is_too_large() => live.store.snapshot(),
            _ => return,
        };
        let settled = snapshot.map_err(CatalogError::from).and_then(|snapshot| live::settle(&snapshot));
        let (settled, head) = match settled {
            Ok(settled) => settled,
            // Nothing is lost: the recent layer has it all.
            Err(error) => return error!(%error, "live changes could not be settled"),
        };
        info!(version = head.version, entries = head.entries, "live changes were settled");
        lower.settled = Some(settled);
        let base = lower.lexicon();
        let mut upper = self.upper();
        upper.base = base;
        if let Some(live) = &mut upper.live {
            live.recent = live.recent.after(head.version);
        }
        let recent = upper.compile_recent();
        self.publish(&upper, recent);
    }

    fn publish(&self, upper: &Upper, recent: Option<Arc<Layer>>) -> Arc<InForce> {
        let now = Arc::new(upper.in_force(recent));
        self.now.store(now.clone());
        now
    }
}

impl Lower {
    fn layers(&self) -> Vec<Arc<Layer>> {
        self.sources.iter().map(|source| source.layer.clone()).collect()
    }

    fn lexicon(&self) -> Lexicon {
        Lexicon::stack(self.layers().into_iter().chain(self.settled.clone()))
    }

    fn statuses(&self) -> Vec<Status> {
        self.sources.iter().map(Loaded::status).collect()
    }
}

impl Upper {
    /// The layer of the recent changes, which compiled before.
    fn compile_recent(&self) -> Option<Arc<Layer>> {
        let live = self.live.as_ref()?;
        live.recent.compile(&live.head).expect("entries that were checked compile")
    }

    fn in_force(&self, recent: Option<Arc<Layer>>) -> InForce {
        let head = self.live.as_ref().map(|live| &live.head);
        InForce {
            lexicon: Arc::new(self.base.with(recent)),
            gazetteers: self.statuses.iter().cloned().chain(head.map(live_status)).collect(),
            live_version: head.map(|head| head.version),
        }
    }
}

fn live_status(head: &Head) -> Status {
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let version: GazetteerVersion = live::version(head);
    Status {
        version,
        entries: count(head.entries),
        names: count(head.names),
        read_only: false,
        loaded: None,
        loads: 1,
        failed_loads: 0,
        last_error: String::new(),
    }
}

#[cfg(test)]
mod tests;
