//! The few things that are asked of a store, blocking. Knows objects by their names below the
//! prefix, not what is in them, but for the numbers of manifests.
//!
//! Timeouts and retries are those of the `object_store` crate: thirty seconds a request, ten
//! retries within three minutes. Large objects go in parts, each a request of its own.

use std::{
    ops::Range,
    sync::{Arc, LazyLock},
};

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use object_store::{
    Error, ObjectStore, ObjectStoreExt as _, PutMode, WriteMultipart, local::LocalFileSystem, path::Path,
};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use super::{RemoteError, manifest};

/// Bytes of a part of a large object; stores want at least 5 MiB.
const PART: u64 = 8 << 20;
/// Parts of one object under way at a time.
const PARTS_AT_ONCE: usize = 4;

/// One small runtime for all stores. It is never dropped, which a thread that runs tasks of
/// another could not do.
static RUNTIME: LazyLock<std::io::Result<Runtime>> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).thread_name("remote").enable_all().build());

/// A prefix of a store.
#[derive(Debug)]
pub(super) struct Store {
    url: String,
    prefix: Path,
    objects: Arc<dyn ObjectStore>,
}

impl Store {
    pub(super) fn open(text: &str) -> Result<Store, RemoteError> {
        let refuse = |problem: String| RemoteError::Url { url: text.to_owned(), problem };
        let url = Url::parse(text).map_err(|error| {
            refuse(format!("{error}; a gazetteer is at file:///dir, s3://, gs:// or az://bucket/prefix"))
        })?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refuse("a gazetteer's URL has no ? and no #".to_owned()));
        }
        let prefix = Path::from_url_path(url.path()).map_err(|error| refuse(error.to_string()))?;
        let objects = match url.scheme() {
            // Written to the disk before it counts as written: the manifest comes after its snapshot.
            "file" if url.host().is_none() => Arc::new(LocalFileSystem::new().with_fsync(true)),
            "file" => return Err(refuse("a local directory is written file:///dir".to_owned())),
            _ => cloud(&url).map_err(refuse)?,
        };
        Ok(Store { url: text.trim_end_matches('/').to_owned(), prefix, objects })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The numbers of the manifests after `known`, or of all, in any order.
    pub(super) fn numbers_after(&self, known: Option<u64>) -> Result<Vec<u64>, RemoteError> {
        let offset = self.path(&manifest::object(known.unwrap_or(0)));
        let folder = self.path(manifest::FOLDER);
        let listed = self.objects.list_with_offset(Some(&folder), &offset);
        let numbers = listed.try_filter_map(async |meta| Ok(meta.location.filename().and_then(manifest::number_of)));
        let numbers = self.wait(manifest::FOLDER, numbers.try_collect::<Vec<_>>())?;
        Ok(numbers.into_iter().filter(|&number| number > known.unwrap_or(0)).collect())
    }

    /// The names of the objects in a folder.
    pub(super) fn list(&self, folder: &str) -> Result<Vec<String>, RemoteError> {
        let listed = self.objects.list(Some(&self.path(folder)));
        let names = listed.try_filter_map(async |meta| Ok(meta.location.filename().map(str::to_owned)));
        self.wait(folder, names.try_collect())
    }

    /// A small object, whole.
    pub(super) fn small(&self, object: &str, limit: u64) -> Result<Vec<u8>, RemoteError> {
        let path = self.path(object);
        let got = self.wait(object, self.objects.get(&path))?;
        if got.meta.size > limit {
            return Err(RemoteError::TooLarge { what: self.full(object), bytes: got.meta.size, limit });
        }
        Ok(self.wait(object, got.bytes())?.to_vec())
    }

    /// A large object of which the size is known.
    pub(super) fn download(&self, object: &str, bytes: u64) -> Result<Vec<u8>, RemoteError> {
        match self.size(object)? {
            None => return Err(RemoteError::Missing { object: self.full(object) }),
            Some(size) if size != bytes => {
                return Err(self.malformed(object, format!("it has {size} bytes; its manifest says {bytes}")));
            }
            Some(_) => {}
        }
        let path = self.path(object);
        let parts = stream::iter(parts(bytes)).map(|range| self.objects.get_range(&path, range));
        let whole = parts.buffered(PARTS_AT_ONCE).try_fold(Vec::new(), async |mut whole, part| {
            whole.extend_from_slice(&part);
            Ok(whole)
        });
        self.wait(object, whole)
    }

    /// The size of an object, if there is one.
    pub(super) fn size(&self, object: &str) -> Result<Option<u64>, RemoteError> {
        match self.wait(object, self.objects.head(&self.path(object))) {
            Ok(meta) => Ok(Some(meta.size)),
            Err(RemoteError::Missing { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a large object, in parts; readers see all of it or nothing. Its name must say what
    /// is in it, so that to write it again is to write the same.
    pub(super) fn upload(&self, object: &str, bytes: &[u8]) -> Result<(), RemoteError> {
        let path = self.path(object);
        self.wait(object, async {
            if bytes.len() as u64 <= PART {
                return self.objects.put(&path, bytes.to_vec().into()).await.map(drop);
            }
            let mut upload =
                WriteMultipart::new_with_chunk_size(self.objects.put_multipart(&path).await?, PART as usize);
            for part in bytes.chunks(PART as usize) {
                upload.wait_for_capacity(PARTS_AT_ONCE).await?;
                upload.write(part);
            }
            upload.finish().await.map(drop)
        })
    }

    /// Creates a small object, if there is none of that name. Says whether it did.
    pub(super) fn create(&self, object: &str, bytes: Vec<u8>) -> Result<bool, RemoteError> {
        let path = self.path(object);
        self.wait(object, async {
            match self.objects.put_opts(&path, bytes.into(), PutMode::Create.into()).await {
                Ok(_) => Ok(true),
                Err(Error::AlreadyExists { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        })
    }

    /// Deletes an object; that there is none is as good.
    pub(super) fn delete(&self, object: &str) -> Result<(), RemoteError> {
        match self.wait(object, self.objects.delete(&self.path(object))) {
            Err(RemoteError::Missing { .. }) => Ok(()),
            done => done,
        }
    }

    pub(super) fn malformed(&self, object: &str, problem: String) -> RemoteError {
        RemoteError::Damaged { object: self.full(object), problem }
    }

    fn wait<T>(&self, object: &str, work: impl Future<Output = object_store::Result<T>>) -> Result<T, RemoteError> {
        let runtime = RUNTIME.as_ref().map_err(|error| RemoteError::Threads(error.to_string()))?;
        runtime.block_on(work).map_err(|source| match source {
            Error::NotFound { .. } => RemoteError::Missing { object: self.full(object) },
            source => RemoteError::Store { object: self.full(object), source },
        })
    }

    fn path(&self, object: &str) -> Path {
        object.split('/').fold(self.prefix.clone(), |path, part| path.join(part))
    }

    fn full(&self, object: &str) -> String {
        format!("{}/{object}", self.url)
    }
}

/// The ranges of the parts of an object.
fn parts(bytes: u64) -> impl Iterator<Item = Range<u64>> {
    (0..bytes.div_ceil(PART)).map(move |part| part * PART..((part + 1) * PART).min(bytes))
}

#[cfg(feature = "object-stores")]
fn cloud(url: &Url) -> Result<Arc<dyn ObjectStore>, String> {
    use object_store::{aws::AmazonS3Builder, azure::MicrosoftAzureBuilder, gcp::GoogleCloudStorageBuilder};

    // Where someone has chosen another provider of TLS already, that one is used.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let built: object_store::Result<Arc<dyn ObjectStore>> = match url.scheme() {
        "s3" | "s3a" => AmazonS3Builder::from_env().with_url(url.as_str()).build().map(|store| Arc::new(store) as _),
        "gs" => GoogleCloudStorageBuilder::from_env().with_url(url.as_str()).build().map(|store| Arc::new(store) as _),
        "az" | "abfs" | "abfss" => {
            MicrosoftAzureBuilder::from_env().with_url(url.as_str()).build().map(|store| Arc::new(store) as _)
        }
        scheme => return Err(format!("{scheme}: is none of file, s3, gs and az")),
    };
    built.map_err(|error| error.to_string())
}

#[cfg(not(feature = "object-stores"))]
fn cloud(url: &Url) -> Result<Arc<dyn ObjectStore>, String> {
    Err(format!("{}: this program was built for file:// only, without the feature object-stores", url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_an_object_once_and_in_order() {
        for bytes in [0, 1, PART - 1, PART, PART + 1, 3 * PART] {
            let parts = parts(bytes).collect::<Vec<_>>();
            assert_eq!(parts.iter().map(|part| part.end - part.start).sum::<u64>(), bytes);
            assert!(parts.iter().all(|part| part.start < part.end && part.end - part.start <= PART));
            assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
    }

    #[test]
    fn a_url_that_leads_nowhere_is_refused_by_name() {
        for url in ["names.jsonl", "file://host/dir", "ftp://host/dir", "file:///dir?x=1", "file:///dir#x"] {
            let error = Store::open(url).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{url}: ")), "{error}");
        }
    }
}
