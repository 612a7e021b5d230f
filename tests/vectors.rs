//! The library against published vectors, where they are: in `AUTHCTL_VECTORS`, or `../shared/vectors` beside the
//! checkout. Elsewhere each test says that it did not run.
#![expect(clippy::unwrap_used, reason = "a vector of another shape fails its test")]

mod support;

use std::fs;

use authctl::auth::key::{Algorithm, KeyFault, KeySet};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Map, Value};

/// The text of a file of the vectors.
fn read(name: &str) -> Option<String> {
    support::vectors::path(name).map(|path| fs::read_to_string(path).unwrap())
}

fn decode(part: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(part).ok()
}

/// Whether shape, `alg`, key and signature of a token are right.
fn is_genuine(set: &KeySet, token: &str) -> bool {
    let parts: Vec<&str> = token.split('.').collect();
    let &[header, payload, signature] = parts.as_slice() else { return false };
    let (Some(header_bytes), Some(_)) = (decode(header), decode(payload)) else { return false };
    let Ok(header) = serde_json::from_slice::<Map<String, Value>>(&header_bytes) else { return false };
    let Some(alg) = header.get("alg").and_then(Value::as_str) else { return false };
    let kid = header.get("kid").and_then(Value::as_str);
    let message = &token[..token.len() - signature.len() - 1];
    set.candidates(alg, kid).is_ok_and(|mut keys| keys.any(|key| key.verify(message.as_bytes(), signature)))
}

/// The keys of a group: those it verifies with, and those it signs with.
fn keys(group: &Value) -> Vec<(&'static str, Result<KeySet, KeyFault>)> {
    ["public", "private"]
        .into_iter()
        .filter_map(|name| {
            let text = match group.get(name)? {
                Value::String(text) => text.clone(),
                jwk => jwk.to_string(),
            };
            Some((name, KeySet::parse(text.as_bytes())))
        })
        .collect()
}

/// The cases of a file that get another answer than it tells, by their number and the key used.
fn wrong_answers(text: &str) -> (usize, Vec<(u64, &'static str)>) {
    let file: Value = serde_json::from_str(text).unwrap();
    let (mut count, mut wrong) = (0, Vec::new());
    for group in file["testGroups"].as_array().unwrap() {
        let keys = keys(group);
        for case in group["tests"].as_array().unwrap() {
            count += 1;
            let valid = case["result"] == "valid";
            for (name, set) in &keys {
                let token = case["jws"].as_str();
                let genuine = set.as_ref().is_ok_and(|set| token.is_some_and(|token| is_genuine(set, token)));
                if genuine != valid {
                    wrong.push((case["tcId"].as_u64().unwrap(), *name));
                }
            }
        }
    }
    (count, wrong)
}

#[test]
fn wycheproof_keys_get_the_right_answer() {
    let Some(text) = read("wycheproof/json_web_key_test.json") else { return };
    assert_eq!(wrong_answers(&text), (26, vec![]));
}

#[test]
fn wycheproof_signatures_get_the_right_answer() {
    let Some(text) = read("wycheproof/json_web_signature_test.json") else { return };
    let (count, wrong) = wrong_answers(&text);
    let known = [
        // A PS384 token, and a key that says it is for PS256: one key, one algorithm.
        (346, "public"),
        (346, "private"),
        (350, "public"),
        (350, "private"),
        // P-521.
        (347, "public"),
        (347, "private"),
        (351, "public"),
        (351, "private"),
        // The `key_ops` of the private key are the one text `sign, verify`.
        (349, "private"),
        // Byte for byte the valid 357.
        (367, "private"),
        (370, "private"),
        // A character outside base64url, which the file wants skipped.
        (372, "private"),
        (373, "private"),
    ];
    assert_eq!(count, 401);
    let unknown: Vec<_> = wrong.iter().filter(|one| !known.contains(one)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert_eq!(wrong.len(), known.len(), "{wrong:?}");
}

#[test]
fn examples_of_the_standards_get_the_right_answer() {
    let Some(text) = read("rfc_examples.jsonl") else { return };
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let (id, alg) = (case["id"].as_str().unwrap(), case["alg"].as_str().unwrap());
        let Value::Object(mut jwk) = case["jwk"].clone() else { continue };
        // The examples leave `alg` to the token.
        jwk.entry("alg").or_insert_with(|| alg.into());
        let set = KeySet::parse(Value::Object(jwk).to_string().as_bytes());
        match (id, Algorithm::named(alg)) {
            ("jwtio-classic", _) => {
                assert_eq!(set.unwrap_err(), KeyFault::ShortSecret { bytes: 19, least: 32 });
            }
            (_, None) => assert!(set.is_err(), "{id}"),
            _ => {
                let genuine = is_genuine(&set.unwrap(), case["token"].as_str().unwrap());
                assert_eq!(Some(genuine), case["signature_valid"].as_bool(), "{id}");
            }
        }
    }
}

#[test]
fn thumbprints_are_those_of_the_standards() {
    let Some(text) = read("thumbprints.jsonl") else { return };
    for line in text.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let set = KeySet::parse(case["jwk"].to_string().as_bytes()).unwrap();
        assert_eq!(set.keys()[0].thumbprint(), case["sha256"].as_str().unwrap(), "{}", case["id"]);
    }
}

#[test]
fn keys_of_the_attack_vectors_are_read_and_sign() {
    for (name, algorithm, signs) in [
        ("hs256.secret", Algorithm::HS256, true),
        ("hs256b.secret", Algorithm::HS256, true),
        ("hs256.jwk.json", Algorithm::HS256, true),
        ("ed25519.key.pem", Algorithm::EdDSA, true),
        ("ed25519.pub.pem", Algorithm::EdDSA, false),
        ("es256.key.pem", Algorithm::ES256, true),
        ("es256.pub.pem", Algorithm::ES256, false),
        ("rs256.key.pem", Algorithm::RS256, true),
        ("rs256.pub.pem", Algorithm::RS256, false),
        ("jwks.pub.json", Algorithm::EdDSA, false),
    ] {
        let Some(text) = read(&format!("attacks/keys/{name}")) else { return };
        let set = KeySet::parse(text.as_bytes()).unwrap();
        assert_eq!(set.keys()[0].algorithm(), algorithm, "{name}");
        assert_eq!(set.signing_key().is_some(), signs, "{name}");
        if let Some(key) = set.signing_key() {
            let signature = key.sign(b"message").unwrap();
            assert!(key.verify(b"message", &signature), "{name}");
            assert!(!key.verify(b"massage", &signature), "{name}");
        }
    }
}
