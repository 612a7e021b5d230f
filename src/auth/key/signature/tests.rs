use super::super::sample::{jwk, public, read};
use super::{Algorithm, Engine, MISMATCH, Material, SignError, Signer};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

#[test]
fn every_algorithm_verifies_what_it_signs_and_nothing_else() {
    for algorithm in Algorithm::ALL {
        let key = read(&jwk(algorithm)).unwrap().keys()[0].clone();
        let signature = key.sign(b"message").unwrap();
        assert!(key.verify(b"message", &signature), "{algorithm}");
        assert!(!key.verify(b"massage", &signature), "{algorithm}");
        assert!(!key.verify(b"", &signature), "{algorithm}");
        assert!(!key.verify(b"message", &key.sign(b"massage").unwrap()), "{algorithm}");
    }
}

#[test]
fn a_signature_is_as_long_as_its_algorithm_has_it() {
    let lengths = Algorithm::ALL.map(|algorithm| {
        let signature = read(&jwk(algorithm)).unwrap().keys()[0].sign(b"message").unwrap();
        BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap().len()
    });
    assert_eq!(lengths, [32, 48, 64, 384, 384, 384, 384, 384, 384, 64, 96, 64]);
}

#[test]
fn a_signature_has_one_spelling() {
    for algorithm in Algorithm::ALL {
        let key = read(&jwk(algorithm)).unwrap().keys()[0].clone();
        let good = key.sign(b"message").unwrap();
        let (head, last) = good.split_at(good.len() - 1);
        let next = char::from(last.as_bytes()[0] + 1);
        let wrong = [
            String::new(),
            "A".to_owned(),
            "A".repeat(good.len()),
            "A".repeat(1366),
            "A".repeat(1367),
            "A".repeat(70_000),
            format!("{good}="),
            format!("{good}A"),
            format!("{good}AAAA"),
            format!("AAAA{good}"),
            format!("{good}\n"),
            format!(" {good}"),
            format!("{head}{next}"),
            head.to_owned(),
            good.replace(head, &"é".repeat(head.len())),
        ];
        for signature in wrong {
            assert!(!key.verify(b"message", &signature), "{algorithm} {signature}");
        }
    }
}

#[test]
fn algorithms_of_one_key_do_not_pass_for_each_other() {
    let rsa =
        ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(|name| Algorithm::named(name).unwrap());
    let keys = rsa.map(|algorithm| read(&jwk(algorithm)).unwrap().keys()[0].clone());
    for signer in &keys {
        let signature = signer.sign(b"message").unwrap();
        for verifier in &keys {
            let same = signer.algorithm() == verifier.algorithm();
            assert_eq!(verifier.verify(b"message", &signature), same);
        }
    }
}

#[test]
fn a_public_key_verifies_and_does_not_sign() {
    for algorithm in [Algorithm::EdDSA, Algorithm::ES256, Algorithm::ES384, Algorithm::RS256] {
        let jwk = jwk(algorithm);
        let private = read(&jwk).unwrap().keys()[0].clone();
        let public = read(&public(&jwk)).unwrap().keys()[0].clone();
        assert!(public.verify(b"message", &private.sign(b"message").unwrap()), "{algorithm}");
        assert_eq!(public.sign(b"message"), Err(SignError::CannotSign));
        assert!(!public.can_sign() && !public.is_private());
        assert_eq!(public.thumbprint(), private.thumbprint());
    }
}

#[test]
fn rsa_keys_that_ring_does_not_sign_with_sign_all_the_same() {
    let key = read(&jwk(Algorithm::PS384)).unwrap().keys()[0].clone();
    let Material::Rsa(rsa) = &key.0.material else { panic!("an RSA key") };
    let der = super::EncodingKey::from_rsa_der(&rsa.private_der().unwrap());
    let mut engine = Engine::new(&key.0.material, Algorithm::PS384).unwrap();
    assert!(matches!(engine.signer, Some(Signer::Rsa(..))));
    engine.signer = Some(Signer::Jwt(der, jsonwebtoken::Algorithm::PS384));
    let signature = engine.sign(b"message").unwrap();
    assert!(key.verify(b"message", &signature));
}

#[test]
fn no_text_of_a_key_shows_its_secret() {
    for algorithm in Algorithm::ALL {
        let jwk = jwk(algorithm);
        let set = read(&jwk).unwrap();
        let shown = format!("{set:?} {:?} {:?} {MISMATCH:?}", set.keys()[0], set.keys()[0].0.engine);
        for member in ["k", "d", "p", "q", "dp", "dq", "qi"] {
            let secret = jwk[member].as_str();
            assert!(secret.is_none_or(|secret| !shown.contains(secret)), "{algorithm} {member}");
        }
    }
}
