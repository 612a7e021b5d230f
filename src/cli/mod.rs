//! The command line: names, help, typed arguments. No behaviour.

mod keys;
mod tokens;
mod topics;
mod users;
mod values;

use std::path::PathBuf;

use authctl::auth::key::Algorithm;
use authctl::auth::scope::ScopeSet;
use authctl::auth::user::Username;
use clap::{ArgAction, Args, Parser, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use crate::completion::Shell;
use crate::console::ColorWhen;

pub(crate) use keys::{GenerateKeyArgs, KeysArgs, KeysCommand, RetireKeyArgs};
pub(crate) use tokens::{CheckArgs, DecodeArgs, IssueArgs, LoginArgs, NarrowArgs, RevokeArgs};
pub(crate) use topics::{EXIT_CODES, TOPICS, topic};
pub(crate) use users::{
    AddUserArgs, ExportArgs, ImportArgs, PasswdArgs, PolicyArgs, RemoveUserArgs, ScopesOfUser, SetUserArgs,
    UsersArgs, UsersCommand,
};
pub(crate) use values::merged;
use values::{algorithms, milliseconds};

/// Scoped tokens: log users in, issue JWTs with just the scopes granted, and check them
#[derive(Debug, Parser)]
#[command(
    name = "authctl",
    // Not the name of the file, which Windows ends with `.exe`.
    bin_name = "authctl",
    version,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    // With the summary of what it is, `-h` would be longer than a terminal.
    help_template = "{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}",
    before_help = EXAMPLE
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,

    /// Print help; `-h` a summary
    #[arg(short, long, action = ArgAction::Help, global = true, hide_short_help = true)]
    help: Option<bool>,

    /// Print version
    #[arg(short = 'V', long, action = ArgAction::Version, hide_short_help = true)]
    version: Option<bool>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// `check` without the descriptions of all other commands.
#[derive(Debug, Parser)]
#[command(name = "check")]
pub(crate) struct CheckAlone {
    #[command(flatten)]
    global: Global,

    #[command(flatten)]
    check: CheckArgs,
}

impl From<CheckAlone> for Cli {
    fn from(CheckAlone { global, check }: CheckAlone) -> Self {
        Self { global, help: None, version: None, command: Command::Check(check) }
    }
}

/// What a first hour looks like.
const EXAMPLE: &str = "Example:
  authctl init --user johndoe --scope me,items
  TOKEN=$(authctl login johndoe --scope me,items)
  echo \"$TOKEN\" | authctl check --require me,items";

const GLOBAL: &str = "Options of every command";

#[derive(Args, Debug)]
pub(crate) struct Global {
    /// The user store [default: users.toml in the home of authctl; env: `AUTHCTL_USERS_FILE`]
    ///
    /// Users that several machines share are in PostgreSQL: `AUTHCTL_USERS_URL` is its `postgres://` URL, or a users
    /// file that has nothing but `users = "URL"`.
    #[arg(long, global = true, hide_short_help = true, help_heading = GLOBAL, value_name = "FILE",
          value_hint = ValueHint::FilePath)]
    pub(crate) users_file: Option<PathBuf>,

    /// The key file [default: secret.key in the home of authctl; env: `AUTHCTL_KEY_FILE`]
    ///
    /// The key itself may be in `AUTHCTL_SECRET_KEY` instead, for CI. `authctl help files` says where the home is.
    #[arg(long, global = true, hide_short_help = true, help_heading = GLOBAL, value_name = "FILE",
          value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<PathBuf>,

    /// Answer in JSON
    #[arg(long, global = true, hide_short_help = true, help_heading = GLOBAL)]
    pub(crate) json: bool,

    /// When to colour
    #[arg(long, global = true, hide_short_help = true, help_heading = GLOBAL, value_name = "WHEN",
          default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Make a key, a user store and a first user
    ///
    /// What is there already is kept: so it also makes a store around the secret of a server, a key for a store, or a first
    /// user. Nothing is ever overwritten.
    #[command(before_help = "Example:\n  authctl init --user johndoe --scope me,items")]
    Init(InitArgs),
    /// Log a user in and print a token
    #[command(before_help = "Example:\n  TOKEN=$(authctl login johndoe --scope me,items)")]
    Login(LoginArgs),
    /// Say whether tokens are good for the required scopes, now
    #[command(before_help = "Example:\n  echo \"$TOKEN\" | authctl check --require me,items")]
    Check(CheckArgs),
    /// Show what tokens say; nothing is verified
    #[command(before_help = "Example:\n  echo \"$TOKEN\" | authctl decode")]
    Decode(DecodeArgs),
    /// Print a token for fewer scopes and a shorter time, to hand on
    ///
    /// The token given must be good, as `check` says. The new one is about the same user, never outlives it, and is revoked
    /// with it.
    #[command(before_help = "Example:\n  echo \"$TOKEN\" | authctl narrow --scope items --expires-in 10m")]
    Narrow(NarrowArgs),
    /// Print a token without a password, for services and tests
    ///
    /// For holders of the key that signs. The user must exist and be enabled; scopes and lifetime are bounded as for
    /// `login`.
    #[command(before_help = "Example:\n  TOKEN=$(authctl issue backup --scope items --expires-in 10m)")]
    Issue(IssueArgs),
    /// Hash a password with Argon2id, ready for the user store
    #[command(before_help = "Example:\n  authctl hash-password")]
    HashPassword(HashPasswordArgs),
    /// List and change the users of the store
    #[command(before_help = "Example:\n  authctl users add alice --full-name 'Alice Doe' --scope me")]
    Users(UsersArgs),
    /// List, make, rotate and retire keys; hand out the public ones
    #[command(before_help = "Example:\n  authctl keys rotate")]
    Keys(KeysArgs),
    /// Take tokens back: every check from now on refuses them
    ///
    /// All tokens of a user at once are taken back by `users sign-out`, and granted scopes by `users ungrant`.
    #[command(before_help = "Example:\n  echo \"$TOKEN\" | authctl revoke")]
    Revoke(RevokeArgs),
    /// Find what is wrong with the key, the users and their files
    ///
    /// Exit 0 if nothing is, 1 if anything is, 2 if something could not be read.
    #[command(
        before_help = "Example:\n  authctl doctor\n  authctl doctor --store-only --users-file users.toml"
    )]
    Doctor(DoctorArgs),
    /// Print a completion script for a shell
    #[command(before_help = "Example:\n  source <(authctl completions bash)")]
    Completions(CompletionsArgs),
    /// Print the manual pages
    #[command(
        before_help = "Example:\n  authctl man | man -l -\n  authctl man --output /usr/local/share/man/man1"
    )]
    Man(ManArgs),
    /// Show help for a command, or a topic
    #[command(before_help = "Example:\n  authctl help login\n  authctl help exit-codes")]
    Help(HelpArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command, or `users-file` [default: authctl itself]
    #[arg(value_name = "COMMAND", conflicts_with = "output", add = ArgValueCompleter::new(topics::of_man))]
    pub(crate) command: Vec<String>,

    /// Write all pages into this folder instead
    ///
    /// Into `man1` those of section 1 alone, and those of section 5 into the `man5` beside it.
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct HelpArgs {
    /// A command, `exit-codes`, `files`, `environment` or `users-file`
    #[arg(value_name = "TOPIC", add = ArgValueCompleter::new(topics::of_help))]
    pub(crate) topic: Vec<String>,
}

// Where a password comes from that is not asked for on the terminal. As a doc comment this would take the place of that of
// each command which it is flattened into; so would those of the other two.
#[derive(Args, Debug)]
pub(crate) struct PasswordSource {
    /// Read the password from standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

// Where a new password comes from.
#[derive(Args, Debug)]
pub(crate) struct NewPasswordArgs {
    /// Read the password from standard input
    #[arg(long)]
    pub(crate) password_stdin: bool,

    /// Make a random password, and print it once
    #[arg(long, conflicts_with = "password_stdin")]
    pub(crate) generate: bool,

    /// Take a password that is common or easy to guess
    #[arg(long)]
    pub(crate) allow_weak: bool,
}

#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// A first user
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<Username>,

    /// Scopes to declare in a new store, and to grant the user
    ///
    /// Separated by commas or spaces; repeatable.
    #[arg(short, long, value_name = "LIST")]
    pub(crate) scope: Vec<ScopeSet>,

    /// Make a key for this algorithm
    ///
    /// The key file is a JWK Set then [default: a raw secret, for HS256]. It can be HS256, HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or
    /// `EdDSA`.
    #[arg(long, value_name = "ALG", hide_possible_values = true, value_parser = algorithms())]
    pub(crate) alg: Option<Algorithm>,

    #[command(flatten)]
    pub(crate) password: NewPasswordArgs,
}

#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// Judge what the user store says, and neither key nor modes
    ///
    /// For a store in version control, or one that is on its way to another machine.
    #[arg(long, conflicts_with = "key_only")]
    pub(crate) store_only: bool,

    /// Judge the key and its file alone, without a user store
    #[arg(long)]
    pub(crate) key_only: bool,
}

#[derive(Args, Debug)]
pub(crate) struct HashPasswordArgs {
    /// Memory in KiB [default: the store's, or 65536]
    #[arg(long, value_name = "N")]
    pub(crate) memory_kib: Option<u32>,

    /// Passes over the memory [default: the store's, or 3]
    #[arg(long, value_name = "N")]
    pub(crate) iterations: Option<u32>,

    /// Lanes [default: the store's, or 4]
    #[arg(long, value_name = "N")]
    pub(crate) parallelism: Option<u32>,

    /// Say by the exit code whether the password fits
    #[arg(long, value_name = "HASH", conflicts_with_all = ["memory_kib", "iterations", "parallelism"])]
    pub(crate) verify: Option<String>,

    /// Print parameters for a hash that takes this long
    ///
    /// On this machine, such as 500ms.
    #[arg(long, value_name = "TIME", value_parser = milliseconds,
          conflicts_with_all = ["verify", "password_stdin", "iterations"])]
    pub(crate) calibrate: Option<std::time::Duration>,

    #[command(flatten)]
    pub(crate) password: PasswordSource,
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}
