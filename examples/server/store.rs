//! The keys and the users: files that are read again when they have changed, or a database of the users.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use authctl::store::Stamp;
use authctl::store::postgres::Database;
use authctl::{Authority, Candidate, Timestamp, UserStore, key_file, open};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::answer::Refused;
use super::log;

/// The key file, and where the users are.
pub(crate) struct Store {
    key_file: PathBuf,
    users: Users,
    /// The files as they were last read, if they were valid. While one request reads them, the others wait.
    last: Mutex<Option<Last>>,
}

enum Users {
    File(PathBuf),
    Database(Arc<Database>),
}

struct Last {
    stamps: Vec<Stamp>,
    authority: Arc<Authority>,
}

impl Store {
    /// Makes it for the files in `home`, or for the key file there and a database.
    pub(crate) fn new(home: &Path, database: Option<Database>) -> Self {
        let users = database.map_or_else(
            || Users::File(home.join("users.toml")),
            |database| Users::Database(database.into()),
        );
        Self { key_file: home.join("secret.key"), users, last: Mutex::new(None) }
    }

    /// The keys, and what the store says of the user of `token` now.
    ///
    /// # Errors
    ///
    /// A 503 if it cannot be read or is not valid, and the next request reads it again. What was there before counts no
    /// more: the change that broke a file may have been meant to lock a user out.
    pub(super) async fn about(&self, token: &str) -> Result<Arc<Authority>, Refused> {
        let authority = self.keys().await?;
        let Users::Database(database) = &self.users else { return Ok(authority) };
        // A token that is not genuine is refused for any users.
        let Ok(token) = open(token, authority.keys()) else { return Ok(authority) };
        let database = Arc::clone(database);
        let found = answered(move || database.look_up([&token])).await?;
        Ok(Arc::new(Authority::new(authority.keys().clone(), found.into())))
    }

    /// The candidate for a login as `name`. `now` is a time before the call; a database has a clock of its own.
    ///
    /// # Errors
    ///
    /// Those of [`Self::about`].
    pub(super) async fn candidate(&self, name: String, now: Timestamp) -> Result<Candidate, Refused> {
        match &self.users {
            Users::File(_) => Ok(self.keys().await?.users().candidate(&name, now)),
            Users::Database(database) => {
                let database = Arc::clone(database);
                answered(move || database.candidate(&name)).await
            }
        }
    }

    /// The keys as they are now.
    ///
    /// # Errors
    ///
    /// Those of [`Self::about`].
    pub(super) async fn keys(&self) -> Result<Arc<Authority>, Refused> {
        self.load().await.map_err(unavailable)
    }

    /// Reads the files, unless they are as they were: the keys and the users, or the keys alone.
    pub(crate) async fn load(&self) -> Result<Arc<Authority>, String> {
        let users_file = match &self.users {
            Users::File(path) => Some(path.clone()),
            Users::Database(_) => None,
        };
        let mut last = self.last.lock().await;
        // Taken before the files are read, so that a change in between is noticed at the next request.
        let files = [&self.key_file].into_iter().chain(&users_file);
        let stamps: Vec<Stamp> = files.map(|file| Stamp::of(file, SystemTime::now())).collect();
        if let Some(known) = last.as_ref().filter(|known| !may_differ(&stamps, &known.stamps)) {
            return Ok(Arc::clone(&known.authority));
        }
        *last = None;
        let key_file = self.key_file.clone();
        // On another thread: parsing a large file takes a while, in which other requests are answered.
        let opened = spawn_blocking(move || match users_file {
            Some(users_file) => Authority::open(key_file, users_file).map_err(|error| error.to_string()),
            None => key_file::load(&key_file)
                .map(|keys| Authority::new(keys, UserStore::default()))
                .map_err(|error| format!("key file: {error}")),
        });
        let authority = Arc::new(opened.await.map_err(|error| error.to_string())??);
        *last = Some(Last { stamps, authority: Arc::clone(&authority) });
        Ok(authority)
    }
}

fn may_differ(new: &[Stamp], old: &[Stamp]) -> bool {
    new.iter().zip(old).any(|(new, old)| new.may_differ_from(old))
}

/// Asks a database, on a thread that may wait.
async fn answered<T: Send + 'static, E: std::error::Error + Send + 'static>(
    ask: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, Refused> {
    spawn_blocking(ask).await.map_err(unavailable)?.map_err(unavailable)
}

fn unavailable(fault: impl std::fmt::Display) -> Refused {
    log::error(fault);
    Refused::unavailable()
}
