//! Completion in the installed shells: types, completes and runs lines.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::bench::{Bench, SECRET};
use crate::completions::checked_in;
use crate::screen::Screen;

const STORE: &str = r#"
[scopes]
me = "Read information about the current user."
items = "Read items."
"users:read" = "Read: users."
"odd;touch${IFS}P;`x`$(y)'!!<>*?[{~#&|" = "Odd."

[users.johndoe]
full_name = "John Doe"
hashed_password = "!"
scopes = ["me", "items"]

[users."alice@example.com"]
full_name = "Alice \u001b[2J\nChains"
hashed_password = "!"
"#;

/// A typed line, and the output of the intended completion.
const LINES: [(&str, &str); 10] = [
    ("authctl hash\t--help\n", "Hash a password with Argon2id"),
    ("authctl help exit\t\n", "could not tell"),
    ("authctl man keys ro\t\n", "authctl-keys-rotate"),
    ("authctl login --expires\t0\n", "must be longer than 0"),
    ("authctl users show jo\t\n", "John Doe"),
    ("authctl users show alice@\t\n", r"Alice \u{1b}[2J\nChains"),
    ("authctl users revoke johndoe me,it\t\n", "took `me` and `items` from user `johndoe`"),
    ("authctl users grant johndoe users:r\t\n", "granted `users:read` to user `johndoe`"),
    ("authctl login --scope=users:r\t --expires-in 0\n", "must be longer than 0"),
    ("authctl check --require me,\t\t", "me,items"),
];

/// Paths as a shell knows them: the file is completed, or the store that the path names is asked.
const PATHS: [(&str, &str); 7] = [
    ("authctl --users-file odd\\ dir/o\t users show zo\t\n", "Zoe Washburne"),
    ("authctl --users-file ~/odd\\ dir/o\t users show zo\t\n", "Zoe Washburne"),
    ("authctl --users-file \"$HOME/odd dir/o\t\t users show zo\t\n", "Zoe Washburne"),
    ("authctl --users-file=$HOME/odd\\ dir/o\t\t users show zo\t\n", "Zoe Washburne"),
    ("authctl --users-file 'odd dir'/o\t users show zo\t\n", "Zoe Washburne"),
    ("authctl --users-file=\"$HOME\"/'odd dir/other.toml' users show zo\t\n", "Zoe Washburne"),
    ("authctl users grant johndoe odd\t\n", "granted `odd;touch${IFS}P;`x`$(y)'!!<>*?[{~#&|` to"),
];

/// Names of files that run commands if a shell reads them unquoted. Each has another first letter.
const FILES: [&str; 9] = [
    "q;touch P;.jwk",
    "b$(touch P).jwk",
    "c`touch P`.jwk",
    "d e'f\"g\\h.jwk",
    "i\ntouch P\n.jwk",
    "j!!&|<>*?[{~#^=(.jwk",
    "k\"",
    "l'",
    "m\u{1b}\u{7f}\u{e9}",
];

/// Whether the shell is installed. With `AUTHCTL_PEERS=1` a missing one fails the test.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
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
    std::fs::create_dir(bench.path("odd dir")).unwrap();
    bench
        .write("odd dir/other.toml", "[users.zoe]\nhashed_password = \"!\"\nfull_name = \"Zoe Washburne\"\n");
    for name in ["authctl.bash", "_authctl", "authctl.fish", "authctl.elv"] {
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
    shell.env("TERM", "xterm").env("LC_ALL", "C.UTF-8").current_dir(bench.home());
    shell
}

/// Types each line into a shell that reads `rc` first.
fn completes(name: &str, rc: &str, args: &[&str], lines: &[(&str, &str)]) {
    if !is_installed(name) {
        return;
    }
    for (line, outcome) in lines {
        let bench = bench();
        bench.write(".zshrc", rc);
        let mut shell = shell(&bench, name);
        shell.args(args);
        let mut screen = Screen::new(shell);
        screen.wait_for("ready> ").type_in(line).wait_for(outcome);
        screen.kill();
    }
}

/// A file of each hostile name, completed after each of `openings` and entered: it is the file that is
/// read, and nothing runs.
fn enters_hostile_names(name: &str, rc: &str, args: &[&str], openings: &[impl AsRef<str>]) {
    if !is_installed(name) {
        return;
    }
    for opening in openings.iter().map(AsRef::as_ref) {
        let bench = bench();
        bench.write(".zshrc", rc);
        let folder = "n;touch P; $(touch P)'/";
        std::fs::create_dir(bench.path(folder)).unwrap();
        let in_folder = format!("{folder}o;touch P");
        // The length of the key tells which file was used.
        let bits = |at: usize| 8 * (40 + at);
        let files: Vec<&str> = FILES.into_iter().chain([in_folder.as_str()]).collect();
        for (at, file) in files.iter().enumerate() {
            bench.write(file, &SECRET.as_bytes()[..bits(at) / 8]);
        }
        let mut shell = shell(&bench, name);
        shell.args(args);
        let mut screen = Screen::new(shell);
        for (at, file) in files.iter().enumerate() {
            let first = &file[..1];
            let last = if *file == in_folder { "o\t" } else { "" };
            let line = format!("authctl keys list {opening}{first}\t{last}\n");
            screen.wait_for("ready> ").type_in(&line).wait_for(&format!("{} bits", bits(at)));
        }
        screen.kill();
        assert!(!bench.files().contains(&"P".to_owned()), "something ran after {opening}");
    }
}

