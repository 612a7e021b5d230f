//! `authctl narrow`: a token for less, to hand on.

use insta::assert_snapshot;

use crate::bench::{Bench, forged, signed};

#[test]
fn a_token_for_less_is_printed_alone() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    assert_snapshot!(bench.pipe("narrow --scope me", &token), @"
    <token>
    [exit 0]
    ");
    let child = bench.answer("narrow --scope me", &token).stdout_raw();
    assert_snapshot!(bench.pipe("check --require me", &child), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("check --require items", &child), @"
    2> error: token lacks the scope `items`
    [exit 4]
    ");
    assert_snapshot!(bench.run(["narrow", "--json", "-s", "me", "-s", "items", "--expires-in", "60", "--", &token]), @r#"
    {"access_token":"<token>","token_type":"Bearer","expires_in":60,"scope":"me items"}
    [exit 0]
    "#);
    assert_snapshot!(bench.pipe(["narrow", "--scope", "me", "--audience", "partner"], &token), @"
    <token>
    [exit 0]
    ");
    let aud = bench.answer("narrow --scope me --audience partner", &token).stdout_raw();
    assert_snapshot!(bench.pipe("check --audience partner --require me", aud), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
}

#[test]
fn a_token_comes_as_it_does_for_check() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    for input in [
        format!("\u{feff}Authorization: Bearer {token}\r\n\n"),
        format!("{{\"access_token\":\"{token}\",\n\"token_type\":\"Bearer\"}}"),
        format!("\"{token}\""),
    ] {
        assert_eq!(bench.pipe("narrow --scope me", &input), "<token>\n[exit 0]", "{input}");
        assert_eq!(bench.pipe("narrow --scope me -", &input), "<token>\n[exit 0]", "{input}");
    }
    assert_snapshot!(bench.pipe("narrow --scope me", format!("{token}\n{token}")), @"
    2> error: more than one token on standard input
    2> hint: narrow them one by one
    [exit 2]
    ");
    // Nothing is read after a line that is too long: it may have no end.
    assert_snapshot!(bench.pipe("narrow --scope me", format!("{}\n{token}", "a".repeat(200_000))), @"
    2> error: malformed token: a token has at most 65536 bytes
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me", ""), @"
    2> error: no token on standard input
    2> hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("narrow", &token), @"
    2> error: `--scope <LIST>` is missing
    2> hint: run `authctl narrow --help`
    [exit 2]
    ");
    assert_snapshot!(bench.run(["narrow", "--scope", "me", "--", &token, &token]), @"
    2> error: there is an argument too many: it is not shown because it may be a secret
    2> hint: one token is taken at a time
    [exit 2]
    ");
}

#[test]
fn a_scope_that_the_token_does_not_permit_is_exit_4_and_no_token() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    assert_snapshot!(bench.pipe("narrow --scope me,admin", &token), @"
    2> error: token lacks the scope `admin`
    [exit 4]
    ");
    bench.edit_store(r#"scopes = ["me", "items"]"#, r#"scopes = ["me"]"#);
    assert_snapshot!(bench.pipe("narrow --scope me,items --json", &token), @r#"
    {"error":"insufficient_scope","message":"token has the scope `items`, which is not granted to its user now"}
    2> error: token has the scope `items`, which is not granted to its user now
    [exit 4]
    "#);
    let other = signed(
        r#"{"alg":"HS256"}"#,
        format!(r#"{{"sub":"johndoe","exp":{},"jti":"a","scp":"me"}}"#, bench.at(600)),
    );
    assert_snapshot!(bench.pipe("narrow --scope me", &other), @"
    2> error: token lacks the scope `me`
    2> hint: the token has the claim `scp`: `scope_claim` in the `[tokens]` of the user store says where scopes are
    [exit 4]
    ");
    bench.edit_store("[scopes]", "[tokens]\nscope_claim = [\"scope\", \"scp\"]\n\n[scopes]");
    assert_snapshot!(bench.pipe("narrow --scope me", &other), @"
    <token>
    [exit 0]
    ");
}

#[test]
fn only_a_good_token_can_be_narrowed() {
    let bench = Bench::new();
    assert_snapshot!(bench.pipe("narrow --scope me", bench.token_of_age("johndoe", "me", 1800 + 600)), @"
    2> error: token expired 10 minutes ago, at <time>
    [exit 3]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me", bench.token("alice", "me")), @"
    2> error: user `alice` is disabled
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me", forged(&bench.token("johndoe", "me"))), @"
    2> error: signature does not match the key
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me --json", "x"), @r#"
    {"error":"malformed","message":"malformed token: a token has three parts with dots between, this has 1"}
    2> error: malformed token: a token has three parts with dots between, this has 1
    [exit 1]
    "#);
    let without_id =
        signed(r#"{"alg":"HS256"}"#, format!(r#"{{"sub":"johndoe","exp":{},"scope":"me"}}"#, bench.at(600)));
    assert_snapshot!(bench.pipe("narrow --scope me --json", without_id), @r#"
    {"error":"no_jti","hint":"its issuer must write `jti`, by which the narrower token is revoked with it","message":"the token has no `jti`, and cannot be narrowed"}
    2> error: the token has no `jti`, and cannot be narrowed
    2> hint: its issuer must write `jti`, by which the narrower token is revoked with it
    [exit 1]
    "#);
    let with_id = |id: &str| {
        let claims = format!(r#"{{"sub":"johndoe","exp":{},"scope":"me","jti":"{id}"}}"#, bench.at(600));
        signed(r#"{"alg":"HS256"}"#, claims)
    };
    assert_snapshot!(bench.pipe("narrow --scope me --json", with_id("a.b.c.d.e.f.g.h.i")), @r#"
    {"error":"too_deep","hint":"narrow a token that it was narrowed from","message":"the token was narrowed 8 times, and cannot be narrowed again"}
    2> error: the token was narrowed 8 times, and cannot be narrowed again
    2> hint: narrow a token that it was narrowed from
    [exit 1]
    "#);
    assert_snapshot!(bench.pipe("narrow --scope me --json", with_id(&"x".repeat(49_000))), @r#"
    {"error":"too_long","message":"the token would be longer than 64 KiB"}
    2> error: the token would be longer than 64 KiB
    [exit 1]
    "#);
}

#[test]
fn a_lifetime_is_capped_with_a_note() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    assert_snapshot!(bench.pipe("narrow --scope me --expires-in 2h", &token), @"
    <token>
    2> note: the token lives for 30 minutes: no longer than the one it is from
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me --expires-in 25h", &token), @"
    2> error: `--expires-in` is at most 1 day
    2> hint: `max_lifetime` in the `[tokens]` of the user store says so
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me --expires-in=0", &token), @"
    2> error: `--expires-in` must be longer than 0
    2> hint: give it in seconds, or with a unit: `90s`, `30m`, `12h` or `7d`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me --audience=", &token), @"
    2> error: `--audience` is empty
    [exit 2]
    ");
}

#[test]
fn a_narrower_token_is_revoked_with_the_one_it_is_from_and_not_the_other_way_round() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    let narrow = |token: &str| bench.answer("narrow --scope me", token).stdout_raw();
    let (child, sibling) = (narrow(&token), narrow(&token));
    let grandchild = narrow(&child);
    let good = |token: &str| bench.answer("check --quiet --require me", token).code == Some(0);
    assert_eq!(bench.answer("revoke", &child).code, Some(0));
    assert_eq!([&token, &child, &grandchild, &sibling].map(|token| good(token)), [true, false, false, true]);
    assert_snapshot!(bench.pipe("narrow --scope me", &child), @"
    2> error: token was revoked
    [exit 1]
    ");
    assert_eq!(bench.answer("revoke", &token).code, Some(0));
    assert_eq!([&token, &child, &grandchild, &sibling].map(|token| good(token)), [false; 4]);
}

#[test]
fn it_takes_a_key_that_signs_and_a_store() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    bench.run("keys generate --output pair.jwk");
    bench.write("public.jwks", bench.answer("keys public --key-file pair.jwk", "").raw.stdout);
    assert_snapshot!(bench.pipe("narrow --scope me --key-file public.jwks", &token), @"
    2> error: the key file has only public keys: they verify tokens, and sign none
    2> hint: run this on the machine that has the private key
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("narrow --scope me --users-file none.toml", &token), @"
    2> error: user store `none.toml` does not exist
    2> hint: run `authctl init --users-file none.toml`
    [exit 2]
    ");
}
