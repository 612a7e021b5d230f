//! Strips the surroundings of a token.

use std::borrow::Cow;

use authctl::auth::json::read_string;

/// The characters that are dropped around a token.
pub(super) const BLANKS: [char; 3] = [' ', '\t', '\r'];

/// The UTF-8 form of the byte order mark.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether the text has only [`BLANKS`].
pub(super) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| is_blank_byte(*byte))
}

pub(super) fn is_blank_byte(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

/// The token in `text`, which is no JSON object. If `text` is a JSON string, the token is in the string.
pub(super) fn token_in(text: Cow<'_, str>) -> Cow<'_, str> {
    let trimmed = text.trim_matches(BLANKS);
    if trimmed.starts_with('"')
        && let Some(string) = read_string(trimmed)
    {
        return Cow::Owned(bare(&string).to_owned());
    }
    bare_of(text)
}

/// As [`bare`], for a text that may be owned.
pub(super) fn bare_of(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(bare(text)),
        Cow::Owned(text) => Cow::Owned(bare(&text).to_owned()),
    }
}

/// Strips blanks around `text`, and `Bearer ` or `Authorization: Bearer ` before it, in upper or lower case.
fn bare(text: &str) -> &str {
    let text = text.trim_matches(BLANKS);
    let after_name = strip(text, "authorization:").map_or(text, |rest| rest.trim_start_matches(BLANKS));
    match strip(after_name, "bearer") {
        Some(rest) if rest.starts_with(BLANKS) => rest.trim_start_matches(BLANKS),
        _ => text,
    }
}

fn strip<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn blanks_and_the_scheme_are_dropped() {
        for text in [
            "a.b.c",
            " \ta.b.c\t \r",
            "Bearer a.b.c",
            "bearer   a.b.c",
            "BEARER\ta.b.c",
            "Authorization: Bearer a.b.c",
            "authorization:bearer a.b.c\r",
        ] {
            assert_eq!(bare(text), "a.b.c", "{text:?}");
        }
        for text in
            ["Bearer", "Bearera.b.c", "Basic a.b.c", "Authorization: a.b.c", "\u{a0}a.b.c", "x Bearer a"]
        {
            assert_eq!(bare(text), text, "{text:?}");
        }
        assert_eq!(bare(" \t\r"), "");
    }
}
