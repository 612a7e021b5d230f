//! authctl: log users in, issue scoped tokens, and say whether a token is good.

// What unwinds the stack for a backtrace is linked in: loading it as `libgcc_s.so.1` takes a twentieth of the time of a
// short command, and not every small image has it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "declares nothing that could be called")]
#[link(name = "gcc_eh", kind = "static", modifiers = "-bundle")]
unsafe extern "C" {}

/// The one function that zxcvbn takes from `libm.so.6`, which would be loaded at each start for it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "it is called by its name in C")]
#[unsafe(no_mangle)]
extern "C" fn log10(number: f64) -> f64 {
    libm::log10(number)
}

mod cli;
mod clock;
mod commands;
mod completion;
mod console;
mod context;
mod environment;
mod error;
mod files;
mod input;
mod output;
mod prompt;
mod terminal;
mod usage;

use std::ffi::OsString;
use std::mem::ManuallyDrop;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use cli::{CheckAlone, Cli};
use console::Console;
use context::Context;
use environment::Environment;
use files::{FileOptions, Files};

fn main() -> ExitCode {
    keep_out_of_core_dumps();
    if completion::answer(Cli::command) {
        return ExitCode::SUCCESS;
    }
    // Where no handler can be installed, signals do what they always do.
    let _default = terminal::prepare();
    let cli = match read_command_line() {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error).into(),
    };
    let environment = Environment::read();
    let global = cli.global;
    let options = FileOptions { users_file: global.users_file, key_file: global.key_file };
    let console = Console::new(global.json, global.color, environment.plain, options.clone());
    let mut cx = Context { console, files: Files::new(options, environment) };
    let result =
        commands::run(cli.command, &mut cx).and_then(|exit| Ok(cx.console.flush().map(|()| exit)?));
    result.unwrap_or_else(|error| cx.console.fail(error)).into()
}

/// The command line.
///
/// Scripts call `check` for each token, and the descriptions of all commands take a tenth of its time: it is read alone, and
/// with all others where that fails, to say why.
fn read_command_line() -> clap::error::Result<Cli> {
    let arguments = || std::env::args_os();
    if arguments().nth(1).is_some_and(|command| command == "check")
        && let Ok(check) = parsed::<CheckAlone>(CheckAlone::command(), arguments().skip(1))
    {
        return Ok(check.into());
    }
    parsed(usage::help::cli(), arguments())
}

/// The arguments of a command, of which the first is its name. Its description is never freed, which takes a while.
fn parsed<C: FromArgMatches>(
    command: clap::Command,
    arguments: impl Iterator<Item = OsString>,
) -> clap::error::Result<C> {
    let mut command = ManuallyDrop::new(command);
    let mut matches = command.try_get_matches_from_mut(arguments)?;
    C::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// Keeps the memory of the process, which holds the key and passwords, out of core dumps and from other processes of the
/// same user. Where the kernel refuses that, it is no reason to refuse the work.
fn keep_out_of_core_dumps() {
    #[cfg(target_os = "linux")]
    let _refused = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
