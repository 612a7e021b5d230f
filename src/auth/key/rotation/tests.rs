use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};

use super::super::jwk::TOKENS_UNTIL;
use super::super::sample::{jwk, public, read, set, with};
use super::{Algorithm, Key, KeySet, RETIRED, RetireError, RotateError, Timestamp};
use crate::auth::time::Span;

const NOW: Timestamp = Timestamp::MAX;

const SECRET: &[u8] = b"4f1feeca525de4cdb064656007da3eda\n";

/// The set after writing and reading.
fn again(set: &KeySet) -> KeySet {
    KeySet::parse(set.to_json().as_bytes()).unwrap()
}

fn is_good(set: &KeySet, kid: Option<&str>, alg: Algorithm, signature: &str) -> bool {
    set.candidates(alg.as_str(), kid).is_ok_and(|mut keys| keys.any(|key| key.verify(b"token", signature)))
}

#[test]
fn a_raw_secret_becomes_a_set_and_its_tokens_stay_good() {
    for algorithm in [Algorithm::HS256, Algorithm::EdDSA] {
        let old = KeySet::parse(SECRET).unwrap();
        let before = old.keys()[0].sign(b"token").unwrap();
        let new = again(&old.rotate(algorithm, NOW, Some(MAX)).unwrap());
        assert_eq!(new.keys().len(), 2);
        let key = new.signing_key().unwrap();
        assert_eq!((key.algorithm(), key.id()), (algorithm, Some(key.thumbprint().as_str())));
        assert_eq!((new.keys()[1].id(), new.keys()[1].algorithm()), (None, Algorithm::HS256));
        assert!(is_good(&new, None, Algorithm::HS256, &before));
        assert!(is_good(&new, Some("of another server"), Algorithm::HS256, &before));
        assert!(is_good(&new, key.id(), algorithm, &key.sign(b"token").unwrap()));
    }
}

#[test]
fn every_form_survives_rotation_and_signs_with_the_new_key() {
    for algorithm in Algorithm::ALL {
        let old = read(&jwk(algorithm)).unwrap();
        let key = &old.keys()[0];
        let before = key.sign(b"token").unwrap();
        let new = again(
            &again(&old.rotate(Algorithm::EdDSA, NOW, Some(MAX)).unwrap())
                .rotate(Algorithm::ES256, NOW, Some(MAX))
                .unwrap(),
        );
        assert_eq!(new.signing_key().unwrap().algorithm(), Algorithm::ES256);
        assert_eq!(new.keys().len(), 3);
        assert!(is_good(&new, key.id(), algorithm, &before), "{algorithm}");
    }
}

#[test]
fn what_nobody_here_knows_is_kept_as_it_was_written() {
    let jwk = jwk(Algorithm::EdDSA).to_string();
    let kept = r#""ext": true, "exact": 12345678901234567890.1200, "t\u0065xt": "\u00e9 <", "x5c": [ "a", {"b":null} ]"#;
    let text = format!("{{\"keys\":[{},{kept}}}], \"note\": {{\"n\":1e2}}}}", &jwk[..jwk.len() - 1]);
    let set = KeySet::parse(text.as_bytes()).unwrap().rotate(Algorithm::EdDSA, NOW, Some(MAX)).unwrap();
    let json = set.to_json();
    for member in [
        "\"ext\": true",
        "\"exact\": 12345678901234567890.1200",
        "\"text\": \"\\u00e9 <\"",
        "\"x5c\": [ \"a\", {\"b\":null} ]",
        "\n  \"note\": {\"n\":1e2}\n}\n",
    ] {
        assert!(json.contains(member), "{member}");
    }
    assert_eq!(again(&set).to_json(), json);
}

