//! Users and their store as plain data, independent of the file or database it came from.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use thiserror::Error;

use super::claim_path::ClaimPath;
use super::password::{PasswordHash, PasswordPolicy};
use super::scope::{Scope, ScopeSet};
use super::time::{Span, Timestamp};
use super::words;

/// The name a user logs in with: 1 to 128 of `A–Z a–z 0–9 . _ @ + -`. Case counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Username(CompactString);

/// Why a text is not a [`Username`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum UsernameError {
    /// No character at all.
    #[error("a username cannot be empty")]
    Empty,
    /// More than 128 characters.
    #[error("a username has at most 128 characters")]
    TooLong,
    /// A character that no username has.
    #[error("`{}` cannot be part of a username", words::shown(*.0))]
    Character(char),
}

impl Username {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The characters in lower case: those of all names that differ in case only.
    pub(crate) fn folded(&self) -> impl Iterator<Item = char> {
        self.0.chars().map(|character| character.to_ascii_lowercase())
    }

    /// Says what keeps `name` from being a username.
    ///
    /// # Errors
    ///
    /// [`UsernameError`], for the first thing wrong.
    pub fn check(name: &str) -> Result<(), UsernameError> {
        if name.is_empty() {
            return Err(UsernameError::Empty);
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '@' | '+' | '-');
        match name.chars().find(|c| !allowed(*c)) {
            Some(character) => Err(UsernameError::Character(character)),
            None if name.len() > 128 => Err(UsernameError::TooLong),
            None => Ok(()),
        }
    }
}

impl FromStr for Username {
    type Err = UsernameError;

    fn from_str(name: &str) -> Result<Self, UsernameError> {
        Self::check(name).map(|()| Self(name.into()))
    }
}

impl std::borrow::Borrow<str> for Username {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One user of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// What the user logs in with, and the `sub` claim of the tokens.
    pub name: Username,
    /// For people to read.
    pub full_name: Option<String>,
    /// For people to read.
    pub email: Option<String>,
    /// The hash of the password. A user without one, such as a service, cannot log in.
    pub hash: Option<PasswordHash>,
    /// Whether login and all tokens are refused.
    pub disabled: bool,
    /// The granted scopes, in the store's order.
    pub scopes: ScopeSet,
    /// Tokens issued before this moment are refused, if they carry no generation.
    pub tokens_valid_from: Option<Timestamp>,
    /// Rises with each sign-out. Tokens of a lower one are refused.
    pub generation: u64,
}

impl User {
    /// The largest generation, so that every store and every JSON library can hold it as a signed number.
    pub const LAST_GENERATION: u64 = i64::MAX.unsigned_abs();

    /// The largest generation that is imported: a million changes are left.
    pub const LAST_IMPORTED: u64 = Self::LAST_GENERATION - 1_000_000;

    /// An enabled user to whom no scope is granted.
    #[must_use]
    pub fn new(name: Username, hash: Option<PasswordHash>) -> Self {
        Self {
            name,
            full_name: None,
            email: None,
            hash,
            disabled: false,
            scopes: ScopeSet::new(),
            tokens_valid_from: None,
            generation: 0,
        }
    }

    /// The hash of the password, if a password can match it.
    #[must_use]
    pub fn usable_hash(&self) -> Option<&PasswordHash> {
        self.hash.as_ref().filter(|hash| hash.fault().is_none())
    }

    /// Whether `scope` is granted to the user and `declared`, if the store declares any.
    #[must_use]
    pub fn is_granted(&self, scope: &str, declared: Option<&DeclaredScopes>) -> bool {
        self.scopes.contains(scope) && is_declared(scope, declared)
    }
}

/// How tokens are issued, and the rules that they must meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenPolicy {
    /// Written as `iss`, and required.
    pub issuer: Option<String>,
    /// Written as `aud`, and required.
    pub audience: Option<String>,
    /// Written as `typ`.
    pub token_type: TokenType,
    /// How long a token lives by default.
    pub lifetime: Span,
    /// The longest life of a token.
    pub max_lifetime: Span,
    /// The claims in which tokens have their scopes. With none they are in `scope`.
    pub scope_claims: Vec<ClaimPath>,
}

