//! Helpers and samples for all tests.
#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod samples;
pub(crate) mod vectors;

use authctl::auth::decoy::Decoy;
use authctl::auth::issue::AskedScopes;
use authctl::auth::issue::{IssuedToken, TokenRequest};
use authctl::auth::key::{Key, KeySet};
use authctl::auth::refusal::Refusal;
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{TokenPolicy, User, UserStore};
use authctl::auth::verify::{Requirements, SignedToken, open};
use authctl::{Candidate, IssueError};

/// A token of `user` with all scopes that are granted to them. No password is asked for.
pub(crate) fn issue(
    user: &User,
    policy: &TokenPolicy,
    lifetime: Span,
    key: &Key,
    now: Timestamp,
) -> Result<IssuedToken, IssueError> {
    let store = UserStore { tokens: policy.clone(), ..UserStore::default() };
    let candidate = Candidate::new(Some(user), &Decoy::of(""), &store, now);
    let login = candidate.accept_without_password().unwrap();
    login.issue(key, &TokenRequest { scopes: AskedScopes::All, lifetime: Some(lifetime) })
}

/// A user without a password.
pub(crate) fn user(name: &str, scopes: ScopeSet) -> User {
    User { scopes, ..User::new(name.parse().unwrap(), None) }
}

/// Opens a token and judges it: with a store by its user too.
pub(crate) fn verify(
    token: &str,
    keys: &KeySet,
    store: Option<&UserStore>,
    requirements: &Requirements,
    now: Timestamp,
) -> Result<SignedToken, Refusal> {
    let token = open(token, keys).map_err(|reason| Refusal::new(reason, &requirements.scopes))?;
    match store {
        Some(store) => drop(token.judge(store.facts(&token), requirements, now)?),
        None => drop(token.judge_stateless(requirements, now)?),
    }
    Ok(token)
}
