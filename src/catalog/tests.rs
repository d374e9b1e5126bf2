//! What the catalog promises, tried on small gazetteers.

use std::{fs, path::PathBuf, thread};

use tempfile::TempDir;

use super::*;
use crate::{
    gazetteer::{Entry, EntryId, Files},
    remote::Remote,
};

const BASE: &str = r#"{"id":"a","type":"PERSON","name":"Ann Roe"}
{"id":"b","type":"PERSON","name":"Bea Roe"}
"#;

/// A folder with a gazetteer and room for a state.
struct Bench(TempDir);

impl Bench {
    fn new() -> Bench {
        let bench = Bench(tempfile::tempdir().unwrap());
        fs::write(bench.names(), BASE).unwrap();
        bench
    }

    fn names(&self) -> PathBuf {
        self.0.path().join("base.jsonl")
    }

    fn open(&self) -> Catalog {
        Catalog::open(vec![Source::Path(self.names())], Some(&self.0.path().join("state"))).unwrap()
    }
}

fn entry(id: &str, name: &str) -> Entry {
    Entry::from_line(&format!(r#"{{"id":"{id}","type":"PERSON","name":"{name}"}}"#)).unwrap()
}

fn upsert(request_id: &str, entries: &[(&str, &str)]) -> Change {
    let upserts = entries.iter().map(|(id, name)| entry(id, name)).collect();
    Change { request_id: request_id.to_owned(), upserts, ..Change::default() }
}

fn delete(request_id: &str, ids: &[&str]) -> Change {
    let deletes = ids.iter().map(|&id| EntryId::new(id)).collect();
    Change { request_id: request_id.to_owned(), deletes, ..Change::default() }
}

/// The names in force by id, sorted.
fn names(catalog: &Catalog) -> Vec<String> {
    let now = catalog.now();
    let mut names = now.lexicon.records().map(|record| format!("{} {}", record.id, record.name())).collect::<Vec<_>>();
    names.sort();
    names
}

fn live(catalog: &Catalog) -> (String, usize, usize) {
    let now = catalog.now();
    let status = now.gazetteers.last().unwrap();
    (status.version.version.clone(), status.entries, status.names)
}

#[test]
fn changes_are_in_force_at_once_and_survive_the_catalog() {
    let bench = Bench::new();
    let catalog = bench.open();
    assert_eq!(live(&catalog), ("0".to_owned(), 0, 0));
    let changed = catalog.change(&upsert("1", &[("b", "Bea Doe"), ("c", "Cem Roe")])).unwrap();
    assert_eq!((changed.version, changed.added, changed.replaced), (1, 1, 1));
    assert_eq!(names(&catalog), ["a Ann Roe", "b Bea Doe", "c Cem Roe"]);
    // One of a lower layer, one of the live layer, and one that covers one of a lower layer.
    assert_eq!(catalog.change(&delete("2", &["a", "c", "b"])).unwrap().deleted, 3);
    assert_eq!(names(&catalog), [""; 0]);
    catalog.change(&upsert("3", &[("a", "Ann Doe"), ("d", "Dot Roe")])).unwrap();
    let expected = ["a Ann Doe", "d Dot Roe"];
    assert_eq!(names(&catalog), expected);
    let (before, digest) = (live(&catalog), catalog.now().gazetteers[1].version.digest.clone());
    assert_eq!(before, ("3".to_owned(), 2, 2));

    drop(catalog);
    let again = bench.open();
    assert_eq!(names(&again), expected);
    assert_eq!((live(&again), &again.now().gazetteers[1].version.digest), (before, &digest));
}

#[test]
fn a_request_is_done_once() {
    let bench = Bench::new();
    let catalog = bench.open();
    let first = catalog.change(&upsert("r", &[("c", "Cem Roe")])).unwrap();
    catalog.change(&delete("s", &["c"])).unwrap();
    // Also for a catalog that has not seen the first, and whatever version it names now.
    drop(catalog);
    let catalog = bench.open();
    assert_eq!(catalog.change(&upsert("r", &[("c", "Cem Roe")])).unwrap(), first);
    assert_eq!(names(&catalog), ["a Ann Roe", "b Bea Roe"]);
    let error = catalog.change(&upsert("r", &[("c", "Cem Doe")])).unwrap_err();
    assert!(matches!(error, ChangeError::Reused { version: 1, .. }), "{error}");
    assert_eq!(live(&catalog).0, "2");
}

#[test]
fn a_change_for_another_version_is_not_made() {
    let bench = Bench::new();
    let catalog = bench.open();
    let for_version = |version, change| Change { expected_version: Some(version), ..change };
    catalog.change(&for_version(0, upsert("1", &[("c", "Cem Roe")]))).unwrap();
    let error = catalog.change(&for_version(0, delete("2", &["c"]))).unwrap_err();
    assert!(matches!(error, ChangeError::Conflict { expected: 0, current: 1 }), "{error}");
    assert_eq!(names(&catalog).len(), 3);
    catalog.change(&for_version(1, delete("2", &["c"]))).unwrap();
    assert_eq!(names(&catalog).len(), 2);
}

#[test]
fn what_is_missing_is_refused_unless_that_is_allowed() {
    let bench = Bench::new();
    let catalog = bench.open();
    let error = catalog.change(&delete("1", &["a", "x", "y"])).unwrap_err();
    assert_eq!(error.to_string(), r#"no gazetteer has "x", "y""#);
    assert_eq!(names(&catalog).len(), 2);
    let change = Change { allow_missing: true, ..delete("1", &["a", "x"]) };
    assert_eq!(catalog.change(&change).unwrap().deleted, 1);
    assert_eq!(names(&catalog), ["b Bea Roe"]);
}

#[test]
fn without_a_directory_nothing_is_changed_and_no_live_layer_is_told() {
    let bench = Bench::new();
    let catalog = Catalog::open(vec![Source::Path(bench.names())], None).unwrap();
    assert!(matches!(catalog.change(&upsert("1", &[("c", "C")])), Err(ChangeError::NoStore)));
    assert_eq!((catalog.now().gazetteers.len(), catalog.now().live_version), (1, None));
}

#[test]
fn settling_changes_nothing_that_can_be_seen() {
    let bench = Bench::new();
    let catalog = bench.open();
    for round in 0..6 {
        let ids = (0..300).map(|n| format!("e{}", round * 200 + n)).collect::<Vec<_>>();
        let entries = ids.iter().map(|id| (id.as_str(), "Zed Roe")).collect::<Vec<_>>();
        catalog.change(&upsert(&round.to_string(), &entries)).unwrap();
    }
    catalog.change(&delete("d", &["a", "e7"])).unwrap();
    let before = (names(&catalog), live(&catalog));
    catalog.0.settle();
    assert_eq!((names(&catalog), live(&catalog)), before);
    // By now or by then, the thread or we have settled.
    let recent = || catalog.0.upper().live.as_ref().is_some_and(|live| live.recent.is_too_large());
    assert!(!recent());
    catalog.change(&upsert("e", &[("e7", "Zed Doe"), ("a", "Ann Doe")])).unwrap();
    let now = names(&catalog);
    assert!(now.contains(&"e7 Zed Doe".to_owned()) && now.contains(&"a Ann Doe".to_owned()));
    assert_eq!(catalog.now().lexicon.gazetteers().len(), 2, "the live layers are told as one gazetteer");
    drop(catalog);
    assert_eq!(names(&bench.open()), now);
}

#[test]
fn writers_at_once_lose_nothing() {
    let bench = Bench::new();
    let catalog = bench.open();
    thread::scope(|scope| {
        for writer in 0..4 {
            let catalog = &catalog;
            scope.spawn(move || {
                for n in 0..10 {
                    let id = format!("w{writer}-{n}");
                    loop {
                        let expected_version = catalog.now().live_version;
                        let change = Change { expected_version, ..upsert(&id, &[(&id, "Zed Roe")]) };
                        match catalog.change(&change) {
                            Ok(_) => break,
                            Err(ChangeError::Conflict { .. }) => {}
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
            });
        }
    });
    assert_eq!(live(&catalog), ("40".to_owned(), 40, 40));
}

#[test]
fn only_the_latest_requests_are_remembered() {
    let bench = Bench::new();
    let store = Store::open(&bench.0.path().join("state")).unwrap();
    let make = |store: &Store, id: u64| {
        let change = delete(&id.to_string(), &["x"]);
        let store::Begun::Open(open) = store.begin(&change).unwrap() else { return false };
        let (version, digest) = (open.head.version + 1, open.next_digest());
        let changed = Changed { version, digest, added: 0, replaced: 0, deleted: 0 };
        open.write_remembering(&change, &changed, 3).unwrap().commit().unwrap();
        true
    };
    assert!((1..=4).all(|id| make(&store, id)));
    assert!(!make(&store, 2) && !make(&store, 4));
    assert!(make(&store, 1), "the oldest was forgotten");
}

#[test]
fn a_directory_has_one_catalog() {
    let bench = Bench::new();
    let _catalog = bench.open();
    let error = Catalog::open(Vec::new(), Some(&bench.0.path().join("state"))).unwrap_err();
    assert!(error.to_string().ends_with("another process keeps its changes there"), "{error}");
}

#[test]
fn a_bad_file_leaves_the_last_good_one() {
    let bench = Bench::new();
    let catalog = bench.open();
    let first = catalog.now();
    fs::write(bench.names(), "{\"id\":\"a\"}\nnot json\n").unwrap();
    let bad = catalog.reload();
    assert_eq!(names(&catalog), ["a Ann Roe", "b Bea Roe"]);
    let status = &bad.gazetteers[0];
    assert_eq!((status.loads, status.failed_loads, &status.version), (1, 1, &first.gazetteers[0].version));
    assert!(status.last_error.contains("base.jsonl:1: ") && status.last_error.contains("base.jsonl:2: "), "{status:?}");
    fs::remove_file(bench.names()).unwrap();
    assert!(catalog.reload().gazetteers[0].last_error.contains("No such file"));

    fs::write(bench.names(), r#"{"id":"c","type":"PERSON","name":"Cem Roe"}"#).unwrap();
    let good = catalog.reload();
    assert_eq!(names(&catalog), ["c Cem Roe"]);
    let status = &good.gazetteers[0];
    assert_eq!((status.loads, status.failed_loads, status.last_error.as_str()), (2, 2, ""));
    assert_ne!(status.version, first.gazetteers[0].version);
    // Who holds on to what was in force is not disturbed.
    assert_eq!(first.lexicon.len(), 2);
}

#[test]
fn an_unchanged_source_keeps_its_layer() {
    let bench = Bench::new();
    let catalog = bench.open();
    let layer = |now: &InForce| now.lexicon.layers().next().unwrap().clone();
    let before = layer(&catalog.now());
    assert!(Arc::ptr_eq(&before, &layer(&catalog.reload())));
    assert_eq!(catalog.now().gazetteers[0].loads, 2);
}

#[test]
fn live_changes_stay_on_top_of_what_is_reloaded() {
    let bench = Bench::new();
    let catalog = bench.open();
    catalog.change(&upsert("1", &[("a", "Ann Doe")])).unwrap();
    catalog.change(&delete("2", &["b"])).unwrap();
    fs::write(bench.names(), format!("{BASE}{}", r#"{"id":"c","type":"PERSON","name":"Cem Roe"}"#)).unwrap();
    let _ = catalog.reload();
    assert_eq!(names(&catalog), ["a Ann Doe", "c Cem Roe"]);
}

/// Waits for a name to be in force.
fn await_name(catalog: &Catalog, wanted: &str) {
    for _ in 0..2000 {
        if names(catalog).iter().any(|name| name == wanted) {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("{wanted:?} did not come: {:?}", catalog.now().gazetteers);
}

#[cfg(unix)]
#[test]
fn the_watch_sees_files_written_renamed_and_behind_a_turned_link() {
    use std::os::unix::fs::symlink;

    let bench = Bench::new();
    let root = bench.0.path();
    let line = |id: &str| format!(r#"{{"id":"{id}","type":"PERSON","name":"Zed Roe"}}"#);
    let mount = root.join("mount");
    fs::create_dir(&mount).unwrap();
    let versioned = |name: &str, id: &str| {
        let folder = mount.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("names.jsonl"), line(id)).unwrap();
        folder
    };
    // As a volume of a ConfigMap: names.jsonl → ..data/names.jsonl, ..data → ..1
    symlink(versioned("..1", "first"), mount.join("..data")).unwrap();
    symlink(Path::new("..data/names.jsonl"), mount.join("names.jsonl")).unwrap();
    let sources = vec![Source::Path(bench.names()), Source::Path(mount.clone())];
    let catalog = Catalog::open(sources, None).unwrap();
    catalog.watch(Duration::from_millis(20)).unwrap();

    fs::write(bench.names(), line("written")).unwrap();
    await_name(&catalog, "written Zed Roe");
    fs::write(root.join("new"), line("renamed")).unwrap();
    fs::rename(root.join("new"), bench.names()).unwrap();
    await_name(&catalog, "renamed Zed Roe");
    symlink(versioned("..2", "second"), mount.join("..tmp")).unwrap();
    fs::rename(mount.join("..tmp"), mount.join("..data")).unwrap();
    await_name(&catalog, "second Zed Roe");
}

#[test]
fn entries_are_looked_up_in_order_and_from_a_position_on() {
    let bench = Bench::new();
    let catalog = bench.open();
    let mut heavy = entry("h", "Ann Rowe");
    heavy.weight = 0.9;
    let mut covered = upsert("1", &[("b", "Béa Roe")]);
    covered.upserts.push(heavy);
    catalog.change(&covered).unwrap();
    let now = catalog.now();
    let ids = |query: Query, after: Option<&Position>, limit: usize| {
        let found = look_up(&now.lexicon, &query, after, limit);
        found.iter().map(|found| format!("{} {} {}", found.record.id, found.name, found.distance)).collect::<Vec<_>>()
    };
    assert_eq!(ids(Query::Id("b".into()), None, 9), ["b  0"]);
    assert_eq!(ids(Query::Name("BEA roe".into()), None, 9), ["b Béa Roe 0"]);
    assert_eq!(ids(Query::Similar("Ann Roe".into()), None, 9), ["a Ann Roe 0", "h Ann Rowe 1"]);
    let prefix = Query::Prefix("ann".into());
    assert_eq!(ids(prefix.clone(), None, 9), ["h Ann Rowe 0", "a Ann Roe 0"]);
    let first = look_up(&now.lexicon, &prefix, None, 1)[0].position();
    assert_eq!(ids(prefix, Some(&first), 9), ["a Ann Roe 0"]);
}

#[test]
fn a_replica_follows_what_is_published_and_keeps_the_last_good() {
    let bench = Bench::new();
    let place = bench.0.path().join("place");
    fs::create_dir(&place).unwrap();
    let url = format!("file://{}", place.display());
    let remote = Arc::new(Remote::open(&url).unwrap());
    let nothing = Catalog::open(vec![Source::Remote(remote.clone())], None).unwrap_err();
    assert_eq!(nothing.to_string(), format!("{url}: nothing is published there; gazetted gazetteer publish does"));

    let publish = |lines: &str| {
        fs::write(bench.names(), lines).unwrap();
        remote.publish(&Files::at(&bench.names()).unwrap(), None).unwrap()
    };
    publish(BASE);
    let catalog = Catalog::open(vec![Source::Remote(remote.clone())], None).unwrap();
    assert_eq!(names(&catalog), ["a Ann Roe", "b Bea Roe"]);
    catalog.follow(Duration::from_millis(5)).unwrap();
    let wait = |until: &dyn Fn(&Status) -> bool| {
        while !until(&catalog.now().gazetteers[0]) {
            thread::sleep(Duration::from_millis(1));
        }
    };
    let second = publish(r#"{"id":"c","type":"PERSON","name":"Cy Roe"}"#);
    wait(&|status| status.version.digest == second.digest);
    assert_eq!(names(&catalog), ["c Cy Roe"]);

    // A manifest that is none.
    let loads = catalog.now().gazetteers[0].loads;
    assert!(loads >= 2);
    fs::write(place.join("manifests/00000000000000000003.json"), "{").unwrap();
    wait(&|status| status.failed_loads > 0);
    assert_eq!(names(&catalog), ["c Cy Roe"]);
    assert!(catalog.now().gazetteers[0].last_error.contains("00000000000000000003.json"));
}
