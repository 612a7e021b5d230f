//! Making a token.

use std::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;
use thiserror::Error;

use super::key::{Key, SignError};
use super::login::{AskedScopes, InvalidScope};
use super::scope::ScopeSet;
use super::time::{Span, Timestamp};
use super::user::{LifetimeError, TokenPolicy, User};

/// The `jti` claim: 128 random bits (RFC 7519, 4.1.7), written as 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TokenId(String);

impl TokenId {
    /// A new id.
    ///
    /// # Errors
    ///
    /// [`IssueError::Random`] if the system has no random numbers.
    pub(super) fn random() -> Result<Self, IssueError> {
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(|_| IssueError::Random)?;
        Ok(Self(format!("{:032x}", u128::from_be_bytes(bits))))
    }
}

/// The token that a user asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenRequest {
    /// What it is to permit.
    pub scopes: AskedScopes,
    /// How long it is to live; `None`: as the policy has it.
    pub lifetime: Option<Span>,
}

impl From<ScopeSet> for TokenRequest {
    fn from(scopes: ScopeSet) -> Self {
        Self { scopes: AskedScopes::These(scopes), lifetime: None }
    }
}

/// A token just made. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token itself (RFC 7515, 7.1).
    pub token: String,
    /// How long it lives.
    pub expires_in: Span,
    /// What it permits.
    pub scopes: ScopeSet,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken")
            .field("expires_in", &self.expires_in)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// Why no token was made.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum IssueError {
    /// A scope that is not granted, or not declared.
    #[error(transparent)]
    InvalidScope(#[from] InvalidScope),
    /// No lifetime that the policy allows.
    #[error(transparent)]
    Lifetime(#[from] LifetimeError),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    iat: Timestamp,
    exp: Timestamp,
    jti: &'a str,
    #[serde(rename = "gen")]
    generation: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
}

/// Signs a token of `user`. Who may have one, and with which scopes, was decided before.
///
/// A token without scopes has no `scope` claim: RFC 6749, A.4, knows no empty one.
pub(super) fn sign(
    user: &User,
    scopes: ScopeSet,
    policy: &TokenPolicy,
    lifetime: Span,
    id: &TokenId,
    key: &Key,
    now: Timestamp,
) -> Result<IssuedToken, IssueError> {
    let header = HeaderJson { alg: key.algorithm().as_str(), typ: policy.token_type.as_str(), kid: key.id() };
    let claims = ClaimsJson {
        sub: user.name.as_str(),
        scope: (!scopes.is_empty()).then(|| scopes.to_string()),
        iat: now.whole_second(),
        exp: now.whole_second().after(lifetime),
        jti: &id.0,
        generation: user.generation,
        iss: policy.issuer.as_deref(),
        aud: policy.audience.as_deref(),
    };
    let mut token = encode(&header)?;
    token.push('.');
    token.push_str(&encode(&claims)?);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&signature);
    Ok(IssuedToken { token, expires_in: lifetime, scopes })
}

fn encode(part: &impl Serialize) -> Result<String, IssueError> {
    let json = serde_json::to_vec(part).map_err(|_| IssueError::Json)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(json))
}
