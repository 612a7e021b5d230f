//! Keys of some algorithms alone: a verifier restricts itself to them and needs no trust in its key file.

use thiserror::Error;

use super::material::Material;
use super::{Algorithm, Draft, Key, KeyFault, KeySet};
use crate::auth::words;

/// No key in use is for one of the algorithms asked for.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("no key is for {}; the key file has {}", words::list(.asked), words::list(.found))]
pub struct NoKeyFor {
    /// The algorithms asked for.
    pub asked: Vec<Algorithm>,
    /// Those of the keys that are in use.
    pub found: Vec<Algorithm>,
}

impl KeySet {
    /// The set with only the keys for these algorithms: tokens of others are refused as unsupported.
    ///
    /// An RSA key whose form names no algorithm is RS256, or else for each RSA algorithm among `algorithms`. A `kid` that names
    /// a key of another algorithm still finds no other key: nothing is good that was not before, but for such an RSA key.
    ///
    /// # Errors
    ///
    /// [`NoKeyFor`] if no key is left that is in use.
    pub fn only(&self, algorithms: &[Algorithm]) -> Result<Self, NoKeyFor> {
        let keys: Vec<Key> = self.keys.iter().flat_map(|key| key.only(algorithms)).collect();
        if keys.iter().all(Key::is_retired) {
            let mut found: Vec<_> =
                self.keys.iter().filter(|key| !key.is_retired()).map(Key::algorithm).collect();
            found.sort_unstable();
            found.dedup();
            return Err(NoKeyFor { asked: algorithms.to_vec(), found });
        }
        let is_out = |key: &&Key| key.only(algorithms).is_empty();
        let mut withheld = self.withheld.clone();
        withheld.extend(self.keys.iter().filter(is_out).cloned());
        Ok(Self { keys, withheld, ..self.clone() })
    }
}

impl Key {
    fn only(&self, algorithms: &[Algorithm]) -> Vec<Self> {
        let is_free = matches!(self.0.material, Material::Rsa(_)) && !self.0.names_algorithm;
        if !is_free {
            return if algorithms.contains(&self.algorithm()) { vec![self.clone()] } else { Vec::new() };
        }
        let fits = |algorithm: &&Algorithm| self.0.material.algorithms().contains(algorithm);
        let mut fitting: Vec<Algorithm> = algorithms.iter().filter(fits).copied().collect();
        fitting.sort_unstable();
        fitting.dedup();
        fitting.into_iter().filter_map(|algorithm| self.with_algorithm(algorithm).ok()).collect()
    }

    fn with_algorithm(&self, algorithm: Algorithm) -> Result<Self, KeyFault> {
        let inner = &self.0;
        Self::build(Draft {
            material: inner.material.clone(),
            id: inner.id.clone(),
            algorithm,
            names_algorithm: false,
            retired: inner.retired,
            may_sign: inner.may_sign,
            members: inner.members.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::{jwk, public, read, set, with};
    use super::{Algorithm, KeySet, NoKeyFor};

    fn without_alg(jwk: &Value) -> Value {
        let mut jwk = public(jwk);
        jwk.as_object_mut().unwrap().remove("alg");
        jwk
    }

    fn algorithms(set: &KeySet) -> Vec<Algorithm> {
        set.keys().iter().map(super::Key::algorithm).collect()
    }

    #[test]
    fn only_the_keys_for_these_algorithms_are_left() {
        use Algorithm::{ES256, ES384, EdDSA, RS256};
        let keys = read(&set(&[ES256, EdDSA, RS256].map(|alg| public(&jwk(alg))))).unwrap();
        assert_eq!(algorithms(&keys.only(&[EdDSA, ES256]).unwrap()), [ES256, EdDSA]);
        let nothing = keys.only(&[ES384]).unwrap_err();
        assert_eq!(nothing, NoKeyFor { asked: vec![ES384], found: vec![RS256, ES256, EdDSA] });
        assert_eq!(
            nothing.to_string(),
            "no key is for `ES384`; the key file has `RS256`, `ES256` and `EdDSA`"
        );
        assert!(keys.only(&[]).is_err());
    }

    #[test]
    fn a_retired_key_is_none_that_is_left() {
        let retired = with(&jwk(Algorithm::ES256), "authctl_retired", json!(true));
        let keys = read(&set(&[retired, jwk(Algorithm::EdDSA)])).unwrap();
        assert!(keys.only(&[Algorithm::ES256]).is_err());
        assert_eq!(keys.only(&[Algorithm::ES256, Algorithm::EdDSA]).unwrap().keys().len(), 2);
    }

    #[test]
    fn an_rsa_key_without_an_algorithm_is_for_those_asked_for() {
        use Algorithm::{ES256, PS256, PS384, RS256, RS512};
        let bound = read(&public(&jwk(RS256))).unwrap();
        assert!(bound.only(&[PS256]).is_err());
        let free = read(&without_alg(&jwk(RS256))).unwrap();
        assert_eq!(algorithms(&free), [RS256]);
        assert_eq!(algorithms(&free.only(&[PS384, RS512, PS384, ES256]).unwrap()), [RS512, PS384]);
        assert_eq!(algorithms(&free.only(&[RS256]).unwrap()), [RS256]);
        assert!(free.only(&[ES256]).is_err());
        // With an id, each of them is found by it.
        let named = read(&with(&without_alg(&jwk(RS256)), "kid", "k".into())).unwrap();
        let both = named.only(&[RS256, PS256]).unwrap();
        for alg in ["RS256", "PS256"] {
            let found: Vec<_> = both.candidates(alg, Some("k")).unwrap().map(super::Key::algorithm).collect();
            assert_eq!(found, [Algorithm::named(alg).unwrap()]);
        }
        // As a PEM is read.
        let pem = KeySet::from(super::Key::from_material(bound.keys()[0].0.material.clone()).unwrap());
        assert_eq!(algorithms(&pem.only(&[PS256]).unwrap()), [PS256]);
        assert!(free.only(&[RS512]).unwrap().only(&[PS256]).is_ok());
    }

    #[test]
    fn other_keys_without_an_algorithm_stay_what_they_are() {
        let secret = KeySet::from_secret(b"4f1feeca525de4cdb064656007da3eda").unwrap();
        assert!(secret.only(&[Algorithm::HS512]).is_err());
        assert_eq!(algorithms(&secret.only(&[Algorithm::HS256]).unwrap()), [Algorithm::HS256]);
    }
}
