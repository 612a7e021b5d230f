//! A set over time: new keys come first, old ones verify on until they are retired.

mod age;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use thiserror::Error;

use super::jwk::RETIRED;
use super::{Algorithm, Draft, GenerateError, Key, KeySet};
use crate::auth::time::{Span, Timestamp};

/// Why a set got no new key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RotateError {
    /// All keys are public: the private ones are elsewhere, and so must the new one be.
    #[error("the keys are public ones: rotate where tokens are issued")]
    OnlyPublic,
    /// The set would be larger than 1 MiB.
    #[error("the set is full: remove keys that have been retired")]
    Full,
    /// No key could be made.
    #[error(transparent)]
    Generate(#[from] GenerateError),
}

/// Why a key was not retired.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RetireError {
    /// No key of the set has that [name](KeySet::names) or thumbprint.
    #[error("no such key in the set")]
    Unknown,
    /// Nothing would be left to sign with, or nothing at all.
    #[error("the last key in use cannot be retired: rotate first")]
    Last,
}

impl KeySet {
    /// The set with a new first key, which signs from now on; the others still verify.
    ///
    /// The new key's id is its thumbprint, and `now` is the day it was [made](Key::made). The others stay as they are, those without an id without one: tokens that name no
    /// key, or one that is not there, are still tried with them. Unknown members of a JWK are kept.
    ///
    /// No token lives longer than `max_lifetime`: a key that signed until now gets a note of when [its last
    /// token](Self::tokens_until) expires, and so does one that stopped earlier without a note. `None` if that is not known:
    /// then there is no note. Issuers that keep another copy of the set sign on, and are not counted.
    ///
    /// # Errors
    ///
    /// [`RotateError`], in the order of its variants.
    pub fn rotate(
        &self,
        algorithm: Algorithm,
        now: Timestamp,
        max_lifetime: Option<Span>,
    ) -> Result<Self, RotateError> {
        if !self.keys.iter().any(Key::is_private) {
            return Err(RotateError::OnlyPublic);
        }
        let until = max_lifetime.map(|lifetime| now.after(lifetime));
        let noted = |key: &Key| {
            let stops = key.can_sign() && !key.is_retired() && self.tokens_until(key).is_none();
            stops.then(|| key.last_token_at(until)).flatten().unwrap_or_else(|| key.clone())
        };
        let mut rotated = Self { keys: self.keys.iter().map(noted).collect(), ..self.clone() };
        rotated.keys.insert(0, Key::generate_at(algorithm, now)?);
        if rotated.to_json().len() > Self::MAX_BYTES { Err(RotateError::Full) } else { Ok(rotated) }
    }

    /// The default algorithm of the next key: that of the key that signs now, so that verifiers which require it need no
    /// change. After a raw secret it is `EdDSA`, so that verifiers need no secret.
    #[must_use]
    pub fn next_algorithm(&self) -> Algorithm {
        let signing = self.signing_key().filter(|key| !(key.is_symmetric() && key.id().is_none()));
        signing.map_or(Algorithm::EdDSA, Key::algorithm)
    }

