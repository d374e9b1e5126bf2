//! The listener of metrics: plain HTTP with one page, for Prometheus and for people.

use std::{convert::Infallible, future::pending, sync::Arc, time::Duration};

use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tracing::{debug, error};

use super::accept;
use crate::telemetry::Metrics;

/// Connections at a time: those who ask are few.
const MAX_CONNECTIONS: usize = 32;
/// How long a peer may take to ask, the first time or again.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tells metrics at `GET /metrics` for as long as it is polled; a connection that fails is its
/// peer's alone.
pub async fn tell(listener: TcpListener, metrics: Metrics) {
    let metrics = Arc::new(metrics);
    let open = |stream, connections: &mut JoinSet<()>| {
        connections.spawn(serve(stream, metrics.clone()));
    };
    accept(listener, MAX_CONNECTIONS, &mut JoinSet::new(), open, pending()).await;
}

async fn serve(stream: TcpStream, metrics: Arc<Metrics>) {
    let answers = service_fn(move |request: Request<Incoming>| {
        let answer = answer(request.method(), request.uri().path(), &metrics);
        async { Ok::<_, Infallible>(answer) }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    if let Err(error) = http.serve_connection(TokioIo::new(stream), answers).await {
        debug!(%error, "connection for metrics failed");
    }
}

fn answer(method: &Method, path: &str, metrics: &Metrics) -> Response<String> {
    let (status, text) = match (path, method) {
        ("/metrics", &Method::GET | &Method::HEAD) => match metrics.text() {
            Ok(text) => (StatusCode::OK, text),
            Err(error) => {
                error!(%error, "metrics cannot be told");
                (StatusCode::INTERNAL_SERVER_ERROR, "the metrics cannot be told; the log says why\n".to_owned())
            }
        },
        ("/metrics", _) => (StatusCode::METHOD_NOT_ALLOWED, "/metrics can only be read\n".to_owned()),
        _ => (StatusCode::NOT_FOUND, "there is only /metrics\n".to_owned()),
    };
    let mut response = Response::new(text);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Metrics::CONTENT_TYPE));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}
