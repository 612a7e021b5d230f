//! The kinds of hashes, what each costs, and how much is too much.

use std::fmt;

use super::HashParams;
use super::fault::OutOfBounds;

/// A function that makes hashes of passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HashKind {
    /// RFC 9106. New hashes are of this kind.
    Argon2id,
    /// RFC 9106.
    Argon2i,
    /// RFC 9106.
    Argon2d,
    /// Provos and Mazières, "A Future-Adaptable Password Scheme". Only the first 72 bytes of a password count.
    Bcrypt,
    /// RFC 7914.
    Scrypt,
    /// RFC 8018, 5.2, with HMAC-SHA-1.
    Pbkdf2Sha1,
    /// RFC 8018, 5.2, with HMAC-SHA-256.
    Pbkdf2Sha256,
    /// RFC 8018, 5.2, with HMAC-SHA-512.
    Pbkdf2Sha512,
    /// Drepper, "Unix crypt using SHA-256 and SHA-512", `$5$`.
    Sha256Crypt,
    /// Drepper, "Unix crypt using SHA-256 and SHA-512", `$6$`.
    Sha512Crypt,
}

impl HashKind {
    /// The name for scripts, such as `argon2id`. It never changes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Argon2id => "argon2id",
            Self::Argon2i => "argon2i",
            Self::Argon2d => "argon2d",
            Self::Bcrypt => "bcrypt",
            Self::Scrypt => "scrypt",
            Self::Pbkdf2Sha1 => "pbkdf2-sha1",
            Self::Pbkdf2Sha256 => "pbkdf2-sha256",
            Self::Pbkdf2Sha512 => "pbkdf2-sha512",
            Self::Sha256Crypt => "sha256-crypt",
            Self::Sha512Crypt => "sha512-crypt",
        }
    }

    /// What stands for its parameters in a hash.
    pub(super) const fn form(self) -> &'static str {
        match self {
            Self::Argon2id | Self::Argon2i | Self::Argon2d => "`m=…,t=…,p=…`",
            Self::Bcrypt => "a cost of two digits and 53 characters",
            Self::Scrypt => "`ln=…,r=…,p=…`",
            Self::Pbkdf2Sha1 | Self::Pbkdf2Sha256 | Self::Pbkdf2Sha512 => "a number of rounds, or `i=…,l=…`",
            Self::Sha256Crypt | Self::Sha512Crypt => "`rounds=…`",
        }
    }
}

/// As its authors write it: `Argon2id`, `PBKDF2-SHA256`.
impl fmt::Display for HashKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Argon2id => "Argon2id",
            Self::Argon2i => "Argon2i",
            Self::Argon2d => "Argon2d",
            Self::Bcrypt => "bcrypt",
            Self::Scrypt => "scrypt",
            Self::Pbkdf2Sha1 => "PBKDF2-SHA1",
            Self::Pbkdf2Sha256 => "PBKDF2-SHA256",
            Self::Pbkdf2Sha512 => "PBKDF2-SHA512",
            Self::Sha256Crypt => "SHA256-crypt",
            Self::Sha512Crypt => "SHA512-crypt",
        })
    }
}

/// The kind of a hash, and the parameters that say how much work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HashCost {
    kind: HashKind,
    /// Memory, iterations, lanes; the cost; log₂ N, r, p; the rounds.
    numbers: [u32; 3],
}

impl HashCost {
    pub(super) const fn new(kind: HashKind, numbers: [u32; 3]) -> Self {
        Self { kind, numbers }
    }

    /// The kind of the hash.
    #[must_use]
    pub const fn kind(self) -> HashKind {
        self.kind
    }

    /// The parameters of Argon2 of any variant; `None` for the other kinds.
    #[must_use]
    pub const fn params(self) -> Option<HashParams> {
        let [memory_kib, iterations, parallelism] = self.numbers;
        match self.kind {
            HashKind::Argon2id | HashKind::Argon2i | HashKind::Argon2d => {
                Some(HashParams { memory_kib, iterations, parallelism })
            }
            _ => None,
        }
    }

    /// The parameters of its kind.
    pub(super) const fn numbers(self) -> [u32; 3] {
        self.numbers
    }
}

/// New hashes are of Argon2id.
impl From<HashParams> for HashCost {
    fn from(params: HashParams) -> Self {
        let HashParams { memory_kib, iterations, parallelism } = params;
        Self::new(HashKind::Argon2id, [memory_kib, iterations, parallelism])
    }
}

/// `Argon2id with m=65536,t=3,p=4`, `bcrypt with cost 12`, `PBKDF2-SHA256 with 600000 rounds`
impl fmt::Display for HashCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, numbers: [first, second, third] } = self;
        write!(f, "{kind} with ")?;
        match kind {
            HashKind::Argon2id | HashKind::Argon2i | HashKind::Argon2d => {
                write!(f, "m={first},t={second},p={third}")
            }
            HashKind::Bcrypt => write!(f, "cost {first}"),
            HashKind::Scrypt => write!(f, "ln={first},r={second},p={third}"),
            _ => write!(f, "{first} rounds"),
        }
    }
}

/// A number of a hash, and what it may be.
pub(super) struct Bounds {
    pub(super) kind: HashKind,
    /// What stands before and after the number in a message.
    pub(super) words: [&'static str; 2],
    pub(super) least: u64,
    pub(super) most: u64,
}

impl Bounds {
    /// `value`, if it is within.
    pub(super) fn check(&self, value: u64) -> Result<u32, OutOfBounds> {
        let fault =
            |is_above, bound| OutOfBounds { kind: self.kind, words: self.words, value, is_above, bound };
        if value < self.least {
            return Err(fault(false, self.least));
        }
        u32::try_from(value).ok().filter(|_| value <= self.most).ok_or_else(|| fault(true, self.most))
    }
}
