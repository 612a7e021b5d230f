//! Users by their names, and the records of revoked tokens and removed users.

use std::collections::BTreeMap;
use std::time::SystemTime;

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::error::{DatabaseError, RowFault};
use super::look_up::rows_of;
use super::policy::{check, policy};
use super::pool::Database;
use super::rows::{ALL, moments, stored, timestamp};
use super::session::{Session, Value};
use crate::auth::time::Timestamp;
use crate::auth::user::{Removed, User, UserStore, Username};

/// How many names a statement has.
const BATCH: usize = 1000;

const BEGIN_WITH: &str =
    "FROM authctl.users WHERE name >= $1 AND name < $1 || chr(127) ORDER BY name LIMIT $2";
/// A row, if there is any user, or a record of one.
const ANY: &str = "SELECT WHERE EXISTS (SELECT FROM authctl.users) OR EXISTS (SELECT FROM authctl.removed)";
const REVOKED: &str = "SELECT jti, expires FROM authctl.revoked";
const REMOVED: &str = "SELECT r.name, r.generation, r.until FROM authctl.removed r \
                       WHERE NOT EXISTS (SELECT FROM authctl.users u WHERE u.name = r.name)";

impl Database {
    /// The users of these names and of names that differ in case only, the records of earlier ones, and the time of
    /// the database. Each thousand names have a deadline of their own.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn namesakes(&self, names: &[&Username]) -> Result<(UserStore, Timestamp), DatabaseError> {
        let sql = format!(
            "SELECT {ALL} FROM unnest($1::text[]) AS asked (folded) \
             JOIN authctl.users u ON u.folded = asked.folded"
        );
        let (mut found, now, any) = self.run(async |deadline| {
            self.ask(deadline, async |session| {
                let (policy, any) = tokio::join!(policy(session), session.rows(ANY, Vec::new()));
                let policy = policy?;
                Ok((policy.store, policy.now, !any?.is_empty()))
            })
            .await
        })?;
        // Where all are moved to a new store, there is none to ask for.
        if !any {
            return Ok((found, now));
        }
        for names in names.chunks(BATCH) {
            let mut folded: Vec<String> = names.iter().map(|name| name.folded().collect()).collect();
            folded.sort_unstable();
            folded.dedup();
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            let (users, removed) = self.run(async |deadline| {
                self.ask(deadline, async |session| {
                    let (users, removed) = tokio::join!(
                        session.rows(&sql, vec![(&folded, Type::TEXT_ARRAY)]),
                        rows_of(
                            "r.name, r.generation, r.until",
                            "authctl.removed r",
                            "r.name",
                            session,
                            &names
                        ),
                    );
                    let (users, removed) = (users?, removed?);
                    let users = users.iter().map(|row| Ok(stored(row, session)?.user));
                    let users: Vec<User> = users.collect::<Result<_, DatabaseError>>()?;
                    Ok((users, removed_users(&removed, session)?))
                })
                .await
            })?;
            found.users.extend(users.into_iter().map(|user| (user.name.clone(), user)));
            found.removed.extend(removed);
        }
        Ok((found, now))
    }

    /// At most `limit` names that begin with `prefix`, in order.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn names(&self, prefix: &str, limit: u32) -> Result<Vec<String>, DatabaseError> {
        self.begin_with("name", prefix, limit, |session, row| session.field(row, 0))
    }

    /// As [`names`](Self::names), with the full name of each user. A role that only verifies tokens may not read it.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn full_names(
        &self,
        prefix: &str,
        limit: u32,
    ) -> Result<Vec<(String, Option<String>)>, DatabaseError> {
        self.begin_with("name, full_name", prefix, limit, |session, row| {
            Ok((session.field(row, 0)?, session.field(row, 1)?))
        })
    }

    fn begin_with<T>(
        &self,
        columns: &str,
        prefix: &str,
        limit: u32,
        read: impl Fn(&Session<'_>, &Row) -> Result<T, DatabaseError>,
    ) -> Result<Vec<T>, DatabaseError> {
        if !prefix.is_empty() && Username::check(prefix).is_err() {
            return Ok(Vec::new());
        }
        let (sql, limit) = (format!("SELECT {columns} {BEGIN_WITH}"), i64::from(limit));
        self.of_the_store(async |session| {
            let values: Vec<Value<'_>> = vec![(&prefix, Type::TEXT), (&limit, Type::INT8)];
            session.rows(&sql, values).await?.iter().map(|row| read(session, row)).collect()
        })
    }

    /// `exp` by `jti` of all tokens that were taken back and are remembered.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn revoked(&self) -> Result<BTreeMap<String, Timestamp>, DatabaseError> {
        self.of_the_store(async |session| revoked(session).await)
    }

    /// All that is remembered of tokens that were taken back, and of users who were removed.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn records(&self) -> Result<Records, DatabaseError> {
        self.of_the_store(async |session| records(session).await)
    }

    /// What a question finds, if it is a store of this layout.
    fn of_the_store<T>(
        &self,
        question: impl AsyncFn(&Session<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        self.run(async move |deadline| {
            self.ask(deadline, async |session| {
                let (checked, found) = tokio::join!(check(session), question(session));
                checked?;
                found
            })
            .await
        })
    }
}

/// The records, in a transaction.
pub(super) async fn records(session: &Session<'_>) -> Result<Records, DatabaseError> {
    let (revoked, removed) = tokio::join!(revoked(session), session.rows(REMOVED, Vec::new()));
    Ok(Records { revoked: revoked?, removed: removed_users(&removed?, session)? })
}

/// The records of revoked tokens, in a transaction.
pub(super) async fn revoked(session: &Session<'_>) -> Result<BTreeMap<String, Timestamp>, DatabaseError> {
    moments(&session.rows(REVOKED, Vec::new()).await?, session)
}

/// The records of revoked tokens and removed users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// `exp` by `jti` of tokens that were taken back.
    pub revoked: BTreeMap<String, Timestamp>,
    /// Users who were removed.
    pub removed: BTreeMap<Username, Removed>,
}

fn removed_users(
    rows: &[tokio_postgres::Row],
    session: &Session<'_>,
) -> Result<BTreeMap<Username, Removed>, DatabaseError> {
    let removed = |row: &tokio_postgres::Row| {
        let name: &str = session.field(row, 0)?;
        let key = name.parse().map_err(|_| DatabaseError::in_row(name, RowFault::Name))?;
        Ok((key, removed_user(name, session.field(row, 1)?, session.field(row, 2)?)?))
    };
    rows.iter().map(removed).collect()
}

pub(super) fn removed_user(name: &str, generation: i64, until: SystemTime) -> Result<Removed, DatabaseError> {
    let fault = |fault| DatabaseError::in_row(name, fault);
    Ok(Removed {
        generation: u64::try_from(generation).map_err(|_| fault(RowFault::Generation))?,
        until: timestamp(until).ok_or_else(|| fault(RowFault::Time))?,
    })
}
