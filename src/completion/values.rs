//! Completes names from the store and the key file.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use authctl::auth::user::{User, UserStore, Username};
use authctl::store::postgres::{Database, DatabaseError};
use authctl::store::{safe_file, users_file};
use clap::Command;
use clap::builder::StyledStr;
use clap_complete::engine::CompletionCandidate;

use super::line::{Line, Word};
use super::os_string;
use crate::environment::{Environment, KeySource};
use crate::files::keys::read_keys;
use crate::files::{FileOptions, Files};
use crate::output::escape::escape;

/// The words of the line that is being completed. clap calls its completers without them.
static WORDS: OnceLock<Vec<Word>> = OnceLock::new();

/// The description of the command line.
static CLI: OnceLock<fn() -> Command> = OnceLock::new();

/// Keeps the description for later look-ups.
pub(super) fn set_cli(cli: fn() -> Command) {
    CLI.get_or_init(|| cli);
}

/// Keeps the words for later look-ups.
pub(super) fn set_words(line: &Line) {
    WORDS.get_or_init(|| line.words.clone());
}

/// The usernames of the store, of a database those that begin as the word does.
pub(crate) fn usernames(typed: &OsStr) -> Vec<CompletionCandidate> {
    if let Some(database) = database() {
        let candidate = |(name, full_name): (String, Option<String>)| {
            CompletionCandidate::new(name).help(full_name.as_deref().map(harmless))
        };
        let users = typed.to_str().and_then(|typed| users_of(&database, typed).ok());
        return users.into_iter().flatten().map(candidate).collect();
    }
    let Some(store) = store() else { return Vec::new() };
    let candidate = |(name, user): (&Username, &User)| {
        CompletionCandidate::new(name.as_str()).help(user.full_name.as_deref().map(harmless))
    };
    let begins = |name: &Username| typed.to_str().is_some_and(|typed| name.as_str().starts_with(typed));
    store.users.iter().filter(|(name, _)| begins(name)).map(candidate).collect()
}

/// The first users whose names begin with `typed`, with their full names where the role may read them.
fn users_of(database: &Database, typed: &str) -> Result<Vec<(String, Option<String>)>, DatabaseError> {
    match database.full_names(typed, MOST_NAMES) {
        Err(DatabaseError::Denied { .. }) => {
            let names = database.names(typed, MOST_NAMES)?;
            Ok(names.into_iter().map(|name| (name, None)).collect())
        }
        found => found,
    }
}

