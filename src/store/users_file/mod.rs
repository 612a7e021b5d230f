//! The users file: reads TOML text as users, and edits it.

mod edit;
mod elsewhere;
mod export;
mod fault;
mod fields;
mod lines;
mod list;
mod listing;
mod look_up;
mod new;
mod outline;
mod read;
mod revoked;
#[cfg(test)]
mod samples;
mod scan;
mod tokens;
mod update;
mod value;

pub use edit::{EditError, edit};
pub use elsewhere::{MAX_POINTER_BYTES, elsewhere};
pub use export::{export_policies, export_records, export_user};
pub use fault::{FaultKind, StoreFault};
pub use listing::{Listing, line_of_hash, list};
pub use look_up::{Lookup, candidate, look_up, look_up_all};
pub use new::new_store;
pub use update::{Changed, import, update};

use std::path::Path;

use super::{LoadError, safe_file};
use crate::auth::user::UserStore;
use fault::Fault;

/// The largest users file that is read: 256 MiB.
pub const MAX_BYTES: u64 = 256 << 20;

/// Reads all of the users file at `path`.
///
/// # Errors
///
/// Those of [`safe_file::read`], then those of [`text`] and [`parse`].
pub fn load(path: &Path) -> Result<UserStore, LoadError<StoreFault>> {
    let bytes = safe_file::read(path, MAX_BYTES)?;
    text(&bytes).and_then(parse).map_err(LoadError::Fault)
}

/// Decodes the text of a users file.
///
/// # Errors
///
/// A fault at the first byte that is not UTF-8.
pub fn text(bytes: &[u8]) -> Result<&str, StoreFault> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let text = std::str::from_utf8(valid).unwrap_or_default();
        Fault::new(valid.len(), FaultKind::NotUtf8).in_text(text)
    })
}

/// Reads all of a users file, strictly: an unknown table or field is a fault.
///
/// Usernames that differ in case only are no fault, and neither is an unusable `hashed_password`, which locks out that
/// user alone.
///
/// # Errors
///
/// The first [`StoreFault`]: the grammar of TOML first, then what the text means.
pub fn parse(text: &str) -> Result<UserStore, StoreFault> {
    match scan::scan(text, |_| true, |_| {}) {
        Some(scanned) => Ok(scanned.into_store()),
        None => read::read(text),
    }
}

/// Parses as [`parse`] does, through the tree alone. The fuzzer compares both.
///
/// # Errors
///
/// Those of [`parse`].
#[cfg(fuzzing)]
#[doc(hidden)]
pub fn parse_strictly(text: &str) -> Result<UserStore, StoreFault> {
    read::read(text)
}
