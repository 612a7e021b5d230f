//! Making a token.

use std::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;
use thiserror::Error;

use super::claims::Audience;
use super::key::{Key, SignError};
use super::scope::ScopeSet;
use super::time::{Span, Timestamp};
use super::token::MAX_TOKEN_BYTES;
use super::user::{LifetimeError, TokenPolicy, User};
use super::words;

/// The `jti` claim: 128 random bits (RFC 7519, 4.1.7), written as 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TokenId(String);

impl TokenId {
    /// A new id of a token that is narrowed from the one with the id `parent`.
    ///
    /// # Errors
    ///
    /// [`IssueError::Random`] if the system has no random numbers.
    pub(super) fn below(parent: &str) -> Result<Self, IssueError> {
        Ok(Self(format!("{parent}.{}", Self::random()?.0)))
    }

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

/// The scopes that a login asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AskedScopes {
    /// None: the token authenticates and permits nothing.
    #[default]
    None,
    /// Everything that is granted to the user.
    All,
    /// Just these.
    These(ScopeSet),
}

/// Just these, or none if the set is empty.
impl From<ScopeSet> for AskedScopes {
    fn from(scopes: ScopeSet) -> Self {
        if scopes.is_empty() { Self::None } else { Self::These(scopes) }
    }
}

/// Scopes that cannot be granted (RFC 6749, 5.2: `invalid_scope`): not granted to the user, or not declared.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("cannot grant the {} {}", if scopes.len() == 1 { "scope" } else { "scopes" }, words::list(scopes))]
pub struct InvalidScope {
    /// All of them, in the order in which they were asked for.
    pub scopes: ScopeSet,
    /// Those of them that are granted to the user, and not declared.
    pub undeclared: ScopeSet,
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
    /// Longer than a token that is [accepted](super::token::MAX_TOKEN_BYTES).
    #[error("the token would be longer than 64 KiB")]
    TooLong,
}

impl IssueError {
    /// The code that scripts see.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidScope(_) => "invalid_scope",
            Self::Lifetime(_) => "invalid_lifetime",
            Self::Random | Self::Json | Self::Sign(_) => "cannot_sign",
            Self::TooLong => "too_long",
        }
    }
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
    #[serde(skip_serializing_if = "Audience::is_absent")]
    aud: &'a Audience,
}

/// A token to be signed. Who may have it, and with which scopes, was decided before.
pub(super) struct Unsigned<'u> {
    pub(super) user: &'u User,
    pub(super) scopes: ScopeSet,
    pub(super) issued: Timestamp,
    pub(super) expires: Timestamp,
    pub(super) id: TokenId,
    pub(super) generation: u64,
    pub(super) audience: Audience,
}

impl Unsigned<'_> {
    /// Signs the token, with the issuer and the type of `policy`.
    ///
    /// A token without scopes has no `scope` claim: RFC 6749, A.4, knows no empty one.
    pub(super) fn sign(self, policy: &TokenPolicy, key: &Key) -> Result<IssuedToken, IssueError> {
        let header =
            HeaderJson { alg: key.algorithm().as_str(), typ: policy.token_type.as_str(), kid: key.id() };
        let claims = ClaimsJson {
            sub: self.user.name.as_str(),
            scope: (!self.scopes.is_empty()).then(|| self.scopes.to_string()),
            iat: self.issued.whole_second(),
            exp: self.expires,
            jti: &self.id.0,
            generation: self.generation,
            iss: policy.issuer.as_deref(),
            aud: &self.audience,
        };
        let mut token = encode(&header)?;
        token.push('.');
        token.push_str(&encode(&claims)?);
        let signature = key.sign(token.as_bytes())?;
        token.push('.');
        token.push_str(&signature);
        if token.len() > MAX_TOKEN_BYTES {
            return Err(IssueError::TooLong);
        }
        Ok(IssuedToken { token, expires_in: self.expires.since(self.issued), scopes: self.scopes })
    }
}

fn encode(part: &impl Serialize) -> Result<String, IssueError> {
    let json = serde_json::to_vec(part).map_err(|_| IssueError::Json)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(json))
}
