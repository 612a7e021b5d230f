//! Hashes, and passwords that look like them.

use super::{BCRYPT, read};
use crate::auth::password::PasswordHash;

/// Every form that takes a hash, with `text` as that of `ann`.
fn with_hash(text: &str) -> [String; 5] {
    let json = serde_json::Value::from(text);
    [
        format!("ann:{text}\n"),
        format!("[{{\"username\":\"ann\",\"hashed_password\":{json}}}]"),
        format!("username,hashed_password\nann,\"{text}\"\n"),
        format!("users:\n  ann:\n    password: '{text}'\n"),
        format!("[users.ann]\nhashed_password = {json}\n"),
    ]
}

#[test]
fn a_password_that_begins_like_a_hash_is_imported_in_no_form() {
    for text in [
        "$6$hunter2secret",
        "$6$rounds=5000$hunter2$hunter2",
        "$5$hunter2secret-and-twenty-six",
        "$2b$hunter2",
        "$2b$12$hunter2-correct-horse-battery",
        "$argon2id$hunter2secret",
        "$argon2id$v=19$m=65536,t=3,p=4$hunter2secret",
        "argon2$argon2id$hunter2",
        "pbkdf2_sha256$x$y$hunter2secret",
        "pbkdf2_sha256$1000$hunter2",
        "scrypt$hunter2",
        "{SCRAM-SHA-256}4096,hunter2",
        "{SSHA512}hunter2-correct-horse",
        "{CRYPT}$6$hunter2secret",
        "{BLF-CRYPT}hunter2-correct-horse",
        "!$6$hunter2secret",
        "$1$hunter2-correct-horse-battery",
        "$apr1$hunter2-correct-horse-battery",
        "md5$salt$hunter2-correct-horse",
        "pbkdf2:sha256:hunter2-correct-horse",
        "HASH:x:hunter2",
        "HASHx",
    ] {
        for file in with_hash(&text.replace("HASH", BCRYPT)) {
            let said = read(&file);
            assert!(said.contains("a plain password is never imported: "), "{file}: {said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

/// A hash that no password matches is one all the same: it locks that user out.
#[test]
fn a_hash_of_a_known_form_is_imported_whatever_it_is_worth() {
    let (half, digest) = ("x".repeat(11), "x".repeat(22));
    let hashes = include_str!("../../../../tests/rules/hashes.tsv").lines();
    let hashes = hashes.filter(|line| !line.starts_with('#') && !line.starts_with("htpasswd -d"));
    let made = hashes.filter_map(|line| line.split('\t').nth(2)).map(str::to_owned);
    let others = [
        format!("$2b$31${digest}{digest}{}", &half[2..]),
        format!("$argon2id$m=1,t=1,p=1${half}${digest}"),
        format!("$argon2id$v=19$m=65536,t=3,p=4,p=4${half}${digest}"),
        format!("$6$ab${}{digest}{digest}", &digest.repeat(2)[2..]),
        format!("!$2b$12${digest}{digest}{}", &half[2..]),
        format!("{{BLF-CRYPT}}$6$saltsalt${}{digest}{digest}", &digest.repeat(2)[2..]),
        format!("{{SSHA}}{digest}{half}="),
        format!("{{SCRAM-SHA-256}}4096,{digest}==,{digest}{digest}=,{digest}{digest}="),
        format!("SCRAM-SHA-256$4096:{digest}==${0}=:{0}=", &digest.repeat(2)[1..]),
        format!("{{pbkdf2@SpringSecurity_v5_8}}{}", "0".repeat(96)),
        format!("{{PBKDF2}}$1$salt$5000${}", "0".repeat(40)),
        format!("$P$B{digest}{}", &half[3..]),
        format!("$S$D{digest}{digest}{}", &half[4..]),
        format!("$wp$2y$10${digest}{digest}{}", &half[2..]),
        "0".repeat(32),
        "!".to_owned(),
        "*".to_owned(),
        format!("!{}", "x".repeat(40)),
    ];
    for text in made.chain(others) {
        let hash = PasswordHash::parse(&text);
        assert_eq!(hash.plain_fault(), None, "{text}: {:?}", hash.fault());
    }
}
