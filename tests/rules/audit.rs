//! Findings about keys and users.

use authctl::auth::audit::{About, Finding, audit_both, audit_keys, audit_store};
use authctl::auth::key::{Algorithm, Key, KeySet};
use authctl::store::users_file;

use crate::bench::{NOW, at, encode};
use crate::support::samples::PWDLIB as HASH;

/// All findings.
fn said(findings: &[Finding]) -> String {
    let of = |finding: &Finding| {
        let about = match (finding.about(), finding.user()) {
            (About::Keys, _) => "keys",
            (About::Store, _) => "store",
            (About::User, user) => user.unwrap().as_str(),
        };
        format!("{about}: {}: {finding}", finding.code())
    };
    findings.iter().map(of).collect::<Vec<_>>().join("\n")
}

fn of_store(store: &str) -> String {
    said(&audit_store(&users_file::parse(store).unwrap(), at(NOW)))
}

/// A JWK Set of secrets, each with an id and more members.
fn of_secrets(secrets: &[(&str, &str, &str)]) -> String {
    let jwk = |(id, secret, more): &(&str, &str, &str)| {
        format!(r#"{{"kty":"oct","alg":"HS256","kid":"{id}","k":"{}"{more}}}"#, encode(secret))
    };
    let jwks: Vec<String> = secrets.iter().map(jwk).collect();
    let keys = KeySet::parse(format!(r#"{{"keys":[{}]}}"#, jwks.join(",")).as_bytes()).unwrap();
    said(&audit_keys(&keys, at(NOW)))
}

#[test]
fn a_weak_key_is_retired_and_replaced_first_where_it_signs() {
    let (strong, weak) = ("q8Zt3vXn5LwYk1RbJd7HsCf0GmUeTa2P", "changeme-8361940275-5502938471-93");
    insta::assert_snapshot!(of_secrets(&[("a", strong, ""), ("b", strong.to_lowercase().as_str(), "")]), @"");
    insta::assert_snapshot!(of_secrets(&[("a", weak, ""), ("b", strong, "")]), @"
    keys: weak_key: the secret has a word in it that stands in every list of passwords
    ");
    insta::assert_snapshot!(of_secrets(&[("a", strong, ""), ("b", weak, "")]), @"
    keys: weak_key: the secret has a word in it that stands in every list of passwords
    ");
    // A retired one is past harm.
    insta::assert_snapshot!(of_secrets(&[("a", strong, ""), ("b", weak, r#","authctl_retired":true"#)]), @"");
    insta::assert_snapshot!(of_secrets(&[("b", weak, r#","authctl_retired":true"#)]), @"
    keys: only_retired_keys: all keys are retired: no token is good
    ");
}

#[test]
fn public_keys_that_are_all_retired_are_fetched_anew() {
    let public = KeySet::from(Key::generate(Algorithm::EdDSA).unwrap()).public_json().unwrap();
    let retired = public.replace(r#""kty""#, r#""authctl_retired":true,"kty""#);
    let found = |keys: &str| said(&audit_keys(&KeySet::parse(keys.as_bytes()).unwrap(), at(NOW)));
    insta::assert_snapshot!(found(&public), @"");
    insta::assert_snapshot!(found(&retired), @"
    keys: only_retired_keys: all keys are retired: no token is good
    ");
}

#[test]
fn a_policy_below_what_is_advised_is_found() {
    let policy = |policy: &str| of_store(&format!("[passwords]\n{policy}\n"));
    insta::assert_snapshot!(policy(""), @"");
    insta::assert_snapshot!(policy("min_length = 8"), @"");
    insta::assert_snapshot!(policy("min_length = 20"), @"");
    insta::assert_snapshot!(policy("min_length = 7"), @"
    store: short_passwords: a new password may have 7 characters
    ");
    insta::assert_snapshot!(policy("min_length = 1"), @"
    store: short_passwords: a new password may have 1 character
    ");
    insta::assert_snapshot!(policy("memory_kib = 8\niterations = 3\nparallelism = 1"), @"
    store: weak_password_policy: new hashes cost `m=8,t=3,p=1`, below the minimum of OWASP
    ");
}

#[test]
fn a_hash_that_lets_nobody_in_or_costs_too_little_is_found() {
    let user = |hash: &str| format!("[users.johndoe]\nhashed_password = '{hash}'\nscopes = ['me']\n");
    let old = HASH.replace("t=3", "t=2");
    insta::assert_snapshot!(of_store(&user(HASH)), @"");
    insta::assert_snapshot!(of_store(&user("!")), @"
    johndoe: unusable_hash: user `johndoe` cannot log in: the account is locked
    ");
    insta::assert_snapshot!(of_store(&user("$2b$12$abc")), @"
    johndoe: unusable_hash: user `johndoe` cannot log in: the parameters of bcrypt are not a cost of two digits and 53 characters
    ");
    insta::assert_snapshot!(of_store(&user(&old)), @"
    johndoe: outdated_hash: the hash of user `johndoe` is outdated: `t=2`, and new hashes have `t=3`
    ");
    insta::assert_snapshot!(of_store(&format!("[passwords]\nrehash = true\n{}", user(&old))), @"
    johndoe: outdated_hash: the hash of user `johndoe` is outdated: `t=2`, and new hashes have `t=3`
    ");
}

#[test]
fn scopes_that_say_nothing_are_found() {
    let user = |scopes: &str| {
        format!("[scopes]\nme = ''\n[users.johndoe]\nhashed_password = '{HASH}'\nscopes = [{scopes}]\n")
    };
    insta::assert_snapshot!(of_store(&user("'me'")), @"");
    insta::assert_snapshot!(of_store(&user("'me', 'x'")), @"
    johndoe: undeclared_scope: user `johndoe` is granted `x`, not declared in `[scopes]`
    ");
    insta::assert_snapshot!(of_store(&user("'x', 'me', 'y'")), @"
    johndoe: undeclared_scope: user `johndoe` is granted `x` and `y`, not declared in `[scopes]`
    ");
    insta::assert_snapshot!(of_store(&user("")), @"
    johndoe: no_scope: user `johndoe` has no scope: their tokens permit nothing
    ");
}

#[test]
fn of_users_who_are_confused_one_is_to_be_changed() {
    let user = |name: &str, more: &str| format!("[users.{name}]\n{more}\nscopes = ['me']\n");
    let hash = format!("hashed_password = '{HASH}'");
    // The finding names the user who cannot log in anyway, else the last one.
    let twins = |upper: &str, lower: &str| of_store(&[user("ANN", upper), user("ann", lower)].concat());
    insta::assert_snapshot!(twins(&hash, &hash), @"
    ann: case_twins: the names of users `ANN` and `ann` differ in case only
    ");
    insta::assert_snapshot!(twins(&format!("{hash}\ndisabled = true"), &hash), @"
    ANN: case_twins: the names of users `ANN` and `ann` differ in case only
    ");
    insta::assert_snapshot!(twins("hashed_password = '!'", &hash), @"
    ANN: unusable_hash: user `ANN` cannot log in: the account is locked
    ANN: case_twins: the names of users `ANN` and `ann` differ in case only
    ");
    // Disabled users do not count for doubled names and emails.
    let same = format!("{hash}\nemail = 'a@example.com'\nfull_name = 'Ann'");
    let three = |last: &str| of_store(&[user("a", &same), user("b", &same), user("c", last)].concat());
    insta::assert_snapshot!(three(&same), @"
    c: doubled_email: users `a`, `b` and `c` have the same email
    c: doubled_full_name: users `a`, `b` and `c` have the same full name
    ");
    insta::assert_snapshot!(three(&format!("{same}\ndisabled = true")), @"
    b: doubled_email: users `a` and `b` have the same email
    b: doubled_full_name: users `a` and `b` have the same full name
    ");
}

#[test]
fn the_finding_knows_whether_the_weak_key_signs() {
    let (strong, weak) = ("q8Zt3vXn5LwYk1RbJd7HsCf0GmUeTa2P", "changeme-8361940275-5502938471-93");
    for (secrets, signs) in [([weak, strong], true), ([strong, weak], false)] {
        let jwks = secrets.map(|secret| format!(r#"{{"kty":"oct","alg":"HS256","k":"{}"}}"#, encode(secret)));
        let keys = KeySet::parse(format!(r#"{{"keys":[{}]}}"#, jwks.join(",")).as_bytes()).unwrap();
        let findings = audit_keys(&keys, at(NOW));
        let [Finding::WeakKey { key, .. }] = &findings[..] else { panic!("{findings:?}") };
        assert_eq!(key.signs, signs);
    }
}

#[test]
fn tokens_of_a_key_that_signs_have_scopes_where_they_are_sought() {
    let private = KeySet::from(Key::generate(Algorithm::EdDSA).unwrap());
    let public = KeySet::parse(private.public_json().unwrap().as_bytes()).unwrap();
    for (claims, is_found) in [("", false), ("'scope'", false), ("'scp', 'scope'", false), ("'scp'", true)] {
        let line = if claims.is_empty() { String::new() } else { format!("scope_claim = [{claims}]") };
        let store = users_file::parse(&format!("[tokens]\n{line}\n")).unwrap();
        assert_eq!(audit_both(&private, &store).is_some(), is_found, "{claims}");
        assert_eq!(audit_both(&public, &store), None, "{claims}");
    }
}
