//! A hash below the policy, renewed at the one moment when the password is known.

use std::io::{self, Write};

use authctl::auth::password::{Password, PasswordPolicy, hash};
use authctl::auth::user::User;
use authctl::store::users_file::Change;

use crate::context::Context;
use crate::error::Failure;
use crate::store_edit::edit_store_if;

/// Replaces the hash of `user`, whose password this is, if the policy wants that and it is below it.
///
/// Tokens from before stay good: it is the same password. Whatever keeps the hash from being replaced is said,
/// and no failure: the user is logged in, and the token is out before this begins.
///
/// # Errors
///
/// If standard output cannot be written.
pub(super) fn renew(
    user: &User,
    policy: &PasswordPolicy,
    password: &Password,
    cx: &mut Context,
) -> io::Result<()> {
    if !policy.rehash || !user.hash.is_below(policy) {
        return Ok(());
    }
    cx.stdout.flush()?;
    if let Err(failure) = replace(user, policy, password, cx) {
        cx.say("note", format_args!("the password of `{}` keeps its old hash: {failure}", user.name));
    }
    Ok(())
}

fn replace(user: &User, policy: &PasswordPolicy, password: &Password, cx: &Context) -> Result<(), Failure> {
    let hashed_password = hash(password, policy.params)?;
    edit_store_if(cx, |store, _| {
        // Somebody may have set another password meanwhile.
        let is_same = store.users.get(&user.name).is_some_and(|now| now.hash == user.hash);
        let name = user.name.clone();
        Ok(is_same.then_some(Change::SetHash { name, hashed_password, sign_out: None }))
    })?;
    Ok(())
}
