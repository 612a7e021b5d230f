//! The new content, in a file beside the old one until it is complete.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A temporary file, removed on drop unless it takes the place of `path`.
pub(super) struct Temporary {
    place: PathBuf,
    pub(super) file: File,
}

impl Temporary {
    /// Creates an empty file beside `path` that only its owner can read and write.
    pub(super) fn beside(path: &Path) -> io::Result<Self> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let mut name = prefix(path);
        name.push(format!("{:016x}{SUFFIX}", u64::from_ne_bytes(random)));
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let place = path.with_file_name(name);
        let file = options.open(&place)?;
        Ok(Self { place, file })
    }

    /// Writes the content and syncs it to the disk.
    pub(super) fn fill(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.file.sync_all()
    }

    /// Replaces the file at `path`.
    pub(super) fn replace(self, path: &Path) -> io::Result<()> {
        rename(&self.place, path)?;
        sync(folder(path));
        Ok(())
    }

    /// Becomes `path`, which must be free.
    pub(super) fn appear_as(self, path: &Path) -> io::Result<()> {
        match fs::hard_link(&self.place, path) {
            Ok(()) => sync(folder(path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(error),
            // A file system without hard links: reserve the name first, since a rename would overwrite.
            Err(_) => {
                File::create_new(path)?;
                self.replace(path).inspect_err(|_| drop(fs::remove_file(path)))?;
            }
        }
        Ok(())
    }

    /// Removes the temporary files that killed writers of `path` left. The caller must hold the lock.
    pub(super) fn tidy(path: &Path) {
        let prefix = prefix(path);
        let is_ours = |name: &OsString| {
            let rest = name.as_encoded_bytes().strip_prefix(prefix.as_encoded_bytes());
            let digits = rest.and_then(|rest| rest.strip_suffix(SUFFIX.as_bytes()));
            digits.is_some_and(|digits| digits.len() == 16 && digits.iter().all(u8::is_ascii_hexdigit))
        };
        let Ok(entries) = fs::read_dir(folder(path)) else { return };
        for entry in entries.flatten().filter(|entry| is_ours(&entry.file_name())) {
            // A file that stays does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // This fails if the file was renamed, as it should.
        let _ = fs::remove_file(&self.place);
    }
}

#[cfg(not(windows))]
use fs::rename;

#[cfg(windows)]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    super::contended::patiently(|| fs::rename(from, to))
}

/// Syncs a new name in a folder to the disk. A failure is ignored: the content is on the disk already.
fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

const SUFFIX: &str = ".tmp";

/// Returns `.name.`, the prefix of all temporary files for `path`.
fn prefix(path: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(path.file_name().unwrap_or_default());
    prefix.push(".");
    prefix
}

/// Returns the folder of `path`.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
