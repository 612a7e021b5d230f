//! The form of a key file, told by its content.
//!
//! A raw secret is what can be nothing else. The others are told from it by what they are, not by where they came from:
//! read as it stands, or decoded.

mod decoded;
mod der;
mod encoding;
mod label;
mod password_hash;
#[cfg(test)]
mod tests;
mod text;

use std::str;

use zeroize::Zeroizing;

use super::{Encoding, KeyFault, Look, Lookalike};
use decoded::decoded;

/// The most characters of a raw secret that is text.
const MOST_CHARACTERS: usize = 1024;

/// How many bytes a raw secret has that is not text.
const BINARY_LENGTHS: [usize; 3] = [32, 48, 64];

/// How much of the bytes is looked at to find out what they are.
const MOST_LOOKED_AT: usize = 8 * 1024;

/// How often a text is decoded to find out what it is.
const DEPTH: usize = 2;

/// The form of the bytes of a key file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// `{…}`: a JWK or JWK Set.
    Json(&'a [u8]),
    /// A text with a PEM block.
    Pem(&'a str),
    /// Neither: a raw secret, or nothing that is read.
    Other,
}

impl<'a> Form<'a> {
    /// Detects the form. White space and a byte order mark before it are skipped.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let Ok(text) = str::from_utf8(bytes) else {
            let visible = bytes.trim_ascii();
            let is_json = visible.starts_with(b"{") && visible.ends_with(b"}") && !is_binary(bytes);
            return if is_json { Self::Json(bytes) } else { Self::Other };
        };
        let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let is_line = is_line(without_newline(start.as_bytes()));
        let is_json = start.starts_with('{') && (start.trim_end().ends_with('}') || !is_line);
        if is_json && !text::is_placeholder(start.trim_end()) && !text.contains('\0') {
            let skipped = &text[..text.len() - start.len()];
            let is_json_space = skipped.bytes().all(|byte| b" \t\r\n".contains(&byte));
            // So that lines are counted from the start of the file.
            return Self::Json(if is_json_space { bytes } else { start.as_bytes() });
        }
        if text.contains("-----BEGIN") { Self::Pem(text) } else { Self::Other }
    }
}

/// The raw secret that is all of `bytes`: one line of visible ASCII, or bytes that are not text, which can be nothing else.
/// It may be too short for a key.
///
/// # Errors
///
/// [`KeyFault::Empty`], [`KeyFault::LooksLike`], [`KeyFault::LongSecret`], [`KeyFault::BinaryLength`].
pub(super) fn raw_secret(bytes: &[u8]) -> Result<&[u8], KeyFault> {
    if is_line(bytes) {
        let line = str::from_utf8(start(bytes)).unwrap_or_default();
        if let Some(lookalike) = look_of_text(line, Encoding::Plain, DEPTH) {
            return Err(KeyFault::LooksLike(lookalike));
        }
        return match bytes.len() {
            0 => Err(KeyFault::Empty),
            length if length > MOST_CHARACTERS => Err(KeyFault::LongSecret { bytes: length }),
            _ => Ok(bytes),
        };
    }
    if bytes.trim_ascii().is_empty() {
        return Err(KeyFault::Empty);
    }
    if let Some(look) = look_of_bytes(start(bytes), true, Encoding::Plain, DEPTH) {
        return Err(KeyFault::LooksLike(look));
    }
    match encoding::text(bytes) {
        Some(text) => Err(KeyFault::LooksLike(look_of_other_text(&text).plain())),
        None if BINARY_LENGTHS.contains(&bytes.len()) => Ok(bytes),
        None => Err(KeyFault::BinaryLength { bytes: bytes.len() }),
    }
}

/// As much as a secret or an encoded key can have. A longer text is not a secret, and its start tells its look.
fn start(bytes: &[u8]) -> &[u8] {
    let mut end = bytes.len().min(MOST_LOOKED_AT);
    // Not within a character of UTF-8.
    while bytes.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) && end + 3 > MOST_LOOKED_AT {
        end -= 1;
    }
    &bytes[..end]
}

