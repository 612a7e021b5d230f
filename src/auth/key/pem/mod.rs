//! Keys in PEM: PKCS #8 private keys (RFC 5958) and SPKI public keys (RFC 5280, 4.1.2.7).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use pkcs8::der::{Decode, Tag, Tagged};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};
use sec1::{EcParameters, EcPrivateKey};
use zeroize::Zeroizing;

use super::ec::{Curve, EcKey};
use super::material::Material;
use super::okp::OkpKey;
use super::rsa::{Number, RsaKey, RsaPrivate};
use super::{KeyFault, Look};

/// Reads the one PEM block in `text`.
///
/// Lines may have any length and ending. Nothing but blank space is around the block, and the DER in it is canonical
/// and complete.
///
/// # Errors
///
/// [`KeyFault`] for another block than `PRIVATE KEY` and `PUBLIC KEY`, another algorithm than the ones of
/// [`Algorithm`](super::Algorithm), and for unsound numbers.
pub(super) fn read(text: &str) -> Result<Material, KeyFault> {
    let text = without_parameters(text);
    if text.matches("-----BEGIN").count() > 1 {
        return Err(KeyFault::SeveralBlocks);
    }
    let (label, body) = split(text)?;
    match label {
        "PRIVATE KEY" => private_key(&decode(body)?),
        "PUBLIC KEY" => public_key(&decode(body)?),
        "ENCRYPTED PRIVATE KEY" => Err(KeyFault::Encrypted),
        "OPENSSH PRIVATE KEY" => Err(KeyFault::LooksLike(openssh(body).plain())),
        "RSA PUBLIC KEY" => Err(KeyFault::LooksLike(Look::Pkcs1Public.plain())),
        _ if label.contains("CERTIFICATE") => Err(KeyFault::LooksLike(Look::Certificate.plain())),
        _ if body.contains("ENCRYPTED") => Err(KeyFault::Encrypted),
        _ if label.ends_with("PRIVATE KEY") => Err(KeyFault::LooksLike(Look::Traditional.plain())),
        _ => Err(KeyFault::LooksLike(Look::OtherPem.plain())),
    }
}

/// The text after the block with which `openssl ecparam -genkey` names the curve, as the key after it does again.
fn without_parameters(text: &str) -> &str {
    let (begin, end) = ("-----BEGIN EC PARAMETERS-----", "-----END EC PARAMETERS-----");
    let starts = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').starts_with(begin);
    let rest =
        text.split_once(end).map(|(_, rest)| rest).filter(|rest| starts && rest.contains("-----BEGIN"));
    rest.unwrap_or(text)
}

/// Which kind of key OpenSSH wrote: its public part stands in the clear even where the other is encrypted.
fn openssh(body: &str) -> Look {
    let key = decode(body).unwrap_or_default();
    let contains = |name: &[u8]| key.windows(name.len()).any(|window| window == name);
    match () {
        () if contains(b"ssh-ed25519") => Look::OpenSshEd25519,
        () if contains(b"ssh-rsa") || contains(b"ecdsa-sha2-") => Look::OpenSshPrivate,
        () => Look::OpenSsh,
    }
}

/// The label of the block, and the text between its two lines.
fn split(text: &str) -> Result<(&str, &str), KeyFault> {
    const BROKEN: KeyFault = KeyFault::Encoding("the PEM block is broken");
    let (before, block) = text.split_once("-----BEGIN ").ok_or(BROKEN)?;
    if before.chars().any(|c| !c.is_whitespace() && c != '\u{feff}') {
        return Err(KeyFault::Encoding("a text before the PEM block"));
    }
    let (label, block) = block.split_once("-----").ok_or(BROKEN)?;
    let (body, end) = block.split_once("-----END ").ok_or(BROKEN)?;
    let after = end.strip_prefix(label).and_then(|end| end.strip_prefix("-----")).ok_or(BROKEN)?;
    if !after.trim().is_empty() {
        return Err(KeyFault::Encoding("a text after the PEM block"));
    }
    Ok((label, body))
}

fn decode(body: &str) -> Result<Zeroizing<Vec<u8>>, KeyFault> {
    let text: Zeroizing<Vec<u8>> =
        Zeroizing::new(body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect());
    let der = BASE64_STANDARD.decode(text.as_slice());
    der.map(Zeroizing::new).map_err(|_| KeyFault::Encoding("the PEM block is not base64"))
}

/// The types of key that are known.
enum Kind {
    Ed25519,
    Ec(Curve),
    Rsa,
}

impl Kind {
    fn of(identifier: AlgorithmIdentifierRef<'_>) -> Result<Self, KeyFault> {
        const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
        const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
        const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
        const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
        match (identifier.oid, identifier.parameters) {
            (ED25519, None) => Ok(Self::Ed25519),
            (RSA, Some(parameters)) if parameters.is_null() => Ok(Self::Rsa),
            (EC, Some(parameters)) => curve(parameters).map(Self::Ec),
            (ED25519 | RSA | EC, _) => Err(KeyFault::Encoding("the parameters of the key are wrong")),
            (RSA_PSS, _) => Err(KeyFault::Encoding(
                "an RSA key restricted to PSS; write it as a JWK with the `alg` `PS256`, `PS384` or `PS512`",
            )),
            _ => Err(KeyFault::Encoding("not an Ed25519, P-256, P-384 or RSA key")),
        }
    }
}

