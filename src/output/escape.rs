//! Escapes untrusted text. No other file does.

use std::borrow::Cow;
use std::fmt::Write;

/// Writes every character as `\u{…}` that could move the cursor, change colours, hide or reverse text: C0, C1, bidi
/// controls, zero-width characters.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if is_plain(text) || !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            _ if is_harmful(character) => {
                // Writing to a string cannot fail.
                let _written = write!(escaped, "\\u{{{:x}}}", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// As [`escape`], but for lines and tabs, which are the layout of a file.
pub(crate) fn escape_lines(text: &str) -> String {
    let lines = text.split('\n').map(|line| line.split('\t').map(escape).collect::<Vec<_>>().join("\t"));
    lines.collect::<Vec<_>>().join("\n")
}

/// As [`escape`], and safe inside a JSON text too: JSON's own `\uXXXX`.
///
/// The JSON keeps its meaning: such characters can only be in its strings.
pub(crate) fn escape_json(json: &str) -> Cow<'_, str> {
    if is_plain(json) || !json.contains(is_harmful) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 8);
    for character in json.chars() {
        if is_harmful(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _written = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// Whether the text is printable ASCII, as most text is, and needs no escapes.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_json};

    #[test]
    fn what_could_fool_a_reader_is_written_out() {
        for (text, escaped) in [
            ("plain, übel, 日本, 😀, a\\b", "plain, übel, 日本, 😀, a\\b"),
            ("\u{1b}[31m", "\\u{1b}[31m"),
            ("a\nb\r\tc\0\u{7f}", "a\\nb\\r\\tc\\u{0}\\u{7f}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("a\u{202e}b\u{2066}", "a\\u{202e}b\\u{2066}"),
            ("a\u{200b}\u{200d}\u{feff}", "a\\u{200b}\\u{200d}\\u{feff}"),
            ("\u{2028}\u{e0041}", "\\u{2028}\\u{e0041}"),
        ] {
            assert_eq!(escape(text), escaped);
        }
    }

    #[test]
    fn json_keeps_its_meaning() {
        let json = "{\"a\":\"x\u{202e}y\u{7f}\u{e0041}\"}";
        let escaped = escape_json(json);
        assert_eq!(escaped, r#"{"a":"x\u202ey\u007f\udb40\udc41"}"#);
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(parse(json), parse(&escaped));
    }
}
