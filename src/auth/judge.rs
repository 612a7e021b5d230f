//! An open token is judged, with facts about its user: is it good, for these scopes, now?

use std::borrow::Cow;
use std::collections::HashSet;

use super::claims::ClaimFault;
use super::facts::Facts;
use super::refusal::{Reason, Refusal};
use super::scope::{Scope, ScopeSet};
use super::time::{Span, Timestamp};
use super::user::{TokenType, User, Username};
use super::verify::{MAX_LEEWAY, Requirements, SignedToken};

/// How far ahead `iat` may be: the clocks of two machines differ a little.
pub(super) const CLOCK_DIFFERENCE: Span = Span::minutes(1);

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
        let (facts, user, elsewhere) = self.good_user(facts, requirements, now)?;
        Ok(VerifiedToken { token: Cow::Borrowed(self), user, facts, elsewhere })
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
        let (facts, user, elsewhere) = self.good_user(facts, requirements, now)?;
        Ok(VerifiedToken { token: Cow::Owned(self), user, facts, elsewhere })
    }

    /// Judges token and user. Returns the facts, the user, and the scopes gathered from other claims.
    fn good_user<'s>(
        &self,
        facts: Facts<'s>,
        requirements: &Requirements,
        now: Timestamp,
    ) -> Result<(Facts<'s>, &'s User, Option<String>), Refusal> {
        let facts = facts.of_user(self.subject());
        let scopes = self.scopes_at(&requirements.scope_claims);
        let reasons = self.reasons(Some(&facts), &scopes, requirements, now);
        match (Refusal::for_all(reasons, &requirements.scopes), facts.user) {
            (Some(refusal), _) => Err(refusal),
            (None, Some(user)) => Ok((facts, user, elsewhere(scopes))),
            // A missing user is among the reasons.
            (None, None) => Err(Refusal::new(Reason::UnknownUser(String::new()), &requirements.scopes)),
        }
    }

    /// Judges the token alone: as [`judge`](Self::judge), with no question about its user or whether it was revoked.
    /// Returns the scopes that it permits, separated by single spaces.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with all reasons, in the order of the rules.
    pub fn judge_stateless(
        &self,
        requirements: &Requirements,
        now: Timestamp,
    ) -> Result<Cow<'_, str>, Refusal> {
        let scopes = self.scopes_at(&requirements.scope_claims);
        let reasons = self.reasons(None, &scopes, requirements, now);
        Refusal::for_all(reasons, &requirements.scopes).map_or(Ok(scopes), Err)
    }

    /// All that keeps the token from being good, in the order of the rules; nothing if it is. `scopes` are those in it.
    fn reasons(
        &self,
        facts: Option<&Facts<'_>>,
        scopes: &str,
        requirements: &Requirements,
        now: Timestamp,
    ) -> Vec<Reason> {
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
        self.judge_scopes(facts, scopes, requirements, &mut reasons);
        reasons
    }

    fn judge_type(&self, requirements: &Requirements, reasons: &mut Vec<Reason>) {
        let wanted = match requirements.token_type {
            TokenType::AccessToken if !self.is_access_token => "`at+jwt`",
            TokenType::Jwt if !self.is_usual_type => "`JWT`, `JOSE` or `at+jwt`",
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
            reasons.push(Reason::WrongAudience {
                found: claims.audience.clone(),
                wanted: requirements.audience.clone(),
            });
        }
    }

    /// Whether the time is `exp` plus the leeway, or later.
    fn is_expired(&self, requirements: &Requirements, now: Timestamp) -> bool {
        self.claims.expires.is_some_and(|expires| is_past(expires, leeway(requirements), now, Span::ZERO))
    }

    fn judge_time(&self, requirements: &Requirements, now: Timestamp, reasons: &mut Vec<Reason>) {
        let (leeway, min_ttl) = (leeway(requirements), requirements.min_ttl);
        if let Some(expires) = self.claims.expires {
            // Leeway makes up for clocks, and adds no time that can be asked for.
            let is_short = min_ttl > Span::ZERO && is_past(expires, Span::ZERO, now, min_ttl);
            let is_over = is_short && is_past(expires, Span::ZERO, now, Span::ZERO);
            if is_over || self.is_expired(requirements, now) {
                reasons.push(Reason::Expired { expired: expires, now });
            } else if is_short {
                reasons.push(Reason::ExpiresSoon { expires, wanted: min_ttl, now });
            }
        }
        let ahead = |moment: Option<Timestamp>, span: Span| {
            moment.filter(|moment| moment.seconds() > now.seconds().saturating_add(span.as_seconds()))
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
            return (generation < user.generation).then_some(Reason::OldGeneration);
        }
        let valid_from = user.tokens_valid_from?;
        let issued = self.claims.issued;
        let is_before = issued.is_none_or(|issued| issued < valid_from);
        is_before.then_some(Reason::BeforeSignOut { issued, valid_from })
    }

    fn judge_scopes(
        &self,
        facts: Option<&Facts<'_>>,
        scopes: &str,
        requirements: &Requirements,
        reasons: &mut Vec<Reason>,
    ) {
        let required = &requirements.scopes;
        let in_token = in_token(scopes, required.len());
        let has = |scope: &&Scope| in_token(scope.as_str());
        // An unknown user has lost no grant.
        let known = facts.filter(|facts| facts.user.is_some());
        let lost = |scope: &&Scope| known.is_some_and(|facts| !facts.grant(scope.as_str()));
        let missing: ScopeSet = required.iter().filter(|scope| !has(scope) || lost(scope)).cloned().collect();
        if missing.is_empty() {
            return;
        }
        let withdrawn: Vec<Scope> = missing.iter().filter(has).cloned().collect();
        let is_undeclared =
            |scope: &&Scope| known.is_some_and(|facts| facts.leave_undeclared(scope.as_str()));
        let undeclared = withdrawn.iter().filter(is_undeclared).cloned().collect();
        let lacks_any = withdrawn.len() < missing.len();
        let other_claims = lacks_any.then(|| self.claims.usual_claims_besides(&requirements.scope_claims));
        reasons.push(Reason::InsufficientScope {
            missing,
            withdrawn,
            undeclared,
            other_claims: other_claims.unwrap_or_default(),
        });
    }
}

