//! A key as JSON (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use zeroize::Zeroizing;

use super::ec::{Curve, EcKey};
use super::material::Material;
use super::member::{Member, read_string};
use super::okp::OkpKey;
use super::rsa::{Number, RsaKey, RsaPrivate, minimal};
use super::{Algorithm, Draft, KeyFault};
use crate::auth::json::strings_of;

/// The member that marks a key as retired: `true`, or `false` as if it were absent.
pub(super) const RETIRED: &str = "authctl_retired";

/// The member with the time when a key was made, seconds since 1970 (RFC 7519, 4.1.6).
pub(super) const MADE: &str = "iat";

/// The member with the time when the last token of a key that no longer signs expires, seconds since 1970.
pub(super) const TOKENS_UNTIL: &str = "authctl_tokens_until";

/// How exactly a JWK must keep to its standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// To the letter: a file with a private or secret part is the user's own.
    Strict,
    /// But for harmless spellings of other issuers: `null` for an absent member, padding, the other alphabet of base64,
    /// leading zero bytes, an empty `key_ops`.
    Tolerant,
}

/// Reads the members of a JWK. Unknown members are kept.
///
/// `use`, `key_ops` and `alg` must fit if they are there; `alg` picks among the algorithms of the type.
///
/// # Errors
///
/// [`KeyFault`].
pub(super) fn read(members: Vec<Member>, reading: Reading) -> Result<Draft, KeyFault> {
    let jwk = Jwk { members: &members, reading };
    jwk.check_use()?;
    let material = jwk.material()?;
    let algorithm = jwk.algorithm(&material)?;
    let may_sign = jwk.may_sign(&material)?;
    let id = jwk.string("kid")?.map(|id| id.as_str().to_owned());
    if reading == Reading::Strict && id.as_deref() == Some("") {
        return Err(KeyFault::member("kid", "is empty"));
    }
    let retired = match jwk.get(RETIRED) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(KeyFault::member(RETIRED, "is neither `true` nor `false`")),
    };
    let names_algorithm = jwk.get("alg").is_some();
    Ok(Draft { material, id, algorithm, names_algorithm, retired, may_sign, members })
}

struct Jwk<'a> {
    members: &'a [Member],
    reading: Reading,
}

