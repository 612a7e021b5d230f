//! The findings about a database of users, and the way to it.

use authctl::auth::time::Span;
use authctl::store::postgres::{Database, Rights, SslMode};

use super::Shown;
use crate::clock;
use crate::error::Failure;
use crate::files::database::failed;

/// Judges the way to a database, its clock, and the rights there. `only_verifies`: the keys of this machine sign no
/// token.
pub(super) fn findings(database: &Database, only_verifies: bool) -> Result<Vec<Shown>, Failure> {
    let finding = |code, message: String, hint: &str| Shown {
        code,
        message,
        hint: hint.to_owned(),
        user: None,
        file: None,
    };
    let mut findings = Vec::new();
    let address = database.address();
    for server in address.servers().iter().filter(|server| !server.is_this_machine()) {
        let message = match address.ssl_mode(server) {
            SslMode::Disable => format!("the connection to {server} is not encrypted"),
            SslMode::Require => {
                format!("the connection to {server} is encrypted, and may be to another server")
            }
            SslMode::VerifyCa | SslMode::VerifyFull => continue,
        };
        findings.push(finding("database_unprotected", message, "remove `sslmode` from the URL"));
    }
    if address.accepts_standbys() {
        let message = "standbys are asked too: a sign-out counts late".to_owned();
        findings.push(finding("database_standbys", message, "remove `target_session_attrs` from the URL"));
    }
    let before = clock::now()?;
    let theirs = database.policy().map_err(|error| failed(&error))?.now;
    let after = clock::now()?;
    let apart = before.since(theirs).max(theirs.since(after));
    if apart > Span::seconds(1) {
        let message = format!("the clock of the database is {apart} apart from that of this machine");
        findings.push(finding("clocks_apart", message, "set both by NTP"));
    }
    let Rights { is_superuser, reads_hashes, writes } = database.rights().map_err(|error| failed(&error))?;
    let excess = match (reads_hashes, writes) {
        _ if is_superuser => Some("do everything in the database"),
        _ if !only_verifies => None,
        (true, true) => Some("read password hashes and change the store, and this machine issues no tokens"),
        (true, false) => Some("read password hashes, and this machine issues no tokens"),
        (false, true) => Some("change the store, and this machine issues no tokens"),
        (false, false) => None,
    };
    if let Some(excess) = excess {
        let message = format!("`{}` may {excess}", address.user());
        let hint = "connect as a role that has the rights it needs only";
        findings.push(finding("database_rights", message, hint));
    }
    Ok(findings)
}
