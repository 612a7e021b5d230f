//! `authctl init`: a key, a store and a first user; what is there already is kept.

mod answer;
mod key;
mod made;
mod next;
mod outcome;
mod store;
mod user;

use anyhow::Result;

use crate::cli::{InitArgs, merged};
use crate::commands::generated;
use crate::context::Context;
use crate::error::Exit;
use key::KeyPart;
use made::Made;
use outcome::Outcome;
use store::StorePart;
use user::UserPart;

/// Makes what is not there yet: all of it or, in files, nothing.
pub(crate) fn run(args: &InitArgs, cx: &mut Context) -> Result<Exit> {
    user::refuse_password_alone(args)?;
    let scopes = merged(&args.scope);
    let key = KeyPart::find(args.alg, cx)?;
    let store = StorePart::find(args.user.as_ref(), &scopes, cx)?;
    let user = UserPart::find(args, &scopes, &store, cx)?;
    if !key.is_new() && !store.is_new() && !user.is_new() {
        return Err(answer::nothing_left(&key, &store, &user).into());
    }
    let mut made = Made::default();
    key.make(&mut made, cx)?;
    generated::tell("password:   ", user.generated(), cx)?;
    store.make(&scopes, user.new_user(), &mut made, cx)?;
    made.keep();
    answer::say(&Outcome { scopes: &scopes, key: &key, store: &store, user: &user }, cx)?;
    Ok(Exit::Yes)
}
