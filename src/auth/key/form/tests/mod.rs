//! Texts that are told from a secret, in each encoding, and secrets that look like them.

mod edges;
mod good;
mod label;

use base64::prelude::{
    BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD, Engine as _,
};

use super::super::{KeySet, Lookalike};
use super::{Encoding, KeyFault, Look};

/// Of an Ed25519 key, in DER and base64.
const CERTIFICATE: &str = "MIIBLDCB36ADAgECAhQBXqXps8S8YdY7+R4a7J4yM6XICTAFBgMrZXAwDDEKMAgGA1UEAwwBeDAeFw0yNjExMjIwMz\
                           M4MTBaFw0yNjExMjMwMzM4MTBaMAwxCjAIBgNVBAMMAXgwKjAFBgMrZXADIQCCGrg9Jhnk4QPJgI6Ny/4OO8GwRCfd\
                           WSGIFYI7BkU816NTMFEwHQYDVR0OBBYEFLlxLGAZ/Cm6A28DFJWFgFdg/2TYMB8GA1UdIwQYMBaAFLlxLGAZ/Cm6A2\
                           8DFJWFgFdg/2TYMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EA8NIzMjlVPj45j7HKeK7XmpF4djXZH6VXTOOpvcAD\
                           QCCtdqc12pWeP7zzGCy69zEgsKlJg5fNqUa0QUnbiCrpBA==";
const SPKI: &str = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
/// The first line of a PEM block.
const START_OF_SPKI: &str = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAtlHA0GRMJYXPrhDW6Dvn";
const JWKS: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJqb2huZG9lIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const HASH: &str =
    "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc";
