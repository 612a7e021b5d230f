//! Values that say in front what they are: fingerprints, and keys in the formats of other programs.

use crate::auth::key::Look;

/// The fewest characters of a value.
const LEAST: usize = 16;

/// The labels of encodings, which say nothing about the value.
const ENCODINGS: [&str; 3] = ["base64", "b64", "hex"];

/// The look of a line that is a label and an encoded value.
pub(super) fn look(text: &str) -> Option<Look> {
    match () {
        () if is_digest(text) || is_colon_hex(text) => Some(Look::Fingerprint),
        () if text.starts_with("did:") => Some(Look::OtherPublic),
        () if text.starts_with("$ANSIBLE_VAULT;") => Some(Look::OtherSecret),
        () => paseto(text).or_else(|| bech32(text)).or_else(|| is_named(text).then_some(Look::Named)),
    }
}

fn is_encoded(text: &str) -> bool {
    text.len() >= LEAST && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/-_=:.".contains(&byte))
}

/// `SHA256:…` of OpenSSH, `sha256:…` of an image, `sha512-…` of a web page (SRI), `sha256/…` of a pinned key.
fn is_digest(text: &str) -> bool {
    let name = text.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let (name, rest) = text.split_at(name);
    let is_function = ["MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"]
        .iter()
        .any(|function| name.eq_ignore_ascii_case(function));
    is_function && rest.strip_prefix([':', '/', '-', '=']).is_some_and(is_encoded)
}

/// `AB:CD:…`, as many bytes as MD5, SHA-1 or SHA-256 has.
fn is_colon_hex(text: &str) -> bool {
    let is_byte = |pair: &str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split(':').all(is_byte) && [16, 20, 32].contains(&text.split(':').count())
}

/// A key of PASERK, `k4.public.…`, or a token of PASETO, `v4.local.…`.
fn paseto(text: &str) -> Option<Look> {
    let (version, rest) = text.split_once('.')?;
    let (kind, value) = rest.split_once('.')?;
    let is_kind =
        !kind.is_empty() && kind.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte));
    let is_versioned = |mark: char| {
        version
            .strip_prefix(mark)
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if !is_kind || !is_encoded(value) {
        return None;
    }
    match kind {
        _ if is_versioned('v') => Some(Look::Jwt),
        _ if !is_versioned('k') => None,
        "public" | "pid" | "lid" | "sid" => Some(Look::OtherPublic),
        _ => Some(Look::OtherSecret),
    }
}

/// A name, `1`, and a value with its checksum, as age and others write keys (BIP 173, BIP 350).
fn bech32(text: &str) -> Option<Look> {
    const CHARACTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let lower = text.to_ascii_lowercase();
    if lower != text && text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let (name, value) = lower.rsplit_once('1')?;
    let value: Option<Vec<u32>> = value
        .bytes()
        .map(|byte| u32::try_from(CHARACTERS.iter().position(|one| *one == byte)?).ok())
        .collect();
    let value = value.filter(|value| value.len() >= LEAST && !name.is_empty())?;
    let high = name.bytes().map(|byte| u32::from(byte) >> 5);
    let low = name.bytes().map(|byte| u32::from(byte) & 31);
    let checksum = high.chain([0]).chain(low).chain(value).fold(1, polymod);
    let is_secret = name.contains("secret") || name == "nsec";
    [1, 0x2bc8_30a3].contains(&checksum).then_some(if is_secret {
        Look::OtherSecret
    } else {
        Look::OtherPublic
    })
}

/// The checksum of Bech32 with one character more.
fn polymod(checksum: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let shifted = (checksum & 0x01ff_ffff) << 5 ^ value;
    let top = checksum >> 25;
    GENERATOR
        .iter()
        .zip(0..)
        .fold(shifted, |sum, (term, bit)| if top >> bit & 1 == 1 { sum ^ term } else { sum })
}

/// `name:value` with an encoded value.
fn is_named(text: &str) -> bool {
    let Some((name, value)) = text.split_once(':') else { return false };
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(is_part)
        && !ENCODINGS.contains(&name);
    is_name && is_encoded(value)
}
