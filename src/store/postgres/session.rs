//! Statements on a connection. None is prepared, so that they work behind a pooler in transaction mode.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_postgres::types::{FromSql, ToSql, Type};
use tokio_postgres::{Client, Row};

use super::address::{Address, Servers};
use super::connection::Connection;
use super::error::{DatabaseError, EditError};
use super::place::Place;

/// A value for a statement, and its type in the database.
pub(super) type Value<'v> = (&'v (dyn ToSql + Sync), Type);

/// What a transaction is for. Its isolation does not depend on the settings of the server.
#[derive(Clone, Copy)]
pub(super) enum Transaction {
    /// All statements see the same moment.
    Reads,
    /// The same, and the next statement may follow at any time.
    Snapshot,
    /// Each statement sees what others have committed before it.
    Edits,
}

/// Begins a transaction that the server gives up if a statement takes longer than `left`, or if no other follows, unless it
/// is a snapshot.
///
/// What the role, or another client of a pooler, has set does not count: operators are those of PostgreSQL, and a row that
/// the role may not see is an error, as a revoked token that is not seen would be good.
pub(super) fn begin(transaction: Transaction, left: Duration) -> String {
    let kind = match transaction {
        Transaction::Reads | Transaction::Snapshot => "REPEATABLE READ READ ONLY",
        Transaction::Edits => "READ COMMITTED",
    };
    // Zero would be no limit.
    let left = left.as_millis().max(1);
    let idle = if matches!(transaction, Transaction::Snapshot) { 0 } else { left };
    format!(
        "BEGIN ISOLATION LEVEL {kind}; SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL row_security = off; \
         SET LOCAL statement_timeout = {left}; SET LOCAL idle_in_transaction_session_timeout = {idle}"
    )
}

/// A connection while something is asked.
pub(super) struct Session<'a> {
    pub(super) client: &'a Client,
    pub(super) place: Place<'a>,
    pub(super) accepted: Servers,
}

impl<'a> Session<'a> {
    pub(super) const fn on(connection: &'a Connection, address: &'a Address) -> Self {
        let place = Place::of(&connection.server, address, address.timeout);
        Self { client: &connection.client, place, accepted: address.accepted }
    }

    /// Waits until the deadline.
    pub(super) async fn wait<T>(
        &self,
        deadline: Instant,
        answer: impl Future<Output = Result<T, DatabaseError>>,
    ) -> Result<T, DatabaseError> {
        let slow = |_| DatabaseError::Slow { server: self.place.server.clone(), within: self.place.within };
        timeout_at(deadline, answer).await.map_err(slow)?
    }

    /// Asks statements that `question` sends at once, all in one transaction: on one server even behind a pooler, which
    /// gives them up at the deadline by itself.
    pub(super) fn at_once<T>(
        &self,
        deadline: Instant,
        question: impl Future<Output = Result<T, DatabaseError>>,
    ) -> impl Future<Output = Result<T, DatabaseError>> {
        let first = begin(Transaction::Reads, deadline.saturating_duration_since(Instant::now()));
        // Not several times in what waits for it: it is large.
        let question = Box::pin(question);
        self.wait(deadline, async move {
            let (begun, answer, ended) = tokio::join!(biased; self.run(&first), question, self.run("END"));
            begun?;
            let answer = answer?;
            ended.map(|()| answer)
        })
    }

    /// Ends a transaction in which all is done.
    ///
    /// # Errors
    ///
    /// [`EditError::UnknownOutcome`] where the answer does not say whether that was reached.
    pub(super) async fn commit<E>(&self, deadline: Instant) -> Result<(), EditError<E>> {
        self.wait(deadline, self.run("COMMIT")).await.map_err(|error| {
            if error.leaves_open() {
                EditError::UnknownOutcome { server: self.place.server.clone(), source: Box::new(error) }
            } else {
                error.into()
            }
        })
    }

    /// The rows that a query answers.
    pub(super) async fn rows(&self, sql: &str, values: Vec<Value<'_>>) -> Result<Vec<Row>, DatabaseError> {
        self.client.query_typed(sql, &values).await.map_err(|error| self.place.error(&error))
    }

    /// The row that a query answers, if there is one.
    pub(super) async fn row(&self, sql: &str, values: Vec<Value<'_>>) -> Result<Option<Row>, DatabaseError> {
        self.client.query_typed_opt(sql, &values).await.map_err(|error| self.place.error(&error))
    }

    /// The number of rows that a statement has touched.
    pub(super) async fn touched(&self, sql: &str, values: Vec<Value<'_>>) -> Result<u64, DatabaseError> {
        self.client.execute_typed(sql, &values).await.map_err(|error| self.place.error(&error))
    }

    /// Carries out statements that have no values.
    pub(super) async fn run(&self, sql: &str) -> Result<(), DatabaseError> {
        self.client.batch_execute(sql).await.map_err(|error| self.place.error(&error))
    }

    /// A column, which has the type that it has in the layout.
    pub(super) fn field<'r, T: FromSql<'r>>(&self, row: &'r Row, index: usize) -> Result<T, DatabaseError> {
        row.try_get(index).map_err(|error| self.place.error(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::{Transaction, begin};
    use std::time::Duration;

    #[test]
    fn the_server_gives_up_a_transaction_by_itself_but_for_a_snapshot_whose_reader_pauses() {
        for (transaction, idle) in
            [(Transaction::Reads, 1500), (Transaction::Edits, 1500), (Transaction::Snapshot, 0)]
        {
            let begin = begin(transaction, Duration::from_millis(1500));
            assert!(begin.contains("SET LOCAL statement_timeout = 1500;"), "{begin}");
            assert!(begin.contains("; SET LOCAL search_path = pg_catalog, pg_temp;"), "{begin}");
            assert!(begin.contains("; SET LOCAL row_security = off;"), "{begin}");
            let limit = format!("SET LOCAL idle_in_transaction_session_timeout = {idle}");
            assert!(begin.ends_with(&limit), "{begin}");
        }
        // Zero would be no limit.
        assert!(begin(Transaction::Edits, Duration::ZERO).contains("statement_timeout = 1;"));
    }
}
