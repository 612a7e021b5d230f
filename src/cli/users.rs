//! The command line of `authctl users`.

use std::path::PathBuf;

use authctl::auth::scope::ScopeSet;
use authctl::auth::user::Username;
use clap::{Args, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use super::NewPasswordArgs;
use crate::completion;

#[derive(Args, Debug)]
pub(crate) struct UsersArgs {
    #[command(subcommand)]
    pub(crate) command: Option<UsersCommand>,
}

// One user of the store.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The user
    #[arg(value_name = "NAME", add = ArgValueCompleter::new(completion::usernames))]
    pub(crate) name: Username,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum UsersCommand {
    /// List all users
    #[command(before_help = "Example:\n  authctl users list --json")]
    List,
    /// Show one user
    #[command(before_help = "Example:\n  authctl users show alice")]
    Show(Named),
    /// Add a user
    #[command(before_help = "Example:\n  authctl users add alice --full-name 'Alice Doe' --scope me")]
    Add(AddUserArgs),
    /// Set a new password; tokens from before are refused
    #[command(before_help = "Example:\n  authctl users passwd alice")]
    Passwd(PasswdArgs),
    /// Change full name and email; an empty value removes it
    #[command(before_help = "Example:\n  authctl users set alice --email alice@example.com")]
    Set(SetUserArgs),
    /// Grant scopes to a user
    #[command(before_help = "Example:\n  authctl users grant alice items")]
    Grant(ScopesOfUser),
    /// Take granted scopes back (also `users revoke`)
    ///
    /// `users revoke` is another name of it. Tokens are taken back by `authctl revoke`, all of a user by `users sign-out`.
    #[command(alias = "revoke", before_help = "Example:\n  authctl users ungrant alice items")]
    Ungrant(ScopesOfUser),
    /// Let a disabled user in again
    #[command(before_help = "Example:\n  authctl users enable alice")]
    Enable(Named),
    /// Keep a user out, tokens included
    #[command(before_help = "Example:\n  authctl users disable alice")]
    Disable(Named),
    /// Refuse every token a user has now
    #[command(before_help = "Example:\n  authctl users sign-out alice")]
    SignOut(Named),
    /// Remove a user
    #[command(before_help = "Example:\n  authctl users remove alice --yes")]
    Remove(RemoveUserArgs),
    /// Add users from another store, htpasswd, JSON, CSV or Authelia
    #[command(before_help = "Example:\n  authctl users import .htpasswd --scope me")]
    Import(ImportArgs),
    /// Print the whole store, or its users as JSON Lines with `--json`
    #[command(before_help = "Example:\n  authctl users export --no-hashes > users.toml")]
    Export(ExportArgs),
    /// Show the policies for tokens, passwords and scopes, or set them
    ///
    /// They are set in a database; in a file, edit `[tokens]`, `[passwords]` and `[scopes]`. Those of a database are
    /// printed with a line that names their version. A text with that line is set only if they were not changed since; one
    /// without it always.
    #[command(before_help = "Example:\n  authctl users policy --set policy.toml")]
    Policy(PolicyArgs),
}

#[derive(Args, Debug)]
pub(crate) struct AddUserArgs {
    /// The new user
    #[arg(value_name = "NAME")]
    pub(crate) name: Username,

    /// For people to read
    #[arg(long, value_name = "TEXT")]
    pub(crate) full_name: Option<String>,

    /// For people to read
    #[arg(long, value_name = "TEXT", value_hint = ValueHint::EmailAddress)]
    pub(crate) email: Option<String>,

    /// Scopes to grant
    ///
    /// Separated by commas or spaces; repeatable.
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// Add the user disabled
    #[arg(long)]
    pub(crate) disabled: bool,

    /// Add a service that never logs in with a password
    #[arg(long, conflicts_with_all = ["password_stdin", "generate", "allow_weak"])]
    pub(crate) no_password: bool,

    /// Read a hash from standard input, made elsewhere
    #[arg(long, conflicts_with_all = ["password_stdin", "generate", "allow_weak", "no_password"])]
    pub(crate) hash_stdin: bool,

    #[command(flatten)]
    pub(crate) password: NewPasswordArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ImportArgs {
    /// The file; `-` or none: standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,

    /// Scopes for all of them, instead of those in the file
    ///
    /// Separated by commas or spaces; repeatable.
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// Leave users alone who are in the store already
    #[arg(long)]
    pub(crate) skip_existing: bool,

    /// Say what would be done, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Args, Debug)]
pub(crate) struct PolicyArgs {
    /// Set those of the database to the ones in this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) set: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct ExportArgs {
    /// Leave out hashes, full names and emails
    ///
    /// For machines that only check tokens.
    #[arg(long)]
    pub(crate) no_hashes: bool,
}

#[derive(Args, Debug)]
pub(crate) struct PasswdArgs {
    #[command(flatten)]
    pub(crate) user: Named,

    #[command(flatten)]
    pub(crate) password: NewPasswordArgs,
}

#[derive(Args, Debug)]
#[group(id = "fields", required = true, multiple = true, args = ["full_name", "email"])]
pub(crate) struct SetUserArgs {
    #[command(flatten)]
    pub(crate) user: Named,

    /// The new full name
    #[arg(long, value_name = "TEXT")]
    pub(crate) full_name: Option<String>,

    /// The new email
    #[arg(long, value_name = "TEXT", value_hint = ValueHint::EmailAddress)]
    pub(crate) email: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct ScopesOfUser {
    #[command(flatten)]
    pub(crate) user: Named,

    /// The scopes, separated by commas or spaces
    #[arg(value_name = "LIST", required = true, add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scopes: Vec<ScopeSet>,
}

#[derive(Args, Debug)]
pub(crate) struct RemoveUserArgs {
    #[command(flatten)]
    pub(crate) user: Named,

    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,
}
