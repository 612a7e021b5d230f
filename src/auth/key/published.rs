//! Secrets that are printed in well-known manuals and tutorials, from which people copy them.

use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine as _};

/// Each as it is printed, if it is long enough for HS256.
const PUBLISHED: [&str; 10] = [
    // FastAPI, its old and its new one.
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    "09d25e094faa6ca2556c818166b7a99563b93f7099f6f0f4caa6cf63b88e8d3e7",
    // jwt.io.
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-384-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    // Flask.
    "192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf",
    // Tutorials of Spring.
    "404E635266556A586E3272357538782F413F4428472B4B6250645367566B5970",
    "5367566B59703373367639792F423F4528482B4D6251655468576D5A71347437",
    // RFC 7515, A.1, and RFC 7517, A.3.
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    // RFC 7520, 3.5.
    "hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg",
];

/// Whether `secret` is one of these, as printed or as the bytes that it encodes.
pub(super) fn is_published(secret: &[u8]) -> bool {
    PUBLISHED.iter().any(|printed| {
        secret == printed.as_bytes()
            || BASE64_URL_SAFE_NO_PAD.decode(printed).is_ok_and(|bytes| bytes == secret)
            || BASE64_STANDARD_NO_PAD.decode(printed).is_ok_and(|bytes| bytes == secret)
            || is_hex_of(printed, secret)
    })
}

fn is_hex_of(printed: &str, secret: &[u8]) -> bool {
    let bytes =
        printed.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    bytes.eq(secret.iter().map(|byte| Some(*byte)))
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD, Engine as _};

    use super::{PUBLISHED, is_published};

    #[test]
    fn a_published_secret_is_known_as_printed_and_decoded() {
        for printed in PUBLISHED {
            assert!(printed.len() >= 32 && is_published(printed.as_bytes()), "{printed}");
            assert!(!is_published(&printed.as_bytes()[1..]), "{printed}");
        }
        let rfc = BASE64_URL_SAFE_NO_PAD.decode(PUBLISHED[8]).unwrap();
        assert!(rfc.len() == 64 && is_published(&rfc));
        // Spring takes the digits for base64.
        assert!(is_published(&BASE64_STANDARD_NO_PAD.decode(PUBLISHED[6]).unwrap()));
        assert!(is_published(b"\x40NcRfUjXn2r5u8x/A?D(G+KbPdSgVkYp"));
        assert!(!is_published(b"4f1feeca525de4cdb064656007da3edac7895a87ff0ea865693300fb8b6e8f9c"));
    }
}
