//! Users from elsewhere: text in, users out. Which file it came from does not matter here.
//!
//! Everything that is not known is a fault: a field passed over may be the one that disabled a user.

mod authelia;
mod csv;
mod draft;
mod fault;
mod fields;
mod form;
mod htpasswd;
mod json;

use std::borrow::Cow;
use std::collections::BTreeMap;

use thiserror::Error;

use super::users_file::{self, StoreFault};
use crate::auth::password::{HashFault, PasswordHash};
use crate::auth::time::Timestamp;
use crate::auth::user::{Removed, User, UserStore, Username};
use form::Form;

pub use fault::{ImportFault, ImportFaultKind};

/// What a text says of users.
#[derive(Debug, Default)]
pub struct Imported {
    /// The users in the order of the text. No two names are equal, or differ in case only.
    pub users: Vec<ImportedUser>,
    /// `exp` by `jti` of revoked tokens.
    pub revoked: BTreeMap<String, Timestamp>,
    /// Users who were removed.
    pub removed: BTreeMap<Username, Removed>,
    /// The policies and the declared scopes of a store, without users.
    pub policies: UserStore,
}

/// A user from elsewhere.
#[derive(Debug)]
pub struct ImportedUser {
    /// The user. The scopes are those of the field `scopes`.
    pub user: User,
    /// Whether the text names the generation of the user.
    pub has_generation: bool,
    /// The groups, which may be no scopes.
    pub groups: Vec<String>,
    /// The text has a DES hash, or a plain password that looks like one. It is not taken: the user is locked out.
    pub had_des: bool,
}

/// Why a text gives no users.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ImportError {
    /// A store that is not valid.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A store in which the `hashed_password` of a user may be a password as typed.
    #[error("line {line}: a plain password is never imported: {fault} (user `{user}`)")]
    Plain {
        /// Counted from 1.
        line: usize,
        /// The user.
        user: Username,
        /// The fault of the hash.
        fault: HashFault,
    },
    /// A user, or a user who was removed, with a generation above [`User::LAST_IMPORTED`].
    #[error("`generation` is above {most}: no room is left for sign-outs (user `{0}`)", most = User::LAST_IMPORTED)]
    LastGeneration(Username),
    /// Another form.
    #[error(transparent)]
    Fault(#[from] ImportFault),
}

impl ImportError {
    /// The line of what may be a password as typed, if it is that.
    #[must_use]
    pub const fn plain_line(&self) -> Option<usize> {
        match self {
            Self::Plain { line, .. }
            | Self::Fault(ImportFault { line, kind: ImportFaultKind::Plain(_), .. }) => Some(*line),
            _ => None,
        }
    }
}

/// Reads users from a store, a file of htpasswd, JSON, JSON Lines, CSV or a file of Authelia, told apart by what they
/// look like. The text is freed as soon as it is read: it may be large.
///
/// # Errors
///
/// [`ImportError`], for the first thing wrong.
pub fn parse(text: String) -> Result<Imported, ImportError> {
    let imported = read(text)?;
    let users = imported.users.iter().map(|one| (&one.user.name, one.user.generation));
    let removed = imported.removed.iter().map(|(name, removed)| (name, removed.generation));
    match users.chain(removed).find(|(_, generation)| *generation > User::LAST_IMPORTED) {
        Some((name, _)) => Err(ImportError::LastGeneration(name.clone())),
        None => Ok(imported),
    }
}

fn read(text: String) -> Result<Imported, ImportError> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let users = match Form::of(body) {
        Form::Store => return of_store(body),
        Form::Htpasswd => htpasswd::parse(body)?,
        Form::Json => json::parse(body)?,
        Form::Csv => csv::parse(body)?,
        Form::Authelia => authelia::parse(body)?,
        Form::Unknown(line) => {
            return Err(ImportFault { line, user: None, kind: ImportFaultKind::Form }.into());
        }
    };
    drop(text);
    let users = distinct(users)?;
    Ok(Imported { users, ..Imported::default() })
}

fn of_store(text: &str) -> Result<Imported, ImportError> {
    let listing = users_file::list(text)?;
    let mut users = Vec::with_capacity(listing.len());
    for user in listing.users().map(Cow::into_owned) {
        if let Some(fault) = user.hash.as_ref().and_then(PasswordHash::plain_fault) {
            let line = users_file::line_of_hash(text, &user.name);
            return Err(ImportError::Plain { line, user: user.name, fault });
        }
        users.push(ImportedUser { user, has_generation: true, groups: Vec::new(), had_des: false });
    }
    let policies = listing.policies().policies();
    let UserStore { revoked, removed, .. } = listing.into_rest();
    Ok(Imported { users, revoked, removed, policies })
}

/// The users, if their names differ in more than case. With each comes its line.
fn distinct(users: Vec<(usize, ImportedUser)>) -> Result<Vec<ImportedUser>, ImportFault> {
    // Sorted, not in a map: of 100,000 names it would take 8 MB.
    let mut sorted: Vec<_> = users.iter().map(|(line, one)| (&one.user.name, *line)).collect();
    sorted.sort_by(|(one, _), (other, _)| one.folded().cmp(other.folded()));
    let neighbours = sorted.iter().zip(sorted.iter().skip(1));
    let doubled = neighbours.filter(|((one, _), (other, _))| one.folded().eq(other.folded()));
    if let Some(((_, first), (name, line))) = doubled.min_by_key(|(_, (_, line))| line) {
        let kind = ImportFaultKind::DoubledUser(*first);
        return Err(ImportFault { line: *line, user: Some((*name).clone()), kind });
    }
    drop(sorted);
    Ok(users.into_iter().map(|(_, user)| user).collect())
}

#[cfg(test)]
mod tests;
