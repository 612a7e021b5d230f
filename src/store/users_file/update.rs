//! Changes a users file, from lock to rename.

use std::path::Path;

use super::edit::{EditError, Edited, edited, imported};
use super::{parse, text};
use crate::auth::change::Change;
use crate::auth::import::Import;
use crate::auth::time::Timestamp;
use crate::auth::user::UserStore;
use crate::store::UpdateRefusal;
use crate::store::safe_file::{self, UpdateError};

/// A store after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Whether the file was changed.
    pub any: bool,
    /// The store in the file now.
    pub store: UserStore,
}

/// Makes the change that `decide` chooses for the store under the lock; `None` leaves the file.
///
/// # Errors
///
/// Those of [`safe_file::update`]; then [`EditError`], or the error of `decide`. The file is unchanged then.
pub fn update<E>(
    path: &Path,
    decide: impl FnOnce(&UserStore) -> Result<Option<Change>, E>,
) -> Result<Changed, UpdateError<UpdateRefusal<EditError, E>>> {
    locked(path, |text, store| {
        let Some(change) = decide(&store).map_err(UpdateRefusal::Caller)? else {
            return Ok((None, Changed { any: false, store }));
        };
        let Edited { text, store } = edited(text, store, &change).map_err(UpdateRefusal::File)?;
        let any = text.is_some();
        Ok((text, Changed { any, store }))
    })
}

/// Puts in the users and records that `decide` chooses for the store under the lock, at the time that it names. Returns what
/// else it returns.
///
/// # Errors
///
/// Those of [`update`].
pub fn import<T, E>(
    path: &Path,
    decide: impl FnOnce(&UserStore) -> Result<(Import, Timestamp, T), E>,
) -> Result<T, UpdateError<UpdateRefusal<EditError, E>>> {
    locked(path, |text, store| {
        let (import, now, answer) = decide(&store).map_err(UpdateRefusal::Caller)?;
        let text = imported(text, store, import, now).map_err(UpdateRefusal::File)?;
        Ok((text, answer))
    })
}

/// Makes an edit of the text and the store in it, under the lock.
fn locked<T, E>(
    path: &Path,
    edit: impl FnOnce(&str, UserStore) -> Result<(Option<String>, T), UpdateRefusal<EditError, E>>,
) -> Result<T, UpdateError<UpdateRefusal<EditError, E>>> {
    safe_file::update(path, |old| {
        let fault = |fault| UpdateRefusal::File(EditError::from(fault));
        let text = text(old).map_err(fault)?;
        let (text, answer) = edit(text, parse(text).map_err(fault)?)?;
        Ok((text.map(String::into_bytes), answer))
    })
}
