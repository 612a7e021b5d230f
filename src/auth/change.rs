//! What can be changed in a store, and what each change means for its users.

use thiserror::Error;

use super::password::PasswordHash;
use super::revoke::is_over;
use super::scope::ScopeSet;
use super::time::{Span, Timestamp};
use super::user::{Removed, Revocation, User, UserStore, Username};

/// One change of a store. `Debug` shows no hash.
#[derive(Clone, Debug)]
pub enum Change {
    /// Adds a user, who [begins](User::begin) with a generation that no earlier user of that name had. A
    /// name that differs in case only from another is refused.
    Add {
        /// The user.
        user: User,
        /// The current time.
        now: Timestamp,
    },
    /// Removes a user, and the comments directly above the entry. The name is kept in `[removed]` until the
    /// user's tokens have expired, and those that are [over](is_over) are dropped there.
    Remove {
        /// The user's name.
        name: Username,
        /// The current time.
        now: Timestamp,
    },
    /// Sets the fields that are given; an empty text takes a field away.
    Describe {
        /// The user's name.
        name: Username,
        /// For people to read.
        full_name: Option<String>,
        /// For people to read.
        email: Option<String>,
    },
    /// Sets the password.
    SetHash {
        /// The user's name.
        name: Username,
        /// Its hash.
        hash: PasswordHash,
        /// The current time, to refuse tokens from before as [`SignOut`](Self::SignOut) does; `None` for
        /// another hash of the same password.
        sign_out: Option<Timestamp>,
    },
    /// Lets login grant these scopes too.
    Grant {
        /// The user's name.
        name: Username,
        /// Those already granted are left alone.
        scopes: ScopeSet,
    },
    /// Lets login grant these scopes no more, and tokens that have them count no more.
    Withdraw {
        /// The user's name.
        name: Username,
        /// Those not granted are passed over.
        scopes: ScopeSet,
    },
    /// Closes an account, or opens it again.
    SetDisabled {
        /// The user's name.
        name: Username,
        /// Whether to disable the user.
        disabled: bool,
    },
    /// Refuses the tokens issued so far: raises the generation, and sets `tokens_valid_from` for tokens that
    /// carry none. Neither ever goes back: that would revive tokens.
    SignOut {
        /// The user's name.
        name: Username,
        /// The current time.
        now: Timestamp,
    },
    /// Takes tokens back, and drops the records of tokens and removed users that are [over](is_over).
    RevokeTokens {
        /// Those that are over are not recorded.
        tokens: Vec<Revocation>,
        /// The current time.
        now: Timestamp,
    },
}

/// Why a store cannot be changed so.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ChangeError {
    /// No user of that name.
    #[error("user `{0}` does not exist")]
    NoSuchUser(Username),
    /// A user of that name.
    #[error("user `{0}` exists already")]
    UserExists(Username),
    /// A user whose name, given here, differs in case only.
    #[error("user `{0}` exists already: names that differ in case only are too easily confused")]
    CaseTwin(Username),
    /// The generation of this user cannot be raised any more.
    #[error("user `{0}` has the last generation there is")]
    LastGeneration(Username),
}

impl Change {
    /// The user whose entry is changed.
    pub(crate) const fn user(&self) -> Option<&Username> {
        match self {
            Self::Add { .. } | Self::RevokeTokens { .. } => None,
            Self::Remove { name, .. }
            | Self::Describe { name, .. }
            | Self::SetHash { name, .. }
            | Self::Grant { name, .. }
            | Self::Withdraw { name, .. }
            | Self::SetDisabled { name, .. }
            | Self::SignOut { name, .. } => Some(name),
        }
    }

    /// Whether the records of revoked tokens and removed users may change.
    pub(crate) const fn is_of_records(&self) -> bool {
        matches!(self, Self::Add { .. } | Self::Remove { .. } | Self::RevokeTokens { .. })
    }

    /// The store after the change.
    ///
    /// # Errors
    ///
    /// [`ChangeError`], in the order of its variants.
    pub fn on(&self, mut store: UserStore) -> Result<UserStore, ChangeError> {
        self.apply(&mut store).map(|()| store)
    }

