//! Key files that are as large, deep or odd as a file can be.

use authctl::auth::key::{Algorithm, KeySet};
use serde_json::json;

use crate::key_sets::{answer, pair, read, with, without};

/// A file of the largest size that is read.
#[test]
fn the_largest_sets_are_read_and_searched() {
    let (key, jwk) = pair(Algorithm::EdDSA, "k");
    let line = without(&without(&without(&jwk, "alg"), "use"), "kid").to_string();
    let count = KeySet::MAX_BYTES / (line.len() + 1) - 1;
    assert!(count > 10_000, "{count}");
    let text = format!(r#"{{"keys":[{}]}}"#, vec![line; count].join(","));
    let keys = KeySet::parse(text.as_bytes()).unwrap();
    assert_eq!((keys.keys().len(), keys.names().len()), (count, count));
    assert_eq!(keys.candidates("EdDSA", None).unwrap().count(), count);
    assert_eq!(answer(&keys, &key, &json!({"alg": "EdDSA"})), "good");
    let odd = format!(r#"{{"keys":[{jwk}{}]}}"#, r#",{"kty":"x","kid":"odd"}"#.repeat(40_000));
    let keys = KeySet::parse(odd.as_bytes()).unwrap();
    assert_eq!((keys.keys().len(), keys.unusable().len()), (1, 40_000));
    assert!(KeySet::parse(" ".repeat(KeySet::MAX_BYTES).as_bytes()).is_err());
}

#[test]
fn numbers_and_names_of_a_megabyte_are_no_trouble() {
    let (key, jwk) = pair(Algorithm::EdDSA, "k");
    let long = "A".repeat(1_000_000);
    let modulus = format!("_{}", &long[1..]);
    for (odd, why) in [
        (
            json!({"kty": "RSA", "n": modulus, "e": "AQAB"}),
            "the RSA key has 6000000 bits; 2048 to 8192 are supported",
        ),
        (
            json!({"kty": "EC", "crv": "P-256", "x": modulus, "y": "AA"}),
            "`x` has the wrong length for the curve",
        ),
        (json!({"kty": "OKP", "crv": long}), &format!("`crv` (`{}…`) is not `Ed25519`", &long[..128])),
    ] {
        let keys = read(&[odd, jwk.clone()]).unwrap();
        assert_eq!(keys.unusable()[0].fault().to_string(), why);
    }
    let keys = read(&[with(&jwk, "kid", long.as_str())]).unwrap();
    assert_eq!(answer(&keys, &key, &json!({"alg": "EdDSA"})), "good");
    assert_eq!(answer(&keys, &key, &json!({"alg": "EdDSA", "kid": "A"})), "unknown_key");
}

#[test]
fn a_set_is_one_json_text_without_doubled_members_or_deep_nesting() {
    let (_, jwk) = pair(Algorithm::EdDSA, "k");
    let inner = jwk.to_string();
    let inner = &inner[1..inner.len() - 1];
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let fault = |text: String| KeySet::parse(text.as_bytes()).unwrap_err().to_string();
    let doubled = format!("{{\"keys\":[\n{{{inner},\n\"use\":\"sig\"}}]}}");
    assert_eq!(fault(doubled), "a member is there twice at line 3, column 6");
    // The set, its list and the key are three levels.
    assert!(KeySet::parse(format!(r#"{{"keys":[{{{inner},"x-":{}}}]}}"#, nested(29)).as_bytes()).is_ok());
    for depth in [30, 500_000] {
        let said = fault(format!(r#"{{"keys":[{{{inner},"x-":{}}}]}}"#, nested(depth)));
        assert!(said.starts_with("nested deeper than 32 levels at line 1, column "), "{said}");
    }
}

#[test]
fn the_fault_of_an_escape_is_where_its_letter_is() {
    for (text, column) in [(r#"{"a":"\x"}"#, 8), (r#"{"a":"\\\x"}"#, 10), (r#"{"a":"\u12g4"}"#, 11)] {
        let fault = KeySet::parse(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(fault, format!("not valid JSON at line 1, column {column}"), "{text}");
    }
}
