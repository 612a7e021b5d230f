//! Signing and verifying: the one place that knows the crates which do it.
//!
//! A key is made ready once, and every later use only computes. HMAC is that of `RustCrypto`, which measures fastest;
//! verifying with a public key is aws-lc's, on a key parsed once. ES*, RS* and PS* are signed by `ring`, because aws-lc
//! gathers entropy for tens of milliseconds before its first random number in a process, where `ring` has an ES256
//! signature in 0.02 ms. `EdDSA` needs none and is signed by `jsonwebtoken`, as are RSA keys of a length that `ring` does
//! not sign with: more than 4096 bits, or no multiple of 1024.

use std::fmt;

use aws_lc_rs::signature::{self as lc, ParsedPublicKey};
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::EncodingKey;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use ring::rand::SystemRandom;
use ring::signature::{self as fast, EcdsaKeyPair, RsaEncoding, RsaKeyPair};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::ec::{Curve, EcKey};
use super::material::{Material, base64};
use super::okp::OkpKey;
use super::rsa::RsaKey;
use super::{Algorithm, KeyFault, SignError};

/// A key made ready to verify, and to sign if it can.
pub(super) struct Engine {
    verifier: Verifier,
    signer: Option<Signer>,
}

enum Verifier {
    Hs256(Hmac<Sha256>),
    Hs384(Hmac<Sha384>),
    Hs512(Hmac<Sha512>),
    Public(ParsedPublicKey),
}

enum Signer {
    /// By the verifier's own secret.
    Mac,
    Ecdsa(EcdsaKeyPair),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Jwt(EncodingKey, jsonwebtoken::Algorithm),
}

impl Engine {
    /// # Errors
    ///
    /// [`KeyFault::Unsound`] if a point is not on its curve, or a private part does not belong to the public part.
    pub(super) fn new(material: &Material, algorithm: Algorithm) -> Result<Self, KeyFault> {
        Ok(match material {
            Material::Secret(secret) => {
                Self { verifier: hmac(secret, algorithm)?, signer: Some(Signer::Mac) }
            }
            Material::Okp(key) => Self { verifier: verify_okp(key)?, signer: sign_okp(key) },
            Material::Ec(key) => Self { verifier: verify_ec(key)?, signer: sign_ec(key)? },
            Material::Rsa(key) => {
                Self { verifier: verify_rsa(key, algorithm)?, signer: sign_rsa(key, algorithm)? }
            }
        })
    }

    /// The signature of `message` in base64url.
    pub(super) fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        match self.signer.as_ref().ok_or(SignError::CannotSign)? {
            Signer::Mac => match &self.verifier {
                Verifier::Hs256(mac) => Ok(base64(&tag(mac, message))),
                Verifier::Hs384(mac) => Ok(base64(&tag(mac, message))),
                Verifier::Hs512(mac) => Ok(base64(&tag(mac, message))),
                Verifier::Public(_) => Err(SignError::CannotSign),
            },
            Signer::Ecdsa(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| SignError::Failed)?;
                Ok(base64(signature.as_ref()))
            }
            Signer::Rsa(pair, padding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let signed = pair.sign(*padding, &SystemRandom::new(), message, &mut signature);
                signed.map(|()| base64(&signature)).map_err(|_| SignError::Failed)
            }
            Signer::Jwt(key, algorithm) => {
                let signer = (DEFAULT_PROVIDER.signer_factory)(algorithm, key);
                let signature = signer.ok().and_then(|signer| signer.try_sign(message).ok());
                signature.map(|signature| base64(&signature)).ok_or(SignError::Failed)
            }
        }
    }

    /// Whether `signature` is that of `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.verifier {
            Verifier::Hs256(mac) => has_tag(mac, message, signature),
            Verifier::Hs384(mac) => has_tag(mac, message, signature),
            Verifier::Hs512(mac) => has_tag(mac, message, signature),
            Verifier::Public(key) => key.verify_sig(message, signature).is_ok(),
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Engine")
    }
}

fn hmac(secret: &[u8], algorithm: Algorithm) -> Result<Verifier, KeyFault> {
    let verifier = match algorithm {
        Algorithm::HS384 => Hmac::new_from_slice(secret).map(Verifier::Hs384),
        Algorithm::HS512 => Hmac::new_from_slice(secret).map(Verifier::Hs512),
        _ => Hmac::new_from_slice(secret).map(Verifier::Hs256),
    };
    verifier.map_err(|_| KeyFault::Unsound("the secret does not fit HMAC"))
}

