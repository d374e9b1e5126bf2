//! The embedded gazetteers hold what they promise, and a user's own list is loaded, laid on
//! top and refused as the format says.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use gazetted::{
    defaults,
    extraction::{Article, Extraction, Lexicon, Options, extract, surface},
    gazetteer::{AliasKind, ClueList, Draft, EntityType, Entry, Files, Gazetteer, GazetteerError, Severity, lint},
    layer::Layer,
};

use crate::embedded;

#[test]
fn the_default_is_named_digested_and_not_small() {
    let gazetteer = defaults::gazetteer();
    assert_eq!(gazetteer.version.name, "default");
    assert!(!gazetteer.version.version.is_empty() && gazetteer.version.version != "0", "the manifest is read");
    assert!(is_digest(&gazetteer.version.digest), "{}", gazetteer.version.digest);
    assert!(gazetteer.entries.len() >= 1_500, "{} entries", gazetteer.entries.len());
    for entity_type in EntityType::ALL {
        let entries = gazetteer.entries.iter().filter(|entry| entry.entity_type == entity_type).count();
        assert!(entries >= 50, "{entries} entries of type {entity_type}");
    }
}

#[test]
fn ids_say_their_type() {
    let problems = entries().iter().filter(|entry| !is_default_style(entry)).map(|entry| entry.id.to_string());
    assert_none("ids that are not type/slug", problems);
}

#[test]
fn the_lint_finds_nothing_but_notes() {
    let findings = lint(&[Draft::of(&defaults::files()).expect("its manifest is good")], &[]).into_iter();
    assert_none("findings", findings.filter(|finding| finding.severity > Severity::Note).map(|f| f.to_string()));
}

/// Namesakes are real, but two listings of one thing would split its mentions.
#[test]
fn namesakes_differ_in_type_country_kind_or_context() {
    let mut seen = HashMap::new();
    let mut twice = Vec::new();
    for entry in entries() {
        let key = (entry.entity_type, surface(entry.name()), &entry.country, &entry.kind, &entry.context);
        if let Some(other) = seen.insert(key, &entry.id) {
            twice.push(format!("{:?} is both {other} and {}", entry.name(), entry.id));
        }
    }
    assert_none("names", twice);
}

#[test]
fn every_country_has_its_code_its_people_and_its_capital() {
    let capitals = load("gazetteers/locations/capitals.jsonl");
    let with_capital = capitals.entries.iter().flat_map(|entry| &entry.related).collect::<HashSet<_>>();
    let mut missing = Vec::new();
    for country in entries().iter().filter(|entry| entry.kind == "country") {
        let mut miss = |what: &str| missing.push(format!("{} has no {what}", country.id));
        if country.country.len() != 2 {
            miss("ISO 3166-1 code");
        }
        // A city-state is its own capital, and the Vatican has no people of its own name.
        let city_state = CITY_STATES.contains(&country.id.as_str());
        if !city_state && !with_capital.contains(&country.id) {
            miss("capital that is related to it");
        }
        if !city_state && !country.aliases.iter().any(|alias| alias.kind == AliasKind::Demonym) {
            miss("demonym");
        }
    }
    assert_none("countries", missing);
    let countries = entries().iter().filter(|entry| entry.kind == "country").count();
    assert!(countries >= 195, "{countries} countries");
}

const CITY_STATES: [&str; 4] =
    ["location/monaco", "location/san-marino", "location/singapore", "location/vatican-city"];

#[test]
fn every_clue_list_has_phrases_and_none_twice() {
    let mut problems = Vec::new();
    for list in ClueList::embedded() {
        let name = list.class.file_stem();
        let mut seen = HashSet::new();
        if list.phrases.is_empty() {
            problems.push(format!("{name} is empty"));
        }
        let twice = list.phrases.iter().filter(|phrase| !seen.insert(**phrase));
        problems.extend(twice.map(|phrase| format!("{name} has {phrase:?} twice")));
    }
    assert_none("clues", problems);
}

