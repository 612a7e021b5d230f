//! Faults of keys. No message has any private or secret part of a key.

use thiserror::Error;

use super::Lookalike;
use crate::auth::json::JsonFault;
use crate::auth::words::brief;

/// Why something is no usable key: a fault of the configuration, never of a token.
///
/// Its message has fixed words and numbers, so that no key material can get into it. Only a key's id, and members of a JWK
/// in a file without any private or secret part, are shown, escaped.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum KeyFault {
    /// More than 1 MiB.
    #[error("larger than 1 MiB")]
    TooLarge,
    /// Nothing at all.
    #[error("empty")]
    Empty,
    /// Fewer bytes than the hash has (RFC 7518, 3.2).
    #[error("the secret has {bytes} bytes, and needs at least {least}")]
    ShortSecret {
        /// Its length.
        bytes: usize,
        /// The least length.
        least: usize,
    },
    /// A raw secret of more than 1,024 characters.
    #[error("the secret has {bytes} characters, and can have at most 1024")]
    LongSecret {
        /// Its length.
        bytes: usize,
    },
    /// A raw secret that is not text, and has neither 32, 48 nor 64 bytes.
    #[error("the binary secret has {bytes} bytes, and not 32, 48 or 64")]
    BinaryLength {
        /// Its length.
        bytes: usize,
    },
    /// A certificate, a key in a form that is not read, or a text that is no secret.
    #[error("looks like {0}")]
    LooksLike(Lookalike),
    /// More than one PEM block.
    #[error("several PEM blocks")]
    SeveralBlocks,
    /// A private key under a passphrase.
    #[error("the private key is encrypted")]
    Encrypted,
    /// A fault of a PEM block or of the DER in it.
    #[error("{0}")]
    Encoding(&'static str),
    /// Not one strict JSON object (RFC 7493): see [`JsonFault`].
    #[error("{fault} at line {line}, column {column}")]
    Json {
        /// The reason.
        fault: JsonFault,
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
    },
    /// A member of a JWK or JWK Set is missing or wrong.
    #[error("`{member}` {problem}")]
    Member {
        /// Its name.
        member: &'static str,
        /// The reason.
        problem: &'static str,
    },
    /// A member of a public JWK has a value that rules the key out or is not supported.
    #[error("`{member}` (`{}`) {problem}", brief(value).escape_debug())]
    Value {
        /// Its name.
        member: &'static str,
        /// Its value.
        value: String,
        /// The reason.
        problem: &'static str,
    },
    /// A JSON object that has neither `kty` nor `keys`.
    #[error("neither a JWK nor a JWK Set: there is no `kty` and no `keys`")]
    NeitherKeyNorSet,
    /// An element of `keys` is not a JSON object.
    #[error("not a JSON object")]
    NotAnObject,
    /// An RSA modulus below 2048 or above 8192 bits.
    #[error("the RSA key has {bits} bits; 2048 to 8192 are supported")]
    RsaSize {
        /// How long the modulus is.
        bits: usize,
    },
    /// The numbers of the key do not make a sound key.
    #[error("{0}")]
    Unsound(&'static str),
    /// One key of a set.
    #[error("key {number}: {fault}")]
    InSet {
        /// Which one, counted from 1.
        number: usize,
        /// The reason.
        fault: Box<KeyFault>,
    },
    /// A set without a key.
    #[error("the set has no key")]
    EmptySet,
    /// Each key of a set of public keys is unusable.
    #[error("none of the {keys} keys can be used; {first}")]
    NoneUsable {
        /// How many keys the set has; more than one.
        keys: usize,
        /// The fault of the first, as [`KeyFault::InSet`].
        first: Box<KeyFault>,
    },
    /// Two keys of one id.
    #[error("several keys have the `kid` `{}`", brief(.0).escape_debug())]
    DuplicateId(String),
    /// The same key with two algorithms.
    #[error("keys {first} and {second} are the same key with different algorithms")]
    TwoAlgorithms {
        /// Counted from 1.
        first: usize,
        /// Counted from 1.
        second: usize,
    },
    /// Secrets and keys that are only public, in one set.
    #[error("the set mixes secrets with keys that are only public")]
    MixedSet,
}

impl KeyFault {
    pub(super) const fn member(member: &'static str, problem: &'static str) -> Self {
        Self::Member { member, problem }
    }
}

/// Why a key did not sign.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SignError {
    /// A public key, or one whose `key_ops` leave `sign` out.
    #[error("the key can verify, but not sign")]
    CannotSign,
    /// It has been retired.
    #[error("the key is retired")]
    Retired,
    /// The system has no random numbers, or the key's numbers do not fit.
    #[error("the key failed to sign")]
    Failed,
}

/// Why no key is tried for a token.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NoKey {
    /// Each key of that `kid` is unusable. The fault is that of the first.
    #[error("the key with the `kid` of the token cannot be used: {0}")]
    Unusable(KeyFault),
    /// No key, or not the one named by `kid`, has that `alg`.
    #[error("no key has the algorithm of the token")]
    UnsupportedAlg,
    /// The key of that `kid` is retired, or each of that `alg` for a token without `kid`.
    #[error("the key of the token is retired")]
    Retired,
    /// No key has that `kid`, and none of that `alg` is without one.
    #[error("no key has the `kid` of the token")]
    UnknownKey,
}
