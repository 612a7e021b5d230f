//! Fields of a table as text: set, put in, cut out, whichever way the table is written.

use std::ops::Range;

use super::list::{self, Patch};
use super::{lines, new};
use crate::store::toml::{self, Entry, Layout, Table, Value};

/// Cuts the fields out for which `gone` holds, and sets others to values that are TOML already. Those that
/// are there keep their place and comments.
///
/// `None`, here and below: written in a way in which that cannot be done.
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

/// Puts a `key = value` text after the last field.
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
    // Before the end of the line, so that a last line without one is no case of its own.
    let rest = &text[after..lines::end_of(text, after)];
    let at = after + rest.trim_end_matches(['\r', '\n']).len();
    let newline = lines::ending(text);
    let added = added.iter().flat_map(|field| [newline, prefix, field]).collect();
    Some(vec![(at..at, added)])
}

/// Whether an entry is a table below a header of its own, and so no line of the table that it is in.
pub(super) fn has_header(entry: &Entry<'_>) -> bool {
    matches!(&entry.node.value, Value::Table(table) if table.layout == Layout::Header)
}

/// Cuts fields out that have no header.
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

/// The lines that a piece of text is on.
pub(super) fn whole_lines(text: &str, piece: &Range<usize>) -> Range<usize> {
    lines::start_of(text, piece.start)..lines::end_of(text, piece.end)
}

/// Where the fields of a table are, from the key to the end of the value, in the order of the text.
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
