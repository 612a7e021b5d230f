//! Users as tables and JSON. No hash is ever shown.

use std::borrow::Cow;
use std::io::Write;

use anyhow::Result;
use authctl::auth::password::{HashCost, PasswordHash, PasswordPolicy, Shortfall};
use authctl::auth::scope::Scope;
use authctl::auth::user::{User, Username};
use authctl::store::postgres::{Fields, Sees};
use serde::Serialize;

use crate::context::Context;
use crate::error::Exit;
use crate::files::change::no_such_user;
use crate::output::escape::escape_json;
use crate::output::table::{Column, write_table};
use crate::output::time::local;

/// A user with the store's field names, and what can be said of the hash. What is not seen is left out.
#[derive(Serialize)]
#[expect(clippy::option_option, reason = "what is not seen is left out, and what is not there is `null`")]
pub(super) struct UserJson<'a> {
    username: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_name: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Option<&'a str>>,
    disabled: bool,
    scopes: Vec<&'a str>,
    tokens_valid_from: Option<String>,
    generation: u64,
    /// `null` where there is no password.
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<Option<HashJson>>,
}

#[derive(Serialize)]
struct HashJson {
    algorithm: Option<&'static str>,
    memory_kib: Option<u32>,
    iterations: Option<u32>,
    parallelism: Option<u32>,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl<'a> UserJson<'a> {
    pub(super) fn of(user: &'a User, policy: &PasswordPolicy) -> Self {
        Self::seen(user, Sees::ALL, policy)
    }

    fn seen(user: &'a User, sees: Sees, policy: &PasswordPolicy) -> Self {
        Self {
            username: user.name.as_str(),
            full_name: sees.names.then_some(user.full_name.as_deref()),
            email: sees.names.then_some(user.email.as_deref()),
            disabled: user.disabled,
            scopes: user.scopes.iter().map(Scope::as_str).collect(),
            tokens_valid_from: user.tokens_valid_from.map(|moment| moment.to_string()),
            generation: user.generation,
            hash: sees.hashes.then(|| user.hash.as_ref().map(|hash| HashJson::of(hash, policy))),
        }
    }
}

impl HashJson {
    fn of(hash: &PasswordHash, policy: &PasswordPolicy) -> Self {
        let params = hash.cost().and_then(HashCost::params);
        let shortfall = hash.shortfall(policy);
        let reason = hash.fault().map(|fault| fault.to_string());
        Self {
            algorithm: hash.cost().map(|cost| cost.kind().as_str()),
            memory_kib: params.map(|params| params.memory_kib),
            iterations: params.map(|params| params.iterations),
            parallelism: params.map(|params| params.parallelism),
            state: match (&reason, shortfall) {
                (Some(_), _) => "unusable",
                (None, Some(_)) => "outdated",
                (None, None) => "ok",
            },
            reason,
        }
    }
}

fn hash_in_words(user: &User, policy: &PasswordPolicy) -> String {
    let Some(hash) = &user.hash else { return "no password".to_owned() };
    if let Some(fault) = hash.fault() {
        return format!("unusable: {fault}");
    }
    let cost = match (hash.shortfall(policy), hash.cost()) {
        (_, None) => String::new(),
        (Some(Shortfall::Kind(cost)), _) => cost.to_string(),
        (_, Some(cost)) => cost.params().map(|params| params.to_string()).unwrap_or_default(),
    };
    if hash.shortfall(policy).is_some() { format!("{cost} (outdated)") } else { cost }
}

/// Whether the hash of a user is as the policy has it, or the state says all.
fn is_usual(user: &User, policy: &PasswordPolicy) -> bool {
    user.hash.as_ref().is_none_or(|hash| hash.fault().is_none() && hash.shortfall(policy).is_none())
}

fn state(user: &User, sees: Sees) -> String {
    let state = match (user.disabled, &user.hash) {
        (true, _) => "disabled",
        (false, None) if !sees.hashes => "enabled",
        (false, None) => "no login",
        (false, Some(hash)) if hash.fault().is_some() => "locked out",
        (false, Some(_)) => "enabled",
    };
    state.to_owned()
}

/// Lists all users in the order of their names.
///
/// A file is valid as a whole before its first user is printed. The users of a database are read a page at a time.
pub(super) fn list(cx: &mut Context) -> Result<Exit> {
    let store = cx.open_store()?;
    let mut everyone = store.everyone(Fields::Readable)?;
    let (policy, sees) = (everyone.policies().passwords, everyone.sees());
    print_all(everyone.users(), sees, &policy, cx)?;
    everyone.end()?;
    say_unseen(sees, cx);
    Ok(Exit::Yes)
}

/// Says what the table does not tell, because the role of a database may not read it.
fn say_unseen(sees: Sees, cx: &Context) {
    if cx.console.json {
        return;
    }
    if !sees.names {
        cx.console.say("note", "this role may not read full names and email addresses: none is shown");
    }
    if !sees.hashes {
        let message = "this role may not read hashes: a user without a usable one is shown as `enabled` too";
        cx.console.say("note", message);
    }
}

const COLUMNS: [Column; 6] = [
    Column::cut("USERNAME", 12),
    Column::cut("FULL NAME", 10).optional().spare(),
    Column::cut("EMAIL", 10).optional().spare(),
    Column::words("SCOPES", 12),
    Column::whole("STATE"),
    Column::cut("HASH", 14).optional().spare(),
];

fn print_all<'u>(
    users: impl Iterator<Item = Cow<'u, User>>,
    sees: Sees,
    policy: &PasswordPolicy,
    cx: &mut Context,
) -> Result<()> {
    if cx.console.json {
        let mut is_empty = true;
        for user in users {
            write!(cx.console.stdout, "{}", if is_empty { '[' } else { ',' })?;
            is_empty = false;
            write!(
                cx.console.stdout,
                "{}",
                escape_json(&serde_json::to_string(&UserJson::seen(&user, sees, policy))?)
            )?;
        }
        writeln!(cx.console.stdout, "{}", if is_empty { "[]" } else { "]" })?;
        return Ok(());
    }
    let screen = cx.console.screen();
    let rows = users.map(|user| {
        vec![
            user.name.to_string(),
            user.full_name.clone().unwrap_or_default(),
            user.email.clone().unwrap_or_default(),
            user.scopes.to_string(),
            state(&user, sees),
            // On a terminal only a hash that is not as the policy has it takes room.
            if !sees.hashes || screen.width.is_some() && is_usual(&user, policy) {
                String::new()
            } else {
                hash_in_words(&user, policy)
            },
        ]
    });
    write_table(&mut cx.console.stdout, screen, &COLUMNS, rows)?;
    Ok(())
}

