//! The topics of `authctl help`, which are sections of the manual too.
//!
//! A paragraph or an item is one line, however long: it is wrapped where it is shown. An item is indented by two blanks, and
//! has two or more between its term and its text. Four blanks begin a line that stays as it is.

use std::ffi::OsStr;

use clap_complete::engine::CompletionCandidate;

use crate::completion;

/// A text that is about no single command.
pub(crate) struct Topic {
    /// Its name after `authctl help`.
    pub(crate) name: &'static str,
    /// What it is about, as a list of topics says it.
    pub(crate) about: &'static str,
    /// The heading of its section in the manual.
    pub(crate) section: &'static str,
    pub(crate) text: &'static str,
}

/// All topics, in the order of their sections.
pub(crate) const TOPICS: [Topic; 4] = [
    Topic { name: "exit-codes", about: "What exit codes mean", section: "EXIT STATUS", text: EXIT_CODES },
    Topic { name: "files", about: "Where the key and the users are", section: "FILES", text: FILES },
    Topic {
        name: "environment",
        about: "The variables that are read",
        section: "ENVIRONMENT",
        text: ENVIRONMENT,
    },
    Topic { name: "users-file", about: "The format of users.toml", section: "DESCRIPTION", text: USERS_FILE },
];

/// Completes a word after `authctl help`: commands and topics.
pub(super) fn of_help(typed: &OsStr) -> Vec<CompletionCandidate> {
    completion::commands_or(typed, "help", TOPICS.iter().map(|topic| (topic.name, topic.about)))
}

/// Completes a word after `authctl man`: commands, and the topic that is a page of its own.
pub(super) fn of_man(typed: &OsStr) -> Vec<CompletionCandidate> {
    let pages = topic("users-file").into_iter().map(|topic| (topic.name, topic.about));
    completion::commands_or(typed, "man", pages)
}

/// The topic of that name.
pub(crate) fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

/// What `authctl help exit-codes` and the end of `--help` say.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:

  0    yes: done, or the token is good for everything asked
  1    no: wrong username or password, disabled user, scope not granted; malformed, forged, revoked or unacceptable token; a finding of `doctor`
  2    could not tell: wrong usage, no token given, missing, unreadable or invalid file, no or weak key, no terminal to prompt on, I/O error
  3    no: the token is genuine, but expired (or expires within `--min-ttl`)
  4    no: the token is genuine and live, but lacks a required scope
  130  interrupted by Ctrl-C (143: by SIGTERM)

When several hold, the code is that of the first in this order: shape and signature (1), type, issuer, audience and claims (1), time (3), user and revocation (1), scopes (4). Of many tokens the first refused one gives the code; 0 only if every one is good.

`--help` and `--version` are 0 only alone or beside names of commands, and of `check` they are 2, so that no value which a script passes on answers its question: write `authctl help check`.";

const FILES: &str = "\
The home of authctl is `$AUTHCTL_HOME`, else `$XDG_CONFIG_HOME/authctl`, else `~/.config/authctl`; on Windows `%APPDATA%\\authctl`. `authctl init` makes it and both files for their owner alone.

  secret.key  the key file, unless `--key-file` or `AUTHCTL_KEY_FILE` names another
  users.toml  the user store, unless `--users-file` or `AUTHCTL_USERS_FILE` names another; `authctl help users-file` says what is in it

The key file is told by its content:

  {...}        a JWK or a JWK Set (RFC 7517). The first key that can sign and is not retired signs; all that are not retired verify. `kid` names a key, `alg` picks its algorithm, `iat` is the time it was made, `authctl_tokens_until` the time its last token expires once it no longer signs, `authctl_retired` marks it as retired
  -----BEGIN   one PEM block, PKCS #8 or SPKI: Ed25519 is EdDSA, P-256 ES256, P-384 ES384, RSA of 2048 bits or more RS256
  else         a raw secret for HS256: one line of 32 to 1,024 visible ASCII characters without the final line end, or exactly 32, 48 or 64 bytes that are not text

With a public key everything but signing works. The key file may be a pipe, as `--key-file <(COMMAND)`. A change of a file takes a lock, writes a new file beside it and renames that over the old one: mode, owner, comments and order stay.";

const ENVIRONMENT: &str = "\
An option wins over a variable. A variable that is set but empty is an error.

  AUTHCTL_HOME        the home of authctl: see `authctl help files`
  AUTHCTL_USERS_FILE  the user store
  AUTHCTL_USERS_URL   the PostgreSQL database of users that several machines share: a `postgres://` URL
  AUTHCTL_KEY_FILE    the key file
  AUTHCTL_SECRET_KEY  the key itself, in any form that the file may have; not beside `AUTHCTL_KEY_FILE`
  NO_COLOR            no colours, as with `TERM=dumb`; `--color` wins
  TZ                  the time zone of times in tables
  PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSWORD, PGPASSFILE, PGSSLROOTCERT  parts that the URL of the database leaves out";

const USERS_FILE: &str = "\
The user store is a TOML file. Every table and field is optional, and an unknown one is an error, so that a misspelt `disabled` is not passed over. `authctl users` changes the file, and keeps comments and order.

[tokens], how tokens are issued and checked:

  issuer        written as `iss`, and demanded by `check`
  audience      written as `aud`, and demanded by `check`
  type          written as `typ` [default: JWT]. With `at+jwt` (RFC 9068) `check` demands it
  lifetime      of a token by default [default: 30m]
  max_lifetime  the longest that `login` grants [default: 24h]
  scope_claim   where `check` finds the scopes of a token: a path or a list of paths [default: scope]

[passwords], the policy for new passwords and their hashes:

  memory_kib, iterations, parallelism  the cost of Argon2id [default: 65536, 3, 4]
  min_length  the fewest characters of a new password [default: 8]
  rehash      true: a login replaces a hash that costs less, or is of another kind [default: false]

[scopes], all that can be granted, each with a description:

    me = \"Read information about the current user.\"
    \"users:read\" = \"List all users.\"

[users.NAME], one user; a name is 1 to 128 letters, digits and `. _ @ + -`:

  full_name, email   for people to read
  hashed_password    a hash as `authctl hash-password` prints it, or of another kind that is known; without one nobody logs in as this user
  disabled           true: no login, and no token is good [default: false]
  scopes             what `login` may grant [default: none]
  tokens_valid_from  tokens of other issuers from before are refused
  generation         raised by every sign-out and new password: tokens of a lower one are refused [default: 0]

[revoked] and [removed] are kept by `authctl revoke` and `authctl users remove`. A file with nothing but `users = \"postgres://...\"` names the database that has all of this.";
