//! Key sets as other issuers publish them (RFC 7517, 5): which keys are used, and which are left out.

use authctl::auth::key::{Algorithm, Key, KeyFault, KeySet};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};

use crate::bench::{Bench, claims, signed_by};

/// A key pair, and the public JWK that an issuer publishes of it.
pub(crate) fn pair(algorithm: Algorithm, kid: &str) -> (Key, Value) {
    let key = Key::generate(algorithm).unwrap();
    let public = KeySet::from(key.clone()).public_json().unwrap();
    let mut set: Value = serde_json::from_str(&public).unwrap();
    (key, with(&set["keys"][0].take(), "kid", kid))
}

/// The private JWK of `key`.
fn private(key: &Key) -> Value {
    let mut set: Value = serde_json::from_str(&KeySet::from(key.clone()).to_json()).unwrap();
    set["keys"][0].take()
}

pub(crate) fn with(jwk: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut jwk = jwk.clone();
    jwk[member] = value.into();
    jwk
}

pub(crate) fn without(jwk: &Value, member: &str) -> Value {
    let mut jwk = jwk.clone();
    jwk.as_object_mut().unwrap().remove(member);
    jwk
}

pub(crate) fn read(jwks: &[Value]) -> Result<KeySet, KeyFault> {
    KeySet::parse(json!({ "keys": jwks }).to_string().as_bytes())
}

/// What `keys` say of a token with this header, signed with `key`.
pub(crate) fn answer(keys: &KeySet, key: &Key, header: &Value) -> String {
    Bench::with_keys(keys.clone()).answer(&signed_by(key, header.to_string(), claims("")))
}

/// The same bytes in a member, written by `spell`.
fn respelt(jwk: &Value, member: &str, spell: impl Fn(Vec<u8>) -> String) -> Value {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(jwk[member].as_str().unwrap()).unwrap();
    with(jwk, member, spell(bytes))
}

