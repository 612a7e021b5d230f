//! Parts of the text of a hash.

use base64::Engine;

/// Up to 64 bytes of a salt or a tag, and the two more that the decoder needs.
pub(super) struct Field {
    bytes: [u8; 66],
    length: usize,
}

impl Field {
    /// The longest field.
    pub(super) const MOST: usize = 64;

    /// Decodes base64 of at least `least` bytes.
    pub(super) fn decode(engine: &impl Engine, text: &str, least: usize) -> Option<Self> {
        let mut bytes = [0; 66];
        let length = engine.decode_slice(text, &mut bytes).ok()?;
        (least..=Self::MOST).contains(&length).then_some(Self { bytes, length })
    }

    /// Takes bytes as they are.
    pub(super) fn of(from: &[u8]) -> Option<Self> {
        let mut bytes = [0; 66];
        bytes[..Self::MOST].get_mut(..from.len())?.copy_from_slice(from);
        Some(Self { bytes, length: from.len() })
    }

    pub(super) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

/// A decimal without leading zeros (PHC string format); `u64::MAX` stands for any larger one.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || (!text.is_empty() && !text.starts_with('0'));
    let digits = canonical && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// The decimals of `name=1,other=2`, in the order of `names`. They may stand in any order. Each name must be there once, and no
/// other.
pub(super) fn parameters<const N: usize>(text: &str, names: [&str; N]) -> Option<[u64; N]> {
    let mut found = [None; N];
    let mut rest = Some(text);
    while let Some(text) = rest {
        let (field, after) = cut(text, b',');
        let (name, value) = cut(field, b'=');
        let slot = names.iter().position(|known| *known == name).and_then(|at| found.get_mut(at))?;
        if slot.replace(decimal(value?)?).is_some() {
            return None;
        }
        rest = after;
    }
    let mut values = [0; N];
    for (value, found) in values.iter_mut().zip(found) {
        *value = found?;
    }
    Some(values)
}

/// Splits at the first `mark`. Short texts are searched fastest byte by byte.
pub(super) fn cut(text: &str, mark: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == mark) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}