/// The look of a text that is not a line of visible ASCII.
fn look_of_other_text(text: &encoding::Text) -> Look {
    match () {
        () if text.is_utf16 => Look::Utf16,
        () if text.text.contains(['\n', '\r']) => Look::Lines,
        () if text.text.is_ascii() => Look::Blanks,
        () => Look::Unseen,
    }
}

/// The line of visible ASCII that `bytes` are, minus one final LF or CRLF; all else as it is.
pub(super) fn without_newline(bytes: &[u8]) -> &[u8] {
    let line = bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line));
    if is_line(line) { line } else { bytes }
}

/// The readings of one line: itself, and the lines that it decodes to.
pub(super) fn readings(line: &str) -> Vec<Zeroizing<String>> {
    let mut readings = vec![Zeroizing::new(line.to_owned())];
    let mut from = 0;
    for _ in 0..DEPTH {
        let next: Vec<_> = readings[from..].iter().flat_map(|text| decoded(text)).collect();
        from = readings.len();
        let texts = next
            .iter()
            .filter(|decoded| decoded.is_whole)
            .filter_map(|decoded| encoding::text(&decoded.bytes));
        readings.extend(texts.map(|text| Zeroizing::new(text.text.trim().to_owned())));
    }
    readings
}

/// One line of visible ASCII, or nothing at all.
fn is_line(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_graphic)
}

/// Whether the bytes are a secret that is not text, as far as their number and their kind go.
fn is_binary(bytes: &[u8]) -> bool {
    BINARY_LENGTHS.contains(&bytes.len()) && encoding::text(bytes).is_none()
}

/// The look of `text` as it stands, or decoded up to `depth` times.
fn look_of_text(text: &str, encoding: Encoding, depth: usize) -> Option<Lookalike> {
    if let Some(look) = text::whole(text) {
        return Some(Lookalike { look, encoding });
    }
    if depth == 0 {
        return None;
    }
    // Line breaks do not hide what an encoding says.
    let joined = is_wrapped(text).then(|| Zeroizing::new(text.split_ascii_whitespace().collect::<String>()));
    let all = decoded(joined.as_ref().map_or(text, |joined| joined.as_str()));
    all.iter().find_map(|one| {
        let depth = if one.encoding == Encoding::Plain { depth } else { depth - 1 };
        look_of_bytes(&one.bytes, one.is_whole, encoding.then(one.encoding), depth)
    })
}

/// Whether every line is nothing but encoded.
fn is_wrapped(text: &str) -> bool {
    text.contains('\n') && text.lines().all(|line| line.trim_end().bytes().all(text::is_of_an_encoding))
}

/// The look of bytes that are not a line of visible ASCII, or were decoded. They are a part of something unless `is_whole`.
fn look_of_bytes(bytes: &[u8], is_whole: bool, encoding: Encoding, depth: usize) -> Option<Lookalike> {
    let found = |look| Some(Lookalike { look, encoding });
    if let Some(look) = der::look(bytes) {
        return found(look);
    }
    if is_whole && bytes.len() > 1 && bytes.windows(2).all(|pair| pair[0] == pair[1]) {
        return found(Look::Repeated);
    }
    let decoded = encoding::text(bytes)?;
    let text = decoded.text.trim_matches(encoding::is_unseen);
    if !is_whole {
        return text::part(text).map(|look| Lookalike { look, encoding });
    }
    // `%0a` may be in random punctuation once.
    let least_lines = if encoding == Encoding::Percent { 3 } else { 2 };
    let is_hidden_file =
        encoding != Encoding::Plain && text.lines().count() >= least_lines && !is_wrapped(text);
    look_of_text(text, encoding, depth)
        .or_else(|| is_hidden_file.then_some(Lookalike { look: Look::Lines, encoding }))
}
