//! Times the verification of a password: `cargo bench --bench login [-- --quick]`
//!
//! The limit is the plain argon2 crate with its lanes in parallel. authctl uses huge pages and takes less.
#![expect(clippy::unwrap_used, reason = "the hash is its own")]

mod timing;

use argon2::{Algorithm, Argon2, Params, Version};
use authctl::auth::password::{HashVerifier, Password, PasswordHash, VerifyPassword};
use timing::Timing;

fn main() {
    let timing = Timing::from_args();
    let phc =
        "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc";
    let hash = PasswordHash::parse(phc);
    let password = Password::from(b"secret".to_vec());
    let argon2 =
        Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(65_536, 3, 4, Some(32)).unwrap());
    timing.compare(
        "password of m=65536,t=3,p=4 | argon2",
        || assert!(HashVerifier.verify(&password, &hash).unwrap()),
        || argon2.hash_password_into(b"secret", b"saltsaltsaltsalt", &mut [0; 32]).unwrap(),
    );
}
