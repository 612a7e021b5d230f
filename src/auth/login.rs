//! Who someone is, by name and password, and what may be granted to them.

use thiserror::Error;

use super::claims::Audience;
use super::decoy::Decoy;
use super::issue::{AskedScopes, InvalidScope, IssueError, IssuedToken, TokenId, TokenRequest, Unsigned};
use super::key::Key;
use super::password::{
    DummyHash, HashParams, HashVerifier, OutOfMemory, Password, PasswordPolicy, VerifyPassword,
};
use super::scope::{Scope, ScopeSet};
use super::time::Timestamp;
use super::user::{DeclaredScopes, TokenPolicy, User, UserStore};

/// Why a login was refused. A disabled user gets [`InvalidGrant`](Self::InvalidGrant) for a wrong password.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum LoginRefusal {
    /// No such user, wrong password, no password, or an unusable hash (RFC 6749, 5.2: `invalid_grant`).
    #[error("incorrect username or password")]
    InvalidGrant,
    /// The right password of a disabled user.
    #[error("the user is disabled")]
    InactiveUser,
    /// The password could not be verified now, so it is neither right nor wrong.
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

/// Why a user gets no token even with the right password.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AcceptError {
    /// No user has this name.
    #[error("the user does not exist")]
    UnknownUser,
    /// The user is disabled.
    #[error("the user is disabled")]
    InactiveUser,
}

impl AcceptError {
    /// The code that scripts see.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownUser => "unknown_user",
            Self::InactiveUser => "inactive_user",
        }
    }
}

/// After a password was tried.
impl From<AcceptError> for LoginRefusal {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::UnknownUser => Self::InvalidGrant,
            AcceptError::InactiveUser => Self::InactiveUser,
        }
    }
}

/// Everything that a login needs of a store: the user of the name, if there is one, and what an unknown name costs.
///
/// It owns its data, so that the slow [`verify`](Self::verify) can run on a thread of its own.
#[derive(Clone, Debug)]
pub struct Candidate {
    user: Option<User>,
    decoy: DummyHash,
    declared: Option<DeclaredScopes>,
    tokens: TokenPolicy,
    passwords: PasswordPolicy,
    now: Timestamp,
}

impl Candidate {
    /// The `user` whose name was asked for, the `decoy` picked for that name, and everything but users of `store`.
    ///
    /// `now` is a time before the store was read. Tokens are dated with it.
    #[must_use]
    pub fn new(user: Option<&User>, decoy: &Decoy<'_>, store: &UserStore, now: Timestamp) -> Self {
        Self {
            user: user.cloned(),
            decoy: decoy.hash().unwrap_or(store.passwords.params.into()),
            declared: store.scopes.clone(),
            tokens: store.tokens.clone(),
            passwords: store.passwords,
            now,
        }
    }

    /// How tokens are issued.
    #[must_use]
    pub const fn tokens(&self) -> &TokenPolicy {
        &self.tokens
    }

    /// Logs the user in if `password` is theirs and they are enabled.
    ///
    /// An unknown name costs as much work as a wrong password: a hash of the kind and cost of the decoy is computed and
    /// thrown away. The same goes for a user without a usable hash.
    ///
    /// # Errors
    ///
    /// [`LoginRefusal::InvalidGrant`], or with the right password [`LoginRefusal::InactiveUser`]; before
    /// both [`LoginRefusal::OutOfMemory`], for an unknown name too.
    pub fn verify(self, password: &Password) -> Result<LoggedIn, LoginRefusal> {
        self.verify_with(&HashVerifier, password)
    }

    /// As [`verify`](Self::verify), by another implementation of the hash.
    ///
    /// # Errors
    ///
    /// Those of [`verify`](Self::verify).
    pub fn verify_with(
        self,
        verifier: &dyn VerifyPassword,
        password: &Password,
    ) -> Result<LoggedIn, LoginRefusal> {
        match self.user.as_ref().and_then(User::usable_hash) {
            None => {
                verifier.verify_dummy(password, self.decoy)?;
                Err(LoginRefusal::InvalidGrant)
            }
            Some(hash) if !verifier.verify(password, hash)? => Err(LoginRefusal::InvalidGrant),
            Some(_) => Ok(self.accept_without_password()?),
        }
    }

