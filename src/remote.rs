//! Gazetteers that many replicas serve: at a directory, or at a prefix of an object store.
//!
//! ```text
//! manifests/<number>.json                which snapshot that number has: never changed, never deleted
//! snapshots/<number>-<digest>.jsonl.gz   all entries of one state: never changed
//! ```
//! The newest number counts. A manifest is created only where none is, which every store can
//! do at once for all; `docs/decisions/replicas.md` says why that is enough. Nothing here knows
//! when to look, what is in force, or what is made of the entries. The outside blocks: call it
//! from a thread that may wait.

mod manifest;
mod snapshot;
mod store;

pub use manifest::Manifest;

use std::num::NonZeroUsize;

use crate::gazetteer::{Files, GazetteerError};
use snapshot::Snapshot;
use store::Store;

/// How often a publisher that expects nothing tries the next number, when others are faster.
const TRIES: u32 = 16;

/// A gazetteer at a directory or a prefix of an object store.
#[derive(Debug)]
pub struct Remote {
    store: Store,
}

impl Remote {
    /// The gazetteer at a URL: `file:///dir`, or, with the cargo feature `object-stores`,
    /// `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`. Credentials,
    /// endpoints and regions come from the environment (`AWS_*`, `GOOGLE_*`, `AZURE_*`) as the
    /// `object_store` crate reads it. Nothing is contacted yet.
    ///
    /// # Errors
    /// When the URL is none, is of another kind, or the environment makes no sense.
    pub fn open(url: &str) -> Result<Remote, RemoteError> {
        Ok(Remote { store: Store::open(url)? })
    }

    /// Where it is, as it was given.
    #[must_use]
    pub fn url(&self) -> &str {
        self.store.url()
    }

    /// The newest manifest, when it is newer than `known`; of `None`, when anything was
    /// published. One listing from `known` on, and one small download when there is news.
    ///
    /// # Errors
    /// When the store cannot be asked, or the newest manifest is not as it should be.
    ///
    /// # Panics
    /// Like all that asks the store, when it is called from an asynchronous task.
    pub fn newest(&self, known: Option<u64>) -> Result<Option<Manifest>, RemoteError> {
        self.store.numbers_after(known)?.into_iter().max().map(|number| self.manifest(number)).transpose()
    }

    /// Downloads the snapshot of a manifest, in parts, and checks it. Holds it packed and
    /// unpacked in memory.
    ///
    /// # Errors
    /// When the snapshot is missing, is not what the manifest says, or cannot be had. None of
    /// it says that the manifest is the newest no more: look again before giving up.
    pub fn fetch(&self, manifest: &Manifest) -> Result<Files, RemoteError> {
        let packed = self.store.download(&manifest.snapshot(), manifest.bytes)?;
        snapshot::unpack(&packed, manifest, self.url())
    }

    /// Uploads the entries of files and makes them the newest. When they are the newest already,
    /// nothing changes and that manifest is returned. `expected` is the number on which the
    /// publisher builds, 0 for none at all; without it, whatever is there is followed.
    ///
    /// When it fails, nothing has changed for readers; try again.
    ///
    /// # Errors
    /// When the files are no good gazetteer, the newest number is not the expected one
    /// ([`RemoteError::Conflict`]), or the store cannot be asked.
    pub fn publish(&self, files: &Files, expected: Option<u64>) -> Result<Manifest, RemoteError> {
        let snapshot = Snapshot::pack(files)?;
        // A number that someone else took, should the listing not show it yet.
        let mut taken = 0;
        for _ in 0..TRIES {
            let current = self.store.numbers_after(None)?.into_iter().fold(taken, u64::max);
            if let Some(expected) = expected.filter(|&expected| expected != current) {
                return Err(RemoteError::Conflict { url: self.url().to_owned(), expected, current });
            }
            if let Some(manifest) = self.already(current, &snapshot)? {
                return Ok(manifest);
            }
            let manifest = snapshot.manifest(current + 1);
            self.store.upload(&manifest.snapshot(), &snapshot.packed)?;
            if self.store.create(&manifest.object(), manifest.to_json()?)? {
                return Ok(manifest);
            }
            // It may be ours all the same: when the answer to a first attempt was lost.
            if self.manifest(manifest.number).is_ok_and(|there| there == manifest) {
                return Ok(manifest);
            }
            taken = manifest.number;
        }
        Err(RemoteError::Contended { url: self.url().to_owned(), tries: TRIES })
    }

