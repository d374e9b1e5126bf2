//! An article's answer for people: the text with its entities marked, then a table of them.

use anstyle::Style;

use super::article::Document;
use crate::{
    cli::table::{Table, paint, printable, style},
    extraction::{Article, Entity, Explanation, Extraction, Lexicon, Options, Section, extract},
    gazetteer::EntityType,
    text::Span,
};

const BOLD: Style = Style::new().bold();
const DIMMED: Style = Style::new().dimmed();

/// A mention to mark.
type Mark = (Span, EntityType);

/// The answer. Entities are marked by colors when `color`, else as `[name](TYPE)`.
pub(super) fn answer(document: &Document, lexicon: &Lexicon, options: &Options, color: bool) -> String {
    let Document { id, title, body } = document;
    let extraction = extract(&Article { title, body, ..Article::default() }, lexicon, options);
    let mut out = String::new();
    paint(&format!("── {} ──", printable(id)), DIMMED, color, &mut out);
    out.push('\n');
    for (text, section, base) in [(title, Section::Title, BOLD), (body, Section::Body, Style::new())] {
        if !text.is_empty() {
            Marker { text, at: 0, base, color, out: &mut out }.mark(&marks(&extraction, section));
            out.truncate(out.trim_end().len());
            out.push_str("\n\n");
        }
    }
    let mut entities = extraction.entities.iter().collect::<Vec<_>>();
    entities.sort_by(|a, b| b.salience.total_cmp(&a.salience));
    write_table(&entities, color, &mut out);
    for entity in &entities {
        write_reasons(entity, document, color, &mut out);
    }
    if extraction.dropped > 0 {
        out.push_str(&format!("{} less confident mentions were left out\n", extraction.dropped));
    }
    out.push('\n');
    out
}

/// The mentions of a section, outer before inner.
fn marks(extraction: &Extraction<'_>, section: Section) -> Vec<Mark> {
    let of = |entity: &Entity<'_>| {
        let entity_type = entity.entity_type;
        let mentions = entity.mentions.iter().filter(move |mention| mention.section == section);
        mentions.map(move |mention| (mention.span, entity_type)).collect::<Vec<_>>()
    };
    let mut marks = extraction.entities.iter().flat_map(of).collect::<Vec<_>>();
    marks.sort_by_key(|(span, _)| (span.begin, std::cmp::Reverse(span.end)));
    marks
}

/// Writes a text with its mentions marked.
struct Marker<'a> {
    text: &'a str,
    /// Up to where the text has been written.
    at: u32,
    /// The style of what is no mention.
    base: Style,
    color: bool,
    out: &'a mut String,
}

impl Marker<'_> {
    fn mark(mut self, marks: &[Mark]) {
        let mut open = Vec::<Mark>::new();
        for &(span, entity_type) in marks {
            while open.last().is_some_and(|(outer, _)| outer.end <= span.begin) {
                self.close(&mut open);
            }
            // A mention never ends outside the one around it.
            let end = open.last().map_or(span.end, |(outer, _)| outer.end.min(span.end));
            self.write_up_to(span.begin, &open);
            open.push((Span { end, ..span }, entity_type));
            if !self.color {
                self.out.push('[');
            }
        }
        while !open.is_empty() {
            self.close(&mut open);
        }
        self.write_up_to(self.text.len() as u32, &[]);
    }

    fn close(&mut self, open: &mut Vec<Mark>) {
        let Some(&(span, entity_type)) = open.last() else { return };
        self.write_up_to(span.end, open);
        open.pop();
        if !self.color {
            self.out.push_str(&format!("]({entity_type})"));
        }
    }

    /// Writes the text from where we are, in the style of the innermost open mention.
    fn write_up_to(&mut self, end: u32, open: &[Mark]) {
        let style = open.last().map_or(self.base, |&(_, entity_type)| style(entity_type));
        let text = printable(Span { begin: self.at, end }.of(self.text));
        if !text.is_empty() {
            paint(&text, style, self.color, self.out);
        }
        self.at = end;
    }
}

