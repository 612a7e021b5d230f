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
fn a_sign_out_tells_what_it_did() {
    let bench = Bench::new();
    assert_snapshot!(changed(&bench, || bench.run("users sign-out johndoe")), @"
    2> signed out user `johndoe`
    [exit 0]
    +tokens_valid_from = <time>
    ");
    assert_snapshot!(bench.run("users sign-out johndoe --json"), @r#"
    {"username":"johndoe","full_name":"John Doe","email":"johndoe@example.com","disabled":false,"scopes":["me","items"],"tokens_valid_from":"<time>","hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(refused(&bench, "users sign-out nobody", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
}
