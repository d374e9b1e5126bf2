//! The stream: settings first, then articles, each answered once.
//!
//! The window is the buffer of [`StreamExt::buffered`]: a further article is read only when
//! fewer than the window's number are held, worked on or answered but not yet taken by the
//! connection. So a slow reader slows the sender, and nothing grows.
//!
//! Each article is a task of its own. It must be: a future in a buffer that nobody polls,
//! because the reader sleeps, could be given a core and sit on it, and so one slow reader
//! would stop the whole process.

use std::{
    future::ready,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures_util::{
    FutureExt as _, Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use tokio::{
    sync::{Semaphore, oneshot},
    task::JoinHandle,
};
use tonic::{Code, Status, Streaming};
use tracing::{Instrument as _, Span};

use super::{
    ExtractionService, Limits,
    error::{RequestError, Violations},
    request::{CheckedOptions, check_settings},
    scope::Scopes,
};
use crate::{
    proto::v1::{
        self, StreamExtractEntitiesRequest, stream_extract_entities_request::Message, stream_extract_entities_response,
    },
    telemetry::Call,
};

type Inbound = Streaming<StreamExtractEntitiesRequest>;
type Answer = v1::StreamExtractEntitiesResponse;

/// The answers to the articles of `inbound`, and at last the error that ended it, if one
/// did. Dropping the answers cancels the outstanding work.
pub(super) fn answers(
    service: ExtractionService,
    inbound: Inbound,
    call: Arc<Call>,
) -> BoxStream<'static, Result<Answer, Status>> {
    // Taken here: later the stream is polled by the connection, outside of the call's span.
    let span = Span::current();
    let answers = open(inbound, service.limits, service.scopes.clone()).map(|opened| match opened {
        Ok(opened) => opened.answers(service, call, span).left_stream(),
        Err(status) => stream::once(ready(Err(status))).right_stream(),
    });
    answers.flatten_stream().boxed()
}

/// A stream whose first message has been read.
struct Opened {
    options: CheckedOptions,
    order: v1::StreamOrder,
    /// The first message, where it was not the settings.
    first: Option<v1::Article>,
    inbound: Inbound,
}

async fn open(mut inbound: Inbound, limits: Limits, scopes: Scopes) -> Result<Opened, Status> {
    let (settings, first) = match next(&mut inbound, limits).await? {
        Some(Message::Settings(settings)) => (settings, None),
        Some(Message::Article(article)) => (v1::StreamSettings::default(), Some(article)),
        None => (v1::StreamSettings::default(), None),
    };
    let (options, order) = check_settings(&settings, &limits, &scopes)?;
    Ok(Opened { options, order, first, inbound })
}

impl Opened {
    fn answers(
        self,
        service: ExtractionService,
        call: Arc<Call>,
        span: Span,
    ) -> impl Stream<Item = Result<Answer, Status>> + Send {
        let window = service.limits.stream_window.max(1) as usize;
        // Of a stream only as many articles stand in line as there are cores: other callers
        // wait behind those, not behind whole windows.
        let turns = Arc::new(Semaphore::new(service.workers.parallelism()));
        let options = Arc::new(self.options);
        let (fail, failure) = oneshot::channel();
        let articles = articles(self.first, self.inbound, service.limits, fail);
        let tasks = articles.zip(stream::iter(1..)).map(move |(article, sequence)| {
            let (service, options, call, turns) = (service.clone(), options.clone(), call.clone(), turns.clone());
            let answer = async move {
                let _turn = turns.acquire().await;
                answer(&service, article, sequence, options, &call).await
            };
            Task(tokio::spawn(answer.instrument(span.clone())))
        });
        let answers = match self.order {
            v1::StreamOrder::Unspecified | v1::StreamOrder::Articles => tasks.buffered(window).left_stream(),
            v1::StreamOrder::Ready => tasks.buffer_unordered(window).right_stream(),
        };
        answers.chain(failure.into_stream().filter_map(|failure| ready(failure.ok().map(Err))))
    }
}

/// The articles of a stream, up to its end or to what is no article. That error goes to
/// `fail`, to be told at the end, for the articles before it are still to be answered.
fn articles(
    first: Option<v1::Article>,
    inbound: Inbound,
    limits: Limits,
    fail: oneshot::Sender<Status>,
) -> impl Stream<Item = v1::Article> + Send {
    let rest = stream::unfold((inbound, fail), move |(mut inbound, fail)| async move {
        let status = match next(&mut inbound, limits).await {
            Ok(Some(Message::Article(article))) => return Some((article, (inbound, fail))),
            Ok(Some(Message::Settings(_))) => out_of_place("settings", "are only allowed as the first message"),
            Ok(None) => return None,
            Err(status) => status,
        };
        // Nobody listens when the caller is gone; then nobody needs to know.
        let _ = fail.send(status);
        None
    });
    stream::iter(first).chain(rest)
}

/// The next message, or nothing at the end of the stream.
async fn next(inbound: &mut Inbound, limits: Limits) -> Result<Option<Message>, Status> {
    match inbound.message().await {
        Ok(None) => Ok(None),
        Ok(Some(StreamExtractEntitiesRequest { message: Some(message) })) => Ok(Some(message)),
        Ok(Some(StreamExtractEntitiesRequest { message: None })) => {
            Err(out_of_place("message", "has neither settings nor an article"))
        }
        Err(status) if status.code() == Code::OutOfRange => {
            Err(RequestError::message_too_large(&limits, status.message()).into())
        }
        Err(status) => Err(status),
    }
}

fn out_of_place(field: &str, problem: &str) -> Status {
    let mut violations = Violations::default();
    violations.add(field, problem);
    RequestError::Invalid(violations).into()
}

async fn answer(
    service: &ExtractionService,
    article: v1::Article,
    sequence: u64,
    options: Arc<CheckedOptions>,
    call: &Call,
) -> Answer {
    let article_id = article.article_id.clone();
    // What is in force now, not when the stream began: a stream may go on for days.
    let in_force = service.catalog.now();
    let result = match service.answer(article, "article", options, in_force, call).await {
        Ok(response) => stream_extract_entities_response::Result::Response(response),
        Err(error) => stream_extract_entities_response::Result::Error(error.to_wire()),
    };
    Answer { sequence, article_id, result: Some(result) }
}

/// An answer in the making, cancelled when nobody wants it any more.
struct Task(JoinHandle<Answer>);

impl Future for Task {
    type Output = Result<Answer, Status>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // A panic in the extraction is answered within the task; here it is the end of the process.
        self.0.poll_unpin(context).map_err(|_| Status::unavailable("the server is ending"))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}
