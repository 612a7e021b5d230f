//! The claims of a token (RFC 7519, 4; RFC 9068, 2.2), each judged by its rule.

use std::borrow::Cow;

use compact_str::CompactString;
use thiserror::Error;

use super::json::{Value, strings_of};
use super::numeric_date::{self, Round};
use super::scope::is_scope_token;
use super::time::Timestamp;

/// The claims of a token whose signature was verified.
///
/// A claim that breaks its rule is `None` here, and one of the [`ClaimFault`]s.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// `sub`: whom the token is about.
    pub(super) subject: Option<CompactString>,
    /// `exp`: the first second in which the token is no longer good; fractions rounded down.
    pub(super) expires: Option<Timestamp>,
    /// `nbf`: the first second in which the token is good; fractions rounded up.
    pub(super) not_before: Option<Timestamp>,
    /// `iat`: when the token was issued, to the millisecond.
    pub(super) issued: Option<Timestamp>,
    /// `scope`: what the token permits, separated by single spaces; empty if there is none.
    pub(super) scope: CompactString,
    /// `jti`: the token's own name.
    pub(super) id: Option<CompactString>,
    /// `iss`: who issued it.
    pub(super) issuer: Option<CompactString>,
    /// `aud`: for whom it is.
    pub(super) audience: Audience,
    /// `gen`: the generation of its user when it was issued by authctl.
    pub(super) generation: Option<u64>,
    /// The JSON of all claims, where the fields above do not have all of it: most tokens have no other claim.
    pub(super) json: Option<Box<[u8]>>,
}

/// The `aud` claim: absent, a string or an array of strings (RFC 7519, 4.1.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum Audience {
    /// No such claim.
    #[default]
    Absent,
    /// A single audience.
    One(String),
    /// Any number of them.
    Many(Vec<String>),
    /// Neither a string nor an array of strings.
    #[serde(skip)]
    Unreadable,
}

impl From<Option<String>> for Audience {
    fn from(audience: Option<String>) -> Self {
        audience.map_or(Self::Absent, Self::One)
    }
}

impl Audience {
    /// Whether there is no such claim at all.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether `audience` is the one, or one of them.
    #[must_use]
    pub fn contains(&self, audience: &str) -> bool {
        match self {
            Self::Absent | Self::Unreadable => false,
            Self::One(one) => one == audience,
            Self::Many(many) => many.iter().any(|one| one == audience),
        }
    }
}

/// A claim that breaks its rule.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum ClaimFault {
    /// `sub` is absent.
    #[error("claim `sub` is missing")]
    NoSubject,
    /// `sub` is not a string, or empty.
    #[error("claim `sub` is not a non-empty string")]
    Subject,
    /// `sub` cannot be a username.
    #[error("claim `sub` is not a username")]
    SubjectNotUsername,
    /// `exp` is absent.
    #[error("claim `exp` is missing")]
    NoExpiry,
    /// The named claim is not a number within 0…253402300799.
    #[error("claim `{0}` is not a number from 0 to 253402300799")]
    Date(&'static str),
    /// `scope` is neither a string of scope-tokens and single spaces (RFC 6749, 3.3) nor an array of strings.
    #[error("claim `scope` is not a list of scopes with single spaces between")]
    Scope,
    /// `gen` is not a whole number.
    #[error("claim `gen` is not a whole number")]
    Generation,
    /// `jti` is not a string.
    #[error("claim `jti` is not a string")]
    Id,
    /// `iat` is after `exp`.
    #[error("claim `iat` is after `exp`")]
    IssuedAfterExpiry,
}

/// The claims as they are read, before they are judged.
#[derive(Default)]
pub(super) struct RawClaims<'a> {
    sub: Option<Value<'a>>,
    exp: Option<Value<'a>>,
    nbf: Option<Value<'a>>,
    iat: Option<Value<'a>>,
    scope: Option<Value<'a>>,
    jti: Option<Value<'a>>,
    iss: Option<Value<'a>>,
    aud: Option<Value<'a>>,
    generation: Option<Value<'a>>,
    /// Whether there is more than [`Claims`] can hold in its fields.
    has_more: bool,
}

impl<'a> RawClaims<'a> {
    /// Keeps `value` if a rule is about the claim `name`.
    pub(super) fn take(&mut self, name: &str, value: Value<'a>) {
        self.has_more |= matches!(value, Value::Array(_) | Value::Object(_));
        let claim = match name {
            "sub" => &mut self.sub,
            "exp" => &mut self.exp,
            "nbf" => &mut self.nbf,
            "iat" => &mut self.iat,
            "scope" => &mut self.scope,
            "jti" => &mut self.jti,
            "iss" => &mut self.iss,
            "aud" => &mut self.aud,
            "gen" => &mut self.generation,
            _ => {
                self.has_more = true;
                return;
            }
        };
        *claim = Some(value);
    }

