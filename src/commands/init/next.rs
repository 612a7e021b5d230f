//! The command to run after `init`.

use authctl::auth::scope::ScopeSet;
use authctl::auth::user::User;

use super::outcome::Outcome;
use super::user::UserPart;
use crate::files::Files;
use crate::output::shell;

/// A command line about the files of this run, to run as it stands. A word in capitals is to be chosen.
pub(super) fn next(outcome: &Outcome<'_>, files: &Files) -> String {
    files.command(line(outcome))
}

fn line(outcome: &Outcome<'_>) -> Vec<String> {
    let words = |line: &[&str]| line.iter().map(|word| (*word).to_owned()).collect();
    match outcome.user {
        _ if !outcome.key.signs() => {
            let mut line = vec!["check".to_owned()];
            line.extend(list("--require", outcome.scopes));
            line
        }
        UserPart::New { user, .. } => about(&["login"], user.name.as_str(), outcome.scopes),
        UserPart::Kept(user) => kept(user),
        UserPart::NotAsked if outcome.store.has_users() => words(&["login", "NAME", "--scope", "LIST"]),
        UserPart::NotAsked => words(&["users", "add", "NAME", "--scope", "LIST"]),
    }
}

fn kept(user: &User) -> Vec<String> {
    let name = user.name.as_str();
    match user {
        user if user.disabled => about(&["users", "enable"], name, &ScopeSet::new()),
        user if user.hash.is_none() => about(&["issue"], name, &user.scopes),
        user => about(&["login"], name, &user.scopes),
    }
}

/// `login NAME --scope LIST`. Neither of the two may be taken for another option.
fn about(command: &[&str], name: &str, scopes: &ScopeSet) -> Vec<String> {
    let mut line: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
    if name.starts_with('-') {
        line.extend(list("--scope", scopes));
        line.extend(["--".to_owned(), shell::quoted(name)]);
    } else {
        line.push(shell::quoted(name));
        line.extend(list("--scope", scopes));
    }
    line
}

/// The option with the scopes, if there are any.
fn list(option: &str, scopes: &ScopeSet) -> Vec<String> {
    let list = scopes.to_string().replace(' ', ",");
    match shell::quoted(&list) {
        _ if scopes.is_empty() => Vec::new(),
        quoted if list.starts_with('-') => vec![format!("{option}={quoted}")],
        quoted => vec![option.to_owned(), quoted],
    }
}
