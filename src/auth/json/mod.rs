//! JSON as tokens carry it, read strictly and without a tree (RFC 8259; I-JSON, RFC 7493).
//!
//! A token is refused unless both its parts are one JSON object each, so the reader knows no other
//! document. It hands over the members of that object and checks everything below them.

mod reader;

use std::borrow::Cow;

use thiserror::Error;

use reader::Reader;

/// How deep objects and arrays may be nested, the outermost object included.
pub const MAX_DEPTH: usize = 32;

/// Why a text is not one JSON object.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum JsonFault {
    /// Not UTF-8.
    #[error("not UTF-8")]
    Utf8,
    /// Not an object, or something before or after it.
    #[error("not one JSON object")]
    NotAnObject,
    /// Against the grammar of JSON.
    #[error("not valid JSON")]
    Syntax,
    /// Half of a surrogate pair, which is no character.
    #[error("a string has half of a surrogate pair")]
    Surrogate,
    /// A number that no double can hold (RFC 7493, 2.2).
    #[error("a number is too large")]
    Number,
    /// Deeper than [`MAX_DEPTH`].
    #[error("nested deeper than 32 levels")]
    Depth,
    /// A member named twice in one object, at any depth.
    #[error("a member is there twice")]
    Duplicate,
}

/// A member's value. Numbers, arrays and objects are the text that stands in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A string, its escapes resolved.
    String(Cow<'a, str>),
    /// A number within the range of a double.
    Number(&'a str),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// An array.
    Array(&'a str),
    /// An object.
    Object(&'a str),
}

/// One member of the object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The name, its escapes resolved.
    pub name: Cow<'a, str>,
    /// The value.
    pub value: Value<'a>,
    /// The value's text, as it stands in the document.
    pub raw: &'a str,
}

/// Hands over the members of the object that `bytes` are, in their order.
///
/// # Errors
///
/// The first [`JsonFault`] in reading order; a doubled member at the latest when its object ends.
/// Members before the fault have been handed over by then.
pub fn read_object<'a>(bytes: &'a [u8], each: impl FnMut(Member<'a>)) -> Result<(), JsonFault> {
    let mut reader = Reader::new(bytes)?;
    reader.document(each)?;
    if reader.duplicate.is_some() { Err(JsonFault::Duplicate) } else { Ok(()) }
}

/// A fault, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FaultAt {
    /// The fault.
    pub(crate) fault: JsonFault,
    /// The number of bytes before it. They are UTF-8.
    pub(crate) offset: usize,
}

/// As [`read_object`], with the place of a fault: for files, which people edit.
///
/// # Errors
///
/// Those of [`read_object`].
pub(crate) fn read_file<'a>(bytes: &'a [u8], each: impl FnMut(Member<'a>)) -> Result<(), FaultAt> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| FaultAt { fault: JsonFault::Utf8, offset: error.valid_up_to() })?;
    let mut reader = Reader::of(text);
    reader.document(each).map_err(|fault| FaultAt { fault, offset: reader.at })?;
    reader.duplicate.map_or(Ok(()), |offset| Err(FaultAt { fault: JsonFault::Duplicate, offset }))
}

/// As [`read_object`], for eyes only: doubled members are no fault. Says whether there were any.
///
/// # Errors
///
/// Every [`JsonFault`] but [`JsonFault::Duplicate`].
pub fn read_object_leniently<'a>(bytes: &'a [u8], each: impl FnMut(Member<'a>)) -> Result<bool, JsonFault> {
    let mut reader = Reader::new(bytes)?;
    reader.document(each)?;
    Ok(reader.duplicate.is_some())
}

/// What a text begins with, if that may be an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leading {
    /// An object.
    Whole {
        /// Where it ends in the text.
        end: usize,
        /// Whether a member is there twice, at any depth.
        doubled: bool,
    },
    /// The beginning of an object: more of the text may complete it.
    Open,
}

/// Hands over the members of the object at the beginning of `text`, and does not look at what follows it.
///
/// `text` ends with a line, or is all there is: a name, string, number or word that is cut at its end counts as open
/// or as a fault.
///
/// # Errors
///
/// The first [`JsonFault`] that no further text can mend, [`JsonFault::Duplicate`] excepted.
pub fn read_leading_object<'a>(text: &'a str, each: impl FnMut(Member<'a>)) -> Result<Leading, JsonFault> {
    let mut reader = Reader::of(text);
    reader.skip_space();
    match reader.object(each) {
        Ok(()) => Ok(Leading::Whole { end: reader.at, doubled: reader.duplicate.is_some() }),
        Err(JsonFault::Syntax) if reader.at == text.len() => Ok(Leading::Open),
        Err(fault) => Err(fault),
    }
}

/// The string that `text` is, its escapes resolved; `None` for all other text.
#[must_use]
pub fn read_string(text: &str) -> Option<Cow<'_, str>> {
    let mut reader = Reader::of(text);
    let string = reader.string().ok()?;
    (reader.at == text.len()).then_some(string)
}

/// The strings of an array that holds nothing else; `None` for any other array.
///
/// `raw` is the text of a [`Value::Array`].
#[must_use]
pub fn strings_of(raw: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut reader = Reader::of(raw);
    let mut strings = Vec::new();
    let mut strings_only = true;
    reader
        .array(|value, _| match value {
            Value::String(text) => strings.push(text),
            _ => strings_only = false,
        })
        .ok()?;
    strings_only.then_some(strings)
}

/// The texts of the elements of an array; `None` for text that is no array.
#[must_use]
pub(crate) fn elements_of(raw: &str) -> Option<Vec<&str>> {
    let mut elements = Vec::new();
    Reader::of(raw).array(|_, raw| elements.push(raw)).ok()?;
    Some(elements)
}

#[cfg(test)]
mod tests;
