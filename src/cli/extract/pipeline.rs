//! Reader → pool → writer, in order and in bounded memory.
//!
//! For every group of items the reader first puts a promise of its answers into a queue of
//! fixed length, then the work into the pool. The writer takes the promises in their order
//! and waits for each. So the order is kept without sorting, no thread waits for the slowest
//! of a batch, and when the queue is full the reader waits.
//!
//! The reader owns all it needs and is not waited for when the output fails: it may sit in
//! a read that never returns, as from a terminal.

use std::{
    io::{self, BufWriter, Write},
    num::NonZeroUsize,
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, TryRecvError, sync_channel},
    },
    thread,
};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{
    Format, Job,
    input::{self, Closed, Item, Source},
    progress::Progress,
};
use crate::cli::{CliError, Outcome, complain};

/// Groups in flight for each thread.
const GROUPS_PER_THREAD: usize = 4;
/// Bytes written at a time.
const BUFFER: usize = 1 << 16;

/// What came of one item.
struct Answer {
    size: u64,
    /// The answer, or the message that there is none. A message about a line begins with the
    /// place, where editors look for it; one about a file with our name, as all others.
    result: Result<String, String>,
}

/// A promise of the answers of one group.
type Promise = Receiver<Vec<Answer>>;

/// Answers all articles of the sources on standard output.
pub(super) fn run(sources: Vec<Source>, job: Job, threads: Option<NonZeroUsize>) -> Result<Outcome, CliError> {
    let pool = ThreadPoolBuilder::new().num_threads(threads.map_or(0, NonZeroUsize::get)).build()?;
    let progress = Progress::new(sources.iter().map(Source::size).sum());
    let mut out = output(job.format);
    let (sender, promises) = sync_channel(pool.current_num_threads() * GROUPS_PER_THREAD);
    let reader = thread::spawn(move || feed(&sources, &Arc::new(job), &pool, &sender));
    let bad = write(&promises, &mut out, progress).map_err(CliError::Output)?;
    // The queue is closed, so the reader has ended; a panic of it must not pass for an end.
    match reader.join() {
        Err(panic) => std::panic::resume_unwind(panic),
        Ok(Ok(0)) => Err(CliError::NothingRead),
        Ok(_) if bad == 0 => Ok(Outcome::Good),
        Ok(_) => {
            complain(format_args!("{bad} bad input{} skipped", if bad == 1 { "" } else { "s" }));
            Ok(Outcome::Flawed)
        }
    }
}

fn output(format: Format) -> Box<dyn Write> {
    match format {
        // Translates colors where the terminal has another way to them.
        Format::Pretty => Box::new(anstream::stdout().lock()),
        Format::Json | Format::Spans => Box::new(BufWriter::with_capacity(BUFFER, io::stdout().lock())),
    }
}

/// Reads the sources and gives every group to the pool. Returns how many could be opened.
fn feed(
    sources: &[Source],
    job: &Arc<Job>,
    pool: &ThreadPool,
    promises: &SyncSender<Promise>,
) -> Result<usize, Closed> {
    input::read(sources, job.max_article_bytes, |items| {
        let (keep, promise) = sync_channel(1);
        promises.send(promise).map_err(|_| Closed)?;
        let job = Arc::clone(job);
        // When nobody waits for the answers any more, there is nothing to do about it.
        pool.spawn(move || _ = keep.send(items.into_iter().map(|item| answer(&job, item)).collect()));
        Ok(())
    })
}

fn answer(job: &Job, item: Item) -> Answer {
    let (size, place) = (item.size, (item.file.clone(), item.line));
    let result = job.answer(item).map_err(|problem| match place {
        (file, Some(line)) => format!("{file}:{line}: {problem}"),
        (file, None) => format!("gazetted: {file}: {problem}"),
    });
    Answer { size, result }
}

/// Writes answers and reports problems, in order. Returns how many articles were bad.
fn write(promises: &Receiver<Promise>, out: &mut dyn Write, mut progress: Progress) -> io::Result<u64> {
    let mut bad = 0;
    while let Some(promise) = next(promises, out)? {
        let answers = next(&promise, out)?.expect("a worker keeps its promise; its panic ends the process");
        for answer in answers {
            match answer.result {
                Ok(line) => out.write_all(line.as_bytes())?,
                Err(problem) => {
                    bad += 1;
                    progress.pause(|| _ = writeln!(io::stderr(), "{problem}"));
                }
            }
            progress.advance(answer.size);
        }
    }
    out.flush()?;
    progress.finish();
    Ok(bad)
}

/// Waits for the next thing; before waiting it lets go of what has been written.
fn next<T>(receiver: &Receiver<T>, out: &mut dyn Write) -> io::Result<Option<T>> {
    match receiver.try_recv() {
        Err(TryRecvError::Empty) => {
            out.flush()?;
            Ok(receiver.recv().ok())
        }
        result => Ok(result.ok()),
    }
}
