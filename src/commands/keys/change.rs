//! Changes of the key file, each under its lock and made to the file as it is then.

use anyhow::Result;
use authctl::auth::key::{Algorithm, Key, KeySet, RetireError, RotateError};
use authctl::auth::words::brief;

use super::list::{KeyJson, name};
use crate::console::report;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output::shell::quoted;

/// Puts a new key first.
pub(super) fn rotate(algorithm: Option<Algorithm>, cx: &mut Context) -> Result<Exit> {
    let (old, new) = cx.edit_keys(|keys| {
        let algorithm = algorithm.unwrap_or_else(|| keys.next_algorithm());
        keys.rotate(algorithm).map_err(not_rotated)
    })?;
    let Some(key) = new.keys().first() else { return Ok(Exit::Yes) };
    if cx.console.json {
        cx.console.print_json(&KeyJson::of(key, &new))?;
        return Ok(Exit::Yes);
    }
    report(format_args!(
        "tokens are signed with the new key `{}` ({}) from now on",
        name(key, &new),
        key.algorithm()
    ));
    if let Some(before) = old.signing_key() {
        let before = name(before, &old);
        let word = quoted(&before);
        report(format_args!("those of `{before}` stay good until `authctl keys retire {word}`"));
    }
    Ok(Exit::Yes)
}

fn not_rotated(error: RotateError) -> Failure {
    match error {
        RotateError::OnlyPublic => Failure::unknown("only_public", error.to_string())
            .hint("rotate on the machine that has the private key, and copy its `authctl keys public` here"),
        RotateError::Full => Failure::unknown("full", error.to_string()),
        RotateError::Generate(_) => Failure::unknown("random", error.to_string()),
    }
}

/// Retires a key under all its names.
pub(super) fn retire(asked: &str, cx: &mut Context) -> Result<Exit> {
    let (old, new) = cx.edit_keys(|keys| keys.retire(asked).map_err(|error| not_retired(error, asked)))?;
    if cx.console.json {
        if let Some(key) = new.named(asked) {
            cx.console.print_json(&KeyJson::of(key, &new))?;
        }
    } else {
        report(format_args!("retired key `{asked}`: its tokens are refused from now on"));
        let signing = |keys: &KeySet| keys.signing_key().map(Key::thumbprint);
        if let Some(key) = new.signing_key().filter(|_| signing(&old) != signing(&new)) {
            report(format_args!(
                "tokens are signed with the key `{}` ({}) from now on",
                name(key, &new),
                key.algorithm()
            ));
        }
    }
    Ok(Exit::Yes)
}

fn not_retired(error: RetireError, asked: &str) -> Failure {
    match error {
        RetireError::Unknown => Failure::no("no_such_key", format!("no key is called `{}`", brief(asked)))
            .hint("`authctl keys` lists them"),
        RetireError::Last => Failure::no("last_key", "the last key in use cannot be retired")
            .hint("run `authctl keys rotate` first"),
    }
}
