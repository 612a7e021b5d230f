//! Passwords and their hashes: new ones by Argon2id (RFC 9106), and those that other programs made.

mod argon2;
mod bcrypt;
mod cost;
mod fault;
mod field;
mod forms;
mod hash;
#[cfg(target_os = "linux")]
mod memory;
mod parsed;
mod pbkdf2;
mod refused;
mod scrypt;
mod sha_crypt;
#[cfg(feature = "import")]
mod shape;
#[cfg(feature = "strength")]
pub mod strength;
mod threads;

use secrecy::{ExposeSecret, SecretSlice};
use thiserror::Error;

use super::words;

pub use argon2::HashParams;
pub use cost::{HashCost, HashKind};
pub use fault::{HashFault, OutOfBounds};
pub use hash::{
    DummyHash, HashError, HashVerifier, OutOfMemory, PasswordHash, Shortfall, VerifyPassword, hash,
};

/// A password as typed, byte for byte. `Debug` does not show it.
pub type Password = SecretSlice<u8>;

/// The rules for new passwords and their hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The parameters of a new hash.
    pub params: HashParams,
    /// The least number of characters of a new password.
    pub min_length: u32,
    /// Whether a login replaces a hash that is below the policy or of another kind.
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
