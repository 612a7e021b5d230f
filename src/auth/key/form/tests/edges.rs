//! Texts and bytes at the edges of what is a secret: what just is none, and what just is one.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::super::super::{KeyFault, KeySet};
use super::{Encoding, JWKS, Look, PEM, SPKI, case, hex, look, percent, plain};

const SECRET: &str = "4f1feeca525de4cdb064656007da3eda";

fn fault(bytes: impl AsRef<[u8]>) -> KeyFault {
    KeySet::parse(bytes.as_ref()).unwrap_err()
}

/// Bytes that begin like this, `length` in all.
fn filled(start: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = start.to_vec();
    bytes.resize_with(length, || 0xa7);
    bytes
}

#[test]
fn bytes_in_braces_are_a_secret_of_as_many_bytes_as_one_has() {
    let braced = |length: usize| [&filled(b"{", length - 1)[..], b"}"].concat();
    for length in [32, 48, 64] {
        assert_eq!(look(braced(length)), None, "{length}");
    }
    for length in [31, 33, 47, 65] {
        assert!(
            matches!(fault(braced(length)), KeyFault::Json { .. }),
            "{length}: {}",
            fault(braced(length))
        );
        assert_eq!(fault(filled(b"{", length)), KeyFault::BinaryLength { bytes: length });
    }
    assert_eq!(look(filled(b"{", 32)), None);
    // A text in another encoding than UTF-8.
    let latin1 = b"{\"kty\":\"oct\",\"alg\":\"HS\xdc\",\"k\":\"\"}";
    assert_eq!(latin1.len(), 32);
    assert!(matches!(fault(latin1), KeyFault::Json { .. }));
}

#[test]
fn a_text_is_told_by_its_first_8_kib_wherever_they_end_in_a_character() {
    for character in ["é", "€", "😀"] {
        for shift in 0..4 {
            let text = format!("<!DOCTYPE html>{}{}", &"   "[..shift], character.repeat(5000));
            plain(text, Look::Markup);
        }
    }
    let ends_at = |length: usize| format!("{}-----END", &"x!".repeat(length / 2 + 1)[..length - 8]);
    plain(ends_at(8192), Look::Pem);
    assert_eq!(fault(ends_at(8193)), KeyFault::LongSecret { bytes: 8193 });
}

#[test]
fn a_text_is_decoded_twice_and_no_more() {
    let once = BASE64_STANDARD.encode("https://idp.example.com/.well-known/jwks.json");
    let twice = BASE64_STANDARD.encode(&once);
    case(&twice, Look::Url, Encoding::Twice);
    assert_eq!(look(BASE64_STANDARD.encode(&twice)), None);
    // Quotes are no encoding.
    let padded = BASE64_STANDARD.encode("https://example.com/keys.json");
    case(format!("\"{}\"", percent(padded)), Look::Url, Encoding::Twice);
}

