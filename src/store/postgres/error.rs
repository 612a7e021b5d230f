//! Why a database gave no answer, or a change was not made.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use super::address::Server;
use crate::auth::change::ChangeError;
use crate::auth::words;
use crate::store::users_file::StoreFault;

/// Why a database gave no answer. No password is ever in it, nor a part of one.
///
/// The request was not carried out then: only `UnknownOutcome` of an edit says otherwise.
#[derive(Clone, Debug, Error)]
pub enum DatabaseError {
    /// The name of the host has no address.
    #[error("cannot find the address of {server}: {reason}")]
    Unresolved {
        /// The server.
        server: Server,
        /// What the system says.
        reason: String,
    },
    /// No connection is made.
    #[error("cannot connect to {server}: {reason}")]
    Unreachable {
        /// The server.
        server: Server,
        /// What the system says.
        reason: String,
    },
    /// The server, or the network before it, does not answer a new connection.
    #[error("{server} did not answer a new connection within {}", seconds(*.within))]
    Mute {
        /// The server.
        server: Server,
        /// How long it had.
        within: Duration,
    },
    /// A connection was made, and no answer came in time: a lock, load, or the network.
    #[error("{server} did not answer within {}", seconds(*.within))]
    Slow {
        /// The server.
        server: Server,
        /// How long it had.
        within: Duration,
    },
    /// All connections of this process were in use.
    #[error("no connection to the database became free within {}", seconds(*.0))]
    Busy(Duration),
    /// The server gave a transaction up for the sake of another one: it can be tried again.
    #[error("another edit was quicker")]
    GaveWay,
    /// Other edits of the same user were quicker, again and again.
    #[error("other edits were quicker for {}", seconds(*.0))]
    Contended(Duration),
    /// The connection broke off before the answer.
    #[error("the connection to {0} broke off")]
    Lost(Server),
    /// The server starts, stops, or recovers.
    #[error("{0} is starting up or shutting down")]
    Starting(Server),
    /// The server has as many connections as it takes.
    #[error("{0} has too many connections")]
    Full(Server),
    /// The server is a standby, whose answers may be late.
    #[error("{0} is a standby, whose answers may be late")]
    Standby(Server),
    /// The server takes no edits now.
    #[error("{0} is read-only")]
    ReadOnly(Server),
    /// The password is wrong, or the role is unknown.
    #[error("{server} refuses the password of `{user}`")]
    WrongPassword {
        /// The server.
        server: Server,
        /// The role.
        user: String,
    },
    /// The server asks for a password.
    #[error("{server} asks for the password of `{user}`, and none is given")]
    NoPassword {
        /// The server.
        server: Server,
        /// The role.
        user: String,
    },
    /// The server does not let the role in from here, or not so.
    #[error("{server} does not let `{user}` in: {reason}")]
    NotLetIn {
        /// The server.
        server: Server,
        /// The role.
        user: String,
        /// What the server says.
        reason: String,
    },
    /// The server ends a connection before anything is asked, as a pooler does that refuses the role or has no server.
    #[error("{server} refuses the connection: {reason}")]
    Refused {
        /// The server.
        server: Server,
        /// What it says.
        reason: String,
    },
    /// The server has no such database.
    #[error("{server} has no database `{database}`")]
    NoDatabase {
        /// The server.
        server: Server,
        /// The database.
        database: String,
    },
    /// The role has not the rights that this takes.
    #[error("the database does not let `{user}` do this: {reason}")]
    Denied {
        /// The role.
        user: String,
        /// What the server says.
        reason: String,
    },
    /// The server takes no TLS.
    #[error("{0} takes no TLS")]
    NoTls(Server),
    /// The certificate of the server is not accepted, or TLS fails otherwise.
    #[error("cannot trust {server}: {reason}")]
    Certificate {
        /// The server.
        server: Server,
        /// The reason.
        reason: String,
    },
    /// The certificates of the authorities cannot be used.
    #[error("cannot use the root certificates{}: {reason}", .path.as_ref().map(|path| format!(" in `{}`", path.display())).unwrap_or_default())]
    Roots {
        /// Where they are, if not in the system's place.
        path: Option<PathBuf>,
        /// The reason.
        reason: String,
    },
    /// The database has no users of authctl.
    #[error("the database has no user store")]
    NotAStore,
    /// A part of the user store is missing.
    #[error("the user store in the database is damaged: {0}")]
    Damaged(String),
    /// A newer version has changed the tables.
    #[error("the user store in the database has layout {0}, which is newer than this version")]
    NewerLayout(i32),
    /// The policies are not valid.
    #[error("the policy in the database, {0}")]
    Policy(Box<StoreFault>),
    /// The policies have tables that are not theirs.
    #[error("a policy has `[tokens]`, `[passwords]` and `[scopes]` only")]
    NotAPolicy,
    /// The row of a user has a value that no user has.
    #[error("user `{}` in the database: {fault}", words::brief(.name))]
    User {
        /// The name.
        name: String,
        /// The reason.
        fault: RowFault,
    },
    /// Another failure, as the server says it.
    #[error("the database failed: {message} (SQLSTATE {code})")]
    Server {
        /// SQLSTATE.
        code: String,
        /// The server's message.
        message: String,
    },
    /// What the server sent is not what its protocol says.
    #[error("{server} and this program do not understand each other: {reason}")]
    Protocol {
        /// The server.
        server: Server,
        /// The reason.
        reason: String,
    },
    /// The system has no threads or descriptors to spare.
    #[error("cannot prepare for connections: {0}")]
    Runtime(String),
    /// No server can be used.
    #[error("none of the servers can be used: {}", all(.0))]
    Servers(Vec<DatabaseError>),
}

