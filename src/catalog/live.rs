//! The live layer: what was changed while the server runs.
//!
//! It is one gazetteer in two layers. `settled` is compiled from the store as it was at some
//! version; `recent` holds what was changed since, is small, and is compiled anew at each
//! change. When it has grown, a new `settled` is made of the store in the background.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    CatalogError, Change,
    store::{Head, Snapshot, Store},
};
use crate::{
    gazetteer::{Entry, EntryId, Gazetteer, GazetteerVersion},
    layer::{Layer, LayerBuilder, LayerError},
};

/// The name of the live gazetteer.
pub const LIVE: &str = "live";
/// Recent entries beyond which it is time for a new settled layer.
const MAX_RECENT: usize = 1000;

/// What became of an id, and in which version.
#[derive(Clone, Debug)]
struct Latest {
    version: u64,
    /// Nothing where it was deleted.
    entry: Option<Entry>,
}

/// The latest changes by the ids that they concern.
#[derive(Clone, Debug, Default)]
pub(super) struct Recent(BTreeMap<EntryId, Latest>);

impl Recent {
    /// These and a further change.
    pub(super) fn with(&self, change: &Change, version: u64) -> Recent {
        let mut recent = self.clone();
        for entry in &change.upserts {
            recent.0.insert(entry.id.clone(), Latest { version, entry: Some(entry.clone()) });
        }
        for id in &change.deletes {
            recent.0.insert(id.clone(), Latest { version, entry: None });
        }
        recent
    }

    /// Those after a version.
    pub(super) fn after(&self, version: u64) -> Recent {
        let later = self.0.iter().filter(|(_, latest)| latest.version > version);
        Recent(later.map(|(id, latest)| (id.clone(), latest.clone())).collect())
    }

    pub(super) fn is_too_large(&self) -> bool {
        self.0.len() > MAX_RECENT
    }

    /// The layer of them, if there are any.
    pub(super) fn compile(&self, head: &Head) -> Result<Option<Arc<Layer>>, LayerError> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let entries = self.0.values().filter_map(|latest| latest.entry.clone()).collect();
        let deleted = self.0.iter().filter(|(_, latest)| latest.entry.is_none()).map(|(id, _)| id.clone()).collect();
        let layer = Layer::compile(Gazetteer { version: version(head), entries })?;
        Ok(Some(Arc::new(layer.hiding(deleted))))
    }
}

/// What is in force of the live changes.
#[derive(Debug)]
pub(super) struct Live {
    pub(super) store: Store,
    pub(super) head: Head,
    pub(super) recent: Recent,
}

/// The layer of all that a store held at one time, with its version.
pub(super) fn settle(snapshot: &Snapshot) -> Result<(Arc<Layer>, Head), CatalogError> {
    let head = snapshot.head()?;
    let mut builder = LayerBuilder::default();
    snapshot.entries(|entries| builder.add(entries).map_err(CatalogError::from))?;
    let layer = builder.finish(version(&head)).hiding(snapshot.deleted()?);
    Ok((Arc::new(layer), head))
}

/// How the live gazetteer is told in answers.
pub(super) fn version(head: &Head) -> GazetteerVersion {
    GazetteerVersion { name: LIVE.to_owned(), version: head.version.to_string(), digest: head.digest.clone() }
}
