//! Changes beside clients that extract at full speed: none fails, and each change is seen by
//! the first request that begins after it was acknowledged.

use std::{
    fmt::Write as _,
    fs,
    time::{Duration, Instant},
};

use gazetted::proto::v1;

use crate::{
    Chance, Settings,
    process::{Articles, Gazetteers, Load, Process, extract, load_for},
    times,
};

const CLIENTS: usize = 8;
/// Entries that changes are about.
const IDS: u64 = 200;

pub(crate) async fn run(settings: &Settings) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::write(folder.path().join("large.jsonl"), large(settings.names)).expect("the folder is ours");
    let process = Process::start(folder.path(), &["--gazetteer", "large.jsonl", "--state", "state"]);
    let bulk = write_many(&mut process.gazetteers().await, settings.live).await;
    let alone = load_for(&process, CLIENTS, Duration::from_secs(2)).await;

    let load = Load::start(&process, CLIENTS, "", drop).await;
    let mut writer = Writer {
        articles: process.articles().await,
        gazetteers: process.gazetteers().await,
        chance: Chance::new(settings.seed),
        there: vec![None; IDS as usize],
        acknowledged: Vec::new(),
        seen: Vec::new(),
    };
    let begun = Instant::now();
    for number in 0..settings.changes {
        writer.change(number).await;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let beside = load.stop().await;
    println!("changes: {} in {seconds:.1} s beside {CLIENTS} clients, {} names", settings.changes, settings.names);
    println!("  before: {} entries written, 1000 at a time: {}", settings.live, times(bulk));
    println!("  acknowledged after   {}", times(writer.acknowledged));
    println!("  seen in an answer by {}", times(writer.seen));
    println!("  requests without changes: {:.0}/s, {}", alone.1, times(alone.0));
    println!("  requests beside changes:  {:.0}/s, {}; none failed", beside.1, times(beside.0));
    println!("  memory at most {} MB", process.memory());
}

/// Writes so many entries; the times of the calls.
async fn write_many(client: &mut Gazetteers, entries: usize) -> Vec<f64> {
    let mut ms = Vec::new();
    for first in (0..entries).step_by(1000) {
        let entry = |number: usize| v1::GazetteerEntry {
            entry_id: format!("person/live-{number}"),
            r#type: v1::EntityType::Person.into(),
            name: format!("W{} Z{}", syllables(number % 1000), syllables(number / 1000 + 1000)),
            ..Default::default()
        };
        let entries = (first..entries.min(first + 1000)).map(entry).collect();
        let request = v1::UpsertEntriesRequest { request_id: format!("many-{first}"), entries, expected_version: None };
        let begun = Instant::now();
        client.upsert_entries(request).await.expect("no change fails");
        ms.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    ms
}

struct Writer {
    articles: Articles,
    gazetteers: Gazetteers,
    chance: Chance,
    /// What each id is named, where it is there.
    there: Vec<Option<usize>>,
    acknowledged: Vec<f64>,
    seen: Vec<f64>,
}

impl Writer {
    /// Writes or deletes an entry, then looks whether a request sees that.
    async fn change(&mut self, number: usize) {
        let which = self.chance.below(IDS) as usize;
        let (request_id, id) = (format!("change-{number}"), format!("organization/quandry-{which}"));
        let before = self.there[which];
        let begun = Instant::now();
        if before.is_some() && self.chance.below(3) == 0 {
            let request = v1::DeleteEntriesRequest { request_id, entry_ids: vec![id.clone()], ..Default::default() };
            self.gazetteers.delete_entries(request).await.expect("no change fails");
            self.there[which] = None;
        } else {
            let entries = vec![v1::GazetteerEntry {
                entry_id: id.clone(),
                r#type: v1::EntityType::Organization.into(),
                name: name(number),
                ..Default::default()
            }];
            let request = v1::UpsertEntriesRequest { request_id, entries, expected_version: None };
            self.gazetteers.upsert_entries(request).await.expect("no change fails");
            self.there[which] = Some(number);
        }
        self.acknowledged.push(begun.elapsed().as_secs_f64() * 1000.0);
        let names = [before, self.there[which]].into_iter().flatten();
        for named in names.collect::<Vec<_>>() {
            let answer = extract(&mut self.articles, &format!("The {} met on Monday.", name(named))).await;
            let found = answer.entities.iter().any(|entity| entity.entry_id == id);
            assert_eq!(found, self.there[which] == Some(named), "change {number} of {id}: {answer:?}");
        }
        self.seen.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
}

fn name(number: usize) -> String {
    format!("Quandry{} Institute", syllables(number))
}

/// So many entries of names that no article has.
fn large(names: usize) -> String {
    let mut lines = String::new();
    for number in 0..names {
        let (given, surname) = (syllables(number % 1000), syllables(number / 1000 + 1000));
        let _ = writeln!(
            lines,
            r#"{{"id":"person/soak-{number}","type":"PERSON","name":"X{given} Y{surname}","country":"FR"}}"#
        );
    }
    lines
}

/// A word for a number.
fn syllables(mut number: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "do", "ki", "lu", "me", "no", "pa", "ri", "su", "te", "vo", "xa", "yi", "zu", "fe", "gha"];
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
        if number == 0 {
            return word;
        }
    }
}
