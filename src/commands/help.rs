//! `authctl help`: of a command, or the exit codes.

use std::io::Write;

use anyhow::Result;
use clap::CommandFactory;

use crate::cli::{Cli, EXIT_CODES, HelpArgs};
use crate::context::Context;
use crate::error::{Exit, Failure};

/// Prints what `--help` of the same command does.
pub(crate) fn run(args: &HelpArgs, cx: &mut Context) -> Result<Exit> {
    if args.topic == ["exit-codes"] {
        writeln!(cx.stdout, "{EXIT_CODES}")?;
        return Ok(Exit::Yes);
    }
    let mut command = Cli::command();
    command.build();
    let mut topic = &mut command;
    for name in &args.topic {
        topic = topic.find_subcommand_mut(name).ok_or_else(|| {
            Failure::usage(format!("there is no help on `{name}`")).hint("run `authctl --help`")
        })?;
    }
    write!(cx.stdout, "{}", topic.render_long_help())?;
    Ok(Exit::Yes)
}
