//! Narrower tokens: for less, no longer, and revoked with those they came from.

use authctl::auth::issue::{IssueError, IssuedToken};
use authctl::auth::key::SignError;
use authctl::auth::narrow::{NarrowError, NarrowRequest};
use authctl::auth::time::Span;
use authctl::auth::user::LifetimeError;
use authctl::{Algorithm, Authority, Key, KeySet, Reason, ScopeSet, Timestamp, users_file};
use serde_json::{Value, json};

use crate::bench::{HEADER, NOW, at, claims, claims_of, key, signed};

const STORE: &str = "
[users.johndoe]
hashed_password = '!'
scopes = ['me', 'items', 'admin']
";

/// The authority over the store, of which the first text is replaced by the second.
fn authority(from: &str, to: &str) -> Authority {
    let store = STORE.replace(from, to);
    assert!(from.is_empty() || store != STORE, "{from}");
    Authority::new(KeySet::from(key()), users_file::parse(&store).unwrap())
}

fn usual() -> Authority {
    authority("", "")
}

fn scopes(list: &str) -> NarrowRequest {
    if list.is_empty() { NarrowRequest::default() } else { list.parse::<ScopeSet>().unwrap().into() }
}

/// A token with these claims and the id `p`, which permits `me` and `items` for ten minutes.
fn parent(more: &str) -> String {
    signed(HEADER, claims(&format!(r#""jti":"p","scope":"items me"{more}"#)))
}

fn narrowed(parent: &str, request: &NarrowRequest, now: u64) -> Result<IssuedToken, NarrowError> {
    usual().narrow(parent, request, at(now))
}

/// The codes of all reasons, or that of the error.
#[track_caller]
fn refused(authority: &Authority, parent: &str, list: &str, now: u64) -> String {
    match authority.narrow(parent, &scopes(list), at(now)).unwrap_err() {
        NarrowError::Refused(refusal) => {
            let codes: Vec<&str> = refusal.reasons().iter().map(Reason::code).collect();
            codes.join(" ")
        }
        error => error.code().to_owned(),
    }
}

#[test]
fn a_narrower_token_is_of_the_same_user_for_a_part_of_the_scopes() {
    let issued =
        narrowed(&parent(r#","gen":4,"nbf":5,"iat":7,"email":"x","iss":"other""#), &scopes("items"), NOW)
            .unwrap();
    let mut claims = claims_of(&issued.token);
    let id = claims["jti"].take();
    let id = id.as_str().unwrap().strip_prefix("p.").unwrap();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    assert_eq!(claims, json!({"sub":"johndoe","scope":"items","iat":NOW,"exp":NOW + 600,"jti":null,"gen":4}));
    assert_eq!((issued.expires_in, issued.scopes.to_string().as_str()), (Span::minutes(10), "items"));
    let again = narrowed(&parent(""), &scopes("items"), NOW).unwrap();
    assert_ne!(again.token, narrowed(&parent(""), &scopes("items"), NOW).unwrap().token);

    // In the order of the token, and none where none is asked for.
    assert_eq!(
        claims_of(&narrowed(&parent(""), &scopes("me items"), NOW).unwrap().token)["scope"],
        "items me"
    );
    assert_eq!(claims_of(&narrowed(&parent(""), &scopes(""), NOW).unwrap().token).get("scope"), None);
}

#[test]
fn a_scope_that_the_token_does_not_permit_is_never_in_it() {
    let lacks = "insufficient_scope";
    // Granted to the user, but not in the token.
    assert_eq!(refused(&usual(), &parent(""), "admin", NOW), lacks);
    assert_eq!(refused(&usual(), &parent(""), "items admin", NOW), lacks);
    // In the token, but withdrawn or declared no more since.
    assert_eq!(refused(&authority("'items', ", ""), &parent(""), "items", NOW), lacks);
    let undeclared = authority("[users.johndoe]", "[scopes]\nme = ''\n[users.johndoe]");
    assert_eq!(refused(&undeclared, &parent(""), "items", NOW), lacks);
    assert_eq!(undeclared.narrow(&parent(""), &scopes("me"), at(NOW)).unwrap().scopes.to_string(), "me");
    // Where the scopes of a token are is for the policy to say.
    let elsewhere = authority("[users.johndoe]", "[tokens]\nscope_claim = ['scp']\n[users.johndoe]");
    assert_eq!(refused(&elsewhere, &parent(""), "items", NOW), lacks);
    let issued = elsewhere.narrow(&parent(r#","scp":["admin"]"#), &scopes("admin"), at(NOW)).unwrap();
    assert_eq!(claims_of(&issued.token)["scope"], "admin");
}

#[test]
fn it_never_outlives_the_token_it_is_from() {
    let expiry = |lifetime: Option<u64>, now: u64| {
        let request = NarrowRequest { lifetime: lifetime.map(Span::seconds), ..scopes("me") };
        let issued = narrowed(&parent(""), &request, now).unwrap();
        let claims = claims_of(&issued.token);
        assert_eq!(claims["exp"].as_u64().unwrap() - now, issued.expires_in.as_seconds());
        claims["exp"].as_u64().unwrap()
    };
    assert_eq!(expiry(Some(60), NOW), NOW + 60);
    assert_eq!(expiry(Some(600), NOW), NOW + 600);
    assert_eq!(expiry(Some(601), NOW), NOW + 600);
    assert_eq!(expiry(Some(86_400), NOW), NOW + 600);
    assert_eq!(expiry(None, NOW), NOW + 600);
    assert_eq!(expiry(Some(60), NOW + 599), NOW + 600);
    // A fraction of a second of the parent is no second more.
    let request = NarrowRequest { lifetime: Some(Span::hours(1)), ..scopes("me") };
    let parent = signed(HEADER, format!(r#"{{"sub":"johndoe","exp":{NOW}.999,"jti":"p","scope":"me"}}"#));
    assert_eq!(claims_of(&narrowed(&parent, &request, NOW - 5).unwrap().token)["exp"], NOW);
    let late = Timestamp::from_milliseconds((NOW - 5) * 1000 + 999).unwrap();
    let claims = claims_of(&usual().narrow(&parent, &request, late).unwrap().token);
    assert_eq!((claims["iat"].as_u64(), claims["exp"].as_u64()), (Some(NOW - 5), Some(NOW)));

    for (seconds, error) in [(0, LifetimeError::Zero), (86_401, LifetimeError::TooLong(Span::hours(24)))] {
        let request = NarrowRequest { lifetime: Some(Span::seconds(seconds)), ..scopes("me") };
        assert_eq!(
            narrowed(&parent, &request, NOW - 5),
            Err(NarrowError::Issue(IssueError::Lifetime(error)))
        );
    }
}

#[test]
fn only_a_good_token_can_be_narrowed() {
    assert_eq!(refused(&usual(), &parent(""), "me", NOW + 600), "expired");
    assert_eq!(refused(&usual(), &parent(&format!(r#","nbf":{}"#, NOW + 1)), "me", NOW), "not_yet_valid");
    assert_eq!(refused(&usual(), &parent(&format!(r#","iat":{}"#, NOW + 61)), "me", NOW), "not_yet_valid");
    assert_eq!(refused(&usual(), &parent(r#","aud":"x""#), "me", NOW), "wrong_audience");
    assert_eq!(refused(&usual(), &format!("{}=", parent("")), "me", NOW), "malformed");
    assert_eq!(refused(&usual(), "x", "me", NOW), "malformed");
    let forged = parent("").rsplit_once('.').unwrap().0.to_owned() + ".AAAA";
    assert_eq!(refused(&usual(), &forged, "me", NOW), "bad_signature");
    assert_eq!(
        refused(&authority("hashed", "disabled = true\nhashed"), &parent(""), "me", NOW),
        "inactive_user"
    );
    assert_eq!(refused(&authority("johndoe", "janedoe"), &parent(""), "me", NOW), "unknown_user");
    let signed_out = authority("hashed", "generation = 1\nhashed");
    assert_eq!(refused(&signed_out, &parent(r#","gen":0"#), "me", NOW), "revoked");
    let revoked = authority("[users", "[revoked]\np = 2126-11-21T21:00:00Z\n[users");
    assert_eq!(refused(&revoked, &parent(""), "me", NOW), "revoked");
}

#[test]
fn a_sign_out_refuses_narrower_tokens_too() {
    // A token of another issuer has no generation: the narrower one gets that of its user.
    let signed_out_once = authority("hashed", "generation = 3\nhashed");
    for (more, generation) in [("", 3), (r#","gen":3"#, 3), (r#","gen":5"#, 5)] {
        let child = signed_out_once.narrow(&parent(more), &scopes("me"), at(NOW)).unwrap().token;
        assert_eq!(claims_of(&child)["gen"], generation);
        assert!(
            signed_out_once.verify(&child, &signed_out_once.require(&"me".parse().unwrap()), at(NOW)).is_ok()
        );
    }
    let child = signed_out_once.narrow(&parent(""), &scopes("me"), at(NOW)).unwrap().token;
    let signed_out_again = authority("hashed", "generation = 4\nhashed");
    assert_eq!(refused(&signed_out_again, &child, "me", NOW), "revoked");
}

#[test]
fn revoking_a_token_revokes_all_that_were_narrowed_from_it() {
    let mut tokens = vec![parent("")];
    for _ in 0..8 {
        tokens.push(narrowed(tokens.last().unwrap(), &scopes("me"), NOW).unwrap().token);
    }
    assert_eq!(refused(&usual(), &tokens[8], "me", NOW), "too_deep");
    let sibling = narrowed(&tokens[0], &scopes("me"), NOW).unwrap().token;
    for (index, token) in tokens.iter().enumerate() {
        let id = claims_of(token)["jti"].as_str().unwrap().to_owned();
        let store = STORE.replace("[users", &format!("[revoked]\n\"{id}\" = 2126-11-21T21:00:00Z\n[users"));
        let authority = Authority::new(KeySet::from(key()), users_file::parse(&store).unwrap());
        let good =
            |token: &str| authority.verify(token, &authority.require(&ScopeSet::new()), at(NOW)).is_ok();
        let kept: Vec<usize> = (0..tokens.len()).filter(|one| good(&tokens[*one])).collect();
        assert_eq!(kept, (0..index).collect::<Vec<_>>());
        assert_eq!(good(&sibling), index > 0);
    }
}

#[test]
fn a_token_without_an_id_or_with_eight_dots_in_it_cannot_be_narrowed() {
    let with_id = |id: &str| signed(HEADER, claims(&format!(r#""scope":"me"{id}"#)));
    assert_eq!(narrowed(&with_id(""), &scopes("me"), NOW), Err(NarrowError::NoId));
    assert_eq!(refused(&usual(), &with_id(""), "me", NOW), "no_jti");
    assert_eq!(narrowed(&with_id(r#","jti":"........""#), &scopes("me"), NOW), Err(NarrowError::TooDeep));
    assert!(narrowed(&with_id(r#","jti":".......""#), &scopes("me"), NOW).is_ok());
    // What is wrong with the token comes first.
    assert_eq!(refused(&usual(), &with_id(""), "admin", NOW), "insufficient_scope");
}

#[test]
fn an_id_may_have_any_character() {
    for id in [r"", r"\u0000\n\u001b[31m", r#"\"}],{\"admin\":true"#, "é😀", r"a\\b", " "] {
        let parent = signed(HEADER, claims(&format!(r#""scope":"me","jti":"{id}""#)));
        let child = narrowed(&parent, &scopes("me"), NOW).unwrap().token;
        let id: Value = serde_json::from_str(&format!("\"{id}\"")).unwrap();
        let child_id = claims_of(&child)["jti"].as_str().unwrap().to_owned();
        assert!(child_id.starts_with(&format!("{}.", id.as_str().unwrap())), "{child_id}");
        assert!(narrowed(&child, &scopes("me"), NOW).is_ok());
    }
}

#[test]
fn no_token_is_made_that_is_too_long_to_be_accepted() {
    let with_id = |length: usize| {
        let id = "x".repeat(length);
        signed(r#"{"alg":"HS256"}"#, format!(r#"{{"sub":"johndoe","exp":{},"jti":"{id}"}}"#, NOW + 600))
    };
    let short = narrowed(&with_id(48_000), &scopes(""), NOW).unwrap().token;
    assert!(short.len() <= 65_536);
    let parent = with_id(49_000);
    assert!(parent.len() <= 65_536);
    assert_eq!(narrowed(&parent, &scopes(""), NOW), Err(NarrowError::Issue(IssueError::TooLong)));
    assert_eq!(refused(&usual(), &parent, "", NOW), "too_long");
}

#[test]
fn the_audience_is_that_of_the_token_unless_another_is_named() {
    let api = authority("[users", "[tokens]\naudience = 'api'\nissuer = 'us'\n[users");
    let audience = |aud: &str, named: Option<&str>| {
        let request = NarrowRequest { audience: named.map(str::to_owned), ..scopes("me") };
        let parent = parent(&format!(r#","iss":"us","aud":{aud}"#));
        let claims = claims_of(&api.narrow(&parent, &request, at(NOW)).unwrap().token);
        assert_eq!(claims["iss"], "us");
        claims["aud"].clone()
    };
    assert_eq!(audience(r#""api""#, None), "api");
    assert_eq!(audience(r#"["api","other"]"#, None), json!(["api", "other"]));
    assert_eq!(audience(r#"["api","other"]"#, Some("other")), "other");
    assert_eq!(audience(r#""api""#, Some("partner")), "partner");
    // The one given is judged by the store, whatever audience the new one is for.
    let request = NarrowRequest { audience: Some("api".to_owned()), ..scopes("me") };
    let refusal = api.narrow(&parent(r#","iss":"us","aud":"partner""#), &request, at(NOW)).unwrap_err();
    assert_eq!(refusal.code(), "wrong_audience");
}

#[test]
fn it_takes_a_key_that_signs() {
    let pair = KeySet::from(Key::generate(Algorithm::EdDSA).unwrap());
    let keys = KeySet::parse(pair.public_json().unwrap().as_bytes()).unwrap();
    let verifier = Authority::new(keys, users_file::parse(STORE).unwrap());
    let error = verifier.narrow(&parent(""), &scopes("me"), at(NOW)).unwrap_err();
    assert_eq!(error, NarrowError::Issue(IssueError::Sign(SignError::CannotSign)));
}
