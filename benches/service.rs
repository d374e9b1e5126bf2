//! What the service costs over a socket: gazetted beside an echo, in one process and one run.
//!
//! The echo is a bare tonic server of the same API that answers every article with the
//! response it was given at its start: the same messages cross the wire and no work is done.
//! Both servers and their clients share the cores and a runtime, and nothing is logged; each
//! client has one connection over loopback. Measured are calls of one article by 1 and 16
//! callers, and a stream of 500 articles, beside the work alone: extraction and response on
//! one core, without any service.
//!
//! At the end come rates and their ratios, from rounds in which the echo, the work alone and
//! gazetted take turns, so that a noisy machine disturbs them alike. The work alone has one
//! core beside one caller and all cores beside more. `expected` is what the times of the echo
//! and of the work add up to: what gazetted lacks to it is what the service itself takes.

use std::{
    env,
    hint::black_box,
    net::SocketAddr,
    num::NonZeroUsize,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use criterion::{Criterion, Throughput, criterion_group};
use futures_util::{
    StreamExt as _,
    future::pending,
    stream::{self, BoxStream},
};
use gazetted::{
    catalog::{Catalog, Source},
    defaults,
    proto::v1::{
        self,
        entity_extraction_service_client::EntityExtractionServiceClient,
        entity_extraction_service_server::{EntityExtractionService, EntityExtractionServiceServer},
        stream_extract_entities_request::Message,
        stream_extract_entities_response::Result as Answer,
    },
    server::{self, Settings},
    service::{CheckedOptions, ExtractionService, Limits, respond},
};
use tokio::{net::TcpListener, runtime::Runtime};
use tonic::{
    Request, Response, Status, Streaming,
    transport::{Channel, Server, server::TcpIncoming},
};

const ARTICLE: &str = include_str!("../examples/vienna-2015.txt");
/// Articles of a stream.
const STREAM: u64 = 500;
/// Rounds of the comparison, and articles that each contender answers in a round.
const ROUNDS: usize = 15;
const ARTICLES: u64 = 2_000;

type Client = EntityExtractionServiceClient<Channel>;

/// Answers every article alike.
struct Echo(v1::ExtractEntitiesResponse);

#[tonic::async_trait]
impl EntityExtractionService for Echo {
    type StreamExtractEntitiesStream = BoxStream<'static, Result<v1::StreamExtractEntitiesResponse, Status>>;

    async fn extract_entities(
        &self,
        _: Request<v1::ExtractEntitiesRequest>,
    ) -> Result<Response<v1::ExtractEntitiesResponse>, Status> {
        Ok(Response::new(self.0.clone()))
    }

    async fn batch_extract_entities(
        &self,
        _: Request<v1::BatchExtractEntitiesRequest>,
    ) -> Result<Response<v1::BatchExtractEntitiesResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }

    async fn stream_extract_entities(
        &self,
        request: Request<Streaming<v1::StreamExtractEntitiesRequest>>,
    ) -> Result<Response<Self::StreamExtractEntitiesStream>, Status> {
        let canned = self.0.clone();
        let answers = request.into_inner().zip(stream::iter(1..)).map(move |(request, sequence)| {
            let result = Some(Answer::Response(canned.clone()));
            request.map(|_| v1::StreamExtractEntitiesResponse { sequence, article_id: String::new(), result })
        });
        Ok(Response::new(answers.boxed()))
    }

    async fn get_server_info(
        &self,
        _: Request<v1::GetServerInfoRequest>,
    ) -> Result<Response<v1::GetServerInfoResponse>, Status> {
        Err(Status::unimplemented("not measured"))
    }
}

/// Both servers with a client each, and what they run on.
struct Contest {
    runtime: Runtime,
    catalog: Catalog,
    echo: Client,
    gazetted: Client,
}

impl Contest {
    fn new() -> Contest {
        let catalog = Catalog::open(vec![Source::Layer(Arc::new(defaults::layer()))], None)
            .expect("the embedded gazetteers are good");
        let runtime = Runtime::new().expect("the system has threads");
        let (echo, gazetted) = runtime.block_on(async {
            let gazetted = connect(serve_gazetted(catalog.clone()).await).await;
            let canned = one(gazetted.clone()).await;
            (connect(serve_echo(canned).await).await, gazetted)
        });
        Contest { runtime, catalog, echo, gazetted }
    }

