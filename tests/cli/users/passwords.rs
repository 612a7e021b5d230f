//! New passwords: which are taken, and from where.

use insta::assert_snapshot;

use super::{PASSWORD, bench, changed, refused};
use crate::bench::Bench;

#[test]
fn a_policy_that_is_too_weak_makes_no_new_hash() {
    let bench = Bench::new();
    assert_snapshot!(refused(&bench, "users add bob --password-stdin", PASSWORD), @"
    2> error: `m=8,t=1,p=1` is below the minimum of OWASP for new hashes
    2> hint: at least `m=19456,t=2`, or `m=47104,t=1`, `m=12288,t=3`, `m=9216,t=4`, `m=7168,t=5`
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users passwd johndoe --password-stdin", PASSWORD), @"
    2> error: `m=8,t=1,p=1` is below the minimum of OWASP for new hashes
    2> hint: at least `m=19456,t=2`, or `m=47104,t=1`, `m=12288,t=3`, `m=9216,t=4`, `m=7168,t=5`
    [exit 2]
    ");
}

#[test]
fn a_weak_password_is_refused_with_the_reason() {
    let bench = bench();
    let add = |password: &str| refused(&bench, "users add bob --password-stdin", password);
    assert_snapshot!(add("password\n"), @"
    2> error: the password is easy to guess: it is a common password
    2> hint: choose another, let `--generate` make one, or take this one with `--allow-weak`
    [exit 1]
    ");
    assert_snapshot!(add("aaaaaaaaaaaa\n"), @"
    2> error: the password is easy to guess: it repeats the same characters
    2> hint: choose another, let `--generate` make one, or take this one with `--allow-weak`
    [exit 1]
    ");
    assert_snapshot!(add("qwertyuiop\n"), @"
    2> error: the password is easy to guess: it is a common password
    2> hint: choose another, let `--generate` make one, or take this one with `--allow-weak`
    [exit 1]
    ");
    assert_snapshot!(add("bobbobbob\n"), @"
    2> error: the password is easy to guess: it has the user's name or email in it, or the name of the issuer, the audience or `authctl`
    2> hint: choose another, let `--generate` make one, or take this one with `--allow-weak`
    [exit 1]
    ");
    assert_snapshot!(add("short\n"), @"
    2> error: the password has 5 characters, and needs at least 8
    2> hint: choose a longer one; `min_length` under `[passwords]` in `<home>/users.toml` sets the least length
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users add bob --password-stdin --allow-weak", "short"), @"
    2> error: the password has 5 characters, and needs at least 8
    2> hint: choose a longer one; `min_length` under `[passwords]` in `<home>/users.toml` sets the least length
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users passwd johndoe --password-stdin", "johndoe1"), @"
    2> error: the password is easy to guess: it has the user's name or email in it, or the name of the issuer, the audience or `authctl`
    2> hint: choose another, let `--generate` make one, or take this one with `--allow-weak`
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("users add bob --password-stdin --allow-weak", "password"), @"
    2> added user `bob`
    2> note: tokens of user `bob` permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant bob LIST`
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login bob --password-stdin", "password"), @"
    <token>
    [exit 0]
    ");
}

#[test]
fn min_length_counts_characters() {
    let bench = bench();
    bench.edit_store("[passwords]", "[passwords]\nmin_length = 10");
    let add = |password: &str| bench.pipe("users add bob --password-stdin --allow-weak", password);
    assert_snapshot!(add("übergröße"), @"
    2> error: the password has 9 characters, and needs at least 10
    2> hint: choose a longer one; `min_length` under `[passwords]` in `<home>/users.toml` sets the least length
    [exit 2]
    ");
    assert_snapshot!(add("übergrößen"), @"
    2> added user `bob`
    2> note: tokens of user `bob` permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant bob LIST`
    [exit 0]
    ");
}

#[test]
fn a_password_is_one_line_of_at_most_4096_bytes() {
    let bench = bench();
    let add = |password: &str| refused(&bench, "users add bob --password-stdin", password);
    assert_snapshot!(add(""), @"
    2> error: the password on standard input is empty
    [exit 2]
    ");
    assert_snapshot!(add("\n"), @"
    2> error: the password on standard input is empty
    [exit 2]
    ");
    assert_snapshot!(add("one line\nanother\n"), @"
    2> error: the password on standard input has more than one line
    [exit 2]
    ");
    assert_snapshot!(add(&"x1!".repeat(1366)), @"
    2> error: the password on standard input has more than 4096 bytes
    [exit 2]
    ");
    // Only the one line end goes: spaces are the password's own.
    let long = format!("  {}\r\n", "x1!y".repeat(1023));
    assert_snapshot!(bench.pipe("users add bob --password-stdin", &long), @"
    2> added user `bob`
    2> note: tokens of user `bob` permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant bob LIST`
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login bob --password-stdin", long.trim_end()), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login bob --password-stdin", long.trim()), @"
    2> error: incorrect username or password
    [exit 1]
    ");
}

#[test]
fn a_generated_password_is_printed_once_and_good() {
    let bench = bench();
    for args in ["users add bob --generate", "users passwd bob --generate"] {
        let answer = bench.answer(args, "");
        let password = answer.stdout.trim_end().to_owned();
        assert_eq!((password.len(), answer.code), (27, Some(0)), "{args}: {password}");
        assert!(!answer.stderr.contains(&password));
        assert_eq!(bench.pipe("login bob --password-stdin", &password), "<token>\n[exit 0]", "{args}");
    }
    let json = bench.answer("users passwd bob --generate --json", "").json();
    assert_eq!(json["username"], "bob");
    let password = json["password"].as_str().unwrap();
    assert_eq!(bench.pipe("login bob --password-stdin", password), "<token>\n[exit 0]");
}

#[test]
fn a_new_password_replaces_the_old_one() {
    let bench = bench();
    assert_snapshot!(changed(&bench, || bench.pipe("users passwd johndoe --password-stdin", PASSWORD)), @r#"
    2> set a new password for user `johndoe`
    [exit 0]
    -hashed_password = "$argon2id$v=19$m=8,t=1,p=1$<salt>$<tag>"
    -scopes = ["me", "items"]
    +hashed_password = "$argon2id$v=19$m=7168,t=5,p=1$<salt>$<tag>"
    +scopes = ["me", "items"]
    +tokens_valid_from = <time>
    +generation = 1
    "#);
    assert_snapshot!(bench.pipe("login johndoe --password-stdin", "secret"), @"
    2> error: incorrect username or password
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin", PASSWORD), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(refused(&bench, "users passwd nobody --password-stdin", PASSWORD), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(bench.answer("users passwd johndoe --password-stdin --json", PASSWORD).json()["hash"].to_string(), @r#"{"algorithm":"argon2id","iterations":5,"memory_kib":7168,"parallelism":1,"state":"ok"}"#);
}
