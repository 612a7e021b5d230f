//! A token for less, made of another one: for handing on to a third party (RFC 8693).

use thiserror::Error;

use super::claims::Audience;
use super::facts::Facts;
use super::issue::{IssueError, IssuedToken, TokenId, Unsigned};
use super::key::Key;
use super::refusal::{Reason, Refusal};
use super::scope::{Scope, ScopeSet};
use super::time::{Span, Timestamp};
use super::user::TokenPolicy;
use super::verify::{MAX_NARROWINGS, Requirements, SignedToken};

/// The token that is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NarrowRequest {
    /// What it is to permit. The parent must permit all of it.
    pub scopes: ScopeSet,
    /// How long it is to live, at most as long as the parent; `None`: as the policy has it.
    pub lifetime: Option<Span>,
    /// Its `aud`; `None`: that of the parent.
    pub audience: Option<String>,
}

impl From<ScopeSet> for NarrowRequest {
    fn from(scopes: ScopeSet) -> Self {
        Self { scopes, ..Self::default() }
    }
}

/// Why a token cannot be narrowed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NarrowError {
    /// It is not good, or does not permit a scope that is asked for.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It has no `jti`: revoking it would not revoke the narrower token.
    #[error("the token has no `jti`, and cannot be narrowed")]
    NoId,
    /// Its `jti` has [`MAX_NARROWINGS`] dots or more.
    #[error("the token was narrowed {MAX_NARROWINGS} times, and cannot be narrowed again")]
    TooDeep,
    /// The narrower token cannot be made.
    #[error(transparent)]
    Issue(#[from] IssueError),
}

impl NarrowError {
    /// The code that scripts see. For a token that is not good, that of the first reason.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.reasons().first().map_or("refused", Reason::code),
            Self::NoId => "no_jti",
            Self::TooDeep => "too_deep",
            Self::Issue(error) => error.code(),
        }
    }
}

impl SignedToken {
    /// Issues a token of the same user for a part of the scopes, if this one is good at `now` by all that `policy` requires.
    ///
    /// The new token never outlives this one. It has the same `gen`, or that of the user where this one has none, and a
    /// `jti` that begins with this one's: to revoke this token is to [revoke](Self::revocable_ids) it too. Of the other
    /// claims only the audience is taken over, unless the request names one.
    ///
    /// # Errors
    ///
    /// [`NarrowError`], in the order of its variants.
    pub fn narrow(
        &self,
        facts: Facts<'_>,
        policy: &TokenPolicy,
        key: &Key,
        request: &NarrowRequest,
        now: Timestamp,
    ) -> Result<IssuedToken, NarrowError> {
        // Never with leeway: a token that is good by leeway alone has no time to hand on.
        let requirements = Requirements::of(policy).require(&request.scopes);
        let verified = self.judge(facts, &requirements, now)?;
        let id = self.id().ok_or(NarrowError::NoId)?;
        if memchr::memchr_iter(b'.', id.as_bytes()).count() >= MAX_NARROWINGS {
            return Err(NarrowError::TooDeep);
        }
        let lifetime = policy.lifetime(request.lifetime).map_err(IssueError::from)?;
        let latest = self.expires().unwrap_or(now);
        let asked = |scope: &Scope| request.scopes.contains(scope.as_str());
        let unsigned = Unsigned {
            user: verified.user(),
            scopes: verified.scopes().into_iter().filter(asked).collect(),
            issued: now,
            expires: now.whole_second().after(lifetime).min(latest),
            id: TokenId::below(id)?,
            generation: self.generation().unwrap_or(verified.user().generation),
            audience: request.audience.clone().map_or_else(|| self.audience().clone(), Audience::One),
        };
        Ok(unsigned.sign(policy, key)?)
    }
}
