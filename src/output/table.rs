//! Tables for people.

use std::borrow::Cow;
use std::io::{self, Write};

use comfy_table::{ColumnConstraint, Table, Width, presets};

use super::escape::escape;
use super::style::Paint;

/// Rows in a batch. Columns align within a batch; a wider cell in a later one shifts only that batch.
const LOT: usize = 10_000;

/// Blanks between columns.
const GAP: u16 = 2;

/// The most characters of a cell, each of which may be two columns wide: the crate counts columns in 16 bits. JSON has
/// all of them.
const LONGEST: usize = 30_000;

/// Writes columns of text, each under a heading. Escapes all of it.
///
/// At most one batch of rows is in memory.
pub(crate) fn write_table(
    out: &mut impl Write,
    paint: Paint,
    headings: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> io::Result<()> {
    let mut rows = rows.into_iter().peekable();
    let mut widths = vec![0; headings.len()];
    let mut is_first = true;
    while is_first || rows.peek().is_some() {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(headings);
        for row in rows.by_ref().take(LOT) {
            table.add_row(row.iter().map(|cell| cut(escape(cell)).into_owned()));
        }
        let found = table.column_max_content_widths();
        for ((column, width), found) in table.column_iter_mut().zip(&mut widths).zip(found) {
            *width = found.max(*width);
            column.set_padding((0, GAP));
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(*width + GAP)));
        }
        for (index, line) in table.lines().enumerate() {
            let line = line.trim_end();
            match index {
                // Colour whole lines: in cells, colour codes would count as width.
                0 if is_first => writeln!(out, "{}", paint.heading(line))?,
                0 => {}
                _ => writeln!(out, "{line}")?,
            }
        }
        is_first = false;
    }
    Ok(())
}

fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{LOT, Paint, write_table};

    fn table(rows: Vec<Vec<String>>) -> String {
        let mut text = Vec::new();
        write_table(&mut text, Paint { on: false }, &["NAME", "N"], rows).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_cell_may_be_of_any_width() {
        for (wide, width) in [("x", 30_000), ("x", 70_000), ("宽", 70_000), ("\u{202e}", 70_000)] {
            let shown = table(vec![vec![wide.repeat(width), "y".to_owned()]]);
            assert_eq!(shown.contains('…'), width > 30_000, "{wide}: {width}");
        }
    }

    #[test]
    fn columns_line_up_and_what_is_in_them_is_harmless() {
        let rows = vec![vec!["a\u{1b}[2J".to_owned(), "1".to_owned()], vec!["b".to_owned(), String::new()]];
        assert_eq!(table(rows), "NAME        N\na\\u{1b}[2J  1\nb\n");
        assert_eq!(table(Vec::new()), "NAME  N\n");
    }

    #[test]
    fn a_long_table_comes_in_lots_under_one_heading() {
        let row = |name: &str| vec![name.to_owned(), "1".to_owned()];
        let mut rows = vec![row("wide enough"); LOT];
        rows.extend([row("narrow"), row("wider than all before")]);
        let text = table(rows);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), LOT + 3);
        assert_eq!(lines[..2], ["NAME         N", "wide enough  1"]);
        assert_eq!(lines[LOT + 1..], ["narrow                 1", "wider than all before  1"]);
        let narrow = table([vec![row("wide enough"); LOT], vec![row("narrow")]].concat());
        assert_eq!(narrow.lines().last(), Some("narrow       1"));
    }
}
