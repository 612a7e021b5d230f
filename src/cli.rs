//! The command line: names, help, typed arguments. No behaviour.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use authctl::auth::claim_path::ClaimPath;
use authctl::auth::key::Algorithm;
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::Username;
use authctl::auth::words::brief;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter};

use crate::completion::{self, Shell};
use crate::console::ColorWhen;

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

    /// Scopes to declare, and to grant to the first user
    #[arg(short, long, value_name = "LIST")]
    pub(crate) scope: Vec<ScopeSet>,

    #[command(flatten)]
    pub(crate) password: NewPasswordArgs,
}

#[derive(Args, Debug)]
pub(crate) struct LoginArgs {
    /// Who logs in; asked for if absent
    #[arg(add = ArgValueCandidates::new(completion::usernames))]
    pub(crate) username: Option<String>,

    /// Scopes for the token, separated by commas or spaces; without any it permits nothing
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// Everything granted to the user
    #[arg(long, conflicts_with = "scope")]
    pub(crate) all_scopes: bool,

    /// How long the token lives: 90s, 30m, 12h, 7d [default: `lifetime` of the store]
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

    /// How long the new token lives, at most as long as the one given [default: `lifetime` of the store]
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) expires_in: Option<Span>,

    /// Write this `aud` [default: that of the token given]
    #[arg(long, value_name = "AUDIENCE")]
    pub(crate) audience: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct IssueArgs {
    /// The user whom the token is about
    #[arg(value_name = "USER", add = ArgValueCandidates::new(completion::usernames))]
    pub(crate) user: String,

    /// Scopes for the token, separated by commas or spaces; without any it permits nothing
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// How long the token lives: 90s, 30m, 12h, 7d [default: `lifetime` of the store]
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) expires_in: Option<Span>,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The tokens; `-` or none: from standard input, one a line
    #[arg(value_name = "TOKEN")]
    pub(crate) tokens: Vec<OsString>,

    /// Scopes that all have to be in the token
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) require: Vec<ScopeSet>,

    /// Take the scopes from this claim, such as `scp` or `realm_access.roles`; repeatable [default: `scope_claim` of the
    /// store, else `scope`]
    #[arg(long, value_name = "PATH")]
    pub(crate) scope_claim: Vec<ClaimPath>,

    /// Accept only these algorithms, separated by commas or spaces [default: those of the keys]
    #[arg(long, value_name = "LIST")]
    pub(crate) alg: Vec<AlgorithmList>,

    /// Whom the token has to be about
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(completion::usernames))]
    pub(crate) user: Option<String>,

    /// What `iss` has to be [default: `issuer` of the store]
    #[arg(long, value_name = "ISSUER")]
    pub(crate) issuer: Option<String>,

    /// What `aud` has to name [default: `audience` of the store]
    #[arg(long, value_name = "AUDIENCE")]
    pub(crate) audience: Option<String>,

    /// For how long after its expiry a token is good still, at most 5m
    #[arg(long, value_name = "DUR", default_value = "0", allow_negative_numbers = true)]
    pub(crate) leeway: Span,

    /// For how long from now on the token has to be good
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) min_ttl: Option<Span>,

    /// Judge the token alone: ask no user store
    #[arg(long)]
    pub(crate) stateless: bool,

    /// Say nothing: the exit code is the answer
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// Algorithms separated by commas or spaces; at least one.
#[derive(Clone, Debug)]
pub(crate) struct AlgorithmList(pub(crate) Vec<Algorithm>);

impl FromStr for AlgorithmList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split([',', ' ']).filter(|name| !name.is_empty());
        let list: Vec<Algorithm> = names
            .map(|name| name.parse().map_err(|error| format!("`{}` is {error}", brief(name))))
            .collect::<Result<_, _>>()?;
        if list.is_empty() { Err("it names no algorithm".to_owned()) } else { Ok(Self(list)) }
    }
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

/// A date and a time with an offset (RFC 3339). A fraction is rounded up: what is remembered until then is remembered
/// a bit longer.
fn date_and_time(text: &str) -> Result<Timestamp, String> {
    let wrong = || "not a date and a time with an offset, such as `2026-11-21T21:00:00Z`";
    // A `jiff::Timestamp` ends a day before the year 9999 does; the parts do not.
    let parts = jiff::fmt::temporal::Pieces::parse(text).map_err(|_| wrong())?;
    let offset =
        parts.to_numeric_offset().filter(|_| parts.time_zone_annotation().is_none()).ok_or_else(wrong)?;
    let local = parts.date().to_datetime(parts.time().ok_or_else(wrong)?);
    let since_epoch = local.duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0));
    let seconds = since_epoch.as_secs() - i64::from(offset.seconds());
    let seconds = seconds + i64::from(since_epoch.subsec_nanos() > 0);
    let seconds = u64::try_from(seconds).ok().and_then(Timestamp::new);
    seconds.ok_or_else(|| "not in the years 1970 to 9999".to_owned())
}

