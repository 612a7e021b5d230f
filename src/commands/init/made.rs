//! Files that are made, and never replaced.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use authctl::store::safe_file;

use crate::context::Context;
use crate::error::{Failure, cannot};

/// Makes a file that only its owner can read, and the home of authctl if the file goes there.
///
/// The file stays where a later part cannot be made: another process may rely on it already.
pub(super) fn make_file(path: &Path, bytes: &[u8], cx: &Context) -> Result<(), Failure> {
    if let Ok(home) = cx.files.home()
        && path.parent() == Some(home.as_path())
    {
        safe_file::create_home(&home)
            .map_err(cannot(format_args!("make the folder `{}`", home.display())))?;
    }
    safe_file::create(path, bytes).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => made_meanwhile(&format!("`{}`", path.display())),
        _ => cannot(format_args!("make `{}`", path.display()))(error),
    })
}

/// The failure where another process was quicker.
pub(super) fn made_meanwhile(what: &str) -> Failure {
    Failure::unknown("exists", format!("{what} was made meanwhile, and `init` overwrites nothing"))
        .hint("run the same again: it keeps what is there")
}

/// Whether nothing is at `path`.
///
/// # Errors
///
/// A symlink that leads nowhere: what is made through it would be elsewhere.
pub(super) fn is_missing(path: &Path) -> Result<bool, Failure> {
    let missing =
        |found: std::io::Result<fs::Metadata>| found.is_err_and(|error| error.kind() == ErrorKind::NotFound);
    if !missing(path.metadata()) {
        return Ok(false);
    }
    if missing(path.symlink_metadata()) {
        return Ok(true);
    }
    let message =
        format!("`{}` is a symlink that leads nowhere, and `init` overwrites nothing", path.display());
    Err(Failure::unknown("exists", message).hint("remove it, or make the file that it leads to"))
}
