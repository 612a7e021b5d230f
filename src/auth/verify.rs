//! Whether a token is good, for these scopes, now.

use std::borrow::Cow;

use compact_str::CompactString;

use super::claims::{ClaimFault, Claims, RawClaims};
use super::json::read_object;
use super::key::{KeySet, NoKey};
use super::refusal::{Reason, Refusal};
use super::scope::{Scope, ScopeSet};
use super::time::{Span, Timestamp};
use super::token::{Decoded, Header, Malformed, Part, Parts, Room};
use super::user::{TokenPolicy, TokenType, User, Username, Users};

/// How far ahead `iat` may be: the clocks of two machines differ a little.
const CLOCK_DIFFERENCE: Span = Span::minutes(1);

/// The longest [leeway](Demands::leeway) that is of use: clocks that differ by more need mending. For so long after its
/// expiry a token is remembered as revoked.
pub const MAX_LEEWAY: Span = Span::minutes(5);

/// What is demanded of a token besides that it is genuine and live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands {
    /// Scopes that all have to be in the token.
    pub required: ScopeSet,
    /// Whom the token has to be about.
    pub user: Option<String>,
    /// What `iss` has to be.
    pub issuer: Option<String>,
    /// What `aud` has to name. With `None` a token that names an audience is refused.
    pub audience: Option<String>,
    /// What `typ` has to be.
    pub token_type: TokenType,
    /// For how long after `exp`, and before `nbf`, a token is good still.
    pub leeway: Span,
    /// For how long from now on the token has to be good.
    pub min_ttl: Span,
}

impl Demands {
    /// What `policy` demands of every token: issuer, audience and type.
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
        self.required.extend(scopes.iter().cloned());
        self
    }
}

/// A token that was signed with one of the keys. Whether it is good is another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genuine {
    /// What the token says.
    pub claims: Claims,
    /// `alg` of the header, one that the key accepts.
    pub algorithm: CompactString,
    /// `kid` of the header.
    pub key_id: Option<CompactString>,
    /// Claims that are not as they have to be.
    pub faults: Vec<ClaimFault>,
    is_usual_type: bool,
    is_access_token: bool,
}

/// Verifies that `token` was signed with one of `keys`, and reads it. Nothing else is judged.
///
/// The algorithm is the key's whatever the header says. Keys come from `keys` alone: `jwk`, `jku`,
/// `x5u` and `x5c` are never followed (RFC 8725, 3.1 and 3.10).
///
/// # Errors
///
/// [`Reason::Malformed`], [`Reason::UnsupportedAlg`], [`Reason::UnknownKey`] or
/// [`Reason::BadSignature`]: the first that applies.
pub fn open(token: &str, keys: &KeySet) -> Result<Genuine, Reason> {
    open_after(&mut None, token, keys)
}

/// The text of the last header that could be read, and what it says: in a stream they are mostly the same.
type LastHeader = Option<(String, Header)>;

fn open_after(last: &mut LastHeader, token: &str, keys: &KeySet) -> Result<Genuine, Reason> {
    let parts = Parts::split(token)?;
    let known = last.take().filter(|(text, _)| text == parts.header);
    let mut room = Room::new();
    let decoded = Decoded::of(&parts, known.is_some(), &mut room)?;
    let (_, header) = match known {
        Some(known) => last.insert(known),
        None => last.insert((parts.header.to_owned(), Header::read(decoded.header)?)),
    };
    let mut raw = RawClaims::default();
    read_object(decoded.claims, |member| raw.take(&member.name, member.value))
        .map_err(|fault| Malformed::Json(Part::Claims, fault))?;

    verify_signature(parts.signed.as_bytes(), decoded.signature, header, keys)?;
    let (claims, faults) = raw.judge();
    Ok(Genuine {
        claims,
        faults,
        is_usual_type: header.token_type.is_usual(),
        is_access_token: header.token_type.is_access_token(),
        algorithm: header.algorithm.clone(),
        key_id: header.key_id.clone(),
    })
}

/// Keys are sought before extensions are refused, and both before any signature is computed.
fn verify_signature(signed: &[u8], signature: &[u8], header: &Header, keys: &KeySet) -> Result<(), Reason> {
    let key_id = header.key_id.as_deref();
    let mut candidates = keys.candidates(&header.algorithm, key_id).map_err(|no_key| match no_key {
        NoKey::UnsupportedAlg => Reason::UnsupportedAlg { alg: header.algorithm.to_string() },
        NoKey::UnknownKey => Reason::UnknownKey { key_id: key_id.map(str::to_owned) },
    })?;
    if let Some(obstacle) = &header.obstacle {
        return Err(Reason::Malformed(obstacle.clone()));
    }
    if candidates.any(|key| key.verify_bytes(signed, signature)) { Ok(()) } else { Err(Reason::BadSignature) }
}

