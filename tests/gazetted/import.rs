//! Import, export and diff as their users meet them, on small lists of invented names in the
//! layouts of the sources; on the real ones where they are at hand; and on anything at all.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use gazetted::gazetteer::{
    EntityType, Gazetteer,
    import::{Column, Delimited, Format, Ftm, Gate, Geonames, ImportError, Report, Spacy, Wikidata, import},
};
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

/// What a run left behind.
struct Ended {
    code: Option<i32>,
    out: String,
    err: Vec<String>,
}

/// A folder with the fixtures at hand.
struct Bench(TempDir);

impl Bench {
    fn new() -> Bench {
        Bench(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("the run has written it")
    }

    /// Runs `gazetted gazetteer ARGUMENTS` in the folder; `@name` is a fixture.
    fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(Stdio::null(), arguments)
    }

    fn run_with(&self, stdin: Stdio, arguments: &[&str]) -> Ended {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gazetted/fixtures/import");
        let argument = |argument: &&str| match argument.strip_prefix('@') {
            Some(name) => folder.join(name).into_os_string(),
            None => argument.into(),
        };
        let output = Command::new(env!("CARGO_BIN_EXE_gazetted"))
            .arg("gazetteer")
            .args(arguments.iter().map(argument))
            .current_dir(self.0.path())
            .stdin(stdin)
            .output()
            .expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        let err = text(output.stderr).replace(&format!("{}/", folder.display()), "@");
        let err = err.lines().map(|line| line.trim_start_matches("gazetted: ").to_owned()).collect();
        Ended { code: output.status.code(), out: text(output.stdout), err }
    }

    /// Imports a fixture; the entries are a gazetteer that loads.
    fn import(&self, arguments: &[&str]) -> (Ended, Vec<Value>) {
        let ended = self.run(&[&["import"], arguments, &["-o", "out.jsonl"]].concat());
        Gazetteer::load(&self.path("out.jsonl")).expect("what is imported can be loaded");
        assert!(!self.path("out.jsonl.partial").exists());
        let entries = self.text("out.jsonl");
        (ended, entries.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect())
    }
}

fn ids(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["id"].as_str().expect("an id is text")).collect()
}

#[test]
fn geonames() {
    let bench = Bench::new();
    let (ended, entries) = bench.import(&["geonames", "@places.tsv"]);
    assert_eq!(ended.code, Some(1));
    let expected = [
        "7 lines, 4 entries and 6 names in out.jsonl",
        "skipped: malformed: 2",
        "  @places.tsv:5: latitude: \"north\" is no number of degrees",
        "  @places.tsv:6: 2 columns parted by tabs; 19 are expected",
        "skipped: of no type of ours: 1",
        "  @places.tsv:4: feature code: U.SMU is not in the table of types",
    ];
    assert_eq!(ids(&entries)[..2], ["location/orvale-7000001", "location/lower-velm-7000002"]);
    assert_eq!(ended.err, expected);
    let arguments = ["geonames", "@places.tsv", "--feature-class", "P", "--min-population", "10", "--country", "fr"];
    let (ended, entries) = bench.import(&arguments);
    assert_eq!(entries[0]["coordinates"], serde_json::json!([48.5, 2.25]));
    assert!(ended.err.contains(&"skipped: not chosen: 4".to_owned()), "{:?}", ended.err);
}