    /// The newest manifests, at most `last`, newest first; each on its own, since an old one
    /// that is damaged says nothing about the others. One listing and one download each.
    ///
    /// # Errors
    /// When the store cannot be listed.
    pub fn history(&self, last: usize) -> Result<Vec<Result<Manifest, RemoteError>>, RemoteError> {
        let mut numbers = self.store.numbers_after(None)?;
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        Ok(numbers.into_iter().take(last).map(|number| self.manifest(number)).collect())
    }

    /// Deletes the snapshots that are older than those of the newest `keep` manifests. The
    /// manifests stay, so that no number is ever given twice. Returns how many it deleted.
    ///
    /// # Errors
    /// When the store cannot be listed or refuses to delete.
    pub fn prune(&self, keep: NonZeroUsize) -> Result<usize, RemoteError> {
        let mut numbers = self.store.numbers_after(None)?;
        numbers.sort_unstable_by(|a, b| b.cmp(a));
        // With fewer than that nothing is too old.
        let Some(&oldest) = numbers.get(keep.get() - 1) else { return Ok(0) };
        let objects = self.store.list(snapshot::FOLDER)?.into_iter();
        let old = objects.filter(|name| snapshot::number_of(name).is_some_and(|number| number < oldest));
        let old = old.collect::<Vec<_>>();
        for name in &old {
            self.store.delete(&format!("{}/{name}", snapshot::FOLDER))?;
        }
        Ok(old.len())
    }

    /// The newest manifest, if it stands for the same entries and its snapshot is there.
    fn already(&self, current: u64, snapshot: &Snapshot) -> Result<Option<Manifest>, RemoteError> {
        // A newest manifest that is damaged is no reason not to publish a better one.
        let Ok(newest) = self.manifest(current) else { return Ok(None) };
        let same = snapshot.is_of(&newest) && self.store.size(&newest.snapshot())? == Some(newest.bytes);
        Ok(same.then_some(newest))
    }

    fn manifest(&self, number: u64) -> Result<Manifest, RemoteError> {
        let object = manifest::object(number);
        let json = self.store.small(&object, manifest::MAX_BYTES)?;
        Manifest::read(number, &json).map_err(|problem| self.store.malformed(&object, problem))
    }
}

/// Why a gazetteer could not be read from, or written to, where replicas look for it.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// A URL that leads nowhere.
    #[error("{url}: {problem}")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The store could not do what was asked.
    #[error("{object}: {source}")]
    Store {
        /// The object or folder, as a URL.
        object: String,
        /// What the store says.
        source: object_store::Error,
    },
    /// An object that a manifest speaks of, or a manifest that was listed, is not there.
    #[error("{object}: is not there")]
    Missing {
        /// The object, as a URL.
        object: String,
    },
    /// An object is not what it should be.
    #[error("{object}: {problem}")]
    Damaged {
        /// The object, as a URL.
        object: String,
        /// What is wrong with it.
        problem: String,
    },
    /// More than we take or write.
    #[error("{what}: {bytes} bytes; the limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: String,
        /// Its size, or what of it was looked at.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Someone else published first.
    #[error("{url}: the newest is number {current}, not {expected} as expected; nothing was published")]
    Conflict {
        /// The gazetteer.
        url: String,
        /// The number that the publisher built on.
        expected: u64,
        /// The newest number.
        current: u64,
    },
    /// Others published again and again while we tried.
    #[error("{url}: others published {tries} times while this was tried; nothing was published")]
    Contended {
        /// The gazetteer.
        url: String,
        /// How often it was tried.
        tries: u32,
    },
    /// What is to be published is no good gazetteer.
    #[error(transparent)]
    Gazetteer(#[from] GazetteerError),
    /// The threads that talk to stores could not be started.
    #[error("cannot start the threads that talk to object stores: {0}")]
    Threads(String),
}
