use serde_json::{Value, json};

use super::super::Algorithm;
use super::super::Look;
use super::super::sample::{jwk, public, read, set, with};
use super::{Key, KeyFault, KeySet};

const SECRET: &[u8] = b"4f1feeca525de4cdb064656007da3eda";

fn fault(bytes: &[u8]) -> KeyFault {
    KeySet::parse(bytes).unwrap_err()
}

#[test]
fn a_raw_secret_is_the_line_minus_one_newline() {
    let key = |bytes: &[u8]| KeySet::parse(bytes).unwrap().keys()[0].clone();
    let signature = Key::from_secret(SECRET).unwrap().sign(b"message").unwrap();
    for end in ["", "\n", "\r\n"] {
        assert!(key(&[SECRET, end.as_bytes()].concat()).verify(b"message", &signature), "{end:?}");
    }
    for end in ["\n\n", "\r", "\n\r\n", " ", "\n "] {
        let fault = fault(&[SECRET, end.as_bytes()].concat());
        assert!(matches!(fault, KeyFault::LooksLike(_)), "{end:?}: {fault}");
    }
    let bare = Key::from_secret(&[SECRET, b"\n"].concat()).unwrap_err();
    assert_eq!(bare, KeyFault::LooksLike(Look::Lines.plain()), "a secret that is no file has no newline");
    let key = Key::from_secret(SECRET).unwrap();
    assert_eq!((key.id(), key.algorithm(), key.can_sign()), (None, Algorithm::HS256, true));
}

#[test]
fn a_binary_secret_is_every_byte_of_the_file() {
    let binary = |length: usize, last: u8| {
        let mut bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n * 7 % 256).unwrap()).collect();
        bytes[length - 1] = last;
        bytes
    };
    for length in [32, 48, 64] {
        for last in [0, b'\n', 200] {
            let bytes = binary(length, last);
            let (file, bare) = (KeySet::parse(&bytes).unwrap(), Key::from_secret(&bytes).unwrap());
            let signature = bare.sign(b"message").unwrap();
            assert!(file.keys()[0].verify(b"message", &signature), "{length} {last}");
            assert_eq!(file.keys()[0].kind().to_string(), format!("secret, {} bits", 8 * length));
        }
    }
    for length in [16, 31, 33, 49, 63, 65, 256] {
        for last in [0, b'\n'] {
            assert_eq!(fault(&binary(length, last)), KeyFault::BinaryLength { bytes: length });
        }
    }
}

#[test]
fn a_raw_secret_is_long_enough_and_not_too_long() {
    for empty in ["", "\n", "\r\n", " \n\n"] {
        assert_eq!(fault(empty.as_bytes()), KeyFault::Empty, "{empty:?}");
    }
    assert_eq!(fault(&SECRET[1..]), KeyFault::ShortSecret { bytes: 31, least: 32 });
    assert_eq!(fault(&[&SECRET[1..], b"\n"].concat()), KeyFault::ShortSecret { bytes: 31, least: 32 });
    let repeated = KeyFault::LooksLike(Look::Repeated.plain());
    assert_eq!(fault(&[0; 32]), repeated);
    assert_eq!(fault(&[b"a".repeat(64).as_slice(), b"\n"].concat()), repeated);
    let longest = "x9Tq".repeat(256);
    assert!(KeySet::parse(format!("{longest}\n").as_bytes()).is_ok());
    assert_eq!(fault(format!("{longest}x\n").as_bytes()), KeyFault::LongSecret { bytes: 1025 });
    let largest = vec![b' '; KeySet::MAX_BYTES];
    assert_eq!(fault(&largest), KeyFault::Empty);
    for parse in [KeySet::parse, KeySet::from_secret] {
        assert_eq!(parse(&[largest.as_slice(), b"a"].concat()).unwrap_err(), KeyFault::TooLarge);
    }
}

#[test]
fn where_a_secret_is_meant_nothing_else_will_do() {
    for (text, look) in [
        (jwk(Algorithm::HS256).to_string(), Look::Jwk),
        ("-----BEGIN PUBLIC KEY-----\nMCow".to_owned(), Look::Pem),
        (
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9".to_owned(),
            Look::OpenSshEd25519,
        ),
    ] {
        assert_eq!(KeySet::from_secret(text.as_bytes()).unwrap_err(), KeyFault::LooksLike(look.plain()));
    }
}

#[test]
fn a_mark_before_a_key_is_skipped() {
    for before in ["\u{feff}", " ", "\r\n", "\u{feff}\n", "\u{a0}"] {
        let text = format!("{before}{}", jwk(Algorithm::EdDSA));
        assert!(KeySet::parse(text.as_bytes()).is_ok(), "{before:?}");
    }
}

#[test]
fn a_large_set_is_read() {
    let jwks: Vec<Value> = (0..6000)
        .map(|number| json!({"kty": "oct", "kid": number.to_string(), "k": format!("{number:064}")}))
        .collect();
    assert_eq!(read(&set(&jwks)).unwrap().keys().len(), 6000);
}

