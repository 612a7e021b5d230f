//! The completion scripts: as checked in, and in the shells they are for.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::bench::Bench;

fn checked_in(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("completions").join(name)).unwrap()
}

#[test]
fn the_scripts_are_those_that_are_checked_in() {
    let bench = Bench::empty();
    for (shell, name) in [
        ("bash", "authctl.bash"),
        ("zsh", "_authctl"),
        ("fish", "authctl.fish"),
        ("powershell", "_authctl.ps1"),
        ("elvish", "authctl.elv"),
    ] {
        let answer = bench.answer(["completions", shell], "");
        let printed = String::from_utf8(answer.raw.stdout).unwrap();
        let hint = format!("run `authctl completions {shell} > completions/{name}`");
        assert_eq!(printed, checked_in(name), "{hint}");
        assert_eq!((answer.stderr.as_str(), answer.code), ("", Some(0)));
    }
}

#[test]
fn a_shell_that_is_not_known_is_named_and_the_others_listed() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("completions tcsh"), @"
    2> error: `tcsh` is no value for `<SHELL>`
    2> hint: did you mean `zsh`?
    [exit 2]
    ");
    assert_snapshot!(bench.run("completions"), @"
    2> error: `<SHELL>` is missing
    2> hint: run `authctl completions --help`
    [exit 2]
    ");
}

