//! Changes of the user store and the key file, each under the lock of its file.

use std::io;
use std::path::Path;

use authctl::auth::change::{Change, ChangeError};
use authctl::auth::import::Import;
use authctl::auth::key::KeySet;
use authctl::auth::time::Timestamp;
use authctl::auth::user::UserStore;
use authctl::store::UpdateRefusal;
use authctl::store::key_file;
use authctl::store::postgres::{Asked, Database, EditError as DatabaseEdit};
use authctl::store::safe_file::UpdateError;
use authctl::store::users_file::{self, Changed, EditError};

use super::database::failed;
use super::keys::invalid_key;
use super::{invalid_store, unreadable};
use crate::clock;
use crate::environment::KeySource;
use crate::error::{Failure, reason};

/// Makes the change that `decide` decides on. It sees the store under the lock, and the time.
pub(crate) fn edit_store(
    path: &Path,
    decide: impl FnOnce(&UserStore, Timestamp) -> Result<Option<Change>, Failure>,
) -> Result<Changed, Failure> {
    users_file::update(path, |store| decide(store, clock::now()?)).map_err(edit_refused(path))
}

/// Puts in the users that `decide` decides on. It sees the store under the lock, and the time.
pub(crate) fn import<T>(
    path: &Path,
    decide: impl FnOnce(&UserStore, Timestamp) -> Result<(Import, T), Failure>,
) -> Result<T, Failure> {
    let import = |store: &UserStore| {
        let now = clock::now()?;
        let (import, decided) = decide(store, now)?;
        Ok((import, now, decided))
    };
    users_file::import(path, import).map_err(edit_refused(path))
}

/// The failure of an edit of the store at `path`.
fn edit_refused(path: &Path) -> impl Fn(UpdateError<UpdateRefusal<EditError, Failure>>) -> Failure {
    move |error| {
        let refused = error.map_refused(|refusal| match refusal {
            UpdateRefusal::File(EditError::Fault(fault)) => invalid_store(path, &fault),
            UpdateRefusal::File(EditError::Change(error)) => change_refused(&error),
            UpdateRefusal::File(error @ EditError::Unsafe) => {
                Failure::unknown("layout", format!("user store `{}`: {error}", path.display()))
            }
            UpdateRefusal::Caller(failure) => failure,
        });
        unchanged("user store", path, refused)
    }
}

/// Makes the change that `decide` decides on in a database. It sees what is asked for, and the time of the database.
pub(crate) fn edit_database(
    database: &Database,
    asked: Asked<'_>,
    decide: impl FnMut(&UserStore, Timestamp) -> Result<Option<Change>, Failure>,
) -> Result<Changed, Failure> {
    database.change(asked, decide).map_err(|error| edit_failed(error, |failure| failure))
}

/// The failure of an edit of a database, with that of the caller.
pub(crate) fn edit_failed<E>(error: DatabaseEdit<E>, of_caller: impl FnOnce(E) -> Failure) -> Failure {
    match error {
        DatabaseEdit::Database(error) => {
            let failure = failed(&error);
            if failure.is_missing() {
                return failure;
            }
            Failure { message: format!("{}; nothing was changed", failure.message), ..failure }
        }
        DatabaseEdit::UnknownOutcome { source, .. } => {
            let message = format!("it is not known whether the change was made: {source}");
            Failure::unknown("unknown_outcome", message)
                .hint("look with `authctl users`, `authctl users policy` or `authctl revoke --list`, and run it again if it was not")
        }
        DatabaseEdit::PolicyChanged => {
            let message = "the policies of the database were changed meanwhile; nothing was changed";
            Failure::no("policy_changed", message)
                .hint("look at them with `authctl users policy`, and begin again with what that prints")
        }
        DatabaseEdit::Change(error) => change_refused(&error),
        DatabaseEdit::Caller(error) => of_caller(error),
    }
}

/// Makes the change that `decide` decides on. It sees the path and the keys under the lock. Returns the keys before
/// and after.
pub(crate) fn edit_keys(
    source: &KeySource,
    decide: impl FnOnce(&Path, &KeySet) -> Result<KeySet, Failure>,
) -> Result<(KeySet, KeySet), Failure> {
    let KeySource::File(path) = source else {
        return Err(Failure::unknown(
            "no_key_file",
            "the key is in `AUTHCTL_SECRET_KEY`, and no command can change it there",
        )
        .hint("put it in a file, name that with `AUTHCTL_KEY_FILE`, and unset `AUTHCTL_SECRET_KEY`"));
    };
    if path.metadata().is_ok_and(|at| !at.is_file() && !at.is_dir()) {
        let message = format!("key file `{}` is a pipe, and cannot be changed", path.display());
        return Err(Failure::unknown("no_key_file", message)
            .hint("name the file that the key comes from with `--key-file`"));
    }
    key_file::update(path, |keys| decide(path, keys)).map_err(|error| {
        let refused = error.map_refused(|refusal| match refusal {
            UpdateRefusal::File(fault) => invalid_key(source, &fault),
            UpdateRefusal::Caller(failure) => failure,
        });
        unchanged("key file", path, refused)
    })
}

/// The failure of a file that was to be changed, and was not.
fn unchanged(what: &str, path: &Path, error: UpdateError<Failure>) -> Failure {
    let shown = path.display();
    match error {
        UpdateError::Refused(failure) => failure,
        UpdateError::Io(error) if error.kind() == io::ErrorKind::NotFound => unreadable(what, path, &error),
        UpdateError::Io(error) => {
            Failure::unknown("io", format!("cannot change the {what} `{shown}`: {}", reason(&error)))
        }
        UpdateError::NotKept { what: kept, error } => {
            let reason = reason(&error);
            Failure::unknown(
                "not_kept",
                format!("cannot change the {what} `{shown}`: its {kept} cannot be kept: {reason}"),
            )
            .hint("run this as the owner of the file, or as root")
        }
        UpdateError::MountPoint => {
            Failure::unknown("mount_point", format!("cannot change the {what} `{shown}`: {error}"))
                .hint("mount the folder of the file instead, or change the file where it is mounted from")
        }
        UpdateError::Busy => Failure::unknown("busy", format!("{what} `{shown}`: {error}"))
            .hint("try again, or look for a process that hangs"),
    }
}

/// The failure of a command about a user who is not in the store.
pub(crate) fn no_such_user(code: &'static str, name: &str) -> Failure {
    Failure::no(code, format!("user `{name}` does not exist")).hint("`authctl users list` shows who does")
}

/// The failure of a change that the users of the store do not allow.
pub(crate) fn change_refused(error: &ChangeError) -> Failure {
    let message = error.to_string();
    match error {
        ChangeError::NoSuchUser(name) => no_such_user("no_such_user", name.as_str()),
        ChangeError::UserExists(_) => Failure::no("user_exists", message)
            .hint("change a user with `authctl users passwd`, `authctl users set` or `authctl users grant`"),
        ChangeError::CaseTwin(_) => Failure::no("user_exists", message),
        ChangeError::LastGeneration(_) => Failure::unknown("last_generation", message)
            .hint("choose another username, or lower `generation` in the store once all tokens have expired"),
    }
}
