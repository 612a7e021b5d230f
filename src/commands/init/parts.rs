//! What a key, a store and a first user are made of, wherever the users are.

use std::path::Path;

use anyhow::Result;
use authctl::auth::password::strength::OwnWords;
use authctl::auth::password::{PasswordHash, PasswordPolicy};
use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::user::User;
use authctl::store::safe_file;
use zeroize::Zeroizing;

use crate::cli::InitArgs;
use crate::commands::hash_password;
use crate::commands::new_password::{self, NewPassword, Rules};
use crate::error::{Failure, cannot};
use crate::output::shell;

/// The user that the options ask for, and the password that was made up.
pub(super) fn first_user(
    args: &InitArgs,
    scopes: &ScopeSet,
) -> Result<(Option<User>, Option<Zeroizing<String>>)> {
    if args.user.is_none() && (args.password.generate || args.password.password_stdin) {
        return Err(Failure::usage("a password is for a user, and there is no `--user`").into());
    }
    let Some(name) = &args.user else { return Ok((None, None)) };
    let policy = PasswordPolicy::default();
    let own = OwnWords::of_server(None, None).and_of_user(name.as_str(), None, None);
    let rules = Rules { policy: &policy, store: None, own };
    let NewPassword { password, generated } = new_password::get(&args.password, &rules)?;
    let hash = PasswordHash::parse(&hash_password::hashed(&password, policy.params)?);
    Ok((Some(User { scopes: scopes.clone(), ..User::new(name.clone(), Some(hash)) }), generated))
}

/// The scopes with first descriptions, for someone to replace.
pub(super) fn described(scopes: &ScopeSet) -> Vec<(Scope, String)> {
    let description = |scope: &Scope| format!("What a token with the scope {scope} permits.");
    scopes.iter().map(|scope| (scope.clone(), description(scope))).collect()
}

pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    safe_file::create(path, bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(path),
        _ => cannot(format_args!("make `{}`", path.display()))(error),
    })
}

pub(super) fn exists(path: &Path) -> Failure {
    Failure::no("exists", format!("`{}` is there already, and `init` overwrites nothing", path.display()))
        .hint("add users with `authctl users add`, or choose another place with `AUTHCTL_HOME`")
}

/// 256 random bits in hexadecimal: the same text is the key for any server that takes a string.
pub(super) fn random_key() -> Result<Zeroizing<String>, Failure> {
    let mut bits = Zeroizing::new([0; 32]);
    getrandom::fill(bits.as_mut_slice())
        .map_err(|_| Failure::unknown("random", "no random numbers from the system"))?;
    let mut text = Zeroizing::new(String::with_capacity(65));
    for byte in bits.iter() {
        text.push(char::from(b"0123456789abcdef"[usize::from(byte >> 4)]));
        text.push(char::from(b"0123456789abcdef"[usize::from(byte & 15)]));
    }
    text.push('\n');
    Ok(text)
}

/// The command line that logs the user in.
pub(super) fn login(name: &str, scopes: &ScopeSet) -> String {
    let list = shell::quoted(&scopes.to_string().replace(' ', ","));
    let asked = match list.as_str() {
        _ if scopes.is_empty() => String::new(),
        // Neither of them may be taken for another option.
        list if list.trim_start_matches('\'').starts_with('-') => format!(" --scope={list}"),
        list => format!(" --scope {list}"),
    };
    if name.starts_with('-') {
        format!("authctl login{asked} {}", shell::last(name))
    } else {
        format!("authctl login {name}{asked}")
    }
}