/// The fault in the row of a user.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum RowFault {
    /// Not a [username](crate::auth::user::Username).
    #[error("not a username")]
    Name,
    /// Not a scope-token (RFC 6749, 3.3), or there twice.
    #[error("a scope is not valid, or there twice")]
    Scopes,
    /// Negative.
    #[error("`generation` is negative")]
    Generation,
    /// Not in the years 1970 to 9999.
    #[error("a time is not in the years 1970 to 9999")]
    Time,
    /// One that PostgreSQL cannot hold.
    #[error("a text has a zero byte, which no database holds")]
    Zero,
    /// Two rows have the name.
    #[error("is there twice")]
    Twice,
}

/// Why a change was not made, or not known to be made.
#[derive(Debug, Error)]
pub enum EditError<E> {
    /// The database failed, and nothing was changed.
    #[error("nothing was changed")]
    Database(#[from] DatabaseError),
    /// The connection broke off, or no answer came, when the change was all but made.
    #[error("{server} was told to make the change, and did not say whether it did")]
    UnknownOutcome {
        /// The server.
        server: Server,
        /// What failed.
        source: Box<DatabaseError>,
    },
    /// The policies are not of the version that they were to be replaced in, and nothing was changed.
    #[error("nothing was changed: the policies were changed meanwhile")]
    PolicyChanged,
    /// The users do not allow the change.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// The caller's own reason.
    #[error(transparent)]
    Caller(E),
}

impl DatabaseError {
    /// The code that scripts see.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unresolved { .. } => "database_unresolved",
            Self::Unreachable { .. } => "database_unreachable",
            Self::Mute { .. } => "database_mute",
            Self::Slow { .. } => "database_slow",
            Self::Busy(_) => "database_busy",
            Self::GaveWay | Self::Contended(_) => "database_contended",
            Self::Lost(_) => "database_lost",
            Self::Starting(_) => "database_starting",
            Self::Full(_) => "database_full",
            Self::Standby(_) => "database_standby",
            Self::ReadOnly(_) => "database_read_only",
            Self::WrongPassword { .. } => "database_password",
            Self::NoPassword { .. } => "database_no_password",
            Self::NotLetIn { .. } => "database_not_let_in",
            Self::Refused { .. } => "database_refused",
            Self::NoDatabase { .. } => "no_database",
            Self::Denied { .. } => "database_denied",
            Self::NoTls(_) => "database_no_tls",
            Self::Certificate { .. } => "database_certificate",
            Self::Roots { .. } => "database_roots",
            Self::NotAStore => "no_store",
            Self::NewerLayout(_) => "newer_layout",
            Self::Policy(_) | Self::NotAPolicy => "invalid_policy",
            Self::User { .. } | Self::Damaged(_) => "invalid_store",
            Self::Server { .. } => "database_failed",
            Self::Protocol { .. } => "database_protocol",
            Self::Runtime(_) => "database_runtime",
            Self::Servers(all) => all.last().map_or("database_unreachable", Self::code),
        }
    }

    /// Whether another server of the same database may do better: this one is away, or not ready.
    pub(super) const fn is_of_one_server(&self) -> bool {
        matches!(
            self,
            Self::Unresolved { .. }
                | Self::Unreachable { .. }
                | Self::Mute { .. }
                | Self::Lost(_)
                | Self::Refused { .. }
                | Self::Starting(_)
                | Self::Full(_)
                | Self::Standby(_)
                | Self::ReadOnly(_)
        )
    }

    /// Whether the end of a transaction that was answered with this may have been reached all the same.
    pub(super) fn leaves_open(&self) -> bool {
        match self {
            Self::Lost(_) | Self::Slow { .. } | Self::Protocol { .. } => true,
            // The servers of a distributed database do not know themselves.
            Self::Server { code, .. } => matches!(code.as_str(), "40003" | "08007"),
            _ => false,
        }
    }

    /// Whether a row was refused because there is one of its name (`unique_violation`).
    pub(super) fn is_of_unique(&self) -> bool {
        matches!(self, Self::Server { code, .. } if code == "23505")
    }

    pub(super) fn in_row(name: impl Into<String>, fault: RowFault) -> Self {
        Self::User { name: name.into(), fault }
    }
}

fn seconds(time: Duration) -> String {
    match time.as_millis() {
        milliseconds if milliseconds < 1000 => format!("{milliseconds} ms"),
        milliseconds => {
            words::count(usize::try_from((milliseconds + 500) / 1000).unwrap_or(usize::MAX), "second")
        }
    }
}

fn all(errors: &[DatabaseError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
