//! Hashes that other programs made.

use std::fmt::Write as _;

use authctl::auth::password::{HashVerifier, Password, PasswordHash, VerifyPassword};

/// Name of the program, password and hash, a line each.
const HASHES: &str = include_str!("hashes.tsv");

#[test]
fn hashes_of_other_programs_log_in_or_say_what_they_are() {
    let mut found = String::new();
    for line in HASHES.lines().filter(|line| !line.starts_with('#')) {
        let [program, password, text] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let hash = PasswordHash::parse(text);
        let verify = |password: &[u8]| HashVerifier.verify(&Password::from(password.to_vec()), &hash);
        let is_right = verify(password.as_bytes()).unwrap();
        assert_eq!(is_right, hash.fault().is_none(), "{program}");
        for wrong in [&b""[..], b"x", &password.as_bytes()[1..]] {
            assert_eq!(verify(wrong), Ok(false), "{program}");
        }
        let said = match (hash.cost(), hash.fault()) {
            (Some(cost), None) => cost.to_string(),
            (None, Some(fault)) => fault.to_string(),
            other => panic!("{other:?}"),
        };
        writeln!(found, "{program}: {said}").unwrap();
    }
    insta::assert_snapshot!(found, @"
    passlib argon2id: Argon2id with m=64,t=1,p=1
    passlib argon2i: Argon2i with m=64,t=1,p=1
    passlib argon2d: Argon2d with m=64,t=1,p=1
    bcrypt 2b: bcrypt with cost 4
    bcrypt 2a: bcrypt with cost 4
    passlib scrypt: scrypt with ln=4,r=8,p=1
    passlib pbkdf2_sha1: PBKDF2-SHA1 with 1000 rounds
    passlib pbkdf2_sha256: PBKDF2-SHA256 with 1000 rounds
    passlib pbkdf2_sha512: PBKDF2-SHA512 with 1000 rounds
    passlib ldap_pbkdf2_sha1: PBKDF2-SHA1 with 1000 rounds
    passlib ldap_pbkdf2_sha256: PBKDF2-SHA256 with 1000 rounds
    passlib ldap_pbkdf2_sha512: PBKDF2-SHA512 with 1000 rounds
    passlib sha256_crypt: SHA256-crypt with 1200 rounds
    passlib sha512_crypt: SHA512-crypt with 1200 rounds
    passlib sha512_crypt default: SHA512-crypt with 5000 rounds
    passlib ldap_sha512_crypt: SHA512-crypt with 1000 rounds
    Django pbkdf2_sha256: PBKDF2-SHA256 with 1000 rounds
    Django pbkdf2_sha1: PBKDF2-SHA1 with 1000 rounds
    Django argon2: Argon2id with m=64,t=1,p=2
    Django bcrypt: bcrypt with cost 4
    Django bcrypt_sha256: a bcrypt hash of Django over SHA-256 (`bcrypt_sha256`) is not accepted
    Django scrypt: scrypt with ln=4,r=8,p=5
    Django md5: an MD5 hash of Django (`md5`) is not accepted
    htpasswd -B -C 4: bcrypt with cost 4
    htpasswd -m: an MD5 hash of htpasswd (`$apr1$`) is not accepted
    htpasswd -s: a SHA-1 hash without salt (`{SHA}`) is not accepted
    htpasswd -d: a DES hash of crypt, or a plain password, is not accepted
    htpasswd -2 -r 1000: SHA256-crypt with 1000 rounds
    htpasswd -5 -r 1000: SHA512-crypt with 1000 rounds
    php bcrypt: bcrypt with cost 4
    php argon2id: Argon2id with m=64,t=1,p=1
    php argon2i: Argon2i with m=64,t=1,p=1
    php crypt sha512: SHA512-crypt with 1000 rounds
    mkpasswd sha-256: SHA256-crypt with 1000 rounds
    mkpasswd sha-512: SHA512-crypt with 1000 rounds
    mkpasswd bcrypt: bcrypt with cost 5
    mkpasswd bcrypt-a: bcrypt with cost 5
    mkpasswd yescrypt: a yescrypt hash (`$y$`) is not accepted
    mkpasswd md5: an MD5 hash of crypt (`$1$`) is not accepted
    mkpasswd scrypt: an scrypt hash of crypt (`$7$`) is not accepted
    openssl passwd -6: SHA512-crypt with 5000 rounds
    openssl passwd -5: SHA256-crypt with 5000 rounds
    node argon2: Argon2id with m=1024,t=2,p=1
    node bcryptjs: bcrypt with cost 4
    Werkzeug scrypt: an scrypt hash of Werkzeug (`scrypt:`) is not accepted
    Werkzeug pbkdf2: a PBKDF2 hash of Werkzeug (`pbkdf2:`) is not accepted
    bcrypt of 72 bytes: bcrypt with cost 4
    ");
}

/// HMAC fills a short key with NULs, and bcrypt repeats a password after a NUL.
#[test]
fn a_password_with_a_nul_matches_no_hash_of_another_kind() {
    let of = |text: &str| PasswordHash::parse(text);
    let matches = |password: &str, hash: &PasswordHash| {
        HashVerifier.verify(&Password::from(password.as_bytes().to_vec()), hash).unwrap()
    };
    let mut kinds = 0;
    for line in HASHES.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let hash = of(fields[2]);
        if hash.cost().is_some_and(|cost| cost.params().is_none()) && matches(fields[1], &hash) {
            kinds += 1;
            let password = fields[1];
            for other in [format!("{password}\0"), format!("{password}\0{password}")] {
                assert!(!matches(&other, &hash), "{line}");
            }
        }
    }
    assert!(kinds > 10, "{kinds}");
}

/// Made by Python's `hashlib`. Base64 of PHC has `+`, where that of passlib has `.`.
#[test]
fn pbkdf2_in_the_form_of_phc_has_base64_with_plus() {
    let text =
        "$pbkdf2-sha256$i=1000,l=32$++++ABEiM0RVZneImaq7+w$hG+QzqV4G1iH5TzQhoSzNt1CUIMwrAFbg1odKYUpFg8";
    let verify = |password: &str, text: &str| {
        HashVerifier.verify(&Password::from(password.as_bytes().to_vec()), &PasswordHash::parse(text))
    };
    assert_eq!(verify("sécret", text), Ok(true));
    assert_eq!(verify("secret", text), Ok(false));
    assert_eq!(verify("sécret", &text.replace('+', ".")), Ok(false));
    assert!(PasswordHash::parse(&text.replace('+', ".")).fault().is_some());
}
