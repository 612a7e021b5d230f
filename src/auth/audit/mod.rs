//! The findings of an auditor about keys and users. None keeps a token from being good, and each is a risk.

mod doubles;
mod users;

use thiserror::Error;

use super::key::{Key, KeyFault, KeyKind, KeySet, Weakness};
use super::password::{HashFault, HashParams, Shortfall};
use super::revoke::is_over;
use super::scope::ScopeSet;
use super::time::Timestamp;
use super::user::{UserStore, Username};
use super::words;

pub use users::UserAudit;

/// A key of the set, as `authctl` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedKey {
    /// Its name in the set: see [`KeySet::names`].
    pub name: String,
    /// Whether it signs.
    pub signs: bool,
}

/// A risk. Its text is lower case, without a final period, and has values in backticks.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Finding {
    /// No key is in use.
    #[error("all keys are retired: no token is good")]
    OnlyRetiredKeys {
        /// Whether one of them is private, so that another can be made in its place.
        has_private: bool,
    },
    /// A key of a public set that verifies nothing.
    #[error("{key} cannot be used: {fault}")]
    UnusableKey {
        /// The key, as messages name it.
        key: String,
        /// Why it cannot be used.
        fault: KeyFault,
    },
    /// A secret that can be guessed.
    #[error("{weakness}")]
    WeakKey {
        /// The key.
        key: NamedKey,
        /// Why it can be guessed.
        weakness: Weakness,
    },
    /// An RSA key of fewer than 3072 bits, from 2031 on.
    #[error("an RSA key of {bits} bits is too weak since 2031")]
    SmallRsaKey {
        /// The key.
        key: NamedKey,
        /// Its size.
        bits: usize,
    },
    /// The key signs, and its tokens carry `scope`, which the store does not look at.
    #[error("`scope_claim` does not name `scope`: tokens signed with this key permit nothing")]
    ScopeClaim,
    /// New hashes are below the minimum of OWASP.
    #[error("new hashes cost `{0}`, below the minimum of OWASP")]
    WeakPasswordPolicy(HashParams),
    /// A new password may have so few characters.
    #[error("a new password may have {}", words::count(*.0 as usize, "character"))]
    ShortPasswords(u32),
    /// So many records of revoked tokens are over.
    #[error("{} in `[revoked]` expired long ago", words::count(*.0, "token"))]
    ExpiredRevocations(usize),
    /// No password matches the hash of an enabled user.
    #[error("user `{user}` cannot log in: {fault}")]
    UnusableHash {
        /// The user.
        user: Username,
        /// Why no password matches.
        fault: HashFault,
    },
    /// A hash costs less than new ones, or is of another kind.
    #[error("the hash of user `{user}` is outdated: {shortfall}")]
    OutdatedHash {
        /// The user.
        user: Username,
        /// In what it falls short.
        shortfall: Shortfall,
        /// Whether the next login replaces it.
        is_replaced: bool,
    },
    /// Scopes that the store does not declare are granted.
    #[error("user `{user}` is granted {}, not declared in `[scopes]`", words::list(.scopes))]
    UndeclaredScopes {
        /// The user.
        user: Username,
        /// The scopes.
        scopes: ScopeSet,
    },
    /// An enabled user of a store with scopes has none.
    #[error("user `{user}` has no scope: their tokens permit nothing")]
    NoScope {
        /// The user.
        user: Username,
    },
    /// `tokens_valid_from` is in the future.
    #[error("no token of another issuer for user `{user}` is good before {from}")]
    ValidFromInFuture {
        /// The user.
        user: Username,
        /// The moment.
        from: Timestamp,
    },
    /// Names that differ in case only.
    #[error("the names of users {} differ in case only", words::list(.users))]
    CaseTwins {
        /// All of them.
        users: Vec<Username>,
        /// The one to change: one who cannot log in, else the last.
        change: Username,
    },
    /// Enabled users with one email.
    #[error("users {} have the same email", words::list(.users))]
    DoubledEmail {
        /// All of them, at least two.
        users: Vec<Username>,
        /// The one to change.
        change: Username,
    },
    /// Enabled users with one full name.
    #[error("users {} have the same full name", words::list(.users))]
    DoubledFullName {
        /// All of them, at least two.
        users: Vec<Username>,
        /// The one to change.
        change: Username,
    },
}

/// The file that a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The key file.
    Keys,
    /// The store as a whole.
    Store,
    /// One user of the store.
    User,
}

