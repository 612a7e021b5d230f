//! All users and records as they are at one moment.
//!
//! One transaction lasts from the first user to the last record, so that no edit comes between. The server gives up none of
//! its statements before their deadline; between them it waits as long as the reader does, and no lock keeps others from
//! edits.

use tokio_postgres::types::Type;

use super::error::DatabaseError;
use super::page::{Records, records, revoked};
use super::policy::policy;
use super::pool::{Database, Lease};
use super::rows::{Sees, user};
use super::session::{Session, Transaction, begin};
use crate::auth::user::{User, UserStore, Username};

/// What is read of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fields {
    /// What a token is judged by: no hash, name or email address, as a role that verifies may read it.
    Facts,
    /// All that the role may read.
    Readable,
    /// All.
    All,
}

/// All users and records as they are at one moment. It has a connection of its own.
///
/// One that is dropped without [`end`](Self::end) leaves its transaction to the server until the database is asked again, or
/// dropped.
pub struct Snapshot<'d> {
    database: &'d Database,
    lease: Lease<'d>,
    fields: Fields,
    policy: UserStore,
    sees: Sees,
    last: Option<Username>,
}

const SEES: &str = "SELECT has_column_privilege('authctl.users', 'full_name', 'SELECT') \
                    AND has_column_privilege('authctl.users', 'email', 'SELECT'), \
                    has_column_privilege('authctl.users', 'hashed_password', 'SELECT')";

impl Database {
    /// Begins to read all users and records. Each step from then on has a deadline of its own.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn snapshot(&self, fields: Fields) -> Result<Snapshot<'_>, DatabaseError> {
        let (lease, (policy, sees)) = self.run(async |deadline| {
            // The limit of each statement, however long the connection took.
            let first = begin(Transaction::Snapshot, self.address.timeout);
            self.ask_on(deadline, async |session| open(session, &first, fields).await).await
        })?;
        Ok(Snapshot { database: self, lease, fields, policy, sees, last: None })
    }
}

async fn open(
    session: &Session<'_>,
    first: &str,
    fields: Fields,
) -> Result<(UserStore, Sees), DatabaseError> {
    let (begun, policy) = tokio::join!(biased; session.run(first), policy(session));
    begun?;
    let policy = policy?.store;
    let sees = match fields {
        Fields::Facts => Sees::default(),
        Fields::All => Sees::ALL,
        Fields::Readable => match session.row(SEES, Vec::new()).await? {
            Some(row) => Sees { names: session.field(&row, 0)?, hashes: session.field(&row, 1)? },
            None => Sees::default(),
        },
    };
    Ok((policy, sees))
}

impl Snapshot<'_> {
    /// The policies; without users.
    #[must_use]
    pub const fn policies(&self) -> &UserStore {
        &self.policy
    }

    /// What is read of users beyond the facts.
    #[must_use]
    pub const fn sees(&self) -> Sees {
        self.sees
    }

    /// At most `limit` users who come next, in the order of their names by bytes; none after the last one.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`]. Nothing else can be read then.
    pub fn next(&mut self, limit: u32) -> Result<Vec<User>, DatabaseError> {
        let (last, limit) = (self.last.as_ref().map_or("", Username::as_str), i64::from(limit));
        let columns = self.sees.columns();
        let sql = format!("SELECT {columns} FROM authctl.users u WHERE u.name > $1 ORDER BY u.name LIMIT $2");
        let users = self.ask(async |session| {
            let rows = session.rows(&sql, vec![(&last, Type::TEXT), (&limit, Type::INT8)]).await?;
            rows.iter().map(|row| user(row, session)).collect::<Result<Vec<User>, _>>()
        })?;
        self.last = users.last().map(|user| user.name.clone()).or_else(|| self.last.take());
        Ok(users)
    }

    /// The user of a name.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn user(&self, name: &Username) -> Result<Option<User>, DatabaseError> {
        let (name, columns) = (name.as_str(), self.sees.columns());
        let sql = format!("SELECT {columns} FROM authctl.users u WHERE u.name = $1");
        self.ask(async |session| {
            let row = session.row(&sql, vec![(&name, Type::TEXT)]).await?;
            row.map(|row| user(&row, session)).transpose()
        })
    }

    /// All that is remembered of tokens that were taken back, and of users who were removed. Of [`Fields::Facts`] that is
    /// the tokens alone: no token of a user who was removed is good.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn records(&self) -> Result<Records, DatabaseError> {
        self.ask(async |session| {
            if self.fields == Fields::Facts {
                return Ok(Records { revoked: revoked(session).await?, ..Records::default() });
            }
            records(session).await
        })
    }

    /// Ends it, and keeps its connection for other questions.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn end(self) -> Result<(), DatabaseError> {
        self.ask(async |session| session.run("END").await)?;
        self.database.give_back(self.lease);
        Ok(())
    }

    fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&Session<'_>) -> Result<T, DatabaseError>,
    ) -> Result<T, DatabaseError> {
        let session = Session::on(&self.lease.connection, &self.database.address);
        self.database.run(async |deadline| session.wait(deadline, question(&session)).await)
    }
}
