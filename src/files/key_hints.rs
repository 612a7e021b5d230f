//! What to do about a key that cannot be used: command lines to run as they stand.

use authctl::auth::key::{Encoding, KeyFault, Look, Lookalike};

use crate::environment::KeySource;
use crate::output::shell;

/// What to do about a fault of the keys at `source`, where that is one thing.
pub(crate) fn for_key(fault: &KeyFault, source: &KeySource) -> Option<String> {
    let hint = hint(fault)?;
    Some(match source {
        KeySource::File(path)
            if *fault == KeyFault::Empty && path.metadata().is_ok_and(|at| !at.is_file()) =>
        {
            "the command at the other end of the pipe wrote nothing: run it alone to see why".to_owned()
        }
        KeySource::File(path) => hint.replace("FILE", &shell::path(path)),
        KeySource::Secret(_) if hint.contains("FILE") => {
            "write it to a file and name that with `--key-file`: the error then says how to convert it"
                .to_owned()
        }
        KeySource::Secret(_) => hint.to_owned(),
    })
}

/// `FILE` stands for the key file, as a shell takes its path: what is made of it is `FILE.pem`.
fn hint(fault: &KeyFault) -> Option<&'static str> {
    Some(match fault {
        KeyFault::Empty | KeyFault::ShortSecret { .. } => NEW_SECRET,
        KeyFault::LongSecret { .. } | KeyFault::BinaryLength { .. } => {
            "write it as a JWK: `{\"kty\":\"oct\",\"k\":\"…\"}` with the secret in base64url"
        }
        KeyFault::SeveralBlocks => "keep one PEM block, or put several keys in a JWK Set",
        KeyFault::Encrypted => "decrypt it with `openssl pkey -in FILE -out FILE.pem`",
        KeyFault::LooksLike(lookalike) => lookalike_hint(*lookalike),
        KeyFault::RsaSize { .. } | KeyFault::Unsound(_) => NEW_KEY,
        KeyFault::MixedSet => "keep the secrets in one file and the public keys in another",
        KeyFault::InSet { fault, .. } => return hint(fault),
        KeyFault::NoneUsable { first, .. } => return hint(first),
        _ => return None,
    })
}

const NEW_KEY: &str = "make a new key with `authctl keys generate`";
const NEW_SECRET: &str = "make a key with `authctl keys generate` or `openssl rand -hex 32`";

