//! `authctl init` where the users are in a database: tables, policies, a key and a first user.

use std::io::Write;

use anyhow::Result;
use authctl::auth::change::Change;
use authctl::store::postgres::{Asked, Database};
use authctl::store::safe_file;
use authctl::store::users_file::new_store;

use super::parts::{create, described, first_user, login, random_key};
use crate::cli::{InitArgs, merged};
use crate::commands::generated;
use crate::commands::users::refuse_undeclared;
use crate::context::Context;
use crate::environment::KeySource;
use crate::error::{Exit, Failure, cannot};
use crate::files::database::failed;
use crate::output::escape::escape;

/// Makes what is not there yet. What is there is kept.
pub(super) fn run(args: &InitArgs, database: &Database, cx: &mut Context) -> Result<Exit> {
    let key_path = match cx.files.key_source()? {
        KeySource::File(path) => Some(path),
        KeySource::Secret(_) => None,
    };
    let makes_key = key_path.as_ref().is_some_and(|path| path.symlink_metadata().is_err());
    if !makes_key {
        cx.keys()?;
    }
    let scopes = merged(&args.scope);
    let (user, generated) = first_user(args, &scopes)?;
    let text = new_store(&described(&scopes), None);
    // What stands before the first table is about a file.
    let policy = text.find("[tokens]").and_then(|at| text.get(at..)).unwrap_or_default();
    let makes_store = database.init(policy).map_err(|error| failed(&error))?;
    if !makes_key && !makes_store && user.is_none() {
        let message = format!("the key and the {} are there already", database.address());
        return Err(Failure::no("exists", message).hint("add users with `authctl users add`").into());
    }
    if makes_key && let Some(path) = &key_path {
        if let Ok(home) = cx.files.home()
            && path.parent() == Some(home.as_path())
        {
            safe_file::create_home(&home)
                .map_err(cannot(format_args!("make the folder `{}`", home.display())))?;
        }
        create(path, random_key()?.as_bytes())?;
    }
    generated::tell("password:   ", generated.as_ref(), cx)?;
    if let Some(user) = user {
        cx.edit_store(Asked::User(&user.name), |store, now| {
            refuse_undeclared(&user.scopes, |scope| store.is_declared(scope))?;
            Ok(Change::Add { user: user.clone(), now })
        })?;
    }
    let next = match &args.user {
        Some(name) => login(name.as_str(), &scopes),
        None => "authctl users add NAME --scope LIST".to_owned(),
    };
    let store = database.address().to_string();
    if cx.console.json {
        let mut json = serde_json::json!({
            "key_file": key_path.map(|path| path.display().to_string()),
            "users": store,
            "username": args.user,
            "next": next,
        });
        if let Some(password) = &generated {
            json["password"] = password.as_str().into();
        }
        let printed = cx.console.print_json(&json);
        match (&generated, &args.user) {
            (Some(_), Some(name)) => generated::told(printed, name, cx)?,
            _ => printed?,
        }
        return Ok(Exit::Yes);
    }
    let kept = |makes: bool| if makes { "" } else { " (kept)" };
    let out = &mut cx.console.stdout;
    match key_path {
        Some(path) => {
            writeln!(out, "key:        {}{}", escape(&path.display().to_string()), kept(makes_key))?;
        }
        None => writeln!(out, "key:        from AUTHCTL_SECRET_KEY")?,
    }
    writeln!(out, "user store: {}{}", escape(&store), kept(makes_store))?;
    if let Some(name) = &args.user {
        writeln!(out, "user:       {name}")?;
    }
    writeln!(out, "next:       {next}")?;
    Ok(Exit::Yes)
}