    /// The names of the keys, in the order of the set: of each its id, or else its thumbprint (RFC 7638).
    ///
    /// A secret without an id is `secret`, and the next ones `secret-2`, `secret-3`: its thumbprint would confirm guesses at
    /// it (RFC 7638, 7). New keys have an id, so a name stays when keys rotate. Public keys of one id share it as their name.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let ids: HashSet<&str> = self.keys.iter().filter_map(Key::id).collect();
        let numbered = (1_u64..).map(|n| if n == 1 { "secret".to_owned() } else { format!("secret-{n}") });
        let mut free = numbered.filter(|name| !ids.contains(name.as_str()));
        let name = |key: &Key| match key.id() {
            Some(id) => Some(id.to_owned()),
            None if key.is_symmetric() => free.next(),
            None => Some(key.thumbprint()),
        };
        self.keys.iter().filter_map(name).collect()
    }

    /// The key of that [name](Self::names), or else of that thumbprint.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Key> {
        let names = self.names();
        let by_name = names.iter().zip(&self.keys).find(|(one, _)| *one == name).map(|(_, key)| key);
        by_name.or_else(|| self.keys.iter().find(|key| key.thumbprint() == name))
    }

    /// The names of the keys that `text` may mean: of the key of that [name](Self::names) or thumbprint, else of all whose
    /// names begin with it, if it has at least [`Self::LEAST_PREFIX`] characters.
    #[must_use]
    pub fn meant_by(&self, text: &str) -> Vec<String> {
        let Some(key) = self.named(text) else { return self.longer_names(text) };
        let mut names = self.names().into_iter().zip(&self.keys);
        names.find(|(_, one)| std::ptr::eq(*one, key)).map(|(name, _)| name).into_iter().collect()
    }

    /// The [names](Self::names) that begin with `start` and have more characters, in the order of the alphabet and each once:
    /// none if `start` has fewer than [`Self::LEAST_PREFIX`] characters.
    #[must_use]
    pub fn longer_names(&self, start: &str) -> Vec<String> {
        if start.chars().count() < Self::LEAST_PREFIX {
            return Vec::new();
        }
        let is_longer = |name: &String| name != start && name.starts_with(start);
        self.names().into_iter().filter(is_longer).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The fewest characters that stand for a longer name.
    pub const LEAST_PREFIX: usize = 4;

    /// The set with the key of that [name](Self::names), or else of that thumbprint, retired: it signs no more, and no
    /// token of it is good.
    ///
    /// The key stays in the set, with the member `"authctl_retired": true`, so that its id is not taken for an unknown one.
    /// A key that is retired already stays so. Other keys of that name are retired with it, and so is the same key under
    /// another id: the key itself may have leaked.
    ///
    /// # Errors
    ///
    /// [`RetireError::Unknown`]. [`RetireError::Last`] if no other key is in use, or none could sign any more.
    pub fn retire(&self, name: &str) -> Result<Self, RetireError> {
        let thumbprint = self.named(name).ok_or(RetireError::Unknown)?.thumbprint();
        let namesakes = self.names().into_iter().zip(&self.keys).filter(|(one, _)| one == name);
        let mut thumbprints: HashSet<String> = namesakes.map(|(_, key)| key.thumbprint()).collect();
        thumbprints.insert(thumbprint);
        self.without(&thumbprints)
    }

    /// The set with its [unused](Self::unused) keys retired, and their [names](Self::names).
    ///
    /// # Errors
    ///
    /// As [`Self::retire`].
    pub fn retire_unused(&self, leeway: Span, now: Timestamp) -> Result<(Self, Vec<String>), RetireError> {
        let thumbprints: HashSet<String> =
            self.unused(leeway, now).into_iter().map(Key::thumbprint).collect();
        if thumbprints.is_empty() {
            return Ok((self.clone(), Vec::new()));
        }
        let retired = self.without(&thumbprints)?;
        let changed =
            self.keys.iter().zip(&retired.keys).map(|(old, new)| old.is_retired() != new.is_retired());
        let names = self.names().into_iter().zip(changed).filter(|(_, changed)| *changed);
        let names = names.map(|(name, _)| name).collect();
        Ok((retired, names))
    }

    /// The set with the keys of these thumbprints retired.
    fn without(&self, thumbprints: &HashSet<String>) -> Result<Self, RetireError> {
        if self.needed().all(|key| thumbprints.contains(&key.thumbprint())) {
            return Err(RetireError::Last);
        }
        let mut set = self.clone();
        for key in set.keys.iter_mut().filter(|key| thumbprints.contains(&key.thumbprint())) {
            *key = key.with(RETIRED, Some("true"), true).ok_or(RetireError::Unknown)?;
        }
        Ok(set)
    }

    /// The names of the keys in use that can be [retired](Self::retire), in the order of the alphabet.
    #[must_use]
    pub fn retirable(&self) -> BTreeSet<String> {
        let needed: HashSet<String> = self.needed().map(Key::thumbprint).collect();
        let mut in_use: BTreeMap<String, HashSet<String>> = BTreeMap::new();
        for (name, key) in self.names().into_iter().zip(&self.keys).filter(|(_, key)| !key.is_retired()) {
            in_use.entry(name).or_default().insert(key.thumbprint());
        }
        in_use.retain(|_, thumbprints| needed.iter().any(|one| !thumbprints.contains(one)));
        in_use.into_keys().collect()
    }

    /// The keys of which one must be left: those that sign or could, or without any, those that verify.
    fn needed(&self) -> impl Iterator<Item = &Key> {
        let could_sign = self.signing_key().is_some();
        self.keys.iter().filter(move |key| !key.is_retired() && (key.can_sign() || !could_sign))
    }
}

#[cfg(test)]
mod tests;
