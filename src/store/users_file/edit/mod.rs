//! Edits the text of a users file: replaces, inserts or cuts out the fields of one change. All other bytes stay.
//!
//! The parsed text gives the places. The edited text is parsed again, and must hold the old users with just that change;
//! else nothing is written.

mod editor;

use super::listing::says;
use super::outline::Outline;
use super::{lines, parse};
use thiserror::Error;

use super::fault::StoreFault;
use crate::auth::change::{Change, ChangeError};
use crate::auth::import::Import;
use crate::auth::time::Timestamp;
use crate::auth::user::{User, UserStore, Username};
use crate::store::toml::Tree;
use editor::Editor;

/// Why the text of a users file was not changed.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EditError {
    /// The text was invalid before the change.
    #[error(transparent)]
    Fault(#[from] StoreFault),
    /// The users do not allow the change.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The layout does not allow the change without touching other fields.
    #[error("the file is laid out in a way that cannot be edited safely: change it by hand")]
    Unsafe,
}

/// A users file after a change.
pub(super) struct Edited {
    /// The new text; `None` if nothing changes.
    pub(super) text: Option<String>,
    /// The store after the change.
    pub(super) store: UserStore,
}

/// Makes `change` in the text of a users file. Returns `None` if the change has been made already.
///
/// # Errors
///
/// [`EditError`], in the order of its variants.
pub fn edit(text: &str, change: &Change) -> Result<Option<String>, EditError> {
    edited(text, parse(text)?, change).map(|edited| edited.text)
}

/// Makes `change` in the text of a users file that was [`parse`]d to `store`.
///
/// # Errors
///
/// Those of [`edit`] except a fault.
pub(super) fn edited(text: &str, mut store: UserStore, change: &Change) -> Result<Edited, EditError> {
    change.apply(&mut store)?;
    let text = written(text, &store, &[], about(change), |editor| editor.changed(change, &store))?;
    Ok(Edited { text, store })
}

/// Puts users and records from elsewhere into the text of a users file that was [`parse`]d to `store`.
///
/// # Errors
///
/// Those of [`edit`] except a fault.
pub(super) fn imported(
    text: &str,
    mut store: UserStore,
    mut import: Import,
    now: Timestamp,
) -> Result<Option<String>, EditError> {
    let removed: Vec<Username> = import.removed.keys().cloned().collect();
    import.settle(&mut store, now)?;
    let users = import.users;
    written(text, &store, &users, (None, true), |editor| editor.imported(&users, &removed, &store))
}

fn about(change: &Change) -> About<'_> {
    (change.user().map(Username::as_str), change.is_of_records())
}

/// What an edit needs the tables of: a user, and whether the records.
type About<'a> = (Option<&'a str>, bool);

/// The text that `edit` makes, which must say exactly what the store `after` does with these users more; `None` if it is the
/// old text.
fn written(
    text: &str,
    after: &UserStore,
    more: &[User],
    about: About<'_>,
    edit: impl Fn(&Editor<'_>) -> Option<String>,
) -> Result<Option<String>, EditError> {
    let edit = |editor: &Editor<'_>| edit(editor).filter(|edited| says(edited, after, more));
    // The tree of a large text takes some thirty times its memory.
    let edited = by_outline(text, about, edit).or_else(|| by_tree(text, edit)).ok_or(EditError::Unsafe)?;
    Ok((edited != text).then_some(edited))
}

fn by_outline(
    text: &str,
    (user, records): About<'_>,
    edit: impl Fn(&Editor<'_>) -> Option<String>,
) -> Option<String> {
    let (mark, body) = split_mark(text);
    edit(&Editor { mark, text: body, root: Outline::of(body, user, records)?.root() })
}

fn by_tree(text: &str, edit: impl Fn(&Editor<'_>) -> Option<String>) -> Option<String> {
    let (mark, body) = split_mark(text);
    edit(&Editor { mark, text: body, root: Tree::parse(body).ok()?.root() })
}

/// A byte order mark, or nothing, and the text after it.
fn split_mark(text: &str) -> (&str, &str) {
    text.split_at(text.len() - lines::without_mark(text).len())
}

#[cfg(test)]
mod tests;
