//! The policies for tokens, passwords and scopes, which all machines share, and the database's clock.

use std::convert::Infallible;
use std::time::SystemTime;

use tokio::time::Instant;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::address::Servers;
use super::error::{DatabaseError, EditError};
use super::pool::Database;
use super::rows::timestamp;
use super::session::{Session, Transaction, Value, begin};
use crate::auth::time::{ClockError, Timestamp};
use crate::auth::user::UserStore;
use crate::store::users_file;

/// The layout of the tables that this version knows.
pub(super) const LAYOUT: i32 = 1;

/// The time is when the transaction began, before any row was read.
const POLICY: &str =
    "SELECT layout, document, now(), pg_is_in_recovery(), version FROM authctl.policy WHERE id = 1";

/// Reads a policy: a users file with `[tokens]`, `[passwords]` and `[scopes]` alone.
pub(super) fn parse(document: &str) -> Result<UserStore, DatabaseError> {
    let store = users_file::parse(document).map_err(|fault| DatabaseError::Policy(Box::new(fault)))?;
    let is_policy = store.users.is_empty() && store.revoked.is_empty() && store.removed.is_empty();
    if is_policy { Ok(store) } else { Err(DatabaseError::NotAPolicy) }
}

async fn row(session: &Session<'_>) -> Result<Row, DatabaseError> {
    // Without it the tables are half made, or there are none.
    let row = session.row(POLICY, Vec::new()).await.map_err(|error| match error {
        DatabaseError::Damaged(_) => DatabaseError::NotAStore,
        error => error,
    });
    let row = row?.ok_or(DatabaseError::NotAStore)?;
    match session.field(&row, 0)? {
        LAYOUT => {}
        layout if layout > LAYOUT => return Err(DatabaseError::NewerLayout(layout)),
        _ => return Err(DatabaseError::NotAStore),
    }
    if session.accepted != Servers::Any && session.field(&row, 3)? {
        return Err(DatabaseError::Standby(session.place.server.clone()));
    }
    Ok(row)
}

/// Whether it is a store of this layout, on a server that is accepted.
pub(super) async fn check(session: &Session<'_>) -> Result<(), DatabaseError> {
    row(session).await.map(drop)
}

/// Writes policies that were parsed, in a transaction. Their new version, or `None` if they are not of the version that
/// they are to replace.
pub(super) async fn put_policy(
    session: &Session<'_>,
    document: &str,
    replaces: Option<i64>,
) -> Result<Option<i64>, DatabaseError> {
    let values: Vec<Value<'_>> =
        vec![(&document, Type::TEXT), (&LAYOUT, Type::INT4), (&replaces, Type::INT8)];
    match session.row(SET, values).await? {
        Some(row) => Ok(Some(session.field(&row, 0)?)),
        None if replaces.is_some() => Ok(None),
        None => Err(DatabaseError::NotAStore),
    }
}

/// Reads the policies. A fault of the server or of the whole store comes first.
pub(super) async fn policy(session: &Session<'_>) -> Result<Policies, DatabaseError> {
    let row = row(session).await?;
    let text: String = session.field(&row, 1)?;
    let now: SystemTime = session.field(&row, 2)?;
    let store = parse(&text)?;
    let fault =
        || DatabaseError::Protocol { server: session.place.server.clone(), reason: ClockError.to_string() };
    let version = session.field(&row, 4)?;
    Ok(Policies { text, store, version, now: timestamp(now).ok_or_else(fault)? })
}

/// What says the same already can be set again, as after an outcome that was not known.
const SET: &str = "UPDATE authctl.policy SET document = $1, version = version + (document <> $1)::int WHERE id = 1 AND layout = $2 \
                   AND ($3 IS NULL OR version = $3 OR document = $1) RETURNING version";

const RIGHTS: &str = "SELECT rolsuper, \
     has_column_privilege('authctl.users', 'hashed_password', 'SELECT'), \
     (SELECT bool_or(has_any_column_privilege(name, 'INSERT, UPDATE') OR has_table_privilege(name, 'DELETE')) \
     FROM unnest(ARRAY['authctl.users', 'authctl.revoked', 'authctl.removed', 'authctl.policy']) AS tables (name)) \
     FROM pg_roles WHERE rolname = current_user";

/// What a role may do beyond judging tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Everything.
    pub is_superuser: bool,
    /// Read the hashes of passwords, as only a machine that logs users in must.
    pub reads_hashes: bool,
    /// Change users, policies or the records of revoked tokens and removed users, as only a machine on which that is done
    /// must.
    pub writes: bool,
}

/// The policies that all machines share, which every question asks first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policies {
    /// As they are written: a users file with `[tokens]`, `[passwords]` and `[scopes]` alone.
    pub text: String,
    /// The same, read: a store without users.
    pub store: UserStore,
    /// Another one after each change.
    pub version: i64,
    /// The time of the database.
    pub now: Timestamp,
}

impl Database {
    /// The policies, and the time of the database.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn policy(&self) -> Result<Policies, DatabaseError> {
        self.run(async |deadline| self.ask(deadline, async |session| policy(session).await).await)
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
                writes: session.field(&row, 2)?,
            })
        };
        self.run(async |deadline| self.ask(deadline, ask).await)
    }

    /// Replaces the policies by those of a users file that has nothing else, and says their new version. Tokens are judged
    /// by them from then on. Those that they replace must be of the version `replaces`, if one is given.
    ///
    /// # Errors
    ///
    /// [`EditError`]: [`PolicyChanged`](EditError::PolicyChanged) if they are of another version. After
    /// [`EditError::UnknownOutcome`] set them again.
    pub fn set_policy(&self, document: &str, replaces: Option<i64>) -> Result<i64, EditError<Infallible>> {
        parse(document)?;
        self.run(async |deadline| {
            let written = async |session: &Session<'_>| {
                let left = deadline.saturating_duration_since(Instant::now());
                session.run(&begin(Transaction::Edits, left)).await?;
                put_policy(session, document, replaces).await
            };
            self.ask(deadline, async |session| check(session).await).await?;
            let lease = self.lease(deadline).await?;
            let session = Session::on(&lease.connection, &self.address);
            // The transaction ends with the connection.
            let version = session.wait(deadline, written(&session)).await?.ok_or(EditError::PolicyChanged)?;
            session.commit(deadline).await?;
            self.give_back(lease);
            Ok(version)
        })
    }
}
