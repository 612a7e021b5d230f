//! What an import does, as text and JSON.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use authctl::auth::user::Username;
use authctl::auth::words::{self, MAX_NAMED};
use serde::Serialize;

use crate::console::report;
use crate::context::Context;
use crate::error::Exit;

/// The effect of an import, or of one that is only tried.
#[derive(Serialize)]
pub(super) struct Outcome {
    pub(super) added: usize,
    /// Those who are in the store already.
    pub(super) skipped: Vec<Username>,
    /// Why no password matches the hash of a user.
    pub(super) unusable: BTreeMap<String, String>,
    /// Groups that are no declared scopes.
    pub(super) groups_left_out: BTreeSet<String>,
    /// The effect on the policies, if the file has any that the target lacks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) policies: Option<Policies>,
    pub(super) dry_run: bool,
    /// Their names, if they are not added.
    #[serde(skip)]
    pub(super) would_add: Vec<Username>,
    /// How many of the added users have no scope, and no generation in the file: a store of authctl, which has generations,
    /// means it so.
    #[serde(skip)]
    pub(super) without_scope: usize,
}

/// The effect of an import on `[tokens]`, `[passwords]` and `[scopes]`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Policies {
    /// They hold in the database from now on.
    Set,
    /// The target keeps its own.
    Left,
}

/// Prints the effect.
pub(super) fn answer(outcome: &Outcome, cx: &mut Context) -> Result<Exit> {
    if cx.console.json {
        cx.console.print_json(outcome)?;
        return Ok(Exit::Yes);
    }
    for (name, why) in outcome.unusable.iter().take(MAX_NAMED) {
        cx.console.say("note", format_args!("user `{name}` cannot log in: {why}"));
    }
    if let Some(more) = outcome.unusable.len().checked_sub(MAX_NAMED).filter(|more| *more > 0) {
        let more = words::count(more, "more user");
        cx.console.say("note", format_args!("{more} cannot log in: `authctl users list` shows why"));
    }
    if !outcome.groups_left_out.is_empty() {
        let groups = words::list(outcome.groups_left_out.iter().map(|group| words::brief(group)));
        cx.console.say("note", format_args!("left out {groups}: not declared in `[scopes]`"));
    }
    if outcome.policies == Some(Policies::Left) {
        let message = "`[tokens]`, `[passwords]` and `[scopes]` of the target are left as they are, and are others than in the file";
        cx.console.say("note", message);
        cx.console.say("hint", "`authctl users policy` shows them");
    }
    if !outcome.skipped.is_empty() {
        let skipped = words::count(outcome.skipped.len(), "user");
        cx.console.say("note", format_args!("left {skipped} alone who exist already"));
    }
    if outcome.without_scope > 0 {
        let users = words::count(outcome.without_scope, "user");
        cx.console.say("note", format_args!("tokens of {users} permit nothing: no scope is granted"));
        cx.console.say(
            "hint",
            if outcome.dry_run {
                "import them with `--scope LIST`, or grant scopes later with `authctl users grant NAME LIST`"
            } else {
                "grant scopes with `authctl users grant NAME LIST`"
            },
        );
    }
    if outcome.policies == Some(Policies::Set) {
        let verb = if outcome.dry_run { "would set" } else { "set" };
        report(format_args!("{verb} the policies of the database to those of the file"));
    }
    let added = words::count(outcome.added, "user");
    if outcome.dry_run && outcome.added > 0 {
        report(format_args!("would add {added}: {}", words::list(&outcome.would_add)));
    } else {
        report(format_args!("{} {added}", if outcome.dry_run { "would add" } else { "added" }));
    }
    Ok(Exit::Yes)
}
