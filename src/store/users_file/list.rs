//! Edits arrays and inline tables as text: inserts and removes elements. All other bytes stay.

use std::ops::Range;

use super::lines;

/// A replacement of a piece of text.
pub(super) type Patch = (Range<usize>, String);

/// Inserts `new` elements after the last one. `span` goes from bracket to bracket; `elements` are in order.
pub(super) fn insert(
    text: &str,
    span: &Range<usize>,
    elements: &[Range<usize>],
    new: &[String],
) -> Vec<Patch> {
    let Some(last) = elements.last() else {
        let at = span.start + 1;
        return vec![(at..at, new.join(", "))];
    };
    let tail = &text[last.end..span.end - 1];
    let spread = text[span.start..last.end].contains('\n') && tail.contains('\n');
    if !spread {
        let at = last.end;
        return vec![(at..at, new.iter().flat_map(|one| [", ", one]).collect())];
    }
    let (newline, indent) = (lines::ending(text), lines::indent_of(text, last.start));
    let mut patches = Vec::new();
    let comma = has_comma(tail);
    if !comma {
        patches.push((last.end..last.end, ",".to_owned()));
    }
    let at = last.end + tail.trim_end().len();
    let mut added = String::new();
    for (index, one) in new.iter().enumerate() {
        let comma = if comma || index + 1 < new.len() { "," } else { "" };
        added.extend([newline, indent, one, comma]);
    }
    patches.push((at..at, added));
    patches
}

/// Removes the elements for which `gone` holds, each with a comma.
pub(super) fn remove(
    text: &str,
    span: &Range<usize>,
    elements: &[Range<usize>],
    gone: impl Fn(usize) -> bool,
) -> Vec<Patch> {
    let removed: Vec<usize> = (0..elements.len()).filter(|index| gone(*index)).collect();
    let own_lines: Option<Vec<_>> =
        removed.iter().map(|index| own_line(text, span, elements.get(*index)?)).collect();
    let ranges = own_lines.unwrap_or_else(|| runs(text, span, elements, &gone));
    ranges.into_iter().map(|range| (range, String::new())).collect()
}

/// The line of an element, if only its comma and a comment share the line.
fn own_line(text: &str, span: &Range<usize>, element: &Range<usize>) -> Option<Range<usize>> {
    let line = lines::start_of(text, element.start)..lines::end_of(text, element.end);
    let inside = span.start < line.start && line.end < span.end;
    let before = text[line.start..element.start].trim();
    let after = text[element.end..line.end].trim();
    let after = after.strip_prefix(',').unwrap_or(after).trim_start();
    (inside && before.is_empty() && (after.is_empty() || after.starts_with('#'))).then_some(line)
}

/// The text to cut with each run of removed elements: up to the next one that stays, or back to the last.
fn runs(
    text: &str,
    span: &Range<usize>,
    elements: &[Range<usize>],
    gone: &impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut kept: Option<&Range<usize>> = None;
    let mut run: Option<Range<usize>> = None;
    for (index, element) in elements.iter().enumerate() {
        if gone(index) {
            run = Some(run.map_or(element.start, |run| run.start)..element.end);
        } else {
            ranges.extend(run.take().map(|run| run.start..element.start));
            kept = Some(element);
        }
    }
    ranges.extend(run.map(|run| match kept {
        Some(kept) => kept.end..run.end,
        None => run.start..run.end + comma_end(&text[run.end..span.end - 1]).unwrap_or(0),
    }));
    ranges
}

fn has_comma(tail: &str) -> bool {
    comma_end(tail).is_some()
}

/// The end of the comma in the white space and comments after an element, if there is one.
fn comma_end(tail: &str) -> Option<usize> {
    let mut at = 0;
    for line in tail.split_inclusive('\n') {
        let code = line.split('#').next().unwrap_or_default();
        if let Some(comma) = code.find(',') {
            return Some(at + comma + 1);
        }
        at += line.len();
    }
    None
}
