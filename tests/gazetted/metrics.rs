//! Metrics of the whole program: it serves over sockets, is used and misused, and is asked.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use gazetted::proto::v1::{
    self, entity_extraction_service_client::EntityExtractionServiceClient,
    gazetteer_service_client::GazetteerServiceClient,
};
use tonic::{Code, client::Grpc, codegen::http::uri::PathAndQuery, transport::Channel};
use tonic_prost::ProstCodec;

const BASE: &str = r#"{"id":"location/zorvania","type":"LOCATION","name":"Zorvania"}
{"id":"person/mira","type":"PERSON","name":"Mira Talvik"}
"#;
const UNARY: &str = "gazetted.v1.EntityExtractionService/ExtractEntities";
const BATCH: &str = "gazetted.v1.EntityExtractionService/BatchExtractEntities";

/// A server in a process of its own, killed when it is dropped.
struct Server {
    child: Child,
    articles: String,
    gazetteers: String,
    metrics: String,
}

impl Server {
    fn start(folder: &Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gazetted"));
        let anywhere = "127.0.0.1:0";
        command.args(["serve", "--listen", anywhere, "--admin-listen", anywhere, "--metrics-listen", anywhere]);
        command.args(["--log-format", "text", "--no-default-gazetteer", "--gazetteer", "base.jsonl"]);
        command.args(["--watch-seconds", "0", "--state", "state"]).current_dir(folder);
        let mut child = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let mut said = String::new();
        let [metrics, articles, gazetteers] = ["told on http://", "listening on ", "changed on "].map(|words| {
            loop {
                let line = log.next().unwrap_or_else(|| panic!("the server ended:\n{said}")).expect("the log is text");
                if let Some((_, after)) = line.split_once(words) {
                    break after.split([' ', '/']).next().unwrap_or_default().to_owned();
                }
                said.push_str(&line);
            }
        });
        // Somebody must read on, or the server waits for a full pipe.
        thread::spawn(move || log.for_each(drop));
        Server { child, articles, gazetteers, metrics }
    }

    /// The answer to a request line: head and body.
    fn ask(&self, line: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.metrics).expect("it listens");
        write!(stream, "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers in UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        (head.to_owned(), body.to_owned())
    }

    fn metrics(&self) -> String {
        self.ask("GET /metrics").1
    }

    /// Waits until the line is told: a call is counted when its answer has been sent, which may
    /// be after it was received.
    fn tells(&self, line: &str) {
        let mut told = String::new();
        for _ in 0..200 {
            told = self.metrics();
            if told.lines().any(|known| known == line) {
                return;
            }
            thread::sleep(Duration::from_millis(25));
        }
        panic!("no line {line}\n{told}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn channel(address: &str) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{address}")).expect("an address");
    endpoint.connect().await.expect("the server listens")
}

fn article(body: &str) -> v1::Article {
    v1::Article { body: body.into(), ..Default::default() }
}

