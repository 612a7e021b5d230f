//! `rehash = true`: a login renews a hash that is below the policy.

use insta::assert_snapshot;

use crate::bench::{Bench, cheap_hash};

/// The policy is above the hashes of the store.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.edit_store("memory_kib = 8\n", "memory_kib = 64\nrehash = true\n");
    bench
}

fn login(bench: &Bench, args: &str) -> String {
    bench.pipe(&format!("login johndoe --password-stdin {args}"), "secret\n")
}

#[test]
fn a_login_renews_a_hash_below_the_policy_and_leaves_tokens_good() {
    let bench = bench();
    let token = bench.token("johndoe", "me");
    assert_snapshot!(login(&bench, "--scope me"), @"
    <token>
    [exit 0]
    ");
    let text = bench.read("users.toml");
    let johndoe = &text[text.find("[users.johndoe]").unwrap()..];
    assert_snapshot!(bench.masked(johndoe), @r#"
    [users.johndoe]
    full_name = "John Doe"
    email = "johndoe@example.com"
    hashed_password = "$argon2id$v=19$m=64,t=1,p=1$<salt>$<tag>"
    scopes = ["me", "items"]

    [users.alice]
    full_name = "Alice Chains"
    hashed_password = "$argon2id$v=19$m=8,t=1,p=1$<salt>$<tag>"
    disabled = true
    scopes = ["me"]
    "#);
    assert_eq!(bench.answer(["check", &token], "").code, Some(0));
    login(&bench, "");
    assert_eq!(bench.read("users.toml"), text, "once is enough");
}

#[test]
fn a_login_that_fails_or_a_policy_without_rehash_renews_nothing() {
    let bench = bench();
    let before = bench.read("users.toml");
    bench.pipe("login johndoe --password-stdin", "wrong\n");
    bench.pipe("login johndoe --scope admin --password-stdin", "secret\n");
    bench.pipe("login alice --password-stdin", "wonderland\n");
    assert_eq!(bench.read("users.toml"), before);
    bench.edit_store("rehash = true\n", "rehash = false\n");
    let before = bench.read("users.toml");
    login(&bench, "");
    assert_eq!(bench.read("users.toml"), before);
}

/// Written with a dot within braces, a user cannot be changed without touching something else.
#[test]
fn a_store_that_cannot_be_changed_does_not_fail_the_login() {
    let bench = Bench::with_store(&format!(
        "passwords = {{ memory_kib = 64, iterations = 1, parallelism = 1, rehash = true }}\n\
         users = {{ johndoe.hashed_password = \"{}\" }}\n",
        cheap_hash("secret")
    ));
    let before = bench.read("users.toml");
    assert_snapshot!(login(&bench, ""), @"
    <token>
    2> note: the password of `johndoe` keeps its old hash: user store `<home>/users.toml`: the file is laid out in a way that cannot be edited safely: change it by hand
    [exit 0]
    ");
    assert_snapshot!(login(&bench, "--json"), @r#"
    {"access_token":"<token>","token_type":"Bearer","expires_in":1800,"scope":""}
    2> note: the password of `johndoe` keeps its old hash: user store `<home>/users.toml`: the file is laid out in a way that cannot be edited safely: change it by hand
    [exit 0]
    "#);
    assert_eq!(bench.read("users.toml"), before);
}
