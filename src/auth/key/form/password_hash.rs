//! Hashes of passwords, by the marks of their kinds.

/// Kinds between two `$`, up to the first `-`.
const MODULAR: [&str; 25] = [
    "1", "2", "2a", "2b", "2x", "2y", "5", "6", "7", "8", "9", "y", "gy", "apr1", "md5", "sha1", "bcrypt",
    "scrypt", "pbkdf2", "argon2i", "argon2d", "argon2id", "NT", "P", "S",
];

/// How Django and Werkzeug begin.
const NAMED: [&str; 16] = [
    "2a$",
    "2b$",
    "2y$",
    "SCRAM-SHA-256$",
    "SCRAM-SHA-1$",
    "pbkdf2_sha256$",
    "pbkdf2_sha1$",
    "bcrypt_sha256$",
    "bcrypt$",
    "argon2$",
    "scrypt$",
    "md5$",
    "sha1$",
    "unsalted_md5$",
    "pbkdf2:",
    "scrypt:",
];

/// Kinds whose hash follows at once, as `WordPress`, `phpBB` and Drupal write it: its length is fixed.
const FIXED: [(&str, usize); 3] = [("$P$", 34), ("$H$", 34), ("$S$", 55)];

/// The fewest characters that a hash has after its kind, or a tag alone.
const LEAST: usize = 20;

/// Whether the hash of a password is in `text`.
pub(super) fn is_in(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| is_modular(&text[at + 1..]))
        || NAMED.iter().any(|name| text.strip_prefix(name).is_some_and(is_hash))
        || is_labelled(text)
        || text.split_once(':').is_some_and(|(_, hash)| is_labelled(hash))
        || FIXED
            .iter()
            .any(|(start, length)| text.starts_with(start) && text.len() == *length && is_hash(text))
        || is_mysql(text)
        || is_cut_argon2(text)
}

/// `*` and 40 capital hexadecimal digits.
fn is_mysql(text: &str) -> bool {
    let digits = text.strip_prefix('*').unwrap_or_default();
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte);
    digits.len() == 40 && digits.bytes().all(is_digit)
}

/// An Argon2 hash without its start: `v=19$m=…` or `m=65536,t=3,p=4$…`.
fn is_cut_argon2(text: &str) -> bool {
    let rest = text.strip_prefix("v=19$").unwrap_or(text);
    let params = rest.split('$').next().unwrap_or_default();
    let mut fields = params.split(',');
    ["m=", "t=", "p="].iter().all(|name| fields.next().is_some_and(|field| field.starts_with(name)))
}

/// `$argon2id$v=19$…`, from after the first `$`.
fn is_modular(text: &str) -> bool {
    let Some((kind, rest)) = text.split_once('$') else { return false };
    let kind = kind.split('-').next().unwrap_or(kind);
    // Parameters and salt, then the tag. Random punctuation may begin like that too.
    let tags = rest.match_indices('$').map(|(at, _)| &rest[at + 1..]);
    let is_tag_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"./+".contains(byte);
    let has_tag = || tags.into_iter().any(|tag| tag.bytes().take_while(is_tag_part).count() >= LEAST);
    MODULAR.contains(&kind) && has_tag()
}

/// `{SSHA}…`, `{bcrypt}…`: the scheme of LDAP, Dovecot and Spring.
fn is_labelled(text: &str) -> bool {
    let Some((scheme, rest)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) else {
        return false;
    };
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._@".contains(&byte);
    scheme.len() > 2 && scheme.bytes().all(is_part) && is_hash(rest)
}

/// Whether parameters, salt and tag can follow.
fn is_hash(text: &str) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"./+=,$:-".contains(byte);
    text.bytes().take(LEAST).filter(is_part).count() == LEAST
}
