//! Completion in the shell: the scripts, and the answers for them.
//!
//! A script passes the line as it was typed. authctl runs no part of it: it splits the line by the shell's rules for
//! quotes, `~` and `$NAME`. A word that only the shell can expand, such as `$(…)`, has no known value. A completion keeps
//! the typed part and adds the rest, quoted for the shell, so that a name of a file, user, scope or key stays one word.

mod fish;
mod line;
mod posix;
mod powershell;
#[cfg(test)]
mod tests;
mod values;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{Command, ValueEnum};

use crate::output::escape::escape;
use line::{Line, Word};
pub(crate) use values::{commands_or, keys, scope_list, usernames};

/// The variable in which the scripts name the shell. clap's `COMPLETE` could be set for another program, and would then
/// turn every command into a silent success.
const VARIABLE: &str = "AUTHCTL_COMPLETE";

/// The variable with the line and the word at the cursor, from PowerShell: before version 7.3 it cannot pass quotes in an
/// argument reliably.
const LINE: &str = "AUTHCTL_COMPLETE_LINE";
const WORD: &str = "AUTHCTL_COMPLETE_WORD";

/// The shells that can complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

/// The script that makes `shell` complete `authctl`.
pub(crate) fn script(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => include_str!("../../completions/authctl.bash"),
        Shell::Zsh => include_str!("../../completions/_authctl"),
        Shell::Fish => include_str!("../../completions/authctl.fish"),
        Shell::Powershell => include_str!("../../completions/_authctl.ps1"),
        Shell::Elvish => include_str!("../../completions/authctl.elv"),
    }
}

/// Answers a completion script for `command`, and says whether one asks: the variable is set and `--` comes first.
///
/// A line that cannot be completed gets an empty answer: the shell shows no errors.
pub(crate) fn answer(command: fn() -> Command) -> bool {
    let Some(shell) = std::env::var_os(VARIABLE) else { return false };
    let mut args = std::env::args_os().skip(1);
    if args.next().is_none_or(|arg| arg != "--") {
        return false;
    }
    let shell = shell.to_str().and_then(|name| Shell::from_str(name, true).ok());
    let text = shell.and_then(|shell| text(shell, args.collect(), command)).unwrap_or_default();
    // A closed pipe: the shell has stopped reading.
    let _closed = io::stdout().write_all(&text);
    true
}

/// The answer for the script of `shell`; `None` if nothing can be completed.
fn text(shell: Shell, args: Vec<OsString>, command: fn() -> Command) -> Option<Vec<u8>> {
    values::set_cli(command);
    let candidates = |line: &Line| candidates(line, &mut command());
    let args: Vec<Vec<u8>> = args.into_iter().map(bytes).collect();
    match (shell, args.as_slice()) {
        // The line up to the cursor, and the part of it to replace.
        (Shell::Bash, [typed, end]) => {
            let line = posix::read(typed)?;
            let kept = typed.strip_suffix(end.as_slice()).map_or(line.last()?.start, <[u8]>::len);
            Some(ended_by_nul(candidates(&line)?.iter().map(|candidate| {
                let rest = posix::quoted(&candidate.rest, line.quote(), candidate.is_complete());
                [typed.get(kept..line.end()).unwrap_or_default(), &rest].concat()
            })))
        }
        // The words. Zsh quotes by itself.
        (Shell::Zsh, words) => {
            let line = Line { words: words.iter().map(|raw| zsh_word(raw)).collect() };
            Some(ended_by_nul(candidates(&line)?.iter().flat_map(|candidate| {
                let shown = zsh_field(escape(&candidate.text()).as_bytes());
                let help = candidate.help.as_ref().map(|help| format!(":{}", help.replace('\\', "\\\\")));
                [[shown.as_slice(), help.unwrap_or_default().as_bytes()].concat(), zsh_field(&candidate.rest)]
            })))
        }
        // The line up to the cursor. Fish quotes by itself.
        (Shell::Fish, [typed]) => {
            let line = fish::read(typed.strip_suffix(b"\n").unwrap_or(typed))?;
            let literal = line.last()?.literal.as_slice();
            Some(ended_by_nul(candidates(&line)?.iter().flat_map(|one| fish_fields(one, literal))))
        }
        (Shell::Powershell, []) => {
            let (typed, end) = (std::env::var(LINE).ok()?, std::env::var(WORD).unwrap_or_default());
            let line = powershell::read(&typed)?;
            let kept = typed.strip_suffix(&end).map_or(line.last()?.start, str::len);
            let completion = |candidate: &Candidate| {
                let rest = std::str::from_utf8(&candidate.rest).ok()?;
                let rest = powershell::quoted(rest, line.quote(), candidate.is_complete())?;
                let text = candidate.text();
                let shown = escape(&text);
                let help = candidate.help.as_deref().unwrap_or(&shown);
                let typed = typed.get(kept..line.end()).unwrap_or_default();
                Some(format!("{typed}{rest}\t{shown}\t{help}\n"))
            };
            Some(candidates(&line)?.iter().filter_map(completion).collect::<String>().into_bytes())
        }
        // The words without quotes. Elvish quotes by itself.
        (Shell::Elvish, words) => {
            let word = |value: &Vec<u8>| Word { value: value.clone(), ..Word::default() };
            let line = Line { words: words.iter().map(word).collect() };
            Some(ended_by_nul(candidates(&line)?.into_iter().map(|candidate| candidate.value)))
        }
        _ => None,
    }
}

