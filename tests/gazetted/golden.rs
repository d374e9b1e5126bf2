//! Golden articles: whole articles with everything that is found marked in the text.
//!
//! A file is `# Title`, an empty line and the body; the title may be missing. A mention is
//! marked `[Angela Merkel](person person/angela-merkel)`, without the id where no gazetteer
//! has the name. A literal bracket or backslash stands behind a backslash. The test takes
//! the marks off, extracts, marks what was found and compares with the file.
//!
//! The files say what *is* found, not what should be: a rule that changes them shows in the
//! review what it does to real text. `UPDATE_GOLDEN=1 cargo test golden` writes them anew.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use gazetted::{
    extraction::{Article, Extraction, Options, Section, extract},
    text::Span,
};

use crate::embedded;

/// A marked place: the span in the plain text, and what stands in the round brackets.
type Mark = (Span, String);

#[test]
fn articles_are_extracted_as_recorded() {
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    let mut report = String::new();
    for path in files() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let recorded = fs::read_to_string(&path).expect("a golden file is readable text");
        let found = extracted(&recorded).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        if update && found != recorded {
            fs::write(&path, &found).expect("a golden file is writable");
        } else if found != recorded {
            report += &difference(&name, &recorded, &found);
        }
    }
    assert!(
        report.is_empty(),
        "extraction differs from the golden articles (- recorded, + found):\n{report}\n\
         If every change is for the better: UPDATE_GOLDEN=1 cargo test golden, and review the diff."
    );
}

#[test]
fn marks_round_trip_through_brackets_and_backslashes() {
    let plain = r"\ [KSTR.L] (x) [a](b) \[ ]] Kyiv";
    let mark = (Span { begin: 28, end: 32 }, "location location/kyiv".to_owned());
    let written = marked(plain, std::slice::from_ref(&mark));
    assert_eq!(written, r"\\ \[KSTR.L\] (x) \[a\](b) \\\[ \]\] [Kyiv](location location/kyiv)");
    assert_eq!(unmarked(&written), Ok((plain.to_owned(), vec![mark])));
}

#[test]
fn marks_without_an_end_are_named() {
    for (bad, problem) in [
        ("a [b", "a bracket is never closed"),
        ("a ]b", "a closing bracket without an opening one"),
        ("[a [b](c)](d)", "a mark inside a mark"),
        ("[a] b", "no round brackets after a mark"),
        ("[a](b", "round brackets are never closed"),
    ] {
        assert_eq!(unmarked(bad), Err(problem.to_owned()), "{bad}");
    }
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gazetted/golden");
    let entries = fs::read_dir(folder).expect("the golden articles are there");
    let mut paths = entries.map(|entry| entry.expect("the folder is readable").path()).collect::<Vec<_>>();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    assert!(paths.len() >= 20, "only {} golden articles", paths.len());
    paths
}

/// The article of a golden file, extracted and written as a golden file again.
fn extracted(file: &str) -> Result<String, String> {
    let (title, body) = sections(file);
    let (title, body) = (unmarked(title)?.0, unmarked(body)?.0);
    let article = Article { title: &title, body: &body };
    let found = extract(&article, embedded::lexicon(), &Options::default());
    let mut file = String::new();
    if !title.is_empty() {
        file = format!("# {}\n\n", marked(&title, &marks(&found, Section::Title)));
    }
    file += &marked(&body, &marks(&found, Section::Body));
    file.push('\n');
    Ok(file)
}

/// The title, which may be empty, and the body, both with their marks.
fn sections(file: &str) -> (&str, &str) {
    let (title, body) = match file.strip_prefix("# ") {
        Some(rest) => rest.split_once('\n').unwrap_or((rest, "")),
        None => ("", file),
    };
    (title, body.trim_matches('\n'))
}

/// The mentions of one section in the order of the text.
fn marks(found: &Extraction<'_>, section: Section) -> Vec<Mark> {
    let mut marks = Vec::new();
    for entity in &found.entities {
        let mut label = entity.entity_type.name().to_lowercase();
        if let Some(entry) = entity.entry {
            label = format!("{label} {}", entry.id);
        }
        let here = entity.mentions.iter().filter(|mention| mention.section == section);
        marks.extend(here.map(|mention| (mention.span, label.clone())));
    }
    marks.sort();
    marks
}

/// The text with marks written into it.
fn marked(text: &str, marks: &[Mark]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for (span, label) in marks {
        escape(&text[at..span.begin as usize], &mut out);
        out.push('[');
        escape(span.of(text), &mut out);
        let _ = write!(out, "]({label})");
        at = span.end as usize;
    }
    escape(&text[at..], &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        if matches!(c, '[' | ']' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
}

/// The plain text, and the marks that were in it.
fn unmarked(written: &str) -> Result<(String, Vec<Mark>), String> {
    let (mut text, mut marks) = (String::new(), Vec::new());
    let mut open = None;
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.extend(rest.next()),
            '[' if open.is_some() => return Err("a mark inside a mark".to_owned()),
            '[' => open = Some(text.len() as u32),
            ']' => {
                let begin = open.take().ok_or("a closing bracket without an opening one")?;
                let label = rest.as_str().strip_prefix('(').ok_or("no round brackets after a mark")?;
                let (label, after) = label.split_once(')').ok_or("round brackets are never closed")?;
                marks.push((Span { begin, end: text.len() as u32 }, label.to_owned()));
                rest = after.chars();
            }
            _ => text.push(c),
        }
    }
    if open.is_some() {
        return Err("a bracket is never closed".to_owned());
    }
    Ok((text, marks))
}

/// The marks that only one of two files has, line by line.
fn difference(name: &str, recorded: &str, found: &str) -> String {
    let mut out = format!("\n{name}\n");
    if recorded.lines().count() != found.lines().count() {
        let _ = writeln!(out, "  the layout: {recorded:?}\n  becomes {found:?}");
    }
    for (number, (old, new)) in recorded.lines().zip(found.lines()).enumerate().filter(|(_, (old, new))| old != new) {
        let (old, new) = (line_marks(old), line_marks(new));
        for mark in old.iter().filter(|mark| !new.contains(mark)) {
            let _ = writeln!(out, "  {}: - {}", number + 1, mark.1);
        }
        for mark in new.iter().filter(|mark| !old.contains(mark)) {
            let _ = writeln!(out, "  {}: + {}", number + 1, mark.1);
        }
    }
    out
}

/// The marks of one line with their places, as they are written.
fn line_marks(line: &str) -> Vec<(Span, String)> {
    let Ok((text, marks)) = unmarked(line) else { return Vec::new() };
    marks.into_iter().map(|(span, label)| (span, format!("[{}]({label})", span.of(&text)))).collect()
}
