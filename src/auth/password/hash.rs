//! Hashes as stored, how they compare with a password and with the policy.

use std::fmt;

use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;
use thiserror::Error;
use zeroize::Zeroizing;

use super::forms;
use super::parsed::Parsed;
#[cfg(feature = "import")]
use super::shape;
use super::{HashCost, HashFault, HashKind, HashParams, Password, PasswordPolicy, argon2};

/// Bytes of a new salt (RFC 9106, 3.1).
const SALT_BYTES: usize = 16;
/// Bytes of a new tag.
const TAG_BYTES: usize = 32;

/// A `hashed_password` as read: usable, or not and why.
///
/// `Debug` shows neither salt nor tag.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(Box<str>);

impl PasswordHash {
    /// Reads a hash such as `$argon2id$v=19$m=65536,t=3,p=4$SALT$TAG`, or one of another [kind](HashKind).
    ///
    /// Never fails: any other text is an unusable hash, which no password matches. All bounds are checked
    /// before any memory is taken for it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.into())
    }

    /// The text that it was read from. Only a store needs it: with it passwords can be tried.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Its kind and parameters, if it is usable.
    #[must_use]
    pub fn cost(&self) -> Option<HashCost> {
        self.parsed().ok()
    }

    /// Why it is unusable, if it is.
    #[must_use]
    pub fn fault(&self) -> Option<HashFault> {
        self.parsed().err()
    }

    /// Why it is unusable, if it may be a password as typed, which belongs in no file: it is not in the form of any known
    /// kind, even if it begins like one.
    #[cfg(feature = "import")]
    #[must_use]
    pub fn plain_fault(&self) -> Option<HashFault> {
        let fault = self.fault()?;
        let text = if fault == HashFault::Locked { self.0.trim_start_matches(['!', '*']) } else { &*self.0 };
        let is_mark = fault == HashFault::Locked && !text.starts_with(['$', '{']);
        (!is_mark && !shape::is_hash(text)).then_some(fault)
    }

    fn parsed(&self) -> Result<HashCost, HashFault> {
        forms::parse(&self.0).map(|parsed| parsed.cost)
    }

    /// In what a new hash under `policy` would be stronger; `None` where it would not, and for an unusable hash.
    #[must_use]
    pub fn shortfall(&self, policy: &PasswordPolicy) -> Option<Shortfall> {
        let Parsed { cost, salt, tag } = forms::parse(&self.0).ok()?;
        let Some(params) = cost.params().filter(|_| cost.kind() == HashKind::Argon2id) else {
            return Some(Shortfall::Kind(cost));
        };
        let wanted = policy.params;
        if params.memory_kib < wanted.memory_kib {
            Some(Shortfall::Memory { kib: params.memory_kib, wanted: wanted.memory_kib })
        } else if params.work() < wanted.work() {
            Some(Shortfall::Iterations { iterations: params.iterations, wanted: wanted.iterations })
        } else if salt.as_slice().len() < SALT_BYTES {
            Some(Shortfall::Salt(salt.as_slice().len()))
        } else if tag.as_slice().len() < TAG_BYTES {
            Some(Shortfall::Tag(tag.as_slice().len()))
        } else {
            None
        }
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parsed() {
            Ok(cost) => write!(f, "PasswordHash({cost})"),
            Err(fault) => write!(f, "PasswordHash({fault})"),
        }
    }
}

/// In what a hash is weaker than a new one would be.
///
/// More memory makes up for fewer iterations. The number of lanes changes how long a login takes, and not what an attacker
/// pays.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Shortfall {
    /// Another kind than Argon2id.
    #[error("{0}, and new hashes are of Argon2id")]
    Kind(HashCost),
    /// Less memory.
    #[error("`m={kib}`, and new hashes have `m={wanted}`")]
    Memory {
        /// The memory of the hash in KiB.
        kib: u32,
        /// That of the policy.
        wanted: u32,
    },
    /// So few iterations that it is less work.
    #[error("`t={iterations}`, and new hashes have `t={wanted}`")]
    Iterations {
        /// The iterations of the hash.
        iterations: u32,
        /// Those of the policy.
        wanted: u32,
    },
    /// A salt of so many bytes.
    #[error("a salt of {0} bytes, and new hashes have {SALT_BYTES}")]
    Salt(usize),
    /// A tag of so many bytes.
    #[error("a tag of {0} bytes, and new hashes have {TAG_BYTES}")]
    Tag(usize),
}

/// The work of verifying a hash of some user, without its salt and tag: what a login as an unknown name does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DummyHash {
    cost: HashCost,
    salt_bytes: usize,
    tag_bytes: usize,
}

impl DummyHash {
    /// Of the hash in `text`; `None` if that is unusable.
    pub(in crate::auth) fn of(text: &str) -> Option<Self> {
        let Parsed { cost, salt, tag } = forms::parse(text).ok()?;
        Some(Self { cost, salt_bytes: salt.as_slice().len(), tag_bytes: tag.as_slice().len() })
    }

    /// Its kind and parameters.
    #[must_use]
    pub const fn cost(self) -> HashCost {
        self.cost
    }
}

/// Of a new hash.
impl From<HashParams> for DummyHash {
    fn from(params: HashParams) -> Self {
        Self { cost: params.into(), salt_bytes: SALT_BYTES, tag_bytes: TAG_BYTES }
    }
}

/// Too little memory for a hash of this cost: nothing was computed.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("there is too little memory for {0}")]
pub struct OutOfMemory(pub HashCost);

/// Compares a password with a hash, which is the slow part of a login.
pub trait VerifyPassword {
    /// Whether `password` is the one `hash` was made of. An unusable hash is never matched.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`]: the password is neither right nor wrong.
    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, OutOfMemory>;

    /// Does the work of [`verify`](Self::verify) for such a hash, and throws the result away.
    ///
    /// # Errors
    ///
    /// [`OutOfMemory`], where `verify` would fail so.
    fn verify_dummy(&self, password: &Password, dummy: DummyHash) -> Result<(), OutOfMemory>;
}

/// Verifies hashes of every [kind](HashKind).
#[derive(Clone, Copy, Debug, Default)]
pub struct HashVerifier;

impl VerifyPassword for HashVerifier {
    fn verify(&self, password: &Password, hash: &PasswordHash) -> Result<bool, OutOfMemory> {
        let Ok(Parsed { cost, salt, tag }) = forms::parse(&hash.0) else { return Ok(false) };
        matches(password, cost, salt.as_slice(), tag.as_slice())
    }

    fn verify_dummy(&self, password: &Password, dummy: DummyHash) -> Result<(), OutOfMemory> {
        let DummyHash { cost, salt_bytes, tag_bytes } = dummy;
        let (salt, tag) = (vec![0; salt_bytes], vec![0; tag_bytes]);
        std::hint::black_box(matches(password, cost, &salt, &tag)).map(|_| ())
    }
}

fn matches(password: &Password, cost: HashCost, salt: &[u8], tag: &[u8]) -> Result<bool, OutOfMemory> {
    let mut computed = Zeroizing::new(vec![0; tag.len()]);
    forms::derive(password.expose_secret(), cost, salt, &mut computed)?;
    // With other kinds a NUL at the end, or the password again after a NUL, makes no difference to the hash.
    let is_another = cost.params().is_none() && password.expose_secret().contains(&0);
    Ok(bool::from(computed.ct_eq(tag)) && !is_another)
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

/// Hashes `password` with a new random salt into a PHC string of Argon2id.
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
    Ok(argon2::phc(password.expose_secret(), params, &salt, TAG_BYTES)?)
}
