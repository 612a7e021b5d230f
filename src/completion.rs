//! Completion in the shell: the scripts, and what they ask for while someone types.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::PathBuf;

use authctl::auth::user::UserStore;
use authctl::store::{safe_file, users_file};
use clap::CommandFactory;
use clap::builder::StyledStr;
use clap_complete::CompleteEnv;
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Zsh};

use crate::cli::{Cli, Shell};
use crate::environment::{Environment, KeySource};
use crate::keys::read_keys;
use crate::output::escape::escape;
use crate::output::shell::is_plain;

/// With this variable the scripts say which shell asks. Not clap's `COMPLETE`, which could be set
/// for another program, and would then turn every command into a silent success.
const VARIABLE: &str = "AUTHCTL_COMPLETE";

/// Answers a completion script, if that is who asks: the variable is set and `--` comes first.
pub(crate) fn answer() -> io::Result<bool> {
    let asked =
        std::env::var_os(VARIABLE).is_some() && std::env::args_os().nth(1).is_some_and(|arg| arg == "--");
    if !asked {
        return Ok(false);
    }
    let current_dir = std::env::current_dir().ok();
    CompleteEnv::with_factory(Cli::command)
        .var(VARIABLE)
        .try_complete(std::env::args_os(), current_dir.as_deref())
        .map_err(io::Error::other)
}

/// The script for bash, the one that is not clap's: that one takes `:`, `=` and `@`, at which bash ends
/// words, for the end of a scope or username.
const BASH: &str = include_str!("../completions/authctl.bash");

/// How the script for zsh ends: completing at once where zsh loads it, from `$fpath`, at the first Tab.
const ZSH_END: &str = "\
if [[ $funcstack[1] == _authctl ]]; then
    _clap_dynamic_completer_authctl \"$@\"
else
    compdef _clap_dynamic_completer_authctl authctl
fi
";

/// The script that makes `shell` complete `authctl`.
pub(crate) fn script(shell: Shell) -> io::Result<String> {
    let writer: &dyn EnvCompleter = match shell {
        Shell::Bash => return Ok(BASH.to_owned()),
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::Powershell => &Powershell,
        Shell::Elvish => &Elvish,
    };
    let mut script = Vec::new();
    writer.write_registration(VARIABLE, "authctl", "authctl", "authctl", &mut script)?;
    let script = String::from_utf8(script).map_err(io::Error::other)?;
    let script = format!("{}\n", script.trim());
    Ok(match shell {
        Shell::Zsh => script.replace("compdef _clap_dynamic_completer_authctl authctl\n", ZSH_END),
        _ => script,
    })
}

/// The usernames of the store.
pub(crate) fn usernames() -> Vec<CompletionCandidate> {
    let Some(store) = store() else { return Vec::new() };
    let candidate = |(name, user): (&authctl::auth::user::Username, &authctl::auth::user::User)| {
        CompletionCandidate::new(name.as_str()).help(user.full_name.as_deref().map(harmless))
    };
    store.users.iter().map(candidate).collect()
}

/// Scopes of the store, after those that the list has already.
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
    // A store may come from elsewhere, and what is completed from it is on somebody's command line.
    let fits = |scope: &&str| {
        is_plain(scope) && scope.starts_with(last) && !before.split([',', ' ']).any(|one| one == *scope)
    };
    scopes
        .into_iter()
        .filter(fits)
        .map(|scope| CompletionCandidate::new(format!("{before}{scope}")).help(help(scope)))
        .collect()
}

/// The keys of the key file that are not retired, as `keys list` names them.
pub(crate) fn keys() -> Vec<CompletionCandidate> {
    let typed = file_typed("--key-file").map(KeySource::File);
    let Some(source) = typed.or_else(|| Environment::read().key().ok()) else { return Vec::new() };
    let Ok(keys) = read_keys(&source) else { return Vec::new() };
    let in_use = keys.names().into_iter().zip(keys.keys()).filter(|(_, key)| !key.is_retired());
    // So may a key.
    let harmless = in_use.filter(|(name, _)| is_plain(name));
    harmless
        .map(|(name, key)| CompletionCandidate::new(name).help(Some(key.kind().to_string().into())))
        .collect()
}

/// A text of the store, which may have anything in it, for a shell to show.
fn harmless(text: &str) -> StyledStr {
    escape(text).into_owned().into()
}

/// The store, if it can be read: completion has no place for an error.
fn store() -> Option<UserStore> {
    let path = file_typed("--users-file").or_else(|| Environment::read().users_file().ok())?;
    let bytes = safe_file::read(&path, users_file::MAX_BYTES).ok()?;
    users_file::parse(std::str::from_utf8(&bytes).ok()?).ok()
}

/// The file that `option` names on the line that is being completed.
fn file_typed(option: &str) -> Option<PathBuf> {
    let words: Vec<_> = std::env::args_os().collect();
    let after = words.windows(2).find(|pair| pair[0] == option).map(|pair| PathBuf::from(&pair[1]));
    let value = |word: &OsString| word.to_str()?.strip_prefix(option)?.strip_prefix('=').map(PathBuf::from);
    after.or_else(|| words.iter().find_map(value))
}
