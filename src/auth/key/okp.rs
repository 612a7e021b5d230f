//! Ed25519 keys (RFC 8032), as JOSE and PKIX write them (RFC 8037, RFC 8410).

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use curve25519_dalek::edwards::CompressedEdwardsY;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::KeyFault;

/// A point of full order, and the seed it comes from if that is known.
#[derive(Clone)]
pub(super) struct OkpKey {
    public: [u8; 32],
    seed: Option<Zeroizing<[u8; 32]>>,
}

impl OkpKey {
    /// # Errors
    ///
    /// [`KeyFault::Unsound`] if `public` is no point, written in another than its only way, or of small order:
    /// under such a key one signature is good for many messages.
    pub(super) fn public(public: [u8; 32]) -> Result<Self, KeyFault> {
        let point = CompressedEdwardsY(public);
        let Some(sound) = point.decompress().filter(|decoded| decoded.compress() == point) else {
            return Err(KeyFault::Unsound("the public key is not a point of Ed25519"));
        };
        if sound.is_small_order() {
            return Err(KeyFault::Unsound("the public key is a point of small order"));
        }
        Ok(Self { public, seed: None })
    }

    /// # Errors
    ///
    /// [`KeyFault::Unsound`] if `public` is given and belongs to another seed.
    pub(super) fn private(seed: Zeroizing<[u8; 32]>, public: Option<[u8; 32]>) -> Result<Self, KeyFault> {
        let Ok(pair) = Ed25519KeyPair::from_seed_unchecked(seed.as_slice()) else {
            return Err(KeyFault::Unsound("the private key is no Ed25519 seed"));
        };
        let mut derived = [0; 32];
        derived.copy_from_slice(pair.public_key().as_ref());
        if public.is_some_and(|public| !bool::from(public.ct_eq(&derived))) {
            return Err(KeyFault::Unsound("the private part does not belong to the public part"));
        }
        Ok(Self { public: derived, seed: Some(seed) })
    }

    pub(super) const fn point(&self) -> &[u8; 32] {
        &self.public
    }

    pub(super) fn seed(&self) -> Option<&[u8]> {
        self.seed.as_ref().map(|seed| seed.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::{KeyFault, OkpKey};
    use zeroize::Zeroizing;

    fn public(hex: &str) -> Result<(), KeyFault> {
        let byte = |index: usize| u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).unwrap();
        OkpKey::public(std::array::from_fn(byte)).map(|_| ())
    }

    #[test]
    fn a_public_key_is_a_point_of_full_order_in_its_only_spelling() {
        assert_eq!(public("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"), Ok(()));
        let none = Err(KeyFault::Unsound("the public key is not a point of Ed25519"));
        let small = Err(KeyFault::Unsound("the public key is a point of small order"));
        // y = 2 is on no point.
        assert_eq!(public(&format!("02{}", "00".repeat(31))), none);
        // y = p + 1 spells y = 1 a second time, and -0 spells 0 a second time.
        assert_eq!(public(&format!("ee{}7f", "ff".repeat(30))), none);
        assert_eq!(public(&format!("01{}80", "00".repeat(30))), none);
        // The neutral point, and points of order 2, 4 and 8.
        assert_eq!(public(&format!("01{}", "00".repeat(31))), small);
        assert_eq!(public(&format!("ec{}7f", "ff".repeat(30))), small);
        assert_eq!(public(&"00".repeat(32)), small);
        assert_eq!(public("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), small);
    }

    #[test]
    fn a_seed_has_one_public_key() {
        let seed = || Zeroizing::new([7; 32]);
        let key = OkpKey::private(seed(), None).unwrap();
        assert!(OkpKey::private(seed(), Some(*key.point())).is_ok());
        let other = OkpKey::private(Zeroizing::new([8; 32]), None).unwrap();
        let fault = OkpKey::private(seed(), Some(*other.point())).map(|_| ());
        assert_eq!(fault, Err(KeyFault::Unsound("the private part does not belong to the public part")));
    }
}
