//! Telemetry: how the process tells what it does.
//!
//! Structured logs on standard error, [`Call`], the record of one call that the service adds
//! to and the server writes out as one line, and [`Metrics`], the text that is made of all
//! that is counted. Texts of articles and names never enter one of them. Nothing here knows
//! what a call is about.

mod metrics;

use std::{
    io::{self, IsTerminal as _},
    panic::{self, PanicHookInfo},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{SystemTime, UNIX_EPOCH},
};

pub use metrics::Metrics;
use tracing_subscriber::EnvFilter;

/// Bytes of a request id that is taken from a caller.
const MAX_REQUEST_ID: usize = 128;

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not in the form of `tracing_subscriber::EnvFilter`.
    #[error("log filter {filter:?}: {source}; write for example \"info\" or \"info,gazetted=debug\"")]
    Filter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        source: tracing_subscriber::filter::ParseError,
    },
    /// Something else in the process logs already.
    #[error("logging is set up already")]
    Twice,
}

/// Sends logs, and panics as logs, to standard error. Without a format it is text on a
/// terminal and JSON elsewhere.
///
/// # Errors
/// When the filter cannot be read, or on a second call.
pub fn start(format: Option<LogFormat>, filter: &str) -> Result<(), TelemetryError> {
    let directives = EnvFilter::try_new(filter);
    let directives = directives.map_err(|source| TelemetryError::Filter { filter: filter.to_owned(), source })?;
    let terminal = io::stderr().is_terminal();
    let logs = tracing_subscriber::fmt().with_env_filter(directives).with_writer(io::stderr).with_ansi(terminal);
    let started = match format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json }) {
        LogFormat::Text => logs.try_init(),
        LogFormat::Json => logs.json().flatten_event(true).with_span_list(false).try_init(),
    };
    started.map_err(|_| TelemetryError::Twice)?;
    panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Only the place: the message of a panic may quote an article.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panic");
}

/// One call, from its arrival to the end of its answer: its id, its method, and what the
/// service counts.
#[derive(Debug)]
pub struct Call {
    id: String,
    method: &'static str,
    articles: AtomicU64,
    refused: AtomicU64,
    bytes: AtomicU64,
}

impl Call {
    /// A call with the caller's id, where that is 1 to 128 visible ASCII characters, else
    /// with an id that no other call of this process has. The method is one of a fixed set.
    #[must_use]
    pub fn new(callers_id: Option<&[u8]>, method: &'static str) -> Call {
        let sane = callers_id.filter(|id| (1..=MAX_REQUEST_ID).contains(&id.len()));
        let sane = sane.filter(|id| id.iter().all(u8::is_ascii_graphic));
        let id = sane.map_or_else(fresh_id, |id| String::from_utf8_lossy(id).into_owned());
        let zero = || AtomicU64::new(0);
        Call { id, method, articles: zero(), refused: zero(), bytes: zero() }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its method, as metrics name it.
    #[must_use]
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Counts an article of so many bytes.
    pub fn count_article(&self, bytes: usize) {
        self.articles.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// Counts an article that was answered by an error.
    pub fn count_refused(&self) {
        self.refused.fetch_add(1, Relaxed);
    }

    /// Articles that came so far.
    #[must_use]
    pub fn articles(&self) -> u64 {
        self.articles.load(Relaxed)
    }

    /// Articles that were answered by an error so far.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// Bytes of the articles that came so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Relaxed)
    }
}

/// The time at which the process first gave an id, and a number: unique in the process, and
/// between processes unless two start in the same nanosecond.
fn fresh_id() -> String {
    static START: LazyLock<u64> =
        LazyLock::new(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_nanos() as u64));
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("{:x}-{:x}", *START, NEXT.fetch_add(1, Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sane_id_is_kept_and_another_replaced() {
        assert_eq!(Call::new(Some(b"abc-1/2"), "m").id(), "abc-1/2");
        for bad in [&b""[..], b"two words", b"line\nbreak", "caf\u{e9}".as_bytes(), &[b'x'; 129]] {
            let call = Call::new(Some(bad), "m");
            assert!(call.id().contains('-') && call.id().len() < 40, "{:?}", call.id());
        }
        assert_ne!(Call::new(None, "m").id(), Call::new(None, "m").id());
    }
}
