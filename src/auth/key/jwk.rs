//! A key as JSON (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use zeroize::Zeroizing;

use super::ec::{Curve, EcKey};
use super::json::{Member, read_array, read_string};
use super::material::Material;
use super::okp::OkpKey;
use super::rsa::{Number, RsaKey, RsaPrivate, minimal};
use super::{Algorithm, Draft, KeyFault};

/// The member that marks a key as retired: `true`, or `false` as if it were absent.
pub(super) const RETIRED: &str = "authctl_retired";

/// Reads the members of a JWK.
///
/// `use`, `key_ops` and `alg` must fit if they are there; `alg` picks among the algorithms of the type.
/// Members that nobody here knows are kept.
///
/// # Errors
///
/// [`KeyFault`].
pub(super) fn read(members: Vec<Member>) -> Result<Draft, KeyFault> {
    let jwk = Jwk(&members);
    let material = jwk.material()?;
    let algorithm = jwk.algorithm(&material)?;
    if jwk.string("use")?.is_some_and(|usage| usage.as_str() != "sig") {
        return Err(KeyFault::member("use", "is not `sig`"));
    }
    let may_sign = jwk.may_sign(&material)?;
    let id = jwk.string("kid")?.map(|id| id.as_str().to_owned());
    if id.as_deref() == Some("") {
        return Err(KeyFault::member("kid", "is empty"));
    }
    let retired = match jwk.get(RETIRED) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(KeyFault::member(RETIRED, "is neither `true` nor `false`")),
    };
    Ok(Draft { material, id, algorithm, retired, may_sign, members })
}

struct Jwk<'a>(&'a [Member]);

impl Jwk<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|member| member.name == name).map(|member| member.value.as_str())
    }

    fn string(&self, name: &'static str) -> Result<Option<Zeroizing<String>>, KeyFault> {
        let read = |value| read_string(value).ok_or(KeyFault::member(name, "is not a string"));
        self.get(name).map(read).transpose()
    }

    /// The bytes of a member that must be there, in canonical base64url.
    fn bytes(&self, name: &'static str) -> Result<Number, KeyFault> {
        let text = self.string(name)?.ok_or(KeyFault::member(name, "is missing"))?;
        let bytes = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(text.as_bytes());
        bytes.map(Zeroizing::new).map_err(|_| KeyFault::member(name, "is not canonical base64url"))
    }

    /// As [`bytes`](Self::bytes), and as long as the curve has it.
    fn sized(&self, name: &'static str, size: usize) -> Result<Number, KeyFault> {
        let bytes = self.bytes(name)?;
        if bytes.len() == size {
            Ok(bytes)
        } else {
            Err(KeyFault::member(name, "has not the length of the curve"))
        }
    }

    /// A public number: no leading zeros (RFC 7518, 6.3.1.1).
    fn number(&self, name: &'static str) -> Result<Number, KeyFault> {
        let bytes = self.bytes(name)?;
        if bytes.first() == Some(&0) { Err(KeyFault::member(name, "has leading zeros")) } else { Ok(bytes) }
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
            _ => Err(KeyFault::member("kty", "is not `oct`, `OKP`, `EC` or `RSA`")),
        }
    }

    fn okp(&self) -> Result<OkpKey, KeyFault> {
        let curve = self.string("crv")?.ok_or(KeyFault::member("crv", "is missing"))?;
        if curve.as_str() != "Ed25519" {
            return Err(KeyFault::member("crv", "is not `Ed25519`"));
        }
        let array = |bytes: &Number| <[u8; 32]>::try_from(bytes.as_slice()).unwrap_or_default();
        let public = array(&self.sized("x", 32)?);
        if self.get("d").is_none() {
            return OkpKey::public(public);
        }
        OkpKey::private(Zeroizing::new(array(&self.sized("d", 32)?)), Some(public))
    }

    fn ec(&self) -> Result<EcKey, KeyFault> {
        let curve = self.string("crv")?.ok_or(KeyFault::member("crv", "is missing"))?;
        let curve = Curve::named(&curve).ok_or(KeyFault::member("crv", "is not `P-256` or `P-384`"))?;
        let (x, y) = (self.sized("x", curve.size())?, self.sized("y", curve.size())?);
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        let scalar = self.get("d").map(|_| self.sized("d", curve.size())).transpose()?;
        EcKey::new(curve, point, scalar)
    }

    fn rsa(&self) -> Result<RsaKey, KeyFault> {
        if self.get("oth").is_some() {
            return Err(KeyFault::Unsound("an RSA key of more than two primes"));
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
        let algorithm =
            algorithm.ok_or(KeyFault::member("alg", "is no algorithm that authctl signs with"))?;
        let fits = possible.contains(&algorithm);
        if fits { Ok(algorithm) } else { Err(KeyFault::member("alg", "does not fit the type of the key")) }
    }

    /// Whether `key_ops` lets the key sign. Each operation is `sign` or `verify`, once (RFC 7517, 4.3).
    ///
    /// A private key for `sign` alone still verifies: its public part is in it. A secret has no public part.
    fn may_sign(&self, material: &Material) -> Result<bool, KeyFault> {
        const NAME: &str = "key_ops";
        let Some(value) = self.get(NAME) else { return Ok(true) };
        let list = read_array(value).ok_or(KeyFault::member(NAME, "is not a list"))?;
        let (mut sign, mut verify) = (false, false);
        for element in list {
            let operation = read_string(element).ok_or(KeyFault::member(NAME, "is not a list of strings"))?;
            let seen = match operation.as_str() {
                "sign" => &mut sign,
                "verify" => &mut verify,
                _ => return Err(KeyFault::member(NAME, "has another operation than `sign` and `verify`")),
            };
            if std::mem::replace(seen, true) {
                return Err(KeyFault::member(NAME, "has an operation twice"));
            }
        }
        match (sign, verify) {
            (false, false) => Err(KeyFault::member(NAME, "is empty")),
            (true, _) if !material.is_private() => {
                Err(KeyFault::member(NAME, "has `sign`, which a public key cannot do"))
            }
            (true, false) if matches!(material, Material::Secret(_)) => {
                Err(KeyFault::member(NAME, "leaves `verify` out, so that tokens could not be checked"))
            }
            _ => Ok(sign),
        }
    }
}