    /// The claims, whose text is `json`, and the faults in the order of the claims above.
    pub(super) fn judge(self, json: &[u8]) -> (Claims, Vec<ClaimFault>) {
        let mut faults = Vec::new();
        let mut note = |fault| faults.push(fault);

        let subject = match self.sub {
            None => fault(&mut note, ClaimFault::NoSubject),
            Some(Value::String(subject)) if !subject.is_empty() => Some(subject.into()),
            Some(_) => fault(&mut note, ClaimFault::Subject),
        };
        if self.exp.is_none() {
            note(ClaimFault::NoExpiry);
        }
        let expires = date(self.exp.as_ref(), "exp", Round::Down, &mut note);
        let not_before = date(self.nbf.as_ref(), "nbf", Round::Up, &mut note);
        let issued = date(self.iat.as_ref(), "iat", Round::ToMillisecond, &mut note);
        let scope = match self.scope {
            None => CompactString::default(),
            Some(Value::String(scope)) if is_scope_list(&scope) => scope.into(),
            Some(Value::Array(raw)) => match strings_of(raw) {
                Some(scopes) => joined(scopes.iter().map(|scope| &**scope)),
                None => fault(&mut note, ClaimFault::Scope).unwrap_or_default(),
            },
            Some(_) => fault(&mut note, ClaimFault::Scope).unwrap_or_default(),
        };
        let id = match self.jti {
            None => None,
            Some(Value::String(id)) => Some(id.into()),
            Some(_) => fault(&mut note, ClaimFault::Id),
        };
        let generation = match self.generation {
            None => None,
            Some(Value::Number(number)) => {
                whole_number(number).or_else(|| fault(&mut note, ClaimFault::Generation))
            }
            Some(_) => fault(&mut note, ClaimFault::Generation),
        };
        if issued.zip(expires).is_some_and(|(issued, expires)| issued.whole_second() > expires) {
            note(ClaimFault::IssuedAfterExpiry);
        }
        let claims = Claims {
            subject,
            expires,
            not_before,
            issued,
            scope,
            id,
            issuer: match self.iss {
                Some(Value::String(iss)) => Some(iss.into()),
                _ => None,
            },
            audience: audience(self.aud),
            generation,
            json: self.has_more.then(|| json.into()),
        };
        (claims, faults)
    }
}

fn fault<T>(note: &mut impl FnMut(ClaimFault), fault: ClaimFault) -> Option<T> {
    note(fault);
    None
}

fn date(
    claim: Option<&Value<'_>>,
    name: &'static str,
    round: Round,
    note: &mut impl FnMut(ClaimFault),
) -> Option<Timestamp> {
    let moment = match claim? {
        Value::Number(number) => numeric_date::parse(number, round),
        _ => None,
    };
    moment.or_else(|| fault(note, ClaimFault::Date(name)))
}

/// Joins the scopes of an array with single spaces. An entry that is not a scope-token permits nothing.
fn joined<'s>(scopes: impl Iterator<Item = &'s str>) -> CompactString {
    let mut joined = String::new();
    scopes.filter(|scope| is_scope_token(scope)).for_each(|scope| push(&mut joined, scope));
    joined.into()
}

/// Adds a scope to a list with single spaces between.
pub(super) fn push(list: &mut String, scope: &str) {
    if !list.is_empty() {
        list.push(' ');
    }
    list.push_str(scope);
}

/// A JSON number without sign, fraction or exponent.
fn whole_number(number: &str) -> Option<u64> {
    number.parse().ok()
}

/// Empty, or scope-tokens separated by single spaces (RFC 6749, 3.3).
fn is_scope_list(list: &str) -> bool {
    list.is_empty() || list.split(' ').all(is_scope_token)
}

fn audience(claim: Option<Value<'_>>) -> Audience {
    match claim {
        None => Audience::Absent,
        Some(Value::String(one)) => Audience::One(one.into_owned()),
        Some(Value::Array(raw)) => match strings_of(raw) {
            Some(many) => Audience::Many(many.into_iter().map(Cow::into_owned).collect()),
            None => Audience::Unreadable,
        },
        Some(_) => Audience::Unreadable,
    }
}
