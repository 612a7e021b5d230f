//! The files of a run, the user store and the key file: where they are, and what to say if they cannot be used.

pub(crate) mod change;
mod key_hints;
pub(crate) mod keys;
mod store;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use authctl::auth::key::KeySet;
use authctl::store::safe_file::Source;

use crate::environment::{Environment, KeySource};
use crate::error::Failure;
pub(crate) use store::StoreText;

/// Where the user store and the key are.
pub(crate) struct Files {
    /// `--users-file`.
    pub(crate) users_file: Option<PathBuf>,
    /// `--key-file`.
    pub(crate) key_file: Option<PathBuf>,
    environment: Environment,
    /// The keys from a pipe, which can be read once only.
    piped: OnceCell<KeySet>,
}

impl Files {
    /// The files that the options name, else those of the environment.
    pub(crate) fn new(
        users_file: Option<PathBuf>,
        key_file: Option<PathBuf>,
        environment: Environment,
    ) -> Self {
        Self { users_file, key_file, environment, piped: OnceCell::new() }
    }

    /// The folder of the files that have no path of their own.
    pub(crate) fn home(&self) -> Result<PathBuf, Failure> {
        self.environment.home()
    }

    /// The path of the store.
    pub(crate) fn users_path(&self) -> Result<PathBuf, Failure> {
        self.users_file.clone().map_or_else(|| self.environment.users_file(), Ok)
    }

    /// The source of the key.
    pub(crate) fn key_source(&self) -> Result<KeySource, Failure> {
        let source =
            self.key_file.clone().map_or_else(|| self.environment.key(), |path| Ok(KeySource::File(path)))?;
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
