use super::super::sample::{bytes, der, jwk, pem};
use super::super::{Algorithm, Key, KeySet};

const OID_EC: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
const OID_P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const OID_P384: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x22";
const OID_P521: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x23";
const OID_ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";
const OID_RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const OID_RSA_PSS: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
const NULL: &[u8] = b"\x05\x00";
const V1: &[u8] = b"\x02\x01\x00";
const V2: &[u8] = b"\x02\x01\x01";
const MISMATCH: &str = "the private part does not belong to the public part";

#[track_caller]
fn refused(text: &str, message: &str) {
    assert_eq!(KeySet::parse(text.as_bytes()).unwrap_err().to_string(), message);
}

#[track_caller]
fn key(text: &str) -> Key {
    KeySet::parse(text.as_bytes()).unwrap().keys()[0].clone()
}

/// A `SubjectPublicKeyInfo`.
fn public(algorithm: &[&[u8]], key: &[u8]) -> Vec<u8> {
    der(0x30, &[&der(0x30, algorithm), &der(0x03, &[&[0], key])])
}

/// A `PrivateKeyInfo`.
fn private(algorithm: &[&[u8]], key: &[u8]) -> Vec<u8> {
    der(0x30, &[V1, &der(0x30, algorithm), &der(0x04, &[key])])
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    if bytes[0] < 0x80 { der(0x02, &[bytes]) } else { der(0x02, &[&[0], bytes]) }
}

fn ed25519() -> (Vec<u8>, Vec<u8>) {
    let jwk = jwk(Algorithm::EdDSA);
    (bytes(&jwk, "d"), bytes(&jwk, "x"))
}

fn p256() -> (Vec<u8>, Vec<u8>) {
    let jwk = jwk(Algorithm::ES256);
    (bytes(&jwk, "d"), [vec![4], bytes(&jwk, "x"), bytes(&jwk, "y")].concat())
}

/// A private key pair in PEM form verifies with the public one.
#[track_caller]
fn pair(private: &[u8], public: &[u8], algorithm: Algorithm) {
    let (private, public) = (key(&pem("PRIVATE KEY", private)), key(&pem("PUBLIC KEY", public)));
    assert_eq!((private.algorithm(), public.algorithm()), (algorithm, algorithm));
    assert_eq!((private.can_sign(), public.can_sign()), (true, false));
    assert_eq!((private.id(), public.id()), (None, None));
    assert!(public.verify(b"message", &private.sign(b"message").unwrap()));
}

#[test]
fn pkcs8_and_spki_are_read_for_each_type() {
    let (seed, point) = ed25519();
    let short = private(&[OID_ED25519], &der(0x04, &[&seed]));
    pair(&short, &public(&[OID_ED25519], &point), Algorithm::EdDSA);
    for (algorithm, curve) in [(Algorithm::ES256, OID_P256), (Algorithm::ES384, OID_P384)] {
        let jwk = jwk(algorithm);
        let point = [vec![4], bytes(&jwk, "x"), bytes(&jwk, "y")].concat();
        let scalar = der(0x04, &[&bytes(&jwk, "d")]);
        let with = [scalar.as_slice(), &der(0xa1, &[&der(0x03, &[&[0], &point])])].concat();
        for inner in [scalar, with] {
            let private = private(&[OID_EC, curve], &der(0x30, &[b"\x02\x01\x01", &inner]));
            pair(&private, &public(&[OID_EC, curve], &point), algorithm);
        }
    }
    let jwk = jwk(Algorithm::RS256);
    let numbers = ["n", "e", "d", "p", "q", "dp", "dq", "qi"].map(|name| integer(&bytes(&jwk, name)));
    let spki = der(0x30, &[&numbers[0], &numbers[1]]);
    let pkcs1 = der(0x30, &[V1, &numbers.concat()]);
    pair(&private(&[OID_RSA, NULL], &pkcs1), &public(&[OID_RSA, NULL], &spki), Algorithm::RS256);
    for algorithm in [&[OID_RSA][..], &[OID_RSA, OID_P256]] {
        refused(&pem("PRIVATE KEY", &private(algorithm, &pkcs1)), "the parameters of the key are wrong");
    }
    let third = der(0x30, &[&der(0x30, &numbers[3..6].iter().map(Vec::as_slice).collect::<Vec<_>>())]);
    let multi = der(0x30, &[b"\x02\x01\x01", &numbers.concat(), &third]);
    let multi = pem("PRIVATE KEY", &private(&[OID_RSA, NULL], &multi));
    refused(&multi, "the RSA key has more than two primes");
    let with_public = |public: &[u8]| {
        let outer = der(0x81, &[&[0], public]);
        let algorithm = der(0x30, &[OID_RSA, NULL]);
        pem("PRIVATE KEY", &der(0x30, &[V2, &algorithm, &der(0x04, &[&pkcs1]), &outer]))
    };
    assert!(key(&with_public(&spki)).can_sign());
    refused(&with_public(&der(0x30, &[&numbers[0], &numbers[0]])), MISMATCH);
}

