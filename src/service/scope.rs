//! The scope of a call: which names it sees.
//!
//! Most calls see all that is in force. A call may choose gazetteers, and bring entries of its
//! own; what that takes to make is made once for all calls that ask for the same.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use lru::LruCache;
use prost::Message as _;
use rustc_hash::FxHashMap;
use sha2::{Digest as _, Sha256};

use super::{
    entry::entry_from_wire,
    error::{RequestError, Violations},
};
use crate::{
    extraction::Lexicon,
    gazetteer::{Entry, Gazetteer, GazetteerVersion, hexadecimal},
    layer::Layer,
    proto::v1,
};

/// Entries that a call may bring.
const MAX_ENTRIES: usize = 5_000;
/// Names of gazetteers that a call may choose.
const MAX_GAZETTEERS: usize = 100;
/// Scopes that are kept.
const KEPT: NonZeroUsize = NonZeroUsize::new(32).expect("32 is not zero");

/// Which names a call sees.
#[derive(Debug)]
pub struct Scope {
    /// The path of the options, for messages.
    path: String,
    /// Names of gazetteers; empty for all.
    gazetteers: Vec<String>,
    entries: Vec<Entry>,
    version: GazetteerVersion,
    layer: OnceLock<Arc<Layer>>,
    /// What it was last made of, and what came of it.
    made: Mutex<Option<(Arc<Lexicon>, Arc<Lexicon>)>>,
}

impl Scope {
    fn check(wire: &v1::ExtractionOptions, path: &str, digest: &[u8], violations: &mut Violations) -> Scope {
        let mut seen = FxHashMap::default();
        let mut entries = Vec::new();
        for (i, wire) in wire.inline_entries.iter().enumerate() {
            let at = format!("{path}.inline_entries[{i}]");
            if let Some(first) = seen.insert(&wire.entry_id, i) {
                let problem = format!("{:?} is the id of inline_entries[{first}] already", wire.entry_id);
                violations.add(format!("{at}.entry_id"), problem);
            }
            entries.extend(entry_from_wire(wire, &at, violations));
        }
        let digest = hexadecimal(digest);
        Scope {
            path: path.to_owned(),
            gazetteers: wire.gazetteers.clone(),
            entries,
            version: GazetteerVersion { name: "inline".to_owned(), version: digest[..12].to_owned(), digest },
            layer: OnceLock::new(),
            made: Mutex::new(None),
        }
    }

    /// What the call sees of a lexicon. Costs what the call's own entries do, once; for the same
    /// lexicon again nothing.
    ///
    /// # Errors
    /// When a gazetteer is chosen that the lexicon does not have.
    pub(super) fn of(&self, lexicon: &Arc<Lexicon>) -> Result<Arc<Lexicon>, RequestError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, seen)) = made.as_ref().filter(|(of, _)| Arc::ptr_eq(of, lexicon)) {
            return Ok(seen.clone());
        }
        let mut seen = Lexicon::clone(lexicon);
        if !self.gazetteers.is_empty() {
            self.check_names(lexicon)?;
            seen = seen.only(|name| self.gazetteers.iter().any(|wanted| wanted == name));
        }
        if !self.entries.is_empty() {
            seen = seen.with([self.layer()?]);
        }
        let seen = Arc::new(seen);
        *made = Some((lexicon.clone(), seen.clone()));
        Ok(seen)
    }

    fn check_names(&self, lexicon: &Lexicon) -> Result<(), RequestError> {
        let known = lexicon.gazetteers().into_iter().map(|(version, ..)| version.name.as_str()).collect::<Vec<_>>();
        let mut violations = Violations::default();
        for (i, name) in self.gazetteers.iter().enumerate().filter(|(_, name)| !known.contains(&name.as_str())) {
            let problem = format!("{name:?} is not served; there are {}", known.join(", "));
            violations.add(format!("{}.gazetteers[{i}]", self.path), problem);
        }
        violations.result()
    }

    fn layer(&self) -> Result<Arc<Layer>, RequestError> {
        if let Some(layer) = self.layer.get() {
            return Ok(layer.clone());
        }
        let gazetteer = Gazetteer { version: self.version.clone(), entries: self.entries.clone() };
        let layer = Layer::compile(gazetteer).map_err(|error| {
            let mut violations = Violations::default();
            violations.add(format!("{}.inline_entries", self.path), error.to_string());
            RequestError::Invalid(violations)
        })?;
        Ok(self.layer.get_or_init(|| Arc::new(layer)).clone())
    }
}

/// The scopes of the last calls, shared by all clones.
#[derive(Clone, Debug)]
pub struct Scopes(Arc<Mutex<LruCache<[u8; 32], Arc<Scope>>>>);

impl Default for Scopes {
    fn default() -> Scopes {
        Scopes(Arc::new(Mutex::new(LruCache::new(KEPT))))
    }
}

impl Scopes {
    /// Checks what a call asks for; nothing when it asks for nothing special or has a violation.
    /// What an earlier call asked for just so is not checked again.
    pub(super) fn of(
        &self,
        wire: &v1::ExtractionOptions,
        path: &str,
        violations: &mut Violations,
    ) -> Option<Arc<Scope>> {
        let mut bounded = true;
        for (field, count, limit) in [
            ("gazetteers", wire.gazetteers.len(), MAX_GAZETTEERS),
            ("inline_entries", wire.inline_entries.len(), MAX_ENTRIES),
        ] {
            if count > limit {
                violations.add(format!("{path}.{field}"), format!("has {count}; the limit is {limit}"));
                bounded = false;
            }
        }
        if wire.gazetteers.is_empty() && wire.inline_entries.is_empty() || !bounded {
            return None;
        }
        let asked = v1::ExtractionOptions {
            gazetteers: wire.gazetteers.clone(),
            inline_entries: wire.inline_entries.clone(),
            ..Default::default()
        };
        let digest = <[u8; 32]>::from(Sha256::digest(asked.encode_to_vec()));
        if let Some(kept) = self.kept().get(&digest) {
            return Some(kept.clone());
        }
        let before = violations.total();
        let scope = Arc::new(Scope::check(wire, path, &digest, violations));
        (violations.total() == before).then(|| {
            self.kept().put(digest, scope.clone());
            scope
        })
    }

    fn kept(&self) -> MutexGuard<'_, LruCache<[u8; 32], Arc<Scope>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
