//! JSON: users by name as a Python server's `fake_users_db` has them, an array of users, or a user a line.

use std::cell::Cell;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ImportedUser;
use super::draft::{Draft, Given};
use super::fault::{ImportFault, ImportFaultKind};

type Users = Vec<(usize, ImportedUser)>;

/// The members of an object, in order, doubled ones too.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

pub(super) fn parse(text: &str) -> Result<Users, ImportFault> {
    let lines = Lines { text, last: Cell::new((0, 1)) };
    let mut users = Vec::new();
    if text.trim_start().starts_with('[') {
        let all: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| not_json(error.line()))?;
        for user in all {
            users.push(lines.user(user, None)?);
        }
        return Ok(users);
    }
    // One value after another: JSON Lines, or a single object.
    let values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    for value in values {
        let value = value.map_err(|error| not_json(error.line()))?;
        let Members(members) = lines.members(value)?;
        let by_name = !members.is_empty() && members.iter().all(|(_, value)| value.get().starts_with('{'));
        if by_name {
            for (name, user) in &members {
                users.push(lines.user(user, Some(name))?);
            }
        } else if !members.is_empty() {
            users.push(lines.user(value, None)?);
        }
    }
    Ok(users)
}

fn not_json(line: usize) -> ImportFault {
    ImportFault { line, user: None, kind: ImportFaultKind::Json }
}

/// The text that values are parts of.
struct Lines<'a> {
    text: &'a str,
    /// A place, and its line: values come in order, so that lines are counted once.
    last: Cell<(usize, usize)>,
}

impl Lines<'_> {
    fn line_of(&self, value: &RawValue) -> usize {
        let at = value.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let (start, line) = Some(self.last.get()).filter(|(last, _)| *last <= at).unwrap_or((0, 1));
        let between = self.text.as_bytes().get(start..at).unwrap_or_default();
        let line = line + memchr::memchr_iter(b'\n', between).count();
        self.last.set((at, line));
        line
    }

    fn members<'v>(&self, value: &'v RawValue) -> Result<Members<'v>, ImportFault> {
        let wrong = |_| ImportFault { line: self.line_of(value), user: None, kind: ImportFaultKind::NoUser };
        serde_json::from_str(value.get()).map_err(wrong)
    }

    fn user(&self, value: &RawValue, name: Option<&str>) -> Result<(usize, ImportedUser), ImportFault> {
        let Members(members) = self.members(value)?;
        let line = self.line_of(value);
        let mut draft = Draft::new(line, name)?;
        // An entry comes before its name may be known, which belongs into messages.
        let (names, others): (Vec<_>, Vec<_>) = members.iter().partition(|(field, _)| field == "username");
        for (field, value) in names.into_iter().chain(others) {
            draft
                .set(field, given(value), line)
                .map_err(|fault| ImportFault { line: self.line_of(value), ..fault })?;
        }
        draft.finish()
    }
}

fn given(value: &RawValue) -> Given {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'n') => Given::Nothing,
        Some(b't') => Given::Flag(true),
        Some(b'f') => Given::Flag(false),
        Some(b'"') => serde_json::from_str(text).map_or(Given::Other, Given::Text),
        Some(b'[') => serde_json::from_str(text).map_or(Given::Other, Given::List),
        _ => serde_json::from_str(text).map_or(Given::Other, Given::Number),
    }
}
