//! Gazetteers of a running server over real sockets: listed, looked up, changed, checked and
//! loaded again.

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use gazetted::{
    catalog::{Catalog, Source},
    proto::v1::{
        self, entity_extraction_service_client::EntityExtractionServiceClient,
        gazetteer_service_client::GazetteerServiceClient, lookup_entries_request::Query,
    },
    server::{self, Api, Settings},
    service::{ExtractionService, GazetteerService, Limits},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt as _;

const BASE: &str = r#"{"id":"location/zorvania","type":"LOCATION","name":"Zorvania"}
{"id":"person/mira","type":"PERSON","name":"Mira Talvik","links":{"x":"1"},"weight":0.75}
"#;
const TEXT: &str = "Mira Talvik of the Quandry Institute left Zorvania.";

/// Both services in this process.
struct Server {
    folder: TempDir,
    articles: EntityExtractionServiceClient<Channel>,
    gazetteers: GazetteerServiceClient<Channel>,
    shutdown: watch::Sender<bool>,
    running: Vec<JoinHandle<()>>,
}

impl Server {
    async fn start() -> Server {
        let folder = tempfile::tempdir().expect("a folder for the test");
        fs::write(folder.path().join("base.jsonl"), BASE).expect("the folder is ours");
        Self::start_in(folder, true).await
    }

    async fn start_in(folder: TempDir, with_state: bool) -> Server {
        let state = folder.path().join("state");
        let source = Source::Path(folder.path().join("base.jsonl"));
        let catalog = Catalog::open(vec![source], with_state.then_some(state.as_path())).expect("all is good");
        let (shutdown, signal) = watch::channel(false);
        let mut running = Vec::new();
        let mut serve = async |api: Api| {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("it is bound");
            let mut signal = signal.clone();
            let shutdown = async move { drop(signal.wait_for(|&stop| stop).await) };
            let settings = Settings { drain: Duration::from_secs(1), ..Settings::default() };
            let serving = server::run(listener, api, settings, shutdown);
            running.push(tokio::spawn(async move { serving.await.expect("it can serve") }));
            channel(address).await
        };
        let articles = serve(ExtractionService::new(catalog.clone(), Limits::default()).into()).await;
        let gazetteers = serve(GazetteerService::new(catalog, Limits::default()).into()).await;
        Server {
            folder,
            articles: EntityExtractionServiceClient::new(articles),
            gazetteers: GazetteerServiceClient::new(gazetteers),
            shutdown,
            running,
        }
    }

    fn base(&self) -> PathBuf {
        self.folder.path().join("base.jsonl")
    }

    /// Ends it, and starts another on the same files.
    async fn restart(self) -> Server {
        self.shutdown.send(true).expect("it runs");
        drop((self.articles, self.gazetteers));
        for running in self.running {
            running.await.expect("no panic");
        }
        Self::start_in(self.folder, true).await
    }

    async fn extract(&mut self) -> v1::ExtractEntitiesResponse {
        let article = v1::Article { body: TEXT.into(), ..Default::default() };
        let request = v1::ExtractEntitiesRequest { article: Some(article), options: None };
        self.articles.extract_entities(request).await.expect("an answer").into_inner()
    }

    /// The ids of the entries that the text names, sorted.
    async fn found(&mut self) -> Vec<String> {
        let entities = self.extract().await.entities.into_iter();
        let mut ids = entities.map(|entity| entity.entry_id).filter(|id| !id.is_empty()).collect::<Vec<_>>();
        ids.sort();
        ids
    }

    async fn upsert(
        &mut self,
        request_id: &str,
        entries: Vec<v1::GazetteerEntry>,
        expected_version: Option<u64>,
    ) -> Result<v1::UpsertEntriesResponse, Status> {
        let request = v1::UpsertEntriesRequest { request_id: request_id.into(), entries, expected_version };
        self.gazetteers.upsert_entries(request).await.map(tonic::Response::into_inner)
    }

    async fn delete(&mut self, request_id: &str, ids: &[&str]) -> Result<v1::DeleteEntriesResponse, Status> {
        let entry_ids = ids.iter().map(|&id| id.to_owned()).collect();
        let request = v1::DeleteEntriesRequest { request_id: request_id.into(), entry_ids, ..Default::default() };
        self.gazetteers.delete_entries(request).await.map(tonic::Response::into_inner)
    }

    async fn look_up(&mut self, query: Query, page_size: u32, page_token: &str) -> v1::LookupEntriesResponse {
        let request = v1::LookupEntriesRequest { query: Some(query), page_size, page_token: page_token.into() };
        self.gazetteers.lookup_entries(request).await.expect("an answer").into_inner()
    }
}

async fn channel(address: SocketAddr) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{address}")).expect("an address");
    endpoint.connect().await.expect("the server listens")
}

