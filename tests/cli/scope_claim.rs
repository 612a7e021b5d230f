//! Scopes in the claims in which other issuers put them.

use insta::assert_snapshot;

use crate::bench::{Bench, signed};

/// A token of `johndoe` with these claims, for half an hour and a bit.
fn token(bench: &Bench, claims: &str) -> String {
    signed(r#"{"alg":"HS256"}"#, format!(r#"{{"sub":"johndoe","exp":{},{claims}}}"#, bench.at(1825)))
}

#[test]
fn the_option_says_which_claims_have_the_scopes() {
    let bench = Bench::new();
    let okta = token(&bench, r#""scp":["me","openid"]"#);
    assert_snapshot!(bench.pipe("check --require me --scope-claim scp", &okta), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check --require me --scope-claim scp --stateless", &okta), @"
    good: johndoe, scopes me openid, expires in 30 minutes, at <time>
    [exit 0]
    ");
    let keycloak = token(&bench, r#""scope":"openid me","realm_access":{"roles":["items"]}"#);
    let check = ["check", "-r", "me,items", "--scope-claim", "realm_access.roles", "--scope-claim", "scope"];
    assert_snapshot!(bench.pipe(check, &keycloak), @"
    good: johndoe, scopes items me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    let answer = bench.answer("check --json --stateless --scope-claim realm_access.roles", &keycloak);
    assert_eq!(answer.json()["scope"], "items");
    // `scope` counts only where it is named.
    assert_snapshot!(bench.pipe("check --require me --scope-claim realm_access.roles", &keycloak), @"
    2> error: token lacks the scope `me`
    [exit 4]
    ");
}

#[test]
fn the_store_says_so_unless_the_option_does() {
    let bench = Bench::new();
    bench.edit_store("[scopes]", "[tokens]\nscope_claim = [\"scp\", \"scope\"]\n\n[scopes]");
    let token = token(&bench, r#""scp":"me","scope":"items","roles":["items"]"#);
    assert_snapshot!(bench.pipe("check --require me,items", &token), @"
    good: johndoe, scopes me items, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check --require me --scope-claim roles", &token), @"
    2> error: token lacks the scope `me`
    2> hint: the token has the claim `scp`: `--scope-claim scp` takes its scopes from there
    [exit 4]
    ");
    assert_snapshot!(bench.run("issue johndoe --scope me"), @"
    <token>
    [exit 0]
    ");
    bench.edit_store(", \"scope\"]", ", 5]");
    assert_snapshot!(bench.pipe("check", &token), @"
    2> error: user store `<home>/users.toml`, line 8, column 23: `scope_claim` must be an array of strings, not an integer
    [exit 2]
    ");
}

#[test]
fn a_hint_names_the_claims_that_may_have_the_scopes() {
    let bench = Bench::new();
    let entra = token(&bench, r#""scp":"items","roles":["me"]"#);
    assert_snapshot!(bench.pipe("check --require me", &entra), @"
    2> error: token lacks the scope `me`
    2> hint: the token has the claims `scp` and `roles`: name those with its scopes by `--scope-claim`
    [exit 4]
    ");
    assert_snapshot!(bench.pipe("check --require me --scope-claim scp --json", &entra), @r#"
    {"active":false,"error":"insufficient_scope","reasons":[{"code":"insufficient_scope","message":"token lacks the scope `me`"}],"missing":["me"],"required":["me"],"challenge":"Bearer error=\"insufficient_scope\", error_description=\"The token lacks a required scope\", scope=\"me\"","line":1}
    2> hint: the token has the claim `roles`: `--scope-claim roles` takes its scopes from there
    [exit 4]
    "#);
    assert_snapshot!(bench.pipe("check --require me --scope-claim scp --quiet", &entra), @"[exit 4]");
    assert_snapshot!(bench.pipe("check --require items --scope-claim scp", &entra), @"
    good: johndoe, scopes items, expires in 30 minutes, at <time>
    [exit 0]
    ");
}

#[test]
fn a_path_that_is_none_is_wrong_usage() {
    let bench = Bench::new();
    assert_snapshot!(bench.run(["check", "--scope-claim", "", "x"]), @"
    2> error: `` is no value for `--scope-claim <PATH>`: a claim path cannot be empty
    2> hint: run `authctl check --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run(["check", "--scope-claim", "a..b", "x"]), @"
    2> error: `a..b` is no value for `--scope-claim <PATH>`: a claim path is names with single dots between, such as `realm_access.roles`
    2> hint: run `authctl check --help`
    [exit 2]
    ");
}
