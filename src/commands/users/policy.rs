//! `authctl users policy`: the policies for tokens, passwords and scopes.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use authctl::store::postgres::{Database, DatabaseError, EditError, Fields};
use authctl::store::{safe_file, users_file};
use serde::Serialize;

use super::import::is_blank;
use crate::cli::PolicyArgs;
use crate::console::report;
use crate::context::Context;
use crate::error::{Exit, Failure, reason};
use crate::files::change::edit_failed;
use crate::files::database::failed;
use crate::files::no_path::refuse_secret;
use crate::output::escape::escape_lines;

/// Begins the line that says which policies an administrator has seen.
const VERSION: &str = "# authctl policy version ";

/// The policies as they are written, and their version in a database.
#[derive(Serialize)]
struct PolicyJson {
    policy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
}

/// What ends the last line of `text`, if it is not ended.
fn end_of(text: &str) -> &'static str {
    if text.is_empty() || text.ends_with('\n') { "" } else { "\n" }
}

/// The policies with that line, at the end: so faults are found in the lines of the file.
fn with_version(text: &str, version: i64) -> String {
    let end = end_of(text);
    format!("{text}{end}{VERSION}{version}: with this line, `--set` undoes no change made meanwhile\n")
}

/// What follows in a line that is to name a version, even if its blanks were lost.
fn after_version(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix(VERSION.trim_end())
}

/// The policies without that line, and the version; `None` if the lines do not name one.
fn without_version(text: &str) -> Option<(String, Option<i64>)> {
    let number = |line: &str| {
        let digits = after_version(line)?.trim_start().split(|next: char| !next.is_ascii_digit()).next();
        Some(digits.and_then(|digits| digits.parse().ok()))
    };
    let mut versions: Vec<Option<i64>> = text.lines().filter_map(number).collect();
    versions.dedup();
    let version = match versions.as_slice() {
        [] => None,
        [Some(version)] => Some(*version),
        _ => return None,
    };
    Some((text.split_inclusive('\n').filter(|line| after_version(line).is_none()).collect(), version))
}

/// Shows the policies as they are written, or sets those of a database. Those of a users file are edited there.
pub(super) fn run(args: &PolicyArgs, cx: &mut Context) -> Result<Exit> {
    let database = cx.files.database()?;
    cx.warn_of_exposed_store()?;
    let (text, version) = match (&args.set, &database) {
        (Some(file), Some(database)) => return set(file, database, cx),
        (Some(_), None) => {
            let message =
                format!("the policies of the user store {} are in the file", cx.files.store_name()?);
            return Err(Failure::unknown("not_a_database", message).hint("edit them there").into());
        }
        (None, Some(database)) => {
            let current = database.policy().map_err(|error| failed(&error))?;
            (with_version(&current.text, current.version), Some(current.version))
        }
        (None, None) => {
            let text = users_file::export_policies(cx.open_store()?.everyone(Fields::Facts)?.policies());
            (text, None)
        }
    };
    if cx.console.json {
        cx.console.print_json(&PolicyJson { policy: text, version })?;
    } else {
        write!(cx.console.stdout, "{}{}", escape_lines(&text), end_of(&text))?;
    }
    Ok(Exit::Yes)
}

fn set(file: &Path, database: &Database, cx: &mut Context) -> Result<Exit> {
    refuse_secret("the file of the policies", file)?;
    let unreadable =
        |why: String| Failure::unknown("unreadable", format!("cannot read `{}`: {why}", file.display()));
    let bytes =
        safe_file::read(file, users_file::MAX_POINTER_BYTES).map_err(|error| unreadable(reason(&error)))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
    if is_blank(&text) {
        let failure = Failure::unknown("no_policy", format!("`{}` has no policy in it", file.display()));
        return Err(failure.hint("see why it is empty; `[tokens]` alone sets all to the defaults").into());
    }
    let (text, seen) = without_version(&text).ok_or_else(|| {
        let message = format!("`{}` does not name one version of the policies", file.display());
        Failure::unknown("no_version", message).hint(format!(
            "keep one line `{VERSION}N` as `authctl users policy` prints it, or none to set them whatever they are"
        ))
    })?;
    let version = database.set_policy(&text, seen).map_err(|error| match &error {
        EditError::Database(error @ DatabaseError::Policy(fault)) => {
            Failure::unknown(error.code(), format!("`{}`, {fault}", file.display()))
        }
        EditError::Database(error @ DatabaseError::NotAPolicy) => {
            Failure::unknown(error.code(), format!("`{}`: {error}", file.display()))
        }
        _ => edit_failed(error, |never| match never {}),
    })?;
    if cx.console.json {
        cx.console
            .print_json(&PolicyJson { policy: with_version(&text, version), version: Some(version) })?;
    } else {
        report(format_args!("set the policies of the {}: version {version}", database.address()));
    }
    Ok(Exit::Yes)
}
