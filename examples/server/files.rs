//! The key file and the users file, read again when they have changed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use authctl::Authority;
use authctl::store::Stamp;
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;

use super::answer::Refused;

/// The authority that the two files make.
pub(crate) struct Files {
    paths: [PathBuf; 2],
    /// The files as they were last read, if they were valid. While one request reads them, the others wait.
    last: Mutex<Option<Last>>,
}

struct Last {
    stamps: [Stamp; 2],
    authority: Arc<Authority>,
}

impl Files {
    /// Makes it for the files in `home`.
    pub(super) fn in_folder(home: &Path) -> Self {
        Self { paths: ["secret.key", "users.toml"].map(|name| home.join(name)), last: Mutex::new(None) }
    }

    /// The keys and the users as they are now.
    ///
    /// # Errors
    ///
    /// A 503 if one of the files cannot be read or is not valid, and the next request reads them again. Their earlier
    /// content counts no more: the change that broke a file may have been meant to lock a user out.
    pub(super) async fn now(&self) -> Result<Arc<Authority>, Refused> {
        self.load().await.map_err(|fault| {
            eprintln!("error: {fault}");
            Refused::unavailable()
        })
    }

    /// As [`Self::now`], with the error as text.
    pub(crate) async fn load(&self) -> Result<Arc<Authority>, String> {
        let mut last = self.last.lock().await;
        // Taken before the files are read, so that a change in between is noticed at the next request.
        let stamps = [0, 1].map(|file| Stamp::of(&self.paths[file], SystemTime::now()));
        if let Some(known) = last.as_ref().filter(|known| !may_differ(&stamps, &known.stamps)) {
            return Ok(Arc::clone(&known.authority));
        }
        *last = None;
        let [key_file, users_file] = self.paths.clone();
        // On another thread: parsing a large file takes a while, in which other requests are answered.
        let opened = spawn_blocking(move || Authority::open(key_file, users_file)).await;
        let opened = opened.map_err(|error| error.to_string())?;
        let authority = Arc::new(opened.map_err(|error| error.to_string())?);
        *last = Some(Last { stamps, authority: Arc::clone(&authority) });
        Ok(authority)
    }
}

fn may_differ(new: &[Stamp; 2], old: &[Stamp; 2]) -> bool {
    new.iter().zip(old).any(|(new, old)| new.may_differ_from(old))
}
