//! A hash below the policy or of another kind, renewed at the one moment when the password is known.

use std::io::{self, Write};

use authctl::auth::change::Change;
use authctl::auth::login::LoggedIn;
use authctl::auth::password::{HashParams, Password, PasswordHash, hash};
use authctl::auth::user::User;
use authctl::store::postgres::Asked;

use crate::context::Context;
use crate::error::Failure;

/// Replaces the hash of the user, whose password this is, if the store wants that and the hash is below its policy
/// or of another kind.
///
/// Tokens from before stay good: it is the same password. A failure is only noted on standard error: the token has been
/// printed already.
///
/// # Errors
///
/// If standard output cannot be written.
pub(super) fn renew(login: &LoggedIn, password: &Password, cx: &mut Context) -> io::Result<()> {
    let Some(params) = login.new_hash_params() else { return Ok(()) };
    cx.console.stdout.flush()?;
    let user = login.user();
    if let Err(failure) = replace(user, params, password, cx) {
        cx.console.say("note", format_args!("the password of `{}` keeps its old hash: {failure}", user.name));
    }
    Ok(())
}

fn replace(user: &User, params: HashParams, password: &Password, cx: &Context) -> Result<(), Failure> {
    let hash = PasswordHash::parse(&hash(password, params)?);
    cx.edit_store_if(Asked::User(&user.name), |store, _| {
        // Another password may have been set meanwhile.
        let is_same = store.users.get(&user.name).is_some_and(|now| now.hash == user.hash);
        let name = user.name.clone();
        let hash = hash.clone();
        Ok(is_same.then_some(Change::SetHash { name, hash, sign_out: None }))
    })?;
    Ok(())
}
