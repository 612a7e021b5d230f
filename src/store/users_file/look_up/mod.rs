//! A few users out of a file of many, or all of them, indexed by name.

use std::collections::{HashMap, HashSet};

use super::fault::StoreFault;
use super::revoked::Revoked;
use super::scan::Scanned;
use super::{read, scan};
use crate::auth::decoy::Decoy;
use crate::auth::login::Candidate;
use crate::auth::password::PasswordPolicy;
use crate::auth::time::Timestamp;
use crate::auth::user::{Facts, TokenPolicy, User, UserStore, Username, is_revoked};
use crate::auth::verify::SignedToken;

/// What a users file says of the users asked for, and of everything but users.
///
/// For tokens of those users it gives the answers of the whole store; of others it knows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    users: HashMap<Username, User>,
    revoked: Revoked,
    /// Without users and revoked tokens.
    store: UserStore,
}

impl Lookup {
    /// How tokens are issued.
    #[must_use]
    pub const fn tokens(&self) -> &TokenPolicy {
        &self.store.tokens
    }

    /// How passwords are hashed.
    #[must_use]
    pub const fn passwords(&self) -> &PasswordPolicy {
        &self.store.passwords
    }

    /// The user of exactly that name, who was among those asked for.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name)
    }

    /// What there is to know for judging `token`, whose subject was among the users asked for.
    #[must_use]
    pub fn facts(&self, token: &SignedToken) -> Facts<'_> {
        Facts {
            user: token.subject().and_then(|subject| self.user(subject)),
            declared: self.store.scopes.as_ref(),
            is_revoked: is_revoked(token.id(), |id| self.revoked.contains(id)),
        }
    }
}

impl From<Scanned<'_>> for Lookup {
    fn from(scanned: Scanned<'_>) -> Self {
        let Scanned { mut store, revoked, .. } = scanned;
        let users = std::mem::take(&mut store.users).into_iter().collect();
        Self { users, revoked, store }
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
/// Those of [`parse`](super::parse), whichever users they are about.
pub fn look_up(text: &str, names: &[&str]) -> Result<Lookup, StoreFault> {
    let names: HashSet<&str> = names.iter().copied().collect();
    if let Some(scanned) = scan::scan(text, |name| names.contains(name), |_| {}) {
        return Ok(scanned.into());
    }
    let mut store = read::read(text)?;
    store.users.retain(|name, _| names.contains(name.as_str()));
    Ok(store.into())
}

/// As [`look_up`], with all users.
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

/// What a login as `name` is verified against: see [`UserStore::candidate`]. `now` is a time before the text was read.
///
/// # Errors
///
/// Those of [`parse`](super::parse), whichever users they are about.
pub fn candidate(text: &str, name: &str, now: Timestamp) -> Result<Candidate, StoreFault> {
    let mut decoy = Decoy::of(name);
    if let Some(scanned) = scan::scan(text, |one| one == name, |phc| decoy.offer_phc(phc)) {
        return Ok(Candidate::new(scanned.store.user(name), &decoy, &scanned.store, now));
    }
    Ok(read::read(text)?.candidate(name, now))
}

#[cfg(test)]
mod tests;
