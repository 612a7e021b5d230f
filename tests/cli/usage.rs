//! The command line: help, and what is said of one that makes no sense.

use insta::assert_snapshot;

use crate::bench::Bench;

#[test]
fn an_argument_too_many_is_not_shown_because_it_may_be_a_password() {
    let bench = Bench::new();
    for args in [
        ["login", "johndoe", "hunter2"].as_slice(),
        &["login", "johndoe", "--password-stdin", "hunter2"],
        &["login", "johndoe", "--password", "hunter2"],
        &["login", "johndoe", "--password=hunter2"],
        &["login", "johndoe", "-phunter2"],
        &["login", "johndoe", "-p", "hunter2"],
        &["login", "johndoe", "--password-stdin=hunter2"],
        &["--password=hunter2", "login", "johndoe"],
        &["hash-password", "hunter2"],
        &["hash-password", "--password", "hunter2"],
        &["users", "add", "bob", "hunter2"],
        &["users", "add", "bob", "--password", "hunter2"],
        &["users", "passwd", "johndoe", "hunter2"],
        &["users", "passwd", "johndoe", "--generate=hunter2"],
        &["users", "list", "hunter2"],
        &["init", "hunter2"],
        &["init", "--user", "bob", "hunter2"],
        &["completions", "bash", "hunter2"],
        &["check", "--secret=hunter2", "x"],
        &["check", "--quiet=hunter2", "x"],
        &["--json", "login", "johndoe", "hunter2"],
        &["--json=hunter2", "login", "johndoe"],
        &["login", "johndoe", "--", "hunter2"],
        &["login", "johndoe", "--", "--hunter2"],
        &["login", "johndoe", "-\u{fc}hunter2"],
    ] {
        let answer = bench.answer(args, "secret");
        let text = [answer.raw.stdout.as_slice(), &answer.raw.stderr].concat();
        assert!(!String::from_utf8_lossy(&text).contains("hunter2"), "{args:?}: {}", answer.transcript());
        assert_eq!(answer.code, Some(2), "{args:?}: {}", answer.transcript());
    }
    assert_snapshot!(bench.run("login johndoe hunter2"), @"
    2> error: there is an argument too many
    2> hint: run `authctl login --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("login johndoe --password=hunter2"), @"
    2> error: there is no option `--password` here
    2> hint: did you mean `--password-stdin`?
    [exit 2]
    ");
    assert_snapshot!(bench.run("hash-password hunter2"), @"
    2> error: there is an argument too many
    2> hint: run `authctl hash-password --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("--json login johndoe hunter2"), @r#"
    {"error":"usage","hint":"run `authctl login --help`","message":"there is an argument too many"}
    2> error: there is an argument too many
    2> hint: run `authctl login --help`
    [exit 2]
    "#);
}

#[test]
fn wrong_usage_is_told_in_the_words_of_every_other_error() {
    let bench = Bench::new();
    assert_snapshot!(bench.run("frobnicate"), @"
    2> error: there is no command `frobnicate`
    2> hint: run `authctl --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("chek"), @"
    2> error: there is no command `chek`
    2> hint: did you mean `check`?
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --requir me x"), @"
    2> error: there is no option `--requir` here
    2> hint: did you mean `--require`?
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --require"), @"
    2> error: `--require <LIST>` needs a value
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --leeway soon x"), @"
    2> error: `soon` is no value for `--leeway <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --color sometimes x"), @"
    2> error: `sometimes` is no value for `--color <WHEN>`
    2> hint: it can be `auto`, `always` or `never`
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --user a --user b x"), @"
    2> error: `--user <NAME>` was given more than once
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --json --json x"), @r#"
    {"error":"usage","hint":"run `authctl check --help`","message":"`--json` was given more than once"}
    2> error: `--json` was given more than once
    2> hint: run `authctl check --help`
    [exit 2]
    "#);
    assert_snapshot!(bench.run("check --frobnicate=secret x"), @"
    2> error: there is no option `--frobnicate` here
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("check -Z"), @"
    2> error: there is no option `-Z` here
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("users show"), @"
    2> error: `<NAME>` is missing
    2> hint: run `authctl users show --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run(["users", "show", "a b"]), @"
    2> error: `a b` is no value for `<NAME>`: ` ` cannot be part of a username
    2> hint: run `authctl users show --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("users frobnicate"), @"
    2> error: there is no command `frobnicate`
    2> hint: run `authctl users --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("completions tcsh"), @"
    2> error: `tcsh` is no value for `<SHELL>`
    2> hint: did you mean `zsh`?
    [exit 2]
    ");
    assert_snapshot!(bench.run("help frobnicate"), @"
    2> error: there is no command `frobnicate`
    2> hint: run `authctl --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("--json check --leeway soon x"), @r#"
    {"error":"usage","hint":"run `authctl check --help`","message":"`soon` is no value for `--leeway <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`"}
    2> error: `soon` is no value for `--leeway <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`
    2> hint: run `authctl check --help`
    [exit 2]
    "#);
    assert_snapshot!(bench.run("check --leeway soon x --json"), @r#"
    {"error":"usage","hint":"run `authctl check --help`","message":"`soon` is no value for `--leeway <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`"}
    2> error: `soon` is no value for `--leeway <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`
    2> hint: run `authctl check --help`
    [exit 2]
    "#);
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_text_is_no_crash() {
    use std::os::unix::ffi::OsStrExt;
    let bench = Bench::new();
    let odd = std::ffi::OsStr::from_bytes(b"x\xff\x9by");
    let run = |args: &[&str]| {
        let output = bench.command(args).arg(odd).output().unwrap();
        bench.answer_of(output).transcript()
    };
    assert_snapshot!(run(&["check"]), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(run(&["check", "--user"]), @"
    2> error: an argument is not UTF-8
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(run(&["login"]), @"
    2> error: an argument is not UTF-8
    2> hint: run `authctl login --help`
    [exit 2]
    ");
    assert_snapshot!(run(&[]), @"
    2> error: there is no command `x��y`
    2> hint: run `authctl --help`
    [exit 2]
    ");
    assert_snapshot!(run(&["check", "x", "--key-file"]), @"
    2> error: key file `x��y` does not exist
    2> hint: run `authctl init`
    [exit 2]
    ");
}

const LEVELS: [&str; 20] = [
    "",
    "init",
    "login",
    "check",
    "decode",
    "hash-password",
    "users",
    "users list",
    "users show",
    "users add",
    "users passwd",
    "users set",
    "users grant",
    "users revoke",
    "users enable",
    "users disable",
    "users sign-out",
    "users remove",
    "completions",
    "help",
];

#[test]
fn help_starts_with_an_example_on_every_level() {
    let bench = Bench::empty();
    for level in LEVELS {
        for flag in ["--help", "-h"] {
            let answer = bench.answer(&format!("{level} {flag}"), "");
            assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{level}");
            let example = format!("Example:\n  authctl {level}");
            let has_example =
                answer.stdout.starts_with("Example:\n") && answer.stdout.contains(example.trim_end());
            let piped = level == "check" || level == "login" || level == "completions";
            assert!(
                answer.stdout.starts_with("Example:\n") && (has_example || piped),
                "{level}: {}",
                answer.stdout
            );
        }
        let help = bench.answer(&format!("help {level}"), "");
        assert_eq!(help.code, Some(0), "{level}");
        assert!(help.stdout.starts_with("Example:\n"), "{level}");
    }
}

#[test]
fn there_is_no_option_for_a_password_or_a_secret() {
    let bench = Bench::empty();
    for level in LEVELS {
        let help = bench.answer(&format!("{level} --help"), "").stdout;
        for line in help.lines().filter(|line| line.trim_start().starts_with('-')) {
            let names = line.trim_start().split("  ").next().unwrap();
            let takes_a_secret = names.contains("--secret")
                || names.contains("--password ")
                || names.contains("--password=")
                || names.contains("--key ");
            assert!(!takes_a_secret, "{level}: {line}");
        }
    }
}

#[test]
fn the_exit_codes_are_told() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("help exit-codes"), @"
    Exit codes:
      0    yes: done, or the token is good for everything asked
      1    no: wrong username or password, disabled user, scope not granted; malformed, forged, revoked
           or unacceptable token; a finding of `doctor`
      2    could not tell: wrong usage, no token given, missing, unreadable or invalid file, no or weak
           key, no terminal to prompt on, I/O error
      3    no: the token is genuine, but expired (or expires within `--min-ttl`)
      4    no: the token is genuine and live, but lacks a required scope
      130  interrupted by Ctrl-C (143: by SIGTERM)

    When several hold, the code is that of the first in this order: shape and signature (1), type,
    issuer, audience and claims (1), time (3), user and revocation (1), scopes (4). Of many tokens the
    first refused one gives the code; 0 only if every one is good.
    [exit 0]
    ");
    let codes = bench.answer("help exit-codes", "").stdout;
    assert!(bench.answer("--help", "").stdout.ends_with(&codes));
}

#[test]
fn the_version_is_that_of_the_package() {
    let bench = Bench::empty();
    for args in ["--version", "-V"] {
        assert_eq!(bench.run(args), format!("authctl {}\n[exit 0]", env!("CARGO_PKG_VERSION")));
    }
}

#[test]
fn without_a_command_help_is_on_standard_error() {
    let bench = Bench::empty();
    let answer = bench.answer("", "");
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""));
    assert!(answer.stderr.starts_with("Example:\n"), "{}", answer.stderr);
    assert_snapshot!(bench.run("--json"), @r#"
    {"error":"usage","hint":"run `authctl --help`","message":"a command is missing"}
    2> error: a command is missing
    2> hint: run `authctl --help`
    [exit 2]
    "#);
}
