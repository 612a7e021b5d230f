//! Small words that messages are built from.

use std::borrow::Cow;

/// The most characters of a value that a message shows: the length of the longest username.
pub const MAX_SHOWN: usize = 128;

/// `value` as a message shows it: of one that is longer than [`MAX_SHOWN`] characters the first of them, and `…`.
///
/// The length of a value in a token or a request is the sender's choice.
#[must_use]
pub fn brief(value: &str) -> Cow<'_, str> {
    match value.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", &value[..end])),
        None => Cow::Borrowed(value),
    }
}

/// `1 scope`, `2 scopes`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// How many items of a list are named.
pub const MAX_NAMED: usize = 20;

/// "`a`", "`a` and `b`", "`a`, `b` and `c`", each of them [`brief`], and at most [`MAX_NAMED`]: "`a`, … and 7 more".
#[must_use]
pub fn list<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    joined(items, "and")
}

/// "`a`", "`a` or `b`", "`a`, `b` or `c`", otherwise as [`list`].
#[must_use]
pub fn any<T: std::fmt::Display>(items: impl IntoIterator<Item = T>) -> String {
    joined(items, "or")
}

fn joined<T: std::fmt::Display>(items: impl IntoIterator<Item = T>, conjunction: &str) -> String {
    let mut items = items.into_iter().map(|item| format!("`{}`", brief(&item.to_string())));
    let mut words: Vec<String> = items.by_ref().take(MAX_NAMED).collect();
    words.extend(Some(items.count()).filter(|more| *more > 0).map(|more| format!("{more} more")));
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {conjunction} {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// The character as it can be shown: quotes and backslashes as they are, what cannot be seen written out.
pub(crate) fn shown(character: char) -> String {
    match character {
        '"' | '\'' | '\\' => character.to_string(),
        _ => character.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{any, brief, count, list, shown};

    #[test]
    fn a_long_value_is_cut_between_characters() {
        let longest = "ü".repeat(128);
        assert_eq!(brief(&longest), longest);
        assert_eq!(brief(&format!("{longest}x")), format!("{longest}…"));
        assert_eq!(list([&*"y".repeat(200), "z"]), format!("`{}…` and `z`", "y".repeat(128)));
    }

    #[test]
    fn what_can_be_seen_is_shown_as_it_is() {
        let shown: Vec<String> = "\"'\\ü\n\u{202e}".chars().map(shown).collect();
        assert_eq!(shown, ["\"", "'", "\\", "ü", "\\n", "\\u{202e}"]);
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        assert_eq!(count(0, "scope"), "0 scopes");
        assert_eq!(count(1, "scope"), "1 scope");
        assert_eq!(count(2, "scope"), "2 scopes");
    }

    #[test]
    fn a_long_list_says_how_much_it_leaves_out() {
        let said = |number| list(0..number).split_once("`19`").map(|(_, end)| end.to_owned());
        assert_eq!(said(20).as_deref(), Some(""));
        assert_eq!(said(21).as_deref(), Some(" and 1 more"));
        assert_eq!(said(1000).as_deref(), Some(" and 980 more"));
    }

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!(list::<&str>([]), "");
        assert_eq!(list(["a"]), "`a`");
        assert_eq!(list(["a", "b"]), "`a` and `b`");
        assert_eq!(list(["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(any::<&str>([]), "");
        assert_eq!(any(["a"]), "`a`");
        assert_eq!(any(["a", "b"]), "`a` or `b`");
        assert_eq!(any(["a", "b", "c"]), "`a`, `b` or `c`");
    }
}
