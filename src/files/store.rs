//! The user store of a run.

use std::path::{Path, PathBuf};

use authctl::auth::login::Candidate;
use authctl::auth::time::Timestamp;
use authctl::auth::user::UserStore;
use authctl::store::safe_file;
use authctl::store::users_file::{self, Listing, Lookup, StoreFault};

use super::unreadable;
use crate::error::Failure;

/// The text of the store. Each look-up checks all of it.
pub(crate) struct StoreText {
    path: PathBuf,
    text: String,
}

impl StoreText {
    /// Reads the store at `path`. Says nothing about its permissions.
    pub(crate) fn read(path: PathBuf) -> Result<Self, Failure> {
        let bytes = safe_file::read(&path, users_file::MAX_BYTES)
            .map_err(|error| unreadable("user store", &path, &error))?;
        let text = users_file::text(&bytes).map_err(|fault| invalid_store(&path, &fault))?.to_owned();
        Ok(Self { path, text })
    }

    /// All of the store.
    pub(crate) fn parse(&self) -> Result<UserStore, Failure> {
        self.look(users_file::parse(&self.text))
    }

    /// All users, one at a time.
    pub(crate) fn list(&self) -> Result<Listing<'_>, Failure> {
        self.look(users_file::list(&self.text))
    }

    /// All users, indexed by name.
    pub(crate) fn look_up_all(&self) -> Result<Lookup, Failure> {
        self.look(users_file::look_up_all(&self.text))
    }

    /// The users of these names. It is quicker than all of the store, and takes less memory.
    pub(crate) fn look_up(&self, names: &[&str]) -> Result<Lookup, Failure> {
        self.look(users_file::look_up(&self.text, names))
    }

    /// The candidate for a login as `name`. `now` is a time before the store was read.
    pub(crate) fn candidate(&self, name: &str, now: Timestamp) -> Result<Candidate, Failure> {
        self.look(users_file::candidate(&self.text, name, now))
    }

    fn look<T>(&self, found: Result<T, StoreFault>) -> Result<T, Failure> {
        found.map_err(|fault| invalid_store(&self.path, &fault))
    }
}

/// The failure of a store that is not valid.
pub(super) fn invalid_store(path: &Path, fault: &StoreFault) -> Failure {
    Failure::unknown("invalid_store", format!("user store `{}`, {fault}", path.display()))
}
