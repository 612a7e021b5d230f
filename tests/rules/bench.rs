//! A bench for the rules: keys, users, requirements and a moment, all valid until a test changes one.

use crate::support;
use authctl::auth::key::KeySet;
use authctl::auth::refusal::{Reason, Refusal};
use authctl::auth::time::Timestamp;
use authctl::auth::token::Parts;
use authctl::auth::user::UserStore;
use authctl::auth::verify::{Requirements, SignedToken};
use authctl::store::users_file;

pub(crate) use crate::support::samples::{HEADER, NOW, at, encode, key, sealed_by, signed, signed_by};

/// Everything that judges a token.
pub(crate) struct Bench {
    pub(crate) keys: KeySet,
    pub(crate) users: Option<UserStore>,
    pub(crate) requirements: Requirements,
    pub(crate) now: Timestamp,
}

impl Default for Bench {
    fn default() -> Self {
        Self { keys: KeySet::from(key()), users: None, requirements: Requirements::default(), now: at(NOW) }
    }
}

impl Bench {
    /// With the users of this store.
    pub(crate) fn with_store(store: &str) -> Self {
        let users = users_file::parse(store).unwrap();
        Self { requirements: Requirements::of(&users.tokens), users: Some(users), ..Self::default() }
    }

    /// With these keys alone.
    pub(crate) fn with_keys(keys: KeySet) -> Self {
        Self { keys, ..Self::default() }
    }

    /// The same at another time.
    pub(crate) fn at(self, seconds: u64) -> Self {
        Self { now: at(seconds), ..self }
    }

    /// The same with these scopes required.
    pub(crate) fn require(self, scopes: &str) -> Self {
        Self { requirements: self.requirements.require(&scopes.parse().unwrap()), ..self }
    }

    /// The same with other requirements.
    pub(crate) fn demand(mut self, change: impl FnOnce(&mut Requirements)) -> Self {
        change(&mut self.requirements);
        self
    }

    pub(crate) fn verify(&self, token: &str) -> Result<SignedToken, Refusal> {
        support::verify(token, &self.keys, self.users.as_ref(), &self.requirements, self.now)
    }

    /// `good`, or the codes of all reasons.
    pub(crate) fn answer(&self, token: &str) -> String {
        match self.verify(token) {
            Ok(_) => "good".to_owned(),
            Err(refusal) => {
                let codes: Vec<&str> = refusal.reasons().iter().map(Reason::code).collect();
                codes.join(" ")
            }
        }
    }

    /// All reasons in words, one a line.
    pub(crate) fn words(&self, token: &str) -> String {
        let refusal = self.verify(token).unwrap_err();
        let words: Vec<String> = refusal.reasons().iter().map(ToString::to_string).collect();
        words.join("\n")
    }
}

/// The claims `sub`, `exp` in ten minutes, and these.
pub(crate) fn claims(more: &str) -> String {
    let comma = if more.is_empty() { "" } else { "," };
    format!(r#"{{"sub":"johndoe","exp":{}{comma}{more}}}"#, NOW + 600)
}

/// A token with the usual header and the claims `sub`, `exp` and these.
pub(crate) fn token(more: &str) -> String {
    signed(HEADER, claims(more))
}

/// A token with this header and a usual claims set.
pub(crate) fn with_header(header: &str) -> String {
    signed(header, claims(""))
}

/// These two parts as they are, and a true signature over them.
pub(crate) fn sealed(header: &str, claims: &str) -> String {
    sealed_by(&key(), header, claims)
}

/// The claims of a token, whether or not it is good.
pub(crate) fn claims_of(token: &str) -> serde_json::Value {
    let bytes = Parts::of(token).unwrap().claims_bytes().unwrap();
    serde_json::from_slice(&bytes).unwrap()
}