fn institute() -> v1::GazetteerEntry {
    v1::GazetteerEntry {
        entry_id: "organization/quandry".into(),
        name: "Quandry Institute".into(),
        r#type: v1::EntityType::Organization.into(),
        ..Default::default()
    }
}

fn ids(found: &v1::LookupEntriesResponse) -> Vec<&str> {
    found.entries.iter().map(|found| found.entry.as_ref().map_or("", |entry| &entry.entry_id)).collect()
}

#[tokio::test]
async fn a_change_is_seen_by_the_next_call_and_survives_the_server() {
    let mut server = Server::start().await;
    assert_eq!(server.found().await, ["location/zorvania", "person/mira"]);
    let made = server.upsert("r1", vec![institute()], Some(0)).await.expect("it is good");
    assert_eq!((made.added, made.replaced), (1, 0));
    assert_eq!(server.found().await, ["location/zorvania", "organization/quandry", "person/mira"]);
    let response = server.extract().await;
    assert_eq!(response.gazetteers.len(), 2);
    assert_eq!(response.gazetteers.last(), made.gazetteer.as_ref());

    let deleted = server.delete("r2", &["location/zorvania", "organization/quandry"]).await.expect("they are there");
    assert_eq!(deleted.deleted, 2);
    assert_eq!(server.found().await, ["person/mira"]);

    let mut server = server.restart().await;
    assert_eq!(server.found().await, ["person/mira"]);
    assert_eq!(server.upsert("r1", vec![institute()], None).await.expect("the earlier answer"), made);
    assert_eq!(server.found().await, ["person/mira"], "the request was not done again");
    assert_eq!(server.extract().await.gazetteers.last(), deleted.gazetteer.as_ref());
}

#[tokio::test]
async fn changes_that_cannot_be_made_are_told_by_code() {
    let mut server = Server::start().await;
    server.upsert("r1", vec![institute()], None).await.expect("it is good");
    let other = v1::GazetteerEntry { kind: "institute".into(), ..institute() };
    let reused = server.upsert("r1", vec![other], None).await.expect_err("the id is used");
    assert_eq!(reused.code(), Code::AlreadyExists, "{reused}");
    let late = server.upsert("r2", vec![institute()], Some(0)).await.expect_err("the version is 1");
    assert_eq!(late.code(), Code::Aborted);
    assert_eq!(late.get_error_details().error_info().expect("an ErrorInfo").metadata["current_version"], "1");
    let missing = server.delete("r3", &["person/mira", "person/nobody"]).await.expect_err("one is not there");
    assert_eq!((missing.code(), missing.message()), (Code::NotFound, "no gazetteer has \"person/nobody\""));
    let bad = server.upsert("", vec![v1::GazetteerEntry::default()], None).await.expect_err("all is wrong");
    assert_eq!(bad.code(), Code::InvalidArgument);
    let details = bad.get_error_details();
    let fields = details.bad_request().expect("a BadRequest").field_violations.iter().map(|v| v.field.as_str());
    assert_eq!(fields.collect::<Vec<_>>(), ["request_id", "entries[0].type", "entries[0].entry_id", "entries[0].name"]);
    assert_eq!(server.found().await.len(), 3);

    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::write(folder.path().join("base.jsonl"), BASE).expect("the folder is ours");
    let mut server = Server::start_in(folder, false).await;
    let refused = server.upsert("r1", vec![institute()], None).await.expect_err("there is no directory");
    assert_eq!(refused.code(), Code::FailedPrecondition);
    assert!(refused.message().contains("--state"), "{refused}");
    let list = server.gazetteers.list_gazetteers(v1::ListGazetteersRequest {}).await.expect("an answer").into_inner();
    assert_eq!((list.gazetteers.len(), list.live_version), (1, None));
}

#[tokio::test]
async fn a_bad_file_is_told_and_the_last_good_one_serves() {
    let mut server = Server::start().await;
    let before = server.extract().await;
    fs::write(server.base(), "{\"id\":\"x\",\"type\":\"PLANET\"}\n").expect("the folder is ours");
    let reloaded = server.gazetteers.reload_gazetteers(v1::ReloadGazetteersRequest {}).await;
    let told = &reloaded.expect("an answer").into_inner().gazetteers[0];
    assert!(told.last_error.contains("base.jsonl:1: type: "), "{told:?}");
    assert_eq!((told.read_only, told.loads, told.failed_loads), (true, 1, 1));
    let info = server.articles.get_server_info(v1::GetServerInfoRequest {}).await.expect("an answer").into_inner();
    assert_eq!(&info.gazetteers[0], told);
    assert_eq!(server.extract().await, before);

    fs::write(server.base(), BASE.lines().next().expect("a line")).expect("the folder is ours");
    let reloaded = server.gazetteers.reload_gazetteers(v1::ReloadGazetteersRequest {}).await;
    let told = reloaded.expect("an answer").into_inner().gazetteers;
    assert_eq!((told[0].entries, told[0].last_error.as_str(), told[1].read_only), (1, "", false));
    let after = server.extract().await;
    assert_eq!(server.found().await, ["location/zorvania"]);
    assert_eq!(after.gazetteers[0], *told[0].version.as_ref().expect("a version"));
}

