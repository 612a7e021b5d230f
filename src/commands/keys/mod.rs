//! `authctl keys`: what signs tokens, and what verifies them.

mod change;
mod generate;
mod list;
mod public;

use anyhow::Result;

use crate::cli::KeysCommand;
use crate::context::Context;
use crate::error::Exit;

/// Runs one of the commands; `keys` alone lists.
pub(crate) fn run(command: Option<KeysCommand>, cx: &mut Context) -> Result<Exit> {
    match command.unwrap_or(KeysCommand::List) {
        KeysCommand::List => list::run(cx),
        KeysCommand::Generate(args) => generate::run(&args, cx),
        KeysCommand::Rotate(args) => change::rotate(args.alg, cx),
        KeysCommand::Retire(args) => change::retire(&args.key, cx),
        KeysCommand::Public => public::run(cx),
    }
}
