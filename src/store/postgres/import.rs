//! Many users at once: all of them or none.

use std::collections::{BTreeMap, HashSet};
use std::time::SystemTime;

use thiserror::Error;
use tokio_postgres::types::Type;

use super::error::{DatabaseError, EditError, RowFault};
use super::policy::{check, parse, put_policy};
use super::pool::Database;
use super::rows::{number, pick_of, system_time};
use super::session::{Session, Transaction, Value, begin};
use crate::auth::import::Import;
use crate::auth::password::PasswordHash;
use crate::auth::scope::Scope;
use crate::auth::time::Timestamp;
use crate::auth::user::{Removed, User, Username};
use crate::auth::words;

/// How many users or records a statement has.
const BATCH: usize = 1000;

/// Users of these names, or of names that differ in case only, exist already, or come twice.
#[derive(Clone, Debug, Error)]
#[error("nothing was changed: {} {} already", words::list(.0), if .0.len() == 1 { "exists" } else { "exist" })]
pub struct Existing(pub Vec<Username>);

const USERS: &str = "INSERT INTO authctl.users (name, folded, pick, full_name, email, hashed_password, disabled, \
     scopes, tokens_valid_from, generation) \
     SELECT n.name, n.folded, n.pick, n.full_name, n.email, n.hashed_password, n.disabled, \
     string_to_array(n.scopes, ' '), \
     greatest(n.tokens_valid_from, CASE WHEN r.name IS NOT NULL THEN date_trunc('second', now()) + interval '1 s' END), \
     greatest(n.generation, r.generation + 1) \
     FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[], \
     $9::timestamptz[], $10::bigint[]) AS n (name, folded, pick, full_name, email, hashed_password, disabled, scopes, \
     tokens_valid_from, generation) \
     LEFT JOIN authctl.removed r ON r.name = n.name";

const EXISTING: &str = "SELECT n.name FROM unnest($1::text[], $2::text[]) AS n (name, folded) \
     JOIN authctl.users u ON u.folded = n.folded";

const REVOKED: &str = "INSERT INTO authctl.revoked (jti, expires) \
     SELECT * FROM unnest($1::text[], $2::timestamptz[]) \
     ON CONFLICT (jti) DO UPDATE SET expires = greatest(revoked.expires, excluded.expires)";

const REMOVED: &str = "INSERT INTO authctl.removed (name, until, generation) \
     SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::bigint[]) \
     ON CONFLICT (name) DO UPDATE SET generation = greatest(removed.generation, excluded.generation), \
     until = greatest(removed.until, excluded.until)";

/// A user must not pass with tokens of a removed one of the name.
const RAISED: &str = "UPDATE authctl.users u SET generation = r.generation + 1, version = u.version + 1, \
     tokens_valid_from = greatest(u.tokens_valid_from, date_trunc('second', now()) + interval '1 s') \
     FROM unnest($1::text[]) AS asked (name) JOIN authctl.removed r ON r.name = asked.name \
     WHERE u.name = r.name AND u.generation <= r.generation";

/// Held by a transaction that adds users. It waits for imports of removed users, who may have the names of new ones, and lets
/// none begin. It needs no right, and the number is that of no other lock.
pub(super) const ADDS: &str = "SELECT pg_advisory_xact_lock_shared(27432215568938092)";

/// Held by an import of removed users.
const ADDS_REMOVED: &str = "SELECT pg_advisory_xact_lock(27432215568938092)";

impl Database {
    /// As [`Database::import_with_policy`], and leaves the policies.
    ///
    /// # Errors
    ///
    /// Those of [`Database::import_with_policy`].
    pub fn import(&self, import: &Import) -> Result<(), EditError<Existing>> {
        self.import_with_policy(import, None)
    }

