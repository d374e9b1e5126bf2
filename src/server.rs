//! The server: connections in, calls to the services, drain at the end.
//!
//! It owns its accept loop and speaks HTTP/2 through hyper below tonic, because what it
//! promises cannot be had from tonic's own: a drain with a deadline whatever clients hold,
//! an end for silent peers, and calls that end with the right code. It knows how calls
//! travel and nothing of what they are about.

mod body;
mod calls;
mod connection;
mod deadline;
mod methods;
mod metrics;

use std::{io, pin::pin, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tonic::{
    server::NamedService as _,
    service::{Routes, RoutesBuilder},
};
use tonic_health::{ServingStatus, server::HealthReporter};
use tracing::{debug, info, warn};

use calls::Host;
pub use metrics::tell;

use crate::{
    proto::{
        FILE_DESCRIPTOR_SET,
        v1::{
            entity_extraction_service_server::EntityExtractionServiceServer,
            gazetteer_service_server::GazetteerServiceServer,
        },
    },
    service::{ExtractionService, GazetteerService, Limits, Measures},
};

/// How the server treats its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long calls may still take when the server ends.
    pub drain: Duration,
    /// Connections at a time; a further one waits to be accepted.
    pub max_connections: usize,
    /// How long a peer may say nothing before it is asked whether it is still there, and
    /// how long it may take to begin.
    pub keepalive: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { drain: Duration::from_secs(10), max_connections: 1024, keepalive: Duration::from_secs(30) }
    }
}

/// Why the server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The description of the API in the binary cannot be read.
    #[error("reflection: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// How far the server is in its life; only ever goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Serving,
    /// No new calls; what never ends by itself is ended.
    Draining,
    /// The time to drain is over: whatever is left is ended.
    Ending,
}

/// Ready when the server has come as far as `phase`, or is gone.
async fn reached(mut phases: watch::Receiver<Phase>, phase: Phase) {
    let _ = phases.wait_for(|now| *now >= phase).await;
}

/// How long answers that were cut at the end of the drain may take to reach their callers.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// What a listener answers, beside health and reflection.
#[derive(Clone, Debug)]
pub enum Api {
    /// Articles.
    Extraction(ExtractionService),
    /// Gazetteers and changes to them.
    Gazetteers(GazetteerService),
}

impl From<GazetteerService> for Api {
    fn from(service: GazetteerService) -> Api {
        Api::Gazetteers(service)
    }
}

impl From<ExtractionService> for Api {
    fn from(service: ExtractionService) -> Api {
        Api::Extraction(service)
    }
}

impl Api {
    fn name(&self) -> &'static str {
        match self {
            Api::Extraction(_) => EntityExtractionServiceServer::<ExtractionService>::NAME,
            Api::Gazetteers(_) => GazetteerServiceServer::<GazetteerService>::NAME,
        }
    }

    fn limits(&self) -> &Limits {
        match self {
            Api::Extraction(service) => service.limits(),
            Api::Gazetteers(service) => service.limits(),
        }
    }

    fn measures(&self) -> &Measures {
        match self {
            Api::Extraction(service) => service.measures(),
            Api::Gazetteers(service) => service.measures(),
        }
    }
}

/// Serves until `shutdown` is ready, then drains: stops to accept, tells health watchers,
/// lets calls finish for at most [`Settings::drain`], and ends whatever is left.
///
/// # Errors
/// When the services cannot be set up. Failing connections are theirs alone.
pub async fn run(
    listener: TcpListener,
    api: impl Into<Api>,
    settings: Settings,
    shutdown: impl Future<Output = ()>,
) -> Result<(), ServerError> {
    let api = api.into();
    let (name, limits, measures) = (api.name(), *api.limits(), api.measures().clone());
    let (phase, phases) = watch::channel(Phase::Serving);
    let health = HealthReporter::new();
    health.set_service_status(name, ServingStatus::Serving).await;
    let host = Host::new(routes(api, &health)?, limits, measures, phases);

    let mut connections = JoinSet::new();
    let open = |stream, connections: &mut JoinSet<()>| open(stream, &host, settings, connections);
    accept(listener, settings.max_connections, &mut connections, open, shutdown).await;

    info!(connections = connections.len(), seconds = settings.drain.as_secs_f32(), "draining");
    for name in ["", name] {
        health.set_service_status(name, ServingStatus::NotServing).await;
    }
    phase.send_replace(Phase::Draining);
    drain(&mut connections, settings.drain, &phase).await;
    Ok(())
}

/// Accepts connections until `shutdown`; then the listener is dropped and the port free.
async fn accept(
    listener: TcpListener,
    max_connections: usize,
    connections: &mut JoinSet<()>,
    open: impl Fn(TcpStream, &mut JoinSet<()>),
    shutdown: impl Future<Output = ()>,
) {
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => return,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < max_connections => match accepted {
                Ok((stream, _)) => open(stream, connections),
                Err(error) => pause(&error).await,
            }
        }
    }
}

fn open(stream: TcpStream, host: &Host, settings: Settings, connections: &mut JoinSet<()>) {
    let host = host.clone();
    connections.spawn(async move {
        if let Err(error) = connection::serve(stream, host, settings).await {
            debug!(%error, "connection failed");
        }
    });
}

/// Too many open files, most likely: trying again at once would only burn a core.
async fn pause(error: &io::Error) {
    warn!(%error, "cannot accept a connection");
    sleep(Duration::from_millis(100)).await;
}

async fn drain(connections: &mut JoinSet<()>, deadline: Duration, phase: &watch::Sender<Phase>) {
    if timeout(deadline, all_closed(connections)).await.is_ok() {
        return;
    }
    warn!(connections = connections.len(), "the time to drain is over");
    phase.send_replace(Phase::Ending);
    let _ = timeout(LAST_WORDS, all_closed(connections)).await;
    connections.shutdown().await;
}

async fn all_closed(connections: &mut JoinSet<()>) {
    while connections.join_next().await.is_some() {}
}

/// All services of a listener: ours, health, and reflection in both its versions.
fn routes(api: Api, health: &HealthReporter) -> Result<Routes, ServerError> {
    let (name, limit) = (api.name(), api.limits().max_message_bytes as usize);
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .with_service_name(name)
            .with_service_name("grpc.health.v1.Health")
    };
    let health = tonic_health::server::HealthService::from_health_reporter(health.clone());
    let mut routes = RoutesBuilder::default();
    match api {
        Api::Extraction(service) => {
            routes.add_service(EntityExtractionServiceServer::new(service).max_decoding_message_size(limit));
        }
        Api::Gazetteers(service) => {
            routes.add_service(GazetteerServiceServer::new(service).max_decoding_message_size(limit));
        }
    }
    routes
        .add_service(tonic_health::pb::health_server::HealthServer::new(health))
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?);
    Ok(routes.routes().prepare())
}
