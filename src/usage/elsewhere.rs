//! Words that other programs use, or that stand elsewhere here: the command or the option that was meant.
//!
//! What is only misspelt is left to clap.

/// Words, and the command line that was meant by any of them.
type Words = &'static [(&'static [&'static str], &'static str)];

/// The names of commands, by the command they were looked for in. What was meant is a whole command line.
const COMMANDS: [(&str, Words); 3] = [
    (
        "authctl",
        &[
            (&["verify", "validate", "introspect", "authorize"], "authctl check"),
            (&["inspect", "show", "info", "parse", "view", "debug"], "authctl decode"),
            (&["whoami"], "authctl decode --claim sub"),
            (&["token", "signin", "sign-in", "auth", "get-token"], "authctl login"),
            (&["sign", "mint", "create-token"], "authctl issue USER"),
            (&["logout", "signout", "sign-out"], "authctl users sign-out NAME"),
            (&["downscope", "exchange"], "authctl narrow --scope LIST"),
            (&["setup", "new", "create"], "authctl init"),
            (&["user", "accounts"], "authctl users"),
            (&["add", "adduser", "useradd", "add-user"], "authctl users add NAME"),
            (&["passwd", "password"], "authctl users passwd NAME"),
            (&["deluser", "userdel", "remove", "delete"], "authctl users remove NAME"),
            (&["grant"], "authctl users grant NAME LIST"),
            (&["ungrant"], "authctl users ungrant NAME LIST"),
            (&["import"], "authctl users import FILE"),
            (&["export"], "authctl users export"),
            (&["key", "jwk"], "authctl keys"),
            (&["keygen", "genkey", "generate"], "authctl keys generate"),
            (&["rotate"], "authctl keys rotate"),
            (&["retire"], "authctl keys retire KEY"),
            (&["public", "jwks"], "authctl keys public"),
            (&["hash", "htpasswd", "mkpasswd"], "authctl hash-password"),
            (&["audit", "lint", "status"], "authctl doctor"),
            (&["completion"], "authctl completions SHELL"),
            (&["version"], "authctl --version"),
            (&["exit-codes", "exit-status"], "authctl help exit-codes"),
        ],
    ),
    (
        "authctl users",
        &[
            (&["create", "new"], "authctl users add NAME"),
            (&["delete", "del", "rm"], "authctl users remove NAME"),
            (&["ls"], "authctl users list"),
            (&["get", "info", "view"], "authctl users show NAME"),
            (&["edit", "update", "modify", "rename"], "authctl users set NAME"),
            (&["password", "reset-password"], "authctl users passwd NAME"),
            (&["withdraw"], "authctl users ungrant NAME LIST"),
            (&["logout", "signout"], "authctl users sign-out NAME"),
            (&["lock", "block", "suspend"], "authctl users disable NAME"),
            (&["unlock", "unblock"], "authctl users enable NAME"),
        ],
    ),
    (
        "authctl keys",
        &[
            (&["ls", "show"], "authctl keys list"),
            (&["new", "create", "make", "init"], "authctl keys generate"),
            (&["add", "renew", "roll"], "authctl keys rotate"),
            (&["delete", "remove", "revoke", "rm"], "authctl keys retire KEY"),
            (&["jwks", "export"], "authctl keys public"),
        ],
    ),
];

/// Options by the commands that lack them; none stands for all. What was meant is an option, or a whole command line.
const OPTIONS: [(&[&str], &[&str], &str); 30] = [
    // The nearest name is that of `--scope-claim`, which requires nothing.
    (&["check"], &["--scope", "-s", "--scopes"], "--require"),
    (&["narrow", "login", "issue"], &["--require", "-r"], "--scope"),
    (&["login"], &["--user", "--username", "-u"], "authctl login USERNAME"),
    (&["issue"], &["--user", "--username", "-u", "--sub"], "authctl issue USER"),
    (
        &["login", "issue", "narrow"],
        &["--ttl", "--lifetime", "--expiry", "--expires", "--exp"],
        "--expires-in",
    ),
    (&["login", "issue"], &["--aud", "--audience"], "authctl narrow --audience AUDIENCE"),
    (&["check", "decode", "revoke", "narrow"], &["--token-file", "--file", "-f"], "authctl COMMAND < FILE"),
    (&["check", "decode", "revoke", "narrow"], &["--token", "-t"], "authctl COMMAND -- TOKEN"),
    (&["check"], &["--sub", "--subject", "--username", "-u"], "--user"),
    (&["check"], &["--aud"], "--audience"),
    (&["check"], &["--iss"], "--issuer"),
    (&["check"], &["--algorithm", "--algorithms"], "--alg"),
    (&["check"], &["--offline", "--no-store"], "--stateless"),
    (&["check"], &["--silent"], "--quiet"),
    (&["check"], &["--skew", "--clock-skew"], "--leeway"),
    (&["check"], &["--scopes-claim"], "--scope-claim"),
    (&["decode"], &["--field"], "--claim"),
    (&["revoke"], &["--jti"], "--id"),
    (&["revoke"], &["--user"], "authctl users sign-out NAME"),
    (&["init"], &["--username", "-u"], "--user"),
    (&["init", "keys generate", "keys rotate"], &["--algorithm", "-a"], "--alg"),
    (&["keys generate"], &["--out"], "--output"),
    (&["users add", "users set"], &["--name"], "--full-name"),
    (&["users remove"], &["--force", "-f"], "--yes"),
    (
        &[
            "users add",
            "users show",
            "users passwd",
            "users set",
            "users enable",
            "users disable",
            "users sign-out",
            "users remove",
        ],
        &["--user", "--username", "-u"],
        "authctl COMMAND NAME",
    ),
    (&["users add"], &["--service", "--passwordless"], "--no-password"),
    (
        &["users grant", "users ungrant"],
        &["--scope", "-s", "--scopes", "--user", "--username", "-u"],
        "authctl COMMAND NAME LIST",
    ),
    (&[], &["--users", "--store", "--user-store"], "--users-file"),
    (&[], &["--key", "--keyfile", "--secret-file", "--key-path"], "--key-file"),
    (&[], &["--no-color", "--no-colour"], "--color never"),
];

