//! The words of bash and zsh.

use super::line::{Line, Quote, Words, end_of_substitution, home, is_home, is_name, name_length, variable};

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
            (_, b'\\') if rest.is_empty() && quote != Quote::Single => break,
            (Quote::None, b' ' | b'\t') => {
                words.end_word(at);
                at + 1
            }
            (Quote::None, b'<' | b'>') if rest.first() == Some(&b'(') => {
                words.push_unknown(at);
                end_of_substitution(line, at + 2, b'(', b')')?
            }
            (Quote::None, b'<' | b'>' | b'&') if byte != b'&' || rest.first() == Some(&b'>') => {
                words.redirect(at);
                at + 1 + rest.iter().take_while(|byte| b"<>&|".contains(byte)).count()
            }
            (Quote::None, b'\n' | b';' | b'|' | b'&' | b'(' | b')') => {
                words.start_command();
                at + 1
            }
            (Quote::None, b'~') if words.between() => {
                words.push_named(at, b"~", if is_home(line, at) { home() } else { None });
                at + 1
            }
            (Quote::None, b'*' | b'?' | b'[' | b'{') => {
                words.push_unknown(at);
                at + 1
            }
            (Quote::None, b'$') if rest.first() == Some(&b'\'') => {
                quote = Quote::Ansi;
                words.push(at, b"");
                at + 2
            }
            (Quote::None, b'$') if rest.first() == Some(&b'"') => at + 1,
            (Quote::None | Quote::Double, b'$') => dollar(&mut words, line, at)?,
            (Quote::None | Quote::Double, b'`') => {
                words.push_unknown(at);
                end_of_substitution(line, at + 1, b'`', b'`')?
            }
            (Quote::None, b'\'' | b'"') => {
                quote = if byte == b'"' { Quote::Double } else { Quote::Single };
                words.push(at, b"");
                at + 1
            }
            (Quote::Double, b'"') | (Quote::Single | Quote::Ansi, b'\'') => {
                quote = Quote::None;
                words.push(at, b"");
                at + 1
            }
            (Quote::None | Quote::Double, b'\\') => {
                let is_escape = quote == Quote::None || b"$`\"\\".contains(&rest[0]);
                // A backslash before a newline joins the lines.
                if rest[0] != b'\n' {
                    words.push(at, if is_escape { &rest[..1] } else { &line[at..at + 2] });
                }
                at + 2
            }
            (Quote::Ansi, b'\\') => escape(&mut words, line, at),
            _ => {
                words.push(at, &[byte]);
                at + 1
            }
        };
    }
    words.finish(at, quote)
}

/// Reads the word `raw`. If it is more than one word, its value is unknown.
pub(super) fn read_word(raw: &[u8]) -> Option<Line> {
    // A command before the word, so that `read` takes it for an argument.
    let line = [b"_ ", raw].concat();
    read(&line)
}

/// Reads a `$` and what follows it. The point after it.
fn dollar(words: &mut Words, line: &[u8], at: usize) -> Option<usize> {
    let rest = &line[at + 1..];
    let length = name_length(rest);
    match rest.first() {
        _ if length > 0 => {
            words.push_named(at, &line[at..=at + length], variable(&rest[..length]));
            Some(at + 1 + length)
        }
        Some(b'{') => {
            let end = end_of_substitution(line, at + 2, b'{', b'}')?;
            let name = &line[at + 2..end - 1];
            match variable(name).filter(|_| name_length(name) == name.len()) {
                Some(value) => words.push_expanded(at, &line[at..end], &value),
                None => words.push_unknown(at),
            }
            Some(end)
        }
        Some(b'(') => {
            words.push_unknown(at);
            end_of_substitution(line, at + 2, b'(', b')')
        }
        Some(byte) if is_name(*byte) || b"@*#?-$!".contains(byte) => {
            words.push_unknown(at);
            Some(at + 2)
        }
        // Followed by the completion, it could begin a substitution.
        None => None,
        Some(_) => {
            words.push(at, b"$");
            Some(at + 1)
        }
    }
}

