//! The key file: bytes of a file to keys.

use std::path::Path;

use zeroize::Zeroizing;

use super::LoadError;
use super::safe_file;
use crate::auth::key::{KeyFault, KeySet};

/// The largest key file that is read.
pub const MAX_BYTES: u64 = 64 * 1024;

/// Reads the keys in the file at `path`, whatever their form.
///
/// # Errors
///
/// Those of [`safe_file::read`], then those of [`KeySet::parse`].
pub fn load(path: &Path) -> Result<KeySet, LoadError<KeyFault>> {
    let bytes = Zeroizing::new(safe_file::read(path, MAX_BYTES)?);
    KeySet::parse(&bytes).map_err(LoadError::Fault)
}
