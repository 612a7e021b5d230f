//! Rules 4 and 5: which key, and its signature.

use std::io::ErrorKind;
use std::net::TcpListener;

use authctl::auth::key::{Algorithm, Key, KeySet};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

use crate::bench::{Bench, HEADER, claims, encode, key, signed_by, token, with_header};

/// A JWK of a secret that is `letter` and more.
fn jwk(letter: char, alg: &str, id: Option<&str>) -> String {
    let secret = format!("{letter}{}", "0123456789abcdef".repeat(4));
    let id = id.map(|id| format!(r#","kid":"{id}""#)).unwrap_or_default();
    format!(r#"{{"kty":"oct","alg":"{alg}","k":"{}"{id}}}"#, encode(secret))
}

fn set(jwks: &[String]) -> KeySet {
    KeySet::parse(format!(r#"{{"keys":[{}]}}"#, jwks.join(",")).as_bytes()).unwrap()
}

/// The answer of `keys` to a token whose header has `kid`, signed with the key at `signer`.
#[track_caller]
fn case(keys: &KeySet, kid: Option<&str>, signer: usize, expected: &str) {
    let key = &keys.keys()[signer];
    let alg = key.algorithm().as_str();
    let kid = kid.map(|kid| format!(r#","kid":"{kid}""#)).unwrap_or_default();
    let token = signed_by(key, format!(r#"{{"alg":"{alg}"{kid}}}"#), claims(""));
    assert_eq!(Bench::with_keys(keys.clone()).answer(&token), expected, "{kid} signed by {signer}");
}

#[test]
fn a_kid_picks_the_key_of_that_very_id() {
    let keys = set(&[jwk('a', "HS256", Some("hs1")), jwk('b', "HS256", Some("hs2"))]);
    case(&keys, Some("hs1"), 0, "good");
    case(&keys, Some("hs2"), 1, "good");
    case(&keys, Some("\\u0068s2"), 1, "good");
    case(&keys, Some("hs1"), 1, "bad_signature");
    case(&keys, Some("hs2"), 0, "bad_signature");
    for kid in ["hs3", "HS1", "hs", "hs1 ", " hs1", "hs1\\u0000", "", "0", "../../dev/null", "hs1' OR '1'='1"]
    {
        case(&keys, Some(kid), 0, "unknown_key");
    }
}

#[test]
fn without_a_kid_every_key_of_the_algorithm_is_tried() {
    let keys = set(&[
        jwk('a', "HS256", Some("hs1")),
        jwk('b', "HS256", Some("hs2")),
        jwk('c', "HS512", Some("hs3")),
    ]);
    for signer in 0..3 {
        case(&keys, None, signer, "good");
    }
}

#[test]
fn a_kid_that_no_key_has_leaves_the_keys_without_id() {
    let raw = Bench::default();
    assert_eq!(raw.answer(&with_header(r#"{"alg":"HS256","kid":"anything"}"#)), "good");
    let keys = set(&[jwk('a', "HS256", Some("hs1")), jwk('b', "HS256", None), jwk('c', "HS512", None)]);
    case(&keys, Some("other"), 1, "good");
    case(&keys, Some("other"), 2, "good");
    case(&keys, Some("other"), 0, "bad_signature");
    case(&keys, Some("hs1"), 1, "bad_signature");
}

#[test]
fn a_key_is_for_its_one_algorithm_even_when_a_kid_names_it() {
    let keys = set(&[jwk('a', "HS256", Some("hs1")), jwk('b', "HS512", Some("hs2"))]);
    case(&keys, Some("hs1"), 1, "unsupported_alg");
    case(&keys, Some("hs2"), 0, "unsupported_alg");
    let without_id = set(&[jwk('a', "HS256", Some("hs1")), jwk('b', "HS512", None)]);
    case(&without_id, Some("other"), 0, "unknown_key");
}

#[test]
fn a_kid_is_a_string() {
    for kid in ["5", "null", "true", "[\"hs1\"]", "{}"] {
        let token = with_header(&format!(r#"{{"alg":"HS256","kid":{kid}}}"#));
        assert_eq!(Bench::default().answer(&token), "malformed", "{kid}");
    }
}

#[test]
fn a_retired_key_verifies_nothing_and_its_id_is_not_taken_for_an_unknown_one() {
    let retired = jwk('a', "HS256", Some("old")).replace('}', r#","authctl_retired":true}"#);
    let keys = set(&[jwk('b', "HS256", None), retired]);
    let in_use = set(&[jwk('a', "HS256", Some("old"))]);
    let old = |kid: &str| signed_by(&in_use.keys()[0], format!(r#"{{"alg":"HS256"{kid}}}"#), claims(""));
    let bench = Bench::with_keys(keys.clone());
    assert_eq!(bench.answer(&old(r#","kid":"old""#)), "unknown_key");
    assert_eq!(bench.answer(&old("")), "bad_signature");
    case(&keys, Some("old"), 0, "unknown_key");
    case(&keys, None, 0, "good");
}

#[test]
fn keys_in_a_token_are_never_followed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/keys.json", listener.local_addr().unwrap());
    let attacker = Key::from_secret(b"the-attacker's-own-secret,which-is-long").unwrap();
    let attacker_jwk =
        format!(r#"{{"kty":"oct","k":"{}"}}"#, encode("the-attacker's-own-secret,which-is-long"));
    for member in [
        format!(r#""jwk":{attacker_jwk}"#),
        format!(r#""jku":"{url}""#),
        format!(r#""x5u":"{url}""#),
        r#""x5c":["MIIB"],"x5t":"x""#.to_owned(),
    ] {
        let header = format!(r#"{{"alg":"HS256",{member}}}"#);
        let forged = signed_by(&attacker, &header, claims(""));
        assert_eq!(Bench::default().answer(&forged), "bad_signature", "{member}");
        assert_eq!(Bench::default().answer(&with_header(&header)), "good", "{member}");
    }
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    // Nor with a key pair, where the key in the header is of the right kind.
    let (ours, theirs) = (Key::generate(Algorithm::EdDSA).unwrap(), Key::generate(Algorithm::EdDSA).unwrap());
    let public = KeySet::from(theirs.clone()).public_json().unwrap();
    let jwks: serde_json::Value = serde_json::from_str(&public).unwrap();
    let jwk = &jwks["keys"][0];
    let forged = signed_by(&theirs, format!(r#"{{"alg":"EdDSA","jwk":{jwk}}}"#), claims(""));
    assert_eq!(Bench::with_keys(KeySet::from(ours)).answer(&forged), "bad_signature");
}

#[test]
fn a_signature_of_anything_else_does_not_match() {
    let good = token("");
    let other = token(r#""x":1"#);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let swapped = format!("{message}.{}", other.rsplit_once('.').unwrap().1);
    let truncated = format!("{message}.{}", encode(&decoded(signature)[..16]));
    let longer = format!("{message}.{}", encode([decoded(signature), vec![0]].concat()));
    let zero = format!("{message}.{}", encode([0; 32]));
    let first_bit = format!("{message}.{}", encode(flipped(signature, 0)));
    let last_bit = format!("{message}.{}", encode(flipped(signature, 31)));
    let none = format!("{message}.");
    let mut of_claims = key().sign(encode(claims("")).as_bytes()).unwrap();
    of_claims.insert_str(0, &format!("{message}."));
    for forged in [swapped, truncated, longer, zero, first_bit, last_bit, none, of_claims] {
        assert_eq!(Bench::default().answer(&forged), "bad_signature", "{forged}");
    }
    let another = Key::from_secret(b"b-secret-of-the-tests,long-enough").unwrap();
    assert_eq!(Bench::default().answer(&signed_by(&another, HEADER, claims(""))), "bad_signature");
}

fn decoded(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()
}

fn flipped(signature: &str, byte: usize) -> Vec<u8> {
    let mut bytes = decoded(signature);
    bytes[byte] ^= 1;
    bytes
}

#[test]
fn of_a_forged_token_nothing_else_is_told() {
    let bench = || {
        let demand = |requirements: &mut authctl::auth::verify::Requirements| {
            requirements.issuer = Some("us".to_owned());
            requirements.audience = Some("us".to_owned());
            requirements.user = Some("somebody".to_owned());
        };
        Bench::with_store("").require("admin").demand(demand).at(crate::bench::NOW + 9999)
    };
    let wrong_in_all = |header: &str| signed_by(&key(), header, r#"{"sub":"","exp":1,"nbf":9e10,"scope":5}"#);
    let genuine = wrong_in_all(r#"{"alg":"HS256","typ":"x"}"#);
    assert_eq!(
        bench().answer(&genuine),
        "wrong_type invalid_claims invalid_claims wrong_issuer wrong_audience expired not_yet_valid insufficient_scope"
    );
    assert_eq!(bench().answer(&genuine.replace('.', ".e30.")), "malformed");
    let (message, _) = genuine.rsplit_once('.').unwrap();
    assert_eq!(bench().answer(&format!("{message}.{}", encode([7; 32]))), "bad_signature");
    assert_eq!(bench().answer(&wrong_in_all(r#"{"alg":"none","typ":"x"}"#)), "unsupported_alg");
    assert_eq!(bench().answer(&wrong_in_all(r#"{"alg":"HS256","typ":"x","crit":[]}"#)), "malformed");
}

#[test]
fn a_key_accepts_the_names_of_its_algorithm_alone() {
    let names = |key: &Key| -> Vec<&str> {
        let all = ["HS256", "hs256", "HS384", "ES256", "EdDSA", "Ed25519", "ed25519", "none", ""];
        all.into_iter().filter(|name| key.accepts(name)).collect()
    };
    assert_eq!(names(&key()), ["HS256"]);
    assert_eq!(names(&Key::generate(Algorithm::EdDSA).unwrap()), ["EdDSA", "Ed25519"]);
}

/// The public RSA key of RFC 7638, 3.1, and the Ed25519 key of RFC 8037, A.2.
const OF_STANDARDS: [&str; 2] = [
    r#"{"kty":"RSA","alg":"RS256","kid":"2011-04-29","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}"#,
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
];

#[test]
fn a_thumbprint_is_that_of_the_standards() {
    let prints = OF_STANDARDS.map(|jwk| KeySet::parse(jwk.as_bytes()).unwrap().keys()[0].thumbprint());
    assert_eq!(
        prints,
        ["NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"]
    );
}

#[test]
fn the_kind_of_a_key_says_how_strong_it_is() {
    let read = |jwk: &str| KeySet::parse(jwk.as_bytes()).unwrap().keys()[0].kind().to_string();
    let generated = |algorithm| Key::generate(algorithm).unwrap().kind().to_string();
    assert_eq!(read(&jwk('a', "HS256", None)), "secret, 520 bits");
    assert_eq!(generated(Algorithm::HS256), "secret, 256 bits");
    assert_eq!(generated(Algorithm::ES256), "P-256");
    assert_eq!(generated(Algorithm::ES384), "P-384");
    assert_eq!(OF_STANDARDS.map(read), ["RSA, 2048 bits", "Ed25519"]);
}

#[test]
fn the_words_name_the_key_id() {
    let keys = set(&[jwk('a', "HS256", Some("hs1"))]);
    let header = r#"{"alg":"HS256","kid":"other"}"#;
    let token = signed_by(&keys.keys()[0], header, claims(""));
    insta::assert_snapshot!(Bench::with_keys(keys).words(&token), @"no key has the id `other`");
    insta::assert_snapshot!(Bench::default().words(&token.replace("other", "")), @"signature does not match the key");
}
