//! Keys on the curves P-256 and P-384 (RFC 7518, 6.2).

use aws_lc_rs::agreement::{self, PrivateKey};
use zeroize::Zeroizing;

use super::KeyFault;

/// A curve of ECDSA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
}

impl Curve {
    /// The name in `crv`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        [Self::P256, Self::P384].into_iter().find(|curve| curve.name() == name)
    }

    /// Bytes of a coordinate and of a private key.
    pub(super) const fn size(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }
}

/// A public point, and its private scalar if that is known.
///
/// That the point is on the curve and belongs to the scalar is found when the key is made ready to use.
#[derive(Clone)]
pub(super) struct EcKey {
    curve: Curve,
    point: Vec<u8>,
    scalar: Option<Zeroizing<Vec<u8>>>,
}

impl EcKey {
    /// `point` is uncompressed (SEC 1, 2.3.3).
    ///
    /// # Errors
    ///
    /// [`KeyFault::Unsound`] if a length does not fit the curve.
    pub(super) fn new(
        curve: Curve,
        point: Vec<u8>,
        scalar: Option<Zeroizing<Vec<u8>>>,
    ) -> Result<Self, KeyFault> {
        if point.len() != 1 + 2 * curve.size() || point[0] != 4 {
            return Err(KeyFault::Unsound("the public key is no uncompressed point of the curve"));
        }
        if scalar.as_ref().is_some_and(|scalar| scalar.len() != curve.size()) {
            return Err(KeyFault::Unsound("the private key has the wrong length for its curve"));
        }
        Ok(Self { curve, point, scalar })
    }

    /// A key of which only the private part is written down.
    pub(super) fn from_scalar(curve: Curve, scalar: Zeroizing<Vec<u8>>) -> Result<Self, KeyFault> {
        let algorithm = match curve {
            Curve::P256 => &agreement::ECDH_P256,
            Curve::P384 => &agreement::ECDH_P384,
        };
        let point = PrivateKey::from_private_key(algorithm, &scalar)
            .ok()
            .and_then(|private| private.compute_public_key().ok())
            .ok_or(KeyFault::Unsound("the private key is not a number of the curve"))?;
        Self::new(curve, point.as_ref().to_vec(), Some(scalar))
    }

    pub(super) const fn curve(&self) -> Curve {
        self.curve
    }

    pub(super) fn point(&self) -> &[u8] {
        &self.point
    }

    /// The two coordinates.
    pub(super) fn coordinates(&self) -> (&[u8], &[u8]) {
        self.point[1..].split_at(self.curve.size())
    }

    pub(super) fn scalar(&self) -> Option<&[u8]> {
        self.scalar.as_ref().map(|scalar| scalar.as_slice())
    }
}
