//! What a password hash may cost, and what is no hash at all.

use authctl::auth::password::{
    Argon2Verifier, HashError, HashFault, HashParams, Password, PasswordHash, PasswordPolicy, VerifyPassword,
    hash,
};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};

fn params(memory_kib: u32, iterations: u32, parallelism: u32) -> HashParams {
    HashParams { memory_kib, iterations, parallelism }
}

/// A PHC string with a salt and a tag of so many bytes.
fn phc(params: &str, salt: usize, tag: usize) -> String {
    let base64 = |bytes: usize| BASE64_STANDARD_NO_PAD.encode(vec![7; bytes]);
    format!("$argon2id$v=19${params}${}${}", base64(salt), base64(tag))
}

#[test]
fn a_hash_costs_neither_less_than_argon2_needs_nor_more_than_a_server_has() {
    for (usable, params) in [
        (true, HashParams::DEFAULT),
        (false, params(64, 0, 1)),
        (true, params(64, 1, 1)),
        (true, params(64, 64, 1)),
        (false, params(64, 65, 1)),
        (false, params(64, 1, 0)),
        (true, params(128, 1, 16)),
        (false, params(136, 1, 17)),
        (false, params(7, 1, 1)),
        (true, params(8, 1, 1)),
        (false, params(31, 1, 4)),
        (true, params(32, 1, 4)),
        (true, params(2_097_152, 1, 1)),
        (false, params(2_097_153, 1, 1)),
    ] {
        assert_eq!(params.are_usable(), usable, "{params}");
        let fault = PasswordHash::parse(&phc(&params.to_string(), 16, 32)).fault();
        assert_eq!(fault, (!usable).then_some(HashFault::Cost), "{params}");
    }
    let password = Password::from(b"secret".to_vec());
    assert_eq!(hash(&password, params(7, 1, 1)), Err(HashError::Params(params(7, 1, 1))));
}

#[test]
fn a_new_hash_is_as_strong_as_owasp_advises() {
    for (iterations, least) in
        [(1, 47_104), (2, 19_456), (3, 12_288), (4, 9_216), (5, 7_168), (6, 7_168), (64, 7_168)]
    {
        assert!(params(least, iterations, 1).are_strong(), "{iterations}");
        assert!(!params(least - 1, iterations, 1).are_strong(), "{iterations}");
    }
    assert!(!params(u32::MAX, 0, 1).are_strong());
}

#[test]
fn a_hash_is_below_the_policy_if_any_part_of_it_is() {
    let policy = PasswordPolicy { params: params(64, 3, 2), ..PasswordPolicy::default() };
    for (below, params, salt, tag) in [
        (false, "m=64,t=3,p=2", 16, 32),
        (false, "m=65,t=4,p=3", 64, 64),
        (true, "m=63,t=3,p=2", 16, 32),
        (true, "m=64,t=2,p=2", 16, 32),
        (true, "m=64,t=3,p=1", 16, 32),
        (true, "m=65,t=4,p=1", 16, 32),
        (true, "m=64,t=3,p=2", 15, 32),
        (true, "m=64,t=3,p=2", 16, 31),
        (true, "m=65,t=4,p=3", 15, 64),
        // One that lets nobody in is another matter.
        (false, "m=1,t=3,p=2", 16, 32),
    ] {
        let hash = PasswordHash::parse(&phc(params, salt, tag));
        assert_eq!(hash.is_below(&policy), below, "{params} {salt} {tag}");
    }
}

#[test]
fn what_is_no_hash_lets_nobody_in_and_says_why() {
    let good = phc("m=64,t=1,p=1", 16, 32);
    assert_eq!(PasswordHash::parse(&good).fault(), None);
    assert_eq!(PasswordHash::parse(&good).params(), Some(params(64, 1, 1)));
    let case = |text: &str, fault: HashFault| {
        let hash = PasswordHash::parse(text);
        assert_eq!((hash.fault(), hash.params()), (Some(fault), None), "{text}");
        let password = Password::from(text.as_bytes().to_vec());
        assert_eq!(Argon2Verifier.verify(&password, &hash), Ok(false), "{text}");
    };
    for text in ["!", "*", "!locked", &format!("!{good}"), &format!("*{good}")] {
        case(text, HashFault::Locked);
    }
    for text in ["", "secret", &good[1..], &format!(" {good}"), &good.replace("2id", "2i"), "$argon2id"] {
        case(text, HashFault::Algorithm);
    }
    for version in ["v=16$", "v=20$", "v=019$", "v=19,", ""] {
        case(&good.replace("v=19$", version), HashFault::Version);
    }
    for text in [
        "",
        "m=64",
        "m=64,t=1",
        "m=64,t=1,p=1,",
        "m=64,t=1,p=1,p=1",
        "m=64,t=1,p=1,keyid=x",
        "t=1,m=64,p=1",
        "m=64,m=64,p=1",
        "m=,t=1,p=1",
        "m=064,t=1,p=1",
        "m=+64,t=1,p=1",
        "m=-64,t=1,p=1",
        "m=64 ,t=1,p=1",
        "m=0x40,t=1,p=1",
        "64,1,1",
        "M=64,T=1,P=1",
    ] {
        case(&phc(text, 16, 32), HashFault::Params);
    }
    for text in ["m=0,t=1,p=1", "m=64,t=0,p=1", "m=64,t=1,p=0", "m=4294967304,t=1,p=1", &long("m=64")] {
        case(&phc(text, 16, 32), HashFault::Cost);
    }
    case("$argon2id$v=19$m=64,t=1,p=1", HashFault::Salt);
    for salt in [0, 7, 65] {
        case(&phc("m=64,t=1,p=1", salt, 32), HashFault::Salt);
    }
    case(&good.replace("p=1$", "p=1$="), HashFault::Salt);
    for tag in [0, 15, 65] {
        case(&phc("m=64,t=1,p=1", 16, tag), HashFault::Tag);
    }
    let (without_tag, _) = good.rsplit_once('$').unwrap();
    case(without_tag, HashFault::Tag);
    for more in ["=", "\n", "$", "$AAAA"] {
        case(&format!("{good}{more}"), HashFault::Tag);
    }
    for (salt, tag) in [(8, 16), (64, 64)] {
        assert_eq!(PasswordHash::parse(&phc("m=64,t=1,p=1", salt, tag)).fault(), None, "{salt} {tag}");
    }
}

/// Parameters with more digits in the first than any number has.
fn long(first: &str) -> String {
    format!("{first}{},t=1,p=1", "0".repeat(30))
}
