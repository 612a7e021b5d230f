//! Audits users one after another: there may be more of them than memory holds.

use super::Finding;
use super::doubles::Doubles;
use crate::auth::judge::CLOCK_DIFFERENCE;
use crate::auth::scope::ScopeSet;
use crate::auth::time::Timestamp;
use crate::auth::user::{User, UserStore};

/// What is found about users. It keeps of each only what people confuse: name, email and full name.
pub struct UserAudit<'p> {
    policies: &'p UserStore,
    now: Timestamp,
    findings: Vec<Finding>,
    doubles: Doubles,
}

impl<'p> UserAudit<'p> {
    /// Nothing yet, of a store with these policies.
    #[must_use]
    pub fn new(policies: &'p UserStore, now: Timestamp) -> Self {
        Self { policies, now, findings: Vec::new(), doubles: Doubles::default() }
    }

    /// Audits another user.
    pub fn add(&mut self, user: &User) {
        self.audit_hash(user);
        self.audit_scopes(user);
        self.audit_sign_out(user);
        self.doubles.add(user);
    }

    /// All findings, in the order of the names.
    #[must_use]
    pub fn findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        self.doubles.find(&mut findings);
        // Stable: the findings about one user keep their order.
        findings.sort_by(|a, b| a.user().cmp(&b.user()));
        findings
    }

    fn audit_hash(&mut self, user: &User) {
        // A user without a password is a service.
        let Some(hash) = &user.hash else { return };
        let name = || user.name.clone();
        match (hash.fault(), hash.shortfall(&self.policies.passwords)) {
            (Some(_), _) if user.disabled => {}
            (Some(fault), _) => self.findings.push(Finding::UnusableHash { user: name(), fault }),
            (None, Some(shortfall)) => {
                let is_replaced = self.policies.passwords.rehash;
                self.findings.push(Finding::OutdatedHash { user: name(), shortfall, is_replaced });
            }
            (None, None) => {}
        }
    }

    fn audit_scopes(&mut self, user: &User) {
        let is_undeclared = |scope: &&_| !self.policies.is_declared(scope);
        let scopes: ScopeSet = user.scopes.iter().filter(is_undeclared).cloned().collect();
        if !scopes.is_empty() {
            self.findings.push(Finding::UndeclaredScopes { user: user.name.clone(), scopes });
        }
        // In a store without scopes a token only says who the user is.
        let has_scopes = self.policies.scopes.as_ref().is_some_and(|scopes| !scopes.is_empty());
        if user.scopes.is_empty() && !user.disabled && has_scopes {
            self.findings.push(Finding::NoScope { user: user.name.clone() });
        }
    }

    fn audit_sign_out(&mut self, user: &User) {
        if let Some(from) = user.tokens_valid_from
            && from > self.now.after(CLOCK_DIFFERENCE)
        {
            self.findings.push(Finding::ValidFromInFuture { user: user.name.clone(), from });
        }
    }
}
