//! Any header and claims under a good signature: what is accepted keeps every rule by another reading of them, and
//! `jsonwebtoken` accepts it too, with the same claims.
//!
//! The input is a byte that says what is demanded, the claims, a newline and the rest of the header.
#![no_main]

use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use authctl::auth::key::KeySet;
use authctl::auth::refusal::{Reason, Verdict};
use authctl::auth::time::Timestamp;
use authctl::auth::user::UserStore;
use authctl::auth::verify::{Requirements, open};
use authctl::store::users_file;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value as Json};

const SECRET: &[u8] = b"a-secret-for-nobody,-of-40-bytes-or-more";

static KEYS: LazyLock<KeySet> = LazyLock::new(|| KeySet::from_secret(SECRET).unwrap());
static STORE: LazyLock<UserStore> = LazyLock::new(|| users_file::parse(USERS).unwrap());

const USERS: &str = "
    [users.alice]
    hashed_password = '!'
    scopes = ['read', 'write']
    tokens_valid_from = 2001-09-09T01:46:40.5Z
    [users.bob]
    hashed_password = '!'
    disabled = true
    [revoked]
    gone = 9999-12-31T23:59:59Z
";

fuzz_target!(|bytes: &[u8]| {
    let Some((how, json)) = bytes.split_first() else { return };
    let (claims, header) = match json.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&json[..end], &json[end + 1..]),
        None => (json, &b"}"[..]),
    };
    let header = [b"{\"alg\":\"HS256\"", header].concat();
    let token = signed(&header, claims);

    let is_demanded = |bit: u8| how & (1 << bit) != 0;
    let users = is_demanded(0).then(|| &*STORE);
    let mut demands = Requirements::default();
    demands.issuer = is_demanded(1).then(|| "i".to_owned());
    demands.audience = is_demanded(2).then(|| "a".to_owned());
    if is_demanded(3) {
        demands = demands.require(&"read".parse().unwrap());
    }
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let now = Timestamp::new(seconds).unwrap();

    let theirs = serde_json::from_slice::<Map<String, Json>>(claims);
    // The signature is good.
    let signed = match open(&token, &KEYS) {
        Ok(signed) => signed,
        Err(reason) => {
            assert!(!matches!(reason, Reason::BadSignature | Reason::UnsupportedAlg { .. }));
            return;
        }
    };
    let verdict = match users {
        Some(users) => signed.judge(users.facts(&signed), &demands, now).map(|_| ()),
        None => signed.judge_stateless(&demands, now).map(drop),
    };
    match verdict {
        Ok(()) => {
            let theirs = theirs.expect("claims that are no JSON object were accepted");
            let broken = broken_rule(&theirs, &demands, users.is_some(), seconds);
            assert_eq!(broken, None, "accepted");
            assert_eq!(signed.subject(), theirs["sub"].as_str());
            assert_eq!(signed.scope(), scopes_of(&theirs));
            assert_eq!(signed.id(), theirs.get("jti").map(|id| id.as_str().unwrap()));
            assert_eq!(signed.issuer(), theirs.get("iss").and_then(Json::as_str));
            let audience = serde_json::to_value(signed.audience()).unwrap();
            assert_eq!((!signed.audience().is_absent()).then_some(&audience), theirs.get("aud"));
            assert_eq!(peer(&token, &demands), theirs, "not what jsonwebtoken reads");
        }
        Err(refusal) => {
            let challenge = refusal.challenge();
            assert!(challenge.bytes().all(|byte| (0x20..0x7F).contains(&byte)), "{challenge}");
            assert_eq!(
                refusal.verdict() == Verdict::InsufficientScope,
                refusal.error() == "insufficient_scope"
            );
            let _text = refusal.to_string();
        }
    }
});

fn signed(header: &[u8], claims: &[u8]) -> String {
    let message = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(claims));
    let signature = KEYS.signing_key().unwrap().sign(message.as_bytes()).unwrap();
    format!("{message}.{signature}")
}

/// What `jsonwebtoken` reads, with the strictest rules that it has.
fn peer(token: &str, demands: &Requirements) -> Map<String, Json> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_nbf = true;
    // Its clock is read later than ours.
    validation.leeway = 2;
    validation.set_required_spec_claims(&["exp", "sub"]);
    demands.issuer.iter().for_each(|issuer| validation.set_issuer(&[issuer]));
    demands.audience.iter().for_each(|audience| validation.set_audience(&[audience]));
    decode(token, &DecodingKey::from_secret(SECRET), &validation).expect("jsonwebtoken refuses it").claims
}

/// The scopes of the `scope` claim, with single spaces between.
fn scopes_of(claims: &Map<String, Json>) -> String {
    match claims.get("scope") {
        Some(Json::String(scope)) => scope.clone(),
        Some(Json::Array(scopes)) => {
            let scopes = scopes.iter().filter_map(Json::as_str).filter(|scope| is_scope(scope));
            scopes.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

fn is_scope(scope: &str) -> bool {
    !scope.is_empty() && scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// A rule that the claims break, by a reading of its own: through doubles, so not to the last digit.
fn broken_rule(
    claims: &Map<String, Json>,
    demands: &Requirements,
    with_users: bool,
    now: u64,
) -> Option<&'static str> {
    let text = |name: &str| claims.get(name).and_then(Json::as_str);
    let number = |name: &str| claims.get(name).and_then(Json::as_f64);
    let is_number = |name: &str| {
        claims.get(name).is_none() || number(name).is_some_and(|n| (0.0..=253_402_300_799.0).contains(&n))
    };
    let now = now as f64;
    let scopes = scopes_of(claims);
    let scopes: Vec<&str> = scopes.split(' ').collect();
    let generation = claims.get("gen");
    let rules = [
        ("sub", text("sub").is_some_and(|sub| !sub.is_empty())),
        ("exp", claims.contains_key("exp") && is_number("exp")),
        ("nbf", is_number("nbf")),
        ("iat", is_number("iat")),
        ("expired", number("exp").is_some_and(|exp| exp.floor() > now)),
        ("not yet", number("nbf").is_none_or(|nbf| nbf <= now)),
        ("future", number("iat").is_none_or(|iat| iat.floor() <= now + 60.0)),
        ("iat after exp", number("iat").is_none_or(|iat| iat.floor() <= number("exp").unwrap_or_default())),
        ("jti", claims.get("jti").is_none_or(Json::is_string)),
        ("scope", text("scope").is_none_or(str::is_empty) || scopes.iter().all(|scope| is_scope(scope))),
        (
            "scope is text",
            match claims.get("scope") {
                Some(Json::Array(scopes)) => scopes.iter().all(Json::is_string),
                scope => scope.is_none_or(Json::is_string),
            },
        ),
        ("gen", generation.is_none_or(Json::is_u64)),
        ("required", demands.scopes.is_empty() || scopes.contains(&"read")),
        ("issuer", demands.issuer.is_none() || text("iss") == Some("i")),
        (
            "audience",
            match (&demands.audience, claims.get("aud")) {
                (None, aud) => aud.is_none(),
                (Some(_), Some(Json::String(aud))) => aud == "a",
                (Some(_), Some(Json::Array(list))) => {
                    list.contains(&"a".into()) && list.iter().all(Json::is_string)
                }
                (Some(_), _) => false,
            },
        ),
        ("user", !with_users || text("sub") == Some("alice")),
        ("signed out", !with_users || generation.is_some() || number("iat").is_some_and(|iat| iat >= 1_000_000_000.499)),
        ("revoked", !with_users || text("jti") != Some("gone")),
    ];
    rules.iter().find(|(_, kept)| !kept).map(|(name, _)| *name)
}
