//! The numbers of a key, independent of the form of its file.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use sha2::{Digest, Sha256};
use std::fmt;
use zeroize::Zeroizing;

use super::ec::{Curve, EcKey};
use super::member::Member;
use super::okp::OkpKey;
use super::rsa::RsaKey;
use super::{Algorithm, KeyFault};

/// The numbers of a key, each checked on its own.
#[derive(Clone)]
pub(super) enum Material {
    Secret(Zeroizing<Vec<u8>>),
    Okp(OkpKey),
    Ec(EcKey),
    Rsa(RsaKey),
}

/// The kind of a key. Displays as `Ed25519`, `P-256` or `RSA, 3072 bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyKind {
    /// A shared secret of that many bits.
    Secret {
        /// Its length.
        bits: usize,
    },
    /// On the curve Ed25519.
    Ed25519,
    /// On the curve P-256.
    P256,
    /// On the curve P-384.
    P384,
    /// RSA with a modulus of that many bits.
    Rsa {
        /// The length of the modulus.
        bits: usize,
    },
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secret { bits } => write!(f, "secret, {bits} bits"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::Rsa { bits } => write!(f, "RSA, {bits} bits"),
        }
    }
}

impl Material {
    pub(super) fn kind(&self) -> KeyKind {
        match self {
            Self::Secret(secret) => KeyKind::Secret { bits: 8 * secret.len() },
            Self::Okp(_) => KeyKind::Ed25519,
            Self::Ec(key) if key.curve() == Curve::P256 => KeyKind::P256,
            Self::Ec(_) => KeyKind::P384,
            Self::Rsa(key) => KeyKind::Rsa { bits: key.bits() },
        }
    }

    /// The algorithms it can have, the first by default.
    pub(super) fn algorithms(&self) -> &'static [Algorithm] {
        use Algorithm::{ES256, ES384, EdDSA, HS256, HS384, HS512, PS256, PS384, PS512, RS256, RS384, RS512};
        match self.kind() {
            KeyKind::Secret { .. } => &[HS256, HS384, HS512],
            KeyKind::Ed25519 => &[EdDSA],
            KeyKind::P256 => &[ES256],
            KeyKind::P384 => &[ES384],
            KeyKind::Rsa { .. } => &[RS256, RS384, RS512, PS256, PS384, PS512],
        }
    }

    /// The part that signs: the secret, or of a private key the number `d`.
    fn secret_part(&self) -> Option<&[u8]> {
        match self {
            Self::Secret(secret) => Some(secret),
            Self::Okp(key) => key.seed(),
            Self::Ec(key) => key.scalar(),
            Self::Rsa(key) => key.private().map(|private| private.d.as_slice()),
        }
    }

    /// Whether it holds the part that signs.
    pub(super) fn is_private(&self) -> bool {
        self.secret_part().is_some()
    }

    /// The members of a JWK that make it: those of the public part, which for a secret is only `kty`.
    pub(super) fn public_members(&self) -> Vec<Member> {
        let number = |name, bytes: &[u8]| Member::plain(name, &base64(bytes));
        match self {
            Self::Secret(_) => vec![Member::plain("kty", "oct")],
            Self::Okp(key) => {
                vec![Member::plain("kty", "OKP"), Member::plain("crv", "Ed25519"), number("x", key.point())]
            }
            Self::Ec(key) => {
                let (x, y) = key.coordinates();
                let curve = Member::plain("crv", key.curve().name());
                vec![Member::plain("kty", "EC"), curve, number("x", x), number("y", y)]
            }
            Self::Rsa(key) => {
                vec![Member::plain("kty", "RSA"), number("n", key.modulus()), number("e", key.exponent())]
            }
        }
    }

    /// The members of the private part, if there is one.
    pub(super) fn private_members(&self) -> Vec<Member> {
        let number = |name, bytes: &[u8]| {
            let text = Zeroizing::new(base64(bytes));
            Member::plain(name, &text)
        };
        match self {
            Self::Secret(secret) => vec![number("k", secret)],
            Self::Okp(key) => key.seed().map(|seed| number("d", seed)).into_iter().collect(),
            Self::Ec(key) => key.scalar().map(|scalar| number("d", scalar)).into_iter().collect(),
            Self::Rsa(key) => key
                .private()
                .map(|private| private.named().map(|(name, bytes)| number(name, bytes)))
                .into_iter()
                .flatten()
                .collect(),
        }
    }

    /// SHA-256 of the required members in the order of their names (RFC 7638, 3), in base64url.
    pub(super) fn thumbprint(&self) -> String {
        let mut members = self.public_members();
        if matches!(self, Self::Secret(_)) {
            members.extend(self.private_members());
        }
        members.sort_by(|a, b| a.name.cmp(&b.name));
        let mut hash = Sha256::new();
        for (index, member) in members.iter().enumerate() {
            hash.update(if index == 0 { "{\"" } else { ",\"" });
            hash.update(&member.name);
            hash.update("\":");
            hash.update(member.value.as_bytes());
        }
        hash.update("}");
        base64(&hash.finalize())
    }
}

/// A secret long enough for its hash (RFC 7518, 3.2).
///
/// # Errors
///
/// [`KeyFault::ShortSecret`].
pub(super) fn check_length(secret: &[u8], algorithm: Algorithm) -> Result<(), KeyFault> {
    let least = match algorithm {
        Algorithm::HS384 => 48,
        Algorithm::HS512 => 64,
        _ => 32,
    };
    let bytes = secret.len();
    if bytes < least { Err(KeyFault::ShortSecret { bytes, least }) } else { Ok(()) }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
