//! `authctl help`: of a command, or the exit codes.

use anyhow::Result;
use authctl::auth::words::brief;
use clap::{Command, CommandFactory};

use crate::cli::{Cli, EXIT_CODES, HelpArgs};
use crate::console::print_help;
use crate::error::{Exit, Failure};

/// Prints what `--help` of the same command does.
pub(crate) fn run(args: &HelpArgs) -> Result<Exit> {
    let text = if args.topic == ["exit-codes"] {
        format!("{EXIT_CODES}\n")
    } else {
        let mut command = Cli::command();
        command.build();
        command_of(&mut command, &args.topic)?.render_long_help().to_string()
    };
    print_help(&text)?;
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
