//! Files and folders that are made together, or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use authctl::store::safe_file;

use crate::context::Context;
use crate::error::{Failure, cannot};

/// The files and folders made so far, outer folders first. They are removed again unless all is made.
#[derive(Default)]
pub(super) struct Made(Vec<PathBuf>);

impl Made {
    /// Makes a file that only its owner can read, and the home of authctl if the file goes there.
    pub(super) fn file(&mut self, path: &Path, bytes: &[u8], cx: &Context) -> Result<(), Failure> {
        if let Ok(home) = cx.files.home()
            && path.parent() == Some(home.as_path())
        {
            self.home(&home)?;
        }
        safe_file::create(path, bytes).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => made_meanwhile(&format!("`{}`", path.display())),
            _ => cannot(format_args!("make `{}`", path.display()))(error),
        })?;
        self.0.push(path.to_owned());
        Ok(())
    }

    fn home(&mut self, home: &Path) -> Result<(), Failure> {
        let mut missing: Vec<&Path> = home.ancestors().take_while(|folder| !folder.exists()).collect();
        missing.reverse();
        self.0
            .extend(missing.into_iter().filter(|folder| !folder.as_os_str().is_empty()).map(Path::to_owned));
        safe_file::create_home(home).map_err(cannot(format_args!("make the folder `{}`", home.display())))
    }

    /// Lets everything stay.
    pub(super) fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            // A folder in which something else was made meanwhile stays.
            let _stays = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
        }
    }
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
