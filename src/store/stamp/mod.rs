//! Whether a file was changed since it was read: one rule for commands, streams and servers.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// File systems keep times to milliseconds or seconds: two changes this close together may leave the same times.
const SETTLED: Duration = Duration::from_secs(2);

/// What tells one state of a file from the next, without reading it: that it is missing, too.
#[derive(Clone, Debug)]
pub struct Stamp(State);

#[derive(Clone, Debug)]
enum State {
    Missing,
    /// The system did not say.
    Unknown,
    /// A pipe, for example: it is read once, and never again.
    NotRegular,
    Regular(Regular),
}

#[derive(Clone, Debug)]
struct Regular {
    bytes: u64,
    modified: Option<SystemTime>,
    /// Device and inode, and the time of the last change of anything about the file, which no program can set.
    identity: Identity,
    /// Whether any change after this stamp was taken leaves another one.
    is_settled: bool,
}

impl Regular {
    fn of(metadata: &Metadata, now: SystemTime) -> Self {
        let modified = metadata.modified().ok();
        let changed = changed(metadata).or(modified);
        let age = changed.and_then(|changed| now.duration_since(changed).ok());
        Self {
            bytes: metadata.len(),
            modified,
            identity: identity(metadata),
            is_settled: age.is_some_and(|age| age > SETTLED),
        }
    }
}

impl Stamp {
    /// Takes the stamp of the file at `path`, at the time `now`. Take it before the file is read.
    #[must_use]
    pub fn of(path: &Path, now: SystemTime) -> Self {
        Self(match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => State::Regular(Regular::of(&metadata, now)),
            Ok(_) => State::NotRegular,
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::Missing,
            Err(_) => State::Unknown,
        })
    }

    /// Whether the file may have been changed, replaced, made or removed since the `earlier` stamp was taken.
    ///
    /// A file that had just been changed then counts as changed, since two changes in a row can leave the same times. So
    /// does a file whose state the system did not say.
    #[must_use]
    pub fn may_differ_from(&self, earlier: &Self) -> bool {
        match (&self.0, &earlier.0) {
            (State::Missing, State::Missing) | (State::NotRegular, State::NotRegular) => false,
            (State::Regular(new), State::Regular(old)) => {
                let tell = |file: &Regular| (file.bytes, file.modified, file.identity);
                tell(new) != tell(old) || !old.is_settled
            }
            _ => true,
        }
    }
}

type Identity = (u64, u64, i64, i64);

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {
    (0, 0, 0, 0)
}

#[cfg(unix)]
fn changed(metadata: &Metadata) -> Option<SystemTime> {
    use std::os::unix::fs::MetadataExt as _;
    let seconds = u64::try_from(metadata.ctime()).ok()?;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanoseconds))
}

#[cfg(not(unix))]
fn changed(_: &Metadata) -> Option<SystemTime> {
    None
}

#[cfg(test)]
mod tests;