/// The command line for `word`, which is no command of `command`.
pub(super) fn command(command: &str, word: &str) -> Option<&'static str> {
    let (_, words) = COMMANDS.iter().find(|(name, _)| *name == command)?;
    words.iter().find(|(known, _)| known.contains(&word)).map(|(_, meant)| *meant)
}

/// The option of `command`, or the command line, that does what `option` does elsewhere.
pub(super) fn option(command: &str, option: &str) -> Option<String> {
    let command = command.strip_prefix("authctl").unwrap_or(command).trim_start();
    let at_home = |commands: &[&str]| commands.is_empty() || commands.contains(&command);
    let mut fitting =
        OPTIONS.iter().filter(|(commands, known, _)| known.contains(&option) && at_home(commands));
    fitting.next().map(|(_, _, meant)| meant.replace("COMMAND", command))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{COMMANDS, OPTIONS, command, option};
    use crate::cli::Cli;

    fn cli() -> clap::Command {
        let mut cli = Cli::command();
        cli.build();
        cli
    }

    /// The command that a command line begins with, and the rest.
    fn command_of<'a>(cli: &'a clap::Command, line: &'a str) -> (&'a clap::Command, Vec<&'a str>) {
        let mut words = line.strip_prefix("authctl").unwrap().split_whitespace().peekable();
        let mut command = cli;
        while let Some(inner) = words.peek().and_then(|word| command.find_subcommand(word)) {
            command = inner;
            words.next();
        }
        (command, words.collect())
    }

    #[test]
    fn what_was_meant_is_there_and_what_was_typed_is_not() {
        let cli = cli();
        for (name, words) in COMMANDS {
            let (command, rest) = command_of(&cli, name);
            assert!(rest.is_empty(), "{name}");
            for (typed, meant) in words {
                for word in *typed {
                    assert!(command.find_subcommand(word).is_none(), "{name} {word}");
                }
                let (found, rest) = command_of(&cli, meant);
                let has = |option: &str| {
                    found.get_arguments().any(|argument| argument.get_long() == option.strip_prefix("--"))
                };
                for word in rest {
                    let is_placeholder = word.starts_with(|first: char| first.is_ascii_uppercase());
                    let is_value = meant.contains("--claim sub") || meant.contains("help exit-codes");
                    assert!(
                        is_placeholder || is_value || word == "--version" || has(word),
                        "{meant}: {word}"
                    );
                }
            }
        }
        for (commands, typed, meant) in OPTIONS {
            for name in commands {
                let line = format!("authctl {name}");
                let (command, rest) = command_of(&cli, &line);
                assert!(rest.is_empty(), "{name}");
                let has = |option: &str| {
                    command.get_arguments().any(|argument| match option.strip_prefix("--") {
                        Some(long) => argument.get_long() == Some(long),
                        None => argument.get_short() == option.chars().nth(1),
                    })
                };
                assert!(typed.iter().all(|option| !has(option)), "{name} {typed:?}");
                assert!(!meant.starts_with("--") || has(meant), "{name} {meant}");
            }
        }
    }

    #[test]
    fn a_word_is_looked_up_where_it_was_typed() {
        assert_eq!(command("authctl", "verify"), Some("authctl check"));
        assert_eq!(command("authctl users", "verify"), None);
        assert_eq!(command("authctl users", "delete"), Some("authctl users remove NAME"));
        assert_eq!(option("authctl check", "--scope").as_deref(), Some("--require"));
        assert_eq!(option("authctl check", "--file").as_deref(), Some("authctl check < FILE"));
        assert_eq!(option("authctl", "--key").as_deref(), Some("--key-file"));
        assert_eq!(
            option("authctl users grant", "--scope").as_deref(),
            Some("authctl users grant NAME LIST")
        );
        assert_eq!(option("authctl decode", "--scope"), None);
    }
}