    fn clients(&self) -> [(&'static str, &Client); 2] {
        [("echo", &self.echo), ("gazetted", &self.gazetted)]
    }

    /// How long so many callers of one connection take for so many calls together.
    fn calls(&self, client: &Client, callers: u64, calls: u64) -> Duration {
        self.runtime.block_on(async {
            let begun = Instant::now();
            let callers = (0..callers).map(|caller| {
                let (client, share) = (client.clone(), (calls + caller) / callers);
                tokio::spawn(async move {
                    for _ in 0..share {
                        black_box(one(client.clone()).await);
                    }
                })
            });
            for caller in callers.collect::<Vec<_>>() {
                caller.await.expect("all calls are answered");
            }
            begun.elapsed()
        })
    }

    /// How long a stream of so many articles takes.
    fn stream(&self, client: &Client, articles: u64) -> Duration {
        self.runtime.block_on(async {
            let begun = Instant::now();
            let mut client = client.clone();
            let requests = stream::iter(0..articles)
                .map(|_| v1::StreamExtractEntitiesRequest { message: Some(Message::Article(article())) });
            let opened = client.stream_extract_entities(requests).await.expect("a stream opens");
            let mut answers = opened.into_inner();
            let mut count = 0;
            while let Some(answer) = answers.message().await.expect("the stream goes on") {
                assert!(matches!(black_box(answer).result, Some(Answer::Response(_))), "the article is good");
                count += 1;
            }
            assert_eq!(count, articles, "every article is answered once");
            begun.elapsed()
        })
    }

    /// How long so many cores take for the work of so many articles.
    fn work(&self, cores: u64, articles: u64) -> Duration {
        let begun = Instant::now();
        thread::scope(|scope| {
            for core in 0..cores {
                scope.spawn(move || (0..(articles + core) / cores).for_each(|_| drop(black_box(self.respond()))));
            }
        });
        begun.elapsed()
    }

    /// A turn for each contender; so many cores can be of use to the work.
    fn round(&self, cores: u64, run: impl Fn(&Client) -> Duration) -> Round {
        let echo = run(&self.echo).as_secs_f64();
        let work = self.work(cores, ARTICLES).as_secs_f64();
        Round { echo, work, gazetted: run(&self.gazetted).as_secs_f64() }
    }

    fn respond(&self) -> v1::ExtractEntitiesResponse {
        let now = self.catalog.now();
        respond(&article(), "article", &CheckedOptions::default(), &now.lexicon).expect("it asks for nothing special")
    }
}

async fn serve_gazetted(catalog: Catalog) -> SocketAddr {
    let (listener, address) = listen().await;
    let service = ExtractionService::new(catalog, Limits::default());
    tokio::spawn(server::run(listener, service, Settings::default(), pending::<()>()));
    address
}

async fn serve_echo(canned: v1::ExtractEntitiesResponse) -> SocketAddr {
    let (listener, address) = listen().await;
    // As the other server and every gRPC server does: no wait for fuller packets.
    let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
    let service = EntityExtractionServiceServer::new(Echo(canned));
    tokio::spawn(Server::builder().add_service(service).serve_with_incoming(incoming));
    address
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    (listener, address)
}

async fn connect(address: SocketAddr) -> Client {
    Client::connect(format!("http://{address}")).await.expect("the server listens")
}

fn article() -> v1::Article {
    v1::Article { body: ARTICLE.to_owned(), ..Default::default() }
}

async fn one(mut client: Client) -> v1::ExtractEntitiesResponse {
    let request = v1::ExtractEntitiesRequest { article: Some(article()), options: None };
    client.extract_entities(request).await.expect("the article is good").into_inner()
}

fn speed(c: &mut Criterion) {
    let contest = Contest::new();
    let mut group = c.benchmark_group("work alone");
    group.throughput(Throughput::Elements(1));
    group.bench_function("one core", |b| b.iter(|| contest.respond()));
    group.finish();

    for callers in [1, 16] {
        let mut group = c.benchmark_group(format!("calls, {callers} at a time"));
        group.throughput(Throughput::Elements(1));
        for (name, client) in contest.clients() {
            group.bench_function(name, |b| b.iter_custom(|calls| contest.calls(client, callers, calls)));
        }
        group.finish();
    }

    let mut group = c.benchmark_group(format!("stream of {STREAM}"));
    group.throughput(Throughput::Elements(STREAM)).sample_size(20);
    for (name, client) in contest.clients() {
        let streams = |count| (0..count).map(|_| contest.stream(client, STREAM)).sum();
        group.bench_function(name, |b| b.iter_custom(streams));
    }
    group.finish();
}

/// The time that each contender takes in a round.
struct Round {
    echo: f64,
    work: f64,
    gazetted: f64,
}

/// Rates of the contenders in turns, and the medians of their ratios.
fn compare() {
    let contest = Contest::new();
    let all = thread::available_parallelism().map_or(1, NonZeroUsize::get) as u64;
    println!("\nmedians of {ROUNDS} rounds, in articles/s, and ratios of rates");
    println!("                  echo    work  gazetted  gazetted/echo  gazetted/expected");
    compare_one("1 caller", || contest.round(1, |client| contest.calls(client, 1, ARTICLES)));
    compare_one("16 callers", || contest.round(all, |client| contest.calls(client, 16, ARTICLES)));
    compare_one("stream", || contest.round(all, |client| contest.stream(client, ARTICLES)));
}

fn compare_one(name: &str, round: impl Fn() -> Round) {
    round(); // to warm up
    let rounds = (0..ROUNDS).map(|_| round()).collect::<Vec<_>>();
    let rate = |time: fn(&Round) -> f64| median(rounds.iter().map(|round| ARTICLES as f64 / time(round)));
    let (echo, work, gazetted) = (rate(|r| r.echo), rate(|r| r.work), rate(|r| r.gazetted));
    let to_echo = median(rounds.iter().map(|r| r.echo / r.gazetted));
    let to_expected = median(rounds.iter().map(|r| (r.echo + r.work) / r.gazetted));
    println!("{name:12} {echo:>9.0} {work:>7.0} {gazetted:>9.0} {to_echo:>14.2} {to_expected:>18.2}");
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values = values.collect::<Vec<_>>();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

criterion_group!(benches, speed);

fn main() {
    benches();
    Criterion::default().configure_from_args().final_summary();
    // Not when cargo only tests that the benchmark runs.
    if env::args().any(|argument| argument == "--bench") {
        compare();
    }
}