#[test]
fn lines_end_and_break_as_they_like() {
    let (_, point) = ed25519();
    let text = pem("PUBLIC KEY", &public(&[OID_ED25519], &point));
    for text in [
        text.replace('\n', "\r\n"),
        format!("\n  {text}\n\n"),
        format!("\u{feff}{text}"),
        text.trim().to_owned(),
    ] {
        key(&text);
    }
    refused(&format!("my key\n{text}"), "a text before the PEM block");
    refused(&format!("{text}my key"), "a text after the PEM block");
    refused(&text.repeat(2), "several PEM blocks");
    refused(&text.replace("END PUBLIC", "END PRIVATE"), "the PEM block is broken");
    refused(&text[..text.len() - 10], "the PEM block is broken");
    refused(&text.replace("\nM", "\n*"), "the PEM block is not base64");
}

#[test]
fn the_der_is_canonical_and_complete() {
    const BAD: &str = "the key in the PEM block is not valid DER";
    let (seed, point) = ed25519();
    let good = public(&[OID_ED25519], &point);
    refused(&pem("PUBLIC KEY", &[good.as_slice(), &[0]].concat()), BAD);
    refused(&pem("PUBLIC KEY", &good[..good.len() - 1]), BAD);
    let long_length = [&[0x30, 0x81], &good[1..]].concat();
    refused(&pem("PUBLIC KEY", &long_length), BAD);
    refused(&pem("PUBLIC KEY", &public(&[OID_ED25519], &point[1..])), BAD);
    refused(&pem("PUBLIC KEY", &public(&[OID_ED25519, NULL], &point)), "the parameters of the key are wrong");
    refused(&pem("PRIVATE KEY", &good), BAD);
    refused(&pem("PRIVATE KEY", &private(&[OID_ED25519], &seed)), BAD);
    refused(&pem("PUBLIC KEY", b""), BAD);
}

#[test]
fn two_halves_of_different_keys_are_no_key() {
    let ((seed, _), (_, other)) = (ed25519(), ed25519());
    let outer = der(0x81, &[&[0], &other]);
    let info = der(
        0x30,
        &[b"\x02\x01\x01", &der(0x30, &[OID_ED25519]), &der(0x04, &[&der(0x04, &[&seed])]), &outer],
    );
    refused(&pem("PRIVATE KEY", &info), MISMATCH);
    let ((scalar, _), (_, other)) = (p256(), p256());
    let inner = der(0xa1, &[&der(0x03, &[&[0], &other])]);
    let sec1 = der(0x30, &[b"\x02\x01\x01", &der(0x04, &[&scalar]), &inner]);
    refused(&pem("PRIVATE KEY", &private(&[OID_EC, OID_P256], &sec1)), MISMATCH);
    let inner = der(0x30, &[b"\x02\x01\x01", &der(0x04, &[&scalar])]);
    let outer = der(0x81, &[&[0], &other]);
    let info = der(0x30, &[V2, &der(0x30, &[OID_EC, OID_P256]), &der(0x04, &[&inner]), &outer]);
    refused(&pem("PRIVATE KEY", &info), MISMATCH);
}

#[test]
fn a_point_that_is_written_twice_is_the_same() {
    let (scalar, point) = p256();
    let with = |inner: &[u8], outer: &[u8]| {
        let bits = |point: &[u8]| der(0x03, &[&[0], point]);
        let key = der(0x30, &[b"\x02\x01\x01", &der(0x04, &[&scalar]), &der(0xa1, &[&bits(inner)])]);
        let algorithm = der(0x30, &[OID_EC, OID_P256]);
        pem("PRIVATE KEY", &der(0x30, &[V2, &algorithm, &der(0x04, &[&key]), &der(0x81, &[&[0], outer])]))
    };
    let (_, other) = p256();
    assert!(key(&with(&point, &point)).can_sign());
    refused(&with(&point, &other), MISMATCH);
    refused(&with(&other, &point), MISMATCH);
    refused(&with(&other, &other), MISMATCH);
}

