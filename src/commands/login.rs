//! `authctl login`: a name and a password for a token.

use std::io::{IsTerminal, Write};

use anyhow::Result;
use authctl::auth::issue::{IssueError, TokenRequest};
use authctl::auth::key::{Key, KeySet};
use authctl::auth::login::{AskedScopes, LoginRefusal};
use authctl::auth::time::Span;
use authctl::auth::user::{LifetimeError, TokenPolicy, User};
use serde::Serialize;

use super::rehash;
use crate::cli::{LoginArgs, merged};
use crate::clock;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::files::StoreText;
use crate::output::shell;
use crate::prompt::{password, unanswered};
use crate::terminal;

/// The answer of a token endpoint (RFC 6749, 5.1).
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: Span,
    scope: String,
}

/// Logs a user in and prints a token.
pub(crate) fn run(args: &LoginArgs, cx: &mut Context) -> Result<Exit> {
    // Key, store and options are judged before anyone types a password.
    signing_key(&cx.keys()?)?;
    lifetime(args.expires_in, cx.store_text()?.look_up(&[])?.tokens())?;

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
    let key = signing_key(&keys)?;
    let candidate = StoreText::read(cx.files.users_path()?)?.candidate(&name, now)?;
    let request = TokenRequest {
        scopes: asked_scopes(args),
        lifetime: Some(lifetime(args.expires_in, candidate.tokens())?),
    };
    let login = candidate.verify(&password).map_err(not_let_in)?;
    let issued = login.issue(key, &request).map_err(|error| issue_failed(error, login.user()))?;
    if issued.scopes.is_empty() && std::io::stderr().is_terminal() {
        cx.console.say("note", "the token has no scope: it authenticates and permits nothing");
    }
    if cx.console.json {
        cx.console.print_json(&TokenResponse {
            access_token: &issued.token,
            token_type: "Bearer",
            expires_in: issued.expires_in,
            scope: issued.scopes.to_string(),
        })?;
    } else {
        writeln!(cx.console.stdout, "{}", issued.token)?;
    }
    rehash::renew(&login, &password, cx)?;
    Ok(Exit::Yes)
}

fn asked_scopes(args: &LoginArgs) -> AskedScopes {
    match merged(&args.scope) {
        _ if args.all_scopes => AskedScopes::All,
        scopes if scopes.is_empty() => AskedScopes::None,
        scopes => AskedScopes::These(scopes),
    }
}

fn not_let_in(refusal: LoginRefusal) -> Failure {
    match refusal {
        LoginRefusal::InvalidGrant | LoginRefusal::InactiveUser => {
            Failure::no(refusal.code(), refusal.to_string())
        }
        LoginRefusal::OutOfMemory(out_of_memory) => out_of_memory.into(),
    }
}

fn signing_key(keys: &KeySet) -> Result<&Key, Failure> {
    keys.signing_key().ok_or_else(cannot_sign)
}

fn cannot_sign() -> Failure {
    Failure::unknown("cannot_sign", "the key file has only public keys: they verify tokens, and sign none")
        .hint("log in on the machine that has the private key")
}

/// The lifetime of the token.
fn lifetime(asked: Option<Span>, policy: &TokenPolicy) -> Result<Span, Failure> {
    policy.lifetime(asked).map_err(|error| match error {
        LifetimeError::Zero => Failure::usage("`--expires-in` must be longer than 0"),
        LifetimeError::TooLong(longest) => Failure::usage(format!("`--expires-in` is at most {longest}"))
            .hint("`max_lifetime` in the `[tokens]` of the user store says so"),
    })
}

fn issue_failed(error: IssueError, user: &User) -> Failure {
    match error {
        IssueError::InvalidScope(refused) => Failure::no("invalid_scope", refused.to_string()).hint(format!(
            "`authctl users show {}` lists what can be granted",
            shell::last(user.name.as_str())
        )),
        error => Failure::unknown("cannot_sign", error.to_string()),
    }
}
