//! `authctl init`: a key, a store and a first user; what is there already is kept.

mod answer;
mod key;
mod made;
mod next;
mod outcome;
mod store;
mod user;

use std::path::absolute;

use anyhow::Result;

use crate::cli::{InitArgs, merged};
use crate::commands::generated;
use crate::context::Context;
use crate::environment::KeySource;
use crate::error::{Exit, Failure};
use key::KeyPart;
use outcome::Outcome;
use store::StorePart;
use user::UserPart;

/// Makes what is not there yet. What was made stays where the rest cannot be made: the same command again keeps it.
pub(crate) fn run(args: &InitArgs, cx: &mut Context) -> Result<Exit> {
    user::refuse_password_alone(args)?;
    let scopes = merged(&args.scope);
    refuse_one_file(cx)?;
    let key = KeyPart::find(args.alg, cx)?;
    let store = StorePart::find(args.user.as_ref(), &scopes, cx)?;
    let user = UserPart::find(args, &scopes, &store, cx)?;
    if !key.is_new() && !store.is_new() && !user.is_new() {
        return Err(answer::nothing_left(&key, &store, &user).into());
    }
    generated::tell("password:   ", user.generated(), cx)?;
    let made = key.make(cx).and_then(|()| store.make(&scopes, user.new_user(), cx));
    made.inspect_err(|failure| generated::void(failure, user.generated(), cx))?;
    answer::say(&Outcome { scopes: &scopes, key: &key, store: &store, user: &user }, cx)?;
    Ok(Exit::Yes)
}

/// Refuses one path for both files.
fn refuse_one_file(cx: &Context) -> Result<(), Failure> {
    let KeySource::File(key) = cx.files.key_source()? else { return Ok(()) };
    if cx.files.database()?.is_none() && absolute(&cx.files.users_path()?).ok() == absolute(&key).ok() {
        let message = format!("`{}` cannot be both the key file and the user store", key.display());
        return Err(Failure::usage(message).hint("name another file with `--users-file` or `--key-file`"));
    }
    Ok(())
}
