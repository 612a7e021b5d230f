//! `authctl init`: a key, a store and a first user.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use authctl::auth::change::NewUser;
use authctl::auth::password::PasswordPolicy;
use authctl::auth::password::strength::OwnWords;
use authctl::auth::scope::ScopeSet;
use authctl::store::safe_file;
use authctl::store::users_file::new_store;
use zeroize::Zeroizing;

use super::new_password::Rules;
use super::{generated, hash_password, new_password};
use crate::cli::{InitArgs, merged};
use crate::clock;
use crate::context::Context;
use crate::environment::KeySource;
use crate::error::{Exit, Failure, cannot};
use crate::output::shell;

/// Makes what is not there yet, and nothing if anything is.
pub(crate) fn run(args: &InitArgs, cx: &mut Context) -> Result<Exit> {
    let store_path = cx.files.users_path()?;
    let key_path = match cx.files.key_source()? {
        KeySource::File(path) => Some(path),
        KeySource::Secret(_) => {
            cx.keys()?;
            None
        }
    };
    for path in key_path.iter().chain([&store_path]) {
        if path.symlink_metadata().is_ok() {
            let failure = exists(path);
            return Err(match missing(key_path.as_deref(), &store_path) {
                Some(hint) => failure.hint(hint),
                None => failure,
            }
            .into());
        }
    }
    if args.user.is_none() && (args.password.generate || args.password.password_stdin) {
        return Err(Failure::usage("a password is for a user, and there is no `--user`").into());
    }

    let scopes = merged(&args.scope);
    let policy = PasswordPolicy::default();
    let mut generated = None;
    let user = match &args.user {
        None => None,
        Some(name) => {
            let own = OwnWords::of_server(None, None).and_of_user(name.as_str(), None, None);
            let rules = Rules { policy: &policy, store: None, own };
            let new = new_password::get(&args.password, &rules)?;
            generated = new.generated;
            let user = NewUser {
                name: name.clone(),
                full_name: None,
                email: None,
                hashed_password: Some(hash_password::hashed(&new.password, policy.params)?),
                disabled: false,
                scopes: scopes.clone(),
                tokens_valid_from: None,
                generation: 0,
            };
            // The key may be older, and with it tokens of an earlier user of that name.
            Some(
                user.begin(None, clock::now()?)
                    .map_err(|error| Failure::unknown("generation", error.to_string()))?,
            )
        }
    };
    let described: Vec<_> = scopes.iter().map(|scope| (scope.clone(), description(scope.as_str()))).collect();
    let text = new_store(&described, user.as_ref());

    let home = cx.files.home().ok();
    for path in key_path.iter().chain([&store_path]) {
        if let (Some(folder), Some(home)) = (path.parent(), &home)
            && folder == home
        {
            safe_file::create_home(home)
                .map_err(cannot(format_args!("make the folder `{}`", home.display())))?;
        }
    }
    if let Some(path) = &key_path {
        create(path, random_key()?.as_bytes())?;
    }
    let created = generated::tell("password:   ", generated.as_ref(), cx)
        .and_then(|()| Ok(create(&store_path, text.as_bytes())?));
    if let Err(error) = created {
        // The key is of no use to anyone yet.
        if let Some(path) = &key_path {
            let _still_there = std::fs::remove_file(path);
        }
        return Err(error);
    }
    say(args, key_path.as_ref(), &store_path, generated.as_ref(), cx)
}

/// A first description, for someone to replace.
fn description(scope: &str) -> String {
    format!("What a token with the scope {scope} permits.")
}

fn create(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    safe_file::create(path, bytes).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => exists(path),
        _ => cannot(format_args!("make `{}`", path.display()))(error),
    })
}

fn exists(path: &Path) -> Failure {
    Failure::no("exists", format!("`{}` is there already, and `init` overwrites nothing", path.display()))
        .hint("add users with `authctl users add`, or choose another place with `AUTHCTL_HOME`")
}

/// What is missing beside a file that is there, and how to make that alone.
fn missing(key: Option<&Path>, store: &Path) -> Option<String> {
    match key {
        Some(key) if key.symlink_metadata().is_err() => {
            Some(format!("for a key to it, run `authctl keys generate --output {}`", shell::path(key)))
        }
        _ if store.symlink_metadata().is_err() => {
            Some(format!("for an empty user store to it, run `touch {}`", shell::path(store)))
        }
        _ => None,
    }
}

/// 256 random bits in hexadecimal: the same text is the key for any server that takes a string.
fn random_key() -> Result<Zeroizing<String>, Failure> {
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
fn login(name: &str, scopes: &ScopeSet) -> String {
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

fn say(
    args: &InitArgs,
    key: Option<&PathBuf>,
    store: &Path,
    generated: Option<&Zeroizing<String>>,
    cx: &mut Context,
) -> Result<Exit> {
    use crate::output::escape::escape;
    let scopes = merged(&args.scope);
    let next = match &args.user {
        Some(name) => login(name.as_str(), &scopes),
        None => "authctl users add NAME --scope LIST".to_owned(),
    };
    let shown = |path: &Path| escape(&path.display().to_string()).into_owned();
    if cx.console.json {
        let mut json = serde_json::json!({
            "key_file": key.map(|path| path.display().to_string()),
            "users_file": store.display().to_string(),
            "username": args.user,
            "next": next,
        });
        if let Some(password) = generated {
            json["password"] = password.as_str().into();
        }
        let printed = cx.console.print_json(&json);
        match (generated, &args.user) {
            (Some(_), Some(name)) => generated::told(printed, name, cx)?,
            _ => printed?,
        }
        return Ok(Exit::Yes);
    }
    let out = &mut cx.console.stdout;
    match key {
        Some(path) => writeln!(out, "key:        {}", shown(path))?,
        None => writeln!(out, "key:        from AUTHCTL_SECRET_KEY")?,
    }
    writeln!(out, "user store: {}", shown(store))?;
    if let Some(name) = &args.user {
        writeln!(out, "user:       {name}")?;
    }
    writeln!(out, "next:       {next}")?;
    Ok(Exit::Yes)
}