/// A word of zsh, which passes each word as it was typed.
fn zsh_word(raw: &[u8]) -> Word {
    let words = posix::read_word(raw).map(|line| line.words).unwrap_or_default();
    match <[Word; 2]>::try_from(words) {
        // A lone backslash would quote the text that zsh adds.
        Ok([_, word]) if !raw.ends_with(b"\\") || raw.ends_with(b"\\\\") => word,
        _ => Word { is_unknown: true, ..Word::default() },
    }
}

/// A candidate for fish, which compares it with the word at the cursor; a description follows after a tab.
///
/// Fish expands `~` and `$NAME` in that word first, depending on its version and the quotes.
fn fish_fields(candidate: &Candidate, literal: &[u8]) -> Vec<Vec<u8>> {
    let mut values = vec![candidate.value.clone(), [literal, &candidate.rest].concat()];
    values.dedup();
    // A tab in a name would start the description.
    values.retain(|value| !value.contains(&b'\t'));
    let help = candidate.help.as_ref().map(|help| format!("\t{help}")).unwrap_or_default();
    values.into_iter().map(|value| [value.as_slice(), help.as_bytes()].concat()).collect()
}

/// A field for zsh's `_describe`.
fn zsh_field(value: &[u8]) -> Vec<u8> {
    let escaped = |byte: &u8| if b"\\:".contains(byte) { vec![b'\\', *byte] } else { vec![*byte] };
    value.iter().flat_map(escaped).collect()
}

fn ended_by_nul(fields: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    fields.flat_map(|field| [field.as_slice(), b"\0"].concat()).collect()
}

/// A word that the one at the cursor can become.
struct Candidate {
    value: Vec<u8>,
    /// The part of it not typed yet.
    rest: Vec<u8>,
    help: Option<String>,
}

impl Candidate {
    /// Whether the word is complete, unlike a folder.
    fn is_complete(&self) -> bool {
        !self.value.ends_with(b"/")
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.value).into_owned()
    }
}

impl Line {
    fn last(&self) -> Option<&Word> {
        self.words.last()
    }

    fn end(&self) -> usize {
        self.last().map_or(0, |word| word.end)
    }

    fn quote(&self) -> line::Quote {
        self.last().map(|word| word.quote).unwrap_or_default()
    }
}

/// The completions of the last word by `command`.
fn candidates(line: &Line, command: &mut Command) -> Option<Vec<Candidate>> {
    let last = line.last().filter(|word| !word.is_unknown)?;
    values::set_words(line);
    let args = line.words.iter().map(|word| {
        let stand_in: &[u8] = if word.is_unknown { b"?" } else { b"" };
        os_string([&word.value, stand_in].concat())
    });
    let args: Vec<OsString> = args.collect::<Option<_>>()?;
    let current_dir = std::env::current_dir().ok();
    let index = args.len() - 1;
    let of_every_command: Vec<String> = command
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .filter_map(|argument| Some(format!("--{}", argument.get_long()?)))
        .collect();
    let mut found = clap_complete::engine::complete(command, args, index, current_dir.as_deref()).ok()?;
    // Those of the command itself come first, as in its help.
    found.sort_by_key(|found| of_every_command.iter().any(|option| found.get_value() == option.as_str()));
    let candidate = |found: clap_complete::engine::CompletionCandidate| {
        let value = bytes(found.get_value().to_owned());
        let rest = value.strip_prefix(last.value.as_slice())?.to_vec();
        let fits = !last.ends_with_name || rest.is_empty() || rest.starts_with(b"/");
        let help = found.get_help().and_then(|help| Some(help.to_string().lines().next()?.to_owned()));
        fits.then_some(Candidate { value, rest, help })
    };
    Some(found.into_iter().filter_map(candidate).collect())
}

/// The bytes of a word.
fn bytes(word: OsString) -> Vec<u8> {
    #[cfg(unix)]
    return std::os::unix::ffi::OsStringExt::into_vec(word);
    #[cfg(not(unix))]
    return word.to_string_lossy().into_owned().into_bytes();
}

/// The word of these bytes.
#[cfg_attr(unix, expect(clippy::unnecessary_wraps, reason = "not all bytes are a word on other systems"))]
fn os_string(bytes: Vec<u8>) -> Option<OsString> {
    #[cfg(unix)]
    return Some(std::os::unix::ffi::OsStringExt::from_vec(bytes));
    #[cfg(not(unix))]
    return String::from_utf8(bytes).ok().map(OsString::from);
}
