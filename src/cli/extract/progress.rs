//! A progress bar on standard error, for long runs over files on a terminal.

use std::{
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(2);
const TEMPLATE: &str = "{wide_bar} {bytes} of {total_bytes}  {msg}  {eta} left ";

/// How far a run is.
#[derive(Debug)]
pub(super) struct Progress {
    /// Bytes of all input; `None` when there is nothing to show, or nobody to show it to.
    total: Option<u64>,
    done: u64,
    articles: u64,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins; `total` is `None` when the bytes of the input cannot be known. There is no bar
    /// either when the answers go to the same terminal.
    pub(super) fn new(total: Option<u64>) -> Progress {
        let visible = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Progress { total: total.filter(|_| visible), done: 0, articles: 0, started: Instant::now(), bar: None }
    }

    /// Another article of so many bytes is done.
    pub(super) fn advance(&mut self, bytes: u64) {
        let Some(total) = self.total else { return };
        self.done += bytes;
        self.articles += 1;
        if self.bar.is_none() && self.started.elapsed() > PATIENCE {
            let style = ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
            self.bar = Some(ProgressBar::new(total).with_style(style).with_elapsed(self.started.elapsed()));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
            // The rate of the whole run; the bar draws it at most 20 times a second.
            if self.articles.is_multiple_of(64) {
                let rate = self.articles as f64 / self.started.elapsed().as_secs_f64();
                bar.set_message(format!("{rate:.0} articles/s"));
            }
        }
    }

    /// Does something else on standard error.
    pub(super) fn pause(&self, act: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(act),
            None => act(),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}