#[test]
fn wikidata() {
    let bench = Bench::new();
    let (ended, entries) = bench.import(&["wikidata", "@items.json"]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(ids(&entries), ["person/zora-quell-q900001", "event/velm-war-q900002"]);
    assert_eq!((&entries[1]["begin"], &entries[1]["end"]), (&"1912-03-04".into(), &"1913".into()));
    assert_eq!(entries[1]["country"], "FR");
    assert_eq!(ended.err[2], "  @items.json:7: id: invalid type: integer `7`, expected a string at column 21");
    let (_, entries) = bench.import(&["wikidata", "@items.json", "--language", "de", "--language", "en"]);
    assert_eq!(ids(&entries)[1..], ["event/velmkrieg-q900002", "location/orvale-q900003"]);
    fs::write(bench.path("classes.tsv"), "Q5\t-\nQ198\tEVENT\tmy war\n").expect("a file can be written");
    let (_, entries) = bench.import(&["wikidata", "@items.json", "--classes", "classes.tsv"]);
    assert_eq!((entries.len(), &entries[0]["kind"]), (1, &"my war".into()));
}

#[test]
fn spacy() {
    let bench = Bench::new();
    let (ended, entries) = bench.import(&["spacy", "@patterns.jsonl"]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(ids(&entries), ["organization/vantor", "location/orvale"]);
    assert_eq!(entries[0]["aliases"][0], serde_json::json!({"text": "vantor group", "case": "ignore"}));
    assert_eq!(ended.err.len(), 7, "{:?}", ended.err);
}

#[test]
fn gate() {
    let bench = Bench::new();
    for input in ["@gate", "@gate/lists.def"] {
        let (ended, entries) = bench.import(&["gate", input]);
        assert_eq!(ended.code, Some(1));
        assert_eq!(ids(&entries), ["location/orvale-city", "location/lower-velm-city", "person/zora-quell"]);
        assert!(ended.err[2].contains("lists.def:4: file: missing.lst: "), "{:?}", ended.err);
    }
}

#[test]
fn csv_and_tsv() {
    let bench = Bench::new();
    let mapping = ["title", "start", "end", "lat", "lng", "qid"]
        .into_iter()
        .zip(["name", "begin", "end", "latitude", "longitude", "link.wikidata"])
        .flat_map(|(column, field)| ["--column".to_owned(), format!("{field}={column}")])
        .collect::<Vec<_>>();
    let mapping = mapping.iter().map(String::as_str).collect::<Vec<_>>();
    let (ended, entries) = bench.import(
        &[&["csv", "@wars.csv", "--type", "EVENT", "--kind", "war", "--report", "all.txt"], &mapping[..]].concat(),
    );
    assert_eq!(ended.code, Some(1));
    assert_eq!(ids(&entries), ["event/velm-war-first", "event/siege-of-orvale"]);
    assert_eq!(entries[0]["links"]["wikidata"], "Q900002");
    let report = bench.text("all.txt");
    let problems = report.lines().map(|line| line.rsplit_once("wars.csv:").expect("a place").1).collect::<Vec<_>>();
    let expected = [
        "3: begin: \"-48\" is before year 1",
        "4: begin: \"soon\" is not YYYY, YYYY-MM or YYYY-MM-DD",
        "5: coordinates: [91, 0] is beyond [±90, ±180] degrees",
    ];
    assert_eq!(problems, expected);
    assert_eq!(ended.err.last().expect("a last line"), "all of it is in all.txt");
    let (_, entries) = bench.import(&["tsv", "@wars.tsv"]);
    assert_eq!((entries.len(), &entries[0]["name"]), (1, &"The \"Velm\" Pact".into()));
}

#[test]
fn ftm() {
    let bench = Bench::new();
    let (ended, entries) = bench.import(&["ftm", "@entities.ftm.json"]);
    assert_eq!(ended.code, Some(1));
    assert_eq!(ids(&entries), ["person/zora-quell-NK-aB1", "organization/vantor-bank-NK-aB2"]);
    assert_eq!(entries[0]["context"], serde_json::json!(["politician", "sanctioned", "sanctions"]));
    assert!(!bench.text("out.jsonl").contains("1970"));
    assert!(
        ended.err[2]
            .ends_with("properties.name: invalid type: string \"Not a list\", expected a sequence at column 78"),
        "{:?}",
        ended.err
    );
}

#[test]
fn standard_input_is_read_as_a_file_is() {
    let bench = Bench::new();
    let stdin = |path: &Path| Stdio::from(fs::File::open(path).expect("the file is there"));
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gazetted/fixtures/import");
    for (format, fixture) in
        [("geonames", "places.tsv"), ("wikidata", "items.json"), ("spacy", "patterns.jsonl"), ("tsv", "wars.tsv")]
    {
        bench.import(&[format, &format!("@{fixture}")]);
        let of_file = bench.text("out.jsonl");
        let ended = bench.run_with(stdin(&fixtures.join(fixture)), &["import", format, "-", "-o", "piped.jsonl"]);
        assert_eq!(bench.text("piped.jsonl"), of_file, "{:?}", ended.err);
    }
    let ended = bench.run_with(stdin(&fixtures.join("places.tsv")), &["import", "geonames", "-", "-o", "x.jsonl"]);
    assert_eq!((ended.code, ended.err[2].as_str()), (Some(1), "  -:5: latitude: \"north\" is no number of degrees"));

    fs::write(bench.path("a.zip"), b"PK\x03\x04 and so on").expect("a file can be written");
    let zip = bench.run_with(stdin(&bench.path("a.zip")), &["import", "geonames", "-", "-o", "y.jsonl"]);
    assert_eq!(zip.code, Some(2));
    assert!(zip.err[0].contains("a zip archive cannot be read from standard input"), "{:?}", zip.err);
    let gate = bench.run(&["import", "gate", "-", "-o", "y.jsonl"]);
    assert_eq!(gate.code, Some(2));
    assert!(gate.err[0].contains("it cannot read standard input; give the folder"), "{:?}", gate.err);
    assert!(!bench.path("y.jsonl").exists() && !bench.path("y.jsonl.partial").exists());
}

#[test]
fn a_record_of_a_table_has_a_limit() {
    let bench = Bench::new();
    let table = format!(
        "type,name\nPER,Zora Quell\nPER,\"{}\"\nPER,Mira Talvik\nPER,\"never\n{}",
        "x".repeat(1 << 20),
        "closed\n".repeat(1 << 18)
    );
    fs::write(bench.path("long.csv"), table).expect("a file can be written");
    let ended = bench.run(&["import", "csv", "long.csv", "-o", "out.jsonl"]);
    let limit = "the record has more than 1048576 bytes, which is the limit; perhaps a quote is never closed";
    let expected = [
        "4 lines, 2 entries and 2 names in out.jsonl".to_owned(),
        "skipped: malformed: 2".to_owned(),
        format!("  long.csv:3: {limit}"),
        format!("  long.csv:5: {limit}"),
    ];
    assert_eq!((ended.code, ended.err.as_slice()), (Some(1), &expected[..]));
}

#[test]
fn what_cannot_be_imported_leaves_nothing_behind() {
    let bench = Bench::new();
    fs::write(bench.path("cut.gz"), [0x1f, 0x8b, 8, 0, 0]).expect("a file can be written");
    for (arguments, message) in [
        (&["import", "ftm", "gone.json", "-o", "x.jsonl"][..], "gone.json: No such file"),
        (&["import", "csv", "@wars.csv", "-o", "x.jsonl"], "@wars.csv: no column gives the name"),
        (&["import", "ftm", "cut.gz", "-o", "x.jsonl"], "cut.gz:1: "),
        (
            &["import", "ftm", "@items.json", "-o", "x.txt"],
            "invalid value 'x.txt' for '--output <OUT>': not a .jsonl file",
        ),
        (&["import", "ftm", "@items.json", "-o", "gone/x.jsonl"], "cannot write gone/x.jsonl.partial: No such file"),
        (&["import", "ftm", "@items.json", "-o", "x.jsonl", "--types", "@wars.csv"], "@wars.csv:1: 1 columns; class"),
    ] {
        let ended = bench.run(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}");
        assert!(ended.err[0].starts_with(message), "{:?}", ended.err);
    }
    assert_eq!(fs::read_dir(bench.0.path()).expect("the folder is there").count(), 1);
}

#[test]
fn what_is_exported_is_imported_and_compared() {
    let bench = Bench::new();
    bench.import(&["wikidata", "@items.json"]);
    assert_eq!(bench.run(&["export", "csv", "out.jsonl", "-o", "out.csv"]).code, Some(0));
    assert_eq!(bench.run(&["import", "csv", "out.csv", "-o", "again.jsonl"]).code, Some(0));
    let same = bench.run(&["diff", "out.jsonl", "again.jsonl"]);
    let none = "0 added, 0 removed, 0 changed, 0 names of another meaning\n";
    assert_eq!((same.code, same.out.as_str()), (Some(0), none));
    assert_eq!(bench.run(&["export", "spacy", "out.jsonl", "-o", "out.spacy.jsonl"]).code, Some(0));
    assert_eq!(bench.text("out.spacy.jsonl").lines().count(), 4);
    let other = bench.text("out.jsonl").replace("person/zora", "person/x-zora").replace("\"1913\"", "\"1914\"");
    fs::write(bench.path("other.jsonl"), other.replace("Q900001", "Q7")).expect("a file can be written");
    let differ = bench.run(&["diff", "out.jsonl", "other.jsonl", "--format", "json"]);
    assert_eq!(differ.code, Some(1));
    let expected = [
        r#"{"difference":"added","id":"person/x-zora-quell-q900001","name":"Zora Quell"}"#,
        r#"{"difference":"removed","id":"person/zora-quell-q900001","name":"Zora Quell"}"#,
        r#"{"difference":"changed","id":"event/velm-war-q900002","name":"Velm War","fields":["end"]}"#,
        r#"{"difference":"meaning","name":"quell","lost":["person/zora-quell-q900001"],"gained":["person/x-zora-quell-q900001"]}"#,
    ];
    assert_eq!(differ.out.lines().take(4).collect::<Vec<_>>(), expected);
    assert_eq!(
        differ.out.lines().last().expect("a summary"),
        r#"{"difference":"summary","added":1,"removed":1,"changed":1,"meanings":3}"#
    );
}

/// Imports real data that may stand beside the repository.
fn real(format: &Format, path: &str) -> Option<(Report, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(path);
    let file = fs::File::open(path).ok()?;
    let (mut out, mut log) = (Vec::new(), Vec::new());
    let report = import(format, "x", file, &mut out, &mut log).expect("genuine data can be read");
    Some((report, String::from_utf8(out).expect("entries are UTF-8")))
}

#[test]
fn genuine_lists_are_read_where_they_are_at_hand() {
    if let Some((report, _)) = real(&Format::Geonames(Geonames::default()), "geonames/geonames_cities15000_sample.tsv")
    {
        assert_eq!((report.lines, report.entries, report.is_flawed()), (765, 765, false), "{report:?}");
    }
    // One item comes three times in the second.
    for (file, lines, bad) in [("sample_wikidata_items.json.bz2", 102, 0), ("short_stream.json.bz2", 635, 2)] {
        if let Some((report, out)) = real(&Format::Wikidata(Wikidata::default()), &format!("wikidata/{file}")) {
            let told = report.tallies.iter().filter(|(reason, _)| reason.is_bad()).map(|(_, tally)| tally.count);
            assert_eq!((report.lines, told.sum::<u64>()), (lines, bad), "{report:?}");
            assert_eq!(out.lines().count() as u64, report.entries);
        }
    }
}

/// All formats, as permissive as they can be.
fn formats(folder: &Path) -> Vec<Format> {
    let column = |text: &str| text.parse::<Column>().expect("a column");
    let columns = ["name=1", "id=2", "begin=3", "latitude=4", "longitude=5", "links=6"].map(column).to_vec();
    let table = |table| {
        Format::Delimited(Delimited {
            columns: columns.clone(),
            header: false,
            entity_type: Some(EntityType::Event),
            ..table
        })
    };
    vec![
        Format::Geonames(Geonames::default()),
        Format::Wikidata(Wikidata::default()),
        Format::Spacy(Spacy::default()),
        Format::Gate(Gate::new(folder)),
        Format::Ftm(Ftm::default()),
        table(Delimited::csv()),
        table(Delimited::tsv()),
    ]
}

/// Imports bytes; whatever they are, what comes out is a gazetteer.
fn survives(format: &Format, bytes: &[u8]) -> Result<(), TestCaseError> {
    let (mut out, mut log) = (Vec::new(), Vec::new());
    match import(format, "x", Cursor::new(bytes), &mut out, &mut log) {
        Ok(report) => {
            let told = report.tallies.values().map(|tally| tally.count).sum::<u64>();
            prop_assert_eq!(told, log.split(|&byte| byte == b'\n').count() as u64 - 1);
            if !out.is_empty() {
                let folder = tempfile::tempdir().expect("a temporary folder can be made");
                let path = folder.path().join("out.jsonl");
                fs::write(&path, &out).expect("a temporary file can be written");
                let loaded = Gazetteer::load(&path).map(|gazetteer| gazetteer.entries.len() as u64);
                prop_assert_eq!(loaded.map_err(|error| error.to_string()), Ok(report.entries));
            }
        }
        Err(error) => {
            let expected = matches!(error, ImportError::Read { .. } | ImportError::Columns { .. });
            prop_assert!(expected, "{}", error);
        }
    }
    Ok(())
}

/// Every fixture, of which a few bytes are changed.
fn fixtures() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gazetted/fixtures/import");
    let names =
        ["places.tsv", "items.json", "patterns.jsonl", "gate/lists.def", "wars.csv", "wars.tsv", "entities.ftm.json"];
    names.map(|name| fs::read(folder.join(name)).expect("the fixture is there")).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_an_import_panic(
        magic in prop::sample::select(vec![&b""[..], b"\x1f\x8b\x08\x00", b"BZh9", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"\xef\xbb\xbf"]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::write(folder.path().join("a.lst"), &bytes).expect("a temporary file can be written");
        let gate = Format::Gate(Gate::new(folder.path()));
        survives(&gate, b"a.lst:location:city\n")?;
        let bytes = [magic, &bytes].concat();
        for format in formats(folder.path()) {
            survives(&format, &bytes)?;
        }
    }

    #[test]
    fn no_damage_makes_an_import_panic(
        fixture in prop::sample::select(fixtures()),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
    ) {
        let mut bytes = fixture;
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for format in formats(Path::new("no/such/folder")) {
            survives(&format, &bytes)?;
        }
    }
}
