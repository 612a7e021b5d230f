//! Users from elsewhere, put into a store all at once.

use std::collections::{BTreeMap, HashMap};

use super::change::{ChangeError, drop_removed, next_generation, revoke, sign_out_above, valid_from};
use super::time::Timestamp;
use super::user::{Removed, Revocation, User, UserStore, Username};

/// Users from elsewhere, with the revoked tokens and the removed users there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Import {
    /// The users. No two names are equal, or differ in case only.
    pub users: Vec<User>,
    /// `exp` by `jti`. Those that are over are not recorded.
    pub revoked: BTreeMap<String, Timestamp>,
    /// Users who were removed elsewhere.
    pub removed: BTreeMap<Username, Removed>,
}

impl Import {
    /// Says whether `store` has a user of one of the names, or of a name that differs in case only.
    ///
    /// # Errors
    ///
    /// [`ChangeError::UserExists`] or [`ChangeError::CaseTwin`], for the first such user.
    pub fn check(&self, store: &UserStore) -> Result<(), ChangeError> {
        let names: HashMap<String, &Username> =
            store.users.keys().map(|name| (name.folded().collect(), name)).collect();
        if names.is_empty() {
            return Ok(());
        }
        self.users.iter().try_for_each(|user| match names.get(&user.name.folded().collect::<String>()) {
            Some(twin) if **twin == user.name => Err(ChangeError::UserExists(user.name.clone())),
            Some(twin) => Err(ChangeError::CaseTwin((*twin).clone())),
            None => Ok(()),
        })
    }

    /// Adds everything to `store`. A generation is kept, unless an earlier user of that name had a higher one.
    ///
    /// # Errors
    ///
    /// [`ChangeError`], in the order of its variants. Then `store` is left half changed, and to be dropped.
    pub fn put_into(mut self, store: &mut UserStore, now: Timestamp) -> Result<(), ChangeError> {
        self.settle(store, now)?;
        store.users.extend(self.users.into_iter().map(|user| (user.name.clone(), user)));
        Ok(())
    }

    /// Moves everything but the users into `store`, and gives the users the generations that they have there.
    ///
    /// # Errors
    ///
    /// Those of [`put_into`](Self::put_into).
    pub(crate) fn settle(&mut self, store: &mut UserStore, now: Timestamp) -> Result<(), ChangeError> {
        self.check(store)?;
        for user in &mut self.users {
            if let Some(earlier) = store.removed.remove(&user.name) {
                user.generation = user.generation.max(next_generation(earlier.generation, &user.name)?);
                user.tokens_valid_from = Some(valid_from(user.tokens_valid_from, now));
            }
        }
        let removed = std::mem::take(&mut self.removed);
        let mut places = HashMap::new();
        if !removed.is_empty() {
            places.extend(self.users.iter().enumerate().map(|(place, user)| (user.name.clone(), place)));
        }
        for (name, removed) in removed {
            let user = match places.get(&name) {
                Some(place) => self.users.get_mut(*place),
                None => store.users.get_mut(&name),
            };
            // A user of that name must not pass with tokens of the one who was removed.
            if let Some(user) = user {
                if user.generation <= removed.generation {
                    sign_out_above(user, removed.generation, now)?;
                }
                continue;
            }
            let noted = store.removed.entry(name).or_insert(removed);
            noted.generation = noted.generation.max(removed.generation);
            noted.until = noted.until.max(removed.until);
        }
        let revoked = std::mem::take(&mut self.revoked);
        revoke(store, revoked.into_iter().map(|(id, expires)| Revocation { id, expires }), now);
        drop_removed(store, now);
        Ok(())
    }
}