#[test]
fn json_is_strict_and_its_faults_say_where() {
    for (text, message) in [
        ("{ ", "not valid JSON at line 1, column 3"),
        ("{}", "neither a JWK nor a JWK Set: there is no `kty` and no `keys`"),
        ("{\"kty\":\"oct\",\n}", "not valid JSON at line 2, column 1"),
        ("{\"kty\":\"oct\"} {}", "not one JSON object at line 1, column 15"),
        ("\u{feff}{\"kty\":\"oct\"}", "`k` is missing"),
        ("{\"kty\":\"oct\",\"kty\":\"oct\"}", "a member is there twice at line 1, column 19"),
        ("{\"kty\":\"oct\",\"k\\u0074y\":\"EC\"}", "a member is there twice at line 1, column 24"),
        ("{\"x\":[{\"a\":{\"b\":1,\"b\":2}}]}", "a member is there twice at line 1, column 22"),
        ("{\"keys\":[]}", "the set has no key"),
        ("{\"keys\":{}}", "`keys` is not a list"),
        ("{\"keys\":[7]}", "key 1: not a JSON object"),
        ("{\"keys\":[], \"kty\":\"oct\"}", "`kty` beside `keys` makes it neither a JWK nor a JWK Set"),
    ] {
        assert_eq!(fault(text.as_bytes()).to_string(), message, "{text}");
    }
    assert_eq!(fault(b"{\"kty\":\"\xff\"}").to_string(), "not UTF-8 at line 1, column 9");
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(30_000), "]".repeat(30_000));
    assert!(matches!(fault(deep.as_bytes()), KeyFault::Json { .. }));
}

#[test]
fn a_bad_key_of_a_set_is_named_by_its_number() {
    let bad = with(&jwk(Algorithm::ES256), "use", "enc".into());
    let fault = read(&set(&[jwk(Algorithm::EdDSA), bad])).unwrap_err();
    assert_eq!(fault.to_string(), "key 2: `use` is not `sig`");
}

#[test]
fn keys_of_a_set_are_told_apart() {
    let (a, b) = (jwk(Algorithm::EdDSA), jwk(Algorithm::ES256));
    let named = |jwk: &Value| with(jwk, "kid", "a\u{202e}b".into());
    let fault = read(&set(&[named(&a), named(&b)])).unwrap_err();
    assert_eq!(fault.to_string(), "several keys have the `kid` `a\\u{202e}b`");
    let nameless = |jwk: &Value| with(jwk, "kid", Value::Null);
    assert!(read(&set(&[nameless(&a), nameless(&b)])).is_ok());
    let (rs, ps) = (jwk(Algorithm::RS256), with(&jwk(Algorithm::PS256), "kid", "ps".into()));
    assert_eq!(read(&set(&[a, rs, ps])).unwrap_err(), KeyFault::TwoAlgorithms { first: 2, second: 3 });
}

#[test]
fn secrets_are_not_mixed_with_keys_that_are_only_public() {
    let (secret, pair) = (jwk(Algorithm::HS256), jwk(Algorithm::ES256));
    assert_eq!(read(&set(&[secret.clone(), public(&pair)])).unwrap_err(), KeyFault::MixedSet);
    assert!(read(&set(&[secret, pair.clone()])).is_ok());
    assert!(read(&set(&[public(&pair), jwk(Algorithm::EdDSA)])).is_ok());
}

#[test]
fn the_first_key_that_can_sign_and_is_not_retired_signs() {
    let named = |alg, kid: &str| with(&jwk(alg), "kid", kid.into());
    let a = public(&named(Algorithm::ES256, "a"));
    let b = with(&named(Algorithm::EdDSA, "b"), "authctl_retired", json!(true));
    let c = with(&named(Algorithm::EdDSA, "c"), "key_ops", json!(["verify"]));
    let set_of = |jwks: &[Value]| read(&set(jwks)).unwrap();
    let all = set_of(&[
        a.clone(),
        b.clone(),
        c.clone(),
        named(Algorithm::ES384, "d"),
        named(Algorithm::EdDSA, "e"),
    ]);
    assert_eq!(all.signing_key().and_then(Key::id), Some("d"));
    assert!(set_of(&[a, b, c]).signing_key().is_none());
}

#[test]
fn a_key_that_cannot_be_used_is_named_by_its_id_or_its_number() {
    let good = public(&jwk(Algorithm::EdDSA));
    let odd = |id: Value| with(&json!({"kty": "odd"}), "kid", id);
    let keys = read(&set(&[good, odd(json!("enc")), odd(json!("")), odd(Value::Null)])).unwrap();
    let names: Vec<_> = keys.unusable().iter().map(|key| (key.id(), key.to_string(), key.name())).collect();
    let of = |id, shown: &str, name: &str| (id, shown.to_owned(), name.to_owned());
    assert_eq!(
        names,
        [of(Some("enc"), "key `enc`", "enc"), of(Some(""), "key 3", "key 3"), of(None, "key 4", "key 4"),]
    );
}
