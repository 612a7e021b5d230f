//! A text decoded from each encoding that it may be in.

use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::auth::key::Encoding;

/// A text decoded, or a part of it.
pub(super) struct Decoded {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) encoding: Encoding,
    /// Whether this is all of the text.
    pub(super) is_whole: bool,
}

/// The fewest characters of base64 that are decoded: 12 bytes.
const LEAST_BASE64: usize = 16;

/// The fewest hexadecimal digits that are decoded.
const LEAST_HEX: usize = 24;

/// Decoders that take text that is cut off or badly padded: they search, and are not strict.
const FORGIVING: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, FORGIVING);
const BASE64URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, FORGIVING);

/// All that `text` may be once decoded: from base64 and hexadecimal each run of their characters, from percent-encoding
/// and quotes the whole.
pub(super) fn decoded(text: &str) -> Vec<Decoded> {
    let whole = without_label(text);
    let mut all = Vec::new();
    let mut push = |bytes, encoding, is_whole| all.push(Decoded { bytes, encoding, is_whole });
    if let Some(inner) = unquoted(text) {
        push(inner, Encoding::Plain, true);
    }
    if let Some(bytes) = percent(text) {
        push(bytes, Encoding::Percent, true);
    }
    for run in runs(text, LEAST_HEX, |byte| byte.is_ascii_hexdigit() || byte == b':') {
        if let Some(bytes) = hex(run) {
            push(bytes, Encoding::Hex, run == whole);
        }
    }
    let standard = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    let url_safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let end = whole.trim_end_matches('=');
    for run in runs(text, LEAST_BASE64, standard) {
        push(base64(&BASE64, run), Encoding::Base64, run == end);
    }
    for run in runs(text, LEAST_BASE64, url_safe).filter(|run| run.contains(['-', '_'])) {
        push(base64(&BASE64URL, run), Encoding::Base64, run == end);
    }
    // A text whose start is base64 may be base64url as a whole.
    all.sort_by_key(|decoded| (!decoded.is_whole, std::cmp::Reverse(decoded.bytes.len())));
    all
}

/// `text` without the name of its encoding, as Laravel and others write it.
fn without_label(text: &str) -> &str {
    let labels = ["base64:", "b64:", "hex:", "0x", "0X"];
    labels.iter().find_map(|label| text.strip_prefix(label)).unwrap_or(text)
}

/// The longest pieces of `text` that are all of these characters, if they have at least so many.
fn runs(text: &str, least: usize, is_part: impl Fn(u8) -> bool) -> impl Iterator<Item = &str> {
    text.split(move |c: char| !u8::try_from(c).is_ok_and(&is_part)).filter(move |run| run.len() >= least)
}

/// The text between two quotes of one kind.
fn unquoted(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let inner =
        ['"', '\'', '`'].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))?;
    let string = text.starts_with('"').then(|| serde_json::from_str::<String>(text).ok()).flatten();
    Some(Zeroizing::new(string.map_or_else(|| inner.as_bytes().to_vec(), String::into_bytes)))
}

/// The bytes of percent-encoding. Random punctuation may have `%` and two digits in it, and characters that no URL has.
fn percent(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if text.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}']) {
        return None;
    }
    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(percent_encoding::percent_decode_str(text).collect());
    (bytes.len() < text.len()).then_some(bytes)
}

/// The bytes of hexadecimal digits, with or without colons between them.
fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |c: char| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(text.chars().filter_map(digit).collect());
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    Some(Zeroizing::new(pairs.iter().map(|[high, low]| high << 4 | low).collect()))
}

/// The bytes of the base64url at the start of `text`.
pub(super) fn base64url_at_start(text: &str) -> Zeroizing<Vec<u8>> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    base64(&BASE64URL, &text[..text.bytes().take_while(is_part).count()])
}

/// The bytes of base64. A last character that is one too many was the first of a group that was cut.
fn base64(engine: &GeneralPurpose, run: &str) -> Zeroizing<Vec<u8>> {
    let run = if run.len() % 4 == 1 { &run[..run.len() - 1] } else { run };
    Zeroizing::new(engine.decode(run).unwrap_or_default())
}
