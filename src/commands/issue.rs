//! `authctl issue`: a token without a password.

use std::io::IsTerminal;

use anyhow::Result;
use authctl::auth::issue::TokenRequest;
use authctl::auth::login::AcceptError;
use authctl::auth::words::brief;

use super::issued;
use crate::cli::{IssueArgs, merged};
use crate::clock;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::files::change::no_such_user;

/// Issues a token to a user who need not log in.
pub(crate) fn run(args: &IssueArgs, cx: &mut Context) -> Result<Exit> {
    // The token is dated before the store is read, so that a sign-out from here on refuses it.
    let now = clock::now()?;
    let keys = cx.keys()?;
    let key = issued::signing_key(&keys)?;
    let candidate = cx.open_store()?.candidate(&args.user, now)?;
    let request = TokenRequest {
        scopes: merged(&args.scope).into(),
        lifetime: Some(issued::lifetime(args.expires_in, candidate.tokens())?),
    };
    let login = candidate.accept_without_password().map_err(|error| {
        let name = brief(&args.user);
        match error {
            AcceptError::UnknownUser => no_such_user(error.code(), &name),
            AcceptError::InactiveUser => Failure::no(error.code(), format!("user `{name}` is disabled")),
        }
    })?;
    let token = login.issue(key, &request).map_err(|error| issued::failed(&error, &args.user))?;
    if std::io::stderr().is_terminal() {
        cx.console.say("note", "no password was asked for: who holds the key can issue any token");
    }
    issued::print(&token, "`--scope LIST`", &mut cx.console)?;
    Ok(Exit::Yes)
}
