//! SHA-crypt of Unix: `$6$rounds=656000$SALT$TAG`, with 5,000 rounds where it says nothing.

use base64ct::{Base64ShaCrypt, Encoding};
use sha_crypt::{Params, sha256_crypt, sha512_crypt};
use zeroize::Zeroizing;

use super::cost::Bounds;
use super::field::{Field, cut, decimal};
use super::parsed::{Parsed, Read};
use super::{HashCost, HashFault, HashKind};

const DEFAULT_ROUNDS: u64 = 5000;

pub(super) fn parse(text: &str) -> Option<Read<Parsed>> {
    if let Some(rest) = text.strip_prefix("$6$") {
        return Some(fields(rest, HashKind::Sha512Crypt, 64));
    }
    text.strip_prefix("$5$").map(|rest| fields(rest, HashKind::Sha256Crypt, 32))
}

fn fields(text: &str, kind: HashKind, length: usize) -> Read<Parsed> {
    let (rounds, text) = match text.strip_prefix("rounds=") {
        Some(rest) => {
            let (rounds, rest) = cut(rest, b'$');
            (decimal(rounds).ok_or(HashFault::Params(kind))?, rest.unwrap_or_default())
        }
        None => (DEFAULT_ROUNDS, text),
    };
    let bounds = Bounds { kind, words: ["", " rounds"], least: 1000, most: 5_000_000 };
    let cost = HashCost::new(kind, [bounds.check(rounds)?, 0, 0]);
    let (salt, tag) = cut(text, b'$');
    let is_salt = (8..=16).contains(&salt.len()) && salt.bytes().all(|byte| byte.is_ascii_graphic());
    let salt = Field::of(salt.as_bytes()).filter(|_| is_salt).ok_or(HashFault::Salt(kind))?;
    let tag = tag.and_then(|tag| decode(tag, length)).ok_or(HashFault::Tag(kind))?;
    Ok(Parsed { cost, salt, tag })
}

/// The tag in the order in which it is computed.
fn decode(text: &str, length: usize) -> Option<Field> {
    let mut buffer = [0; 64];
    let written = Base64ShaCrypt::decode(text, &mut buffer).ok().filter(|tag| tag.len() == length)?;
    let mut tag = [0; 64];
    for (byte, at) in written.iter().zip(order(length)) {
        tag[at] = *byte;
    }
    Field::of(&tag[..length])
}

/// Which byte of the tag is written where: one from each third at a time, and each time another third first. The one or
/// two bytes left over come last.
fn order(length: usize) -> impl Iterator<Item = usize> {
    let third = length / 3;
    let groups = (0..third).flat_map(move |group| {
        let mut thirds = [group + 2 * third, group + third, group];
        if length == 64 {
            thirds.rotate_right(group % 3);
        } else {
            thirds.rotate_left(group % 3);
        }
        thirds
    });
    groups.chain(3 * third..length)
}

pub(super) fn derive(password: &[u8], cost: HashCost, salt: &[u8], tag: &mut [u8]) {
    let [rounds, ..] = cost.numbers();
    // All that was parsed is within.
    let params = Params::new(rounds).unwrap_or_default();
    if cost.kind() == HashKind::Sha512Crypt {
        let computed = Zeroizing::new(sha512_crypt(password, salt, params));
        tag.iter_mut().zip(computed.iter()).for_each(|(to, from)| *to = *from);
    } else {
        let computed = Zeroizing::new(sha256_crypt(password, salt, params));
        tag.iter_mut().zip(computed.iter()).for_each(|(to, from)| *to = *from);
    }
}
