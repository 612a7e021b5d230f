//! Quoting for hints that a shell can run as they stand.

use std::path::Path;

use super::escape::escape;

/// The shells that hints are for.
#[derive(Clone, Copy)]
enum Shell {
    /// `sh` and its kin.
    Posix,
    /// PowerShell and cmd.
    Windows,
}

const HERE: Shell = if cfg!(windows) { Shell::Windows } else { Shell::Posix };

impl Shell {
    /// Whether no character of `word` is special.
    fn is_plain(self, word: &str) -> bool {
        let harmless: &[u8] = match self {
            Self::Posix => b"-_./:@+,=%",
            // To PowerShell `a,b` is a list, and `@a` its elements.
            Self::Windows => b"-_./:+=\\",
        };
        // To zsh `=ls` is the path of a program.
        !word.starts_with('=')
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || harmless.contains(&byte))
    }

    fn quoted(self, word: &str) -> String {
        if !word.is_empty() && self.is_plain(word) {
            return word.to_owned();
        }
        match self {
            Self::Posix if escape(word) != word => unseen(word),
            // To fish, a backslash is special between these quotes too.
            Self::Posix => {
                let part = |next| match next {
                    '\'' | '\\' => format!(r"'\{next}'"),
                    _ => String::from(next),
                };
                format!("'{}'", word.chars().map(part).collect::<String>())
            }
            // Both shells know these quotes, but expand some characters in them.
            Self::Windows if !word.contains(['"', '$', '`', '%']) => format!("\"{word}\""),
            Self::Windows => format!("'{}'", word.replace('\'', "''")),
        }
    }
}

/// `$'a\012b'`, as Bash, zsh and ksh read it, with the bytes of every character that is not ASCII in octal: what is printed
/// as it is would be escaped.
fn unseen(word: &str) -> String {
    let part = |byte: u8| match byte {
        // A shell that does not know `$'…'` takes it for `'…'`.
        b' '..=b'~' if byte != b'\'' && byte != b'\\' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    };
    format!("$'{}'", word.bytes().map(part).collect::<String>())
}

/// Quotes `word` as one word.
pub(crate) fn quoted(word: &str) -> String {
    HERE.quoted(word)
}

/// Quotes `path`, and keeps it from being read as an option.
pub(crate) fn path(path: &Path) -> String {
    let text = path.display().to_string();
    if text.starts_with('-') { quoted(&format!("./{text}")) } else { quoted(&text) }
}

/// Quotes `word` for the end of a command line, after `--` if it looks like an option.
pub(crate) fn last(word: &str) -> String {
    let quoted = quoted(word);
    if word.starts_with('-') { format!("-- {quoted}") } else { quoted }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Shell, last, path};

    #[test]
    fn what_looks_like_an_option_is_none() {
        for (word, as_path, as_last) in
            [("a", "a", "a"), ("-rf", "./-rf", "-- -rf"), ("./-x", "./-x", "./-x")]
        {
            assert_eq!(path(Path::new(word)), as_path);
            assert_eq!(last(word), as_last);
        }
    }

    #[test]
    fn a_word_is_one_word_to_the_shell() {
        for (word, posix, windows) in [
            ("users:read", "users:read", "users:read"),
            ("", "''", "\"\""),
            ("me,items", "me,items", "\"me,items\""),
            ("a b", "'a b'", "\"a b\""),
            ("- b", "'- b'", "\"- b\""),
            ("$(x)", "'$(x)'", "'$(x)'"),
            ("it's", r"'it'\''s'", "\"it's\""),
            ("100%'s", r"'100%'\''s'", "'100%''s'"),
            (r"C:\a\b", r"'C:'\\'a'\\'b'", r"C:\a\b"),
            (r"x\'; y", r"'x'\\''\''; y'", r#""x\'; y""#),
            ("=ls", "'=ls'", "\"=ls\""),
            ("a\n'b\\", r"$'a\012\047b\134'", "\"a\n'b\\\""),
            ("\u{202e}é", r"$'\342\200\256\303\251'", "\"\u{202e}é\""),
            (r"C:\a b", r"'C:'\\'a b'", "\"C:\\a b\""),
        ] {
            assert_eq!(Shell::Posix.quoted(word), posix);
            assert_eq!(Shell::Windows.quoted(word), windows);
        }
    }
}
