//! Tables for people: whole in a pipe; on a terminal a line a row, where the columns can give way.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::escape::escape;
use super::style::Paint;

/// Rows in a batch. Columns align within a batch; a wider cell in a later one shifts only that batch.
const LOT: usize = 10_000;

/// Blanks between columns.
const GAP: usize = 2;

/// The most characters of a cell, for each row is as wide as the widest. JSON has all of them.
const LONGEST: usize = 30_000;

/// The marks of what was left out.
pub(crate) const MARK: &str = "…";

/// What a table is shown on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    pub(crate) paint: Paint,
    /// The columns of a terminal; `None` in a pipe, where nothing gives way.
    pub(crate) width: Option<usize>,
}

/// A column of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    heading: &'static str,
    fit: Fit,
    /// On a terminal it is left out where all its cells are empty.
    optional: bool,
    /// It is left out on a terminal that is too narrow for all.
    spare: bool,
}

/// How a column gives way on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    Whole,
    /// What comes after a comma goes first, and nothing else.
    Lead,
    /// The end is cut, down to this width.
    Cut(usize),
    /// The last of several words are counted, `me items +3`, down to this width.
    Words(usize),
}

impl Fit {
    const fn is_cut(self) -> bool {
        matches!(self, Self::Cut(_) | Self::Words(_))
    }
}

impl Column {
    /// It never gives way.
    pub(crate) const fn whole(heading: &'static str) -> Self {
        Self { heading, fit: Fit::Whole, optional: false, spare: false }
    }

    /// Of `2026-11-21, 3 days ago` the date stays.
    pub(crate) const fn lead(heading: &'static str) -> Self {
        Self { heading, fit: Fit::Lead, optional: false, spare: false }
    }

    /// The end is cut where there is no room, down to the width `least`.
    pub(crate) const fn cut(heading: &'static str, least: usize) -> Self {
        Self { heading, fit: Fit::Cut(least), optional: false, spare: false }
    }

    /// Words are left out where there is no room, down to the width `least`, and counted.
    pub(crate) const fn words(heading: &'static str, least: usize) -> Self {
        Self { heading, fit: Fit::Words(least), optional: false, spare: false }
    }

    /// The same, left out on a terminal where all cells are empty.
    pub(crate) const fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// The same, left out on a terminal that is too narrow for all columns; those before it go first.
    pub(crate) const fn spare(self) -> Self {
        Self { spare: true, ..self }
    }
}

/// Writes columns of text, each under a heading. Escapes all of it.
///
/// At most one batch of rows is in memory.
pub(crate) fn write_table(
    out: &mut impl Write,
    screen: Screen,
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> io::Result<()> {
    let mut rows = rows.into_iter().peekable();
    let mut widest = vec![0; columns.len()];
    let mut headed: Option<Vec<usize>> = None;
    while headed.is_none() || rows.peek().is_some() {
        let cells = |row: Vec<String>| row.iter().map(|cell| shortened(escape(cell))).collect::<Vec<_>>();
        let lot: Vec<Vec<String>> = rows.by_ref().take(LOT).map(cells).collect();
        let shown: Vec<bool> = columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let is_empty = || lot.iter().all(|row| row.get(at).is_none_or(String::is_empty));
                !(column.optional && screen.width.is_some() && is_empty())
            })
            .collect();
        let layout = Layout::of(columns, &shown, &lot, &mut widest, screen.width);
        let places = layout.places();
        if headed.as_ref() != Some(&places) {
            let headings: Vec<String> = columns.iter().map(|column| column.heading.to_owned()).collect();
            writeln!(out, "{}", screen.paint.heading(layout.line(&headings)))?;
            headed = Some(places);
        }
        for row in &lot {
            writeln!(out, "{}", layout.line(row))?;
        }
    }
    Ok(())
}

/// The columns that are shown, by their places, and the width of each.
struct Layout(Vec<(usize, Fit, usize)>);

