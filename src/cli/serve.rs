//! `gazetted serve`: flags to configuration, catalog, socket, signals. What a server does is
//! in `server`.

use std::{
    io,
    path::{Path, PathBuf},
    process,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::{ArgAction, ValueEnum, value_parser};
use futures_util::FutureExt as _;
use tokio::{
    net::TcpListener,
    runtime::Runtime,
    signal::unix::{Signal, SignalKind, signal},
    task::spawn_blocking,
};
use tracing::{info, warn};

use super::GazetteerArgs;
use crate::{
    catalog::{Catalog, CatalogError, Source},
    config::{ConfigError, ServeConfig},
    remote::{Remote, RemoteError},
    server::{self, ServerError},
    service::{ExtractionService, GazetteerService, Limits, Measures},
    telemetry::{self, LogFormat, Metrics, TelemetryError},
};

/// How long the process waits for work on a core that nobody waits for any more.
const LEFTOVERS: Duration = Duration::from_millis(100);

/// Serve the API over gRPC until SIGTERM or SIGINT.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Serve {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50051", env = "GAZETTED_LISTEN")]
    listen: String,
    /// Address and port of the service that shows and changes gazetteers; "off" is none. Who
    /// reaches it can change all answers: keep it on loopback, or behind what checks callers.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:50052", env = "GAZETTED_ADMIN_LISTEN")]
    admin_listen: String,
    /// Address and port where metrics are told in Prometheus' text form, at /metrics over plain
    /// HTTP; "off" is nowhere.
    #[arg(long, value_name = "ADDRESS", default_value = "off", env = "GAZETTED_METRICS_LISTEN")]
    metrics_listen: String,
    /// Directory for changes that are made while the server runs; it is made when it is not
    /// there. Without it such changes are refused.
    #[arg(long, value_name = "DIR", env = "GAZETTED_STATE")]
    state: Option<PathBuf>,
    /// A gazetteer to lay on the others: a .jsonl file, a directory, a compiled file, or the URL
    /// where one is published for replicas. May be repeated; a later one overrides.
    #[arg(long = "gazetteer", value_name = "PATH", env = "GAZETTED_GAZETTEER", value_delimiter = ',')]
    gazetteers: Vec<PathBuf>,
    /// Leave out the gazetteer that is in the binary.
    #[arg(long, env = "GAZETTED_NO_DEFAULT_GAZETTEER", action = ArgAction::SetTrue)]
    no_default_gazetteer: bool,
    /// How often to look, in seconds, whether files of gazetteers have changed; 0 is never. SIGHUP
    /// loads them at any time.
    #[arg(long, value_name = "N", default_value_t = 1, env = "GAZETTED_WATCH_SECONDS",
        value_parser = value_parser!(u64).range(..=86_400))]
    watch_seconds: u64,
    /// How often to ask, in seconds, whether something newer was published at URLs of gazetteers;
    /// 0 is never.
    #[arg(long, value_name = "N", default_value_t = 10, env = "GAZETTED_FOLLOW_SECONDS",
        value_parser = value_parser!(u64).range(..=86_400))]
    follow_seconds: u64,
    /// Bytes of an article at most, title and body together.
    #[arg(long, value_name = "N", default_value_t = Limits::default().max_article_bytes,
        env = "GAZETTED_MAX_ARTICLE_BYTES", value_parser = value_parser!(u32).range(1..=MAX_BYTES))]
    max_article_bytes: u32,
    /// Articles of a batch at most.
    #[arg(long, value_name = "N", default_value_t = Limits::default().max_batch_articles,
        env = "GAZETTED_MAX_BATCH_ARTICLES", value_parser = value_parser!(u32).range(1..))]
    max_batch_articles: u32,
    /// Bytes of a message at most.
    #[arg(long, value_name = "N", default_value_t = Limits::default().max_message_bytes,
        env = "GAZETTED_MAX_MESSAGE_BYTES", value_parser = value_parser!(u32).range(1..=MAX_BYTES))]
    max_message_bytes: u32,
    /// Articles of a stream that are held at a time, at most.
    #[arg(long, value_name = "N", default_value_t = Limits::default().stream_window,
        env = "GAZETTED_STREAM_WINDOW", value_parser = value_parser!(u32).range(1..=65_536))]
    stream_window: u32,
    /// Mentions in an answer at most.
    #[arg(long, value_name = "N", default_value_t = Limits::default().max_mentions,
        env = "GAZETTED_MAX_MENTIONS", value_parser = value_parser!(u32).range(1..))]
    max_mentions: u32,
    /// Connections at a time at most.
    #[arg(long, value_name = "N", default_value_t = 1024, env = "GAZETTED_MAX_CONNECTIONS",
        value_parser = value_parser!(u32).range(1..))]
    max_connections: u32,
    /// Seconds that calls may still take after SIGTERM or SIGINT.
    #[arg(long, value_name = "N", default_value_t = 10, env = "GAZETTED_DRAIN_SECONDS",
        value_parser = value_parser!(u64).range(..=86_400))]
    drain_seconds: u64,
    /// Form of the log: by default text on a terminal and json elsewhere.
    #[arg(long, value_name = "FORMAT", env = "GAZETTED_LOG_FORMAT")]
    log_format: Option<LogFormatFlag>,
    /// What to log, such as "warn" or "info,gazetted=debug".
    #[arg(long, value_name = "FILTER", default_value = "info", env = "GAZETTED_LOG_FILTER")]
    log_filter: String,
}

