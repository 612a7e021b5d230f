//! `authctl keys public`: what machines that only check tokens need.

use std::io::Write;

use anyhow::Result;
use authctl::auth::key::Key;

use super::list::name;
use crate::context::Context;
use crate::error::{Exit, Failure};

/// Prints the public parts of the keys in use as a JWK Set.
pub(super) fn run(cx: &mut Context) -> Result<Exit> {
    let keys = cx.keys()?;
    let text = keys.public_json().map_err(|error| {
        Failure::unknown("not_public", error.to_string())
            .hint("`authctl keys rotate --alg EdDSA` adds a key that has one")
    })?;
    for (key, why) in keys.keys().iter().filter_map(left_out) {
        cx.console.say("note", format_args!("without key `{}`: {why}", name(key, &keys)));
    }
    write_set(&text, cx)?;
    Ok(Exit::Yes)
}

fn left_out(key: &Key) -> Option<(&Key, &'static str)> {
    match key {
        key if key.is_retired() => Some((key, "it is retired")),
        key if key.is_symmetric() => Some((key, "a shared secret has no public part")),
        _ => None,
    }
}

/// Prints a JWK Set, in one line where the answer is wanted in JSON.
pub(super) fn write_set(text: &str, cx: &mut Context) -> Result<()> {
    if cx.console.json {
        cx.console.print_json(&serde_json::value::RawValue::from_string(compact(text))?)?;
    } else {
        write!(cx.console.stdout, "{text}")?;
    }
    Ok(())
}

/// A JSON text of ours without the line ends and indents between its members.
fn compact(text: &str) -> String {
    text.lines().map(str::trim_start).collect()
}