/// Reads an escape sequence within `$'…'`. The point after it.
fn escape(words: &mut Words, line: &[u8], at: usize) -> usize {
    let rest = &line[at + 1..];
    let digits = |from: usize, most: usize, radix: u32| {
        let digit = |byte: &u8| char::from(*byte).is_digit(radix);
        rest[from..].iter().take(most).take_while(|byte| digit(byte)).count()
    };
    let (piece, length) = match rest[0] {
        b'a' => (7, 1),
        b'b' => (8, 1),
        b't' => (b'\t', 1),
        b'n' => (b'\n', 1),
        b'v' => (11, 1),
        b'f' => (12, 1),
        b'r' => (b'\r', 1),
        b'e' | b'E' => (27, 1),
        quoted @ (b'\\' | b'\'' | b'"' | b'?') => (quoted, 1),
        b'0'..=b'7' => number(rest, 0, digits(0, 3, 8), 8),
        b'x' if digits(1, 2, 16) > 0 => number(rest, 1, digits(1, 2, 16), 16),
        _ => {
            words.push_unknown(at);
            return at + 2;
        }
    };
    words.push(at, &[piece]);
    at + 1 + length
}

/// The byte that up to `count` digits of `text` at `from` encode, and their end.
fn number(text: &[u8], from: usize, count: usize, radix: u32) -> (u8, usize) {
    let digit = |byte: &u8| char::from(*byte).to_digit(radix).unwrap_or_default();
    let value = text[from..from + count].iter().fold(0, |value, byte| value * radix + digit(byte));
    (value.to_le_bytes()[0], from + count)
}

/// Quotes `text` for bash within `quote`, which is closed if `close` is set. Neither the shell nor its history expands any
/// of it.
pub(super) fn quoted(text: &[u8], quote: Quote, close: bool) -> Vec<u8> {
    let mut line = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            quote_character(&mut line, character, quote);
        }
        for byte in chunk.invalid() {
            octal(&mut line, &[*byte], quote);
        }
    }
    let mark: &[u8] = match quote {
        Quote::Single | Quote::Ansi => b"'",
        Quote::Double => b"\"",
        Quote::None => b"",
    };
    if close {
        line.extend_from_slice(mark);
    }
    line
}

fn quote_character(line: &mut Vec<u8>, character: char, quote: Quote) {
    let mut buffer = [0; 4];
    let utf8 = character.encode_utf8(&mut buffer).as_bytes();
    let is_plain =
        !character.is_ascii() || character.is_ascii_alphanumeric() || "-_./:@+,%=".contains(character);
    match (quote, character) {
        _ if character.is_control() => octal(line, utf8, quote),
        _ if is_plain => line.extend_from_slice(utf8),
        (Quote::Single, '\'') => line.extend_from_slice(br"'\''"),
        (Quote::Double, '!') => line.extend_from_slice(br#""'!'""#),
        // A quote too: readline takes `\'` for the end of the word.
        (Quote::Ansi, '!' | '\'') => octal(line, utf8, quote),
        (Quote::None, _) | (Quote::Double, '$' | '`' | '"' | '\\') | (Quote::Ansi, '\\') => {
            line.push(b'\\');
            line.extend_from_slice(utf8);
        }
        _ => line.extend_from_slice(utf8),
    }
}

/// Writes bytes that could control a terminal as `$'\ooo'`.
fn octal(line: &mut Vec<u8>, bytes: &[u8], quote: Quote) {
    let code = bytes.iter().map(|byte| format!("\\{byte:03o}")).collect::<Vec<_>>().concat();
    let code = match quote {
        Quote::Ansi => code,
        Quote::None => format!("$'{code}'"),
        Quote::Single => format!("'$'{code}''"),
        Quote::Double => format!("\"$'{code}'\""),
    };
    line.extend_from_slice(code.as_bytes());
}
