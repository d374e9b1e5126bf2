//! A progress bar on standard error, for long runs over files on a terminal.

use std::{
    io::{self, IsTerminal as _},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_secs(2);
/// Between two drawings.
const INTERVAL: Duration = Duration::from_millis(100);
const TEMPLATE: &str = "{wide_bar} {bytes} of {total_bytes}  {msg} ";

/// How far a run is.
#[derive(Debug)]
pub(super) struct Progress {
    /// Bytes of all input; `None` when there is nothing to show, or nobody to show it to.
    total: Option<u64>,
    done: u64,
    articles: u64,
    started: Instant,
    /// When to draw next, after the start.
    next: Duration,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Begins; `total` is `None` when the bytes of the input cannot be known. There is no bar
    /// either when the answers go to the same terminal.
    pub(super) fn new(total: Option<u64>) -> Progress {
        let visible = io::stderr().is_terminal() && !io::stdout().is_terminal();
        let total = total.filter(|_| visible);
        Progress { total, done: 0, articles: 0, started: Instant::now(), next: PATIENCE, bar: None }
    }

    /// Another article of so many bytes is done.
    pub(super) fn advance(&mut self, bytes: u64) {
        let Some(total) = self.total else { return };
        self.done += bytes;
        self.articles += 1;
        let elapsed = self.started.elapsed();
        if elapsed >= self.next {
            self.next = elapsed + INTERVAL;
            self.draw(total, elapsed.as_secs_f64());
        }
    }

    /// Rate and time left are those of the whole run: an article is too little to tell by.
    fn draw(&mut self, total: u64, seconds: f64) {
        let rate = self.articles as f64 / seconds;
        let left = seconds * total.saturating_sub(self.done) as f64 / self.done.max(1) as f64;
        let style = || ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = self.bar.get_or_insert_with(|| ProgressBar::new(total).with_style(style()));
        bar.set_message(format!("{rate:.0} articles/s  {left:.0} s left"));
        bar.set_position(self.done);
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
