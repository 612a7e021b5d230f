//! Quoting for hints that a shell can run as they stand.

use std::path::Path;

/// Whether no character of `word` is special to a shell.
pub(crate) fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:@+,=%".contains(&byte))
}

/// Quotes `word` as one word.
pub(crate) fn quoted(word: &str) -> String {
    if !word.is_empty() && is_plain(word) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Quotes `path`, and keeps it from being read as an option.
pub(crate) fn path(path: &Path) -> String {
    let text = path.display().to_string();
    if text.starts_with('-') { quoted(&format!("./{text}")) } else { quoted(&text) }
}

/// Quotes `word` for the end of a command line, after `--` if it looks like an option.
pub(crate) fn last(word: &str) -> String {
    let word = quoted(word);
    if word.starts_with('-') { format!("-- {word}") } else { word }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{last, path, quoted};

    #[test]
    fn what_looks_like_an_option_is_none() {
        for (word, as_path, as_last) in [
            ("a", "a", "a"),
            ("-rf", "./-rf", "-- -rf"),
            ("- b", "'./- b'", "'- b'"),
            ("./-x", "./-x", "./-x"),
            ("it's", r"'it'\''s'", r"'it'\''s'"),
        ] {
            assert_eq!(path(Path::new(word)), as_path);
            assert_eq!(last(word), as_last);
        }
    }

    #[test]
    fn a_word_is_one_word_to_the_shell() {
        for (word, expected) in [
            ("users:read", "users:read"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(x)", "'$(x)'"),
            ("it's", r"'it'\''s'"),
        ] {
            assert_eq!(quoted(word), expected);
        }
    }
}
