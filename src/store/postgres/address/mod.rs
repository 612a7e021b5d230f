//! Where a database is, and how it is connected to: a URL, and what it leaves out.

mod passfile;
mod url;

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

pub use url::UrlFault;
use url::{Parts, port};

/// What a URL leaves out, as the variables of PostgreSQL's own programs have it.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// `PGHOST`: names, or folders of sockets, with commas between.
    pub host: Option<String>,
    /// `PGPORT`: a port, or one for each host.
    pub port: Option<String>,
    /// `PGUSER`.
    pub user: Option<String>,
    /// `PGDATABASE`.
    pub database: Option<String>,
    /// `PGPASSWORD`.
    pub password: Option<SecretString>,
    /// `PGSSLROOTCERT`.
    pub root_cert: Option<PathBuf>,
    /// What the file has that `PGPASSFILE` names, or `~/.pgpass`.
    pub passfile: Option<SecretString>,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslMode {
    /// Not at all.
    Disable,
    /// Encrypted, to a server that may be another. With a root certificate it is as `verify-ca`.
    Require,
    /// The server has a certificate of the authority.
    VerifyCa,
    /// The server has a certificate of the authority for its name.
    VerifyFull,
}

/// Which servers are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Servers {
    /// No standby: one may be late, and say yes to a token that was revoked.
    Primary,
    /// No standby, and no server whose transactions are read-only by default, such as one that was put out of service.
    Writable,
    /// Standbys too.
    Any,
}

/// A server: a host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// A name, an address, or the folder of a socket.
    pub host: String,
    /// The port; part of the socket's name.
    pub port: u16,
}

/// In backticks, for messages.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if self.is_socket() {
            write!(f, "`{host}/.s.PGSQL.{port}`")
        } else if host.contains(':') {
            write!(f, "`[{host}]:{port}`")
        } else {
            write!(f, "`{host}:{port}`")
        }
    }
}

impl Server {
    pub(super) fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    /// Whether no other machine is between: a socket, `localhost`, a loopback address.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        self.is_socket()
            || self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Where a database is, and how it is connected to.
#[derive(Clone, Debug)]
pub struct Address {
    servers: Vec<Server>,
    pub(super) passwords: Vec<Option<SecretString>>,
    is_with_password: bool,
    pub(super) user: String,
    pub(super) database: String,
    ssl_mode: Option<SslMode>,
    /// Where the certificates of the authorities are; the system's if there is none.
    pub(super) root_cert: Option<PathBuf>,
    pub(super) accepted: Servers,
    pub(super) timeout: Duration,
}

/// For each look-up, edit and batch, unless the URL says otherwise.
const TIMEOUT: Duration = Duration::from_secs(5);

const SOCKETS: &str = "/var/run/postgresql";

impl Address {
    /// Reads a URL, and takes what it leaves out from `defaults`.
    ///
    /// The parameters are `sslmode` (`disable`, `require`, `verify-ca`, `verify-full`), `sslrootcert` (a file of PEM
    /// certificates, or `system`), `connect_timeout` (1 to 300 seconds, for each look-up, edit and batch),
    /// `target_session_attrs` (`read-write`, `primary`, `any`) and `host`. Without any host it is the socket in
    /// `/var/run/postgresql`, on Windows `localhost`; without a database the one with the user's name.
    ///
    /// # Errors
    ///
    /// [`UrlFault`], for the first thing wrong.
    pub fn parse(url: &str, defaults: &Defaults) -> Result<Self, UrlFault> {
        let parts = Parts::of(url)?;
        let servers = servers(&parts, defaults)?;
        let user = parts.user.clone().or_else(|| defaults.user.clone()).ok_or(UrlFault::NoUser)?;
        let database = parts.database.clone().or_else(|| defaults.database.clone());
        let database = database.unwrap_or_else(|| user.clone());
        let given = parts.password.as_ref().map(|password| SecretString::from(password.as_str()));
        let given = given.or_else(|| defaults.password.clone());
        let password = |server| given.clone().or_else(|| from_file(defaults, server, &database, &user));
        let passwords = servers.iter().map(password).collect();
        let root_cert = match parts.parameter("sslrootcert") {
            Some("") => return Err(value("sslrootcert", "the path of a file, or `system`")),
            Some("system") => None,
            Some(path) => Some(PathBuf::from(path)),
            None => defaults.root_cert.clone(),
        };
        Ok(Self {
            passwords,
            is_with_password: parts.password.is_some(),
            servers,
            user,
            database,
            ssl_mode: parts.parameter("sslmode").map(ssl_mode).transpose()?,
            root_cert,
            accepted: parts.parameter("target_session_attrs").map_or(Ok(Servers::Primary), accepted)?,
            timeout: parts.parameter("connect_timeout").map_or(Ok(TIMEOUT), timeout)?,
        })
    }

