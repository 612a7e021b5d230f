//! Rule 9: the user, and tokens taken back.

use authctl::auth::refusal::Reason;
use authctl::auth::time::Span;
use authctl::auth::user::{TokenPolicy, TokenType, UserStore, Username, UsernameError};
use authctl::open;

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
    let bench = |user: &str| {
        Bench::with_store(STORE).demand(|requirements| requirements.user = Some(user.to_owned()))
    };
    assert_eq!(bench("johndoe").answer(&token("")), "good");
    assert_eq!(bench("alice").answer(&token("")), "wrong_user");
    assert_eq!(bench("Johndoe").answer(&token("")), "wrong_user");
    let stateless = Bench::default().demand(|requirements| requirements.user = Some("alice".to_owned()));
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
fn a_token_of_a_generation_before_that_of_its_user_is_refused() {
    let store =
        STORE.replace("items\"]\n", "items\"]\ngeneration = 3\ntokens_valid_from = 2026-11-21T21:00:00Z\n");
    let bench = Bench { users: Some(users(&store, 3)), ..Bench::default() };
    for (generation, expected) in [(0, "revoked"), (2, "revoked"), (3, "good"), (4, "good")] {
        // The clock does not matter.
        for iat in [String::new(), format!(",\"iat\":{}", NOW - 600), format!(",\"iat\":{}", NOW + 59)] {
            assert_eq!(bench.answer(&token(&format!("\"gen\":{generation}{iat}"))), expected, "{iat}");
        }
    }
    for generation in ["-1", "1.5", "\"3\"", "null", "18446744073709551616", "[3]", "true"] {
        // Its `gen` is invalid, so it is judged as a token without a generation too.
        let token = token(&format!("\"gen\":{generation}"));
        assert_eq!(bench.answer(&token), "invalid_claims revoked", "{generation}");
        assert_eq!(Bench::with_store(STORE).answer(&token), "invalid_claims", "{generation}");
    }
}

/// The store, its user of this generation.
fn users(store: &str, generation: u64) -> UserStore {
    let mut users = authctl::store::users_file::parse(&store.replace("generation = 3\n", "")).unwrap();
    users.users.get_mut("johndoe").unwrap().generation = generation;
    users
}

#[test]
fn a_token_without_a_generation_says_why_it_is_from_before_the_sign_out() {
    let store = STORE.replace("items\"]\n", "items\"]\ntokens_valid_from = 2026-11-21T21:00:00Z\n");
    let words = |claims: &str| Bench::with_store(&store).words(&token(claims));
    insta::assert_snapshot!(words(""), @"token has no `iat`, and its user was signed out at 2026-11-21T21:00:00Z");
    insta::assert_snapshot!(
        words(&format!("\"iat\":{}", NOW - 1)),
        @"token was issued at 2026-11-21T20:59:59Z, and its user was signed out at 2026-11-21T21:00:00Z"
    );
    // A user who was never signed out needs no `iat`.
    assert_eq!(Bench::with_store(STORE).answer(&token("")), "good");
}

#[test]
fn a_narrowed_token_is_revoked_with_those_it_came_from() {
    for (id, expected) in [
        ("taken-back.a", "revoked"),
        ("taken-back.a.b", "revoked"),
        ("x.taken-back", "good"),
        ("taken-backa.b", "good"),
        ("taken-back.", "revoked"),
        (".taken-back", "good"),
    ] {
        case(&format!(r#""sub":"johndoe","jti":"{id}""#), expected);
    }
}

#[test]
fn of_an_id_with_many_dots_the_first_eight_count() {
    let dots = |count: usize| format!("taken-back{}", ".x".repeat(count));
    let store = |id: &str| STORE.replace("taken-back =", &format!("\"{id}\" ="));
    let answer = |revoked: &str, id: &str| {
        let token = token(&format!(r#""jti":"{id}""#));
        Bench::with_store(&store(revoked)).answer(&token)
    };
    assert_eq!(answer(&dots(0), &dots(8)), "revoked");
    assert_eq!(answer(&dots(7), &dots(8)), "revoked");
    assert_eq!(answer(&dots(7), &dots(20)), "revoked");
    assert_eq!(answer(&dots(8), &dots(20)), "good");
    assert_eq!(answer(&dots(20), &dots(20)), "revoked");
    assert_eq!(
        open(&token(r#""jti":"a..b.""#), &Bench::default().keys).unwrap().revocable_ids().collect::<Vec<_>>(),
        ["a..b.", "a", "a.", "a..b"]
    );
    assert_eq!(open(&token(""), &Bench::default().keys).unwrap().revocable_ids().count(), 0);
}

#[test]
fn a_token_is_never_judged_by_another_user() {
    let bench = Bench::with_store(STORE).require("me");
    let users = bench.users.as_ref().unwrap();
    let (own, other) = (
        token(r#""scope":"me""#),
        signed(HEADER, format!(r#"{{"exp":{},"sub":"bob","scope":"me"}}"#, NOW + 600)),
    );
    let (own, other) = (open(&own, &bench.keys).unwrap(), open(&other, &bench.keys).unwrap());
    assert!(own.judge(users.facts(&own), &bench.requirements, bench.now).is_ok());
    let refusal = other.judge(users.facts(&own), &bench.requirements, bench.now).unwrap_err();
    assert_eq!(refusal.reasons(), [Reason::UnknownUser("bob".to_owned())]);
    assert!(other.into_verified(users.facts(&own), &bench.requirements, bench.now).is_err());
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
    let signed_out = STORE.replace("items\"]\n", "items\"]\ngeneration = 3\n");
    insta::assert_snapshot!(Bench::with_store(&signed_out).words(&token(r#""gen":2"#)), @"token is from before the last sign-out, new password or removal of its user");
    insta::assert_snapshot!(Bench::with_store(&signed_out).words(&token(r#""gen":2,"jti":"taken-back""#)), @"token was revoked");
    let asked = Bench::default().demand(|requirements| requirements.user = Some("alice".to_owned()));
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
