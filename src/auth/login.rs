//! Who someone is, by name and password, and what they may be granted.

use aws_lc_rs::hmac;
use thiserror::Error;

use super::password::{OutOfMemory, Password, VerifyPassword};
use super::scope::{Scope, ScopeSet};
use super::user::{User, Users};
use super::words;

/// Why somebody was not let in. The first two look alike unless the password was right.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LoginRefusal {
    /// No such user, wrong password, or a hash that lets nobody in (RFC 6749, 5.2: `invalid_grant`).
    #[error("incorrect username or password")]
    InvalidGrant,
    /// The right password of a disabled user.
    #[error("the user is disabled")]
    InactiveUser,
    /// Whoever it is: the password could not be verified now, so it is neither right nor wrong.
    #[error(transparent)]
    OutOfMemory(#[from] OutOfMemory),
}

impl LoginRefusal {
    /// The code that scripts see.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidGrant => "invalid_grant",
            Self::InactiveUser => "inactive_user",
            Self::OutOfMemory(_) => "out_of_memory",
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
/// [`LoginRefusal::InvalidGrant`], or with the right password [`LoginRefusal::InactiveUser`]; before
/// both [`LoginRefusal::OutOfMemory`], for an unknown name too.
pub fn authenticate<'u>(
    users: &'u dyn Users,
    verifier: &dyn VerifyPassword,
    decoy_key: &[u8; 32],
    name: &str,
    password: &Password,
) -> Result<&'u User, LoginRefusal> {
    // Whoever it is: in a store of many users, finding these takes time too.
    let dummy = users.params_of_some_user(pick(decoy_key, name));
    match users.user(name).filter(|user| user.hash.params().is_some()) {
        None => {
            verifier.verify_dummy(password, dummy)?;
            Err(LoginRefusal::InvalidGrant)
        }
        Some(user) if !verifier.verify(password, &user.hash)? => Err(LoginRefusal::InvalidGrant),
        Some(user) if user.disabled => Err(LoginRefusal::InactiveUser),
        Some(user) => Ok(user),
    }
}

/// The first 64 bits of HMAC-SHA256 over the name.
fn pick(decoy_key: &[u8; 32], name: &str) -> u64 {
    let key = hmac::Key::new(hmac::HMAC_SHA256, decoy_key);
    let tag = hmac::sign(&key, name.as_bytes());
    tag.as_ref().first_chunk().map_or(0, |bits| u64::from_be_bytes(*bits))
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{Scope, User, Users, authenticate};
    use crate::auth::password::{HashParams, OutOfMemory, Password, PasswordHash, VerifyPassword};

    /// A store of one user that counts what it is asked.
    struct Counting {
        user: User,
        asked: Cell<u32>,
    }

    impl Users for Counting {
        fn user(&self, name: &str) -> Option<&User> {
            Some(&self.user).filter(|user| user.name.as_str() == name)
        }

        fn is_revoked(&self, _: &str) -> bool {
            false
        }

        fn is_declared(&self, _: &Scope) -> bool {
            true
        }

        fn params_of_some_user(&self, _: u64) -> HashParams {
            self.asked.set(self.asked.get() + 1);
            HashParams::DEFAULT
        }
    }

    struct NoWork;

    impl VerifyPassword for NoWork {
        fn verify(&self, _: &Password, _: &PasswordHash) -> Result<bool, OutOfMemory> {
            Ok(false)
        }

        fn verify_dummy(&self, _: &Password, _: HashParams) -> Result<(), OutOfMemory> {
            Ok(())
        }
    }

    #[test]
    fn the_store_is_asked_the_same_for_everybody() {
        let usual = User::sample("johndoe");
        let locked = User { hash: PasswordHash::parse("!"), ..usual.clone() };
        for user in [usual, locked] {
            for name in ["johndoe", "mallory"] {
                let store = Counting { user: user.clone(), asked: Cell::new(0) };
                let password = Password::from(b"x".to_vec());
                assert!(authenticate(&store, &NoWork, &[0; 32], name, &password).is_err());
                assert_eq!(store.asked.get(), 1, "{name}, {:?}", user.hash);
            }
        }
    }
}
