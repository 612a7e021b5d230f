//! The one safe way to read and write small files: no crash, kill or full disk loses data.
//!
//! A reader needs no lock and sees the old content or the new, never a mixture. Writers take turns. A writer that dies,
//! even by SIGKILL, leaves the old content or the new, and no lock.

mod attributes;
#[cfg(windows)]
mod contended;
mod lock;
mod temporary;

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use thiserror::Error;
use zeroize::Zeroizing;

use attributes::NotKept;
use lock::Lock;
use temporary::Temporary;

/// The largest file that [`update`] changes: 256 MiB.
const MAX_BYTES: u64 = 256 << 20;

/// Why a file was not changed. It is as it was.
#[derive(Debug, Error)]
pub enum UpdateError<E> {
    /// Reading or writing failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The new file cannot have the owner, mode, access control list or an extended attribute of the old one.
    #[error("its {what} cannot be kept: {error}")]
    NotKept {
        /// The property, such as `owner`.
        what: String,
        /// The error of the system.
        error: io::Error,
    },
    /// The file is a mount point itself, as container systems mount single files.
    #[error("it is a mount point of its own, which nothing can replace")]
    MountPoint,
    /// Other processes held the lock for 10 seconds.
    #[error("another process has been changing it for 10 seconds")]
    Busy,
    /// The change itself was refused.
    #[error(transparent)]
    Refused(E),
}

impl<E> UpdateError<E> {
    /// Maps the refusal of the change itself.
    pub fn map_refused<F>(self, map: impl FnOnce(E) -> F) -> UpdateError<F> {
        match self {
            Self::Io(error) => UpdateError::Io(error),
            Self::NotKept { what, error } => UpdateError::NotKept { what, error },
            Self::MountPoint => UpdateError::MountPoint,
            Self::Busy => UpdateError::Busy,
            Self::Refused(refusal) => UpdateError::Refused(map(refusal)),
        }
    }
}

/// Reads a regular file of at most `limit` bytes.
///
/// # Errors
///
/// Errors of the system; a directory, a FIFO (without waiting for a writer) or a device; a file above the limit.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_from(&open(path)?, limit)
}

fn read_from(file: &File, limit: u64) -> io::Result<Vec<u8>> {
    let size = regular(&file.metadata()?)?.len();
    if size > limit {
        return Err(too_large(limit));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    // The file may grow meanwhile.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok(bytes) }
}

/// The source of some content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A regular file.
    File,
    /// A pipe, which can be read only once.
    Pipe,
}

/// Reads as [`read`] does, and reads a pipe to its end too.
///
/// A FIFO without a writer counts as empty.
///
/// # Errors
///
/// Those of [`read`].
pub fn read_piped(path: &Path, limit: u64) -> io::Result<(Vec<u8>, Source)> {
    match pipe(path)? {
        None => Ok((read(path, limit)?, Source::File)),
        Some(pipe) => {
            // Allocated once: a buffer that grows leaves copies of a secret in memory.
            let mut bytes = Vec::with_capacity(usize::try_from(limit).unwrap_or(0) + 2);
            pipe.take(limit + 1).read_to_end(&mut bytes)?;
            if bytes.len() as u64 > limit { Err(too_large(limit)) } else { Ok((bytes, Source::Pipe)) }
        }
    }
}

/// Opens the pipe at `path`, if it is one.
#[cfg(unix)]
fn pipe(path: &Path) -> io::Result<Option<File>> {
    use std::os::unix::fs::FileTypeExt as _;
    if !fs::metadata(path)?.file_type().is_fifo() {
        return Ok(None);
    }
    let pipe = open(path)?;
    // The open did not wait for a writer; the reads wait for the data of one.
    let flags = rustix::fs::fcntl_getfl(&pipe)?;
    rustix::fs::fcntl_setfl(&pipe, flags - rustix::fs::OFlags::NONBLOCK)?;
    Ok(pipe.metadata()?.file_type().is_fifo().then_some(pipe))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "it fails on Unix")]
fn pipe(_: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

fn too_large(limit: u64) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {limit} bytes"))
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        // Opening a FIFO would wait for a writer.
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, flags.bits().cast_signed());
    }
    let file = options.open(path);
    // Windows denies access to a folder, which is not the reason.
    #[cfg(windows)]
    if file.is_err() && path.is_dir() {
        return Err(is_a_directory());
    }
    file
}

fn is_a_directory() -> io::Error {
    io::Error::new(io::ErrorKind::IsADirectory, "it is a directory")
}