    /// Makes the change.
    ///
    /// # Errors
    ///
    /// [`ChangeError`], in the order of its variants. Then `store` is left half changed, and to be dropped.
    pub(crate) fn apply(&self, store: &mut UserStore) -> Result<(), ChangeError> {
        match self {
            Self::Add { user: new, now } => {
                refuse_twins(store, &new.name)?;
                let new = new.clone().begin(store.removed.remove(&new.name).as_ref(), *now)?;
                store.users.insert(new.name.clone(), new);
                drop_removed(store, *now);
            }
            Self::Remove { name, now } => {
                let user = store.users.remove(name).ok_or_else(|| ChangeError::NoSuchUser(name.clone()))?;
                let until = now.whole_second().after(store.tokens.max_lifetime);
                let noted = store.removed.entry(name.clone());
                let noted = noted.or_insert(Removed { generation: user.generation, until });
                noted.generation = noted.generation.max(user.generation);
                noted.until = noted.until.max(until);
                drop_removed(store, *now);
            }
            Self::Describe { name, full_name, email } => {
                let user = user(store, name)?;
                describe(&mut user.full_name, full_name.as_ref());
                describe(&mut user.email, email.as_ref());
            }
            Self::SetHash { name, hash, sign_out: at } => {
                let user = user(store, name)?;
                user.hash = Some(hash.clone());
                at.map_or(Ok(()), |now| sign_out(user, now))?;
            }
            Self::Grant { name, scopes } => user(store, name)?.scopes.extend(scopes.iter().cloned()),
            Self::Withdraw { name, scopes } => {
                let user = user(store, name)?;
                let kept = user.scopes.iter().filter(|scope| !scopes.contains(scope.as_str()));
                user.scopes = kept.cloned().collect();
            }
            Self::SetDisabled { name, disabled } => user(store, name)?.disabled = *disabled,
            Self::SignOut { name, now } => sign_out(user(store, name)?, *now)?,
            Self::RevokeTokens { tokens, now } => {
                revoke(store, tokens.iter().cloned(), *now);
                drop_removed(store, *now);
            }
        }
        Ok(())
    }
}

impl User {
    /// The same user with the generation to begin with at `now`. `removed` is the record of an earlier user of that
    /// name.
    ///
    /// The generation is the current time in seconds, in case the records of earlier users were lost with an
    /// earlier store; more where the store knows of a user who had that. Tokens that carry no generation are
    /// refused by the time of their issue, but only where there was such a user: other servers' tokens without
    /// `iat` are good for a user who is new.
    ///
    /// # Errors
    ///
    /// [`ChangeError::LastGeneration`].
    pub fn begin(self, removed: Option<&Removed>, now: Timestamp) -> Result<Self, ChangeError> {
        let after = removed.map_or(Ok(0), |removed| next_generation(removed.generation, &self.name))?;
        let from = removed.map(|_| valid_from(None, now));
        Ok(Self {
            generation: self.generation.max(after).max(now.seconds()),
            tokens_valid_from: self.tokens_valid_from.max(from),
            ..self
        })
    }
}

fn user<'a>(store: &'a mut UserStore, name: &Username) -> Result<&'a mut User, ChangeError> {
    store.users.get_mut(name).ok_or_else(|| ChangeError::NoSuchUser(name.clone()))
}

fn refuse_twins(store: &UserStore, name: &Username) -> Result<(), ChangeError> {
    if store.users.contains_key(name) {
        return Err(ChangeError::UserExists(name.clone()));
    }
    let twin = store.users.keys().find(|other| other.as_str().eq_ignore_ascii_case(name.as_str()));
    twin.map_or(Ok(()), |twin| Err(ChangeError::CaseTwin(twin.clone())))
}

/// Raises the generation of `user`, and moves `tokens_valid_from` on.
fn sign_out(user: &mut User, now: Timestamp) -> Result<(), ChangeError> {
    sign_out_above(user, user.generation, now)
}

/// Sets the generation of `user` to the next above `generation`, and moves `tokens_valid_from` on.
pub(super) fn sign_out_above(user: &mut User, generation: u64, now: Timestamp) -> Result<(), ChangeError> {
    user.generation = next_generation(generation, &user.name)?;
    user.tokens_valid_from = Some(valid_from(user.tokens_valid_from, now));
    Ok(())
}

/// The `tokens_valid_from` that refuses every token without a generation that was issued by `now`: the next whole second,
/// and never before the old one.
pub(super) fn valid_from(old: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let next = now.whole_second().after(Span::seconds(1));
    old.map_or(next, |old| old.max(next))
}

pub(super) fn next_generation(generation: u64, name: &Username) -> Result<u64, ChangeError> {
    let next = generation.checked_add(1).filter(|next| *next <= User::LAST_GENERATION);
    next.ok_or_else(|| ChangeError::LastGeneration(name.clone()))
}

/// Forgets the removed users whose tokens have all expired.
pub(super) fn drop_removed(store: &mut UserStore, now: Timestamp) {
    store.removed.retain(|_, removed| !is_over(removed.until, now));
}

fn describe(field: &mut Option<String>, new: Option<&String>) {
    if let Some(text) = new {
        *field = Some(text.clone()).filter(|text| !text.is_empty());
    }
}

pub(super) fn revoke(store: &mut UserStore, tokens: impl Iterator<Item = Revocation>, now: Timestamp) {
    store.revoked.retain(|_, expires| !is_over(*expires, now));
    for Revocation { id, expires } in tokens.filter(|token| !is_over(token.expires, now)) {
        let known = store.revoked.entry(id).or_insert(expires);
        *known = (*known).max(expires);
    }
}
