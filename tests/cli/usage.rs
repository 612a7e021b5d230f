//! Errors of wrong usage.

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
        &["login", "johndoe", "--password hunter2"],
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
        &["users", "set", "johndoe", "hunter2"],
        &["users", "list", "hunter2"],
        &["completions", "bash", "hunter2"],
        &["keys", "rotate", "hunter2"],
        &["init", "hunter2"],
        &["issue", "johndoe", "hunter2"],
        &["narrow", "--scope", "me", "x", "hunter2"],
        &["init", "--user", "bob", "hunter2"],
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
    2> error: there is an argument too many: it is not shown because it may be a secret
    2> hint: scopes go in `--scope`: `--scope me,items`; a password is no argument: it is asked for, or read from standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(bench.run("login johndoe --password=hunter2"), @"
    2> error: there is no option `--password` here
    2> hint: did you mean `--password-stdin`? a name that begins with `-` goes after `--`
    [exit 2]
    ");
    assert_snapshot!(bench.run("init johndoe"), @"
    2> error: there is an argument too many: it is not shown because it may be a secret
    2> hint: a user is named with `--user`; scopes go in `--scope`: `--scope me,items`; a password is no argument: it is asked for, or read from standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(bench.run("hash-password hunter2"), @"
    2> error: there is an argument too many: it is not shown because it may be a secret
    2> hint: a password is no argument: it is asked for, or read from standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(bench.run("--json login johndoe hunter2"), @r#"
    {"error":"usage","hint":"scopes go in `--scope`: `--scope me,items`; a password is no argument: it is asked for, or read from standard input with `--password-stdin`","message":"there is an argument too many: it is not shown because it may be a secret"}
    2> error: there is an argument too many: it is not shown because it may be a secret
    2> hint: scopes go in `--scope`: `--scope me,items`; a password is no argument: it is asked for, or read from standard input with `--password-stdin`
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
    assert_snapshot!(bench.run("d"), @"
    2> error: there is no command `d`
    2> hint: did you mean `decode` or `doctor`?
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --requir me x"), @"
    2> error: there is no option `--requir` here
    2> hint: did you mean `--require`? a token that begins with `-` goes after `--`, or on standard input
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
    2> hint: a token that begins with `-` goes after `--`, or on standard input
    [exit 2]
    ");
    assert_snapshot!(bench.run("check -Z"), @"
    2> error: there is no option `-Z` here
    2> hint: a token that begins with `-` goes after `--`, or on standard input
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
    2> hint: run `authctl --help`, or `authctl help` with `exit-codes`, `files`, `environment` or `users-file`
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
    2> error: malformed token: character 2 is not UTF-8; a token has only letters, digits, `-`, `_` and dots
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
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init --key-file 'x��y'`
    [exit 2]
    ");
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

#[test]
fn a_value_that_begins_with_a_hyphen_is_told_where_it_goes() {
    let bench = Bench::new();
    let hint = |args: &str| {
        let answer = bench.answer(args, bench.token("johndoe", "me"));
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{args}");
        answer.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).unwrap().to_owned()
    };
    let tokens = "a token that begins with `-` goes after `--`, or on standard input";
    let names = "a name that begins with `-` goes after `--`";
    let lists = "a name or scope list that begins with `-` goes after `--`";
    for (args, expected) in [
        ("check -x", tokens),
        ("check --require me --eyJhbGciOiJIUzI1NiJ9", tokens),
        ("decode -x", tokens),
        ("revoke -x", tokens),
        ("login -x", names),
        ("users disable -x", names),
        ("users grant -x me", lists),
        ("users grant johndoe -x", lists),
        ("check --require -x", "a value that begins with `-` goes after `=`: `--require=VALUE`"),
        ("check -qr -x", "a value that begins with `-` goes after `=`: `--require=VALUE`"),
        ("check --require --help", "a value that begins with `-` goes after `=`: `--require=VALUE`"),
        ("check --require -- x", "a value that begins with `-` goes after `=`: `--require=VALUE`"),
        ("login johndoe -s --all-scopes", "a value that begins with `-` goes after `=`: `--scope=VALUE`"),
        ("init --user -x", "a value that begins with `-` goes after `=`: `--user=VALUE`"),
        ("check --require", "run `authctl check --help`"),
        ("users list -x", "run `authctl users list --help`"),
    ] {
        assert_eq!(hint(args), expected, "{args}");
    }
    // Where it goes, it is a token like any other.
    assert_snapshot!(bench.run("check -- --help"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.run("check --require=-x -- -V"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    ");
    assert_snapshot!(bench.run("users disable -- -x"), @"
    2> error: user `-x` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
}

#[test]
fn a_word_that_means_something_here_is_told_by_its_name() {
    let bench = Bench::new();
    for (args, meant) in [
        ("verify", "authctl check"),
        ("verify login", "authctl check"),
        ("inspect", "authctl decode"),
        ("whoami", "authctl decode --claim sub"),
        ("token", "authctl login"),
        ("logout", "authctl users sign-out NAME"),
        ("passwd johndoe", "authctl users passwd NAME"),
        ("rotate", "authctl keys rotate"),
        ("version", "authctl --version"),
        ("exit-codes", "authctl help exit-codes"),
        ("users create bob", "authctl users add NAME"),
        ("users delete bob", "authctl users remove NAME"),
        ("keys revoke x", "authctl keys retire KEY"),
        ("help verify", "authctl check"),
        ("help users create", "authctl users add NAME"),
        ("man verify", "authctl check"),
        ("check --scope items", "--require"),
        ("check --file=x", "authctl check < FILE"),
        ("check --token-file x", "authctl check < FILE"),
        ("check --token x", "authctl check -- TOKEN"),
        ("narrow --require items", "--scope"),
        ("narrow -f x", "authctl narrow < FILE"),
        ("login --user johndoe", "authctl login USERNAME"),
        ("login johndoe --ttl 5m", "--expires-in"),
        ("revoke --user johndoe", "authctl users sign-out NAME"),
        ("users grant johndoe --scope me", "authctl users grant NAME LIST"),
        ("users --key k", "--key-file"),
        ("--store s users", "--users-file"),
        ("keys rotate --alg hs256", "HS256"),
        // `ES256` is nearer by its letters.
        ("keys rotate --alg rs-256", "RS256"),
        ("keys rotate --alg ed25519", "EdDSA"),
        ("keys generate --alg eddsa", "EdDSA"),
        ("users add --user bob", "authctl users add NAME"),
        ("users remove --user bob --yes", "authctl users remove NAME"),
        ("users grant --user johndoe me", "authctl users grant NAME LIST"),
        ("users remove johndoe --force", "--yes"),
        ("users set johndoe --name John", "--full-name"),
        ("doctor --store users.toml", "--users-file"),
    ] {
        let answer = bench.answer(args, "");
        assert_eq!(answer.code, Some(2), "{args}");
        let hint = answer.stderr.lines().last();
        assert_eq!(hint, Some(format!("hint: did you mean `{meant}`?").as_str()), "{args}");
    }
    assert_snapshot!(bench.run("help check login"), @"
    2> error: there is no command `login`
    2> hint: run `authctl help check` and `authctl help login`
    [exit 2]
    ");
    assert_snapshot!(bench.run("help users frobnicate"), @"
    2> error: there is no command `frobnicate`
    2> hint: run `authctl users --help`
    [exit 2]
    ");
}

#[test]
fn what_makes_a_missing_file_is_about_that_file() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("users --users-file a.toml"), @"
    2> error: user store `a.toml` does not exist
    2> hint: run `authctl init --users-file a.toml`
    [exit 2]
    ");
    assert_snapshot!(bench.run("login johndoe --password-stdin --key-file k"), @"
    2> error: key file `k` does not exist
    2> hint: run `authctl init --key-file k`
    [exit 2]
    ");
    assert_snapshot!(bench.run("users enable x --users-file -x"), @"
    2> error: there is no option `-x` here
    2> hint: a value that begins with `-` goes after `=`: `--users-file=VALUE`
    [exit 2]
    ");
    assert_snapshot!(bench.run("check"), @"
    2> error: key file `<home>/secret.key` does not exist
    2> hint: copy `authctl keys public` of the machine that issues tokens here; if that is this one, run `authctl init`
    [exit 2]
    ");
    bench.run("keys generate -o secret.key");
    let token = "eyJhbGciOiJFZERTQSJ9.e30.AA";
    assert_snapshot!(bench.pipe("check", token), @"
    2> error: user store `<home>/users.toml` does not exist
    2> hint: run `authctl init`, or judge tokens without their users with `--stateless`
    [exit 2]
    ");
    bench.write("public.jwks", bench.answer("keys public", "").raw.stdout);
    assert_snapshot!(bench.pipe("check --key-file public.jwks", token), @"
    2> error: user store `<home>/users.toml` does not exist
    2> hint: judge tokens without their users with `--stateless`, or copy what `authctl users export --no-hashes` prints where tokens are issued
    [exit 2]
    ");
}
