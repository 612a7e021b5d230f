//! New keys.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use thiserror::Error;
use zeroize::Zeroizing;

use super::ec::{Curve, EcKey};
use super::material::Material;
use super::member::Member;
use super::okp::OkpKey;
use super::{Algorithm, Draft, Key, pem};
use crate::auth::time::Timestamp;

/// No key could be made: the system has no random numbers.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("no random numbers from the system")]
pub struct GenerateError;

impl Key {
    /// Makes a new key as [`Key::generate`] does, and notes that it was [made](Key::made) at `now`.
    ///
    /// # Errors
    ///
    /// [`GenerateError`].
    pub fn generate_at(algorithm: Algorithm, now: Timestamp) -> Result<Self, GenerateError> {
        Self::generate(algorithm)?.dated(now).ok_or(GenerateError)
    }

    /// Makes a new key whose id is its [thumbprint](Key::thumbprint).
    ///
    /// A secret is as long as its hash. An RSA key has 3072 bits, as strong as the 128 bits of the other kinds:
    /// NIST lets 2048 stand until 2030 only (SP 800-57).
    ///
    /// # Errors
    ///
    /// [`GenerateError`].
    pub fn generate(algorithm: Algorithm) -> Result<Self, GenerateError> {
        let material = match algorithm {
            Algorithm::HS256 => Material::Secret(random(32)?),
            Algorithm::HS384 => Material::Secret(random(48)?),
            Algorithm::HS512 => Material::Secret(random(64)?),
            Algorithm::EdDSA => {
                let mut seed = Zeroizing::new([0; 32]);
                getrandom::fill(seed.as_mut_slice()).map_err(|_| GenerateError)?;
                Material::Okp(OkpKey::private(seed, None).map_err(|_| GenerateError)?)
            }
            Algorithm::ES256 => Material::Ec(random_ec(Curve::P256)?),
            Algorithm::ES384 => Material::Ec(random_ec(Curve::P384)?),
            _ => {
                let pair = KeyPair::generate(KeySize::Rsa3072).map_err(|_| GenerateError)?;
                let der = pair.as_der().map_err(|_| GenerateError)?;
                pem::private_key(der.as_ref()).map_err(|_| GenerateError)?
            }
        };
        let id = material.thumbprint();
        let members = [
            material.public_members(),
            material.private_members(),
            vec![
                Member::plain("kid", &id),
                Member::plain("alg", algorithm.as_str()),
                Member::plain("use", "sig"),
            ],
        ]
        .concat();
        let draft = Draft {
            material,
            id: Some(id),
            algorithm,
            names_algorithm: true,
            retired: false,
            may_sign: true,
            members,
        };
        Self::build(draft).map_err(|_| GenerateError)
    }
}

fn random(bytes: usize) -> Result<Zeroizing<Vec<u8>>, GenerateError> {
    let mut secret = Zeroizing::new(vec![0; bytes]);
    getrandom::fill(&mut secret).map_err(|_| GenerateError)?;
    Ok(secret)
}

/// A number of the curve, each as likely: a random one that is too large (once in 2^32) is drawn again.
fn random_ec(curve: Curve) -> Result<EcKey, GenerateError> {
    for _ in 0..16 {
        if let Ok(key) = EcKey::from_scalar(curve, random(curve.size())?) {
            return Ok(key);
        }
    }
    Err(GenerateError)
}
