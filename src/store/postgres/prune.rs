//! Records of revoked tokens that are over.

use tokio_postgres::types::Type;

use super::error::DatabaseError;
use super::pool::Database;
use super::rows::system_time;
use super::session::{Session, Transaction, begin};
use crate::auth::revoke::over_by;
use crate::auth::time::Timestamp;

/// Selects some records that are over by `$1`, but for those that another edit is forgetting: so many that no edit takes
/// long for them.
pub(super) const OVER: &str = "SELECT jti FROM authctl.revoked WHERE expires <= $1 \
                               ORDER BY expires LIMIT 1000 FOR UPDATE SKIP LOCKED";

impl Database {
    /// Forgets the revoked tokens that are over by the database's clock, and says how many. Each thousand have a deadline
    /// of their own.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`]. Some may be forgotten then: ask again.
    pub fn prune(&self) -> Result<u64, DatabaseError> {
        let Some(over) = over_by(self.policy()?.now) else { return Ok(0) };
        let mut pruned = 0;
        loop {
            let some = self.run(async |deadline| {
                self.repeat(deadline, async |session| session.wait(deadline, some(session, over)).await).await
            })?;
            pruned += some;
            if some == 0 {
                return Ok(pruned);
            }
        }
    }
}

async fn some(session: &Session<'_>, over: Timestamp) -> Result<u64, DatabaseError> {
    let sql = format!("DELETE FROM authctl.revoked WHERE jti IN ({OVER})");
    session.run(&begin(Transaction::Edits, session.place.within)).await?;
    let some = session.touched(&sql, vec![(&system_time(over), Type::TIMESTAMPTZ)]).await?;
    session.run("COMMIT").await?;
    Ok(some)
}
