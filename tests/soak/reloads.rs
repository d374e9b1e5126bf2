//! Reloads beside clients at full speed, every third file bad in a way of its own: no request
//! fails, the last good file stays in force, and each answer is of one version as a whole.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::Instant,
};

use gazetted::proto::v1;

use crate::{
    Chance, Settings,
    process::{Load, Process},
    times,
};

const CLIENTS: usize = 8;
/// Entries of the file, all of them in the article.
const ENTRIES: usize = 6;
const TEXT: &str = "The Quandry0 Institute, the Quandry1 Institute, the Quandry2 Institute, the Quandry3 \
                    Institute, the Quandry4 Institute and the Quandry5 Institute met on Monday.";

/// The digests of answers, each with what was seen with it: the marks of all entities of an
/// answer, and how many.
type Seen = Arc<Mutex<HashMap<String, BTreeSet<(Vec<String>, usize)>>>>;

pub(crate) async fn run(settings: &Settings) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("names.jsonl");
    fs::write(&path, good(0)).expect("the folder is ours");
    let process = Process::start(folder.path(), &["--gazetteer", "names.jsonl"]);
    let seen = Seen::default();
    let load = Load::start(&process, CLIENTS, TEXT, {
        let seen = seen.clone();
        move |answer| remember(&seen, &answer)
    })
    .await;

    let mut client = process.gazetteers().await;
    let mut chance = Chance::new(settings.seed);
    let mut digests = HashMap::new();
    let (mut took, mut ways) = (Vec::new(), BTreeSet::new());
    let mut last = version(
        &client.list_gazetteers(v1::ListGazetteersRequest {}).await.expect("it answers").into_inner().gazetteers,
    );
    digests.insert(last.clone(), 0);
    for round in 1..=settings.reloads {
        let bad = round % 3 == 0;
        if bad {
            ways.insert(spoil(&path, round, &mut chance));
        } else {
            put(&path, good(round).as_bytes());
        }
        let begun = Instant::now();
        let answer = client.reload_gazetteers(v1::ReloadGazetteersRequest {}).await.expect("a bad file is no error");
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
        let gazetteers = answer.into_inner().gazetteers;
        let (now, error) = (version(&gazetteers), &gazetteers[1].last_error);
        assert_eq!(error.is_empty(), !bad, "round {round}, {ways:?}: {error}");
        assert_eq!(now == last, bad, "round {round}: {now}");
        if !bad {
            digests.insert(now.clone(), round);
        }
        last = now;
    }
    let (all, rate) = load.stop().await;

    let seen = seen.lock().expect("no client panicked");
    for (digest, sights) in seen.iter() {
        let round = digests.get(digest).unwrap_or_else(|| panic!("{digest} was never put in force"));
        let expected = BTreeSet::from([(vec![round.to_string()], ENTRIES)]);
        assert_eq!(*sights, expected, "answers of round {round}");
    }
    println!("reloads: {}, of them {} files bad in {} ways", settings.reloads, settings.reloads / 3, ways.len());
    println!("  {} answers at {rate:.0}/s from {} versions, each of one version; none failed", all.len(), seen.len());
    println!("  a reload takes {}", times(took));
    println!("  a request takes {}", times(all));
}

/// The digest of the gazetteer on top of the embedded one.
fn version(gazetteers: &[v1::GazetteerInfo]) -> String {
    gazetteers[1].version.as_ref().expect("a version").digest.clone()
}

fn remember(seen: &Seen, answer: &v1::ExtractEntitiesResponse) {
    let ours = answer.entities.iter().filter(|entity| entity.entry_id.starts_with("quandry/")).collect::<Vec<_>>();
    let marks = ours.iter().map(|entity| entity.links["round"].clone()).collect::<BTreeSet<_>>();
    let sight = (marks.into_iter().collect(), ours.len());
    let mut seen = seen.lock().expect("no client panicked");
    seen.entry(answer.gazetteers[1].digest.clone()).or_default().insert(sight);
}

/// The file of a round: all its entries bear the round's number.
fn good(round: usize) -> String {
    let line = |n: usize| {
        format!(
            r#"{{"id":"quandry/{n}","type":"ORGANIZATION","name":"Quandry{n} Institute","links":{{"round":"{round}"}}}}"#
        )
    };
    (0..ENTRIES).map(|n| line(n) + "\n").collect()
}

/// Puts a file in the place of another at once.
fn put(path: &Path, content: &[u8]) {
    remove(path);
    let beside = path.with_extension("new");
    fs::write(&beside, content).expect("the folder is ours");
    fs::rename(beside, path).expect("the folder is ours");
}

/// Whatever stood there may be a folder.
fn remove(path: &Path) {
    if path.is_dir() {
        fs::remove_dir_all(path).expect("the folder is ours");
    }
}

/// Puts a bad file there; tells in which way.
fn spoil(path: &Path, round: usize, chance: &mut Chance) -> String {
    let whole = good(round);
    let line = |bad: String| format!("{whole}{bad}\n").into_bytes();
    let fields = [
        r#""type":"PLANET","name":"A""#,
        r#""type":"PERSON""#,
        r#""type":"PERSON","name":"…""#,
        r#""type":"PERSON","name":"A","weight":1.5"#,
        r#""type":"PERSON","name":"A","country":"gb""#,
        r#""type":"PERSON","name":"A","begin":"2020-13""#,
        r#""type":"PERSON","name":"A","coordinates":[91,0]"#,
        r#""type":"PERSON","name":"A","coordinates":[1]"#,
        r#""type":"PERSON","name":"A","alias":["B"]"#,
        r#""type":"PERSON","name":"A","aliases":[{"text":"B","kind":"nick"}]"#,
        r#""type":"PERSON","name":"A","aliases":["B","B"]"#,
        r#""type":"PERSON","name":7"#,
        r#""type":"PERSON","name":"A","links":["x"]"#,
        r#""type":"PERSON","name":"A""name":"B""#,
    ];
    let ways = fields.len() + 9;
    let way = (round / 3) % ways;
    if let Some(fields) = fields.get(way) {
        put(path, &line(format!(r#"{{"id":"bad-{round}",{fields}}}"#)));
        return fields.to_string();
    }
    let content = match way - fields.len() {
        0 => {
            // Cut within a line: never at its end.
            let line = whole.len() / ENTRIES;
            let at = line * chance.below(ENTRIES as u64) as usize + 1 + chance.below(line as u64 - 10) as usize;
            whole.as_bytes()[..at].to_vec()
        }
        1 => line(format!(r#"{{"id":"quandry/{}","type":"PERSON","name":"A"}}"#, round % ENTRIES)),
        2 => [whole.as_bytes(), b"\xff\xfe\n"].concat(),
        3 => line(format!(r#"{{"id":"two words {round}","type":"PERSON","name":"A"}}"#)),
        4 => line(format!(r#"{{"id":"long","type":"PERSON","name":"A","kind":"{}"}}"#, "x".repeat(1 << 20))),
        5 => [b"GAZETTED".as_slice(), whole.as_bytes()].concat(),
        6 => line("[".repeat(200 + round)),
        7 => {
            remove(path);
            fs::remove_file(path).expect("it was there");
            return "no file".to_owned();
        }
        _ => {
            fs::remove_file(path).expect("it was there");
            fs::create_dir(path).expect("the folder is ours");
            return "a folder without lists".to_owned();
        }
    };
    put(path, &content);
    format!("way {way}")
}
