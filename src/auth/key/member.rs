//! The members of a JWK or JWK Set as they are written: their order, numbers and spelling are kept.

use zeroize::Zeroizing;

use super::KeyFault;
use crate::auth::json::{self, FaultAt};

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

/// Reads the members of the object that is all of `text`.
///
/// # Errors
///
/// [`KeyFault::Json`]. A doubled member is one at any depth.
pub(super) fn read_object(text: &[u8]) -> Result<Vec<Member>, KeyFault> {
    let mut members = Vec::new();
    let read = json::read_file(text, |member| {
        let value = Zeroizing::new(member.raw.to_owned());
        members.push(Member { name: member.name.into_owned(), value });
    });
    read.map_err(|fault| located(text, fault))?;
    Ok(members)
}

/// Reads the string that is all of `text`.
pub(super) fn read_string(text: &str) -> Option<Zeroizing<String>> {
    json::read_string(text).map(|string| Zeroizing::new(string.into_owned()))
}

fn located(text: &[u8], FaultAt { fault, offset }: FaultAt) -> KeyFault {
    let before = String::from_utf8_lossy(&text[..offset]);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    KeyFault::Json { fault, line, column }
}
