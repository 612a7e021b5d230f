//! `authctl completions`: the script for a shell.

use std::io::Write;

use anyhow::Result;

use crate::cli::CompletionsArgs;
use crate::completion;
use crate::context::Context;
use crate::error::Exit;

/// Prints the completion script, the same as the one checked in under `completions/`.
pub(crate) fn run(args: &CompletionsArgs, cx: &mut Context) -> Result<Exit> {
    cx.console.stdout.write_all(completion::script(args.shell).as_bytes())?;
    Ok(Exit::Yes)
}