impl Layout {
    fn of(
        columns: &[Column],
        shown: &[bool],
        lot: &[Vec<String>],
        widest: &mut [usize],
        limit: Option<usize>,
    ) -> Self {
        let width_of = |at: usize, measure: &dyn Fn(&str) -> usize| {
            lot.iter().filter_map(|row| row.get(at)).map(|cell| measure(cell)).max().unwrap_or(0)
        };
        let mut parts = Vec::new();
        for (at, column) in columns.iter().enumerate().filter(|(at, _)| shown.get(*at) == Some(&true)) {
            let heading = column.heading.width();
            let width = width_of(at, &|cell| cell.width()).max(heading);
            let least = match column.fit {
                Fit::Whole => width,
                Fit::Lead => width_of(at, &|cell| lead(cell).width()).max(heading),
                Fit::Cut(least) | Fit::Words(least) => least.max(heading).min(width),
            };
            if let Some(widest) = widest.get_mut(at) {
                *widest = width.max(*widest);
                parts.push((at, column.fit, *widest, least));
            }
        }
        if let Some(limit) = limit {
            leave_out(&mut parts, columns, limit);
            narrow(&mut parts, limit);
        }
        Self(parts.into_iter().map(|(at, fit, width, _)| (at, fit, width)).collect())
    }

    fn places(&self) -> Vec<usize> {
        self.0.iter().map(|(at, ..)| *at).collect()
    }

    /// A row, without blanks at its end.
    fn line(&self, row: &[String]) -> String {
        let mut line = String::new();
        for (at, fit, width) in &self.0 {
            let cell = fitted(row.get(*at).map_or("", String::as_str), *fit, *width);
            line.push_str(&cell);
            line.extend(std::iter::repeat_n(' ', (width + GAP).saturating_sub(cell.width())));
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// The place, the fit, the width and the least width of a column.
type Part = (usize, Fit, usize, usize);

/// What `limit` columns of a terminal leave for cells.
fn room(parts: &[Part], limit: usize) -> usize {
    limit.saturating_sub(GAP * parts.len().saturating_sub(1))
}

/// Leaves spare columns out until the others fit at their least widths.
fn leave_out(parts: &mut Vec<Part>, columns: &[Column], limit: usize) {
    while parts.iter().map(|(_, _, _, least)| *least).sum::<usize>() > room(parts, limit) {
        let spare = |(at, ..): &Part| columns.get(*at).is_some_and(|column| column.spare);
        let Some(first) = parts.iter().position(spare) else { return };
        parts.remove(first);
    }
}

/// Narrows columns until a row has at most `limit` columns or none can give way: first those with something to spare
/// after a comma, then the widest, a column at a time; at last below the least widths.
fn narrow(parts: &mut [Part], limit: usize) {
    let room = room(parts, limit);
    let excess =
        |parts: &[Part]| parts.iter().map(|(_, _, width, _)| *width).sum::<usize>().saturating_sub(room);
    for at in 0..parts.len() {
        if excess(parts) > 0 && parts[at].1 == Fit::Lead {
            parts[at].2 = parts[at].3;
        }
    }
    for _ in 0..excess(parts) {
        let widest = parts.iter_mut().filter(|(_, _, width, least)| width > least);
        let Some(part) = widest.max_by_key(|(_, _, width, _)| *width) else { break };
        part.2 -= 1;
    }
    for _ in 0..excess(parts) {
        let wide = parts.iter_mut().filter(|(_, fit, width, _)| fit.is_cut() && *width > MARK.width());
        let Some(part) = wide.max_by_key(|(_, _, width, _)| *width) else { return };
        part.2 -= 1;
    }
}

/// What comes before the first comma.
fn lead(cell: &str) -> &str {
    cell.split(", ").next().unwrap_or(cell)
}

/// `cell` in at most `width` columns, as far as the column gives way.
fn fitted(cell: &str, fit: Fit, width: usize) -> Cow<'_, str> {
    if cell.width() <= width {
        return cell.into();
    }
    match fit {
        Fit::Whole => cell.into(),
        Fit::Lead => lead(cell).into(),
        Fit::Cut(_) => cut(cell, width).into(),
        Fit::Words(_) => some_words(cell, width).into(),
    }
}

fn cut(text: &str, width: usize) -> String {
    let mut used = MARK.width();
    let fits = |character: &char| {
        used += character.width().unwrap_or(0);
        used <= width
    };
    text.chars().take_while(fits).chain(MARK.chars()).collect()
}

/// As many of the first words as fit, and the number of the others: `me items +3`.
fn some_words(text: &str, width: usize) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let with_count = |kept: usize| format!("{} +{}", words[..kept].join(" "), words.len() - kept);
    let mut fitting = (1..words.len()).rev().map(with_count).filter(|text| text.width() <= width);
    fitting.next().unwrap_or_else(|| cut(text, width))
}

fn shortened(text: Cow<'_, str>) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}{MARK}", &text[..end]),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests;
