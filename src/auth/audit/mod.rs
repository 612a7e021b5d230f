//! The findings of an auditor about keys and users. None keeps a token from being good, and each is a risk.

use std::collections::BTreeMap;

use thiserror::Error;

use super::judge::CLOCK_DIFFERENCE;
use super::key::{Key, KeyFault, KeyKind, KeySet, Weakness};
use super::password::{HashFault, HashParams, Shortfall};
use super::revoke::is_over;
use super::scope::ScopeSet;
use super::time::Timestamp;
use super::user::{User, UserStore, Username};
use super::words;

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
    let mut findings = Vec::new();
    audit_policy(store, &mut findings);
    audit_revoked(store, now, &mut findings);
    let start = findings.len();
    for user in store.users.values() {
        audit_hash(user, store, &mut findings);
        audit_scopes(user, store, &mut findings);
        audit_sign_out(user, now, &mut findings);
    }
    audit_doubles(store, &mut findings);
    // Stable: the findings about one user keep their order.
    findings[start..].sort_by(|a, b| a.user().cmp(&b.user()));
    findings
}

fn audit_policy(store: &UserStore, findings: &mut Vec<Finding>) {
    let policy = store.passwords;
    if !policy.params.are_strong() {
        findings.push(Finding::WeakPasswordPolicy(policy.params));
    }
    if policy.min_length < 8 {
        findings.push(Finding::ShortPasswords(policy.min_length));
    }
}

fn audit_revoked(store: &UserStore, now: Timestamp, findings: &mut Vec<Finding>) {
    let over = store.revoked.values().filter(|expires| is_over(**expires, now)).count();
    if over > 0 {
        findings.push(Finding::ExpiredRevocations(over));
    }
}

fn audit_hash(user: &User, store: &UserStore, findings: &mut Vec<Finding>) {
    // A user without a password is a service.
    let Some(hash) = &user.hash else { return };
    let name = || user.name.clone();
    match (hash.fault(), hash.shortfall(&store.passwords)) {
        (Some(_), _) if user.disabled => {}
        (Some(fault), _) => findings.push(Finding::UnusableHash { user: name(), fault }),
        (None, Some(shortfall)) => {
            let is_replaced = store.passwords.rehash;
            findings.push(Finding::OutdatedHash { user: name(), shortfall, is_replaced });
        }
        (None, None) => {}
    }
}

fn audit_scopes(user: &User, store: &UserStore, findings: &mut Vec<Finding>) {
    let scopes: ScopeSet = user.scopes.iter().filter(|scope| !store.is_declared(scope)).cloned().collect();
    if !scopes.is_empty() {
        findings.push(Finding::UndeclaredScopes { user: user.name.clone(), scopes });
    }
    // In a store without scopes a token only says who the user is.
    let has_scopes = store.scopes.as_ref().is_some_and(|scopes| !scopes.is_empty());
    if user.scopes.is_empty() && !user.disabled && has_scopes {
        findings.push(Finding::NoScope { user: user.name.clone() });
    }
}

fn audit_sign_out(user: &User, now: Timestamp, findings: &mut Vec<Finding>) {
    if let Some(from) = user.tokens_valid_from
        && from > now.after(CLOCK_DIFFERENCE)
    {
        findings.push(Finding::ValidFromInFuture { user: user.name.clone(), from });
    }
}

/// Finds users whom people confuse.
fn audit_doubles(store: &UserStore, findings: &mut Vec<Finding>) {
    let all = || store.users.values();
    let enabled = || all().filter(|user| !user.disabled);
    let names = |group: &[&User]| group.iter().map(|user| user.name.clone()).collect();
    for group in groups(all(), |user| Some(user.name.as_str())) {
        let is_closed = |user: &&&User| user.disabled || user.usable_hash().is_none();
        let Some(change) = group.iter().find(is_closed).or(group.last()) else { continue };
        findings.push(Finding::CaseTwins { users: names(&group), change: change.name.clone() });
    }
    for group in groups(enabled(), |user| user.email.as_deref()) {
        let Some(change) = group.last().map(|user| user.name.clone()) else { continue };
        findings.push(Finding::DoubledEmail { users: names(&group), change });
    }
    for group in groups(enabled(), |user| user.full_name.as_deref()) {
        let Some(change) = group.last().map(|user| user.name.clone()) else { continue };
        findings.push(Finding::DoubledFullName { users: names(&group), change });
    }
}

/// Groups the users whose `text` is the same but for case and the spaces around it.
fn groups<'a>(
    users: impl Iterator<Item = &'a User>,
    text: impl Fn(&'a User) -> Option<&'a str>,
) -> impl Iterator<Item = Vec<&'a User>> {
    let mut groups: BTreeMap<String, Vec<&User>> = BTreeMap::new();
    for user in users {
        let text = text(user).map(|text| text.trim().to_lowercase());
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            groups.entry(text).or_default().push(user);
        }
    }
    groups.into_values().filter(|group| group.len() > 1)
}

#[cfg(test)]
mod tests;
