//! Passwords and their Argon2id hashes (RFC 9106), written as PHC strings.

#[cfg(target_os = "linux")]
mod memory;
#[cfg(feature = "strength")]
pub mod strength;
mod threads;

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use secrecy::{ExposeSecret, SecretSlice};
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use super::words;

/// A password as typed, byte for byte. `Debug` does not show it.
pub type Password = SecretSlice<u8>;

/// What an Argon2id hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashParams {
    /// Memory in KiB, 8 for each lane up to 2 GiB.
    pub memory_kib: u32,
    /// Passes over the memory, 1 to 64.
    pub iterations: u32,
    /// Lanes, 1 to 16.
    pub parallelism: u32,
}

impl HashParams {
    /// pwdlib's and RFC 9106's second recommendation: 64 MiB, 3 passes, 4 lanes.
    pub const DEFAULT: Self = Self { memory_kib: 65_536, iterations: 3, parallelism: 4 };

    /// Whether Argon2 can run with these parameters, and at a cost of at most 2 GiB, 64 passes and 16 lanes.
    #[must_use]
    pub const fn are_usable(self) -> bool {
        self.iterations >= 1
            && self.iterations <= 64
            && self.parallelism >= 1
            && self.parallelism <= 16
            && self.memory_kib >= 8 * self.parallelism
            && self.memory_kib <= 2_097_152
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

    /// Whether one of them is below that of `policy`.
    #[must_use]
    pub const fn are_below(self, policy: Self) -> bool {
        self.memory_kib < policy.memory_kib
            || self.iterations < policy.iterations
            || self.parallelism < policy.parallelism
    }
}

/// `m=65536,t=3,p=4`, as a PHC string has it.
impl fmt::Display for HashParams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "m={},t={},p={}", self.memory_kib, self.iterations, self.parallelism)
    }
}

/// The rules for new passwords and their hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The parameters of a new hash.
    pub params: HashParams,
    /// The least number of characters of a new password.
    pub min_length: u32,
    /// Whether a login replaces a hash that is below the policy.
    pub rehash: bool,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self { params: HashParams::DEFAULT, min_length: 8, rehash: false }
    }
}

/// The longest new password, in bytes.
pub const MAX_PASSWORD_BYTES: usize = 4096;

/// Why a new password has the wrong length.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LengthFault {
    /// Fewer characters than the policy's `min_length`.
    #[error("the password has {}, and needs at least {least}", words::count(*.characters, "character"))]
    TooShort {
        /// The number of its characters.
        characters: usize,
        /// The least number.
        least: u32,
    },
    /// More than [`MAX_PASSWORD_BYTES`].
    #[error("the password has more than {MAX_PASSWORD_BYTES} bytes")]
    TooLong,
}

impl PasswordPolicy {
    /// Checks the length of a new password. Characters are those of Unicode; bytes that are not UTF-8 count as one
    /// each.
    ///
    /// # Errors
    ///
    /// [`LengthFault`].
    pub fn check_length(&self, password: &Password) -> Result<(), LengthFault> {
        let bytes = password.expose_secret();
        let characters =
            bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
        if characters < self.min_length as usize {
            return Err(LengthFault::TooShort { characters, least: self.min_length });
        }
        if bytes.len() > MAX_PASSWORD_BYTES { Err(LengthFault::TooLong) } else { Ok(()) }
    }
}

/// Why a `hashed_password` is unusable.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum HashFault {
    /// `!` or `*`: no password at all.
    #[error("the account is locked")]
    Locked,
    /// Argon2i, bcrypt, plain text or anything else.
    #[error("not an Argon2id hash")]
    Algorithm,
    /// Not version 19 (0x13).
    #[error("not version 19 of Argon2id")]
    Version,
    /// Not `m=…,t=…,p=…`, each once and in decimal.
    #[error("the parameters are not `m=…,t=…,p=…`")]
    Params,
    /// Above 2 GiB, 64 passes or 16 lanes, or below what Argon2 needs.
    #[error("the cost is out of bounds")]
    Cost,
    /// Not base64, or not 8 to 64 bytes.
    #[error("the salt is not 8 to 64 bytes of base64")]
    Salt,
    /// Missing, not base64, or not 16 to 64 bytes.
    #[error("the tag is not 16 to 64 bytes of base64")]
    Tag,
}

