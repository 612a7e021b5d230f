//! Taking a token back before it expires.

use thiserror::Error;

use super::claims::ClaimFault;
use super::key::KeySet;
use super::refusal::Reason;
use super::time::{Span, Timestamp};
use super::user::Revocation;
use super::verify::open;

/// Why a token cannot be taken back.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum RevokeRefusal {
    /// It is not genuine, or a claim breaks its rule: no check accepts it.
    #[error(transparent)]
    NotGenuine(#[from] Reason),
    /// It has no `jti` to know it by.
    #[error("the token has no `jti`")]
    NoId,
}

impl RevokeRefusal {
    /// The code that scripts see.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotGenuine(reason) => reason.code(),
            Self::NoId => "no_jti",
        }
    }
}

/// What to record of a token so that it is refused from now on, and whom it is about.
///
/// A token is known by its `jti`, never by its text: one signature can be written in several ways (`s` and
/// `n - s` of ECDSA), and each would be another text. Whether the token has expired, who its issuer is and
/// whether its user exists does not matter.
///
/// # Errors
///
/// [`RevokeRefusal`], in the order of its variants.
pub fn revocation(token: &str, keys: &KeySet) -> Result<(Revocation, Option<String>), RevokeRefusal> {
    let token = open(token, keys)?;
    if let Some(fault) = token.fault() {
        return Err(Reason::InvalidClaims(fault).into());
    }
    let expires = token.expires().ok_or(Reason::InvalidClaims(ClaimFault::NoExpiry))?;
    let id = token.id().ok_or(RevokeRefusal::NoId)?.to_owned();
    Ok((Revocation { id, expires }, token.subject().map(str::to_owned)))
}

/// How long after its last use a record is kept: longer than clocks differ, and than any leeway.
const GRACE: Span = Span::hours(24);

/// Whether a record that matters until `expires` can be dropped: a day later, so that a clock that runs ahead
/// revives no token.
#[must_use]
pub fn is_over(expires: Timestamp, now: Timestamp) -> bool {
    expires.after(GRACE) <= now
}

/// The latest moment until which records mattered that can be dropped at `now`, if there are any such.
#[cfg(feature = "postgres")]
pub(crate) fn over_by(now: Timestamp) -> Option<Timestamp> {
    let grace = GRACE.as_seconds() * 1000;
    now.milliseconds().checked_sub(grace).and_then(Timestamp::from_milliseconds)
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::{Timestamp, is_over, over_by};

    #[test]
    fn the_latest_moment_that_is_over_is_a_day_ago() {
        let at = |milliseconds| Timestamp::from_milliseconds(milliseconds).unwrap();
        for now in [86_400_000, 86_400_001, 1_795_294_800_731] {
            let over = over_by(at(now)).unwrap();
            assert_eq!(over, at(now - 86_400_000));
            assert!(is_over(over, at(now)) && !is_over(at(now - 86_399_999), at(now)), "{now}");
        }
        assert_eq!(over_by(at(86_399_999)), None);
    }
}
