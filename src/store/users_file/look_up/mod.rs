//! Looks up a few users in a file, or indexes all of them by name.

use std::collections::{HashMap, HashSet};

use super::fault::StoreFault;
use super::revoked::Revoked;
use super::scan::Scanned;
use super::{read, scan};
use crate::auth::decoy::Decoy;
use crate::auth::facts::Facts;
use crate::auth::login::Candidate;
use crate::auth::password::PasswordPolicy;
use crate::auth::scope::Scope;
use crate::auth::time::Timestamp;
use crate::auth::user::{DeclaredScopes, TokenPolicy, User, UserStore, Username};
use crate::auth::verify::SignedToken;

/// The requested users of a users file, and everything else in it.
///
/// It judges the tokens of those users as the whole store would, and knows no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    users: HashMap<Username, User>,
    revoked: Revoked,
    /// Without users and revoked tokens.
    store: UserStore,
}

impl Lookup {
    /// The policy for tokens.
    #[must_use]
    pub const fn tokens(&self) -> &TokenPolicy {
        &self.store.tokens
    }

    /// The policy for passwords and their hashes.
    #[must_use]
    pub const fn passwords(&self) -> &PasswordPolicy {
        &self.store.passwords
    }

    /// Whether a scope is declared, or none is.
    #[must_use]
    pub fn is_declared(&self, scope: &Scope) -> bool {
        self.store.is_declared(scope)
    }

    /// The declared scopes, if there is a table of them.
    #[must_use]
    pub const fn scopes(&self) -> Option<&DeclaredScopes> {
        self.store.scopes.as_ref()
    }

    /// The user of exactly that name, which must be one of the requested names.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name)
    }

    /// The facts for judging `token`, whose subject must be one of the requested names.
    #[must_use]
    pub fn facts(&self, token: &SignedToken) -> Facts<'_> {
        let user = token.subject().and_then(|subject| self.user(subject));
        Facts::about(token, user, self.store.scopes.as_ref(), |id| self.revoked.contains(id))
    }
}

impl From<Scanned<'_>> for Lookup {
    fn from(scanned: Scanned<'_>) -> Self {
        let Scanned { mut store, revoked, .. } = scanned;
        let users = std::mem::take(&mut store.users).into_iter().collect();
        Self { users, revoked, store }
    }
}

/// A store that has these users alone.
impl From<Lookup> for UserStore {
    fn from(Lookup { users, revoked, store }: Lookup) -> Self {
        Self { users: users.into_iter().collect(), revoked: revoked.into(), ..store }
    }
}

impl From<UserStore> for Lookup {
    fn from(mut store: UserStore) -> Self {
        let users = std::mem::take(&mut store.users).into_iter().collect();
        let revoked = std::mem::take(&mut store.revoked).into_iter().collect();
        Self { users, revoked, store }
    }
}

/// Reads a users file as strictly as [`parse`](super::parse), and keeps only the users of these names.
///
/// # Errors
///
/// Those of [`parse`](super::parse), for all users of the file.
pub fn look_up(text: &str, names: &[&str]) -> Result<Lookup, StoreFault> {
    let names: HashSet<&str> = names.iter().copied().collect();
    if let Some(scanned) = scan::scan(text, |name| names.contains(name), |_| {}) {
        return Ok(scanned.into());
    }
    let mut store = read::read(text)?;
    store.users.retain(|name, _| names.contains(name.as_str()));
    Ok(store.into())
}

/// Looks up all users.
///
/// # Errors
///
/// Those of [`parse`](super::parse).
pub fn look_up_all(text: &str) -> Result<Lookup, StoreFault> {
    match scan::scan(text, |_| true, |_| {}) {
        Some(scanned) => Ok(scanned.into()),
        None => Ok(read::read(text)?.into()),
    }
}

/// Returns the candidate for a login as `name`: see [`UserStore::candidate`]. Read `now` before the text.
///
/// # Errors
///
/// Those of [`parse`](super::parse), for all users of the file.
pub fn candidate(text: &str, name: &str, now: Timestamp) -> Result<Candidate, StoreFault> {
    let mut decoy = Decoy::of(name);
    if let Some(scanned) = scan::scan(text, |one| one == name, |hash| decoy.offer_text(hash)) {
        return Ok(Candidate::new(scanned.store.user(name), &decoy, &scanned.store, now));
    }
    Ok(read::read(text)?.candidate(name, now))
}

#[cfg(test)]
mod tests;
