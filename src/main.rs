//! authctl: log users in, issue scoped tokens, and say whether a token is good.

// What unwinds the stack for a backtrace is linked in: loading it as `libgcc_s.so.1` takes a twentieth of the time of a
// short command, and not every small image has it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "declares nothing that could be called")]
#[link(name = "gcc_eh", kind = "static", modifiers = "-bundle")]
unsafe extern "C" {}

mod cli;
mod commands;
mod completion;
mod context;
mod environment;
mod error;
mod hints;
mod input;
mod key_edit;
mod keys;
mod output;
mod store_edit;
mod terminal;
mod usage;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use cli::Cli;
use context::Context;
use error::{Exit, Failure, cannot_print};
use output::escape::{escape, escape_json};

fn main() -> ExitCode {
    keep_out_of_core_dumps();
    if completion::answer() {
        return ExitCode::SUCCESS;
    }
    // Where no handler can be installed, signals do what they always do.
    let _default = terminal::prepare();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error).into(),
    };
    let mut cx = Context::new(cli.global);
    let result = commands::run(cli.command, &mut cx).and_then(|exit| Ok(flushed(&mut cx, exit)?));
    result.unwrap_or_else(|error| answer_failure(&mut cx, error)).into()
}

/// Keeps the memory of the process, which holds the key and passwords, out of core dumps and from other processes of the
/// same user. Where the kernel refuses that, it is no reason to refuse the work.
fn keep_out_of_core_dumps() {
    #[cfg(target_os = "linux")]
    let _refused = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

fn flushed(cx: &mut Context, exit: Exit) -> io::Result<Exit> {
    cx.stdout.flush().map(|()| exit)
}

/// Says what went wrong, once, on standard error; with `--json` on standard output too.
fn answer_failure(cx: &mut Context, error: anyhow::Error) -> Exit {
    let failure = match error.downcast::<Failure>() {
        Ok(failure) => failure,
        Err(error) => match error.downcast::<io::Error>() {
            // Whoever reads has seen enough: `| head -1`. That is no news to anyone.
            Ok(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Unknown,
            Ok(error) => cannot_print(&error),
            Err(error) => Failure::unknown("internal", format!("{error:#}")),
        },
    };
    if cx.json() {
        // What was printed before comes first. If nothing can be printed, standard error still says it.
        let _unprinted = cx.print_json(&failure_json(&failure)).and_then(|()| Ok(cx.stdout.flush()?));
    }
    say_failure(cx.paint_stderr(), &failure);
    failure.exit
}

fn failure_json(failure: &Failure) -> serde_json::Value {
    let mut json = serde_json::json!({"error": failure.code, "message": failure.message});
    if let Some(hint) = &failure.hint {
        json["hint"] = hint.as_str().into();
    }
    json
}

fn say_failure(paint: output::style::Paint, failure: &Failure) {
    let mut text = format!("{} {}\n", paint.error("error:"), escape(&failure.message));
    if let Some(hint) = &failure.hint {
        text.extend([&paint.hint("hint:"), " ", &escape(hint), "\n"]);
    }
    // Nobody may be listening; the exit code says it too.
    let _unheard = io::stderr().write_all(text.as_bytes());
}

/// As [`answer_failure`], before there is a context.
fn answer_usage(failure: &Failure, json: bool) -> Exit {
    if json {
        let line = format!("{}\n", escape_json(&failure_json(failure).to_string()));
        let _unprinted = io::stdout().write_all(line.as_bytes());
    }
    say_failure(output::style::Paint::default(), failure);
    failure.exit
}
