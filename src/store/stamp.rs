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
mod tests {
    use std::fs::{self, File};
    use std::path::PathBuf;
    use std::time::{Duration, SystemTime};

    use super::Stamp;

    fn file(content: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, content).unwrap();
        (folder, path)
    }

    /// The stamp of the file, taken that many seconds from now.
    fn later(path: &std::path::Path, seconds: u64) -> Stamp {
        Stamp::of(path, SystemTime::now() + Duration::from_secs(seconds))
    }

    #[test]
    fn a_file_that_is_left_alone_stays_the_same_once_it_has_settled() {
        let (_folder, path) = file("a");
        assert!(!later(&path, 20).may_differ_from(&later(&path, 10)));
        assert!(later(&path, 20).may_differ_from(&later(&path, 0)), "it had just been written");
    }

    #[cfg(unix)]
    #[test]
    fn an_edit_in_place_of_equal_length_with_its_time_put_back_is_a_change() {
        let (_folder, path) = file("a");
        let before = later(&path, 10);
        let modified = fs::metadata(&path).unwrap().modified().unwrap();
        // Until the clock of the file system has ticked.
        while !later(&path, 20).may_differ_from(&before) {
            fs::write(&path, "b").unwrap();
            File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        }
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), modified);
        assert!(later(&path, 20).may_differ_from(&before));
    }

    #[test]
    fn another_length_or_another_file_is_a_change() {
        let (folder, path) = file("a");
        let before = later(&path, 10);
        fs::write(&path, "ab").unwrap();
        assert!(later(&path, 20).may_differ_from(&before));
        let before = later(&path, 10);
        let other = folder.path().join("other");
        fs::write(&other, "ab").unwrap();
        fs::rename(&other, &path).unwrap();
        #[cfg(unix)]
        assert!(later(&path, 20).may_differ_from(&before));
    }

    #[test]
    fn a_file_that_is_made_or_removed_is_a_change_and_one_that_stays_missing_is_none() {
        let (_folder, path) = file("a");
        let there = later(&path, 10);
        fs::remove_file(&path).unwrap();
        let missing = later(&path, 20);
        assert!(missing.may_differ_from(&there) && there.may_differ_from(&missing));
        assert!(!later(&path, 30).may_differ_from(&missing));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_which_the_system_does_not_say_the_state_may_always_have_changed() {
        let (_folder, path) = file("a");
        let unknown = || later(&path.join("below"), 10);
        assert!(unknown().may_differ_from(&unknown()));
        assert!(unknown().may_differ_from(&later(&path, 10)));
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_never_changes() {
        let stamp = || Stamp::of(std::path::Path::new("/dev/null"), SystemTime::now());
        assert!(!stamp().may_differ_from(&stamp()));
    }
}