#[test]
fn a_key_that_cannot_be_used_is_left_out_and_its_tokens_hear_why() {
    let (good, good_jwk) = pair(Algorithm::ES256, "good");
    let (rsa, rsa_jwk) = pair(Algorithm::RS256, "odd");
    let (ed, ed_jwk) = pair(Algorithm::EdDSA, "odd");
    let free = without(&without(&rsa_jwk, "alg"), "use");
    let small = BASE64_URL_SAFE_NO_PAD.encode([0xff; 128]);
    for (key, jwk, why) in [
        (&rsa, with(&rsa_jwk, "use", "enc"), "`use` (`enc`) is not `sig`"),
        (&rsa, with(&rsa_jwk, "use", "ENC"), "`use` (`ENC`) is not `sig`"),
        (&rsa, with(&rsa_jwk, "use", "x509-svid"), "`use` (`x509-svid`) is not `sig`"),
        (&rsa, with(&rsa_jwk, "use", ""), "`use` (``) is not `sig`"),
        (&rsa, with(&rsa_jwk, "use", json!(["sig"])), "`use` is not a string"),
        (&rsa, with(&rsa_jwk, "alg", "RSA-OAEP"), "`alg` (`RSA-OAEP`) is not a supported algorithm"),
        (&rsa, with(&rsa_jwk, "alg", "rs256"), "`alg` (`rs256`) is not a supported algorithm"),
        (&rsa, with(&rsa_jwk, "alg", "ES256"), "`alg` (`ES256`) does not fit the type of the key"),
        (&rsa, with(&rsa_jwk, "alg", "HS256"), "`alg` (`HS256`) does not fit the type of the key"),
        (&rsa, with(&rsa_jwk, "alg", 256), "`alg` is not a string"),
        (
            &rsa,
            with(&free, "key_ops", json!(["encrypt", "wrapKey"])),
            "`key_ops` (`encrypt, wrapKey`) leaves `verify` out",
        ),
        (&rsa, with(&free, "key_ops", json!(["sign"])), "`key_ops` (`sign`) leaves `verify` out"),
        (&rsa, with(&free, "key_ops", "verify"), "`key_ops` is not a list"),
        (&rsa, with(&free, "key_ops", json!(["verify", 1])), "`key_ops` is not a list of strings"),
        (&rsa, with(&rsa_jwk, "n", small), "the RSA key has 1024 bits; 2048 to 8192 are supported"),
        (&rsa, with(&rsa_jwk, "n", 7), "`n` is not a string"),
        (&rsa, with(&rsa_jwk, "n", "!"), "`n` is not base64url"),
        (&rsa, with(&rsa_jwk, "n", Value::Null), "`n` is missing"),
        (&rsa, with(&rsa_jwk, "e", "AQ"), "the RSA exponent is even or below 65537"),
        (&rsa, with(&rsa_jwk, "kty", "AKP"), "`kty` (`AKP`) is not `oct`, `OKP`, `EC` or `RSA`"),
        (&rsa, without(&rsa_jwk, "kty"), "`kty` is missing"),
        (&rsa, with(&rsa_jwk, "kty", "oct"), "`k` is missing"),
        (&ed, with(&ed_jwk, "crv", "Ed448"), "`crv` (`Ed448`) is not `Ed25519`"),
        (
            &ed,
            with(&ed_jwk, "x", format!("AQ{}", "A".repeat(41))),
            "the public key is a point of small order",
        ),
        (&ed, with(&ed_jwk, "authctl_retired", "yes"), "`authctl_retired` is neither `true` nor `false`"),
    ] {
        // A key without an id is no way around it.
        let (_, nameless) = pair(key.algorithm(), "");
        let keys = read(&[jwk, good_jwk.clone(), without(&nameless, "kid")]).unwrap();
        let [left_out] = keys.unusable() else { panic!("{why}") };
        assert_eq!((left_out.number(), left_out.id(), left_out.name().as_str()), (1, Some("odd"), "odd"));
        assert_eq!(left_out.fault().to_string(), why);
        assert_eq!(answer(&keys, &good, &json!({"alg": "ES256", "kid": "good"})), "good");
        for alg in [key.algorithm().as_str(), "ES256", "ES512", "none", "HS256"] {
            let header = json!({"alg": alg, "kid": "odd", "crit": ["x"]});
            assert_eq!(answer(&keys, key, &header), "unknown_key", "{why} {alg}");
            let token = signed_by(key, header.to_string(), claims(""));
            let words = Bench::with_keys(keys.clone()).words(&token);
            assert_eq!(words, format!("the key `odd` cannot be used: {why}"));
        }
        // Without its id, the key is not tried either.
        for header in [json!({"alg": key.algorithm().as_str()}), json!({"alg": "RS256", "kid": "other"})] {
            let said = answer(&keys, key, &header);
            assert!(["bad_signature", "unsupported_alg", "unknown_key"].contains(&&*said), "{why} {said}");
        }
    }
}

#[test]
fn an_unusable_key_without_a_string_as_id_goes_by_its_number() {
    let (_, good) = pair(Algorithm::ES256, "good");
    let keys = read(&[
        good.clone(),
        json!("RSA"),
        Value::Null,
        json!([]),
        json!({"kty": "RSA", "kid": 7}),
        json!({"kty": "EC", "crv": "P-521", "kid": "", "alg": "ES512"}),
    ])
    .unwrap();
    let shown: Vec<_> = keys
        .unusable()
        .iter()
        .map(|key| format!("{}: {}, {}", key.name(), key.kind(), key.fault()))
        .collect();
    assert_eq!(
        shown,
        [
            "key 2: unknown, not a JSON object",
            "key 3: unknown, not a JSON object",
            "key 4: unknown, not a JSON object",
            "key 5: RSA, `n` is missing",
            "key 6: EC, P-521, `crv` (`P-521`) is not `P-256` or `P-384`",
        ]
    );
    assert_eq!(keys.unusable()[4].algorithm(), Some("ES512"));
}

#[test]
fn a_set_needs_one_key_that_can_be_used() {
    let (_, jwk) = pair(Algorithm::EdDSA, "k");
    let odd = with(&jwk, "use", "enc");
    let fault = |jwks: &[Value]| read(jwks).unwrap_err().to_string();
    assert_eq!(fault(&[]), "the set has no key");
    assert_eq!(fault(std::slice::from_ref(&odd)), "key 1: `use` (`enc`) is not `sig`");
    assert_eq!(
        fault(&[odd.clone(), json!({})]),
        "none of the 2 keys can be used; key 1: `use` (`enc`) is not `sig`"
    );
    let alone = KeySet::parse(odd.to_string().as_bytes()).unwrap_err();
    assert_eq!(alone.to_string(), "`use` (`enc`) is not `sig`");
    // A file with a private part is not quoted.
    let own = with(&private(&Key::generate(Algorithm::EdDSA).unwrap()), "use", "enc");
    assert_eq!(KeySet::parse(own.to_string().as_bytes()).unwrap_err().to_string(), "`use` is not `sig`");
}

