//! RSA keys (RFC 7518, 6.3; RFC 8017, A.1).

use pkcs1::der::Encode;
use pkcs1::der::asn1::UintRef;
use pkcs1::{RsaPrivateKey, RsaPublicKey};
use zeroize::Zeroizing;

use super::KeyFault;

/// A number, big-endian.
pub(super) type Number = Zeroizing<Vec<u8>>;

/// A modulus and its exponent, and the private numbers if they are known.
#[derive(Clone)]
pub(super) struct RsaKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
    private: Option<RsaPrivate>,
}

/// `d`, `p`, `q`, `dp`, `dq` and `qi` of RFC 7518, 6.3.2.
#[derive(Clone)]
pub(super) struct RsaPrivate {
    pub(super) d: Number,
    pub(super) p: Number,
    pub(super) q: Number,
    pub(super) dp: Number,
    pub(super) dq: Number,
    pub(super) qi: Number,
}

impl RsaPrivate {
    /// The numbers in the order of both standards, with their names in a JWK.
    pub(super) fn named(&self) -> [(&'static str, &[u8]); 6] {
        [("d", &self.d), ("p", &self.p), ("q", &self.q), ("dp", &self.dp), ("dq", &self.dq), ("qi", &self.qi)]
    }
}

impl RsaKey {
    /// Numbers are taken without leading zeros.
    ///
    /// That the private numbers belong to the public ones is found when the key is made ready to use.
    ///
    /// # Errors
    ///
    /// [`KeyFault::RsaSize`], then [`KeyFault::Unsound`] for an exponent that is even, below 65537 (SP 800-56B) or longer
    /// than 33 bits, an even modulus, one with a small factor, and one with the mark of the ROCA weakness (CVE-2017-15361).
    pub(super) fn new(
        modulus: &[u8],
        exponent: &[u8],
        private: Option<RsaPrivate>,
    ) -> Result<Self, KeyFault> {
        let (modulus, exponent) = (minimal(modulus), minimal(exponent));
        let bits = bit_length(modulus);
        if !(2048..=8192).contains(&bits) {
            return Err(KeyFault::RsaSize { bits });
        }
        if bit_length(exponent) > 33 {
            return Err(KeyFault::Unsound("the RSA exponent is too large"));
        }
        let e = exponent.iter().fold(0, |number, byte| 256 * number + u64::from(*byte));
        if e < 65537 || e % 2 == 0 {
            return Err(KeyFault::Unsound("the RSA exponent is even or below 65537"));
        }
        if (2..=167).filter(|number| is_prime(*number)).any(|prime| remainder(modulus, prime) == 0) {
            return Err(KeyFault::Unsound("the RSA modulus has a small factor"));
        }
        if has_roca_mark(modulus) {
            return Err(KeyFault::Unsound("the RSA key has the ROCA weakness (CVE-2017-15361)"));
        }
        Ok(Self { modulus: modulus.to_vec(), exponent: exponent.to_vec(), private })
    }

    pub(super) fn bits(&self) -> usize {
        bit_length(&self.modulus)
    }

    pub(super) fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    pub(super) fn exponent(&self) -> &[u8] {
        &self.exponent
    }

    pub(super) const fn private(&self) -> Option<&RsaPrivate> {
        self.private.as_ref()
    }

    /// The public part as an `RSAPublicKey` (RFC 8017, A.1.1).
    pub(super) fn public_der(&self) -> Option<Vec<u8>> {
        let modulus = UintRef::new(&self.modulus).ok()?;
        let public_exponent = UintRef::new(&self.exponent).ok()?;
        RsaPublicKey { modulus, public_exponent }.to_der().ok()
    }

    /// The whole as an `RSAPrivateKey` (RFC 8017, A.1.2).
    pub(super) fn private_der(&self) -> Option<Zeroizing<Vec<u8>>> {
        let private = self.private.as_ref()?;
        let key = RsaPrivateKey {
            modulus: UintRef::new(&self.modulus).ok()?,
            public_exponent: UintRef::new(&self.exponent).ok()?,
            private_exponent: UintRef::new(&private.d).ok()?,
            prime1: UintRef::new(&private.p).ok()?,
            prime2: UintRef::new(&private.q).ok()?,
            exponent1: UintRef::new(&private.dp).ok()?,
            exponent2: UintRef::new(&private.dq).ok()?,
            coefficient: UintRef::new(&private.qi).ok()?,
            other_prime_infos: None,
        };
        key.to_der().ok().map(Zeroizing::new)
    }
}

/// Without leading zeros.
pub(super) fn minimal(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    &number[zeros..]
}

fn bit_length(minimal: &[u8]) -> usize {
    minimal.first().map_or(0, |first| 8 * minimal.len() - first.leading_zeros() as usize)
}

fn remainder(number: &[u8], divisor: u32) -> u32 {
    number.iter().fold(0, |rest, byte| (256 * rest + u32::from(*byte)) % divisor)
}

fn is_prime(number: u32) -> bool {
    (2..number).all(|factor| !number.is_multiple_of(factor))
}

/// Whether the modulus is a power of 65537 modulo each of the first 39 primes.
///
/// Infineon's library made all its primes so (Nemec and others, 2017); another modulus is, once in 2^27.
fn has_roca_mark(modulus: &[u8]) -> bool {
    (2..=167).filter(|number| is_prime(*number)).all(|prime| {
        let rest = remainder(modulus, prime);
        let mut power = 1;
        (0..prime).any(|_| {
            let found = power == rest;
            power = power * 65537 % prime;
            found
        })
    })
}

#[cfg(test)]
mod tests;
