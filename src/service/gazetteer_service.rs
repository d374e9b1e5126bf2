//! The gazetteer service: the catalog looked into and changed over the wire.
//!
//! It checks requests, does the work off the threads that serve connections, since it waits
//! for locks and disks, and writes the answers. What is in force is the catalog's business.

mod change;
mod check;
mod lookup;

use tonic::{Request, Response, Status};

use super::{
    Limits, Measures, RequestError, call, gazetteer_info,
    response::{count, gazetteer_version},
    workers::{Lost, Workers},
};
use crate::{
    catalog::{Catalog, Changed, InForce, LIVE},
    proto::v1::{self, gazetteer_service_server},
    telemetry::Call,
};

/// Requests that are worked on at a time; most of them wait for a disk or a lock.
const AT_A_TIME: usize = 16;

/// The service. Clones share one catalog and one bound on work.
#[derive(Clone, Debug)]
pub struct GazetteerService {
    catalog: Catalog,
    limits: Limits,
    workers: Workers,
    measures: Measures,
}

impl GazetteerService {
    /// A service on a catalog.
    #[must_use]
    pub fn new(catalog: Catalog, limits: Limits) -> GazetteerService {
        GazetteerService { catalog, limits, workers: Workers::of(AT_A_TIME), measures: Measures::default() }
    }

    /// The service, counting into measures that are told to somebody.
    #[must_use]
    pub fn measured(self, measures: &Measures) -> GazetteerService {
        GazetteerService { measures: measures.clone(), ..self }
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

    /// Does work that may wait, and gives its answer unless that is larger than a message.
    async fn run<T: prost::Message + 'static>(
        &self,
        call: &Call,
        work: impl FnOnce(&Catalog) -> Result<T, RequestError> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        let _place = self.workers.line_up()?;
        let catalog = self.catalog.clone();
        let answer = match self.workers.run(move || work(&catalog)).await {
            Ok(answer) => answer?,
            Err(Lost) => return Err(RequestError::Internal { request_id: call.id().to_owned() }.into()),
        };
        let (bytes, limit) = (answer.encoded_len(), self.limits.max_message_bytes as usize);
        if bytes > limit {
            return Err(RequestError::AnswerTooLarge { bytes, limit }.into());
        }
        Ok(Response::new(answer))
    }
}

/// The gazetteers in force, lowest first.
fn versions(now: &InForce) -> Vec<v1::GazetteerVersion> {
    now.gazetteers.iter().map(|status| gazetteer_version(&status.version)).collect()
}

fn infos(now: &InForce) -> Vec<v1::GazetteerInfo> {
    now.gazetteers.iter().map(gazetteer_info).collect()
}

/// The live gazetteer that a change made.
fn made(changed: &Changed) -> v1::GazetteerVersion {
    v1::GazetteerVersion { name: LIVE.to_owned(), version: changed.version.to_string(), digest: changed.digest.clone() }
}

#[tonic::async_trait]
impl gazetteer_service_server::GazetteerService for GazetteerService {
    async fn list_gazetteers(
        &self,
        _: Request<v1::ListGazetteersRequest>,
    ) -> Result<Response<v1::ListGazetteersResponse>, Status> {
        let now = self.catalog.now();
        Ok(Response::new(v1::ListGazetteersResponse { gazetteers: infos(&now), live_version: now.live_version }))
    }

    async fn lookup_entries(
        &self,
        request: Request<v1::LookupEntriesRequest>,
    ) -> Result<Response<v1::LookupEntriesResponse>, Status> {
        let call = call(request.extensions());
        let lookup = lookup::Lookup::check(request.into_inner())?;
        let room = self.limits.max_message_bytes as usize;
        self.run(&call, move |catalog| Ok(lookup.answer(&catalog.now(), room))).await
    }

    async fn upsert_entries(
        &self,
        request: Request<v1::UpsertEntriesRequest>,
    ) -> Result<Response<v1::UpsertEntriesResponse>, Status> {
        let call = call(request.extensions());
        let measures = self.measures.clone();
        let change = change::upsertion(&request.into_inner()).or_else(|error| measures.count_change(Err(error)))?;
        let work = move |catalog: &Catalog| {
            let changed = measures.count_change(catalog.change(&change))?;
            let (added, replaced) = (count(changed.added), count(changed.replaced));
            Ok(v1::UpsertEntriesResponse { gazetteer: Some(made(&changed)), added, replaced })
        };
        self.run(&call, work).await
    }

    async fn delete_entries(
        &self,
        request: Request<v1::DeleteEntriesRequest>,
    ) -> Result<Response<v1::DeleteEntriesResponse>, Status> {
        let call = call(request.extensions());
        let measures = self.measures.clone();
        let change = change::deletion(request.into_inner()).or_else(|error| measures.count_change(Err(error)))?;
        let work = move |catalog: &Catalog| {
            let changed = measures.count_change(catalog.change(&change))?;
            Ok(v1::DeleteEntriesResponse { gazetteer: Some(made(&changed)), deleted: count(changed.deleted) })
        };
        self.run(&call, work).await
    }

    async fn check_entries(
        &self,
        request: Request<v1::CheckEntriesRequest>,
    ) -> Result<Response<v1::CheckEntriesResponse>, Status> {
        let call = call(request.extensions());
        let asked = check::Asked::check(request.into_inner(), &self.limits)?;
        self.run(&call, move |catalog| asked.answer(&catalog.now())).await
    }

    async fn reload_gazetteers(
        &self,
        request: Request<v1::ReloadGazetteersRequest>,
    ) -> Result<Response<v1::ReloadGazetteersResponse>, Status> {
        let call = call(request.extensions());
        let work = |catalog: &Catalog| Ok(v1::ReloadGazetteersResponse { gazetteers: infos(&catalog.reload()) });
        self.run(&call, work).await
    }
}
