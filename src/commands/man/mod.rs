//! `authctl man`: the manual pages.

mod page;

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use clap::{Command, CommandFactory};

use super::help;
use crate::cli::{Cli, ManArgs};
use crate::context::Context;
use crate::error::{Exit, cannot};

/// The name of the page about the user store, which is no command.
pub(crate) const STORE_PAGE: &str = "users-file";

/// Prints one page, or writes them all: the same as those checked in under `man/`.
pub(crate) fn run(args: &ManArgs, cx: &mut Context) -> Result<Exit> {
    let mut cli = Cli::command();
    cli.build();
    if let Some(folder) = &args.output {
        write(&folder.join("authctl-users.toml.5"), &page::of_store()?)?;
        write_all(&cli, folder)?;
        return Ok(Exit::Yes);
    }
    let page = if args.command == [STORE_PAGE] {
        page::of_store()?
    } else {
        page::of_command(help::command_of(&mut cli, &args.command)?)?
    };
    cx.console.stdout.write_all(&page)?;
    Ok(Exit::Yes)
}

fn write_all(command: &Command, folder: &Path) -> Result<()> {
    let name = format!("{}.1", page::name(command));
    write(&folder.join(name), &page::of_command(command)?)?;
    command.get_subcommands().try_for_each(|subcommand| write_all(subcommand, folder))
}

fn write(path: &Path, page: &[u8]) -> Result<()> {
    Ok(std::fs::write(path, page).map_err(cannot(format_args!("write `{}`", path.display())))?)
}
