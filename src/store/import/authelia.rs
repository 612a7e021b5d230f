//! The users file of Authelia: YAML with `users`, by name.

use std::borrow::Cow;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::ImportedUser;
use super::draft::{Draft, Given};
use super::fault::{ImportFault, ImportFaultKind};

/// What Authelia calls fields, and what a store does.
const FIELDS: [(&str, &str); 5] = [
    ("displayname", "full_name"),
    ("email", "email"),
    ("password", "hashed_password"),
    ("disabled", "disabled"),
    ("groups", "groups"),
];

pub(super) fn parse(text: &str) -> Result<Vec<(usize, ImportedUser)>, ImportFault> {
    let mut events = Events { parser: Parser::new_from_str(text), line: 1 };
    let mut users = Vec::new();
    while matches!(events.next()?, Event::StreamStart | Event::DocumentStart(_)) {}
    while let Some(key) = events.key()? {
        if key != "users" {
            return Err(events.fault(unknown(&key)));
        }
        events.start_of_mapping()?;
        while let Some(name) = events.key()? {
            users.push(events.user(&name)?);
        }
    }
    match (events.next()?, events.next()?) {
        (Event::DocumentEnd, Event::StreamEnd) => Ok(users),
        _ => Err(events.fault(ImportFaultKind::NoUser)),
    }
}

fn unknown(field: &str) -> ImportFaultKind {
    let shown = crate::auth::words::brief(field);
    ImportFaultKind::UnknownField(shown.chars().flat_map(char::escape_debug).collect())
}

struct Events<'a> {
    parser: Parser<'a, StrInput<'a>>,
    /// Where the last event was.
    line: usize,
}

impl<'a> Events<'a> {
    fn fault(&self, kind: ImportFaultKind) -> ImportFault {
        ImportFault { line: self.line, user: None, kind }
    }

    /// The next event. Aliases could make much out of little.
    fn next(&mut self) -> Result<Event<'a>, ImportFault> {
        let read: Option<Result<(Event<'a>, Span), ScanError>> = self.parser.next();
        match read {
            None => Ok(Event::StreamEnd),
            Some(Err(error)) => {
                self.line = error.marker().line();
                Err(self.fault(ImportFaultKind::Yaml(error.info().to_owned())))
            }
            Some(Ok((event, span))) => {
                self.line = span.start.line();
                let is_reference = match &event {
                    Event::Alias(_) => true,
                    Event::Scalar(_, _, anchor, tag) => *anchor > 0 || tag.is_some(),
                    Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                        *anchor > 0 || tag.is_some()
                    }
                    _ => false,
                };
                if is_reference { Err(self.fault(ImportFaultKind::Reference)) } else { Ok(event) }
            }
        }
    }

    fn start_of_mapping(&mut self) -> Result<(), ImportFault> {
        match self.next()? {
            Event::MappingStart(..) => Ok(()),
            _ => Err(self.fault(ImportFaultKind::NoUser)),
        }
    }

    /// The next key of a mapping; `None` where it ends.
    fn key(&mut self) -> Result<Option<Cow<'a, str>>, ImportFault> {
        match self.next()? {
            Event::Scalar(key, ..) => Ok(Some(key)),
            Event::MappingEnd => Ok(None),
            _ => Err(self.fault(ImportFaultKind::NoUser)),
        }
    }

    fn user(&mut self, name: &str) -> Result<(usize, ImportedUser), ImportFault> {
        let mut draft = Draft::new(self.line, Some(name))?;
        self.start_of_mapping().map_err(|fault| draft.fault(fault.line, fault.kind))?;
        while let Some(key) = self.key()? {
            let line = self.line;
            let Some((_, field)) = FIELDS.iter().find(|(theirs, _)| **theirs == *key) else {
                return Err(draft.fault(line, unknown(&key)));
            };
            let given = self.given(field).map_err(|fault| draft.fault(fault.line, fault.kind))?;
            draft.set(field, given, line)?;
        }
        draft.finish()
    }

    fn given(&mut self, field: &str) -> Result<Given, ImportFault> {
        match self.next()? {
            Event::Scalar(text, style, ..) => Ok(scalar(field, text, style)),
            Event::SequenceStart(..) => {
                let mut list = Vec::new();
                loop {
                    match self.next()? {
                        Event::Scalar(text, ..) => list.push(text.into_owned()),
                        Event::SequenceEnd => return Ok(Given::List(list)),
                        _ => return Err(self.fault(ImportFaultKind::NoUser)),
                    }
                }
            }
            _ => Err(self.fault(ImportFaultKind::NoUser)),
        }
    }
}

/// A scalar of the core schema (YAML 1.2, 10.3).
fn scalar(field: &str, text: Cow<'_, str>, style: ScalarStyle) -> Given {
    if style != ScalarStyle::Plain {
        return Given::Text(text.into_owned());
    }
    match (field, &*text) {
        (_, "" | "~" | "null" | "Null" | "NULL") => Given::Nothing,
        ("disabled", "true" | "True" | "TRUE") => Given::Flag(true),
        ("disabled", "false" | "False" | "FALSE") => Given::Flag(false),
        _ => Given::Text(text.into_owned()),
    }
}