    /// Adds users with their generations as they are, or above that of an earlier user of the name, and records of tokens
    /// and users that are gone. Sets policies too, if they are given with the version that they replace.
    ///
    /// # Errors
    ///
    /// [`EditError`], of the caller for users who exist, and [`PolicyChanged`](EditError::PolicyChanged). Each batch of a
    /// thousand has a deadline of its own.
    pub fn import_with_policy(
        &self,
        import: &Import,
        policy: Option<(&str, i64)>,
    ) -> Result<(), EditError<Existing>> {
        policy.map(|(policy, _)| parse(policy)).transpose()?;
        let Import { users, revoked, removed } = import;
        // In one order, so that no two imports wait for each other.
        let mut users: Vec<&User> = users.iter().collect();
        users.sort_unstable_by(|one, other| {
            one.name.folded().cmp(other.name.folded()).then_with(|| one.name.cmp(&other.name))
        });
        let twins: Vec<Username> = users
            .windows(2)
            .filter(|pair| pair[0].name.folded().eq(pair[1].name.folded()))
            .map(|pair| pair[1].name.clone())
            .collect();
        if !twins.is_empty() {
            return Err(EditError::Caller(Existing(twins)));
        }
        users.iter().try_for_each(|user| fits(user))?;
        self.run(async |deadline| {
            self.ask(deadline, async |session| check(session).await).await?;
            let lease = self.lease(deadline).await?;
            let session = Session::on(&lease.connection, &self.address);
            let begin = begin(Transaction::Edits, self.address.timeout);
            session.wait(self.deadline(), session.run(&begin)).await?;
            let lock = if removed.is_empty() { ADDS } else { ADDS_REMOVED };
            session.wait(self.deadline(), session.run(lock)).await?;
            for batch in records_in_batches(revoked, removed) {
                session.wait(self.deadline(), put_records(&session, &batch)).await?;
            }
            for users in users.chunks(BATCH) {
                match session.wait(self.deadline(), put_users(&session, users)).await {
                    Err(error) if error.is_of_unique() => {
                        let existing = session.wait(self.deadline(), existing(&session, users)).await?;
                        let of_a_name = !existing.is_empty();
                        return Err(if of_a_name {
                            EditError::Caller(Existing(existing))
                        } else {
                            error.into()
                        });
                    }
                    added => added?,
                }
            }
            if let Some((policy, version)) = policy {
                let set = put_policy(&session, policy, Some(version));
                if session.wait(self.deadline(), set).await?.is_none() {
                    session.wait(self.deadline(), session.run("ROLLBACK")).await?;
                    return Err(EditError::PolicyChanged);
                }
            }
            session.commit(self.deadline()).await?;
            self.give_back(lease);
            Ok(())
        })
    }
}

/// Refuses a text that no database holds.
fn fits(user: &User) -> Result<(), DatabaseError> {
    let hash = user.hash.as_ref().map(PasswordHash::expose);
    let mut texts = [user.full_name.as_deref(), user.email.as_deref(), hash].into_iter().flatten();
    if texts.any(|text| text.contains('\0')) {
        return Err(DatabaseError::in_row(user.name.as_str(), RowFault::Zero));
    }
    Ok(())
}

/// Those of the users who exist, when a row was refused. The transaction is given up for that.
async fn existing(session: &Session<'_>, users: &[&User]) -> Result<Vec<Username>, DatabaseError> {
    session.run("ROLLBACK").await?;
    let (names, folded) = names_of(users);
    let rows = session.rows(EXISTING, vec![(&names, Type::TEXT_ARRAY), (&folded, Type::TEXT_ARRAY)]).await?;
    let found = rows.iter().map(|row| session.field(row, 0)).collect::<Result<HashSet<&str>, _>>()?;
    let found = users.iter().filter(|user| found.contains(user.name.as_str()));
    Ok(found.map(|user| user.name.clone()).collect())
}

fn names_of<'u>(users: &[&'u User]) -> (Vec<&'u str>, Vec<String>) {
    users.iter().map(|user| (user.name.as_str(), user.name.folded().collect())).unzip()
}

