//! The words of fish.

use super::line::{Line, Quote, Words, end_of_substitution, home, is_home, name_length, variable};

/// Reads the words of `line`, which is cut at the cursor.
///
/// `None` where no argument is being completed.
pub(super) fn read(line: &[u8]) -> Option<Line> {
    let mut words = Words::default();
    let mut quote = Quote::None;
    let mut at = 0;
    while let Some(byte) = line.get(at).copied() {
        let rest = &line[at + 1..];
        at = match (quote, byte) {
            (_, b'\\') if rest.is_empty() => break,
            (Quote::None, b' ' | b'\t') => {
                words.end_word(at);
                at + 1
            }
            (Quote::None, b'<' | b'>') => {
                words.redirect(at);
                at + 1 + rest.iter().take_while(|byte| b"<>&|?".contains(byte)).count()
            }
            (Quote::None, b'\n' | b';' | b'|' | b'&') => {
                words.start_command();
                at + 1
            }
            (Quote::None, b'~') if words.between() => {
                words.push_named(at, b"~", if is_home(line, at) { home() } else { None });
                at + 1
            }
            (Quote::None, b'*' | b'?' | b'{') => {
                words.push_unknown(at);
                at + 1
            }
            (Quote::None, b'(') => {
                words.push_unknown(at);
                end_of_substitution(line, at + 1, b'(', b')')?
            }
            (Quote::None | Quote::Double, b'$') => {
                let length = name_length(rest);
                let is_element = rest.get(length) == Some(&b'[');
                let value = variable(&rest[..length]).filter(|_| !is_element);
                words.push_named(at, &line[at..=at + length], value);
                at + 1 + length
            }
            (Quote::None, b'\'' | b'"') => {
                quote = if byte == b'"' { Quote::Double } else { Quote::Single };
                words.push(at, b"");
                at + 1
            }
            (Quote::Double, b'"') | (Quote::Single, b'\'') => {
                quote = Quote::None;
                words.push(at, b"");
                at + 1
            }
            (Quote::None, b'\\') => escape(&mut words, line, at),
            (_, b'\\') => {
                let is_escape = match quote {
                    Quote::Double => b"\\\"$".contains(&rest[0]),
                    _ => b"\\'".contains(&rest[0]),
                };
                if rest[0] != b'\n' || quote == Quote::Single {
                    words.push(at, if is_escape { &rest[..1] } else { &line[at..at + 2] });
                }
                at + 2
            }
            _ => {
                words.push(at, &[byte]);
                at + 1
            }
        };
    }
    words.finish(at, quote)
}

/// Reads a backslash outside quotes and what follows it. The point after it.
fn escape(words: &mut Words, line: &[u8], at: usize) -> usize {
    let piece = match line[at + 1] {
        b'a' => 7,
        b'b' => 8,
        b'e' => 27,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        // Numeric escapes: fish decodes them itself when it compares.
        b'x' | b'X' | b'u' | b'U' | b'c' | b'0'..=b'7' => {
            words.push_unknown(at);
            return at + 2;
        }
        b'\n' => return at + 2,
        other => other,
    };
    words.push(at, &[piece]);
    at + 2
}
