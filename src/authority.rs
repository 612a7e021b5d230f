//! The keys and the users of a server in one place.

use std::path::Path;

use thiserror::Error;

use crate::auth::issue::{IssueError, IssuedToken, TokenRequest};
use crate::auth::judge::VerifiedToken;
use crate::auth::key::{KeyFault, KeySet, SignError};
use crate::auth::login::{AcceptError, LoggedIn, LoginRefusal};
use crate::auth::narrow::{NarrowError, NarrowRequest};
use crate::auth::password::Password;
use crate::auth::refusal::Refusal;
use crate::auth::scope::ScopeSet;
use crate::auth::time::Timestamp;
use crate::auth::user::UserStore;
use crate::auth::verify::{Requirements, open};
use crate::store::users_file::StoreFault;
use crate::store::{LoadError, key_file, users_file};

/// Logs users in, issues their tokens, and verifies them: keys and users as they were at one moment.
///
/// It holds no lock and never changes. A server whose files change makes a new one: [`Stamp`](crate::store::Stamp) tells.
#[derive(Clone, Debug)]
pub struct Authority {
    keys: KeySet,
    users: UserStore,
}

/// Why an [`Authority`] could not be made from files. The message says it all, so that there is no source to print again.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The key file.
    #[error("key file: {0}")]
    Keys(LoadError<KeyFault>),
    /// The users file.
    #[error("users file: {0}")]
    Users(LoadError<StoreFault>),
}

impl Authority {
    /// The authority of these keys over these users.
    #[must_use]
    pub const fn new(keys: KeySet, users: UserStore) -> Self {
        Self { keys, users }
    }

    /// Reads a key file and a users file.
    ///
    /// # Errors
    ///
    /// [`OpenError`], for the key file first.
    pub fn open(key_file: impl AsRef<Path>, users_file: impl AsRef<Path>) -> Result<Self, OpenError> {
        let keys = key_file::load(key_file.as_ref()).map_err(OpenError::Keys)?;
        Ok(Self::new(keys, users_file::load(users_file.as_ref()).map_err(OpenError::Users)?))
    }

    /// The keys.
    #[must_use]
    pub const fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// The users, and the policies for tokens and passwords.
    #[must_use]
    pub const fn users(&self) -> &UserStore {
        &self.users
    }

    /// Logs the user `name` in. An unknown name costs as much time as a wrong password, which is that of a hash: some
    /// tenths of a second and [64 MiB](crate::auth::password::HashParams::DEFAULT) each.
    ///
    /// Tokens are dated `now`: read the clock before the files of this authority, so that a sign-out from then on counts.
    ///
    /// # Errors
    ///
    /// [`LoginRefusal`].
    pub fn log_in(&self, name: &str, password: &Password, now: Timestamp) -> Result<LoggedIn, LoginRefusal> {
        self.users.candidate(name, now).verify(password)
    }

    /// Logs the user `name` in without a password: for services and tests, by a holder of the signing key.
    ///
    /// # Errors
    ///
    /// [`AcceptError`].
    pub fn accept_without_password(&self, name: &str, now: Timestamp) -> Result<LoggedIn, AcceptError> {
        self.users.candidate(name, now).accept_without_password()
    }

    /// Issues a token to a user who has logged in, for just the scopes asked for.
    ///
    /// # Errors
    ///
    /// [`IssueError`]. Without a key that signs it is [`SignError::CannotSign`].
    pub fn issue(
        &self,
        login: &LoggedIn,
        request: impl Into<TokenRequest>,
    ) -> Result<IssuedToken, IssueError> {
        login.issue(self.keys.signing_key().ok_or(SignError::CannotSign)?, &request.into())
    }

    /// Issues a token for a part of the scopes of `token`, which is verified as by [`verify`](Self::verify) with the
    /// requirements of the users' policy. It never outlives `token`, and is revoked with it.
    ///
    /// # Errors
    ///
    /// [`NarrowError`]. Without a key that signs it is [`SignError::CannotSign`] for every token.
    pub fn narrow(
        &self,
        token: &str,
        request: &NarrowRequest,
        now: Timestamp,
    ) -> Result<IssuedToken, NarrowError> {
        let key = self.keys.signing_key().ok_or(IssueError::from(SignError::CannotSign))?;
        let token = open(token, &self.keys).map_err(|reason| Refusal::new(reason, &request.scopes))?;
        token.narrow(self.users.facts(&token), &self.users.tokens, key, request, now)
    }

    /// What the users' policy requires of tokens, and these scopes.
    #[must_use]
    pub fn require(&self, scopes: &ScopeSet) -> Requirements {
        Requirements::of(&self.users.tokens).require(scopes)
    }

    /// Verifies a token: it was signed with one of the keys, is live at `now`, meets the requirements, its user is enabled,
    /// it was not revoked, and each required scope is in it and still granted.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with the one reason why the token is not genuine, or all reasons why a genuine one is not good. It
    /// knows the status and the challenge that a server answers with.
    pub fn verify(
        &self,
        token: &str,
        requirements: &Requirements,
        now: Timestamp,
    ) -> Result<VerifiedToken<'_>, Refusal> {
        let refuse = |reason| Refusal::new(reason, &requirements.scopes);
        let token = open(token, &self.keys).map_err(refuse)?;
        let facts = self.users.facts(&token);
        token.into_verified(facts, requirements, now)
    }
}
