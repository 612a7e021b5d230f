//! `authctl keys generate`: a new key, apart from those in use.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;
use authctl::auth::key::{Key, KeySet};
use authctl::store::safe_file;

use super::list::{KeyJson, name};
use super::public::write_set;
use crate::cli::GenerateKeyArgs;
use crate::clock;
use crate::console::report;
use crate::context::Context;
use crate::error::{Exit, Failure, cannot};
use crate::files::no_path::refuse_secret;

/// Prints a JWK Set with one new key, or makes a file of it.
pub(super) fn run(args: &GenerateKeyArgs, cx: &mut Context) -> Result<Exit> {
    let key = Key::generate_at(args.alg, clock::now()?)
        .map_err(|error| Failure::unknown("random", error.to_string()))?;
    let keys = KeySet::from(key);
    let text = keys.to_json();
    let Some(path) = args.output.as_deref().filter(|path| *path != Path::new("-")) else {
        write_set(&text, cx)?;
        return Ok(Exit::Yes);
    };
    refuse_secret("the output", path)?;
    let shown = path.display();
    safe_file::create(path, text.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Failure::no("exists", format!("`{shown}` is there already, and nothing is overwritten"))
                .hint("choose another name, or put a new key before those in use with `authctl keys rotate`")
        }
        _ => cannot(format_args!("make `{shown}`"))(error),
    })?;
    for key in keys.keys() {
        if cx.console.json {
            let mut json = serde_json::to_value(KeyJson::of(key, &keys))?;
            json["file"] = shown.to_string().into();
            cx.console.print_json(&json)?;
        } else {
            report(format_args!("made key `{}` ({}) in `{shown}`", name(key, &keys), key.algorithm()));
        }
    }
    cx.console.stdout.flush()?;
    Ok(Exit::Yes)
}
