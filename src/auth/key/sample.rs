//! Keys for the tests of this module, made anew in each run.

use std::sync::OnceLock;

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};

use super::{Algorithm, Key, KeyFault, KeySet};

/// A new private JWK; the RSA key is the same all through a run, for it takes long to make.
pub(super) fn jwk(algorithm: Algorithm) -> Value {
    static RSA: OnceLock<Value> = OnceLock::new();
    let new = |algorithm| {
        let set = KeySet::from(Key::generate(algorithm).unwrap());
        let mut set: Value = serde_json::from_str(&set.to_json()).unwrap();
        set["keys"][0].take()
    };
    let is_rsa = matches!(algorithm.as_str().as_bytes(), [b'R' | b'P', ..]);
    let mut jwk = if is_rsa { RSA.get_or_init(|| new(Algorithm::RS256)).clone() } else { new(algorithm) };
    jwk["alg"] = algorithm.as_str().into();
    jwk
}

/// The JWK without its private members.
pub(super) fn public(jwk: &Value) -> Value {
    let mut jwk = jwk.clone();
    let members = jwk.as_object_mut().unwrap();
    members.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    jwk
}

/// The JWK with `member` set, or without it for `null`.
pub(super) fn with(jwk: &Value, member: &str, value: Value) -> Value {
    let mut jwk = jwk.clone();
    let members = jwk.as_object_mut().unwrap();
    if value.is_null() {
        members.remove(member)
    } else {
        members.insert(member.to_owned(), value)
    };
    jwk
}

/// A JWK Set of these.
pub(super) fn set(jwks: &[Value]) -> Value {
    json!({ "keys": jwks })
}

/// Reads a key file with this JSON.
pub(super) fn read(json: &Value) -> Result<KeySet, KeyFault> {
    KeySet::parse(json.to_string().as_bytes())
}

/// The bytes of a member.
pub(super) fn bytes(jwk: &Value, member: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(jwk[member].as_str().unwrap()).unwrap()
}

/// A PEM block.
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let body = BASE64_STANDARD.encode(der);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A DER element.
pub(super) fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match u16::try_from(content.len()).unwrap().to_be_bytes() {
        [0, low @ 0..0x80] => vec![low],
        [0, low] => vec![0x81, low],
        [high, low] => vec![0x82, high, low],
    };
    [vec![tag], length, content].concat()
}
