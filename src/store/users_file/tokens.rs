//! Iterates over the statements of a users file of the usual shape, without copies.
//!
//! The lexer is that of the full parser. `None` means that the text is unusual or invalid; the full parser decides which.

use std::borrow::Cow;
use std::ops::Range;

pub(super) use toml_parser::Raw;
use toml_parser::decoder::ScalarKind;
use toml_parser::lexer::{Lexer, Token, TokenKind};
use toml_parser::{ParseError, Source};

use crate::auth::user::User;
use crate::store::moment::Moment;
use crate::store::toml;

/// A statement: one line, or several if it has an array.
pub(super) enum Statement<'a> {
    /// `[first]` or `[first.second]`
    Header {
        /// From bracket to bracket.
        span: Range<usize>,
        first: &'a str,
        second: Option<&'a str>,
    },
    /// `key = value`, with the byte range of the value.
    Field { key: Key<'a>, value: Value<'a>, span: Range<usize> },
    /// The end of the text.
    End,
}

/// A key as written, not yet validated.
pub(super) struct Key<'a>(Raw<'a>);

/// A value, not yet validated. [`Statements`] holds the elements of a list and the fields of an inline table.
pub(super) enum Value<'a> {
    Scalar(Raw<'a>),
    List,
    Table,
}

/// Iterates over the statements of a text.
pub(super) struct Statements<'a> {
    source: Source<'a>,
    lexer: Lexer<'a>,
    token: Token,
    /// The end of the previous token.
    end: usize,
    /// Of the last list.
    pub(super) list: Vec<Raw<'a>>,
    /// Of the last inline table.
    pub(super) fields: Vec<(Key<'a>, Raw<'a>)>,
}

impl<'a> Statements<'a> {
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let source = Source::new(text);
        let mut lexer = source.lex();
        let token = lexer.next()?;
        Some(Self { source, lexer, token, end: 0, list: Vec::new(), fields: Vec::new() })
    }

    pub(super) fn next(&mut self) -> Option<Statement<'a>> {
        loop {
            self.skip_space();
            match self.token.kind() {
                TokenKind::Comment | TokenKind::Newline => self.end_of_line()?,
                TokenKind::Eof => return Some(Statement::End),
                TokenKind::LeftSquareBracket => return self.header(),
                _ => return self.field(),
            }
        }
    }

    fn header(&mut self) -> Option<Statement<'a>> {
        let start = self.token.span().start();
        self.take(TokenKind::LeftSquareBracket)?;
        let first = self.header_part()?;
        let mut second = None;
        if self.token.kind() == TokenKind::Dot {
            self.advance()?;
            second = Some(self.header_part()?);
        }
        self.take(TokenKind::RightSquareBracket)?;
        let span = start..self.end;
        self.end_of_line()?;
        Some(Statement::Header { span, first, second })
    }

    fn header_part(&mut self) -> Option<&'a str> {
        self.skip_space();
        let (kind, raw) = (self.token.kind(), self.raw()?);
        let part = match kind {
            TokenKind::Atom if raw.as_bytes().iter().all(|byte| is_bare(*byte)) => raw.as_str(),
            TokenKind::BasicString => plain(raw, '"')?,
            TokenKind::LiteralString => plain(raw, '\'')?,
            _ => return None,
        };
        self.advance()?;
        self.skip_space();
        Some(part)
    }

    fn field(&mut self) -> Option<Statement<'a>> {
        let key = self.key()?;
        let start = self.token.span().start();
        let value = match self.token.kind() {
            TokenKind::LeftSquareBracket => {
                self.elements()?;
                Value::List
            }
            TokenKind::LeftCurlyBracket => {
                self.inline_table()?;
                Value::Table
            }
            _ => Value::Scalar(self.scalar()?),
        };
        let span = start..self.end;
        self.end_of_line()?;
        Some(Statement::Field { key, value, span })
    }

    /// A key and the `=` after it.
    fn key(&mut self) -> Option<Key<'a>> {
        if !matches!(self.token.kind(), TokenKind::Atom | TokenKind::BasicString | TokenKind::LiteralString) {
            return None;
        }
        let key = Key(self.raw()?);
        self.advance()?;
        self.skip_space();
        self.take(TokenKind::Equals)?;
        self.skip_space();
        Some(key)
    }

    /// `{ key = value, key = value }` on one line.
    fn inline_table(&mut self) -> Option<()> {
        self.fields.clear();
        self.advance()?;
        loop {
            self.skip_space();
            let field = (self.key()?, self.scalar()?);
            self.fields.push(field);
            self.skip_space();
            match self.token.kind() {
                TokenKind::Comma => self.advance()?,
                _ => return self.take(TokenKind::RightCurlyBracket),
            }
        }
    }

    fn scalar(&mut self) -> Option<Raw<'a>> {
        let raw = match self.token.kind() {
            TokenKind::Atom => return self.atom(),
            TokenKind::BasicString
            | TokenKind::LiteralString
            | TokenKind::MlBasicString
            | TokenKind::MlLiteralString => self.raw()?,
            _ => return None,
        };
        self.advance()?;
        Some(raw)
    }

    /// A value without quotes. The lexer splits it at dots, such as that of a fraction of a second.
    fn atom(&mut self) -> Option<Raw<'a>> {
        let mut span = self.token.span();
        self.take(TokenKind::Atom)?;
        while self.token.kind() == TokenKind::Dot {
            self.advance()?;
            span = span.append(self.token.span());
            self.take(TokenKind::Atom)?;
        }
        self.source.get(span)
    }

    fn elements(&mut self) -> Option<()> {
        self.list.clear();
        self.advance()?;
        loop {
            self.skip_lines()?;
            if self.token.kind() == TokenKind::RightSquareBracket {
                return self.advance();
            }
            let element = self.scalar()?;
            self.list.push(element);
            self.skip_lines()?;
            match self.token.kind() {
                TokenKind::Comma => self.advance()?,
                TokenKind::RightSquareBracket => {}
                _ => return None,
            }
        }
    }

    /// White space, perhaps a comment, and a newline or the end of the text.
    fn end_of_line(&mut self) -> Option<()> {
        self.skip_space();
        if self.token.kind() == TokenKind::Comment {
            self.comment()?;
        }
        match self.token.kind() {
            TokenKind::Newline => self.newline(),
            TokenKind::Eof => Some(()),
            _ => None,
        }
    }

    fn skip_lines(&mut self) -> Option<()> {
        loop {
            match self.token.kind() {
                TokenKind::Whitespace => self.advance()?,
                TokenKind::Comment => self.comment()?,
                TokenKind::Newline => self.newline()?,
                _ => return Some(()),
            }
        }
    }

    fn comment(&mut self) -> Option<()> {
        let raw = self.raw()?;
        raw.as_bytes().iter().all(|byte| is_printable(*byte)).then_some(())?;
        self.advance()
    }

    fn newline(&mut self) -> Option<()> {
        matches!(self.raw()?.as_str(), "\n" | "\r\n").then_some(())?;
        self.advance()
    }

    fn skip_space(&mut self) {
        while self.token.kind() == TokenKind::Whitespace && self.advance().is_some() {}
    }

    fn take(&mut self, kind: TokenKind) -> Option<()> {
        if self.token.kind() == kind { self.advance() } else { None }
    }

    fn advance(&mut self) -> Option<()> {
        self.end = self.token.span().end();
        self.token = self.lexer.next()?;
        Some(())
    }

    fn raw(&self) -> Option<Raw<'a>> {
        self.source.get(self.token)
    }
}

