//! The command line as its users meet it: the program is run, and its output, messages and
//! exit code are looked at.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

const GAZETTEER: &str = r#"{"id":"person/zora-quell","type":"PERSON","name":"Zora Quell"}
{"id":"organization/vantor","type":"ORGANIZATION","name":"Vantor Bank","aliases":[{"text":"VB","kind":"acronym"}],"country":"FR","weight":0.6}
{"id":"location/ostrava-heights","type":"LOCATION","name":"Orvale","weight":0.9}
{"id":"location/orvale-bay","type":"LOCATION","name":"Orvale Bay","aliases":[{"text":"Orvale","kind":"short"}],"weight":0.1}
"#;

/// What a run left behind.
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

/// A folder with a small gazetteer, so that runs are quick and do not depend on the default one.
struct Bench(TempDir);

impl Bench {
    fn new() -> Bench {
        let bench = Bench(tempfile::tempdir().expect("a temporary folder can be made"));
        bench.file("names.jsonl", GAZETTEER);
        bench
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("a temporary file can be written");
        path
    }

    /// The program in the folder, with the small gazetteer in place of the default one.
    fn gazetted(&self, arguments: &[&str]) -> Command {
        let mut command = program(&["--no-default-gazetteer", "--gazetteer", "names.jsonl"]);
        command.args(arguments).current_dir(self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        end(&mut self.gazetted(arguments))
    }
}

/// The program, without what the environment could do to its output.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gazetted"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "CI"] {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

fn end(command: &mut Command) -> Ended {
    let output = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn start(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

fn json(line: &str) -> Value {
    serde_json::from_str(line).expect("the line is JSON")
}

/// The texts that the spans of an answer cover, with their types.
fn names(answer: &Value) -> Vec<(String, String)> {
    let text = answer["text"].as_str().expect("text is text").chars().collect::<Vec<_>>();
    let offset = |value: &Value| value.as_u64().expect("an offset is a number") as usize;
    let name = |entity: &Value| {
        let covered = text[offset(&entity["start"])..offset(&entity["end"])].iter().collect::<String>();
        (covered, entity["type"].as_str().expect("a type is text").to_owned())
    };
    answer["entities"].as_array().expect("entities are a list").iter().map(name).collect()
}

fn pair(name: &str, entity_type: &str) -> (String, String) {
    (name.to_owned(), entity_type.to_owned())
}

#[test]
fn a_text_file_is_one_article_with_its_name_as_id() {
    let bench = Bench::new();
    bench.file("news.txt", "Zora Quell\nmet Mr Nobody at Vantor Bank.\n");
    let ended = bench.run(&["extract", "--format", "spans", "--no-unlisted", "news.txt"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let begin = r#"{"id":"news.txt","text":"Zora Quell\nmet Mr Nobody at Vantor Bank.\n","entities":[{"start":0,"end":10,"type":"PERSON","name":"Zora Quell","entry_id":"person/zora-quell","confidence":0."#;
    assert!(ended.out.starts_with(begin), "{}", ended.out);
    assert_eq!(ended.out.lines().count(), 1);
    let expected = [pair("Zora Quell", "PERSON"), pair("Vantor Bank", "ORGANIZATION")];
    assert_eq!(names(&json(&ended.out)), expected);
}

#[test]
fn json_lines_are_chosen_by_extension_or_flag() {
    let bench = Bench::new();
    let lines = "{\"id\":7,\"text\":\"Orvale Bay.\"}\n\n{\"body\":\"Vantor Bank.\",\"url\":[1]}";
    for name in ["x.jsonl", "x.ndjson", "x.JSON", "x.log"] {
        bench.file(name, lines);
        let flag = if name == "x.log" { &["--input", "jsonl"][..] } else { &[] };
        let ended = bench.run(&[&["extract", "--format", "spans", name], flag].concat());
        let ids = ended.out.lines().map(|line| json(line)["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids, ["7", &format!("{name}:3")], "{}", ended.err);
    }
    let ended = bench.run(&["extract", "--format", "spans", "--input", "text", "x.jsonl"]);
    assert_eq!(json(&ended.out)["text"], lines);
}

#[test]
fn answers_keep_the_order_of_the_articles() {
    let bench = Bench::new();
    let line = |n: usize| {
        let body = "Zora Quell went to Vantor Bank in Orvale. ".repeat(1 + n * 7919 % 40);
        format!("{{\"id\":{n},\"body\":\"{body}\"}}\n")
    };
    bench.file("a.jsonl", (0..400).map(line).collect::<String>());
    bench.file("b.txt", "Zora Quell");
    bench.file("c.jsonl", (400..500).map(line).collect::<String>());
    let files = ["a.jsonl", "b.txt", "c.jsonl"];
    let run = |threads| bench.run(&[&["extract", "--format", "spans", "--threads", threads], &files[..]].concat());
    let ended = run("4");
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let ids = ended.out.lines().map(|line| json(line)["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let mut expected = (0..500).map(|n| n.to_string()).collect::<Vec<_>>();
    expected.insert(400, "b.txt".to_owned());
    assert_eq!(ids, expected);
    assert!(ended.out == run("1").out, "the number of threads changes the answer");
}

#[test]
fn bad_input_is_reported_and_the_rest_goes_on() {
    let bench = Bench::new();
    let long = format!("{{\"body\":\"{}\"}}\n", "x".repeat(200));
    let lines: [&[u8]; 7] = [
        b"{\"id\":\"good\",\"body\":\"Orvale.\"}\n",
        b"{\"id\":\"bad\",\"body\":\n",
        b"{\"title\":\"\",\"body\":\" \"}\n",
        b"{\"body\":\"\xff\"}\n",
        long.as_bytes(),
        b"{\"body\":[]}\n",
        b"{\"id\":\"also good\",\"title\":\"Zora Quell\"}",
    ];
    bench.file("x.jsonl", lines.concat());
    bench.file("bad.txt", b"\xff");
    let arguments = ["extract", "--format", "spans", "--max-article-bytes", "100", "x.jsonl", "bad.txt", "gone.txt"];
    let ended = bench.run(&arguments);
    assert_eq!(ended.code, Some(1));
    let problems = [
        "x.jsonl:2: body: EOF while parsing a value at column 19",
        "x.jsonl:3: no text: title and body are missing or empty",
        "x.jsonl:4: not UTF-8 at byte 9",
        "x.jsonl:5: title and body have 200 bytes; the limit is 100",
        "x.jsonl:6: body: invalid type: sequence, expected a string at column 8",
        "gazetted: bad.txt: not UTF-8 at byte 0",
        "gazetted: gone.txt: No such file or directory (os error 2)",
        "gazetted: 7 bad inputs skipped",
    ];
    assert_eq!(ended.err.lines().collect::<Vec<_>>(), problems);
    let ids = ended.out.lines().map(|line| json(line)["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids, ["good", "also good"]);
}

#[test]
fn nothing_to_read_and_wrong_usage_end_with_2() {
    let bench = Bench::new();
    for (arguments, message) in [
        (&["extract", "gone.txt"][..], "gazetted: gone.txt: No such file"),
        (&["extract", "."], "gazetted: .: is a directory"),
        (&["extract", "--colour"], "gazetted: unexpected argument '--colour'"),
        (&["extract", "--min-confidence", "2"], "gazetted: invalid value '2' for '--min-confidence <X>': not between"),
        (&["extract", "--types", "PLANET"], "gazetted: invalid value 'PLANET' for '--types <TYPES>': \"PLANET\" is no"),
        (&["--gazetteer", "gone.jsonl", "lookup", "x"], "gazetted: gone.jsonl: No such file"),
        (&["eval", "gone.jsonl"], "gazetted: gone.jsonl: No such file"),
    ] {
        let ended = bench.run(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(ended.err.starts_with(message), "{}", ended.err);
    }
}

#[test]
fn spans_count_code_points_into_title_and_body_together() {
    let bench = Bench::new();
    bench.file("x.jsonl", r#"{"id":"a","title":"😀 Vantor Bank é","body":"😀😀 “Zora Quell” in Orvale Bay 🇫🇷\nVB"}"#);
    let ended = bench.run(&["extract", "--format", "spans", "--no-unlisted", "x.jsonl"]);
    let answer = json(&ended.out);
    assert_eq!(answer["text"], "😀 Vantor Bank é\n😀😀 “Zora Quell” in Orvale Bay 🇫🇷\nVB");
    let expected = [
        pair("Vantor Bank", "ORGANIZATION"),
        pair("Zora Quell", "PERSON"),
        pair("Orvale Bay", "LOCATION"),
        pair("VB", "ORGANIZATION"),
    ];
    assert_eq!(names(&answer), expected);
}

#[test]
fn options_reach_the_extraction() {
    let bench = Bench::new();
    bench.file("x.txt", "Zora Quell of Vantor Bank is in Orvale.");
    let found = |arguments: &[&str]| {
        let ended = bench.run(&[&["extract", "--format", "spans", "--no-unlisted", "x.txt"], arguments].concat());
        names(&json(&ended.out)).into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(found(&["--types", "per,LOCATION"]), ["Zora Quell", "Orvale"]);
    assert_eq!(found(&["--suppress", "ORVALE", "--suppress", "zora-quell"]), ["Vantor Bank"]);
    assert_eq!(found(&["--min-confidence", "1"]), [""; 0]);
}

#[test]
fn pretty_marks_names_without_color_when_piped() {
    let bench = Bench::new();
    bench.file("x.jsonl", r#"{"title":"Zora Quell","body":"She left Vantor Bank.\u001b[31m"}"#);
    let arguments = ["extract", "--format", "pretty", "--no-unlisted", "x.jsonl"];
    let ended = bench.run(&arguments);
    let begin = "── x.jsonl:1 ──\n[Zora Quell](PERSON)\n\nShe left [Vantor Bank](ORGANIZATION).\u{fffd}[31m\n\ntype          name         id                   mentions  confidence  salience\nPERSON        Zora Quell   person/zora-quell";
    assert!(ended.out.starts_with(begin), "{}", ended.out);
    assert!(!ended.out.contains('\u{1b}'));

    let colored = end(bench.gazetted(&arguments).env("CLICOLOR_FORCE", "1"));
    assert!(colored.out.contains("\u{1b}[1m\u{1b}[33mZora Quell\u{1b}[0m"), "{}", colored.out);
    assert!(!colored.out.contains("](PERSON)") && !colored.out.contains("\u{fffd}\u{1b}"));

    let plain = end(bench.gazetted(&arguments).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1"));
    assert_eq!(plain.out, ended.out);
}

#[test]
fn pretty_explains_on_request() {
    let bench = Bench::new();
    bench.file("x.txt", "One.\nZora Quell left Orvale.");
    let plain = bench.run(&["extract", "--format", "pretty", "x.txt"]);
    assert!(!plain.out.contains("line 2"));
    let ended = bench.run(&["extract", "--format", "pretty", "--explain", "--alternatives", "x.txt"]);
    assert!(ended.out.contains("\n\nZora Quell\n  together: all are names of person/zora-quell"), "{}", ended.out);
    assert!(ended.out.contains("\n  line 2: \"Zora Quell\" is a listed name"), "{}", ended.out);
    assert!(ended.out.contains("  or location/orvale-bay (LOCATION), 0."), "{}", ended.out);
}

#[test]
fn json_is_the_services_answer() {
    let bench = Bench::new();
    bench.file("x.jsonl", r#"{"id":"a","title":"é","body":"😀 Zora Quell"}"#);
    for (unit, begin) in [("utf8", 5), ("utf16", 3), ("code-points", 2)] {
        let ended = bench.run(&["extract", "--offsets", unit, "x.jsonl"]);
        assert_eq!((ended.code, ended.out.lines().count()), (Some(0), 1), "{}", ended.err);
        let answer = json(&ended.out);
        assert_eq!(answer["articleId"], "a");
        assert_eq!(answer["entities"][0]["mentions"][0]["begin"], begin);
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let bench = Bench::new();
    let line = format!("{{\"body\":\"{}\"}}\n", "Zora Quell met Vantor Bank. ".repeat(40));
    bench.file("x.jsonl", line.repeat(500));
    for format in ["spans", "pretty"] {
        let mut child = start(&mut bench.gazetted(&["extract", "--format", format, "x.jsonl"]));
        let mut begin = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut begin).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{format}");
    }
}

#[test]
fn a_slow_writer_gets_each_answer_at_once() {
    let bench = Bench::new();
    let mut child = start(&mut bench.gazetted(&["extract", "--format", "spans", "--input", "jsonl", "-"]));
    let mut input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (sender, answers) = mpsc::channel();
    thread::spawn(move || output.lines().try_for_each(|line| sender.send(line)));
    for n in 1..=3 {
        writeln!(input, "{{\"body\":\"Orvale {n}\"}}").unwrap();
        let Ok(answer) = answers.recv_timeout(Duration::from_secs(60)) else {
            child.kill().unwrap();
            panic!("no answer to article {n} while the input is open");
        };
        assert_eq!(json(&answer.unwrap())["id"], format!("-:{n}"));
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn gazetteers_before_and_after_the_command_add_up() {
    let bench = Bench::new();
    bench.file("more.jsonl", r#"{"id":"event/fair","type":"EVENT","name":"Glimmer Fair"}"#);
    let ended = bench.run(&["lookup", "--gazetteer", "more.jsonl", "Glimmer Fair", "Zora Quell"]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
}

#[test]
fn lookup_shows_what_a_name_may_mean() {
    let bench = Bench::new();
    let ended = bench.run(&["lookup", "orvale", "vb"]);
    let expected = "\
type      id                        name        as     country  weight  share  aliases
LOCATION  location/ostrava-heights  Orvale      name              0.90    90%
LOCATION  location/orvale-bay       Orvale Bay  short             0.10    10%  Orvale

type          id                   name         as       country  weight  share  aliases
ORGANIZATION  organization/vantor  Vantor Bank  acronym  FR         0.60   100%  VB
";
    assert_eq!((ended.out.as_str(), ended.code), (expected, Some(0)));
    let ended = bench.run(&["lookup", "--format", "json", "VB", "Nobody"]);
    assert_eq!((ended.err.as_str(), ended.code), ("gazetted: \"Nobody\" is in no gazetteer\n", Some(1)));
    let answers = ended.out.lines().map(json).collect::<Vec<_>>();
    assert_eq!(answers[0]["meanings"][0]["entry_id"], "organization/vantor");
    assert_eq!(answers[0]["meanings"][0]["alias_kind"], "acronym");
    assert_eq!(answers[1]["meanings"], Value::Array(Vec::new()));
}

#[test]
fn check_tells_findings_by_place_and_fails_on_errors() {
    let bench = Bench::new();
    let good = r#"{"id":"person/ann-roe","type":"PERSON","kind":"politician","name":"Ann Roe","country":"FR","related":["location/france"]}"#;
    let warned = r#"{"id":"person/bo-roe","type":"PERSON","name":"Bo Roe","related":["location/atlantis"]}"#;
    let wrong = r#"{"id":"person/cy-roe","type":"PERSON","name":"Cy Roe","weight":7}"#;
    bench.file("good.jsonl", good);
    bench.file("warned.jsonl", format!("{good}\n\n{warned}\n"));
    bench.file("wrong.jsonl", format!("{wrong}\n{wrong}\n{warned}\n"));
    let check =
        |arguments: &[&str]| end(program(&[&["gazetteer", "check"], arguments].concat()).current_dir(bench.0.path()));
    for (arguments, code) in [
        (&["good.jsonl"][..], 0),
        (&["good.jsonl", "--deny-warnings"], 0),
        (&["warned.jsonl"], 0),
        (&["warned.jsonl", "--deny-warnings"], 1),
        (&["wrong.jsonl"], 1),
        (&["good.jsonl", "--no-default-gazetteer", "--deny-warnings"], 1),
        (&["gone.jsonl"], 2),
        (&["."], 1),
        (&["good.jsonl", "--format", "xml"], 2),
    ] {
        let ended = check(arguments);
        assert_eq!(ended.code, Some(code), "{arguments:?}\n{}{}", ended.out, ended.err);
        assert_eq!(ended.err.is_empty(), code < 2, "{}", ended.err);
    }
    let expected = "\
warned.jsonl:3: warning: person/bo-roe: related location/atlantis is no entry

type    kind        entries  names
PERSON  (none)            1      1
PERSON  politician        1      1

country  entries  names
(none)         1      1
FR             1      1

2 entries, 2 names: 0 errors, 1 warning, 0 notes
";
    assert_eq!(check(&["warned.jsonl"]).out, expected);
    let cut = check(&["warned.jsonl", "--top", "1"]).out;
    assert!(cut.contains("\nPERSON  (none)        1      1\nand 1 more, with --all\n"), "{cut}");
    assert_eq!(check(&["warned.jsonl", "--all"]).out, expected);

    let ended = check(&["--format", "json", "good.jsonl", "wrong.jsonl"]);
    let lines = ended.out.lines().map(json).collect::<Vec<_>>();
    assert_eq!(lines.len(), 4, "{}", ended.out);
    let message = "weight: 7 is not between 0 and 1";
    let line = serde_json::json!({"file": "wrong.jsonl", "line": 2, "severity": "error", "message": message});
    assert_eq!(lines[1], line);
    assert_eq!((&lines[2]["line"], &lines[2]["entry"]), (&Value::from(3), &Value::from("person/bo-roe")));
    assert_eq!(lines[3], serde_json::json!({"errors": 2, "warnings": 1, "notes": 0, "entries": 2, "names": 2}));
}

#[test]
fn check_knows_what_lies_below() {
    let bench = Bench::new();
    bench.file("own.jsonl", r#"{"id":"person/own","type":"PERSON","name":"Own Er","related":["organization/vantor"]}"#);
    let check = ["gazetteer", "check", "--deny-warnings", "own.jsonl"];
    assert_eq!(bench.run(&check).code, Some(0));
    assert_eq!(end(program(&check).current_dir(bench.0.path())).code, Some(1), "the default has no such id");
}

#[test]
fn the_default_lists_pass_the_check() {
    let ended = end(&mut program(&["gazetteer", "check", "--deny-warnings"]));
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{}", ended.out);
    assert!(ended.out.contains(": note: "), "namesakes are told");
}

#[test]
fn stats_count_by_type_kind_country_file_and_alias() {
    let bench = Bench::new();
    let ended = bench.run(&["gazetteer", "stats", "names.jsonl"]);
    let expected = "\
type          entries  names
PERSON              1      1
ORGANIZATION        1      2
LOCATION            2      3
EVENT               0      0

type          kind    entries  names
LOCATION      (none)        2      3
PERSON        (none)        1      1
ORGANIZATION  (none)        1      2

continent  entries  names
(none)           3      4
Europe           1      2

country  entries  names
(none)         3      4
FR             1      2

file         entries  names
names.jsonl        4      6

names by kind  names
name               4
acronym            1
short              1
former             0
misspelling        0
demonym            0
";
    assert_eq!((ended.out.as_str(), ended.code), (expected, Some(0)), "{}", ended.err);
    bench.file("bad.jsonl", "{}");
    assert_eq!(bench.run(&["gazetteer", "stats", "bad.jsonl"]).code, Some(2));
}

#[test]
fn stats_show_coverage_of_marked_names() {
    let bench = Bench::new();
    gold(&bench);
    let ended = bench.run(&["gazetteer", "stats", "names.jsonl", "--coverage", "gold.jsonl"]);
    let table = ended.out.split("\n\n").last().unwrap_or_default();
    // Persons: "Zora Quell" of three names is listed, "Orvale" as a place only. "Vantor" alone is
    // no listed name; "Vantor Bank" is found and marked otherwise, its second time forgiven.
    let expected = "\
type          set         marked names  listed  share  mentions  listed   share  listed names found  marked so   share
PERSON        gold.jsonl             3       1  33.3%         3       1   33.3%                   1          1  100.0%
ORGANIZATION  gold.jsonl             1       0   0.0%         1       0    0.0%                   1          0    0.0%
LOCATION      gold.jsonl             1       1 100.0%         1       1  100.0%                   2          1   50.0%
";
    let squeezed = |table: &str| table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(squeezed(table), squeezed(expected), "{}{}", ended.out, ended.err);
    assert_eq!(bench.run(&["gazetteer", "stats", "--coverage", "gone.jsonl"]).code, Some(2));
}

#[test]
fn stats_list_what_countries_lack() {
    let bench = Bench::new();
    let lists = bench.0.path().join("lists");
    fs::create_dir(&lists).expect("a temporary folder can be made");
    let country = |id: &str, code: &str| {
        format!(
            "{{\"id\":\"{id}\",\"type\":\"LOCATION\",\"kind\":\"country\",\"name\":\"{id}\",\"country\":\"{code}\"}}\n"
        )
    };
    fs::write(lists.join("countries.jsonl"), country("Quuxland", "FR") + &country("Zedland", "SG")).unwrap();
    fs::write(
        lists.join("capitals.jsonl"),
        r#"{"id":"q","type":"LOCATION","kind":"city","name":"Quux City","country":"FR"}"#,
    )
    .unwrap();
    let people = r#"{"id":"a","type":"PERSON","kind":"politician","name":"Ann Roe","country":"FR","context":["vice president"]}
{"id":"b","type":"PERSON","kind":"politician","name":"Bo Roe","country":"FR","context":["quuxian foreign minister","president"],"weight":0.4}
{"id":"c","type":"PERSON","kind":"executive","name":"Cy Roe","country":"FR","context":["president of the bank"]}"#;
    fs::write(lists.join("people.jsonl"), people).unwrap();
    let ended = bench.run(&["gazetteer", "stats", "lists", "--countries"]);
    let expected = "\
code  country   capital    leader  foreign minister  organizations
FR    Quuxland  Quux City  Bo Roe  Bo Roe                        0
SG    Zedland   Zedland    -       -                             0

without capital (0): none

without leader (1): Zedland

without foreign minister (1): Zedland

without organization (2): Quuxland, Zedland
";
    assert!(ended.out.ends_with(expected), "{}{}", ended.out, ended.err);
}

#[test]
fn completions_know_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = end(&mut program(&["completions", shell]));
        assert_eq!(ended.code, Some(0), "{shell}");
        for word in ["extract", "eval", "lookup", "gazetteer", "max-article-bytes"] {
            assert!(ended.out.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn help_is_as_recorded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gazetted/fixtures");
    for command in [
        "",
        "extract",
        "eval",
        "tune",
        "lookup",
        "gazetteer",
        "gazetteer check",
        "gazetteer stats",
        "gazetteer diff",
        "gazetteer export",
        "gazetteer import",
        "gazetteer import geonames",
        "gazetteer import wikidata",
        "gazetteer import spacy",
        "gazetteer import gate",
        "gazetteer import csv",
        "gazetteer import tsv",
        "gazetteer import ftm",
        "gazetteer publish",
        "gazetteer history",
        "gazetteer prune",
        "serve",
        "completions",
    ] {
        let words = command.split_whitespace();
        let file = folder.join(["help"].into_iter().chain(words.clone()).collect::<Vec<_>>().join("-") + ".txt");
        let arguments = words.chain(["--help"]).collect::<Vec<_>>();
        let ended = end(&mut program(&arguments));
        assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""), "{command}");
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            fs::write(&file, &ended.out).unwrap();
        }
        let recorded = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(ended.out, recorded, "{}: UPDATE_FIXTURES=1 records it anew", file.display());
    }
}

/// Two documents. In the first "Zora Quell" and "Orvale" are found as marked, "Vantor Bank" is
/// marked without its last word; in the second "Orvale" is marked as a person, "Vantor Bank" is
/// dropped, and "Nobody" is missed.
fn gold(bench: &Bench) {
    let first = r#"{"id":"a","text":"Zora Quell left Vantor Bank in Orvale.","entities":[{"start":0,"end":10,"type":"PERSON"},{"start":16,"end":22,"type":"ORG"},{"start":31,"end":37,"type":"LOC"}]}"#;
    let second = r#"{"id":"b","text":"Orvale of Vantor Bank met Nobody.","entities":[{"start":0,"end":6,"type":"PER"},{"start":26,"end":32,"type":"PER"}],"dropped":[{"start":10,"end":21}]}"#;
    bench.file("gold.jsonl", format!("{first}\n{second}\n"));
}

#[test]
fn eval_figures_are_right() {
    let bench = Bench::new();
    gold(&bench);
    // Persons: 1 of 3 marked, 1 found. Organizations: 1 marked, 2 found, one of them overlaps.
    // Locations: 1 marked, 2 found. In all 2 of 5 found and 5 marked are exact, 3 partial.
    let ended = bench.run(&["eval", "--no-unlisted", "gold.jsonl"]);
    let expected = "\
documents 2   gold entities 5   predicted 5
                  gold    pred |  exact P       R      F1 |  part. P       R      F1
------------------------------------------------------------------------------------
PERSON               3       1 |   1.0000  0.3333  0.5000 |   1.0000  0.3333  0.5000
ORGANIZATION         1       2 |   0.0000  0.0000  0.0000 |   0.5000  1.0000  0.6667
LOCATION             1       2 |   0.5000  1.0000  0.6667 |   0.5000  1.0000  0.6667
micro                5       5 |   0.4000  0.4000  0.4000 |   0.6000  0.6000  0.6000
macro          exact F1 0.3889
span only            5       5 |   0.6000  0.6000  0.6000 |   0.8000  0.8000  0.8000   (right: any overlap)

misses: 3, the most frequent of them
count  type          kind      text    found instead
    1  PERSON        missed    Nobody
    1  PERSON        type      Orvale  LOCATION Orvale
    1  ORGANIZATION  boundary  Vantor  ORGANIZATION Vantor Bank

false finds: 3, the most frequent of them
count  type          kind      text         marked instead
    1  ORGANIZATION  spurious  Vantor Bank
    1  LOCATION      type      Orvale       PERSON Orvale
    1  ORGANIZATION  boundary  Vantor Bank  ORGANIZATION Vantor
";
    assert_eq!((ended.out.as_str(), ended.code), (expected, Some(0)), "{}", ended.err);
}

#[test]
fn eval_forgives_selects_and_compares() {
    let bench = Bench::new();
    gold(&bench);
    let arguments = ["eval", "--no-unlisted", "--json", "--forgive-dropped", "--types", "PERSON,ORGANIZATION"];
    let ended = bench.run(&[&arguments[..], &["gold.jsonl"]].concat());
    let report = json(&ended.out);
    assert_eq!(report["forgiven"], 1);
    assert_eq!(report["types"]["ORGANIZATION"]["predicted"], 1);
    assert_eq!(report["types"]["LOCATION"], Value::Null);
    // 1 exact of 2 found and 4 marked: 2 · ½ · ¼ / ¾.
    assert_eq!(report["micro"]["exact"]["f1"], 1.0 / 3.0);

    let code = |min| bench.run(&[&arguments[..], &["--min-f1", min, "gold.jsonl"]].concat()).code;
    assert_eq!((code("0.33"), code("0.34")), (Some(0), Some(1)));
}

#[test]
fn eval_scores_predictions_of_others() {
    let bench = Bench::new();
    gold(&bench);
    bench.file("all.jsonl", fs::read(bench.0.path().join("gold.jsonl")).unwrap());
    let ended = bench.run(&["eval", "--json", "gold.jsonl", "--pred", "all.jsonl"]);
    assert_eq!(json(&ended.out)["micro"]["exact"]["f1"], 1.0);

    bench.file("half.jsonl", r#"{"id":"a","entities":[{"start":0,"end":10,"type":"PERSON"}]}"#);
    let ended = bench.run(&["eval", "--json", "gold.jsonl", "--pred", "half.jsonl"]);
    assert_eq!(ended.err, "gazetted: 1 of 2 documents have no predictions and count as empty\n");
    assert_eq!(json(&ended.out)["micro"]["exact"]["recall"], 0.2);

    for (line, problem) in [
        (r#"{"id":"z"}"#, "1 predicted documents are not in the set, such as \"z\""),
        (r#"{"id":"a","text":"other"}"#, "document \"a\": the predictions carry another text than the set"),
        (
            r#"{"id":"a","entities":[{"start":0,"end":99,"type":"PER"}]}"#,
            "document \"a\": a predicted offset 99; the text has 38 code points",
        ),
        (r#"{"id":"a","entities":[{"start":0,"type":"PER"}]}"#, "bad.jsonl:1: entities[0]: missing field `end`"),
    ] {
        bench.file("bad.jsonl", line);
        let ended = bench.run(&["eval", "gold.jsonl", "--pred", "bad.jsonl"]);
        assert_eq!(ended.code, Some(2), "{line}");
        assert!(ended.err.starts_with(&format!("gazetted: {problem}")), "{}", ended.err);
    }
}
