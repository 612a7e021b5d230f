//! Names of the kinds of hashes that are refused.

use super::HashFault;

/// How such hashes begin, in lower case, and what they are.
const STARTS: [(&str, &str); 43] = [
    ("$apr1$", "an MD5 hash of htpasswd (`$apr1$`)"),
    ("$1$", "an MD5 hash of crypt (`$1$`)"),
    ("$md5", "an MD5 hash of Solaris (`$md5`)"),
    ("$3$", "an NT hash (`$3$`)"),
    ("$2x$", "a bcrypt hash of a faulty program (`$2x$`)"),
    ("$2$", "a bcrypt hash of the first version (`$2$`)"),
    ("$7$", "an scrypt hash of crypt (`$7$`)"),
    ("$y$", "a yescrypt hash (`$y$`)"),
    ("$gy$", "a gost-yescrypt hash (`$gy$`)"),
    ("$sha1$", "a SHA-1 hash of crypt (`$sha1$`)"),
    ("$p$", "an MD5 hash of phpass (`$P$`)"),
    ("$h$", "an MD5 hash of phpBB (`$H$`)"),
    ("$s$", "a SHA-512 hash of Drupal (`$S$`)"),
    ("$wp$", "a bcrypt hash of WordPress over SHA-384 (`$wp$`)"),
    ("$p5k2$", "a PBKDF2 hash in the form `$p5k2$`"),
    ("$bcrypt-sha256$", "a bcrypt hash of passlib over SHA-256 (`$bcrypt-sha256$`)"),
    ("$scram$", "a SCRAM hash of passlib (`$scram$`)"),
    ("bcrypt_sha256$", "a bcrypt hash of Django over SHA-256 (`bcrypt_sha256`)"),
    ("pbkdf2:", "a PBKDF2 hash of Werkzeug (`pbkdf2:`)"),
    ("scrypt:", "an scrypt hash of Werkzeug (`scrypt:`)"),
    ("md5$", "an MD5 hash of Django (`md5`)"),
    ("sha1$", "a SHA-1 hash of Django (`sha1`)"),
    ("unsalted_md5$", "an MD5 hash of Django (`unsalted_md5`)"),
    ("unsalted_sha1$", "a SHA-1 hash of Django (`unsalted_sha1`)"),
    ("sha256$", "a SHA-256 hash (`sha256`)"),
    ("scram-sha-256$", "a SCRAM-SHA-256 hash of PostgreSQL"),
    ("grub.pbkdf2.", "a PBKDF2 hash of GRUB"),
    ("{sha}", "a SHA-1 hash without salt (`{SHA}`)"),
    ("{sha1}", "a SHA-1 hash without salt (`{SHA1}`)"),
    ("{sha-1}", "a SHA-1 hash (`{SHA-1}`)"),
    ("{ssha}", "a SHA-1 hash (`{SSHA}`)"),
    ("{sha256}", "a SHA-256 hash (`{SHA256}`)"),
    ("{sha-256}", "a SHA-256 hash (`{SHA-256}`)"),
    ("{ssha256}", "a SHA-256 hash (`{SSHA256}`)"),
    ("{sha512}", "a SHA-512 hash (`{SHA512}`)"),
    ("{ssha512}", "a SHA-512 hash (`{SSHA512}`)"),
    ("{md5", "an MD5 hash (`{MD5}`)"),
    ("{smd5}", "an MD5 hash (`{SMD5}`)"),
    ("{scram", "a SCRAM hash"),
    ("{pkcs5s2}", "a PBKDF2 hash of Atlassian (`{PKCS5S2}`)"),
    ("{pbkdf2", "a PBKDF2 hash in the form of Spring or Dovecot"),
    ("{scrypt", "an scrypt hash in the form of Spring"),
    ("{crypt}", "a hash of crypt (`{CRYPT}`) of an old kind"),
];

/// How plain passwords are marked.
const PLAIN: [(&str, &str); 3] = [
    ("{plain", "a plain password (`{PLAIN}`)"),
    ("{clear", "a plain password (`{CLEAR}`)"),
    ("{noop}", "a plain password (`{noop}`)"),
];

/// No hash with a mark at its begin is shorter: a shorter text may be a password that begins so.
const SHORTEST: usize = 24;

/// The fault of a hash that is of none of the kinds.
pub(super) fn refused(text: &str) -> HashFault {
    let begins = |start: &str| {
        text.as_bytes().get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start.as_bytes()))
    };
    let named =
        |names: &[(&str, &'static str)]| names.iter().find(|(start, _)| begins(start)).map(|(_, name)| *name);
    let name = named(&STARTS).filter(|_| text.len() >= SHORTEST);
    if let Some(name) = name.or_else(|| bare(text)) {
        return HashFault::Refused(name);
    }
    match named(&PLAIN) {
        Some(name) => HashFault::Plain(name),
        None if is_des(text) => HashFault::Des,
        None => HashFault::Unknown,
    }
}

/// A hash of the first crypt looks like any word.
fn is_des(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"./".contains(&byte);
    text.len() == 13 && text.bytes().all(is_part)
}

/// A digest in hexadecimal, by its length.
fn bare(text: &str) -> Option<&'static str> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    match text.len() {
        32 => Some("an MD5 hash without salt"),
        40 => Some("a SHA-1 hash without salt"),
        64 => Some("a SHA-256 hash without salt"),
        128 => Some("a SHA-512 hash without salt"),
        _ => None,
    }
}
