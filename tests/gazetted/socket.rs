//! The service over a real socket: all methods, limits, health, reflection, drain.

use std::{
    fs,
    future::pending,
    net::SocketAddr,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use gazetted::{
    catalog::{Catalog, Source},
    proto::{
        google::rpc,
        v1::{
            self, batch_item, entity_extraction_service_client::EntityExtractionServiceClient,
            stream_extract_entities_request::Message, stream_extract_entities_response::Result as Answer,
        },
    },
    server::{self, ServerError, Settings},
    service::{ExtractionService, Limits},
};
use prost::Message as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_stream::{StreamExt as _, wrappers::ReceiverStream};
use tonic::{Code, Request, Status, Streaming, transport::Channel};
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tonic_types::{ErrorDetails, StatusExt as _};

type Client = EntityExtractionServiceClient<Channel>;

const SERVICE: &str = "gazetted.v1.EntityExtractionService";
const NAMES: &str = r#"
{"id":"location/zorvania","type":"LOCATION","name":"Zorvania","kind":"country","country":"ZV","coordinates":[12.5,-3.25],"links":{"wikidata":"Q0"}}
{"id":"person/mira-talvik","type":"PERSON","name":"Mira Talvik"}
"#;

static CATALOG: LazyLock<Catalog> = LazyLock::new(|| {
    let file = tempfile::Builder::new().suffix(".jsonl").tempfile().expect("a file for the test");
    fs::write(file.path(), NAMES).expect("the file is ours");
    Catalog::open(vec![Source::Path(file.path().to_owned())], None).expect("the names are good")
});

/// A server in this process.
struct Server {
    address: SocketAddr,
    shutdown: oneshot::Sender<()>,
    running: JoinHandle<Result<(), ServerError>>,
}

impl Server {
    async fn start(limits: Limits, drain: Duration) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let service = ExtractionService::new(CATALOG.clone(), limits);
        let (shutdown, signal) = oneshot::channel();
        let settings = Settings { drain, ..Settings::default() };
        let running = tokio::spawn(server::run(listener, service, settings, async {
            // Who drops the server means it to run to the end of the test.
            if signal.await.is_err() {
                pending::<()>().await;
            }
        }));
        Server { address, shutdown, running }
    }

    async fn default() -> Server {
        Self::start(Limits::default(), Duration::from_secs(5)).await
    }

    async fn channel(&self) -> Channel {
        let endpoint = Channel::from_shared(format!("http://{}", self.address)).expect("an address");
        // Small windows: what a slow reader leaves unread soon reaches the server.
        let endpoint = endpoint.initial_stream_window_size(65_535).initial_connection_window_size(65_535);
        endpoint.connect().await.expect("the server listens")
    }

    async fn client(&self) -> Client {
        Client::new(self.channel().await)
    }

    /// Begins the drain; the result tells when the server is gone.
    fn stop(self) -> JoinHandle<Result<(), ServerError>> {
        self.shutdown.send(()).expect("the server runs");
        self.running
    }
}

/// The caller's end of a stream.
struct Call {
    requests: mpsc::Sender<v1::StreamExtractEntitiesRequest>,
    answers: Streaming<v1::StreamExtractEntitiesResponse>,
}

impl Call {
    async fn open(client: &mut Client) -> Call {
        let (requests, inbound) = mpsc::channel(1);
        let answers = client.stream_extract_entities(ReceiverStream::new(inbound)).await.expect("a stream opens");
        Call { requests, answers: answers.into_inner() }
    }

    async fn send(&self, message: Message) {
        let request = v1::StreamExtractEntitiesRequest { message: Some(message) };
        self.requests.send(request).await.expect("the stream is open");
    }

    async fn next(&mut self) -> v1::StreamExtractEntitiesResponse {
        self.answers.message().await.expect("no error").expect("an answer")
    }
}

fn article(id: &str, body: &str) -> v1::Article {
    v1::Article { article_id: id.into(), body: body.into(), ..Default::default() }
}

fn request(article: v1::Article, options: v1::ExtractionOptions) -> v1::ExtractEntitiesRequest {
    v1::ExtractEntitiesRequest { article: Some(article), options: Some(options) }
}

