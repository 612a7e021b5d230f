//! The JSON object that a token may come in: the response of a token endpoint (RFC 6749, 5.1).

use std::borrow::Cow;

use thiserror::Error;

use super::json::{JsonFault, Leading, Value, read_leading_object};

/// The longest JSON that a token is looked for in: 128 KiB.
pub const MAX_WRAPPER_BYTES: usize = 128 * 1024;

/// Why JSON holds no token.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum WrapperFault {
    /// Not JSON.
    #[error("it begins as JSON: {0}")]
    Json(JsonFault),
    /// The text ends within the JSON.
    #[error("it begins as JSON that does not end")]
    Unfinished,
    /// Something follows the JSON.
    #[error("text follows the JSON object")]
    Trailing,
    /// Longer than [`MAX_WRAPPER_BYTES`].
    #[error("JSON around a token has at most {MAX_WRAPPER_BYTES} bytes")]
    TooLong,
    /// No member of the name.
    #[error("the JSON object has no `access_token`")]
    NoToken,
    /// Several members of the name.
    #[error("the JSON object has more than one `access_token`")]
    Twice,
    /// The member is not a string.
    #[error("`access_token` in the JSON object is not a string")]
    NotAString,
}

impl From<JsonFault> for WrapperFault {
    fn from(fault: JsonFault) -> Self {
        Self::Json(fault)
    }
}

/// A text that begins with `{`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrapper<'a> {
    /// A JSON object.
    Whole {
        /// Its `access_token`.
        token: Result<Cow<'a, str>, WrapperFault>,
        /// Where the object ends in the text.
        end: usize,
    },
    /// The beginning of a JSON object.
    Open,
    /// A text that no JSON object begins with.
    Broken(JsonFault),
}

impl<'a> Wrapper<'a> {
    /// Reads the JSON object at the beginning of `text`, which ends with a line.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        let mut token = Err(WrapperFault::NoToken);
        let leading = read_leading_object(text, |member| {
            if member.name == "access_token" {
                token = match (&token, member.value) {
                    (Err(WrapperFault::NoToken), Value::String(token)) => Ok(token),
                    (Err(WrapperFault::NoToken), _) => Err(WrapperFault::NotAString),
                    _ => Err(WrapperFault::Twice),
                };
            }
        });
        match leading {
            Ok(Leading::Whole { end, doubled: true }) if token != Err(WrapperFault::Twice) => {
                Self::Whole { token: Err(JsonFault::Duplicate.into()), end }
            }
            Ok(Leading::Whole { end, .. }) => Self::Whole { token, end },
            Ok(Leading::Open) => Self::Open,
            Err(fault) => Self::Broken(fault),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonFault, Wrapper, WrapperFault};

    #[test]
    fn the_token_is_the_one_access_token_of_the_object() {
        let twice: Result<&str, WrapperFault> = Err(WrapperFault::Twice);
        for (text, expected) in [
            (r#"{"access_token":"a.b.c","expires_in":1800}"#, Ok("a.b.c")),
            (r#"{"access\u005ftoken":"a"}"#, Ok("a")),
            (r#"{"token":"a"}"#, Err(WrapperFault::NoToken)),
            (r#"{"token":{"access_token":"a"}}"#, Err(WrapperFault::NoToken)),
            (r#"{"access_token":5}"#, Err(WrapperFault::NotAString)),
            (r#"{"access_token":"a","access_token":"a"}"#, twice),
            (r#"{"access_token":5,"access_token":"a"}"#, twice),
            (r#"{"x":1,"access_token":"a","x":1}"#, Err(JsonFault::Duplicate.into())),
        ] {
            let expected = Wrapper::Whole { token: expected.map(Into::into), end: text.len() };
            assert_eq!(Wrapper::read(text), expected, "{text}");
        }
        assert_eq!(Wrapper::read("{\"access_token\":\n"), Wrapper::Open);
        assert_eq!(Wrapper::read("{x\n"), Wrapper::Broken(JsonFault::Syntax));
    }
}