impl<'a> Key<'a> {
    /// The key, where it is bare; quotes are no part of a bare key.
    pub(super) fn as_written(&self) -> &'a str {
        self.0.as_str()
    }

    pub(super) fn decoded(&self) -> Option<Cow<'a, str>> {
        let (mut text, mut fault) = (Cow::Borrowed(""), None::<ParseError>);
        self.0.decode_key(&mut text, &mut fault);
        fault.is_none().then_some(text)
    }
}

pub(super) fn text(raw: Raw<'_>) -> Option<Cow<'_, str>> {
    match plain(raw, '"') {
        Some(text) => Some(Cow::Borrowed(text)),
        None => scalar(raw, ScalarKind::String),
    }
}

pub(super) fn moment(raw: Raw<'_>) -> Option<Moment> {
    toml::moment(&scalar(raw, ScalarKind::DateTime)?)
}

pub(super) fn boolean(raw: Raw<'_>) -> Option<bool> {
    raw.as_str().parse().ok()
}

/// A number in decimal digits alone.
pub(super) fn generation(raw: Raw<'_>) -> Option<u64> {
    let digits = raw.as_str();
    let is_plain = digits == "0" || !digits.starts_with(['0', '+', '-']);
    digits.parse().ok().filter(|number| is_plain && *number <= User::LAST_GENERATION)
}

fn scalar(raw: Raw<'_>, kind: ScalarKind) -> Option<Cow<'_, str>> {
    let (mut text, mut fault) = (Cow::Borrowed(""), None::<ParseError>);
    (raw.decode_scalar(&mut text, &mut fault) == kind && fault.is_none()).then_some(text)
}

/// The text between the quotes, if it has no escapes.
fn plain(raw: Raw<'_>, quote: char) -> Option<&str> {
    let text = raw.as_str().strip_prefix(quote)?.strip_suffix(quote)?;
    let mark = quote as u8;
    let stands_for_itself = |byte| is_printable(byte) && byte != b'\\' && byte != mark;
    // Most texts are plain. Testing all bytes at once is quicker than stopping at the first odd one.
    let plain = text.bytes().fold(true, |plain, byte| plain & stands_for_itself(byte));
    plain.then_some(text)
}

/// Whether `byte` may stand in a comment or a string of one line: all but control characters.
const fn is_printable(byte: u8) -> bool {
    byte == b'\t' || (byte >= b' ' && byte != 0x7F)
}

const fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}
