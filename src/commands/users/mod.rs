//! `authctl users`: who is in the store.

mod change;
mod export;
mod import;
mod policy;
mod progress;
mod show;

use anyhow::Result;

pub(crate) use change::{refuse_undeclared, rules_for_new};

use crate::cli::UsersCommand;
use crate::context::Context;
use crate::error::Exit;

/// Runs one of the commands; `users` alone lists.
pub(crate) fn run(command: Option<UsersCommand>, cx: &mut Context) -> Result<Exit> {
    match command.unwrap_or(UsersCommand::List) {
        UsersCommand::List => show::list(cx),
        UsersCommand::Show(named) => show::one(&named.name, cx),
        UsersCommand::Add(args) => change::add(&args, cx),
        UsersCommand::Passwd(args) => change::passwd(&args, cx),
        UsersCommand::Set(args) => change::set(args, cx),
        UsersCommand::Grant(args) => change::grant(args, cx),
        UsersCommand::Ungrant(args) => change::withdraw(args, cx),
        UsersCommand::Enable(named) => change::set_disabled(&named.name, false, cx),
        UsersCommand::Disable(named) => change::set_disabled(&named.name, true, cx),
        UsersCommand::SignOut(named) => change::sign_out(&named.name, cx),
        UsersCommand::Remove(args) => change::remove(args, cx),
        UsersCommand::Import(args) => import::run(&args, cx),
        UsersCommand::Export(args) => export::run(&args, cx),
        UsersCommand::Policy(args) => policy::run(&args, cx),
    }
}