#[test]
fn a_layer_of_ones_own_adds_and_overrides() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = write(
        folder.path(),
        "own.jsonl",
        r#"{"id":"location/kyiv","type":"LOCATION","name":"Qyiv Township"}
{"id":"organization/zorbly","type":"ORGANIZATION","name":"Zorbly Quant Collective","aliases":[{"text":"ZQC","kind":"acronym"}]}"#,
    );
    let own = Layer::load(&path).expect("the list is good");
    assert_eq!((own.version().name.as_str(), own.version().version.as_str()), ("own", "0"));
    assert!(is_digest(&own.version().digest));

    let lexicon = embedded::lexicon().with([Arc::new(own)]);
    let found = find(&lexicon, "Officials of the Zorbly Quant Collective went from Kyiv to Qyiv Township.");
    let ids = found.entities.iter().map(|entity| entity.entry.as_ref().map_or("", |entry| entry.id));
    let by_name = found.entities.iter().map(|entity| entity.name.as_str()).zip(ids).collect::<HashMap<_, _>>();
    assert_eq!(by_name.get("Zorbly Quant Collective"), Some(&"organization/zorbly"));
    assert_eq!(by_name.get("Qyiv Township"), Some(&"location/kyiv"));
    assert_ne!(by_name.get("Kyiv"), Some(&"location/kyiv"), "an entry is replaced whole, aliases and all");
    let versions = lexicon.gazetteers().iter().map(|(version, ..)| version.name.as_str()).collect::<Vec<_>>();
    assert_eq!(versions, ["default", "own"], "lowest layer first");
}

