//! The words of PowerShell.

use super::line::{Line, Quote, Words, end_of_substitution, home, is_name, name_length, variable};

/// Reads the words of `line`, which is cut at the cursor.
///
/// `None` where no argument is being completed.
pub(super) fn read(line: &str) -> Option<Line> {
    let bytes = line.as_bytes();
    let mut words = Words::default();
    let mut quote = Quote::None;
    let mut at = 0;
    while let Some(character) = line[at..].chars().next() {
        let next = at + character.len_utf8();
        let rest = &line[next..];
        at = match (quote, character) {
            (Quote::None | Quote::Double, '`') if rest.is_empty() => break,
            (Quote::None | Quote::Double, '`') => escape(&mut words, rest, at, next),
            (Quote::None, ' ' | '\t') => {
                words.end_word(at);
                next
            }
            (Quote::None, '>' | '<') => {
                words.redirect(at);
                next + rest.bytes().take_while(|byte| b">&".contains(byte)).count()
            }
            (Quote::None, '\n' | ';' | '|' | '&') => {
                words.start_command();
                next
            }
            (Quote::None, '~') if words.between() => {
                let is_home = rest.is_empty() || rest.starts_with(['/', '\\', ' ']);
                words.push_named(at, b"~", if is_home { home() } else { None });
                next
            }
            (Quote::None, '(' | '{') => {
                let close = if character == '(' { b')' } else { b'}' };
                words.push_unknown(at);
                end_of_substitution(bytes, next, bytes[at], close)?
            }
            (Quote::None, '@') if words.between() => {
                words.push_unknown(at);
                next
            }
            (Quote::None | Quote::Double, '$') => dollar(&mut words, bytes, at)?,
            (Quote::None, _) if is_single(character) || is_double(character) => {
                quote = if is_single(character) { Quote::Single } else { Quote::Double };
                words.push(at, b"");
                next
            }
            (Quote::Single, _) if is_single(character) => {
                doubled(&mut words, &mut quote, rest, at, next, is_single)
            }
            (Quote::Double, _) if is_double(character) => {
                doubled(&mut words, &mut quote, rest, at, next, is_double)
            }
            _ => {
                words.push(at, &bytes[at..next]);
                next
            }
        };
    }
    words.finish(at, quote)
}

/// Reads a quotation mark within a string of its kind: a doubled one is a character, a single one the end.
fn doubled(
    words: &mut Words,
    quote: &mut Quote,
    rest: &str,
    at: usize,
    next: usize,
    is_mark: fn(char) -> bool,
) -> usize {
    let Some(second) = rest.chars().next().filter(|second| is_mark(*second)) else {
        *quote = Quote::None;
        words.push(at, b"");
        return next;
    };
    words.push(at, second.encode_utf8(&mut [0; 4]).as_bytes());
    next + second.len_utf8()
}

/// Reads a backtick and what follows it. The point after it.
fn escape(words: &mut Words, rest: &str, at: usize, next: usize) -> usize {
    let Some(character) = rest.chars().next() else { return next };
    let mut buffer = [0; 4];
    let piece: &[u8] = match character {
        '0' => b"\0",
        'a' => b"\x07",
        'b' => b"\x08",
        'e' => b"\x1b",
        'f' => b"\x0c",
        'n' => b"\n",
        'r' => b"\r",
        't' => b"\t",
        'v' => b"\x0b",
        'u' => {
            words.push_unknown(at);
            b""
        }
        other => other.encode_utf8(&mut buffer).as_bytes(),
    };
    words.push(at, piece);
    next + character.len_utf8()
}

/// Reads a `$` and what follows it. The point after it.
fn dollar(words: &mut Words, line: &[u8], at: usize) -> Option<usize> {
    let rest = &line[at + 1..];
    if let Some(b'{' | b'(') = rest.first() {
        let (open, close) = if rest[0] == b'{' { (b'{', b'}') } else { (b'(', b')') };
        let end = end_of_substitution(line, at + 2, open, close)?;
        match value_of(&line[at + 2..end - 1]).filter(|_| open == b'{') {
            Some(value) => words.push_expanded(at, &line[at..end], &value),
            None => words.push_unknown(at),
        }
        return Some(end);
    }
    let scope = usize::from(rest.to_ascii_lowercase().starts_with(b"env:")) * b"env:".len();
    let length = scope + name_length(&rest[scope..]);
    if length == 0 && !rest.first().is_some_and(|byte| is_name(*byte) || b"$?^:@".contains(byte)) {
        words.push(at, b"$");
        return Some(at + 1);
    }
    // A `:` continues the name, and makes it another one.
    let is_whole = rest.get(length) != Some(&b':');
    words.push_named(at, &line[at..=at + length], value_of(&rest[..length]).filter(|_| is_whole));
    Some(at + 1 + length)
}

/// The value of `$HOME` or `$env:NAME`.
fn value_of(name: &[u8]) -> Option<Vec<u8>> {
    match name.split_at_checked(b"env:".len()) {
        Some((scope, name)) if scope.eq_ignore_ascii_case(b"env:") => variable(name),
        _ if name.eq_ignore_ascii_case(b"home") => home(),
        _ => None,
    }
}

/// Whether PowerShell takes the character for `'`.
fn is_single(character: char) -> bool {
    matches!(character, '\'' | '\u{2018}'..='\u{201b}')
}

/// Whether PowerShell takes the character for `"`.
fn is_double(character: char) -> bool {
    matches!(character, '"' | '\u{201c}'..='\u{201e}')
}

/// Quotes `text` for PowerShell within `quote`, which is closed if `close` is set. `None` if a string of that kind cannot
/// hold it.
pub(super) fn quoted(text: &str, quote: Quote, close: bool) -> Option<String> {
    let mut line = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let escape = match character {
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ => None,
        };
        match (quote, escape) {
            (Quote::Single, None) if !character.is_control() => {
                line.extend(std::iter::repeat_n(character, if is_single(character) { 2 } else { 1 }));
            }
            (Quote::Single, _) => return None,
            (_, Some(escape)) => line.extend(['`', escape]),
            (_, None) if character.is_control() => return None,
            (Quote::Double, None) => {
                if is_double(character) || "`$".contains(character) {
                    line.push('`');
                }
                line.push(character);
            }
            (_, None) => {
                let is_plain = character.is_alphanumeric()
                    || "-_./:\\+=%".contains(character)
                    || (character == '@' && at > 0);
                if !is_plain {
                    line.push('`');
                }
                line.push(character);
            }
        }
    }
    if close {
        match quote {
            Quote::Single => line.push('\''),
            Quote::Double => line.push('"'),
            _ => {}
        }
    }
    Some(line)
}
