//! What form a key file has, told by its content.

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use zeroize::Zeroizing;

use super::KeyFault;

/// What some bytes are meant to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// Bytes to be used as they are.
    Secret,
    /// `{…}`: a JWK or JWK Set.
    Json(&'a [u8]),
    /// A text with a PEM block.
    Pem(&'a str),
    /// Something that is neither, and must never be taken for a secret.
    Foreign(&'static str),
}

/// How OpenSSH writes a public key, and `PuTTY` and SSH2 a key of theirs.
const SSH: [(&str, &str); 8] = [
    ("ssh-rsa ", KeyFault::OPENSSH_PUBLIC),
    ("ssh-ed25519 ", KeyFault::OPENSSH_ED25519),
    ("ssh-dss ", KeyFault::OPENSSH),
    ("ecdsa-sha2-", KeyFault::OPENSSH_PUBLIC),
    ("sk-ssh-", KeyFault::OPENSSH),
    ("sk-ecdsa-", KeyFault::OPENSSH),
    ("---- BEGIN SSH2", KeyFault::OPENSSH),
    ("PuTTY-User-Key-File", KeyFault::OPENSSH),
];

/// Whether there is a public key of OpenSSH anywhere, as in `known_hosts`: base64 of the length of its kind in four bytes,
/// and of that kind, `ssh-…`, `ecdsa-…` or `sk-…`; or the same bytes alone.
fn has_ssh_key(bytes: &[u8]) -> bool {
    const KINDS: [&[u8]; 4] = [b"NzaC1", b"VjZHNh", b"NrLXNz", b"NrLWVj"];
    let in_base64 = bytes
        .windows(12)
        .any(|window| window.starts_with(b"AAAA") && KINDS.iter().any(|kind| window[6..].starts_with(kind)));
    let alone = bytes.strip_prefix(&[0; 3]).and_then(|rest| rest.get(1..));
    in_base64 || alone.is_some_and(|kind| kind.starts_with(b"ssh-") || kind.starts_with(b"ecdsa-"))
}

impl<'a> Form<'a> {
    /// Blank space and a byte order mark before a block do not hide it.
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        if is_utf16(bytes) {
            return Self::Foreign("a text in UTF-16");
        }
        let visible = bytes.trim_ascii();
        if visible.starts_with(b"{") && visible.ends_with(b"}") {
            return Self::Json(bytes);
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            let visible = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if visible.starts_with('{') {
                return Self::Json(bytes);
            }
            if text.contains("-----BEGIN") {
                return Self::Pem(text);
            }
            if let Some((_, kind)) = SSH.iter().find(|(start, _)| visible.starts_with(start)) {
                return Self::Foreign(kind);
            }
        } else if bytes.windows(10).any(|window| window == b"-----BEGIN") {
            return Self::Foreign("a PEM block that is not text");
        }
        let foreign = der(bytes)
            .or_else(|| der_in_base64(bytes))
            .or_else(|| der_in_hex(bytes))
            .or_else(|| has_ssh_key(bytes).then_some(KeyFault::OPENSSH))
            .or_else(|| disguise(bytes));
        foreign.map_or(Self::Secret, Self::Foreign)
    }

    /// In words, for a place where only a secret will do.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Secret => "a secret",
            Self::Json(_) => "a JWK",
            Self::Pem(text) if text.contains("CERTIFICATE-----") => KeyFault::CERTIFICATE,
            Self::Pem(text) if text.contains("OPENSSH") => KeyFault::OPENSSH,
            Self::Pem(_) => "a PEM block",
            Self::Foreign(what) => what,
        }
    }
}

/// A key or certificate in no form that is read, and that others may know: whoever has the text could sign
/// with it.
fn disguise(bytes: &[u8]) -> Option<&'static str> {
    // UTF-16 without its mark, other case and quotes do not hide it.
    let plain: Vec<u8> = bytes.iter().filter(|byte| !matches!(byte, 0 | b'"' | b'\'')).copied().collect();
    let plain = Zeroizing::new(plain.trim_ascii().to_ascii_lowercase());
    let contains = |word: &[u8]| plain.windows(word.len()).any(|window| window == word);
    if plain.starts_with(b"[") && contains(b"kty") {
        return Some("a list of JWKs, which is no JWK Set");
    }
    if [&b"begin public key"[..], b"begin rsa public key", b"begin certificate"].into_iter().any(contains) {
        return Some("a PEM block that is not spelled as one");
    }
    // `-----BEGIN` in base64.
    plain.starts_with(b"ls0tls1crudjti").then_some("a PEM block in base64")
}

