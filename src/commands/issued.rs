//! A token just issued: the key that signs it, its lifetime, and how it is printed.

use std::io::{IsTerminal, Write};

use anyhow::Result;
use authctl::auth::issue::{InvalidScope, IssueError, IssuedToken};
use authctl::auth::key::{Key, KeySet};
use authctl::auth::time::Span;
use authctl::auth::user::{LifetimeError, TokenPolicy};
use authctl::auth::words;
use serde::Serialize;

use super::refused::undeclared_hint;
use crate::console::Console;
use crate::error::Failure;
use crate::output::shell;

/// The answer of a token endpoint (RFC 6749, 5.1).
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: Span,
    scope: String,
}

/// Prints the token, and on a terminal notes that it permits nothing and how another would: by `asking`.
pub(super) fn print(issued: &IssuedToken, asking: &str, console: &mut Console) -> Result<()> {
    if issued.scopes.is_empty() && std::io::stderr().is_terminal() {
        console.say("note", "the token has no scope: it authenticates and permits nothing");
        console.say("hint", format_args!("ask for scopes with {asking}"));
    }
    if console.json {
        return console.print_json(&TokenResponse {
            access_token: &issued.token,
            token_type: "Bearer",
            expires_in: issued.expires_in,
            scope: issued.scopes.to_string(),
        });
    }
    Ok(writeln!(console.stdout, "{}", issued.token)?)
}

/// The key that signs.
pub(super) fn signing_key(keys: &KeySet) -> Result<&Key, Failure> {
    let message = "the key file has only public keys: they verify tokens, and sign none";
    keys.signing_key().ok_or_else(|| {
        Failure::unknown("cannot_sign", message).hint("run this on the machine that has the private key")
    })
}

/// The lifetime of the token: `--expires-in`, or as the policy has it.
pub(super) fn lifetime(asked: Option<Span>, policy: &TokenPolicy) -> Result<Span, Failure> {
    policy.lifetime(asked).map_err(lifetime_refused)
}

fn lifetime_refused(error: LifetimeError) -> Failure {
    match error {
        LifetimeError::Zero => Failure::usage("`--expires-in` must be longer than 0")
            .hint("give it in seconds, or with a unit: `90s`, `30m`, `12h` or `7d`"),
        LifetimeError::TooLong(longest) => Failure::usage(format!("`--expires-in` is at most {longest}"))
            .hint("`max_lifetime` in the `[tokens]` of the user store says so"),
    }
}

/// The failure of a token of the user `name` that could not be issued.
pub(super) fn failed(error: &IssueError, name: &str) -> Failure {
    let message = error.to_string();
    match error {
        IssueError::InvalidScope(InvalidScope { undeclared, .. }) if !undeclared.is_empty() => {
            let verb = if undeclared.len() == 1 { "is" } else { "are" };
            let declare = undeclared_hint(undeclared.len());
            Failure::no(error.code(), message)
                .hint(format!("{} {verb} granted, and not declared: {declare}", words::list(undeclared)))
        }
        IssueError::InvalidScope(_) => Failure::no(error.code(), message)
            .hint(format!("`authctl users show {}` lists what can be granted", shell::last(name))),
        IssueError::TooLong => Failure::no(error.code(), message),
        IssueError::Lifetime(error) => lifetime_refused(*error),
        IssueError::Random | IssueError::Json | IssueError::Sign(_) => {
            Failure::unknown(error.code(), message)
        }
    }
}
