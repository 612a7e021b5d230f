//! Why a token was refused, and how a server says so.

use std::fmt;

use super::scope::ScopeSet;

pub use super::reason::Reason;

/// The kinds of "no", which scripts tell apart by the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Forged, malformed, revoked or otherwise unacceptable.
    Unacceptable,
    /// Genuine, but expired or soon to be.
    Expired,
    /// Genuine and live, but without a required scope.
    InsufficientScope,
}

/// All that is wrong with a token, first things first.
///
/// There is at least one reason. For a token whose signature does not match there is just that one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    reasons: Vec<Reason>,
    required: ScopeSet,
}

impl Refusal {
    /// A refusal for one reason, where the scopes `required` were required.
    #[must_use]
    pub fn new(reason: Reason, required: &ScopeSet) -> Self {
        Self { reasons: vec![reason], required: required.clone() }
    }

    /// A refusal for all `reasons`, if there is one.
    pub(super) fn for_all(reasons: Vec<Reason>, required: &ScopeSet) -> Option<Self> {
        (!reasons.is_empty()).then(|| Self { reasons, required: required.clone() })
    }

    /// The reasons in the order of the rules.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        &self.reasons
    }

    /// What was required.
    #[must_use]
    pub const fn required(&self) -> &ScopeSet {
        &self.required
    }

    /// The required scopes that the token lacks, or its user has lost, if it came to asking for them.
    #[must_use]
    pub fn missing(&self) -> ScopeSet {
        let missing = self.reasons.iter().find_map(|reason| match reason {
            Reason::InsufficientScope { missing, .. } => Some(missing.clone()),
            _ => None,
        });
        missing.unwrap_or_default()
    }

    /// The verdict of the first reason.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.reasons.first() {
            Some(Reason::Expired { .. } | Reason::ExpiresSoon { .. }) => Verdict::Expired,
            Some(Reason::InsufficientScope { .. }) => Verdict::InsufficientScope,
            _ => Verdict::Unacceptable,
        }
    }

    /// The error code of RFC 6750, 3.1: `invalid_token` or `insufficient_scope`.
    #[must_use]
    pub fn error(&self) -> &'static str {
        match self.verdict() {
            Verdict::InsufficientScope => "insufficient_scope",
            Verdict::Unacceptable | Verdict::Expired => "invalid_token",
        }
    }

    /// The status that a server answers with (RFC 6750, 3.1): 403 where only scopes are missing, else 401.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self.verdict() {
            Verdict::InsufficientScope => 403,
            Verdict::Unacceptable | Verdict::Expired => 401,
        }
    }

    /// The value of the `WWW-Authenticate` header that a server answers with (RFC 6750, 3).
    ///
    /// `scope` lists what was required, and is left out where nothing was.
    #[must_use]
    pub fn challenge(&self) -> String {
        let description = self.reasons.first().map_or("", Reason::description);
        let error = self.error();
        let scope = scope_parameter(", ", &self.required);
        format!("Bearer error=\"{error}\", error_description=\"{description}\"{scope}")
    }
}

/// The value of the `WWW-Authenticate` header for a request without a token (RFC 6750, 3.1): no error, since
/// nothing was tried, and the scopes that a token needs.
#[must_use]
pub fn challenge_without_token(required: &ScopeSet) -> String {
    format!("Bearer{}", scope_parameter(" ", required))
}

/// `scope="…"` after `separator`, or nothing where nothing is required.
fn scope_parameter(separator: &str, required: &ScopeSet) -> String {
    if required.is_empty() { String::new() } else { format!("{separator}scope=\"{required}\"") }
}

/// The reasons, separated by semicolons.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, reason) in self.reasons.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{reason}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::{Reason, Refusal, challenge_without_token};
    use crate::auth::scope::ScopeSet;

    fn scopes() -> ScopeSet {
        "me items".parse().unwrap()
    }

    #[test]
    fn a_request_without_a_token_is_told_what_is_needed_and_of_no_error() {
        assert_eq!(challenge_without_token(&ScopeSet::new()), "Bearer");
        assert_eq!(challenge_without_token(&scopes()), r#"Bearer scope="me items""#);
    }

    #[test]
    fn only_a_lack_of_scopes_alone_is_forbidden() {
        let lack = || Reason::InsufficientScope {
            missing: scopes(),
            withdrawn: Vec::new(),
            undeclared: Vec::new(),
            other_claims: Vec::new(),
        };
        let status = |reasons| Refusal::for_all(reasons, &scopes()).unwrap().status();
        assert_eq!(status(vec![lack()]), 403);
        assert_eq!(status(vec![Reason::Revoked, lack()]), 401);
        assert_eq!(status(vec![Reason::BadSignature]), 401);
        assert_eq!(Refusal::for_all(vec![], &scopes()), None);
    }
}