fn write_table(entities: &[&Entity<'_>], color: bool, out: &mut String) {
    if entities.is_empty() {
        out.push_str("no entities\n");
        return;
    }
    let mut table = Table::new(&["type", "name", "id", ">mentions", ">confidence", ">salience"]);
    for entity in entities {
        let row = [
            entity.name.clone(),
            entity.entry.as_ref().map_or_else(|| "-".to_owned(), |entry| entry.id.to_string()),
            entity.mentions.len().to_string(),
            format!("{:.2}", entity.confidence),
            format!("{:.2}", entity.salience),
        ];
        table.typed_row(entity.entity_type, row);
    }
    table.render(color, out);
}

/// What was asked for beyond the table: alternatives and explanations.
fn write_reasons(entity: &Entity<'_>, document: &Document, color: bool, out: &mut String) {
    let explained = entity.explanation.is_some() || entity.mentions.iter().any(|mention| mention.explanation.is_some());
    if !explained && entity.alternatives.is_empty() {
        return;
    }
    out.push('\n');
    paint(&printable(&entity.name), style(entity.entity_type), color, out);
    out.push('\n');
    for (entry, score) in &entity.alternatives {
        out.push_str(&format!("  or {} ({}), {score:.2}\n", entry.id, entry.entity_type));
    }
    if let Some(explanation) = &entity.explanation {
        write_explanation("together", explanation, color, out);
    }
    for mention in &entity.mentions {
        if let Some(explanation) = &mention.explanation {
            let section = match mention.section {
                Section::Title => &document.title,
                Section::Body => &document.body,
            };
            let line = section[..mention.span.begin as usize].matches('\n').count() + 1;
            let place = match mention.section {
                Section::Title => "title".to_owned(),
                Section::Body => format!("line {line}"),
            };
            write_explanation(&place, explanation, color, out);
        }
    }
}

fn write_explanation(place: &str, explanation: &Explanation, color: bool, out: &mut String) {
    out.push_str("  ");
    paint(place, DIMMED, color, out);
    // A name may run over a line break; an explanation is one line.
    let summary = explanation.summary.split_whitespace().collect::<Vec<_>>().join(" ");
    out.push_str(&format!(": {}\n", printable(&summary)));
    for evidence in &explanation.evidence {
        let detail = evidence.detail.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = format!("    {:+.2}  {}  {}", evidence.weight, evidence.rule, printable(&detail));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    for reading in &explanation.rejected {
        let text = reading.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line = format!(
            "    not {} {:?}: {:.3}  {}",
            reading.entity_type,
            printable(&text),
            reading.probability,
            reading.against
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(text: &str, marks: &[Mark], color: bool) -> String {
        let mut out = String::new();
        Marker { text, at: 0, base: Style::new(), color, out: &mut out }.mark(marks);
        out
    }

    #[test]
    fn marks_nest() {
        let marks = [
            (Span { begin: 2, end: 17 }, EntityType::Organization),
            (Span { begin: 10, end: 17 }, EntityType::Location),
        ];
        assert_eq!(mark("A Bank of England.", &marks, false), "A [Bank of [England](LOCATION)](ORGANIZATION).");
        let colored = mark("A Bank of England.", &marks, true);
        assert_eq!(colored, "A \u{1b}[1m\u{1b}[36mBank of \u{1b}[0m\u{1b}[1m\u{1b}[32mEngland\u{1b}[0m.");
    }

    #[test]
    fn crossing_marks_do_not_panic() {
        let marks = [(Span { begin: 0, end: 2 }, EntityType::Person), (Span { begin: 1, end: 3 }, EntityType::Event)];
        assert_eq!(mark("abc", &marks, false), "[a[b](EVENT)](PERSON)c");
    }
}