/// Shows one user.
pub(super) fn one(name: &Username, cx: &mut Context) -> Result<Exit> {
    let (user, sees, policy) = cx.open_store()?.show(name)?;
    let user = user.ok_or_else(|| no_such_user("no_such_user", name.as_str()))?;
    if cx.console.json {
        cx.console.print_json(&UserJson::seen(&user, sees, &policy))?;
        return Ok(Exit::Yes);
    }
    let mut rows = vec![("username", user.name.to_string())];
    rows.extend(user.full_name.clone().map(|name| ("full name", name)));
    rows.extend(user.email.clone().map(|email| ("email", email)));
    rows.push(("scopes", user.scopes.to_string()));
    rows.push(("state", state(&user, sees)));
    rows.extend(sees.hashes.then(|| ("hash", hash_in_words(&user, &policy))));
    rows.extend(user.tokens_valid_from.map(|moment| ("tokens valid from", local(moment))));
    rows.extend((user.generation > 0).then(|| ("generation", user.generation.to_string())));
    let rows = rows.into_iter().map(|(field, value)| vec![field.to_owned(), value]);
    let (screen, columns) = (cx.console.screen(), ["FIELD", "VALUE"].map(Column::whole));
    write_table(&mut cx.console.stdout, screen, &columns, rows)?;
    say_unseen(sees, cx);
    Ok(Exit::Yes)
}
