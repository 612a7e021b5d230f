//! The command line: names, help, typed arguments. No behaviour.

mod keys;
mod users;
mod values;

use std::ffi::OsString;
use std::path::PathBuf;

use authctl::auth::claim_path::ClaimPath;
use authctl::auth::key::Algorithm;
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::Username;
use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::engine::ArgValueCompleter;

use crate::completion::{self, Shell};
use crate::console::ColorWhen;

pub(crate) use keys::{GenerateKeyArgs, KeysArgs, KeysCommand, RetireKeyArgs};
pub(crate) use users::{
    AddUserArgs, ExportArgs, ImportArgs, PasswdArgs, PolicyArgs, RemoveUserArgs, ScopesOfUser, SetUserArgs,
    UsersArgs, UsersCommand,
};
pub(crate) use values::{AlgorithmList, merged};
use values::{algorithms, date_and_time, milliseconds};

/// Scoped tokens: log users in, issue JWTs with just the scopes granted, and check them
#[derive(Debug, Parser)]
#[command(
    name = "authctl",
    version,
    disable_help_subcommand = true,
    before_help = "Example:
  authctl init --user johndoe --scope me,items     # a key, a user store and a first user
  TOKEN=$(authctl login johndoe --scope me,items)  # asks for the password
  echo \"$TOKEN\" | authctl check --require me,items # exit 0: good for both, now",
    after_help = EXIT_CODES
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What `authctl help exit-codes` and the end of `--help` say.
pub(crate) const EXIT_CODES: &str = "Exit codes:
  0    yes: done, or the token is good for everything asked
  1    no: wrong username or password, disabled user, scope not granted; malformed, forged, revoked
       or unacceptable token; a finding of `doctor`
  2    could not tell: wrong usage, no token given, missing, unreadable or invalid file, no or weak
       key, no terminal to prompt on, I/O error
  3    no: the token is genuine, but expired (or expires within `--min-ttl`)
  4    no: the token is genuine and live, but lacks a required scope
  130  interrupted by Ctrl-C (143: by SIGTERM)

When several hold, the code is that of the first in this order: shape and signature (1), type,
issuer, audience and claims (1), time (3), user and revocation (1), scopes (4). Of many tokens the
first refused one gives the code; 0 only if every one is good.

`--help` and `--version` are 0 only alone or beside names of commands, and of `check` they are 2, so
that no value which a script passes on answers its question: write `authctl help check`.";

const GLOBAL: &str = "Options of every command";

#[derive(Args, Debug)]
pub(crate) struct Global {
    /// The user store [default: users.toml in the home of authctl; env: `AUTHCTL_USERS_FILE`]
    ///
    /// Users that several machines share are in PostgreSQL: `AUTHCTL_USERS_URL` is its `postgres://` URL, or a users
    /// file that has nothing but `users = "URL"`.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) users_file: Option<PathBuf>,

    /// The key file [default: secret.key in the home of authctl; env: `AUTHCTL_KEY_FILE`]
    ///
    /// The key itself may be in `AUTHCTL_SECRET_KEY` instead, for CI. The home of authctl is
    /// `$AUTHCTL_HOME`, else `$XDG_CONFIG_HOME/authctl`, else `~/.config/authctl`.
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<PathBuf>,

    /// Answer in JSON
    #[arg(long, global = true, help_heading = GLOBAL)]
    pub(crate) json: bool,

