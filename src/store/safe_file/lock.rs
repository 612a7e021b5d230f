//! Taking turns: a lock that lives as long as its holder.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::UpdateError;

const PATIENCE: Duration = Duration::from_secs(10);

/// The right to write a file. The system takes it back when the process ends, however it does.
#[expect(dead_code, reason = "it locks by being there")]
pub(super) struct Lock(File);

impl Lock {
    /// Waits its turn, at most 10 seconds.
    pub(super) fn take<E>(path: &Path) -> Result<Self, UpdateError<E>> {
        Self::take_within(path, PATIENCE)
    }

    fn take_within<E>(path: &Path, patience: Duration) -> Result<Self, UpdateError<E>> {
        let mut file = handle(path)?;
        let (mut waited, mut pause) = (Duration::ZERO, Duration::from_millis(1));
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self(file)),
                Err(TryLockError::WouldBlock) if waited >= patience => return Err(UpdateError::Busy),
                Err(TryLockError::WouldBlock) => {
                    thread::sleep(pause);
                    waited += pause;
                    pause = (pause * 2).min(Duration::from_millis(20));
                }
                Err(TryLockError::Error(_)) if file.metadata()?.is_dir() => file = beside(path)?,
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
        }
    }
}

/// The folder: it is there anyway, and no file is left behind for the lock.
#[cfg(unix)]
fn handle(path: &Path) -> io::Result<File> {
    File::open(super::temporary::folder(path))
}

#[cfg(not(unix))]
fn handle(path: &Path) -> io::Result<File> {
    beside(path)
}

/// A file for the lock alone, where folders cannot be locked: outside Unix, and on NFS.
fn beside(path: &Path) -> io::Result<File> {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".lock");
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::Duration;

    use super::{Lock, UpdateError};

    #[test]
    fn a_lock_that_another_holds_is_not_waited_for_forever() {
        let folder = tempfile::tempdir().unwrap();
        let take = || Lock::take_within::<Infallible>(&folder.path().join("x"), Duration::from_millis(1));
        let first = take().unwrap();
        assert!(matches!(take(), Err(UpdateError::Busy)));
        drop(first);
        assert!(take().is_ok());
    }
}
