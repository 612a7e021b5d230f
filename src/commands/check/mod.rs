//! `authctl check`: are these tokens good for these scopes, now?

mod answers;
mod lines;
mod stream;
mod users_by_name;

use std::io::{self, IsTerminal};

use anyhow::Result;
use authctl::auth::key::KeySet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{UserStore, Users};
use authctl::auth::verify::{Demands, verify};

use super::tokens::{Place, bare, no_token};
use crate::cli::{CheckArgs, merged};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output::style::Paint;
use answers::{Answers, Streams};
use users_by_name::UsersByName;

/// The longest leeway: clocks that differ by more need mending.
const MAX_LEEWAY: Span = Span::minutes(5);

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
    users: Option<&'a (dyn Users + Sync)>,
    demands: Demands,
    style: Style,
}

impl Judge<'_> {
    /// Judges one token and adds the verdict to `answers`.
    fn judge(&self, token: &str, place: Place, now: Timestamp, answers: &mut Answers) {
        let users = self.users.map(|users| users as &dyn Users);
        match verify(token, self.keys, users, &self.demands, now) {
            Ok(genuine) => answers.accept(&genuine, &self.demands.required, place, now, self.style),
            Err(refusal) => answers.refuse(&refusal, place, self.style),
        }
    }
}

/// Says whether each token is good for the required scopes now.
pub(crate) fn run(args: &CheckArgs, cx: &mut Context) -> Result<Exit> {
    refuse_nonsense(args)?;
    let from_stdin = args.tokens.is_empty() || args.tokens.iter().any(|token| token == "-");
    if from_stdin && io::stdin().is_terminal() {
        return Err(no_token("no token given, and standard input is a terminal").into());
    }
    let keys = cx.keys()?;
    let store = if args.stateless { None } else { Some(cx.store()?) };
    let users = store.as_ref().map(UsersByName::of);
    let judge = Judge {
        keys: &keys,
        users: users.as_ref().map(|users| users as &(dyn Users + Sync)),
        demands: demands(args, store.as_ref()),
        style: Style {
            json: cx.json(),
            quiet: args.quiet,
            paint: cx.paint(),
            paint_stderr: cx.paint_stderr(),
        },
    };
    let mut streams = Streams::new(cx);
    if args.tokens.is_empty() {
        stream::run(&judge, &mut streams)?;
        return Ok(streams.exit());
    }
    let only = args.tokens.len() == 1;
    let mut number = 0;
    for argument in &args.tokens {
        if argument == "-" {
            stream::run(&judge, &mut streams)?;
            continue;
        }
        number += 1;
        let place = if only { Place::Only } else { Place::Argument(number) };
        let mut answers = Answers::default();
        judge.judge(bare(&argument.to_string_lossy()), place, Context::now()?, &mut answers);
        streams.write(&answers)?;
    }
    Ok(streams.exit())
}

fn refuse_nonsense(args: &CheckArgs) -> Result<(), Failure> {
    if args.leeway > MAX_LEEWAY {
        return Err(Failure::usage(format!("`--leeway` is at most {MAX_LEEWAY}")));
    }
    for (option, value) in [("--user", &args.user), ("--issuer", &args.issuer), ("--audience", &args.audience)] {
        if value.as_deref() == Some("") {
            return Err(Failure::usage(format!("`{option}` is empty")));
        }
    }
    Ok(())
}

/// What the store demands, and the options above it.
fn demands(args: &CheckArgs, store: Option<&UserStore>) -> Demands {
    let policy = store.map(|store| Demands::of(&store.tokens)).unwrap_or_default();
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