const OPENINGS: [&str; 6] =
    ["--key-file ", "--key-file '", "--key-file \"", "--key-file $'", "--key-file=", "--key-file='"];

const BASH: &str = "PS1='ready> '; source authctl.bash";
const BASH_ARGS: [&str; 4] = ["--noprofile", "--rcfile", ".zshrc", "-i"];
const ZSH: &str = "PS1='ready> '; fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D";
const ZSH_ARGS: [&str; 2] = ["-d", "-i"];

#[test]
fn bash_completes() {
    completes("bash", BASH, &BASH_ARGS, &LINES);
    completes("bash", BASH, &BASH_ARGS, &PATHS);
    let redirections = [
        ("authctl check < authctl.ba\t\n", "line 1: "),
        ("authctl decode 2> P <authctl.ba\t; cat P\n", "line 1: "),
        ("authctl check x 2> authctl.el\t; wc -l authctl.elv\n", " authctl.elv"),
    ];
    completes("bash", BASH, &BASH_ARGS, &redirections);
}

#[test]
fn bash_runs_no_name() {
    enters_hostile_names("bash", BASH, &BASH_ARGS, &OPENINGS);
}

#[test]
fn zsh_completes_with_the_script_in_its_path() {
    completes("zsh", ZSH, &ZSH_ARGS, &LINES);
    completes("zsh", ZSH, &ZSH_ARGS, &PATHS);
}

#[test]
fn zsh_completes_with_the_script_from_the_command() {
    let rc = "PS1='ready> '; autoload -Uz compinit; compinit -u -D; source <(authctl completions zsh)";
    completes("zsh", rc, &ZSH_ARGS, &LINES);
}

#[test]
fn zsh_runs_no_name() {
    enters_hostile_names("zsh", ZSH, &ZSH_ARGS, &OPENINGS);
}

const ELVISH: &str = "set edit:prompt = { put 'ready> ' }; set edit:rprompt = { }; eval (slurp <authctl.elv)";
const ELVISH_ARGS: [&str; 2] = ["-rc", ".zshrc"];

#[test]
fn elvish_completes() {
    let lines = [
        ("authctl hash\t --help\n", "Hash a password with Argon2id"),
        ("authctl users show alice@\t\n", r"Alice \u{1b}[2J\nChains"),
        ("authctl --users-file ~/'odd dir/other.toml' users show zo\t\n", "Zoe Washburne"),
        // The first Enter accepts the quoted completion.
        ("authctl users grant johndoe odd\t\n\n", "granted `odd;touch${IFS}P;`x`$(y)'!!<>*?[{~#&|` to"),
    ];
    completes("elvish", ELVISH, &ELVISH_ARGS, &lines);
}

const FISH: &str =
    "function fish_prompt; echo 'ready> '; end; function fish_greeting; end; source authctl.fish";
const FISH_ARGS: [&str; 3] = ["--no-config", "--init-command", "source .zshrc"];

#[test]
fn fish_completes_and_enters() {
    completes("fish", FISH, &FISH_ARGS, &LINES);
    completes("fish", FISH, &FISH_ARGS, &PATHS);
}

#[test]
fn fish_runs_no_name() {
    let openings = OPENINGS.map(|opening| opening.replace('$', ""));
    enters_hostile_names("fish", FISH, &FISH_ARGS, &openings);
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
    help	Show help for a command, or a topic
    ");
    assert_snapshot!(offered("authctl login --exp"), @"--expires-in	How long the token lives: 30m, 12h, or seconds");
    assert_snapshot!(offered("authctl users show "), @r"
    alice@example.com	Alice \u{1b}[2J\nChains
    johndoe	John Doe
    --users-file	The user store [default: users.toml in the home of authctl; env: `AUTHCTL_USERS_FILE`]
    --key-file	The key file [default: secret.key in the home of authctl; env: `AUTHCTL_KEY_FILE`]
    --json	Answer in JSON
    --color	When to colour
    --help	Print help; `-h` a summary
    ");
    assert_snapshot!(offered("authctl users show alice@"), @r"alice@example.com	Alice \u{1b}[2J\nChains");
    assert_snapshot!(offered("authctl check --require me,"), @"
    me,items	Read items.
    me,odd;touch${IFS}P;`x`$(y)'!!<>*?[{~#&|	Odd.
    me,users:read	Read: users.
    ");
    assert_snapshot!(offered("authctl login -s users:r"), @"users:read	Read: users.");
    assert_snapshot!(offered("authctl login --scope=me,i"), @"--scope=me,items	Read items.");
}
