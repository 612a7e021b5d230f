//! Making a token.

use std::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;
use thiserror::Error;

use super::key::{Key, SignError};
use super::scope::ScopeSet;
use super::time::{Span, Timestamp};
use super::user::{TokenPolicy, User};

/// The `jti` claim: 128 random bits (RFC 7519, 4.1.7), written as 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenId(String);

impl TokenId {
    /// An id that was never used before.
    ///
    /// # Errors
    ///
    /// [`IssueError::Random`] if the system has no random numbers.
    pub fn random() -> Result<Self, IssueError> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(|_| IssueError::Random)?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bits))))
    }

    /// The id as the claim has it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a token is to say.
#[derive(Clone, Debug)]
pub struct Grant<'a> {
    /// Whom it is about.
    pub user: &'a User,
    /// What it permits: see [`granted`](super::login::granted).
    pub scopes: &'a ScopeSet,
    /// How long it lives.
    pub lifetime: Span,
    /// Its own name.
    pub id: TokenId,
}

/// A token just made. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token itself (RFC 7515, 7.1).
    pub token: String,
    /// How long it lives.
    pub expires_in: Span,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

/// Why no token was made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum IssueError {
    /// No lifetime at all.
    #[error("a token cannot live for 0 seconds")]
    NoLifetime,
    /// Longer than the policy allows.
    #[error("a token lives for at most {0}")]
    TooLong(Span),
    /// The system has no random numbers.
    #[error("no random numbers from the system")]
    Random,
    /// A claim cannot be written as JSON, which no value of these types can cause.
    #[error("the claims cannot be written as JSON")]
    Json,
    /// The key cannot sign.
    #[error(transparent)]
    Sign(#[from] SignError),
}

#[derive(Serialize)]
struct HeaderJson<'a> {
    alg: &'a str,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
}

#[derive(Serialize)]
struct ClaimsJson<'a> {
    sub: &'a str,
    scope: String,
    iat: Timestamp,
    exp: Timestamp,
    jti: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
}

/// Issues a token for `grant`, signed with `key`.
///
/// `iat` is the second of `now`. Where the user was signed out in that very second it is `now` to the
/// millisecond, so that this token is good and those from before are not.
///
/// # Errors
///
/// [`IssueError::NoLifetime`], [`IssueError::TooLong`], then [`IssueError::Sign`].
pub fn issue(
    grant: &Grant<'_>,
    policy: &TokenPolicy,
    key: &Key,
    now: Timestamp,
) -> Result<IssuedToken, IssueError> {
    if grant.lifetime == Span::ZERO {
        return Err(IssueError::NoLifetime);
    }
    if grant.lifetime > policy.max_lifetime {
        return Err(IssueError::TooLong(policy.max_lifetime));
    }
    let issued = issue_time(grant.user, now);
    let header = HeaderJson { alg: key.algorithm().as_str(), typ: policy.token_type.as_str(), kid: key.id() };
    let claims = ClaimsJson {
        sub: grant.user.name.as_str(),
        scope: grant.scopes.to_string(),
        iat: issued,
        exp: issued.whole_second().after(grant.lifetime),
        jti: grant.id.as_str(),
        iss: policy.issuer.as_deref(),
        aud: policy.audience.as_deref(),
    };
    let mut token = encode(&header)?;
    token.push('.');
    token.push_str(&encode(&claims)?);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&signature);
    Ok(IssuedToken { token, expires_in: grant.lifetime })
}

fn encode(part: &impl Serialize) -> Result<String, IssueError> {
    let json = serde_json::to_vec(part).map_err(|_| IssueError::Json)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(json))
}

fn issue_time(user: &User, now: Timestamp) -> Timestamp {
    match user.tokens_valid_from {
        Some(from) if from.whole_second() == now.whole_second() => from.max(now),
        _ => now.whole_second(),
    }
}

/// The `tokens_valid_from` that refuses every token `user` has by `now`, and none issued after.
#[must_use]
pub fn sign_out_time(user: Option<&User>, now: Timestamp) -> Timestamp {
    let before = user.and_then(|user| user.tokens_valid_from).unwrap_or(now);
    before.max(now).next()
}
