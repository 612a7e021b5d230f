//! Bounds of password hashes, and texts that are no hash.

use authctl::auth::password::{
    HashCost, HashError, HashFault, HashKind, HashParams, HashVerifier, Password, PasswordHash,
    PasswordPolicy, VerifyPassword, hash,
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
        assert_eq!(matches!(fault, Some(HashFault::Cost(_))), !usable, "{params}");
        assert_eq!(fault.is_none(), usable, "{params}");
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
fn a_hash_is_outdated_where_a_new_one_would_be_stronger() {
    let policy = PasswordPolicy { params: params(64, 3, 2), ..PasswordPolicy::default() };
    for (below, params, salt, tag) in [
        ("", "m=64,t=3,p=2", 16, 32),
        ("", "m=65,t=4,p=3", 64, 64),
        ("`m=63`, and new hashes have `m=64`", "m=63,t=3,p=2", 16, 32),
        ("`m=63`, and new hashes have `m=64`", "m=63,t=64,p=2", 16, 32),
        ("`t=2`, and new hashes have `t=3`", "m=64,t=2,p=2", 16, 32),
        ("`t=2`, and new hashes have `t=3`", "m=95,t=2,p=2", 16, 32),
        // More memory makes up for fewer iterations.
        ("", "m=96,t=2,p=2", 16, 32),
        // Lanes are no work.
        ("", "m=64,t=3,p=1", 16, 32),
        ("a salt of 15 bytes, and new hashes have 16", "m=64,t=3,p=2", 15, 32),
        ("a tag of 31 bytes, and new hashes have 32", "m=64,t=3,p=2", 16, 31),
        // An unusable hash is not below the policy.
        ("", "m=1,t=3,p=2", 16, 32),
    ] {
        let hash = PasswordHash::parse(&phc(params, salt, tag));
        let found = hash.shortfall(&policy).map(|shortfall| shortfall.to_string()).unwrap_or_default();
        assert_eq!(found, below, "{params} {salt} {tag}");
    }
    let other = PasswordHash::parse(&phc("m=65,t=4,p=3", 64, 64).replace("2id", "2i"));
    let shortfall = other.shortfall(&policy).unwrap();
    assert_eq!(shortfall.to_string(), "Argon2i with m=65,t=4,p=3, and new hashes are of Argon2id");
}

#[test]
fn what_is_no_hash_lets_nobody_in_and_says_why() {
    let good = phc("m=64,t=1,p=1", 16, 32);
    assert_eq!(PasswordHash::parse(&good).fault(), None);
    assert_eq!(PasswordHash::parse(&good).cost(), Some(HashCost::from(params(64, 1, 1))));
    let case = |text: &str, fault: HashFault| {
        let hash = PasswordHash::parse(text);
        assert_eq!((hash.fault(), hash.cost()), (Some(fault), None), "{text}");
        let password = Password::from(text.as_bytes().to_vec());
        assert_eq!(HashVerifier.verify(&password, &hash), Ok(false), "{text}");
    };
    for (bytes, kind) in [(16, "an MD5"), (20, "a SHA-1"), (32, "a SHA-256"), (64, "a SHA-512")] {
        let fault = PasswordHash::parse(&"a0".repeat(bytes)).fault().unwrap();
        assert_eq!(fault.to_string(), format!("{kind} hash without salt is not accepted"));
    }
    let django = format!("!{}", "x".repeat(40));
    for text in ["!", "*", "!!", "*LK*", "!locked", &django, &format!("!{good}"), &format!("*{good}")] {
        case(text, HashFault::Locked);
    }
    // They may be passwords that begin so.
    for text in ["!hunter2", "*hunter2", "$1$hunter2", "{sha}hunter2"] {
        case(text, HashFault::Unknown);
    }
    for text in ["", "secret", &good[1..], &format!(" {good}"), &good.replace("2id", "2x"), "$argon2"] {
        case(text, HashFault::Unknown);
    }
    let kind = HashKind::Argon2id;
    for version in ["v=16$", "v=20$", "v=019$", "v=19,", ""] {
        case(&good.replace("v=19$", version), HashFault::Version(kind));
    }
    for text in [
        "",
        "m=64",
        "m=64,t=1",
        "m=64,t=1,p=1,",
        "m=64,t=1,p=1,p=1",
        "m=64,t=1,p=1,keyid=x",
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
        case(&phc(text, 16, 32), HashFault::Params(kind));
    }
    case("$argon2id$v=19$m=64,t=1,p=1", HashFault::Salt(kind));
    for salt in [0, 7, 65] {
        case(&phc("m=64,t=1,p=1", salt, 32), HashFault::Salt(kind));
    }
    case(&good.replace("p=1$", "p=1$="), HashFault::Salt(kind));
    for tag in [0, 15, 65] {
        case(&phc("m=64,t=1,p=1", 16, tag), HashFault::Tag(kind));
    }
    let (without_tag, _) = good.rsplit_once('$').unwrap();
    case(without_tag, HashFault::Tag(kind));
    for more in ["=", "\n", "$", "$AAAA"] {
        case(&format!("{good}{more}"), HashFault::Tag(kind));
    }
    for (salt, tag) in [(8, 16), (64, 64)] {
        assert_eq!(PasswordHash::parse(&phc("m=64,t=1,p=1", salt, tag)).fault(), None, "{salt} {tag}");
    }
}

#[test]
fn parameters_of_argon2_come_in_any_order() {
    let expected = Some(HashCost::from(params(64, 2, 1)));
    for text in ["m=64,p=1,t=2", "t=2,m=64,p=1", "p=1,t=2,m=64"] {
        assert_eq!(PasswordHash::parse(&phc(text, 16, 32)).cost(), expected, "{text}");
    }
}

/// Kind after kind at its bounds and just outside.
#[test]
fn what_costs_too_much_is_not_computed_and_says_how_much() {
    let base64 = |bytes: usize| BASE64_STANDARD_NO_PAD.encode(vec![7; bytes]);
    let (salt, tag) = (base64(16), base64(32));
    let bcrypt = |cost: &str| format!("$2b${cost}$QlryhMSna0WamLEZOPQ07eRN9IpwQyCmhzo0WbFA1wazbQD8NEfwa");
    let argon2 = |params: &str| phc(params, 16, 32);
    let scrypt = |params: &str| format!("$scrypt${params}${salt}${tag}");
    let django = |params: &str| format!("scrypt${params}${tag}=");
    let pbkdf2 = |rounds: &str| format!("$pbkdf2-sha256${rounds}${salt}${tag}");
    let crypt = |rounds: &str| format!("$5${rounds}saltsalt$eIf/UaLxMmPMStvrUqh9rDOAjT3Vzi1x01oTbndTcd4");
    for (text, said) in [
        (argon2("m=7,t=1,p=1"), "Argon2id with m=7 KiB: at least 8"),
        (argon2("m=31,t=1,p=4"), "Argon2id with m=31 KiB: at least 32"),
        (argon2("m=2097153,t=1,p=1"), "Argon2id with m=2097153 KiB: at most 2097152"),
        (argon2("m=64,t=65,p=1"), "Argon2id with t=65: at most 64"),
        (argon2("m=64,t=0,p=1"), "Argon2id with t=0: at least 1"),
        (argon2("m=640,t=1,p=17"), "Argon2id with p=17: at most 16"),
        (argon2("m=4294967304,t=1,p=1"), "Argon2id with m=4294967304 KiB: at most 2097152"),
        (
            argon2(&format!("m=64{},t=1,p=1", "0".repeat(30))),
            "Argon2id with m=18446744073709551615 KiB: at most 2097152",
        ),
        (bcrypt("04"), ""),
        (bcrypt("16"), ""),
        (bcrypt("03"), "bcrypt with cost 3: at least 4"),
        (bcrypt("17"), "bcrypt with cost 17: at most 16"),
        (bcrypt("5"), "the parameters of bcrypt are not a cost of two digits and 53 characters"),
        (bcrypt("+5"), "the parameters of bcrypt are not a cost of two digits and 53 characters"),
        (bcrypt("04") + "x", "the parameters of bcrypt are not a cost of two digits and 53 characters"),
        (scrypt("ln=21,r=8,p=16"), ""),
        (scrypt("p=1,ln=4,r=8"), ""),
        (scrypt("ln=22,r=8,p=1"), "scrypt with 4194304 KiB of memory: at most 2097152"),
        (scrypt("ln=70,r=8,p=1"), "scrypt with 18014398509481983 KiB of memory: at most 2097152"),
        (scrypt("ln=4,r=8,p=17"), "scrypt with p=17: at most 16"),
        (scrypt("ln=0,r=8,p=1"), "scrypt with ln=0: at least 1"),
        (scrypt("ln=4,r=0,p=1"), "scrypt with r=0: at least 1"),
        (scrypt("ln=1,r=32769,p=1"), "scrypt with r=32769: at most 32768"),
        (scrypt("ln=4,r=8,p=1,p=1"), "the parameters of scrypt are not `ln=…,r=…,p=…`"),
        (scrypt("ln=4,r=8"), "the parameters of scrypt are not `ln=…,r=…,p=…`"),
        (django("16$saltsalt$8$5"), ""),
        (django("17$saltsalt$8$5"), "the parameters of scrypt are not `ln=…,r=…,p=…`"),
        (django("0$saltsalt$8$5"), "the parameters of scrypt are not `ln=…,r=…,p=…`"),
        (django("4194304$saltsalt$8$1"), "scrypt with 4194304 KiB of memory: at most 2097152"),
        (django("16$salt$8$5"), "the salt of scrypt is not 8 to 64 bytes"),
        (pbkdf2("10000000"), ""),
        (pbkdf2("i=10000000"), ""),
        (pbkdf2("i=10000000,l=32"), ""),
        (pbkdf2("l=32,i=1"), ""),
        (pbkdf2("10000001"), "PBKDF2-SHA256 with 10000001 rounds: at most 10000000"),
        (pbkdf2("i=0"), "PBKDF2-SHA256 with 0 rounds: at least 1"),
        (pbkdf2("i=1,l=31"), "the parameters of PBKDF2-SHA256 are not a number of rounds, or `i=…,l=…`"),
        (pbkdf2("i=1,i=1"), "the parameters of PBKDF2-SHA256 are not a number of rounds, or `i=…,l=…`"),
        (pbkdf2("01"), "the parameters of PBKDF2-SHA256 are not a number of rounds, or `i=…,l=…`"),
        (format!("$pbkdf2-sha256$1${}${tag}", base64(7)), "the salt of PBKDF2-SHA256 is not 8 to 64 bytes"),
        (
            format!("$pbkdf2-sha256$1${salt}${}", base64(15)),
            "the tag of PBKDF2-SHA256 is not 16 to 64 bytes of base64",
        ),
        (crypt("rounds=5000000$"), ""),
        (crypt("rounds=1000$"), ""),
        (crypt("rounds=5000001$"), "SHA256-crypt with 5000001 rounds: at most 5000000"),
        (crypt("rounds=999$"), "SHA256-crypt with 999 rounds: at least 1000"),
        (crypt("rounds=x$"), "the parameters of SHA256-crypt are not `rounds=…`"),
        (crypt("").replace("saltsalt", "salt"), "the salt of SHA256-crypt is not 8 to 16 bytes"),
        (crypt("").replace("saltsalt", &"x".repeat(17)), "the salt of SHA256-crypt is not 8 to 16 bytes"),
        (crypt("").replace("Tcd4", ""), "the tag of SHA256-crypt is not 16 to 64 bytes of base64"),
    ] {
        let hash = PasswordHash::parse(&text);
        assert_eq!(hash.fault().map(|fault| fault.to_string()).unwrap_or_default(), said, "{text}");
    }
}

#[test]
fn a_prefix_fits_the_hash_behind_it() {
    let bcrypt = "$2b$04$QlryhMSna0WamLEZOPQ07eRN9IpwQyCmhzo0WbFA1wazbQD8NEfwa";
    let argon2 = phc("m=64,t=1,p=1", 16, 32);
    let argon2i = argon2.replace("2id", "2i");
    let sha = "$5$saltsalt$eIf/UaLxMmPMStvrUqh9rDOAjT3Vzi1x01oTbndTcd4";
    for (prefix, hash, said) in [
        ("{ARGON2ID}", &*argon2, ""),
        ("{argon2}", &*argon2, ""),
        ("{argon2@SpringSecurity_v5_8}", &*argon2, ""),
        ("{ARGON2I}", &*argon2i, ""),
        ("{ARGON2}", &*argon2i, ""),
        ("argon2", &*argon2i, ""),
        ("{ARGON2ID}", &*argon2i, "the prefix in braces belongs to another kind than Argon2i"),
        ("{BLF-CRYPT}", bcrypt, ""),
        ("{bcrypt}", bcrypt, ""),
        ("{CRYPT}", bcrypt, ""),
        ("bcrypt$", bcrypt, ""),
        ("{CRYPT}", sha, ""),
        ("{SHA256-CRYPT}", sha, ""),
        ("{SHA512-CRYPT}", sha, "the prefix in braces belongs to another kind than SHA256-crypt"),
        ("{BLF-CRYPT.b64}", bcrypt, "not a password hash of a known kind"),
        ("{unknown}", bcrypt, "not a password hash of a known kind"),
        ("{noop}", bcrypt, "a plain password (`{noop}`) is not accepted"),
        ("{bcrypt}{bcrypt}", bcrypt, "not a password hash of a known kind"),
        (
            "{pbkdf2}",
            "5d923b44a6d129f3ddf3e3c8d29412723dcbde72",
            "a PBKDF2 hash in the form of Spring or Dovecot is not accepted",
        ),
        (
            "{PBKDF2}",
            "$1$salt$5000$5d923b44a6d129f3ddf3e3c8d29412723dcbde72",
            "a PBKDF2 hash in the form of Spring or Dovecot is not accepted",
        ),
        (
            "{scrypt}",
            "$e0801$8bWJaSu2IKSn9Z9kM+TPXfOc/9bdYSrN1oD9qfVThWEwdRTnO7re7Ei+fUZRJ68k9lTyuTeUp4of4g24hHnazw==",
            "an scrypt hash in the form of Spring is not accepted",
        ),
        ("bcrypt", "", "not a password hash of a known kind"),
        ("$argon2id$é", "", "not version 19 of Argon2id"),
        ("$2b$04$é", "", "the parameters of bcrypt are not a cost of two digits and 53 characters"),
        ("é$", "", "not a password hash of a known kind"),
    ] {
        let hash = PasswordHash::parse(&format!("{prefix}{hash}"));
        let found = hash.fault().map(|fault| fault.to_string()).unwrap_or_default();
        assert_eq!(found, said, "{prefix}");
    }
}
