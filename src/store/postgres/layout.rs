//! The tables: made once, and known by the number of their layout.

use std::convert::Infallible;

use tokio::time::Instant;
use tokio_postgres::types::Type;

use super::error::{DatabaseError, EditError};
use super::policy::{LAYOUT, check, parse};
use super::pool::Database;
use super::session::{Session, Transaction, begin};

const TABLES: &str = include_str!("layout.sql");

const STORE: &str =
    "INSERT INTO authctl.policy (id, layout, document) VALUES (1, $1, $2) ON CONFLICT DO NOTHING";

impl Database {
    /// Makes the tables, and writes the policies: the `[tokens]`, `[passwords]` and `[scopes]` of a users file. Says
    /// whether there was no store before. One that is there is left as it is; one half made is finished.
    ///
    /// # Errors
    ///
    /// [`EditError`]; [`NewerLayout`](DatabaseError::NewerLayout) before anything is changed. After others there may be tables
    /// that are no store yet.
    pub fn init(&self, policy: &str) -> Result<bool, EditError<Infallible>> {
        parse(policy)?;
        self.run(async |deadline| {
            match self.ask(deadline, async |session| check(session).await).await {
                Err(DatabaseError::NotAStore) => {}
                known => return Ok(known.map(|()| false)?),
            }
            let lease = self.lease(deadline).await?;
            let session = Session::on(&lease.connection, &self.address);
            let is_new = session.wait(deadline, make(&session, policy, deadline)).await?;
            session.commit(deadline).await?;
            self.give_back(lease);
            Ok(is_new)
        })
    }
}

/// Makes the tables, and begins the transaction that makes them a store. Says whether they were none.
async fn make(session: &Session<'_>, policy: &str, deadline: Instant) -> Result<bool, DatabaseError> {
    let version = session.rows("SELECT version()", Vec::new()).await?;
    let version: &str = version.first().map_or(Ok(""), |row| session.field(row, 0))?;
    // CockroachDB orders by bytes anyway, and has no such name for it.
    let order = if version.contains("CockroachDB") { "" } else { " COLLATE \"C\"" };
    // Who may make tables in the schema need not be allowed to make schemas.
    let schema = session.rows("SELECT FROM pg_namespace WHERE nspname = 'authctl'", Vec::new()).await?;
    let tables: Vec<&str> = TABLES.lines().filter(|line| !line.starts_with("--")).collect();
    let first = || begin(Transaction::Edits, deadline.saturating_duration_since(Instant::now()));
    for statement in tables.join("\n").split_inclusive(';').skip(usize::from(!schema.is_empty())) {
        let whole = || format!("{}; {} COMMIT", first(), statement.replace("{C}", order));
        // Two that make the same at the same time: the second one finds it made.
        let made = session.client.batch_execute(&whole()).await;
        if made.as_ref().is_err_and(is_made_meanwhile) {
            session.run("ROLLBACK").await?;
            session.run(&whole()).await?;
        } else {
            made.map_err(|error| session.place.error(&error))?;
        }
    }
    session.run(&first()).await?;
    if session.touched(STORE, vec![(&LAYOUT, Type::INT4), (&policy, Type::TEXT)]).await? == 0 {
        return Ok(false);
    }
    // What was half made has none. Their policy is lost, and another one may let more tokens pass.
    if !session.rows("SELECT FROM authctl.users LIMIT 1", Vec::new()).await?.is_empty() {
        session.run("ROLLBACK").await?;
        return Err(DatabaseError::Damaged("it has users, and no policy".to_owned()));
    }
    Ok(true)
}

/// A name that is there, whether the other one says so or its index does.
fn is_made_meanwhile(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| matches!(code.code(), "23505" | "42P06" | "42P07" | "42710"))
}
