//! `authctl issue`: a token without a password.

use insta::assert_snapshot;

use crate::bench::Bench;

#[test]
fn a_token_is_issued_without_a_password() {
    let bench = Bench::new();
    assert_snapshot!(bench.run("issue johndoe --scope me,items"), @"
    <token>
    [exit 0]
    ");
    let token = bench.answer("issue johndoe --scope items -s me", "").stdout_raw();
    assert_snapshot!(bench.pipe("check --require me,items", &token), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.run("issue johndoe --json"), @r#"
    {"access_token":"<token>","token_type":"Bearer","expires_in":1800,"scope":""}
    [exit 0]
    "#);
}

#[test]
fn the_user_exists_and_is_enabled() {
    let bench = Bench::new();
    assert_snapshot!(bench.run("issue bob --json"), @r#"
    {"error":"unknown_user","hint":"`authctl users list` shows who does","message":"user `bob` does not exist"}
    2> error: user `bob` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    "#);
    assert_snapshot!(bench.run("issue alice --scope me --json"), @r#"
    {"error":"inactive_user","message":"user `alice` is disabled"}
    2> error: user `alice` is disabled
    [exit 1]
    "#);
    assert_snapshot!(bench.run("issue"), @"
    2> error: `<USER>` is missing
    2> hint: run `authctl issue --help`
    [exit 2]
    ");
}

#[test]
fn scopes_and_lifetime_are_bounded_as_for_a_login() {
    let bench = Bench::new();
    assert_snapshot!(bench.run("issue johndoe --scope me,admin"), @"
    2> error: cannot grant the scope `admin`
    2> hint: `authctl users show johndoe` lists what can be granted
    [exit 1]
    ");
    assert_snapshot!(bench.run("issue johndoe --expires-in 25h"), @"
    2> error: `--expires-in` is at most 1 day
    2> hint: `max_lifetime` in the `[tokens]` of the user store says so
    [exit 2]
    ");
    assert_snapshot!(bench.run("issue johndoe --expires-in 0"), @"
    2> error: `--expires-in` must be longer than 0
    2> hint: give it in seconds, or with a unit: `90s`, `30m`, `12h` or `7d`
    [exit 2]
    ");
}

#[test]
fn it_takes_a_key_that_signs_and_a_store() {
    let bench = Bench::new();
    bench.run("keys generate --output pair.jwk");
    bench.write("public.jwks", bench.answer("keys public --key-file pair.jwk", "").raw.stdout);
    assert_snapshot!(bench.run("issue johndoe --key-file public.jwks"), @"
    2> error: the key file has only public keys: they verify tokens, and sign none
    2> hint: run this on the machine that has the private key
    [exit 2]
    ");
    assert_snapshot!(bench.run("issue johndoe --key-file none"), @"
    2> error: key file `none` does not exist
    2> hint: run `authctl init --key-file none`
    [exit 2]
    ");
    assert_snapshot!(bench.run("issue johndoe --users-file none.toml"), @"
    2> error: user store `none.toml` does not exist
    2> hint: run `authctl init --users-file none.toml`
    [exit 2]
    ");
}
