//! Changes of the store, each under its lock and made to the file as it is then.

use std::io::{self, IsTerminal};

use anyhow::Result;
use authctl::auth::change::{Change, ChangeError};
use authctl::auth::password::strength::OwnWords;
use authctl::auth::password::{PasswordHash, PasswordPolicy};
use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::user::{TokenPolicy, User, Username};
use authctl::auth::words;
use authctl::store::postgres::Asked;
use authctl::store::users_file;
use secrecy::ExposeSecret;
use serde::Serialize;
use zeroize::Zeroizing;

use super::show::UserJson;
use crate::cli::{AddUserArgs, PasswdArgs, RemoveUserArgs, ScopesOfUser, SetUserArgs, merged};
use crate::commands::generated::{tell, told, void};
use crate::commands::hash_password::{hashed, strong};
use crate::commands::new_password::{self, NewPassword, Rules};
use crate::commands::refused::undeclared_hint;
use crate::console::report;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::files::Store;
use crate::files::change::{change_refused, no_such_user};
use crate::files::database::failed;
use crate::output::shell;
use crate::prompt::{hash_from_stdin as hash_line, unanswered};
use crate::terminal;

/// Adds a user.
pub(super) fn add(args: &AddUserArgs, cx: &mut Context) -> Result<Exit> {
    let scopes = merged(&args.scope);
    let (policy, own) = rules_for_new(&args.name, &scopes, cx)?;
    let own = own.and_of_user(args.name.as_str(), args.full_name.as_deref(), args.email.as_deref());
    let (hash, generated) = if args.no_password {
        (None, None)
    } else if args.hash_stdin {
        (Some(hash_from_stdin()?), None)
    } else {
        let params = strong(policy.params)?;
        let rules = Rules { policy: &policy, store: Some(&cx.files.store_name()?), own };
        let NewPassword { password, generated } = new_password::get(&args.password, &rules)?;
        (Some(PasswordHash::parse(&hashed(&password, params)?)), generated)
    };
    let user = User {
        full_name: args.full_name.clone().filter(|name| !name.is_empty()),
        email: args.email.clone().filter(|email| !email.is_empty()),
        disabled: args.disabled,
        scopes,
        ..User::new(args.name.clone(), hash)
    };
    tell("", generated.as_ref(), cx)?;
    let asked = Asked::User(&args.name);
    let edited = cx.edit_store(asked, |_, now| Ok(Change::Add { user: user.clone(), now }));
    let edited = edited.inspect_err(|failure| void(failure, generated.as_ref(), cx))?;
    let exit = answer(&args.name, "added", generated.as_ref(), &edited, cx)?;
    if args.scope.is_empty() && !cx.console.json {
        cx.console
            .say("note", format_args!("tokens of user `{}` permit nothing: no scope is granted", args.name));
        let grant = format!("authctl users grant {} LIST", shell::last(args.name.as_str()));
        cx.console.say("hint", format_args!("grant scopes with `{grant}`"));
    }
    Ok(exit)
}

/// A hash that another program made.
fn hash_from_stdin() -> Result<PasswordHash, Failure> {
    let text = hash_line()?;
    let hash = PasswordHash::parse(&String::from_utf8_lossy(text.expose_secret()));
    match hash.fault() {
        None => Ok(hash),
        Some(fault) => Err(Failure::no("unusable_hash", format!("no password matches this hash: {fault}"))),
    }
}

/// The policy for the password of a new user and the words of the server, if the user can be added. The edit judges the
/// name again under the lock; this spares the typing of a password for nothing.
pub(crate) fn rules_for_new(
    name: &Username,
    scopes: &ScopeSet,
    cx: &Context,
) -> Result<(PasswordPolicy, OwnWords), Failure> {
    match cx.open_store()? {
        Store::File(text) => {
            let store = text.list()?;
            let policies = store.policies();
            refuse_undeclared(scopes, |scope| policies.is_declared(scope))?;
            refuse_twin(name, store.names())?;
            Ok((policies.passwords, of_server(&policies.tokens)))
        }
        Store::Database(database) => {
            let (store, _) = database.namesakes(&[name]).map_err(|error| failed(&error))?;
            refuse_undeclared(scopes, |scope| store.is_declared(scope))?;
            refuse_twin(name, store.users.keys().map(Username::as_str))?;
            Ok((store.passwords, of_server(&store.tokens)))
        }
    }
}

