//! `users list` and `users show`, and stores that cannot be read.

use insta::assert_snapshot;

use super::{bench, refused};
use crate::bench::Bench;

#[test]
fn users_are_listed() {
    let bench = Bench::new();
    bench.edit_store("[users.alice]", "[users.locked]\nhashed_password = \"!\"\n\n[users.alice]");
    assert_snapshot!(bench.run("users list"), @"
    USERNAME  FULL NAME     EMAIL                SCOPES    STATE       HASH
    alice     Alice Chains                       me        disabled    m=8,t=1,p=1
    johndoe   John Doe      johndoe@example.com  me items  enabled     m=8,t=1,p=1
    locked                                                 locked out  unusable: the account is locked
    [exit 0]
    ");
    assert_eq!(bench.run("users"), bench.run("users list"));
    assert_snapshot!(bench.run("users --json"), @r#"
    [{"username":"alice","full_name":"Alice Chains","email":null,"disabled":true,"scopes":["me"],"tokens_valid_from":null,"generation":0,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}},{"username":"johndoe","full_name":"John Doe","email":"johndoe@example.com","disabled":false,"scopes":["me","items"],"tokens_valid_from":null,"generation":0,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}},{"username":"locked","full_name":null,"email":null,"disabled":false,"scopes":[],"tokens_valid_from":null,"generation":0,"hash":{"algorithm":null,"memory_kib":null,"iterations":null,"parallelism":null,"state":"unusable","reason":"the account is locked"}}]
    [exit 0]
    "#);
    assert_snapshot!(Bench::with_store("").run("users"), @"
    USERNAME  FULL NAME  EMAIL  SCOPES  STATE  HASH
    [exit 0]
    ");
    assert_snapshot!(Bench::with_store("").run("users --json"), @"
    []
    [exit 0]
    ");
}

#[test]
fn a_hash_below_the_policy_is_outdated() {
    let bench = bench();
    assert_snapshot!(bench.run("users"), @"
    USERNAME  FULL NAME     EMAIL                SCOPES    STATE     HASH
    alice     Alice Chains                       me        disabled  m=8,t=1,p=1 (outdated)
    johndoe   John Doe      johndoe@example.com  me items  enabled   m=8,t=1,p=1 (outdated)
    [exit 0]
    ");
    assert_snapshot!(bench.answer("users show johndoe --json", "").json()["hash"].to_string(), @r#"
    {"algorithm":"argon2id","iterations":1,"memory_kib":8,"parallelism":1,"state":"outdated"}
    "#);
}

#[test]
fn one_user_is_shown() {
    let bench = Bench::new();
    bench.edit_store("disabled = true", "disabled = true\ntokens_valid_from = 2026-11-21T21:00:00Z");
    assert_snapshot!(bench.run("users show alice"), @"
    FIELD              VALUE
    username           alice
    full name          Alice Chains
    scopes             me
    state              disabled
    hash               m=8,t=1,p=1
    tokens valid from  <time>
    [exit 0]
    ");
    assert_snapshot!(bench.run("users show alice --json"), @r#"
    {"username":"alice","full_name":"Alice Chains","email":null,"disabled":true,"scopes":["me"],"tokens_valid_from":"<time>","generation":0,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(refused(&bench, "users show nobody", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(refused(&bench, "users show nobody --json", ""), @r#"
    {"error":"no_such_user","hint":"`authctl users list` shows who does","message":"user `nobody` does not exist"}
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    "#);
    assert_snapshot!(refused(&bench, "users show", ""), @"
    2> error: `<NAME>` is missing
    2> hint: run `authctl users show --help`
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users show a*b", ""), @"
    2> error: `a*b` is no value for `<NAME>`: `*` cannot be part of a username
    2> hint: run `authctl users show --help`
    [exit 2]
    ");
}

#[test]
fn what_a_store_says_cannot_reach_the_terminal_as_it_is() {
    let bench = Bench::new();
    bench.edit_store("Alice Chains", r"Alice\u001b[31m \u202EChains\n\u009b2J");
    assert_snapshot!(bench.run("users show alice"), @r"
    FIELD      VALUE
    username   alice
    full name  Alice\u{1b}[31m \u{202e}Chains\n\u{9b}2J
    scopes     me
    state      disabled
    hash       m=8,t=1,p=1
    [exit 0]
    ");
    assert_snapshot!(bench.run("users show alice --json"), @r#"
    {"username":"alice","full_name":"Alice\u001b[31m \u202eChains\n\u009b2J","email":null,"disabled":true,"scopes":["me"],"tokens_valid_from":null,"generation":0,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
}

#[test]
fn no_hash_is_ever_shown() {
    let bench = Bench::new();
    let store = bench.read("users.toml");
    let tags: Vec<&str> = store.lines().filter_map(|line| line.split('$').nth(5)).collect();
    assert_eq!(tags.len(), 2);
    for args in ["users", "users --json", "users show johndoe", "users show alice --json"] {
        let answer = bench.answer(args, "");
        let said = [answer.raw.stdout, answer.raw.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(tags.iter().all(|tag| !said.contains(tag.trim_matches('"'))), "{args}");
    }
}

#[test]
fn a_store_that_is_not_there_or_not_valid_is_said_to_be_so() {
    for args in [
        "users",
        "users show johndoe",
        "users add bob --generate",
        "users passwd johndoe --generate",
        "users set johndoe --email=",
        "users grant johndoe me",
        "users revoke johndoe me",
        "users enable johndoe",
        "users disable johndoe",
        "users sign-out johndoe",
        "users remove johndoe --yes",
    ] {
        let missing =
            "2> error: user store `<home>/users.toml` does not exist\n2> hint: run `authctl init`\n[exit 2]";
        let bench = Bench::empty();
        assert_eq!(bench.run(args), missing, "{args}");
        assert_eq!(bench.files(), [""; 0], "{args}");
        let bench = Bench::new();
        bench.edit_store("disabled = true", "disable = true");
        assert_eq!(
            refused(&bench, args, ""),
            "2> error: user store `<home>/users.toml`, line 21, column 1: unknown field `disable` (user `alice`)\n2> hint: did you mean `disabled`?\n[exit 2]",
            "{args}"
        );
    }
}
