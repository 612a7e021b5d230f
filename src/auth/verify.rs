//! Whether a token is good, for these scopes, now: open it, look its user up, judge both.

use std::borrow::Cow;

use compact_str::CompactString;

use super::claims::{Audience, ClaimFault, Claims, RawClaims};
use super::json::read_object;
use super::key::{KeySet, NoKey};
use super::refusal::{Reason, Refusal};
use super::scope::{Scope, ScopeSet};
use super::time::{Span, Timestamp};
use super::token::{Buffer, Decoded, Header, Malformed, Part, Parts};
use super::user::{Facts, TokenPolicy, TokenType, User, Username};

/// How far ahead `iat` may be: the clocks of two machines differ a little.
const CLOCK_DIFFERENCE: Span = Span::minutes(1);

/// Upper bound of the [leeway](Requirements::leeway): clocks that differ by more need mending.
pub const MAX_LEEWAY: Span = Span::minutes(5);

/// What a token must meet besides being signed and live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// Require all of these scopes.
    pub scopes: ScopeSet,
    /// Require this user (`sub`).
    pub user: Option<String>,
    /// Require this issuer (`iss`).
    pub issuer: Option<String>,
    /// Require this audience to be in `aud`. With `None` a token that names an audience is refused.
    pub audience: Option<String>,
    /// Require this `typ`.
    pub token_type: TokenType,
    /// Accept a token this long after `exp` and before `nbf`.
    pub leeway: Span,
    /// Require this much remaining lifetime.
    pub min_ttl: Span,
}

impl Requirements {
    /// Issuer, audience and type as `policy` has them.
    #[must_use]
    pub fn of(policy: &TokenPolicy) -> Self {
        Self {
            issuer: policy.issuer.clone(),
            audience: policy.audience.clone(),
            token_type: policy.token_type,
            ..Self::default()
        }
    }

    /// The same, and these scopes too.
    #[must_use]
    pub fn require(mut self, scopes: &ScopeSet) -> Self {
        self.scopes.extend(scopes.iter().cloned());
        self
    }
}

/// A token that was signed with one of the keys. Whether it is good is for [`judge`](Self::judge) to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedToken {
    claims: Claims,
    algorithm: CompactString,
    key_id: Option<CompactString>,
    faults: Vec<ClaimFault>,
    is_usual_type: bool,
    is_access_token: bool,
}

/// Verifies that `token` was signed with one of `keys`, and reads it. Nothing else is judged.
///
/// The algorithm is that of the key, never the header's choice. Keys come from `keys` alone: `jwk`, `jku`,
/// `x5u` and `x5c` are never followed (RFC 8725, 3.1 and 3.10).
///
/// # Errors
///
/// [`Reason::Malformed`], [`Reason::UnsupportedAlg`], [`Reason::UnknownKey`] or
/// [`Reason::BadSignature`]: the first that applies.
pub fn open(token: &str, keys: &KeySet) -> Result<SignedToken, Reason> {
    Opener::new(keys).open(token)
}

/// [`open`] for many tokens: tokens of a stream usually share one header, which is read once.
#[derive(Debug)]
pub struct Opener<'k> {
    keys: &'k KeySet,
    /// The text of the last header, and what it says.
    last_header: Option<(String, Header)>,
}

impl<'k> Opener<'k> {
    /// Opens tokens signed with one of `keys`.
    #[must_use]
    pub const fn new(keys: &'k KeySet) -> Self {
        Self { keys, last_header: None }
    }

    /// Opens one token.
    ///
    /// # Errors
    ///
    /// Those of [`open`].
    pub fn open(&mut self, token: &str) -> Result<SignedToken, Reason> {
        let parts = Parts::split(token)?;
        let known = self.last_header.take().filter(|(text, _)| text == parts.header);
        let mut buffer = Buffer::new();
        let decoded = Decoded::of(&parts, known.is_some(), &mut buffer)?;
        let (_, header) = match known {
            Some(known) => self.last_header.insert(known),
            None => self.last_header.insert((parts.header.to_owned(), Header::read(decoded.header)?)),
        };
        let mut raw = RawClaims::default();
        read_object(decoded.claims, |member| raw.take(&member.name, member.value))
            .map_err(|fault| Malformed::Json(Part::Claims, fault))?;

        verify_signature(parts.signed.as_bytes(), decoded.signature, header, self.keys)?;
        let (claims, faults) = raw.judge();
        Ok(SignedToken {
            claims,
            faults,
            is_usual_type: header.token_type.is_usual(),
            is_access_token: header.token_type.is_access_token(),
            algorithm: header.algorithm.clone(),
            key_id: header.key_id.clone(),
        })
    }
}

