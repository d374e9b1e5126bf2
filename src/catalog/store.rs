//! The store of live changes: what must survive the process.
//!
//! One file of an embedded database. A change is one transaction, on disk before it is
//! acknowledged: entries as lines of the format, the ids that were deleted, the count of
//! changes, and the answers to the latest requests, so that a request that comes again is not
//! done again. What the entries mean is not known here.

use std::{
    fmt,
    fs::{self, File},
    path::{Path, PathBuf},
};

use redb::{Database, DatabaseError, ReadableTable as _, TableDefinition, WriteTransaction};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Change, Changed};
use crate::gazetteer::{Entry, EntryId, hexadecimal};

/// The file in the directory of the state.
const FILE: &str = "changes.redb";
/// Bytes of the database that are kept in memory at most.
const CACHE: usize = 64 << 20;
/// Requests whose answers are remembered.
const REMEMBERED: u64 = 10_000;

/// Lines of the format by id, each with the number of its names.
const ENTRIES: TableDefinition<'_, &str, (u32, &str)> = TableDefinition::new("entries");
/// The ids that were deleted and not written again.
const DELETED: TableDefinition<'_, &str, ()> = TableDefinition::new("deleted");
/// The [`Applied`] requests by their ids, as JSON.
const REQUESTS: TableDefinition<'_, &str, &str> = TableDefinition::new("requests");
/// The ids of those requests by the versions that they made.
const ORDER: TableDefinition<'_, u64, &str> = TableDefinition::new("order");
/// The [`Head`] as JSON, under the key 0.
const HEAD: TableDefinition<'_, u8, &str> = TableDefinition::new("head");

/// Why the store cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory or the file in it cannot be made.
    #[error("{}: {source}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What went wrong.
        source: std::io::Error,
    },
    /// Another process has it.
    #[error("{}: another process keeps its changes there", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The database does not do what it should.
    #[error("the store of changes: {0}")]
    Database(Box<redb::Error>),
    /// What it holds is not what this program writes.
    #[error("the store of changes: {what} cannot be read: {problem}")]
    Content {
        /// What it is.
        what: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl<E: Into<redb::Error>> From<E> for StoreError {
    fn from(error: E) -> StoreError {
        StoreError::Database(Box::new(error.into()))
    }
}

/// Where the live entries stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// How many changes were made.
    pub(super) version: u64,
    /// SHA-256 of all changes in their order, in hexadecimal digits.
    pub(super) digest: String,
    /// Entries.
    pub(super) entries: u64,
    /// Their names.
    pub(super) names: u64,
}

impl Default for Head {
    fn default() -> Self {
        Head { version: 0, digest: hexadecimal(&Sha256::digest(b"")), entries: 0, names: 0 }
    }
}

/// A request that was done.
#[derive(Serialize, Deserialize)]
struct Applied {
    /// The digest of what it asked for.
    content: String,
    changed: Changed,
}

/// The store. There is one for a directory at a time.
pub(super) struct Store {
    database: Database,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Store")
    }
}

/// What comes of a change that was begun.
pub(super) enum Begun {
    /// Nothing: the request was done before, and this is its answer.
    Done(Changed),
    /// The request id stands for another change, which made this version.
    Reused(u64),
    /// It can be written.
    Open(Box<Open>),
}

/// A change that is not on disk; dropping it undoes it.
pub(super) struct Open {
    transaction: WriteTransaction,
    /// Where the live entries stood before.
    pub(super) head: Head,
    content: String,
}

/// A change that is written but not committed.
pub(super) struct Written {
    transaction: WriteTransaction,
    /// Where the live entries stand with it.
    pub(super) head: Head,
}

impl Store {
    /// Opens the store of a directory, and makes both when they are not there.
    pub(super) fn open(directory: &Path) -> Result<Store, StoreError> {
        let failed = |source| StoreError::Directory { path: directory.to_owned(), source };
        fs::create_dir_all(directory).map_err(failed)?;
        let path = directory.join(FILE);
        if !path.exists() {
            // Made beside its place: who is killed meanwhile leaves nothing that cannot be read.
            let beside = directory.join(format!("{FILE}.new"));
            if beside.exists() {
                fs::remove_file(&beside).map_err(failed)?;
            }
            make_tables(&Database::create(&beside)?)?;
            fs::rename(&beside, &path).map_err(failed)?;
            // That there is a file is a fact of the directory, and must be on disk too.
            File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)?;
        }
        let database = Database::builder().set_cache_size(CACHE).open(&path).map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => StoreError::InUse { path },
            error => error.into(),
        })?;
        Ok(Store { database })
    }

    /// Begins a change. Waits for the one before it.
    pub(super) fn begin(&self, change: &Change) -> Result<Begun, StoreError> {
        let mut transaction = self.database.begin_write()?;
        // Opening after a crash then needs no walk through the whole file.
        transaction.set_quick_repair(true);
        let content = content_digest(change);
        let earlier =
            transaction.open_table(REQUESTS)?.get(change.request_id.as_str())?.map(|kept| parse(kept.value()));
        if let Some(earlier) = earlier {
            let Applied { content: kept, changed } = earlier?;
            return Ok(if kept == content { Begun::Done(changed) } else { Begun::Reused(changed.version) });
        }
        let head = read_head(&transaction.open_table(HEAD)?)?;
        Ok(Begun::Open(Box::new(Open { transaction, head, content })))
    }

    /// All that it holds now, whatever is written meanwhile.
    pub(super) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(self.database.begin_read()?))
    }
}

