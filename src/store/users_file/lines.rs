//! Lines of a text, by byte offset.

use std::ops::Range;

/// Drops the byte order mark that some editors put first.
pub(super) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The line end of the text: that of its first line, else `\n`.
pub(super) fn ending(text: &str) -> &'static str {
    match text.find('\n') {
        Some(newline) if text[..newline].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The start of the character that has the byte at `at` in it; the end of the text where `at` is beyond.
pub(super) fn character_at(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rfind(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The start of the line at `at`.
pub(super) fn start_of(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The end of the line at `at`, after its newline.
pub(super) fn end_of(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1)
}

/// The indentation of the line.
pub(super) fn indent_of(text: &str, at: usize) -> &str {
    let line = &text[start_of(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// The line before the one that begins at `start`.
fn before(text: &str, start: usize) -> Option<&str> {
    let end = start.checked_sub(1)?;
    Some(&text[start_of(text, end)..start])
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

/// The start of the comment lines directly above the line at `start`; `start` if there are none.
pub(super) fn comments_above(text: &str, mut start: usize) -> usize {
    while let Some(line) = before(text, start).filter(|line| line.trim_start().starts_with('#')) {
        start -= line.len();
    }
    start
}

/// Extends `block`, whole lines, by the blank line that separates it from its neighbours.
pub(super) fn with_a_blank_line(text: &str, block: Range<usize>) -> Range<usize> {
    let Range { start, end } = block;
    let above = before(text, start);
    let below = &text[end..end_of(text, end)];
    if above.is_none_or(is_blank) && !below.is_empty() && is_blank(below) {
        return start..end + below.len();
    }
    match above {
        Some(line) if end == text.len() && is_blank(line) => start - line.len()..end,
        _ => start..end,
    }
}
