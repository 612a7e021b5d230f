//! The keys of a key file.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use super::form::{self, Form};
use super::json::{Member, read_array, read_object};
use super::{Algorithm, Key, KeyFault, jwk, pem};

/// One or more keys in order. The first that can sign and is not retired signs; all that are not retired verify.
#[derive(Clone, Debug)]
pub struct KeySet {
    pub(super) keys: Vec<Key>,
    pub(super) extra: Extra,
}

/// What a JWK Set has besides its keys. `Debug` does not show it: it is whatever the writer put there.
#[derive(Clone, Default)]
pub(super) struct Extra(pub(super) Vec<Member>);

impl std::fmt::Debug for Extra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Extra({})", self.0.len())
    }
}

impl KeySet {
    /// The most bytes of a key file: 1 MiB.
    pub const MAX_BYTES: usize = 1 << 20;

    /// Reads the content of a key file: a raw secret (minus one final LF or CRLF), PEM, a JWK, or a JWK Set.
    ///
    /// `{…}` is a JWK or JWK Set, a text with `-----BEGIN` is PEM, and a raw secret is what can be nothing else: see
    /// [`Key::from_secret`].
    ///
    /// # Errors
    ///
    /// [`KeyFault`], for the first thing wrong: a key that cannot be trusted is no key.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFault> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(KeyFault::TooLarge);
        }
        match Form::of(bytes) {
            Form::Json(text) => Self::parse_json(text),
            Form::Pem(text) => pem::read(text).and_then(Key::from_material).map(Self::from),
            Form::Other => Self::from_secret(form::without_newline(bytes)),
        }
    }

    /// The lines that a key file may stand for instead of being a secret: its own, and those it decodes to.
    ///
    /// A raw secret that is the path of a file points elsewhere, and whether it is, only the file system knows. Empty for a
    /// key in another form.
    #[must_use]
    pub fn readings(bytes: &[u8]) -> Vec<Zeroizing<String>> {
        let line = std::str::from_utf8(form::without_newline(bytes));
        match (Form::of(bytes), line) {
            (Form::Other, Ok(line)) => form::readings(line),
            _ => Vec::new(),
        }
    }

    /// A raw secret where nothing else will do: see [`Key::from_secret`].
    ///
    /// # Errors
    ///
    /// As [`Key::from_secret`].
    pub fn from_secret(secret: &[u8]) -> Result<Self, KeyFault> {
        Key::from_secret(secret).map(Self::from)
    }

    fn parse_json(text: &[u8]) -> Result<Self, KeyFault> {
        let mut members = read_object(text)?;
        let Some(at) = members.iter().position(|member| member.name == "keys") else {
            return jwk::read(members).and_then(Key::build).map(Self::from);
        };
        let list = members.remove(at);
        if members.iter().any(|member| member.name == "kty") {
            return Err(KeyFault::member("kty", "beside `keys` makes it neither a JWK nor a JWK Set"));
        }
        let elements = read_array(&list.value).ok_or(KeyFault::member("keys", "is not a list"))?;
        let read = |(index, element): (usize, &str)| {
            let members = if element.starts_with('{') {
                read_object(element.as_bytes())
            } else {
                Err(KeyFault::member("keys", "has an element that is no object"))
            };
            let key = members.and_then(jwk::read).and_then(Key::build);
            key.map_err(|fault| KeyFault::InSet { number: index + 1, fault: Box::new(fault) })
        };
        let keys = elements.into_iter().enumerate().map(read).collect::<Result<Vec<Key>, _>>()?;
        check_together(&keys)?;
        Ok(Self { keys, extra: Extra(members) })
    }

    /// All keys, the retired ones too.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The first key that can sign and is not retired.
    #[must_use]
    pub fn signing_key(&self) -> Option<&Key> {
        self.keys.iter().find(|key| key.can_sign() && !key.is_retired())
    }
}

impl From<Key> for KeySet {
    fn from(key: Key) -> Self {
        Self { keys: vec![key], extra: Extra::default() }
    }
}

/// What no key can be guilty of alone.
///
/// Secrets beside keys that are only public are refused, because a file of public keys is one that people hand out.
fn check_together(keys: &[Key]) -> Result<(), KeyFault> {
    if keys.is_empty() {
        return Err(KeyFault::EmptySet);
    }
    let mut ids = HashSet::new();
    if let Some(twice) = keys.iter().filter_map(Key::id).find(|id| !ids.insert(*id)) {
        return Err(KeyFault::DuplicateId(twice.to_owned()));
    }
    if keys.iter().any(Key::is_symmetric) && !keys.iter().all(Key::is_private) {
        return Err(KeyFault::MixedSet);
    }
    let mut seen: HashMap<String, (usize, Algorithm)> = HashMap::new();
    for (index, key) in keys.iter().enumerate() {
        let (first, algorithm) = *seen.entry(key.thumbprint()).or_insert((index, key.algorithm()));
        if algorithm != key.algorithm() {
            return Err(KeyFault::TwoAlgorithms { first: first + 1, second: index + 1 });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
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
            ("{ ", "not valid JSON at line 1, column 2"),
            ("{}", "`kty` is missing"),
            ("{\"kty\":\"oct\",\n}", "not valid JSON at line 2, column 1"),
            ("{\"kty\":\"oct\"} {}", "not valid JSON at line 1, column 15"),
            ("\u{feff}{\"kty\":\"oct\"}", "`k` is missing"),
            ("{\"kty\":\"oct\",\"kty\":\"oct\"}", "duplicate member at line 1, column 18"),
            ("{\"kty\":\"oct\",\"k\\u0074y\":\"EC\"}", "duplicate member at line 1, column 23"),
            ("{\"x\":[{\"a\":{\"b\":1,\"b\":2}}]}", "duplicate member at line 1, column 21"),
            ("{\"keys\":[]}", "the set has no key"),
            ("{\"keys\":{}}", "`keys` is not a list"),
            ("{\"keys\":[7]}", "key 1: `keys` has an element that is no object"),
            ("{\"keys\":[], \"kty\":\"oct\"}", "`kty` beside `keys` makes it neither a JWK nor a JWK Set"),
        ] {
            assert_eq!(fault(text.as_bytes()).to_string(), message, "{text}");
        }
        assert_eq!(fault(b"{\"kty\":\"\xff\"}").to_string(), "not valid JSON at line 1, column 9");
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
}
