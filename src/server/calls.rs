//! One call: its id and record, its deadline, its end, and its line in the log
//! and in the metrics.

use std::{convert::Infallible, future::pending, pin::Pin, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderValue, Request, Response};
use hyper::body::Incoming;
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use tonic::{Code, Status, service::Routes, transport::server::TcpConnectInfo};
use tower::ServiceExt as _;
use tracing::{Instrument as _, Level, Span};

use super::{Phase, body::Answer, deadline, methods, reached};
use crate::{
    service::{Limits, Measures, RequestError},
    telemetry::Call,
};

const REQUEST_ID: &str = "x-request-id";
/// How long a health watcher has to hear that the server drains.
const FAREWELL: Duration = Duration::from_millis(50);

/// The moment at which a call must end, and how it is then told.
pub(super) type Cut = Pin<Box<dyn Future<Output = Status> + Send>>;

/// What answers the calls of all connections.
#[derive(Clone, Debug)]
pub(super) struct Host {
    routes: Routes,
    limits: Limits,
    measures: Measures,
    phases: watch::Receiver<Phase>,
}

impl Host {
    pub(super) fn new(routes: Routes, limits: Limits, measures: Measures, phases: watch::Receiver<Phase>) -> Host {
        Host { routes, limits, measures, phases }
    }

    pub(super) fn phases(&self) -> watch::Receiver<Phase> {
        self.phases.clone()
    }

    /// Answers a call. The record goes with the answer's body, and writes its line when the
    /// body has been sent or given up.
    pub(super) async fn answer(
        self,
        mut request: Request<Incoming>,
        peer: TcpConnectInfo,
    ) -> Result<Response<Answer>, Infallible> {
        let mut record = Record::new(&request, &peer, self.measures.clone());
        let mut cut = self.cut(&request);
        let (span, id) = (record.span.clone(), record.id_header());
        request.extensions_mut().insert(record.call.clone());
        request.extensions_mut().insert(peer);

        let limits = self.limits;
        let answered = self.routes.oneshot(request).instrument(span);
        let mut response = tokio::select! {
            biased;
            Ok(response) = answered => tell_limit(response, &limits),
            status = &mut cut => status.into_http(),
        };
        if let Some(id) = id {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        record.read_status(response.headers());
        Ok(response.map(|body| Answer::new(body, cut, record)))
    }

    /// When the call must end: at its deadline, or when the server does. Calls that never
    /// end by themselves end as soon as the server drains.
    fn cut(&self, request: &Request<Incoming>) -> Cut {
        let timeout = deadline::timeout(request.headers());
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let endless = !request.uri().path().starts_with("/gazetted.");
        let phases = self.phases();
        let expiry = async move {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => pending().await,
            }
        };
        let last = async move {
            if endless {
                reached(phases, Phase::Draining).await;
                sleep(FAREWELL).await;
            } else {
                reached(phases, Phase::Ending).await;
            }
        };
        Box::pin(async move {
            tokio::select! {
                () = expiry => Status::deadline_exceeded(expired(timeout)),
                () = last => Status::unavailable("the server is shutting down"),
            }
        })
    }
}

fn expired(timeout: Option<Duration>) -> String {
    format!("the deadline of {:?} that came with the call has passed", timeout.unwrap_or_default())
}

/// tonic tells a message over the limit as OUT_OF_RANGE, which no service of ours uses.
fn tell_limit(response: Response<tonic::body::Body>, limits: &Limits) -> Response<tonic::body::Body> {
    match Status::from_header_map(response.headers()) {
        Some(status) if status.code() == Code::OutOfRange => {
            Status::from(RequestError::message_too_large(limits, status.message())).into_http()
        }
        _ => response,
    }
}

/// The record of a call, written to the log when it is dropped: the end of the call,
/// however that came.
#[derive(Debug)]
pub(super) struct Record {
    call: Arc<Call>,
    span: Span,
    measures: Measures,
    method: String,
    begun: Instant,
    /// Nothing until the answer says it: a call that ends without was given up by its caller.
    code: Option<Code>,
    sent: u64,
}

impl Record {
    fn new(request: &Request<Incoming>, peer: &TcpConnectInfo, measures: Measures) -> Record {
        let id = request.headers().get(REQUEST_ID).map(HeaderValue::as_bytes);
        let method = request.uri().path().trim_start_matches('/').to_owned();
        let call = Arc::new(Call::new(id, methods::known(&method)));
        let peer = peer.remote_addr().map(tracing::field::display);
        let span = tracing::info_span!("call", id = call.id(), peer);
        Record { call, span, measures, method, begun: Instant::now(), code: None, sent: 0 }
    }

    fn id_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(self.call.id()).ok()
    }

    /// Takes the status from headers or trailers that have one.
    pub(super) fn read_status(&mut self, headers: &HeaderMap) {
        if let Some(code) = headers.get("grpc-status") {
            self.code = Some(Code::from_bytes(code.as_bytes()));
        }
    }

    pub(super) fn count_sent(&mut self, bytes: usize) {
        self.sent += bytes as u64;
    }

    pub(super) fn span(&self) -> &Span {
        &self.span
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let _in_span = self.span.enter();
        let code = self.code.unwrap_or(Code::Cancelled);
        self.measures.count_call(self.call.method(), code);
        let ms = self.begun.elapsed().as_secs_f64() * 1000.0;
        let (articles, refused, bytes) = (self.call.articles(), self.call.refused(), self.call.bytes());
        macro_rules! log {
            ($level:expr) => {
                tracing::event!(
                    $level,
                    method = self.method,
                    code = ?code,
                    ms,
                    articles,
                    refused,
                    article_bytes = bytes,
                    sent_bytes = self.sent,
                    "call ended"
                )
            };
        }
        match code {
            Code::Internal | Code::Unknown => log!(Level::ERROR),
            // Probes come every few seconds and say nothing when all is well.
            Code::Ok if self.method.starts_with("grpc.health.") => log!(Level::DEBUG),
            _ => log!(Level::INFO),
        }
    }
}