/// Whether `now + span` is `expires + leeway` or later. Adds seconds to both sides, so that neither ends at
/// [`Timestamp::MAX`].
fn is_past(expires: Timestamp, leeway: Span, now: Timestamp, span: Span) -> bool {
    let seconds = |moment: Timestamp, span: Span| moment.seconds().saturating_add(span.as_seconds());
    seconds(now, span) >= seconds(expires, leeway)
}

/// The leeway that counts.
fn leeway(requirements: &Requirements) -> Span {
    requirements.leeway.min(MAX_LEEWAY)
}

/// Up to this many scopes are sought in the text, which takes less time than an index.
const FEW: usize = 8;

/// Says whether a scope, which is never empty, is in a list, for a caller that asks so many times. The time is linear
/// in both.
fn in_token(list: &str, times: usize) -> impl Fn(&str) -> bool {
    let index: Option<HashSet<&str>> = (times > FEW).then(|| list.split(' ').collect());
    move |scope| match &index {
        Some(index) => index.contains(scope),
        None => list.split(' ').any(|one| one == scope),
    }
}

/// The scopes that had to be gathered.
fn elsewhere(scopes: Cow<'_, str>) -> Option<String> {
    match scopes {
        Cow::Borrowed(_) => None,
        Cow::Owned(scopes) => Some(scopes),
    }
}

/// A token that was judged good, and its user.
#[derive(Clone, Debug)]
pub struct VerifiedToken<'s> {
    token: Cow<'s, SignedToken>,
    user: &'s User,
    facts: Facts<'s>,
    /// The scopes in the token, where they are not those of its `scope` claim.
    elsewhere: Option<String>,
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
        let granted = self.in_token().split(' ').filter(|scope| self.facts.grant(scope));
        granted.filter_map(|scope| scope.parse().ok()).collect()
    }

    /// The [`scopes`](Self::scopes) as a `scope` claim has them: the claim itself where none of them was withdrawn.
    #[must_use]
    pub fn scope(&self) -> Cow<'_, str> {
        let list = self.in_token();
        if list.split(' ').all(|scope| self.facts.grant(scope)) {
            return Cow::Borrowed(list);
        }
        Cow::Owned(self.scopes().to_string())
    }

    fn in_token(&self) -> &str {
        self.elsewhere.as_deref().unwrap_or_else(|| self.token.scope())
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
            let verified =
                VerifiedToken { token: Cow::Borrowed(&token), user: &user, facts, elsewhere: None };
            assert_eq!(verified.scopes().to_string(), permitted);
            assert_eq!(verified.scope(), permitted);
        }
    }
}
