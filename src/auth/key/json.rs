//! JSON objects as they are written: order, numbers and spelling of every member kept, none of them twice.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use super::KeyFault;

/// A member of an object; `value` is JSON. It may be a secret.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) name: String,
    pub(super) value: Zeroizing<String>,
}

impl Member {
    /// A member whose value is a string that needs no escapes.
    pub(super) fn plain(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: Zeroizing::new(format!("\"{value}\"")) }
    }
}

/// The members of one object that is `text`, in order.
///
/// # Errors
///
/// [`KeyFault::Json`], and [`KeyFault::DuplicateMember`] at any depth.
pub(super) fn read_object(text: &[u8]) -> Result<Vec<Member>, KeyFault> {
    serde_json::from_slice::<Unique>(text).map_err(|error| fault(&error))?;
    serde_json::from_slice::<Object>(text).map(|object| object.0).map_err(|error| fault(&error))
}

/// The elements of the array that is `text`, as JSON.
pub(super) fn read_array(text: &str) -> Option<Vec<&str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(text).ok()?;
    Some(elements.into_iter().map(RawValue::get).collect())
}

/// The string that is `text`.
pub(super) fn read_string(text: &str) -> Option<Zeroizing<String>> {
    serde_json::from_str(text).ok().map(Zeroizing::new)
}

/// Only where: the words of the parser may repeat a part of the text.
fn fault(error: &serde_json::Error) -> KeyFault {
    let (line, column) = (error.line(), error.column());
    if error.to_string().starts_with(DUPLICATE) {
        KeyFault::DuplicateMember { line, column }
    } else {
        KeyFault::Json { line, column }
    }
}

const DUPLICATE: &str = "duplicate member";

struct Object(Vec<Member>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push(Member { name, value: Zeroizing::new(value.get().to_owned()) });
                }
                Ok(Object(members))
            }
        }
        deserializer.deserialize_map(Members)
    }
}

/// Any JSON in which no object has two members of one name, escapes resolved.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom(DUPLICATE));
            }
            map.next_value::<Self>()?;
        }
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self, A::Error> {
        while let Some(Self) = seq.next_element()? {}
        Ok(self)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }
}