#[test]
fn a_retired_key_neither_signs_nor_verifies_and_keeps_its_name() {
    let old = read(&jwk(Algorithm::EdDSA)).unwrap();
    let id = old.keys()[0].id().unwrap().to_owned();
    let before = old.keys()[0].sign(b"token").unwrap();
    let new = old.rotate(Algorithm::EdDSA, NOW, Some(MAX)).unwrap();
    assert!(is_good(&new, Some(&id), Algorithm::EdDSA, &before));
    let retired = again(&new.retire(&id).unwrap());
    assert!(!is_good(&retired, Some(&id), Algorithm::EdDSA, &before));
    assert!(!is_good(&retired, None, Algorithm::EdDSA, &before));
    assert!(!retired.keys()[1].verify(b"token", &before));
    assert!(retired.keys()[1].sign(b"token").is_err());
    assert_eq!((retired.keys()[1].id(), retired.keys()[1].is_retired()), (Some(id.as_str()), true));
    assert_eq!(again(&retired.retire(&id).unwrap()).to_json(), retired.to_json());
    let text: Value = serde_json::from_str(&retired.to_json()).unwrap();
    assert_eq!((&text["keys"][0][RETIRED], &text["keys"][1][RETIRED]), (&Value::Null, &json!(true)));
    let unmarked = with(&jwk(Algorithm::EdDSA), RETIRED, json!(false));
    let set = read(&unmarked).unwrap().rotate(Algorithm::EdDSA, NOW, Some(MAX)).unwrap();
    assert!(again(&set.retire(set.keys()[1].id().unwrap()).unwrap()).keys()[1].is_retired());
}

#[test]
fn a_key_pair_without_an_id_is_called_by_its_thumbprint() {
    let set = read(&jwk(Algorithm::EdDSA)).unwrap();
    assert_eq!(set.names(), [set.keys()[0].thumbprint()]);
}

#[test]
fn secrets_without_an_id_are_counted_and_keep_their_names() {
    let secret = |kid: Value, byte: u8| {
        let bytes = BASE64_URL_SAFE_NO_PAD.encode([byte, 1].repeat(16));
        with(&with(&jwk(Algorithm::HS256), "k", json!(bytes)), "kid", kid)
    };
    let (first, taken) = (secret(Value::Null, 2), secret(json!("secret-2"), 3));
    let old = read(&set(&[first, taken, secret(Value::Null, 4), secret(json!("x"), 5)])).unwrap();
    assert_eq!(old.names(), ["secret", "secret-2", "secret-3", "x"]);
    let new = again(&old.rotate(Algorithm::HS256, NOW, Some(MAX)).unwrap());
    assert_eq!(new.names()[1..], old.names());
    assert_eq!(new.names()[0], new.keys()[0].id().unwrap());
    let retired = again(&new.retire("secret-3").unwrap());
    let states: Vec<bool> = retired.keys().iter().map(Key::is_retired).collect();
    assert_eq!(states, [false, false, false, true, false]);
    assert_eq!(retired.names(), new.names());
}

#[test]
fn a_key_without_an_id_is_retired_by_its_thumbprint() {
    let new = KeySet::parse(SECRET).unwrap().rotate(Algorithm::EdDSA, NOW, Some(MAX)).unwrap();
    let retired = new.retire(&new.keys()[1].thumbprint()).unwrap();
    assert!(again(&retired).keys()[1].is_retired());
    assert_eq!(new.retire("unknown").unwrap_err(), RetireError::Unknown);
    assert_eq!(new.retire("").unwrap_err(), RetireError::Unknown);
}

#[test]
fn the_last_key_in_use_is_not_retired() {
    let named = |algorithm, kid: &str| with(&jwk(algorithm), "kid", kid.into());
    let (a, b) = (named(Algorithm::EdDSA, "a"), named(Algorithm::ES256, "b"));
    let case = |jwks: &[Value], kid: &str| {
        let keys = read(&set(jwks)).unwrap();
        let retired = keys.retire(kid).map(|_| ());
        assert_eq!(keys.retirable().contains(kid), retired.is_ok(), "{kid}");
        retired
    };
    assert_eq!(case(std::slice::from_ref(&a), "a"), Err(RetireError::Last));
    assert_eq!(case(&[a.clone(), public(&b)], "a"), Err(RetireError::Last));
    assert_eq!(case(&[a.clone(), with(&b, RETIRED, json!(true))], "a"), Err(RetireError::Last));
    assert_eq!(case(&[a.clone(), public(&b)], "b"), Ok(()));
    assert_eq!(case(&[public(&a), public(&b)], "b"), Ok(()));
    assert_eq!(case(&[public(&a)], "a"), Err(RetireError::Last));
    assert_eq!(KeySet::parse(SECRET).unwrap().retire("a").unwrap_err(), RetireError::Unknown);
}

