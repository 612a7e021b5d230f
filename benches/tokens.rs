//! Times the check of a token: `cargo bench --bench tokens [-- --quick]`
//!
//! The limit is the signature alone, by the same library in a loop. For HS256 there is also the loop of a server:
//! `jsonwebtoken::decode` into a struct, and a search for the scope.
#![expect(clippy::unwrap_used, reason = "the keys and tokens are its own")]

#[path = "../tests/support/mod.rs"]
mod support;
mod timing;

use std::hint::black_box;

use authctl::auth::key::{Algorithm, KeySet};
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{TokenPolicy, UserStore};
use authctl::auth::verify::{Requirements, open};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{self, KeyPair, UnparsedPublicKey};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Deserialize;
use timing::Timing;

const SECRET: &[u8] = b"4f1feeca525de4cdb064656007da3edac7895a87ff0ea865693300fb8b6e8f9c";

fn main() {
    let timing = Timing::from_args();
    hs256(&timing);

    let pair = signature::Ed25519KeyPair::generate().unwrap();
    let public = pair.public_key().as_ref().to_vec();
    asymmetric(
        &timing,
        pair.to_pkcs8().unwrap().as_ref(),
        &UnparsedPublicKey::new(&signature::ED25519, public),
    );

    let pair = signature::EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let public = pair.public_key().as_ref().to_vec();
    let public = UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, public);
    asymmetric(&timing, pair.to_pkcs8v1().unwrap().as_ref(), &public);

    let pair = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let public = UnparsedPublicKey::new(&signature::RSA_PKCS1_2048_8192_SHA256, public.as_ref().to_vec());
    let private: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
    asymmetric(&timing, private.as_ref(), &public);
}

fn hs256(timing: &Timing) {
    let bench = Bench::new(KeySet::from_secret(SECRET).unwrap());
    let (signed, signature) = bench.token.rsplit_once('.').unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, SECRET);
    timing.compare(
        "check HS256 | HMAC",
        || bench.check(),
        || {
            let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
            aws_lc_rs::hmac::verify(&key, black_box(signed.as_bytes()), &signature).unwrap();
        },
    );

    let key = jsonwebtoken::DecodingKey::from_secret(SECRET);
    let validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    timing.compare(
        "check HS256 | jsonwebtoken::decode and scope",
        || bench.check(),
        || {
            let decoded = jsonwebtoken::decode::<Claims>(black_box(&bench.token), &key, &validation).unwrap();
            assert!(
                decoded.claims.scope.split(' ').any(|scope| scope == "me") && !decoded.claims.sub.is_empty()
            );
        },
    );
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    scope: String,
}

fn asymmetric(timing: &Timing, private: &[u8], public: &UnparsedPublicKey<Vec<u8>>) {
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        BASE64_STANDARD.encode(private)
    );
    let bench = Bench::new(KeySet::parse(pem.as_bytes()).unwrap());
    let (signed, signature) = bench.token.rsplit_once('.').unwrap();
    timing.compare(
        &format!("check {} | aws-lc", bench.algorithm().as_str()),
        || bench.check(),
        || {
            let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
            public.verify(black_box(signed.as_bytes()), &signature).unwrap();
        },
    );
}

/// A token, with the keys and requirements to check it.
struct Bench {
    keys: KeySet,
    store: UserStore,
    requirements: Requirements,
    token: String,
    now: Timestamp,
}

impl Bench {
    fn new(keys: KeySet) -> Self {
        let user = support::user("johndoe", "me items".parse().unwrap());
        let now = Timestamp::try_from(std::time::SystemTime::now()).unwrap();
        let policy = TokenPolicy::default();
        let key = keys.signing_key().unwrap();
        let token = support::issue(&user, &policy, Span::hours(1), key, now).unwrap().token;
        let requirements = Requirements::of(&policy).require(&"me".parse().unwrap());
        let store = UserStore { users: [(user.name.clone(), user)].into(), ..UserStore::default() };
        Self { keys, store, requirements, token, now }
    }

    fn algorithm(&self) -> Algorithm {
        self.keys.signing_key().unwrap().algorithm()
    }

    fn check(&self) {
        let token = open(black_box(&self.token), &self.keys).unwrap();
        let verified = token.judge(self.store.facts(&token), &self.requirements, self.now);
        assert!(black_box(verified).is_ok());
    }
}