#[test]
fn a_common_name_is_not_the_listed_persons_when_nothing_of_them_is_near() {
    let lines = |context: &str| {
        format!(r#"{{"id":"person/listed","type":"PERSON","name":"Peter Novak","weight":0.2,"country":"US"{context}}}"#)
    };
    let lexicon = |lines: String| {
        let files = Files::in_memory("own", [("x.jsonl".to_owned(), lines.into_bytes())]);
        embedded::lexicon().only(|_| false).with([Arc::new(Layer::read(&files).expect("the line is good"))])
    };
    let told = lexicon(lines(r#","context":["golfer"]"#));
    let id = |lexicon: &Lexicon, text: &str| {
        let found = find(lexicon, text);
        let novak = found.entities.iter().find(|entity| entity.name == "Peter Novak").expect("it is a name");
        (novak.entity_type, novak.entry.as_ref().map(|entry| entry.id.to_owned()))
    };
    let baker = "The baker Peter Novak, 54, said he would appeal.";
    assert_eq!(id(&told, baker), (EntityType::Person, None));
    let golfer = "Peter Novak led by a stroke. The golfer said he was tired.";
    assert_eq!(id(&told, golfer), (EntityType::Person, Some("person/listed".to_owned())));
    // A list that tells nothing of the person wants the name found.
    assert_eq!(id(&lexicon(lines("")), baker), (EntityType::Person, Some("person/listed".to_owned())));
}

#[test]
fn a_folder_takes_its_name_from_its_manifest_and_a_file_from_the_one_beside_it() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let line = r#"{"id":"a","type":"PERSON","name":"Ann Roe"}"#;
    let path = write(folder.path(), "a.jsonl", line);
    write(folder.path(), "manifest.toml", "name = \"house\"\nversion = \"7\"\n");
    let house = Gazetteer::load(folder.path()).expect("the folder is good");
    assert_eq!((house.version.name.as_str(), house.version.version.as_str()), ("house", "7"));
    assert_eq!(house.entries.len(), 1);

    write(folder.path(), "a.toml", "name = \"beside\"\nversion = \"8\"\n");
    let beside = Gazetteer::load(&path).expect("the file is good");
    assert_eq!((beside.version.name.as_str(), beside.version.version.as_str()), ("beside", "8"));
    assert_ne!(beside.version.digest, house.version.digest);
}

#[test]
fn one_changed_byte_changes_the_digest_and_a_move_does_not() {
    let digest = |line: &str| {
        let folder = tempfile::tempdir().expect("a folder for the test");
        Gazetteer::load(&write(folder.path(), "a.jsonl", line)).expect("the list is good").version.digest
    };
    let (one, other) =
        (r#"{"id":"a","type":"PERSON","name":"Ann Roe"}"#, r#"{"id":"a","type":"PERSON","name":"Ann Roa"}"#);
    assert_eq!(digest(one), digest(one));
    assert_ne!(digest(one), digest(other));
}

#[test]
fn every_bad_line_is_told_with_file_line_field_and_problem() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = write(
        folder.path(),
        "bad.jsonl",
        r#"{"id":"a","type":"PERSON","name":"Ann Roe","weight":1.5}
{"id":"b","type":"PERSON","name":"Bea Roe"}
{"id":"c","type":"ROBOT","name":"C"}
{"id":"d","type":"PERSON","name":"D Roe","coordinates":[91,0]}
{"id":"b","type":"PERSON","name":"Bo Roe"}
{"id":"e","type":"PERSON","name":"E Roe","surname":"Roe"}
"#,
    );
    let Err(GazetteerError::Lines(lines)) = Gazetteer::load(&path) else { panic!("the list is bad") };
    let told = lines.iter().map(|bad| (bad.line, bad.field.as_str())).collect::<Vec<_>>();
    assert_eq!(told, [(1, "weight"), (3, "type"), (4, "coordinates"), (5, "id"), (6, "surname")]);
    assert!(lines.iter().all(|bad| Path::new(&bad.file) == path && !bad.problem.is_empty()));
    assert!(lines[0].problem.contains("1.5"), "the value is named: {}", lines[0]);
    let message = GazetteerError::Lines(lines).to_string();
    assert_eq!(message.lines().count(), 5, "{message}");
    assert!(message.starts_with(&format!("{}:1: weight: ", path.display())), "{message}");
}

#[test]
fn what_is_no_gazetteer_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let refused = |path: &Path| Gazetteer::load(path).expect_err("it is no gazetteer").to_string();
    let empty = refused(folder.path());
    assert!(empty.starts_with(&folder.path().display().to_string()) && empty.contains("no .jsonl"), "{empty}");

    let path = write(folder.path(), "a.jsonl", r#"{"id":"a","type":"PERSON","name":"Ann Roe"}"#);
    let manifest = write(folder.path(), "manifest.toml", "name = \"x\"\nversion = \"1\"\nversoin = \"2\"\n");
    let misspelled = refused(folder.path());
    assert!(misspelled.starts_with(&manifest.display().to_string()) && misspelled.contains("versoin"), "{misspelled}");

    fs::write(&path, b"\xff\xfe").expect("a file for the test");
    let no_text = refused(&path);
    assert!(no_text.starts_with(&path.display().to_string()), "{no_text}");
}

fn entries() -> &'static [Entry] {
    static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| defaults::gazetteer().entries);
    &ENTRIES
}

fn find<'l>(lexicon: &'l Lexicon, body: &str) -> Extraction<'l> {
    extract(&Article { title: "", body, ..Article::default() }, lexicon, &Options::default())
}

/// Loads a list of the project by its path in the repository.
fn load(path: &str) -> Gazetteer {
    Gazetteer::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("the list is good")
}

fn write(folder: &Path, name: &str, content: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).expect("a file for the test");
    path
}

fn is_default_style(entry: &Entry) -> bool {
    let Some((prefix, slug)) = entry.id.as_str().split_once('/') else { return false };
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    prefix == entry.entity_type.name().to_lowercase() && !slug.is_empty() && slug.bytes().all(plain)
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// Fails with all problems, one a line.
fn assert_none(what: &str, problems: impl IntoIterator<Item = String>) {
    let problems = problems.into_iter().collect::<Vec<_>>();
    assert!(problems.is_empty(), "{} {what}:\n{}", problems.len(), problems.join("\n"));
}
