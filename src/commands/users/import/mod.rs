//! `authctl users import`: users from another program, all of them or none.

mod answer;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use anyhow::Result;
use authctl::auth::change::ChangeError;
use authctl::auth::import::Import;
use authctl::auth::password::{HashFault, PasswordHash};
use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::time::Timestamp;
use authctl::auth::user::{User, UserStore, Username};
use authctl::auth::words;
use authctl::store::import::{self, ImportError, Imported, ImportedUser};
use authctl::store::postgres::{Database, EditError, Existing};
use authctl::store::users_file;

use answer::{Outcome, Policies, answer};

use super::change::refuse_undeclared;
use super::progress::Progress;
use crate::cli::{ImportArgs, merged};
use crate::clock;
use crate::context::Context;
use crate::error::{Exit, Failure, reason};
use crate::files::change::{change_refused, edit_failed};
use crate::files::database::failed;
use crate::files::no_path::refuse_secret;

/// Adds the users of a file.
pub(super) fn run(args: &ImportArgs, cx: &mut Context) -> Result<Exit> {
    let shown = args.file.as_deref().filter(|file| *file != Path::new("-"));
    let shown = shown.map_or_else(|| "standard input".to_owned(), |file| format!("`{}`", file.display()));
    let progress = Progress::start("importing users");
    let text = read(args.file.as_deref(), &shown)?;
    if is_blank(&text) {
        let failure = Failure::unknown("no_users", format!("no users in {shown}"));
        return Err(failure.hint("see why it is empty; an empty list of users is `[]`").into());
    }
    let imported = import::parse(text).map_err(|error| invalid(&shown, &error))?;
    if let Some(database) = cx.files.database()? {
        cx.warn_of_exposed_store()?;
        let outcome = into_database(imported, args, &database)?;
        drop(progress);
        return answer(&outcome, cx);
    }
    let outcome = if args.dry_run {
        let (mut store, now) = (cx.store()?, clock::now()?);
        let (import, outcome) = plan(imported, args, &store, now)?;
        import.put_into(&mut store, now).map_err(|error| change_refused(&error))?;
        outcome
    } else {
        cx.import(|store, now| plan(imported, args, store, now))?
    };
    drop(progress);
    answer(&outcome, cx)
}

/// Adds the users to a database, many at a time.
fn into_database(imported: Imported, args: &ImportArgs, database: &Database) -> Result<Outcome, Failure> {
    let names = imported.users.iter().map(|one| &one.user.name).chain(imported.removed.keys());
    let names: Vec<&Username> = names.collect();
    let (mut store, now) = database.namesakes(&names).map_err(|error| failed(&error))?;
    // A store that moves to where nothing was set yet takes its policies with it.
    let mut policy = None;
    let theirs = &imported.policies;
    if have_others(theirs, &store)
        && let Some(version) = unset(database)?
    {
        policy = Some((users_file::export_policies(theirs), version));
        store = UserStore {
            users: store.users,
            revoked: store.revoked,
            removed: store.removed,
            ..theirs.clone()
        };
    }
    let (import, mut outcome) = plan(imported, args, &store, now)?;
    if policy.is_some() {
        outcome.policies = Some(Policies::Set);
    }
    refuse_unfit(&import, &mut store, now).map_err(|error| change_refused(&error))?;
    if args.dry_run {
        return Ok(outcome);
    }
    // Another process added them meanwhile.
    let exist = |existing: Existing| Failure::no("user_exists", existing.to_string());
    let policy = policy.as_ref().map(|(text, version)| (text.as_str(), *version));
    database.import_with_policy(&import, policy).map_err(|error| match error {
        EditError::PolicyChanged => edit_failed(EditError::PolicyChanged, exist).hint("run the same again"),
        error => edit_failed(error, exist),
    })?;
    Ok(outcome)
}

/// The version of the policies, if they set nothing yet and there are no users.
fn unset(database: &Database) -> Result<Option<i64>, Failure> {
    let current = database.policy().map_err(|error| failed(&error))?;
    let is_unset = !have_others(&current.store, &UserStore::default());
    let is_empty = is_unset && database.names("", 1).map_err(|error| failed(&error))?.is_empty();
    Ok(is_empty.then_some(current.version))
}

/// Whether two stores have other policies or declare other scopes.
fn have_others(one: &UserStore, other: &UserStore) -> bool {
    (&one.tokens, &one.passwords, &one.scopes) != (&other.tokens, &other.passwords, &other.scopes)
}

/// Refuses what [`Import::put_into`] refuses, with copies only of the users whose generation an earlier user changes.
fn refuse_unfit(import: &Import, store: &mut UserStore, now: Timestamp) -> Result<(), ChangeError> {
    import.check(store)?;
    let is_later = |name: &Username| store.removed.contains_key(name) || import.removed.contains_key(name);
    let users = import.users.iter().filter(|user| is_later(&user.name)).cloned().collect();
    Import { users, removed: import.removed.clone(), ..Import::default() }.put_into(store, now)
}

