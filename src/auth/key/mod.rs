//! Keys, which sign and verify tokens.
//!
//! A [`KeySet`] is the content of a key file in any form: a raw secret, PEM, JWK or JWK Set. All faults of a key are found
//! when it is read, as a [`KeyFault`]; a key that was read is ready to use from any thread.

mod algorithm;
mod candidates;
mod ec;
mod fault;
mod form;
mod generate;
mod jwk;
mod lookalike;
mod material;
mod member;
mod okp;
mod pem;
mod published;
mod restriction;
mod rotation;
mod rsa;
#[cfg(test)]
mod sample;
mod set;
mod signature;
mod unusable;
mod weakness;
mod writing;

use std::fmt;
use std::sync::Arc;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use zeroize::Zeroizing;

use form::Form;
use material::Material;
use member::Member;
use signature::Engine;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use candidates::Candidates;
pub use fault::{KeyFault, NoKey, SignError};
pub use generate::GenerateError;
pub use lookalike::{Encoding, Look, Lookalike};
pub use material::KeyKind;
pub use restriction::NoKeyFor;
pub use rotation::{RetireError, RotateError};
pub use set::KeySet;
pub use unusable::UnusableKey;
pub use weakness::Weakness;
pub use writing::NotPublic;

/// A key and its one algorithm. Cheap to clone. `Debug` shows no part of it that is secret.
#[derive(Clone)]
pub struct Key(Arc<Inner>);

struct Inner {
    material: Material,
    engine: Engine,
    algorithm: Algorithm,
    /// Whether its form names the algorithm, and not only its type implies it.
    names_algorithm: bool,
    id: Option<String>,
    retired: bool,
    may_sign: bool,
    /// As a JWK.
    members: Vec<Member>,
}

/// The parts of a key, before it is known whether they fit.
#[derive(Clone)]
struct Draft {
    material: Material,
    id: Option<String>,
    algorithm: Algorithm,
    names_algorithm: bool,
    retired: bool,
    may_sign: bool,
    members: Vec<Member>,
}

impl Key {
    /// A raw secret, the bytes used as they are: HS256, without an id.
    ///
    /// It is one line of 32 to 1,024 visible ASCII characters, or 32, 48 or 64 bytes that are not text.
    ///
    /// # Errors
    ///
    /// [`KeyFault::TooLarge`] above 1 MiB, [`KeyFault::Empty`], [`KeyFault::LooksLike`] for what may be public or only
    /// stands for a secret, [`KeyFault::ShortSecret`], [`KeyFault::LongSecret`], [`KeyFault::BinaryLength`].
    pub fn from_secret(secret: &[u8]) -> Result<Self, KeyFault> {
        if secret.len() > KeySet::MAX_BYTES {
            return Err(KeyFault::TooLarge);
        }
        match Form::of(secret) {
            Form::Json(_) => Err(KeyFault::LooksLike(Look::Jwk.plain())),
            Form::Pem(_) => Err(KeyFault::LooksLike(Look::Pem.plain())),
            Form::Other => {
                let secret = form::raw_secret(secret)?;
                Self::from_material(Material::Secret(Zeroizing::new(secret.to_vec())))
            }
        }
    }

    /// Makes a key of numbers alone: with the default algorithm, and no id.
    fn from_material(material: Material) -> Result<Self, KeyFault> {
        let algorithm = material.algorithms()[0];
        let alg = vec![Member::plain("alg", algorithm.as_str()), Member::plain("use", "sig")];
        let members = [material.public_members(), material.private_members(), alg].concat();
        Self::build(Draft {
            material,
            id: None,
            algorithm,
            names_algorithm: false,
            retired: false,
            may_sign: true,
            members,
        })
    }

    fn build(draft: Draft) -> Result<Self, KeyFault> {
        let Draft { material, id, algorithm, names_algorithm, retired, may_sign, members } = draft;
        if let Material::Secret(secret) = &material {
            material::check_length(secret, algorithm)?;
        }
        let engine = Engine::new(&material, algorithm)?;
        let may_sign = may_sign && material.is_private();
        Ok(Self(Arc::new(Inner {
            material,
            engine,
            algorithm,
            names_algorithm,
            id,
            retired,
            may_sign,
            members,
        })))
    }

    /// Its `kid`. A raw secret and a PEM have none.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// The one algorithm it is for.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// Its kind and strength.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.0.material.kind()
    }

    /// Whether it can sign: it is private or secret, and its `key_ops` allow it.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        self.0.may_sign
    }

    /// Whether it is retired: it no longer signs, and its tokens are refused.
    #[must_use]
    pub fn is_retired(&self) -> bool {
        self.0.retired
    }

    /// Whether it is a shared secret: each verifier can also sign.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        self.0.algorithm.is_symmetric()
    }

    /// Whether it has a private or secret part.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.0.material.is_private()
    }

    /// Whether `alg` in a token names exactly its algorithm.
    #[must_use]
    pub fn accepts(&self, alg: &str) -> bool {
        self.0.algorithm.is_named(alg)
    }

    /// The signature of `message`, in base64url.
    ///
    /// # Errors
    ///
    /// [`SignError`], in the order of its variants.
    pub fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        if !self.0.may_sign {
            return Err(SignError::CannotSign);
        }
        if self.0.retired {
            return Err(SignError::Retired);
        }
        self.0.engine.sign(message)
    }

    /// Whether `signature` is that of `message` by this key, which is not retired.
    ///
    /// `signature` is canonical base64url without padding (RFC 7515, 2); anything else is no signature.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &str) -> bool {
        BASE64_URL_SAFE_NO_PAD.decode(signature).is_ok_and(|bytes| self.verify_bytes(message, &bytes))
    }

    /// As [`Key::verify`], of a signature that was decoded already.
    pub(crate) fn verify_bytes(&self, message: &[u8], signature: &[u8]) -> bool {
        !self.0.retired && self.0.engine.verify(message, signature)
    }

    /// SHA-256 of the key in its canonical form (RFC 7638), in base64url.
    ///
    /// It depends on the public part alone, but that of a secret on the secret: show it only where the secret is strong.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        self.0.material.thumbprint()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { algorithm, id, retired, may_sign, .. } = &*self.0;
        f.debug_struct("Key")
            .field("kind", &self.kind())
            .field("algorithm", algorithm)
            .field("id", id)
            .field("can_sign", may_sign)
            .field("retired", retired)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, KeySet};

    #[test]
    fn keys_are_shared_between_threads() {
        fn shared<T: Send + Sync + Clone>() {}
        shared::<Key>();
        shared::<KeySet>();
    }
}