    /// The servers, in the order in which they are tried.
    #[must_use]
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }

    /// The name of the role that connects.
    #[must_use]
    pub fn user(&self) -> &str {
        &self.user
    }

    /// How a connection to `server` is protected: as the URL says, else `verify-full`, but to this machine not at all.
    /// A socket never is.
    #[must_use]
    pub fn ssl_mode(&self, server: &Server) -> SslMode {
        match self.ssl_mode {
            _ if server.is_socket() => SslMode::Disable,
            Some(SslMode::Require) if self.root_cert.is_some() => SslMode::VerifyCa,
            Some(mode) => mode,
            None if server.is_this_machine() => SslMode::Disable,
            None => SslMode::VerifyFull,
        }
    }

    /// Whether the URL itself has a password in it.
    #[must_use]
    pub const fn is_with_password(&self) -> bool {
        self.is_with_password
    }

    /// Whether standbys are asked too, whose answers may be late.
    #[must_use]
    pub fn accepts_standbys(&self) -> bool {
        self.accepted == Servers::Any
    }

    /// The same database with other time for each look-up, edit and batch: completion has less.
    #[must_use]
    pub fn within(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }
}

/// The database and its servers, without user and password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "database `{}` at ", self.database)?;
        for (index, server) in self.servers.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { ", " })?;
            write!(f, "{server}")?;
        }
        Ok(())
    }
}

/// The hosts of the URL, else of `PGHOST`, with their ports.
fn servers(given: &Parts, defaults: &Defaults) -> Result<Vec<Server>, UrlFault> {
    let is_default = given.hosts.iter().all(|(name, _)| name.is_empty());
    let local = if cfg!(windows) { "localhost" } else { SOCKETS };
    let names: Vec<&str> = match &defaults.host {
        _ if !is_default => given.hosts.iter().map(|(name, _)| name.as_str()).collect(),
        Some(list) => list.split(',').collect(),
        None => vec![local],
    };
    let numbers: Vec<u16> = match &defaults.port {
        Some(list) => {
            list.split(',').map(port).collect::<Result<_, _>>().map_err(|_| UrlFault::Default("PGPORT"))?
        }
        None => vec![5432],
    };
    let default_port = |index: usize| match numbers.as_slice() {
        [one] => Ok(*one),
        many => many.get(index).copied().ok_or(UrlFault::Default("PGPORT")),
    };
    let given_port = |index: usize| match given.hosts.as_slice() {
        [(name, port)] if name.is_empty() => *port,
        hosts => hosts.get(index).and_then(|(_, port)| *port),
    };
    let server = |(index, name): (usize, &&str)| {
        if !is_host(name) {
            return Err(if is_default { UrlFault::Default("PGHOST") } else { UrlFault::Host });
        }
        let port = given_port(index).map_or_else(|| default_port(index), Ok)?;
        Ok(Server { host: (*name).to_owned(), port })
    };
    names.iter().enumerate().map(server).collect()
}

/// Whether a name is one of a host, an address, or an absolute path.
fn is_host(name: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    name.starts_with('/')
        || name.parse::<IpAddr>().is_ok()
        || !name.is_empty() && name.len() <= 253 && name.bytes().all(is_name)
}

/// The password that the password file has for a server. A socket goes by its folder, or as `localhost`.
fn from_file(defaults: &Defaults, server: &Server, database: &str, user: &str) -> Option<SecretString> {
    let text = defaults.passfile.as_ref()?.expose_secret();
    let port = server.port.to_string();
    let password = |host: &str| passfile::password(text, [host, &port, database, user]);
    let found = password(&server.host);
    let found = found.or_else(|| if server.is_socket() { password("localhost") } else { None });
    found.map(|password| SecretString::from(password.as_str()))
}

const fn value(parameter: &'static str, expected: &'static str) -> UrlFault {
    UrlFault::Value { parameter, expected }
}

fn ssl_mode(text: &str) -> Result<SslMode, UrlFault> {
    match text {
        "disable" => Ok(SslMode::Disable),
        "require" => Ok(SslMode::Require),
        "verify-ca" => Ok(SslMode::VerifyCa),
        "verify-full" => Ok(SslMode::VerifyFull),
        _ => Err(value("sslmode", "`disable`, `require`, `verify-ca` or `verify-full`")),
    }
}

fn accepted(text: &str) -> Result<Servers, UrlFault> {
    match text {
        "read-write" => Ok(Servers::Writable),
        "primary" => Ok(Servers::Primary),
        "any" => Ok(Servers::Any),
        _ => Err(value("target_session_attrs", "`read-write`, `primary` or `any`")),
    }
}

fn timeout(text: &str) -> Result<Duration, UrlFault> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|seconds| is_number && (1..=300).contains(seconds));
    let seconds = seconds.ok_or(value("connect_timeout", "a number of seconds from 1 to 300"))?;
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests;