/// Refuses a name that is there, or differs from one that is in case only.
fn refuse_twin<'n>(name: &Username, mut names: impl Iterator<Item = &'n str>) -> Result<(), Failure> {
    let twin = names.find(|other| other.eq_ignore_ascii_case(name.as_str()));
    match twin.and_then(|twin| twin.parse::<Username>().ok()) {
        None => Ok(()),
        Some(twin) if twin == *name => Err(change_refused(&ChangeError::UserExists(twin))),
        Some(twin) => Err(change_refused(&ChangeError::CaseTwin(twin))),
    }
}

/// Sets a new password.
pub(super) fn passwd(args: &PasswdArgs, cx: &mut Context) -> Result<Exit> {
    let name = &args.user.name;
    let store = cx.open_store()?.look_up(&[name.as_str()])?;
    let user = store.user(name.as_str()).ok_or_else(|| no_such_user("no_such_user", name.as_str()))?;
    let own = of_server(store.tokens());
    let own = own.and_of_user(name.as_str(), user.full_name.as_deref(), user.email.as_deref());
    let params = strong(store.passwords().params)?;
    let rules = Rules { policy: store.passwords(), store: Some(&cx.files.store_name()?), own };
    let NewPassword { password, generated } = new_password::get(&args.password, &rules)?;
    let hash = PasswordHash::parse(&hashed(&password, params)?);
    tell("", generated.as_ref(), cx)?;
    let edited = cx.edit_store(Asked::User(name), |_, now| {
        let (name, hash) = (name.clone(), hash.clone());
        Ok(Change::SetHash { name, hash, sign_out: Some(now) })
    });
    let edited = edited.inspect_err(|failure| void(failure, generated.as_ref(), cx))?;
    answer(name, "set a new password for", generated.as_ref(), &edited, cx)
}

/// Changes full name and email.
pub(super) fn set(args: SetUserArgs, cx: &mut Context) -> Result<Exit> {
    let SetUserArgs { user, full_name, email } = args;
    let name = user.name;
    let edited = cx.edit_store(Asked::User(&name), |_, _| {
        let (full_name, email) = (full_name.clone(), email.clone());
        Ok(Change::Describe { name: name.clone(), full_name, email })
    })?;
    answer(&name, done_if(edited.any, "changed"), None, &edited, cx)
}

/// Grants scopes.
pub(super) fn grant(args: ScopesOfUser, cx: &mut Context) -> Result<Exit> {
    let ScopesOfUser { user, scopes } = args;
    let scopes = merged(&scopes);
    let name = user.name;
    let done = format!("granted {} to", words::list(&scopes));
    let edited = cx.edit_store(Asked::User(&name), |store, _| {
        refuse_undeclared(&scopes, |scope| store.is_declared(scope))?;
        Ok(Change::Grant { name: name.clone(), scopes: scopes.clone() })
    })?;
    answer(&name, done_if(edited.any, &done), None, &edited, cx)
}

/// Takes scopes back.
pub(super) fn withdraw(args: ScopesOfUser, cx: &mut Context) -> Result<Exit> {
    let ScopesOfUser { user, scopes } = args;
    let scopes = merged(&scopes);
    let name = user.name;
    let done = format!("took {} from", words::list(&scopes));
    let withdraw = || Change::Withdraw { name: name.clone(), scopes: scopes.clone() };
    let edited = cx.edit_store(Asked::User(&name), |_, _| Ok(withdraw()))?;
    answer(&name, done_if(edited.any, &done), None, &edited, cx)
}

