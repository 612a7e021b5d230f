//! The verdict on a token that breaks several rules, and the answer of a server.

use authctl::auth::refusal::Verdict;

use crate::bench::{Bench, NOW, encode, signed};

const STORE: &str = "
[tokens]
issuer = \"us\"

[users.johndoe]
hashed_password = \"!\"
scopes = [\"me\"]
tokens_valid_from = 2026-11-21T20:30:00Z

[users.alice]
hashed_password = \"!\"
disabled = true
scopes = [\"me\"]
";

/// One finding more from step to step, the first of all rules last: the verdict is that of the first.
#[test]
fn the_verdict_is_that_of_the_first_rule_broken() {
    let bench = || Bench::with_store(STORE).require("me items");
    let claims = |sub: &str, iss: &str, iat: u64, exp: u64| {
        format!(r#"{{"sub":"{sub}","iss":"{iss}","iat":{iat},"exp":{exp},"scope":"me"}}"#)
    };
    let usual = r#"{"alg":"HS256","typ":"JWT"}"#;
    let (old, live, dead) = (NOW - 3600, NOW + 600, NOW - 60);
    for (header, claims, answer, verdict) in [
        (usual, claims("johndoe", "us", NOW, live), "insufficient_scope", Verdict::InsufficientScope),
        (usual, claims("johndoe", "us", old, live), "revoked insufficient_scope", Verdict::Unacceptable),
        (usual, claims("alice", "us", NOW, live), "inactive_user insufficient_scope", Verdict::Unacceptable),
        (
            usual,
            claims("alice", "us", old, dead),
            "expired inactive_user insufficient_scope",
            Verdict::Expired,
        ),
        (
            usual,
            claims("johndoe", "us", NOW + 99, dead + 1000),
            "not_yet_valid insufficient_scope",
            Verdict::Unacceptable,
        ),
        (
            usual,
            claims("johndoe", "them", old, dead),
            "wrong_issuer expired revoked insufficient_scope",
            Verdict::Unacceptable,
        ),
        (
            usual,
            claims("johndoe", "us", dead + 1, dead),
            "expired invalid_claims insufficient_scope",
            Verdict::Expired,
        ),
        (
            r#"{"alg":"HS256","typ":"x"}"#,
            claims("bob", "them", old, dead),
            "wrong_type wrong_issuer expired unknown_user insufficient_scope",
            Verdict::Unacceptable,
        ),
    ] {
        let token = signed(header, &claims);
        assert_eq!(bench().answer(&token), answer, "{claims}");
        assert_eq!(bench().verify(&token).unwrap_err().verdict(), verdict, "{claims}");
        let (message, _) = token.rsplit_once('.').unwrap();
        let forged = format!("{message}.{}", encode([1; 32]));
        assert_eq!(bench().answer(&forged), "bad_signature", "{claims}");
        assert_eq!(bench().verify(&forged).unwrap_err().verdict(), Verdict::Unacceptable);
    }
}

fn challenge(required: &str, claims: &str) -> String {
    let bench = Bench::with_store(STORE);
    let bench = if required.is_empty() { bench } else { bench.require(required) };
    let token = signed(r#"{"alg":"HS256"}"#, format!(r#"{{"sub":"johndoe","iss":"us",{claims}}}"#));
    bench.verify(&token).unwrap_err().challenge()
}

#[test]
fn the_challenge_is_what_a_server_answers() {
    let live = format!(r#""iat":{NOW},"exp":{}"#, NOW + 600);
    let dead = format!(r#""iat":{},"exp":{}"#, NOW - 600, NOW - 60);
    insta::assert_snapshot!(challenge("me items", &live), @r#"Bearer error="insufficient_scope", error_description="The token lacks a required scope", scope="me items""#);
    insta::assert_snapshot!(challenge("me", &dead), @r#"Bearer error="invalid_token", error_description="The token expired", scope="me""#);
    insta::assert_snapshot!(challenge("", &dead), @r#"Bearer error="invalid_token", error_description="The token expired""#);
    insta::assert_snapshot!(challenge("me items", r#""scope":"me""#), @r#"Bearer error="invalid_token", error_description="The token's claims are not valid", scope="me items""#);
    let malformed = Bench::default().require("me").verify("x").unwrap_err();
    insta::assert_snapshot!(malformed.challenge(), @r#"Bearer error="invalid_token", error_description="The token is malformed", scope="me""#);
    let forged =
        Bench::default().verify(&format!("{}.e30.{}", encode(r#"{"alg":"HS256"}"#), encode([1; 32])));
    insta::assert_snapshot!(forged.unwrap_err().challenge(), @r#"Bearer error="invalid_token", error_description="The token's signature is not valid""#);
}

#[test]
fn nothing_of_the_token_is_in_the_challenge() {
    let marker = "MARKER\\\"\\r\\nX-Evil: 1";
    for token in [
        signed(format!(r#"{{"alg":"{marker}"}}"#), "{}"),
        signed(format!(r#"{{"alg":"HS256","typ":"{marker}"}}"#), "{}"),
        signed(
            r#"{"alg":"HS256"}"#,
            format!(r#"{{"sub":"{marker}","iss":"{marker}","exp":1,"scope":"MARKER"}}"#),
        ),
        signed(r#"{"alg":"HS256"}"#, format!(r#"{{"sub":"MARKER","exp":{},"iss":"us"}}"#, NOW + 600)),
    ] {
        let refusal = Bench::with_store(STORE).require("me").verify(&token).unwrap_err();
        let challenge = refusal.challenge();
        assert!(!challenge.contains("MARKER"), "{challenge}");
        assert!(challenge.bytes().all(|byte| (0x20..0x7f).contains(&byte)), "{challenge}");
        assert_eq!(challenge.matches('"').count(), 6, "{challenge}");
    }
}

#[test]
fn a_refusal_in_words_has_every_reason() {
    let words = |claims: &str| {
        let token = signed(r#"{"alg":"HS256"}"#, format!(r#"{{"sub":"johndoe","iss":"us",{claims}}}"#));
        Bench::with_store(STORE).require("me items").verify(&token).unwrap_err().to_string()
    };
    let live = NOW + 600;
    insta::assert_snapshot!(words(&format!(r#""iat":{NOW},"exp":{live},"scope":"me""#)), @"token lacks the scope `items`");
    insta::assert_snapshot!(words(&format!(r#""exp":{live},"scope":"me""#)), @"token has no `iat`, and its user was signed out at 2026-11-21T20:30:00Z; token lacks the scope `items`");
    insta::assert_snapshot!(words(r#""exp":"x""#), @"claim `exp` is not a number from 0 to 253402300799; token has no `iat`, and its user was signed out at 2026-11-21T20:30:00Z; token lacks the scopes `me` and `items`");
}

#[test]
fn the_error_is_one_of_the_two_of_the_standard() {
    let of = |claims: &str| {
        let token = signed(r#"{"alg":"HS256"}"#, format!(r#"{{"sub":"johndoe","iss":"us",{claims}}}"#));
        Bench::with_store(STORE).require("me").verify(&token).unwrap_err().error()
    };
    assert_eq!(of(&format!(r#""iat":{NOW},"exp":{}"#, NOW + 1)), "insufficient_scope");
    assert_eq!(of(&format!(r#""iat":{NOW},"exp":{NOW}"#)), "invalid_token");
    assert_eq!(of(&format!(r#""exp":{}"#, NOW + 1)), "invalid_token");
}
