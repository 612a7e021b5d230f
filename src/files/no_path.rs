//! Texts in the place of a path that are none, and may be secret: a key, a token, a URL with a password in it.

use std::ops::RangeInclusive;
use std::path::Path;

use crate::error::Failure;

/// What is said of a text that is left out.
pub(crate) const HIDDEN: &str = "is not shown because it may be a secret";

/// Characters of a secret that is a key: from the shortest to one of 2,048 bits in hexadecimal.
const SECRET: RangeInclusive<usize> = 32..=512;

/// Refuses a path that may be a secret, and shows nothing of it. `what` the path is for is told.
pub(crate) fn refuse_secret(what: &str, path: &Path) -> Result<(), Failure> {
    let text = path.to_string_lossy();
    if is_url(&text) || may_be_secret(&text) && !path.exists() {
        let message =
            format!("{what} is not shown: it looks like a key, a token or a URL, and not like a path");
        return Err(Failure::usage(message).hint("name a file that has it in it"));
    }
    Ok(())
}

/// Whether `text` is a URL.
pub(super) fn is_url(text: &str) -> bool {
    text.contains("://")
}

/// Whether `text` looks like a key, a token or a URL.
pub(crate) fn may_be_secret(text: &str) -> bool {
    let is_document = text.contains('\n') || text.starts_with("-----BEGIN") || text.starts_with('{');
    let is_plain = SECRET.contains(&text.len()) && !text.contains(['/', '\\', '.']) && !text.starts_with('-');
    is_token_or_url(text) || is_document || is_plain
}

/// Whether `text`, after any hyphens, looks like a token or a URL.
pub(crate) fn is_token_or_url(text: &str) -> bool {
    is_url(text) || is_token(text.trim_start_matches('-'))
}

/// Whether `text` looks like a token: a header in base64url, and two dots.
pub(crate) fn is_token(text: &str) -> bool {
    text.starts_with("ey") && text.matches('.').count() == 2
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::refuse_secret;

    #[test]
    fn a_secret_is_told_from_a_path() {
        let is_refused = |text: &str| refuse_secret("the key file", Path::new(text)).is_err();
        for secret in [
            "postgres://u:pw@h/d",
            "jdbc:postgresql://u:pw@h/d",
            " postgresql+asyncpg://u:pw@h/d",
            "0123456789abcdef0123456789abcdef",
            "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----",
            "{\"kty\":\"oct\",\"k\":\"AAECAwQFBgcICQ\"}",
            "eyJ.e30.AA",
        ] {
            assert!(is_refused(secret), "{secret}");
        }
        for path in [
            "secret.key",
            "a",
            "",
            "-",
            "-x",
            "/run/secrets/0123456789abcdef0123456789abcdef",
            "key.2026.pem",
        ] {
            assert!(!is_refused(path), "{path}");
        }
    }
}