impl Jwk<'_> {
    fn is_tolerant(&self) -> bool {
        self.reading == Reading::Tolerant
    }

    fn get(&self, name: &str) -> Option<&str> {
        let member = self.members.iter().find(|member| member.name == name)?;
        let is_absent = self.is_tolerant() && *member.value == "null";
        (!is_absent).then_some(member.value.as_str())
    }

    fn string(&self, name: &'static str) -> Result<Option<Zeroizing<String>>, KeyFault> {
        let read = |value| read_string(value).ok_or(KeyFault::member(name, "is not a string"));
        self.get(name).map(read).transpose()
    }

    /// The fault of a member with a value that is not supported. The value is shown only where no part of the file is secret.
    fn fault(&self, member: &'static str, value: &str, problem: &'static str) -> KeyFault {
        match self.reading {
            Reading::Strict => KeyFault::Member { member, problem },
            Reading::Tolerant => KeyFault::Value { member, value: value.to_owned(), problem },
        }
    }

    /// The bytes of a required member.
    fn bytes(&self, name: &'static str) -> Result<Number, KeyFault> {
        let text = self.string(name)?.ok_or(KeyFault::member(name, "is missing"))?;
        let (bytes, problem) = match self.reading {
            Reading::Strict => {
                (BASE64_URL_SAFE_NO_PAD.decode(text.as_bytes()).ok(), "is not canonical base64url")
            }
            Reading::Tolerant => (decode_either(&text), "is not base64url"),
        };
        bytes.map(Zeroizing::new).ok_or(KeyFault::member(name, problem))
    }

    /// A required member of `size` bytes.
    fn sized(&self, name: &'static str, size: usize) -> Result<Number, KeyFault> {
        let bytes = self.bytes(name)?;
        if bytes.len() == size {
            Ok(bytes)
        } else {
            Err(KeyFault::member(name, "has the wrong length for the curve"))
        }
    }

    /// A coordinate of `size` bytes, big-endian.
    fn coordinate(&self, name: &'static str, size: usize) -> Result<Number, KeyFault> {
        if self.is_tolerant() {
            let bytes = self.bytes(name)?;
            let (zeros, number) = bytes.split_at(bytes.len().saturating_sub(size));
            if number.len() == size && zeros.iter().all(|byte| *byte == 0) {
                return Ok(Zeroizing::new(number.to_vec()));
            }
        }
        self.sized(name, size)
    }

    /// A public number, which has no leading zeros (RFC 7518, 6.3.1.1).
    fn number(&self, name: &'static str) -> Result<Number, KeyFault> {
        let bytes = self.bytes(name)?;
        if bytes.first() == Some(&0) && !self.is_tolerant() {
            return Err(KeyFault::member(name, "has leading zeros"));
        }
        Ok(bytes)
    }

    /// A private number, without the zeros that some writers fill it up with.
    fn private_number(&self, name: &'static str) -> Result<Number, KeyFault> {
        self.bytes(name).map(|bytes| Zeroizing::new(minimal(&bytes).to_vec()))
    }

    fn material(&self) -> Result<Material, KeyFault> {
        let kind = self.string("kty")?.ok_or(KeyFault::member("kty", "is missing"))?;
        match kind.as_str() {
            "oct" => self.bytes("k").map(Material::Secret),
            "OKP" => self.okp().map(Material::Okp),
            "EC" => self.ec().map(Material::Ec),
            "RSA" => self.rsa().map(Material::Rsa),
            other => Err(self.fault("kty", other, "is not `oct`, `OKP`, `EC` or `RSA`")),
        }
    }

    fn okp(&self) -> Result<OkpKey, KeyFault> {
        let curve = self.string("crv")?.ok_or(KeyFault::member("crv", "is missing"))?;
        if curve.as_str() != "Ed25519" {
            return Err(self.fault("crv", &curve, "is not `Ed25519`"));
        }
        let array = |bytes: &Number| <[u8; 32]>::try_from(bytes.as_slice()).unwrap_or_default();
        let public = array(&self.sized("x", 32)?);
        if self.get("d").is_none() {
            return OkpKey::public(public);
        }
        OkpKey::private(Zeroizing::new(array(&self.sized("d", 32)?)), Some(public))
    }

    fn ec(&self) -> Result<EcKey, KeyFault> {
        let name = self.string("crv")?.ok_or(KeyFault::member("crv", "is missing"))?;
        let curve =
            Curve::named(&name).ok_or_else(|| self.fault("crv", &name, "is not `P-256` or `P-384`"))?;
        let (x, y) = (self.coordinate("x", curve.size())?, self.coordinate("y", curve.size())?);
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        let scalar = self.get("d").map(|_| self.sized("d", curve.size())).transpose()?;
        EcKey::new(curve, point, scalar)
    }

    fn rsa(&self) -> Result<RsaKey, KeyFault> {
        if self.get("oth").is_some() {
            return Err(KeyFault::Unsound("the RSA key has more than two primes"));
        }
        let (modulus, exponent) = (self.number("n")?, self.number("e")?);
        let is_private = ["d", "p", "q", "dp", "dq", "qi"].iter().any(|name| self.get(name).is_some());
        let private = if is_private { Some(self.rsa_private()?) } else { None };
        RsaKey::new(&modulus, &exponent, private)
    }

    /// All six numbers: RFC 7518 (6.3.2) would let a writer leave out all but `d`, which no backend signs with.
    fn rsa_private(&self) -> Result<RsaPrivate, KeyFault> {
        Ok(RsaPrivate {
            d: self.private_number("d")?,
            p: self.private_number("p")?,
            q: self.private_number("q")?,
            dp: self.private_number("dp")?,
            dq: self.private_number("dq")?,
            qi: self.private_number("qi")?,
        })
    }

    fn algorithm(&self, material: &Material) -> Result<Algorithm, KeyFault> {
        let possible = material.algorithms();
        let Some(name) = self.string("alg")? else { return Ok(possible[0]) };
        let algorithm = Algorithm::named(&name);
        let algorithm = algorithm.ok_or_else(|| self.fault("alg", &name, "is not a supported algorithm"))?;
        let fits = possible.contains(&algorithm);
        if fits { Ok(algorithm) } else { Err(self.fault("alg", &name, "does not fit the type of the key")) }
    }

    /// Checks that the key is for signatures. `jwt-svid` marks the keys of tokens in a SPIFFE bundle (JWT-SVID).
    fn check_use(&self) -> Result<(), KeyFault> {
        match self.string("use")?.as_ref().map(|usage| usage.as_str()) {
            None | Some("sig") => Ok(()),
            Some("jwt-svid") if self.is_tolerant() => Ok(()),
            Some(other) => Err(self.fault("use", other, "is not `sig`")),
        }
    }

    /// Whether the key may sign, by its `key_ops` (RFC 7517, 4.3).
    ///
    /// # Errors
    ///
    /// Each key must verify. Of an own key each operation is `sign` or `verify`, once.
    fn may_sign(&self, material: &Material) -> Result<bool, KeyFault> {
        const NAME: &str = "key_ops";
        let Some(value) = self.get(NAME) else { return Ok(true) };
        if !value.starts_with('[') {
            return Err(KeyFault::member(NAME, "is not a list"));
        }
        let operations = strings_of(value).ok_or(KeyFault::member(NAME, "is not a list of strings"))?;
        let has = |name| operations.iter().any(|operation| operation == name);
        if self.is_tolerant() {
            return if operations.is_empty() || has("verify") {
                Ok(true)
            } else {
                Err(self.fault(NAME, &operations.join(", "), "leaves `verify` out"))
            };
        }
        if operations.iter().any(|operation| operation != "sign" && operation != "verify") {
            return Err(KeyFault::member(NAME, "has another operation than `sign` and `verify`"));
        }
        match (has("sign"), has("verify")) {
            (false, false) => Err(KeyFault::member(NAME, "is empty")),
            (sign, verify) if operations.len() > usize::from(sign) + usize::from(verify) => {
                Err(KeyFault::member(NAME, "has an operation twice"))
            }
            (true, _) if !material.is_private() => {
                Err(KeyFault::member(NAME, "has `sign`, which a public key cannot do"))
            }
            // A private key for `sign` alone verifies with its public part. A secret has none.
            (true, false) if matches!(material, Material::Secret(_)) => {
                Err(KeyFault::member(NAME, "leaves `verify` out, so that tokens could not be checked"))
            }
            (sign, _) => Ok(sign),
        }
    }
}

/// Decodes base64 in either alphabet, with padding or without.
fn decode_either(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    URL_SAFE.decode(text).or_else(|_| STANDARD.decode(text)).ok()
}

#[cfg(test)]
mod tests;
