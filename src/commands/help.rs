//! `authctl help`: of a command, or a topic.

use anyhow::Result;
use authctl::auth::words;
use clap::Command;

use crate::cli::{HelpArgs, TOPICS, topic};
use crate::console::{print_help, text_width};
use crate::error::{Exit, Failure};
use crate::output::wrap::wrapped;
use crate::usage::{command_elsewhere, help, no_such};

/// Prints what `--help` of the same command does, or a topic.
pub(crate) fn run(args: &HelpArgs) -> Result<Exit> {
    let topic = args.topic.first().filter(|_| args.topic.len() == 1).and_then(|name| topic(name));
    let text = if let Some(topic) = topic {
        wrapped(topic.text, text_width())
    } else {
        let mut cli = help::cli();
        cli.build();
        let command = command_of(&mut cli, &args.topic)?;
        let text = command.render_long_help().to_string();
        help::whole(&text, command.get_bin_name().unwrap_or("authctl"), command)
    };
    print_help(&text)?;
    Ok(Exit::Yes)
}

/// The command below `cli` that these names lead to.
pub(super) fn command_of<'a>(cli: &'a mut Command, names: &[String]) -> Result<&'a mut Command, Failure> {
    let is_command = |name: &String| cli.find_subcommand(name).is_some();
    let all_are_commands = names.len() > 1 && names.iter().all(is_command);
    let mut path = "authctl".to_owned();
    names.iter().try_fold(cli, |command, name| {
        let inner = command.find_subcommand_mut(name);
        let inner = inner.ok_or_else(|| unknown(&path, name, names, all_are_commands));
        path.extend([" ", name]);
        inner
    })
}

/// The failure of a name that is none of a command below `path`.
fn unknown(path: &str, name: &str, names: &[String], all_are_commands: bool) -> Failure {
    let failure = Failure::usage(no_such("command", name, ""));
    if all_are_commands {
        let each: Vec<String> = names.iter().map(|name| format!("authctl help {name}")).collect();
        return failure.hint(format!("run {}", words::list(&each)));
    }
    if let Some(meant) = command_elsewhere(path, name) {
        return failure.hint(format!("did you mean `{meant}`?"));
    }
    let all = format!("run `{path} --help`");
    let topics = || words::any(TOPICS.iter().map(|topic| topic.name));
    failure.hint(if path == "authctl" { format!("{all}, or `authctl help` with {}", topics()) } else { all })
}
