//! What can be changed in a users file, and what each change means for the users.

use thiserror::Error;

use super::fault::StoreFault;
use crate::auth::password::PasswordHash;
use crate::auth::revoke::is_over;
use crate::auth::scope::ScopeSet;
use crate::auth::time::Timestamp;
use crate::auth::user::{Revocation, User, UserStore, Username};

/// One change of a users file. It cannot be printed by `{:?}`: it may hold a hash.
#[derive(Clone)]
pub enum Change {
    /// A user that was not there. A name that differs in case only from another is refused.
    Add(NewUser),
    /// Removes a user, and the comments directly above the entry.
    Remove(Username),
    /// Sets what is given; an empty text takes the field away.
    Describe {
        /// Of whom.
        name: Username,
        /// For people to read.
        full_name: Option<String>,
        /// For people to read.
        email: Option<String>,
    },
    /// Sets the password.
    SetHash {
        /// Of whom.
        name: Username,
        /// The new PHC string.
        hashed_password: String,
        /// Refuses tokens from before, as [`SignOut`](Self::SignOut) does.
        tokens_valid_from: Option<Timestamp>,
    },
    /// Lets login grant these scopes too.
    Grant {
        /// To whom.
        name: Username,
        /// Those already granted are left alone.
        scopes: ScopeSet,
    },
    /// Lets login grant these scopes no more, and tokens that have them count no more.
    Withdraw {
        /// From whom.
        name: Username,
        /// Those not granted are passed over.
        scopes: ScopeSet,
    },
    /// Closes an account, or opens it again.
    SetDisabled {
        /// Whose.
        name: Username,
        /// Whether it is to be closed.
        disabled: bool,
    },
    /// Refuses tokens issued before a moment. It is never moved back: that would revive tokens.
    SignOut {
        /// Whose.
        name: Username,
        /// The moment.
        tokens_valid_from: Timestamp,
    },
    /// Takes tokens back, and drops the records of those that are [over](is_over).
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
    /// A PHC string.
    pub hashed_password: String,
    /// Whether the account is closed from the start.
    pub disabled: bool,
    /// What login may grant.
    pub scopes: ScopeSet,
    /// Tokens issued before this moment are refused.
    pub tokens_valid_from: Option<Timestamp>,
}

/// Why a users file was not changed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EditError {
    /// It was not valid to begin with.
    #[error(transparent)]
    Fault(#[from] StoreFault),
    /// Nobody of that name.
    #[error("no user `{0}`")]
    NoSuchUser(Username),
    /// Somebody of that name.
    #[error("user `{0}` exists already")]
    UserExists(Username),
    /// Somebody whose name, given here, differs in case only.
    #[error("user `{0}` exists already: names that differ in case only are too easily confused")]
    CaseTwin(Username),
    /// Written in a way in which the change cannot be made without touching something else.
    #[error("the file is laid out in a way that cannot be edited safely: change it by hand")]
    Unsafe,
}

impl Change {
    /// The change as it is for the users, whatever their file looks like.
    pub(super) fn apply(&self, store: &mut UserStore) -> Result<(), EditError> {
        match self {
            Self::Add(new) => {
                refuse_twins(store, &new.name)?;
                store.users.insert(new.name.clone(), new.user());
            }
            Self::Remove(name) => {
                store.users.remove(name).ok_or_else(|| EditError::NoSuchUser(name.clone()))?;
            }
            Self::Describe { name, full_name, email } => {
                let user = user(store, name)?;
                describe(&mut user.full_name, full_name.as_ref());
                describe(&mut user.email, email.as_ref());
            }
            Self::SetHash { name, hashed_password, tokens_valid_from } => {
                let user = user(store, name)?;
                user.hash = PasswordHash::parse(hashed_password);
                user.tokens_valid_from = user.tokens_valid_from.max(*tokens_valid_from);
            }
            Self::Grant { name, scopes } => user(store, name)?.scopes.extend(scopes.iter().cloned()),
            Self::Withdraw { name, scopes } => {
                let user = user(store, name)?;
                let kept = user.scopes.iter().filter(|scope| !scopes.contains(scope.as_str()));
                user.scopes = kept.cloned().collect();
            }
            Self::SetDisabled { name, disabled } => user(store, name)?.disabled = *disabled,
            Self::SignOut { name, tokens_valid_from } => {
                let user = user(store, name)?;
                user.tokens_valid_from = user.tokens_valid_from.max(Some(*tokens_valid_from));
            }
            Self::RevokeTokens { tokens, now } => revoke(store, tokens, *now),
        }
        Ok(())
    }
}

impl NewUser {
    pub(super) fn user(&self) -> User {
        User {
            name: self.name.clone(),
            full_name: self.full_name.clone(),
            email: self.email.clone(),
            hash: PasswordHash::parse(&self.hashed_password),
            disabled: self.disabled,
            scopes: self.scopes.clone(),
            tokens_valid_from: self.tokens_valid_from,
            generation: 0,
        }
    }
}

/// Without the hash: it is for the file alone.
impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.user().fmt(f)
    }
}

fn user<'a>(store: &'a mut UserStore, name: &Username) -> Result<&'a mut User, EditError> {
    store.users.get_mut(name).ok_or_else(|| EditError::NoSuchUser(name.clone()))
}

fn refuse_twins(store: &UserStore, name: &Username) -> Result<(), EditError> {
    if store.users.contains_key(name) {
        return Err(EditError::UserExists(name.clone()));
    }
    let twin = store.users.keys().find(|other| other.as_str().eq_ignore_ascii_case(name.as_str()));
    twin.map_or(Ok(()), |twin| Err(EditError::CaseTwin(twin.clone())))
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