#[test]
fn the_keys_that_can_be_retired_are_those_that_leave_another() {
    let named = |algorithm, kid: &str| with(&jwk(algorithm), "kid", kid.into());
    let (a, b) = (named(Algorithm::EdDSA, "a"), named(Algorithm::ES256, "b"));
    let twin = with(&a, "kid", "twin".into());
    let retired = |jwk: &Value| with(jwk, RETIRED, json!(true));
    let nameless = with(&a, "kid", Value::Null);
    let case = |jwks: &[Value], expected: &[&str]| {
        let keys = read(&set(jwks)).unwrap();
        assert_eq!(keys.retirable(), expected.iter().map(|name| (*name).to_owned()).collect());
        for (name, key) in keys.names().into_iter().zip(keys.keys()) {
            let can_be = keys.retire(&name).is_ok() && !key.is_retired();
            assert_eq!(keys.retirable().contains(&name), can_be, "{name}");
        }
    };
    case(std::slice::from_ref(&a), &[]);
    case(&[b.clone(), a.clone()], &["a", "b"]);
    // The same key under two ids is one, and a retired one is none.
    case(&[a.clone(), twin.clone()], &[]);
    case(&[a.clone(), twin, b.clone()], &["a", "b", "twin"]);
    case(&[a.clone(), retired(&b)], &[]);
    // Public keys verify on without one that signs. Several may have one id.
    case(&[a.clone(), public(&b)], &["b"]);
    case(&[public(&a), public(&b)], &["a", "b"]);
    case(&[public(&a), public(&with(&b, "kid", "a".into()))], &[]);
    case(&[public(&nameless), public(&b)], &[&read(&nameless).unwrap().keys()[0].thumbprint(), "b"]);
}

#[test]
fn a_key_is_retired_under_all_its_names() {
    let a = with(&jwk(Algorithm::EdDSA), "kid", "a".into());
    let b = with(&a, "kid", "b".into());
    let nameless = with(&a, "kid", Value::Null);
    let all = read(&set(&[jwk(Algorithm::ES256), a, nameless, b])).unwrap();
    let retired = again(&all.retire("b").unwrap());
    assert_eq!(retired.keys().iter().map(Key::is_retired).collect::<Vec<_>>(), [false, true, true, true]);
    let again = all.retire(&all.keys()[1].thumbprint()).unwrap();
    assert_eq!(again.to_json(), retired.to_json());
}

#[test]
fn the_next_key_has_the_algorithm_that_is_expected_of_tokens() {
    for algorithm in Algorithm::ALL {
        assert_eq!(read(&jwk(algorithm)).unwrap().next_algorithm(), algorithm);
    }
    let secret = KeySet::parse(SECRET).unwrap();
    assert_eq!(secret.next_algorithm(), Algorithm::EdDSA);
    assert_eq!(
        again(&secret.rotate(Algorithm::ES256, NOW, Some(MAX)).unwrap()).next_algorithm(),
        Algorithm::ES256
    );
    let retired = with(&jwk(Algorithm::ES384), RETIRED, json!(true));
    assert_eq!(read(&retired).unwrap().next_algorithm(), Algorithm::EdDSA);
}

#[test]
fn public_keys_are_not_rotated() {
    let set = read(&public(&jwk(Algorithm::EdDSA))).unwrap();
    assert_eq!(set.rotate(Algorithm::EdDSA, NOW, Some(MAX)).unwrap_err(), RotateError::OnlyPublic);
}

#[test]
fn a_set_does_not_grow_beyond_what_is_read() {
    let key = jwk(Algorithm::EdDSA);
    let rotated = |note: usize| {
        let set = read(&with(&key, "note", "x".repeat(note).into())).unwrap();
        set.rotate(Algorithm::EdDSA, NOW, Some(MAX))
    };
    let room = KeySet::MAX_BYTES - rotated(0).unwrap().to_json().len();
    let largest = rotated(room).unwrap();
    assert_eq!((again(&largest).keys().len(), largest.to_json().len()), (2, KeySet::MAX_BYTES));
    assert_eq!(rotated(room + 1).unwrap_err(), RotateError::Full);
}

