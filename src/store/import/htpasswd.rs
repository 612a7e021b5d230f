//! Files of htpasswd: `NAME:HASH`, a line each.

use super::ImportedUser;
use super::draft::{Draft, Given};
use super::fault::{ImportFault, ImportFaultKind};

pub(super) fn parse(text: &str) -> Result<Vec<(usize, ImportedUser)>, ImportFault> {
    let lines = text.lines().zip(1..).map(|(line, number)| (line.trim_end(), number));
    let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(line, number)| user(line, number)).collect()
}

fn user(text: &str, line: usize) -> Result<(usize, ImportedUser), ImportFault> {
    let fault = |kind| ImportFault { line, user: None, kind };
    let (name, hash) = text.split_once(':').ok_or_else(|| fault(ImportFaultKind::NoHtpasswd))?;
    let mut draft = Draft::new(line, Some(name))?;
    draft.set("hashed_password", Given::Text(hash.to_owned()), line)?;
    draft.finish()
}