fn lookalike_hint(lookalike: Lookalike) -> &'static str {
    use Encoding::{Base64, Plain};
    match (lookalike.look, lookalike.encoding) {
        (Look::Certificate, _) => {
            "take its public key with `openssl x509 -in FILE -pubkey -noout > FILE.pem`"
        }
        (Look::Traditional, _) => "convert it with `openssl pkcs8 -topk8 -nocrypt -in FILE -out FILE.pem`",
        (Look::Pkcs1Public, _) => {
            "convert it with `openssl rsa -RSAPublicKey_in -in FILE -pubout -out FILE.pem`"
        }
        (Look::OpenSshPrivate, _) => {
            "convert a copy with `cp FILE FILE.pem && ssh-keygen -p -m PKCS8 -N '' -f FILE.pem`"
        }
        (Look::OpenSshPublic, _) => "convert it with `ssh-keygen -e -m PKCS8 -f FILE > FILE.pem`",
        (Look::DerPrivate, Plain) => {
            "convert it to PEM with `openssl pkey -inform DER -in FILE -out FILE.pem`"
        }
        (Look::DerPublic, Plain) => {
            "convert it to PEM with `openssl pkey -pubin -inform DER -in FILE -out FILE.pem`"
        }
        (Look::DerCertificate, Plain) => {
            "take its public key with `openssl x509 -inform DER -in FILE -pubkey -noout > FILE.pem`"
        }
        (Look::DerPrivate, Base64) => {
            "convert it to PEM with `base64 -d FILE | openssl pkey -inform DER -out FILE.pem`"
        }
        (Look::DerPublic, Base64) => {
            "convert it to PEM with `base64 -d FILE | openssl pkey -pubin -inform DER -out FILE.pem`"
        }
        (Look::DerCertificate, Base64) => {
            "take its public key with `base64 -d FILE | openssl x509 -inform DER -pubkey -noout > FILE.pem`"
        }
        (Look::Pem | Look::Jwk, Base64) => "decode it with `base64 -d FILE > FILE.pem`",
        (
            Look::Pem | Look::Jwk | Look::Der | Look::DerPrivate | Look::DerPublic | Look::DerCertificate,
            _,
        ) => "use the whole key as it was made, decoded and with nothing around it",
        (Look::Json | Look::Yaml, _) => "take the key out of it",
        (Look::Markup, _) => "download the key again: a server answered with a page",
        (Look::Jwt, _) => "use the key that signs the tokens",
        (
            Look::PasswordHash | Look::Fingerprint | Look::OtherPublic | Look::OtherSecret | Look::Repeated,
            _,
        ) => NEW_SECRET,
        (Look::Named, _) => "keep only what is after the `:`",
        (Look::Url, _) => {
            "replace it with the key at that URL, or name a pipe with `--key-file <(curl -fsS URL)`"
        }
        (Look::Path, _) => "name the file with `--key-file`",
        (Look::Placeholder, _) => "replace it with the key itself",
        (Look::Assignment, _) => "keep only what is after the name",
        (Look::Quoted, _) => "remove the quotes",
        (Look::Utf16, _) => "save it in UTF-8: in PowerShell with `Out-File -Encoding ascii`",
        (Look::Lines | Look::Blanks | Look::Unseen, _) => {
            "a secret is one line of letters, digits and punctuation: make one with `openssl rand -hex 32`"
        }
        // No tool writes these in another form: Ed25519 keys of OpenSSH, keys of minisign.
        _ => NEW_KEY,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use authctl::auth::key::{Encoding, KeyFault, KeySet, Look, Lookalike};

    use super::{for_key, hint};
    use crate::environment::KeySource;

    #[test]
    fn a_fault_that_a_command_mends_names_the_command() {
        let ed25519 = |x: &str| format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{x}\"}}");
        let small_order = ed25519(&format!("AQ{}", "A".repeat(41)));
        let sound = ed25519("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        let mixed = format!("{{\"keys\":[{{\"kty\":\"oct\",\"k\":\"{}\"}},{sound}]}}", "ab12".repeat(12));
        for (content, command) in [
            ("short", "authctl keys generate"),
            ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "openssl x509"),
            ("-----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----", "openssl pkcs8 -topk8 -nocrypt"),
            (
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n\
                 -----BEGIN EC PRIVATE KEY-----\n-----END EC PRIVATE KEY-----\n",
                "openssl pkcs8 -topk8 -nocrypt",
            ),
            ("-----BEGIN RSA PUBLIC KEY-----\n-----END RSA PUBLIC KEY-----", "openssl rsa -RSAPublicKey_in"),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\n-----END ENCRYPTED PRIVATE KEY-----", "openssl pkey"),
            ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD", "authctl keys generate"),
            ("ecdsa-sha2-nistp256 AAAA", "ssh-keygen -e -m PKCS8"),
            ("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", "authctl keys generate"),
            ("", "authctl keys generate"),
            (&"a".repeat(32), "authctl keys generate"),
            ("-----BEGIN PUBLIC KEY-----\n-----BEGIN PUBLIC KEY-----", "keep one PEM block"),
            (
                "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                "openssl pkey -pubin -inform DER",
            ),
            ("{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}", "authctl keys generate"),
            (&small_order, "authctl keys generate"),
            (&mixed, "the public keys in another"),
        ] {
            let fault = KeySet::parse(content.as_bytes()).unwrap_err();
            assert!(hint(&fault).is_some_and(|hint| hint.contains(command)), "{fault}");
        }
        for (look, encoding, command) in [
            (Look::OpenSshPrivate, Encoding::Plain, "ssh-keygen -p -m PKCS8"),
            (Look::DerPrivate, Encoding::Plain, "openssl pkey -inform DER -in FILE"),
            (Look::DerPublic, Encoding::Plain, "openssl pkey -pubin -inform DER -in FILE"),
            (Look::DerCertificate, Encoding::Plain, "openssl x509 -inform DER -in FILE"),
            (Look::DerPrivate, Encoding::Base64, "base64 -d FILE | openssl pkey -inform DER"),
            (Look::DerPublic, Encoding::Base64, "base64 -d FILE | openssl pkey -pubin"),
            (Look::DerCertificate, Encoding::Base64, "base64 -d FILE | openssl x509"),
            (Look::Jwk, Encoding::Base64, "base64 -d FILE"),
        ] {
            let fault = KeyFault::LooksLike(Lookalike { look, encoding });
            assert!(hint(&fault).is_some_and(|hint| hint.contains(command)), "{fault}");
        }
        assert_eq!(hint(&KeyFault::TooLarge), None);
    }

    #[test]
    fn a_hint_is_about_the_place_of_the_key() {
        let fault = KeyFault::LooksLike(Lookalike { look: Look::DerPublic, encoding: Encoding::Plain });
        let file = KeySource::File(PathBuf::from("a key's"));
        assert_eq!(
            for_key(&fault, &file).unwrap(),
            r"convert it to PEM with `openssl pkey -pubin -inform DER -in 'a key'\''s' -out 'a key'\''s'.pem`"
        );
        let variable = KeySource::Secret(b"x".to_vec().into());
        assert_eq!(
            for_key(&fault, &variable).unwrap(),
            "write it to a file and name that with `--key-file`: the error then says how to convert it"
        );
        assert_eq!(for_key(&KeyFault::Empty, &variable).unwrap(), super::NEW_SECRET);
    }
}
