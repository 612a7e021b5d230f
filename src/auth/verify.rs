//! A token is opened: its shape and its signature are verified, and its claims are read.

use std::borrow::Cow;

use compact_str::CompactString;

use super::claim_path::ClaimPath;
use super::claims::{Audience, ClaimFault, Claims, RawClaims};
use super::json::read_object;
use super::key::{KeySet, NoKey};
use super::refusal::Reason;
use super::scope::ScopeSet;
use super::time::{Span, Timestamp};
use super::token::{Buffer, Decoded, Header, Malformed, Part, Parts};
use super::user::{TokenPolicy, TokenType};

/// Upper bound of the [leeway](Requirements::leeway): clocks that differ by more need mending.
pub const MAX_LEEWAY: Span = Span::minutes(5);

/// How often a token may be narrowed, one after another.
pub const MAX_NARROWINGS: usize = 8;

/// What a token must meet besides being signed and live.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// Require all of these scopes.
    pub scopes: ScopeSet,
    /// Take the scopes of the token from these claims. With none they are in `scope`.
    pub scope_claims: Vec<ClaimPath>,
    /// Require this user (`sub`).
    pub user: Option<String>,
    /// Require this issuer (`iss`).
    pub issuer: Option<String>,
    /// Require this audience to be in `aud`. With `None` a token that names an audience is refused.
    pub audience: Option<String>,
    /// Require this `typ`.
    pub token_type: TokenType,
    /// Accept a token this long after `exp` and before `nbf`; more than [`MAX_LEEWAY`] counts as that.
    pub leeway: Span,
    /// Require this much lifetime until `exp`. Leeway adds nothing to it.
    pub min_ttl: Span,
}

impl Requirements {
    /// Issuer, audience, type and claims with scopes as `policy` has them.
    #[must_use]
    pub fn of(policy: &TokenPolicy) -> Self {
        Self {
            issuer: policy.issuer.clone(),
            audience: policy.audience.clone(),
            token_type: policy.token_type,
            scope_claims: policy.scope_claims.clone(),
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

/// A token with a valid signature. [`judge`](Self::judge) decides whether it is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedToken {
    pub(super) claims: Claims,
    pub(super) algorithm: CompactString,
    pub(super) key_id: Option<CompactString>,
    pub(super) faults: Vec<ClaimFault>,
    pub(super) is_usual_type: bool,
    pub(super) is_access_token: bool,
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
        let (claims, faults) = raw.judge(decoded.claims);
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
        why => Reason::UnknownKey { key_id: key_id.map(str::to_owned), why },
    })?;
    if let Some(obstacle) = &header.obstacle {
        return Err(Reason::Malformed(obstacle.clone()));
    }
    if candidates.any(|key| key.verify_bytes(signed, signature)) { Ok(()) } else { Err(Reason::BadSignature) }
}

impl SignedToken {
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

    /// The ids under which the token may be revoked: its own, and those of the tokens it was
    /// [narrowed](super::narrow) from, which are the texts before its first [`MAX_NARROWINGS`] dots.
    pub fn revocable_ids(&self) -> impl Iterator<Item = &str> {
        self.id().into_iter().flat_map(|id| {
            let dots = memchr::memchr_iter(b'.', id.as_bytes()).take(MAX_NARROWINGS);
            std::iter::once(id).chain(dots.map(|dot| &id[..dot]))
        })
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

    /// `gen`: the generation of its user when authctl issued it.
    #[must_use]
    pub const fn generation(&self) -> Option<u64> {
        self.claims.generation
    }

    /// The `scope` claim: scopes separated by single spaces; empty if there is none.
    #[must_use]
    pub fn scope(&self) -> &str {
        &self.claims.scope
    }

    /// The scopes in these claims, each once and separated by single spaces; with no claim named, those in `scope`.
    ///
    /// Entries that are no scope-tokens (RFC 6749, 3.3) permit nothing, and neither do values other than strings and arrays
    /// of strings.
    #[must_use]
    pub fn scopes_at(&self, claims: &[ClaimPath]) -> Cow<'_, str> {
        self.claims.scopes_at(claims)
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
}
