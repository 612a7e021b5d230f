//! One reason why a token is refused: its message and its code.

use thiserror::Error;

use super::claims::{Audience, ClaimFault};
use super::key::NoKey;
use super::scope::{Scope, ScopeSet};
use super::time::{Span, Timestamp};
use super::token::Malformed;
use super::words::{self, brief};

/// One reason why a token is refused. A message names the wrong value, shortened if it is [long](words::MAX_SHOWN), and
/// never a secret.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Reason {
    /// Not a token by its shape.
    #[error("malformed token: {0}")]
    Malformed(Malformed),
    /// `alg` is not that of any key.
    #[error("algorithm `{}` is not that of the key", brief(alg))]
    UnsupportedAlg {
        /// As the header has it.
        alg: String,
    },
    /// `kid` names no key, and there is none without an id; or it names only keys that are unusable or retired. A token
    /// without `kid`: all keys of its `alg` are retired.
    #[error("{}", unknown_key(key_id.as_deref(), why))]
    UnknownKey {
        /// As the header has it.
        key_id: Option<String>,
        /// Why no key is tried.
        why: NoKey,
    },
    /// Signed with another key, or changed since.
    #[error("signature does not match the key")]
    BadSignature,
    /// `typ` is not that of an access token.
    #[error("the token's type is not {wanted}")]
    WrongType {
        /// What would have been accepted.
        wanted: &'static str,
    },
    /// A claim breaks its rule.
    #[error(transparent)]
    InvalidClaims(#[from] ClaimFault),
    /// `iss` is not the required issuer.
    #[error("{}", wrong_value("issuer", found.as_deref(), wanted))]
    WrongIssuer {
        /// The issuer in the token.
        found: Option<String>,
        /// The required issuer.
        wanted: String,
    },
    /// `aud` does not name the required audience, or is there where none is configured.
    #[error("{}", wrong_audience(found, wanted.as_deref()))]
    WrongAudience {
        /// The audience in the token.
        found: Audience,
        /// The required audience.
        wanted: Option<String>,
    },
    /// The current time is `exp` or later.
    #[error("token expired {} ago, at {expired}", now.since(*expired).rounded())]
    Expired {
        /// `exp`.
        expired: Timestamp,
        /// When it was checked.
        now: Timestamp,
    },
    /// Live, but not for as long as was asked.
    #[error("token expires in {}, at {expires}, and at least {wanted} was asked for", expires.since(*now))]
    ExpiresSoon {
        /// `exp`.
        expires: Timestamp,
        /// The required remaining lifetime.
        wanted: Span,
        /// When it was checked.
        now: Timestamp,
    },
    /// `nbf` is in the future.
    #[error("token is valid only in {}, from {from}", from.since(*now).rounded())]
    NotYetValid {
        /// `nbf`.
        from: Timestamp,
        /// When it was checked.
        now: Timestamp,
    },
    /// `iat` is in the future, by more than clocks differ, and no `nbf` is later.
    #[error("token was issued in the future, {} ahead, at {issued}", issued.since(*now).rounded())]
    IssuedInFuture {
        /// `iat`.
        issued: Timestamp,
        /// When it was checked.
        now: Timestamp,
    },
    /// Not the required user.
    #[error("token is about `{}`, not `{}`", brief(found), brief(wanted))]
    WrongUser {
        /// `sub`.
        found: String,
        /// The required user.
        wanted: String,
    },
    /// No such user in the store.
    #[error("user `{}` does not exist", brief(.0))]
    UnknownUser(String),
    /// The user is disabled.
    #[error("user `{}` is disabled", brief(.0))]
    InactiveUser(String),
    /// Revoked by its `jti`, or by that of a token that it was narrowed from.
    #[error("token was revoked")]
    Revoked,
    /// Of a generation before its user's, which a sign-out, a new password and a removal raise.
    #[error("token is from before the last sign-out, new password or removal of its user")]
    OldGeneration,
    /// Without a generation, and not known to be issued since its user was signed out.
    #[error("{}", before_sign_out(*issued, *valid_from))]
    BeforeSignOut {
        /// `iat`.
        issued: Option<Timestamp>,
        /// The user's `tokens_valid_from`.
        valid_from: Timestamp,
    },
    /// A required scope is not in the token, or no longer granted to the user.
    #[error("{}", missing_scopes(missing, withdrawn, undeclared))]
    InsufficientScope {
        /// All of them, in the order in which they were required.
        missing: ScopeSet,
        /// Those of them that are in the token: its user is not granted them now, or they are not declared.
        withdrawn: Vec<Scope>,
        /// Those withdrawn that are granted to its user, and not declared.
        undeclared: Vec<Scope>,
        /// Claims that usually list scopes, are in the token, and were not asked. Empty where no scope is lacking but those
        /// withdrawn.
        other_claims: Vec<&'static str>,
    },
}

