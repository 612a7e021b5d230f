//! `authctl init`.

mod kept;

use insta::assert_snapshot;

use crate::bench::{Bench, SECRET};

#[test]
fn a_key_a_store_and_a_user_are_made() {
    let bench = Bench::empty();
    let password = "correct horse battery";
    assert_snapshot!(bench.pipe("init --user johndoe --scope me,items --password-stdin", password), @"
    key:        <home>/secret.key
    user store: <home>/users.toml
    user:       johndoe
    next:       authctl login johndoe --scope me,items
    [exit 0]
    ");
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
    let token = bench.answer("login johndoe --scope me,items --password-stdin", password);
    assert_eq!(bench.answer("check -q --require me,items", token.raw.stdout).code, Some(0));
    assert_snapshot!(bench.run("users"), @"
    USERNAME  FULL NAME  EMAIL  SCOPES    STATE    HASH
    johndoe                     me items  enabled  m=65536,t=3,p=4
    [exit 0]
    ");
}

#[test]
fn the_store_that_is_made_explains_itself() {
    let bench = Bench::empty();
    bench.pipe("init --user johndoe --scope me,items --password-stdin", "correct horse battery");
    assert_snapshot!(bench.masked(&bench.read("users.toml")), @r#"
    # The users and rules of authctl. `authctl users` changes this file and keeps what you write here.

    [tokens]
    # issuer = "https://auth.example.com"    # written into every token, and demanded of it
    # audience = "example-api"
    lifetime = "30m"
    max_lifetime = "24h"

    # All that can be granted. Without this table, anything can.
    [scopes]
    me = "What a token with the scope me permits."
    items = "What a token with the scope items permits."

    [users.johndoe]
    hashed_password = "$argon2id$v=19$m=65536,t=3,p=4$<salt>$<tag>"
    scopes = ["me", "items"]
    generation = <time>
    "#);
    let bench = Bench::empty();
    bench.run("init --scope users:read");
    let store = bench.read("users.toml");
    let scopes = &store[store.find("[scopes]").unwrap()..];
    assert_snapshot!(scopes, @r#"
    [scopes]
    "users:read" = "What a token with the scope users:read permits."
    "#);
}

#[test]
fn the_next_command_is_one_that_can_be_run() {
    let (quoted, list) = if cfg!(windows) {
        (r"authctl login johndoe --scope 'it''s,$x'", r#"authctl login --scope="-a,b" -- --json"#)
    } else {
        (r"authctl login johndoe --scope 'it'\''s,$x'", "authctl login --scope=-a,b -- --json")
    };
    for (user, scope, next) in [
        ("johndoe", Some("--scope=it's,$x"), quoted),
        ("-x", Some("--scope=me"), "authctl login --scope me -- -x"),
        ("--json", Some("--scope=-a,b"), list),
        ("-x", Some("--scope=-$,b"), "authctl login --scope='-$,b' -- -x"),
        ("--", None, "authctl login -- --"),
        ("-a@b", None, if cfg!(windows) { "authctl login -- \"-a@b\"" } else { "authctl login -- -a@b" }),
    ] {
        let bench = Bench::empty();
        let user = format!("--user={user}");
        let mut args = vec!["init", &user, "--password-stdin", "--json"];
        args.extend(scope);
        let json = bench.answer(args.as_slice(), "correct horse battery").json();
        assert_eq!(json["next"], next);
    }
}

#[test]
fn without_a_user_there_are_only_scopes() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("init --scope users:read"), @"
    key:        <home>/secret.key
    user store: <home>/users.toml
    next:       authctl users add NAME --scope LIST
    [exit 0]
    ");
    assert_snapshot!(Bench::empty().run("init"), @"
    key:        <home>/secret.key
    user store: <home>/users.toml
    next:       authctl users add NAME --scope LIST
    [exit 0]
    ");
}

#[test]
fn the_key_is_256_random_bits_as_a_server_takes_them() {
    let (one, other) = (Bench::empty(), Bench::empty());
    one.run("init");
    other.run("init");
    let key = one.read("secret.key");
    assert_ne!(key, other.read("secret.key"));
    assert_eq!(key.len(), 65);
    assert!(key.trim_end().bytes().all(|byte| byte.is_ascii_hexdigit()));
}

#[test]
fn the_password_can_be_made_up() {
    let bench = Bench::empty();
    let json = bench.answer("init --user johndoe --scope me --generate --json", "").json();
    let password = json["password"].as_str().unwrap().to_owned();
    assert_snapshot!(bench.masked(&json.to_string().replace(&password, "<password>")), @r#"{"key":"made","key_file":"<home>/secret.key","next":"authctl login johndoe --scope me","password":"<password>","store":"made","user":"made","username":"johndoe","users_file":"<home>/users.toml"}"#);
    assert_eq!(bench.pipe("login johndoe --password-stdin", &password), "<token>\n[exit 0]");

    let bench = Bench::empty();
    let answer = bench.answer("init --user johndoe --generate", "");
    let password = answer.stdout.lines().find_map(|line| line.strip_prefix("password:   ")).unwrap();
    assert_eq!(bench.pipe("login johndoe --password-stdin", password), "<token>\n[exit 0]");
}

#[cfg(unix)]
#[test]
fn what_is_made_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let mut bench = Bench::empty();
    bench.set("AUTHCTL_HOME", bench.path("new/authctl"));
    // Even where the user lets everyone at new files.
    let mut shell = std::process::Command::new("sh");
    let init = bench.command("init");
    shell.args(["-c", "umask 0; exec \"$0\" \"$@\""]).arg(init.get_program()).args(init.get_args());
    shell.env_clear().envs(init.get_envs().filter_map(|(name, value)| Some((name, value?))));
    assert!(shell.output().unwrap().status.success());
    for (name, mode) in [
        ("new", 0o700),
        ("new/authctl", 0o700),
        ("new/authctl/secret.key", 0o600),
        ("new/authctl/users.toml", 0o600),
    ] {
        let found = bench.path(name).metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!(found, mode, "{name}: {found:o}");
    }
}

#[test]
fn the_key_may_be_in_the_environment() {
    let mut bench = Bench::empty();
    bench.set("AUTHCTL_SECRET_KEY", SECRET);
    assert_snapshot!(bench.run("init --scope me"), @"
    key:        AUTHCTL_SECRET_KEY (kept)
    user store: <home>/users.toml
    next:       authctl users add NAME --scope LIST
    [exit 0]
    ");
    assert_eq!(bench.files(), ["users.toml"]);

    let mut bench = Bench::empty();
    bench.set("AUTHCTL_SECRET_KEY", "too short");
    assert_snapshot!(bench.run("init --scope me"), @"
    2> error: `AUTHCTL_SECRET_KEY`: looks like a text with blanks
    2> hint: a secret is one line of letters, digits and punctuation: make one with `openssl rand -hex 32`
    [exit 2]
    ");
    assert_eq!(bench.files(), [""; 0]);

    bench.set("AUTHCTL_SECRET_KEY", SECRET).set("AUTHCTL_KEY_FILE", "key");
    assert_snapshot!(bench.run("init --scope me"), @"
    2> error: both `AUTHCTL_KEY_FILE` and `AUTHCTL_SECRET_KEY` are set
    2> hint: unset one of them
    [exit 2]
    ");
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn the_files_may_be_elsewhere() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("init --users-file here.toml --key-file there.key"), @"
    key:        there.key
    user store: here.toml
    next:       authctl users add NAME --scope LIST --users-file here.toml
    [exit 0]
    ");
    assert_eq!(bench.files(), ["here.toml", "there.key"]);
}

#[test]
fn what_is_asked_for_has_to_fit_together() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("init --generate"), @"
    2> error: a password is for a user, and there is no `--user`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("init --password-stdin", "secret"), @"
    2> error: a password is for a user, and there is no `--user`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("init --user johndoe --password-stdin", "secret"), @"
    2> error: the password has 6 characters, and needs at least 8
    2> hint: choose a longer one
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("init --user johndoe --password-stdin", "password"), @"
    2> error: the password is easy to guess: it is a common password
    2> hint: choose another, let `--generate` make one, or take this one with `--allow-weak`
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("init --user john/doe --password-stdin", "correct horse"), @"
    2> error: `john/doe` is no value for `--user <NAME>`: `/` cannot be part of a username
    2> hint: run `authctl init --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run(r"init --scope me\items"), @r"
    2> error: `me\items` is no value for `--scope <LIST>`: `\` cannot be part of a scope
    2> hint: run `authctl init --help`
    [exit 2]
    ");
    assert_eq!(bench.files(), [""; 0]);
    assert_snapshot!(bench.pipe("init --user johndoe --password-stdin --allow-weak", "password"), @"
    key:        <home>/secret.key
    user store: <home>/users.toml
    user:       johndoe
    next:       authctl login johndoe
    [exit 0]
    ");
}
