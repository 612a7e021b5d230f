//! Finds the tables of one change in a users file of the usual shape.
//!
//! A tree of the whole text takes many times its memory. It gives the same tables, and serves texts of any other shape.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::tokens::{self, Raw, Statement, Statements, Value as Written};
use crate::store::moment::Moment;
use crate::store::toml::{Entries, Entry, Layout, Node, Table, Value};

/// A table and the byte ranges of its entries.
pub(super) struct Outline<'a> {
    entries: Vec<Field<'a>>,
    /// The indices of the entries by key.
    index: HashMap<Cow<'a, str>, usize>,
    layout: Layout,
    span: Range<usize>,
}

struct Field<'a> {
    key: Cow<'a, str>,
    key_span: Range<usize>,
    value: Held<'a>,
    span: Range<usize>,
}

enum Held<'a> {
    Text(Cow<'a, str>),
    Boolean(bool),
    Integer(u64),
    Moment(Moment),
    List(Vec<(Cow<'a, str>, Range<usize>)>),
    Table(Box<Outline<'a>>),
}

impl<'a> Outline<'a> {
    /// Finds the table of the user `name` and, with `records`, those of revoked tokens and removed users. `None` if the
    /// text is unusual or invalid.
    pub(super) fn of(text: &'a str, name: Option<&str>, records: bool) -> Option<Self> {
        let mut statements = Statements::of(text)?;
        let (mut root, mut users) = (Self::new(Layout::Header, 0..0), Self::new(Layout::Implied, 0..0));
        let mut table = Below::TheTop;
        let mut has_users = false;
        loop {
            let (span, first, second) = match statements.next()? {
                Statement::Field { key, value, span } => {
                    let table = match &mut table {
                        // These fields belong to no table with a header.
                        Below::TheTop => return None,
                        Below::Other => continue,
                        Below::User(_, table) | Below::Root(_, table) => table,
                    };
                    let value = Held::of(text, &value, &statements)?;
                    table.push(key.decoded()?, place(text, key.as_written()), value, span)?;
                    continue;
                }
                Statement::Header { span, first, second } => (span, first, second),
                Statement::End => break,
            };
            table.close(text, &mut root, &mut users)?;
            has_users |= first == "users";
            table = match (first, second) {
                ("users", Some(user)) if Some(user) == name => {
                    Below::User(user, Self::new(Layout::Header, span))
                }
                ("revoked" | "removed", _) if !records => Below::Other,
                ("revoked" | "removed", None) => Below::Root(first, Self::new(Layout::Header, span)),
                ("revoked" | "removed", Some(_)) => return None,
                _ => Below::Other,
            };
        }
        table.close(text, &mut root, &mut users)?;
        if has_users {
            root.push(Cow::Borrowed("users"), 0..0, Held::Table(Box::new(users)), 0..0)?;
        }
        Some(root)
    }

    /// The tables found, as a document.
    pub(super) fn root(&self) -> Table<'_> {
        Table::new(self, self.layout, self.span.clone())
    }

    fn new(layout: Layout, span: Range<usize>) -> Self {
        Self { entries: Vec::new(), index: HashMap::new(), layout, span }
    }

    /// Adds an entry; `None` if the key exists.
    fn push(
        &mut self,
        key: Cow<'a, str>,
        key_span: Range<usize>,
        value: Held<'a>,
        span: Range<usize>,
    ) -> Option<()> {
        let new = self.index.insert(key.clone(), self.entries.len()).is_none();
        self.entries.push(Field { key, key_span, value, span });
        new.then_some(())
    }
}

/// The header above a field.
enum Below<'a> {
    TheTop,
    /// A table that no change touches.
    Other,
    User(&'a str, Outline<'a>),
    Root(&'a str, Outline<'a>),
}

impl<'a> Below<'a> {
    /// Files a table that has ended.
    fn close(self, text: &str, root: &mut Outline<'a>, users: &mut Outline<'a>) -> Option<()> {
        let (above, key, table) = match self {
            Self::TheTop | Self::Other => return Some(()),
            Self::User(key, table) => (users, key, table),
            Self::Root(key, table) => (root, key, table),
        };
        let span = table.span.clone();
        above.push(Cow::Borrowed(key), place(text, key), Held::Table(Box::new(table)), span)
    }
}

impl<'a> Held<'a> {
    fn of(text: &'a str, written: &Written<'a>, statements: &Statements<'a>) -> Option<Self> {
        match written {
            Written::Scalar(raw) => Self::scalar(*raw),
            Written::List => {
                let texts =
                    statements.list.iter().map(|raw| Some((tokens::text(*raw)?, place(text, raw.as_str()))));
                texts.collect::<Option<_>>().map(Self::List)
            }
            Written::Table => {
                let mut table = Outline::new(Layout::Inline, 0..0);
                for (key, raw) in &statements.fields {
                    let (key_span, span) = (place(text, key.as_written()), place(text, raw.as_str()));
                    table.push(key.decoded()?, key_span, Self::scalar(*raw)?, span)?;
                }
                Some(Self::Table(Box::new(table)))
            }
        }
    }

    fn scalar(raw: Raw<'a>) -> Option<Self> {
        tokens::text(raw)
            .map(Self::Text)
            .or_else(|| tokens::boolean(raw).map(Self::Boolean))
            .or_else(|| tokens::generation(raw).map(Self::Integer))
            .or_else(|| tokens::moment(raw).map(Self::Moment))
    }
}

/// The byte range of a part of `text`.
fn place(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr());
    start..start + part.len()
}

impl Entries for Outline<'_> {
    fn each(&self) -> Box<dyn Iterator<Item = Entry<'_>> + '_> {
        Box::new(self.entries.iter().map(Field::entry))
    }

    fn get(&self, key: &str) -> Option<Entry<'_>> {
        self.index.get(key).and_then(|index| self.entries.get(*index)).map(Field::entry)
    }
}

impl Field<'_> {
    fn entry(&self) -> Entry<'_> {
        let value = match &self.value {
            Held::Text(text) => Value::Text(text),
            Held::Boolean(flag) => Value::Boolean(*flag),
            Held::Integer(number) => Value::Integer(number.cast_signed()),
            Held::Moment(moment) => Value::Moment(*moment),
            Held::List(texts) => Value::List(
                texts
                    .iter()
                    .map(|(text, span)| Node { value: Value::Text(text), span: span.clone() })
                    .collect(),
            ),
            Held::Table(table) => Value::Table(Table::new(&**table, table.layout, self.span.clone())),
        };
        Entry {
            key: &self.key,
            key_span: self.key_span.clone(),
            node: Node { value, span: self.span.clone() },
        }
    }
}
