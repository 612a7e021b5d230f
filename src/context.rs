//! What a command works with: the console and the files, and the warnings that files call for.

use std::path::Path;

use authctl::auth::change::Change;
use authctl::auth::import::Import;
use authctl::auth::key::{Key, KeySet};
use authctl::auth::password::PasswordPolicy;
use authctl::auth::time::Timestamp;
use authctl::auth::user::UserStore;
use authctl::store::postgres::Asked;
use authctl::store::safe_file;
use authctl::store::users_file::Changed;

use crate::console::Console;
use crate::environment::KeySource;
use crate::error::Failure;
use crate::files::{self, Files, Store};
use crate::output::shell;

/// The console and the files of a run.
pub(crate) struct Context {
    pub(crate) console: Console,
    pub(crate) files: Files,
}

impl Context {
    /// The keys, with a note for each that is left out. Warns as [`Context::listed_keys`] does.
    pub(crate) fn keys(&self) -> Result<KeySet, Failure> {
        let keys = self.listed_keys()?;
        if !self.console.quiet {
            files::keys::left_out(&keys).for_each(|note| self.console.say("note", note));
        }
        Ok(keys)
    }

    /// The keys, for a command that lists those too that are left out. Warns of a published secret, and of files that others
    /// can read or change.
    pub(crate) fn listed_keys(&self) -> Result<KeySet, Failure> {
        let source = self.files.key_source()?;
        let keys = self.files.keys()?;
        if let Some((warning, hint)) = files::keys::published(&keys, &source) {
            self.console.warn(warning, hint);
        }
        if let KeySource::File(path) = &source {
            self.warn_of_exposed_key(path, &keys);
        }
        Ok(keys)
    }

    /// Opens the store. Warns as [`Context::warn_of_exposed_store`] does.
    pub(crate) fn open_store(&self) -> Result<Store, Failure> {
        let store = self.files.store()?;
        self.warn_of_exposed_store()?;
        Ok(store)
    }

    /// The store, all of it.
    pub(crate) fn store(&self) -> Result<UserStore, Failure> {
        self.open_store()?.all()
    }

    /// The policy for new passwords and the store that has it, or the default where there is no store.
    pub(crate) fn password_policy(&self) -> Result<(PasswordPolicy, Option<String>), Failure> {
        match self.open_store().and_then(|store| store.look_up(&[])) {
            Ok(found) => Ok((*found.passwords(), Some(self.files.store_name()?))),
            Err(failure) if failure.is_missing() || failure.code == "no_home" => {
                Ok((PasswordPolicy::default(), None))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Makes the change of the store that `change` decides on. It sees what is asked for, and the time; of a file it sees
    /// all, under the lock. Where others change the same in a database, it is asked again.
    pub(crate) fn edit_store(
        &self,
        asked: Asked<'_>,
        mut change: impl FnMut(&UserStore, Timestamp) -> Result<Change, Failure>,
    ) -> Result<Changed, Failure> {
        self.edit_store_if(asked, |store, now| change(store, now).map(Some))
    }

    /// As [`Context::edit_store`]. `None` leaves the store as it is.
    pub(crate) fn edit_store_if(
        &self,
        asked: Asked<'_>,
        change: impl FnMut(&UserStore, Timestamp) -> Result<Option<Change>, Failure>,
    ) -> Result<Changed, Failure> {
        self.warn_of_exposed_store()?;
        match self.files.database()? {
            Some(database) => files::change::edit_database(&database, asked, change),
            None => files::change::edit_store(&self.files.users_path()?, change),
        }
    }

    /// Puts in the users that `import` decides on. It sees all of the file, under the lock, and the time.
    pub(crate) fn import<T>(
        &self,
        import: impl FnOnce(&UserStore, Timestamp) -> Result<(Import, T), Failure>,
    ) -> Result<T, Failure> {
        self.warn_of_exposed_store()?;
        files::change::import(&self.files.users_path()?, import)
    }

    /// Makes the change of the key file that `change` decides on. It sees the keys under the lock. Returns the keys
    /// before and after.
    pub(crate) fn edit_keys(
        &self,
        change: impl FnOnce(&KeySet) -> Result<KeySet, Failure>,
    ) -> Result<(KeySet, KeySet), Failure> {
        let source = self.files.key_source()?;
        files::change::edit_keys(&source, |path, keys| {
            self.warn_of_exposed_key(path, keys);
            change(keys)
        })
    }

    fn warn_of_exposed_key(&self, path: &Path, keys: &KeySet) {
        self.warn_of_exposure("key file", path, keys.keys().iter().any(Key::is_private));
    }

    /// Warns of a file on which it depends who the users are, if others can change it, or read the password of a database
    /// in it. Many may read users on purpose: `doctor` finds that.
    pub(crate) fn warn_of_exposed_store(&self) -> Result<(), Failure> {
        if let Some((path, has_password)) = self.files.store_file()? {
            self.warn_of_exposure("user store", &path, has_password);
        }
        Ok(())
    }

    /// Warns of a file that users other than its owner can change, or read although it `is_secret`, and of a home in
    /// which they can replace it.
    fn warn_of_exposure(&self, what: &str, path: &Path, is_secret: bool) {
        let exposure = safe_file::exposure(path).unwrap_or_default();
        let (verb, mode) = match (is_secret && exposure.readable, exposure.writable) {
            (true, true) => ("read and write", "600"),
            (true, false) => ("read", "600"),
            (false, true) => ("write", "go-w"),
            (false, false) => ("", ""),
        };
        if !verb.is_empty() {
            self.console.warn(
                format_args!("others can {verb} the {what} `{}`", path.display()),
                format_args!("run `chmod {mode} {}`", shell::path(path)),
            );
        }
        if let Ok(home) = self.files.home()
            && path.parent() == Some(home.as_path())
            && safe_file::exposure(&home).is_ok_and(|exposure| exposure.writable)
        {
            self.console.warn(
                format_args!("others can replace the files in `{}`", home.display()),
                format_args!("run `chmod go-w {}`", shell::path(&home)),
            );
        }
    }
}
