//! Edits the fields of a table as text: sets, inserts and cuts out, in every layout of tables.

use std::ops::Range;

use super::list::{self, Patch};
use super::{lines, new};
use crate::store::toml::{self, Entry, Layout, Table, Value};

/// Cuts out the fields for which `gone` holds, and sets others to values in TOML. Existing fields keep their place and
/// comments.
///
/// Returns `None`, here and below, if the layout does not allow the change.
pub(super) fn change(
    text: &str,
    table: &Table<'_>,
    gone: impl Fn(&str) -> bool,
    fields: &[(&str, String)],
) -> Option<Vec<Patch>> {
    let (mut patches, mut added) = (remove(text, table, &gone)?, Vec::new());
    for (key, value) in fields {
        match table.entry(key) {
            Some(entry) => patches.push((entry.node.span, value.clone())),
            None => added.push(new::field(&toml::key(key), value)),
        }
    }
    if !added.is_empty() {
        let kept = table.entries().filter(|entry| !gone(entry.key) && !has_header(entry));
        let kept = kept.map(|entry| extent(&entry));
        patches.extend(insert_after(text, table, &sorted(kept), &added)?);
    }
    Some(patches)
}

/// Sets fields, as [`change`] does.
pub(super) fn set(text: &str, table: &Table<'_>, fields: &[(&str, String)]) -> Option<Vec<Patch>> {
    change(text, table, |_| false, fields)
}

/// Inserts a `key = value` text after the last field.
pub(super) fn insert(text: &str, table: &Table<'_>, added: String) -> Option<Vec<Patch>> {
    insert_after(text, table, &extents(table), &[added])
}

fn insert_after(
    text: &str,
    table: &Table<'_>,
    fields: &[Range<usize>],
    added: &[String],
) -> Option<Vec<Patch>> {
    let last = fields.iter().max_by_key(|field| field.end);
    let (after, prefix) = match table.layout {
        Layout::Inline => return Some(list::insert(text, &table.span, fields, added)),
        Layout::Header => {
            let after = last.map_or(table.span.end, |last| last.end);
            (after, lines::indent_of(text, last.map_or(table.span.start, |last| last.start)))
        }
        Layout::Dotted => {
            let last = last?;
            (last.end, &text[lines::start_of(text, last.start)..last.start])
        }
        Layout::DottedInline | Layout::Implied => return None,
    };
    // Before the line end, so that a last line without one needs no special case.
    let rest = &text[after..lines::end_of(text, after)];
    let at = after + rest.trim_end_matches(['\r', '\n']).len();
    let newline = lines::ending(text);
    let added = added.iter().flat_map(|field| [newline, prefix, field]).collect();
    Some(vec![(at..at, added)])
}

/// Whether an entry is a table with a header, and so not a line of its parent table.
pub(super) fn has_header(entry: &Entry<'_>) -> bool {
    matches!(&entry.node.value, Value::Table(table) if table.layout == Layout::Header)
}

/// Cuts out fields without a header.
pub(super) fn remove(text: &str, table: &Table<'_>, gone: impl Fn(&str) -> bool) -> Option<Vec<Patch>> {
    let mut entries: Vec<Entry<'_>> = table.entries().collect();
    entries.sort_by_key(|entry| entry.key_span.start);
    match table.layout {
        Layout::Inline => {
            let fields = extents(table);
            Some(list::remove(text, &table.span, &fields, |index| {
                entries.get(index).is_some_and(|entry| gone(entry.key))
            }))
        }
        Layout::Header | Layout::Dotted => {
            let gone = entries.iter().filter(|entry| gone(entry.key) && !has_header(entry));
            Some(gone.map(|entry| (whole_lines(text, &extent(entry)), String::new())).collect())
        }
        Layout::DottedInline | Layout::Implied => None,
    }
}

/// The byte range of the whole lines of a piece of text.
pub(super) fn whole_lines(text: &str, piece: &Range<usize>) -> Range<usize> {
    lines::start_of(text, piece.start)..lines::end_of(text, piece.end)
}

/// The byte ranges of the fields of a table, from key to value, in the order of the text.
pub(super) fn extents(table: &Table<'_>) -> Vec<Range<usize>> {
    sorted(table.entries().map(|entry| extent(&entry)))
}

fn sorted(extents: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut extents: Vec<_> = extents.collect();
    extents.sort_by_key(|extent| extent.start);
    extents
}

fn extent(entry: &Entry<'_>) -> Range<usize> {
    let end = match &entry.node.value {
        Value::Table(table) if matches!(table.layout, Layout::Dotted | Layout::DottedInline) => {
            extents(table).iter().map(|extent| extent.end).max().unwrap_or(entry.key_span.end)
        }
        _ => entry.node.span.end,
    };
    entry.key_span.start..end
}
