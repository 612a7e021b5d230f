//! `authctl man`: the manual pages.

mod page;

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;
use clap::{Command, CommandFactory};

use super::help;
use crate::cli::{Cli, ManArgs, topic};
use crate::context::Context;
use crate::error::{Exit, Failure, cannot};
use crate::files::no_path::refuse_secret;

/// The name of the page about the user store, which is no command.
pub(crate) const STORE_PAGE: &str = "users-file";

/// Prints one page, or writes them all: the same as those checked in under `man/`.
pub(crate) fn run(args: &ManArgs, cx: &mut Context) -> Result<Exit> {
    let mut cli = Cli::command();
    cli.build();
    if let Some(folder) = &args.output {
        refuse_secret("the output", folder)?;
        write_all(&cli, folder)?;
        write(&folder_of_files(folder)?.join("authctl-users.toml.5"), &page::of_store()?)?;
        return Ok(Exit::Yes);
    }
    let page = if args.command == [STORE_PAGE] {
        page::of_store()?
    } else if let [name] = args.command.as_slice()
        && topic(name).is_some()
    {
        return Err(Failure::usage(format!("there is no page `{name}`: it is a section of `authctl man`"))
            .hint(format!("`authctl help {name}` shows it alone"))
            .into());
    } else {
        page::of_command(help::command_of(&mut cli, &args.command)?)?
    };
    cx.console.stdout.write_all(&page)?;
    Ok(Exit::Yes)
}

/// The folder of section 5. It is `folder` itself, but where that is the `man1` of a tree of manuals: `man` looks for pages
/// of section 5 in the `man5` beside it.
fn folder_of_files(folder: &Path) -> Result<Cow<'_, Path>> {
    if folder.file_name().is_none_or(|name| name != "man1") {
        return Ok(Cow::Borrowed(folder));
    }
    let beside = folder.with_file_name("man5");
    std::fs::create_dir_all(&beside)
        .map_err(cannot(format_args!("make the folder `{}`", beside.display())))?;
    Ok(Cow::Owned(beside))
}

fn write_all(command: &Command, folder: &Path) -> Result<()> {
    let name = format!("{}.1", page::name(command));
    write(&folder.join(name), &page::of_command(command)?)?;
    command.get_subcommands().try_for_each(|subcommand| write_all(subcommand, folder))
}

fn write(path: &Path, page: &[u8]) -> Result<()> {
    std::fs::write(path, page).map_err(|error| {
        let folder = path.parent().filter(|_| error.kind() == io::ErrorKind::NotFound);
        let failure = cannot(format_args!("write `{}`", path.display()))(error);
        match folder {
            Some(folder) => failure.hint(format!("make the folder `{}` first", folder.display())),
            None => failure,
        }
    })?;
    Ok(())
}
