//! Telling forms apart.

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
}

impl Form {
    /// The form of `text`, by its first line that is neither blank nor a comment.
    pub(super) fn of(text: &str) -> Self {
        let start = text.trim_start();
        let after_bracket = start.strip_prefix('[').map(str::trim_start);
        if start.starts_with('{')
            || after_bracket.is_some_and(|rest| rest.starts_with(['{', ']']) || rest.starts_with("[["))
        {
            return Self::Json;
        }
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let Some(first) = lines.next() else { return Self::Store };
        // No hash begins with a blank.
        let is_yaml = first.split_once(':').is_some_and(|(_, rest)| rest.starts_with([' ', '\t']));
        if first == "---" || first == "users:" || is_yaml {
            Self::Authelia
        } else if cells(first).any(|cell| cell.eq_ignore_ascii_case("username")) {
            Self::Csv
        } else if first.split_once(':').is_some_and(|(name, _)| Username::check(name).is_ok()) {
            Self::Htpasswd
        } else {
            Self::Store
        }
    }
}

fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split([',', ';', '\t']).map(|cell| cell.trim().trim_matches('"'))
}
