//! The floors of the house, held by reading its source: what may use what, and what must
//! not occur where.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

/// The modules of the crate, lowest floor first. A module uses only floors below its own.
const FLOORS: [&[&str]; 13] = [
    &["text"],
    &["gazetteer", "marked"],
    &["remote"],
    &["matcher"],
    &["layer"],
    &["defaults"],
    &["extraction"],
    &["catalog"],
    &["proto", "telemetry"],
    &["service"],
    &["server"],
    &["config"],
    &["cli"],
];

/// Floors whose modules are pure: same input, same output.
const PURE: [&str; 6] = ["text", "gazetteer", "marked", "matcher", "layer", "extraction"];

/// What pure modules must not touch: other tasks, the wire, clock, environment, chance.
const IMPURE: [&str; 9] =
    ["tokio", "tonic", "prost", "rand", "std::time", "std::env", "std::net", "std::process", "std::thread"];

const MAX_LINES: usize = 700;

/// A file of `src/`.
struct Source {
    /// Relative to `src/`, with slashes: `text/words.rs`.
    path: String,
    text: String,
}

impl Source {
    /// The module of the crate that the file belongs to: `text`.
    fn module(&self) -> &str {
        let end = self.path.find(['/', '.']).unwrap_or(self.path.len());
        &self.path[..end]
    }

    fn is_root(&self) -> bool {
        matches!(self.module(), "lib" | "main")
    }

    /// The code as one line: without comments, literals and white space beside punctuation,
    /// so that a path is one piece whatever its layout.
    fn code(&self) -> String {
        squeeze(&without_comments_and_literals(&self.text))
    }

    /// The modules of the crate that the code names.
    fn uses(&self) -> Vec<String> {
        let mut modules = after(&self.code(), "crate::");
        if self.path == format!("{}.rs", self.module()) {
            modules.extend(after(&self.code(), "super::").into_iter().filter(|name| floor(name).is_some()));
        }
        modules
    }
}

