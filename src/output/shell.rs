//! Words for a shell.

/// Whether a shell takes every character of `word` for nothing but itself.
pub(crate) fn is_plain(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./:@+,=%".contains(&byte))
}

/// `word` as a shell takes it for one word.
pub(crate) fn quoted(word: &str) -> String {
    if !word.is_empty() && is_plain(word) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

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
