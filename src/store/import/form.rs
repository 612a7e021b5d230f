//! Telling forms apart.

use serde::de::IgnoredAny;

use crate::auth::user::Username;

/// What a text looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// TOML.
    Store,
    Htpasswd,
    /// JSON or JSON Lines.
    Json,
    Csv,
    /// YAML.
    Authelia,
    /// None of these, by what is in this line.
    Unknown(usize),
}

impl Form {
    /// The form of `text`, by its first line that is neither blank nor a comment.
    pub(super) fn of(text: &str) -> Self {
        let start = text.trim_start();
        let after_bracket = start.strip_prefix('[').map(str::trim_start);
        if start.starts_with('{')
            || after_bracket.is_some_and(|rest| rest.starts_with(['{', ']']) || rest.starts_with("[["))
            || after_bracket.is_some() && serde_json::from_str::<IgnoredAny>(start).is_ok()
        {
            return Self::Json;
        }
        let mut lines = text.lines().map(str::trim).zip(1..);
        let first = lines.find(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let Some((first, number)) = first else { return Self::Store };
        // No hash begins with a blank.
        let is_yaml = first.split_once(':').is_some_and(|(_, rest)| rest.starts_with([' ', '\t']));
        if first == "---" || first == "users:" || is_yaml {
            Self::Authelia
        } else if cells(first).any(|cell| cell.eq_ignore_ascii_case("username")) {
            Self::Csv
        } else if first.split_once(':').is_some_and(|(name, _)| Username::check(name).is_ok()) {
            Self::Htpasswd
        } else if is_toml(first) {
            Self::Store
        } else if first.split_once(':').is_some_and(|(_, hash)| hash.starts_with('$')) {
            // Its reader says what is wrong with the name.
            Self::Htpasswd
        } else if !first.starts_with('[') && cells(first).nth(1).is_some() {
            Self::Csv
        } else {
            Self::Unknown(number)
        }
    }
}

/// Whether `line` may be a header of a table, or a key and a value.
fn is_toml(line: &str) -> bool {
    let is_begun = |key: &str| key.starts_with(|first: char| first.is_alphabetic() || "_'\"".contains(first));
    // Every second part is between quotes.
    let is_bare =
        |key: &str| !key.split(['"', '\'']).step_by(2).any(|part| part.contains([':', '$', ',', ';']));
    match line.strip_prefix('[') {
        Some(rest) => is_begun(rest.trim_start_matches(['[', ' ', '\t'])),
        None => line.split_once('=').is_some_and(|(key, _)| is_begun(key) && is_bare(key)),
    }
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"'))
}