/// Checks that `token` was signed with one of `keys`, meets `demands` and is live at `now`.
///
/// With `users`, its user has to be there and enabled, the token not revoked, and each required
/// scope still granted to the user. Without, the token alone is judged.
///
/// A token is refused from the second in its `exp` claim (RFC 7519, 4.1.4), plus the leeway.
///
/// # Errors
///
/// A [`Refusal`] with the one reason why the token is not genuine, or all reasons why a genuine
/// one is not good.
pub fn verify(
    token: &str,
    keys: &KeySet,
    users: Option<&dyn Users>,
    demands: &Demands,
    now: Timestamp,
) -> Result<Genuine, Refusal> {
    Verifier::new(keys, users, demands).verify(token, now)
}

/// [`verify`] for many tokens: what their headers have in common is read once.
pub struct Verifier<'a> {
    keys: &'a KeySet,
    users: Option<&'a dyn Users>,
    demands: &'a Demands,
    last_header: LastHeader,
}

impl<'a> Verifier<'a> {
    /// What tokens are to be judged by, as for [`verify`].
    #[must_use]
    pub const fn new(keys: &'a KeySet, users: Option<&'a dyn Users>, demands: &'a Demands) -> Self {
        Self { keys, users, demands, last_header: None }
    }

    /// The answer that [`verify`] gives.
    ///
    /// # Errors
    ///
    /// As for [`verify`].
    pub fn verify(&mut self, token: &str, now: Timestamp) -> Result<Genuine, Refusal> {
        let refuse = |first, other| Refusal::new(first, other, self.demands.required.clone());
        let opened = open_after(&mut self.last_header, token, self.keys);
        let genuine = opened.map_err(|reason| refuse(reason, Vec::new()))?;
        let mut reasons = genuine.judge(self.users, self.demands, now);
        if reasons.is_empty() {
            return Ok(genuine);
        }
        let first = reasons.remove(0);
        Err(refuse(first, reasons))
    }
}

impl Genuine {
    /// All that keeps the token from being good, in the order of the rules; nothing if it is.
    #[must_use]
    pub fn judge(&self, users: Option<&dyn Users>, demands: &Demands, now: Timestamp) -> Vec<Reason> {
        let mut reasons = Vec::new();
        self.judge_type(demands, &mut reasons);
        // An `iat` after `exp` counts before the time while the token lives: a dead one is expired first.
        let expired = self.is_expired(demands, now);
        let is_late = |fault: &ClaimFault| expired && *fault == ClaimFault::IssuedAfterExpiry;
        let (late, faults): (Vec<_>, Vec<_>) = self.faults.iter().copied().partition(is_late);
        reasons.extend(faults.into_iter().map(Reason::InvalidClaims));
        if users.is_some() && self.subject().is_some_and(|subject| Username::check(subject).is_err()) {
            reasons.push(Reason::InvalidClaims(ClaimFault::SubjectNotUsername));
        }
        self.judge_parties(demands, &mut reasons);
        self.judge_time(demands, now, &mut reasons);
        reasons.extend(late.into_iter().map(Reason::InvalidClaims));
        let user = self.judge_user(users, demands, &mut reasons);
        self.judge_scopes(user, demands, &mut reasons);
        reasons
    }

