//! Why a text is not a token.

use std::fmt;

use thiserror::Error;

use super::json::JsonFault;
use super::words::shown;
use super::wrapper::WrapperFault;

/// A part of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The JOSE header.
    Header,
    /// The JWT claims set.
    Claims,
    /// The signature.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "the header",
            Self::Claims => "the claims",
            Self::Signature => "the signature",
        })
    }
}

/// The longest token that is looked at: 64 KiB.
pub const MAX_TOKEN_BYTES: usize = 64 * 1024;

/// Why a text is not a token.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Malformed {
    /// More than [`MAX_TOKEN_BYTES`].
    #[error("a token has at most {MAX_TOKEN_BYTES} bytes")]
    TooLong,
    /// No character.
    #[error("it is empty")]
    Empty,
    /// A character that is neither base64url nor a dot. Positions count characters from 1.
    #[error("character {position} is {}; a token has only letters, digits, `-`, `_` and dots", named(*character))]
    Character {
        /// The first such character.
        character: char,
        /// Its position.
        position: usize,
    },
    /// A quotation mark, before any other character that is not in a token.
    #[error("character {position} is {}; a token has no quotation marks", named(*character))]
    Quote {
        /// The quotation mark.
        character: char,
        /// Its position.
        position: usize,
    },
    /// `token=…`: a form body, or a line of a shell or an environment file.
    #[error("character {position} is `=`: it is a form body, `name=value`; a token is the value alone")]
    Form {
        /// The position of the `=`.
        position: usize,
    },
    /// As many characters NUL as UTF-16 has.
    #[error("character {position} is {}: it is UTF-16; a token is ASCII", named(*character))]
    Utf16 {
        /// The first character that is not in a token.
        character: char,
        /// Its position.
        position: usize,
    },
    /// Not exactly three parts with dots between.
    #[error("a token has three parts with dots between, this has {0}")]
    Parts(usize),
    /// The first part, or the first two, of a token.
    #[error("the token is cut: a token has three parts with dots between, this has {0}")]
    Cut(usize),
    /// Five parts with dots between: encrypted (JWE; RFC 7516, 7.1).
    #[error("the token is encrypted (JWE): it has five parts, and a signed token (JWS) has three")]
    Encrypted,
    /// JSON around a token that is not as it should be.
    #[error(transparent)]
    Wrapper(#[from] WrapperFault),
    /// Not canonical unpadded base64url (RFC 4648, 3.5 and 5).
    #[error("{0}: not canonical unpadded base64url")]
    Base64(Part),
    /// Not one JSON object, or one against the rules.
    #[error("{0}: {1}")]
    Json(Part, JsonFault),
    /// `alg` is not a string, or absent (RFC 7515, 4.1.1).
    #[error("the header has no `alg` that is a string")]
    NoAlgorithm,
    /// `kid` is not a string (RFC 7515, 4.1.4).
    #[error("header `kid` is not a string")]
    KeyId,
    /// `crit`, `zip`, `enc` or `b64`: an extension that is not understood must not be ignored.
    #[error("header `{0}` is not supported")]
    Extension(&'static str),
    /// `cty: JWT`: a token within a token (RFC 7519, 5.2).
    #[error("a nested token is not supported")]
    Nested,
}

impl Malformed {
    /// Why a text that does not have three parts is not a token.
    pub(super) fn of(text: &str) -> Self {
        if let Some(fault) = Self::for_characters_of(text) {
            return fault;
        }
        // How base64url of `{"` begins.
        let begins_as_token = text.starts_with("ey");
        match text.split('.').count() {
            _ if text.is_empty() => Self::Empty,
            5 => Self::Encrypted,
            parts @ 1..=2 if begins_as_token => Self::Cut(parts),
            parts => Self::Parts(parts),
        }
    }

    /// The first character of `text` that is not in any token, and what the text is then.
    pub(super) fn for_characters_of(text: &str) -> Option<Self> {
        let is_foreign = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        let (index, character) = text.chars().enumerate().find(|(_, c)| is_foreign(*c))?;
        let position = index + 1;
        // Before it, all characters are ASCII.
        let (before, after) = (&text[..index], &text[index + character.len_utf8()..]);
        Some(match character {
            _ if is_utf16(text) => Self::Utf16 { character, position },
            '=' if is_name(before) && !after.starts_with('=') => Self::Form { position },
            '"' | '\'' | '`' | '\u{2018}'..='\u{201f}' | '«' | '»' => Self::Quote { character, position },
            _ => Self::Character { character, position },
        })
    }
}

/// Whether every second character is NUL, or nearly so.
fn is_utf16(text: &str) -> bool {
    let (all, nul) = text.chars().fold((0, 0), |(all, nul), c| (all + 1, nul + usize::from(c == '\0')));
    nul * 3 >= all
}

/// Whether `text` is a name in a form body or of a variable. Base64 of a header is not: it has both cases.
fn is_name(text: &str) -> bool {
    let only = |is_letter: fn(&u8) -> bool| text.bytes().all(|byte| byte == b'_' || is_letter(&byte));
    !text.is_empty() && (only(u8::is_ascii_lowercase) || only(u8::is_ascii_uppercase))
}

/// The character, and its code point where there are others that look like it.
fn named(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '`' => "a backtick".to_owned(),
        char::REPLACEMENT_CHARACTER => "not UTF-8".to_owned(),
        '!'..='~' => format!("`{character}`"),
        _ if character.is_control() => format!("U+{:04X}", u32::from(character)),
        _ => format!("`{}` (U+{:04X})", shown(character), u32::from(character)),
    }
}
