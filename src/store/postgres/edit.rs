//! Edits: a user is read, a change is decided on, and made only if nothing else was changed meanwhile.
//!
//! All of it is in a transaction that the database gives up by itself, a lock included, and its end is asked for once
//! everything before it is known to be done. So an edit that was given up is not made later, and only the answer to that
//! last question can leave open whether it was made.

use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::types::Type;

use super::address::Address;
use super::error::{DatabaseError, EditError};
use super::look_up::rows_of;
use super::page::removed_user;
use super::policy::policy;
use super::pool::{Database, Lease};
use super::rows::{ALL, moments, stored};
use super::session::Session;
use super::write::{Before, Outcome, write};
use crate::auth::change::Change;
use crate::auth::time::Timestamp;
use crate::auth::user::{UserStore, Username};
use crate::store::users_file::Changed;

/// What a change is about: what of the store is read for it.
#[derive(Clone, Copy, Debug)]
pub enum Asked<'a> {
    /// The user of this name, or of one that differs in case only, and the record of an earlier one.
    User(&'a Username),
    /// The records of the revoked tokens with these ids.
    Tokens(&'a [&'a str]),
}

impl Database {
    /// Makes the change that `decide` decides on, which sees what is [`Asked`] for, the policies, and the time of the
    /// database; `None` leaves it. It is asked again if another edit was quicker.
    ///
    /// # Errors
    ///
    /// [`EditError`]. After [`EditError::UnknownOutcome`] read the store: every change but [`Change::Add`] can be asked for
    /// again.
    pub fn change<E>(
        &self,
        asked: Asked<'_>,
        mut decide: impl FnMut(&UserStore, Timestamp) -> Result<Option<Change>, E>,
    ) -> Result<Changed, EditError<E>> {
        let deadline = self.deadline();
        let mut pause = Duration::from_millis(1);
        loop {
            let (lease, before) = self.block_on(self.before(asked, deadline))?;
            // Not while the runtime is driven: `decide` may ask another database.
            let Some(change) = decide(&before.store, before.now).map_err(EditError::Caller)? else {
                self.give_back(lease);
                return Ok(Changed { any: false, store: before.store });
            };
            let mut after = before.store.clone();
            change.apply(&mut after)?;
            if let Some(any) = self.block_on(self.attempt(lease, &before, &change, &after, deadline))? {
                return Ok(Changed { any, store: after });
            }
            // As many as try at the same time come apart by chance.
            pause = self.block_on(wait(pause, deadline, &self.address))?;
        }
    }

    /// Reads the stored users and records, on a connection that works.
    async fn before(
        &self,
        asked: Asked<'_>,
        deadline: Instant,
    ) -> Result<(Lease<'_>, Before), DatabaseError> {
        self.ask_on(deadline, async |session| session.at_once(deadline, read(session, asked)).await).await
    }

    /// Tries to make a change, and says whether there was anything to do; `None` if another edit was quicker.
    async fn attempt<E>(
        &self,
        lease: Lease<'_>,
        before: &Before,
        change: &Change,
        after: &UserStore,
        deadline: Instant,
    ) -> Result<Option<bool>, EditError<E>> {
        let session = Session::on(&lease.connection, &self.address);
        let left = deadline.saturating_duration_since(Instant::now());
        let done = match session.wait(deadline, write(&session, before, change, after, left)).await {
            Ok(Outcome::Nothing) => Some(false),
            Ok(Outcome::Conflict) => None,
            Ok(Outcome::Written) => match session.commit(deadline).await {
                Ok(()) => Some(true),
                Err(EditError::Database(DatabaseError::GaveWay)) => return Ok(None),
                Err(error) => return Err(error),
            },
            // The transaction ends with the connection.
            Err(DatabaseError::GaveWay) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        self.give_back(lease);
        Ok(done)
    }
}

/// Pauses before another attempt, for up to twice as long as before the last one.
async fn wait(pause: Duration, deadline: Instant, address: &Address) -> Result<Duration, DatabaseError> {
    let chance = getrandom::u32().map_or(0, |number| number % 1024);
    let until = Instant::now() + pause * chance / 512;
    if until >= deadline {
        return Err(DatabaseError::Contended(address.timeout));
    }
    tokio::time::sleep_until(until).await;
    Ok((pause * 2).min(Duration::from_millis(100)))
}

const REMOVED: &str = "SELECT generation, until FROM authctl.removed WHERE name = $1";

async fn read(session: &Session<'_>, asked: Asked<'_>) -> Result<Before, DatabaseError> {
    match asked {
        Asked::User(name) => read_user(session, name).await,
        Asked::Tokens(ids) => {
            // No text in the database has a zero byte.
            let ids: Vec<&str> = ids.iter().copied().filter(|id| !id.contains('\0')).collect();
            read_tokens(session, &ids).await
        }
    }
}

async fn read_user(session: &Session<'_>, name: &Username) -> Result<Before, DatabaseError> {
    let text = name.as_str();
    let folded: String = name.folded().collect();
    let sql = format!("SELECT {ALL} FROM authctl.users u WHERE u.name = $1 OR u.folded = $2");
    let (policy, users, removed) = tokio::join!(
        policy(session),
        session.rows(&sql, vec![(&text, Type::TEXT), (&folded, Type::TEXT)]),
        session.row(REMOVED, vec![(&text, Type::TEXT)]),
    );
    let policy = policy?;
    let mut before = Before { store: policy.store, now: policy.now, user: None };
    for row in &users? {
        let stored = stored(row, session)?;
        before.store.users.insert(stored.user.name.clone(), stored.user.clone());
        if stored.user.name == *name {
            before.user = Some(stored);
        }
    }
    if let Some(row) = removed? {
        let removed = removed_user(text, session.field(&row, 0)?, session.field(&row, 1)?)?;
        before.store.removed.insert(name.clone(), removed);
    }
    Ok(before)
}

async fn read_tokens(session: &Session<'_>, ids: &[&str]) -> Result<Before, DatabaseError> {
    let revoked = rows_of("r.jti, r.expires", "authctl.revoked r", "r.jti", session, ids);
    let (policy, rows) = tokio::join!(policy(session), revoked);
    let policy = policy?;
    let store = UserStore { revoked: moments(&rows?, session)?, ..policy.store };
    Ok(Before { store, now: policy.now, user: None })
}
