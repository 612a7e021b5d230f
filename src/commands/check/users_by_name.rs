//! The users of a store, found in constant time however many tokens ask for them.

use std::collections::{HashMap, HashSet};

use authctl::auth::password::HashParams;
use authctl::auth::scope::Scope;
use authctl::auth::user::{User, UserStore, Users};

/// A store with an index over names and revoked tokens.
pub(super) struct UsersByName<'a> {
    store: &'a UserStore,
    users: HashMap<&'a str, &'a User>,
    revoked: HashSet<&'a str>,
}

impl<'a> UsersByName<'a> {
    pub(super) fn of(store: &'a UserStore) -> Self {
        Self {
            store,
            users: store.users.values().map(|user| (user.name.as_str(), user)).collect(),
            revoked: store.revoked.keys().map(String::as_str).collect(),
        }
    }
}

impl Users for UsersByName<'_> {
    fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name).copied()
    }

    fn is_revoked(&self, token_id: &str) -> bool {
        self.revoked.contains(token_id)
    }

    fn is_declared(&self, scope: &Scope) -> bool {
        self.store.is_declared(scope)
    }

    fn params_of_some_user(&self, pick: u64) -> HashParams {
        self.store.params_of_some_user(pick)
    }
}
