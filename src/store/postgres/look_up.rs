//! What the rules ask for: facts about tokens, and a candidate for a login.

use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::error::{DatabaseError, RowFault};
use super::policy::{Policies, policy};
use super::pool::Database;
use super::rows::{ALL, FACTS, stored, without_hash};
use super::session::Session;
use crate::auth::decoy::Decoy;
use crate::auth::login::Candidate;
use crate::auth::time::Timestamp;
use crate::auth::user::{User, UserStore, Username};
use crate::auth::verify::SignedToken;
use crate::store::users_file::Lookup;

/// How many users may lend the cost of their hash to one unknown name. In a store of no more users than that each is as
/// likely, as in a file.
const LENDERS: usize = 16;

impl Database {
    /// Everything that the store knows of these tokens, at a moment after the call: one round trip, and no hash is read.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn look_up<'t>(
        &self,
        tokens: impl IntoIterator<Item = &'t SignedToken>,
    ) -> Result<Lookup, DatabaseError> {
        let (mut names, mut ids) = (HashSet::new(), HashSet::new());
        for token in tokens {
            // No other subject is that of a user.
            names.extend(token.subject().filter(|name| Username::check(name).is_ok()));
            // No text in the database has a zero byte.
            ids.extend(token.revocable_ids().filter(|id| !id.contains('\0')));
        }
        self.run(async |deadline| {
            self.ask(deadline, async |session| facts(session, &names, &ids).await).await
        })
    }

    /// The users of these names with everything that is stored of them, and the time of the database.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn users(&self, names: &[&str]) -> Result<(Lookup, Timestamp), DatabaseError> {
        let names = names.iter().copied().filter(|name| Username::check(name).is_ok());
        // Each once: a row comes for each name.
        let names: Vec<&str> = names.collect::<HashSet<_>>().into_iter().collect();
        self.run(async |deadline| {
            self.ask(deadline, async |session| {
                let (policy, users) = tokio::join!(policy(session), users_of(ALL, session, &names));
                let (policy, users) = (policy?, users?);
                let users = users.iter().map(|row| Ok(stored(row, session)?.user));
                let now = policy.now;
                Ok((found(policy, users, BTreeMap::new())?, now))
            })
            .await
        })
    }

    /// The candidate for a login as `name`: one round trip. Its tokens are dated by the database's clock, before the user
    /// was read.
    ///
    /// An unknown name costs as much as the hash of one of the users that come next after the name in a random order,
    /// which only the database knows.
    ///
    /// # Errors
    ///
    /// [`DatabaseError`].
    pub fn candidate(&self, name: &str) -> Result<Candidate, DatabaseError> {
        let known = if Username::check(name).is_ok() { name } else { "" };
        let place = place_of(name);
        self.run(async |deadline| {
            self.ask(deadline, async |session| candidate(session, name, known, place).await).await
        })
    }
}

async fn users_of(columns: &str, session: &Session<'_>, names: &[&str]) -> Result<Vec<Row>, DatabaseError> {
    rows_of(columns, "authctl.users u", "u.name", session, names).await
}

/// The rows with these keys. One is asked for in the plainest way: a server that has just started its process for a
/// command needs half as long again to plan a join. The join uses the index however many there are.
pub(super) async fn rows_of(
    columns: &str,
    table: &str,
    key: &str,
    session: &Session<'_>,
    keys: &[&str],
) -> Result<Vec<Row>, DatabaseError> {
    if let [one] = keys {
        let sql = format!("SELECT {columns} FROM {table} WHERE {key} = $1");
        return session.rows(&sql, vec![(one, Type::TEXT)]).await;
    }
    let sql =
        format!("SELECT {columns} FROM unnest($1::text[]) AS asked (key) JOIN {table} ON {key} = asked.key");
    session.rows(&sql, vec![(&keys, Type::TEXT_ARRAY)]).await
}

async fn facts(
    session: &Session<'_>,
    names: &HashSet<&str>,
    ids: &HashSet<&str>,
) -> Result<Lookup, DatabaseError> {
    let [names, keys] = [names, ids].map(|asked| asked.iter().copied().collect::<Vec<&str>>());
    let (policy, users, revoked) = tokio::join!(
        policy(session),
        users_of(FACTS, session, &names),
        rows_of("r.jti", "authctl.revoked r", "r.jti", session, &keys),
    );
    let (policy, users, revoked) = (policy?, users?, revoked?);
    let revoked = revoked.iter().map(|row| {
        let id: String = session.field(row, 0)?;
        if ids.contains(id.as_str()) {
            Ok((id, Timestamp::MAX))
        } else {
            // Of a column of another type, such as `char`: no token would be found to be revoked.
            Err(DatabaseError::Damaged("`authctl.revoked` has another `jti` than was asked for".to_owned()))
        }
    });
    let revoked = revoked.collect::<Result<_, _>>()?;
    found(policy, users.iter().map(|row| without_hash(row, session)), revoked)
}

fn found(
    policy: Policies,
    rows: impl Iterator<Item = Result<User, DatabaseError>>,
    revoked: BTreeMap<String, Timestamp>,
) -> Result<Lookup, DatabaseError> {
    let mut users = BTreeMap::new();
    for user in rows {
        let user = user?;
        // Two rows may differ: neither is taken.
        if let Some(twin) = users.insert(user.name.clone(), user) {
            return Err(DatabaseError::in_row(twin.name.as_str(), RowFault::Twice));
        }
    }
    Ok(UserStore { users, revoked, ..policy.store }.into())
}

/// Those that come next after a place, and the first of all, in case that these are too few.
const NEXT: &str = "(SELECT pick, hashed_password FROM authctl.users WHERE pick >= $1 ORDER BY pick LIMIT $2) \
                    UNION ALL \
                    (SELECT pick, hashed_password FROM authctl.users WHERE pick < $1 ORDER BY pick LIMIT $2)";

async fn candidate(
    session: &Session<'_>,
    name: &str,
    known: &str,
    place: i64,
) -> Result<Candidate, DatabaseError> {
    let sql = format!("SELECT {ALL} FROM authctl.users u WHERE u.name = $1");
    let most = i64::try_from(LENDERS).unwrap_or(i64::MAX);
    let (policy, user, lenders) = tokio::join!(
        policy(session),
        session.row(&sql, vec![(&known, Type::TEXT)]),
        session.rows(NEXT, vec![(&place, Type::INT8), (&most, Type::INT8)]),
    );
    let (policy, user, lenders) = (policy?, user?, lenders?);
    let user = user.map(|row| Ok(stored(&row, session)?.user)).transpose()?;
    let lenders = lenders.iter().map(|row| Ok((session.field(row, 0)?, session.field(row, 1)?)));
    let mut lenders: Vec<(i64, Option<&str>)> = lenders.collect::<Result<_, DatabaseError>>()?;
    lenders.sort_unstable_by_key(|(pick, _)| (*pick < place, *pick));
    let mut decoy = Decoy::of(name);
    lenders.into_iter().take(LENDERS).filter_map(|(_, hash)| hash).for_each(|hash| decoy.offer_text(hash));
    Ok(Candidate::new(user.as_ref(), &decoy, &policy.store, policy.now))
}

/// The place of a name among the picks of users.
fn place_of(name: &str) -> i64 {
    let digest: [u8; 32] = Sha256::new_with_prefix(b"authctl pick 1").chain_update(name).finalize().into();
    digest.first_chunk().map_or(0, |bytes| i64::from_be_bytes(*bytes))
}
