//! `authctl keys rotate`: a new key, put before those in use.

use anyhow::Result;
use authctl::auth::key::{Algorithm, RotateError};
use authctl::auth::time::Span;

use super::list::{KeyJson, name};
use super::{retiring, since};
use crate::clock;
use crate::console::report;
use crate::context::Context;
use crate::error::{Exit, Failure};

/// Puts a new key first.
pub(super) fn run(algorithm: Option<Algorithm>, cx: &mut Context) -> Result<Exit> {
    let (lifetime, now) = (max_lifetime(cx), clock::now()?);
    let (old, new) = cx.edit_keys(|keys| {
        let algorithm = algorithm.unwrap_or_else(|| keys.next_algorithm());
        keys.rotate(algorithm, now, lifetime).map_err(not_rotated)
    })?;
    let Some(key) = new.keys().first() else { return Ok(Exit::Yes) };
    if cx.console.json {
        cx.console.print_json(&KeyJson::of(key, &new))?;
        return Ok(Exit::Yes);
    }
    report(format_args!(
        "tokens are signed with the new key `{}` ({}) {}",
        name(key, &new),
        key.algorithm(),
        since(cx)
    ));
    if let Some(before) = old.signing_key() {
        let before = name(before, &old);
        report(format_args!("those of `{before}` stay good until `{}`", retiring(&before, cx)));
    }
    Ok(Exit::Yes)
}

/// The longest that a token of the old key lives, by the store. A key that leaked is replaced even where that is not known.
fn max_lifetime(cx: &Context) -> Option<Span> {
    match cx.open_store().and_then(|store| store.look_up(&[])) {
        Ok(found) => Some(found.tokens().max_lifetime),
        Err(failure) => {
            if !failure.is_missing() && failure.code != "no_home" {
                cx.console.say("note", format_args!("it is not known how long tokens live: {failure}"));
            }
            None
        }
    }
}

/// What to do where all keys are public.
pub(super) const ELSEWHERE: &str =
    "rotate on the machine that has the private key, and copy its `authctl keys public` here";

fn not_rotated(error: RotateError) -> Failure {
    match error {
        RotateError::OnlyPublic => Failure::unknown("only_public", error.to_string()).hint(ELSEWHERE),
        RotateError::Full => Failure::unknown("full", error.to_string()),
        RotateError::Generate(_) => Failure::unknown("random", error.to_string()),
    }
}