#[test]
fn harmless_spellings_of_a_public_key_are_taken() {
    let zeros = |bytes: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode([vec![0, 0], bytes].concat());
    let standard = |bytes: Vec<u8>| BASE64_STANDARD.encode(bytes);
    let padded = |bytes: Vec<u8>| {
        let text = BASE64_URL_SAFE_NO_PAD.encode(&bytes);
        format!("{text}{}", &"==="[..(4 - text.len() % 4) % 4])
    };
    for (algorithm, numbers, has_zeros) in [
        (Algorithm::RS256, &["n", "e"][..], true),
        (Algorithm::ES256, &["x", "y"], true),
        (Algorithm::ES384, &["x", "y"], true),
        (Algorithm::EdDSA, &["x"], false),
    ] {
        let (key, jwk) = pair(algorithm, "k");
        let mut spellings = vec![
            with(&jwk, "use", "jwt-svid"),
            with(&jwk, "use", Value::Null),
            with(&jwk, "key_ops", json!([])),
            with(&jwk, "key_ops", json!(["verify", "verify", "encrypt"])),
            with(&jwk, "key_ops", Value::Null),
            with(&with(&with(&jwk, "d", Value::Null), "k", Value::Null), "oth", Value::Null),
            with(&jwk, "authctl_retired", Value::Null),
            with(&jwk, "nested", json!({"d": "not of the key", "k": [1]})),
            with(&jwk, "alg", if algorithm == Algorithm::EdDSA { json!("Ed25519") } else { Value::Null }),
        ];
        for number in numbers {
            spellings.extend([respelt(&jwk, number, standard), respelt(&jwk, number, padded)]);
            if has_zeros {
                spellings.push(respelt(&jwk, number, zeros));
            }
        }
        let (outsider, _) = pair(algorithm, "k");
        for jwk in spellings {
            for text in [jwk.to_string(), json!({"keys": [jwk]}).to_string()] {
                let keys = KeySet::parse(text.as_bytes()).unwrap_or_else(|fault| panic!("{fault}: {jwk}"));
                let header = json!({"alg": algorithm.as_str(), "kid": "k"});
                assert_eq!(answer(&keys, &key, &header), "good", "{jwk}");
                assert_eq!(answer(&keys, &outsider, &header), "bad_signature", "{jwk}");
                assert_eq!(keys.keys()[0].thumbprint(), key.thumbprint());
                // What is handed on is canonical.
                let public = keys.public_json().unwrap();
                assert!(public.contains("\"kid\": \"k\"") && !public.contains("null"), "{public}");
            }
        }
        let no_id = read(&[with(&jwk, "kid", Value::Null)]).unwrap();
        assert_eq!(answer(&no_id, &key, &json!({"alg": algorithm.as_str(), "kid": "any"})), "good");
        assert!(!no_id.public_json().unwrap().contains("kid"));
    }
}

#[test]
fn a_number_is_not_bent_to_fit() {
    let longer = |bytes: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode([vec![1], bytes].concat());
    let shorter = |bytes: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode(&bytes[1..]);
    let after = |bytes: Vec<u8>| BASE64_URL_SAFE_NO_PAD.encode([bytes, vec![0]].concat());
    for algorithm in [Algorithm::ES256, Algorithm::EdDSA] {
        // A zero at its beginning could be left out.
        let is_full = |(_, jwk): &(Key, Value)| {
            BASE64_URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap()[0] != 0
        };
        let (_, jwk) = std::iter::repeat_with(|| pair(algorithm, "k")).find(is_full).unwrap();
        for jwk in [respelt(&jwk, "x", longer), respelt(&jwk, "x", shorter), respelt(&jwk, "x", after)] {
            let fault = read(&[jwk]).unwrap_err();
            assert_eq!(fault.to_string(), "key 1: `x` has the wrong length for the curve");
        }
    }
    // Both alphabets at once, a character of neither, half a group too much, bits that no byte has.
    for x in ["+_".repeat(21) + "+", "A".repeat(42) + "*", "A".repeat(45), "A".repeat(42) + "B", "A A".into()]
    {
        let fault = read(&[json!({"kty": "OKP", "crv": "Ed25519", "x": x})]).unwrap_err();
        assert_eq!(fault.to_string(), "key 1: `x` is not base64url", "{x}");
    }
}