const MAX: Span = Span::hours(24);

fn at(seconds: u64) -> Timestamp {
    Timestamp::new(seconds).unwrap()
}

const LEEWAY: Span = Span::minutes(5);

/// A set of keys called `a`, `b`, `c`, made at 1, with these seconds as the notes of their last tokens.
fn noted(notes: &[Option<u64>]) -> Vec<Value> {
    let jwks = notes.iter().zip(["a", "b", "c"]).map(|(note, name)| {
        let jwk = with(&with(&jwk(Algorithm::EdDSA), "kid", name.into()), "iat", json!(1));
        with(&jwk, TOKENS_UNTIL, note.map_or(Value::Null, Value::from))
    });
    jwks.collect()
}

/// The names of the keys that are unused at `now`.
fn unused(set: &KeySet, now: u64) -> Vec<&str> {
    let unused: Vec<&str> = set.unused(LEEWAY, at(now)).into_iter().map(|key| key.id().unwrap()).collect();
    // Retired together, they are as retired one by one.
    let (retired, names) = set.retire_unused(LEEWAY, at(now)).unwrap();
    assert_eq!(names, unused);
    let one_by_one = unused.iter().fold(set.clone(), |set, name| set.retire(name).unwrap());
    assert_eq!(retired.to_json(), one_by_one.to_json());
    unused
}

#[test]
fn a_new_key_is_dated_and_the_date_survives() {
    let new = KeySet::parse(SECRET).unwrap().rotate(Algorithm::ES256, at(1_795_294_800), Some(MAX)).unwrap();
    let new = again(&new);
    assert_eq!(new.keys()[0].made(), Some(at(1_795_294_800)));
    assert_eq!(new.keys()[1].made(), None);
    assert_eq!(new.tokens_until(&new.keys()[1]), Some(at(1_795_381_200)));
    assert_eq!((new.tokens_until(&new.keys()[0]), new.is_superseded(&new.keys()[0])), (None, false));
    for (value, made) in [
        (json!(0), Some(0)),
        (json!(7.9), Some(7)),
        (json!("7"), None),
        (json!(-7), None),
        (json!(true), None),
        (json!([7]), None),
        (json!(1e15), None),
    ] {
        let jwk = with(&jwk(Algorithm::EdDSA), "iat", value.clone());
        assert_eq!(read(&jwk).unwrap().keys()[0].made(), made.map(at), "{value}");
    }
}

#[test]
fn a_key_is_unused_when_its_last_token_has_expired_for_every_verifier() {
    let set = read(&set(&noted(&[None, Some(200_000), Some(100_000)]))).unwrap();
    for (now, expected) in [
        (100_300, &[][..]),
        (100_301, &["c"]),
        (200_300, &["c"]),
        (200_301, &["b", "c"]),
        (9_999_999, &["b", "c"]),
    ] {
        assert_eq!(unused(&set, now), expected, "{now}");
    }
}

/// The lifetime that counts is that of the rotation, not what the store says later.
#[test]
fn a_rotation_notes_when_the_last_token_of_the_key_before_expires() {
    let rotated =
        |set: &KeySet, now, lifetime| again(&set.rotate(Algorithm::EdDSA, at(now), lifetime).unwrap());
    let notes = |set: &KeySet| -> Vec<Option<u64>> {
        set.keys().iter().map(|key| set.tokens_until(key).map(Timestamp::seconds)).collect()
    };
    let first = read(&jwk(Algorithm::EdDSA)).unwrap();
    let second = rotated(&first, 100_000, Some(MAX));
    assert_eq!(notes(&second), [None, Some(186_400)]);
    let third = rotated(&second, 200_000, Some(Span::hours(1)));
    assert_eq!(notes(&third), [None, Some(203_600), Some(186_400)]);
    // Without a store the lifetime is not known, and no date is a guess.
    let unknown = rotated(&second, 200_000, None);
    assert_eq!(notes(&unknown), [None, None, Some(186_400)]);
    // The next rotation knows that the key has signed nothing since.
    assert_eq!(
        notes(&rotated(&unknown, 300_000, Some(MAX))),
        [None, Some(386_400), Some(386_400), Some(186_400)]
    );
    // A key that was put first again signs, and its note is of another time.
    let mut back = second.clone();
    back.keys.swap(0, 1);
    assert_eq!(notes(&back), [None, None]);
    assert_eq!(notes(&rotated(&back, 300_000, Some(MAX))), [None, Some(386_400), Some(386_400)]);
    assert_eq!(notes(&rotated(&back, 300_000, None)), [None, None, None]);
}

