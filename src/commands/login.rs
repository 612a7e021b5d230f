//! `authctl login`: a name and a password for a token.

use anyhow::Result;
use authctl::auth::issue::AskedScopes;
use authctl::auth::issue::TokenRequest;
use authctl::auth::login::LoginRefusal;

use super::{issued, rehash};
use crate::cli::{LoginArgs, merged};
use crate::clock;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::prompt::{password, unanswered};
use crate::terminal;

/// Logs a user in and prints a token.
pub(crate) fn run(args: &LoginArgs, cx: &mut Context) -> Result<Exit> {
    // Key, store and options are judged before anyone types a password.
    issued::signing_key(&cx.keys()?)?;
    issued::lifetime(args.expires_in, cx.open_store()?.look_up(&[])?.tokens())?;

    let name = match &args.username {
        Some(name) => name.clone(),
        None => terminal::read_line("Username: ")
            .map_err(|error| {
                unanswered(&error, "the username", "give it as an argument, and use `--password-stdin`")
            })?
            .to_string(),
    };
    let password = password(args.password.password_stdin, "Password: ")?;

    // Typing takes time: what counts is how things are now. The token is dated before the store is read, so
    // that a sign-out from here on refuses it.
    let now = clock::now()?;
    let keys = cx.files.keys()?;
    let key = issued::signing_key(&keys)?;
    let candidate = cx.files.store()?.candidate(&name, now)?;
    let request = TokenRequest {
        scopes: asked_scopes(args),
        lifetime: Some(issued::lifetime(args.expires_in, candidate.tokens())?),
    };
    let login = candidate.verify(&password).map_err(not_let_in)?;
    let issued =
        login.issue(key, &request).map_err(|error| issued::failed(&error, login.user().name.as_str()))?;
    issued::print(
        &issued,
        "`--scope LIST`, or for all that are granted with `--all-scopes`",
        &mut cx.console,
    )?;
    rehash::renew(&login, &password, cx)?;
    Ok(Exit::Yes)
}

fn asked_scopes(args: &LoginArgs) -> AskedScopes {
    if args.all_scopes { AskedScopes::All } else { merged(&args.scope).into() }
}

fn not_let_in(refusal: LoginRefusal) -> Failure {
    match refusal {
        LoginRefusal::InvalidGrant | LoginRefusal::InactiveUser => {
            Failure::no(refusal.code(), refusal.to_string())
        }
        LoginRefusal::OutOfMemory(out_of_memory) => out_of_memory.into(),
    }
}
