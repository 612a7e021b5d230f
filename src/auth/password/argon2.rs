//! Argon2 (RFC 9106), as PHC strings.

use std::fmt;

use ::argon2::{Algorithm, Argon2, Params, Version};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use zeroize::Zeroizing;

use super::cost::Bounds;
use super::field::{Field, cut, parameters};
#[cfg(target_os = "linux")]
use super::memory;
use super::parsed::{Parsed, Read};
use super::{HashCost, HashFault, HashKind, OutOfMemory, threads};

/// What an Argon2 hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashParams {
    /// Memory in KiB, 8 for each lane up to 2 GiB.
    pub memory_kib: u32,
    /// Passes over the memory, 1 to 64.
    pub iterations: u32,
    /// Lanes, 1 to 16.
    pub parallelism: u32,
}

const MOST_MEMORY: u32 = 2_097_152;
const MOST_ITERATIONS: u32 = 64;
const MOST_LANES: u32 = 16;

impl HashParams {
    /// pwdlib's and RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes.
    pub const DEFAULT: Self = Self { memory_kib: 65_536, iterations: 3, parallelism: 4 };

    /// Whether Argon2 can run with these parameters, and at a cost of at most 2 GiB, 64 passes and 16 lanes.
    #[must_use]
    pub const fn are_usable(self) -> bool {
        self.iterations >= 1
            && self.iterations <= MOST_ITERATIONS
            && self.parallelism >= 1
            && self.parallelism <= MOST_LANES
            && self.memory_kib >= 8 * self.parallelism
            && self.memory_kib <= MOST_MEMORY
    }

    /// Whether they are at least OWASP's minimum for new hashes: `m=19456, t=2` or its equivalents.
    #[must_use]
    pub const fn are_strong(self) -> bool {
        let least = match self.iterations {
            0 => return false,
            1 => 47_104,
            2 => 19_456,
            3 => 12_288,
            4 => 9_216,
            _ => 7_168,
        };
        self.memory_kib >= least
    }

    /// The work of an attacker: KiB written.
    pub(super) fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.iterations)
    }
}

/// `m=65536,t=3,p=4`, as a PHC string has it.
impl fmt::Display for HashParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m={},t={},p={}", self.memory_kib, self.iterations, self.parallelism)
    }
}

pub(super) fn parse(text: &str) -> Option<Read<Parsed>> {
    let (variant, rest) = cut(text.strip_prefix("$argon2")?, b'$');
    let kind = match variant {
        "id" => HashKind::Argon2id,
        "i" => HashKind::Argon2i,
        "d" => HashKind::Argon2d,
        _ => return None,
    };
    Some(fields(rest.unwrap_or_default(), kind))
}

fn fields(text: &str, kind: HashKind) -> Read<Parsed> {
    let rest = text.strip_prefix("v=19$").ok_or(HashFault::Version(kind))?;
    let (params, rest) = cut(rest, b'$');
    let [memory, iterations, lanes] = parameters(params, ["m", "t", "p"]).ok_or(HashFault::Params(kind))?;
    let bounds =
        |words, least: u32, most: u32| Bounds { kind, words, least: least.into(), most: most.into() };
    let lanes = bounds(["p=", ""], 1, MOST_LANES).check(lanes)?;
    let iterations = bounds(["t=", ""], 1, MOST_ITERATIONS).check(iterations)?;
    let memory = bounds(["m=", " KiB"], 8 * lanes, MOST_MEMORY).check(memory)?;
    let (salt, rest) = rest.map_or(("", None), |rest| cut(rest, b'$'));
    let salt = Field::decode(&BASE64_STANDARD_NO_PAD, salt, 8).ok_or(HashFault::Salt(kind))?;
    // A fourth `$` is not base64 either.
    let tag = rest.and_then(|tag| Field::decode(&BASE64_STANDARD_NO_PAD, tag, 16));
    let tag = tag.ok_or(HashFault::Tag(kind))?;
    Ok(Parsed { cost: HashCost::new(kind, [memory, iterations, lanes]), salt, tag })
}

/// The PHC string of a new Argon2id hash.
///
/// # Errors
///
/// [`OutOfMemory`].
pub(super) fn phc(
    password: &[u8],
    params: HashParams,
    salt: &[u8],
    length: usize,
) -> Result<String, OutOfMemory> {
    let mut tag = Zeroizing::new(vec![0; length]);
    derive(password, HashKind::Argon2id, params, salt, &mut tag)?;
    let base64 = BASE64_STANDARD_NO_PAD;
    Ok(format!("$argon2id$v=19${params}${}${}", base64.encode(salt), base64.encode(tag.as_slice())))
}

/// Computes the tag. Parameters, salt and length of the tag are within bounds.
///
/// # Errors
///
/// [`OutOfMemory`]: nothing was computed.
pub(super) fn derive(
    password: &[u8],
    kind: HashKind,
    params: HashParams,
    salt: &[u8],
    tag: &mut [u8],
) -> Result<(), OutOfMemory> {
    let algorithm = match kind {
        HashKind::Argon2i => Algorithm::Argon2i,
        HashKind::Argon2d => Algorithm::Argon2d,
        _ => Algorithm::Argon2id,
    };
    let HashParams { memory_kib, iterations, parallelism } = params;
    let out_of_memory = |_| OutOfMemory(HashCost::new(kind, [memory_kib, iterations, parallelism]));
    let params = Params::new(memory_kib, iterations, parallelism, Some(tag.len())).map_err(out_of_memory)?;
    let argon2 = Argon2::new(algorithm, Version::V0x13, params);
    // Allocate before starting threads: their stacks could take the memory, and Argon2 can run without them.
    #[cfg(target_os = "linux")]
    let mut blocks = memory::Blocks::new(argon2.params().block_count());
    let computed = threads::run(|| {
        #[cfg(target_os = "linux")]
        if let Some(blocks) = &mut blocks {
            return argon2.hash_password_into_with_memory(password, salt, tag, blocks.as_mut());
        }
        argon2.hash_password_into(password, salt, tag)
    });
    computed.map_err(out_of_memory)
}