/// The scopes of the store that the list does not have yet.
pub(crate) fn scope_list(typed: &OsStr) -> Vec<CompletionCandidate> {
    let (Some(store), Some(typed)) = (store(), typed.to_str()) else { return Vec::new() };
    let (before, last) = match typed.rfind([',', ' ']) {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let granted = store.users.values().flat_map(|user| &user.scopes);
    let declared = store.scopes.iter().flatten();
    let help = |scope: &str| {
        store.scopes.iter().flatten().find(|(one, _)| one.as_str() == scope).map(|(_, help)| harmless(help))
    };
    let mut scopes: Vec<&str> = declared.map(|(scope, _)| scope.as_str()).collect();
    scopes.extend(granted.map(authctl::auth::scope::Scope::as_str));
    scopes.sort_unstable();
    scopes.dedup();
    let fits = |scope: &&str| scope.starts_with(last) && !before.split([',', ' ']).any(|one| one == *scope);
    scopes
        .into_iter()
        .filter(fits)
        .map(|scope| CompletionCandidate::new(format!("{before}{scope}")).help(help(scope)))
        .collect()
}

/// The commands below those typed after `command`; where none is typed yet the names in `first` too, each with a
/// description.
pub(crate) fn commands_or(
    typed: &OsStr,
    command: &str,
    first: impl Iterator<Item = (&'static str, &'static str)>,
) -> Vec<CompletionCandidate> {
    let Some(cli) = CLI.get() else { return Vec::new() };
    let mut cli = cli();
    cli.build();
    let words = WORDS.get().into_iter().flatten().skip_while(|word| word.value != command.as_bytes()).skip(1);
    let mut names: Vec<&str> = words.filter_map(|word| std::str::from_utf8(&word.value).ok()).collect();
    // The word at the cursor.
    names.pop();
    names.retain(|name| !name.starts_with('-'));
    let below = names.iter().try_fold(&cli, |command, name| command.find_subcommand(name));
    let commands = below.into_iter().flat_map(Command::get_subcommands);
    let commands =
        commands.map(|one| CompletionCandidate::new(one.get_name()).help(one.get_about().cloned()));
    let first = first.filter(|_| names.is_empty());
    let first = first.map(|(name, help)| CompletionCandidate::new(name).help(Some(help.into())));
    let begins = |candidate: &CompletionCandidate| {
        typed.to_str().is_some_and(|typed| candidate.get_value().to_string_lossy().starts_with(typed))
    };
    commands.chain(first).filter(begins).collect()
}

/// The keys of the key file that are not retired, as `keys list` names them.
pub(crate) fn keys() -> Vec<CompletionCandidate> {
    let source = match typed("--key-file") {
        Typed::File(file) => Some(KeySource::File(file)),
        Typed::No => Environment::read().key().ok(),
        Typed::Unknown => None,
    };
    // Leave a pipe for the command itself.
    let source = source.filter(|source| !matches!(source, KeySource::File(path) if !path.is_file()));
    let Some(Ok(keys)) = source.map(|source| read_keys(&source)) else { return Vec::new() };
    let in_use = keys.names().into_iter().zip(keys.keys()).filter(|(_, key)| !key.is_retired());
    // A name may contain control characters.
    let harmless = in_use.filter(|(name, _)| escape(name) == *name);
    harmless
        .map(|(name, key)| CompletionCandidate::new(name).help(Some(key.kind().to_string().into())))
        .collect()
}

/// Escapes a text of the store for a shell to show.
fn harmless(text: &str) -> StyledStr {
    escape(text).into_owned().into()
}

/// The most names that a database is asked for.
const MOST_NAMES: u32 = 100;

/// How long a shell waits for a database, which may be away.
const PATIENCE: Duration = Duration::from_millis(300);

/// The database, if the users are in one.
fn database() -> Option<Database> {
    let users_file = match typed("--users-file") {
        Typed::File(path) => Some(path),
        Typed::No => None,
        Typed::Unknown => return None,
    };
    Files::new(FileOptions { users_file, key_file: None }, Environment::read())
        .database_within(PATIENCE)
        .ok()?
}

/// The store, if it can be read, of a database the policies alone: completion shows no errors.
fn store() -> Option<UserStore> {
    if let Some(database) = database() {
        return Some(database.policy().ok()?.store);
    }
    let path = match typed("--users-file") {
        Typed::File(path) => path,
        Typed::No => Environment::read().users_file().ok()?,
        Typed::Unknown => return None,
    };
    let bytes = safe_file::read(&path, users_file::MAX_BYTES).ok()?;
    users_file::parse(std::str::from_utf8(&bytes).ok()?).ok()
}

/// The file that an option names on the line.
enum Typed {
    No,
    File(PathBuf),
    /// Only the shell can expand it.
    Unknown,
}

/// The file that `option` names on the line that is being completed.
fn typed(option: &str) -> Typed {
    let mut words = WORDS.get().into_iter().flatten();
    while let Some(word) = words.next() {
        let (value, is_unknown) = match word.value.strip_prefix(option.as_bytes()) {
            Some([]) => words.next().map_or((&[][..], true), |next| (next.value.as_slice(), next.is_unknown)),
            Some([b'=', value @ ..]) => (value, word.is_unknown),
            _ => continue,
        };
        let file = os_string(value.to_vec()).filter(|_| !is_unknown);
        return file.map_or(Typed::Unknown, |file| Typed::File(file.into()));
    }
    Typed::No
}
