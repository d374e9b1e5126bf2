//! Tables for people: columns that line up by what a terminal shows, not by bytes; and text
//! that is safe to show on one.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use crate::gazetteer::EntityType;

const GAP: &str = "  ";

/// A table of text.
#[derive(Debug)]
pub(super) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Debug)]
struct Column {
    name: &'static str,
    right: bool,
}

/// A cell with its style.
#[derive(Debug)]
struct Cell {
    text: String,
    style: Style,
}

impl Table {
    /// A table with columns of these names; those that begin with `>` are aligned right.
    pub(super) fn new(columns: &[&'static str]) -> Table {
        let column = |name: &&'static str| match name.strip_prefix('>') {
            Some(name) => Column { name, right: true },
            None => Column { name, right: false },
        };
        Table { columns: columns.iter().map(column).collect(), rows: Vec::new() }
    }

    /// Adds a row whose first cell is a type, in its color.
    pub(super) fn typed_row(&mut self, entity_type: EntityType, rest: impl IntoIterator<Item = String>) {
        let first = Cell { text: entity_type.name().to_owned(), style: style(entity_type) };
        self.rows.push(std::iter::once(first).chain(rest.into_iter().map(|text| Cell::plain(&text))).collect());
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().map(|text| Cell::plain(&text)).collect());
    }

    /// Writes the table, with escape sequences for colors when `color`.
    pub(super) fn render(&self, color: bool, out: &mut String) {
        let heads =
            self.columns.iter().map(|column| Cell { text: column.name.to_owned(), style: Style::new().dimmed() });
        let heads = heads.collect::<Vec<_>>();
        let width = |index: usize| {
            let rows = std::iter::once(&heads).chain(&self.rows);
            rows.filter_map(|row| row.get(index)).map(|cell| cell.text.width()).max().unwrap_or(0)
        };
        let widths = (0..self.columns.len()).map(width).collect::<Vec<_>>();
        for row in std::iter::once(&heads).chain(&self.rows) {
            self.render_row(row, &widths, color, out);
        }
    }

    fn render_row(&self, row: &[Cell], widths: &[usize], color: bool, out: &mut String) {
        let begin = out.len();
        for ((cell, column), width) in row.iter().zip(&self.columns).zip(widths) {
            if out.len() > begin {
                out.push_str(GAP);
            }
            let padding = " ".repeat(width.saturating_sub(cell.text.width()));
            let (before, after) = if column.right { (padding.as_str(), "") } else { ("", padding.as_str()) };
            out.push_str(before);
            paint(&cell.text, cell.style, color, out);
            out.push_str(after);
        }
        out.truncate(out.trim_end_matches(' ').len());
        out.push('\n');
    }
}

impl Cell {
    fn plain(text: &str) -> Cell {
        Cell { text: printable(text), style: Style::new() }
    }
}

/// The color of a type.
pub(super) fn style(entity_type: EntityType) -> Style {
    let color = match entity_type {
        EntityType::Person => AnsiColor::Yellow,
        EntityType::Organization => AnsiColor::Cyan,
        EntityType::Location => AnsiColor::Green,
        EntityType::Event => AnsiColor::Magenta,
    };
    color.on_default().bold()
}

/// Writes text in a style when `color`.
pub(super) fn paint(text: &str, style: Style, color: bool, out: &mut String) {
    if !color || style == Style::new() {
        return out.push_str(text);
    }
    out.push_str(&style.render().to_string());
    out.push_str(text);
    out.push_str(&style.render_reset().to_string());
}

/// The text without control characters, which could drive the terminal of whoever reads a
/// foreign article. Line feeds and tabs stay; a carriage return before a line feed goes.
pub(super) fn printable(text: &str) -> String {
    let safe = |c: char| if c.is_control() && c != '\n' && c != '\t' { char::REPLACEMENT_CHARACTER } else { c };
    text.replace("\r\n", "\n").chars().map(safe).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_display_width() {
        let mut table = Table::new(&["name", ">count"]);
        table.row(["北京".to_owned(), "1".to_owned()]);
        table.row(["Zürich".to_owned(), "12".to_owned()]);
        let mut out = String::new();
        table.render(false, &mut out);
        assert_eq!(out, "name    count\n北京        1\nZürich     12\n");
    }

    #[test]
    fn foreign_escape_sequences_do_not_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\r\nc\td"), "a\u{fffd}[31mb\nc\td");
    }
}
