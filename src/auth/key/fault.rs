//! What can be wrong with a key. No message contains any part of it.

use thiserror::Error;

use crate::auth::words::brief;

/// Why something is no usable key: a fault of the configuration, never of a token.
///
/// Built of fixed words and numbers, so that no key material can get into a message; a key's id is shown escaped.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum KeyFault {
    /// More than 64 KiB.
    #[error("larger than 64 KiB")]
    TooLarge,
    /// Nothing at all.
    #[error("empty")]
    Empty,
    /// Fewer bytes than the hash has (RFC 7518, 3.2).
    #[error("the secret has {bytes} bytes, and needs at least {least}")]
    ShortSecret {
        /// How long it is.
        bytes: usize,
        /// How long it has to be.
        least: usize,
    },
    /// A raw secret that is the same byte over and over.
    #[error("the secret is one byte repeated")]
    RepeatedByte,
    /// A key of another form in a place for raw secrets only.
    #[error("{0} where a secret is meant")]
    NotASecret(&'static str),
    /// A certificate, an OpenSSH key or another form that is not read.
    #[error("{0}, which is no key file")]
    Form(&'static str),
    /// More than one PEM block.
    #[error("several PEM blocks")]
    SeveralBlocks,
    /// A private key under a passphrase.
    #[error("the private key is encrypted")]
    Encrypted,
    /// A PEM block or the DER in it is not as it should be.
    #[error("{0}")]
    Encoding(&'static str),
    /// Not JSON, not UTF-8, or nested too deeply.
    #[error("not valid JSON at line {line}, column {column}")]
    Json {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A JSON object has two members of one name.
    #[error("duplicate member at line {line}, column {column}")]
    DuplicateMember {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// A member of a JWK or JWK Set is missing or wrong.
    #[error("`{member}` {problem}")]
    Member {
        /// Its name.
        member: &'static str,
        /// What about it.
        problem: &'static str,
    },
    /// An RSA modulus below 2048 or above 8192 bits.
    #[error("an RSA key of {bits} bits, and needs 2048 to 8192")]
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
        /// What is wrong with it.
        fault: Box<KeyFault>,
    },
    /// A set without a key.
    #[error("the set has no key")]
    EmptySet,
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

    /// What to do about it, where that is one thing.
    ///
    /// `FILE` in it stands for the key file, as a shell takes its path: what is made of it is `FILE.pem`.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Empty | Self::ShortSecret { .. } | Self::RepeatedByte => {
                "make a key with `authctl keys generate` or `openssl rand -hex 32`"
            }
            Self::NotASecret(_) => "put the key in a file, and name it with `--key-file`",
            Self::SeveralBlocks => "keep one PEM block, or put several keys in a JWK Set",
            Self::Encrypted => "decrypt it with `openssl pkey -in FILE -out FILE.pem`",
            Self::Form(Self::CERTIFICATE) => {
                "take its public key with `openssl x509 -in FILE -pubkey -noout > FILE.pem`"
            }
            Self::Form(Self::TRADITIONAL) => {
                "convert it with `openssl pkcs8 -topk8 -nocrypt -in FILE -out FILE.pem`"
            }
            Self::Form(Self::PKCS1_PUBLIC) => {
                "convert it with `openssl rsa -RSAPublicKey_in -in FILE -pubout -out FILE.pem`"
            }
            Self::Form(Self::OPENSSH_PRIVATE) => {
                "convert a copy with `cp FILE FILE.pem && ssh-keygen -p -m PKCS8 -N '' -f FILE.pem`"
            }
            Self::Form(Self::OPENSSH_PUBLIC) => "convert it with `ssh-keygen -e -m PKCS8 -f FILE > FILE.pem`",
            // No tool of OpenSSH writes these in another form.
            Self::Form(Self::OPENSSH_ED25519 | Self::OPENSSH) | Self::RsaSize { .. } | Self::Unsound(_) => {
                "make a new key with `authctl keys generate`"
            }
            Self::Form(Self::DER_PRIVATE) => {
                "convert it to PEM with `openssl pkey -inform DER -in FILE -out FILE.pem`"
            }
            Self::Form(Self::DER_PUBLIC) => {
                "convert it to PEM with `openssl pkey -pubin -inform DER -in FILE -out FILE.pem`"
            }
            Self::Form(Self::DER_CERTIFICATE) => {
                "take its public key with `openssl x509 -inform DER -in FILE -pubkey -noout > FILE.pem`"
            }
            Self::Form(Self::BASE64_PRIVATE) => {
                "convert it to PEM with `base64 -d FILE | openssl pkey -inform DER -out FILE.pem`"
            }
            Self::Form(Self::BASE64_PUBLIC) => {
                "convert it to PEM with `base64 -d FILE | openssl pkey -pubin -inform DER -out FILE.pem`"
            }
            Self::Form(Self::BASE64_CERTIFICATE) => {
                "take its public key with `base64 -d FILE | openssl x509 -inform DER -pubkey -noout > FILE.pem`"
            }
            Self::MixedSet => "keep the secrets in one file and the public keys in another",
            Self::InSet { fault, .. } => return fault.hint(),
            _ => return None,
        })
    }

    pub(super) const CERTIFICATE: &'static str = "a certificate";
    pub(super) const OPENSSH: &'static str = "an OpenSSH key";
    pub(super) const OPENSSH_ED25519: &'static str = "an Ed25519 key of OpenSSH";
    pub(super) const OPENSSH_PRIVATE: &'static str = "an OpenSSH private key";
    pub(super) const OPENSSH_PUBLIC: &'static str = "an OpenSSH public key";
    pub(super) const TRADITIONAL: &'static str = "a private key in the traditional format of OpenSSL";
    pub(super) const PKCS1_PUBLIC: &'static str = "a public key in PKCS #1 format";
    pub(super) const DER: &'static str = "a key or certificate in DER";
    pub(super) const DER_PRIVATE: &'static str = "a private key in DER";
    pub(super) const DER_PUBLIC: &'static str = "a public key in DER";
    pub(super) const DER_CERTIFICATE: &'static str = "a certificate in DER";
    pub(super) const BASE64_PRIVATE: &'static str = "a private key in DER and base64";
    pub(super) const BASE64_PUBLIC: &'static str = "a public key in DER and base64";
    pub(super) const BASE64_CERTIFICATE: &'static str = "a certificate in DER and base64";
    pub(super) const HEX: &'static str = "a key or certificate in DER and hexadecimal";
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
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NoKey {
    /// No key, or not the one named by `kid`, has that `alg`.
    #[error("no key has the algorithm of the token")]
    UnsupportedAlg,
    /// No key has that `kid`, and none of that `alg` is without one.
    #[error("no key has the `kid` of the token")]
    UnknownKey,
}
