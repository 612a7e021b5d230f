//! The options that name the files of a run, and the command lines that take the same ones.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::store::is_url;
use crate::output::shell;

/// The files that options name.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileOptions {
    /// `--users-file`.
    pub(crate) users_file: Option<PathBuf>,
    /// `--key-file`.
    pub(crate) key_file: Option<PathBuf>,
}

impl FileOptions {
    /// `text` with these options in each command line of authctl in backticks, so that it works with the same files.
    pub(crate) fn in_commands_of<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.users_file.is_none() && self.key_file.is_none() {
            return Cow::Borrowed(text);
        }
        // Every second part is between backticks.
        let part = |(index, part): (usize, &str)| match part.strip_prefix("authctl ") {
            Some(rest) if index % 2 == 1 => self.command(rest.split(' ').map(str::to_owned).collect()),
            _ => part.to_owned(),
        };
        Cow::Owned(text.split('`').enumerate().map(part).collect::<Vec<_>>().join("`"))
    }

    /// The command line of authctl with these words, which are quoted already, and the options that it needs.
    pub(crate) fn command(&self, mut words: Vec<String>) -> String {
        let needed = Needed::by(&words);
        let options = [
            ("--users-file", self.users_file.as_deref().filter(|_| needed.users)),
            ("--key-file", self.key_file.as_deref().filter(|_| needed.key)),
        ];
        let named: Vec<String> = options
            .into_iter()
            .filter(|(option, _)| words.iter().all(|word| word != option))
            .filter_map(|(option, path)| Some((option, path.filter(|path| is_file(path))?)))
            .flat_map(|(option, path)| [option.to_owned(), shell::path(path)])
            .collect();
        // After these there are no options.
        let end = words.iter().position(|word| ["--", "<", ">", "|"].contains(&word.as_str()));
        let end = end.unwrap_or(words.len());
        words.splice(end..end, named);
        words.insert(0, "authctl".to_owned());
        words.join(" ")
    }
}

/// Whether the path is meant for a file. One that is not is refused, and a URL may have a password in it.
fn is_file(path: &Path) -> bool {
    path != Path::new("-") && !is_url(&path.to_string_lossy())
}

/// The files that a command works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Needed {
    users: bool,
    key: bool,
}

impl Needed {
    fn by(words: &[String]) -> Self {
        let mut words = words.iter().map(String::as_str);
        let needed = |users, key| Self { users, key };
        match (words.next().unwrap_or_default(), words.next().unwrap_or_default()) {
            // A message names the first two for the machine that issues tokens, which has other files.
            ("keys", "public" | "generate") | ("users", "export") => needed(false, false),
            // How long tokens of the old key live is in the store.
            ("keys", "rotate")
            | ("init" | "login" | "check" | "narrow" | "issue" | "revoke" | "doctor", _) => {
                needed(true, true)
            }
            ("keys", _) => needed(false, true),
            ("users" | "hash-password", _) => needed(true, false),
            _ => needed(false, false),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::FileOptions;

    fn options() -> FileOptions {
        FileOptions { users_file: Some("u.toml".into()), key_file: Some("a key".into()) }
    }

    #[track_caller]
    fn case(text: &str, expected: &str) {
        assert_eq!(options().in_commands_of(text), expected);
    }

    #[test]
    fn a_command_is_about_the_files_of_the_run() {
        case("run `authctl init`", "run `authctl init --users-file u.toml --key-file 'a key'`");
        case("`authctl users list` shows it", "`authctl users list --users-file u.toml` shows it");
        case("`authctl keys retire -- -x`", "`authctl keys retire --key-file 'a key' -- -x`");
        case(
            "`authctl check < a`, or `authctl users`",
            "`authctl check --users-file u.toml --key-file 'a key' < a`, or `authctl users --users-file u.toml`",
        );
        for text in [
            "run `authctl keys --key-file b`",
            "copy `authctl keys public` here",
            "`authctl users export --no-hashes` elsewhere",
            "run `authctl help files`",
            "the schema `authctl` is `authctl`",
            "authctl init `x` authctl init",
        ] {
            case(text, text);
        }
        let no_files =
            FileOptions { users_file: Some("postgres://u:secret@h/d".into()), key_file: Some("-".into()) };
        assert_eq!(no_files.in_commands_of("`authctl init`"), "`authctl init`");
        assert_eq!(FileOptions::default().in_commands_of("`authctl init`"), "`authctl init`");
    }

    #[test]
    fn each_command_that_reads_a_file_is_known() {
        for command in crate::cli::Cli::command().get_subcommands() {
            let name = command.get_name();
            let line = options().command(vec![name.to_owned()]);
            let reads = !["decode", "completions", "man", "help"].contains(&name);
            assert_eq!(line.contains("-file"), reads, "{line}");
        }
    }
}
