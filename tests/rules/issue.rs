//! The claims of an issued token.

use std::collections::HashSet;

use authctl::auth::issue::{AskedScopes, IssueError, IssuedToken, TokenRequest};
use authctl::auth::key::{Algorithm, Key, KeySet, SignError};
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::token::MAX_TOKEN_BYTES;
use authctl::auth::user::{LifetimeError, TokenType, User, UserStore};
use authctl::auth::verify::open;
use authctl::store::users_file;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

use crate::bench::{Bench, NOW, at, key};
use crate::support;

const STORE: &str = "[users.johndoe]\nhashed_password = '!'\nscopes = ['me', 'items']\n";

fn store(tokens: &str) -> UserStore {
    users_file::parse(&format!("[tokens]\n{tokens}\n{STORE}")).unwrap()
}

fn user(store: &UserStore) -> &User {
    store.users.get("johndoe").unwrap()
}

fn issued(store: &UserStore, key: &Key, seconds: u64, now: Timestamp) -> Result<IssuedToken, IssueError> {
    support::issue(user(store), &store.tokens, Span::seconds(seconds), key, now)
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
    {"sub":"johndoe","scope":"me items","iat":1795294800,"exp":1795296600,"jti":"<id>","gen":0}
    "#);
    let token =
        issued(&store("issuer = 'us'\naudience = 'api'\ntype = 'at+jwt'"), &key(), 60, at(NOW)).unwrap();
    insta::assert_snapshot!(text(&token.token), @r#"
    {"alg":"HS256","typ":"at+jwt"}
    {"sub":"johndoe","scope":"me items","iat":1795294800,"exp":1795294860,"jti":"<id>","gen":0,"iss":"us","aud":"api"}
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
fn a_token_without_scopes_has_no_such_claim() {
    let user = User { scopes: ScopeSet::new(), ..user(&store("")).clone() };
    let token = support::issue(&user, &store("").tokens, Span::minutes(1), &key(), at(NOW)).unwrap().token;
    assert!(!text(&token).contains("scope"), "{}", text(&token));
    assert_eq!(Bench::default().answer(&token), "good");
    assert_eq!(Bench::default().require("me").answer(&token), "insufficient_scope");
}

#[test]
fn no_two_tokens_have_one_id() {
    let store = store("");
    let ids: HashSet<String> =
        (0..1000).map(|_| id(&issued(&store, &key(), 60, at(NOW)).unwrap().token)).collect();
    assert_eq!(ids.len(), 1000);
    assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())));
    // All 128 bits are random: each of the 32 digits takes many values.
    for position in 0..32 {
        let digits: HashSet<u8> = ids.iter().map(|id| id.as_bytes()[position]).collect();
        assert_eq!(digits.len(), 16, "digit {position}");
    }
}

fn id(token: &str) -> String {
    open(token, &KeySet::from(key())).unwrap().id().unwrap().to_owned()
}

#[test]
fn a_token_lives_at_least_a_second_and_at_most_what_the_policy_says() {
    let store = store("max_lifetime = '1h'");
    for (seconds, expected) in [
        (0, Some(LifetimeError::Zero.into())),
        (1, None),
        (3600, None),
        (3601, Some(LifetimeError::TooLong(Span::hours(1)).into())),
        (u64::MAX, Some(LifetimeError::TooLong(Span::hours(1)).into())),
    ] {
        assert_eq!(issued(&store, &key(), seconds, at(NOW)).err(), expected, "{seconds}");
    }
}

#[test]
fn a_token_is_no_longer_than_those_that_are_accepted() {
    let issued = |length: usize| {
        let issuer = "i".repeat(length);
        issued(&store(&format!("issuer = '{issuer}'")), &key(), 60, at(NOW)).map(|issued| issued.token)
    };
    let longest = (48_800..49_200).map_while(|length| issued(length).ok()).last().unwrap();
    assert_eq!(longest.len(), MAX_TOKEN_BYTES);
    assert_eq!(Bench::default().answer(&longest), "good");
    assert_eq!(issued(49_200), Err(IssueError::TooLong));
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
fn a_token_carries_the_generation_of_its_user() {
    let mut users = store("");
    users.users.get_mut("johndoe").unwrap().generation = 1_795_294_800;
    let token = issued(&users, &key(), 60, at(NOW)).unwrap().token;
    assert!(text(&token).ends_with(r#","gen":1795294800}"#), "{}", text(&token));
}

#[test]
fn a_sign_out_ends_the_tokens_before_and_no_login_after_whatever_the_clocks_say() {
    let mut users = store("");
    // By clocks that are right, a minute ahead, and an hour behind.
    let moments = [NOW, NOW + 60, NOW - 3600];
    let before = moments.map(|moment| issued(&users, &key(), 7200, at(moment)).unwrap().token);
    let user = users.users.get_mut("johndoe").unwrap();
    user.generation += 1;
    user.tokens_valid_from = Some(at(NOW + 1));
    let after = moments.map(|moment| issued(&users, &key(), 7200, at(moment)).unwrap().token);
    for now in [NOW, NOW + 1, NOW + 61, NOW + 3000] {
        let bench = Bench { users: Some(users.clone()), ..Bench::default() }.at(now);
        for token in &before {
            assert_eq!(bench.answer(token), "revoked");
        }
        for token in &after {
            assert_eq!(bench.answer(token), "good");
        }
    }
}

#[test]
fn the_time_of_issue_is_always_a_whole_second() {
    let mut users = store("");
    for valid_from in [None, Timestamp::from_milliseconds(NOW * 1000 + 200), Some(at(NOW + 3600))] {
        users.users.get_mut("johndoe").unwrap().tokens_valid_from = valid_from;
        let now = Timestamp::from_milliseconds(NOW * 1000 + 731).unwrap();
        let token = issued(&users, &key(), 60, now).unwrap().token;
        assert!(text(&token).contains(r#""iat":1795294800,"exp":1795294860,"#), "{}", text(&token));
    }
}

#[test]
fn debug_does_not_show_a_token() {
    let token = issued(&store("type = 'at+jwt'"), &key(), 60, at(NOW)).unwrap();
    assert_eq!(
        format!("{token:?}"),
        r#"IssuedToken { expires_in: Span(60), scopes: ScopeSet { list: [Scope("me"), Scope("items")], index: None }, .. }"#
    );
    assert_eq!(TokenType::AccessToken.as_str(), "at+jwt");
}

#[test]
fn scopes_alone_ask_for_a_token_of_just_these() {
    let scopes: ScopeSet = "items".parse().unwrap();
    let these = AskedScopes::These(scopes.clone());
    assert_eq!(AskedScopes::from(scopes.clone()), these);
    assert_eq!(TokenRequest::from(scopes), TokenRequest { scopes: these, lifetime: None });
    assert_eq!(AskedScopes::from(ScopeSet::default()), AskedScopes::None);
}