    /// Logs the user in without any password: for holders of the signing key, who can sign any token.
    ///
    /// # Errors
    ///
    /// [`AcceptError`].
    pub fn accept_without_password(self) -> Result<LoggedIn, AcceptError> {
        let Self { user, declared, tokens, passwords, now, .. } = self;
        match user {
            None => Err(AcceptError::UnknownUser),
            Some(user) if user.disabled => Err(AcceptError::InactiveUser),
            Some(user) => Ok(LoggedIn { user, declared, tokens, passwords, now }),
        }
    }
}

impl UserStore {
    /// The candidate for a login as `name`. `now` is a time before the store was read.
    #[must_use]
    pub fn candidate(&self, name: &str, now: Timestamp) -> Candidate {
        let mut decoy = Decoy::of(name);
        self.users.values().filter_map(|user| user.hash.as_ref()).for_each(|hash| decoy.offer(hash));
        Candidate::new(self.user(name), &decoy, self, now)
    }
}

/// A user who has logged in. Only this type issues tokens to a user.
///
/// Only [`Candidate::verify`] and its like make one. Its tokens are dated with the time before the store was read, so that
/// a sign-out or a new password from then on counts for them, however long the hash took.
#[derive(Clone, Debug)]
pub struct LoggedIn {
    user: User,
    declared: Option<DeclaredScopes>,
    tokens: TokenPolicy,
    passwords: PasswordPolicy,
    now: Timestamp,
}

impl LoggedIn {
    /// The user.
    #[must_use]
    pub const fn user(&self) -> &User {
        &self.user
    }

    /// What a new hash of the password should cost, if the store wants one: the policy has `rehash`, and the hash is below
    /// it or of another kind.
    #[must_use]
    pub fn new_hash_params(&self) -> Option<HashParams> {
        let hash = self.user.hash.as_ref().filter(|_| self.passwords.rehash)?;
        hash.shortfall(&self.passwords).map(|_| self.passwords.params)
    }

    /// Issues a token for just the scopes asked for, signed with `key`.
    ///
    /// # Errors
    ///
    /// [`IssueError`], in the order of its variants. No scope is left out silently (RFC 6749, 3.3).
    pub fn issue(&self, key: &Key, request: &TokenRequest) -> Result<IssuedToken, IssueError> {
        let scopes = self.granted(&request.scopes)?;
        let lifetime = self.tokens.lifetime(request.lifetime)?;
        let unsigned = Unsigned {
            user: &self.user,
            scopes,
            issued: self.now,
            expires: self.now.whole_second().after(lifetime),
            id: TokenId::random()?,
            generation: self.user.generation,
            audience: Audience::from(self.tokens.audience.clone()),
        };
        unsigned.sign(&self.tokens, key)
    }

    /// What of `asked` enters a token: all of it, in the order of the user's grant.
    fn granted(&self, asked: &AskedScopes) -> Result<ScopeSet, InvalidScope> {
        let asked = match asked {
            AskedScopes::None => return Ok(ScopeSet::new()),
            AskedScopes::All => &self.user.scopes,
            AskedScopes::These(scopes) => scopes,
        };
        let may_grant = |scope: &Scope| self.user.is_granted(scope.as_str(), self.declared.as_ref());
        let refused: ScopeSet = asked.iter().filter(|scope| !may_grant(scope)).cloned().collect();
        if !refused.is_empty() {
            let is_granted = |scope: &&Scope| self.user.scopes.contains(scope.as_str());
            let undeclared = refused.iter().filter(is_granted).cloned().collect();
            return Err(InvalidScope { scopes: refused, undeclared });
        }
        Ok(self.user.scopes.iter().filter(|scope| asked.contains(scope.as_str())).cloned().collect())
    }
}
