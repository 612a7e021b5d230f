//! What can be changed in a store, and what each change means for its users.

use std::collections::{BTreeMap, HashMap};

use thiserror::Error;

use super::password::PasswordHash;
use super::revoke::is_over;
use super::scope::ScopeSet;
use super::time::{Span, Timestamp};
use super::user::{Removed, Revocation, User, UserStore, Username};

/// One change of a store. It cannot be printed by `{:?}`: it may hold a hash.
#[derive(Clone)]
pub enum Change {
    /// Adds a user, who [begins](NewUser::begin) with a generation that no earlier user of that name had. A
    /// name that differs in case only from another is refused.
    Add {
        /// The user.
        user: NewUser,
        /// The current time.
        now: Timestamp,
    },
    /// Adds users from elsewhere, what is revoked there, and who was removed. A generation is kept, unless an earlier
    /// user of that name had a higher one. A name that differs in case only from another is refused.
    Import {
        /// The users. No two names are equal, or differ in case only.
        users: Vec<NewUser>,
        /// `exp` by `jti`. Those that are over are not recorded.
        revoked: BTreeMap<String, Timestamp>,
        /// Users who were removed elsewhere.
        removed: BTreeMap<Username, Removed>,
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
    /// Sets what is given; an empty text takes the field away.
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
        /// The new PHC string.
        hashed_password: String,
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

/// A user to be written.
#[derive(Clone)]
pub struct NewUser {
    /// What the user logs in with.
    pub name: Username,
    /// For people to read.
    pub full_name: Option<String>,
    /// For people to read.
    pub email: Option<String>,
    /// A hash as [`PasswordHash::parse`] reads it; `None` for a user who logs in with no password.
    pub hashed_password: Option<String>,
    /// Whether the account is closed from the start.
    pub disabled: bool,
    /// What login may grant.
    pub scopes: ScopeSet,
    /// Tokens issued before this moment are refused, if they carry no generation.
    pub tokens_valid_from: Option<Timestamp>,
    /// Tokens of a lower generation are refused.
    pub generation: u64,
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
            Self::Add { .. } | Self::Import { .. } | Self::RevokeTokens { .. } => None,
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
        matches!(
            self,
            Self::Add { .. } | Self::Import { .. } | Self::Remove { .. } | Self::RevokeTokens { .. }
        )
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
                let user = new.clone().begin(store.removed.remove(&new.name).as_ref(), *now)?.user();
                store.users.insert(new.name.clone(), user);
                drop_removed(store, *now);
            }
            Self::Import { users, revoked, removed, now } => {
                import(store, users, removed, *now)?;
                let tokens =
                    revoked.iter().map(|(id, expires)| Revocation { id: id.clone(), expires: *expires });
                revoke(store, &tokens.collect::<Vec<_>>(), *now);
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
            Self::SetHash { name, hashed_password, sign_out: at } => {
                let user = user(store, name)?;
                user.hash = Some(PasswordHash::parse(hashed_password));
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
                revoke(store, tokens, *now);
                drop_removed(store, *now);
            }
        }
        Ok(())
    }
}

impl NewUser {
    /// The same user with the generation to begin with at `now`, where `removed` is what is known of an earlier
    /// user of that name.
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

    pub(crate) fn user(&self) -> User {
        User {
            name: self.name.clone(),
            full_name: self.full_name.clone(),
            email: self.email.clone(),
            hash: self.hashed_password.as_deref().map(PasswordHash::parse),
            disabled: self.disabled,
            scopes: self.scopes.clone(),
            tokens_valid_from: self.tokens_valid_from,
            generation: self.generation,
        }
    }
}

impl From<User> for NewUser {
    fn from(user: User) -> Self {
        let User { name, full_name, email, hash, disabled, scopes, tokens_valid_from, generation } = user;
        let hashed_password = hash.map(|hash| hash.expose().to_owned());
        Self { name, full_name, email, hashed_password, disabled, scopes, tokens_valid_from, generation }
    }
}

/// Shows everything but the hash.
impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.user().fmt(f)
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

/// Adds `users`, and notes those who were `removed` elsewhere. A user of such a name gets a generation above theirs.
fn import(
    store: &mut UserStore,
    users: &[NewUser],
    removed: &BTreeMap<Username, Removed>,
    now: Timestamp,
) -> Result<(), ChangeError> {
    let lower = |name: &Username| name.as_str().to_ascii_lowercase();
    let names: HashMap<String, &Username> = store.users.keys().map(|name| (lower(name), name)).collect();
    for user in users {
        match names.get(&lower(&user.name)) {
            Some(twin) if **twin == user.name => return Err(ChangeError::UserExists(user.name.clone())),
            Some(twin) => return Err(ChangeError::CaseTwin((*twin).clone())),
            None => {}
        }
    }
    for new in users {
        let mut user = new.user();
        if let Some(earlier) = store.removed.remove(&new.name) {
            user.generation = user.generation.max(next_generation(earlier.generation, &new.name)?);
            user.tokens_valid_from = Some(valid_from(user.tokens_valid_from, now));
        }
        store.users.insert(new.name.clone(), user);
    }
    for (name, removed) in removed {
        // A user of that name must not pass with tokens of the one who was removed.
        if let Some(user) = store.users.get_mut(name) {
            if user.generation <= removed.generation {
                user.generation = next_generation(removed.generation, name)?;
                user.tokens_valid_from = Some(valid_from(user.tokens_valid_from, now));
            }
            continue;
        }
        let noted = store.removed.entry(name.clone()).or_insert(*removed);
        noted.generation = noted.generation.max(removed.generation);
        noted.until = noted.until.max(removed.until);
    }
    Ok(())
}

/// Raises the generation of `user`, and moves `tokens_valid_from` on.
fn sign_out(user: &mut User, now: Timestamp) -> Result<(), ChangeError> {
    user.generation = next_generation(user.generation, &user.name)?;
    user.tokens_valid_from = Some(valid_from(user.tokens_valid_from, now));
    Ok(())
}

/// The `tokens_valid_from` that refuses every token without a generation that was issued by `now`: the next whole second,
/// and never before the old one.
fn valid_from(old: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let next = now.whole_second().after(Span::seconds(1));
    old.map_or(next, |old| old.max(next))
}

fn next_generation(generation: u64, name: &Username) -> Result<u64, ChangeError> {
    let next = generation.checked_add(1).filter(|next| *next <= User::LAST_GENERATION);
    next.ok_or_else(|| ChangeError::LastGeneration(name.clone()))
}

/// Forgets the removed users whose tokens have all expired.
fn drop_removed(store: &mut UserStore, now: Timestamp) {
    store.removed.retain(|_, removed| !is_over(removed.until, now));
}

fn describe(field: &mut Option<String>, new: Option<&String>) {
    if let Some(text) = new {
        *field = Some(text.clone()).filter(|text| !text.is_empty());
    }
}

fn revoke(store: &mut UserStore, tokens: &[Revocation], now: Timestamp) {
    store.revoked.retain(|_, expires| !is_over(*expires, now));
    for Revocation { id, expires } in tokens.iter().filter(|token| !is_over(token.expires, now)) {
        let known = store.revoked.entry(id.clone()).or_insert(*expires);
        *known = (*known).max(*expires);
    }
}
