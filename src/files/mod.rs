//! The files of a run, the user store and the key file: where they are, and what to say if they cannot be used.

pub(crate) mod change;
pub(crate) mod database;
mod key_hints;
pub(crate) mod keys;
pub(crate) mod no_path;
mod options;
mod store;
mod store_hints;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use authctl::auth::key::KeySet;
use authctl::store::import;
use authctl::store::key_file;
use authctl::store::postgres::Database;
use authctl::store::safe_file::Source;
use authctl::store::users_file::StoreFault;

use crate::environment::{Environment, KeySource};
use crate::error::Failure;
pub(crate) use options::FileOptions;
pub(crate) use store::{Store, StoreText};

/// Where the user store and the key are.
pub(crate) struct Files {
    options: FileOptions,
    environment: Environment,
    /// The keys from a pipe, which can be read once only.
    piped: OnceCell<KeySet>,
    /// The database of the users, once it is known whether there is one.
    database: OnceCell<Option<Arc<Database>>>,
}

impl Files {
    /// The files that the options name, else those of the environment.
    pub(crate) fn new(options: FileOptions, environment: Environment) -> Self {
        Self { options, environment, piped: OnceCell::new(), database: OnceCell::new() }
    }

    /// The folder of the files that have no path of their own.
    pub(crate) fn home(&self) -> Result<PathBuf, Failure> {
        self.environment.home()
    }

    /// The path of the store.
    pub(crate) fn users_path(&self) -> Result<PathBuf, Failure> {
        let path = self.options.users_file.clone().map_or_else(|| self.environment.users_file(), Ok)?;
        store::refuse_no_file(&path)?;
        Ok(path)
    }

    /// The file on which it depends who the users are, and whether it has the password of a database in it: the store, or a
    /// file that names a database. `None` where a variable names it.
    pub(crate) fn store_file(&self) -> Result<Option<(PathBuf, bool)>, Failure> {
        let database = self.database()?;
        if database.is_some() && self.options.users_file.is_none() && self.environment.users_url()?.is_some()
        {
            return Ok(None);
        }
        let has_password = database.is_some_and(|database| database.address().is_with_password());
        Ok(Some((self.users_path()?, has_password)))
    }

    /// The name of the store for messages: the path of a file, or the database and its servers.
    pub(crate) fn store_name(&self) -> Result<String, Failure> {
        match self.database()? {
            Some(database) => Ok(database.address().to_string()),
            None => Ok(format!("`{}`", self.users_path()?.display())),
        }
    }

    /// Opens the store. Of a file, all of it is read; of a database, nothing yet.
    pub(crate) fn store(&self) -> Result<Store, Failure> {
        match self.database()? {
            Some(database) => Ok(Store::Database(database)),
            None => StoreText::read(self.users_path()?).map(Store::File),
        }
    }

    /// The source of the key.
    pub(crate) fn key_source(&self) -> Result<KeySource, Failure> {
        let source = self
            .options
            .key_file
            .clone()
            .map_or_else(|| self.environment.key(), |path| Ok(KeySource::File(path)))?;
        if let KeySource::File(path) = &source {
            keys::refuse_no_file(path)?;
        }
        Ok(source)
    }

    /// The keys, and no warning.
    pub(crate) fn keys(&self) -> Result<KeySet, Failure> {
        if let Some(keys) = self.piped.get() {
            return Ok(keys.clone());
        }
        let (keys, source) = keys::load(&self.key_source()?)?;
        if source == Source::Pipe {
            return Ok(self.piped.get_or_init(|| keys).clone());
        }
        Ok(keys)
    }
}

impl Files {
    /// The command line of authctl with these words, which are quoted already, about the same files as this run.
    pub(crate) fn command(&self, words: Vec<String>) -> String {
        self.options.command(words)
    }
}

/// The failure of a file that cannot be read.
fn unreadable(what: &str, path: &Path, error: &std::io::Error) -> Failure {
    let path = path.display();
    if error.kind() == std::io::ErrorKind::NotFound {
        return Failure::unknown("not_found", format!("{what} `{path}` does not exist"))
            .hint("run `authctl init`");
    }
    let reason = crate::error::reason(error);
    Failure::unknown("unreadable", format!("cannot read the {what} `{path}`: {reason}"))
}

/// What to do about a text that is no store, where that is one thing.
fn of_no_store(text: String) -> Option<&'static str> {
    if text.trim().lines().count() == 1 && text.contains("://") {
        return Some("a database is named so: `users = \"postgres://…\"`");
    }
    let has_users = import::parse(text).is_ok_and(|imported| !imported.users.is_empty());
    has_users.then_some("`users import` takes the users of that file into a store")
}

/// The failure of a store that is not valid.
fn invalid_store(path: &Path, fault: &StoreFault) -> Failure {
    let failure = Failure::unknown("invalid_store", format!("user store `{}`, {fault}", path.display()));
    // A pipe can be read only once, and is not a regular file.
    let hint = if !path.is_file() {
        None
    } else if key_file::load_from(path).is_ok() {
        Some("it is a key: name it with `--key-file`, and the user store with `--users-file`")
    } else {
        std::fs::read_to_string(path).ok().and_then(of_no_store)
    };
    let hint = hint.map(str::to_owned).or_else(|| store_hints::hint(fault));
    Failure { hint, ..failure }
}