/// `500ms`, or a duration as everywhere, up to a minute.
fn milliseconds(text: &str) -> Result<std::time::Duration, String> {
    let wrong = || "not a time such as `500ms` or `2s`".to_owned();
    let duration = match text.strip_suffix("ms") {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            std::time::Duration::from_millis(digits.parse().map_err(|_| wrong())?)
        }
        _ => std::time::Duration::from_secs(text.parse::<Span>().map_err(|_| wrong())?.as_seconds()),
    };
    if duration.is_zero() || duration > std::time::Duration::from_mins(1) {
        return Err("a hash takes more than nothing and at most a minute".to_owned());
    }
    Ok(duration)
}

#[derive(Args, Debug)]
pub(crate) struct UsersArgs {
    #[command(subcommand)]
    pub(crate) command: Option<UsersCommand>,
}

// One user of the store.
#[derive(Args, Debug)]
pub(crate) struct Named {
    /// The user
    #[arg(value_name = "NAME", add = ArgValueCandidates::new(completion::usernames))]
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
    /// Take granted scopes back from a user
    #[command(before_help = "Example:\n  authctl users revoke alice items")]
    Revoke(ScopesOfUser),
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
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// Add the user disabled
    #[arg(long)]
    pub(crate) disabled: bool,

    /// Add a service that never logs in with a password
    #[arg(long, conflicts_with_all = ["password_stdin", "generate", "allow_weak"])]
    pub(crate) no_password: bool,

    /// Read the hash of the password from standard input, as another program made it
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
pub(crate) struct ExportArgs {
    /// Leave out hashes, full names and emails: for machines that only check tokens
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

#[derive(Args, Debug)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    pub(crate) command: Option<KeysCommand>,
}

#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub(crate) enum KeysCommand {
    /// List all keys
    #[command(before_help = "Example:\n  authctl keys list --json")]
    List,
    /// Make a new key, apart from those in use
    #[command(before_help = "Example:\n  authctl keys generate --alg ES256 --output issuer.jwk")]
    Generate(GenerateKeyArgs),
    /// Sign with a new key from now on; tokens of the old ones stay good
    ///
    /// The new key comes first in the key file, which becomes a JWK Set if it is not one. Where machines
    /// check tokens with a public set of their own, give them the new one first: rotate a copy of the key
    /// file, hand out its `keys public`, and then put the copy in place.
    #[command(before_help = "Example:\n  authctl keys rotate")]
    Rotate(RotateKeyArgs),
    /// Refuse all tokens of a key from now on
    #[command(before_help = "Example:\n  authctl keys retire 9i_wN1Sog4UXsdqPRR0OVrbRrFcm2Xg0VvH9cJYb10M")]
    Retire(RetireKeyArgs),
    /// Print the public keys as a JWK Set, for machines that only check tokens
    #[command(before_help = "Example:\n  authctl keys public > public.jwks")]
    Public,
}

#[derive(Args, Debug)]
pub(crate) struct GenerateKeyArgs {
    /// What it is to sign with
    #[arg(long, value_name = "ALG", default_value_t = Algorithm::EdDSA, value_parser = algorithms())]
    pub(crate) alg: Algorithm,

    /// Make this file, which only you can read, instead of printing the key
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct RotateKeyArgs {
    /// What to sign with [default: as before, but `EdDSA` after a raw secret]
    #[arg(long, value_name = "ALG", value_parser = algorithms())]
    pub(crate) alg: Option<Algorithm>,
}

#[derive(Args, Debug)]
pub(crate) struct RetireKeyArgs {
    /// The key as `authctl keys` lists it
    #[arg(value_name = "KEY", allow_hyphen_values = true, add = ArgValueCandidates::new(completion::keys))]
    pub(crate) key: String,
}

/// Any algorithm, by its exact name.
fn algorithms() -> impl TypedValueParser<Value = Algorithm> {
    let names = Algorithm::ALL.map(Algorithm::as_str);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Algorithm>())
}

#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell
    pub(crate) shell: Shell,
}

/// All the lists given, as one.
pub(crate) fn merged(lists: &[ScopeSet]) -> ScopeSet {
    lists.iter().flatten().cloned().collect()
}
