//! One change of the key file, from lock to rename.

use authctl::auth::key::{Key, KeySet};
use authctl::store::{key_file, safe_file};

use crate::context::Context;
use crate::environment::KeySource;
use crate::error::Failure;
use crate::keys::invalid_key;
use crate::store_edit::unchanged;

/// Makes the change that `change` decides on, seeing the keys as they are under the lock. The answer are the
/// keys before and after.
pub(crate) fn edit_keys(
    cx: &Context,
    change: impl FnOnce(&KeySet) -> Result<KeySet, Failure>,
) -> Result<(KeySet, KeySet), Failure> {
    let source = cx.key_source()?;
    let KeySource::File(path) = &source else {
        return Err(Failure::unknown(
            "no_key_file",
            "the key is in `AUTHCTL_SECRET_KEY`, and no command can change it there",
        )
        .hint("put it in a file, name that with `AUTHCTL_KEY_FILE`, and unset `AUTHCTL_SECRET_KEY`"));
    };
    let shown = path.display();
    if path.metadata().is_ok_and(|at| !at.is_file() && !at.is_dir()) {
        return Err(Failure::unknown(
            "no_key_file",
            format!("key file `{shown}` is a pipe, and cannot be changed"),
        )
        .hint("name the file that the key comes from with `--key-file`"));
    }
    let updated = safe_file::update(path, |bytes| {
        let old = key_file::parse(bytes).map_err(|fault| invalid_key(&source, &fault))?;
        cx.warn_of_exposure("key file", path, old.keys().iter().any(Key::is_private));
        let new = change(&old)?;
        // A file that says so already stays byte for byte.
        let is_new = *new.to_json() != *old.to_json();
        Ok((is_new.then(|| new.to_json().as_bytes().to_vec()), (old, new)))
    });
    updated.map_err(|error| unchanged("key file", &shown, error))
}
