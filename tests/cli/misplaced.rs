//! Hints for a value in the wrong place: broken lines, a file or a scope for a token, a key for a store.

use insta::assert_snapshot;

use crate::bench::Bench;
#[cfg(unix)]
use crate::screen::Screen;

/// The token in lines of so many characters, as `fold -w` breaks it.
fn folded(token: &str, width: usize) -> String {
    let lines = token.as_bytes().chunks(width).map(|line| String::from_utf8(line.to_vec()).unwrap());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

const HINT: &str = "2> hint: a token is one line, and this looks like one that was broken into several: `tr -d '\\r\\n'` joins them\n";

#[test]
fn a_token_over_several_lines_is_told_from_several_tokens() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let lines = folded(&token, 100);
    assert_snapshot!(bench.pipe("check", &lines), @r"
    2> error: line 1: malformed token: the token is cut: a token has three parts with dots between, this has 2
    2> error: line 2: malformed token: a token has three parts with dots between, this has 2
    2> error: line 3: malformed token: a token has three parts with dots between, this has 1
    2> hint: a token is one line, and this looks like one that was broken into several: `tr -d '\r\n'` joins them
    [exit 1]
    ");
    assert_eq!(bench.pipe("check -q", &lines), "[exit 1]");
    for (command, width, end) in [
        ("check --json", 100, "\n"),
        ("decode", 60, "\n"),
        ("check", token.len() - 20, "\n"),
        ("revoke", 76, "\r\n"),
        ("decode --json", 90, "\n\n"),
    ] {
        let lines = folded(&token, width).replace('\n', end);
        let answer = bench.pipe(command, &lines);
        assert_eq!(answer.matches(HINT).count(), 1, "{command}: {answer}");
        assert!(answer.ends_with(&format!("{HINT}[exit 1]")), "{command}: {answer}");
    }
    assert_snapshot!(bench.pipe("narrow --scope me", &lines), @r"
    2> error: more than one token on standard input
    2> hint: a token is one line, and this looks like one that was broken into several: `tr -d '\r\n'` joins them
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me", "one\ntwo\n"), @"
    2> error: more than one token on standard input
    2> hint: narrow them one by one
    [exit 2]
    ");
    assert_snapshot!(bench.run(["check", &lines]), @r"
    2> error: malformed token: character 101 is U+000A; a token has only letters, digits, `-`, `_` and dots
    2> hint: a token is one line, and this looks like one that was broken into several: `tr -d '\r\n'` joins them
    [exit 1]
    ");
}

#[test]
fn lines_that_are_no_token_together_are_not_called_one() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let long = format!("{token}{}", "A".repeat(70_000));
    for lines in [
        // Whole tokens, also among others.
        format!("{token}\n{token}\n"),
        format!("{token}\n{}", folded(&token, 60)),
        format!("{}{token}\n", folded(&token, 60)),
        // Without a part, with one too many, and with something foreign.
        folded(&token[..token.len() / 2], 60),
        folded(&format!("{token}.AA"), 60),
        folded(&token, 60).replacen('\n', "!\n", 1),
        folded(&token.replacen("ey", "AA", 1), 60),
        folded(&long, 1000),
        format!("{token}\n"),
        "one\ntwo.\nthree.\n".to_owned(),
    ] {
        let answer = bench.pipe("check", &lines);
        assert!(!answer.contains("broken into several"), "{lines}: {answer}");
    }
}

/// A script passes tokens of others on: they learn nothing of the files there.
#[cfg(unix)]
#[test]
fn a_file_in_the_place_of_its_token_is_told_to_a_person_alone() {
    let bench = Bench::new();
    let shown = |args: &str| bench.masked(&Screen::sized(bench.command(args), 100, |command| command).end());
    assert_snapshot!(shown("check x secret.key --require me --color never"), @"
    error: token 1: malformed token: a token has three parts with dots between, this has 1
    error: token 2: malformed token: a token has three parts with dots between, this has 2
    hint: `secret.key` is a file: give `< secret.key` instead, if a token is in it
    [exit 1]
    ");
    for command in ["decode", "revoke", "narrow --scope me"] {
        let answer = shown(&format!("{command} secret.key"));
        assert!(answer.contains("`secret.key` is a file"), "{answer}");
    }
    let path = bench.path("secret.key");
    for args in ["check .", "check ./secret.key", &format!("check {}", path.display()), "check -q secret.key"]
    {
        assert!(!shown(args).contains("is a file"), "{args}");
    }
    assert_snapshot!(bench.run("check secret.key"), @"
    2> error: malformed token: a token has three parts with dots between, this has 2
    [exit 1]
    ");
}

#[test]
fn a_scope_in_the_place_of_a_token_is_told_where_it_goes() {
    let bench = Bench::new();
    assert_snapshot!(bench.run("check --require me items admin"), @"
    2> error: token 1: malformed token: a token has three parts with dots between, this has 1
    2> hint: `items` is a scope, and scopes are one list: `--require me,items,admin`
    2> error: token 2: malformed token: a token has three parts with dots between, this has 1
    2> hint: `admin` is a scope, and scopes are one list: `--require me,items,admin`
    [exit 1]
    ");
    assert_snapshot!(bench.run("check items"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    2> hint: `items` is a scope, and scopes are one list: `--require items`
    [exit 1]
    ");
    // Standard input is no scope.
    let answer = bench.pipe("check --require me - items", bench.token("johndoe", "me"));
    assert!(
        answer.contains("`items` is a scope, and scopes are one list: `--require me,items`\n"),
        "{answer}"
    );
    // A required word that is not declared may be a token that was given there.
    assert_snapshot!(bench.run("check --require ghp_16C7e42F292c6912E7710c838347Ae178B4a items"), @"
    2> error: malformed token: a token has three parts with dots between, this has 1
    2> hint: `items` is a scope, and scopes are one list: `--require LIST`
    [exit 1]
    ");
    assert_eq!(bench.run("check -q --require me items"), "[exit 1]");
}

#[test]
fn a_word_that_is_not_declared_may_be_a_secret_and_is_taken_for_no_scope() {
    let bench = Bench::new();
    for word in [
        // What `jq -r` prints where there is no token, and tokens of other kinds.
        "null",
        "undefined",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "drafts",
        "--stateless items",
    ] {
        for required in ["", "--require me "] {
            assert_eq!(
                bench.run(&format!("check {required}{word}")),
                "2> error: malformed token: a token has three parts with dots between, this has 1\n[exit 1]",
                "{required}{word}"
            );
        }
    }
}

#[test]
fn a_required_scope_that_no_token_can_have_is_said_to_be_undeclared() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    assert_snapshot!(bench.pipe("check --require itmes", &token), @"
    2> error: token lacks the scope `itmes`
    2> hint: `itmes` is not declared in the user store: did you mean `items`?
    [exit 4]
    ");
    assert_snapshot!(bench.pipe("check --require me,drafts,items,trash", &token), @"
    2> error: token lacks the scopes `drafts`, `items` and `trash`
    2> hint: `drafts` and `trash` are not declared in the user store, which declares `admin`, `items` and `me`
    [exit 4]
    ");
    let json = bench.answer("check --json --require itmes", &token);
    assert!(!json.stdout.contains("declared"), "{}", json.stdout);
    assert_eq!(json.stderr, "hint: `itmes` is not declared in the user store: did you mean `items`?\n");
    for args in ["check --require items", "check --require itmes -q", "check --require itmes --stateless"] {
        let answer = bench.pipe(args, &token);
        assert!(answer.ends_with("[exit 4]") && !answer.contains("hint:"), "{answer}");
    }
    // A store without `[scopes]` declares all that it grants.
    bench.edit_store("[scopes]\n", "");
    bench.edit_store("me = \"Read information about the current user.\"\nitems = \"Read items.\"\nadmin = \"Everything.\"\n", "");
    assert_snapshot!(bench.pipe("check --require itmes", &token), @"
    2> error: token lacks the scope `itmes`
    [exit 4]
    ");
}

#[test]
fn a_key_and_a_user_store_that_were_swapped_are_told_apart() {
    let bench = Bench::new();
    bench.write("store.toml", bench.read("users.toml"));
    let swapped = "--users-file secret.key --key-file store.toml";
    for command in ["check x", "login johndoe --password-stdin", "keys", "doctor"] {
        let answer = bench.run(&format!("{command} {swapped}"));
        let hint = "2> hint: it is a user store: name it with `--users-file`, and the key with `--key-file`\n[exit 2]";
        assert!(answer.ends_with(hint), "{answer}");
    }
    assert_snapshot!(bench.run(&format!("keys {swapped}")), @"
    2> error: key file `store.toml`: looks like a password hash
    2> hint: it is a user store: name it with `--users-file`, and the key with `--key-file`
    [exit 2]
    ");
    assert_snapshot!(bench.run(&format!("users {swapped}")), @"
    2> error: user store `secret.key`, line 1, column 65: not valid TOML: key with no value, expected `=`
    2> hint: it is a key: name it with `--key-file`, and the user store with `--users-file`
    [exit 2]
    ");
    for (name, theirs) in [
        (".htpasswd", "ann:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC\n"),
        ("users.json", r#"{"ann": {"hashed_password": null}}"#),
        ("users.csv", "username,email\nann,\n"),
        ("users.yml", "users:\n  ann:\n    groups: []\n"),
    ] {
        bench.write(name, theirs);
        let answer = bench.run(&format!("users --users-file {name}"));
        let hint = "2> hint: `users import` takes the users of that file into a store\n[exit 2]";
        assert!(answer.ends_with(hint), "{answer}");
    }
    for text in ["[users.ann\n", "{\"keys\": []}", "host: db\n", "{\"name\": \"x\"}"] {
        bench.write("broken.toml", text);
        assert!(!bench.run("users --users-file broken.toml").contains("hint"), "{text}");
    }
    for text in ["postgres://authctl@db/authctl\n", "users: \"postgres://a@b/c\"\n"] {
        bench.write("broken.toml", text);
        let answer = bench.run("users --users-file broken.toml");
        assert!(
            answer.ends_with("2> hint: a database is named so: `users = \"postgres://…\"`\n[exit 2]"),
            "{answer}"
        );
    }
    bench.write("a.jwk", bench.answer("keys generate", "").raw.stdout);
    assert_snapshot!(bench.run("users grant johndoe me --users-file a.jwk"), @"
    2> error: user store `a.jwk`, line 1, column 1: not valid TOML: invalid key-value pair, expected key
    2> hint: it is a key: name it with `--key-file`, and the user store with `--users-file`
    [exit 2]
    ");
}
