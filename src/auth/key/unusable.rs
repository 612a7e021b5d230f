//! Keys of a public set that cannot be used (RFC 7517, 5).

use std::fmt;

use super::KeyFault;
use super::member::{Member, read_object, read_string};
use crate::auth::words::brief;

/// The members of a JWK that must be kept secret, of any key type that is registered.
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// Whether the members of a JWK have a private or secret part. A member that is `null` is none.
pub(super) fn has_private_part(members: &[Member]) -> bool {
    members.iter().any(|member| PRIVATE.contains(&&*member.name) && *member.value != "null")
}

/// A key of a set without any private or secret part that cannot be used: it verifies no token.
#[derive(Clone)]
pub struct UnusableKey {
    number: usize,
    id: Option<String>,
    algorithm: Option<String>,
    kind: String,
    fault: KeyFault,
    /// As JSON, for writing the set.
    text: String,
}

impl UnusableKey {
    /// The key that `text` is, number `number` of its set, counted from 1.
    pub(super) fn new(number: usize, text: &str, fault: KeyFault) -> Self {
        let members = read_object(text.as_bytes()).unwrap_or_default();
        let string = |name| {
            let value = members.iter().find(|member| member.name == name).map(|member| &member.value)?;
            read_string(value).map(|text| text.as_str().to_owned())
        };
        let kind = match (string("kty"), string("crv"), &fault) {
            (Some(_), _, KeyFault::RsaSize { bits }) => format!("RSA, {bits} bits"),
            (Some(kind), Some(curve), _) => format!("{}, {}", brief(&kind), brief(&curve)),
            (Some(kind), None, _) => brief(&kind).into_owned(),
            (None, ..) => "unknown".to_owned(),
        };
        let (id, algorithm) = (string("kid"), string("alg"));
        Self { number, id, algorithm, kind, fault, text: text.to_owned() }
    }

    /// Its place in the set, usable keys included, counted from 1.
    #[must_use]
    pub const fn number(&self) -> usize {
        self.number
    }

    /// Its `kid`, if that is a string.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Its `alg`, if that is a string.
    #[must_use]
    pub fn algorithm(&self) -> Option<&str> {
        self.algorithm.as_deref()
    }

    /// Its type with the curve or size, as the JWK has them: `EC, P-521`, `RSA, 1024 bits` or `unknown`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Why it cannot be used.
    #[must_use]
    pub const fn fault(&self) -> &KeyFault {
        &self.fault
    }

    /// Its id, or else `key 2` by its number.
    #[must_use]
    pub fn name(&self) -> String {
        self.id().filter(|id| !id.is_empty()).map_or_else(|| format!("key {}", self.number), str::to_owned)
    }

    /// As JSON, just as it was read.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// For messages: "key `enc`", or without an id "key 2".
impl fmt::Display for UnusableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id() {
            Some(id) if !id.is_empty() => write!(f, "key `{}`", brief(id)),
            _ => write!(f, "key {}", self.number),
        }
    }
}

/// Shows no member but the id.
impl fmt::Debug for UnusableKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, id, kind, fault, .. } = self;
        f.debug_struct("UnusableKey")
            .field("number", number)
            .field("id", id)
            .field("kind", kind)
            .field("fault", fault)
            .finish_non_exhaustive()
    }
}