    /// When to colour
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "WHEN", default_value = "auto")]
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
    #[command(
        before_help = "Example:\n  echo \"$TOKEN\" | authctl check --require me,items",
        after_help = EXIT_CODES
    )]
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
    /// List, make, rotate and retire keys, and hand out the public ones
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
    /// Show help for a command, or the exit codes
    #[command(before_help = "Example:\n  authctl help login\n  authctl help exit-codes")]
    Help(HelpArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// The command to print the page of [default: authctl itself]
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    pub(crate) command: Vec<String>,

    /// Write all pages into this folder instead
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct HelpArgs {
    /// A command, or `exit-codes`
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: Vec<String>,
}

// Where a password comes from that is not asked for on the terminal. As a doc comment this would take the place of that of
// each command which it is flattened into; so would those of the other two.
#[derive(Args, Debug)]
pub(crate) struct PasswordSource {
    /// Read the password from standard input instead of the terminal
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

// Where a new password comes from.
#[derive(Args, Debug)]
pub(crate) struct NewPasswordArgs {
    /// Read the password from standard input instead of the terminal
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

    /// Scopes to declare in a new store, and to grant to the first user
    #[arg(short, long, value_name = "LIST")]
    pub(crate) scope: Vec<ScopeSet>,

    /// Make a key for this algorithm, as a JWK Set [default: a raw secret, for HS256]
    #[arg(long, value_name = "ALG", value_parser = algorithms())]
    pub(crate) alg: Option<Algorithm>,

    #[command(flatten)]
    pub(crate) password: NewPasswordArgs,
}

#[derive(Args, Debug)]
pub(crate) struct LoginArgs {
    /// The user who logs in; asked for if absent
    #[arg(add = ArgValueCompleter::new(completion::usernames))]
    pub(crate) username: Option<String>,

    /// Scopes for the token, separated by commas or spaces; without any it permits nothing
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// Take all scopes that the user was granted
    #[arg(long, conflicts_with = "scope")]
    pub(crate) all_scopes: bool,

    /// How long the token lives: 90s, 30m, 12h, 7d, or seconds [default: `lifetime` of the store]
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) expires_in: Option<Span>,

    #[command(flatten)]
    pub(crate) password: PasswordSource,
}

#[derive(Args, Debug)]
pub(crate) struct NarrowArgs {
    /// The token; `-` or none: from standard input
    #[arg(value_name = "TOKEN")]
    pub(crate) token: Option<OsString>,

    /// Scopes for the new token, which the token given must permit, separated by commas or spaces
    #[arg(short, long, value_name = "LIST", required = true,
          add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// How long the new token lives, at most as long as the one given: 30m, or seconds [default: `lifetime` of the store]
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) expires_in: Option<Span>,

    /// Write this `aud` [default: that of the token given]
    #[arg(long, value_name = "AUDIENCE")]
    pub(crate) audience: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct IssueArgs {
    /// The user of the token (`sub`)
    #[arg(value_name = "USER", add = ArgValueCompleter::new(completion::usernames))]
    pub(crate) user: String,

    /// Scopes for the token, separated by commas or spaces; without any it permits nothing
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// How long the token lives: 90s, 30m, 12h, 7d, or seconds [default: `lifetime` of the store]
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) expires_in: Option<Span>,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The tokens; `-` or none: from standard input, one a line
    #[arg(value_name = "TOKEN")]
    pub(crate) tokens: Vec<OsString>,

    /// Scopes that the token must permit, all of them
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) require: Vec<ScopeSet>,

    /// Take the scopes from this claim, such as `scp` or `realm_access.roles`; repeatable [default: `scope_claim` of the
    /// store, else `scope`]
    #[arg(long, value_name = "PATH")]
    pub(crate) scope_claim: Vec<ClaimPath>,

    /// Accept only these algorithms, separated by commas or spaces [default: those of the keys]
    #[arg(long, value_name = "LIST")]
    pub(crate) alg: Vec<AlgorithmList>,

    /// Require this user (`sub`)
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(completion::usernames))]
    pub(crate) user: Option<String>,

    /// Require this issuer (`iss`) [default: `issuer` of the store]
    #[arg(long, value_name = "ISSUER")]
    pub(crate) issuer: Option<String>,

    /// Require this audience (`aud`) [default: `audience` of the store]
    #[arg(long, value_name = "AUDIENCE")]
    pub(crate) audience: Option<String>,

    /// Accept a token this long after it expires, at most 5m
    #[arg(long, value_name = "DUR", default_value = "0", allow_negative_numbers = true)]
    pub(crate) leeway: Span,

    /// Require the token to be good for this long from now
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) min_ttl: Option<Span>,

    /// Judge the token alone: ask no user store
    #[arg(long)]
    pub(crate) stateless: bool,

    /// Say nothing: the exit code is the answer
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

#[derive(Args, Debug)]
pub(crate) struct RevokeArgs {
    /// The tokens; `-` or none: from standard input, one a line
    #[arg(value_name = "TOKEN", conflicts_with_all = ["id", "list", "prune"])]
    pub(crate) tokens: Vec<OsString>,

    /// Revoke a token that is not at hand, by its `jti`
    #[arg(long, value_name = "JTI", requires = "expires", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) id: Option<String>,

    /// When the token of `--id` expires, such as 2026-11-21T21:00:00Z: until a day later it is remembered
    #[arg(long, value_name = "TIME", requires = "id", value_parser = date_and_time)]
    pub(crate) expires: Option<Timestamp>,

    /// List the revoked tokens, the first to expire first
    #[arg(long, conflicts_with_all = ["id", "prune"])]
    pub(crate) list: bool,

    /// Only forget revoked tokens that expired more than a day ago
    #[arg(long, conflicts_with = "id")]
    pub(crate) prune: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DoctorArgs {
    /// Judge what the user store says, and neither the key nor permissions: for a store in version control
    #[arg(long, conflicts_with = "key_only")]
    pub(crate) store_only: bool,

    /// Judge the key and its file alone: for a machine without a user store
    #[arg(long)]
    pub(crate) key_only: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DecodeArgs {
    /// The tokens; `-` or none: from standard input, one a line
    #[arg(value_name = "TOKEN")]
    pub(crate) tokens: Vec<OsString>,

    /// Print this claim alone: strings as they are, anything else as JSON
    #[arg(long, value_name = "NAME")]
    pub(crate) claim: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct HashPasswordArgs {
    /// Memory in KiB [default: the store's policy, else 65536]
    #[arg(long, value_name = "N")]
    pub(crate) memory_kib: Option<u32>,

    /// Passes over the memory [default: the store's policy, else 3]
    #[arg(long, value_name = "N")]
    pub(crate) iterations: Option<u32>,

    /// Lanes [default: the store's policy, else 4]
    #[arg(long, value_name = "N")]
    pub(crate) parallelism: Option<u32>,

    /// Say whether the password is the one of this hash, by the exit code
    #[arg(long, value_name = "HASH", conflicts_with_all = ["memory_kib", "iterations", "parallelism"])]
    pub(crate) verify: Option<String>,

    /// Print parameters with which a hash takes about this long here, such as 500ms
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
