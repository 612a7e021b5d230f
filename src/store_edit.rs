//! One change of the user store, from lock to rename.

use std::fmt::Display;

use anyhow::Result;
use authctl::auth::change::{Change, ChangeError};
use authctl::auth::time::Timestamp;
use authctl::auth::user::UserStore;
use authctl::store::safe_file::UpdateError;
use authctl::store::users_file::{self, Changed, EditError, UpdateRefusal};

use crate::context::{Context, invalid_store, unreadable};
use crate::error::{Failure, reason};

/// As [`edit_store_if`], where there is a change to make in any case.
pub(crate) fn edit_store(
    cx: &Context,
    change: impl FnOnce(&UserStore, Timestamp) -> Result<Change, Failure>,
) -> Result<Changed, Failure> {
    edit_store_if(cx, |store, now| change(store, now).map(Some))
}

/// Makes the change that `change` decides on, seeing the store as it is under the lock and the time.
pub(crate) fn edit_store_if(
    cx: &Context,
    change: impl FnOnce(&UserStore, Timestamp) -> Result<Option<Change>, Failure>,
) -> Result<Changed, Failure> {
    let path = cx.users_path()?;
    let shown = path.display();
    cx.warn_if_others_can_write(&path);
    let updated = users_file::update(&path, |store| change(store, Context::now()?));
    updated.map_err(|error| {
        let refused = error.map_refused(|refusal| match refusal {
            UpdateRefusal::Edit(error) => refused(&shown, error),
            UpdateRefusal::Caller(failure) => failure,
        });
        unchanged("user store", &shown, refused)
    })
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
        EditError::Change(error) => change_refused(&error),
        EditError::Unsafe => Failure::unknown("layout", format!("user store `{path}`: {error}")),
    }
}

/// What is said of a change that the users do not allow.
pub(crate) fn change_refused(error: &ChangeError) -> Failure {
    let message = error.to_string();
    match error {
        ChangeError::NoSuchUser(_) => {
            Failure::no("no_such_user", message).hint("`authctl users list` shows who does")
        }
        ChangeError::UserExists(_) | ChangeError::CaseTwin(_) => Failure::no("user_exists", message),
        ChangeError::LastGeneration(_) => Failure::unknown("last_generation", message)
            .hint("choose another username, or lower `generation` in the store once all tokens have expired"),
    }
}
