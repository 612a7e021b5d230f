use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde_json::{Value, json};

use super::super::sample::{bytes, jwk, public, read, set, with};
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
        refused(&with(&jwk(Algorithm::ES256), "alg", alg.into()), "`alg` is not a supported algorithm");
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
            for wrong in [format!("{text}="), format!(" {text}"), format!("{text}\n"), format!("{text}A*")] {
                refused(&with(&key, member, wrong.into()), &odd);
            }
            refused(&with(&key, member, json!(7)), &format!("`{member}` is not a string"));
            if member != "d" || family == Algorithm::RS256 {
                refused(&with(&key, member, Value::Null), &format!("`{member}` is missing"));
            }
        }
        refused(
            &with(&key, "kty", Value::Null),
            "neither a JWK nor a JWK Set: there is no `kty` and no `keys`",
        );
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
                let message = format!("`{member}` has the wrong length for the curve");
                refused(&with(&key, member, encode(wrong)), &message);
            }
        }
    }
    let key = jwk(Algorithm::ES256);
    refused(&with(&key, "crv", "P-384".into()), "`x` has the wrong length for the curve");
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
    refused(&with(&rsa, "oth", json!([])), "the RSA key has more than two primes");
    refused(&with(&rsa, "n", encode(&[&[0], bytes(&rsa, "n").as_slice()].concat())), "`n` has leading zeros");
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
            let public = with(&public(&key), "key_ops", json!(["sign", "verify"]));
            let message = "key 2: `key_ops` has `sign`, which a public key cannot do";
            refused(&set(&[jwk(Algorithm::EdDSA), public]), message);
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
