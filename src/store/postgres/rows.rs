//! Rows to users, as strictly as a users file is read.

use std::collections::BTreeMap;
use std::error::Error;
use std::time::{Duration, SystemTime};

use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use super::error::{DatabaseError, RowFault};
use super::session::Session;
use crate::auth::password::PasswordHash;
use crate::auth::scope::ScopeSet;
use crate::auth::time::Timestamp;
use crate::auth::user::{User, Username};

/// What a token is judged by: no hash, so that a machine that only verifies needs no right to read them.
pub(super) const FACTS: &str = "u.name, u.disabled, u.scopes, u.tokens_valid_from, u.generation";

/// Everything.
pub(super) const ALL: &str = "u.name, u.disabled, u.scopes, u.tokens_valid_from, u.generation, \
                              u.full_name, u.email, u.hashed_password, u.version";

/// A user of a row with [`FACTS`]. No password matches it.
pub(super) fn without_hash(row: &Row, session: &Session<'_>) -> Result<User, DatabaseError> {
    let text: &str = session.field(row, 0)?;
    let fault = |fault| DatabaseError::in_row(text, fault);
    let name: Username = text.parse().map_err(|_| fault(RowFault::Name))?;
    let Texts(scopes) = session.field(row, 2)?;
    let tokens_valid_from: Option<SystemTime> = session.field(row, 3)?;
    let generation: i64 = session.field(row, 4)?;
    Ok(User {
        name,
        full_name: None,
        email: None,
        hash: None,
        disabled: session.field(row, 1)?,
        scopes: self::scopes(&scopes).ok_or_else(|| fault(RowFault::Scopes))?,
        tokens_valid_from: tokens_valid_from
            .map(|time| timestamp(time).ok_or_else(|| fault(RowFault::Time)))
            .transpose()?,
        generation: u64::try_from(generation).map_err(|_| fault(RowFault::Generation))?,
    })
}

/// What of users is read beyond what a token is judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sees {
    /// Full names and email addresses.
    pub names: bool,
    /// Hashes of passwords.
    pub hashes: bool,
}

impl Sees {
    /// All of a user.
    pub const ALL: Self = Self { names: true, hashes: true };

    /// The columns; those that are not seen are `NULL`, which takes no right.
    pub(super) fn columns(self) -> String {
        let names = if self.names { "u.full_name, u.email" } else { "NULL::text, NULL::text" };
        let hash = if self.hashes { "u.hashed_password" } else { "NULL::text" };
        format!("{FACTS}, {names}, {hash}")
    }
}

/// A user as it is stored.
pub(super) struct Stored {
    pub(super) user: User,
    /// Another one after each edit.
    pub(super) version: i64,
}

/// A user of a row with [`ALL`].
pub(super) fn stored(row: &Row, session: &Session<'_>) -> Result<Stored, DatabaseError> {
    Ok(Stored { user: user(row, session)?, version: session.field(row, 8)? })
}

/// A user of a row with [`Sees::columns`].
pub(super) fn user(row: &Row, session: &Session<'_>) -> Result<User, DatabaseError> {
    let hashed_password: Option<&str> = session.field(row, 7)?;
    Ok(User {
        full_name: session.field(row, 5)?,
        email: session.field(row, 6)?,
        hash: hashed_password.map(PasswordHash::parse),
        ..without_hash(row, session)?
    })
}

/// An array of texts that may say of itself that it is longer than it is.
struct Texts<'a>(Vec<&'a str>);

impl<'a> FromSql<'a> for Texts<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        // The length stands after the number of dimensions, a flag and the type. Room is made for so many, each of which
        // takes four bytes at least.
        let length =
            raw.get(12..).and_then(|rest| rest.first_chunk()).map_or(0, |bytes| u32::from_be_bytes(*bytes));
        if usize::try_from(length).is_ok_and(|length| length <= raw.len() / 4) {
            Vec::from_sql(kind, raw).map(Self)
        } else {
            Err("an array is shorter than it says".into())
        }
    }

    fn accepts(kind: &Type) -> bool {
        <Vec<&str>>::accepts(kind)
    }
}

fn scopes(texts: &[&str]) -> Option<ScopeSet> {
    let scopes: ScopeSet = texts.iter().map(|text| text.parse().ok()).collect::<Option<_>>()?;
    Some(scopes).filter(|scopes| scopes.len() == texts.len())
}

/// `exp` by `jti`, of rows with both.
pub(super) fn moments(
    rows: &[Row],
    session: &Session<'_>,
) -> Result<BTreeMap<String, Timestamp>, DatabaseError> {
    let moment = |row: &Row| {
        let expires: SystemTime = session.field(row, 1)?;
        // One that is later than all times of tokens is good for all of them.
        Ok((session.field(row, 0)?, timestamp(expires).unwrap_or(Timestamp::MAX)))
    };
    rows.iter().map(moment).collect()
}

/// To the millisecond; finer fractions are rounded up, as in a users file.
pub(super) fn timestamp(time: SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    let milliseconds = since.as_nanos().div_ceil(1_000_000);
    Timestamp::from_milliseconds(u64::try_from(milliseconds).ok()?)
}

/// The same moment.
pub(super) fn system_time(time: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(time.milliseconds())
}

/// A generation, which is never above that.
pub(super) fn number(generation: u64) -> i64 {
    i64::try_from(generation).unwrap_or(i64::MAX)
}

/// A random place for a user whose hash can be lent.
pub(super) fn pick_of(hash: Option<&str>) -> Option<i64> {
    PasswordHash::parse(hash?).cost()?;
    getrandom::u64().ok().map(u64::cast_signed)
}

#[cfg(test)]
mod tests {
    use super::Texts;
    use tokio_postgres::types::{FromSql, Type};

    /// The binary form of an array of one dimension: of texts, which says that it has `length`.
    fn array(length: u32, texts: &[&str]) -> Vec<u8> {
        let mut raw = [1, 0, Type::TEXT.oid(), length, 1].map(u32::to_be_bytes).concat();
        for text in texts {
            raw.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
            raw.extend(text.as_bytes());
        }
        raw
    }

    #[test]
    fn an_array_makes_room_for_no_more_than_it_has() {
        let read =
            |raw: &[u8]| Texts::from_sql(&Type::TEXT_ARRAY, raw).map(|Texts(texts)| texts.join(" ")).ok();
        assert_eq!(read(&array(2, &["me", "items"])), Some("me items".to_owned()));
        assert_eq!(read(&array(9, &[""; 9])), Some(" ".repeat(8)));
        assert_eq!(read(&[]), None);
        // No dimension: an empty one.
        assert_eq!(read(&[0, 0, Type::TEXT.oid()].map(u32::to_be_bytes).concat()), Some(String::new()));
        for length in [6, 500_000_000, u32::MAX >> 1, u32::MAX] {
            let fault = Texts::from_sql(&Type::TEXT_ARRAY, &array(length, &[])).map(drop).unwrap_err();
            assert_eq!(fault.to_string(), "an array is shorter than it says", "{length}");
        }
    }
}