#[tokio::test]
async fn entries_are_looked_up_page_by_page() {
    let mut server = Server::start().await;
    let found = server.look_up(Query::EntryId("person/mira".into()), 0, "").await;
    let entry = found.entries[0].entry.as_ref().expect("an entry");
    assert_eq!((entry.name.as_str(), entry.weight, entry.links["x"].as_str()), ("Mira Talvik", Some(0.75), "1"));
    assert_eq!((found.next_page_token.as_str(), found.gazetteers.len()), ("", 2));
    assert_eq!(ids(&server.look_up(Query::SimilarName("mira tavlik".into()), 0, "").await), ["person/mira"]);
    assert_eq!(ids(&server.look_up(Query::Name("zorvänia".into()), 0, "").await), ["location/zorvania"]);

    let numbered =
        |n: u32| v1::GazetteerEntry { entry_id: format!("q{n}"), name: format!("Quandry {n}"), ..institute() };
    server.upsert("r1", (0..25).map(numbered).collect(), None).await.expect("they are good");
    let (mut all, mut token) = (Vec::new(), String::new());
    loop {
        let page = server.look_up(Query::NamePrefix("QUANDRY".into()), 10, &token).await;
        all.extend(ids(&page).into_iter().map(str::to_owned));
        token = page.next_page_token.clone();
        if token.is_empty() {
            break;
        }
        assert_eq!(page.entries.len(), 10);
    }
    let distinct = all.iter().collect::<std::collections::BTreeSet<_>>();
    assert_eq!((all.len(), distinct.len()), (25, 25));

    let request = v1::LookupEntriesRequest {
        query: Some(Query::Name("Quandry 1".into())),
        page_size: 1001,
        page_token: "nonsense".into(),
    };
    let bad = server.gazetteers.lookup_entries(request).await.expect_err("it is bad");
    let details = bad.get_error_details();
    let fields = details.bad_request().expect("a BadRequest").field_violations.iter().map(|v| v.field.as_str());
    assert_eq!(fields.collect::<Vec<_>>(), ["page_size", "page_token"]);
}

#[tokio::test]
async fn a_check_tells_what_a_change_would_do_and_does_nothing() {
    let mut server = Server::start().await;
    let apple = v1::GazetteerEntry {
        entry_id: "person/mira".into(),
        name: "Apple".into(),
        aliases: vec![v1::GazetteerAlias { text: "Zorvania".into(), ..Default::default() }],
        r#type: v1::EntityType::Person.into(),
        ..Default::default()
    };
    let request = v1::CheckEntriesRequest {
        entries: vec![institute(), apple],
        delete_entry_ids: vec!["location/zorvania".into()],
        articles: vec![v1::Article { article_id: "one".into(), body: TEXT.into(), ..Default::default() }],
    };
    let checked = server.gazetteers.check_entries(request).await.expect("an answer").into_inner();
    let [new, old] = checked.entries.as_slice() else { panic!("{checked:?}") };
    assert_eq!((new.entry_id.as_str(), &new.replaced, new.shared_names.len()), ("organization/quandry", &None, 0));
    assert_eq!(old.replaced.as_ref().expect("an entry of the id").name, "Mira Talvik");
    assert_eq!(old.common_words, ["Apple"]);
    assert_eq!(
        (old.shared_names[0].name.as_str(), &*old.shared_names[0].entry_ids),
        ("Zorvania", &["location/zorvania".to_owned()][..])
    );
    assert!(old.findings.iter().any(|finding| finding.message.contains("replaces")), "{old:?}");
    let [article] = checked.articles.as_slice() else { panic!("{checked:?}") };
    assert_eq!(article.article_id, "one");
    assert!(article.found.iter().any(|entity| entity.entry_id == "organization/quandry"), "{article:?}");
    assert!(article.lost.iter().any(|entity| entity.entry_id == "location/zorvania"), "{article:?}");
    assert_eq!(server.found().await, ["location/zorvania", "person/mira"]);
}
