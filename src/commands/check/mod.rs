//! `authctl check`: are these tokens good for these scopes, now?

mod answers;
mod batch;
mod delivery;
mod judge;
mod lines;
mod session;
mod stream;

use std::borrow::Cow;
use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::Result;
use authctl::auth::verify::MAX_LEEWAY;

use super::tokens::{Place, bare, no_token, refuse_stdin_twice};
use crate::cli::CheckArgs;
use crate::context::Context;
use crate::error::{Exit, Failure};
use batch::{Batch, Tokens};
use delivery::Delivery;
use session::Session;

/// Says whether each token is good for the required scopes now.
pub(crate) fn run(args: &CheckArgs, cx: &mut Context) -> Result<Exit> {
    refuse_nonsense(args)?;
    refuse_stdin_twice(&args.tokens)?;
    let from_stdin = args.tokens.is_empty() || args.tokens.iter().any(|token| token == "-");
    if from_stdin && io::stdin().is_terminal() {
        return Err(no_token("no token given, and standard input is a terminal").into());
    }
    cx.quiet = args.quiet;
    let mut session = Session::open(args, cx)?;
    let mut delivery = Delivery::to(&mut cx.stdout);
    if args.tokens.is_empty() {
        stream::run(&mut session, &mut delivery)?;
        return Ok(delivery.exit());
    }
    let only = args.tokens.len() == 1;
    let tokens: Vec<_> = args.tokens.iter().map(|argument| argument.to_string_lossy()).collect();
    let mut number = 0;
    for (index, batch) in tokens.split(|token| token == "-").enumerate() {
        if index > 0 {
            stream::run(&mut session, &mut delivery)?;
        }
        let first = number + 1;
        number += batch.len();
        if !batch.is_empty() {
            let mut batch = Batch::new(Arguments { tokens: batch, first: (!only).then_some(first) });
            let answers = session.judge(Duration::ZERO, false)?.answer(&mut batch, 0)?;
            delivery
                .deliver(answers, |skip| session.judge(Duration::ZERO, false)?.answer(&mut batch, skip))?;
        }
    }
    Ok(delivery.exit())
}

/// Tokens that stand next to each other on the command line.
struct Arguments<'a> {
    tokens: &'a [Cow<'a, str>],
    /// The number of the first of them; `None` if it is the only argument.
    first: Option<usize>,
}

impl Tokens for Arguments<'_> {
    fn at_most(&self) -> usize {
        self.tokens.len()
    }

    fn for_each(&self, mut take: impl FnMut(Place, &str)) {
        for (index, token) in self.tokens.iter().enumerate() {
            let place = self.first.map_or(Place::Only, |first| Place::Argument(first + index));
            take(place, bare(token));
        }
    }
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
