//! Sets as JSON: the whole for an issuer, the public parts for verifiers.

use std::borrow::Cow;

use thiserror::Error;
use zeroize::Zeroizing;

use super::member::Member;
use super::set::Extra;
use super::{Key, KeySet};

/// Why there is nothing to hand out.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a shared secret has no public part")]
pub struct NotPublic;

impl KeySet {
    /// The whole as a JWK Set, private parts and unusable keys too.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        let mut usable = self.keys.iter().map(|key| Element::Key(&key.0.members));
        let mut elements = Vec::new();
        for unusable in &self.unusable {
            let before = (unusable.number() - 1).saturating_sub(elements.len());
            elements.extend(usable.by_ref().take(before));
            elements.push(Element::Text(unusable.text()));
        }
        elements.extend(usable);
        write_set(&elements, &self.extra)
    }

    /// The public parts as a JWK Set, for verifiers. Retired and unusable keys are left out, and so are secrets.
    ///
    /// # Errors
    ///
    /// [`NotPublic`] if nothing but secrets is in use.
    pub fn public_json(&self) -> Result<String, NotPublic> {
        let shown = self.keys.iter().filter(|key| !key.is_retired() && !key.is_symmetric());
        let keys: Vec<Vec<Member>> = shown.map(Key::public_members).collect();
        if keys.is_empty() {
            return Err(NotPublic);
        }
        let keys: Vec<_> = keys.iter().map(|members| Element::Key(members)).collect();
        Ok(write_set(&keys, &Extra::default()).as_str().to_owned())
    }
}

impl Key {
    /// The members that a verifier needs: a private part cannot slip in under another name.
    fn public_members(&self) -> Vec<Member> {
        let mut members = self.0.material.public_members();
        let id = self.0.members.iter().filter(|member| member.name == "kid" && self.id().is_some());
        members.extend(id.cloned());
        members.push(Member::plain("alg", self.0.algorithm.as_str()));
        members.push(Member::plain("use", "sig"));
        members
    }
}

/// An element of `keys`.
enum Element<'a> {
    /// The members of a key.
    Key(&'a [Member]),
    /// JSON as it was read.
    Text(&'a str),
}

/// Writes a JWK Set, a member a line.
fn write_set(elements: &[Element<'_>], extra: &Extra) -> Zeroizing<String> {
    let mut parts = vec![Cow::from("{\n  \"keys\": [")];
    for (index, element) in elements.iter().enumerate() {
        parts.push(if index == 0 { "\n    " } else { ",\n    " }.into());
        match element {
            Element::Text(text) => parts.push((*text).into()),
            Element::Key(members) => {
                for (index, member) in members.iter().enumerate() {
                    parts.push(if index == 0 { "{\n      " } else { ",\n      " }.into());
                    parts.extend(written(member));
                }
                parts.push("\n    }".into());
            }
        }
    }
    parts.push("\n  ]".into());
    for member in &extra.0 {
        parts.push(",\n  ".into());
        parts.extend(written(member));
    }
    parts.push("\n}\n".into());
    // Of the right size at once: a text that grew would leave copies of secrets behind.
    Zeroizing::new(parts.concat())
}

fn written(member: &Member) -> [Cow<'_, str>; 2] {
    let name = serde_json::Value::from(member.name.as_str());
    [format!("{name}: ").into(), member.value.as_str().into()]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::Algorithm;
    use super::super::jwk::RETIRED;
    use super::super::sample::{jwk, read, set, with};
    use super::{Key, KeySet, NotPublic};

    #[test]
    fn the_public_set_has_no_private_part_of_any_key() {
        let odd = with(&jwk(Algorithm::ES256), "backup_of_d", "secret".into());
        let retired = with(&jwk(Algorithm::ES384), RETIRED, json!(true));
        let jwks = [jwk(Algorithm::HS256), odd, jwk(Algorithm::EdDSA), jwk(Algorithm::PS512), retired];
        let all = read(&set(&jwks)).unwrap();
        let json = all.public_json().unwrap();
        let shown: Value = serde_json::from_str(&json).unwrap();
        let names: Vec<Vec<&str>> = shown["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| {
                let mut names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
                names.sort_unstable();
                names
            })
            .collect();
        assert_eq!(
            names,
            [
                vec!["alg", "crv", "kid", "kty", "use", "x", "y"],
                vec!["alg", "crv", "kid", "kty", "use", "x"],
                vec!["alg", "e", "kid", "kty", "n", "use"],
            ]
        );
        let public = KeySet::parse(json.as_bytes()).unwrap();
        assert!(public.keys().iter().all(|key| !key.is_private() && !key.can_sign()));
        let ids = |set: &KeySet| set.keys().iter().map(Key::thumbprint).collect::<Vec<_>>();
        assert_eq!(ids(&public), ids(&all)[1..4]);
        assert_eq!(read(&jwk(Algorithm::HS256)).unwrap().public_json(), Err(NotPublic));
    }

    #[test]
    fn a_written_set_never_grew() {
        // Names that are six times as long with their escapes.
        let odd = with(&jwk(Algorithm::HS256), &"\u{1}".repeat(500), "x".into());
        for jwks in [&[jwk(Algorithm::EdDSA)][..], &[odd, jwk(Algorithm::ES256)]] {
            let set = read(&set(jwks)).unwrap();
            let json = set.to_json();
            assert_eq!(json.capacity(), json.len());
            assert_eq!(*read(&serde_json::from_str(&json).unwrap()).unwrap().to_json(), *json);
        }
    }
}
