//! The quick reader for users files of the usual shape: one pass that judges everything and keeps the requested users.
//!
//! It agrees with the [strict reader](super::read), or gives up (`None`) where the text is unusual or invalid; then the
//! strict reader decides. It also hands the small tables to the strict reader.

use std::borrow::Cow;
use std::collections::HashSet;

use super::revoked::{self, Revoked};
use super::tokens::{self, Key, Raw, Statement, Statements, Value};
use super::{lines, read};
use crate::auth::password::PasswordHash;
use crate::auth::scope::{Scope, is_scope_byte};
use crate::auth::time::Timestamp;
use crate::auth::user::{Removed, User, UserStore, Username};
use crate::store::moment::Moment;

/// Reads a users file without the users that are not `wanted`. Calls `each_hash` with the hashes of all users.
pub(super) fn scan(
    text: &str,
    wanted: impl Fn(&str) -> bool,
    mut each_hash: impl FnMut(&str),
) -> Option<Scanned<'_>> {
    let text = lines::without_mark(text);
    let mut scan = Scan::default();
    let mut take = Take { wanted: &wanted, each_hash: &mut each_hash };
    let mut rest = text;
    if let Some(start) = revoked::start(text) {
        scan.piece(&text[..start], &mut take)?;
        if !matches!(scan.table, Table::Revoked) {
            // The header is part of a string of several lines: no statement follows.
            return None;
        }
        rest = &text[start..];
        rest = &rest[revoked::read(rest, &mut scan.revoked)?..];
    }
    if rest.len() < text.len() && rest.starts_with('\u{feff}') {
        // The lexer skips a byte order mark at the start of its text, but one in the middle is a fault.
        return None;
    }
    scan.piece(rest, &mut take)?;
    scan.finish(&mut take)
}

/// The result of a scan.
struct Take<'t> {
    wanted: &'t dyn Fn(&str) -> bool,
    each_hash: &'t mut dyn FnMut(&str),
}

/// Reads the fields of the user `name`, whose header [`scan`] found in `text`.
pub(super) fn user(text: &str, name: &str) -> Option<User> {
    let at = name.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
    let header = text.get(at..)?.lines().next()?;
    let fields = text.get(at + header.len()..)?;
    let mut scan =
        Scan { table: Table::User(Draft::new(text.get(at..at + name.len())?, true)), ..Scan::default() };
    let mut statements = Statements::of(fields)?;
    while let Statement::Field { key, value, .. } = statements.next()? {
        scan.field(&key, &value, &statements)?;
    }
    scan.close(0, &mut |_| {})?;
    scan.store.users.into_values().next()
}

/// The content of a users file.
pub(super) struct Scanned<'a> {
    /// All of it but the revoked tokens.
    pub(super) store: UserStore,
    /// The revoked tokens.
    pub(super) revoked: Revoked,
    /// The byte ranges of the names of all users.
    pub(super) names: HashSet<&'a str>,
}

impl Scanned<'_> {
    /// The whole text.
    pub(super) fn into_store(self) -> UserStore {
        UserStore { revoked: self.revoked.into(), ..self.store }
    }
}

#[derive(Default)]
struct Scan<'a> {
    /// The current piece of the text.
    text: &'a str,
    table: Table<'a>,
    revoked: Revoked,
    /// The text of all tables but those of users, `[revoked]` and `[removed]`.
    small: String,
    store: UserStore,
    names: HashSet<&'a str>,
    has_revoked: bool,
    has_removed: bool,
    /// The scopes of the current user.
    scopes: Vec<Cow<'a, str>>,
}

/// The table of the current fields.
#[derive(Default)]
enum Table<'a> {
    /// Before the first header, where fields are unusual.
    #[default]
    None,
    /// A table for the strict reader, from this offset on.
    Small(usize),
    User(Draft<'a>),
    Revoked,
    Removed,
}

/// A user with the fields read so far.
struct Draft<'a> {
    name: &'a str,
    wanted: bool,
    seen: u8,
    full_name: Option<Cow<'a, str>>,
    email: Option<Cow<'a, str>>,
    hash: Option<Cow<'a, str>>,
    disabled: bool,
    tokens_valid_from: Option<Timestamp>,
    generation: u64,
}

impl<'a> Scan<'a> {
    /// Reads a piece of the text that ends with a line. A `[revoked]` table at its end continues in the next piece.
    fn piece(&mut self, text: &'a str, take: &mut Take<'_>) -> Option<()> {
        self.text = text;
        let mut statements = Statements::of(text)?;
        loop {
            match statements.next()? {
                Statement::Header { span, first, second } => self.open(span.start, first, second, take)?,
                Statement::Field { key, value, .. } => self.field(&key, &value, &statements)?,
                Statement::End => return Some(()),
            }
        }
    }

    fn open(
        &mut self,
        at: usize,
        first: &'a str,
        second: Option<&'a str>,
        take: &mut Take<'_>,
    ) -> Option<()> {
        self.close(at, take.each_hash)?;
        self.table = match (first, second) {
            ("users", Some(name)) => {
                let new = Username::check(name).is_ok() && self.names.insert(name);
                new.then(|| Table::User(Draft::new(name, (take.wanted)(name))))?
            }
            ("revoked", None) if self.has_revoked => return None,
            ("revoked", None) => {
                self.has_revoked = true;
                Table::Revoked
            }
            ("removed", None) if !self.has_removed => {
                self.has_removed = true;
                Table::Removed
            }
            ("removed", _) => return None,
            _ => Table::Small(at),
        };
        Some(())
    }

