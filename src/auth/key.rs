//! Keys: what signs and verifies tokens.

use jsonwebtoken::{DecodingKey, EncodingKey, crypto};
use thiserror::Error;

/// A signature algorithm (RFC 7518, 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    HS256,
}

impl Algorithm {
    /// The name in the `alg` header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        "HS256"
    }
}

/// Why a key cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum KeyFault {
    /// Fewer than 32 bytes.
    #[error("the secret has {0} bytes, and needs at least 32")]
    Short(usize),
}

/// Why nothing was signed.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the key cannot sign")]
pub struct SignError;

/// One key with its one algorithm.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl Key {
    /// A raw secret.
    ///
    /// # Errors
    ///
    /// [`KeyFault`].
    pub fn from_secret(secret: &[u8]) -> Result<Self, KeyFault> {
        if secret.len() < 32 { Err(KeyFault::Short(secret.len())) } else { Ok(Self(secret.to_owned())) }
    }
    /// The key id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        None
    }
    /// The algorithm.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
    /// A signature of `message`.
    ///
    /// # Errors
    ///
    /// [`SignError`]
    pub fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        crypto::sign(message, &EncodingKey::from_secret(&self.0), jsonwebtoken::Algorithm::HS256)
            .map_err(|_| SignError)
    }
    /// Whether it is.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &str) -> bool {
        crypto::verify(signature, message, &DecodingKey::from_secret(&self.0), jsonwebtoken::Algorithm::HS256)
            .unwrap_or(false)
    }
}

/// Why no key of a set may verify a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// alg
    UnsupportedAlg,
    /// kid
    UnknownKey,
}

/// Keys
#[derive(Clone)]
pub struct KeySet(Vec<Key>);

impl KeySet {
    /// parse
    ///
    /// # Errors
    ///
    /// [`KeyFault`]
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFault> {
        let secret = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        Ok(Self(vec![Key::from_secret(secret.strip_suffix(b"\r").unwrap_or(secret))?]))
    }
    /// parse
    ///
    /// # Errors
    ///
    /// [`KeyFault`]
    pub fn from_secret(bytes: &[u8]) -> Result<Self, KeyFault> {
        Ok(Self(vec![Key::from_secret(bytes)?]))
    }
    /// signing
    #[must_use]
    pub fn signing_key(&self) -> Option<&Key> {
        self.0.first()
    }
    /// candidates
    ///
    /// # Errors
    ///
    /// [`NoKey`]
    pub fn candidates<'a>(
        &'a self,
        alg: &str,
        _kid: Option<&str>,
    ) -> Result<impl Iterator<Item = &'a Key>, NoKey> {
        if alg == "HS256" { Ok(self.0.iter()) } else { Err(NoKey::UnsupportedAlg) }
    }
    /// decoy
    #[must_use]
    pub fn decoy_key(&self) -> [u8; 32] {
        [0; 32]
    }
}
