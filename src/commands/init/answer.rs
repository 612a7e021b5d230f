//! What was made and what was kept, as text and JSON.

use std::io::Write;

use anyhow::Result;

use super::key::KeyPart;
use super::next::next;
use super::outcome::Outcome;
use super::store::{Place, StorePart};
use super::user::UserPart;
use crate::commands::generated;
use crate::context::Context;
use crate::error::Failure;
use crate::output::escape::escape;

/// Says for each part whether it was made or kept, and the next command.
pub(super) fn say(outcome: &Outcome<'_>, cx: &mut Context) -> Result<()> {
    let next = next(outcome, &cx.files);
    if cx.console.json {
        return say_json(outcome, &next, cx);
    }
    let Outcome { key, store, user, .. } = outcome;
    let kept = |is_new: bool| if is_new { "" } else { " (kept)" };
    let out = &mut cx.console.stdout;
    writeln!(out, "key:        {}{}", escape(&key_name(key)), kept(key.is_new()))?;
    writeln!(out, "user store: {}{}", escape(&store_name(store)), kept(store.is_new()))?;
    if let Some(name) = user.name() {
        writeln!(out, "user:       {name}{}", kept(user.is_new()))?;
    }
    writeln!(out, "next:       {next}")?;
    Ok(())
}

fn say_json(outcome: &Outcome<'_>, next: &str, cx: &mut Context) -> Result<()> {
    let Outcome { key, store, user, .. } = outcome;
    let state = |is_new: bool| if is_new { "made" } else { "kept" };
    let place = match &store.place {
        Place::File(_) => "users_file",
        Place::Database(_) => "users",
    };
    let mut json = serde_json::json!({
        "key": state(key.is_new()),
        "key_file": key.path.as_ref().map(|path| path.display().to_string()),
        "store": state(store.is_new()),
        "user": user.name().map(|_| state(user.is_new())),
        "username": user.name(),
        "next": next,
    });
    json[place] = store_name(store).into();
    let Some((password, name)) = user.generated().zip(user.name()) else {
        return cx.console.print_json(&json);
    };
    json["password"] = password.as_str().into();
    let printed = cx.console.print_json(&json);
    generated::told(printed, name, cx)
}

/// The failure where all that was asked for is there already.
pub(super) fn nothing_left(key: &KeyPart, store: &StorePart, user: &UserPart) -> Failure {
    let place = match &store.place {
        Place::File(path) => format!("`{}`", path.display()),
        Place::Database(database) => database.address().to_string(),
    };
    let key = format!("`{}`", key_name(key));
    let (parts, hint) = match user.name() {
        Some(name) => (format!("{key}, {place} and user `{name}`"), "change users with `authctl users`"),
        None => (format!("{key} and {place}"), "add users with `authctl users add`"),
    };
    let message = format!("there is nothing left to make: {parts} are there already");
    Failure::no("exists", message).hint(match store.place {
        Place::File(_) => format!("{hint}, or choose another place with `AUTHCTL_HOME`"),
        Place::Database(_) => hint.to_owned(),
    })
}

fn key_name(key: &KeyPart) -> String {
    key.path.as_ref().map_or_else(|| "AUTHCTL_SECRET_KEY".to_owned(), |path| path.display().to_string())
}

fn store_name(store: &StorePart) -> String {
    match &store.place {
        Place::File(path) => path.display().to_string(),
        Place::Database(database) => database.address().to_string(),
    }
}
