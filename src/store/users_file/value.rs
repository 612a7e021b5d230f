//! Single values of a users file: the type each must have, and what it must keep.

use super::fault::{Fault, FaultKind, shown};
use crate::auth::claim_path::ClaimPath;
use crate::auth::scope::{Scope, ScopeSet};
use crate::auth::time::{Span, Timestamp};
use crate::auth::user::{TokenType, User};
use crate::store::moment::Moment;
use crate::store::toml::{Entry, Table, Value};

type Read<T> = Result<T, Fault>;

fn fault(entry: &Entry<'_>, kind: FaultKind) -> Fault {
    Fault::new(entry.node.span.start, kind)
}

fn wrong_type(entry: &Entry<'_>, expected: &'static str) -> Fault {
    let found = entry.node.value.kind();
    fault(entry, FaultKind::WrongType { field: shown(entry.key), expected, found })
}

pub(super) fn unknown(entry: &Entry<'_>) -> Fault {
    Fault::new(entry.key_span.start, FaultKind::UnknownField(shown(entry.key)))
}

pub(super) fn table<'a>(entry: &Entry<'a>) -> Read<Table<'a>> {
    match &entry.node.value {
        Value::Table(table) => Ok(table.clone()),
        _ => Err(wrong_type(entry, "a table")),
    }
}

pub(super) fn text<'a>(entry: &Entry<'a>) -> Read<&'a str> {
    match &entry.node.value {
        Value::Text(text) => Ok(text),
        _ => Err(wrong_type(entry, "a string")),
    }
}

pub(super) fn filled_text(entry: &Entry<'_>) -> Read<String> {
    match text(entry)? {
        "" => Err(fault(entry, FaultKind::Empty(shown(entry.key)))),
        text => Ok(text.to_owned()),
    }
}

pub(super) fn boolean(entry: &Entry<'_>) -> Read<bool> {
    match &entry.node.value {
        Value::Boolean(flag) => Ok(*flag),
        _ => Err(wrong_type(entry, "true or false")),
    }
}

pub(super) fn number(entry: &Entry<'_>, least: u32, most: u32) -> Read<u32> {
    let number = integer(entry)?;
    let in_range = u32::try_from(number).ok().filter(|number| (least..=most).contains(number));
    in_range.ok_or_else(|| out_of_range(entry, least.into(), most.into()))
}

pub(super) fn generation(entry: &Entry<'_>) -> Read<u64> {
    u64::try_from(integer(entry)?).map_err(|_| out_of_range(entry, 0, User::LAST_GENERATION))
}

fn integer(entry: &Entry<'_>) -> Read<i64> {
    match &entry.node.value {
        Value::Integer(number) => Ok(*number),
        _ => Err(wrong_type(entry, "an integer")),
    }
}

fn out_of_range(entry: &Entry<'_>, least: u64, most: u64) -> Fault {
    fault(entry, FaultKind::Number { field: shown(entry.key), least, most })
}

pub(super) fn moment(entry: &Entry<'_>) -> Read<Timestamp> {
    let Value::Moment(moment) = &entry.node.value else {
        return Err(wrong_type(entry, "a date and a time"));
    };
    let field = shown(entry.key);
    match moment {
        Moment::At(moment) => Ok(*moment),
        Moment::OutOfRange => Err(fault(entry, FaultKind::MomentRange(field))),
        Moment::Local => Err(fault(entry, FaultKind::LocalTime(field))),
        Moment::Partial => Err(fault(entry, FaultKind::NoMoment(field))),
    }
}

pub(super) fn lifetime(entry: &Entry<'_>) -> Read<Span> {
    let field = || shown(entry.key);
    match text(entry)?.parse() {
        Ok(Span::ZERO) => Err(fault(entry, FaultKind::NoLifetime(field()))),
        Ok(span) => Ok(span),
        Err(error) => Err(fault(entry, FaultKind::Lifetime { field: field(), error })),
    }
}

pub(super) fn token_type(entry: &Entry<'_>) -> Read<TokenType> {
    let types = [TokenType::Jwt, TokenType::AccessToken];
    let written = text(entry)?;
    let known = types.into_iter().find(|one| one.as_str() == written);
    known.ok_or_else(|| fault(entry, FaultKind::TokenType))
}

/// The scopes of a user.
pub(super) fn scopes(entry: &Entry<'_>) -> Read<ScopeSet> {
    let mut scopes = ScopeSet::new();
    for text in texts(entry)? {
        let (text, at) = text?;
        let fault = |kind| Fault::new(at, kind);
        let scope: Scope = text.parse().map_err(|error| fault(FaultKind::Scope(error)))?;
        if !scopes.insert(scope) {
            return Err(fault(FaultKind::DoubledScope(shown(text))));
        }
    }
    Ok(scopes)
}

/// The claims that have scopes: at least one.
pub(super) fn claim_paths(entry: &Entry<'_>) -> Read<Vec<ClaimPath>> {
    let paths = texts(entry)?.map(|text| {
        let (text, at) = text?;
        text.parse().map_err(|error| Fault::new(at, FaultKind::ClaimPath(error)))
    });
    let paths: Vec<ClaimPath> = paths.collect::<Read<_>>()?;
    if paths.is_empty() { Err(fault(entry, FaultKind::Empty(shown(entry.key)))) } else { Ok(paths) }
}

/// The elements of an array of strings, and where each is.
fn texts<'a>(entry: &Entry<'a>) -> Read<impl Iterator<Item = Read<(&'a str, usize)>>> {
    const EXPECTED: &str = "an array of strings";
    let Value::List(nodes) = &entry.node.value else {
        return Err(wrong_type(entry, EXPECTED));
    };
    let field = shown(entry.key);
    Ok(nodes.iter().map(move |node| {
        if let Value::Text(text) = node.value {
            return Ok((text, node.span.start));
        }
        let (field, found) = (field.clone(), node.value.kind());
        Err(Fault::new(node.span.start, FaultKind::WrongType { field, expected: EXPECTED, found }))
    }))
}
