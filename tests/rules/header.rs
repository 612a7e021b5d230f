//! Rule 3: the algorithm, unsupported header parameters, and the type.

use authctl::auth::key::{Algorithm, Key, KeySet};
use authctl::auth::user::TokenType;
use authctl::auth::verify::{Opener, open};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

use crate::bench::{Bench, claims, encode, sealed_by, signed, signed_by, with_header};

#[track_caller]
fn case(header: &str, expected: &str) {
    assert_eq!(Bench::default().answer(&with_header(header)), expected, "{header}");
}

#[test]
fn the_algorithm_is_exactly_that_of_the_key() {
    case(r#"{"alg":"HS256"}"#, "good");
    case(r#"{"alg":"\u0048S256"}"#, "good");
    for alg in [
        "",
        " HS256",
        "HS256 ",
        "hs256",
        "Hs256",
        "HS25",
        "HS2566",
        "HS384",
        "HS512",
        "RS256",
        "PS256",
        "ES256",
        "EdDSA",
        "Ed25519",
        "HS256\\u0000",
        "HS\\u200b256",
        "HMAC",
        "A128KW",
        "dir",
    ] {
        case(&format!(r#"{{"alg":"{alg}"}}"#), "unsupported_alg");
    }
}

#[test]
fn an_algorithm_is_a_string_that_is_there() {
    for header in [
        "{}",
        r#"{"typ":"JWT"}"#,
        r#"{"alg":null}"#,
        r#"{"alg":256}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":{"HS256":1}}"#,
        r#"{"ALG":"HS256"}"#,
    ] {
        case(header, "malformed");
    }
}

#[test]
fn none_never_passes_in_any_spelling_and_with_any_signature() {
    for alg in ["none", "None", "NONE", "nOnE", "none ", "\\u006eone", "n\\u043ene"] {
        let header = format!(r#"{{"alg":"{alg}"}}"#);
        case(&header, "unsupported_alg");
        let unsigned = format!("{}.{}.", encode(&header), encode(claims("")));
        assert_eq!(Bench::default().answer(&unsigned), "unsupported_alg", "{alg}");
    }
}

#[test]
fn a_true_signature_of_another_algorithm_is_no_good() {
    // Long enough for each of them, and the same secret under three names.
    let secret = "0123456789abcdef".repeat(4);
    let keys = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512].map(|algorithm| {
        let alg = algorithm.as_str();
        KeySet::parse(format!(r#"{{"kty":"oct","k":"{}","alg":"{alg}"}}"#, encode(&secret)).as_bytes())
            .unwrap()
    });
    for signer in &keys {
        let key = signer.signing_key().unwrap();
        let header = format!(r#"{{"alg":"{}"}}"#, key.algorithm().as_str());
        let token = signed_by(key, header, claims(""));
        for verifier in &keys {
            let same = verifier.keys()[0].algorithm() == key.algorithm();
            let expected = if same { "good" } else { "unsupported_alg" };
            assert_eq!(Bench::with_keys(verifier.clone()).answer(&token), expected, "{key:?} {verifier:?}");
        }
    }
}

#[test]
fn a_public_key_is_no_secret() {
    // CVE-2015-9235: HS256 with the text of the public key as its secret.
    let pair = KeySet::from(Key::generate(Algorithm::EdDSA).unwrap());
    let public = pair.public_json().unwrap();
    let bench = Bench::with_keys(KeySet::parse(public.as_bytes()).unwrap());
    let jwks: serde_json::Value = serde_json::from_str(&public).unwrap();
    let x = jwks["keys"][0]["x"].as_str().unwrap();
    let raw = BASE64_URL_SAFE_NO_PAD.decode(x).unwrap();
    assert_eq!(raw.len(), 32);
    for secret in [raw, x.as_bytes().to_vec()] {
        let key = Key::from_secret(&secret).unwrap();
        for alg in ["HS256", "HS384", "none", "ES256"] {
            let forged = signed_by(&key, format!(r#"{{"alg":"{alg}"}}"#), claims(""));
            assert_eq!(bench.answer(&forged), "unsupported_alg");
        }
        let forged = signed_by(&key, r#"{"alg":"EdDSA"}"#, claims(""));
        assert_eq!(bench.answer(&forged), "bad_signature");
    }
    let key = pair.signing_key().unwrap();
    for (alg, expected) in [("EdDSA", "good"), ("Ed25519", "good"), ("ed25519", "unsupported_alg")] {
        let token = signed_by(key, format!(r#"{{"alg":"{alg}"}}"#), claims(""));
        assert_eq!(bench.answer(&token), expected, "{alg}");
    }
}

#[test]
fn an_extension_is_never_ignored() {
    for member in [
        r#""crit":["exp"]"#,
        r#""crit":["b64"],"b64":false"#,
        r#""crit":[]"#,
        r#""crit":null"#,
        r#""crit":"exp""#,
        r#""zip":"DEF""#,
        r#""zip":null"#,
        r#""enc":"A128GCM""#,
        r#""enc":null"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""cty":"JWT""#,
        r#""cty":"jwt""#,
        r#""cty":"application/jwt""#,
        r#""cr\u0069t":["exp"]"#,
    ] {
        case(&format!(r#"{{"alg":"HS256",{member}}}"#), "malformed");
    }
    for member in [r#""cty":"json""#, r#""Crit":["exp"]"#, r#""x":{"crit":1}"#, r#""p2c":1000000000"#] {
        case(&format!(r#"{{"alg":"HS256",{member}}}"#), "good");
    }
}

#[test]
fn an_unencoded_payload_is_not_what_was_signed() {
    // RFC 7797: with `b64: false` the second part would be the claims as they are.
    let token = sealed_by(&crate::bench::key(), &encode(r#"{"alg":"HS256","b64":false}"#), &claims(""));
    assert_eq!(Bench::default().answer(&token), "malformed");
}

#[track_caller]
fn type_case(typ: &str, usual: &str, demanded: &str) {
    let token = with_header(&format!(r#"{{"alg":"HS256"{typ}}}"#));
    assert_eq!(Bench::default().answer(&token), usual, "{typ}");
    let strict = Bench::default().demand(|requirements| requirements.token_type = TokenType::AccessToken);
    assert_eq!(strict.answer(&token), demanded, "{typ} with at+jwt demanded");
}

#[test]
fn the_type_is_a_usual_one_or_the_one_demanded() {
    let wrong = "wrong_type";
    type_case("", "good", wrong);
    for typ in ["JWT", "jwt", "Jwt", "application/jwt", "JOSE", "jose", "Application/Jose"] {
        type_case(&format!(r#","typ":"{typ}""#), "good", wrong);
    }
    for typ in ["at+jwt", "AT+JWT", "at+JWT", "application/at+jwt", "Application/AT+jwt"] {
        type_case(&format!(r#","typ":"{typ}""#), "good", "good");
    }
    for typ in [
        "",
        " JWT",
        "JWT ",
        "dpop+jwt",
        "logout+jwt",
        "id_token",
        "JOSE+JSON",
        "at+jwt+x",
        "at jwt",
        "xat+jwt",
        "application/",
        "application/application/at+jwt",
        "application+at+jwt",
        "text/at+jwt",
    ] {
        type_case(&format!(r#","typ":"{typ}""#), wrong, wrong);
    }
    for typ in ["null", "5", "[\"JWT\"]", "{}", "true"] {
        type_case(&format!(r#","typ":{typ}"#), wrong, wrong);
    }
}

#[test]
fn the_words_name_the_algorithm_and_the_type() {
    let words = |header: &str| Bench::default().words(&with_header(header));
    insta::assert_snapshot!(words(r#"{"alg":"none"}"#), @"algorithm `none` is not that of the key");
    insta::assert_snapshot!(words(r#"{"alg":1}"#), @"malformed token: the header has no `alg` that is a string");
    insta::assert_snapshot!(words(r#"{"alg":"HS256","crit":["x"]}"#), @"malformed token: header `crit` is not supported");
    insta::assert_snapshot!(words(r#"{"alg":"HS256","cty":"JWT"}"#), @"malformed token: a nested token is not supported");
    insta::assert_snapshot!(words(r#"{"alg":"HS256","typ":"dpop+jwt"}"#), @"the token's type is not `JWT`, `JOSE` or `at+jwt`");
    insta::assert_snapshot!(words(r#"{"alg":"HS256","kid":5}"#), @"malformed token: header `kid` is not a string");
    let strict = Bench::default().demand(|requirements| requirements.token_type = TokenType::AccessToken);
    insta::assert_snapshot!(strict.words(&signed(r#"{"alg":"HS256"}"#, claims(""))), @"the token's type is not `at+jwt`");
}

#[test]
fn a_header_counts_for_its_own_token_alone() {
    let bench = Bench::default().demand(|requirements| requirements.token_type = TokenType::AccessToken);
    let access = r#"{"alg":"HS256","typ":"at+jwt"}"#;
    let good = with_header(access);
    let tokens = [
        good.clone(),
        with_header(r#"{"alg":"HS256"}"#),
        with_header(r#"{"alg":"HS256","typ":"at+jwt","kid":"k"}"#),
        with_header(r#"{"alg":"HS256","typ":"at+jwt","crit":["x"]}"#),
        with_header(r#"{"alg":"HS384","typ":"at+jwt"}"#),
        with_header("{"),
        signed(access, "{}"),
        signed(access, "{"),
        good.replace('.', "=."),
        format!("{good}A"),
        good[..good.len() - 1].to_owned(),
        String::new(),
    ];
    for before in &tokens {
        for token in &tokens {
            let mut opener = Opener::new(&bench.keys);
            let _answer = opener.open(before);
            assert_eq!(opener.open(token), open(token, &bench.keys), "{before} {token}");
        }
    }
}