/// Keys are sought before extensions are refused, and both before any signature is computed.
fn verify_signature(signed: &[u8], signature: &[u8], header: &Header, keys: &KeySet) -> Result<(), Reason> {
    let key_id = header.key_id.as_deref();
    let mut candidates = keys.candidates(&header.algorithm, key_id).map_err(|no_key| match no_key {
        NoKey::UnsupportedAlg => Reason::UnsupportedAlg { alg: header.algorithm.to_string() },
        NoKey::UnknownKey => Reason::UnknownKey { key_id: key_id.map(str::to_owned), unusable: None },
        NoKey::Unusable(fault) => {
            Reason::UnknownKey { key_id: key_id.map(str::to_owned), unusable: Some(fault) }
        }
    })?;
    if let Some(obstacle) = &header.obstacle {
        return Err(Reason::Malformed(obstacle.clone()));
    }
    if candidates.any(|key| key.verify_bytes(signed, signature)) { Ok(()) } else { Err(Reason::BadSignature) }
}

impl SignedToken {
    /// Judges the token and its user: whether it meets the requirements and is live at `now`, its user exists and is
    /// enabled, it was not revoked, and each required scope is in it and still granted.
    ///
    /// `facts` are those of a store about this very token. A token is refused from the second in its `exp` claim (RFC
    /// 7519, 4.1.4), plus the leeway.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with all reasons, in the order of the rules.
    pub fn judge<'s>(
        &'s self,
        facts: Facts<'s>,
        requirements: &Requirements,
        now: Timestamp,
    ) -> Result<VerifiedToken<'s>, Refusal> {
        let user = self.good_user(&facts, requirements, now)?;
        Ok(VerifiedToken { token: Cow::Borrowed(self), user, facts })
    }

    /// As [`judge`](Self::judge), for an answer that owns the token.
    ///
    /// # Errors
    ///
    /// Those of [`judge`](Self::judge).
    pub fn into_verified<'s>(
        self,
        facts: Facts<'s>,
        requirements: &Requirements,
        now: Timestamp,
    ) -> Result<VerifiedToken<'s>, Refusal> {
        let user = self.good_user(&facts, requirements, now)?;
        Ok(VerifiedToken { token: Cow::Owned(self), user, facts })
    }

    /// The user of the token, if both are good.
    fn good_user<'s>(
        &self,
        facts: &Facts<'s>,
        requirements: &Requirements,
        now: Timestamp,
    ) -> Result<&'s User, Refusal> {
        let refusal = Refusal::for_all(self.reasons(Some(facts), requirements, now), &requirements.scopes);
        match (refusal, facts.user) {
            (Some(refusal), _) => Err(refusal),
            (None, Some(user)) => Ok(user),
            // A missing user is among the reasons.
            (None, None) => Err(Refusal::new(Reason::UnknownUser(String::new()), &requirements.scopes)),
        }
    }

    /// Judges the token alone: as [`judge`](Self::judge), with no question about its user or whether it was revoked.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with all reasons, in the order of the rules.
    pub fn judge_stateless(&self, requirements: &Requirements, now: Timestamp) -> Result<(), Refusal> {
        Refusal::for_all(self.reasons(None, requirements, now), &requirements.scopes).map_or(Ok(()), Err)
    }

    /// `sub`, if it is a non-empty string.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.claims.subject.as_deref()
    }

    /// `jti`: the token's own id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.claims.id.as_deref()
    }

    /// `exp`, fractions rounded down.
    #[must_use]
    pub const fn expires(&self) -> Option<Timestamp> {
        self.claims.expires
    }

    /// `nbf`, fractions rounded up.
    #[must_use]
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.claims.not_before
    }

    /// `iat`, to the millisecond.
    #[must_use]
    pub const fn issued(&self) -> Option<Timestamp> {
        self.claims.issued
    }

    /// `iss`.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.claims.issuer.as_deref()
    }

    /// `aud`.
    #[must_use]
    pub const fn audience(&self) -> &Audience {
        &self.claims.audience
    }

    /// The scopes in the token, separated by single spaces; empty if there is none.
    #[must_use]
    pub fn scope(&self) -> &str {
        &self.claims.scope
    }

    /// `alg` of the header, one that the key accepts.
    #[must_use]
    pub fn algorithm(&self) -> &str {
        &self.algorithm
    }

    /// `kid` of the header.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The first claim that is against the rules, if one is.
    #[must_use]
    pub fn fault(&self) -> Option<ClaimFault> {
        self.faults.first().copied()
    }

    /// All that keeps the token from being good, in the order of the rules; nothing if it is.
    fn reasons(&self, facts: Option<&Facts<'_>>, requirements: &Requirements, now: Timestamp) -> Vec<Reason> {
        let mut reasons = Vec::new();
        self.judge_type(requirements, &mut reasons);
        // An `iat` after `exp` ranks before expiry for a live token, and after it for an expired one.
        let expired = self.is_expired(requirements, now);
        let is_late = |fault: &ClaimFault| expired && *fault == ClaimFault::IssuedAfterExpiry;
        let (late, faults): (Vec<_>, Vec<_>) = self.faults.iter().copied().partition(is_late);
        reasons.extend(faults.into_iter().map(Reason::InvalidClaims));
        if facts.is_some() && self.subject().is_some_and(|subject| Username::check(subject).is_err()) {
            reasons.push(Reason::InvalidClaims(ClaimFault::SubjectNotUsername));
        }
        self.judge_parties(requirements, &mut reasons);
        self.judge_time(requirements, now, &mut reasons);
        reasons.extend(late.into_iter().map(Reason::InvalidClaims));
        if let (Some(found), Some(wanted)) = (self.subject(), &requirements.user)
            && found != wanted
        {
            reasons.push(Reason::WrongUser { found: found.to_owned(), wanted: wanted.clone() });
        }
        if let Some(facts) = facts {
            self.judge_user(facts, &mut reasons);
        }
        self.judge_scopes(facts, requirements, &mut reasons);
        reasons
    }

    fn judge_type(&self, requirements: &Requirements, reasons: &mut Vec<Reason>) {
        let wanted = match requirements.token_type {
            TokenType::AccessToken if !self.is_access_token => "`at+jwt`",
            TokenType::Jwt if !self.is_usual_type => "`JWT` or `at+jwt`",
            _ => return,
        };
        reasons.push(Reason::WrongType { wanted });
    }

    fn judge_parties(&self, requirements: &Requirements, reasons: &mut Vec<Reason>) {
        let claims = &self.claims;
        if let Some(wanted) = &requirements.issuer
            && claims.issuer.as_deref() != Some(wanted)
        {
            reasons.push(Reason::WrongIssuer {
                found: claims.issuer.as_deref().map(str::to_owned),
                wanted: wanted.clone(),
            });
        }
        let for_us = match &requirements.audience {
            Some(wanted) => claims.audience.contains(wanted),
            None => claims.audience.is_absent(),
        };
        if !for_us {
            reasons.push(Reason::WrongAudience { wanted: requirements.audience.clone() });
        }
    }

    /// Whether the time is `exp` plus the leeway, or later.
    fn is_expired(&self, requirements: &Requirements, now: Timestamp) -> bool {
        self.is_past(requirements, now, Span::ZERO)
    }

    /// Whether the token will be expired at `now + span`. Adds to both sides, so that neither saturates at
    /// [`Timestamp::MAX`].
    fn is_past(&self, requirements: &Requirements, now: Timestamp, span: Span) -> bool {
        self.claims.expires.is_some_and(|expires| {
            now.seconds() + span.as_seconds() >= expires.seconds() + requirements.leeway.as_seconds()
        })
    }

    fn judge_time(&self, requirements: &Requirements, now: Timestamp, reasons: &mut Vec<Reason>) {
        let Requirements { leeway, min_ttl, .. } = *requirements;
        if let Some(expires) = self.claims.expires {
            if self.is_expired(requirements, now) {
                reasons.push(Reason::Expired { expired: expires, now });
            } else if self.is_past(requirements, now, min_ttl) {
                reasons.push(Reason::ExpiresSoon { expires, wanted: min_ttl, now });
            }
        }
        let ahead = |moment: Option<Timestamp>, span: Span| {
            moment.filter(|moment| moment.seconds() > now.seconds() + span.as_seconds())
        };
        let not_before = ahead(self.claims.not_before, leeway);
        let issued = ahead(self.claims.issued, leeway.max(CLOCK_DIFFERENCE));
        match (not_before, issued) {
            (from, Some(issued)) if from.is_none_or(|from| from < issued) => {
                reasons.push(Reason::IssuedInFuture { issued, now });
            }
            (Some(from), _) => reasons.push(Reason::NotYetValid { from, now }),
            (None, _) => {}
        }
    }

    fn judge_user(&self, facts: &Facts<'_>, reasons: &mut Vec<Reason>) {
        let Some(subject) = self.subject() else { return };
        match facts.user {
            None => reasons.push(Reason::UnknownUser(subject.to_owned())),
            Some(user) if user.disabled => reasons.push(Reason::InactiveUser(user.name.to_string())),
            Some(_) => {}
        }
        if facts.is_revoked {
            reasons.push(Reason::Revoked);
        } else if let Some(user) = facts.user {
            reasons.extend(self.before_sign_out(user));
        }
    }

    /// Tells a token from before the last sign-out of `user`: by its generation, which depends on no clock, or if it has
    /// none, because another issuer made it, by its `iat`.
    fn before_sign_out(&self, user: &User) -> Option<Reason> {
        if let Some(generation) = self.claims.generation {
            return (generation < user.generation).then_some(Reason::Revoked);
        }
        let valid_from = user.tokens_valid_from?;
        let issued = self.claims.issued;
        let is_before = issued.is_none_or(|issued| issued < valid_from);
        is_before.then_some(Reason::BeforeSignOut { issued, valid_from })
    }

    fn judge_scopes(
        &self,
        facts: Option<&Facts<'_>>,
        requirements: &Requirements,
        reasons: &mut Vec<Reason>,
    ) {
        let has = |scope: &&Scope| self.claims.permits(scope.as_str());
        // Of a user who is not there, no grant was withdrawn.
        let known = facts.filter(|facts| facts.user.is_some());
        let lost = |scope: &&Scope| known.is_some_and(|facts| !facts.grant(scope.as_str()));
        let missing: ScopeSet =
            requirements.scopes.iter().filter(|scope| !has(scope) || lost(scope)).cloned().collect();
        if !missing.is_empty() {
            let withdrawn = missing.iter().filter(has).cloned().collect();
            reasons.push(Reason::InsufficientScope { missing, withdrawn });
        }
    }
}