/// A byte order mark and ASCII in 16-bit units, as some shells write redirected output.
fn is_utf16(bytes: &[u8]) -> bool {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let Some((mark, text)) = pairs.split_first() else { return false };
    let high = match mark {
        [0xFF, 0xFE] => 1,
        [0xFE, 0xFF] => 0,
        _ => return false,
    };
    rest.is_empty() && text.iter().all(|unit| unit[high] == 0)
}

/// What it is, if it is one whole DER SEQUENCE that starts as an SPKI, PKCS #8, PKCS #1, SEC 1 or X.509 structure does, or is made of
/// whole elements as they are. A newline at the end does not hide it.
///
/// A random secret of 32 bytes looks like that once in 2^28 or so.
fn der(bytes: &[u8]) -> Option<&'static str> {
    let without_newline = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let first = element(without_newline).or_else(|| element(bytes));
    let Some((0x30, content, [])) = first else { return None };
    match tags(content).as_deref() {
        // An SPKI; the modulus and the exponent of PKCS #1.
        Some([0x30, 0x03] | [0x02, 0x02]) => Some(KeyFault::DER_PUBLIC),
        Some([0x30, 0x30, 0x03]) => Some(KeyFault::DER_CERTIFICATE),
        // PKCS #8, encrypted or not; PKCS #1; SEC 1.
        Some([0x30, 0x04] | [0x02, 0x30 | 0x02 | 0x04, ..]) => Some(KeyFault::DER_PRIVATE),
        Some([0x02 | 0x06 | 0x30, _, ..]) => Some(KeyFault::DER),
        _ => match content {
            [0x02, 0x01, 0x00 | 0x01, 0x04 | 0x30 | 0x02, ..] | [0x30, _, 0x06, ..] => Some(KeyFault::DER),
            // A certificate, or a PKCS #1 public key.
            [0x30 | 0x02, 0x82, high, low, rest @ ..] => {
                (usize::from(u16::from_be_bytes([*high, *low])) < rest.len()).then_some(KeyFault::DER)
            }
            _ => None,
        },
    }
}

/// The first element of some DER: its tag, its content, and what comes after it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, rest) = match bytes {
        [tag, length, rest @ ..] if *length < 0x80 => (*tag, usize::from(*length), rest),
        [tag, 0x81, length, rest @ ..] => (*tag, usize::from(*length), rest),
        [tag, 0x82, high, low, rest @ ..] => (*tag, usize::from(u16::from_be_bytes([*high, *low])), rest),
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// The tags of the elements that `content` is made of, if they are of kinds that keys and certificates have.
fn tags(mut content: &[u8]) -> Option<Vec<u8>> {
    let mut tags = Vec::new();
    while !content.is_empty() {
        let (tag, _, rest) = element(content)?;
        if !matches!(tag, 0x02..=0x06 | 0x30 | 0x31 | 0x81 | 0xA0..=0xA3) {
            return None;
        }
        tags.push(tag);
        content = rest;
    }
    Some(tags)
}

fn der_in_base64(bytes: &[u8]) -> Option<&'static str> {
    let visible = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace());
    // Of either alphabet, padded or not.
    let standard = visible.filter(|byte| *byte != b'=').map(|byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        _ => byte,
    });
    let text: Zeroizing<Vec<u8>> = Zeroizing::new(standard.collect());
    let bytes = BASE64_STANDARD_NO_PAD.decode(text.as_slice()).map(Zeroizing::new).ok()?;
    der(&bytes).map(|what| match what {
        KeyFault::DER_PRIVATE => KeyFault::BASE64_PRIVATE,
        KeyFault::DER_PUBLIC => KeyFault::BASE64_PUBLIC,
        KeyFault::DER_CERTIFICATE => KeyFault::BASE64_CERTIFICATE,
        other => other,
    })
}

/// What it is, if it is DER in hexadecimal digits.
fn der_in_hex(bytes: &[u8]) -> Option<&'static str> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let visible = bytes.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b':');
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(visible.map(digit).collect::<Option<_>>()?);
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(pairs.iter().map(|[high, low]| high << 4 | low).collect());
    der(&bytes).map(|_| KeyFault::HEX)
}

