//! bcrypt: `$2b$12$…`, 22 characters of salt and 31 of tag.

use base64::alphabet::BCRYPT;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, NO_PAD};

use super::cost::Bounds;
use super::field::Field;
use super::parsed::{Parsed, Read};
use super::{HashCost, HashFault, HashKind};

/// `$2a$`, `$2b$` and `$2y$` differ in bugs of old programs alone. `$2x$` marks hashes with such a bug.
const VERSIONS: [&str; 3] = ["$2b$", "$2a$", "$2y$"];
/// The last of its characters has four bits too many, which no program reads.
const SALT: GeneralPurpose = GeneralPurpose::new(&BCRYPT, NO_PAD_OF_ANY_BITS);
const TAG: GeneralPurpose = GeneralPurpose::new(&BCRYPT, NO_PAD);
const NO_PAD_OF_ANY_BITS: GeneralPurposeConfig = NO_PAD.with_decode_allow_trailing_bits(true);

const COST: Bounds = Bounds { kind: HashKind::Bcrypt, words: ["cost ", ""], least: 4, most: 16 };

/// The most bytes of a password that count.
const MOST: usize = 72;

pub(super) fn parse(text: &str) -> Option<Read<Parsed>> {
    let rest = VERSIONS.iter().find_map(|version| text.strip_prefix(version))?;
    Some(fields(rest))
}

fn fields(text: &str) -> Read<Parsed> {
    let malformed = HashFault::Params(HashKind::Bcrypt);
    let (cost, rest) = text.split_once('$').ok_or(malformed)?;
    let is_number = cost.len() == 2 && cost.bytes().all(|byte| byte.is_ascii_digit());
    let cost = cost.parse().ok().filter(|_| is_number).ok_or(malformed)?;
    let cost = HashCost::new(HashKind::Bcrypt, [COST.check(cost)?, 0, 0]);
    if rest.len() != 53 {
        return Err(malformed);
    }
    let (salt, tag) = rest.split_at_checked(22).ok_or(malformed)?;
    let salt = Field::decode(&SALT, salt, 16).ok_or(HashFault::Salt(HashKind::Bcrypt))?;
    let tag = Field::decode(&TAG, tag, 23).ok_or(HashFault::Tag(HashKind::Bcrypt))?;
    Ok(Parsed { cost, salt, tag })
}

/// Computes 23 bytes of tag. The password ends with a zero byte, which counts where there is room.
pub(super) fn derive(password: &[u8], cost: u32, salt: &[u8], tag: &mut [u8]) {
    let mut key = zeroize::Zeroizing::new([0; MOST]);
    let length = password.len().min(MOST);
    key[..length].copy_from_slice(&password[..length]);
    let key = &key[..(length + 1).min(MOST)];
    // All that was parsed has 16 bytes.
    let salt = salt.first_chunk().copied().unwrap_or_default();
    let computed = zeroize::Zeroizing::new(::bcrypt::bcrypt(cost, salt, key));
    tag.iter_mut().zip(computed.iter()).for_each(|(to, from)| *to = *from);
}
