//! The shape of a token: base64url as the crate `base64` has it, JSON as `serde_json` has it.
#![no_main]

use authctl::auth::json::{JsonFault, Value, read_object, read_object_leniently, strings_of};
use authctl::auth::key::KeySet;
use authctl::auth::token::{MAX_TOKEN_BYTES, Parts};
use authctl::auth::verify::open;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value as Json};
use std::sync::LazyLock;

static KEYS: LazyLock<KeySet> = LazyLock::new(|| KeySet::from_secret(&(0..64).collect::<Vec<u8>>()).unwrap());

fuzz_target!(|bytes: &[u8]| {
    match bytes.split_first() {
        Some((b'{', _)) => json(bytes),
        _ => shape(&String::from_utf8_lossy(bytes)),
    }
});

/// A text as a token.
fn shape(text: &str) {
    let parts: Vec<&str> = text.split('.').collect();
    let decoded: Vec<_> = parts.iter().map(|part| BASE64URL.decode(part)).collect();
    let is_shaped = text.len() <= MAX_TOKEN_BYTES && parts.len() == 3 && decoded.iter().all(Result::is_ok);
    match Parts::of(text) {
        Err(_) => assert!(!is_shaped, "refused a token that is one"),
        Ok(ours) => {
            assert!(is_shaped, "accepted what is no token");
            assert_eq!([ours.header, ours.claims, ours.signature], parts[..]);
            assert_eq!(ours.signed, [parts[0], parts[1]].join("."));
            assert_eq!(ours.header_bytes().ok(), decoded[0].clone().ok());
            assert_eq!(ours.claims_bytes().ok(), decoded[1].clone().ok());
        }
    }
    // Nobody here can sign.
    assert!(open(text, &KEYS).is_err());
}

/// Bytes as the JSON of a token.
fn json(bytes: &[u8]) {
    let theirs = serde_json::from_slice::<Map<String, Json>>(bytes);
    let mut members = Vec::new();
    let ours = read_object(bytes, |member| members.push(member));
    match (&ours, &theirs) {
        (Ok(()), Ok(theirs)) => {
            assert_eq!(members.len(), theirs.len());
            for member in &members {
                let value = &theirs[&*member.name];
                assert!(is_same(&member.value, value), "{member:?} is not {value}");
                assert_eq!(&serde_json::from_str::<Json>(member.raw).unwrap(), value);
            }
        }
        (Ok(()), Err(error)) => panic!("accepted what is no JSON object: {error}"),
        (Err(JsonFault::Duplicate | JsonFault::Depth), _) | (Err(_), Err(_)) => {}
        (Err(fault), Ok(_)) => panic!("refused a JSON object: {fault}"),
    }
    let leniently = read_object_leniently(bytes, |_| ());
    match ours {
        Err(JsonFault::Duplicate) => assert_eq!(leniently, Ok(true)),
        Err(fault) => assert_eq!(leniently, Err(fault)),
        Ok(()) => assert_eq!(leniently, Ok(false)),
    }
}

fn is_same(ours: &Value<'_>, theirs: &Json) -> bool {
    match (ours, theirs) {
        (Value::String(ours), Json::String(theirs)) => ours == theirs,
        (Value::Number(ours), Json::Number(theirs)) => ours.parse::<f64>().ok() == theirs.as_f64(),
        (Value::Bool(ours), Json::Bool(theirs)) => ours == theirs,
        (Value::Array(ours), Json::Array(theirs)) => {
            let strings: Option<Vec<&str>> = theirs.iter().map(Json::as_str).collect();
            strings_of(ours).is_some() == strings.is_some()
                && strings.is_none_or(|strings| strings_of(ours).unwrap() == strings)
        }
        (Value::Null, Json::Null) | (Value::Object(_), Json::Object(_)) => true,
        _ => false,
    }
}
