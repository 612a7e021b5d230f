//! The findings about a store and its users, who are read a few at a time.

use authctl::auth::audit::{Finding, UserAudit, audit_policies};
use authctl::auth::password::HashFault;
use authctl::auth::time::Timestamp;
use authctl::auth::user::UserStore;
use authctl::store::postgres::Fields;

use crate::context::Context;
use crate::error::Failure;
use crate::files::Store;

/// What is found, and what else is told of the users.
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    /// The store without its users.
    pub(super) policies: UserStore,
    /// Whether there is a hash that a password may match.
    pub(super) has_hashes: bool,
    /// How many users have no password.
    pub(super) services: usize,
}

/// Judges the policies of the store, then its users. Where the role of a machine that `only_verifies` reads no hash, and so
/// no user as a whole, it says that the users are not judged.
pub(super) fn judge(only_verifies: bool, now: Timestamp, cx: &Context) -> Result<Judged, Failure> {
    let store = cx.files.store()?;
    match users(&store, now) {
        Err(failure) if failure.code == "database_denied" && only_verifies => {
            cx.console.say("note", format_args!("the users are not judged: {}", failure.message));
            let found = store.look_up(&[])?;
            let (tokens, passwords) = (found.tokens().clone(), *found.passwords());
            let policies = UserStore { tokens, passwords, ..UserStore::default() };
            let findings = audit_policies(&policies, now);
            Ok(Judged { findings, policies, has_hashes: false, services: 0 })
        }
        judged => judged,
    }
}

fn users(store: &Store, now: Timestamp) -> Result<Judged, Failure> {
    let mut everyone = store.everyone(Fields::All)?;
    let mut policies = everyone.policies().policies();
    let (mut has_hashes, mut services) = (false, 0);
    let mut audit = UserAudit::new(&policies, now);
    for user in everyone.users() {
        audit.add(&user);
        has_hashes |= user.hash.as_ref().is_some_and(|hash| hash.fault() != Some(HashFault::Locked));
        services += usize::from(user.hash.is_none());
    }
    let of_users = audit.findings();
    policies.revoked = everyone.into_rest()?.revoked;
    let mut findings = audit_policies(&policies, now);
    findings.extend(of_users);
    Ok(Judged { findings, policies, has_hashes, services })
}
