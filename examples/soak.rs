//! Soaks a server: many articles through one call, with a reader that sleeps now and then.
//!
//! Holds that every article is answered once and in order, that every 1000th, which is
//! empty, is answered by its own error, and prints the memory of the server as it goes, to
//! show that it stays flat.
//!
//! ```sh
//! gazetted serve &
//! cargo run --release --example soak -- --pid $! [--address http://127.0.0.1:50051]
//!     [--articles 100000] [--file ARTICLE.txt] [--sleep-ms 500] [--every 5000] [--ready]
//! ```
//!
//! It ends with code 1 and the reason at the first answer that is wrong.

use std::{
    collections::HashSet,
    error::Error,
    fs,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use clap::Parser;
use futures_util::stream;
use gazetted::proto::v1::{
    self, StreamExtractEntitiesRequest, StreamOrder, entity_extraction_service_client::EntityExtractionServiceClient,
    stream_extract_entities_request::Message, stream_extract_entities_response::Result as Answer,
};

/// Every article of this number is empty.
const BAD: u64 = 1000;

#[derive(Parser)]
struct Arguments {
    /// Where the server listens.
    #[arg(long, default_value = "http://127.0.0.1:50051")]
    address: String,
    /// Articles to send.
    #[arg(long, default_value_t = 100_000)]
    articles: u64,
    /// The server's process, to read its memory from /proc.
    #[arg(long)]
    pid: Option<u32>,
    /// A file with the text of the articles; without it, a made-up one of 3 kB.
    #[arg(long)]
    file: Option<String>,
    /// How long the reader sleeps.
    #[arg(long, default_value_t = 500)]
    sleep_ms: u64,
    /// After how many answers it does.
    #[arg(long, default_value_t = 5000)]
    every: u64,
    /// Ask for answers as they are ready, not in order.
    #[arg(long)]
    ready: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let text = match &arguments.file {
        Some(path) => fs::read_to_string(path)?,
        None => "Mira Talvik, the foreign minister of Estonia, met Germany's chancellor in Kyiv on Monday. ".repeat(34),
    };
    let mut client = EntityExtractionServiceClient::connect(arguments.address.clone()).await?;
    let sent = Arc::new(AtomicU64::new(0));
    let requests = requests(arguments.articles, arguments.ready, text, sent.clone());
    let mut answers = client.stream_extract_entities(requests).await?.into_inner();

    let (begun, mut read, mut bad, mut most_ahead) = (Instant::now(), 0, 0, 0);
    let mut seen = HashSet::new();
    println!("{:>8} {:>8} {:>8} {:>10} {:>10}", "seconds", "read", "ahead", "rss kB", "peak kB");
    while let Some(answer) = answers.message().await? {
        read += 1;
        bad += u64::from(check(&answer, read, arguments.ready, &mut seen)?);
        if read % arguments.every == 0 {
            tokio::time::sleep(Duration::from_millis(arguments.sleep_ms)).await;
            // What was taken from us and not answered: held by the server or under way.
            let ahead = sent.load(Relaxed) - read;
            most_ahead = ahead.max(most_ahead);
            let (seconds, [rss, peak]) = (begun.elapsed().as_secs_f64(), memory(arguments.pid));
            println!("{seconds:>8.1} {read:>8} {ahead:>8} {rss:>10} {peak:>10}");
        }
    }
    if read != arguments.articles {
        return Err(format!("{read} answers to {} articles", arguments.articles).into());
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "{read} answers, {bad} of them errors of bad articles, in {seconds:.1} s with sleeps; at most {most_ahead} ahead"
    );
    Ok(())
}

/// Settings, then the articles, made as they are asked for.
fn requests(
    articles: u64,
    ready: bool,
    text: String,
    sent: Arc<AtomicU64>,
) -> impl stream::Stream<Item = StreamExtractEntitiesRequest> + Send + 'static {
    let order = if ready { StreamOrder::Ready } else { StreamOrder::Articles };
    let settings = Message::Settings(v1::StreamSettings { options: None, order: order.into() });
    let articles = (1..=articles).map(move |number| {
        sent.store(number, Relaxed);
        let body = if number.is_multiple_of(BAD) { String::new() } else { text.clone() };
        Message::Article(v1::Article { article_id: number.to_string(), body, ..Default::default() })
    });
    let messages = [settings].into_iter().chain(articles);
    stream::iter(messages.map(|message| StreamExtractEntitiesRequest { message: Some(message) }))
}

/// Whether the answer is a right one for a bad article; an error when it is not right.
fn check(
    answer: &v1::StreamExtractEntitiesResponse,
    read: u64,
    ready: bool,
    seen: &mut HashSet<u64>,
) -> Result<bool, String> {
    let number = answer.sequence;
    if if ready { !seen.insert(number) } else { number != read } {
        return Err(format!("answer {read} has sequence {number}"));
    }
    if answer.article_id != number.to_string() {
        return Err(format!("article {number} was answered as {:?}", answer.article_id));
    }
    match &answer.result {
        Some(Answer::Response(response)) if !number.is_multiple_of(BAD) && !response.entities.is_empty() => Ok(false),
        Some(Answer::Error(error)) if number.is_multiple_of(BAD) && error.code == 3 => Ok(true),
        other => Err(format!("article {number} was answered by {other:?}")),
    }
}

/// Memory of a process now and at most, in kB, as far as it can be told.
fn memory(pid: Option<u32>) -> [String; 2] {
    let status = pid.and_then(|pid| fs::read_to_string(format!("/proc/{pid}/status")).ok()).unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()).unwrap_or("?").to_owned()
    };
    [field("VmRSS:"), field("VmHWM:")]
}
