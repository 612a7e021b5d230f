//! Tokens from before a sign-out, a new password or a removal.

use insta::assert_snapshot;

use super::{PASSWORD, bench, changed, refused};
use crate::bench::Bench;

/// The token of a login now.
fn login(bench: &Bench, name: &str, password: &str) -> String {
    let answer = bench.answer(&format!("login {name} --all-scopes --password-stdin"), password);
    assert_eq!(answer.code, Some(0), "{}", answer.transcript());
    String::from_utf8(answer.raw.stdout).unwrap()
}

#[test]
fn tokens_from_before_a_sign_out_are_refused_and_those_from_after_are_good() {
    let bench = bench();
    // Over and over, faster than a second passes.
    let mut password = "secret";
    for args in
        ["users sign-out johndoe", "users passwd johndoe --password-stdin"].into_iter().cycle().take(6)
    {
        let old = login(&bench, "johndoe", password);
        assert_eq!(bench.answer("check -q --require me", &old).code, Some(0), "before {args}");
        assert_eq!(bench.answer(args, PASSWORD).code, Some(0));
        if args.contains("passwd") {
            password = PASSWORD;
        }
        let refused = bench.answer("check --json", &old).json();
        assert_eq!(refused["reasons"][0]["code"], "revoked", "after {args}");
        assert_eq!(bench.answer("check -q", &old).code, Some(1));
        let new = login(&bench, "johndoe", password);
        assert_eq!(bench.pipe("check -q --require me,items", &new), "[exit 0]", "after {args}");
    }
}

#[test]
fn a_user_who_was_removed_and_added_again_does_not_get_the_old_tokens_back() {
    let bench = bench();
    let old = login(&bench, "johndoe", "secret");
    bench.run("users remove johndoe --yes");
    assert_eq!(bench.answer("check --json", &old).json()["reasons"][0]["code"], "unknown_user");
    bench.pipe("users add johndoe --scope me,items --password-stdin", PASSWORD);
    assert_eq!(bench.answer("check --json", &old).json()["reasons"][0]["code"], "revoked");
    let new = login(&bench, "johndoe", PASSWORD);
    assert_eq!(bench.pipe("check -q --require me,items", &new), "[exit 0]");
}

#[test]
fn a_user_of_a_name_that_was_removed_has_a_generation_above() {
    let bench = bench();
    bench.edit_store("scopes = [\"me\", \"items\"]", "scopes = [\"me\"]\ngeneration = 9123456789");
    bench.run("users remove johndoe --yes");
    assert_snapshot!(changed(&bench, || bench.pipe("users add johndoe --password-stdin --json", PASSWORD)), @r#"
    {"username":"johndoe","full_name":null,"email":null,"disabled":false,"scopes":[],"tokens_valid_from":"<time>","generation":<time>,"hash":{"algorithm":"argon2id","memory_kib":7168,"iterations":5,"parallelism":1,"state":"ok"}}
    [exit 0]
    -johndoe = { generation = <time>, until = <time> }
    +
    +[users.johndoe]
    +hashed_password = "$argon2id$v=19$m=7168,t=5,p=1$<salt>$<tag>"
    +tokens_valid_from = <time>
    +generation = <time>
    "#);
    assert_eq!(bench.users().users["johndoe"].generation, 9_123_456_790);
    assert!(bench.users().removed.is_empty());
}

#[test]
fn the_last_generation_is_no_sign_out() {
    let bench = bench();
    bench.edit_store("scopes = [\"me\", \"items\"]", "generation = 9223372036854775807");
    assert_snapshot!(refused(&bench, "users sign-out johndoe", ""), @"
    2> error: user `johndoe` has the last generation there is
    2> hint: choose another username, or lower `generation` in the store once all tokens have expired
    [exit 2]
    ");
}

#[test]
fn a_sign_out_tells_what_it_did() {
    let bench = Bench::new();
    assert_snapshot!(changed(&bench, || bench.run("users sign-out johndoe")), @"
    2> signed out user `johndoe`
    [exit 0]
    +tokens_valid_from = <time>
    +generation = 1
    ");
    assert_snapshot!(bench.run("users sign-out johndoe --json"), @r#"
    {"username":"johndoe","full_name":"John Doe","email":"johndoe@example.com","disabled":false,"scopes":["me","items"],"tokens_valid_from":"<time>","generation":2,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(refused(&bench, "users sign-out nobody", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
}
