//! The arguments of commands that make, judge, show or take back tokens.

use std::ffi::OsString;

use authctl::auth::claim_path::ClaimPath;
use authctl::auth::key::Algorithm;
use authctl::auth::scope::ScopeSet;
use authctl::auth::time::{Span, Timestamp};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use clap_complete::engine::ArgValueCompleter;

use super::PasswordSource;
use super::values::{AlgorithmList, date_and_time};
use crate::completion;

#[derive(Args, Debug)]
pub(crate) struct LoginArgs {
    /// The user who logs in; asked for if absent
    #[arg(add = ArgValueCompleter::new(completion::usernames))]
    pub(crate) username: Option<String>,

    /// Scopes for the token; without any it permits nothing
    ///
    /// Separated by commas or spaces; repeatable.
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// Take all scopes that the user was granted
    #[arg(long, conflicts_with = "scope")]
    pub(crate) all_scopes: bool,

    /// How long the token lives: 30m, 12h, or seconds
    ///
    /// A number of seconds, or with a unit: 90s, 30m, 12h, 7d [default: `lifetime` of the store]
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

    /// Scopes for the new token, out of those given
    ///
    /// Separated by commas or spaces; repeatable.
    #[arg(short, long, value_name = "LIST", required = true,
          add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// How long the new token lives: 30m, 12h, or seconds
    ///
    /// At most as long as the one given. A number of seconds, or with a unit: 90s, 30m, 12h, 7d [default: `lifetime` of the
    /// store]
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

    /// Scopes for the token; without any it permits nothing
    ///
    /// Separated by commas or spaces; repeatable.
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) scope: Vec<ScopeSet>,

    /// How long the token lives: 30m, 12h, or seconds
    ///
    /// A number of seconds, or with a unit: 90s, 30m, 12h, 7d [default: `lifetime` of the store]
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) expires_in: Option<Span>,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The tokens; `-` or none: from standard input, one a line
    #[arg(value_name = "TOKEN")]
    pub(crate) tokens: Vec<OsString>,

    /// Scopes that the token must permit, all of them
    ///
    /// Separated by commas or spaces; repeatable.
    #[arg(short, long, value_name = "LIST", add = ArgValueCompleter::new(completion::scope_list))]
    pub(crate) require: Vec<ScopeSet>,

    /// Take the scopes from this claim, such as `scp`
    ///
    /// Members of members are joined by dots: `realm_access.roles`. Repeatable [default: `scope_claim` of the store, else
    /// `scope`]
    #[arg(long, value_name = "PATH")]
    pub(crate) scope_claim: Vec<ClaimPath>,

    /// Accept only these algorithms
    ///
    /// Separated by commas or spaces; repeatable [default: those of the keys]
    #[arg(long, value_name = "LIST")]
    pub(crate) alg: Vec<AlgorithmList>,

    /// Require this user (`sub`)
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(completion::usernames))]
    pub(crate) user: Option<String>,

    /// Require this issuer (`iss`) [default: the store's]
    #[arg(long, value_name = "ISSUER")]
    pub(crate) issuer: Option<String>,

    /// Require this audience (`aud`) [default: the store's]
    #[arg(long, value_name = "AUD")]
    pub(crate) audience: Option<String>,

    /// Accept it this long after its expiry
    ///
    /// At most 5m.
    #[arg(long, value_name = "DUR", default_value = "0", allow_negative_numbers = true)]
    pub(crate) leeway: Span,

    /// Require it to be good for this long from now
    ///
    /// Until its expiry: `--leeway` adds nothing to that.
    #[arg(long, value_name = "DUR", allow_negative_numbers = true)]
    pub(crate) min_ttl: Option<Span>,

    /// Judge the token alone: ask no user store
    #[arg(long)]
    pub(crate) stateless: bool,

    /// Say nothing: the exit code is the answer
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

impl CheckArgs {
    /// The algorithms that `--alg` names, each once; none if it is not given.
    pub(crate) fn algorithms(&self) -> Vec<Algorithm> {
        let named = |algorithm: &Algorithm| self.alg.iter().any(|list| list.0.contains(algorithm));
        Algorithm::ALL.into_iter().filter(named).collect()
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

    /// When that token expires, such as 2026-11-21T21:00:00Z
    ///
    /// It is remembered until a day later.
    #[arg(long, value_name = "TIME", requires = "id", value_parser = date_and_time)]
    pub(crate) expires: Option<Timestamp>,

    /// List the revoked tokens, the first to expire first
    #[arg(long, conflicts_with_all = ["id", "prune"])]
    pub(crate) list: bool,

    /// Only forget those that expired more than a day ago
    #[arg(long, conflicts_with = "id")]
    pub(crate) prune: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DecodeArgs {
    /// The tokens; `-` or none: from standard input, one a line
    #[arg(value_name = "TOKEN")]
    pub(crate) tokens: Vec<OsString>,

    /// Print this claim alone: a string as it is, else JSON
    #[arg(long, value_name = "NAME")]
    pub(crate) claim: Option<String>,
}