const HTML: &str = "<!DOCTYPE html>\n<html>\n<head><title>404 Not Found</title></head>\n</html>\n";

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn percent(text: impl AsRef<[u8]>) -> String {
    percent_encoding::percent_encode(text.as_ref(), percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// What a file with these bytes is taken for. `None` for a secret.
fn look(bytes: impl AsRef<[u8]>) -> Option<Lookalike> {
    match KeySet::parse(bytes.as_ref()) {
        Ok(keys) => {
            assert!(keys.keys()[0].is_symmetric() && keys.keys()[0].id().is_none());
            None
        }
        Err(KeyFault::LooksLike(lookalike)) => Some(lookalike),
        Err(fault) => panic!("{fault}: {:?}", String::from_utf8_lossy(bytes.as_ref())),
    }
}

#[track_caller]
fn case(bytes: impl AsRef<[u8]>, expected: Look, encoding: Encoding) {
    let shown = String::from_utf8_lossy(bytes.as_ref()).into_owned();
    assert_eq!(look(bytes), Some(Lookalike { look: expected, encoding }), "{shown}");
}

#[track_caller]
fn plain(bytes: impl AsRef<[u8]>, expected: Look) {
    case(bytes, expected, Encoding::Plain);
}

/// The texts that are no secret wherever they come from, and what they are.
fn disguises() -> Vec<(String, Look)> {
    let pem_line = PEM.replace('\n', "");
    [
        (JWKS, Look::Jwk),
        (&format!("// the keys\n{JWKS}"), Look::Jwk),
        (&format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{JWKS}"), Look::Jwk),
        (&format!("\u{200b}{JWKS}"), Look::Jwk),
        (&format!("[{}]", &JWKS[9..JWKS.len() - 2]), Look::Jwk),
        (&JWKS[..60], Look::Jwk),
        ("keys:\n- kty: OKP\n  crv: Ed25519\n  x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\n", Look::Jwk),
        (&serde_json::Value::from(JWKS).to_string(), Look::Jwk),
        (PEM, Look::Pem),
        (&pem_line, Look::Pem),
        (&PEM[27..], Look::Pem),
        (&PEM.to_lowercase(), Look::Pem),
        (&PEM.replace("-----", "----"), Look::Pem),
        (SPKI, Look::DerPublic),
        (START_OF_SPKI, Look::Der),
        (TOKEN, Look::Jwt),
        (&TOKEN[..TOKEN.len() - 20], Look::Jwt),
        (&format!("Bearer {TOKEN}"), Look::Jwt),
        (&format!("access_token={TOKEN}&token_type=Bearer"), Look::Jwt),
        (HASH, Look::PasswordHash),
        ("johndoe:$2y$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", Look::PasswordHash),
        (
            "$6$rounds=5000$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.q",
            Look::PasswordHash,
        ),
        ("pbkdf2_sha256$600000$seasalt$nPz5dAw/NDYdLUrGo0xcXiC+qvC5ZWpT", Look::PasswordHash),
        ("{bcrypt}$2a$10$dXJ3SW6G7P50lGmMkkmwe.20cQQubK3.HZWzG3YB1tlRy.fqvM/BG", Look::PasswordHash),
        ("{SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3xxyyzz", Look::PasswordHash),
        (HTML, Look::Markup),
        (&HTML.replace('\n', ""), Look::Markup),
        ("<RSAKeyValue><Modulus>tlHA0GRMJYXPrhDW6Dvn</Modulus></RSAKeyValue>", Look::Markup),
        ("https://idp.example.com/.well-known/jwks.json", Look::Url),
        ("postgres://authctl@db.example.com/authctl-of-ours", Look::Url),
        ("see-https://idp.example.com/.well-known/jwks.json", Look::Url),
        ("${AUTHCTL_SIGNING_KEY_OF_PRODUCTION}", Look::Placeholder),
        ("${{ secrets.AUTHCTL_SECRET_KEY }}", Look::Placeholder),
        ("{{ .Values.authctl.signing.secretKey }}", Look::Placeholder),
        ("{{authctl_signing_key_of_production}}", Look::Placeholder),
        ("$AUTHCTL_SIGNING_KEY_OF_PRODUCTION", Look::Placeholder),
        ("%AUTHCTL_SIGNING_KEY_OF_PRODUCTION%", Look::Placeholder),
        ("<replace-this-with-32-random-bytes!>", Look::Placeholder),
        ("op://production/authctl/signing-key", Look::Placeholder),
        ("vault:secret/data/authctl#signing-key", Look::Placeholder),
        ("projects/123456/secrets/authctl/versions/latest", Look::Placeholder),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:authctl", Look::Placeholder),
        ("AUTHCTL_SECRET_KEY=4f1feeca525de4cdb064656007da3eda", Look::Assignment),
        ("K=4f1feeca525de4cdb064656007da3edac7895a87ff0ea865693300fb8b6e8f9c", Look::Assignment),
        ("_KEY2=\"django-insecure-#f$k^2!q(x)p&=w@z_v*b\"", Look::Assignment),
        ("~/.config/authctl/secret-of-production.key", Look::Path),
        (&"a".repeat(40), Look::Repeated),
        ("\"4f1feeca525de4cdb064656007da3eda\"", Look::Quoted),
        ("'4f1feeca525de4cdb064656007da3eda'", Look::Quoted),
    ]
    .into_iter()
    .map(|(text, look)| (text.to_owned(), look))
    .collect()
}

/// Those that a JSON or PEM reader takes first, and then refuses or reads.
fn is_a_form_of_its_own(text: &str) -> bool {
    let start = text.trim_start_matches('\u{200b}');
    text.contains("-----BEGIN")
        || start.starts_with('{')
            && !start.starts_with("{{")
            && start.len() == text.len()
            && !text.starts_with("{bcrypt}")
            && !text.starts_with("{SSHA}")
            && !text.ends_with("\"x\"")
}

#[test]
fn what_is_public_or_points_elsewhere_is_no_secret() {
    for (text, look) in disguises().iter().filter(|(text, _)| !is_a_form_of_its_own(text)) {
        match *look {
            Look::DerPublic | Look::Der => case(text, *look, Encoding::Base64),
            _ => plain(text, *look),
        }
    }
}

#[test]
fn a_part_gives_a_text_away() {
    for (text, look) in [
        ("[\"4f1feeca525de4cdb064656007da3eda\",\"x\"]", Look::Json),
        ("(https://idp.example.com/.well-known/jwks.json)", Look::Url),
        ("4f1feeca525de4cdb064656007da3eda</key>", Look::Markup),
        ("the-secret-key-of-our-authctl-server:", Look::Yaml),
        ("eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiJqb2huZG9lIn0.c2lnbmF0dXJl", Look::Jwt),
    ] {
        plain(text, look);
    }
}

#[test]
fn no_encoding_hides_what_is_public_or_points_elsewhere() {
    for (text, expected) in disguises() {
        let found = |encoded: &str| {
            let lookalike = look(encoded).unwrap_or_else(|| panic!("{text}: {encoded}"));
            assert_eq!(lookalike.look, expected, "{text}: {encoded}");
            // Percent-encoding leaves the words of a PEM block as they are.
            assert!(lookalike.encoding != Encoding::Plain || encoded.contains('%'), "{text}: {encoded}");
        };
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let base64 = BASE64_STANDARD.encode(&text);
        let once = [
            base64.clone(),
            BASE64_STANDARD_NO_PAD.encode(&text),
            BASE64_URL_SAFE.encode(&text),
            BASE64_URL_SAFE_NO_PAD.encode(&text),
            BASE64_STANDARD.encode(format!("{text}\n")),
            BASE64_STANDARD.encode(&utf16),
            hex(&text),
            hex(&text).to_uppercase(),
            format!("0x{}", hex(&text)),
            percent(&text),
            format!("base64:{base64}"),
        ];
        for encoded in &once {
            // Percent-encoding leaves letters and digits alone.
            if encoded != &text && !(encoded.chars().all(|c| encoded.starts_with(c))) {
                found(encoded);
            }
        }
        for encoded in [
            BASE64_STANDARD.encode(&base64),
            hex(&base64),
            percent(&base64),
            BASE64_STANDARD.encode(hex(&text)),
        ] {
            // A text in base64 is encoded three times then.
            if !matches!(expected, Look::DerPublic | Look::Der) && encoded != base64 {
                found(&encoded);
            }
        }
    }
}

#[test]
fn a_key_in_bytes_is_no_secret_and_neither_is_it_encoded() {
    let spki = BASE64_STANDARD.decode(SPKI).unwrap();
    let certificate = BASE64_STANDARD.decode(CERTIFICATE).unwrap();
    let rsa = [&[0x30, 0x81, 0x89, 0x02, 0x81, 0x81][..], &[7; 129], &[2, 3, 1, 0, 1]].concat();
    let ed25519 =
        [b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", &[0x5a; 32][..]].concat();
    assert_eq!(ed25519.len(), 48, "as many as a binary secret may have");
    let sec1 = [&[0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20][..], &[9; 32]].concat();
    let encrypted = [
        &[0x30, 0x13, 0x30, 0x0b, 0x06, 0x09][..],
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d",
        &[4, 4, 1, 2, 3, 4],
    ]
    .concat();
    let kind = |kind: &str| {
        [&[0, 0, 0, u8::try_from(kind.len()).unwrap()], kind.as_bytes(), &[0, 0, 0, 32], &[7; 32]].concat()
    };
    let minisign = [b"Ed", &[0x9d; 40][..]].concat();
    for (bytes, look) in [
        (spki, Look::DerPublic),
        (rsa.clone(), Look::DerPublic),
        (certificate, Look::DerCertificate),
        (ed25519, Look::DerPrivate),
        (sec1, Look::DerPrivate),
        (encrypted, Look::DerPrivate),
        (rsa[..64].to_vec(), Look::Der),
        (kind("ssh-ed25519"), Look::OpenSsh),
        (kind("ssh-rsa"), Look::OpenSsh),
        (kind("ecdsa-sha2-nistp256"), Look::OpenSsh),
        (kind("sk-ssh-ed25519@openssh.com"), Look::OpenSsh),
        (b"openssh-key-v1\0\0\0\0\x04none\0\0\0\x04none".to_vec(), Look::OpenSsh),
        (minisign, Look::Minisign),
    ] {
        plain(&bytes, look);
        for encoded in [BASE64_STANDARD.encode(&bytes), BASE64_URL_SAFE_NO_PAD.encode(&bytes)] {
            case(&encoded, look, Encoding::Base64);
            let lines: Vec<&str> =
                encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
            case(lines.join("\n") + "\n", look, Encoding::Base64);
            case(format!("example.com key {encoded} me@here\n"), look, Encoding::Base64);
            case(BASE64_STANDARD.encode(encoded), look, Encoding::Twice);
        }
        let digits = hex(&bytes);
        case(&digits, look, Encoding::Hex);
        let pairs: Vec<&str> =
            digits.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap()).collect();
        case(pairs.join(":").to_uppercase(), look, Encoding::Hex);
    }
}

#[test]
fn a_text_that_is_no_line_of_visible_ascii_is_no_secret() {
    const SECRET: &str = "4f1feeca525de4cdb064656007da3eda";
    for (text, look) in [
        (format!("{SECRET}\n{SECRET}\n"), Look::Lines),
        (format!("{SECRET}\n\n"), Look::Lines),
        (format!("\n{SECRET}"), Look::Lines),
        (format!("{SECRET}\r"), Look::Lines),
        ("correct horse battery staple and some".to_owned(), Look::Blanks),
        (format!("{SECRET} "), Look::Blanks),
        (format!("{SECRET}\t{SECRET}"), Look::Blanks),
        (format!("\u{feff}{SECRET}"), Look::Unseen),
        (format!("{SECRET}\u{200b}"), Look::Unseen),
        ("ein-schlüssel-mit-umlauten-und-strichen".to_owned(), Look::Unseen),
        ("[users.johndoe]\nfull_name = \"John Doe\"\n".to_owned(), Look::Lines),
    ] {
        plain(text, look);
    }
    // As many bytes as a binary secret may have.
    let latin1: Vec<u8> =
        "ein-schlüssel-mit-umlauten-hier.".chars().map(|c| u8::try_from(c).unwrap()).collect();
    assert_eq!(latin1.len(), 32);
    plain(latin1, Look::Unseen);
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        for mark in ["", "\u{feff}"] {
            let text = format!("{mark}{}", &SECRET[..32 - 8 * mark.encode_utf16().count()]);
            plain(text.encode_utf16().flat_map(unit).collect::<Vec<u8>>(), Look::Utf16);
        }
        plain(PEM.encode_utf16().flat_map(unit).collect::<Vec<u8>>(), Look::Pem);
        plain(JWKS.encode_utf16().flat_map(unit).collect::<Vec<u8>>(), Look::Jwk);
    }
    plain(b"\xff-----BEGIN PRIVATE KEY-----\nMIIB", Look::Pem);
}

#[test]
fn a_message_says_what_it_looks_like_and_how_it_is_encoded() {
    let message = |text: &str| KeySet::parse(text.as_bytes()).unwrap_err().to_string();
    assert_eq!(message(TOKEN), "looks like a token");
    let discovery = r#"{"issuer":"https://idp.example.com","jwks_uri":"https://idp.example.com/jwks"}"#;
    assert_eq!(message(&BASE64_STANDARD.encode(discovery)), "looks like JSON, base64-encoded");
    assert_eq!(message(SPKI), "looks like a public key in DER, base64-encoded");
    assert_eq!(message(&percent("https://example.com/keys.json")), "looks like a URL, percent-encoded");
    assert_eq!(
        message(&hex(BASE64_STANDARD.encode(JWKS))),
        "looks like a JWK or a part of one, encoded twice"
    );
}

/// As long as a file may be: nothing in it takes time for each of its characters more than once.
#[test]
fn a_long_text_is_told_by_its_start() {
    let long = |piece: &str| piece.repeat(KeySet::MAX_BYTES / piece.len());
    let umlauts = long("fu\u{308}r ").split_at(KeySet::MAX_BYTES - 1000).0.to_owned();
    for (start, look) in [(HTML, Look::Markup), ("\n", Look::Lines), ("", Look::Unseen)] {
        assert_eq!(
            KeySet::parse(format!("{start}{umlauts}").as_bytes()).unwrap_err(),
            KeyFault::LooksLike(look.plain())
        );
    }
    for piece in ["eyJ", "$1$", "%0a", "\"a\":", "</", "kty", "0x", "MII"] {
        let fault = KeySet::parse(long(piece).as_bytes()).unwrap_err();
        let is_told = matches!(fault, KeyFault::LongSecret { .. } | KeyFault::LooksLike(_));
        assert!(is_told, "{piece}: {fault}");
    }
}

#[test]
fn a_hash_of_any_tool_is_no_secret() {
    for hash in [
        "user:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "$P$B123456789012345678901234567890",
        "$S$D7WLsPTeLg8eVbmIBdvqLYAFOYS5gVPg5J1hJ5XGHT0jJjxLHZmW",
        "$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk",
        "*94BDCEBE19083CE2A1F959FD02F964C7AF4CFC29",
        "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0$c3RvcmVka2V5:c2VydmVya2V5",
        "2b$12$KIXQ4h8VvTq3xJfX9yNw5uJ4Yd3bI2fZ1q0s8r7t6u5v4w3x2y1z0",
        "v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1",
        "m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1",
    ] {
        let found = KeySet::parse(hash.as_bytes()).unwrap_err();
        let expected = KeyFault::LooksLike(Lookalike { look: Look::PasswordHash, encoding: Encoding::Plain });
        assert_eq!(found, expected, "{hash}");
    }
}

#[test]
fn markup_needs_no_closing_tag() {
    for text in ["<p>NoSuchKeyTheSpecifiedKeyDoesNotExist", "<br/>404_page_not_found_try_again_later"] {
        let found = KeySet::parse(text.as_bytes()).unwrap_err();
        let expected = KeyFault::LooksLike(Lookalike { look: Look::Markup, encoding: Encoding::Plain });
        assert_eq!(found, expected, "{text}");
    }
}
