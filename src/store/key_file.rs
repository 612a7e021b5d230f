//! The key file: reads the bytes of a file as keys, and changes them.

use std::path::Path;

use zeroize::Zeroizing;

use super::safe_file::{self, Source, UpdateError};
use super::{LoadError, UpdateRefusal};
use crate::auth::key::{KeyFault, KeySet, Look};

/// The largest key file that is read.
pub const MAX_BYTES: u64 = KeySet::MAX_BYTES as u64;

/// Reads the keys in the file at `path`, in any of their forms. A pipe is read to its end.
///
/// # Errors
///
/// Those of [`safe_file::read_piped`], then those of [`parse`].
pub fn load(path: &Path) -> Result<KeySet, LoadError<KeyFault>> {
    load_from(path).map(|(keys, _)| keys)
}

/// As [`load`], and says whether the keys came from a pipe, which cannot be read again.
///
/// # Errors
///
/// Those of [`load`].
pub fn load_from(path: &Path) -> Result<(KeySet, Source), LoadError<KeyFault>> {
    let (bytes, source) = safe_file::read_piped(path, MAX_BYTES)?;
    let keys = parse(&Zeroizing::new(bytes)).map_err(LoadError::Fault)?;
    Ok((keys, source))
}

/// Changes the keys to those that `decide` makes of them, under the lock. Returns the keys before and after. Where they are
/// equal, the file stays byte for byte.
///
/// # Errors
///
/// Those of [`safe_file::update`]; then those of [`parse`], or what `decide` failed with. The file is as it was then.
pub fn update<E>(
    path: &Path,
    decide: impl FnOnce(&KeySet) -> Result<KeySet, E>,
) -> Result<(KeySet, KeySet), UpdateError<UpdateRefusal<KeyFault, E>>> {
    safe_file::update(path, |bytes| {
        let old = parse(bytes).map_err(UpdateRefusal::File)?;
        let new = decide(&old).map_err(UpdateRefusal::Caller)?;
        let json = new.to_json();
        let is_new = *json != *old.to_json();
        Ok((is_new.then(|| json.as_bytes().to_vec()), (old, new)))
    })
}

/// Reads the content of a key file.
///
/// # Errors
///
/// Those of [`KeySet::parse`]. [`KeyFault::LooksLike`] a path if the secret is, or decodes to, the path of a file or folder, or
/// of a new file in a folder that is there.
pub fn parse(bytes: &[u8]) -> Result<KeySet, KeyFault> {
    let keys = KeySet::parse(bytes);
    // A short path is a path too.
    let may_be_path = matches!(keys, Ok(_) | Err(KeyFault::ShortSecret { .. } | KeyFault::LongSecret { .. }));
    if may_be_path && KeySet::readings(bytes).iter().any(|text| is_path(text)) {
        return Err(KeyFault::LooksLike(Look::Path.plain()));
    }
    keys
}

/// Whether there is something at the path `text`, or all folders on the way to it are there.
fn is_path(text: &str) -> bool {
    let path = Path::new(text);
    // Random base64 may begin with a slash, so that the root is its folder.
    let folder =
        path.parent().filter(|folder| folder.parent().is_some_and(|above| !above.as_os_str().is_empty()));
    path.symlink_metadata().is_ok() || folder.is_some_and(Path::is_dir)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{KeyFault, Look, parse};

    #[test]
    fn a_path_is_no_secret_and_neither_is_one_that_is_encoded() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("the-key-of-our-server-in-production");
        let is_path = |text: &str| match parse(text.as_bytes()) {
            Err(KeyFault::LooksLike(lookalike)) => lookalike.look == Look::Path,
            _ => false,
        };
        let text = file.to_str().unwrap();
        let percent = text.replace('/', "%2F");
        assert!(is_path(text) && is_path(&percent), "its folder is there");
        fs::write(&file, "").unwrap();
        let hex = text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        for path in [text, &format!("{text}\n"), &percent, &hex] {
            assert!(is_path(path), "{path}");
        }
        let short = folder.path().to_str().unwrap();
        assert!(short.len() < 32 && is_path(short), "{short}");
        assert!(!is_path("/nowhere/the-key-of-our-server-in-production"));
        assert!(!is_path("/iBFXj3nW0nQy8tX1x9Wb3eJ5qv0Zp6rDkq0yqk2cVE="));
    }
}