/// Disables or enables.
pub(super) fn set_disabled(name: &Username, disabled: bool, cx: &mut Context) -> Result<Exit> {
    let set = || Change::SetDisabled { name: name.clone(), disabled };
    let edited = cx.edit_store(Asked::User(name), |_, _| Ok(set()))?;
    answer(name, done_if(edited.any, if disabled { "disabled" } else { "enabled" }), None, &edited, cx)
}

/// Refuses every token from before.
pub(super) fn sign_out(name: &Username, cx: &mut Context) -> Result<Exit> {
    let edited =
        cx.edit_store(Asked::User(name), |_, now| Ok(Change::SignOut { name: name.clone(), now }))?;
    answer(name, "signed out", None, &edited, cx)
}

/// Removes a user, once that is confirmed.
pub(super) fn remove(args: RemoveUserArgs, cx: &mut Context) -> Result<Exit> {
    let name = args.user.name;
    if !args.yes {
        if cx.open_store()?.look_up(&[name.as_str()])?.user(name.as_str()).is_none() {
            return Err(no_such_user("no_such_user", name.as_str()).into());
        }
        let question = format!("Remove user {name}? [y/N] ");
        // A script that takes its standard input from elsewhere cannot answer, even on a terminal.
        if !io::stdin().is_terminal() {
            return Err(Failure::unknown("no_terminal", "standard input is no terminal to ask on")
                .hint("confirm with `--yes`")
                .into());
        }
        let answer = terminal::read_line(&question)
            .map_err(|error| unanswered(&error, "the answer", "confirm with `--yes`"))?;
        if !matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            return Err(Failure::no("not_confirmed", format!("user `{name}` was not removed")).into());
        }
    }
    cx.edit_store(Asked::User(&name), |_, now| Ok(Change::Remove { name: name.clone(), now }))?;
    if cx.console.json {
        cx.console.print_json(&serde_json::json!({ "username": name, "removed": true }))?;
    } else {
        report(format_args!("removed user `{name}`"));
    }
    Ok(Exit::Yes)
}

/// Refuses scopes that cannot be granted to any user.
pub(crate) fn refuse_undeclared(
    scopes: &ScopeSet,
    is_declared: impl Fn(&Scope) -> bool,
) -> Result<(), Failure> {
    let undeclared: ScopeSet = scopes.iter().filter(|scope| !is_declared(scope)).cloned().collect();
    if undeclared.is_empty() {
        return Ok(());
    }
    Err(Failure::no("invalid_scope", format!("{} not declared in `[scopes]`", is_or_are(&undeclared)))
        .hint(undeclared_hint(undeclared.len())))
}

fn is_or_are(scopes: &ScopeSet) -> String {
    let verb = if scopes.len() == 1 { "is" } else { "are" };
    format!("{} {verb}", words::list(scopes))
}

/// A user after a change, and the password that was made up.
#[derive(Serialize)]
struct Changed<'a> {
    #[serde(flatten)]
    user: UserJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a str>,
}

/// Says what was done; with `--json` how the user is now, and the password if one was made up.
fn answer(
    name: &Username,
    done: &str,
    generated: Option<&Zeroizing<String>>,
    edited: &users_file::Changed,
    cx: &mut Context,
) -> Result<Exit> {
    if cx.console.json {
        let store = &edited.store;
        let user = store.users.get(name).ok_or_else(|| no_such_user("no_such_user", name.as_str()))?;
        let password = generated.map(|password| password.as_str());
        let printed =
            cx.console.print_json(&Changed { user: UserJson::of(user, &store.passwords), password });
        match generated {
            Some(_) => told(printed, name, cx)?,
            None => printed?,
        }
        return Ok(Exit::Yes);
    }
    report(format_args!("{done} user `{name}`"));
    Ok(Exit::Yes)
}

/// What was done, or that there was nothing to do.
fn done_if(changed: bool, done: &str) -> &str {
    if changed { done } else { "nothing to change for" }
}

/// The words of the server whose policy this is.
fn of_server(tokens: &TokenPolicy) -> OwnWords {
    OwnWords::of_server(tokens.issuer.as_deref(), tokens.audience.as_deref())
}
