//! The registry: which texts are hashes, of which kind, and what computes them.

use super::field::cut;
use super::parsed::{Parsed, Read};
use super::refused::refused;
use super::{HashCost, HashFault, HashKind, OutOfMemory, argon2, bcrypt, pbkdf2, scrypt, sha_crypt};

/// Reads a text that is of its kind; `None` passes it on.
type Parse = fn(&str) -> Option<Read<Parsed>>;

/// Each reads the forms of its kind, and passes over the others.
const KINDS: [Parse; 5] = [argon2::parse, bcrypt::parse, pbkdf2::parse, scrypt::parse, sha_crypt::parse];

/// What Django puts before the hash of another program.
const DJANGO: [(&str, &str); 2] = [("argon2", "$argon2"), ("bcrypt$", "$2")];

/// What Dovecot, `OpenLDAP` and Spring put in braces before a hash, in either case, and the hashes that may follow.
const LABELS: [(&str, &[HashKind]); 10] = [
    ("ARGON2ID", &[HashKind::Argon2id]),
    ("ARGON2I", &[HashKind::Argon2i]),
    ("ARGON2", &[HashKind::Argon2id, HashKind::Argon2i, HashKind::Argon2d]),
    ("BLF-CRYPT", &[HashKind::Bcrypt]),
    ("BCRYPT", &[HashKind::Bcrypt]),
    ("SHA256-CRYPT", &[HashKind::Sha256Crypt]),
    ("SHA512-CRYPT", &[HashKind::Sha512Crypt]),
    ("CRYPT", &[HashKind::Bcrypt, HashKind::Sha256Crypt, HashKind::Sha512Crypt]),
    ("SCRYPT", &[HashKind::Scrypt]),
    ("PBKDF2", &[HashKind::Pbkdf2Sha1, HashKind::Pbkdf2Sha256, HashKind::Pbkdf2Sha512]),
];

/// Reads a hash of any kind.
///
/// # Errors
///
/// [`HashFault`].
pub(super) fn parse(text: &str) -> Read<Parsed> {
    if let Some(parsed) = of_a_kind(text) {
        return parsed;
    }
    if let Some(rest) = text.strip_prefix(['!', '*']) {
        return Err(if is_locked(rest) { HashFault::Locked } else { HashFault::Unknown });
    }
    for (prefix, hash) in DJANGO {
        if let Some(rest) = text.strip_prefix(prefix).filter(|rest| rest.starts_with(hash))
            && let Some(parsed) = of_a_kind(rest)
        {
            return parsed;
        }
    }
    if let Some((label, rest)) = text.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return labelled(label, rest).unwrap_or_else(|| Err(refused(text)));
    }
    Err(refused(text))
}

/// Whether a text with `rest` after `!` or `*` stands for a locked account, and not for a password that begins so.
fn is_locked(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['!', '*']);
    // Nothing, the word, a mark of Solaris, the hash that is locked, or the 40 characters of Django.
    ["", "locked", "LK*", "NP*"].contains(&rest)
        || rest.starts_with(['$', '{'])
        || rest.len() == 40 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn of_a_kind(text: &str) -> Option<Read<Parsed>> {
    KINDS.iter().find_map(|parse| parse(text))
}

fn labelled(label: &str, text: &str) -> Option<Read<Parsed>> {
    // Spring notes a version after `@`.
    let (label, _) = cut(label, b'@');
    let (_, kinds) = LABELS.iter().find(|(known, _)| known.eq_ignore_ascii_case(label))?;
    let parsed = of_a_kind(text)?;
    Some(parsed.and_then(|parsed| {
        let kind = parsed.cost.kind();
        if kinds.contains(&kind) { Ok(parsed) } else { Err(HashFault::Prefix(kind)) }
    }))
}

/// Computes the tag of `password`.
///
/// # Errors
///
/// [`OutOfMemory`]: nothing was computed.
pub(super) fn derive(
    password: &[u8],
    cost: HashCost,
    salt: &[u8],
    tag: &mut [u8],
) -> Result<(), OutOfMemory> {
    let [number, ..] = cost.numbers();
    match cost.kind() {
        HashKind::Argon2id | HashKind::Argon2i | HashKind::Argon2d => {
            let params = cost.params().unwrap_or(super::HashParams::DEFAULT);
            argon2::derive(password, cost.kind(), params, salt, tag)?;
        }
        HashKind::Bcrypt => bcrypt::derive(password, number, salt, tag),
        HashKind::Scrypt => scrypt::derive(password, cost, salt, tag)?,
        HashKind::Pbkdf2Sha1 | HashKind::Pbkdf2Sha256 | HashKind::Pbkdf2Sha512 => {
            pbkdf2::derive(password, cost.kind(), number, salt, tag);
        }
        HashKind::Sha256Crypt | HashKind::Sha512Crypt => sha_crypt::derive(password, cost, salt, tag),
    }
    Ok(())
}
