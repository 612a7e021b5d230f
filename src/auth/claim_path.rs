//! Where the scopes of a token are, if not in its `scope` claim.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::claims::{Audience, Claims, push};
use super::json::{Value, read_object, strings_of};
use super::scope::is_scope_token;

/// The most characters of a path.
const MAX_CHARS: usize = 256;

/// The way to a claim: member names joined by dots, such as `scp` or `realm_access.roles`.
///
/// A member whose name is the whole rest of the path is taken first, so `https://example.com/roles` is a path too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPath(String);

/// Why a text is not a [`ClaimPath`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ClaimPathError {
    /// No character at all.
    #[error("a claim path cannot be empty")]
    Empty,
    /// More than 256 characters.
    #[error("a claim path has at most 256 characters")]
    TooLong,
    /// A dot at the start, at the end or after a dot.
    #[error("a claim path is names with single dots between, such as `realm_access.roles`")]
    EmptyName,
}

impl ClaimPath {
    /// The path as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_scope_claim(&self) -> bool {
        self.0 == "scope"
    }

    /// The value at this path in `claims`, the text of a JSON object that was found to be valid.
    ///
    /// Each object is entered at most once: the names before it say how much of the path is left. So the time is at most
    /// that of reading all claims once for each level of nesting.
    fn value_in<'c>(&self, claims: &'c [u8]) -> Option<Value<'c>> {
        find(claims, &self.0)
    }
}

impl FromStr for ClaimPath {
    type Err = ClaimPathError;

    fn from_str(text: &str) -> Result<Self, ClaimPathError> {
        if text.is_empty() {
            Err(ClaimPathError::Empty)
        } else if text.chars().count() > MAX_CHARS {
            Err(ClaimPathError::TooLong)
        } else if text.split('.').any(str::is_empty) {
            Err(ClaimPathError::EmptyName)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn find<'c>(object: &'c [u8], path: &str) -> Option<Value<'c>> {
    let mut whole = None;
    let mut inner = Vec::new();
    read_object(object, |member| {
        if member.name == path {
            whole = Some(member.value);
        } else if let Value::Object(object) = member.value
            && let Some(rest) = path.strip_prefix(&*member.name).and_then(|rest| rest.strip_prefix('.'))
        {
            // The name may have dots of its own: such a member comes after those with a shorter name.
            inner.push((member.name.len(), rest, object));
        }
    })
    .ok()?;
    inner.sort_unstable_by_key(|(name, ..)| *name);
    whole.or_else(|| inner.into_iter().find_map(|(_, rest, object)| find(object.as_bytes(), rest)))
}

/// Claims other than `scope` in which issuers put scopes.
pub const USUAL_CLAIMS: [&str; 4] = ["scp", "scopes", "roles", "permissions"];

impl Claims {
    /// The scopes at these paths, each once and separated by single spaces; with no path, those of the `scope` claim.
    ///
    /// An entry that is not a scope-token permits nothing, and neither does a value that is neither a string nor an array
    /// of strings.
    pub(super) fn scopes_at(&self, paths: &[ClaimPath]) -> Cow<'_, str> {
        if paths.iter().all(ClaimPath::is_scope_claim) {
            return Cow::Borrowed(&self.scope);
        }
        let (mut scopes, mut seen) = (String::new(), HashSet::new());
        for path in paths {
            each_entry(self.value_at(path), |entry| {
                if is_scope_token(entry) && !seen.contains(entry) {
                    seen.insert(entry.to_owned());
                    push(&mut scopes, entry);
                }
            });
        }
        Cow::Owned(scopes)
    }

    fn value_at(&self, path: &ClaimPath) -> Option<Value<'_>> {
        if path.is_scope_claim() {
            return Some(Value::String(Cow::Borrowed(&self.scope)));
        }
        if let Some(json) = &self.json {
            return path.value_in(json);
        }
        let text = match path.as_str() {
            "sub" => self.subject.as_deref(),
            "jti" => self.id.as_deref(),
            "iss" => self.issuer.as_deref(),
            "aud" => match &self.audience {
                Audience::One(one) => Some(one.as_str()),
                _ => None,
            },
            _ => None,
        };
        text.map(|text| Value::String(Cow::Borrowed(text)))
    }

    /// The claims at none of these paths that are there, and usually list scopes.
    pub(super) fn usual_claims_besides(&self, paths: &[ClaimPath]) -> Vec<&'static str> {
        let mut found = Vec::new();
        let _was_read_before = read_object(self.json.as_deref().unwrap_or_default(), |member| {
            if matches!(member.value, Value::String(_) | Value::Array(_)) {
                found.extend(USUAL_CLAIMS.into_iter().find(|usual| *usual == member.name));
            }
        });
        found.retain(|claim| paths.iter().all(|path| path.as_str() != *claim));
        found
    }
}

/// Hands over the entries of a string with spaces between, or of an array of strings.
fn each_entry(value: Option<Value<'_>>, mut take: impl FnMut(&str)) {
    match value {
        Some(Value::String(list)) => list.split(' ').for_each(take),
        Some(Value::Array(raw)) => strings_of(raw).unwrap_or_default().iter().for_each(|entry| take(entry)),
        _ => {}
    }
}
