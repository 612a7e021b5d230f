//! `authctl init`: a key, a store and a first user.

mod database;
mod files;
mod parts;

use anyhow::Result;

use crate::cli::InitArgs;
use crate::context::Context;
use crate::error::Exit;

/// Makes what is not there yet, in a file or in a database.
pub(crate) fn run(args: &InitArgs, cx: &mut Context) -> Result<Exit> {
    match cx.files.database()? {
        Some(shared) => database::run(args, &shared, cx),
        None => files::run(args, cx),
    }
}
