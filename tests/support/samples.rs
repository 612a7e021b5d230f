//! The samples of all tests: a moment, a key, tokens signed by hand, passwords and hashes.

use std::time::SystemTime;

use authctl::auth::key::Key;
use authctl::auth::password::{self, HashParams, Password};
use authctl::auth::time::Timestamp;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

/// 2026-11-21T21:00:00Z: the present of tests in memory, unless they move the clock.
pub(crate) const NOW: u64 = 1_795_294_800;

/// A raw secret, such as the `SECRET_KEY` of a Python server.
pub(crate) const SECRET: &str = "4f1feeca525de4cdb064656007da3edac7895a87ff0ea865693300fb8b6e8f9c";

/// The usual header.
pub(crate) const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// So cheap that a login takes no time.
pub(crate) const CHEAP: HashParams = HashParams { memory_kib: 8, iterations: 1, parallelism: 1 };

/// A hash of `secret` by Python's pwdlib 0.2 with its recommended parameters, which are the default policy.
pub(crate) const PWDLIB: &str =
    "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc";

/// The moment that many seconds after 1970-01-01T00:00:00Z.
pub(crate) fn at(seconds: u64) -> Timestamp {
    Timestamp::new(seconds).unwrap()
}

/// The present of tests that run programs, in whole seconds.
pub(crate) fn seconds_now() -> u64 {
    Timestamp::try_from(SystemTime::now()).unwrap().seconds()
}

/// The key of [`SECRET`].
pub(crate) fn key() -> Key {
    Key::from_secret(SECRET.as_bytes()).unwrap()
}

/// A token of this header and these claims, byte for byte, and a true signature with [`key`].
pub(crate) fn signed(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
    signed_by(&key(), header, claims)
}

/// As [`signed`], with another key.
pub(crate) fn signed_by(key: &Key, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
    sealed_by(key, &encode(header), &encode(claims))
}

/// These two parts as they are, and a true signature over them with `key`.
pub(crate) fn sealed_by(key: &Key, header: &str, claims: &str) -> String {
    let message = format!("{header}.{claims}");
    let signature = key.sign(message.as_bytes()).unwrap();
    format!("{message}.{signature}")
}

/// Encodes in canonical base64url without padding.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes.as_ref())
}

pub(crate) fn password(text: impl AsRef<[u8]>) -> Password {
    Password::from(text.as_ref().to_vec())
}

/// A hash of `password` that costs next to nothing.
pub(crate) fn cheap_hash(password: impl AsRef<[u8]>) -> String {
    hash(password, CHEAP)
}

/// A hash of `password`.
pub(crate) fn hash(password: impl AsRef<[u8]>, params: HashParams) -> String {
    password::hash(&self::password(password), params).unwrap()
}
