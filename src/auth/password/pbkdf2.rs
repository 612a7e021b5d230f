//! PBKDF2 with HMAC (RFC 8018, 5.2), in the forms of PHC, passlib and Django.

use std::num::NonZeroU32;

use base64::alphabet::{Alphabet, STANDARD};
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, PAD};
use base64::prelude::BASE64_STANDARD_NO_PAD;
use ring::pbkdf2::{PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA256, PBKDF2_HMAC_SHA512};

use super::cost::Bounds;
use super::field::{Field, cut, decimal, parameters};
use super::parsed::{Parsed, Read};
use super::{HashCost, HashFault, HashKind};

const MOST_ROUNDS: u64 = 10_000_000;

/// How a hash begins, its kind, and whose form it is.
const STARTS: [(&str, HashKind, Form); 9] = [
    ("$pbkdf2-sha256$", HashKind::Pbkdf2Sha256, Form::Modular),
    ("$pbkdf2-sha512$", HashKind::Pbkdf2Sha512, Form::Modular),
    ("$pbkdf2-sha1$", HashKind::Pbkdf2Sha1, Form::Modular),
    ("$pbkdf2$", HashKind::Pbkdf2Sha1, Form::Modular),
    ("pbkdf2_sha256$", HashKind::Pbkdf2Sha256, Form::Django),
    ("pbkdf2_sha1$", HashKind::Pbkdf2Sha1, Form::Django),
    ("{PBKDF2-SHA256}", HashKind::Pbkdf2Sha256, Form::Modular),
    ("{PBKDF2-SHA512}", HashKind::Pbkdf2Sha512, Form::Modular),
    ("{PBKDF2}", HashKind::Pbkdf2Sha1, Form::Modular),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `i=…,l=…$SALT$TAG` of PHC, or `ROUNDS$SALT$TAG` of passlib.
    Modular,
    /// `ROUNDS$SALT$TAG`: the salt is text, and the tag padded.
    Django,
}

const DJANGO: GeneralPurpose = GeneralPurpose::new(&STANDARD, PAD);
/// passlib's base64 has `.` for `+`.
const PASSLIB: GeneralPurpose = GeneralPurpose::new(&PASSLIB_ALPHABET, NO_PAD);
const PASSLIB_ALPHABET: Alphabet =
    match Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./") {
        Ok(alphabet) => alphabet,
        Err(_) => STANDARD,
    };

pub(super) fn parse(text: &str) -> Option<Read<Parsed>> {
    let (rest, kind, form) =
        STARTS.iter().find_map(|(start, kind, form)| Some((text.strip_prefix(start)?, *kind, *form)))?;
    // Behind a prefix in braces a `$` begins another form.
    (!rest.starts_with('$')).then(|| fields(rest, kind, form))
}

fn fields(text: &str, kind: HashKind, form: Form) -> Read<Parsed> {
    let (params, rest) = cut(text, b'$');
    let (salt, tag) = cut(rest.unwrap_or_default(), b'$');
    let is_phc = params.contains('=');
    let (rounds, length) = rounds(params, is_phc).ok_or(HashFault::Params(kind))?;
    let bounds = Bounds { kind, words: ["", " rounds"], least: 1, most: MOST_ROUNDS };
    let cost = HashCost::new(kind, [bounds.check(rounds)?, 0, 0]);
    let (salt, tag) = match tag {
        None => return Err(HashFault::Tag(kind)),
        Some(tag) if form == Form::Django => (Field::of(salt.as_bytes()), Field::decode(&DJANGO, tag, 16)),
        Some(tag) if is_phc => {
            let base64 = BASE64_STANDARD_NO_PAD;
            (Field::decode(&base64, salt, 8), Field::decode(&base64, tag, 16))
        }
        Some(tag) => (Field::decode(&PASSLIB, salt, 8), Field::decode(&PASSLIB, tag, 16)),
    };
    let salt = salt.filter(|salt| salt.as_slice().len() >= 8).ok_or(HashFault::Salt(kind))?;
    let tag = tag.ok_or(HashFault::Tag(kind))?;
    if length.is_some_and(|length| length != tag.as_slice().len() as u64) {
        return Err(HashFault::Params(kind));
    }
    Ok(Parsed { cost, salt, tag })
}

/// The rounds, and the length of the tag where it is given.
fn rounds(text: &str, is_phc: bool) -> Option<(u64, Option<u64>)> {
    if !is_phc {
        return Some((decimal(text)?, None));
    }
    if let Some([rounds]) = parameters(text, ["i"]) {
        return Some((rounds, None));
    }
    let [rounds, length] = parameters(text, ["i", "l"])?;
    Some((rounds, Some(length)))
}

pub(super) fn derive(password: &[u8], kind: HashKind, rounds: u32, salt: &[u8], tag: &mut [u8]) {
    let algorithm = match kind {
        HashKind::Pbkdf2Sha1 => PBKDF2_HMAC_SHA1,
        HashKind::Pbkdf2Sha512 => PBKDF2_HMAC_SHA512,
        _ => PBKDF2_HMAC_SHA256,
    };
    // All that was parsed has at least one.
    let rounds = NonZeroU32::new(rounds).unwrap_or(NonZeroU32::MIN);
    ring::pbkdf2::derive(algorithm, rounds, salt, password, tag);
}
