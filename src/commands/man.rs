//! `authctl man`: the manual pages.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::help;
use crate::cli::{Cli, ManArgs};
use crate::context::Context;
use crate::error::{Exit, cannot};

/// Prints one page, or writes them all: the same as those checked in under `man/`.
pub(crate) fn run(args: &ManArgs, cx: &mut Context) -> Result<Exit> {
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    if let Some(folder) = &args.output {
        write_all(&cli, folder)?;
        return Ok(Exit::Yes);
    }
    let command = help::command_of(&mut cli, &args.command)?;
    cx.console.stdout.write_all(&page(command)?)?;
    Ok(Exit::Yes)
}

/// The page of a command; its name is that of the command line with hyphens for spaces.
fn page(command: &Command) -> Result<Vec<u8>> {
    let name = name(command);
    // The pages are checked in, so they must not change with the day.
    let man = Man::new(command.clone().name(name.clone()).display_name(name)).date("").manual("authctl");
    let mut page = Vec::new();
    man.render(&mut page)?;
    Ok(page)
}

fn name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-")
}

fn write_all(command: &Command, folder: &Path) -> Result<()> {
    let path = folder.join(format!("{}.1", name(command)));
    std::fs::write(&path, page(command)?).map_err(cannot(format_args!("write `{}`", path.display())))?;
    command.get_subcommands().try_for_each(|subcommand| write_all(subcommand, folder))
}
