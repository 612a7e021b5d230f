//! Arguments too many, missing, or in another form, and the version.

use insta::assert_snapshot;

use crate::bench::Bench;

#[test]
fn an_argument_too_many_is_named_where_it_is_a_file() {
    let bench = Bench::new();
    bench.write("a\u{202e}b", "");
    assert_snapshot!(bench.run("doctor users.toml"), @"
    2> error: there is an argument too many: `users.toml`
    2> hint: run `authctl doctor --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run(["users", "enable", "johndoe", "a\u{202e}b"]), @r"
    2> error: there is an argument too many: `a\u{202e}b`
    2> hint: run `authctl users enable --help`
    [exit 2]
    ");
}

#[test]
fn a_secret_in_the_place_of_a_file_is_not_shown() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    for secret in [
        crate::bench::SECRET,
        "jdbc:postgresql://me:pw@h/d",
        &token,
        "{\"kty\":\"oct\",\"k\":\"c2VjcmV0LXNlY3JldA\"}",
    ] {
        for command in [
            "check x --key-file",
            "keys --key-file",
            "users --users-file",
            "check x --users-file",
            "users import",
            "users import --dry-run",
            "keys generate --output",
            "man --output",
        ] {
            let args: Vec<&str> = command.split(' ').chain([secret]).collect();
            let answer = bench.answer(args.as_slice(), "");
            let text = answer.transcript();
            assert!(!text.contains(secret) && text.contains("[exit 2]"), "{command}: {text}");
        }
    }
    for secret in ["jdbc:postgresql://me:pw@h/d", &token] {
        let option = format!("--{secret}");
        for args in [
            vec![secret],
            vec!["keys", secret],
            vec!["users", secret],
            vec!["help", secret],
            vec!["man", secret],
            vec![&option],
            vec!["check", &option],
            vec!["check", "--alg", secret],
            vec!["login", "johndoe", "--expires-in", secret],
            vec!["--color", secret, "check"],
            vec!["completions", secret],
        ] {
            let text = bench.answer(args.as_slice(), "").transcript();
            assert!(!text.contains(secret) && text.contains("[exit 2]"), "{args:?}: {text}");
        }
        let text = bench.answer(["keys", "retire", secret].as_slice(), "").transcript();
        assert!(!text.contains(secret) && text.contains("[exit 1]"), "{text}");
    }
    assert_snapshot!(bench.run(["check", "--leeway", &token]), @"
    2> error: what is given for `--leeway <DUR>` is not shown because it may be a secret, and no value for it: not a duration such as `90s`, `30m`, `12h` or `7d`
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run(["keys", "--key-file", crate::bench::SECRET]), @"
    2> error: the key file is not shown: it looks like a key, a token or a URL, and not like a path
    2> hint: name a file that has it in it
    [exit 2]
    ");
}

#[test]
fn what_is_missing_is_one_or_several() {
    let bench = Bench::new();
    assert_snapshot!(bench.run("users grant johndoe"), @"
    2> error: `<LIST>...` is missing
    2> hint: run `authctl users grant --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("users grant"), @"
    2> error: `<NAME>` and `<LIST>...` are missing
    2> hint: run `authctl users grant --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("users set johndoe"), @"
    2> error: `--full-name <TEXT>` or `--email <TEXT>` is missing
    2> hint: run `authctl users set --help`
    [exit 2]
    ");
}

#[test]
fn the_version_is_asked_for_as_help_is() {
    let bench = Bench::new();
    for (args, code) in [
        ("--version", 0),
        ("login -V", 0),
        ("users add --version", 0),
        // Of `check`, 0 means that a token is good.
        ("check --version", 2),
        ("check -V", 2),
    ] {
        assert_eq!(
            bench.run(args),
            format!("authctl {}\n[exit {code}]", env!("CARGO_PKG_VERSION")),
            "{args}"
        );
    }
    assert_snapshot!(bench.run("login johndoe --version"), @"
    authctl 0.1.0
    2> error: help or version stands beside other arguments, so nothing else was done
    2> hint: a name that begins with `-` goes after `--`
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --require me -V --json"), @r#"
    {"error":"usage","hint":"a token that begins with `-` goes after `--`, or on standard input","message":"help or version stands beside other arguments, so nothing else was done"}
    2> authctl 0.1.0
    2> error: help or version stands beside other arguments, so nothing else was done
    2> hint: a token that begins with `-` goes after `--`, or on standard input
    [exit 2]
    "#);
}

#[test]
fn a_value_in_another_form_is_told_the_form_or_the_value_that_was_meant() {
    let bench = Bench::new();
    let hint = |args: &str| {
        let answer = bench.answer(args, "");
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(2), ""), "{args}");
        answer.stderr.lines().last().unwrap().to_owned()
    };
    assert_eq!(hint("check --alg hs256 x"), "hint: did you mean `HS256`?");
    assert_eq!(hint("check --alg eddsa x"), "hint: did you mean `EdDSA`?");
    assert_eq!(hint("check --alg ed25519,RS256 x"), "hint: did you mean `Ed25519,RS256`?");
    assert_eq!(hint("check --alg ps-384 x"), "hint: did you mean `PS384`?");
    assert_eq!(hint("check --alg hs256,x x"), "hint: run `authctl check --help`");
    assert_snapshot!(bench.run("check --leeway 10m x"), @"
    2> error: `--leeway` is at most 5 minutes
    2> hint: give it in seconds, or with a unit: `90`, `90s` or `5m`
    [exit 2]
    ");
    assert_snapshot!(bench.run("revoke --id x --expires 1h"), @"
    2> error: `1h` is no value for `--expires <TIME>`: not a date and a time with an offset, such as `<time>`
    2> hint: give the `exp` of the token, or the latest that it can be: `max_lifetime` from now
    [exit 2]
    ");
    assert_snapshot!(bench.run("hash-password --memory-kib lots"), @"
    2> error: `lots` is no value for `--memory-kib <N>`: not a whole number
    2> hint: run `authctl hash-password --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run("users remove johnd… --yes"), @"
    2> error: `johnd…` is no value for `<NAME>`: `…` cannot be part of a username
    2> hint: a table cut it to fit the terminal: in a pipe (`| cat`) and with `--json` it is whole
    [exit 2]
    ");
    assert_snapshot!(bench.run("revoke --id x"), @"
    2> error: `--expires <TIME>` is missing
    2> hint: give the `exp` of the token, or the latest that it can be: `max_lifetime` from now
    [exit 2]
    ");
}

#[test]
fn topics_are_listed_where_another_word_was_taken_for_one() {
    let bench = Bench::new();
    for args in ["help topics", "help nonsense", "man nonsense"] {
        let answer = bench.run(args);
        let hint = "2> hint: run `authctl --help`, or `authctl help` with `exit-codes`, `files`, `environment` or `users-file`\n[exit 2]";
        assert!(answer.ends_with(hint), "{answer}");
    }
    assert_snapshot!(bench.run("man files"), @"
    2> error: there is no page `files`: it is a section of `authctl man`
    2> hint: `authctl help files` shows it alone
    [exit 2]
    ");
}