#[cfg(test)]
mod tests {
    use super::{Form, KeyFault};
    use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, Engine as _};

    /// Of an Ed25519 key, in DER and base64.
    const CERTIFICATE: &str = "MIIBLDCB36ADAgECAhQBXqXps8S8YdY7+R4a7J4yM6XICTAFBgMrZXAwDDEKMAgGA1UEAwwBeDAeFw0yNjExMjIwMz\
             M4MTBaFw0yNjExMjMwMzM4MTBaMAwxCjAIBgNVBAMMAXgwKjAFBgMrZXADIQCCGrg9Jhnk4QPJgI6Ny/4OO8GwRCfd\
             WSGIFYI7BkU816NTMFEwHQYDVR0OBBYEFLlxLGAZ/Cm6A28DFJWFgFdg/2TYMB8GA1UdIwQYMBaAFLlxLGAZ/Cm6A2\
             8DFJWFgFdg/2TYMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EA8NIzMjlVPj45j7HKeK7XmpF4djXZH6VXTOOpvcAD\
             QCCtdqc12pWeP7zzGCy69zEgsKlJg5fNqUa0QUnbiCrpBA==";

    #[track_caller]
    fn case(bytes: &[u8], name: &str) {
        assert_eq!(Form::of(bytes).name(), name);
    }

    #[test]
    fn a_secret_is_whatever_is_nothing_else() {
        case(b"09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", "a secret");
        case(b"{\xff\xfe random bytes that only start with a brace", "a secret");
        case(b"\xff\xfe0123456789 no other byte is zero", "a secret");
        case(b"\xff\xfe0\x001\x00 an odd number of bytes", "a secret");
        case(b"\xff\xfe0\x001\x002", "a secret");
        case(b"Many secrets start as a key in base64 does, or end with a brace}", "a secret");
        case(b"kty may be in a secret as any three letters may", "a secret");
        case(b"", "a secret");
    }

    #[test]
    fn blank_space_or_a_byte_order_mark_hides_nothing() {
        for hidden in ["", " ", "\n\n", "\u{feff}", "\u{feff}\r\n", "\u{a0}", "\u{2028}"] {
            case(format!("{hidden}{{\"kty\":\"oct\"").as_bytes(), "a JWK");
            case(format!("{hidden}-----BEGIN PUBLIC KEY-----").as_bytes(), "a PEM block");
            case(format!("{hidden}-----BEGIN CERTIFICATE-----\nMIIB").as_bytes(), "a certificate");
            case(format!("{hidden}-----BEGIN OPENSSH PRIVATE KEY-----").as_bytes(), "an OpenSSH key");
            case(
                format!("{hidden}ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me").as_bytes(),
                "an Ed25519 key of OpenSSH",
            );
            case(format!("{hidden}ecdsa-sha2-nistp256 AAAA").as_bytes(), "an OpenSSH public key");
        }
        case(b"Bag Attributes\n-----BEGIN PRIVATE KEY-----", "a PEM block");
        case(b"\xff-----BEGIN PRIVATE KEY-----", "a PEM block that is not text");
        case(b"{\xff}", "a JWK");
    }

    #[test]
    fn a_public_key_of_openssh_is_no_secret_wherever_it_stands() {
        for kind in ["ssh-ed25519", "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com"]
        {
            let length = [0, 0, 0, u8::try_from(kind.len()).unwrap()];
            let blob = [&length, kind.as_bytes(), &[0, 0, 0, 32], &[7; 32]].concat();
            let base64 = BASE64_STANDARD.encode(&blob);
            case(base64.as_bytes(), "an OpenSSH key");
            case(format!("example.com {kind} {base64} me@here\n").as_bytes(), "an OpenSSH key");
            case(format!("restrict,command=\"x\" {kind} {base64}").as_bytes(), "an OpenSSH key");
            if !kind.starts_with("sk-") {
                case(&blob, "an OpenSSH key");
            }
        }
        case(b"AAAAC3MzaC1lZDI1NTE5AAAAC3NyaC1lZDI1NTE5", "a secret");
        case(&[0; 32], "a secret");
    }

    #[test]
    fn der_and_utf16_are_no_secrets() {
        let public = b"MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n";
        case(public, "a public key in DER and base64");
        case(&BASE64_STANDARD.decode(public.trim_ascii()).unwrap(), "a public key in DER");
        // What everybody may know is small where keys are: a certificate of an Ed25519 key, an RSA key of 1024 bits.
        let certificate = BASE64_STANDARD.decode(CERTIFICATE).unwrap();
        let rsa = [&[0x30, 0x81, 0x89, 0x02, 0x81, 0x81][..], &[7; 129], &[2, 3, 1, 0, 1]].concat();
        case(&certificate, "a certificate in DER");
        case(&[&certificate[..], b"\n"].concat(), "a certificate in DER");
        case(&rsa, "a public key in DER");
        for engine in [BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE] {
            case(engine.encode(&certificate).as_bytes(), "a certificate in DER and base64");
            case(engine.encode(&rsa).as_bytes(), "a public key in DER and base64");
        }
        let hex: Vec<String> = certificate.iter().map(|byte| format!("{byte:02x}")).collect();
        for hex in [hex.join(""), hex.join(":").to_uppercase(), hex.join("\n")] {
            case(hex.as_bytes(), "a key or certificate in DER and hexadecimal");
        }
        case(format!("{}0", hex.join("")).as_bytes(), "a secret");
        case("0123456789abcdef".repeat(4).as_bytes(), "a secret");
        case(&certificate[1..], "a secret");
        case(&certificate[..certificate.len() - 1], "a secret");
        for bytes_of in [u16::to_le_bytes, u16::to_be_bytes] {
            let text = "\u{feff}0123456789abcdef0123456789abcdef".encode_utf16();
            case(&text.flat_map(bytes_of).collect::<Vec<u8>>(), "a text in UTF-16");
        }
    }

    #[test]
    fn der_is_one_whole_sequence_that_starts_as_a_key_or_certificate_does() {
        const DER: &str = KeyFault::DER;
        // Lengths of one, two and three bytes.
        let sequence = |content: &[u8]| match u16::try_from(content.len()).unwrap().to_be_bytes() {
            [0, low @ 0..0x80] => [&[0x30, low], content].concat(),
            [0, low] => [&[0x30, 0x81, low], content].concat(),
            [high, low] => [&[0x30, 0x82, high, low], content].concat(),
        };
        let padded = |start: &[u8], length: usize| {
            let content = [start, &[7; 600]].concat();
            sequence(&content[..length])
        };
        for start in [
            &[0x02, 0x01, 0x00, 0x30][..],
            &[0x02, 0x01, 0x01, 0x30],
            &[0x02, 0x01, 0x00, 0x02],
            &[0x02, 0x01, 0x01, 0x04],
            &[0x30, 0x05, 0x06],
        ] {
            for length in [32, 0x7f, 0x80, 0xff, 0x100, 0x123] {
                let der = padded(start, length);
                case(&der, DER);
                case(BASE64_STANDARD.encode(&der).as_bytes(), DER);
                case(&[&der[..], &[7]].concat(), "a secret");
                case(&der[..der.len() - 1], "a secret");
            }
        }
        // Made of whole elements: those of a private key, and any that begin as those of a key do.
        let private = sequence(&[2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 2, 7, 7]);
        case(&private, "a private key in DER");
        case(BASE64_STANDARD.encode(&private).as_bytes(), "a private key in DER and base64");
        case(&sequence(&[6, 1, 1, 5, 0]), DER);
        // The length of the first element, and that something is after it.
        for tag in [0x30, 0x02] {
            case(&padded(&[tag, 0x82, 0x01, 0x00], 4 + 0x101), DER);
            case(&padded(&[tag, 0x82, 0x01, 0x00], 4 + 0x100), "a secret");
            case(&padded(&[tag, 0x82, 0x01, 0x00], 4 + 0xff), "a secret");
        }
        // No length is written so: 0x80 stands for one that is not known, and 0x90 for one of 16 bytes.
        for length in [0x80, 0x90] {
            let content = [&[0x02, 0x01, 0x00, 0x30][..], &[7; 0x90]].concat();
            let bytes = [&[0x30, length], &content[..usize::from(length)]].concat();
            case(&bytes, "a secret");
        }
        for start in
            [&[0x02, 0x01, 0x02, 0x30][..], &[0x02, 0x01, 0x00, 0x05], &[0x30, 0x05, 0x05], &[0x04, 0x82]]
        {
            case(&padded(start, 0x123), "a secret");
        }
    }

    #[test]
    fn what_others_may_know_is_no_secret_however_it_is_written() {
        let pem = "----BEGIN PUBLIC KEY----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n";
        let utf16: Vec<u8> = pem.bytes().flat_map(|byte| [byte, 0]).collect();
        for bytes in [
            pem.as_bytes(),
            pem.to_lowercase().as_bytes(),
            &utf16,
            br#"[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]"#,
            br#"[ { "kty" : "RSA", "e" : "AQAB" } ]"#,
            b"LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRWURLMlZ3QXlFQTExcVlBWUt4Q3JmVlM=",
            b"\"LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRWURLMlZ3QXlFQTExcVlBWUt4Q3JmVlM=\"",
        ] {
            assert!(matches!(Form::of(bytes), Form::Foreign(_)), "{}", String::from_utf8_lossy(bytes));
        }
        for secret in ["[0123456789abcdef0123456789abcdef]", "let us begin with a public secret of our own"] {
            assert_eq!(Form::of(secret.as_bytes()), Form::Secret, "{secret}");
        }
    }
}