#[test]
fn keys_of_one_id_are_tried_by_their_algorithm() {
    let (a, a_jwk) = pair(Algorithm::ES256, "x");
    let (b, b_jwk) = pair(Algorithm::ES256, "x");
    let (ed, ed_jwk) = pair(Algorithm::EdDSA, "x");
    let (other, other_jwk) = pair(Algorithm::ES384, "y");
    let (enc, enc_jwk) = pair(Algorithm::ES256, "x");
    let all = [a_jwk.clone(), b_jwk, ed_jwk, other_jwk, with(&enc_jwk, "use", "enc"), a_jwk];
    let keys = read(&all).unwrap();
    let header = |alg: &str, kid: &str| json!({"alg": alg, "kid": kid});
    for key in [&a, &b] {
        assert_eq!(answer(&keys, key, &header("ES256", "x")), "good");
        assert_eq!(answer(&keys, key, &json!({"alg": "ES256"})), "good");
        assert_eq!(answer(&keys, key, &header("ES256", "y")), "unsupported_alg");
        assert_eq!(answer(&keys, key, &header("ES256", "X")), "unknown_key");
    }
    assert_eq!(answer(&keys, &ed, &header("EdDSA", "x")), "good");
    assert_eq!(answer(&keys, &ed, &header("Ed25519", "x")), "good");
    assert_eq!(answer(&keys, &other, &header("ES384", "x")), "unsupported_alg");
    // The usable keys of that id are tried, and the unusable one is not.
    assert_eq!(answer(&keys, &enc, &header("ES256", "x")), "bad_signature");
    assert_eq!(answer(&keys, &enc, &json!({"alg": "ES256"})), "bad_signature");
}

#[test]
fn one_rsa_key_may_stand_under_several_algorithms_and_is_used_for_no_other() {
    let (key, jwk) = pair(Algorithm::RS256, "k");
    let twin = |alg: Algorithm| {
        let jwk = with(&private(&key), "alg", alg.as_str());
        KeySet::parse(jwk.to_string().as_bytes()).unwrap().keys()[0].clone()
    };
    let keys = read(&[jwk.clone(), with(&jwk, "alg", "PS384")]).unwrap();
    let said = |alg: Algorithm| answer(&keys, &twin(alg), &json!({"alg": alg.as_str(), "kid": "k"}));
    assert_eq!(said(Algorithm::RS256), "good");
    assert_eq!(said(Algorithm::PS384), "good");
    assert_eq!(said(Algorithm::RS384), "unsupported_alg");
}

#[test]
fn a_file_with_a_private_part_stays_strict() {
    let mine = private(&Key::generate(Algorithm::EdDSA).unwrap());
    let (rsa, public) = pair(Algorithm::RS256, "o");
    let secret = |name: &str| with(&json!({"kty": "AKP", "kid": "o"}), name, "AA");
    for (odd, why) in [
        (with(&public, "use", "enc"), "key 2: `use` is not `sig`"),
        (with(&public, "use", "jwt-svid"), "key 2: `use` is not `sig`"),
        (with(&public, "alg", "RSA-OAEP"), "key 2: `alg` is not a supported algorithm"),
        (with(&public, "alg", Value::Null), "key 2: `alg` is not a string"),
        (with(&public, "key_ops", json!([])), "key 2: `key_ops` is empty"),
        (
            with(&public, "n", public["n"].as_str().unwrap().to_owned() + "=="),
            "key 2: `n` is not canonical base64url",
        ),
        (with(&public, "kid", ""), "key 2: `kid` is empty"),
        (with(&public, "kid", mine["kid"].clone()), "several keys have the `kid`"),
        (with(&public, "kty", "AKP"), "key 2: `kty` is not `oct`, `OKP`, `EC` or `RSA`"),
        (json!("RSA"), "key 2: not a JSON object"),
    ] {
        let fault = read(&[mine.clone(), odd]).unwrap_err().to_string();
        assert!(fault.starts_with(why), "{fault}");
    }
    // A private part makes the file the user's own, though its key could not be used.
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
        let fault = read(&[public.clone(), secret(name)]).unwrap_err().to_string();
        assert_eq!(fault, "key 2: `kty` is not `oct`, `OKP`, `EC` or `RSA`", "{name}");
    }
    let enc = with(&private(&rsa), "use", "enc");
    assert_eq!(read(&[enc, public.clone()]).unwrap_err().to_string(), "key 1: `use` is not `sig`");
    let hs = private(&Key::generate(Algorithm::HS256).unwrap());
    assert_eq!(read(&[hs, public]).unwrap_err(), KeyFault::MixedSet);
}