/// A `hashed_password` as read: usable, or not and why.
///
/// `Debug` shows neither salt nor tag.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Result<Argon2Id, HashFault>);

#[derive(Clone, PartialEq, Eq)]
struct Argon2Id {
    params: HashParams,
    salt: Vec<u8>,
    tag: Vec<u8>,
}

impl PasswordHash {
    /// Reads a PHC string such as `$argon2id$v=19$m=65536,t=3,p=4$SALT$TAG`.
    ///
    /// Never fails: any other text is an unusable hash, which no password matches. All bounds are checked
    /// here, before any memory is taken for it.
    #[must_use]
    pub fn parse(phc: &str) -> Self {
        Self(Argon2Id::parse(phc))
    }

    /// Parameters, salt and tag, if it is usable.
    pub(super) fn parts(&self) -> Option<(HashParams, &[u8], &[u8])> {
        self.0.as_ref().ok().map(|hash| (hash.params, hash.salt.as_slice(), hash.tag.as_slice()))
    }

    /// As [`parts`](Self::parts), of a PHC string that is not kept.
    pub(super) fn with_parts(phc: &str, take: impl FnOnce(HashParams, &[u8], &[u8])) {
        if let Ok((params, salt, tag)) = fields(phc) {
            take(params, salt.as_slice(), tag.as_slice());
        }
    }

    /// Its parameters, if it is usable.
    #[must_use]
    pub fn params(&self) -> Option<HashParams> {
        self.0.as_ref().ok().map(|hash| hash.params)
    }

    /// Why it is unusable, if it is.
    #[must_use]
    pub fn fault(&self) -> Option<HashFault> {
        self.0.as_ref().err().copied()
    }

    /// Whether a new hash under `policy` would be stronger.
    #[must_use]
    pub fn is_below(&self, policy: &PasswordPolicy) -> bool {
        self.0.as_ref().is_ok_and(|hash| {
            hash.params.are_below(policy.params) || hash.salt.len() < SALT_BYTES || hash.tag.len() < TAG_BYTES
        })
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Ok(hash) => write!(f, "PasswordHash({})", hash.params),
            Err(fault) => write!(f, "PasswordHash({fault})"),
        }
    }
}

/// Bytes of a new salt (RFC 9106, 3.1).
const SALT_BYTES: usize = 16;
/// Bytes of a new tag.
const TAG_BYTES: usize = 32;

impl Argon2Id {
    fn parse(phc: &str) -> Result<Self, HashFault> {
        let (params, salt, tag) = fields(phc)?;
        Ok(Self { params, salt: salt.as_slice().to_vec(), tag: tag.as_slice().to_vec() })
    }
}

/// Parameters, salt and tag of a PHC string.
fn fields(phc: &str) -> Result<(HashParams, Field, Field), HashFault> {
    if phc.starts_with('!') || phc.starts_with('*') {
        return Err(HashFault::Locked);
    }
    let rest = phc.strip_prefix("$argon2id$").ok_or(HashFault::Algorithm)?;
    let rest = rest.strip_prefix("v=19$").ok_or(HashFault::Version)?;
    let (params, rest) = cut(rest, b'$');
    let params = parse_params(params)?;
    let (salt, rest) = rest.map_or(("", None), |rest| cut(rest, b'$'));
    let salt = Field::decode(salt, 8).ok_or(HashFault::Salt)?;
    // A fourth `$` is not base64 either.
    let tag = rest.and_then(|tag| Field::decode(tag, 16)).ok_or(HashFault::Tag)?;
    Ok((params, salt, tag))
}

/// Up to 64 bytes, and the two more that the decoder needs.
struct Field {
    bytes: [u8; 66],
    length: usize,
}

impl Field {
    fn decode(text: &str, least: usize) -> Option<Self> {
        let mut bytes = [0; 66];
        let length = BASE64_STANDARD_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        (least..=64).contains(&length).then_some(Self { bytes, length })
    }

    fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

fn parse_params(text: &str) -> Result<HashParams, HashFault> {
    let mut rest = Some(text);
    let mut next = |name: &str| {
        let (field, after) = cut(rest.take()?, b',');
        rest = after;
        decimal(field.strip_prefix(name)?)
    };
    let params = (next("m="), next("t="), next("p="));
    let ((Some(memory), Some(iterations), Some(lanes)), None) = (params, rest) else {
        return Err(HashFault::Params);
    };
    let small = |number: u64| u32::try_from(number).map_err(|_| HashFault::Cost);
    let params =
        HashParams { memory_kib: small(memory)?, iterations: small(iterations)?, parallelism: small(lanes)? };
    if params.are_usable() { Ok(params) } else { Err(HashFault::Cost) }
}

/// A decimal without leading zeros (PHC string format); `u64::MAX` stands for any larger one.
fn decimal(text: &str) -> Option<u64> {
    let canonical = text == "0" || (!text.is_empty() && !text.starts_with('0'));
    let digits = canonical && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Splits at the first `mark`. Short texts are searched fastest byte by byte.
fn cut(text: &str, mark: u8) -> (&str, Option<&str>) {
    match text.bytes().position(|byte| byte == mark) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// Too little memory for a hash of this cost: nothing was computed.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("there is too little memory for Argon2id with `{0}`")]
pub struct OutOfMemory(pub HashParams);

/// Compares a password with a hash, which is the slow part of a login.
pub trait VerifyPassword {
    /// Whether `password` is the one `hash` was made of. An unusable hash is never matched.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`]: the password is neither right nor wrong.
    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, OutOfMemory>;

    /// Does the work of [`verify`](Self::verify) for a hash of that cost, and throws the result away.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`], where `verify` would fail so.
    fn verify_dummy(&self, password: &Password, params: HashParams) -> Result<(), OutOfMemory>;
}

/// Verifies with the argon2 crate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Argon2Verifier;

impl VerifyPassword for Argon2Verifier {
    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, OutOfMemory> {
        let Ok(hash) = &hash.0 else { return Ok(false) };
        let mut tag = Zeroizing::new(vec![0; hash.tag.len()]);
        match derive(password, hash.params, &hash.salt, &mut tag) {
            Ok(()) => Ok(bool::from(tag.ct_eq(&hash.tag))),
            Err(argon2::Error::OutOfMemory) => Err(OutOfMemory(hash.params)),
            Err(_) => Ok(false),
        }
    }

    fn verify_dummy(&self, password: &Password, params: HashParams) -> Result<(), OutOfMemory> {
        let dummy = Argon2Id { params, salt: vec![0; SALT_BYTES], tag: vec![0; TAG_BYTES] };
        std::hint::black_box(self.verify(password, &PasswordHash(Ok(dummy)))).map(|_| ())
    }
}

/// Why no hash could be made.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum HashError {
    /// The parameters are not [usable](HashParams::are_usable).
    #[error("Argon2 cannot run with `{0}`")]
    Params(HashParams),
    /// The system has no random numbers.
    #[error("no random numbers from the system")]
    Random,
    /// There is too little memory now.
    #[error(transparent)]
    OutOfMemory(#[from] OutOfMemory),
}

/// Hashes `password` with a new random salt into a PHC string.
///
/// # Errors
///
/// [`HashError`], in the order of its variants.
pub fn hash(password: &Password, params: HashParams) -> Result<String, HashError> {
    if !params.are_usable() {
        return Err(HashError::Params(params));
    }
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|_| HashError::Random)?;
    let mut tag = Zeroizing::new([0; TAG_BYTES]);
    derive(password, params, &salt, tag.as_mut_slice()).map_err(|error| match error {
        argon2::Error::OutOfMemory => OutOfMemory(params).into(),
        _ => HashError::Params(params),
    })?;
    let base64 = BASE64_STANDARD_NO_PAD;
    Ok(format!("$argon2id$v=19${params}${}${}", base64.encode(salt), base64.encode(tag.as_slice())))
}

fn derive(password: &Password, params: HashParams, salt: &[u8], tag: &mut [u8]) -> Result<(), argon2::Error> {
    let HashParams { memory_kib, iterations, parallelism } = params;
    let params = Params::new(memory_kib, iterations, parallelism, Some(tag.len()))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let password = password.expose_secret();
    // Allocate before starting threads: their stacks could take the memory, and Argon2 can run without them.
    #[cfg(target_os = "linux")]
    let mut blocks = memory::Blocks::new(argon2.params().block_count());
    threads::run(|| {
        #[cfg(target_os = "linux")]
        if let Some(blocks) = &mut blocks {
            return argon2.hash_password_into_with_memory(password, salt, tag, blocks.as_mut());
        }
        argon2.hash_password_into(password, salt, tag)
    })
}
