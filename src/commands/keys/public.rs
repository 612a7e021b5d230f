//! `authctl keys public`: a set for machines that only check tokens.

use std::io::Write;

use anyhow::Result;
use authctl::auth::key::Key;
use authctl::auth::words::brief;

use crate::context::Context;
use crate::error::{Exit, Failure};

/// Prints the public parts of the keys in use as a JWK Set.
pub(super) fn run(cx: &mut Context) -> Result<Exit> {
    let keys = cx.keys()?;
    let text = keys.public_json().map_err(|error| {
        Failure::unknown("not_public", error.to_string())
            .hint("`authctl keys rotate --alg EdDSA` adds a key that has one")
    })?;
    for (name, why) in
        keys.names().iter().zip(keys.keys()).filter_map(|(name, key)| Some((name, left_out(key)?)))
    {
        cx.console.say("note", format_args!("key `{}` is left out: {why}", brief(name)));
    }
    write_set(&text, cx)?;
    Ok(Exit::Yes)
}

/// Why a usable key is left out.
fn left_out(key: &Key) -> Option<&'static str> {
    match key {
        key if key.is_retired() => Some("it is retired"),
        key if key.is_symmetric() => Some("a shared secret has no public part"),
        _ => None,
    }
}

/// Prints a JWK Set, on one line with `--json`.
pub(super) fn write_set(text: &str, cx: &mut Context) -> Result<()> {
    if cx.console.json {
        cx.console.print_json(&serde_json::value::RawValue::from_string(compact(text))?)?;
    } else {
        write!(cx.console.stdout, "{text}")?;
    }
    Ok(())
}

/// Removes the line ends and indents that a JSON text of authctl has between its members.
fn compact(text: &str) -> String {
    text.lines().map(str::trim_start).collect()
}