/// What the store held at one time.
pub(super) struct Snapshot(redb::ReadTransaction);

impl Snapshot {
    pub(super) fn head(&self) -> Result<Head, StoreError> {
        read_head(&self.0.open_table(HEAD)?)
    }

    /// Hands on the entries, in the order of their ids, in portions.
    pub(super) fn entries<E: From<StoreError>>(
        &self,
        mut take: impl FnMut(&[Entry]) -> Result<(), E>,
    ) -> Result<(), E> {
        const PORTION: usize = 16 << 10;
        let table = self.0.open_table(ENTRIES).map_err(StoreError::from)?;
        let mut portion = Vec::new();
        for row in table.iter().map_err(StoreError::from)? {
            let (id, value) = row.map_err(StoreError::from)?;
            let entry = Entry::from_line(value.value().1);
            portion.push(entry.map_err(|problem| StoreError::Content { what: id.value().to_owned(), problem })?);
            if portion.len() == PORTION {
                take(&portion)?;
                portion.clear();
            }
        }
        take(&portion)
    }

    pub(super) fn deleted(&self) -> Result<Vec<EntryId>, StoreError> {
        let table = self.0.open_table(DELETED)?;
        let ids = table.iter()?.map(|row| row.map(|(id, _)| EntryId::new(id.value())));
        Ok(ids.collect::<Result<Vec<_>, _>>()?)
    }
}

impl Open {
    /// Writes a change, to be committed.
    pub(super) fn write(self, change: &Change, changed: &Changed) -> Result<Written, StoreError> {
        self.write_remembering(change, changed, REMEMBERED)
    }

    /// The same with another number of requests to remember.
    pub(super) fn write_remembering(
        self,
        change: &Change,
        changed: &Changed,
        remembered: u64,
    ) -> Result<Written, StoreError> {
        let Open { transaction, mut head, content } = self;
        {
            let mut entries = transaction.open_table(ENTRIES)?;
            let mut deleted = transaction.open_table(DELETED)?;
            for entry in &change.upserts {
                let (id, names) = (entry.id.as_str(), entry.aliases.len() as u32);
                let earlier = entries.insert(id, (names, entry.to_line().as_str()))?.map(|earlier| earlier.value().0);
                head.entries += u64::from(earlier.is_none());
                head.names = head.names + u64::from(names) - u64::from(earlier.unwrap_or(0));
                deleted.remove(id)?;
            }
            for id in &change.deletes {
                if let Some(earlier) = entries.remove(id.as_str())? {
                    head.entries -= 1;
                    head.names -= u64::from(earlier.value().0);
                }
                deleted.insert(id.as_str(), ())?;
            }
        }
        (head.version, head.digest) = (changed.version, changed.digest.clone());
        write_head(&transaction, &head)?;
        let applied = json(&Applied { content, changed: changed.clone() });
        remember(&transaction, &change.request_id, &applied, head.version, remembered)?;
        Ok(Written { transaction, head })
    }

    /// The digest of the change on top of those before it.
    pub(super) fn next_digest(&self) -> String {
        hexadecimal(&Sha256::digest(format!("{}{}", self.head.digest, self.content)))
    }
}

impl Written {
    /// Returns when the change is on disk.
    pub(super) fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit()?)
    }
}

/// So that reading never meets a table that is not there.
fn make_tables(database: &Database) -> Result<(), StoreError> {
    let transaction = database.begin_write()?;
    transaction.open_table(ENTRIES)?;
    transaction.open_table(DELETED)?;
    transaction.open_table(REQUESTS)?;
    transaction.open_table(ORDER)?;
    write_head(&transaction, &Head::default())?;
    Ok(transaction.commit()?)
}

/// Keeps a request, and forgets the oldest beyond the bound.
fn remember(
    transaction: &WriteTransaction,
    id: &str,
    applied: &str,
    version: u64,
    remembered: u64,
) -> Result<(), StoreError> {
    let mut requests = transaction.open_table(REQUESTS)?;
    let mut order = transaction.open_table(ORDER)?;
    requests.insert(id, applied)?;
    order.insert(version, id)?;
    if let Some(oldest) = version.checked_sub(remembered)
        && let Some(id) = order.remove(oldest)?
    {
        requests.remove(id.value())?;
    }
    Ok(())
}

fn read_head(table: &impl redb::ReadableTable<u8, &'static str>) -> Result<Head, StoreError> {
    let missing = || StoreError::Content { what: "the head".to_owned(), problem: "it is missing".to_owned() };
    parse(table.get(0)?.ok_or_else(missing)?.value())
}

fn write_head(transaction: &WriteTransaction, head: &Head) -> Result<(), StoreError> {
    transaction.open_table(HEAD)?.insert(0, json(head).as_str())?;
    Ok(())
}

fn parse<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Content { what: text.to_owned(), problem: error.to_string() })
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain structs are valid JSON")
}

/// SHA-256 of what a change asks for.
fn content_digest(change: &Change) -> String {
    let mut digest = Sha256::new();
    for entry in &change.upserts {
        digest.update(entry.to_line());
        digest.update(b"\n");
    }
    digest.update([u8::from(change.allow_missing)]);
    for id in &change.deletes {
        digest.update(b"-");
        digest.update(id.as_str());
        digest.update(b"\n");
    }
    hexadecimal(&digest.finalize())
}