impl Finding {
    /// The code for scripts. It never changes.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OnlyRetiredKeys { .. } => "only_retired_keys",
            Self::UnusableKey { .. } => "unusable_key",
            Self::WeakKey { .. } => "weak_key",
            Self::SmallRsaKey { .. } => "small_rsa_key",
            Self::ScopeClaim => "scope_claim",
            Self::WeakPasswordPolicy(_) => "weak_password_policy",
            Self::ShortPasswords(_) => "short_passwords",
            Self::ExpiredRevocations(_) => "expired_revocations",
            Self::UnusableHash { .. } => "unusable_hash",
            Self::OutdatedHash { .. } => "outdated_hash",
            Self::UndeclaredScopes { .. } => "undeclared_scope",
            Self::NoScope { .. } => "no_scope",
            Self::ValidFromInFuture { .. } => "valid_from_in_future",
            Self::CaseTwins { .. } => "case_twins",
            Self::DoubledEmail { .. } => "doubled_email",
            Self::DoubledFullName { .. } => "doubled_full_name",
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn about(&self) -> About {
        match self {
            Self::OnlyRetiredKeys { .. }
            | Self::UnusableKey { .. }
            | Self::WeakKey { .. }
            | Self::SmallRsaKey { .. } => About::Keys,
            Self::ScopeClaim
            | Self::WeakPasswordPolicy(_)
            | Self::ShortPasswords(_)
            | Self::ExpiredRevocations(_) => About::Store,
            _ => About::User,
        }
    }

    /// The user it is about: of several, the one to change.
    #[must_use]
    pub const fn user(&self) -> Option<&Username> {
        match self {
            Self::UnusableHash { user, .. }
            | Self::OutdatedHash { user, .. }
            | Self::UndeclaredScopes { user, .. }
            | Self::NoScope { user }
            | Self::ValidFromInFuture { user, .. }
            | Self::CaseTwins { change: user, .. }
            | Self::DoubledEmail { change: user, .. }
            | Self::DoubledFullName { change: user, .. } => Some(user),
            _ => None,
        }
    }
}

/// Audits keys and store together: each is sound alone.
#[must_use]
pub fn audit_both(keys: &KeySet, store: &UserStore) -> Option<Finding> {
    let paths = &store.tokens.scope_claims;
    let names_scope = paths.is_empty() || paths.iter().any(|path| path.as_str() == "scope");
    (keys.signing_key().is_some() && !names_scope).then_some(Finding::ScopeClaim)
}

/// Audits the keys. Retired keys do no harm.
#[must_use]
pub fn audit_keys(keys: &KeySet, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    if keys.keys().iter().all(Key::is_retired) {
        findings.push(Finding::OnlyRetiredKeys { has_private: keys.keys().iter().any(Key::is_private) });
    }
    for key in keys.unusable() {
        findings.push(Finding::UnusableKey { key: key.to_string(), fault: key.fault().clone() });
    }
    let signing = keys.signing_key().map(Key::thumbprint);
    for (key, name) in keys.keys().iter().zip(keys.names()).filter(|(key, _)| !key.is_retired()) {
        let named = || NamedKey { name: name.clone(), signs: signing == Some(key.thumbprint()) };
        if let Some(weakness) = key.weakness() {
            findings.push(Finding::WeakKey { key: named(), weakness });
        }
        if let KeyKind::Rsa { bits } = key.kind()
            && bits < 3072
            && now >= END_OF_RSA_2048
        {
            findings.push(Finding::SmallRsaKey { key: named(), bits });
        }
    }
    findings
}

/// 2031-01-01T00:00:00Z: NIST lets 112 bits of strength stand until the end of 2030 (SP 800-57, part 1, 5.6.3).
const END_OF_RSA_2048: Timestamp = match Timestamp::new(1_924_992_000) {
    Some(moment) => moment,
    None => Timestamp::MAX,
};

/// Audits the store: the whole of it first, then its users in the order of their names.
///
/// Of disabled users it reports what becomes a risk once they are enabled, or the store leaks.
#[must_use]
pub fn audit_store(store: &UserStore, now: Timestamp) -> Vec<Finding> {
    let mut users = UserAudit::new(store, now);
    store.users.values().for_each(|user| users.add(user));
    let mut findings = audit_policies(store, now);
    findings.extend(users.findings());
    findings
}

/// Audits the policies of a store and its records of revoked tokens. Its users are audited by [`UserAudit`].
#[must_use]
pub fn audit_policies(store: &UserStore, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let policy = store.passwords;
    if !policy.params.are_strong() {
        findings.push(Finding::WeakPasswordPolicy(policy.params));
    }
    if policy.min_length < 8 {
        findings.push(Finding::ShortPasswords(policy.min_length));
    }
    let over = store.revoked.values().filter(|expires| is_over(**expires, now)).count();
    if over > 0 {
        findings.push(Finding::ExpiredRevocations(over));
    }
    findings
}

#[cfg(test)]
mod tests;
