//! The store of a new home, in a file or in a database.

use std::convert::Infallible;
use std::path::PathBuf;
use std::sync::Arc;

use authctl::auth::change::Change;
use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::user::{User, Username};
use authctl::store::postgres::{Asked, Database, DatabaseError, EditError};
use authctl::store::users_file::new_store;

use super::made::{is_missing, made_meanwhile, make_file};
use crate::clock;
use crate::commands::users::refuse_undeclared;
use crate::context::Context;
use crate::error::Failure;
use crate::files::Store;
use crate::files::change::edit_failed;
use crate::files::database::failed;

/// Where the users are.
pub(super) enum Place {
    File(PathBuf),
    Database(Arc<Database>),
}

/// A store that is there.
struct Found {
    is_empty: bool,
    /// The user who was asked for.
    user: Option<User>,
}

/// The store: one that is there, or a new one.
pub(super) struct StorePart {
    pub(super) place: Place,
    found: Option<Found>,
}

impl StorePart {
    /// Reads the store that is there, which must be valid and declare the scopes unless `user` is in it.
    pub(super) fn find(user: Option<&Username>, scopes: &ScopeSet, cx: &Context) -> Result<Self, Failure> {
        let (place, is_new) = if let Some(database) = cx.files.database()? {
            // The right to read names is enough.
            let is_new = match database.names("", 1) {
                Err(DatabaseError::NotAStore) => true,
                found => found.map(|_| false).map_err(|error| failed(&error))?,
            };
            (Place::Database(database), is_new)
        } else {
            let path = cx.files.users_path()?;
            let is_new = is_missing(&path)?;
            (Place::File(path), is_new)
        };
        if is_new {
            return Ok(Self { place, found: None });
        }
        let store = cx.open_store()?;
        let names: Vec<&str> = user.iter().map(|name| name.as_str()).collect();
        let asked = store.look_up(&names)?;
        let user = user.and_then(|name| asked.user(name.as_str()).cloned());
        if user.is_none() {
            refuse_undeclared(scopes, |scope| asked.is_declared(scope))?;
        }
        let is_empty = match &store {
            Store::File(text) => text.list()?.is_empty(),
            Store::Database(database) => database.names("", 1).map_err(|error| failed(&error))?.is_empty(),
        };
        Ok(Self { place, found: Some(Found { is_empty, user }) })
    }

    pub(super) const fn is_new(&self) -> bool {
        self.found.is_none()
    }

    /// Whether users were in it before.
    pub(super) fn has_users(&self) -> bool {
        self.found.as_ref().is_some_and(|found| !found.is_empty)
    }

    /// The user who was asked for, if the user is in it.
    pub(super) fn user(&self) -> Option<&User> {
        self.found.as_ref()?.user.as_ref()
    }

    /// Makes the store if it is new, and adds `user`.
    pub(super) fn make(&self, scopes: &ScopeSet, user: Option<&User>, cx: &Context) -> Result<(), Failure> {
        match &self.place {
            Place::File(path) if self.is_new() => {
                // The key may be older, and with it tokens of an earlier user of that name.
                let now = clock::now()?;
                let user = user.map(|user| user.clone().begin(None, now)).transpose();
                let user = user.map_err(|error| Failure::unknown("generation", error.to_string()))?;
                let text = new_store(&described(scopes), user.as_ref());
                return make_file(path, text.as_bytes(), cx);
            }
            Place::Database(database) if self.is_new() => {
                let text = new_store(&described(scopes), None);
                // What stands before the first table is about a file.
                let policy = text.find("[tokens]").and_then(|at| text.get(at..)).unwrap_or_default();
                let made = database.init(policy);
                if !made.map_err(not_made)? {
                    return Err(made_meanwhile(&database.address().to_string()));
                }
            }
            _ => {}
        }
        if let Some(user) = user {
            cx.edit_store(Asked::User(&user.name), |store, now| {
                refuse_undeclared(&user.scopes, |scope| store.is_declared(scope))?;
                Ok(Change::Add { user: user.clone(), now })
            })?;
        }
        Ok(())
    }
}

/// Tables may have been made that are no store yet.
fn not_made(error: EditError<Infallible>) -> Failure {
    match error {
        EditError::Database(error) => {
            let failure = failed(&error);
            Failure { message: format!("{}; no store was made", failure.message), ..failure }
        }
        error => edit_failed(error, |never| match never {}),
    }
}

/// The scopes with first descriptions, for someone to replace.
fn described(scopes: &ScopeSet) -> Vec<(Scope, String)> {
    let description = |scope: &Scope| format!("What a token with the scope {scope} permits.");
    scopes.iter().map(|scope| (scope.clone(), description(scope))).collect()
}
