//! The key file and the users file, read again when they have changed.

use std::fmt::Display;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use authctl::auth::key::KeySet;
use authctl::auth::user::UserStore;
use authctl::store::{key_file, users_file};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::answer::Refused;

/// The keys and the users, as their files have them now.
pub(crate) struct Files {
    keys: Watched<KeySet>,
    users: Watched<UserStore>,
}

impl Files {
    /// Those in `home`.
    pub(super) fn in_folder(home: &Path) -> Self {
        Self {
            keys: Watched::new(home.join("secret.key"), |path| key_file::load(path).map_err(in_words)),
            users: Watched::new(home.join("users.toml"), |path| users_file::load(path).map_err(in_words)),
        }
    }

    /// The keys and the users.
    ///
    /// # Errors
    ///
    /// A 503 if one of the files cannot be read or is not valid. What it said before counts no more: whoever broke it may
    /// have been about to lock somebody out.
    pub(super) async fn now(&self) -> Result<(Arc<KeySet>, Arc<UserStore>), Refused> {
        let keys_and_users = self.load().await;
        keys_and_users.map_err(|fault| {
            eprintln!("error: {fault}");
            Refused::unavailable()
        })
    }

    /// As [`Self::now`], and says what is wrong.
    pub(crate) async fn load(&self) -> Result<(Arc<KeySet>, Arc<UserStore>), String> {
        Ok((self.keys.now().await?, self.users.now().await?))
    }
}

fn in_words(error: impl Display) -> String {
    error.to_string()
}

/// What a file says, read again when it has changed.
struct Watched<T> {
    path: PathBuf,
    load: fn(&Path) -> Result<T, String>,
    /// What it said when it was last read. While one request reads it, the others wait.
    last: Mutex<Option<State<T>>>,
}

struct State<T> {
    /// `None` where there was no file.
    stamp: Option<Stamp>,
    /// Whether the stamp will be another after any change from now on.
    is_settled: bool,
    /// Or what is wrong with it.
    content: Result<Arc<T>, String>,
}

impl<T: Send + Sync + 'static> Watched<T> {
    fn new(path: PathBuf, load: fn(&Path) -> Result<T, String>) -> Self {
        Self { path, load, last: Mutex::new(None) }
    }

    async fn now(&self) -> Result<Arc<T>, String> {
        let mut last = self.last.lock().await;
        // Taken before the file is read, so that a change in between is noticed at the next request.
        let stamp = fs::metadata(&self.path).ok().map(|metadata| Stamp::of(&metadata));
        if let Some(known) = last.as_ref().filter(|known| known.is_settled && known.stamp == stamp) {
            return known.content.clone();
        }
        let is_settled = stamp.as_ref().is_some_and(Stamp::is_settled);
        // Parsing a large file takes a while, in which other requests are to be answered.
        let (path, load) = (self.path.clone(), self.load);
        let content = spawn_blocking(move || load(&path)).await.unwrap_or_else(|error| Err(in_words(error)));
        let content = content.map(Arc::new).map_err(|error| format!("{}: {error}", self.path.display()));
        *last = Some(State { stamp, is_settled, content: content.clone() });
        content
    }
}

/// What tells one state of a file from the next, without reading it.
#[derive(PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
    /// Device, inode and time of the last change of any kind: `authctl` replaces the whole file.
    #[cfg(unix)]
    inode: (u64, u64, i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Self {
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            #[cfg(unix)]
            inode: (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// Whether the file has not been changed for so long that no two changes can look alike: a file system keeps times to
    /// some milliseconds, or seconds.
    fn is_settled(&self) -> bool {
        let age = self.modified.and_then(|modified| SystemTime::now().duration_since(modified).ok());
        age.is_some_and(|age| age > Duration::from_secs(2))
    }
}
