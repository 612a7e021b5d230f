//! A key as JSON (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
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
    let names_algorithm = jwk.get("alg").is_some();
    Ok(Draft { material, id, algorithm, names_algorithm, retired, may_sign, members })
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
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text.as_bytes());
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

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    use serde_json::{Value, json};

    use super::super::sample::{bytes, jwk, public, read, with};
    use super::{Algorithm, KeyFault};

    const FAMILIES: [Algorithm; 5] =
        [Algorithm::HS256, Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::RS256];
    const MISMATCH: &str = "the private part does not belong to the public part";

    #[track_caller]
    fn refused(jwk: &Value, message: &str) {
        assert_eq!(read(jwk).unwrap_err().to_string(), message);
    }

    fn encode(bytes: &[u8]) -> Value {
        BASE64_URL_SAFE_NO_PAD.encode(bytes).into()
    }

    #[test]
    fn alg_picks_among_the_algorithms_of_the_type() {
        for family in FAMILIES {
            let key = jwk(family);
            let long = if family == Algorithm::HS256 {
                with(&key, "k", encode(&[[1; 32], [2; 32]].concat()))
            } else {
                key
            };
            let fitting: Vec<Algorithm> = Algorithm::ALL
                .into_iter()
                .filter(|algorithm| match read(&with(&long, "alg", algorithm.as_str().into())) {
                    Ok(set) => set.keys()[0].algorithm() == *algorithm,
                    Err(fault) => {
                        assert_eq!(fault.to_string(), "`alg` does not fit the type of the key");
                        false
                    }
                })
                .collect();
            let default = read(&with(&long, "alg", Value::Null)).unwrap().keys()[0].clone();
            assert_eq!(default.algorithm(), family);
            assert_eq!(fitting, default.0.material.algorithms());
        }
        for alg in ["none", "ES512", "A256KW", "RSA1_5", "hs256", "ES256K", ""] {
            refused(
                &with(&jwk(Algorithm::ES256), "alg", alg.into()),
                "`alg` is no algorithm that authctl signs with",
            );
        }
        refused(&with(&jwk(Algorithm::ES256), "alg", json!(256)), "`alg` is not a string");
        let ed25519 = read(&with(&jwk(Algorithm::EdDSA), "alg", "Ed25519".into())).unwrap();
        assert!(ed25519.keys()[0].accepts("EdDSA") && ed25519.keys()[0].accepts("Ed25519"));
    }

    #[test]
    fn every_member_that_makes_the_key_is_there_and_canonical() {
        for family in FAMILIES {
            let key = jwk(family);
            let numbers = ["k", "x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi"];
            for member in numbers.into_iter().filter(|member| key.get(*member).is_some()) {
                let text = key[member].as_str().unwrap().to_owned();
                let odd = format!("`{member}` is not canonical base64url");
                for wrong in
                    [format!("{text}="), format!(" {text}"), format!("{text}\n"), format!("{text}A*")]
                {
                    refused(&with(&key, member, wrong.into()), &odd);
                }
                refused(&with(&key, member, json!(7)), &format!("`{member}` is not a string"));
                if member != "d" || family == Algorithm::RS256 {
                    refused(&with(&key, member, Value::Null), &format!("`{member}` is missing"));
                }
            }
            refused(&with(&key, "kty", Value::Null), "`kty` is missing");
            refused(&with(&key, "kty", "AKP".into()), "`kty` is not `oct`, `OKP`, `EC` or `RSA`");
        }
        // The last character of 32 bytes has two unused bits.
        let key = jwk(Algorithm::ES256);
        let x = key["x"].as_str().unwrap();
        let spare = char::from(x.as_bytes()[42] + 1);
        refused(&with(&key, "x", format!("{}{spare}", &x[..42]).into()), "`x` is not canonical base64url");
    }

    #[test]
    fn a_coordinate_has_the_length_of_its_curve() {
        for (family, members) in [
            (Algorithm::EdDSA, &["x", "d"][..]),
            (Algorithm::ES256, &["x", "y", "d"]),
            (Algorithm::ES384, &["x", "y", "d"]),
        ] {
            let key = jwk(family);
            for member in members {
                let number = bytes(&key, member);
                for wrong in [&number[1..], &[&[0], number.as_slice()].concat(), &[]] {
                    let message = format!("`{member}` has not the length of the curve");
                    refused(&with(&key, member, encode(wrong)), &message);
                }
            }
        }
        let key = jwk(Algorithm::ES256);
        refused(&with(&key, "crv", "P-384".into()), "`x` has not the length of the curve");
        refused(&with(&key, "crv", "P-521".into()), "`crv` is not `P-256` or `P-384`");
        refused(&with(&key, "crv", "secp256k1".into()), "`crv` is not `P-256` or `P-384`");
        refused(&with(&jwk(Algorithm::EdDSA), "crv", "X25519".into()), "`crv` is not `Ed25519`");
        refused(&with(&jwk(Algorithm::EdDSA), "crv", Value::Null), "`crv` is missing");
    }

    #[test]
    fn a_point_is_on_its_curve() {
        for family in [Algorithm::ES256, Algorithm::ES384] {
            let key = public(&jwk(family));
            let mut y = bytes(&key, "y");
            *y.last_mut().unwrap() ^= 1;
            refused(&with(&key, "y", encode(&y)), "the public key is not a point of the curve");
            y.fill(0xff);
            refused(&with(&key, "y", encode(&y)), "the public key is not a point of the curve");
            let zero = vec![0; y.len()];
            let neutral = with(&with(&key, "x", encode(&zero)), "y", encode(&zero));
            refused(&neutral, "the public key is not a point of the curve");
        }
    }

    #[test]
    fn a_private_part_belongs_to_its_public_part() {
        for family in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384] {
            let (key, other) = (jwk(family), jwk(family));
            refused(&with(&key, "d", other["d"].clone()), MISMATCH);
        }
        let key = jwk(Algorithm::ES256);
        refused(&with(&key, "d", encode(&[0; 32])), MISMATCH);
        refused(&with(&key, "d", encode(&[0xff; 32])), MISMATCH);
        let rsa = jwk(Algorithm::RS256);
        for member in ["d", "p", "q", "dp", "dq", "qi"] {
            let mut number = bytes(&rsa, member);
            *number.last_mut().unwrap() ^= 2;
            refused(&with(&rsa, member, encode(&number)), MISMATCH);
            refused(&with(&rsa, member, "".into()), MISMATCH);
        }
        refused(&with(&rsa, "oth", json!([])), "an RSA key of more than two primes");
        refused(
            &with(&rsa, "n", encode(&[&[0], bytes(&rsa, "n").as_slice()].concat())),
            "`n` has leading zeros",
        );
        let padded = with(&rsa, "d", encode(&[&[0], bytes(&rsa, "d").as_slice()].concat()));
        let signature = read(&padded).unwrap().keys()[0].sign(b"message").unwrap();
        assert!(read(&rsa).unwrap().keys()[0].verify(b"message", &signature));
    }

    #[test]
    fn a_secret_is_as_long_as_its_hash() {
        for (alg, least) in [("HS256", 32), ("HS384", 48), ("HS512", 64)] {
            let key = |length: usize| json!({"kty": "oct", "alg": alg, "k": encode(&(0..length).map(|n| u8::try_from(n).unwrap()).collect::<Vec<u8>>())});
            assert!(read(&key(least)).is_ok(), "{alg}");
            let bytes = least - 1;
            assert_eq!(read(&key(bytes)).unwrap_err(), KeyFault::ShortSecret { bytes, least });
        }
    }

    #[test]
    fn use_and_key_ops_are_for_signatures() {
        for family in FAMILIES {
            let key = jwk(family);
            refused(&with(&key, "use", "enc".into()), "`use` is not `sig`");
            refused(&with(&key, "use", json!(["sig"])), "`use` is not a string");
            assert!(read(&with(&key, "use", Value::Null)).is_ok());
            let ops = |ops: Value| with(&key, "key_ops", ops);
            for (wrong, message) in [
                (json!([]), "is empty"),
                (json!("sign"), "is not a list"),
                (json!([1]), "is not a list of strings"),
                (json!(["encrypt", "decrypt"]), "has another operation than `sign` and `verify`"),
                (json!(["sign", "verify", "deriveKey"]), "has another operation than `sign` and `verify`"),
                (json!(["sign, verify"]), "has another operation than `sign` and `verify`"),
                (json!(["verify", "verify"]), "has an operation twice"),
            ] {
                refused(&ops(wrong), &format!("`key_ops` {message}"));
            }
            assert!(read(&ops(json!(["verify", "sign"]))).unwrap().keys()[0].can_sign());
            assert!(!read(&ops(json!(["verify"]))).unwrap().keys()[0].can_sign());
            if family.is_symmetric() {
                refused(
                    &ops(json!(["sign"])),
                    "`key_ops` leaves `verify` out, so that tokens could not be checked",
                );
            } else {
                assert!(read(&ops(json!(["sign"]))).unwrap().keys()[0].can_sign());
                let public = with(&public(&key), "key_ops", json!(["sign"]));
                refused(&public, "`key_ops` has `sign`, which a public key cannot do");
            }
        }
    }

    #[test]
    fn kid_and_the_mark_of_retirement_have_their_types() {
        let key = jwk(Algorithm::EdDSA);
        refused(&with(&key, "kid", json!(1)), "`kid` is not a string");
        refused(&with(&key, "kid", "".into()), "`kid` is empty");
        for wrong in [json!("true"), json!(1), json!([])] {
            refused(&with(&key, super::RETIRED, wrong), "`authctl_retired` is neither `true` nor `false`");
        }
        assert!(!read(&with(&key, super::RETIRED, json!(false))).unwrap().keys()[0].is_retired());
        assert!(read(&with(&key, super::RETIRED, json!(true))).unwrap().keys()[0].is_retired());
    }
}
