//! Measures: what the services and their server count, and what they tell of the gazetteers.
//!
//! Labels are of sets that are known beforehand: methods, codes, types, outcomes, and the
//! gazetteers in force. `docs/metrics.md` is this for those who read the numbers.

use std::{
    fmt,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeGaugeValue, EncodeMetric},
    metrics::{
        MetricType,
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
    },
};
use tonic::Code;

use crate::{
    catalog::{Catalog, Status},
    gazetteer::EntityType,
    proto::v1,
    telemetry::Metrics,
};

/// Bounds in seconds.
const SECONDS: [f64; 14] = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5];

const ACCEPTED: [Label; 1] = [("outcome", "accepted")];
const REFUSED: [Label; 1] = [("outcome", "refused")];

type Label = (&'static str, &'static str);
type Counters<const LABELS: usize> = Family<[Label; LABELS], Counter>;
type Seconds = Family<[Label; 1], Histogram>;

/// What is counted; clones count into the same.
#[derive(Clone, Debug)]
pub struct Measures {
    calls: Counters<2>,
    documents: Counters<2>,
    bytes: Counters<1>,
    entities: Counters<1>,
    queued: Gauge,
    in_flight: Gauge,
    waits: Seconds,
    extractions: Seconds,
    changes: Counters<1>,
}

impl Default for Measures {
    fn default() -> Measures {
        let seconds = || Seconds::new_with_constructor(|| Histogram::new(SECONDS));
        let measures = Measures {
            calls: Family::default(),
            documents: Family::default(),
            bytes: Family::default(),
            entities: Family::default(),
            queued: Gauge::default(),
            in_flight: Gauge::default(),
            waits: seconds(),
            extractions: seconds(),
            changes: Family::default(),
        };
        // What is known to be possible is told as 0 before it happens: else its first time is
        // no rise that a rule could see.
        for outcome in [ACCEPTED, REFUSED] {
            drop(measures.changes.get_or_create(&outcome));
        }
        for entity_type in EntityType::ALL {
            drop(measures.entities.get_or_create(&[("type", entity_type.name())]));
        }
        measures
    }
}

impl Measures {
    /// Makes all of it, and the gazetteers of a catalog, part of what is told.
    pub fn register(&self, catalog: Catalog, metrics: &mut Metrics) {
        let registry = metrics.registry();
        registry.register("calls", "Calls that ended, by method and gRPC code", self.calls.clone());
        registry.register("documents", "Documents, by method and what became of them", self.documents.clone());
        registry.register("document_bytes", "UTF-8 bytes of the documents extracted", self.bytes.clone());
        registry.register("entities", "Entities found, by type", self.entities.clone());
        registry.register("documents_queued", "Documents that wait for a core", self.queued.clone());
        registry.register("documents_in_flight", "Documents that are on a core", self.in_flight.clone());
        registry.register("wait_seconds", "How long a document waited for a core", self.waits.clone());
        registry.register("extraction_seconds", "How long a document was on a core", self.extractions.clone());
        registry.register("live_changes", "Changes by call, by what became of them", self.changes.clone());
        registry.register_collector(Box::new(Gazetteers(catalog)));
    }

    /// A call has ended.
    pub fn count_call(&self, method: &'static str, code: Code) {
        self.calls.get_or_create(&[("method", method), ("code", code_name(code))]).inc();
    }

    /// A document takes its place in the line for a core.
    pub(super) fn queue(&self, method: &'static str) -> Queued {
        self.queued.inc();
        Queued { measures: self.clone(), method, since: Instant::now() }
    }

