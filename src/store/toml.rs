//! TOML text as a tree with byte ranges. No other file names the TOML crate.

use std::ops::Range;

use toml_edit::{Datetime, Document, InlineTable, Item, Key, Offset, TableLike};

use super::moment::{Civil, Moment};

/// A document that follows the grammar of TOML. Readers judge its fields.
pub(super) struct Tree<'a>(Document<&'a str>);

/// Why a text is not TOML. The message contains no part of the text.
pub(super) struct SyntaxError {
    pub(super) message: String,
    /// Byte offset of the fault.
    pub(super) at: usize,
}

impl<'a> Tree<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        Document::parse(text).map(Self).map_err(|error| SyntaxError {
            // The error's `Display` prints the offending line: only the message is safe to show.
            message: error.message().to_owned(),
            at: error.span().map_or(0, |span| span.start),
        })
    }

    pub(super) fn root(&self) -> Table<'_> {
        Table::new(self.0.as_table(), Layout::Header, 0..0)
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// `[table]` and lines below it; the document itself too.
    Header,
    /// `table = { … }`
    Inline,
    /// `table.key = …`, on lines of their own.
    Dotted,
    /// `{ table.key = … }`
    DottedInline,
    /// Implied by `[table.child]`.
    Implied,
}

/// The entries of a table.
pub(super) trait Entries {
    /// All, in the order of the document where all tables of one kind stand together.
    fn each(&self) -> Box<dyn Iterator<Item = Entry<'_>> + '_>;

    fn get(&self, key: &str) -> Option<Entry<'_>>;
}

impl Entries for toml_edit::Table {
    fn each(&self) -> Box<dyn Iterator<Item = Entry<'_>> + '_> {
        Box::new(self.iter().filter_map(|(key, _)| entry(self, key)))
    }

    fn get(&self, key: &str) -> Option<Entry<'_>> {
        entry(self, key)
    }
}

impl Entries for InlineTable {
    fn each(&self) -> Box<dyn Iterator<Item = Entry<'_>> + '_> {
        Box::new(self.iter().filter_map(|(key, _)| entry(self, key)))
    }

    fn get(&self, key: &str) -> Option<Entry<'_>> {
        entry(self, key)
    }
}

#[derive(Clone)]
pub(super) struct Table<'a> {
    entries: &'a dyn Entries,
    pub(super) layout: Layout,
    /// Of the header, or from brace to brace; empty for the others.
    pub(super) span: Range<usize>,
}

impl<'a> Table<'a> {
    pub(super) fn new(entries: &'a dyn Entries, layout: Layout, span: Range<usize>) -> Self {
        Self { entries, layout, span }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        self.entries.each()
    }

    pub(super) fn entry(&self, key: &str) -> Option<Entry<'a>> {
        self.entries.get(key)
    }
}

fn entry<'a>(items: &'a dyn TableLike, key: &str) -> Option<Entry<'a>> {
    let (key, item) = items.get_key_value(key)?;
    let key_span = key.span().unwrap_or_default();
    let span = item.span().filter(|span| !span.is_empty()).unwrap_or(key_span.clone());
    Some(Entry { key: key.get(), key_span, node: Node { value: Value::of(item, span.clone())?, span } })
}

pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    /// Of the last part of the key, where it is dotted.
    pub(super) key_span: Range<usize>,
    pub(super) node: Node<'a>,
}

pub(super) struct Node<'a> {
    pub(super) value: Value<'a>,
    pub(super) span: Range<usize>,
}

pub(super) enum Value<'a> {
    Text(&'a str),
    Boolean(bool),
    Integer(i64),
    Float,
    Moment(Moment),
    List(Vec<Node<'a>>),
    Table(Table<'a>),
    /// `[[table]]`
    Tables,
}

impl<'a> Value<'a> {
    /// The type in words.
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a string",
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) => "an integer",
            Self::Float => "a float",
            Self::Moment(_) => "a date or time",
            Self::List(_) => "an array",
            Self::Table(_) => "a table",
            Self::Tables => "an array of tables",
        }
    }

    fn of(item: &'a Item, span: Range<usize>) -> Option<Self> {
        Some(match item {
            Item::None => return None,
            Item::Value(value) => Self::of_value(value, span),
            Item::ArrayOfTables(_) => Self::Tables,
            Item::Table(table) => {
                let layout = match (table.is_dotted(), table.is_implicit()) {
                    (true, _) => Layout::Dotted,
                    (_, true) => Layout::Implied,
                    _ => Layout::Header,
                };
                Self::Table(Table::new(table, layout, span))
            }
        })
    }

    fn of_value(value: &'a toml_edit::Value, span: Range<usize>) -> Self {
        use toml_edit::Value as Toml;
        match value {
            Toml::String(text) => Self::Text(text.value()),
            Toml::Boolean(flag) => Self::Boolean(*flag.value()),
            Toml::Integer(number) => Self::Integer(*number.value()),
            Toml::Float(_) => Self::Float,
            Toml::Datetime(moment) => Self::Moment(civil(*moment.value())),
            Toml::Array(array) => {
                let node = |value: &'a toml_edit::Value| {
                    let span = value.span().unwrap_or(span.clone());
                    Node { value: Self::of_value(value, span.clone()), span }
                };
                Self::List(array.iter().map(node).collect())
            }
            Toml::InlineTable(table) => {
                let layout = if table.is_dotted() { Layout::DottedInline } else { Layout::Inline };
                Self::Table(Table::new(table, layout, span))
            }
        }
    }
}

/// Reads a date and time as TOML writes it.
pub(super) fn moment(text: &str) -> Option<Moment> {
    text.parse().ok().map(civil)
}

fn civil(moment: Datetime) -> Moment {
    let (Some(date), Some(time)) = (moment.date, moment.time) else { return Moment::Partial };
    let civil = Civil {
        year: date.year,
        month: date.month,
        day: date.day,
        hour: time.hour,
        minute: time.minute,
        second: time.second.unwrap_or(0),
        nanosecond: time.nanosecond.unwrap_or(0),
    };
    match moment.offset {
        None => Moment::Local,
        Some(Offset::Z) => Moment::of(civil, 0),
        Some(Offset::Custom { minutes }) => Moment::of(civil, minutes),
    }
}

/// Formats `name` as a key: bare where possible, else in quotes.
pub(super) fn key(name: &str) -> String {
    Key::new(name).display_repr().into_owned()
}

/// The parts of a dotted key.
pub(super) fn key_parts(text: &str) -> Option<Vec<String>> {
    let keys = Key::parse(text).ok()?;
    Some(keys.iter().map(|key| key.get().to_owned()).collect())
}
