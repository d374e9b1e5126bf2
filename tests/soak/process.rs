//! A server in a process of its own, and clients of it.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};

use gazetted::proto::v1::{
    self, entity_extraction_service_client::EntityExtractionServiceClient,
    gazetteer_service_client::GazetteerServiceClient,
};
use tokio::task::JoinHandle;
use tonic::transport::Channel;

pub(crate) type Articles = EntityExtractionServiceClient<Channel>;
pub(crate) type Gazetteers = GazetteerServiceClient<Channel>;

const ARTICLE: &str = include_str!("../../examples/vienna-2015.txt");

/// A server, killed when it is dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
    pub(crate) admin: String,
}

impl Process {
    /// Starts the program and waits until it listens.
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gazetted"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-format", "text"]);
        command.args(["--log-filter", "warn,gazetted::cli=info"]).args(arguments).current_dir(folder);
        let mut child = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().expect("the program starts");
        let mut log = BufReader::new(child.stderr.take().expect("it is piped")).lines();
        let (mut address, mut admin) = (None, None);
        let mut said = String::new();
        while address.is_none() || admin.is_none() {
            let line = log.next().unwrap_or_else(|| panic!("the server ended:\n{said}")).expect("the log is text");
            let after = |words: &str| Some(line.split_once(words)?.1.split(' ').next()?.to_owned());
            address = address.or_else(|| after("listening on "));
            admin = admin.or_else(|| after("can be changed on "));
            said.push_str(&line);
            said.push('\n');
        }
        // Somebody must read on, or the server waits for a full pipe.
        thread::spawn(move || log.for_each(drop));
        Process { child, address: address.unwrap_or_default(), admin: admin.unwrap_or_default() }
    }

    pub(crate) async fn articles(&self) -> Articles {
        Articles::new(connect(&self.address).await)
    }

    pub(crate) async fn gazetteers(&self) -> Gazetteers {
        Gazetteers::new(connect(&self.admin).await)
    }

    /// SIGKILL, and not a word more.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Memory at most so far, in MB.
    pub(crate) fn memory(&self) -> String {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        kilobytes.map_or("?".to_owned(), |kilobytes| (kilobytes / 1024).to_string())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn connect(address: &str) -> Channel {
    let endpoint = Channel::from_shared(format!("http://{address}")).expect("an address");
    endpoint.connect().await.expect("the server listens")
}

pub(crate) async fn extract(client: &mut Articles, body: &str) -> v1::ExtractEntitiesResponse {
    let article = v1::Article { body: body.to_owned(), ..Default::default() };
    let request = v1::ExtractEntitiesRequest { article: Some(article), options: None };
    client.extract_entities(request).await.expect("no request fails").into_inner()
}

/// Clients that extract at full speed, each on a connection of its own.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<Vec<f64>>>,
    begun: Instant,
}

impl Load {
    /// Begins with so many clients; each answer goes through `check`.
    pub(crate) async fn start(
        process: &Process,
        clients: usize,
        extra: &'static str,
        check: impl Fn(v1::ExtractEntitiesResponse) + Clone + Send + Sync + 'static,
    ) -> Load {
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = Vec::new();
        for _ in 0..clients {
            let (mut client, stop, check) = (process.articles().await, stop.clone(), check.clone());
            tasks.push(tokio::spawn(async move {
                let body = format!("{ARTICLE}\n\n{extra}");
                let mut ms = Vec::new();
                while !stop.load(SeqCst) {
                    let begun = Instant::now();
                    let answer = extract(&mut client, &body).await;
                    ms.push(begun.elapsed().as_secs_f64() * 1000.0);
                    check(answer);
                }
                ms
            }));
        }
        Load { stop, clients: tasks, begun: Instant::now() }
    }

    /// Ends it: the times of all requests, none of which failed, and the rate.
    pub(crate) async fn stop(self) -> (Vec<f64>, f64) {
        let seconds = self.begun.elapsed().as_secs_f64();
        self.stop.store(true, SeqCst);
        let mut all = Vec::new();
        for client in self.clients {
            all.extend(client.await.expect("no request fails"));
        }
        let rate = all.len() as f64 / seconds;
        (all, rate)
    }
}

/// Runs a load for a while.
pub(crate) async fn load_for(process: &Process, clients: usize, time: Duration) -> (Vec<f64>, f64) {
    let load = Load::start(process, clients, "", drop).await;
    tokio::time::sleep(time).await;
    load.stop().await
}
