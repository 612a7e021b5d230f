//! Whether a file was changed since it was read: one rule for commands, streams and servers.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long after a change another one may leave the same times: file systems keep them to milliseconds or seconds.
const SETTLED: Duration = Duration::from_secs(2);

/// What tells one state of a file from the next, without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// `None` for what is no regular file: a pipe is read once, and never again.
    state: Option<State>,
}

#[derive(Clone, Debug)]
struct State {
    bytes: u64,
    modified: Option<SystemTime>,
    /// Device and inode, and when anything about the file changed last: a time that nobody can set back.
    identity: Identity,
    /// Whether any change after this stamp was taken leaves another one.
    is_settled: bool,
}

/// All but whether it is settled.
impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        (self.bytes, self.modified, self.identity) == (other.bytes, other.modified, other.identity)
    }
}

impl Eq for State {}

impl Stamp {
    /// Takes the stamp of the file at `path`, at the time `now`. Take it before the file is read.
    ///
    /// # Errors
    ///
    /// Those of [`fs::metadata`].
    pub fn of(path: &Path, now: SystemTime) -> io::Result<Self> {
        Ok(Self::new(&fs::metadata(path)?, now))
    }

    fn new(metadata: &Metadata, now: SystemTime) -> Self {
        let state = metadata.is_file().then(|| {
            let modified = metadata.modified().ok();
            let changed = changed(metadata).or(modified);
            let age = changed.and_then(|changed| now.duration_since(changed).ok());
            State {
                bytes: metadata.len(),
                modified,
                identity: identity(metadata),
                is_settled: age.is_some_and(|age| age > SETTLED),
            }
        });
        Self { state }
    }

    /// Whether the file may have been changed or replaced since the `earlier` stamp was taken.
    ///
    /// A file that had just been changed then counts as changed: two changes in a row can leave the same times.
    #[must_use]
    pub fn may_differ_from(&self, earlier: &Self) -> bool {
        self != earlier || earlier.state.as_ref().is_some_and(|state| !state.is_settled)
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

    /// The stamp of the file as it is taken that long from now.
    fn later(path: &std::path::Path, seconds: u64) -> Stamp {
        Stamp::of(path, SystemTime::now() + Duration::from_secs(seconds)).unwrap()
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
        while later(&path, 10) == before {
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
        fs::remove_file(&path).unwrap();
        assert!(Stamp::of(&path, SystemTime::now()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_never_changes() {
        let stamp = || Stamp::of(std::path::Path::new("/dev/null"), SystemTime::now()).unwrap();
        assert!(!stamp().may_differ_from(&stamp()));
    }
}
