//! Secrets that machines make are never taken for anything else.

use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

use super::{hex, look};

/// How many secrets of each kind are tried. (Of 42 bytes in base64 one in 65,536 begins as a key of minisign does.)
const NUMBER: usize = 250;

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const DJANGO: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)";
/// All that can be seen.
fn visible() -> Vec<u8> {
    (b'!'..=b'~').collect()
}

fn bytes(random: &mut TestRng, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    random.fill_bytes(&mut bytes);
    bytes
}

fn of(random: &mut TestRng, alphabet: &[u8], length: usize) -> String {
    let one = |byte: &[u8]| alphabet[(256 * usize::from(byte[0]) + usize::from(byte[1])) % alphabet.len()];
    bytes(random, 2 * length).chunks(2).map(one).map(char::from).collect()
}

/// Those of the secrets that are refused, and what they look like.
fn refused(make: impl Fn(&mut TestRng) -> Vec<u8>) -> Vec<String> {
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let secrets = (0..NUMBER).map(|_| make(&mut random));
    let look =
        |secret: Vec<u8>| look(&secret).map(|look| format!("{look}: {}", String::from_utf8_lossy(&secret)));
    secrets.filter_map(look).collect()
}

const NONE: [&str; 0] = [];

type Encode = fn(&[u8]) -> String;

#[test]
fn what_a_machine_made_is_a_secret() {
    for length in [24, 32, 33, 40, 48, 64, 96] {
        let all: [(&str, Encode); 6] = [
            ("base64", |bytes| BASE64_STANDARD.encode(bytes)),
            ("base64, no padding", |bytes| BASE64_STANDARD_NO_PAD.encode(bytes)),
            ("base64url", |bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes)),
            ("hex", |bytes| hex(bytes)),
            ("Laravel", |bytes| format!("base64:{}", BASE64_STANDARD.encode(bytes))),
            ("hex in base64", |bytes| BASE64_STANDARD.encode(hex(bytes) + "\n")),
        ];
        for (name, encode) in all {
            assert_eq!(
                refused(|random| encode(&bytes(random, length)).into_bytes()),
                NONE,
                "{name} of {length}"
            );
        }
    }
    assert_eq!(refused(|random| hex(bytes(random, 16)).into_bytes()), NONE, "hex of 16");
    assert_eq!(refused(|random| hex(bytes(random, 32)).to_uppercase().into_bytes()), NONE, "capitals");
    for length in [32, 50, 64, 128] {
        assert_eq!(refused(|random| of(random, LETTERS, length).into_bytes()), NONE, "pwgen {length}");
        let django = |random: &mut TestRng| format!("django-insecure-{}", of(random, DJANGO, length));
        assert_eq!(refused(|random| django(random).into_bytes()), NONE, "Django {length}");
        assert_eq!(refused(|random| django(random).as_bytes()[16..].to_vec()), NONE, "old Django {length}");
    }
    for length in [32, 48, 64] {
        assert_eq!(refused(|random| bytes(random, length)), NONE, "{length} bytes");
    }
}

#[test]
fn a_uuid_and_words_with_dashes_are_secrets() {
    for secret in [
        "5d3c1c80-6b1e-4f7e-9a57-0f6a1b8b2f3d",
        "5D3C1C80-6B1E-4F7E-9A57-0F6A1B8B2F3D5D3C1C80",
        "authctl-test-vector-secret-32byt",
        "let-us-begin-with-a-secret-of-our-own-key",
        "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPABCDEFGH====",
        "sk_live_51H8x2K9mTqQvWzYbRcXdEfGhJkLmNpQrStUv",
        "u:v/w?x=y&z=4f1feeca525de4cdb064656007da3eda",
    ] {
        assert_eq!(look(secret), None, "{secret}");
    }
}

/// Punctuation at random may make `<…>`, `{…}` or `NAME=…`, which nothing can tell from one that was typed.
#[test]
fn punctuation_at_random_is_a_secret_but_for_one_in_hundreds() {
    let visible = visible();
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let is_refused = |secret: &str| super::KeySet::parse(secret.as_bytes()).is_err();
    let refused = (0..2 * NUMBER).filter(|_| is_refused(&of(&mut random, &visible, 64))).count();
    assert!(refused <= 2 * NUMBER / 500, "{refused}");
}
