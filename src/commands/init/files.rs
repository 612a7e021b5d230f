//! `authctl init` where the users are in a file: a key, a store and a first user.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use authctl::store::safe_file;
use authctl::store::users_file::new_store;
use zeroize::Zeroizing;

use super::parts::{create, described, exists, first_user, login, random_key};
use crate::cli::{InitArgs, merged};
use crate::clock;
use crate::commands::generated;
use crate::context::Context;
use crate::environment::KeySource;
use crate::error::{Exit, Failure, cannot};
use crate::output::shell;

/// Makes what is not there yet, and nothing if anything is.
pub(super) fn run(args: &InitArgs, cx: &mut Context) -> Result<Exit> {
    let store_path = cx.files.users_path()?;
    let key_path = match cx.files.key_source()? {
        KeySource::File(path) => Some(path),
        KeySource::Secret(_) => {
            cx.keys()?;
            None
        }
    };
    for path in key_path.iter().chain([&store_path]) {
        if path.symlink_metadata().is_ok() {
            let failure = exists(path);
            return Err(match missing(key_path.as_deref(), &store_path) {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
            .into());
        }
    }
    let scopes = merged(&args.scope);
    let (user, generated) = first_user(args, &scopes)?;
    // The key may be older, and with it tokens of an earlier user of that name.
    let now = clock::now()?;
    let user = user.map(|user| user.begin(None, now));
    let user = user.transpose().map_err(|error| Failure::unknown("generation", error.to_string()))?;
    let described = described(&scopes);
    let text = new_store(&described, user.as_ref());

    let home = cx.files.home().ok();
    for path in key_path.iter().chain([&store_path]) {
        if let (Some(folder), Some(home)) = (path.parent(), &home)
            && folder == home
        {
            safe_file::create_home(home)
                .map_err(cannot(format_args!("make the folder `{}`", home.display())))?;
        }
    }
    if let Some(path) = &key_path {
        create(path, random_key()?.as_bytes())?;
    }
    let created = generated::tell("password:   ", generated.as_ref(), cx)
        .and_then(|()| Ok(create(&store_path, text.as_bytes())?));
    if let Err(error) = created {
        // The key is of no use to anyone yet.
        if let Some(path) = &key_path {
            let _still_there = std::fs::remove_file(path);
        }
        return Err(error);
    }
    say(args, key_path.as_ref(), &store_path, generated.as_ref(), cx)
}

/// What is missing beside a file that is there, and how to make that alone.
fn missing(key: Option<&Path>, store: &Path) -> Option<String> {
    match key {
        Some(key) if key.symlink_metadata().is_err() => {
            Some(format!("for a key to it, run `authctl keys generate --output {}`", shell::path(key)))
        }
        _ if store.symlink_metadata().is_err() => {
            Some(format!("for an empty user store to it, run `touch {}`", shell::path(store)))
        }
        _ => None,
    }
}

fn say(
    args: &InitArgs,
    key: Option<&PathBuf>,
    store: &Path,
    generated: Option<&Zeroizing<String>>,
    cx: &mut Context,
) -> Result<Exit> {
    use crate::output::escape::escape;
    let scopes = merged(&args.scope);
    let next = match &args.user {
        Some(name) => login(name.as_str(), &scopes),
        None => "authctl users add NAME --scope LIST".to_owned(),
    };
    let shown = |path: &Path| escape(&path.display().to_string()).into_owned();
    if cx.console.json {
        let mut json = serde_json::json!({
            "key_file": key.map(|path| path.display().to_string()),
            "users_file": store.display().to_string(),
            "username": args.user,
            "next": next,
        });
        if let Some(password) = generated {
            json["password"] = password.as_str().into();
        }
        let printed = cx.console.print_json(&json);
        match (generated, &args.user) {
            (Some(_), Some(name)) => generated::told(printed, name, cx)?,
            _ => printed?,
        }
        return Ok(Exit::Yes);
    }
    let out = &mut cx.console.stdout;
    match key {
        Some(path) => writeln!(out, "key:        {}", shown(path))?,
        None => writeln!(out, "key:        from AUTHCTL_SECRET_KEY")?,
    }
    writeln!(out, "user store: {}", shown(store))?;
    if let Some(name) = &args.user {
        writeln!(out, "user:       {name}")?;
    }
    writeln!(out, "next:       {next}")?;
    Ok(Exit::Yes)
}
