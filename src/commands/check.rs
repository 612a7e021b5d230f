//! `authctl check`: are these tokens good for these scopes, now?

use std::io::Write;
use std::ops::ControlFlow;

use anyhow::Result;
use authctl::auth::claims::Audience;
use authctl::auth::refusal::{Refusal, Verdict};
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::Users;
use authctl::auth::verify::{Demands, Genuine, verify};
use serde::Serialize;

use super::tokens::{self, Place};
use crate::cli::{CheckArgs, merged};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output::escape::escape;
use crate::output::time::relative;

/// The longest leeway: clocks that differ by more need mending.
const MAX_LEEWAY: Span = Span::minutes(5);

#[derive(Serialize)]
struct Good<'a> {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a str>,
    scope: &'a str,
    required: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<Timestamp>,
    expires_in: Span,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Audience::is_absent")]
    aud: &'a Audience,
    alg: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

#[derive(Serialize)]
struct Refused<'a> {
    active: bool,
    error: &'static str,
    reasons: Vec<ReasonJson>,
    missing: Vec<String>,
    required: Vec<&'a str>,
    challenge: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
}

#[derive(Serialize)]
struct ReasonJson {
    code: &'static str,
    message: String,
}

/// Says whether each token is good for the required scopes now.
pub(crate) fn run(args: &CheckArgs, cx: &mut Context) -> Result<Exit> {
    let min_ttl = args.min_ttl.unwrap_or_default();
    if args.leeway > MAX_LEEWAY {
        return Err(Failure::usage(format!("`--leeway` is at most {MAX_LEEWAY}")).into());
    }
    for (option, value) in [("--user", &args.user), ("--issuer", &args.issuer), ("--audience", &args.audience)] {
        if value.as_deref() == Some("") {
            return Err(Failure::usage(format!("`{option}` is empty")).into());
        }
    }
    let keys = cx.keys()?;
    let store = if args.stateless { None } else { Some(cx.store()?) };
    let users = store.as_ref().map(|store| store as &dyn Users);
    let mut demands = store.as_ref().map(|store| Demands::of(&store.tokens)).unwrap_or_default();
    demands.required = merged(&args.require);
    demands.user.clone_from(&args.user);
    demands.issuer = args.issuer.clone().or(demands.issuer);
    demands.audience = args.audience.clone().or(demands.audience);
    demands.leeway = args.leeway;
    demands.min_ttl = min_ttl;

    let mut exit = Exit::Yes;
    tokens::for_each(&args.tokens, |place, token| {
        let now = Context::now()?;
        match verify(token, &keys, users, &demands, now) {
            Ok(genuine) => accept(&genuine, &demands.required, place, now, args, cx)?,
            Err(refusal) => {
                if exit == Exit::Yes {
                    exit = exit_code(refusal.verdict());
                }
                refuse(&refusal, place, args, cx)?;
            }
        }
        cx.stdout.flush()?;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(exit)
}

const fn exit_code(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Unacceptable => Exit::No,
        Verdict::Expired => Exit::Expired,
        Verdict::InsufficientScope => Exit::InsufficientScope,
    }
}

fn accept(
    genuine: &Genuine,
    required: &ScopeSet,
    place: Place,
    now: Timestamp,
    args: &CheckArgs,
    cx: &mut Context,
) -> Result<()> {
    let claims = &genuine.claims;
    let left = claims.expires.map(|expires| expires.since(now)).unwrap_or_default();
    if args.quiet {
        return Ok(());
    }
    if cx.json() {
        return cx.print_json(&Good {
            active: true,
            sub: genuine.subject(),
            username: genuine.subject(),
            scope: &claims.scope,
            required: required.iter().map(authctl::auth::scope::Scope::as_str).collect(),
            iat: claims.issued,
            exp: claims.expires,
            expires_in: left,
            jti: claims.id.as_deref(),
            iss: claims.issuer.as_deref(),
            aud: &claims.audience,
            alg: &genuine.algorithm,
            kid: genuine.key_id.as_deref(),
            token_type: "Bearer",
            line: place.line(),
        });
    }
    let who = escape(genuine.subject().unwrap_or_default());
    let scopes = match claims.scope.as_str() {
        "" => "no scope".to_owned(),
        scopes => format!("scopes {scopes}"),
    };
    let until = claims.expires.map(|expires| format!("expires {}, at {expires}", relative(expires, now)));
    let good = cx.paint().good("good");
    writeln!(cx.stdout, "{}{good}: {who}, {scopes}, {}", place.label(), until.unwrap_or_default())?;
    Ok(())
}

fn refuse(refusal: &Refusal, place: Place, args: &CheckArgs, cx: &mut Context) -> Result<()> {
    if args.quiet {
        return Ok(());
    }
    if cx.json() {
        return cx.print_json(&Refused {
            active: false,
            error: refusal.error(),
            reasons: refusal
                .reasons()
                .iter()
                .map(|reason| ReasonJson { code: reason.code(), message: reason.to_string() })
                .collect(),
            missing: refusal.missing().iter().map(ToString::to_string).collect(),
            required: refusal.required().iter().map(authctl::auth::scope::Scope::as_str).collect(),
            challenge: refusal.challenge(),
            line: place.line(),
        });
    }
    for reason in refusal.reasons() {
        cx.say("error", format_args!("{}{reason}", place.label()));
    }
    Ok(())
}
