//! Rule 9: the user, and tokens taken back.

use authctl::auth::issue::sign_out_time;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{TokenPolicy, TokenType, Username, UsernameError};

use crate::bench::{Bench, HEADER, NOW, signed, token};

const STORE: &str = "
[users.johndoe]
hashed_password = \"!\"
scopes = [\"me\", \"items\"]

[users.alice]
hashed_password = \"!\"
disabled = true

[revoked]
taken-back = 2026-11-21T22:00:00Z
long-ago = 2020-01-01T00:00:00Z
";

#[track_caller]
fn case(claims: &str, expected: &str) {
    let token = signed(HEADER, format!(r#"{{"exp":{},{claims}}}"#, NOW + 600));
    assert_eq!(Bench::with_store(STORE).answer(&token), expected, "{claims}");
}

#[test]
fn the_user_is_there_and_enabled() {
    case(r#""sub":"johndoe""#, "good");
    case(r#""sub":"alice""#, "inactive_user");
    for sub in ["bob", "Johndoe", "JOHNDOE", "john", "johndoe2"] {
        case(&format!(r#""sub":"{sub}""#), "unknown_user");
    }
}

#[test]
fn a_subject_that_is_no_username_is_nobodys() {
    for sub in [" johndoe", "johndoe ", "john doe", "johndoe\\u0000", "john\\u200bdoe", "jöhn", "a/b"] {
        case(&format!(r#""sub":"{sub}""#), "invalid_claims unknown_user");
    }
}

#[test]
fn without_a_store_nobody_is_asked_for() {
    for sub in ["bob", "alice", "john doe"] {
        let token = signed(HEADER, format!(r#"{{"exp":{},"sub":"{sub}","jti":"taken-back"}}"#, NOW + 600));
        assert_eq!(Bench::default().answer(&token), "good", "{sub}");
    }
}

#[test]
fn the_user_is_the_one_asked_for() {
    let bench = |user: &str| Bench::with_store(STORE).demand(|demands| demands.user = Some(user.to_owned()));
    assert_eq!(bench("johndoe").answer(&token("")), "good");
    assert_eq!(bench("alice").answer(&token("")), "wrong_user");
    assert_eq!(bench("Johndoe").answer(&token("")), "wrong_user");
    let stateless = Bench::default().demand(|demands| demands.user = Some("alice".to_owned()));
    assert_eq!(stateless.answer(&token("")), "wrong_user");
}

#[test]
fn a_token_that_was_taken_back_is_refused_by_its_id() {
    case(r#""sub":"johndoe","jti":"other""#, "good");
    case(r#""sub":"johndoe","jti":"taken-back""#, "revoked");
    case(r#""sub":"johndoe","jti":"taken\u002dback""#, "revoked");
    case(r#""sub":"johndoe","jti":"long-ago""#, "revoked");
    case(r#""sub":"johndoe","jti":"Taken-back""#, "good");
    case(r#""sub":"alice","jti":"taken-back""#, "inactive_user revoked");
    case(r#""sub":"bob","jti":"taken-back""#, "unknown_user revoked");
}

#[test]
fn a_token_older_than_the_last_sign_out_is_refused() {
    let store = STORE.replace("items\"]\n", "items\"]\ntokens_valid_from = 2026-11-21T21:00:00Z\n");
    let bench = Bench::with_store(&store);
    for (iat, expected) in [
        (format!("\"iat\":{}", NOW - 1), "revoked"),
        (format!("\"iat\":{}.999", NOW - 1), "revoked"),
        (format!("\"iat\":{NOW}"), "good"),
        (format!("\"iat\":{NOW}.001"), "good"),
        (format!("\"iat\":{}", NOW + 1), "good"),
        (String::new(), "revoked"),
    ] {
        assert_eq!(bench.answer(&token(&iat)), expected, "{iat}");
    }
}

#[test]
fn a_sign_out_within_a_second_is_told_to_the_millisecond() {
    let store = STORE.replace("items\"]\n", "items\"]\ntokens_valid_from = 2026-11-21T21:00:00.501Z\n");
    let bench = Bench::with_store(&store);
    for (iat, expected) in [
        (format!("\"iat\":{NOW}"), "revoked"),
        (format!("\"iat\":{NOW}.5"), "revoked"),
        (format!("\"iat\":{NOW}.500999"), "revoked"),
        (format!("\"iat\":{NOW}.501"), "good"),
        (format!("\"iat\":{}", NOW + 1), "good"),
    ] {
        assert_eq!(bench.answer(&token(&iat)), expected, "{iat}");
    }
}

#[test]
fn a_sign_out_refuses_all_tokens_so_far() {
    let moment = |milliseconds| Timestamp::from_milliseconds(NOW * 1000 + milliseconds).unwrap();
    let store = authctl::store::users_file::parse(STORE).unwrap();
    let mut user = store.users.get("johndoe").unwrap().clone();
    // The very millisecond in which a token may have been issued is before.
    assert_eq!(sign_out_time(Some(&user), moment(500)), moment(501));
    assert_eq!(sign_out_time(None, moment(500)), moment(501));
    // Twice in a row, or with a clock that went back: tokens of the time between are refused too.
    user.tokens_valid_from = Some(moment(501));
    assert_eq!(sign_out_time(Some(&user), moment(500)), moment(502));
    assert_eq!(sign_out_time(Some(&user), moment(400)), moment(502));
    assert_eq!(sign_out_time(Some(&user), moment(900)), moment(901));
}

#[test]
fn the_words_name_the_user() {
    let words = |claims: &str| {
        Bench::with_store(STORE).words(&signed(HEADER, format!(r#"{{"exp":{},{claims}}}"#, NOW + 600)))
    };
    insta::assert_snapshot!(words(r#""sub":"bob""#), @"user `bob` does not exist");
    insta::assert_snapshot!(words(r#""sub":"alice","jti":"taken-back""#), @"
    user `alice` is disabled
    token was revoked
    ");
    insta::assert_snapshot!(words(r#""sub":"a b""#), @"
    claim `sub` is not a username
    user `a b` does not exist
    ");
    let asked = Bench::default().demand(|demands| demands.user = Some("alice".to_owned()));
    insta::assert_snapshot!(asked.words(&token("")), @"token is about `johndoe`, not `alice`");
}

#[test]
fn a_username_has_1_to_128_characters_that_need_no_quotes() {
    let longest = "x".repeat(128);
    for name in ["a", "Z", "0", ".", "_", "@", "+", "-", "john.doe+test@example.com", &longest] {
        let username: Username = name.parse().unwrap();
        assert_eq!((username.as_str(), username.to_string().as_str()), (name, name));
    }
    let too_long = format!("{longest}x");
    for (name, error) in [
        ("", UsernameError::Empty),
        (too_long.as_str(), UsernameError::TooLong),
        (" ", UsernameError::Character(' ')),
        ("a/b", UsernameError::Character('/')),
        ("a,b", UsernameError::Character(',')),
        ("a:b", UsernameError::Character(':')),
        ("a[b", UsernameError::Character('[')),
        ("jöhn", UsernameError::Character('ö')),
        ("a\n", UsernameError::Character('\n')),
        ("a\0", UsernameError::Character('\0')),
    ] {
        assert_eq!(name.parse::<Username>(), Err(error), "{name:?}");
        assert_eq!(Username::check(name), Err(error), "{name:?}");
    }
    assert_eq!(UsernameError::Character('\n').to_string(), "`\\n` cannot be part of a username");
    assert_eq!(UsernameError::Character('"').to_string(), "`\"` cannot be part of a username");
}

#[test]
fn a_store_that_says_nothing_of_tokens_has_them_live_for_half_an_hour_and_at_most_a_day() {
    let policy = authctl::store::users_file::parse("").unwrap().tokens;
    assert_eq!(policy, TokenPolicy::default());
    assert_eq!((policy.lifetime, policy.max_lifetime), (Span::seconds(1800), Span::seconds(86_400)));
    assert_eq!((policy.issuer, policy.audience, policy.token_type), (None, None, TokenType::Jwt));
}