/// What is offered for the last of `words`.
fn offered(bench: &Bench, words: &[&str]) -> String {
    let mut command = bench.command(words);
    command.env("AUTHCTL_COMPLETE", "bash").env("_CLAP_IFS", " ");
    command.env("_CLAP_COMPLETE_INDEX", (words.len() - 2).to_string());
    let output = command.output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn scopes_complete_one_after_the_other_and_none_twice() {
    let bench = Bench::new();
    let require = |list: &str| offered(&bench, &["--", "authctl", "check", "--require", list]);
    assert_eq!(require(""), "admin items me");
    assert_eq!(require("m"), "me");
    assert_eq!(require("me,"), "me,admin me,items");
    assert_eq!(require("items me,a"), "items me,admin");
    assert_eq!(require("x"), "");
}

#[test]
fn the_store_named_on_the_line_is_the_one_that_is_asked() {
    let bench = Bench::new();
    bench.write("other.toml", "[users.zoe]\nhashed_password = \"!\"\n");
    let path = bench.path("other.toml").display().to_string();
    for option in [&["--users-file", &path][..], &[&format!("--users-file={path}")]] {
        let words = [&["--", "authctl"], option, &["users", "show", "z"]].concat();
        assert_eq!(offered(&bench, &words), "zoe");
    }
}

#[test]
fn without_a_store_that_can_be_read_no_name_is_offered_and_nothing_said() {
    let words = ["--", "authctl", "users", "show", "j"];
    assert_eq!(offered(&Bench::empty(), &words), "");
    assert_eq!(offered(&Bench::with_store("nonsense"), &words), "");
    assert_eq!(offered(&Bench::new(), &words), "johndoe");
}

#[test]
fn the_variable_of_the_scripts_alone_changes_nothing() {
    let mut bench = Bench::new();
    bench.set("AUTHCTL_COMPLETE", "bash");
    assert_snapshot!(bench.run("check --stateless nonsense"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
}

#[cfg(target_os = "linux")]
mod shells {
    use std::ffi::OsString;
    use std::path::Path;
    use std::process::Command;

    use insta::assert_snapshot;

    use super::{Bench, checked_in};
    use crate::screen::Screen;

    const STORE: &str = r#"
[scopes]
me = "Read information about the current user."
items = "Read items."
"users:read" = "Read: users."

[users.johndoe]
full_name = "John Doe"
hashed_password = "!"
scopes = ["me", "items"]

[users."alice@example.com"]
full_name = "Alice \u001b[2J\nChains"
hashed_password = "!"
"#;

    /// What is typed, and what comes of it, if it was completed to what was meant.
    const LINES: [(&str, &str); 8] = [
        ("authctl hash\t--help\n", "Hash a password with Argon2id"),
        ("authctl login --expires\t0\n", "must be longer than 0"),
        ("authctl users show jo\t\n", "John Doe"),
        ("authctl users show alice@\t\n", r"Alice \u{1b}[2J\nChains"),
        ("authctl users revoke johndoe me,it\t\n", "took `me` and `items` from user `johndoe`"),
        ("authctl users grant johndoe users:r\t\n", "granted `users:read` to user `johndoe`"),
        ("authctl login --scope=users:r\t --expires-in 0\n", "must be longer than 0"),
        ("authctl check --require me,\t\t", "me,items"),
    ];

    /// Whether there is such a shell. With `AUTHCTL_PEERS=1` there has to be.
    #[expect(clippy::print_stderr, reason = "a test says what it did not run")]
    fn is_installed(shell: &str) -> bool {
        let installed = Command::new(shell).arg("--version").output().is_ok();
        if !installed {
            assert!(std::env::var_os("AUTHCTL_PEERS").is_none(), "{shell} is not installed");
            eprintln!("not run: {shell} is not installed");
        }
        installed
    }

    /// A home with that store and the scripts.
    fn bench() -> Bench {
        let bench = Bench::with_store(STORE);
        for name in ["authctl.bash", "_authctl", "authctl.fish"] {
            bench.write(name, checked_in(name));
        }
        bench
    }

    /// A shell in that home, with `authctl` in its `PATH`.
    fn shell(bench: &Bench, name: &str) -> Command {
        let authctl = bench.command("");
        let mut path = OsString::from(Path::new(authctl.get_program()).parent().unwrap());
        path.push(":");
        path.push(std::env::var_os("PATH").unwrap());
        let mut shell = Command::new(name);
        shell.env_clear().env("PATH", path).env("HOME", bench.home()).env("ZDOTDIR", bench.home());
        shell.envs(authctl.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("TERM", "xterm").current_dir(bench.home());
        shell
    }

    /// Types each line into a shell that reads `rc` first.
    fn completes(name: &str, rc: &str, args: &[&str]) {
        if !is_installed(name) {
            return;
        }
        for (line, outcome) in LINES {
            let bench = bench();
            bench.write(".zshrc", rc);
            let mut shell = shell(&bench, name);
            shell.args(args);
            let mut screen = Screen::new(shell);
            screen.wait_for("ready> ").type_in(line).wait_for(outcome);
            screen.kill();
        }
    }

    #[test]
    fn bash_completes() {
        let args = ["--noprofile", "--rcfile", ".zshrc", "-i"];
        completes("bash", "PS1='ready> '; source authctl.bash", &args);
    }

    #[test]
    fn zsh_completes_with_the_script_in_its_path() {
        let rc = "PS1='ready> '; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D";
        completes("zsh", rc, &["-d", "-i"]);
    }

    #[test]
    fn zsh_completes_with_the_script_from_the_command() {
        let rc = "PS1='ready> '; autoload -Uz compinit; compinit -u -D; source <(authctl completions zsh)";
        completes("zsh", rc, &["-d", "-i"]);
    }

    #[test]
    fn fish_completes() {
        if !is_installed("fish") {
            return;
        }
        let offered = |line: &str| {
            let bench = bench();
            let mut fish = shell(&bench, "fish");
            let command = format!("source authctl.fish; complete --do-complete '{line}'");
            let output = fish.args(["--no-config", "--command", &command]).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        assert_snapshot!(offered("authctl h"), @"
        hash-password	Hash a password with Argon2id, ready for the user store
        help	Show help for a command, or the exit codes
        ");
        assert_snapshot!(offered("authctl login --exp"), @"--expires-in	How long the token lives: 90s, 30m, 12h, 7d [default: `lifetime` of the store]");
        assert_snapshot!(offered("authctl users show "), @r"
        alice@example.com	Alice \u{1b}[2J\nChains
        johndoe	John Doe
        --users-file	The user store [default: users.toml in the home of authctl; env: `AUTHCTL_USERS_FILE`]
        --key-file	The key file [default: secret.key in the home of authctl; env: `AUTHCTL_KEY_FILE`]
        --json	Answer in JSON
        --color	When to colour
        --help	Print help (see more with '--help')
        ");
        assert_snapshot!(offered("authctl users show alice@"), @r"alice@example.com	Alice \u{1b}[2J\nChains");
        assert_snapshot!(offered("authctl check --require me,"), @"
        me,items	Read items.
        me,users:read	Read: users.
        ");
        assert_snapshot!(offered("authctl login -s users:r"), @"users:read	Read: users.");
        assert_snapshot!(offered("authctl login --scope=me,i"), @"--scope=me,items	Read items.");
    }
}

#[test]
fn nothing_is_offered_that_a_shell_would_run() {
    let bench = Bench::new();
    let scopes = "[scopes]\n\"me$(touch${IFS}x)\" = ''\n\"me;x\" = ''\n\"me:read\" = ''\n\"me'\" = ''\n";
    bench.write("users.toml", scopes);
    let mut command = bench.command("-- authctl check --require me");
    command.envs([("AUTHCTL_COMPLETE", "fish")]);
    let offered = String::from_utf8(command.output().unwrap().stdout).unwrap();
    assert_eq!(offered.lines().map(str::trim_end).collect::<Vec<_>>(), ["me:read"], "{offered}");
}
