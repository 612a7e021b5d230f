//! The database of a run, if the users are in one.

use std::sync::Arc;
use std::time::Duration;

use authctl::store::postgres::{Address, Database, DatabaseError};
use authctl::store::safe_file;
use authctl::store::users_file::{MAX_POINTER_BYTES, elsewhere, text};
use secrecy::{ExposeSecret, SecretString};

use super::{Files, invalid_store};
use crate::environment::postgres_defaults;
use crate::error::Failure;

impl Files {
    /// The database that `AUTHCTL_USERS_URL` or the users file names; `None` if the users are in the file.
    pub(crate) fn database(&self) -> Result<Option<Arc<Database>>, Failure> {
        if let Some(known) = self.database.get() {
            return Ok(known.clone());
        }
        let database = self.address()?.map(|address| Arc::new(Database::new(address)));
        Ok(self.database.get_or_init(|| database).clone())
    }

    /// As [`Files::database`], with less time for each look-up.
    pub(crate) fn database_within(&self, time: Duration) -> Result<Option<Database>, Failure> {
        Ok(self.address()?.map(|address| Database::new(address.within(time))))
    }

    fn address(&self) -> Result<Option<Address>, Failure> {
        let path = self.users_path()?;
        let is_option = self.options.users_file.is_some();
        let url = if is_option { None } else { self.environment.users_url()? };
        // A pipe can be read once only, and a large file has users in it.
        let is_small = path.metadata().is_ok_and(|at| at.is_file() && at.len() <= MAX_POINTER_BYTES);
        let bytes = is_small.then(|| safe_file::read(&path, MAX_POINTER_BYTES).ok()).flatten();
        let pointer = match bytes.as_deref().map(text) {
            Some(Ok(text)) => elsewhere(text).map_err(|fault| invalid_store(&path, &fault))?,
            _ => None,
        };
        let parse = |url: &SecretString, named: &str| {
            Address::parse(url.expose_secret(), &postgres_defaults())
                .map_err(|fault| Failure::unknown("database_url", format!("{named}: {fault}")))
        };
        match (url, pointer) {
            (Some(_), Some(_)) => {
                let message =
                    format!("both `AUTHCTL_USERS_URL` and `users` in `{}` name a database", path.display());
                Err(Failure::unknown("two_stores", message).hint("unset the variable, or remove the file"))
            }
            (Some(url), None) => parse(url, "`AUTHCTL_USERS_URL`").map(Some),
            (None, Some(url)) => parse(&url, &format!("`users` in `{}`", path.display())).map(Some),
            (None, None) => Ok(None),
        }
    }
}

/// The failure of a database.
pub(crate) fn failed(error: &DatabaseError) -> Failure {
    let failure = Failure::unknown(error.code(), format!("user store: {error}"));
    match hint(error) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn hint(error: &DatabaseError) -> Option<&'static str> {
    Some(match error {
        DatabaseError::NotAStore => "run `authctl init`",
        DatabaseError::Damaged(_) => "restore the schema `authctl` from a backup",
        DatabaseError::NewerLayout(_) => "install the version of authctl that other machines have",
        DatabaseError::NoPassword { .. } => {
            "set `PGPASSWORD`, or add a line to `~/.pgpass`, which its owner alone can read"
        }
        DatabaseError::Standby(_) => {
            "name the primary server, or accept late answers with `target_session_attrs=any` in the URL"
        }
        DatabaseError::NoTls(_) => {
            "turn on TLS in the server, or choose `sslmode=disable` in the URL if the network is trusted"
        }
        DatabaseError::Certificate { .. } => "name the file of its authority with `sslrootcert` in the URL",
        DatabaseError::Unresolved { .. } | DatabaseError::Unreachable { .. } | DatabaseError::Mute { .. } => {
            "check that the server runs, and its host and port in the URL"
        }
        DatabaseError::ReadOnly(_) => {
            "name the primary server, or ask its administrator why transactions are read-only there"
        }
        DatabaseError::GaveWay
        | DatabaseError::Slow { .. }
        | DatabaseError::Busy(_)
        | DatabaseError::Contended(_) => "try again, or allow more time with `connect_timeout` in the URL",
        DatabaseError::Refused { .. } => "try again, or look at the settings and the log of the pooler",
        DatabaseError::Lost(_) | DatabaseError::Starting(_) | DatabaseError::Full(_) => "try again",
        DatabaseError::Policy(_) | DatabaseError::NotAPolicy => {
            "correct it with `authctl users policy --set FILE`"
        }
        DatabaseError::Servers(errors) => return errors.last().and_then(hint),
        _ => return None,
    })
}