/// Larger articles and messages help nobody: 1 GiB.
const MAX_BYTES: i64 = 1 << 30;

/// [`LogFormat`] as a flag.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormatFlag {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Why the server could not be run.
#[derive(Debug, thiserror::Error)]
pub(super) enum ServeError {
    /// Flags that do not go together.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Logs could not be set up.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// A URL is none.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The gazetteers could not be loaded.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The address could not be listened on.
    #[error("cannot listen on {address} ({flag}): {source}")]
    Listen {
        /// The address.
        address: String,
        /// The flag that names it.
        flag: &'static str,
        /// What went wrong.
        source: io::Error,
    },
    /// The system does not give what a server needs.
    #[error("cannot start: {0}")]
    System(#[from] io::Error),
    /// The services could not be set up.
    #[error(transparent)]
    Server(#[from] ServerError),
}

impl Serve {
    /// The configuration that the flags say, with the gazetteers named before the command.
    #[must_use]
    pub(super) fn config(&self, before: &GazetteerArgs) -> ServeConfig {
        ServeConfig {
            listen: self.listen.clone(),
            admin_listen: (self.admin_listen != "off").then(|| self.admin_listen.clone()),
            metrics_listen: (self.metrics_listen != "off").then(|| self.metrics_listen.clone()),
            state: self.state.clone(),
            default_gazetteer: !self.no_default_gazetteer && !before.no_default_gazetteer,
            gazetteers: before.paths.iter().chain(&self.gazetteers).cloned().collect(),
            follow: (self.follow_seconds > 0).then(|| Duration::from_secs(self.follow_seconds)),
            watch: (self.watch_seconds > 0).then(|| Duration::from_secs(self.watch_seconds)),
            limits: Limits {
                max_article_bytes: self.max_article_bytes,
                max_batch_articles: self.max_batch_articles,
                max_message_bytes: self.max_message_bytes,
                stream_window: self.stream_window,
                max_mentions: self.max_mentions,
            },
            server: server::Settings {
                drain: Duration::from_secs(self.drain_seconds),
                max_connections: self.max_connections as usize,
                ..server::Settings::default()
            },
            log_format: self.log_format.map(|format| match format {
                LogFormatFlag::Text => LogFormat::Text,
                LogFormatFlag::Json => LogFormat::Json,
            }),
            log_filter: self.log_filter.clone(),
        }
    }

    /// Serves until a signal ends it.
    ///
    /// # Errors
    /// When it cannot start.
    pub(super) fn run(&self, before: &GazetteerArgs) -> Result<(), ServeError> {
        let begun = Instant::now();
        let config = self.config(before);
        config.check()?;
        telemetry::start(config.log_format, &config.log_filter)?;
        let runtime = Runtime::new()?;
        let served = runtime.block_on(serve(&config, begun));
        runtime.shutdown_timeout(LEFTOVERS);
        served
    }
}

async fn serve(config: &ServeConfig, begun: Instant) -> Result<(), ServeError> {
    // The socket first: that a port is taken shows at once, and who comes early waits.
    let listener = listen("--listen", &config.listen).await?;
    let address = listener.local_addr()?;
    let admin_listener = listen_if("--admin-listen", config.admin_listen.as_deref()).await?;
    let metrics_listener = listen_if("--metrics-listen", config.metrics_listen.as_deref()).await?;
    let shutdown = shutdown_signal()?;

    let catalog = Catalog::open(sources(config)?, config.state.as_deref())?;
    if let Some(every) = config.watch {
        catalog.watch(every)?;
    }
    if let Some(every) = config.follow {
        catalog.follow(every)?;
    }
    reload_on_hangup(catalog.clone())?;
    let entries = catalog.now().lexicon.len();
    let (version, measures) = (env!("CARGO_PKG_VERSION"), Measures::default());
    let service = ExtractionService::new(catalog.clone(), config.limits).measured(&measures);
    let admin = GazetteerService::new(catalog.clone(), config.limits).measured(&measures);
    if let Some(listener) = metrics_listener {
        let mut metrics = Metrics::new(version);
        measures.register(catalog, &mut metrics);
        info!("metrics are told on http://{}/metrics", listener.local_addr()?);
        // To the end of the process, so that its drain can be watched too.
        tokio::spawn(server::tell(listener, metrics));
    }
    let ms = begun.elapsed().as_millis();
    info!("gazetted {version} listening on {address} ({entries} entries, ready in {ms} ms)");
    let shutdown = shutdown.shared();
    let serving = server::run(listener, service, config.server, shutdown.clone());
    match admin_listener {
        Some(listener) => {
            tell_admin(&listener)?;
            tokio::try_join!(serving, server::run(listener, admin, config.server, shutdown))?;
        }
        None => serving.await?,
    }
    info!("gazetted has ended");
    Ok(())
}

/// The gazetteers, lowest first.
fn sources(config: &ServeConfig) -> Result<Vec<Source>, ServeError> {
    let embedded = config.default_gazetteer.then_some(Ok(Source::Embedded));
    embedded.into_iter().chain(config.gazetteers.iter().map(|path| source(path))).collect()
}

/// A path, or the URL of a place for replicas.
fn source(path: &Path) -> Result<Source, ServeError> {
    match path.to_str().filter(|path| path.contains("://")) {
        Some(url) => Ok(Source::Remote(Arc::new(Remote::open(url)?))),
        None => Ok(Source::Path(path.to_owned())),
    }
}

async fn listen_if(flag: &'static str, address: Option<&str>) -> Result<Option<TcpListener>, ServeError> {
    match address {
        Some(address) => listen(flag, address).await.map(Some),
        None => Ok(None),
    }
}

async fn listen(flag: &'static str, address: &str) -> Result<TcpListener, ServeError> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|source| ServeError::Listen { address: address.to_owned(), flag, source })
}

fn tell_admin(listener: &TcpListener) -> io::Result<()> {
    let address = listener.local_addr()?;
    info!("gazetteers can be changed on {address}");
    if !address.ip().is_loopback() {
        warn!(%address, "whoever reaches this address can change all answers");
    }
    Ok(())
}

/// Loads all gazetteers at each SIGHUP.
fn reload_on_hangup(catalog: Catalog) -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            info!(signal = "SIGHUP", "loading gazetteers");
            let catalog = catalog.clone();
            // It says itself how it went.
            let _ = spawn_blocking(move || drop(catalog.reload())).await;
        }
    });
    Ok(())
}

/// Ready at the first SIGTERM or SIGINT; a second one ends the process at once.
fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        let name = either(&mut terminate, &mut interrupt).await;
        info!(signal = name, "shutting down");
        tokio::spawn(async move {
            let name = either(&mut terminate, &mut interrupt).await;
            warn!(signal = name, "ending at once");
            process::exit(1);
        });
    })
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) -> &'static str {
    tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    }
}
