//! The completion scripts: as checked in, and in the shells they are for.

use std::fs;
use std::path::Path;

use insta::assert_snapshot;

use crate::bench::Bench;

pub(crate) fn checked_in(name: &str) -> String {
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

/// The completions of the last of `words`, with spaces between.
fn offered(bench: &Bench, words: &[&str]) -> String {
    let mut command = bench.command([&["--", "authctl"], words].concat().as_slice());
    let output = command.env("AUTHCTL_COMPLETE", "elvish").output().unwrap();
    assert!(output.status.success());
    let offered = String::from_utf8(output.stdout).unwrap();
    offered.split_terminator('\0').collect::<Vec<_>>().join(" ")
}

/// The answer for the script of `shell` with these arguments.
fn answer(bench: &Bench, shell: &str, args: &[&str]) -> String {
    let mut command = bench.command([&["--"], args].concat().as_slice());
    let output = command.env("AUTHCTL_COMPLETE", shell).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().replace('\0', "|")
}

#[test]
fn scopes_complete_one_after_the_other_and_none_twice() {
    let bench = Bench::new();
    let require = |list: &str| offered(&bench, &["check", "--require", list]);
    assert_eq!(require(""), "admin items me");
    assert_eq!(require("m"), "me");
    assert_eq!(require("me,"), "me,admin me,items");
    assert_eq!(require("items me,a"), "items me,admin");
    assert_eq!(require("x"), "");
}

#[test]
fn own_options_are_offered_before_those_of_every_command() {
    assert_eq!(
        offered(&Bench::new(), &["login", "--"]),
        "--scope --all-scopes --expires-in --password-stdin --users-file --key-file --json --color --help"
    );
}

#[test]
fn help_and_man_complete_commands_and_topics() {
    let bench = Bench::new();
    let all = offered(&bench, &["help", ""]);
    for name in ["login", "users", "keys", "exit-codes", "files", "environment", "users-file"] {
        assert!(all.split(' ').any(|offered| offered == name), "{name}: {all}");
    }
    assert_eq!(offered(&bench, &["help", "users", "gr"]), "grant");
    assert_eq!(offered(&bench, &["help", "users", "users"]), "");
    assert_eq!(offered(&bench, &["--color", "never", "help", "ex"]), "exit-codes");
    assert_eq!(offered(&bench, &["man", "ex"]), "");
    assert_eq!(offered(&bench, &["man", "u"]), "users users-file");
    assert_eq!(offered(&bench, &["man", "keys", "ro"]), "rotate");
}

#[test]
fn the_store_named_on_the_line_is_the_one_that_is_asked() {
    let bench = Bench::new();
    bench.write("other.toml", "[users.zoe]\nhashed_password = \"!\"\n");
    let path = bench.path("other.toml").display().to_string();
    for option in [&["--users-file", &path][..], &[&format!("--users-file={path}")]] {
        let words = [option, &["users", "show", "z"]].concat();
        assert_eq!(offered(&bench, &words), "zoe");
    }
}

#[test]
fn without_a_store_that_can_be_read_no_name_is_offered_and_nothing_said() {
    let words = ["users", "show", "j"];
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

#[test]
fn a_scope_that_a_shell_would_run_is_quoted() {
    let bench = Bench::new();
    bench.write("users.toml", "[scopes]\n\"me;$(touch${IFS}x)`y`'!\" = 'Odd.'\n\"me:read\" = ''\n");
    let bash = |line: &str, end: &str| answer(&bench, "bash", &[line, end]);
    assert_snapshot!(bash("authctl check -r me", "me"), @r"me:read|me\;\$\(touch\$\{IFS\}x\)\`y\`\'\!|");
    assert_snapshot!(bash("authctl check -r \"me", "me"), @r#"me:read"|me;\$(touch\${IFS}x)\`y\`'"'!'""|"#);
    assert_snapshot!(bash("authctl check -r 'me", "me"), @r"me:read'|me;$(touch${IFS}x)`y`'\''!'|");
    assert_snapshot!(bash("authctl check -r $'me", "me"), @r"me:read'|me;$(touch${IFS}x)`y`\047\041'|");
    assert_snapshot!(answer(&bench, "zsh", &["authctl", "check", "-r", "me"]), @r"me\:read|\:read|me;$(touch${IFS}x)`y`'!:Odd.|;$(touch${IFS}x)`y`'!|");
    assert_snapshot!(answer(&bench, "fish", &["authctl check -r me\n"]), @"me:read|me;$(touch${IFS}x)`y`'!	Odd.|");
}

/// The answer for PowerShell's script and a line of which the completer replaces `word`.
fn powershell(bench: &Bench, line: &str, word: &str) -> String {
    let mut command = bench.command("--");
    command.env("AUTHCTL_COMPLETE", "powershell").env("AUTHCTL_COMPLETE_LINE", line);
    let output = command.env("AUTHCTL_COMPLETE_WORD", word).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn powershell_gets_what_it_takes_for_one_word() {
    let bench = Bench::new();
    bench.write("users.toml", "[scopes]\n\"me;$(x)\" = 'Odd.'\n\"me:read\" = ''\n");
    assert_snapshot!(powershell(&bench, "authctl check -r items,me", "me"), @"
    me:read	items,me:read	items,me:read
    me`;`$`(x`)	items,me;$(x)	Odd.
    ");
}

// Windows has no file with `"` in its name.
#[cfg(unix)]
#[test]
fn powershell_gets_a_file_as_one_word() {
    let bench = Bench::new();
    bench.write("k;rm x $(y)`z'\u{2019}\".jwk", "");
    assert_snapshot!(powershell(&bench, "authctl --key-file k", "k"), @r#"k`;rm` x` `$`(y`)``z`'`’`".jwk	k;rm x $(y)`z'’".jwk	k;rm x $(y)`z'’".jwk"#);
    assert_snapshot!(powershell(&bench, "authctl --key-file 'k", "'k"), @r#"'k;rm x $(y)`z''’’".jwk'	k;rm x $(y)`z'’".jwk	k;rm x $(y)`z'’".jwk"#);
    assert_snapshot!(powershell(&bench, "authctl --key-file \"k", "\"k"), @r#""k;rm x `$(y)``z'’`".jwk"	k;rm x $(y)`z'’".jwk	k;rm x $(y)`z'’".jwk"#);
}

#[test]
fn powershell_evaluates_nothing_that_was_typed() {
    let script = checked_in("_authctl.ps1");
    for evaluates in ["Invoke-Expression", "iex", "ScriptBlock]::Create", "InvokeScript", "ExpandString"] {
        assert!(!script.contains(evaluates), "{evaluates}");
    }
    // The one command is given nothing of the line, and finds that in variables.
    assert!(script.contains("\n        authctl '--' 2>$null |"), "{script}");
}

#[test]
fn what_only_the_shell_can_work_out_has_no_completion() {
    let bench = Bench::new();
    // In these shells `\` quotes what follows.
    let file = bench.path("users.toml").display().to_string().replace('\\', "/");
    for (shell, unknown) in [
        ("bash", "$(echo x)"),
        ("bash", "`echo x`"),
        ("bash", "<(echo x)"),
        ("bash", "\"$NOT_SET\""),
        ("bash", "~nobody/x"),
        ("bash", "*.toml"),
        ("fish", "(echo x)"),
        ("fish", "\"$NOT_SET\""),
        ("fish", "{a,b}"),
    ] {
        let offered = |file: &str| {
            let line = format!("authctl --users-file {file} users show joh");
            let end: &[&str] = if shell == "bash" { &["joh"] } else { &[] };
            answer(&bench, shell, &[&[line.as_str()], end].concat())
        };
        assert_eq!(offered(unknown), "", "{shell} {unknown}");
        assert!(offered(&file).starts_with("johndoe"), "{shell}");
    }
}

#[test]
fn a_redirection_and_another_command_are_no_arguments() {
    let bench = Bench::new();
    let offered = |line: &str| answer(&bench, "bash", &[line, ""]);
    let names = "johndoe";
    for line in [
        "authctl users show <in 2>&1 johnd",
        "A=b authctl users show johnd",
        "true; authctl users show johnd",
    ] {
        assert_eq!(offered(line), names.trim_start_matches("johnd").to_owned() + "|", "{line}");
    }
    for line in ["authctl users show <johnd", "authc", "", "authctl users show $(johnd"] {
        assert_eq!(offered(line), "", "{line}");
    }
}