#[test]
fn a_public_set_is_written_as_it_was_read() {
    let (_, a) = pair(Algorithm::ES256, "a");
    let (_, b) = pair(Algorithm::EdDSA, "a");
    let odd = r#"{"kty":"RSA", "n":1.50, "kid":"\u006fdd"}"#;
    let text = format!(r#"{{"keys":["x", {a}, {odd}, {b}, 7],"spiffe_sequence":1}}"#);
    let keys = KeySet::parse(text.as_bytes()).unwrap();
    let written = keys.to_json();
    assert!(written.contains(odd) && written.contains("\"spiffe_sequence\": 1"), "{}", *written);
    let place = |part: &str| written.find(part).unwrap();
    assert!(
        place("\"x\",") < place("\"a\"") && place(odd) < place("Ed25519") && place("Ed25519") < place("7\n")
    );
    let again = KeySet::parse(written.as_bytes()).unwrap();
    assert_eq!(*again.to_json(), *written);
    assert_eq!(
        again.unusable().iter().map(authctl::auth::key::UnusableKey::number).collect::<Vec<_>>(),
        [1, 3, 5]
    );
    // Both keys of that name are retired, and nothing else changes.
    let (_, c) = pair(Algorithm::ES256, "c");
    let keys = read(&[a, json!("odd"), b, c]).unwrap();
    let retired = keys.retire("a").unwrap();
    let states: Vec<bool> = retired.keys().iter().map(Key::is_retired).collect();
    assert_eq!((states.as_slice(), retired.unusable().len()), (&[true, true, false][..], 1));
}

#[test]
fn algorithms_asked_for_do_not_bring_a_key_back() {
    let (rsa, jwk) = pair(Algorithm::RS256, "enc");
    let (_, good) = pair(Algorithm::RS256, "good");
    let odd = with(&without(&jwk, "alg"), "use", "enc");
    let keys = read(&[odd, without(&good, "alg")]).unwrap();
    for algorithms in [&[Algorithm::RS256][..], &[Algorithm::PS256, Algorithm::RS256]] {
        let keys = keys.only(algorithms).unwrap();
        assert_eq!(answer(&keys, &rsa, &json!({"alg": "RS256", "kid": "enc"})), "unknown_key");
        assert_eq!(answer(&keys, &rsa, &json!({"alg": "RS256"})), "bad_signature");
    }
}

#[test]
fn algorithms_asked_for_only_take_keys_away() {
    let (rsa, rsa_jwk) = pair(Algorithm::RS256, "rsa");
    let (ec, ec_jwk) = pair(Algorithm::ES256, "ec");
    let keys =
        read(&[rsa_jwk.clone(), without(&ec_jwk, "kid"), with(&with(&rsa_jwk, "use", "enc"), "kid", "rsa")]);
    let keys = keys.unwrap();
    for keys in [keys.clone(), keys.only(&[Algorithm::ES256]).unwrap()] {
        assert_eq!(answer(&keys, &ec, &json!({"alg": "ES256", "kid": "rsa"})), "unsupported_alg");
        assert_eq!(answer(&keys, &ec, &json!({"alg": "ES256", "kid": "other"})), "good");
    }
    let keys = keys.only(&[Algorithm::ES256]).unwrap();
    assert_eq!(answer(&keys, &rsa, &json!({"alg": "RS256", "kid": "rsa"})), "unsupported_alg");
}