/// A call of a method that nobody has.
async fn call_nothing(channel: Channel, path: &'static str) -> Code {
    let mut client = Grpc::new(channel);
    client.ready().await.expect("the server listens");
    let codec = ProstCodec::<v1::GetServerInfoRequest, v1::GetServerInfoResponse>::default();
    let request = tonic::Request::new(v1::GetServerInfoRequest {});
    client.unary(request, PathAndQuery::from_static(path), codec).await.expect_err("nobody has it").code()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_does_is_told() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::write(folder.path().join("base.jsonl"), BASE).expect("the folder is ours");
    let server = Server::start(folder.path());
    server.tells("gazetted_entities_total{type=\"PERSON\"} 0");
    server.tells("gazetted_live_changes_total{outcome=\"refused\"} 0");

    let channel_of_articles = channel(&server.articles).await;
    let mut articles = EntityExtractionServiceClient::new(channel_of_articles.clone());
    let request = |body| v1::ExtractEntitiesRequest { article: Some(article(body)), options: None };
    articles.extract_entities(request("Mira Talvik left Zorvania.")).await.expect("an answer");
    articles.extract_entities(request(" ")).await.expect_err("nothing is in it");
    let batch = ["Zorvania votes.", "", "Zorvania rests."].map(article).to_vec();
    let batch = v1::BatchExtractEntitiesRequest { articles: batch, options: None };
    articles.batch_extract_entities(batch).await.expect("an answer");
    assert_eq!(call_nothing(channel_of_articles, "/made.up/Method").await, Code::Unimplemented);

    server.tells(&format!("gazetted_calls_total{{method=\"{UNARY}\",code=\"OK\"}} 1"));
    server.tells(&format!("gazetted_calls_total{{method=\"{UNARY}\",code=\"INVALID_ARGUMENT\"}} 1"));
    server.tells("gazetted_calls_total{method=\"other\",code=\"UNIMPLEMENTED\"} 1");
    for line in [
        format!("gazetted_documents_total{{method=\"{UNARY}\",outcome=\"extracted\"}} 1"),
        format!("gazetted_documents_total{{method=\"{BATCH}\",outcome=\"extracted\"}} 2"),
        format!("gazetted_documents_total{{method=\"{BATCH}\",outcome=\"refused\"}} 1"),
        format!("gazetted_document_bytes_total{{method=\"{UNARY}\"}} 26"),
        format!("gazetted_document_bytes_total{{method=\"{BATCH}\"}} 30"),
        "gazetted_entities_total{type=\"PERSON\"} 1".to_owned(),
        "gazetted_entities_total{type=\"LOCATION\"} 3".to_owned(),
        format!("gazetted_extraction_seconds_count{{method=\"{BATCH}\"}} 2"),
        format!("gazetted_wait_seconds_count{{method=\"{UNARY}\"}} 1"),
        "gazetted_documents_queued 0".to_owned(),
        "gazetted_documents_in_flight 0".to_owned(),
        format!("gazetted_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")),
    ] {
        server.tells(&line);
    }
    assert!(!server.metrics().contains("made.up"), "a caller must not make labels");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_gazetteers_is_told() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let base = folder.path().join("base.jsonl");
    fs::write(&base, BASE).expect("the folder is ours");
    let server = Server::start(folder.path());
    let of = |name: &str, more: &str, value: u32| {
        server.tells(&format!("gazetted_gazetteer_{name}{{gazetteer=\"base\",layer=\"0\"{more}}} {value}"));
    };
    of("entries", "", 2);
    of("bad", "", 0);

    let mut gazetteers = GazetteerServiceClient::new(channel(&server.gazetteers).await);
    fs::write(&base, "{\"id\":\"x\",\"type\":\"PLANET\"}\n").expect("the folder is ours");
    gazetteers.reload_gazetteers(v1::ReloadGazetteersRequest {}).await.expect("an answer");
    let loaded = || {
        let told = server.metrics();
        let line = told.lines().find(|line| line.starts_with("gazetted_gazetteer_loaded_timestamp_seconds{"));
        line.expect("it is told").rsplit_once(' ').expect("a value").1.parse::<f64>().expect("a number")
    };
    let first = loaded();
    of("bad", "", 1);
    of("loads_total", ",outcome=\"failed\"", 1);
    of("loads_total", ",outcome=\"loaded\"", 1);
    of("entries", "", 2);

    fs::write(&base, BASE.lines().next().expect("a line")).expect("the folder is ours");
    gazetteers.reload_gazetteers(v1::ReloadGazetteersRequest {}).await.expect("an answer");
    of("bad", "", 0);
    of("loads_total", ",outcome=\"loaded\"", 2);
    of("entries", "", 1);
    assert!(loaded() > first && first > 1.7e9, "{first}");

    let entry =
        v1::GazetteerEntry { entry_id: "x".into(), name: "Quandry".into(), r#type: 1, ..v1::GazetteerEntry::default() };
    let change =
        |entry| v1::UpsertEntriesRequest { request_id: "r".into(), entries: vec![entry], expected_version: None };
    gazetteers.upsert_entries(change(entry)).await.expect("it is good");
    gazetteers.upsert_entries(change(v1::GazetteerEntry::default())).await.expect_err("it is bad");
    let delete = v1::DeleteEntriesRequest {
        request_id: "s".into(),
        entry_ids: vec!["nobody".into()],
        ..v1::DeleteEntriesRequest::default()
    };
    gazetteers.delete_entries(delete).await.expect_err("nobody has it");
    server.tells("gazetted_live_changes_total{outcome=\"accepted\"} 1");
    server.tells("gazetted_live_changes_total{outcome=\"refused\"} 2");
    server.tells("gazetted_gazetteer_entries{gazetteer=\"live\",layer=\"1\"} 1");
}

#[test]
fn there_is_one_page_and_it_can_only_be_read() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::write(folder.path().join("base.jsonl"), BASE).expect("the folder is ours");
    let server = Server::start(folder.path());
    let (head, body) = server.ask("GET /metrics");
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("text/plain; version=0.0.4"), "{head}");
    for line in body.lines() {
        assert!(line.starts_with("# ") || line.starts_with("gazetted_"), "{line}");
    }
    let documented = include_str!("../../docs/metrics.md");
    for name in body.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()) {
        assert!(documented.contains(&format!("`{name}`")), "{name} is not in docs/metrics.md");
    }
    let (head, body) = server.ask("HEAD /metrics");
    assert!(head.starts_with("HTTP/1.1 200 ") && body.is_empty(), "{head}");
    assert!(server.ask("POST /metrics").0.starts_with("HTTP/1.1 405 "));
    assert!(server.ask("GET /").0.starts_with("HTTP/1.1 404 "));
}
