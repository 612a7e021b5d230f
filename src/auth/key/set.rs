//! The keys of a key file.

use std::collections::HashSet;
use std::slice;

use super::form::Form;
use super::json::{Member, read_array, read_object};
use super::{Algorithm, Key, KeyFault, NoKey, jwk, pem};

/// The most a key file has.
pub(super) const MAX_BYTES: usize = 64 * 1024;

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
    /// Reads the content of a key file: a raw secret (minus one final LF or CRLF), PEM, a JWK, or a JWK Set.
    ///
    /// `{…}` is a JWK or JWK Set, a text with `-----BEGIN` is PEM, and what is neither is a secret, unless it is known
    /// to be something else.
    ///
    /// # Errors
    ///
    /// [`KeyFault`], for the first thing wrong: a key that cannot be trusted is no key.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFault> {
        if bytes.len() > MAX_BYTES {
            return Err(KeyFault::TooLarge);
        }
        match Form::of(bytes) {
            Form::Json(text) => Self::parse_json(text),
            Form::Pem(text) => pem::read(text).and_then(Key::from_material).map(Self::from),
            Form::Foreign(what) => Err(KeyFault::Form(what)),
            Form::Secret => match without_newline(bytes) {
                [] => Err(KeyFault::Empty),
                secret => Key::from_bytes(secret).map(Self::from),
            },
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

    /// The keys that a token with these header values is to be verified with, in order; at least one.
    ///
    /// A `kid` picks the key of that very id. Where no key has it, those without any id are tried; a token without `kid` is
    /// tried with every key of its `alg`. Retired keys are never among them, and a `kid` that names one finds nothing else.
    ///
    /// # Errors
    ///
    /// [`NoKey::UnsupportedAlg`] if no key has that algorithm, or the one with that id has another;
    /// [`NoKey::UnknownKey`] if none is left.
    pub fn candidates(&self, alg: &str, kid: Option<&str>) -> Result<Candidates<'_>, NoKey> {
        let algorithm = Algorithm::named(alg).ok_or(NoKey::UnsupportedAlg)?;
        let all = Candidates { keys: self.keys.iter(), algorithm, only_without_id: false };
        if all.clone().next().is_none() {
            return Err(NoKey::UnsupportedAlg);
        }
        let Some(kid) = kid else { return Ok(all) };
        let Some(named) = self.keys.iter().find(|key| key.id() == Some(kid)) else {
            let without_id = Candidates { only_without_id: true, ..all };
            return if without_id.clone().next().is_some() { Ok(without_id) } else { Err(NoKey::UnknownKey) };
        };
        if named.is_retired() {
            return Err(NoKey::UnknownKey);
        }
        if named.algorithm() != algorithm {
            return Err(NoKey::UnsupportedAlg);
        }
        Ok(Candidates { keys: slice::from_ref(named).iter(), ..all })
    }
}

impl From<Key> for KeySet {
    fn from(key: Key) -> Self {
        Self { keys: vec![key], extra: Extra::default() }
    }
}

/// The keys to try for a token: see [`KeySet::candidates`].
#[derive(Clone, Debug)]
pub struct Candidates<'a> {
    keys: slice::Iter<'a, Key>,
    algorithm: Algorithm,
    only_without_id: bool,
}

impl<'a> Iterator for Candidates<'a> {
    type Item = &'a Key;

    fn next(&mut self) -> Option<&'a Key> {
        let (algorithm, only_without_id) = (self.algorithm, self.only_without_id);
        self.keys.find(|key| {
            !key.is_retired() && key.algorithm() == algorithm && !(only_without_id && key.id().is_some())
        })
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
    let prints: Vec<String> = keys.iter().map(Key::thumbprint).collect();
    for (second, key) in keys.iter().enumerate() {
        let is_twin =
            |first: &usize| prints[*first] == prints[second] && keys[*first].algorithm() != key.algorithm();
        if let Some(first) = (0..second).find(is_twin) {
            return Err(KeyFault::TwoAlgorithms { first: first + 1, second: second + 1 });
        }
    }
    Ok(())
}

fn without_newline(bytes: &[u8]) -> &[u8] {
    bytes.strip_suffix(b"\n").map_or(bytes, |line| line.strip_suffix(b"\r").unwrap_or(line))
}
