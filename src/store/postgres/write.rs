//! A change as statements of a transaction that is not ended yet.

use std::time::Duration;

use tokio_postgres::types::{ToSql, Type};

use super::error::DatabaseError;
use super::import::ADDS;
use super::prune::OVER;
use super::rows::{Stored, number, pick_of, system_time};
use super::session::{Session, Transaction, begin};
use crate::auth::change::Change;
use crate::auth::password::PasswordHash;
use crate::auth::revoke::{is_over, over_by};
use crate::auth::scope::{Scope, ScopeSet};
use crate::auth::time::Timestamp;
use crate::auth::user::{Revocation, User, UserStore, Username};

/// The stored user and records that a change is about.
pub(super) struct Before {
    pub(super) store: UserStore,
    pub(super) now: Timestamp,
    /// The user, as stored.
    pub(super) user: Option<Stored>,
}

/// What became of a change.
pub(super) enum Outcome {
    /// It is so already; there is no transaction.
    Nothing,
    /// Another edit was quicker; there is no transaction any more.
    Conflict,
    /// All is done but for the end of the transaction.
    Written,
}

/// A value that a statement keeps.
type Value = (Box<dyn ToSql + Sync + Send>, Type);

/// Writes what makes `after` of what was stored `before`.
pub(super) async fn write(
    session: &Session<'_>,
    before: &Before,
    change: &Change,
    after: &UserStore,
    left: Duration,
) -> Result<Outcome, DatabaseError> {
    let statement = match change {
        Change::Add { user, .. } => match after.users.get(&user.name) {
            Some(added) => insert(added),
            None => return Ok(Outcome::Nothing),
        },
        Change::Remove { name, .. } => remove(name, before, after),
        Change::RevokeTokens { tokens, now } => revoke(tokens, before, *now),
        change => {
            let name = change.user();
            let changed = name.and_then(|name| Some((after.users.get(name)?, before.user.as_ref()?)));
            let hash = match change {
                Change::SetHash { hash, .. } => Some(hash.expose()),
                _ => None,
            };
            let update = changed.and_then(|(user, stored)| update(stored, user, hash));
            match update {
                Some(statement) => statement,
                None => return Ok(Outcome::Nothing),
            }
        }
    };
    let (sql, values) = statement;
    let values = values.iter().map(|(value, kind)| (&**value as &(dyn ToSql + Sync), kind.clone())).collect();
    let mut first = begin(Transaction::Edits, left);
    if let Change::Add { .. } = change {
        first.extend(["; ", ADDS]);
    }
    let (begun, touched) = tokio::join!(session.run(&first), session.touched(&sql, values));
    begun?;
    let outcome = match (touched?, change) {
        // A token that is revoked already is no conflict.
        (0, Change::RevokeTokens { .. }) => Outcome::Nothing,
        (0, _) => Outcome::Conflict,
        (_, Change::Add { user, .. }) if was_removed_meanwhile(session, &user.name, after).await? => {
            Outcome::Conflict
        }
        _ => return Ok(Outcome::Written),
    };
    session.run("ROLLBACK").await?;
    Ok(outcome)
}

/// Whether an earlier user of that name was removed only while the new one was added: with a generation that the new one
/// must be above.
async fn was_removed_meanwhile(
    session: &Session<'_>,
    name: &Username,
    after: &UserStore,
) -> Result<bool, DatabaseError> {
    let text = name.as_str();
    let sql = "SELECT generation FROM authctl.removed WHERE name = $1";
    let Some(row) = session.row(sql, vec![(&text, Type::TEXT)]).await? else { return Ok(false) };
    let generation: i64 = session.field(&row, 0)?;
    Ok(after.users.get(name).is_none_or(|user| number(user.generation) <= generation))
}

/// An update of the user who was read, not of another one who was added by the name meanwhile: versions begin anew then, and
/// the generation is higher.
fn update(stored: &Stored, new: &User, hash: Option<&str>) -> Option<(String, Vec<Value>)> {
    let old = &stored.user;
    let mut values: Vec<Value> = vec![
        text(new.name.as_str()),
        (Box::new(stored.version), Type::INT8),
        (Box::new(number(old.generation)), Type::INT8),
    ];
    let mut set = String::new();
    let mut put = |column: &str, value: Value| {
        values.push(value);
        set.extend([column, " = $", &values.len().to_string(), ", "]);
    };
    if new.full_name != old.full_name {
        put("full_name", optional(new.full_name.as_deref()));
    }
    if new.email != old.email {
        put("email", optional(new.email.as_deref()));
    }
    if let Some(hash) = hash {
        put("hashed_password", text(hash));
        put("pick", pick(Some(hash)));
    }
    if new.disabled != old.disabled {
        put("disabled", (Box::new(new.disabled), Type::BOOL));
    }
    if new.scopes != old.scopes {
        put("scopes", scopes(&new.scopes));
    }
    if new.tokens_valid_from != old.tokens_valid_from {
        put("tokens_valid_from", moment(new.tokens_valid_from));
    }
    if new.generation != old.generation {
        put("generation", (Box::new(number(new.generation)), Type::INT8));
    }
    if set.is_empty() {
        return None;
    }
    let sql = format!(
        "UPDATE authctl.users SET {set}version = version + 1 WHERE name = $1 AND version = $2 AND generation = $3"
    );
    Some((sql, values))
}

