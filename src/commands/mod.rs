//! One file a command: read, ask the rules, write.

mod check;
mod completions;
mod decode;
mod doctor;
mod generated;
mod hash_password;
mod help;
mod init;
mod issue;
mod issued;
mod keys;
mod login;
mod man;
mod misplaced;
mod narrow;
mod new_password;
mod refused;
mod rehash;
mod revoke;
mod users;

use anyhow::Result;

use crate::cli::Command;
use crate::context::Context;
use crate::error::Exit;

/// Runs one command.
pub(crate) fn run(command: Command, cx: &mut Context) -> Result<Exit> {
    match command {
        Command::Init(args) => init::run(&args, cx),
        Command::Login(args) => login::run(&args, cx),
        Command::Check(args) => check::run(&args, cx),
        Command::Decode(args) => decode::run(&args, cx),
        Command::Narrow(args) => narrow::run(&args, cx),
        Command::Issue(args) => issue::run(&args, cx),
        Command::HashPassword(args) => hash_password::run(&args, cx),
        Command::Users(args) => users::run(args.command, cx),
        Command::Keys(args) => keys::run(args.command, cx),
        Command::Revoke(args) => revoke::run(&args, cx),
        Command::Doctor(args) => doctor::run(&args, cx),
        Command::Completions(args) => completions::run(&args, cx),
        Command::Man(args) => man::run(&args, cx),
        Command::Help(args) => help::run(&args),
    }
}
