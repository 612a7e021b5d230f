//! A few users out of a file of many.

use std::collections::HashSet;

use super::fault::StoreFault;
use super::revoked::Revoked;
use super::scan::Scanned;
use super::{read, scan};
use crate::auth::password::{HashParams, PasswordPolicy};
use crate::auth::scope::Scope;
use crate::auth::user::{HashCosts, TokenPolicy, User, UserStore, Users};

/// What a users file says of the users asked for, and of everything but users.
///
/// For those users it gives the answers of the whole store; of others it knows nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// Without the revoked tokens.
    store: UserStore,
    costs: HashCosts,
    revoked: Revoked,
}

impl Lookup {
    /// What tokens are issued with.
    #[must_use]
    pub const fn tokens(&self) -> &TokenPolicy {
        &self.store.tokens
    }

    /// What new hashes are made with.
    #[must_use]
    pub const fn passwords(&self) -> &PasswordPolicy {
        &self.store.passwords
    }
}

impl Users for Lookup {
    fn user(&self, name: &str) -> Option<&User> {
        self.store.user(name)
    }

    fn is_revoked(&self, token_id: &str) -> bool {
        self.revoked.contains(token_id)
    }

    fn is_declared(&self, scope: &Scope) -> bool {
        self.store.is_declared(scope)
    }

    fn params_of_some_user(&self, pick: u64) -> HashParams {
        self.costs.pick(pick).unwrap_or(self.store.passwords.params)
    }
}

/// Reads a users file as strictly as [`parse`](super::parse), and keeps only the users of these names.
///
/// # Errors
///
/// Those of [`parse`](super::parse), whichever users they are about.
pub fn look_up(text: &str, names: &[&str]) -> Result<Lookup, StoreFault> {
    let names: HashSet<&str> = names.iter().copied().collect();
    if let Some(Scanned { store, costs, revoked, .. }) = scan::scan(text, |name| names.contains(name)) {
        return Ok(Lookup { store, costs, revoked });
    }
    let mut store = read::read(text)?;
    let costs = store.users.values().filter_map(|user| user.hash.params()).collect();
    store.users.retain(|name, _| names.contains(name.as_str()));
    let revoked = std::mem::take(&mut store.revoked).into_iter().collect();
    Ok(Lookup { store, costs, revoked })
}

#[cfg(test)]
mod tests;
