//! Rule 6: the grammar of each claim.

use crate::bench::{Bench, HEADER, NOW, signed, token, with_header};

#[track_caller]
fn case(claims: &str, expected: &str) {
    assert_eq!(Bench::default().answer(&signed(HEADER, claims)), expected, "{claims}");
}

/// A usual claims set with one more claim.
#[track_caller]
fn with(claim: &str, expected: &str) {
    assert_eq!(Bench::default().answer(&token(claim)), expected, "{claim}");
}

#[test]
fn a_subject_is_a_non_empty_string() {
    let exp = NOW + 600;
    case(&format!(r#"{{"exp":{exp},"sub":"x"}}"#), "good");
    case(&format!(r#"{{"exp":{exp},"sub":" ü\u0000"}}"#), "good");
    case(&format!(r#"{{"exp":{exp}}}"#), "invalid_claims");
    for sub in ["\"\"", "null", "5", "true", "[\"johndoe\"]", "{}"] {
        case(&format!(r#"{{"exp":{exp},"sub":{sub}}}"#), "invalid_claims");
    }
}

#[test]
fn an_expiry_is_required() {
    case(r#"{"sub":"johndoe"}"#, "invalid_claims");
    case(r#"{"sub":"johndoe","Exp":99999999999}"#, "invalid_claims");
    case("{}", "invalid_claims invalid_claims");
}

#[test]
fn dates_are_numbers_that_some_calendar_has() {
    for claim in ["exp", "nbf", "iat"] {
        for value in [
            "null",
            "true",
            "\"1795294800\"",
            "[1795294800]",
            "{}",
            "-1",
            "-0.5",
            "253402300800",
            "253402300799.1",
            "1e12",
            "18446744073709551616",
            "1e300",
        ] {
            let claims = match claim {
                "exp" => format!(r#"{{"sub":"johndoe","exp":{value}}}"#),
                _ => format!(r#"{{"sub":"johndoe","exp":{},"{claim}":{value}}}"#, NOW + 600),
            };
            case(&claims, "invalid_claims");
        }
    }
    case(r#"{"sub":"johndoe","exp":253402300799}"#, "good");
    case(r#"{"sub":"johndoe","exp":253402300799,"iat":0,"nbf":0}"#, "good");
    case(r#"{"sub":"johndoe","exp":2.53402300799e11,"iat":-0,"nbf":0.0}"#, "good");
    case(r#"{"sub":"johndoe","exp":0}"#, "expired");
}

#[test]
fn a_scope_keeps_the_grammar() {
    for scope in [
        "\"\"",
        "\"me\"",
        "\"me items\"",
        "\"users:read https://x/y !#[]^~\"",
        "\"me me\"",
        "\"a,b\"",
        "\"\\u006de\"",
    ] {
        with(&format!(r#""scope":{scope}"#), "good");
    }
    for scope in [
        "\" \"",
        "\" me\"",
        "\"me \"",
        "\"me  items\"",
        "\"me\\titems\"",
        "\"me\\nitems\"",
        "\"m\\\"e\"",
        "\"m\\\\e\"",
        "\"m\\u0000e\"",
        "\"m\\u007f\"",
        "\"mé\"",
        "\"r\\u0435ad\"",
        "null",
        "5",
        "[5]",
        "[\"me\",null]",
        "[[\"me\"]]",
        "{\"me\":1}",
    ] {
        with(&format!(r#""scope":{scope}"#), "invalid_claims");
    }
    for scope in ["[]", "[\"me\"]", "[\"me\",\"items\"]", "[\"\",\"m e\",\"mé\"]"] {
        with(&format!(r#""scope":{scope}"#), "good");
    }
}

#[test]
fn a_token_id_is_a_string_if_there_is_one() {
    with(r#""jti":"""#, "good");
    with(r#""jti":"x""#, "good");
    for id in ["null", "5", "[\"x\"]", "{}", "false"] {
        with(&format!(r#""jti":{id}"#), "invalid_claims");
    }
}

#[test]
fn a_token_is_not_issued_after_it_expires() {
    for (iat, expected) in [(NOW, "good"), (NOW + 60, "good")] {
        with(&format!(r#""iat":{iat}"#), expected);
    }
    let born_dead = |iat: &str, exp: u64| format!(r#"{{"sub":"johndoe","iat":{iat},"exp":{exp}}}"#);
    case(&born_dead(&NOW.to_string(), NOW), "expired");
    case(&born_dead(&(NOW + 1).to_string(), NOW + 1), "good");
    case(&born_dead(&format!("{}.999", NOW + 1), NOW + 1), "good");
    case(&born_dead(&(NOW + 2).to_string(), NOW + 1), "invalid_claims");
    case(&born_dead(&NOW.to_string(), NOW - 1), "expired invalid_claims");
}

#[test]
fn claims_that_nobody_here_knows_are_ignored() {
    with(r#""admin":true,"roles":["admin"],"scp":5,"user":null,"":0"#, "good");
}

#[test]
fn every_fault_is_told() {
    let claims = r#"{"sub":5,"nbf":"x","iat":-1,"scope":[5],"jti":1,"gen":"x"}"#;
    insta::assert_snapshot!(Bench::default().words(&signed(HEADER, claims)), @"
    claim `sub` is not a non-empty string
    claim `exp` is missing
    claim `nbf` is not a number from 0 to 253402300799
    claim `iat` is not a number from 0 to 253402300799
    claim `scope` is not a list of scopes with single spaces between
    claim `jti` is not a string
    claim `gen` is not a whole number
    ");
    let claims = format!(r#"{{"exp":{},"iat":{}}}"#, NOW + 5, NOW + 6);
    insta::assert_snapshot!(Bench::default().words(&signed(HEADER, claims)), @"
    claim `sub` is missing
    claim `iat` is after `exp`
    ");
}

#[test]
fn what_is_read_is_what_the_token_says() {
    let claims = format!(
        r#"{{"sub":"johndoe","exp":{}.9,"nbf":{}.1,"iat":{}.2345,"scope":"b a","jti":"i","iss":"s"}}"#,
        NOW + 5,
        NOW - 5,
        NOW - 9
    );
    let token = Bench::default().verify(&signed(HEADER, claims)).unwrap();
    assert_eq!(token.subject(), Some("johndoe"));
    assert_eq!(token.expires().unwrap().to_string(), "2026-11-21T21:00:05Z");
    assert_eq!(token.not_before().unwrap().to_string(), "2026-11-21T20:59:56Z");
    assert_eq!(token.issued().unwrap().to_string(), "2026-11-21T20:59:51.234Z");
    assert_eq!(token.scope(), "b a");
    assert_eq!(token.id(), Some("i"));
    assert_eq!(token.issuer(), Some("s"));
    assert_eq!(token.algorithm(), "HS256");
    assert_eq!(token.key_id(), None);
    let token = Bench::default().verify(&with_header(r#"{"alg":"HS256","kid":"k"}"#)).unwrap();
    assert_eq!(token.key_id(), Some("k"));
}
