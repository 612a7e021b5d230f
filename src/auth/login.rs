//! Who someone is, by name and password, and what they may be granted.

use aws_lc_rs::hmac;
use thiserror::Error;

use super::password::{Password, VerifyPassword};
use super::scope::{Scope, ScopeSet};
use super::user::{User, Users};
use super::words;

/// Why somebody was not let in. The two look alike unless the password was right.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LoginRefusal {
    /// No such user, wrong password, or a hash that lets nobody in (RFC 6749, 5.2: `invalid_grant`).
    #[error("incorrect username or password")]
    InvalidGrant,
    /// The right password of a disabled user.
    #[error("the user is disabled")]
    InactiveUser,
}

impl LoginRefusal {
    /// The code that scripts see.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidGrant => "invalid_grant",
            Self::InactiveUser => "inactive_user",
        }
    }
}

/// The user called `name`, if `password` is theirs and they are enabled.
///
/// An unknown name costs as much work as a wrong password: a hash with the parameters of one of the
/// store's users is computed for it and thrown away. Which user, is told by `decoy_key` and the
/// name, so it is the same each time and cannot be foreseen without that key. The same goes for a
/// user whose hash is unusable.
///
/// # Errors
///
/// [`LoginRefusal::InvalidGrant`], or with the right password [`LoginRefusal::InactiveUser`].
pub fn authenticate<'u>(
    users: &'u dyn Users,
    verifier: &dyn VerifyPassword,
    decoy_key: &[u8; 32],
    name: &str,
    password: &Password,
) -> Result<&'u User, LoginRefusal> {
    match users.user(name).filter(|user| user.hash.params().is_some()) {
        None => {
            verifier.verify_dummy(password, users.params_of_some_user(pick(decoy_key, name)));
            Err(LoginRefusal::InvalidGrant)
        }
        Some(user) if !verifier.verify(password, &user.hash) => Err(LoginRefusal::InvalidGrant),
        Some(user) if user.disabled => Err(LoginRefusal::InactiveUser),
        Some(user) => Ok(user),
    }
}

/// The first 64 bits of HMAC-SHA256 over the name.
fn pick(decoy_key: &[u8; 32], name: &str) -> u64 {
    let key = hmac::Key::new(hmac::HMAC_SHA256, decoy_key);
    let tag = hmac::sign(&key, name.as_bytes());
    tag.as_ref().iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

/// What a login asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AskedScopes {
    /// Nothing: the token authenticates and permits nothing.
    #[default]
    None,
    /// Everything that is granted to the user.
    All,
    /// Just these.
    These(ScopeSet),
}

/// Scopes that cannot be granted (RFC 6749, 5.2: `invalid_scope`).
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("cannot grant the {} {}", if .0.len() == 1 { "scope" } else { "scopes" }, words::list(.0))]
pub struct InvalidScope(pub ScopeSet);

/// What of `asked` enters a token of `user`: all of it, in the order of the user's grant.
///
/// # Errors
///
/// [`InvalidScope`] with those that are not granted to the user, or not declared in the store.
/// Nothing is narrowed silently (RFC 6749, 3.3).
pub fn granted(users: &dyn Users, user: &User, asked: &AskedScopes) -> Result<ScopeSet, InvalidScope> {
    let asked = match asked {
        AskedScopes::None => return Ok(ScopeSet::new()),
        AskedScopes::All => &user.scopes,
        AskedScopes::These(scopes) => scopes,
    };
    let may_grant = |scope: &Scope| user.scopes.contains(scope.as_str()) && users.is_declared(scope);
    let refused: ScopeSet = asked.iter().filter(|scope| !may_grant(scope)).cloned().collect();
    if !refused.is_empty() {
        return Err(InvalidScope(refused));
    }
    Ok(user.scopes.iter().filter(|scope| asked.contains(scope.as_str())).cloned().collect())
}