fn settings(order: v1::StreamOrder) -> Message {
    Message::Settings(v1::StreamSettings { options: None, order: order.into() })
}

/// Field and description of each violation.
fn violations(details: &ErrorDetails) -> Vec<(&str, &str)> {
    let list = &details.bad_request().expect("a BadRequest").field_violations;
    list.iter().map(|v| (v.field.as_str(), v.description.as_str())).collect()
}

/// A message of google.rpc as the status that it stands for.
fn status(wire: &rpc::Status) -> Status {
    Status::with_details(Code::from(wire.code), wire.message.clone(), wire.encode_to_vec().into())
}

#[tokio::test]
async fn unary_answers_with_all_that_is_known() {
    let mut client = Server::default().await.client().await;
    let article = v1::Article {
        article_id: "one".into(),
        title: "Zorvania votes".into(),
        body: "Mira Talvik left Zorvania.".into(),
        ..Default::default()
    };
    let options = v1::ExtractionOptions { explain: true, ..Default::default() };
    let response = client.extract_entities(request(article, options)).await.expect("an answer").into_inner();
    assert_eq!(response.article_id, "one");
    assert_eq!(response.offset_unit(), v1::OffsetUnit::Utf8Bytes);
    assert_eq!(response.gazetteers.len(), 1);
    assert_eq!(response.gazetteers[0].digest.len(), 64);
    assert!(response.truncation.is_none());

    let place = response.entities.iter().find(|e| e.entry_id == "location/zorvania").expect("the place is found");
    assert_eq!(
        (place.r#type(), place.name.as_str(), place.kind.as_str()),
        (v1::EntityType::Location, "Zorvania", "country")
    );
    assert_eq!((place.country_code.as_str(), place.links["wikidata"].as_str()), ("ZV", "Q0"));
    assert_eq!(place.coordinates, Some(v1::Coordinates { latitude: 12.5, longitude: -3.25 }));
    let spots = place.mentions.iter().map(|m| (m.section(), m.begin, m.end, m.text.as_str(), m.kind()));
    let expected = [
        (v1::Section::Title, 0, 8, "Zorvania", v1::MentionKind::Name),
        (v1::Section::Body, 17, 25, "Zorvania", v1::MentionKind::Name),
    ];
    assert_eq!(spots.collect::<Vec<_>>(), expected);
    assert!(place.mentions.iter().all(|m| m.explanation.as_ref().is_some_and(|e| !e.summary.is_empty())));

    let statistics = response.statistics.expect("statistics");
    assert_eq!((statistics.words, statistics.mentions, statistics.listed_mentions), (6, 3, 3));
}

#[tokio::test]
async fn offsets_come_in_the_unit_that_is_asked_for() {
    let mut client = Server::default().await.client().await;
    let body = "😀 é Zorvania 🇺🇦 Zorvania";
    for unit in [v1::OffsetUnit::Utf8Bytes, v1::OffsetUnit::Utf16CodeUnits, v1::OffsetUnit::CodePoints] {
        let options = v1::ExtractionOptions { offset_unit: unit.into(), ..Default::default() };
        let response = client.extract_entities(request(article("", body), options)).await.expect("an answer");
        let response = response.into_inner();
        assert_eq!(response.offset_unit(), unit);
        assert_eq!(response.entities[0].mentions.len(), 2);
        for mention in &response.entities[0].mentions {
            let (begin, end) = (mention.begin as usize, mention.end as usize);
            let cut = match unit {
                v1::OffsetUnit::Utf16CodeUnits => {
                    let units = body.encode_utf16().collect::<Vec<_>>();
                    String::from_utf16(&units[begin..end]).expect("offsets are at characters")
                }
                v1::OffsetUnit::CodePoints => body.chars().skip(begin).take(end - begin).collect(),
                _ => body[begin..end].to_owned(),
            };
            assert_eq!((cut.as_str(), mention.text.as_str()), ("Zorvania", "Zorvania"), "{unit:?}");
        }
    }
}

#[tokio::test]
async fn every_method_gives_the_same_answer() {
    let mut client = Server::default().await.client().await;
    let article = article("same", "Mira Talvik of Zorvania met the Zorvania press. Talvik smiled.");
    let options = v1::ExtractionOptions { explain: true, alternatives: true, ..Default::default() };

    let unary = client.extract_entities(request(article.clone(), options.clone())).await.expect("an answer");
    let unary = unary.into_inner();
    let batch = v1::BatchExtractEntitiesRequest { articles: vec![article.clone(); 3], options: Some(options.clone()) };
    let batch = client.batch_extract_entities(batch).await.expect("an answer").into_inner();
    let mut call = Call::open(&mut client).await;
    call.send(Message::Settings(v1::StreamSettings { options: Some(options), order: 0 })).await;
    call.send(Message::Article(article)).await;
    let Some(Answer::Response(stream)) = call.next().await.result else { panic!("no response") };

    let json = serde_json::to_string(&unary).expect("it has a JSON form");
    assert!(json.contains("location/zorvania"));
    assert_eq!(serde_json::to_string(&stream).expect("it has a JSON form"), json);
    for item in batch.items {
        let Some(batch_item::Result::Response(response)) = item.result else { panic!("no response") };
        assert_eq!(response.encode_to_vec(), unary.encode_to_vec());
    }
}

#[tokio::test]
async fn a_bad_item_does_not_disturb_a_batch() {
    let mut client = Server::default().await.client().await;
    let articles = vec![article("a", "Zorvania"), article("b", " "), article("c", "Mira Talvik")];
    let batch = v1::BatchExtractEntitiesRequest { articles, options: None };
    let items = client.batch_extract_entities(batch).await.expect("an answer").into_inner().items;
    assert_eq!(items.iter().map(|item| item.article_id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert!(matches!(&items[0].result, Some(batch_item::Result::Response(r)) if r.entities.len() == 1));
    assert!(matches!(&items[2].result, Some(batch_item::Result::Response(r)) if r.entities.len() == 1));
    let Some(batch_item::Result::Error(error)) = &items[1].result else { panic!("no error") };
    assert_eq!(error.code, Code::InvalidArgument as i32);
    let details = status(error).get_error_details();
    assert_eq!(violations(&details)[0].0, "articles[1].body");
}

#[tokio::test]
async fn limits_are_told_with_field_value_and_limit() {
    let limits = Limits { max_article_bytes: 100, max_batch_articles: 2, max_message_bytes: 4096, ..Limits::default() };
    let server = Server::start(limits, Duration::from_secs(5)).await;
    let mut client = server.client().await;

    let options = v1::ExtractionOptions { min_confidence: 1.5, entity_types: vec![1, 7], ..Default::default() };
    let error = client.extract_entities(request(article("", &"x".repeat(101)), options)).await.expect_err("too long");
    assert_eq!(error.code(), Code::InvalidArgument);
    let details = error.get_error_details();
    assert_eq!(
        violations(&details),
        [
            ("article.body", "title and body have 101 bytes; the limit is max_article_bytes = 100"),
            ("options.min_confidence", "is 1.5; it must be from 0 to 1"),
            ("options.entity_types[1]", "is 7, which is no type; EntityType has 1 to 4"),
        ]
    );

    for count in [0, 3] {
        let batch = v1::BatchExtractEntitiesRequest { articles: vec![article("", "x"); count], options: None };
        let error = client.batch_extract_entities(batch).await.expect_err("empty or too large");
        assert_eq!(error.code(), Code::InvalidArgument);
        assert_eq!(violations(&error.get_error_details())[0].0, "articles");
    }

    let large = request(article("", &"x".repeat(5000)), v1::ExtractionOptions::default());
    let error = client.extract_entities(large).await.expect_err("over the limit of messages");
    assert_eq!(error.code(), Code::ResourceExhausted, "{error}");
    assert!(error.message().contains("max_message_bytes = 4096"), "{error}");
    let details = error.get_error_details();
    assert_eq!(details.error_info().expect("an ErrorInfo").metadata["max_message_bytes"], "4096");

    let mut call = Call::open(&mut client).await;
    call.send(Message::Article(article("", "Zorvania"))).await;
    call.send(Message::Article(article("", &"x".repeat(5000)))).await;
    assert_eq!(call.next().await.sequence, 1);
    let error = call.answers.message().await.expect_err("over the limit of messages");
    assert_eq!(error.code(), Code::ResourceExhausted, "{error}");
}

#[tokio::test]
async fn a_stream_is_answered_in_order_and_survives_bad_articles() {
    let mut client = Server::default().await.client().await;
    for order in [v1::StreamOrder::Unspecified, v1::StreamOrder::Articles, v1::StreamOrder::Ready] {
        let mut call = Call::open(&mut client).await;
        let requests = call.requests.clone();
        let sender = tokio::spawn(async move {
            let articles = (1..=300).map(|i| {
                // Of very different lengths, so that they are ready in another order.
                let body = if i % 10 == 0 { String::new() } else { "Zorvania waits. ".repeat(1 + i * 37 % 50) };
                Message::Article(article(&i.to_string(), &body))
            });
            for message in [settings(order)].into_iter().chain(articles) {
                let request = v1::StreamExtractEntitiesRequest { message: Some(message) };
                requests.send(request).await.expect("the stream is open");
            }
        });
        let mut sequences = Vec::new();
        for _ in 0..300 {
            let answer = call.next().await;
            assert_eq!(answer.article_id, answer.sequence.to_string());
            match answer.result.expect("a result") {
                Answer::Response(response) => assert_eq!(response.entities[0].name, "Zorvania"),
                Answer::Error(error) => {
                    assert_eq!(answer.sequence % 10, 0);
                    assert_eq!(violations(&status(&error).get_error_details())[0].0, "article.body");
                }
            }
            sequences.push(answer.sequence);
        }
        sender.await.expect("all was sent");
        drop(call.requests);
        assert!(call.answers.message().await.expect("no error").is_none());
        if order == v1::StreamOrder::Ready {
            sequences.sort_unstable();
        }
        assert_eq!(sequences, (1..=300).collect::<Vec<_>>(), "{order:?}");
    }
}

#[tokio::test]
async fn what_is_out_of_place_in_a_stream_ends_it_after_the_answers() {
    let mut client = Server::default().await.client().await;

    let mut twice = Call::open(&mut client).await;
    twice.send(settings(v1::StreamOrder::Ready)).await;
    twice.send(Message::Article(article("a", "Zorvania"))).await;
    twice.send(settings(v1::StreamOrder::Ready)).await;
    assert_eq!(twice.next().await.article_id, "a");
    let error = twice.answers.message().await.expect_err("settings come first");
    assert_eq!(error.code(), Code::InvalidArgument);
    assert_eq!(error.message(), "settings: are only allowed as the first message");

    let neither = Call::open(&mut client).await;
    neither.requests.send(v1::StreamExtractEntitiesRequest { message: None }).await.expect("the stream is open");
    let mut answers = neither.answers;
    assert_eq!(answers.message().await.expect_err("an empty message").code(), Code::InvalidArgument);

    let mut bad = Call::open(&mut client).await;
    let options = v1::ExtractionOptions { offset_unit: 99, ..Default::default() };
    bad.send(Message::Settings(v1::StreamSettings { options: Some(options), order: 5 })).await;
    let error = bad.answers.message().await.expect_err("bad settings");
    let details = error.get_error_details();
    let fields = violations(&details).into_iter().map(|(field, _)| field).collect::<Vec<_>>();
    assert_eq!(fields, ["settings.options.offset_unit", "settings.order"]);

    let nothing = Call::open(&mut client).await;
    drop(nothing.requests);
    let mut answers = nothing.answers;
    assert!(answers.message().await.expect("no error").is_none());
}

#[tokio::test]
async fn slow_readers_slow_their_senders_and_nobody_else() {
    const ARTICLES: usize = 200;
    let limits = Limits { stream_window: 8, ..Limits::default() };
    let server = Server::start(limits, Duration::from_secs(5)).await;
    let sent = Arc::new(AtomicUsize::new(0));
    let body = "Zorvania waits for the rain and ".repeat(500);
    let mut calls = Vec::new();
    for _ in 0..4 {
        let call = Call::open(&mut server.client().await).await;
        let (requests, sent, body) = (call.requests.clone(), sent.clone(), body.clone());
        tokio::spawn(async move {
            for i in 1..=ARTICLES {
                let message = Some(Message::Article(article(&i.to_string(), &body)));
                // An error: the test is over.
                if requests.send(v1::StreamExtractEntitiesRequest { message }).await.is_err() {
                    return;
                }
                sent.fetch_add(1, SeqCst);
            }
        });
        calls.push(call);
    }
    // Wait until all senders are stuck.
    let mut before = usize::MAX;
    while before != sent.load(SeqCst) {
        before = sent.load(SeqCst);
        sleep(Duration::from_millis(200)).await;
    }
    assert!((50..ARTICLES * 3).contains(&before), "{before} of {} articles went out unread", ARTICLES * 4);

    let other = request(article("other", "Zorvania"), v1::ExtractionOptions::default());
    let mut neighbor = server.client().await;
    let answer = timeout(Duration::from_secs(2), neighbor.extract_entities(other)).await;
    assert!(answer.expect("the cores are free").is_ok());

    let Call { requests, mut answers } = calls.swap_remove(0);
    drop(requests);
    for sequence in 1..=ARTICLES as u64 {
        let answer = answers.message().await.expect("no error").expect("nothing is lost");
        assert_eq!(answer.sequence, sequence);
    }
    assert!(answers.message().await.expect("no error").is_none());
}

#[tokio::test]
async fn a_deadline_ends_a_stream_as_such() {
    let mut client = Server::default().await.client().await;
    let (requests, inbound) = mpsc::channel(1);
    let mut request = Request::new(ReceiverStream::<v1::StreamExtractEntitiesRequest>::new(inbound));
    request.set_timeout(Duration::from_millis(100));
    let mut answers = client.stream_extract_entities(request).await.expect("a stream opens").into_inner();
    let error = answers.message().await.expect_err("the deadline passes");
    assert_eq!(error.code(), Code::DeadlineExceeded, "{error}");
    drop(requests);
}

#[tokio::test]
async fn the_request_id_comes_back() {
    let mut client = Server::default().await.client().await;
    let mut given = Request::new(v1::GetServerInfoRequest {});
    given.metadata_mut().insert("x-request-id", "my-id-1".parse().expect("ASCII"));
    let response = client.get_server_info(given).await.expect("an answer");
    assert_eq!(response.metadata().get("x-request-id").expect("an id"), "my-id-1");

    let response = client.get_server_info(v1::GetServerInfoRequest {}).await.expect("an answer");
    assert!(response.metadata().get("x-request-id").is_some_and(|id| !id.is_empty()));

    let error = client.extract_entities(v1::ExtractEntitiesRequest::default()).await.expect_err("no article");
    assert!(error.metadata().contains_key("x-request-id"));
}

#[tokio::test]
async fn info_tells_version_gazetteers_and_limits() {
    let mut client = Server::default().await.client().await;
    let info = client.get_server_info(v1::GetServerInfoRequest {}).await.expect("an answer").into_inner();
    assert_eq!(info.version, env!("CARGO_PKG_VERSION"));
    assert_eq!((info.gazetteers.len(), info.gazetteers[0].entries, info.gazetteers[0].names), (1, 2, 2));
    let limits = info.limits.expect("limits");
    assert_eq!((limits.max_article_bytes, limits.max_batch_articles, limits.stream_window), (1 << 20, 100, 64));
    assert_eq!((limits.max_message_bytes, limits.max_mentions), (16 << 20, 100_000));
}

#[tokio::test]
async fn health_is_told_of_the_whole_and_of_the_service() {
    let server = Server::default().await;
    let mut health = HealthClient::new(server.channel().await);
    for service in ["", SERVICE] {
        let check = HealthCheckRequest { service: service.into() };
        let status = health.check(check).await.expect("an answer").into_inner().status();
        assert_eq!(status, ServingStatus::Serving);
    }
    let unknown = health.check(HealthCheckRequest { service: "other".into() }).await.expect_err("not ours");
    assert_eq!(unknown.code(), Code::NotFound);
}

#[tokio::test]
async fn reflection_lists_the_service_in_both_versions() {
    let server = Server::default().await;
    macro_rules! services {
        ($version:ident) => {{
            use tonic_reflection::pb::$version::{
                ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
                server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
            };
            let list = MessageRequest::ListServices(String::new());
            let request = ServerReflectionRequest { host: String::new(), message_request: Some(list) };
            let mut client = ServerReflectionClient::new(server.channel().await);
            let answers = client.server_reflection_info(tokio_stream::once(request)).await.expect("an answer");
            let answer = answers.into_inner().next().await.expect("an answer").expect("no error");
            let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else { panic!("no list") };
            list.service.into_iter().map(|service| service.name).collect::<Vec<_>>()
        }};
    }
    for services in [services!(v1), services!(v1alpha)] {
        assert!(services.iter().any(|name| name == SERVICE), "{services:?}");
        assert!(services.iter().any(|name| name == "grpc.health.v1.Health"), "{services:?}");
    }
}

#[tokio::test]
async fn a_drain_lets_calls_finish_and_tells_health_watchers() {
    let server = Server::default().await;
    let mut health = HealthClient::new(server.channel().await);
    let watch = health.watch(HealthCheckRequest { service: SERVICE.into() }).await.expect("an answer");
    let mut watch = watch.into_inner();
    assert_eq!(watch.next().await.expect("a status").expect("no error").status(), ServingStatus::Serving);
    let mut call = Call::open(&mut server.client().await).await;
    call.send(Message::Article(article("before", "Zorvania"))).await;
    assert_eq!(call.next().await.article_id, "before");

    let (address, begun) = (server.address, Instant::now());
    let running = server.stop();
    assert_eq!(watch.next().await.expect("a status").expect("no error").status(), ServingStatus::NotServing);
    assert_eq!(watch.next().await.expect("an end").expect_err("an end").code(), Code::Unavailable);
    assert!(TcpStream::connect(address).await.is_err(), "new connections are not taken");

    call.send(Message::Article(article("during", "Zorvania"))).await;
    assert_eq!(call.next().await.article_id, "during");
    drop(call.requests);
    assert!(call.answers.message().await.expect("no error").is_none());
    running.await.expect("no panic").expect("no error");
    assert!(begun.elapsed() < Duration::from_secs(3), "the drain waits for calls, not for its deadline");
}

#[tokio::test]
async fn a_drain_ends_at_its_deadline_whatever_clients_hold() {
    let server = Server::start(Limits::default(), Duration::from_millis(300)).await;
    // One says nothing, one only that it speaks HTTP/2, one holds a stream.
    let _silent = TcpStream::connect(server.address).await.expect("it listens");
    let mut preface = TcpStream::connect(server.address).await.expect("it listens");
    preface.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await.expect("it reads");
    let mut call = Call::open(&mut server.client().await).await;
    call.send(Message::Article(article("a", "Zorvania"))).await;
    assert_eq!(call.next().await.article_id, "a");

    let begun = Instant::now();
    let running = server.stop();
    let error = call.answers.message().await.expect_err("the stream is ended");
    assert_eq!((error.code(), error.message()), (Code::Unavailable, "the server is shutting down"));
    running.await.expect("no panic").expect("no error");
    let took = begun.elapsed();
    assert!((Duration::from_millis(300)..Duration::from_secs(2)).contains(&took), "{took:?}");
    let mut rest = Vec::new();
    let _ = preface.read_to_end(&mut rest).await;
}

#[tokio::test]
async fn another_protocol_is_turned_away() {
    let server = Server::default().await;
    let mut peer = TcpStream::connect(server.address).await.expect("it listens");
    peer.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it reads");
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(2), peer.read_to_end(&mut answer)).await.expect("the connection is closed");
    assert!(answer.is_empty());
}
