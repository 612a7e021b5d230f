//! `authctl help`: of a command, or the exit codes.

use std::io::Write;

use anyhow::Result;
use authctl::auth::words::brief;
use clap::{Command, CommandFactory};

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
    let text = command_of(&mut command, &args.topic)?.render_long_help();
    write!(cx.stdout, "{text}")?;
    Ok(Exit::Yes)
}

/// The command below `cli` that these names lead to.
pub(super) fn command_of<'a>(cli: &'a mut Command, names: &[String]) -> Result<&'a mut Command, Failure> {
    names.iter().try_fold(cli, |command, name| {
        command.find_subcommand_mut(name).ok_or_else(|| {
            Failure::usage(format!("there is no command `{}`", brief(name))).hint("run `authctl --help`")
        })
    })
}
