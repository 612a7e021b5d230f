//! What keeps a hash from being used.

use thiserror::Error;

use super::HashKind;

/// Why a `hashed_password` is unusable. No message repeats any part of it but numbers.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum HashFault {
    /// `!` or `*`: no password at all.
    #[error("the account is locked")]
    Locked,
    /// A kind that is too weak, or that is not supported, in words.
    #[error("{0} is not accepted")]
    Refused(&'static str),
    /// A plain password, or what may be one, in words.
    #[error("{0} is not accepted")]
    Plain(&'static str),
    /// A DES hash of crypt, or a plain password of 13 such characters: they look alike.
    #[error("a DES hash of crypt, or a plain password, is not accepted")]
    Des,
    /// Not a hash at all, or one of an unknown kind.
    #[error("not a password hash of a known kind")]
    Unknown,
    /// Behind the prefix of another kind, or of an unknown one.
    #[error("the prefix in braces belongs to another kind than {0}")]
    Prefix(HashKind),
    /// Not version 19 (0x13) of Argon2.
    #[error("not version 19 of {0}")]
    Version(HashKind),
    /// Not the parameters of that kind, each once and in decimal.
    #[error("the parameters of {0} are not {form}", form = .0.form())]
    Params(HashKind),
    /// Too much work, or less than the function allows.
    #[error(transparent)]
    Cost(#[from] OutOfBounds),
    /// Missing, not in the encoding of that kind, or too short or too long.
    #[error("the salt of {0} is not 8 to {most} bytes", most = if matches!(.0, HashKind::Bcrypt | HashKind::Sha256Crypt | HashKind::Sha512Crypt) { 16 } else { 64 })]
    Salt(HashKind),
    /// Missing, not base64, or too short or too long.
    #[error("the tag of {0} is not 16 to 64 bytes of base64")]
    Tag(HashKind),
}

/// A number of a hash that is out of bounds.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{kind} with {}{value}{}: at {} {bound}", .words[0], .words[1], if *.is_above { "most" } else { "least" })]
pub struct OutOfBounds {
    /// The kind of the hash.
    pub kind: HashKind,
    /// What stands before and after the number.
    pub(super) words: [&'static str; 2],
    /// The number; `u64::MAX` stands for any larger one.
    pub value: u64,
    /// Whether it is too large; else it is too small.
    pub is_above: bool,
    /// The nearest number that is allowed.
    pub bound: u64,
}
