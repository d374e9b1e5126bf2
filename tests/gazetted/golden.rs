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
    marked::{Mark, mark, sections, unmark},
    text::Span,
};

use crate::embedded;

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
    let (title, body) = (unmark(title)?.0, unmark(body)?.0);
    let article = Article { title: &title, body: &body, ..Article::default() };
    let found = extract(&article, embedded::lexicon(), &Options::default());
    let mut file = String::new();
    if !title.is_empty() {
        file = format!("# {}\n\n", mark(&title, &marks(&found, Section::Title)));
    }
    file += &mark(&body, &marks(&found, Section::Body));
    file.push('\n');
    Ok(file)
}

/// The mentions of one section in the order of the text.
fn marks(found: &Extraction<'_>, section: Section) -> Vec<Mark> {
    let mut marks = Vec::new();
    for entity in &found.entities {
        let mut label = entity.entity_type.name().to_lowercase();
        if let Some(entry) = &entity.entry {
            label = format!("{label} {}", entry.id);
        }
        let here = entity.mentions.iter().filter(|mention| mention.section == section);
        marks.extend(here.map(|mention| (mention.span, label.clone())));
    }
    marks.sort();
    marks
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
    let Ok((text, marks)) = unmark(line) else { return Vec::new() };
    marks.into_iter().map(|(span, label)| (span, format!("[{}]({label})", span.of(&text)))).collect()
}
