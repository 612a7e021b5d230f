//! `authctl check`: are these tokens good for these scopes, now?

mod answers;
mod lines;
mod stream;
mod users_by_name;

use std::io::{self, IsTerminal};

use anyhow::Result;
use authctl::auth::json::{Value, read_object};
use authctl::auth::key::KeySet;
use authctl::auth::time::Timestamp;
use authctl::auth::token::Parts;
use authctl::auth::user::Users;
use authctl::auth::verify::{Demands, MAX_LEEWAY, verify};

use super::tokens::{Place, bare, no_token};
use crate::cli::{CheckArgs, merged};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output::style::Paint;
use answers::{Answers, Streams};
use users_by_name::{Known, Source};

/// How answers are written.
#[derive(Clone, Copy)]
struct Style {
    json: bool,
    quiet: bool,
    paint: Paint,
    paint_stderr: Paint,
}

/// All that it takes to judge a token.
struct Judge<'a> {
    keys: &'a KeySet,
    users: Option<Box<dyn Users + Send + Sync>>,
    demands: Demands,
    style: Style,
}

impl Judge<'_> {
    /// Judges one token and adds the verdict to `answers`.
    fn judge(&self, token: &str, place: Place, now: Timestamp, answers: &mut Answers) {
        let users = self.users.as_ref().map(|users| &**users as &dyn Users);
        match verify(token, self.keys, users, &self.demands, now) {
            Ok(genuine) => answers.accept(&genuine, &self.demands.required, place, now, self.style),
            Err(refusal) => answers.refuse(&refusal, place, self.style),
        }
    }
}

/// What judges are made of, once it is known which users are asked for.
struct Bench<'a> {
    args: &'a CheckArgs,
    keys: KeySet,
    source: Source,
    style: Style,
}

impl Bench<'_> {
    /// A judge who knows the users of these tokens.
    fn judge_of<'t>(&self, tokens: impl Iterator<Item = &'t str>) -> Result<Judge<'_>, Failure> {
        let names: Vec<String> = tokens.filter_map(subject_unverified).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(self.judge(self.source.look_up(&names)?))
    }

    /// A judge who knows all users.
    fn judge_of_all(&self) -> Result<Judge<'_>, Failure> {
        Ok(self.judge(self.source.all()?))
    }

    fn judge(&self, known: Known) -> Judge<'_> {
        let Known { users, demands } = known;
        Judge { keys: &self.keys, users, demands: demanded(self.args, demands), style: self.style }
    }
}

/// Whom a token is about, if it can be believed: good enough to look the user up.
fn subject_unverified(token: &str) -> Option<String> {
    let claims = Parts::of(token).ok()?.claims_bytes().ok()?;
    let mut subject = None;
    read_object(&claims, |member| {
        if let ("sub", Value::String(name)) = (&*member.name, member.value) {
            subject = Some(name.into_owned());
        }
    })
    .ok()?;
    subject
}

/// Says whether each token is good for the required scopes now.
pub(crate) fn run(args: &CheckArgs, cx: &mut Context) -> Result<Exit> {
    refuse_nonsense(args)?;
    let from_stdin = args.tokens.is_empty() || args.tokens.iter().any(|token| token == "-");
    if from_stdin && io::stdin().is_terminal() {
        return Err(no_token("no token given, and standard input is a terminal").into());
    }
    let style =
        Style { json: cx.json(), quiet: args.quiet, paint: cx.paint(), paint_stderr: cx.paint_stderr() };
    cx.quiet = args.quiet;
    let keys = cx.keys()?;
    let source = Source(if args.stateless { None } else { Some(cx.store_text()?) });
    let bench = Bench { args, keys, source, style };
    let mut streams = Streams::new(cx);
    if args.tokens.is_empty() {
        stream::run(&bench, &mut streams)?;
        return Ok(streams.exit());
    }
    let only = args.tokens.len() == 1;
    let tokens: Vec<_> = args.tokens.iter().map(|argument| argument.to_string_lossy()).collect();
    let judge = bench.judge_of(tokens.iter().map(|token| bare(token)))?;
    let mut number = 0;
    for token in &tokens {
        if token == "-" {
            stream::run(&bench, &mut streams)?;
            continue;
        }
        number += 1;
        let place = if only { Place::Only } else { Place::Argument(number) };
        let mut answers = Answers::default();
        judge.judge(bare(token), place, Context::now()?, &mut answers);
        streams.write(&answers)?;
    }
    Ok(streams.exit())
}

fn refuse_nonsense(args: &CheckArgs) -> Result<(), Failure> {
    if args.leeway > MAX_LEEWAY {
        return Err(Failure::usage(format!("`--leeway` is at most {MAX_LEEWAY}")));
    }
    for (option, value) in
        [("--user", &args.user), ("--issuer", &args.issuer), ("--audience", &args.audience)]
    {
        if value.as_deref() == Some("") {
            return Err(Failure::usage(format!("`{option}` is empty")));
        }
    }
    Ok(())
}

/// What is demanded of every token, and by the options.
fn demanded(args: &CheckArgs, policy: Demands) -> Demands {
    Demands {
        required: merged(&args.require),
        user: args.user.clone(),
        issuer: args.issuer.clone().or(policy.issuer),
        audience: args.audience.clone().or(policy.audience),
        token_type: policy.token_type,
        leeway: args.leeway,
        min_ttl: args.min_ttl.unwrap_or_default(),
    }
}
