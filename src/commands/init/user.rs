//! The first user.

use anyhow::Result;
use authctl::auth::password::strength::OwnWords;
use authctl::auth::password::{PasswordHash, PasswordPolicy};
use authctl::auth::scope::ScopeSet;
use authctl::auth::user::{User, Username};
use authctl::auth::words;
use zeroize::Zeroizing;

use super::store::StorePart;
use crate::cli::InitArgs;
use crate::commands::hash_password::{hashed, strong};
use crate::commands::new_password::{self, NewPassword, Rules};
use crate::commands::users::rules_for_new;
use crate::context::Context;
use crate::error::Failure;
use crate::output::shell;

/// The user who was asked for.
pub(super) enum UserPart {
    NotAsked,
    Kept(User),
    New { user: User, generated: Option<Zeroizing<String>> },
}

/// Refuses a password for no user.
pub(super) fn refuse_password_alone(args: &InitArgs) -> Result<(), Failure> {
    if args.user.is_none() && (args.password.generate || args.password.password_stdin) {
        return Err(Failure::usage("a password is for a user, and there is no `--user`"));
    }
    Ok(())
}

impl UserPart {
    /// Finds the user in the store, or gets a password that keeps its rules for a new one.
    pub(super) fn find(args: &InitArgs, scopes: &ScopeSet, store: &StorePart, cx: &Context) -> Result<Self> {
        let Some(name) = &args.user else { return Ok(Self::NotAsked) };
        if let Some(user) = store.user() {
            say_not_granted(user, scopes, cx);
            return Ok(Self::Kept(user.clone()));
        }
        let (policy, own, named) = if store.is_new() {
            (PasswordPolicy::default(), OwnWords::of_server(None, None), None)
        } else {
            let (policy, own) = rules_for_new(name, scopes, cx)?;
            (policy, own, Some(cx.files.store_name()?))
        };
        let params = strong(policy.params)?;
        let own = own.and_of_user(name.as_str(), None, None);
        let rules = Rules { policy: &policy, store: named.as_deref(), own };
        let NewPassword { password, generated } = new_password::get(&args.password, &rules)?;
        let hash = PasswordHash::parse(&hashed(&password, params)?);
        let user = User { scopes: scopes.clone(), ..User::new(name.clone(), Some(hash)) };
        Ok(Self::New { user, generated })
    }

    pub(super) const fn is_new(&self) -> bool {
        matches!(self, Self::New { .. })
    }

    pub(super) const fn new_user(&self) -> Option<&User> {
        match self {
            Self::New { user, .. } => Some(user),
            _ => None,
        }
    }

    /// The password that was made up.
    pub(super) const fn generated(&self) -> Option<&Zeroizing<String>> {
        match self {
            Self::New { generated, .. } => generated.as_ref(),
            _ => None,
        }
    }

    pub(super) const fn name(&self) -> Option<&Username> {
        match self {
            Self::NotAsked => None,
            Self::Kept(user) | Self::New { user, .. } => Some(&user.name),
        }
    }
}

/// Says which of `scopes` a user who is kept does not have.
fn say_not_granted(user: &User, scopes: &ScopeSet, cx: &Context) {
    let missing: ScopeSet =
        scopes.iter().filter(|scope| !user.scopes.contains(scope.as_str())).cloned().collect();
    if missing.is_empty() {
        return;
    }
    let name = &user.name;
    cx.console
        .say("note", format_args!("user `{name}` is kept, and is not granted {}", words::list(&missing)));
    let words = [shell::quoted(name.as_str()), shell::quoted(&missing.to_string().replace(' ', ","))];
    let is_like_option = words.iter().any(|word| word.trim_start_matches('\'').starts_with('-'));
    let dashes = if is_like_option { "-- " } else { "" };
    cx.console.say("hint", format_args!("run `authctl users grant {dashes}{}`", words.join(" ")));
}