#[test]
fn a_key_is_not_unused_where_that_would_be_a_guess() {
    let late = 9_999_999;
    let case = |jwks: &[Value], expected: &[&str]| {
        assert_eq!(unused(&read(&set(jwks)).unwrap(), late), expected);
    };
    // A key that verifiers had known for long was put first by hand: its date says nothing about when it began to sign.
    case(&noted(&[None, None, Some(100_000)]), &["c"]);
    let keys = noted(&[None, Some(200_000), Some(100_000)]);
    let undated = with(&keys[1], "iat", Value::Null);
    case(&[keys[0].clone(), undated, keys[2].clone()], &["c"]);
    // Other programs sign with it.
    case(&[keys[0].clone(), public(&keys[1])], &[]);
    // Since the first is retired, the second signs.
    let retired = with(&keys[0], RETIRED, json!(true));
    case(&[retired.clone(), keys[1].clone()], &[]);
    case(&[retired, keys[1].clone(), keys[2].clone()], &["c"]);
    // The key that signs is there under another id too.
    let twin = with(&with(&keys[0], "kid", "twin".into()), TOKENS_UNTIL, json!(2));
    case(&[keys[0].clone(), twin], &[]);
}

#[test]
fn a_name_is_meant_by_its_beginning_if_that_is_long_enough() {
    let named = |name: &str| with(&jwk(Algorithm::EdDSA), "kid", name.into());
    let keys =
        read(&set(&[named("2026-11"), named("2026-12"), named("2026"), named("alone"), named("x")])).unwrap();
    for (text, expected) in [
        ("2026", &["2026"][..]),
        ("2026-", &["2026-11", "2026-12"]),
        ("2026-1", &["2026-11", "2026-12"]),
        ("2026-12", &["2026-12"]),
        ("alon", &["alone"]),
        ("alo", &[]),
        ("x", &["x"]),
        ("", &[]),
        ("none", &[]),
    ] {
        assert_eq!(keys.meant_by(text), expected, "{text}");
    }
    assert_eq!(keys.meant_by(&keys.keys()[3].thumbprint()), ["alone"]);
    // Two names may be one, characters of two bytes count once, and what goes on is longer.
    let keys =
        read(&set(&[public(&named("grün-1")), public(&named("grün-1")), public(&named("grün"))])).unwrap();
    for (start, expected) in [("grün", &["grün-1"][..]), ("grü", &[]), ("grün-1", &[]), ("", &[])] {
        assert_eq!(keys.longer_names(start), expected, "{start}");
    }
    assert_eq!(keys.meant_by("grü"), [""; 0]);
}

#[test]
fn a_key_without_an_id_is_named_by_its_kind_and_no_id_is_empty() {
    let without = |algorithm| with(&jwk(algorithm), "kid", Value::Null);
    let of = |algorithm, id: &str| with(&jwk(algorithm), "kid", json!(id));
    let keys = read(&set(&[
        without(Algorithm::EdDSA),
        without(Algorithm::HS256),
        of(Algorithm::ES256, "secret-2"),
        without(Algorithm::HS256),
    ]))
    .unwrap();
    let print = keys.keys()[0].thumbprint();
    assert_eq!(keys.names(), [print.as_str(), "secret", "secret-2", "secret-3"]);
    for algorithm in [Algorithm::EdDSA, Algorithm::HS256] {
        assert_eq!(read(&of(algorithm, "")).unwrap_err().to_string(), "`kid` is empty");
    }
}
