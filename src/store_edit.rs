//! One change of the user store, from lock to rename.

use std::fmt::Display;

use anyhow::Result;
use authctl::auth::time::Timestamp;
use authctl::auth::user::UserStore;
use authctl::store::safe_file::{self, UpdateError};
use authctl::store::users_file::{self, Change, EditError, Edited};

use crate::context::{Context, invalid_store, unreadable};
use crate::error::{Failure, reason};

/// The store after a change.
pub(crate) struct ChangedStore {
    /// Whether anything was changed.
    pub(crate) any: bool,
    pub(crate) store: UserStore,
}

/// As [`edit_store_if`], where there is a change to make in any case.
pub(crate) fn edit_store(
    cx: &Context,
    change: impl FnOnce(&UserStore, Timestamp) -> Result<Change, Failure>,
) -> Result<ChangedStore, Failure> {
    edit_store_if(cx, |store, now| change(store, now).map(Some))
}

/// Makes the change that `change` decides on, seeing the store as it is under the lock and the time.
pub(crate) fn edit_store_if(
    cx: &Context,
    change: impl FnOnce(&UserStore, Timestamp) -> Result<Option<Change>, Failure>,
) -> Result<ChangedStore, Failure> {
    let path = cx.users_path()?;
    let shown = path.display();
    cx.warn_if_others_can_write(&path);
    let updated = safe_file::update(&path, |old| {
        let text = users_file::text(old).map_err(|fault| invalid_store(&shown, &fault))?;
        let store = users_file::parse(text).map_err(|fault| invalid_store(&shown, &fault))?;
        let Some(change) = change(&store, Context::now()?)? else {
            return Ok((None, ChangedStore { any: false, store }));
        };
        let edited = users_file::edited(text, store, &change);
        let Edited { text, store } = edited.map_err(|error| refused(&shown, error))?;
        let any = text.is_some();
        Ok((text.map(String::into_bytes), ChangedStore { any, store }))
    });
    updated.map_err(|error| unchanged("user store", &shown, error))
}

/// What is said of a file that was to be changed, and was not.
pub(crate) fn unchanged(what: &str, path: &impl Display, error: UpdateError<Failure>) -> Failure {
    match error {
        UpdateError::Refused(failure) => failure,
        UpdateError::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
            unreadable(what, path, &error)
        }
        UpdateError::Io(error) => {
            Failure::unknown("io", format!("cannot change the {what} `{path}`: {}", reason(&error)))
        }
        UpdateError::NotKept { what: kept, error } => {
            let reason = reason(&error);
            Failure::unknown(
                "not_kept",
                format!("cannot change the {what} `{path}`: its {kept} cannot be kept: {reason}"),
            )
            .hint("run this as the owner of the file, or as root")
        }
        UpdateError::MountPoint => {
            Failure::unknown("mount_point", format!("cannot change the {what} `{path}`: {error}"))
                .hint("mount the folder of the file instead, or change the file where it is mounted from")
        }
        UpdateError::Busy => Failure::unknown("busy", format!("{what} `{path}`: {error}"))
            .hint("try again, or look for a process that hangs"),
    }
}

fn refused(path: &impl Display, error: EditError) -> Failure {
    match error {
        EditError::Fault(fault) => invalid_store(path, &fault),
        EditError::NoSuchUser(name) => Failure::no("no_such_user", format!("user `{name}` does not exist"))
            .hint("`authctl users list` shows who does"),
        EditError::UserExists(_) | EditError::CaseTwin(_) => Failure::no("user_exists", error.to_string()),
        EditError::LastGeneration(_) => Failure::unknown("last_generation", error.to_string())
            .hint("choose another username, or lower `generation` in the store once all tokens have expired"),
        EditError::Unsafe => Failure::unknown("layout", format!("user store `{path}`: {error}")),
    }
}
