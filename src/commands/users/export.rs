//! `authctl users export`: the whole store as a store, or its users as JSON Lines.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Result;
use authctl::auth::password::PasswordHash;
use authctl::auth::scope::Scope;
use authctl::auth::user::{User, UserStore};
use authctl::auth::words;
use authctl::store::postgres::Fields;
use authctl::store::users_file;
use serde::Serialize;

use crate::cli::ExportArgs;
use crate::context::Context;
use crate::error::Exit;
use crate::output::escape::{escape_json, escape_lines};

/// A user with the field names of a store, as `users import` takes it back.
#[derive(Serialize)]
struct Exported<'a> {
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashed_password: Option<&'a str>,
    disabled: bool,
    scopes: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tokens_valid_from: Option<String>,
    generation: u64,
}

impl<'a> From<&'a User> for Exported<'a> {
    fn from(user: &'a User) -> Self {
        Self {
            username: user.name.as_str(),
            full_name: user.full_name.as_deref(),
            email: user.email.as_deref(),
            hashed_password: user.hash.as_ref().map(PasswordHash::expose),
            disabled: user.disabled,
            scopes: user.scopes.iter().map(Scope::as_str).collect(),
            tokens_valid_from: user.tokens_valid_from.map(|moment| moment.to_string()),
            generation: user.generation,
        }
    }
}

/// Prints the store. There may be very many users: a few are in memory at a time.
pub(super) fn run(args: &ExportArgs, cx: &mut Context) -> Result<Exit> {
    let store = cx.open_store()?;
    // The copy for machines that only check is made by one as well, which may read no hash and no removed user.
    let fields = if args.no_hashes { Fields::Facts } else { Fields::All };
    let mut everyone = store.everyone(fields)?;
    let (json, out) = (cx.console.json, &mut cx.console.stdout);
    // To a file or a program, texts go as they are.
    let is_terminal = io::stdout().is_terminal();
    let shown = |text: String| if is_terminal { escape_lines(&text) } else { text };
    if !json {
        write!(out, "{}", shown(users_file::export_policies(everyone.policies())))?;
    }
    for user in everyone.users() {
        if json {
            writeln!(out, "{}", escape_json(&serde_json::to_string(&Exported::from(&*user))?))?;
        } else {
            write!(out, "{}", shown(users_file::export_user(&user)))?;
        }
    }
    let rest = everyone.into_rest()?;
    if !json {
        write!(out, "{}", shown(users_file::export_records(&rest)))?;
    }
    cx.console.flush()?;
    let left_out = if json { other_tables(&rest) } else { Vec::new() };
    if !left_out.is_empty() {
        cx.console.say("note", format_args!("left out {}", words::list(left_out)));
        cx.console.say("hint", "leave out `--json` to have them");
    }
    Ok(Exit::Yes)
}

/// The tables besides `[users]` that differ from those of a new store.
fn other_tables(store: &UserStore) -> Vec<&'static str> {
    let UserStore { tokens, passwords, scopes, users: _, revoked, removed } = store;
    let usual = UserStore::default();
    let tables = [
        ("[tokens]", *tokens != usual.tokens),
        ("[passwords]", *passwords != usual.passwords),
        ("[scopes]", scopes.is_some()),
        ("[revoked]", !revoked.is_empty()),
        ("[removed]", !removed.is_empty()),
    ];
    tables.into_iter().filter_map(|(name, says)| says.then_some(name)).collect()
}
