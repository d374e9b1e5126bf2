//! A live change: checked against what is in force, made ready, put on disk, then in force.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    InForce, Shared, StoreError,
    store::{Begun, Head, Open},
};
use crate::{
    gazetteer::{Entry, EntryId},
    layer::LayerError,
};

/// What is to be changed. The ids in it are different ones, and its entries have passed
/// [`Entry::problems`].
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Names the change: one that comes again is not made again.
    pub request_id: String,
    /// The version that it is meant for; none for whichever there is.
    pub expected_version: Option<u64>,
    /// Entries to add, or to put in the place of those of the same ids.
    pub upserts: Vec<Entry>,
    /// Ids of entries to take out of force.
    pub deletes: Vec<EntryId>,
    /// Whether ids to delete may be in no gazetteer.
    pub allow_missing: bool,
}

/// What a change did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// The version of the live gazetteer that it made.
    pub version: u64,
    /// The digest of that version.
    pub digest: String,
    /// Entries of ids that no gazetteer had.
    pub added: usize,
    /// Entries of ids that were in force already.
    pub replaced: usize,
    /// Entries taken out of force.
    pub deleted: usize,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Changes are not kept here.
    #[error("this catalog takes no changes: it has no directory to keep them")]
    NoStore,
    /// The request id was used for something else.
    #[error("request id {request_id:?} stands for another change, which made version {version}")]
    Reused {
        /// The request id.
        request_id: String,
        /// The version that the other change made.
        version: u64,
    },
    /// Somebody else was quicker.
    #[error("version {expected} was expected; the current version is {current}")]
    Conflict {
        /// The version that the change was meant for.
        expected: u64,
        /// The version that there is.
        current: u64,
    },
    /// Ids to delete that are in no gazetteer.
    #[error("no gazetteer has {}", list(.0))]
    Missing(Vec<EntryId>),
    /// There are more names than can be numbered.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// It could not be put on disk.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn list(ids: &[EntryId]) -> String {
    const TOLD: usize = 16;
    let told = ids.iter().take(TOLD).map(|id| format!("{:?}", id.as_str())).collect::<Vec<_>>().join(", ");
    if ids.len() > TOLD { format!("{told} and {} more", ids.len() - TOLD) } else { told }
}

impl Shared {
    pub(super) fn change(&self, change: &Change) -> Result<Changed, ChangeError> {
        let mut upper = self.upper();
        let live = upper.live.as_mut().ok_or(ChangeError::NoStore)?;
        let open = match live.store.begin(change)? {
            Begun::Done(changed) => return Ok(changed),
            Begun::Reused(version) => {
                return Err(ChangeError::Reused { request_id: change.request_id.clone(), version });
            }
            Begun::Open(open) => open,
        };
        let current = open.head.version;
        if let Some(expected) = change.expected_version.filter(|&expected| expected != current) {
            return Err(ChangeError::Conflict { expected, current });
        }
        let changed = self.foresee(change, &open)?;

        // All that can fail comes before the commit.
        let written = open.write(change, &changed)?;
        let recent = live.recent.with(change, changed.version);
        let layer = recent.compile(&written.head)?;
        let head: Head = written.head.clone();
        written.commit()?;

        (live.head, live.recent) = (head, recent);
        let grown = live.recent.is_too_large();
        self.publish(&upper, layer);
        if grown {
            // It only fails when the catalog ends.
            let _ = self.settle.send(());
        }
        Ok(changed)
    }

    /// What a change would do.
    fn foresee(&self, change: &Change, open: &Open) -> Result<Changed, ChangeError> {
        let now: Arc<InForce> = self.now.load_full();
        let in_force = |id: &EntryId| now.lexicon.find(id.as_str()).is_some();
        let missing = change.deletes.iter().filter(|id| !in_force(id)).cloned().collect::<Vec<_>>();
        let deleted = change.deletes.len() - missing.len();
        if !missing.is_empty() && !change.allow_missing {
            return Err(ChangeError::Missing(missing));
        }
        let replaced = change.upserts.iter().filter(|entry| in_force(&entry.id)).count();
        Ok(Changed {
            version: open.head.version + 1,
            digest: open.next_digest(),
            added: change.upserts.len() - replaced,
            replaced,
            deleted,
        })
    }
}
