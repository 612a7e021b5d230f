//! Key files: whatever is read can be written, and is the same key when it is read back.
#![no_main]

use authctl::auth::key::{Algorithm, Key, KeyFault, KeySet, NoKey, RetireError, UnusableKey};
use authctl::auth::time::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let set = match KeySet::parse(bytes) {
        Ok(set) => set,
        Err(fault) => {
            let text = fault.to_string();
            assert!(!text.contains(char::is_control), "{text:?}");
            return;
        }
    };
    let _redacted = format!("{set:?}");
    let written = set.to_json();
    let again = KeySet::parse(written.as_bytes()).expect("what was written can be read");
    assert_eq!(faces(&again), faces(&set));
    assert_eq!(odd(&again), odd(&set));
    assert_eq!(again.to_json(), written);
    let is_own = set.keys().iter().any(Key::is_private);
    assert!(!is_own || set.unusable().is_empty());
    for id in set.unusable().iter().filter_map(UnusableKey::id) {
        if set.keys().iter().all(|key| key.id() != Some(id)) {
            assert!(matches!(set.candidates("EdDSA", Some(id)), Err(NoKey::Unusable(_))));
        }
    }

    if let Ok(public) = set.public_json() {
        let public = KeySet::parse(public.as_bytes()).expect("public keys can be read");
        assert!(public.keys().iter().all(|key| !key.is_private() && !key.is_retired()));
        let in_use = set.keys().iter().filter(|key| !key.is_retired() && !key.is_symmetric());
        assert!(public.keys().iter().map(Key::thumbprint).eq(in_use.map(Key::thumbprint)));
    }
    if let Some(key) = set.signing_key() {
        let message = b"message";
        let signature = key.sign(message).expect("a key that can sign signs");
        assert!(again.keys().iter().any(|key| key.verify(message, &signature)));
        assert!(!key.verify(b"massage", &signature));
        let mut candidates = set.candidates(key.algorithm().as_str(), key.id()).expect("it is there");
        assert!(candidates.any(|key| key.verify(message, &signature)));
    }
    if let Ok(rotated) = set.rotate(Algorithm::HS256, Timestamp::MAX, None) {
        assert_eq!(faces(&rotated)[1..], faces(&set));
    }
    let name = set.keys()[0].thumbprint();
    match set.retire(&name) {
        Ok(retired) => assert!(retired.keys().iter().any(Key::is_retired)),
        Err(error) => assert_eq!(error, RetireError::Last),
    }
});

/// What a set tells of the keys that it leaves out.
fn odd(set: &KeySet) -> Vec<(usize, String, String, KeyFault)> {
    let face = |key: &UnusableKey| (key.number(), key.name(), key.kind().to_owned(), key.fault().clone());
    set.unusable().iter().map(face).collect()
}

/// All that can be told of a key from outside.
fn faces(set: &KeySet) -> Vec<(String, Algorithm, Option<String>, [bool; 4])> {
    let face = |key: &Key| {
        let flags = [key.is_private(), key.is_retired(), key.is_symmetric(), key.can_sign()];
        (key.thumbprint(), key.algorithm(), key.id().map(str::to_owned), flags)
    };
    set.keys().iter().map(face).collect()
}
