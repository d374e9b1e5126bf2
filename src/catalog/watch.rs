//! The watch: files that change are loaded.
//!
//! It looks at the files every so often instead of being told by the system: that works the
//! same for files written in place, renamed into place, and directories behind a link that is
//! turned (as Kubernetes does with ConfigMaps), on every file system, and costs a few calls.
//! Files are loaded when they look the same twice: who is still writing is waited for.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use super::{
    Shared,
    sources::{Stamp, ask},
};

pub(super) fn start(shared: &Arc<Shared>, every: Duration) -> io::Result<()> {
    let shared = Arc::downgrade(shared);
    thread::Builder::new().name("watch".to_owned()).spawn(move || watch(&shared, every))?;
    Ok(())
}

fn watch(shared: &Weak<Shared>, every: Duration) {
    let mut seen = HashMap::new();
    loop {
        thread::sleep(every);
        let Some(shared) = shared.upgrade() else { return };
        let changed = changes(&shared);
        let still = |number: &usize, stamp: &Stamp| seen.get(number) == Some(stamp);
        let ready = changed.iter().filter(|(number, stamp)| still(number, stamp)).map(|(number, _)| *number);
        let ready = ready.collect::<Vec<_>>();
        if !ready.is_empty() {
            shared.reload(|number| ready.contains(&number));
        }
        seen = changed;
    }
}

pub(super) fn follow(shared: &Arc<Shared>, every: Duration) -> io::Result<()> {
    let shared = Arc::downgrade(shared);
    thread::Builder::new().name("follow".to_owned()).spawn(move || ask_for_news(&shared, every))?;
    Ok(())
}

/// Places are asked without a lock: one that does not answer holds nobody up.
fn ask_for_news(shared: &Weak<Shared>, every: Duration) {
    loop {
        thread::sleep(every);
        let Some(shared) = shared.upgrade() else { return };
        let places =
            shared.lower().sources.iter().enumerate().filter_map(|(n, s)| Some((n, s.remote()?))).collect::<Vec<_>>();
        if places.is_empty() {
            return;
        }
        shared.hear(places.into_iter().map(|(number, (remote, known))| (number, ask(&remote, known))).collect());
    }
}

/// The sources whose files look other than when they were loaded, by number.
fn changes(shared: &Shared) -> HashMap<usize, Stamp> {
    let lower = shared.lower();
    let changed = lower.sources.iter().enumerate();
    changed.filter_map(|(number, source)| Some((number, source.changed()?))).collect()
}