fn unknown_key(key_id: Option<&str>, why: &NoKey) -> String {
    match (key_id, why) {
        (Some(id), NoKey::Unusable(fault)) => format!("the key `{}` cannot be used: {fault}", brief(id)),
        (Some(id), NoKey::Retired) => format!("the key `{}` is retired", brief(id)),
        (Some(id), _) => format!("no key has the id `{}`", brief(id)),
        (None, NoKey::Retired) => "no key fits the token: those of its algorithm are retired".to_owned(),
        (None, _) => "no key fits the token".to_owned(),
    }
}

fn wrong_value(what: &str, found: Option<&str>, wanted: &str) -> String {
    match found {
        Some(found) => format!("{what} is `{}`, not `{}`", brief(found), brief(wanted)),
        None => format!("{what} is missing, and must be `{}`", brief(wanted)),
    }
}

fn wrong_audience(found: &Audience, wanted: Option<&str>) -> String {
    let found = match found {
        Audience::One(one) => Some(words::list([one])),
        Audience::Many(many) if !many.is_empty() => Some(words::list(many)),
        Audience::Absent | Audience::Many(_) | Audience::Unreadable => None,
    };
    let wanted = wanted.map(brief);
    match (found, wanted) {
        (Some(found), Some(wanted)) => format!("audience is {found}, not `{wanted}`"),
        (None, Some(wanted)) => format!("audience is missing, and must be `{wanted}`"),
        (Some(found), None) => format!("audience is {found}, and none is configured here"),
        (None, None) => "token has an audience claim, and no audience is configured here".to_owned(),
    }
}

fn before_sign_out(issued: Option<Timestamp>, valid_from: Timestamp) -> String {
    match issued {
        Some(issued) => format!("token was issued at {issued}, and its user was signed out at {valid_from}"),
        None => format!("token has no `iat`, and its user was signed out at {valid_from}"),
    }
}

fn missing_scopes(missing: &ScopeSet, withdrawn: &[Scope], undeclared: &[Scope]) -> String {
    let (lost, lacking): (Vec<&Scope>, Vec<&Scope>) =
        missing.iter().partition(|scope| withdrawn.contains(scope));
    let (undeclared, lost): (Vec<&Scope>, Vec<&Scope>) =
        lost.into_iter().partition(|scope| undeclared.contains(scope));
    let clause = |begin: &str, scopes: &[&Scope], end: &str| {
        let (noun, verb) = if scopes.len() == 1 { ("scope", "is") } else { ("scopes", "are") };
        let end = if end.is_empty() { String::new() } else { format!(", which {verb} not {end} now") };
        (!scopes.is_empty()).then(|| format!("{begin} the {noun} {}{end}", words::list(scopes)))
    };
    let clauses = [
        clause("lacks", &lacking, ""),
        clause("has", &lost, "granted to its user"),
        clause("has", &undeclared, "declared"),
    ];
    format!("token {}", clauses.into_iter().flatten().collect::<Vec<_>>().join(", and "))
}

impl From<Malformed> for Reason {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl Reason {
    /// The code that scripts see.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::UnsupportedAlg { .. } => "unsupported_alg",
            Self::UnknownKey { .. } => "unknown_key",
            Self::BadSignature => "bad_signature",
            Self::WrongType { .. } => "wrong_type",
            Self::InvalidClaims(_) => "invalid_claims",
            Self::WrongIssuer { .. } => "wrong_issuer",
            Self::WrongAudience { .. } => "wrong_audience",
            Self::Expired { .. } => "expired",
            Self::ExpiresSoon { .. } => "expires_soon",
            Self::NotYetValid { .. } | Self::IssuedInFuture { .. } => "not_yet_valid",
            Self::WrongUser { .. } => "wrong_user",
            Self::UnknownUser(_) => "unknown_user",
            Self::InactiveUser(_) => "inactive_user",
            Self::Revoked | Self::OldGeneration | Self::BeforeSignOut { .. } => "revoked",
            Self::InsufficientScope { .. } => "insufficient_scope",
        }
    }

    /// What a server tells the client, without a word from the token (RFC 6750, 3).
    pub(super) const fn description(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "The token is malformed",
            Self::UnsupportedAlg { .. } => "The token's algorithm is not supported",
            Self::UnknownKey { .. } => "The token's key is not known",
            Self::BadSignature => "The token's signature is not valid",
            Self::WrongType { .. } => "The token is of another type",
            Self::InvalidClaims(_) => "The token's claims are not valid",
            Self::WrongIssuer { .. } => "The token is from another issuer",
            Self::WrongAudience { .. } => "The token is for another audience",
            Self::Expired { .. } => "The token expired",
            Self::ExpiresSoon { .. } => "The token expires too soon",
            Self::NotYetValid { .. } | Self::IssuedInFuture { .. } => "The token is not valid yet",
            Self::WrongUser { .. } => "The token is about another user",
            Self::UnknownUser(_) => "The token's user is not known",
            Self::InactiveUser(_) => "The token's user is disabled",
            Self::Revoked | Self::OldGeneration | Self::BeforeSignOut { .. } => "The token was revoked",
            Self::InsufficientScope { .. } => "The token lacks a required scope",
        }
    }
}
