//! `authctl keys`: what signs tokens, and what verifies them.

mod generate;
mod list;
mod public;
mod retire;
mod rotate;

use anyhow::Result;

use crate::cli::KeysCommand;
use crate::context::Context;
use crate::error::Exit;
use crate::output::shell;

/// Runs one of the commands; `keys` alone lists.
pub(crate) fn run(command: Option<KeysCommand>, cx: &mut Context) -> Result<Exit> {
    match command.unwrap_or(KeysCommand::List) {
        KeysCommand::List => list::run(cx),
        KeysCommand::Generate(args) => generate::run(&args, cx),
        KeysCommand::Rotate(args) => rotate::run(args.alg, cx),
        KeysCommand::Retire(args) => retire::run(&args, cx),
        KeysCommand::Public => public::run(cx),
    }
}

/// The command line that retires the key of this name, about the files of the run.
fn retiring(name: &str, cx: &Context) -> String {
    let mut words = ["keys", "retire"].map(str::to_owned).to_vec();
    words.extend(name.starts_with('-').then(|| "--".to_owned()));
    words.push(shell::quoted(name));
    cx.files.command(words)
}

/// From when a change of the key file counts. A file that an option names may be a copy, which is not in use.
fn since(cx: &Context) -> String {
    match &cx.console.files.key_file {
        Some(path) => format!("where `{}` is the key file", path.display()),
        None => "from now on".to_owned(),
    }
}
