//! The policies for tokens, passwords and scopes, which all machines share, and the database's clock.

use std::time::SystemTime;

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::address::Servers;
use super::error::DatabaseError;
use super::pool::Database;
use super::rows::timestamp;
use super::session::Session;
use crate::auth::time::{ClockError, Timestamp};
use crate::auth::user::UserStore;
use crate::store::users_file;

/// The layout of the tables that this version knows.
pub(super) const LAYOUT: i32 = 1;

/// The time is that before the rows are read: a sign-out from then on is later.
const POLICY: &str =
    "SELECT layout, document, statement_timestamp(), pg_is_in_recovery() FROM authctl.policy WHERE id = 1";

/// What every question asks first.
pub(super) struct Policy {
    /// A store without any user.
    pub(super) store: UserStore,
    /// By the database's clock.
    pub(super) now: Timestamp,
    /// As it is written.
    pub(super) document: String,
}

/// Reads a policy: a users file with `[tokens]`, `[passwords]` and `[scopes]` alone.
pub(super) fn parse(document: &str) -> Result<UserStore, DatabaseError> {
    let store = users_file::parse(document).map_err(|fault| DatabaseError::Policy(Box::new(fault)))?;
    let is_policy = store.users.is_empty() && store.revoked.is_empty() && store.removed.is_empty();
    if is_policy { Ok(store) } else { Err(DatabaseError::NotAPolicy) }
}

async fn row(session: &Session<'_>) -> Result<Row, DatabaseError> {
    // Without it the tables are half made.
    let row = session.row(POLICY, Vec::new()).await?.ok_or(DatabaseError::NotAStore)?;
    match session.field(&row, 0)? {
        LAYOUT => {}
        layout if layout > LAYOUT => return Err(DatabaseError::NewerLayout(layout)),
        _ => return Err(DatabaseError::NotAStore),
    }
    if session.accepted == Servers::Primary && session.field(&row, 3)? {
        return Err(DatabaseError::Standby(session.place.server.clone()));
    }
    Ok(row)
}

/// Whether it is a store of this layout, on a server that is accepted.
pub(super) async fn check(session: &Session<'_>) -> Result<(), DatabaseError> {
    row(session).await.map(drop)
}

/// Reads the policies. A fault of the server or of the whole store comes first.
pub(super) async fn policy(session: &Session<'_>) -> Result<Policy, DatabaseError> {
    let row = row(session).await?;
    let document: String = session.field(&row, 1)?;
    let now: SystemTime = session.field(&row, 2)?;
    let store = parse(&document)?;
    let fault =
        || DatabaseError::Protocol { server: session.place.server.clone(), reason: ClockError.to_string() };
    Ok(Policy { store, now: timestamp(now).ok_or_else(fault)?, document })
}

const SET: &str =
    "UPDATE authctl.policy SET document = $1, version = version + 1 WHERE id = 1 AND layout = $2";

const RIGHTS: &str = "SELECT rolsuper, \
     has_column_privilege('authctl.users', 'hashed_password', 'SELECT'), \
     has_any_column_privilege('authctl.users', 'INSERT, UPDATE') OR has_table_privilege('authctl.users', 'DELETE') \
     FROM pg_roles WHERE rolname = current_user";

/// What a role may do beyond judging tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Everything.
    pub is_superuser: bool,
    /// Read the hashes of passwords, as only a machine that logs users in must.
    pub reads_hashes: bool,
    /// Add, change or remove users, as only a machine on which that is done must.
    pub writes_users: bool,
}

impl Database {
    /// The policies as they are written, and the time of the database.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn policy(&self) -> Result<(String, Timestamp), DatabaseError> {
        let policy =
            self.run(async |deadline| self.ask(deadline, async |session| policy(session).await).await)?;
        Ok((policy.document, policy.now))
    }

    /// What the role that connects may do beyond judging tokens.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn rights(&self) -> Result<Rights, DatabaseError> {
        let ask = async |session: &Session<'_>| {
            let Some(row) = session.row(RIGHTS, Vec::new()).await? else { return Ok(Rights::default()) };
            Ok(Rights {
                is_superuser: session.field(&row, 0)?,
                reads_hashes: session.field(&row, 1)?,
                writes_users: session.field(&row, 2)?,
            })
        };
        self.run(async |deadline| self.ask(deadline, ask).await)
    }

    /// Replaces the policies by those of a users file that has nothing else. Tokens are judged by them from then on.
    ///
    /// # Errors
    ///
    /// [`DatabaseError::Policy`] or [`DatabaseError::NotAPolicy`], with nothing changed. After another one the policies may
    /// be the new ones already: set them again.
    pub fn set_policy(&self, document: &str) -> Result<(), DatabaseError> {
        parse(document)?;
        self.run(async |deadline| {
            self.ask(deadline, async |session| {
                check(session).await?;
                match session.touched(SET, vec![(&document, Type::TEXT), (&LAYOUT, Type::INT4)]).await? {
                    1 => Ok(()),
                    _ => Err(DatabaseError::NotAStore),
                }
            })
            .await
        })
    }
}
