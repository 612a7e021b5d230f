//! A lock for writers, which the system frees when its holder dies.
//!
//! The lock is on a separate file, `.NAME.lock`, beside the file that changes. Only the owner of that file can open it. A
//! lock on the folder or on the file itself could be taken by every user who may open it for reading, and such a user
//! could keep others from changing the file. Users who can create files in the folder can hinder others anyway.
//!
//! The holder removes the lock file before it frees the lock. The next writer takes a lock file that a killed process left.

use std::ffi::OsString;
use std::fs::{File, Metadata, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::UpdateError;

const PATIENCE: Duration = Duration::from_secs(10);

/// The right to write a file. The system takes it back when the process ends, even by SIGKILL.
pub(super) struct Lock {
    #[expect(dead_code, reason = "it locks by being open")]
    file: File,
    #[cfg(unix)]
    place: PathBuf,
}

impl Lock {
    /// Waits its turn to write the file at `path`, at most 10 seconds. `owned_as` is that file, if it exists.
    pub(super) fn take<E>(path: &Path, owned_as: Option<&Metadata>) -> Result<Self, UpdateError<E>> {
        Self::take_within(path, owned_as, PATIENCE)
    }

    fn take_within<E>(
        path: &Path,
        owned_as: Option<&Metadata>,
        patience: Duration,
    ) -> Result<Self, UpdateError<E>> {
        let place = place(path);
        let deadline = Instant::now() + patience;
        let mut pause = Duration::from_millis(1);
        loop {
            if let Some(file) = open(&place, owned_as)? {
                match file.try_lock() {
                    Ok(()) if is_at(&file, &place) => return Ok(Self::held(file, place)),
                    // The previous holder has removed this file.
                    Ok(()) => continue,
                    Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(error)) => return Err(error.into()),
                }
            }
            if Instant::now() >= deadline {
                return Err(UpdateError::Busy);
            }
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        }
    }
}

/// The lock file of the file at `path`.
fn place(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    path.with_file_name(name)
}

#[cfg(unix)]
mod unix {
    use std::fs::{self, OpenOptions};
    use std::io;
    use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown};

    use super::{File, Lock, Metadata, Path, PathBuf, UpdateError};

    impl Lock {
        pub(super) fn held(file: File, place: PathBuf) -> Self {
            Self { file, place }
        }
    }

    impl Drop for Lock {
        fn drop(&mut self) {
            // Remove it while it is locked: waiting writers see that it is gone, and create another.
            let _ = fs::remove_file(&self.place);
        }
    }

    /// Opens or creates the lock file. `None` asks the caller to try again: another process has just created or removed it,
    /// or root has not yet given it to the owner.
    pub(super) fn open<E>(place: &Path, owned_as: Option<&Metadata>) -> Result<Option<File>, UpdateError<E>> {
        let mut options = File::options();
        options.read(true).write(true).mode(0o600);
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
        // Without `O_CREAT`: with it, Linux refuses root the files of other users in folders such as `/tmp`.
        let error = match options.open(place) {
            Ok(file) => {
                let owner = file.metadata()?.uid();
                let is_ours = owner == rustix::process::geteuid().as_raw()
                    || owned_as.is_some_and(|like| like.uid() == owner);
                return if is_ours { Ok(Some(file)) } else { Err(foreign(place).into()) };
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return make(&options, place, owned_as),
            Err(error) => error,
        };
        match fs::symlink_metadata(place) {
            Ok(lock) if lock.uid() == 0 && lock.is_file() => Ok(None),
            Ok(_) => Err(foreign(place).into()),
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(_) => Err(error.into()),
        }
    }

    fn make<E>(
        options: &OpenOptions,
        place: &Path,
        owned_as: Option<&Metadata>,
    ) -> Result<Option<File>, UpdateError<E>> {
        let file = match options.clone().create_new(true).open(place) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
            file => file?,
        };
        let own = file.metadata()?;
        if let Some(like) = owned_as
            && own.uid() != like.uid()
            && let Err(error) = fchown(&file, Some(like.uid()), Some(like.gid()))
        {
            let _ = fs::remove_file(place);
            return Err(UpdateError::NotKept { what: "owner".to_owned(), error });
        }
        Ok(Some(file))
    }

    /// Whether the open file is the one at `place`.
    pub(super) fn is_at(file: &File, place: &Path) -> bool {
        let id = |metadata: Metadata| (metadata.dev(), metadata.ino());
        let (open, there) = (file.metadata().map(id), fs::symlink_metadata(place).map(id));
        matches!((open, there), (Ok(open), Ok(there)) if open == there)
    }

    fn foreign(place: &Path) -> io::Error {
        let message = format!("its lock file `{}` belongs to another user: remove it", place.display());
        io::Error::new(io::ErrorKind::PermissionDenied, message)
    }
}

#[cfg(unix)]
use unix::{is_at, open};

#[cfg(windows)]
mod windows {
    use std::os::windows::fs::OpenOptionsExt as _;

    use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_DELETE_ON_CLOSE;

    use super::super::contended::is_contended;
    use super::{File, Lock, Metadata, Path, PathBuf, UpdateError};

    impl Lock {
        pub(super) fn held(file: File, _: PathBuf) -> Self {
            Self { file }
        }
    }

    /// Opens or creates the lock file for this process alone. The system removes it with the last handle, when the process
    /// dies too. `None` asks the caller to try again: another process has it, or the system is removing it.
    pub(super) fn open<E>(place: &Path, _: Option<&Metadata>) -> Result<Option<File>, UpdateError<E>> {
        let mut options = File::options();
        options
            .create(true)
            .truncate(false)
            .write(true)
            .share_mode(0)
            .custom_flags(FILE_FLAG_DELETE_ON_CLOSE);
        match options.open(place) {
            // For a folder that this user cannot write, the error is the same.
            Err(error) if is_contended(&error) && place.exists() => Ok(None),
            file => Ok(Some(file?)),
        }
    }

    /// No other process can replace the file while it is open.
    pub(super) const fn is_at(_: &File, _: &Path) -> bool {
        true
    }
}

#[cfg(windows)]
use windows::{is_at, open};

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::{Lock, UpdateError};

    #[test]
    fn a_lock_that_another_holds_is_not_waited_for_forever() {
        let folder = tempfile::tempdir().unwrap();
        let take =
            || Lock::take_within::<Infallible>(&folder.path().join("x"), None, Duration::from_millis(1));
        let first = take().unwrap();
        assert!(matches!(take(), Err(UpdateError::Busy)));
        drop(first);
        assert!(take().is_ok());
    }
}
