//! `authctl check`: are these tokens good for these scopes, now?

mod answers;
mod batch;
mod delivery;
mod judge;
mod session;
mod stray;
mod stream;

use std::time::Duration;

use anyhow::Result;
use authctl::auth::verify::MAX_LEEWAY;

use super::misplaced;
use crate::cli::CheckArgs;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::input::{Input, Part};
use batch::Batch;
use delivery::Delivery;
use session::Session;

/// Says whether each token is good for the required scopes now.
pub(crate) fn run(args: &CheckArgs, cx: &mut Context) -> Result<Exit> {
    refuse_nonsense(args)?;
    let input = Input::of(&args.tokens)?;
    cx.console.quiet = args.quiet;
    // Without labels, nothing depends on it.
    let asks_whether_alone = !args.quiet && !cx.console.json;
    let mut session = Session::open(args, input, cx)?;
    let mut delivery = Delivery::to(&mut cx.console.stdout);
    let mut is_broken_token = false;
    for part in input.parts() {
        match part {
            Part::Stdin => {
                let mut blocks = input.stdin(asks_whether_alone);
                stream::run(&mut blocks, &mut session, &mut delivery)?;
                is_broken_token = blocks.is_token();
            }
            Part::Arguments(arguments) => {
                let mut batch = Batch::new(arguments);
                let answers = session.judge(Duration::ZERO, false)?.answer(&mut batch, 0)?;
                let again = |skip| session.judge(Duration::ZERO, false)?.answer(&mut batch, skip);
                delivery.deliver(answers, again)?;
            }
        }
    }
    let exit = delivery.exit();
    if is_broken_token && !args.quiet {
        cx.console.say("hint", misplaced::JOIN);
    }
    Ok(exit)
}

fn refuse_nonsense(args: &CheckArgs) -> Result<(), Failure> {
    if args.leeway > MAX_LEEWAY {
        return Err(Failure::usage(format!("`--leeway` is at most {MAX_LEEWAY}"))
            .hint("give it in seconds, or with a unit: `90`, `90s` or `5m`"));
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