    /// `sub`, if it is a non-empty string.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.claims.subject.as_deref()
    }

    /// The scopes that the token permits now, in its order: with `users`, those still granted to its user.
    ///
    /// What another service is told of a token, so that a withdrawn grant takes effect there too.
    #[must_use]
    pub fn permitted(&self, users: Option<&dyn Users>) -> ScopeSet {
        let granted = users.map(|users| self.subject().and_then(|subject| users.user(subject)));
        let scopes = self.claims.scope.split(' ').filter_map(|scope| scope.parse().ok());
        let is_granted = |scope: &Scope| {
            granted.is_none_or(|user| user.is_some_and(|user| user.scopes.contains(scope.as_str())))
        };
        scopes.filter(is_granted).collect()
    }

    /// The scopes that are [permitted](Self::permitted), as the `scope` claim has them: the claim itself where none of
    /// them was withdrawn.
    #[must_use]
    pub fn permitted_claim(&self, users: Option<&dyn Users>) -> Cow<'_, str> {
        let claim = self.claims.scope.as_str();
        let Some(users) = users.filter(|_| !claim.is_empty()) else { return Cow::Borrowed(claim) };
        let user = self.subject().and_then(|subject| users.user(subject));
        let is_granted = |scope: &str| user.is_some_and(|user| user.scopes.contains(scope));
        if claim.split(' ').all(is_granted) {
            Cow::Borrowed(claim)
        } else {
            Cow::Owned(self.permitted(Some(users)).to_string())
        }
    }

    fn judge_type(&self, demands: &Demands, reasons: &mut Vec<Reason>) {
        let wanted = match demands.token_type {
            TokenType::AccessToken if !self.is_access_token => "`at+jwt`",
            TokenType::Jwt if !self.is_usual_type => "`JWT` or `at+jwt`",
            _ => return,
        };
        reasons.push(Reason::WrongType { wanted });
    }

    fn judge_parties(&self, demands: &Demands, reasons: &mut Vec<Reason>) {
        let claims = &self.claims;
        if let Some(wanted) = &demands.issuer
            && claims.issuer.as_deref() != Some(wanted)
        {
            reasons.push(Reason::WrongIssuer {
                found: claims.issuer.as_deref().map(str::to_owned),
                wanted: wanted.clone(),
            });
        }
        let for_us = match &demands.audience {
            Some(wanted) => claims.audience.contains(wanted),
            None => claims.audience.is_absent(),
        };
        if !for_us {
            reasons.push(Reason::WrongAudience { wanted: demands.audience.clone() });
        }
    }

    /// Whether the time is `exp` plus the leeway, or later.
    fn is_expired(&self, demands: &Demands, now: Timestamp) -> bool {
        self.is_past(demands, now, Span::ZERO)
    }

    /// The same, `span` from `now`. As spans since `exp`, so that nothing is cut off at the end of time.
    fn is_past(&self, demands: &Demands, now: Timestamp, span: Span) -> bool {
        self.claims.expires.is_some_and(|expires| {
            now.seconds() + span.as_seconds() >= expires.seconds() + demands.leeway.as_seconds()
        })
    }

    fn judge_time(&self, demands: &Demands, now: Timestamp, reasons: &mut Vec<Reason>) {
        let Demands { leeway, min_ttl, .. } = *demands;
        if let Some(expires) = self.claims.expires {
            if self.is_expired(demands, now) {
                reasons.push(Reason::Expired { expired: expires, now });
            } else if self.is_past(demands, now, min_ttl) {
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

    fn judge_user<'u>(
        &self,
        users: Option<&'u dyn Users>,
        demands: &Demands,
        reasons: &mut Vec<Reason>,
    ) -> Option<&'u User> {
        let subject = self.subject();
        if let (Some(found), Some(wanted)) = (subject, &demands.user)
            && found != wanted
        {
            reasons.push(Reason::WrongUser { found: found.to_owned(), wanted: wanted.clone() });
        }
        let users = users?;
        let user = users.user(subject?);
        match user {
            None => reasons.push(Reason::UnknownUser(subject?.to_owned())),
            Some(user) if user.disabled => reasons.push(Reason::InactiveUser(user.name.to_string())),
            Some(_) => {}
        }
        let taken_back = self.claims.id.as_deref().is_some_and(|id| users.is_revoked(id));
        let outdated = user
            .and_then(|user| user.tokens_valid_from)
            .is_some_and(|valid_from| self.claims.issued.is_none_or(|issued| issued < valid_from));
        if taken_back || outdated {
            reasons.push(Reason::Revoked);
        }
        user
    }

    fn judge_scopes(&self, user: Option<&User>, demands: &Demands, reasons: &mut Vec<Reason>) {
        let has = |scope: &&Scope| self.claims.permits(scope.as_str());
        let lost = |scope: &&Scope| user.is_some_and(|user| !user.scopes.contains(scope.as_str()));
        let missing: ScopeSet =
            demands.required.iter().filter(|scope| !has(scope) || lost(scope)).cloned().collect();
        if !missing.is_empty() {
            let withdrawn = missing.iter().filter(has).cloned().collect();
            reasons.push(Reason::InsufficientScope { missing, withdrawn });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Genuine, User, Users};
    use crate::auth::claims::Claims;
    use crate::auth::user::UserStore;

    #[test]
    fn a_token_permits_no_more_than_is_granted_still() {
        let genuine = Genuine {
            claims: Claims {
                subject: Some("johndoe".into()),
                scope: "write read admin".into(),
                ..Claims::default()
            },
            algorithm: "HS256".into(),
            key_id: None,
            faults: Vec::new(),
            is_usual_type: true,
            is_access_token: false,
        };
        let user = User { scopes: "read write more".parse().unwrap(), ..User::sample("johndoe") };
        let users = UserStore { users: [(user.name.clone(), user)].into(), ..UserStore::default() };
        let permitted = |users: Option<&dyn Users>| genuine.permitted(users).to_string();
        assert_eq!(permitted(None), "write read admin");
        assert_eq!(permitted(Some(&users)), "write read");
        assert_eq!(permitted(Some(&UserStore::default())), "");
        for users in [None, Some(&users as &dyn Users), Some(&UserStore::default())] {
            assert_eq!(genuine.permitted_claim(users), permitted(users));
        }
    }
}