#[test]
fn quotes_do_not_hide_what_they_are_around() {
    for text in ["\"${SIGNING_KEY}\"", "'{{ .Values.key }}'", "`$(SIGNING_KEY)`", r#""\u0024{SIGNING_KEY}""#]
    {
        plain(text, Look::Placeholder);
    }
    plain(r#""\u003c!DOCTYPE html>404""#, Look::Markup);
    assert_eq!(look("\"django-insecure-#f$k^2!q(x)p&=w@z_v*b\""), None);
}

#[test]
fn several_lines_are_no_secret_in_an_encoding_either() {
    let lines = "the first line of words!\nthe second one\n";
    case(BASE64_STANDARD.encode(lines), Look::Lines, Encoding::Base64);
    case(hex(lines), Look::Lines, Encoding::Hex);
    case("the%20first%0athe%20second%0athe%20third%20line", Look::Lines, Encoding::Percent);
    assert_eq!(look("x(%0a)4f1feeca525de4cdb064656007da3eda"), None);
    // A secret in base64 of several lines.
    let wrapped = format!("{SECRET}\n{SECRET}\n");
    assert_eq!(look(BASE64_STANDARD.encode(wrapped)), None);
}

#[test]
fn one_character_is_too_few_and_not_over_and_over() {
    assert_eq!(fault("a"), KeyFault::ShortSecret { bytes: 1, least: 32 });
    assert_eq!(fault("%41"), KeyFault::ShortSecret { bytes: 3, least: 32 });
    assert_eq!(fault(b"\xff"), KeyFault::BinaryLength { bytes: 1 });
    plain("aa", Look::Repeated);
    assert_eq!(look(format!("{SECRET}!AAAAAAAAAAAAAAAAAAAAAAAA")), None);
}

#[test]
fn base64_that_was_cut_within_a_group_is_read() {
    let jwks = BASE64_STANDARD.encode(JWKS);
    for length in [80, 81, 82, 83] {
        case(&jwks[..length], Look::Jwk, Encoding::Base64);
    }
}

#[test]
fn der_is_told_by_its_elements() {
    let octets = |length: u8| [&[4, length][..], &vec![0x5a; length.into()]].concat();
    // As PKCS #12 begins: version 3 and two sequences.
    let three = [&b"\x30\x2e\x02\x01\x03\x30\x13"[..], &octets(17), b"\x30\x14", &octets(18)].concat();
    assert_eq!(three.len(), 48);
    plain(&three, Look::Der);
    assert_eq!(look([&b"\x30\x1e"[..], &octets(28)].concat()), None);
}

#[test]
fn der_that_was_cut_is_told_by_its_start() {
    for start in [
        // The algorithm of a public key.
        &b"\x30\x82\x01\x22\x30\x0d\x06\x09"[..],
        b"\x30\x82\x01\x22\x30\x0d\x06\x03",
        // The serial number of a certificate, or its version.
        b"\x30\x82\x01\x22\x30\x81\xdf\x02\x14",
        b"\x30\x82\x01\x22\x30\x81\xdf\xa0\x03",
        // Private keys: PKCS #8, PKCS #1, SEC 1.
        b"\x30\x82\x04\xbe\x02\x01\x00\x30\x0d",
        b"\x30\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01",
        b"\x30\x82\x01\x68\x02\x01\x01\x04\x20",
        // A modulus.
        b"\x30\x82\x01\x0a\x02\x41",
    ] {
        plain(filled(start, 64), Look::Der);
    }
    for start in [
        &b"\x30\x82\x01\x22\x30\x0d\x06\x10"[..],
        b"\x30\x82\x01\x22\x30\x81\xdf\x02\x15",
        b"\x30\x82\x01\x22\x30\x81\xdf\xa0\x04",
        b"\x30\x82\x01\x22\x30\x81\xdf\x80\x03",
        b"\x30\x82\x01\x22\x30\x81\xdf\x31\x03",
        b"\x30\x82\x04\xbe\x02\x01\x02\x30\x0d",
        b"\x30\x82\x04\xbe\x02\x01\x00\x0c\x0d",
        b"\x30\x82\x01\x0a\x02\x40",
        // No sequence, and one that ends.
        b"\x31\x82\x01\x22\x30\x0d\x06\x09",
        b"\x30\x10\x30\x0d\x06\x09",
    ] {
        assert_eq!(look(filled(start, 64)), None, "{start:x?}");
    }
}

#[test]
fn a_key_or_signature_of_minisign_is_no_secret() {
    for (start, length) in [(&b"Ed"[..], 42), (b"Ed", 74), (b"ED", 74), (b"EdScB2", 158), (b"EdBK", 104)] {
        plain(filled(start, length), Look::Minisign);
    }
    for (start, length) in [(&b"ED"[..], 42), (b"Ex", 74), (b"EdSc", 104)] {
        assert_eq!(fault(filled(start, length)), KeyFault::BinaryLength { bytes: length });
    }
}

#[test]
fn bytes_are_a_text_in_another_encoding_if_seven_of_eight_are_plain() {
    let bytes = |others: usize| [&vec![b'x'; 32 - others][..], &vec![0xe4; others]].concat();
    plain(bytes(4), Look::Unseen);
    assert_eq!(look(bytes(5)), None);
    assert_eq!(look(bytes(31)), None);
    let with_control = [&bytes(1)[..31], b"\x01"].concat();
    assert_eq!(look([&b"\xe4"[..], &with_control[1..]].concat()), None);
}

#[test]
fn utf16_is_a_text_if_half_of_it_is_ascii() {
    let units = |ascii: usize, others: &[u16]| -> Vec<u8> {
        let mut units: Vec<u16> = others.to_vec();
        units.splice(0..0, vec![u16::from(b'a'); ascii]);
        units.resize(16, 0x4e2d);
        units.into_iter().flat_map(u16::to_le_bytes).collect()
    };
    plain(units(8, &[0x80]), Look::Utf16);
    assert_eq!(look(units(7, &[0x80])), None);
    assert_eq!(look(units(2, &[0x80])), None);
}

#[test]
fn a_hash_of_a_password_has_its_kind_and_its_tag() {
    for text in [
        "m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w",
        "$1$saltsalt$abcdefghijklmnopqrst",
        "{MD5}4f1feeca525de4cdb064656007da3eda",
        "us/er:{SSHA}DkMTwBl+a/3DQTxCYEApdUtNXGgdUac3xxyyzz",
    ] {
        plain(text, Look::PasswordHash);
    }
    for text in [
        "m=65536,t=3,k=4$wagCPXjifgvUFBzq4hqe3w",
        "$1$saltsaltsalt$abcdefghijklmnopqrs",
        "$kind$saltsalt$4f1feeca525de4cdb064656007da3eda",
        "{ab}4f1feeca525de4cdb064656007da3eda",
        "{S+A}4f1feeca525de4cdb064656007da3eda",
        "{SSHA}4f1feeca525de4cdb06!4656007da3eda",
    ] {
        assert_eq!(look(text), None, "{text}");
    }
}

#[test]
fn a_part_gives_a_text_away_that_is_all_there() {
    for (text, expected) in [
        ("4f1feeca525de4cdb064656007da3eda-----END", Look::Pem),
        ("[4f1feeca525de4cdb064656007da3eda,\"bits\":256]", Look::Json),
        ("[4f1feeca525de4cdb064656007da3eda,\"bits\":-256]", Look::Json),
        ("<AuthctlSigningKeyOfProduction/>", Look::Placeholder),
        ("<AuthctlSigningKeyOfProduction>xy", Look::Markup),
        ("4f1feeca525de4cdb064656007da3eda</key>", Look::Markup),
        ("projects/123456/secrets/authctl-signing", Look::Placeholder),
        ("ab://4f1feeca525de4cdb064656007da3eda", Look::Url),
        ("ABC=4f1feeca525de4cd!b064656007da3eda", Look::Assignment),
        ("AB=4f1feeca525de4cdb064656007da3eda", Look::Assignment),
    ] {
        plain(text, expected);
    }
    for text in [
        "<1>4f1feeca525de4cdb064656007da3eda",
        "4f1feeca525de4cd\"bits\":256b064656007da3",
        "4f1feeca525de4cd,\"bits\"256b064656007da3",
        "4f1feeca525de4cd,\"b\":256b064656007da3eda",
        "4f1feeca525de4cdb064656007da</key",
        "4f1feeca525de4cdb064656007da3eda</>",
        // Random punctuation may have one of these.
        "4f1feeca525de4cdb064656007da3eda</ab>",
        "projects/4f1feeca525de4cdb064656007da3eda",
        "4f1feeca/secrets/525de4cdb064656007da3eda",
        "1ab://4f1feeca525de4cdb064656007da3eda",
        "a(b://4f1feeca525de4cdb064656007da3eda",
        "base64://4f1feeca525de4cdb064656007da3eda",
        "ab://4f1feeca525de4cd{b064656007da3eda",
        "abcdefghijklmnopqrstuvwxyz-0123456789://",
        "_=4f1feeca525de4cdb064656007da3eda",
        "1A=4f1feeca525de4cdb064656007da3eda",
        "AB=4f1feeca525de4cd!b064656007da3eda",
        "eyJhYmNkZWZnaGlq.4f1feeca525de4cdb064656007da3eda",
    ] {
        assert_eq!(look(text), None, "{text}");
    }
}

#[test]
fn a_key_in_another_form_is_read_up_to_a_mebibyte() {
    let padded = |length: usize| format!("{}{}", JWKS, " ".repeat(length - JWKS.len()));
    assert!(KeySet::parse(padded(1_048_576).as_bytes()).is_ok());
    assert_eq!(fault(padded(1_048_577)), KeyFault::TooLarge);
    assert_eq!(fault(format!("{PEM}{SPKI}").repeat(10_000)), KeyFault::TooLarge);
}
