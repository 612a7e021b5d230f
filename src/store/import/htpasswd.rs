//! Files of htpasswd: `NAME:HASH`, a line each.
//!
//! In the place of a DES hash, which `htpasswd -d` makes, the store gets the mark of a locked account: the text may be a
//! password as typed.

use super::ImportedUser;
use super::draft::{Draft, Given};
use super::fault::{ImportFault, ImportFaultKind};
use crate::auth::password::{HashFault, PasswordHash};

/// The mark of a locked account.
const LOCKED: &str = "!";

pub(super) fn parse(text: &str) -> Result<Vec<(usize, ImportedUser)>, ImportFault> {
    let lines = text.lines().zip(1..).map(|(line, number)| (line.trim_end(), number));
    let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(line, number)| user(line, number)).collect()
}

fn user(text: &str, line: usize) -> Result<(usize, ImportedUser), ImportFault> {
    let fault = |kind| ImportFault { line, user: None, kind };
    let (name, hash) = text.split_once(':').ok_or_else(|| fault(ImportFaultKind::NoHtpasswd))?;
    let mut draft = Draft::new(line, Some(name))?;
    let had_des = PasswordHash::parse(hash).fault() == Some(HashFault::Des);
    let kept = if had_des { LOCKED } else { hash };
    draft.set("hashed_password", Given::Text(kept.to_owned()), line)?;
    let (line, user) = draft.finish()?;
    Ok((line, ImportedUser { had_des, ..user }))
}
