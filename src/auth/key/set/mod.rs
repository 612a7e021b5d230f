//! The keys of a key file.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use super::form::{self, Form};
use super::jwk::{self, Reading};
use super::member::{Member, read_object};
use super::unusable::has_private_part;
use super::{Algorithm, Key, KeyFault, UnusableKey, pem};
use crate::auth::json::elements_of;

/// One or more keys in order. The first that can sign and is not retired signs; all that are not retired verify.
#[derive(Clone, Debug)]
pub struct KeySet {
    pub(super) keys: Vec<Key>,
    /// In the order of the file, as `keys` are.
    pub(super) unusable: Vec<UnusableKey>,
    /// The keys that [`KeySet::only`] took out: a `kid` that names one finds no other key.
    pub(super) withheld: Vec<Key>,
    pub(super) extra: Extra,
}

/// The members of a JWK Set besides its keys. `Debug` does not show them: they may hold anything.
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
    /// [`KeyFault`], for the first thing wrong. In a set without any private or secret part a key that cannot be used is no
    /// error but [unusable](Self::unusable), unless all are.
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

    /// The lines that a key file may stand for instead of being a secret: its own line, and those it decodes to.
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
            if members.iter().all(|member| member.name != "kty") {
                return Err(KeyFault::NeitherKeyNorSet);
            }
            let reading = if has_private_part(&members) { Reading::Strict } else { Reading::Tolerant };
            return jwk::read(members, reading).and_then(Key::build).map(Self::from);
        };
        let list = members.remove(at);
        if members.iter().any(|member| member.name == "kty") {
            return Err(KeyFault::member("kty", "beside `keys` makes it neither a JWK nor a JWK Set"));
        }
        let elements = elements_of(&list.value).ok_or(KeyFault::member("keys", "is not a list"))?;
        let jwks: Vec<Option<Vec<Member>>> =
            elements.iter().map(|element| read_object(element.as_bytes()).ok()).collect();
        if jwks.iter().flatten().any(|jwk| has_private_part(jwk)) {
            return Self::own(jwks, Extra(members));
        }
        Self::of_issuer(jwks, &elements, Extra(members))
    }

    /// A set with a private or secret part: one key that cannot be trusted makes the whole set invalid.
    fn own(jwks: Vec<Option<Vec<Member>>>, extra: Extra) -> Result<Self, KeyFault> {
        let read = |(index, jwk)| {
            read_key(jwk, Reading::Strict)
                .map_err(|fault| KeyFault::InSet { number: index + 1, fault: Box::new(fault) })
        };
        let keys = jwks.into_iter().enumerate().map(read).collect::<Result<Vec<Key>, _>>()?;
        check_together(&keys)?;
        Ok(Self { extra, ..Self::of(keys) })
    }

    /// A set of public keys, as an issuer publishes it for all verifiers. A key that cannot be used is left out (RFC 7517, 5),
    /// and several keys may have one `kid` (RFC 7517, 4.5) or be equal.
    fn of_issuer(jwks: Vec<Option<Vec<Member>>>, elements: &[&str], extra: Extra) -> Result<Self, KeyFault> {
        let (mut keys, mut unusable) = (Vec::new(), Vec::new());
        for (index, (jwk, text)) in jwks.into_iter().zip(elements).enumerate() {
            match read_key(jwk, Reading::Tolerant) {
                Ok(key) => keys.push(key),
                Err(fault) => unusable.push(UnusableKey::new(index + 1, text, fault)),
            }
        }
        match unusable.first() {
            _ if !keys.is_empty() => Ok(Self { unusable, extra, ..Self::of(keys) }),
            None => Err(KeyFault::EmptySet),
            Some(first) => {
                let fault = Box::new(first.fault().clone());
                let first = KeyFault::InSet { number: first.number(), fault };
                let keys = unusable.len();
                Err(if keys == 1 { first } else { KeyFault::NoneUsable { keys, first: Box::new(first) } })
            }
        }
    }

    const fn of(keys: Vec<Key>) -> Self {
        Self { keys, unusable: Vec::new(), withheld: Vec::new(), extra: Extra(Vec::new()) }
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

    /// The keys of a public set that are left out, in order. Empty for a set with any private or secret part.
    #[must_use]
    pub fn unusable(&self) -> &[UnusableKey] {
        &self.unusable
    }
}

impl From<Key> for KeySet {
    fn from(key: Key) -> Self {
        Self::of(vec![key])
    }
}

/// Reads an element of `keys`; `None` stands for one that is not an object.
fn read_key(jwk: Option<Vec<Member>>, reading: Reading) -> Result<Key, KeyFault> {
    jwk.ok_or(KeyFault::NotAnObject).and_then(|members| jwk::read(members, reading)).and_then(Key::build)
}

/// Checks the keys of an own set against each other.
///
/// Secrets beside keys that are only public are refused, because people hand out a file of public keys.
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
mod tests;