#[test]
fn other_curves_and_types_are_named_as_such() {
    let (scalar, point) = p256();
    let case = |algorithm: &[&[u8]]| pem("PUBLIC KEY", &public(algorithm, &point));
    refused(&case(&[OID_EC, OID_P521]), "a curve other than P-256 and P-384");
    refused(&case(&[OID_EC, OID_P384]), "the public key is no uncompressed point of the curve");
    refused(&case(&[OID_EC]), "the parameters of the key are wrong");
    refused(&case(&[OID_EC, &der(0x30, &[])]), "the curve is not named by its identifier");
    refused(&case(&[b"\x06\x03\x2b\x65\x6e"]), "not an Ed25519, P-256, P-384 or RSA key");
    let compressed = public(&[OID_EC, OID_P256], &[&[2], &point[1..33]].concat());
    refused(&pem("PUBLIC KEY", &compressed), "the public key is no uncompressed point of the curve");
    let mut beside = point.clone();
    beside[64] ^= 1;
    let beside = public(&[OID_EC, OID_P256], &beside);
    refused(&pem("PUBLIC KEY", &beside), "the public key is not a point of the curve");
    let hybrid = public(&[OID_EC, OID_P256], &[&[6 + (point[64] & 1)], &point[1..]].concat());
    refused(&pem("PUBLIC KEY", &hybrid), "the public key is no uncompressed point of the curve");
    let short = der(
        0x30,
        &[b"\x02\x01\x01", &der(0x04, &[&scalar[1..]]), &der(0xa1, &[&der(0x03, &[&[0], &point])])],
    );
    let short = pem("PRIVATE KEY", &private(&[OID_EC, OID_P256], &short));
    refused(&short, "the private key has the wrong length for its curve");
    let again = |oid: &[u8]| {
        let inner = der(0x30, &[b"\x02\x01\x01", &der(0x04, &[&scalar]), &der(0xa0, &[oid])]);
        pem("PRIVATE KEY", &private(&[OID_EC, OID_P256], &inner))
    };
    refused(&again(OID_P384), "the key names two curves");
    assert_eq!(key(&again(OID_P256)).algorithm(), Algorithm::ES256);
    refused(
        &case(&[OID_RSA_PSS]),
        "an RSA key restricted to PSS; write it as a JWK with the `alg` `PS256`, `PS384` or `PS512`",
    );
}

#[test]
fn other_blocks_are_refused_by_name() {
    for (label, message) in [
        ("ENCRYPTED PRIVATE KEY", "the private key is encrypted"),
        ("CERTIFICATE", "looks like a certificate"),
        ("TRUSTED CERTIFICATE", "looks like a certificate"),
        ("OPENSSH PRIVATE KEY", "looks like an OpenSSH key"),
        ("RSA PRIVATE KEY", "looks like a private key in the traditional format of OpenSSL"),
        ("EC PRIVATE KEY", "looks like a private key in the traditional format of OpenSSL"),
        ("RSA PUBLIC KEY", "looks like a public key in PKCS #1 format"),
        ("EC PARAMETERS", "looks like a PEM block of another kind than a private or public key"),
    ] {
        refused(&pem(label, &[1, 2, 3]), message);
    }
    for (kind, message) in [
        ("ssh-ed25519", "looks like an Ed25519 key of OpenSSH"),
        ("ssh-rsa", "looks like an OpenSSH private key"),
        ("ecdsa-sha2-nistp256", "looks like an OpenSSH private key"),
        ("ssh-dss", "looks like an OpenSSH key"),
    ] {
        let key = [&b"openssh-key-v1\0"[..], &[0, 0, 0, 19], kind.as_bytes(), &[0; 32]].concat();
        refused(&pem("OPENSSH PRIVATE KEY", &key), message);
    }
    let old = pem("RSA PRIVATE KEY", &[1]).replacen('\n', "\nProc-Type: 4,ENCRYPTED\n\n", 1);
    refused(&old, "the private key is encrypted");
}