#[test]
fn every_module_uses_only_lower_floors() {
    let mut problems = String::new();
    for source in sources().iter().filter(|source| !source.is_root()) {
        let Some(own) = floor(source.module()) else {
            let _ = writeln!(problems, "src/{} is on no floor: give it one in FLOORS", source.path);
            continue;
        };
        for used in source.uses().into_iter().filter(|used| used != source.module()) {
            if floor(&used).is_none_or(|floor| floor >= own) {
                let _ = writeln!(problems, "src/{} uses {used}, which is not below {}", source.path, source.module());
            }
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn the_matcher_knows_no_names_and_no_meanings() {
    for source in sources().iter().filter(|source| source.module() == "matcher") {
        assert!(source.uses().iter().all(|used| used == "text" || used == "matcher"), "src/{}", source.path);
    }
}

#[test]
fn below_the_service_there_is_no_task_no_wire_and_no_clock() {
    let mut problems = String::new();
    for source in sources().iter().filter(|source| source.module() == "catalog") {
        let code = source.code();
        for word in ["tokio", "tonic", "prost", "std::env", "std::net"].into_iter().filter(|word| names(&code, word)) {
            let _ = writeln!(problems, "src/{} touches {word}", source.path);
        }
    }
    for source in sources().iter().filter(|source| PURE.contains(&source.module())) {
        let code = source.code();
        for word in IMPURE.into_iter().filter(|word| names(&code, word)) {
            let _ = writeln!(problems, "src/{} touches {word}", source.path);
        }
        if source.module() == "extraction" && names(&code, "std::fs") {
            let _ = writeln!(problems, "src/{} touches files", source.path);
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn only_the_command_line_prints() {
    let mut problems = String::new();
    for source in sources().iter().filter(|source| !matches!(source.module(), "cli" | "main")) {
        let code = source.code();
        for call in ["println!", "print!", "eprintln!", "eprint!", "dbg!"] {
            if names(&code, call) {
                let _ = writeln!(problems, "src/{} calls {call}", source.path);
            }
        }
        // Logs go to standard error, so telemetry may hold it.
        if source.module() != "telemetry" && (names(&code, "stdout(") || names(&code, "stderr(")) {
            let _ = writeln!(problems, "src/{} writes to a standard stream", source.path);
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn every_file_says_what_it_is_and_is_finished() {
    let mut problems = String::new();
    for source in sources() {
        if !source.text.starts_with("//!") {
            let _ = writeln!(problems, "src/{} does not begin with what it is (//!)", source.path);
        }
        let lines = source.text.lines().count();
        if lines > MAX_LINES {
            let _ = writeln!(problems, "src/{} has {lines} lines; the limit is {MAX_LINES}", source.path);
        }
        let code = source.code();
        for word in ["unsafe", "todo!", "unimplemented!"].into_iter().filter(|word| names(&code, word)) {
            let _ = writeln!(problems, "src/{} holds {word}", source.path);
        }
    }
    assert!(problems.is_empty(), "{problems}");
}

#[test]
fn the_reader_of_source_sees_paths_through_layout() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let text = "//! crate::no\nuse crate::{\n    text::{Span, fold}, // crate::comment\n    matcher,\n};\n\
                fn f() { crate :: server::run(\"crate::literal // \\\"\", '\"', r#\"\" crate::literal\"#); g('a') } use std::{env, fs as f};";
    let code = source("x.rs", text);
    assert_eq!(code.uses(), ["text", "matcher", "server"]);
    assert!(names(&code.code(), "std::env") && names(&code.code(), "std::fs") && !names(&code.code(), "std::f"));
    assert!(!names(&code.code(), "literal") && !names(&code.code(), "comment"));
    assert_eq!(source("text.rs", "use super::{gazetteer::Entry, other};").uses(), ["gazetteer"]);
    assert!(names("let x=tokio::spawn(y)", "tokio") && !names("let x=my_tokio::spawn(y)", "tokio"));
}

/// All files of `src/`, sorted by path.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let read = |path: &PathBuf| Source {
        path: path.strip_prefix(&root).expect("it lies below src").to_string_lossy().replace('\\', "/"),
        text: fs::read_to_string(path).expect("source is readable text"),
    };
    paths.iter().map(read).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is readable") {
        let path = entry.expect("src is readable").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

/// Source without line comments and without string and character literals.
fn without_comments_and_literals(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => string_end(rest),
            'r' => raw_string_end(rest).unwrap_or(0),
            '\'' => char_end(rest).unwrap_or(0),
            _ => 0,
        };
        if skipped == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            out.push(' ');
            rest = &rest[skipped..];
        }
    }
    out
}

/// The length of the string literal that `source` begins with.
fn string_end(source: &str) -> usize {
    let mut escaped = false;
    for (at, c) in source.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    source.len()
}

/// The length of the raw string literal that `source` begins with, if it does.
fn raw_string_end(source: &str) -> Option<usize> {
    let quote = 1 + source[1..].bytes().take_while(|&b| b == b'#').count();
    let inner = source[quote..].strip_prefix('"')?;
    let end = format!("\"{}", &source[1..quote]);
    inner.find(&end).map(|at| quote + 1 + at + end.len())
}

/// The length of the character literal that `source` begins with, if it is none of a lifetime.
fn char_end(source: &str) -> Option<usize> {
    let inner = &source[1..];
    if inner.starts_with('\\') {
        return inner[2..].find('\'').map(|at| at + 4);
    }
    let width = inner.chars().next()?.len_utf8();
    inner[width..].starts_with('\'').then_some(width + 2)
}

/// Takes out white space where it parts nothing.
fn squeeze(code: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut out = String::with_capacity(code.len());
    for piece in code.split_whitespace() {
        if out.ends_with(is_word) && piece.starts_with(is_word) {
            out.push(' ');
        }
        out.push_str(piece);
    }
    out
}

/// The first names after each occurrence of `prefix`: of `crate::{a::b, c}` both `a` and `c`.
fn after(code: &str, prefix: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            Some(list) => found.extend(top_of_list(list)),
            None => found.extend(first_word(rest)),
        }
    }
    found
}

/// The first names of the parts of a list in braces, without those of lists inside.
fn top_of_list(list: &str) -> Vec<String> {
    let (mut depth, mut begin, mut found) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                found.extend(first_word(&list[begin..at]));
                begin = at + 1;
                if c == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

fn first_word(code: &str) -> Option<String> {
    let word = code.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    (!word.is_empty()).then(|| word.to_owned())
}

/// Whether code names a path or calls a macro, either written out or from a list in braces
/// (`std::{env, fs}`).
fn names(code: &str, wanted: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let whole = code.match_indices(wanted).any(|(at, _)| {
        let (before, behind) = (&code[..at], &code[at + wanted.len()..]);
        let inside = before.ends_with(is_word) || wanted.ends_with(is_word) && behind.starts_with(is_word);
        !inside
    });
    let listed = wanted
        .rsplit_once("::")
        .is_some_and(|(parent, name)| after(code, &format!("{parent}::")).iter().any(|found| found == name));
    whole || listed
}
