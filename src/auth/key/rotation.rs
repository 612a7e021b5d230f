//! A set over time: new keys come first, old ones verify on until they are retired. And how a set is written.

use thiserror::Error;
use zeroize::Zeroizing;

use super::json::Member;
use super::jwk::RETIRED;
use super::set::{Extra, MAX_BYTES};
use super::{Algorithm, Draft, GenerateError, Key, KeySet};

/// Why a set got no new key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RotateError {
    /// All keys are public: the private ones are elsewhere, and so must the new one be.
    #[error("the keys are public ones: rotate where tokens are issued")]
    OnlyPublic,
    /// The set would be larger than 64 KiB.
    #[error("the set is full: remove keys that have been retired")]
    Full,
    /// No key could be made.
    #[error(transparent)]
    Generate(#[from] GenerateError),
}

/// Why a key was not retired.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RetireError {
    /// No key of the set has that id or thumbprint.
    #[error("no such key in the set")]
    Unknown,
    /// Nothing would be left to sign with, or nothing at all.
    #[error("the last key in use cannot be retired: rotate first")]
    Last,
}

/// Why there is nothing to hand out.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a shared secret has no public part")]
pub struct NotPublic;

impl KeySet {
    /// The set with a new first key, which signs from now on; the others verify on.
    ///
    /// The new key's id is its thumbprint. The others stay as they are, those without an id without one: tokens that name no
    /// key, or one that is not there, are still tried with them. What nobody here knows in a JWK is kept.
    ///
    /// # Errors
    ///
    /// [`RotateError`], in the order of its variants.
    pub fn rotate(&self, algorithm: Algorithm) -> Result<Self, RotateError> {
        if !self.keys.iter().any(Key::is_private) {
            return Err(RotateError::OnlyPublic);
        }
        let mut rotated = self.clone();
        rotated.keys.insert(0, Key::generate(algorithm)?);
        if rotated.to_json().len() > MAX_BYTES { Err(RotateError::Full) } else { Ok(rotated) }
    }

    /// The set with the key of that id, or else of that thumbprint, retired: it signs no more, and no token of it is good.
    ///
    /// The key stays in the set, with the member `"authctl_retired": true`, so that its id is not taken for an unknown one.
    /// A key that is retired already stays so.
    ///
    /// # Errors
    ///
    /// [`RetireError::Unknown`]. [`RetireError::Last`] if no other key is in use, or none could sign any more.
    pub fn retire(&self, name: &str) -> Result<Self, RetireError> {
        let by_id = self.keys.iter().position(|key| key.id() == Some(name));
        let at = by_id.or_else(|| self.keys.iter().position(|key| key.thumbprint() == name));
        let at = at.ok_or(RetireError::Unknown)?;
        let mut set = self.clone();
        if self.keys[at].is_retired() {
            return Ok(set);
        }
        set.keys[at] = self.keys[at].retired().ok_or(RetireError::Unknown)?;
        let could_sign = self.signing_key().is_some();
        let is_left = set.keys.iter().any(|key| !key.is_retired() && (key.can_sign() || !could_sign));
        if is_left { Ok(set) } else { Err(RetireError::Last) }
    }

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
    fn retired(&self) -> Option<Self> {
        let inner = &self.0;
        let mut members = inner.members.clone();
        members.retain(|member| member.name != RETIRED);
        members.push(Member { name: RETIRED.to_owned(), value: Zeroizing::new("true".to_owned()) });
        let draft = Draft {
            material: inner.material.clone(),
            id: inner.id.clone(),
            algorithm: inner.algorithm,
            retired: true,
            may_sign: inner.may_sign,
            members,
        };
        Self::build(draft).ok()
    }

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
