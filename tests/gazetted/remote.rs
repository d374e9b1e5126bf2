//! Gazetteers that replicas follow, through the public API and the command line. What is asked of
//! a store is asked of local files always; of the store that `GAZETTED_TEST_STORE` names
//! (`s3://bucket/prefix`, as `scripts/test-s3` sets it) when ignored tests are run.

use std::{
    env, fs,
    num::NonZeroUsize,
    path::Path,
    process::{self, Command},
    sync::{
        Arc, Barrier, LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    thread,
};

use gazetted::{
    defaults,
    gazetteer::{About, Draft, Files, Gazetteer},
    remote::{Manifest, Remote, RemoteError},
};
use object_store::{ObjectStore, ObjectStoreExt as _, parse_url_opts, path::Path as Object};
use tokio::runtime::Runtime;

/// Runs on local files what is asked of every store, and the same on the store of the environment.
macro_rules! of_every_store {
    ($($name:ident)*) => {
        mod local_files {
            $(#[test] fn $name() { super::$name(&super::Place::local()); })*
        }
        mod object_store_of_the_environment {
            $(#[test] #[ignore = "needs GAZETTED_TEST_STORE; see scripts/test-s3"]
            fn $name() { super::$name(&super::Place::of_environment()); })*
        }
    };
}

of_every_store! {
    what_is_published_is_fetched_as_it_was
    numbers_follow_one_another_and_only_news_is_told
    the_same_again_is_not_uploaded_again
    a_publisher_that_builds_on_an_old_number_is_refused
    of_publishers_at_once_just_one_wins
    publishers_that_expect_nothing_all_get_their_numbers
    a_crash_between_snapshot_and_manifest_changes_nothing
    publishers_of_the_same_at_once_agree
    a_snapshot_that_is_missing_is_told_and_mended_by_publishing
    a_snapshot_that_is_damaged_is_told
    a_manifest_that_is_damaged_is_told_and_can_be_followed
    a_manifest_that_is_too_large_is_not_read
    history_is_newest_first_and_tells_what_is_damaged
    pruning_keeps_the_newest_snapshots_and_every_number
    what_lies_beside_is_left_alone
    a_large_snapshot_goes_in_parts
}

/// An empty place for one test, with a way behind the back of what is tested.
struct Place {
    url: String,
    prefix: Object,
    objects: Box<dyn ObjectStore>,
    runtime: Runtime,
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    fn local() -> Place {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let url = format!("file://{}/names of ours", folder.path().display());
        Place { _folder: Some(folder), ..Place::at(url) }
    }

    fn of_environment() -> Place {
        static PLACES: AtomicU32 = AtomicU32::new(0);
        let store = env::var("GAZETTED_TEST_STORE").expect("GAZETTED_TEST_STORE is the URL of a store");
        let place = PLACES.fetch_add(1, Ordering::Relaxed);
        Place::at(format!("{store}/{}-{place}", process::id()))
    }

    fn at(url: String) -> Place {
        // The provider of TLS is installed by whoever opens a place first.
        Remote::open(&url).expect("the place can be opened");
        let options = env::vars().filter(|(name, _)| name.starts_with("AWS_"));
        let (objects, prefix) =
            parse_url_opts(&url.parse().expect("a URL"), options).expect("the store of the test can be opened");
        let runtime = Runtime::new().expect("a runtime");
        Place { url, prefix, objects, runtime, _folder: None }
    }

    fn remote(&self) -> Remote {
        Remote::open(&self.url).expect("the place can be opened")
    }

    /// All objects, as (name, size), in the order of their names.
    fn objects(&self) -> Vec<(String, u64)> {
        let listed = self.runtime.block_on(self.objects.list_with_delimiter(Some(&self.prefix))).expect("it is listed");
        let folders = listed.common_prefixes;
        let mut objects = Vec::new();
        for folder in folders {
            let listed = self.runtime.block_on(self.objects.list_with_delimiter(Some(&folder))).expect("it is listed");
            let name = folder.filename().expect("a folder has a name").to_owned();
            objects.extend(listed.objects.iter().map(|object| {
                (format!("{name}/{}", object.location.filename().expect("an object has a name")), object.size)
            }));
        }
        objects.sort();
        objects
    }

    fn names_in(&self, folder: &str) -> Vec<String> {
        let in_folder = |name: &String| name.starts_with(&format!("{folder}/"));
        self.objects().into_iter().map(|(name, _)| name).filter(in_folder).collect()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        let path = self.path(name);
        let bytes = self.runtime.block_on(async { self.objects.get(&path).await?.bytes().await });
        bytes.expect("the object is there").to_vec()
    }

    fn write(&self, name: &str, bytes: impl Into<Vec<u8>>) {
        let written = self.runtime.block_on(self.objects.put(&self.path(name), bytes.into().into()));
        written.expect("the object is written");
    }

    fn delete(&self, name: &str) {
        self.runtime.block_on(self.objects.delete(&self.path(name))).expect("the object is deleted");
    }

    fn path(&self, name: &str) -> Object {
        name.split('/').fold(self.prefix.clone(), |path, part| path.join(part))
    }
}

/// A gazetteer of one person.
fn person(name: &str) -> Files {
    let line = format!("{{\"id\":\"person/x\",\"type\":\"PERSON\",\"name\":\"{name}\"}}\n");
    Files::in_memory("people", [("people.jsonl".to_owned(), line.into_bytes())])
}

/// What a fetched gazetteer holds.
fn read(files: &Files) -> Gazetteer {
    Draft::of(files).and_then(Draft::finish).expect("what was published is good")
}

fn name_at(remote: &Remote, manifest: &Manifest) -> String {
    read(&remote.fetch(manifest).expect("the snapshot is there")).entries[0].name().to_owned()
}

fn newest(remote: &Remote) -> Manifest {
    remote.newest(None).expect("the newest manifest is good").expect("something was published")
}

fn snapshot(manifest: &Manifest) -> String {
    format!("snapshots/{:020}-{}.jsonl.gz", manifest.number, manifest.digest)
}

fn manifest_object(number: u64) -> String {
    format!("manifests/{number:020}.json")
}

fn what_is_published_is_fetched_as_it_was(place: &Place) {
    let (license, source) = ("CC0-1.0".to_owned(), "our own".to_owned());
    let about = About { name: "house".to_owned(), version: "7 \"b\"".to_owned(), license, source };
    let files = defaults::files();
    let embedded = defaults::gazetteer();
    let published = place.remote().publish(&files, Some(0)).expect("it is published");
    assert_eq!((published.number, published.entries), (1, embedded.entries.len() as u64));
    let fetched = read(&place.remote().fetch(&published).expect("the snapshot is there"));
    assert_eq!(fetched.entries, embedded.entries);
    assert_eq!(fetched.version.digest, published.digest);
    assert_eq!((&fetched.version.name, &fetched.version.version), (&embedded.version.name, &embedded.version.version));

    let published =
        place.remote().publish(&person("Ann Roe").with_about(about.clone()), None).expect("it is published");
    assert_eq!(published.gazetteer, about);
    let fetched = place.remote().fetch(&newest(&place.remote())).expect("the snapshot is there");
    assert_eq!(fetched.about().expect("there is nothing to read"), about);
}

fn numbers_follow_one_another_and_only_news_is_told(place: &Place) {
    let replica = place.remote();
    assert!(replica.newest(None).expect("an empty place can be asked").is_none());
    for number in 1..=11 {
        let published = place.remote().publish(&person(&format!("Ann Roe {number}")), None).expect("it is published");
        assert_eq!(published.number, number);
        assert_eq!(replica.newest(number.checked_sub(1)).expect("it can be asked"), Some(published));
        assert_eq!(replica.newest(Some(number)).expect("it can be asked"), None);
    }
    let from_far_behind = replica.newest(Some(2)).expect("it can be asked").expect("there is news");
    assert_eq!(name_at(&replica, &from_far_behind), "Ann Roe 11");
    assert_eq!(replica.newest(Some(12)).expect("it can be asked"), None, "a replica never goes back");
}

fn the_same_again_is_not_uploaded_again(place: &Place) {
    let first = place.remote().publish(&person("Ann Roe"), None).expect("it is published");
    let objects = place.objects();
    assert_eq!(place.remote().publish(&person("Ann Roe"), Some(1)).expect("it is the newest"), first);
    assert_eq!(place.objects(), objects);
    // Another version of the same entries is another gazetteer.
    let about = About { version: "2".to_owned(), ..first.gazetteer.clone() };
    let second = place.remote().publish(&person("Ann Roe").with_about(about), None).expect("it is published");
    assert_eq!((second.number, second.digest), (2, first.digest.clone()));
    // And so is what was the newest once.
    let third = place.remote().publish(&person("Ann Roe"), None).expect("it is published");
    assert_eq!((third.number, third.gazetteer), (3, first.gazetteer));
}

fn a_publisher_that_builds_on_an_old_number_is_refused(place: &Place) {
    for name in ["Ann Roe", "Bea Roe"] {
        place.remote().publish(&person(name), None).expect("it is published");
    }
    let objects = place.objects();
    for wrong in [0, 1, 3] {
        match place.remote().publish(&person("Cid Roe"), Some(wrong)) {
            Err(RemoteError::Conflict { expected, current: 2, .. }) => assert_eq!(expected, wrong),
            other => panic!("number {wrong} is not the newest: {other:?}"),
        }
    }
    assert_eq!(place.objects(), objects, "who is refused leaves nothing behind");
}

fn of_publishers_at_once_just_one_wins(place: &Place) {
    let publishers = 6;
    let start = Arc::new(Barrier::new(publishers));
    for round in 0..5 {
        let publish = |publisher: usize| {
            let (remote, start) = (place.remote(), start.clone());
            thread::spawn(move || {
                start.wait();
                let files = person(&format!("Ann Roe {round} {publisher}"));
                (publisher, remote.publish(&files, Some(round)))
            })
        };
        let threads = (0..publishers).map(publish).collect::<Vec<_>>();
        let ended = threads.into_iter().map(|thread| thread.join().expect("no publisher panics")).collect::<Vec<_>>();
        let (won, lost) = ended.iter().partition::<Vec<_>, _>(|(_, result)| result.is_ok());
        assert_eq!(won.len(), 1, "{ended:?}");
        for (_, result) in lost {
            assert!(
                matches!(result, Err(RemoteError::Conflict { expected, current, .. })
                    if (*expected, *current) == (round, round + 1)),
                "{result:?}"
            );
        }
        assert_eq!(name_at(&place.remote(), &newest(&place.remote())), format!("Ann Roe {round} {}", won[0].0));
    }
}

fn publishers_that_expect_nothing_all_get_their_numbers(place: &Place) {
    let publish = |publisher: usize| {
        let remote = place.remote();
        thread::spawn(move || {
            let manifest = remote.publish(&person(&format!("Ann Roe {publisher}")), None).expect("it is published");
            (publisher, manifest)
        })
    };
    let threads = (0..6).map(publish).collect::<Vec<_>>();
    let mut ended = threads.into_iter().map(|thread| thread.join().expect("no publisher panics")).collect::<Vec<_>>();
    ended.sort_by_key(|(_, manifest)| manifest.number);
    assert_eq!(ended.iter().map(|(_, manifest)| manifest.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    for (publisher, manifest) in &ended {
        assert_eq!(name_at(&place.remote(), manifest), format!("Ann Roe {publisher}"));
    }
}

fn a_crash_between_snapshot_and_manifest_changes_nothing(place: &Place) {
    let first = place.remote().publish(&person("Ann Roe"), None).expect("it is published");
    let second = place.remote().publish(&person("Bea Roe"), None).expect("it is published");
    place.delete(&manifest_object(2));
    assert_eq!(newest(&place.remote()), first);
    // The snapshot that was left behind, or half of it, is in nobody's way.
    place.write(&snapshot(&second), &b"half"[..]);
    assert_eq!(place.remote().publish(&person("Bea Roe"), Some(1)).expect("it is published"), second);
    assert_eq!(name_at(&place.remote(), &second), "Bea Roe");
}

fn publishers_of_the_same_at_once_agree(place: &Place) {
    // Who finds just its own manifest where it wanted to create it has published it: so it looks, too,
    // when a store kept a manifest, but its answer was lost and the client sent it once more.
    let publish = || {
        let remote = place.remote();
        thread::spawn(move || remote.publish(&person("Ann Roe"), Some(0)))
    };
    for ended in [publish(), publish()].map(|thread| thread.join().expect("no publisher panics")) {
        match ended {
            Ok(manifest) => assert_eq!(manifest.number, 1),
            Err(RemoteError::Conflict { current: 1, .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(place.names_in("manifests"), [manifest_object(1)]);
}

fn a_snapshot_that_is_missing_is_told_and_mended_by_publishing(place: &Place) {
    let first = place.remote().publish(&person("Ann Roe"), None).expect("it is published");
    place.delete(&snapshot(&first));
    let error = place.remote().fetch(&first).expect_err("there is no snapshot");
    assert_eq!(error.to_string(), format!("{}/{}: is not there", place.url, snapshot(&first)));
    let second = place.remote().publish(&person("Ann Roe"), None).expect("it is published anew");
    assert_eq!((second.number, name_at(&place.remote(), &second).as_str()), (2, "Ann Roe"));
}

fn a_snapshot_that_is_damaged_is_told(place: &Place) {
    let manifest = place.remote().publish(&person("Ann Roe"), None).expect("it is published");
    let good = place.read(&snapshot(&manifest));
    // Some bits mean nothing to gzip; with any other, the snapshot is refused, never misread.
    let mut refused = 0;
    for at in 0..good.len() {
        let mut bytes = good.clone();
        bytes[at] ^= 0x10;
        place.write(&snapshot(&manifest), bytes);
        match place.remote().fetch(&manifest) {
            Err(RemoteError::Damaged { .. }) => refused += 1,
            Err(error) => panic!("byte {at}: {error}"),
            Ok(files) => assert_eq!(files.digest().expect("it is in memory"), manifest.digest, "byte {at}"),
        }
    }
    assert!(refused > good.len() / 2, "{refused} of {}", good.len());
    let damaged = |bytes: Vec<u8>| {
        place.write(&snapshot(&manifest), bytes);
        let error = place.remote().fetch(&manifest).expect_err("the snapshot is damaged");
        assert!(matches!(error, RemoteError::Damaged { .. }), "{error}");
        assert!(error.to_string().starts_with(&format!("{}/{}: ", place.url, snapshot(&manifest))), "{error}");
    };
    damaged(good[..good.len() - 1].to_vec());
    damaged([&good[..], b"x"].concat());
    damaged(Vec::new());
    place.write(&snapshot(&manifest), good);
    assert_eq!(name_at(&place.remote(), &manifest), "Ann Roe");
}

fn a_manifest_that_is_damaged_is_told_and_can_be_followed(place: &Place) {
    place.remote().publish(&person("Ann Roe"), None).expect("it is published");
    place.write(&manifest_object(2), &b"{\"format\": 1}"[..]);
    let error = place.remote().newest(Some(1)).expect_err("the manifest is damaged").to_string();
    assert!(error.starts_with(&format!("{}/{}: missing field", place.url, manifest_object(2))), "{error}");
    let third = place.remote().publish(&person("Ann Roe"), None).expect("it is published");
    assert_eq!((third.number, newest(&place.remote()).number), (3, 3));
}

fn a_manifest_that_is_too_large_is_not_read(place: &Place) {
    place.write(&manifest_object(1), vec![b' '; 70_000]);
    match place.remote().newest(None) {
        Err(RemoteError::TooLarge { bytes: 70_000, limit: 65_536, .. }) => {}
        other => panic!("the manifest is too large: {other:?}"),
    }
}

fn history_is_newest_first_and_tells_what_is_damaged(place: &Place) {
    assert!(place.remote().history(10).expect("an empty place can be asked").is_empty());
    for number in 1..=4 {
        place.remote().publish(&person(&format!("Ann Roe {number}")), None).expect("it is published");
    }
    place.write(&manifest_object(3), &b"no"[..]);
    let told = place.remote().history(3).expect("it is listed");
    let told = told.iter().map(|manifest| manifest.as_ref().map(|manifest| manifest.number)).collect::<Vec<_>>();
    assert!(matches!(told[..], [Ok(4), Err(RemoteError::Damaged { .. }), Ok(2)]), "{told:?}");
}

fn pruning_keeps_the_newest_snapshots_and_every_number(place: &Place) {
    for number in 1..=4 {
        place.remote().publish(&person(&format!("Ann Roe {number}")), None).expect("it is published");
    }
    let keep = |n| NonZeroUsize::new(n).expect("it is not 0");
    assert_eq!(place.remote().prune(keep(9)).expect("nothing is too old"), 0);
    assert_eq!(place.names_in("snapshots").len(), 4);
    assert_eq!(place.remote().prune(keep(2)).expect("it is pruned"), 2);
    let left = place.names_in("snapshots");
    assert!(left.len() == 2 && left[0].contains("/00000000000000000003-"), "{left:?}");
    assert_eq!(place.names_in("manifests").len(), 4);
    let old = place.remote().history(9).expect("it is listed").pop().expect("there are four").expect("it is good");
    assert!(matches!(place.remote().fetch(&old), Err(RemoteError::Missing { .. })));
    assert_eq!(place.remote().publish(&person("Ann Roe 1"), Some(4)).expect("it is published").number, 5);
}

fn what_lies_beside_is_left_alone(place: &Place) {
    for name in ["manifests/README.txt", "manifests/5.json", "snapshots/notes.txt", "other/x"] {
        place.write(name, &b"ours"[..]);
    }
    assert!(place.remote().newest(None).expect("an empty place can be asked").is_none());
    for name in ["Ann Roe", "Bea Roe"] {
        place.remote().publish(&person(name), None).expect("it is published");
    }
    assert_eq!(place.remote().prune(NonZeroUsize::MIN).expect("it is pruned"), 1);
    assert_eq!(place.objects().iter().filter(|(_, size)| *size == 4).count(), 4);
}

fn a_large_snapshot_goes_in_parts(place: &Place) {
    // Words of chance, which gzip can make no smaller than half.
    let mut chance = 1_u64;
    let mut word = || {
        chance ^= chance << 13;
        chance ^= chance >> 7;
        chance ^= chance << 17;
        format!("\"{chance:016x}\"")
    };
    let mut lines = String::new();
    for number in 0..1000 {
        let words = (0..1200).map(|_| word()).collect::<Vec<_>>().join(",");
        lines +=
            &format!("{{\"id\":\"person/{number}\",\"type\":\"PERSON\",\"name\":\"Ann Roe\",\"context\":[{words}]}}\n");
    }
    let files = Files::in_memory("large", [("large.jsonl".to_owned(), lines.into_bytes())]);
    let manifest = place.remote().publish(&files, None).expect("it is published");
    let size = place.objects().into_iter().find(|(name, _)| *name == snapshot(&manifest)).expect("it is there").1;
    assert!(size == manifest.bytes && size > 8 << 20, "{size} bytes are no two parts");
    let fetched = place.remote().fetch(&manifest).expect("the snapshot is there");
    assert_eq!(fetched.digest().expect("it is in memory"), manifest.digest);
}

#[test]
fn a_place_may_be_opened_and_closed_where_tasks_run() {
    let place = Place::local();
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async { drop(place.remote()) });
    assert!(place.remote().newest(None).expect("it can be asked").is_none());
    drop(place);
}

static PEOPLE: LazyLock<String> =
    LazyLock::new(|| "{\"id\":\"person/x\",\"type\":\"PERSON\",\"name\":\"Ann Roe\"}\n".to_owned());

/// Runs the program: its exit code, its output, what it complained of.
fn gazetted(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gazetted"));
    let output = command.arg("gazetteer").args(arguments).current_dir(folder).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_command_line_publishes_lists_and_prunes() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::write(folder.path().join("people.jsonl"), &*PEOPLE).expect("a file for the test");
    fs::write(folder.path().join("people.toml"), "name = \"people\"\nversion = \"2026-02\"\n").expect("a file");
    let url = format!("file://{}/shelf", folder.path().display());
    let run = |arguments: &[&str]| gazetted(folder.path(), arguments);

    assert_eq!(run(&["history", &url]).0, Some(1), "nothing was published yet");
    let (code, out, err) = run(&["publish", "people.jsonl", &url, "--expect", "0"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let digest = newest(&Remote::open(&url).expect("it is a URL")).digest;
    assert_eq!(out, format!("number 1\ndigest {digest}\nentries 1\n"));
    assert_eq!(run(&["publish", "people.jsonl", &url]).1, out, "the same again is the same number");

    let (code, out, err) = run(&["publish", "people.jsonl", &url, "--expect", "0"]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("the newest is number 1, not 0 as expected"), "{err}");

    let (code, out, _) = run(&["history", &url]);
    let row = out.lines().nth(1).unwrap_or_default().split_whitespace().collect::<Vec<_>>();
    assert_eq!((code, &row[..4], row[5]), (Some(0), &["1", "people", "2026-02", "1"][..], digest.as_str()), "{out}");
    assert_eq!(run(&["prune", &url, "--keep", "1"]), (Some(0), "deleted 0\n".to_owned(), String::new()));
}

#[test]
fn the_command_line_says_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    fs::write(folder.path().join("bad.jsonl"), format!("{}no\n", *PEOPLE)).expect("a file for the test");
    let url = format!("file://{}/shelf", folder.path().display());
    for (arguments, told) in [
        (&["publish", "bad.jsonl", &url][..], "bad.jsonl:2: "),
        (&["publish", "none.jsonl", &url], "none.jsonl: "),
        (&["publish", "bad.jsonl", "shelf"], "shelf: "),
        (&["publish", "bad.jsonl", "ftp://host/shelf"], "ftp://host/shelf: "),
        (&["history", "shelf"], "shelf: "),
    ] {
        let (code, out, err) = gazetted(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(err.starts_with(&format!("gazetted: {told}")), "{arguments:?}: {err}");
    }
    assert!(!folder.path().join("shelf").exists(), "what is refused leaves nothing behind");
}