impl Default for TokenPolicy {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: None,
            token_type: TokenType::Jwt,
            lifetime: Span::minutes(30),
            max_lifetime: Span::hours(24),
            scope_claims: Vec::new(),
        }
    }
}

/// Why a token cannot have the lifetime asked for.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LifetimeError {
    /// No lifetime at all.
    #[error("a token cannot live for 0 seconds")]
    Zero,
    /// Longer than the policy allows.
    #[error("a token lives for at most {0}")]
    TooLong(Span),
}

impl TokenPolicy {
    /// The lifetime of a token: `asked`, or the default.
    ///
    /// # Errors
    ///
    /// [`LifetimeError`].
    pub fn lifetime(&self, asked: Option<Span>) -> Result<Span, LifetimeError> {
        match asked {
            None => Ok(self.lifetime),
            Some(Span::ZERO) => Err(LifetimeError::Zero),
            Some(asked) if asked > self.max_lifetime => Err(LifetimeError::TooLong(self.max_lifetime)),
            Some(asked) => Ok(asked),
        }
    }
}

/// The `typ` header of the tokens issued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenType {
    /// `JWT`: any usual type is accepted back.
    #[default]
    Jwt,
    /// `at+jwt`, an access token (RFC 9068, 2.1): only that is accepted back.
    AccessToken,
}

impl TokenType {
    /// As the header has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "JWT",
            Self::AccessToken => "at+jwt",
        }
    }
}

/// A revoked token, known by its `jti`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The `jti` claim of the token.
    pub id: String,
    /// When the token expires, and this entry is of no more use.
    pub expires: Timestamp,
}

/// A user who was removed, remembered until their tokens have expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The generation that the user had at last.
    pub generation: u64,
    /// When the last of their tokens has expired.
    pub until: Timestamp,
}

/// A whole store: users, revoked tokens, and the policies for tokens and passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserStore {
    /// How tokens are issued.
    pub tokens: TokenPolicy,
    /// How passwords are hashed.
    pub passwords: PasswordPolicy,
    /// Declared scopes, with descriptions; `None` if the store declares none, and any can be granted.
    pub scopes: Option<DeclaredScopes>,
    /// The users by name.
    pub users: BTreeMap<Username, User>,
    /// `exp` by `jti` of tokens that were taken back.
    pub revoked: BTreeMap<String, Timestamp>,
    /// Users who were removed, so that a new user of such a name inherits no token.
    pub removed: BTreeMap<Username, Removed>,
}

/// Scopes that can be granted at all, with descriptions.
pub type DeclaredScopes = BTreeMap<Scope, String>;

/// Whether `scope` can be granted at all.
fn is_declared(scope: &str, declared: Option<&DeclaredScopes>) -> bool {
    declared.is_none_or(|declared| declared.contains_key(scope))
}

impl UserStore {
    /// The store without users and records: its policies and declared scopes.
    #[must_use]
    pub fn policies(&self) -> Self {
        Self {
            tokens: self.tokens.clone(),
            passwords: self.passwords,
            scopes: self.scopes.clone(),
            ..Self::default()
        }
    }

    /// The user of exactly that name.
    #[must_use]
    pub fn user(&self, name: &str) -> Option<&User> {
        self.users.get(name)
    }

    /// Whether `scope` can be granted at all.
    #[must_use]
    pub fn is_declared(&self, scope: &Scope) -> bool {
        is_declared(scope.as_str(), self.scopes.as_ref())
    }
}

#[cfg(test)]
impl User {
    /// A user with nothing special about them: may log in, and is granted `me`.
    pub(crate) fn sample(name: &str) -> Self {
        let hash = "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc";
        let hash = super::password::PasswordHash::parse(hash);
        Self { scopes: "me".parse().unwrap(), ..Self::new(name.parse().unwrap(), Some(hash)) }
    }
}