fn regular(metadata: &Metadata) -> io::Result<&Metadata> {
    match metadata {
        file if file.is_file() => Ok(file),
        folder if folder.is_dir() => Err(is_a_directory()),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

/// Creates a file that only its owner can read and write. It appears with all its content at once.
///
/// # Errors
///
/// [`AlreadyExists`](io::ErrorKind::AlreadyExists) if the name is taken, even by a dangling symlink; errors of the system. No
/// temporary file remains.
pub fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let _lock = Lock::take(path, None).map_err(|error| match error {
        UpdateError::Io(error) | UpdateError::Refused(error) => error,
        error => io::Error::new(io::ErrorKind::TimedOut, error),
    })?;
    Temporary::tidy(path);
    let mut new = Temporary::beside(path)?;
    new.fill(bytes)?;
    new.appear_as(path)
}

/// Creates a folder, and those above it, that only its owner can enter. Existing folders stay as they are.
///
/// # Errors
///
/// Errors of the system.
pub fn create_home(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Changes a file: `change` maps the old content to the new (`None`: leave it) and to a value that is returned.
///
/// The file is read and written under a lock that the system frees if the process dies. Owner, mode, access
/// control list and extended attributes stay, and a symlink stays a symlink. The change is on the disk when this returns.
///
/// # Errors
///
/// [`UpdateError`]. The file is unchanged then, and no temporary file remains.
pub fn update<T, E>(
    path: &Path,
    change: impl FnOnce(&[u8]) -> Result<(Option<Vec<u8>>, T), E>,
) -> Result<T, UpdateError<E>> {
    let (target, _lock) = lock_target(path)?;
    Temporary::tidy(&target);
    // Zeroized: the file may be a key file.
    let file = open(&target)?;
    #[cfg(windows)]
    if file.metadata()?.permissions().readonly() {
        // Some versions of Windows would replace it.
        let message = "it is marked read-only";
        return Err(UpdateError::Io(io::Error::new(io::ErrorKind::PermissionDenied, message)));
    }
    let old = Zeroizing::new(read_from(&file, MAX_BYTES)?);
    let (new, answer) = change(&old).map_err(UpdateError::Refused)?;
    if let Some(bytes) = new.map(Zeroizing::new) {
        if bytes.len() as u64 > MAX_BYTES {
            // It could never be read again.
            return Err(UpdateError::Io(too_large(MAX_BYTES)));
        }
        let mut new = Temporary::beside(&target)?;
        attributes::copy(&file, &new.file)
            .map_err(|NotKept { what, error }| UpdateError::NotKept { what, error })?;
        new.fill(&bytes)?;
        // Not every system replaces a file that is open.
        drop(file);
        new.replace(&target).map_err(|error| match error.kind() {
            io::ErrorKind::ResourceBusy => UpdateError::MountPoint,
            _ => UpdateError::Io(error),
        })?;
    }
    Ok(answer)
}

/// Locks the file that `path` leads to, at the end of all symlinks.
fn lock_target<E>(path: &Path) -> Result<(PathBuf, Lock), UpdateError<E>> {
    loop {
        let target = fs::canonicalize(path)?;
        let lock = Lock::take(&target, Some(regular(&fs::metadata(&target)?)?))?;
        // The symlink may have changed while another process held the lock.
        if fs::canonicalize(path)? == target {
            return Ok((target, lock));
        }
    }
}

/// The permissions of users other than the owner, by the mode of a file. None outside Unix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exposure {
    /// The group or everyone can read the file.
    pub readable: bool,
    /// The group or everyone can write the file, or replace files in the folder.
    pub writable: bool,
}

/// Returns the permissions of users other than the owner.
///
/// # Errors
///
/// Errors of the system.
pub fn exposure(path: &Path) -> io::Result<Exposure> {
    let metadata = fs::metadata(path)?;
    Ok(exposure_of(&metadata))
}

#[cfg(unix)]
fn exposure_of(metadata: &Metadata) -> Exposure {
    let mode = std::os::unix::fs::MetadataExt::mode(metadata);
    // In a folder with the sticky bit, such as `/tmp`, users can replace their own files only.
    let is_shared_safely = metadata.is_dir() && mode & 0o1000 != 0;
    Exposure { readable: mode & 0o044 != 0, writable: mode & 0o022 != 0 && !is_shared_safely }
}

#[cfg(not(unix))]
fn exposure_of(_: &Metadata) -> Exposure {
    Exposure::default()
}