/// A token that was judged good, and its user.
#[derive(Clone, Debug)]
pub struct VerifiedToken<'s> {
    token: Cow<'s, SignedToken>,
    user: &'s User,
    facts: Facts<'s>,
}

impl<'s> VerifiedToken<'s> {
    /// The token.
    #[must_use]
    pub fn token(&self) -> &SignedToken {
        &self.token
    }

    /// The user whom it is about.
    #[must_use]
    pub const fn user(&self) -> &'s User {
        self.user
    }

    /// The scopes that the token permits now, in its order: those in it that are still granted to its user and declared.
    #[must_use]
    pub fn scopes(&self) -> ScopeSet {
        self.granted().filter_map(|scope| scope.parse().ok()).collect()
    }

    /// The [`scopes`](Self::scopes) as a `scope` claim has them: the claim itself where none of them was withdrawn.
    #[must_use]
    pub fn scope(&self) -> Cow<'_, str> {
        let claim = self.token.scope();
        if claim.is_empty() || claim.split(' ').all(|scope| self.facts.grant(scope)) {
            return Cow::Borrowed(claim);
        }
        Cow::Owned(self.scopes().to_string())
    }

    fn granted(&self) -> impl Iterator<Item = &str> {
        self.token.scope().split(' ').filter(|scope| self.facts.grant(scope))
    }
}

#[cfg(test)]
mod tests {
    use super::{Cow, Facts, SignedToken, User, VerifiedToken};
    use crate::auth::claims::Claims;

    #[test]
    fn a_token_permits_no_more_than_is_granted_and_declared_still() {
        let token = SignedToken {
            claims: Claims {
                subject: Some("johndoe".into()),
                scope: "write read admin old".into(),
                ..Claims::default()
            },
            algorithm: "HS256".into(),
            key_id: None,
            faults: Vec::new(),
            is_usual_type: true,
            is_access_token: false,
        };
        let user = User { scopes: "read write more old".parse().unwrap(), ..User::sample("johndoe") };
        let all = ["read", "write", "admin"].map(|scope| (scope.parse().unwrap(), String::new())).into();
        for (declared, permitted) in [(None, "write read old"), (Some(&all), "write read")] {
            let facts = Facts { user: Some(&user), declared, is_revoked: false };
            let verified = VerifiedToken { token: Cow::Borrowed(&token), user: &user, facts };
            assert_eq!(verified.scopes().to_string(), permitted);
            assert_eq!(verified.scope(), permitted);
        }
    }
}