/// The change that adds the users to `store`, and what it does.
fn plan(
    imported: Imported,
    args: &ImportArgs,
    store: &UserStore,
    now: Timestamp,
) -> Result<(Import, Outcome), Failure> {
    let for_all = merged(&args.scope);
    let is_declared = |scope: &Scope| store.is_declared(scope);
    refuse_undeclared(&for_all, is_declared)?;
    let mut outcome = Outcome {
        added: 0,
        skipped: Vec::new(),
        unusable: BTreeMap::new(),
        groups_left_out: BTreeSet::new(),
        // Without any of their own, there is nothing to leave.
        policies: (have_others(&imported.policies, &UserStore::default())
            && have_others(&imported.policies, store))
        .then_some(Policies::Left),
        dry_run: args.dry_run,
        would_add: Vec::new(),
        without_scope: 0,
    };
    if !args.skip_existing {
        refuse_existing(&imported.users, store)?;
    }
    let mut undeclared = ScopeSet::new();
    let wanted = |mut one: ImportedUser| {
        if store.users.contains_key(&one.user.name) {
            outcome.skipped.push(one.user.name);
            return Ok(None);
        }
        if for_all.is_empty() {
            for group in one.groups {
                match group.parse::<Scope>() {
                    Ok(scope) if is_declared(&scope) => drop(one.user.scopes.insert(scope)),
                    _ => drop(outcome.groups_left_out.insert(group)),
                }
            }
            undeclared.extend(one.user.scopes.iter().filter(|scope| !is_declared(scope)).cloned());
        } else {
            one.user.scopes = for_all.clone();
        }
        outcome.without_scope += usize::from(one.user.scopes.is_empty() && !one.has_generation);
        let of_hash = one.user.hash.as_ref().and_then(PasswordHash::fault);
        let fault = if one.had_des { Some(HashFault::Des) } else { of_hash };
        if let Some(fault) = fault {
            outcome.unusable.insert(one.user.name.to_string(), fault.to_string());
        }
        let user = if one.has_generation { Ok(one.user) } else { one.user.begin(None, now) };
        user.map(Some).map_err(|error| change_refused(&error))
    };
    // Where they are in memory, without the room of what is not taken over: there may be very many.
    let users = imported.users.into_iter().map(wanted).filter_map(Result::transpose);
    let mut users: Vec<User> = users.collect::<Result<_, _>>()?;
    users.shrink_to_fit();
    refuse_undeclared(&undeclared, is_declared)?;
    outcome.added = users.len();
    if args.dry_run {
        outcome.would_add = users.iter().map(|user| user.name.clone()).collect();
    }
    Ok((Import { users, revoked: imported.revoked, removed: imported.removed }, outcome))
}

/// Refuses users of whom some are in the store already.
fn refuse_existing(users: &[ImportedUser], store: &UserStore) -> Result<(), Failure> {
    let names = users.iter().map(|one| &one.user.name);
    let existing: Vec<&Username> = names.filter(|name| store.users.contains_key(*name)).collect();
    let failure = match existing.as_slice() {
        [] => return Ok(()),
        [name] => change_refused(&ChangeError::UserExists((*name).clone())),
        names => {
            let (some, all) = (names.len(), words::count(users.len(), "user"));
            Failure::no("user_exists", format!("{some} of {all} exist already: {}", words::list(names)))
        }
    };
    Err(failure.hint("leave users alone who exist already with `--skip-existing`"))
}

/// Whether `text` has nothing but blank lines and comments.
pub(super) fn is_blank(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

fn read(file: Option<&Path>, shown: &str) -> Result<String, Failure> {
    let cannot =
        |error: &io::Error| Failure::unknown("unreadable", format!("cannot read {shown}: {}", reason(error)));
    if let Some(file) = file {
        refuse_secret("the file to import", file)?;
    }
    let source: Box<dyn Read> = match file.filter(|file| *file != Path::new("-")) {
        Some(file) => Box::new(File::open(file).map_err(|error| cannot(&error))?),
        None if io::stdin().is_terminal() => {
            return Err(Failure::unknown("no_input", "no file to import, and standard input is a terminal")
                .hint("name a file, such as `authctl users import .htpasswd`"));
        }
        None => Box::new(io::stdin().lock()),
    };
    let mut bytes = Vec::new();
    source.take(users_file::MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > users_file::MAX_BYTES {
        return Err(Failure::unknown("too_large", format!("{shown} has more than 256 MiB")));
    }
    String::from_utf8(bytes).map_err(|_| Failure::unknown("invalid_import", format!("{shown} is not UTF-8")))
}

fn invalid(shown: &str, error: &ImportError) -> Failure {
    let failure = Failure::unknown("invalid_import", format!("{shown}, {error}"));
    match error.plain_line() {
        Some(line) => failure.hint(format!(
            "in line {line}, put what `authctl hash-password` prints in its place, or `!` for a user who has no password yet"
        )),
        None => failure,
    }
}
