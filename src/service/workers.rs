//! Workers: the one bound on the work of the process.
//!
//! Extraction is work for a core, not for the threads that serve connections. At most as
//! many articles are worked on as there are cores; calls wait in line for one, first come,
//! first served. The line of calls is bounded: beyond it load is shed. Streams are bounded
//! by their windows instead and simply wait.

use std::{num::NonZeroUsize, sync::Arc, thread};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task,
};
use tracing::Span;

use super::error::RequestError;

/// Calls that may wait for a core.
const MAX_WAITING: usize = 1024;

/// A share in the cores; clones share the same ones.
#[derive(Clone, Debug)]
pub(super) struct Workers {
    cores: Arc<Semaphore>,
    line: Arc<Semaphore>,
    parallelism: usize,
}

/// A call's place in line; giving it up is dropping it.
#[derive(Debug)]
pub(super) struct Place(#[allow(dead_code)] OwnedSemaphorePermit);

/// The work panicked, or the process is ending.
#[derive(Debug)]
pub(super) struct Lost;

impl Workers {
    /// Workers for all cores.
    pub(super) fn new() -> Workers {
        Self::with(thread::available_parallelism().map_or(1, NonZeroUsize::get), MAX_WAITING)
    }

    /// Workers for so many requests at a time.
    pub(super) fn of(parallelism: usize) -> Workers {
        Self::with(parallelism, MAX_WAITING)
    }

    fn with(parallelism: usize, max_waiting: usize) -> Workers {
        Workers {
            cores: Arc::new(Semaphore::new(parallelism)),
            line: Arc::new(Semaphore::new(max_waiting)),
            parallelism,
        }
    }

    /// How many articles are worked on at a time.
    pub(super) fn parallelism(&self) -> usize {
        self.parallelism
    }

    /// A place in line, or the error that the line is full.
    pub(super) fn line_up(&self) -> Result<Place, RequestError> {
        let place = self.line.clone().try_acquire_owned();
        place.map(Place).map_err(|_| RequestError::Busy { limit: MAX_WAITING })
    }

    /// Waits for a core and does the work there, within the caller's span.
    ///
    /// Who drops the future while it waits gives the wait up. Work that has begun runs to
    /// its end and keeps its core until then, so the bound holds whatever callers do.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Lost> {
        let core = self.cores.clone().acquire_owned().await.map_err(|_| Lost)?;
        let span = Span::current();
        let job = move || {
            let _core = core;
            span.in_scope(work)
        };
        task::spawn_blocking(job).await.map_err(|_| Lost)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            atomic::{AtomicUsize, Ordering::SeqCst},
            mpsc,
        },
        time::Duration,
    };

    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn no_more_work_at_a_time_than_cores() {
        let workers = Workers::with(2, 8);
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let jobs = (0..20).map(|_| {
            let (now, most) = (now.clone(), most.clone());
            workers.run(move || {
                most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
                thread::sleep(Duration::from_millis(1));
                now.fetch_sub(1, SeqCst);
            })
        });
        assert!(join_all(jobs).await.iter().all(Result::is_ok));
        assert_eq!(most.load(SeqCst), 2);
    }

    #[tokio::test]
    async fn a_full_line_sheds_and_a_dropped_place_frees() {
        let workers = Workers::with(1, 1);
        let place = workers.line_up().expect("the line is empty");
        assert_eq!(workers.line_up().expect_err("the line is full"), RequestError::Busy { limit: MAX_WAITING });
        drop(place);
        assert!(workers.line_up().is_ok());
    }

    #[tokio::test]
    async fn who_waits_and_leaves_does_not_hold_the_others_up() {
        let workers = Workers::with(1, 8);
        let (release, released) = mpsc::channel::<()>();
        let first = tokio::spawn({
            let workers = workers.clone();
            async move { workers.run(move || released.recv()).await.is_ok() }
        });
        while workers.cores.available_permits() > 0 {
            task::yield_now().await;
        }
        let leaving = tokio::time::timeout(Duration::from_millis(5), workers.run(|| ()));
        assert!(leaving.await.is_err());
        release.send(()).expect("the first still works");
        assert!(first.await.expect("it does not panic"));
        assert!(workers.run(|| ()).await.is_ok());
    }

    #[tokio::test]
    async fn a_panic_is_lost_work_and_gives_its_core_back() {
        let workers = Workers::with(1, 8);
        assert!(workers.run(|| panic!("on purpose")).await.is_err());
        assert_eq!(workers.run(|| 7).await.expect("the core is free"), 7);
    }
}