fn insert(user: &User) -> (String, Vec<Value>) {
    let hash = user.hash.as_ref().map(PasswordHash::expose);
    let sql = "INSERT INTO authctl.users (name, folded, pick, full_name, email, hashed_password, disabled, scopes, \
               tokens_valid_from, generation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    let values = vec![
        text(user.name.as_str()),
        text(&user.name.folded().collect::<String>()),
        pick(hash),
        optional(user.full_name.as_deref()),
        optional(user.email.as_deref()),
        optional(hash),
        (Box::new(user.disabled), Type::BOOL),
        scopes(&user.scopes),
        moment(user.tokens_valid_from),
        (Box::new(number(user.generation)), Type::INT8),
    ];
    (sql.to_owned(), values)
}

/// Deletes a user and remembers the generation, and forgets the removed users whose tokens have all expired.
fn remove(name: &Username, before: &Before, after: &UserStore) -> (String, Vec<Value>) {
    let sql = "WITH gone AS (DELETE FROM authctl.users WHERE name = $1 AND version = $2 AND generation = $6 \
               RETURNING name), \
               over AS (DELETE FROM authctl.removed WHERE name <> $1 AND name IN (SELECT name FROM authctl.removed \
               WHERE until <= $5 ORDER BY until LIMIT 1000 FOR UPDATE SKIP LOCKED)) \
               INSERT INTO authctl.removed (name, generation, until) SELECT name, $3, $4 FROM gone \
               ON CONFLICT (name) DO UPDATE SET \
               generation = greatest(removed.generation, excluded.generation), \
               until = greatest(removed.until, excluded.until)";
    let removed = after.removed.get(name);
    let until = removed.map_or(Timestamp::MAX, |removed| removed.until);
    let version = before.user.as_ref().map_or(0, |stored| stored.version);
    let generation = before.user.as_ref().map_or(0, |stored| number(stored.user.generation));
    let values = vec![
        text(name.as_str()),
        (Box::new(version), Type::INT8),
        (Box::new(number(removed.map_or(0, |removed| removed.generation))), Type::INT8),
        moment(Some(until)),
        moment(over_by(before.now)),
        (Box::new(generation), Type::INT8),
    ];
    (sql.to_owned(), values)
}

/// Remembers tokens, in an order in which no two edits wait for each other, and forgets those that are over.
fn revoke(tokens: &[Revocation], before: &Before, now: Timestamp) -> (String, Vec<Value>) {
    // What is over is forgotten a lot at a time: there may be very much of it.
    let sql = format!(
        "WITH over AS (DELETE FROM authctl.revoked WHERE jti <> ALL ($2) AND jti IN ({OVER}) RETURNING jti), \
               noted AS (INSERT INTO authctl.revoked (jti, expires) \
               SELECT jti, max(expires) FROM unnest($2::text[], $3::timestamptz[]) AS new (jti, expires) \
               GROUP BY jti ORDER BY jti \
               ON CONFLICT (jti) DO UPDATE SET expires = excluded.expires WHERE revoked.expires < excluded.expires \
               RETURNING jti) \
               SELECT jti FROM over UNION ALL SELECT jti FROM noted"
    );
    let tokens: Vec<&Revocation> = tokens.iter().filter(|token| !is_over(token.expires, now)).collect();
    let ids: Vec<String> = tokens.iter().map(|token| token.id.clone()).collect();
    let expires: Vec<_> = tokens.iter().map(|token| system_time(token.expires)).collect();
    let values = vec![
        moment(over_by(before.now.min(now))),
        (Box::new(ids) as Box<dyn ToSql + Sync + Send>, Type::TEXT_ARRAY),
        (Box::new(expires), Type::TIMESTAMPTZ_ARRAY),
    ];
    (sql, values)
}

fn text(text: &str) -> Value {
    (Box::new(text.to_owned()), Type::TEXT)
}

fn optional(text: Option<&str>) -> Value {
    (Box::new(text.map(str::to_owned)), Type::TEXT)
}

fn moment(time: Option<Timestamp>) -> Value {
    (Box::new(time.map(system_time)), Type::TIMESTAMPTZ)
}

fn scopes(scopes: &ScopeSet) -> Value {
    let scopes: Vec<String> = scopes.iter().map(Scope::as_str).map(str::to_owned).collect();
    (Box::new(scopes), Type::TEXT_ARRAY)
}

fn pick(hash: Option<&str>) -> Value {
    (Box::new(pick_of(hash)), Type::INT8)
}
