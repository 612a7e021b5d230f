use super::{Finding, audit_keys, audit_store};
use crate::auth::key::{Algorithm, Key, KeySet};
use crate::auth::password::PasswordHash;
use crate::auth::scope::ScopeSet;
use crate::auth::time::{Span, Timestamp};
use crate::auth::user::{User, UserStore};

const NOW: Timestamp = Timestamp::new(1_795_294_800).unwrap();

fn store(users: impl IntoIterator<Item = User>) -> UserStore {
    let scopes = [("me".parse().unwrap(), String::new())];
    let users = users.into_iter().map(|user| (user.name.clone(), user));
    UserStore { users: users.collect(), scopes: Some(scopes.into()), ..UserStore::default() }
}

/// The codes, and the user that each is about.
fn codes(findings: &[Finding]) -> Vec<(&'static str, &str)> {
    findings.iter().map(|one| (one.code(), one.user().map_or("", |name| name.as_str()))).collect()
}

#[test]
fn findings_come_by_user_and_all_of_them() {
    let locked = User { hash: Some(PasswordHash::parse("!")), ..User::sample("b") };
    let idle = User { scopes: ScopeSet::new(), ..User::sample("c") };
    let odd = User { scopes: "me,x".parse().unwrap(), email: Some("e".to_owned()), ..User::sample("a") };
    let twin = User { email: Some(" E ".to_owned()), ..User::sample("d") };
    let findings = audit_store(&store([locked, idle, odd, twin]), NOW);
    let expected =
        [("undeclared_scope", "a"), ("unusable_hash", "b"), ("no_scope", "c"), ("doubled_email", "d")];
    assert_eq!(codes(&findings), expected);
}

#[test]
fn of_a_disabled_user_only_that_counts_which_stays_a_risk() {
    let disabled = |name, hash: &str| User {
        disabled: true,
        full_name: Some("Same".to_owned()),
        scopes: "x".parse().unwrap(),
        hash: Some(PasswordHash::parse(hash)),
        ..User::sample(name)
    };
    let weak =
        "$argon2id$v=19$m=8,t=1,p=1$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc";
    let findings = audit_store(&store([disabled("a", "!"), disabled("b", weak)]), NOW);
    let expected = [("undeclared_scope", "a"), ("outdated_hash", "b"), ("undeclared_scope", "b")];
    assert_eq!(codes(&findings), expected);
}

#[test]
fn where_there_are_no_scopes_nobody_needs_one() {
    let idle = || User { scopes: ScopeSet::new(), ..User::sample("a") };
    for scopes in [None, Some([].into())] {
        assert!(audit_store(&UserStore { scopes, ..store([idle()]) }, NOW).is_empty());
    }
    assert_eq!(codes(&audit_store(&store([idle()]), NOW)), [("no_scope", "a")]);
}

#[test]
fn a_sign_out_lies_in_the_future_when_clocks_do_not_explain_it() {
    let from = |span| User { tokens_valid_from: Some(NOW.after(span)), ..User::sample("a") };
    assert!(audit_store(&store([from(Span::minutes(1))]), NOW).is_empty());
    let findings = audit_store(&store([from(Span::seconds(61))]), NOW);
    assert_eq!(codes(&findings), [("valid_from_in_future", "a")]);
}

#[test]
fn a_record_is_over_a_day_after_the_token_expired() {
    let of = |expires| UserStore { revoked: [("a".to_owned(), expires)].into(), ..UserStore::default() };
    let expired = Timestamp::new(NOW.seconds() - 86_400).unwrap();
    assert_eq!(codes(&audit_store(&of(expired), NOW)), [("expired_revocations", "")]);
    assert!(audit_store(&of(expired.after(Span::seconds(1))), NOW).is_empty());
}

#[test]
fn short_rsa_keys_are_weak_from_2031_on() {
    // A public one of 2048 bits, made for this test.
    let pem = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAx3cIPLwMuuTeTWy0G+G0
GWmlRViBf0La9aBUBtGT0SdP27gIm74IDJCm4M7EpeXYQBaJhKeEKXOlnnUOxIuu
IZrjyehJOwAQO2BZmlUMJxUg5Jf482ozmbrSmLl9a/p/NTlzdvJ7F9daWq/vAWC8
Opk7YGC33+VCLqL+/CwvsXpLnaLV7bKnjOjHaMyn0wr3fOqRfoZNDftxBgmrakj3
u+zn3dc0VBQgXN/bZJ3fcGKXlh6jPEhJeSLGBBBwEqyYTAULjPAQn3Wu8B+qlQZ+
bwefJDJNxW87V4TJTB4toWbP/ON4aW5xcBRdIpxC5OtdxkHEBbJc9Frn8iaqPVhY
2wIDAQAB
-----END PUBLIC KEY-----\n";
    let end = Timestamp::new(1_924_992_000).unwrap();
    let keys = KeySet::parse(pem.as_bytes()).unwrap();
    assert!(audit_keys(&keys, NOW).is_empty());
    assert_eq!(codes(&audit_keys(&keys, end)), [("small_rsa_key", "")]);
    assert!(audit_keys(&KeySet::from(Key::generate(Algorithm::RS256).unwrap()), end).is_empty());
}
