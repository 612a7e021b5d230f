//! The keys of a run, and the messages about those that cannot be used.

use std::path::Path;

use authctl::auth::key::{KeyFault, KeySet};
use authctl::store::safe_file::{self, Source};
use authctl::store::{LoadError, key_file, users_file};
use secrecy::ExposeSecret;

use super::no_path::{is_url, refuse_secret};
use super::{key_hints, unreadable};
use crate::environment::KeySource;
use crate::error::{Failure, cannot};

/// The keys of a source, as they are now.
pub(crate) fn read_keys(source: &KeySource) -> Result<KeySet, Failure> {
    load(source).map(|(keys, _)| keys)
}

/// The keys of a source as they are now, and whether they came from a pipe.
pub(crate) fn load(source: &KeySource) -> Result<(KeySet, Source), Failure> {
    let loaded = match source {
        KeySource::Secret(secret) => {
            key_file::parse(secret.expose_secret()).map(|keys| (keys, Source::File)).map_err(LoadError::Fault)
        }
        KeySource::File(path) => key_file::load_from(path),
    };
    loaded.map_err(|error| match (error, source) {
        (LoadError::Io(error), KeySource::File(path)) => unreadable("key file", path, &error),
        (LoadError::Io(error), KeySource::Secret(_)) => cannot("read `AUTHCTL_SECRET_KEY`")(error),
        (LoadError::Fault(fault), source) => invalid_key(source, &fault),
    })
}

/// The failure of keys that cannot be trusted.
pub(crate) fn invalid_key(source: &KeySource, fault: &KeyFault) -> Failure {
    let failure = Failure::unknown("invalid_key", format!("{source}: {fault}"));
    let hint = match source {
        KeySource::File(path) if is_user_store(path) => {
            Some("it is a user store: name it with `--users-file`, and the key with `--key-file`".to_owned())
        }
        _ => key_hints::for_key(fault, source),
    };
    Failure { hint, ..failure }
}

/// Whether the file has users or scopes. A pipe is never read a second time.
fn is_user_store(path: &Path) -> bool {
    let bytes = path.is_file().then(|| safe_file::read(path, users_file::MAX_BYTES).ok()).flatten();
    let store = bytes.and_then(|bytes| users_file::parse(users_file::text(&bytes).ok()?).ok());
    store.is_some_and(|store| !store.users.is_empty() || store.scopes.is_some())
}

/// The warning about a secret in use that a well-known manual prints, and its hint.
pub(crate) fn published(keys: &KeySet, source: &KeySource) -> Option<(String, &'static str)> {
    keys.keys().iter().find(|key| key.is_published() && !key.is_retired())?;
    let hint = match source {
        KeySource::File(_) => {
            "give authctl and every server that shares it a new one, as `openssl rand -hex 32` prints, or run \
             `authctl keys rotate`, then `authctl keys retire` for the old key"
        }
        KeySource::Secret(_) => "set `AUTHCTL_SECRET_KEY` to what `openssl rand -hex 32` prints",
    };
    Some((format!("{source}: the secret is printed in a well-known manual: anyone can sign with it"), hint))
}

/// The most unusable keys that are named one by one.
const MOST_NAMED: usize = 20;

/// A note for each key of a public set that is left out; for the rest of very many, one note.
pub(crate) fn left_out(keys: &KeySet) -> impl Iterator<Item = String> {
    let unusable = keys.unusable();
    let named = unusable.iter().take(MOST_NAMED);
    let rest = unusable.len().saturating_sub(MOST_NAMED);
    let verb = if rest == 1 { "is" } else { "are" };
    let rest = (rest > 0).then(|| format!("{rest} more {verb} left out: `authctl keys` lists them"));
    named.map(|key| format!("{key} is left out: {}", key.fault())).chain(rest)
}

/// Refuses a URL and `-` where the path of a file is expected.
pub(crate) fn refuse_no_file(path: &Path) -> Result<(), Failure> {
    let text = path.to_string_lossy();
    if text == "-" {
        return Err(Failure::usage("the key is not read from standard input")
            .hint("name a pipe with `--key-file <(COMMAND)`, or put the key in `AUTHCTL_SECRET_KEY`"));
    }
    if is_url(&text) {
        return Err(Failure::usage("the key file is a URL, and nothing is downloaded").hint(
            "download it with `curl -fsS -o FILE URL` and name FILE, or name a pipe with `--key-file <(curl -fsS URL)`",
        ));
    }
    refuse_secret("the key file", path)
}
