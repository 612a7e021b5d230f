//! scrypt (RFC 7914), in the forms of PHC and Django.

use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, PAD};
use base64::prelude::BASE64_STANDARD_NO_PAD;

use super::cost::Bounds;
use super::field::{Field, cut, decimal, parameters};
use super::parsed::{Parsed, Read};
use super::{HashCost, HashFault, HashKind, OutOfMemory};

const KIND: HashKind = HashKind::Scrypt;
const DJANGO: GeneralPurpose = GeneralPurpose::new(&STANDARD, PAD);

/// Memory in KiB: 128 · N · r / 1024.
const MEMORY: Bounds = Bounds { kind: KIND, words: ["", " KiB of memory"], least: 0, most: 2_097_152 };
const LANES: Bounds = Bounds { kind: KIND, words: ["p=", ""], least: 1, most: 16 };
const BLOCKS: Bounds = Bounds { kind: KIND, words: ["r=", ""], least: 1, most: 32_768 };
const LOG_N: Bounds = Bounds { kind: KIND, words: ["ln=", ""], least: 1, most: 24 };

pub(super) fn parse(text: &str) -> Option<Read<Parsed>> {
    if let Some(rest) = text.strip_prefix("$scrypt$") {
        return Some(phc(rest));
    }
    text.strip_prefix("scrypt$").map(django)
}

/// `ln=17,r=8,p=1$SALT$TAG`
fn phc(text: &str) -> Read<Parsed> {
    let (params, rest) = cut(text, b'$');
    let [log_n, r, p] = parameters(params, ["ln", "r", "p"]).ok_or(HashFault::Params(KIND))?;
    let cost = cost(log_n, r, p)?;
    let (salt, tag) = cut(rest.unwrap_or_default(), b'$');
    let base64 = BASE64_STANDARD_NO_PAD;
    let salt = Field::decode(&base64, salt, 8).ok_or(HashFault::Salt(KIND))?;
    let tag = tag.and_then(|tag| Field::decode(&base64, tag, 16)).ok_or(HashFault::Tag(KIND))?;
    Ok(Parsed { cost, salt, tag })
}

/// `N$SALT$R$P$TAG`: the salt is text, and the tag padded.
fn django(text: &str) -> Read<Parsed> {
    let mut fields = text.splitn(5, '$');
    let mut next = || fields.next().ok_or(HashFault::Params(KIND));
    let (n, salt, r, p, tag) = (next()?, next()?, next()?, next()?, next()?);
    let number = |text| decimal(text).ok_or(HashFault::Params(KIND));
    let (n, r, p) = (number(n)?, number(r)?, number(p)?);
    if !n.is_power_of_two() {
        return Err(HashFault::Params(KIND));
    }
    let cost = cost(n.ilog2().into(), r, p)?;
    let salt = Field::of(salt.as_bytes()).filter(|salt| salt.as_slice().len() >= 8);
    let salt = salt.ok_or(HashFault::Salt(KIND))?;
    let tag = Field::decode(&DJANGO, tag, 16).ok_or(HashFault::Tag(KIND))?;
    Ok(Parsed { cost, salt, tag })
}

fn cost(log_n: u64, r: u64, p: u64) -> Read<HashCost> {
    let memory = 1_u64.checked_shl(u32::try_from(log_n).unwrap_or(u32::MAX)).unwrap_or(u64::MAX);
    let kibibytes = memory.saturating_mul(r).saturating_mul(128) / 1024;
    MEMORY.check(kibibytes)?;
    Ok(HashCost::new(KIND, [LOG_N.check(log_n)?, BLOCKS.check(r)?, LANES.check(p)?]))
}

/// # Errors
///
/// [`OutOfMemory`]: nothing was computed.
pub(super) fn derive(
    password: &[u8],
    cost: HashCost,
    salt: &[u8],
    tag: &mut [u8],
) -> Result<(), OutOfMemory> {
    let [log_n, r, p] = cost.numbers();
    let out_of_memory = OutOfMemory(cost);
    let log_n = u8::try_from(log_n).map_err(|_| out_of_memory)?;
    let params = ::scrypt::Params::new(log_n, r, p).map_err(|_| out_of_memory)?;
    // The crate aborts the process where it gets no memory: ask for as much first.
    let needed = ((1_usize << log_n) + p as usize + 1).saturating_mul(r as usize).saturating_mul(128);
    Vec::<u8>::new().try_reserve_exact(needed).map_err(|_| out_of_memory)?;
    ::scrypt::scrypt(password, salt, &params, tag).map_err(|_| out_of_memory)
}
