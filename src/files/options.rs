//! The options that name the files of a run, and the command lines that take the same ones.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::no_path::is_url;
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
    ///
    /// It is left alone if a command in it has quotes or anything else of a shell: names of others may be in there, and
    /// [`command`](Self::command) is for those.
    pub(crate) fn in_commands_of<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // Every second part is between backticks.
        let parts: Vec<&str> = text.split('`').collect();
        let is_simple = |part: &&str| !part.contains(|mark| "'\"\\$<>|;&#".contains(mark));
        let has_none = self.users_file.is_none() && self.key_file.is_none();
        if has_none || parts.len().is_multiple_of(2) || !parts.iter().skip(1).step_by(2).all(is_simple) {
            return Cow::Borrowed(text);
        }
        let part = |(index, part): (usize, &&str)| match part.strip_prefix("authctl ") {
            Some(rest) if index % 2 == 1 => self.command(rest.split(' ').map(str::to_owned).collect()),
            _ => (*part).to_owned(),
        };
        Cow::Owned(parts.iter().enumerate().map(part).collect::<Vec<_>>().join("`"))
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
        let end = words.iter().position(|word| word == "--").unwrap_or(words.len());
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
    use insta::assert_snapshot;

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
        for text in [
            "run `authctl keys --key-file b`",
            "copy `authctl keys public` here",
            "`authctl users export --no-hashes` elsewhere",
            "run `authctl help files`",
            "the schema `authctl` is `authctl`",
            "authctl init `x` authctl init",
            // Names of others: a scope, the id of a key, files.
            "run `authctl users grant bob 'a`b,admin'`",
            "run `authctl keys retire 'old < key'`",
            "run `cp 'x` `authctl init` `y' z`",
            "run `cp 'k``authctl init < $(touch x)' y`",
            "a backtick ` and `authctl init`",
        ] {
            case(text, text);
        }
        let no_files =
            FileOptions { users_file: Some("postgres://u:secret@h/d".into()), key_file: Some("-".into()) };
        assert_eq!(no_files.in_commands_of("`authctl init`"), "`authctl init`");
        assert_eq!(FileOptions::default().in_commands_of("`authctl init`"), "`authctl init`");
    }

    #[test]
    fn each_command_has_the_options_of_the_files_that_it_reads() {
        let mut lines = Vec::new();
        let mut cli = crate::cli::Cli::command();
        cli.build();
        for command in cli.get_subcommands() {
            let name = command.get_name().to_owned();
            lines.push(options().command(vec![name.clone()]));
            let below = command.get_subcommands().map(|below| below.get_name().to_owned());
            lines.extend(
                below
                    .filter(|below| below != "help")
                    .map(|below| options().command(vec![name.clone(), below])),
            );
        }
        assert_snapshot!(lines.join("\n"), @"
        authctl init --users-file u.toml --key-file 'a key'
        authctl login --users-file u.toml --key-file 'a key'
        authctl check --users-file u.toml --key-file 'a key'
        authctl decode
        authctl narrow --users-file u.toml --key-file 'a key'
        authctl issue --users-file u.toml --key-file 'a key'
        authctl hash-password --users-file u.toml
        authctl users --users-file u.toml
        authctl users list --users-file u.toml
        authctl users show --users-file u.toml
        authctl users add --users-file u.toml
        authctl users passwd --users-file u.toml
        authctl users set --users-file u.toml
        authctl users grant --users-file u.toml
        authctl users ungrant --users-file u.toml
        authctl users enable --users-file u.toml
        authctl users disable --users-file u.toml
        authctl users sign-out --users-file u.toml
        authctl users remove --users-file u.toml
        authctl users import --users-file u.toml
        authctl users export
        authctl users policy --users-file u.toml
        authctl keys --key-file 'a key'
        authctl keys list --key-file 'a key'
        authctl keys generate
        authctl keys rotate --users-file u.toml --key-file 'a key'
        authctl keys retire --key-file 'a key'
        authctl keys public
        authctl revoke --users-file u.toml --key-file 'a key'
        authctl doctor --users-file u.toml --key-file 'a key'
        authctl completions
        authctl man
        authctl help
        ");
    }
}
