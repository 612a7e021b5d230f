//! Tables for people.

use comfy_table::{Table, presets};

use super::escape::escape;
use super::style::Paint;

/// Columns of text under a heading each, two spaces apart. All of it is escaped.
pub(crate) fn table(paint: Paint, headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(headings);
    for row in rows {
        table.add_row(row.iter().map(|cell| escape(cell).into_owned()));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut text = String::new();
    for (index, line) in table.lines().enumerate() {
        let line = line.trim_end();
        // Colours are added to whole lines, so that they do not count as width.
        text.push_str(&if index == 0 { paint.heading(line) } else { line.to_owned() });
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Paint, table};

    #[test]
    fn columns_line_up_and_what_is_in_them_is_harmless() {
        let rows = [vec!["a\u{1b}[2J".to_owned(), "1".to_owned()], vec!["b".to_owned(), String::new()]];
        let text = table(Paint { on: false }, &["NAME", "N"], rows);
        assert_eq!(text, "NAME        N\na\\u{1b}[2J  1\nb\n");
    }
}
