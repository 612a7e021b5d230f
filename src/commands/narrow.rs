//! `authctl narrow`: a token for less, to hand on.

use anyhow::Result;
use authctl::auth::narrow::{NarrowError, NarrowRequest};
use authctl::auth::refusal::{Reason, Refusal};
use authctl::auth::time::Span;
use authctl::auth::token::Malformed;
use authctl::auth::verify::open;

use super::{issued, misplaced, refused};
use crate::cli::{NarrowArgs, merged};
use crate::clock;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::input::{Input, Joined};

/// Prints a token for a part of the scopes of a good one.
pub(crate) fn run(args: &NarrowArgs, cx: &mut Context) -> Result<Exit> {
    if args.audience.as_deref() == Some("") {
        return Err(Failure::usage("`--audience` is empty").into());
    }
    let input = Input::of(args.token.as_slice())?;
    issued::signing_key(&cx.keys()?)?;
    issued::lifetime(args.expires_in, cx.open_store()?.look_up(&[])?.tokens())?;
    let request = NarrowRequest {
        scopes: merged(&args.scope),
        lifetime: args.expires_in,
        audience: args.audience.clone(),
    };
    let refuse = |reason: Reason| {
        let argument = args.token.as_deref().filter(|_| matches!(reason, Reason::Malformed(_)));
        let hint = argument.and_then(misplaced::hint);
        let failure = refused::failure(&Refusal::new(reason, &request.scopes));
        Failure { hint: hint.or_else(|| failure.hint.clone()), ..failure }
    };
    let token = only_token(&input, |fault| refuse(Reason::Malformed(fault)))?;

    // Waiting for the token takes time. The new one is dated before the store is read again, so that a sign-out from here
    // on refuses it.
    let now = clock::now()?;
    let keys = cx.files.keys()?;
    let key = issued::signing_key(&keys)?;
    let token = open(&token, &keys).map_err(refuse)?;
    let subject = token.subject().unwrap_or_default();
    let store = cx.files.store()?.about(&token)?;
    let narrowed = token
        .narrow(store.facts(&token), store.tokens(), key, &request, now)
        .map_err(|error| failure(&error, subject))?;
    note_if_capped(args.expires_in, narrowed.expires_in, cx);
    issued::print(&narrowed, "`--scope LIST`", &mut cx.console)?;
    Ok(Exit::Yes)
}

/// The one token of the input. Nothing is read after a malformed one.
fn only_token(input: &Input<'_>, refuse: impl Fn(Malformed) -> Failure) -> Result<String> {
    let mut only = None;
    let mut joined = Joined::new();
    input.for_each(|_, token| {
        let token = token.map_err(&refuse)?;
        let may_be_one = joined.add(Ok(token));
        match only.replace(token.to_owned()) {
            None => Ok(()),
            Some(_) => Err(Failure::usage("more than one token on standard input")
                .hint(if may_be_one { misplaced::JOIN } else { "narrow them one by one" })
                .into()),
        }
    })?;
    // Without a token, the input has failed.
    Ok(only.unwrap_or_default())
}

fn note_if_capped(asked: Option<Span>, expires_in: Span, cx: &Context) {
    if asked.is_some_and(|asked| asked > expires_in) {
        let lives = expires_in.rounded();
        cx.console
            .say("note", format_args!("the token lives for {lives}: no longer than the one it is from"));
    }
}

fn failure(error: &NarrowError, subject: &str) -> Failure {
    match error {
        NarrowError::Refused(refusal) => refused::failure(refusal),
        NarrowError::NoId => Failure::no(error.code(), error.to_string())
            .hint("its issuer must write `jti`, by which the narrower token is revoked with it"),
        NarrowError::TooDeep => {
            Failure::no(error.code(), error.to_string()).hint("narrow a token that it was narrowed from")
        }
        NarrowError::Issue(error) => issued::failed(error, subject),
    }
}
