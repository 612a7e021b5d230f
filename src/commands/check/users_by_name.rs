//! The users that tokens are judged by, found in constant time however many tokens ask for them.

use std::collections::{HashMap, HashSet};

use authctl::auth::password::{HashParams, PasswordPolicy};
use authctl::auth::scope::Scope;
use authctl::auth::user::{HashCosts, TokenPolicy, User, UserStore, Username, Users};
use authctl::auth::verify::Demands;

use crate::context::StoreText;
use crate::error::Failure;

/// Where users come from: the store, or nowhere with `--stateless`.
pub(super) struct Source(pub(super) Option<StoreText>);

/// Users, and what the store they are from demands of every token.
pub(super) struct Known {
    /// `None`: the token alone is judged.
    pub(super) users: Option<Box<dyn Users + Send + Sync>>,
    /// Issuer, audience and type.
    pub(super) demands: Demands,
}

impl Source {
    /// The users of these names.
    pub(super) fn look_up(&self, names: &[&str]) -> Result<Known, Failure> {
        let Some(text) = &self.0 else { return Ok(Known::stateless()) };
        let lookup = text.look_up(names)?;
        let demands = Demands::of(lookup.tokens());
        Ok(Known { users: Some(Box::new(lookup)), demands })
    }

    /// All users.
    pub(super) fn all(&self) -> Result<Known, Failure> {
        let Some(text) = &self.0 else { return Ok(Known::stateless()) };
        let store = text.parse()?;
        let demands = Demands::of(&store.tokens);
        Ok(Known { users: Some(Box::new(UsersByName::from(store))), demands })
    }
}

impl Known {
    fn stateless() -> Self {
        Self { users: None, demands: Demands::of(&TokenPolicy::default()) }
    }
}

/// A store with its users and revoked tokens in hash tables.
struct UsersByName {
    users: HashMap<Username, User>,
    revoked: HashSet<String>,
    declared: Option<HashSet<Scope>>,
    costs: HashCosts,
    policy: PasswordPolicy,
}

impl From<UserStore> for UsersByName {
    fn from(store: UserStore) -> Self {
        Self {
            costs: store.users.values().filter_map(|user| user.hash.params()).collect(),
            users: store.users.into_iter().collect(),
            revoked: store.revoked.into_keys().collect(),
            declared: store.scopes.map(|declared| declared.into_keys().collect()),
            policy: store.passwords,
        }
    }
}

impl Users for UsersByName {
    fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name)
    }

    fn is_revoked(&self, token_id: &str) -> bool {
        self.revoked.contains(token_id)
    }

    fn is_declared(&self, scope: &Scope) -> bool {
        self.declared.as_ref().is_none_or(|declared| declared.contains(scope))
    }

    fn params_of_some_user(&self, pick: u64) -> HashParams {
        self.costs.pick(pick).unwrap_or(self.policy.params)
    }
}
