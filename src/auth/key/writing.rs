//! How a set is written: the whole for who issues, the public part for who only verifies.

use thiserror::Error;
use zeroize::Zeroizing;

use super::json::Member;
use super::set::Extra;
use super::{Key, KeySet};

/// Why there is nothing to hand out.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a shared secret has no public part")]
pub struct NotPublic;

impl KeySet {
    /// The whole as a JWK Set, private parts and all.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        let keys: Vec<&[Member]> = self.keys.iter().map(|key| key.0.members.as_slice()).collect();
        write_set(&keys, &self.extra)
    }

    /// The public parts as a JWK Set, for whoever only verifies. Retired keys are left out, and so are secrets.
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
        let keys: Vec<&[Member]> = keys.iter().map(Vec::as_slice).collect();
        Ok(write_set(&keys, &Extra::default()).as_str().to_owned())
    }
}

impl Key {
    /// Only what a verifier needs: a private part cannot slip in under another name.
    fn public_members(&self) -> Vec<Member> {
        let mut members = self.0.material.public_members();
        members.extend(self.0.members.iter().filter(|member| member.name == "kid").cloned());
        members.push(Member::plain("alg", self.0.algorithm.as_str()));
        members.push(Member::plain("use", "sig"));
        members
    }
}

/// A JWK Set, a member a line.
fn write_set(keys: &[&[Member]], extra: &Extra) -> Zeroizing<String> {
    let all = keys.iter().copied().flatten().chain(&extra.0);
    let length = all.map(|member| 2 * member.name.len() + member.value.len() + 24).sum::<usize>();
    // Never grown, so that no copy of a secret stays behind.
    let mut text = Zeroizing::new(String::with_capacity(length + 16 * keys.len() + 32));
    text.push_str("{\n  \"keys\": [");
    for (index, key) in keys.iter().enumerate() {
        text.push_str(if index == 0 { "\n    {" } else { ",\n    {" });
        for (index, member) in key.iter().enumerate() {
            text.push_str(if index == 0 { "\n      " } else { ",\n      " });
            write_member(&mut text, member);
        }
        text.push_str("\n    }");
    }
    text.push_str("\n  ]");
    for member in &extra.0 {
        text.push_str(",\n  ");
        write_member(&mut text, member);
    }
    text.push_str("\n}\n");
    text
}

fn write_member(text: &mut String, member: &Member) {
    text.push_str(&serde_json::Value::from(member.name.as_str()).to_string());
    text.push_str(": ");
    text.push_str(&member.value);
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
}
