//! Sudden ends while changes are made: after each, all that was acknowledged is there, and
//! what was not is there as a whole or not at all.

use std::{
    fs,
    time::{Duration, Instant},
};

use gazetted::proto::v1::{self, lookup_entries_request::Query};
use tokio::task::JoinHandle;

use crate::{
    Chance, Settings,
    process::{Gazetteers, Process},
    times,
};

/// Writers at a time, each with entries of its own.
const WRITERS: u64 = 4;
/// Entries of a change, which are written and deleted together.
const TOGETHER: usize = 3;

/// What a writer knows of its entries.
#[derive(Clone, Debug)]
struct Known {
    writer: u64,
    /// What they are named as far as it was acknowledged; nothing where they were deleted.
    acknowledged: Option<u64>,
    /// The change that was sent and not acknowledged: its number, and what it makes.
    open: Option<(u64, Option<u64>)>,
    /// The number of the next change.
    next: u64,
    changes: u64,
}

pub(crate) async fn run(settings: &Settings) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let base = r#"{"id":"base","type":"PERSON","name":"Ann Roe"}"#;
    fs::write(folder.path().join("base.jsonl"), base).expect("the folder is ours");
    let arguments = ["--no-default-gazetteer", "--gazetteer", "base.jsonl", "--state", "state"];
    let mut chance = Chance::new(settings.seed);
    let new = |writer| Known { writer, acknowledged: None, open: None, next: 0, changes: 0 };
    let mut known = (0..WRITERS).map(new).collect::<Vec<_>>();
    let (mut starts, mut whole, mut absent) = (Vec::new(), 0, 0);
    for round in 0..=settings.kills {
        let begun = Instant::now();
        let mut process = Process::start(folder.path(), &arguments);
        starts.push(begun.elapsed().as_secs_f64() * 1000.0);
        let mut client = process.gazetteers().await;
        for known in &mut known {
            match known.settle(&mut client, round).await {
                Some(true) => whole += 1,
                Some(false) => absent += 1,
                None => {}
            }
        }
        if round == settings.kills {
            break;
        }
        let mut writers = Vec::new();
        for known in &known {
            writers.push(write(process.gazetteers().await, known.clone()));
        }
        tokio::time::sleep(Duration::from_millis(1 + chance.below(400))).await;
        process.kill();
        known.clear();
        for writer in writers {
            known.push(writer.await.expect("a writer does not panic"));
        }
    }
    let changes = known.iter().map(|known| known.changes).sum::<u64>();
    println!("kills: {} times SIGKILL, {changes} changes acknowledged, none lost", settings.kills);
    println!("  {whole} unacknowledged changes were there as a whole, {absent} not at all");
    println!("  start to listening: {}", times(starts));
}

impl Known {
    fn ids(&self) -> Vec<String> {
        (0..TOGETHER).map(|n| format!("writer-{}/{n}", self.writer)).collect()
    }

    fn request_id(&self, number: u64) -> String {
        format!("writer-{}-change-{number}", self.writer)
    }

    /// Looks at what is there after a start, and sends the open change once more. Tells whether
    /// that had been made.
    async fn settle(&mut self, client: &mut Gazetteers, round: usize) -> Option<bool> {
        let found = self.found(client).await;
        assert!(found.windows(2).all(|pair| pair[0] == pair[1]), "round {round}: half a change: {found:?}, {self:?}");
        let found = found[0];
        let Some((number, made)) = self.open.take() else {
            assert_eq!(found, self.acknowledged, "round {round}: {self:?}");
            return None;
        };
        assert!(found == self.acknowledged || found == made, "round {round}: {found:?} in {self:?}");
        self.send(client, number, made).await.expect("a change that is sent again is good");
        self.acknowledged = made;
        let again = self.found(client).await;
        assert!(again.iter().all(|&again| again == made), "round {round}: {again:?} in {self:?}");
        Some(found == made)
    }

    /// What each entry is named.
    async fn found(&self, client: &mut Gazetteers) -> Vec<Option<u64>> {
        let mut found = Vec::new();
        for id in self.ids() {
            let request = v1::LookupEntriesRequest { query: Some(Query::EntryId(id)), ..Default::default() };
            let answer = client.lookup_entries(request).await.expect("no request fails").into_inner();
            let name = answer.entries.first().and_then(|found| Some(found.entry.as_ref()?.name.clone()));
            found.push(name.map(|name| name.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number")));
        }
        found
    }

    async fn send(&self, client: &mut Gazetteers, number: u64, made: Option<u64>) -> Result<(), tonic::Status> {
        let request_id = self.request_id(number);
        let Some(value) = made else {
            let entry_ids = self.ids();
            let request = v1::DeleteEntriesRequest { request_id, entry_ids, allow_missing: true, ..Default::default() };
            return client.delete_entries(request).await.map(drop);
        };
        let entry = |entry_id| v1::GazetteerEntry {
            entry_id,
            r#type: v1::EntityType::Person.into(),
            name: format!("Mira {value}"),
            ..Default::default()
        };
        let entries = self.ids().into_iter().map(entry).collect();
        let request = v1::UpsertEntriesRequest { request_id, entries, expected_version: None };
        client.upsert_entries(request).await.map(drop)
    }
}

/// Writes until the server is gone.
fn write(mut client: Gazetteers, mut known: Known) -> JoinHandle<Known> {
    tokio::spawn(async move {
        loop {
            let number = known.next;
            let made = (number % 4 != 3).then_some(number);
            known.next += 1;
            known.open = Some((number, made));
            if known.send(&mut client, number, made).await.is_err() {
                return known;
            }
            (known.acknowledged, known.open) = (made, None);
            known.changes += 1;
        }
    })
}
