//! Bytes as text, where they are any.

use zeroize::Zeroizing;

/// A text, and whether it was in UTF-16.
pub(super) struct Text {
    pub(super) text: Zeroizing<String>,
    pub(super) is_utf16: bool,
}

/// Of this many bytes at most one is no visible ASCII or space in a text that is neither UTF-8 nor UTF-16.
const MOSTLY: usize = 8;

/// The text that `bytes` are, in UTF-8, UTF-16 or an encoding of one byte a character. `None` if they are none.
///
/// 32 random bytes are a text once in 2^27 or so.
pub(super) fn text(bytes: &[u8]) -> Option<Text> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains(is_control)
    {
        return Some(Text { text: Zeroizing::new(text.to_owned()), is_utf16: false });
    }
    if let Some(text) = utf16(bytes, u16::from_le_bytes).or_else(|| utf16(bytes, u16::from_be_bytes)) {
        return Some(Text { text: Zeroizing::new(text), is_utf16: true });
    }
    let text: Zeroizing<String> = Zeroizing::new(bytes.iter().copied().map(char::from).collect());
    let plain = bytes.iter().filter(|byte| matches!(byte, b' '..=b'~')).count();
    let is_text = !text.contains(is_control) && (bytes.len() - plain) * MOSTLY <= bytes.len();
    is_text.then_some(Text { text, is_utf16: false })
}

/// Whether a character is blank, or shows nothing: at the edges of a text it does not count.
pub(super) fn is_unseen(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
}

/// Whether no text has the character.
fn is_control(c: char) -> bool {
    c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c')
}

/// The text of units of 16 bits, at least half of them ASCII.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, []) = bytes.as_chunks::<2>() else { return None };
    let units: Vec<u16> = pairs.iter().map(|pair| unit(*pair)).collect();
    let ascii = units.iter().filter(|unit| **unit < 0x80).count();
    let text = String::from_utf16(&units).ok().filter(|text| !text.contains(is_control))?;
    (2 * ascii >= units.len()).then_some(text)
}
