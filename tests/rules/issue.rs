//! What is in a token that we issue.

use std::collections::HashSet;

use authctl::auth::issue::{Grant, IssueError, IssuedToken, TokenId, issue, sign_out_time};
use authctl::auth::key::{Algorithm, Key, KeySet, SignError};
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{TokenType, User, UserStore};
use authctl::store::users_file;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

use crate::bench::{Bench, NOW, at, key};

const STORE: &str = "[users.johndoe]\nhashed_password = '!'\nscopes = ['me', 'items']\n";

fn store(tokens: &str) -> UserStore {
    users_file::parse(&format!("[tokens]\n{tokens}\n{STORE}")).unwrap()
}

fn user(store: &UserStore) -> &User {
    store.users.get("johndoe").unwrap()
}

fn issued(store: &UserStore, key: &Key, seconds: u64, now: Timestamp) -> Result<IssuedToken, IssueError> {
    let scopes: ScopeSet = "me items".parse().unwrap();
    let lifetime = Span::seconds(seconds);
    let grant = Grant { user: user(store), scopes: &scopes, lifetime, id: TokenId::random().unwrap() };
    issue(&grant, &store.tokens, key, now)
}

/// Header and claims as they stand in the token, the id replaced.
fn text(token: &str) -> String {
    let part = |index| {
        let part = token.split('.').nth(index).unwrap();
        String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    let claims = part(1);
    let (before, rest) = claims.split_once("\"jti\":\"").unwrap();
    let (id, after) = rest.split_once('"').unwrap();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    format!("{}\n{before}\"jti\":\"<id>\"{after}", part(0))
}

#[test]
fn a_token_says_who_what_and_how_long() {
    let token = issued(&store(""), &key(), 1800, at(NOW)).unwrap();
    assert_eq!(token.expires_in, Span::seconds(1800));
    insta::assert_snapshot!(text(&token.token), @r#"
    {"alg":"HS256","typ":"JWT"}
    {"sub":"johndoe","scope":"me items","iat":1795294800,"exp":1795296600,"jti":"<id>"}
    "#);
    let token =
        issued(&store("issuer = 'us'\naudience = 'api'\ntype = 'at+jwt'"), &key(), 60, at(NOW)).unwrap();
    insta::assert_snapshot!(text(&token.token), @r#"
    {"alg":"HS256","typ":"at+jwt"}
    {"sub":"johndoe","scope":"me items","iat":1795294800,"exp":1795294860,"jti":"<id>","iss":"us","aud":"api"}
    "#);
}

#[test]
fn a_token_names_its_key_where_that_has_an_id() {
    let key = Key::generate(Algorithm::EdDSA).unwrap();
    let token = issued(&store(""), &key, 60, at(NOW)).unwrap().token;
    let id = key.id().unwrap();
    assert_eq!(
        text(&token).lines().next(),
        Some(format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{id}"}}"#).as_str())
    );
    assert_eq!(Bench::with_keys(KeySet::from(key)).answer(&token), "good");
}

#[test]
fn a_token_without_scopes_says_so() {
    let store = store("");
    let id = TokenId::random().unwrap();
    let grant = Grant { user: user(&store), scopes: &ScopeSet::new(), lifetime: Span::minutes(1), id };
    let token = issue(&grant, &store.tokens, &key(), at(NOW)).unwrap().token;
    assert!(text(&token).contains(r#""scope":"""#), "{}", text(&token));
    assert_eq!(Bench::default().answer(&token), "good");
    assert_eq!(Bench::default().require("me").answer(&token), "insufficient_scope");
}

#[test]
fn no_two_tokens_have_one_id() {
    let ids: HashSet<String> = (0..1000).map(|_| TokenId::random().unwrap().as_str().to_owned()).collect();
    assert_eq!(ids.len(), 1000);
    assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
    // All 128 bits are random: each of the 32 digits takes many values.
    for position in 0..32 {
        let digits: HashSet<u8> = ids.iter().map(|id| id.as_bytes()[position]).collect();
        assert_eq!(digits.len(), 16, "digit {position}");
    }
}

#[test]
fn a_token_lives_at_least_a_second_and_at_most_what_the_policy_says() {
    let store = store("max_lifetime = '1h'");
    for (seconds, expected) in [
        (0, Some(IssueError::NoLifetime)),
        (1, None),
        (3600, None),
        (3601, Some(IssueError::TooLong(Span::hours(1)))),
        (u64::MAX, Some(IssueError::TooLong(Span::hours(1)))),
    ] {
        assert_eq!(issued(&store, &key(), seconds, at(NOW)).err(), expected, "{seconds}");
    }
}

#[test]
fn a_token_is_good_until_the_second_it_says() {
    let store = store("");
    for (milliseconds, last) in [(0, NOW + 59), (999, NOW + 59)] {
        let now = Timestamp::from_milliseconds(NOW * 1000 + milliseconds).unwrap();
        let token = issued(&store, &key(), 60, now).unwrap().token;
        assert_eq!(Bench::default().at(NOW).answer(&token), "good");
        assert_eq!(Bench::default().at(last).answer(&token), "good");
        assert_eq!(Bench::default().at(last + 1).answer(&token), "expired");
    }
}

#[test]
fn a_key_that_cannot_sign_issues_nothing() {
    let pair = KeySet::from(Key::generate(Algorithm::EdDSA).unwrap());
    let public = KeySet::parse(pair.public_json().unwrap().as_bytes()).unwrap();
    let refused = issued(&store(""), &public.keys()[0], 60, at(NOW)).err();
    assert_eq!(refused, Some(IssueError::Sign(SignError::CannotSign)));
}

#[test]
fn what_is_issued_is_good_by_what_the_same_policy_demands() {
    for tokens in
        ["", "issuer = 'us'", "audience = 'api'", "type = 'at+jwt'", "issuer = 'us'\naudience = 'api'"]
    {
        let text = format!("[tokens]\n{tokens}\n{STORE}");
        let token = issued(&store(tokens), &key(), 60, at(NOW)).unwrap().token;
        assert_eq!(Bench::with_store(&text).require("me items").answer(&token), "good", "{tokens}");
    }
}

#[test]
fn a_login_in_the_second_of_a_sign_out_works_and_the_tokens_before_do_not() {
    let moment = |milliseconds| Timestamp::from_milliseconds(NOW * 1000 + milliseconds).unwrap();
    let mut users = store("");
    let before = issued(&users, &key(), 60, moment(100)).unwrap().token;
    let valid_from = sign_out_time(Some(user(&users)), moment(200));
    users.users.get_mut("johndoe").unwrap().tokens_valid_from = Some(valid_from);
    // In the same millisecond even, or with a clock that went back a little within the second.
    for milliseconds in [0, 200, 201, 300, 999, 1000] {
        let after = issued(&users, &key(), 60, moment(milliseconds)).unwrap().token;
        let bench = Bench { users: Some(users.clone()), now: moment(milliseconds), ..Bench::default() };
        assert_eq!(bench.answer(&after), "good", "{milliseconds}");
        assert_eq!(bench.answer(&before), "revoked", "{milliseconds}");
    }
    // A second sign-out refuses the token from between.
    let between = issued(&users, &key(), 60, moment(300)).unwrap().token;
    let valid_from = sign_out_time(Some(user(&users)), moment(300));
    users.users.get_mut("johndoe").unwrap().tokens_valid_from = Some(valid_from);
    let bench = Bench { users: Some(users.clone()), now: moment(400), ..Bench::default() };
    assert_eq!(bench.answer(&between), "revoked");
    assert_eq!(bench.answer(&issued(&users, &key(), 60, moment(400)).unwrap().token), "good");
}

#[test]
fn the_time_of_issue_is_a_whole_second_unless_a_sign_out_is_in_it() {
    let moment = |milliseconds: i64| {
        Timestamp::from_milliseconds((NOW * 1000).saturating_add_signed(milliseconds)).unwrap()
    };
    let mut users = store("");
    for (valid_from, now, expected) in [
        (None, 731, "1795294800"),
        (Some(-1), 731, "1795294800"),
        (Some(-3_600_000), 731, "1795294800"),
        (Some(1000), 731, "1795294800"),
        (Some(3_600_000), 731, "1795294800"),
        (Some(200), 731, "1795294800.731"),
        (Some(999), 731, "1795294800.999"),
        (Some(0), 0, "1795294800"),
    ] {
        users.users.get_mut("johndoe").unwrap().tokens_valid_from = valid_from.map(moment);
        let token = issued(&users, &key(), 60, moment(now)).unwrap().token;
        let says = format!(r#""iat":{expected},"exp":1795294860,"#);
        assert!(text(&token).contains(&says), "{valid_from:?}: {}", text(&token));
    }
}

#[test]
fn debug_does_not_show_a_token() {
    let token = issued(&store("type = 'at+jwt'"), &key(), 60, at(NOW)).unwrap();
    assert_eq!(format!("{token:?}"), "IssuedToken { expires_in: Span(60), .. }");
    assert_eq!(TokenType::AccessToken.as_str(), "at+jwt");
}
