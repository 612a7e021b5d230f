//! A user whose fields are read one at a time.

use std::str::FromStr;

use super::ImportedUser;
use super::fault::{ImportFault, ImportFaultKind};
use super::fields::known;
use crate::auth::password::PasswordHash;
use crate::auth::scope::{Scope, ScopeSet};
use crate::auth::time::Timestamp;
use crate::auth::user::{User, Username};
use crate::auth::words::brief;
use crate::store::moment::Moment;
use crate::store::toml;

/// The value of a field.
pub(super) enum Given {
    Nothing,
    Text(String),
    Flag(bool),
    Number(u64),
    List(Vec<String>),
    /// None of these.
    Other,
}

/// A user as far as read.
pub(super) struct Draft {
    line: usize,
    name: Option<Username>,
    seen: Vec<&'static str>,
    fields: Fields,
}

#[derive(Default)]
struct Fields {
    full_name: Option<String>,
    email: Option<String>,
    hash: Option<PasswordHash>,
    disabled: bool,
    scopes: ScopeSet,
    groups: Vec<String>,
    tokens_valid_from: Option<Timestamp>,
    generation: Option<u64>,
}

impl Draft {
    /// A user whose entry begins in `line`, and whose name is known already in some forms.
    pub(super) fn new(line: usize, name: Option<&str>) -> Result<Self, ImportFault> {
        let name = name.map(Username::from_str).transpose();
        let name =
            name.map_err(|error| ImportFault { line, user: None, kind: ImportFaultKind::Username(error) })?;
        Ok(Self { line, name, seen: Vec::new(), fields: Fields::default() })
    }

    /// The fault `kind` of this user.
    pub(super) fn fault(&self, line: usize, kind: ImportFaultKind) -> ImportFault {
        ImportFault { line, user: self.name.clone(), kind }
    }

    /// Sets a field.
    pub(super) fn set(&mut self, field: &str, given: Given, line: usize) -> Result<(), ImportFault> {
        self.try_set(field, given).map_err(|kind| self.fault(line, kind))
    }

    fn try_set(&mut self, field: &str, given: Given) -> Result<(), ImportFaultKind> {
        let shown = || brief(field).chars().flat_map(char::escape_debug).collect();
        let field = known(field).ok_or_else(|| ImportFaultKind::UnknownField(shown()))?;
        if self.seen.contains(&field) {
            return Err(ImportFaultKind::DoubledField(field));
        }
        self.seen.push(field);
        let wrong = |expected| ImportFaultKind::WrongType { field, expected };
        let fields = &mut self.fields;
        match (field, given) {
            ("username", Given::Text(name)) => {
                let name = name.parse().map_err(ImportFaultKind::Username)?;
                if self.name.as_ref().is_some_and(|known| *known != name) {
                    return Err(ImportFaultKind::OtherUsername);
                }
                self.name = Some(name);
            }
            (_, Given::Nothing) => {}
            ("full_name", Given::Text(text)) => fields.full_name = Some(text),
            ("email", Given::Text(text)) => fields.email = Some(text),
            ("hashed_password", Given::Text(text)) => {
                let hash = PasswordHash::parse(&text);
                if let Some(fault) = hash.plain_fault() {
                    return Err(ImportFaultKind::Plain(fault));
                }
                fields.hash = Some(hash);
            }
            ("disabled", Given::Flag(disabled)) => fields.disabled = disabled,
            ("disabled", _) => return Err(wrong("true or false")),
            ("scopes", Given::List(list)) => {
                let scopes = list.iter().map(|scope| scope.parse::<Scope>()).collect::<Result<_, _>>();
                fields.scopes = scopes.map_err(ImportFaultKind::Scope)?;
            }
            ("groups", Given::List(list)) => fields.groups = list,
            ("scopes" | "groups", _) => return Err(wrong("a list of names")),
            ("tokens_valid_from", Given::Text(text)) => {
                let moment = moment(&text);
                fields.tokens_valid_from =
                    Some(moment.ok_or(wrong("a date and a time such as `2026-11-21T21:00:00Z`"))?);
            }
            ("generation", Given::Number(number)) if number <= User::LAST_GENERATION => {
                fields.generation = Some(number);
            }
            ("generation", _) => return Err(wrong("a number from 0 to 9223372036854775807")),
            _ => return Err(wrong("text")),
        }
        Ok(())
    }

    /// The user, and the line in which the entry begins.
    pub(super) fn finish(self) -> Result<(usize, ImportedUser), ImportFault> {
        let Some(name) = self.name.clone() else {
            return Err(self.fault(self.line, ImportFaultKind::NoUsername));
        };
        let fields = self.fields;
        let user = User {
            name,
            full_name: fields.full_name,
            email: fields.email,
            hash: fields.hash,
            disabled: fields.disabled,
            scopes: fields.scopes,
            tokens_valid_from: fields.tokens_valid_from,
            generation: fields.generation.unwrap_or(0),
        };
        let has_generation = fields.generation.is_some();
        Ok((self.line, ImportedUser { user, has_generation, groups: fields.groups, had_des: false }))
    }
}

/// A moment, read as a store reads it.
fn moment(text: &str) -> Option<Timestamp> {
    match toml::moment(text) {
        Some(Moment::At(moment)) => Some(moment),
        _ => None,
    }
}