fn tag<M: Mac + Clone>(mac: &M, message: &[u8]) -> Vec<u8> {
    let mut mac = mac.clone();
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn has_tag<M: Mac + Clone>(mac: &M, message: &[u8], signature: &[u8]) -> bool {
    let mut mac = mac.clone();
    mac.update(message);
    mac.verify_slice(signature).is_ok()
}

const MISMATCH: KeyFault = KeyFault::Unsound("the private part does not belong to the public part");

fn verify_okp(key: &OkpKey) -> Result<Verifier, KeyFault> {
    let parsed = ParsedPublicKey::new(&lc::ED25519, key.point());
    parsed.map(Verifier::Public).map_err(|_| KeyFault::Unsound("the public key is not a point of Ed25519"))
}

fn sign_okp(key: &OkpKey) -> Option<Signer> {
    // A PrivateKeyInfo with the OCTET STRING of a seed (RFC 8410, 7).
    const PREFIX: [u8; 16] = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
    let seed = key.seed()?;
    let der = Zeroizing::new([&PREFIX, seed].concat());
    Some(Signer::Jwt(EncodingKey::from_ed_der(&der), jsonwebtoken::Algorithm::EdDSA))
}

fn verify_ec(key: &EcKey) -> Result<Verifier, KeyFault> {
    let algorithm = match key.curve() {
        Curve::P256 => &lc::ECDSA_P256_SHA256_FIXED,
        Curve::P384 => &lc::ECDSA_P384_SHA384_FIXED,
    };
    let parsed = ParsedPublicKey::new(algorithm, key.point());
    parsed.map(Verifier::Public).map_err(|_| KeyFault::Unsound("the public key is not a point of the curve"))
}

fn sign_ec(key: &EcKey) -> Result<Option<Signer>, KeyFault> {
    let algorithm = match key.curve() {
        Curve::P256 => &fast::ECDSA_P256_SHA256_FIXED_SIGNING,
        Curve::P384 => &fast::ECDSA_P384_SHA384_FIXED_SIGNING,
    };
    let Some(scalar) = key.scalar() else { return Ok(None) };
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, key.point(), &random);
    pair.map(|pair| Some(Signer::Ecdsa(pair))).map_err(|_| MISMATCH)
}

fn verify_rsa(key: &RsaKey, algorithm: Algorithm) -> Result<Verifier, KeyFault> {
    let algorithm = match algorithm {
        Algorithm::RS384 => &lc::RSA_PKCS1_2048_8192_SHA384,
        Algorithm::RS512 => &lc::RSA_PKCS1_2048_8192_SHA512,
        Algorithm::PS256 => &lc::RSA_PSS_2048_8192_SHA256,
        Algorithm::PS384 => &lc::RSA_PSS_2048_8192_SHA384,
        Algorithm::PS512 => &lc::RSA_PSS_2048_8192_SHA512,
        _ => &lc::RSA_PKCS1_2048_8192_SHA256,
    };
    let parsed = key.public_der().and_then(|der| ParsedPublicKey::new(algorithm, der).ok());
    parsed.map(Verifier::Public).ok_or(KeyFault::Unsound("the RSA modulus and exponent make no key"))
}

fn sign_rsa(key: &RsaKey, algorithm: Algorithm) -> Result<Option<Signer>, KeyFault> {
    let (padding, other): (&'static dyn RsaEncoding, _) = match algorithm {
        Algorithm::RS384 => (&fast::RSA_PKCS1_SHA384, jsonwebtoken::Algorithm::RS384),
        Algorithm::RS512 => (&fast::RSA_PKCS1_SHA512, jsonwebtoken::Algorithm::RS512),
        Algorithm::PS256 => (&fast::RSA_PSS_SHA256, jsonwebtoken::Algorithm::PS256),
        Algorithm::PS384 => (&fast::RSA_PSS_SHA384, jsonwebtoken::Algorithm::PS384),
        Algorithm::PS512 => (&fast::RSA_PSS_SHA512, jsonwebtoken::Algorithm::PS512),
        _ => (&fast::RSA_PKCS1_SHA256, jsonwebtoken::Algorithm::RS256),
    };
    if key.private().is_none() {
        return Ok(None);
    }
    let der = key.private_der().ok_or(MISMATCH)?;
    // aws-lc checks every private number against the public ones; ring only some of them.
    aws_lc_rs::rsa::KeyPair::from_der(&der).map_err(|_| MISMATCH)?;
    Ok(Some(match RsaKeyPair::from_der(&der) {
        Ok(pair) => Signer::Rsa(pair, padding),
        Err(_) => Signer::Jwt(EncodingKey::from_rsa_der(&der), other),
    }))
}

#[cfg(test)]
mod tests;
