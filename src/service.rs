//! The service: articles in, responses out, over the three methods of the API.
//!
//! It checks, admits, runs the extraction off the threads that serve connections, and
//! writes the response. It does not interpret text, and it knows no sockets: that is the
//! server.

mod entry;
mod error;
mod forced;
mod gazetteer_service;
mod measures;
mod request;
mod response;
mod scope;
mod stream;
mod workers;

use std::sync::Arc;

use futures_util::{StreamExt as _, stream::BoxStream};
use prost::Message as _;
use tonic::{Extensions, Request, Response, Status, Streaming};

pub use error::{RequestError, Violation, Violations};
pub use gazetteer_service::GazetteerService;
pub use measures::Measures;
pub use request::{CheckedOptions, check_article};
pub use response::respond;
pub use scope::{Scope, Scopes};

use response::{count, gazetteer_version};
use workers::Workers;

use crate::{
    catalog::{Catalog, InForce, Status as GazetteerStatus},
    proto::v1::{self, batch_item, entity_extraction_service_server::EntityExtractionService},
    telemetry::Call,
};

/// What the service takes at most. What goes over one is refused by an error that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of UTF-8 in an article's title and body together.
    pub max_article_bytes: u32,
    /// Articles in a batch.
    pub max_batch_articles: u32,
    /// Bytes of one message in either direction.
    pub max_message_bytes: u32,
    /// Articles of a stream that are held at a time: worked on, or answered and not read.
    pub stream_window: u32,
    /// Mentions in one answer.
    pub max_mentions: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_article_bytes: 1 << 20,
            max_batch_articles: 100,
            max_message_bytes: 16 << 20,
            stream_window: 64,
            max_mentions: 100_000,
        }
    }
}

/// Bytes of a batch item around its result: tags, lengths and the article's id again.
const ITEM_OVERHEAD: usize = 16;

/// The service. Clones share one catalog and one bound on work.
#[derive(Clone, Debug)]
pub struct ExtractionService {
    catalog: Catalog,
    limits: Limits,
    workers: Workers,
    scopes: Scopes,
    measures: Measures,
}

impl ExtractionService {
    /// A service on a catalog. Make one for a process: each has its own bound on work.
    #[must_use]
    pub fn new(catalog: Catalog, limits: Limits) -> ExtractionService {
        let (workers, scopes, measures) = (Workers::new(), Scopes::default(), Measures::default());
        ExtractionService { catalog, limits, workers, scopes, measures }
    }

    /// The service, counting into measures that are told to somebody.
    #[must_use]
    pub fn measured(self, measures: &Measures) -> ExtractionService {
        ExtractionService { measures: measures.clone(), ..self }
    }

    /// What it counts into.
    #[must_use]
    pub fn measures(&self) -> &Measures {
        &self.measures
    }

    /// Its limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Answers one article from what was in force when it came: checks it, waits for a core,
    /// extracts.
    async fn answer(
        &self,
        article: v1::Article,
        path: &str,
        options: Arc<CheckedOptions>,
        in_force: Arc<InForce>,
        call: &Call,
    ) -> Result<v1::ExtractEntitiesResponse, RequestError> {
        let bytes = article.title.len() + article.body.len();
        call.count_article(bytes);
        let at = path.to_owned();
        let answer = match check_article(&article, path, &self.limits) {
            Ok(()) => {
                let make = move || respond(&article, &at, &options, options.scoped(&in_force.lexicon)?.as_ref());
                self.on_a_core(call, make).await
            }
            Err(error) => Err(error),
        };
        self.measures.count_document(call.method(), bytes, &answer);
        answer.inspect_err(|_| call.count_refused())
    }

    /// Waits for a core and makes a response there, not larger than a message.
    async fn on_a_core(
        &self,
        call: &Call,
        make: impl FnOnce() -> Result<v1::ExtractEntitiesResponse, RequestError> + Send + 'static,
    ) -> Result<v1::ExtractEntitiesResponse, RequestError> {
        let queued = self.measures.queue(call.method());
        let made = self.workers.run(|| {
            let _in_flight = queued.begin();
            make().map(|response| (response.encoded_len(), response))
        });
        let limit = self.limits.max_message_bytes as usize;
        match made.await {
            Ok(Ok((bytes, response))) if bytes <= limit => Ok(response),
            Ok(Ok((bytes, _))) => Err(RequestError::AnswerTooLarge { bytes, limit }),
            Ok(Err(error)) => Err(error),
            Err(workers::Lost) => Err(RequestError::Internal { request_id: call.id().to_owned() }),
        }
    }

    /// Answers the articles of a batch, several at a time, in order.
    async fn answer_batch(
        &self,
        articles: Vec<v1::Article>,
        options: Arc<CheckedOptions>,
        call: &Call,
    ) -> Vec<v1::BatchItem> {
        let in_force = self.catalog.now();
        let answers = articles.into_iter().enumerate().map(|(i, article)| {
            let (options, in_force) = (options.clone(), in_force.clone());
            async move {
                let article_id = article.article_id.clone();
                (article_id, self.answer(article, &format!("articles[{i}]"), options, in_force, call).await)
            }
        });
        let mut answers = futures_util::stream::iter(answers).buffered(self.workers.parallelism());
        let mut batch = Batch::new(self.limits.max_message_bytes as usize);
        while let Some((article_id, answer)) = answers.next().await {
            batch.add(article_id, answer);
        }
        batch.items
    }

    fn info(&self) -> v1::GetServerInfoResponse {
        let Limits { max_article_bytes, max_batch_articles, max_message_bytes, stream_window, max_mentions } =
            self.limits;
        let limits =
            v1::ServerLimits { max_article_bytes, max_batch_articles, max_message_bytes, stream_window, max_mentions };
        v1::GetServerInfoResponse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            gazetteers: self.catalog.now().gazetteers.iter().map(gazetteer_info).collect(),
            limits: Some(limits),
        }
    }
}