fn curve(parameters: AnyRef<'_>) -> Result<Curve, KeyFault> {
    if parameters.tag() != Tag::ObjectIdentifier {
        return Err(KeyFault::Encoding("the curve is not named by its identifier"));
    }
    let oid = parameters.decode_as::<ObjectIdentifier>().map_err(|_| BAD_DER)?;
    named_curve(oid).ok_or(KeyFault::Encoding("a curve other than P-256 and P-384"))
}

fn named_curve(oid: ObjectIdentifier) -> Option<Curve> {
    const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
    const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
    match oid {
        P256 => Some(Curve::P256),
        P384 => Some(Curve::P384),
        _ => None,
    }
}

const BAD_DER: KeyFault = KeyFault::Encoding("the key in the PEM block is not valid DER");
const MISMATCH: KeyFault = KeyFault::Unsound("the private part does not belong to the public part");

fn public_key(der: &[u8]) -> Result<Material, KeyFault> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| BAD_DER)?;
    let kind = Kind::of(info.algorithm)?;
    let key = info.subject_public_key.as_bytes().ok_or(BAD_DER)?;
    match kind {
        Kind::Ed25519 => OkpKey::public(key.try_into().map_err(|_| BAD_DER)?).map(Material::Okp),
        Kind::Ec(curve) => EcKey::new(curve, key.to_vec(), None).map(Material::Ec),
        Kind::Rsa => {
            let key = RsaPublicKeyRef::from_der(key).map_err(|_| BAD_DER)?;
            RsaKey::new(key.modulus.as_bytes(), key.public_exponent.as_bytes(), None).map(Material::Rsa)
        }
    }
}

pub(super) fn private_key(der: &[u8]) -> Result<Material, KeyFault> {
    let info = PrivateKeyInfoRef::from_der(der).map_err(|_| BAD_DER)?;
    let kind = Kind::of(info.algorithm)?;
    let key = info.private_key.as_bytes();
    let public = info.public_key.map(|bits| bits.as_bytes().ok_or(BAD_DER)).transpose()?;
    match kind {
        Kind::Ed25519 => {
            let seed = <&OctetStringRef>::from_der(key).map_err(|_| BAD_DER)?.as_bytes();
            let seed = Zeroizing::new(seed.try_into().map_err(|_| BAD_DER)?);
            let public = public.map(|public| public.try_into().map_err(|_| BAD_DER)).transpose()?;
            OkpKey::private(seed, public).map(Material::Okp)
        }
        Kind::Ec(curve) => ec_private_key(curve, key, public).map(Material::Ec),
        Kind::Rsa => {
            let key = rsa_private_key(key)?;
            if public.is_some_and(|public| key.public_der().as_deref() != Some(public)) {
                return Err(MISMATCH);
            }
            Ok(Material::Rsa(key))
        }
    }
}

fn ec_private_key(curve: Curve, der: &[u8], outer: Option<&[u8]>) -> Result<EcKey, KeyFault> {
    let key = EcPrivateKey::from_der(der).map_err(|_| BAD_DER)?;
    let other_curve = |EcParameters::NamedCurve(oid)| named_curve(oid) != Some(curve);
    if key.parameters.is_some_and(other_curve) {
        return Err(KeyFault::Encoding("the key names two curves"));
    }
    let scalar = Zeroizing::new(key.private_key.to_vec());
    let made = match key.public_key.or(outer) {
        Some(point) => EcKey::new(curve, point.to_vec(), Some(scalar))?,
        None => EcKey::from_scalar(curve, scalar)?,
    };
    if outer.is_some_and(|outer| outer != made.point()) { Err(MISMATCH) } else { Ok(made) }
}

fn rsa_private_key(der: &[u8]) -> Result<RsaKey, KeyFault> {
    let key = RsaPrivateKeyRef::from_der(der).map_err(|_| BAD_DER)?;
    if key.other_prime_infos.is_some() {
        return Err(KeyFault::Unsound("the RSA key has more than two primes"));
    }
    let number = |bytes: &[u8]| -> Number { Zeroizing::new(bytes.to_vec()) };
    let private = RsaPrivate {
        d: number(key.private_exponent.as_bytes()),
        p: number(key.prime1.as_bytes()),
        q: number(key.prime2.as_bytes()),
        dp: number(key.exponent1.as_bytes()),
        dq: number(key.exponent2.as_bytes()),
        qi: number(key.coefficient.as_bytes()),
    };
    RsaKey::new(key.modulus.as_bytes(), key.public_exponent.as_bytes(), Some(private))
}

#[cfg(test)]
mod tests;