/// Inserts users. To let those who exist be, and insert the others, would take a third more time.
///
/// # Errors
///
/// [`DatabaseError`], one [of a unique index](DatabaseError::is_of_unique) if one exists.
async fn put_users(session: &Session<'_>, users: &[&User]) -> Result<(), DatabaseError> {
    let (names, folded) = names_of(users);
    let hashes = || users.iter().map(|user| user.hash.as_ref().map(PasswordHash::expose));
    let picks: Vec<Option<i64>> = hashes().map(pick_of).collect();
    let full_names: Vec<Option<&str>> = users.iter().map(|user| user.full_name.as_deref()).collect();
    let emails: Vec<Option<&str>> = users.iter().map(|user| user.email.as_deref()).collect();
    let hashes: Vec<Option<&str>> = hashes().collect();
    let disabled: Vec<bool> = users.iter().map(|user| user.disabled).collect();
    let scopes: Vec<String> = users.iter().map(|user| joined(user.scopes.iter())).collect();
    let from: Vec<Option<SystemTime>> =
        users.iter().map(|user| user.tokens_valid_from.map(system_time)).collect();
    let generations: Vec<i64> = users.iter().map(|user| number(user.generation)).collect();
    let values: Vec<Value<'_>> = vec![
        (&names, Type::TEXT_ARRAY),
        (&folded, Type::TEXT_ARRAY),
        (&picks, Type::INT8_ARRAY),
        (&full_names, Type::TEXT_ARRAY),
        (&emails, Type::TEXT_ARRAY),
        (&hashes, Type::TEXT_ARRAY),
        (&disabled, Type::BOOL_ARRAY),
        (&scopes, Type::TEXT_ARRAY),
        (&from, Type::TIMESTAMPTZ_ARRAY),
        (&generations, Type::INT8_ARRAY),
    ];
    session.touched(USERS, values).await?;
    // Each of them may have waited for the removal of an earlier user of the name.
    session.touched(RAISED, vec![(&names, Type::TEXT_ARRAY)]).await.map(drop)
}

/// Columns of some records, and the statement that takes them.
struct Batch<'r> {
    sql: &'static str,
    names: Vec<&'r str>,
    generations: Vec<i64>,
    times: Vec<SystemTime>,
}

fn records_in_batches<'r>(
    revoked: &'r BTreeMap<String, Timestamp>,
    removed: &'r BTreeMap<Username, Removed>,
) -> Vec<Batch<'r>> {
    let revoked: Vec<_> = revoked.iter().collect();
    let removed: Vec<_> = removed.iter().collect();
    let revoked = revoked.chunks(BATCH).map(|batch| Batch {
        sql: REVOKED,
        names: batch.iter().map(|(id, _)| id.as_str()).collect(),
        generations: Vec::new(),
        times: batch.iter().map(|(_, expires)| system_time(**expires)).collect(),
    });
    let removed = removed.chunks(BATCH).map(|batch| Batch {
        sql: REMOVED,
        names: batch.iter().map(|(name, _)| name.as_str()).collect(),
        generations: batch.iter().map(|(_, removed)| number(removed.generation)).collect(),
        times: batch.iter().map(|(_, removed)| system_time(removed.until)).collect(),
    });
    revoked.chain(removed).collect()
}

async fn put_records(session: &Session<'_>, batch: &Batch<'_>) -> Result<u64, DatabaseError> {
    let mut values: Vec<Value<'_>> =
        vec![(&batch.names, Type::TEXT_ARRAY), (&batch.times, Type::TIMESTAMPTZ_ARRAY)];
    if !batch.generations.is_empty() {
        values.push((&batch.generations, Type::INT8_ARRAY));
    }
    let touched = session.touched(batch.sql, values).await?;
    if batch.sql == REMOVED {
        session.touched(RAISED, vec![(&batch.names, Type::TEXT_ARRAY)]).await?;
    }
    Ok(touched)
}

/// No scope has a space in it.
fn joined<'s>(scopes: impl Iterator<Item = &'s Scope>) -> String {
    scopes.map(Scope::as_str).collect::<Vec<_>>().join(" ")
}