    fn close(&mut self, at: usize, each_hash: &mut dyn FnMut(&str)) -> Option<()> {
        match std::mem::take(&mut self.table) {
            Table::None | Table::Revoked | Table::Removed => {}
            Table::Small(start) => self.small.push_str(self.text.get(start..at)?),
            Table::User(draft) => {
                if let Some(hash) = &draft.hash {
                    each_hash(hash);
                }
                if draft.wanted {
                    let name: Username = draft.name.parse().ok()?;
                    let user = User {
                        name: name.clone(),
                        full_name: draft.full_name.map(Cow::into_owned),
                        email: draft.email.map(Cow::into_owned),
                        hash: draft.hash.as_deref().map(PasswordHash::parse),
                        disabled: draft.disabled,
                        scopes: self
                            .scopes
                            .iter()
                            .map(|scope| scope.parse::<Scope>())
                            .collect::<Result<_, _>>()
                            .ok()?,
                        tokens_valid_from: draft.tokens_valid_from,
                        generation: draft.generation,
                    };
                    self.store.users.insert(name, user);
                }
            }
        }
        self.scopes.clear();
        Some(())
    }

    fn field(&mut self, key: &Key<'a>, value: &Value<'a>, statements: &Statements<'a>) -> Option<()> {
        match &mut self.table {
            Table::None => None,
            Table::Small(_) => Some(()),
            Table::User(draft) => match (key.as_written(), value) {
                ("scopes", Value::List) => {
                    draft.see(1)?;
                    scopes(&mut self.scopes, statements)
                }
                (key, Value::Scalar(raw)) => draft.field(key, *raw),
                _ => None,
            },
            Table::Revoked => {
                let Value::Scalar(raw) = value else { return None };
                let Moment::At(expires) = tokens::moment(*raw)? else { return None };
                self.revoked.insert(&key.decoded()?, expires)
            }
            Table::Removed => {
                let Value::Table = value else { return None };
                let name = key.decoded()?.parse().ok()?;
                self.store.removed.insert(name, removed(statements)?).is_none().then_some(())
            }
        }
    }

    fn finish(mut self, take: &mut Take<'_>) -> Option<Scanned<'a>> {
        self.close(self.text.len(), take.each_hash)?;
        let small = read::read(&self.small).ok()?;
        if !(small.users.is_empty() && small.revoked.is_empty() && small.removed.is_empty()) {
            // The users have an unusual layout, such as braces below `[users]`.
            return None;
        }
        let store = UserStore { users: self.store.users, removed: self.store.removed, ..small };
        Some(Scanned { store, revoked: self.revoked, names: self.names })
    }
}

impl<'a> Draft<'a> {
    const fn new(name: &'a str, wanted: bool) -> Self {
        Self {
            name,
            wanted,
            seen: 0,
            full_name: None,
            email: None,
            hash: None,
            disabled: false,
            tokens_valid_from: None,
            generation: 0,
        }
    }

    fn field(&mut self, key: &str, raw: Raw<'a>) -> Option<()> {
        match key {
            "full_name" => {
                self.full_name = Some(tokens::text(raw)?);
                self.see(2)
            }
            "email" => {
                self.email = Some(tokens::text(raw)?);
                self.see(4)
            }
            "hashed_password" => {
                self.hash = Some(tokens::text(raw)?);
                self.see(8)
            }
            "disabled" => {
                self.disabled = tokens::boolean(raw)?;
                self.see(16)
            }
            "tokens_valid_from" => {
                let Moment::At(moment) = tokens::moment(raw)? else { return None };
                self.tokens_valid_from = Some(moment);
                self.see(32)
            }
            "generation" => {
                self.generation = tokens::generation(raw)?;
                self.see(64)
            }
            _ => None,
        }
    }

    /// Notes a field, which must be new.
    const fn see(&mut self, field: u8) -> Option<()> {
        let new = self.seen & field == 0;
        self.seen |= field;
        if new { Some(()) } else { None }
    }
}

/// A removed user: the two fields of an inline table, in either order.
fn removed(statements: &Statements<'_>) -> Option<Removed> {
    let [(first, one), (second, other)] = statements.fields.as_slice() else { return None };
    let (generation, until) = match (first.as_written(), second.as_written()) {
        ("generation", "until") => (*one, *other),
        ("until", "generation") => (*other, *one),
        _ => return None,
    };
    let Moment::At(until) = tokens::moment(until)? else { return None };
    Some(Removed { generation: tokens::generation(generation)?, until })
}

/// Reads the scopes of a user into a buffer that serves all users.
fn scopes<'a>(scopes: &mut Vec<Cow<'a, str>>, statements: &Statements<'a>) -> Option<()> {
    for raw in &statements.list {
        let scope = tokens::text(*raw)?;
        let valid = !scope.is_empty() && scope.bytes().all(|byte| byte != b',' && is_scope_byte(byte));
        if !valid || scopes.contains(&scope) {
            return None;
        }
        scopes.push(scope);
    }
    Some(())
}
