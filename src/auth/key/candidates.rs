//! Which keys a token is verified with.

use std::slice;

use super::{Algorithm, Key, KeySet, NoKey};

impl KeySet {
    /// The keys that a token with these header values must be verified with, in order; at least one.
    ///
    /// A `kid` picks the keys of that very id. Where no key has it, those without any id are tried; a token without `kid` is
    /// tried with every key of its `alg`: a file of [`KeySet::MAX_BYTES`] has some ten thousand at most, and all tries
    /// together take about a second. Retired and unusable keys are never among them, and a `kid` that names only such keys
    /// finds nothing else.
    ///
    /// # Errors
    ///
    /// [`NoKey::Unusable`] if only unusable keys have that id; [`NoKey::UnsupportedAlg`] if no key has that algorithm, or
    /// those with that id have others; [`NoKey::Retired`] if only retired keys fit; [`NoKey::UnknownKey`] if none does.
    pub fn candidates<'a>(&'a self, alg: &str, kid: Option<&'a str>) -> Result<Candidates<'a>, NoKey> {
        let has_id = |key: &&Key| kid.is_some() && key.id() == kid;
        let is_named = self.keys.iter().any(|key| has_id(&key));
        let is_withheld = self.withheld.iter().any(|key| has_id(&key));
        if let Some(unusable) = self.unusable.iter().find(|key| kid.is_some() && key.id() == kid)
            && !is_named
            && !is_withheld
        {
            return Err(NoKey::Unusable(unusable.fault().clone()));
        }
        let algorithm = Algorithm::named(alg).ok_or(NoKey::UnsupportedAlg)?;
        // A retired key counts: its tokens are refused because it is gone, not because of their algorithm.
        if !self.keys.iter().any(|key| key.algorithm() == algorithm) {
            return Err(NoKey::UnsupportedAlg);
        }
        let by_id = |id| Candidates { keys: self.keys.iter(), algorithm, id };
        match kid {
            None => by_id(Id::Any).unless_empty(NoKey::Retired),
            Some(kid) if is_named => {
                let mut named = self.keys.iter().filter(has_id);
                let is_gone = named.clone().all(Key::is_retired)
                    || named.any(|key| key.is_retired() && key.algorithm() == algorithm);
                by_id(Id::Is(kid)).unless_empty(if is_gone { NoKey::Retired } else { NoKey::UnsupportedAlg })
            }
            Some(_) if is_withheld => Err(NoKey::UnsupportedAlg),
            Some(_) => by_id(Id::None).unless_empty(NoKey::UnknownKey),
        }
    }
}

/// The keys to try for a token: see [`KeySet::candidates`].
#[derive(Clone, Debug)]
pub struct Candidates<'a> {
    keys: slice::Iter<'a, Key>,
    algorithm: Algorithm,
    id: Id<'a>,
}

/// Which keys are tried, by their ids.
#[derive(Clone, Copy, Debug)]
enum Id<'a> {
    Any,
    None,
    Is(&'a str),
}

impl Candidates<'_> {
    fn unless_empty(self, none: NoKey) -> Result<Self, NoKey> {
        if self.clone().next().is_some() { Ok(self) } else { Err(none) }
    }
}

impl<'a> Iterator for Candidates<'a> {
    type Item = &'a Key;

    fn next(&mut self) -> Option<&'a Key> {
        let (algorithm, id) = (self.algorithm, self.id);
        self.keys.find(|key| {
            let is_meant = match id {
                Id::Any => true,
                Id::None => key.id().is_none(),
                Id::Is(id) => key.id() == Some(id),
            };
            is_meant && !key.is_retired() && key.algorithm() == algorithm
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::{jwk, public, read, set, with};
    use super::{Algorithm, Key, NoKey};

    #[test]
    fn a_token_is_tried_with_the_keys_it_can_mean() {
        let named = |alg, kid: Option<&str>| with(&jwk(alg), "kid", kid.into());
        let (hs, ed) = (Algorithm::HS256, Algorithm::EdDSA);
        let retired = with(&named(ed, Some("old")), "authctl_retired", json!(true));
        let all = read(&set(&[
            named(hs, Some("h1")),
            named(hs, None),
            named(ed, Some("e1")),
            retired,
            named(hs, None),
        ]));
        let all = all.unwrap();
        let case = |alg: &str, kid: Option<&str>| -> Result<Vec<usize>, NoKey> {
            let place = |key: &Key| all.keys().iter().position(|other| std::ptr::eq(key, other)).unwrap();
            all.candidates(alg, kid).map(|keys| keys.map(place).collect())
        };
        assert_eq!(case("HS256", None), Ok(vec![0, 1, 4]));
        assert_eq!(case("HS256", Some("h1")), Ok(vec![0]));
        assert_eq!(case("HS256", Some("unknown")), Ok(vec![1, 4]));
        assert_eq!(case("HS256", Some("")), Ok(vec![1, 4]));
        assert_eq!(case("EdDSA", None), Ok(vec![2]));
        assert_eq!(case("Ed25519", Some("e1")), Ok(vec![2]));
        assert_eq!(case("EdDSA", Some("unknown")), Err(NoKey::UnknownKey));
        assert_eq!(case("EdDSA", Some("old")), Err(NoKey::Retired));
        assert_eq!(case("HS256", Some("old")), Err(NoKey::Retired));
        assert_eq!(case("HS256", Some("e1")), Err(NoKey::UnsupportedAlg));
        let retired = with(&named(Algorithm::ES256, Some("old")), "authctl_retired", json!(true));
        // Of two keys of one id, the retired one is of an algorithm that the token does not name.
        let other = named(Algorithm::ES384, Some("other"));
        let both = read(&set(&[public(&named(ed, Some("old"))), public(&retired), public(&other)])).unwrap();
        assert_eq!(both.candidates("ES384", Some("old")).err(), Some(NoKey::UnsupportedAlg));
        assert_eq!(both.candidates("ES256", Some("old")).err(), Some(NoKey::Retired));
        let set = read(&set(&[named(ed, Some("e1")), retired])).unwrap();
        for (kid, why) in
            [(None, NoKey::Retired), (Some("old"), NoKey::Retired), (Some("unknown"), NoKey::UnknownKey)]
        {
            assert_eq!(set.candidates("ES256", kid).err(), Some(why));
        }
        for alg in ["none", "None", "HS384", "RS256", "ES256", "hs256", ""] {
            assert_eq!(case(alg, None), Err(NoKey::UnsupportedAlg), "{alg}");
            assert_eq!(case(alg, Some("h1")), Err(NoKey::UnsupportedAlg), "{alg}");
        }
    }
}