    /// A document of so many bytes was answered.
    pub(super) fn count_document<E>(
        &self,
        method: &'static str,
        bytes: usize,
        answer: &Result<v1::ExtractEntitiesResponse, E>,
    ) {
        let outcome = if answer.is_ok() { "extracted" } else { "refused" };
        self.documents.get_or_create(&[("method", method), ("outcome", outcome)]).inc();
        let Ok(response) = answer else { return };
        self.bytes.get_or_create(&[("method", method)]).inc_by(bytes as u64);
        for entity_type in EntityType::ALL {
            let wire = super::response::entity_type(entity_type);
            let found = response.entities.iter().filter(|entity| entity.r#type() == wire).count();
            self.entities.get_or_create(&[("type", entity_type.name())]).inc_by(found as u64);
        }
    }

    /// Counts a change by what became of it, and gives that back.
    pub(super) fn count_change<T, E>(&self, made: Result<T, E>) -> Result<T, E> {
        self.changes.get_or_create(if made.is_ok() { &ACCEPTED } else { &REFUSED }).inc();
        made
    }
}

/// A document in line; leaving the line is dropping it.
#[derive(Debug)]
pub(super) struct Queued {
    measures: Measures,
    method: &'static str,
    since: Instant,
}

impl Queued {
    /// Its turn has come.
    pub(super) fn begin(self) -> InFlight {
        let (measures, method) = (self.measures.clone(), self.method);
        measures.waits.get_or_create(&[("method", method)]).observe(self.since.elapsed().as_secs_f64());
        measures.in_flight.inc();
        InFlight { measures, method, since: Instant::now() }
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        self.measures.queued.dec();
    }
}

/// A document on a core, until it is dropped.
#[derive(Debug)]
pub(super) struct InFlight {
    measures: Measures,
    method: &'static str,
    since: Instant,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let seconds = self.since.elapsed().as_secs_f64();
        self.measures.extractions.get_or_create(&[("method", self.method)]).observe(seconds);
        self.measures.in_flight.dec();
    }
}

/// The gazetteers in force, as they are when somebody asks.
#[derive(Debug)]
struct Gazetteers(Catalog);

impl Collector for Gazetteers {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let now = self.0.now();
        let loaded = |status: &Status| status.loaded.map(seconds);
        let mut tell = Teller { encoder: &mut encoder, gazetteers: &now.gazetteers };
        tell.gauge("entries", "Entries of a gazetteer", |status| Some(status.entries as i64))?;
        tell.gauge("loaded_timestamp_seconds", "When a gazetteer was last loaded with success, since 1970", loaded)?;
        tell.gauge("bad", "1 when the newest state of a gazetteer could not be loaded", |status| {
            status.loaded.map(|_| i64::from(!status.last_error.is_empty()))
        })?;
        tell.loads()
    }
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH).map_or(0.0, |age| age.as_secs_f64())
}

struct Teller<'a, 'e> {
    encoder: &'a mut DescriptorEncoder<'e>,
    gazetteers: &'a [Status],
}

impl Teller<'_, '_> {
    fn gauge<N: EncodeGaugeValue>(
        &mut self,
        name: &str,
        help: &str,
        value: impl Fn(&Status) -> Option<N>,
    ) -> fmt::Result {
        let name = format!("gazetteer_{name}");
        let mut family = self.encoder.encode_descriptor(&name, help, None, MetricType::Gauge)?;
        for (layer, status) in self.gazetteers.iter().enumerate() {
            if let Some(value) = value(status) {
                ConstGauge::new(value).encode(family.encode_family(&labels(layer, status))?)?;
            }
        }
        Ok(())
    }

    fn loads(&mut self) -> fmt::Result {
        let help = "Loads of a gazetteer, by outcome";
        let mut family = self.encoder.encode_descriptor("gazetteer_loads", help, None, MetricType::Counter)?;
        for (layer, status) in self.gazetteers.iter().enumerate().filter(|(_, status)| status.loaded.is_some()) {
            for (outcome, number) in [("loaded", status.loads), ("failed", status.failed_loads)] {
                let [name, layer] = labels(layer, status);
                let labels = [name, layer, ("outcome", outcome.to_owned())];
                ConstCounter::new(number).encode(family.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

/// Two gazetteers may have the same name; their places in the stack differ.
fn labels(layer: usize, status: &Status) -> [(&'static str, String); 2] {
    [("gazetteer", status.version.name.clone()), ("layer", layer.to_string())]
}

/// A code as the protocol writes it.
fn code_name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}