/// The items of a batch's answer, kept within one message.
struct Batch {
    items: Vec<v1::BatchItem>,
    limit: usize,
    room: usize,
}

impl Batch {
    fn new(limit: usize) -> Batch {
        Batch { items: Vec::new(), limit, room: limit }
    }

    fn add(&mut self, article_id: String, answer: Result<v1::ExtractEntitiesResponse, RequestError>) {
        let answer = answer.and_then(|response| {
            let (bytes, room, limit) = (response.encoded_len(), self.room, self.limit);
            let needed = bytes + article_id.len() + ITEM_OVERHEAD;
            self.room = room.checked_sub(needed).ok_or(RequestError::BatchFull { bytes, room, limit })?;
            Ok(response)
        });
        let result = match answer {
            Ok(response) => batch_item::Result::Response(response),
            Err(error) => batch_item::Result::Error(error.to_wire()),
        };
        self.items.push(v1::BatchItem { article_id, result: Some(result) });
    }
}

#[tonic::async_trait]
impl EntityExtractionService for ExtractionService {
    type StreamExtractEntitiesStream = BoxStream<'static, Result<v1::StreamExtractEntitiesResponse, Status>>;

    async fn extract_entities(
        &self,
        request: Request<v1::ExtractEntitiesRequest>,
    ) -> Result<Response<v1::ExtractEntitiesResponse>, Status> {
        let call = call(request.extensions());
        let (article, options) = request::check_unary(request.into_inner(), &self.limits, &self.scopes)?;
        let _place = self.workers.line_up()?;
        let answer = self.answer(article, "article", Arc::new(options), self.catalog.now(), &call);
        Ok(Response::new(answer.await?))
    }

    async fn batch_extract_entities(
        &self,
        request: Request<v1::BatchExtractEntitiesRequest>,
    ) -> Result<Response<v1::BatchExtractEntitiesResponse>, Status> {
        let call = call(request.extensions());
        let request = request.into_inner();
        let options = request::check_batch(&request, &self.limits, &self.scopes)?;
        let _place = self.workers.line_up()?;
        let items = self.answer_batch(request.articles, Arc::new(options), &call).await;
        Ok(Response::new(v1::BatchExtractEntitiesResponse { items }))
    }

    async fn stream_extract_entities(
        &self,
        request: Request<Streaming<v1::StreamExtractEntitiesRequest>>,
    ) -> Result<Response<Self::StreamExtractEntitiesStream>, Status> {
        let call = call(request.extensions());
        Ok(Response::new(stream::answers(self.clone(), request.into_inner(), call)))
    }

    async fn get_server_info(
        &self,
        _: Request<v1::GetServerInfoRequest>,
    ) -> Result<Response<v1::GetServerInfoResponse>, Status> {
        Ok(Response::new(self.info()))
    }
}

/// A gazetteer as the API tells it.
fn gazetteer_info(status: &GazetteerStatus) -> v1::GazetteerInfo {
    v1::GazetteerInfo {
        version: Some(gazetteer_version(&status.version)),
        entries: count(status.entries),
        names: count(status.names),
        read_only: status.read_only,
        loads: status.loads,
        failed_loads: status.failed_loads,
        last_error: status.last_error.clone(),
    }
}

/// The record of the call, which the server puts beside the request; a new one where the
/// service is used without our server.
fn call(extensions: &Extensions) -> Arc<Call> {
    extensions.get::<Arc<Call>>().cloned().unwrap_or_else(|| Arc::new(Call::new(None, "other")))
}

#[cfg(test)]
mod tests {
    use tonic::Code;

    use super::*;

    fn service(limits: Limits) -> ExtractionService {
        let catalog = Catalog::open(Vec::new(), None).expect("nothing can be bad");
        ExtractionService::new(catalog, limits)
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_error_with_the_request_id() {
        let call = Call::new(Some(b"the-id"), "m");
        let answer = service(Limits::default()).on_a_core(&call, || panic!("on purpose")).await;
        let status = Status::from(answer.expect_err("it panicked"));
        assert_eq!(status.code(), Code::Internal);
        assert_eq!(status.message(), "internal error, logged under request id the-id");
    }

    #[tokio::test]
    async fn an_answer_over_the_limit_is_refused() {
        let response = v1::ExtractEntitiesResponse { article_id: "a".repeat(100), ..Default::default() };
        let service = service(Limits { max_message_bytes: 100, ..Limits::default() });
        let answer = service.on_a_core(&Call::new(None, "m"), || Ok(response)).await;
        assert_eq!(answer, Err(RequestError::AnswerTooLarge { bytes: 102, limit: 100 }));
    }

    #[test]
    fn a_batch_stays_within_one_message() {
        let response = v1::ExtractEntitiesResponse { article_id: "a".repeat(100), ..Default::default() };
        let mut batch = Batch::new(500);
        for i in 0..4 {
            batch.add(i.to_string(), Ok(response.clone()));
        }
        let full = batch.items.iter().map(|item| matches!(item.result, Some(batch_item::Result::Error(_))));
        assert_eq!(full.collect::<Vec<_>>(), [false, false, false, false]);
        batch.add("5".into(), Ok(response.clone()));
        let Some(batch_item::Result::Error(error)) = &batch.items[4].result else { panic!("{:?}", batch.items[4]) };
        assert!(error.message.starts_with("the answer has 102 bytes"), "{}", error.message);
        assert_eq!(error.code, Code::ResourceExhausted as i32);
    }
}
