//! Tells hashes of known kinds, usable or not, from passwords that only begin like one.

use std::sync::LazyLock;

use regex_lite::Regex;

/// A digest has its full length, and the fields before it are there: no slip of a password looks so. Parameters are out of
/// bounds as they like.
static SHAPE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let bare = [
        r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128}",
        // Argon2, with its parameters in any order. Those of version 16 have no version.
        r"(argon2)?\$argon2(id|i|d)\$(v=\d+\$)?[a-z]+=[^,$]+(,[a-z]+=[^,$]*)*\$[a-z0-9+/]+\$[a-z0-9+/]{6,}",
        // bcrypt: plain, of Django, of WordPress, of passlib over SHA-256.
        r"(bcrypt\$|bcrypt_sha256\$|\$wp)?\$2[abxy]?\$\d\d\$[a-z0-9./]{53}",
        r"\$bcrypt-sha256\$[a-z0-9=,]+\$[a-z0-9./]{22}\$[a-z0-9./]{31}",
        // scrypt: PHC, Django, crypt, Spring, Werkzeug.
        r"\$scrypt\$[a-z]+=\d+(,[a-z]+=\d+)*\$[a-z0-9+/]+\$[a-z0-9+/]{16,}",
        r"scrypt\$\d+\$[^$]+\$\d+\$\d+\$[a-z0-9+/]{16,}=*",
        r"\$7\$[a-z0-9./]{11,}\$[a-z0-9./]{43}",
        r"\$[0-9a-f]{4,}\$[a-z0-9+/]{10,}=*\$[a-z0-9+/]{22,}=*",
        r"scrypt:\d+:\d+:\d+\$[^$]+\$[0-9a-f]{64,}",
        // PBKDF2: PHC and passlib, Django, other forms of passlib and Dovecot, Werkzeug, GRUB.
        r"\$pbkdf2(-sha\d+)?\$([a-z]=\d+(,[a-z]=\d+)*|\d+)\$[a-z0-9+./]*\$[a-z0-9+./]{16,}",
        r"pbkdf2_sha\d+\$\d+\$[^$]+\$[a-z0-9+/]{16,}=*",
        r"\$p5k2\$[0-9a-f]*\$[^$]+\$[a-z0-9+./_-]{22,}=*",
        r"\$1\$[^$]+\$\d+\$[0-9a-f]{40,}",
        r"\d+\$[a-z0-9+./]+\$[a-z0-9+./]{16,}",
        r"pbkdf2:[a-z0-9]+(:\d+)?\$[^$]+\$[0-9a-f]{40,}",
        r"grub\.pbkdf2\.[a-z0-9]+\.\d+\.[0-9a-f]+\.[0-9a-f]{40,}",
        // crypt: SHA-2, MD5 of several programs, NT, SHA-1, yescrypt, phpass, Drupal, DES behind a prefix.
        r"\$6\$(rounds=\d+\$)?[^$]*\$[a-z0-9./]{86}",
        r"\$5\$(rounds=\d+\$)?[^$]*\$[a-z0-9./]{43}",
        r"\$(apr)?1\$[^$]*\$[a-z0-9./]{22}",
        r"\$md5(,rounds=\d+)?\$[^$]*\$\$?[a-z0-9./]{22}",
        r"\$3\$\$[0-9a-f]{32}",
        r"\$sha1\$\d+\$[^$]*\$[a-z0-9./]{28}",
        r"\$g?y\$[a-z0-9./]+\$[a-z0-9./]+\$[a-z0-9./]{43}",
        r"\$[ph]\$[a-z0-9./]{31}",
        r"\$s\$[a-z0-9./]{52}",
        // Digests with a salt: Django, SCRAM of passlib and of PostgreSQL.
        r"(unsalted_)?(md5|sha1|sha256)\$[^$]*\$([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})",
        r"\$scram\$\d+\$[^$]+\$[a-z0-9-]+=[a-z0-9+./]{27,}(,[a-z0-9-]+=[a-z0-9+./]{27,})*",
        r"scram-sha-256\$\d+:[a-z0-9+/=]+\$[a-z0-9+/]{43}=:[a-z0-9+/]{43}=",
    ];
    // What LDAP, Dovecot and Spring write after the name of a kind in braces.
    let labelled = [
        r"[a-z0-9+/]{22,}=*",
        r"(\{[^{}]*\})?[0-9a-f]{32,}",
        r"\d+,[a-z0-9+/=]+,[a-z0-9+/]{27,}=*,[a-z0-9+/]{27,}=*",
    ];
    let [bare, labelled] = [bare.join("|"), labelled.join("|")];
    Regex::new(&format!(r"(?i)^(?:(?:\{{[a-z0-9.@_-]+\}})?(?:{bare})|\{{(?:S?SHA|SHA-|S?MD5|SCRAM|PKCS5S2|PBKDF2)[a-z0-9.@_-]*\}}(?:{labelled}))$"))
        .ok()
});

/// Whether `text` has the shape of a hash of a known kind.
pub(super) fn is_hash(text: &str) -> bool {
    SHAPE.as_ref().is_some_and(|shape| shape.is_match(text))
}
