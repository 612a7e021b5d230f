//! The grammar of a database's URL: `postgres://user:password@host:port,host:port/database?parameter=value`.
//!
//! It is strict, for two reasons. A parameter that is misspelt must not be ignored: it may be the one that keeps a
//! connection safe. And a password with a character that must be percent-encoded (RFC 3986, 2.2) must not be taken for a
//! host or a database, which messages name.

use percent_encoding::percent_decode_str;
use thiserror::Error;
use zeroize::Zeroizing;

/// Why a text is no URL of a database. It never has a piece of the text in it that may be part of a password.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum UrlFault {
    /// Another scheme, or none.
    #[error("the URL of a database begins with `postgres://` or `postgresql://`")]
    Scheme,
    /// A character where it separates parts, and may be meant as part of the password.
    #[error("a `/`, `?`, `#` or `@` in a password must be percent-encoded, such as `%40` for `@`")]
    Separator,
    /// `%` without two hexadecimal digits, bytes that are not UTF-8, or a zero byte.
    #[error("the percent-encoding is not valid")]
    Encoding,
    /// A host with characters that no host has.
    #[error("a host must be a name, an address, or the folder of a socket")]
    Host,
    /// Not a number from 1 to 65535.
    #[error("a port must be a number from 1 to 65535")]
    Port,
    /// Hosts before the database, and in `host`.
    #[error("the hosts are named twice: before the database and by `host`")]
    TwoHosts,
    /// A parameter that PostgreSQL has, and that is not taken here.
    #[error("the parameter `{0}` is not supported")]
    Unsupported(&'static str),
    /// A parameter that nothing has.
    #[error(
        "the URL has an unknown parameter: known are `sslmode`, `sslrootcert`, `connect_timeout`, \
         `target_session_attrs` and `host`"
    )]
    Unknown,
    /// The same parameter again.
    #[error("the parameter `{0}` is there twice")]
    Doubled(&'static str),
    /// A value that the parameter cannot have.
    #[error("`{parameter}` must be {expected}")]
    Value {
        /// The parameter.
        parameter: &'static str,
        /// What it can be.
        expected: &'static str,
    },
    /// No user, neither in the URL nor by default.
    #[error("the URL names no user")]
    NoUser,
    /// `PGHOST` or `PGPORT` that cannot be used.
    #[error("`{0}` does not name a host or a port")]
    Default(&'static str),
}

/// The parts of a URL, decoded.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) user: Option<String>,
    pub(super) password: Option<Zeroizing<String>>,
    /// Names, and ports where they are given. An empty name stands for the default.
    pub(super) hosts: Vec<(String, Option<u16>)>,
    pub(super) database: Option<String>,
    parameters: Vec<(&'static str, String)>,
}

const KNOWN: [&str; 5] = ["sslmode", "sslrootcert", "connect_timeout", "target_session_attrs", "host"];

/// What `libpq` knows besides. Other names are not shown: they may be the rest of a password after a `?`.
const UNSUPPORTED: [&str; 18] = [
    "application_name",
    "channel_binding",
    "client_encoding",
    "dbname",
    "gssencmode",
    "hostaddr",
    "keepalives",
    "load_balance_hosts",
    "options",
    "passfile",
    "password",
    "port",
    "service",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslnegotiation",
    "user",
];

impl Parts {
    /// Takes a URL apart.
    pub(super) fn of(url: &str) -> Result<Self, UrlFault> {
        let scheme = ["postgres://", "postgresql://"].into_iter().find(|scheme| url.starts_with(scheme));
        let rest = scheme.and_then(|scheme| url.strip_prefix(scheme)).ok_or(UrlFault::Scheme)?;
        if rest.contains('#') {
            return Err(UrlFault::Separator);
        }
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (authority, database) =
            rest.split_once('/').map_or((rest, None), |(authority, path)| (authority, Some(path)));
        if [database, query].into_iter().flatten().any(|part| part.contains(['@', '?']))
            || database.is_some_and(|database| database.contains(['/', ':']))
        {
            return Err(UrlFault::Separator);
        }
        let mut parts = Self::default();
        let hosts = match authority.split_once('@') {
            None => authority,
            Some((_, hosts)) if hosts.contains('@') => return Err(UrlFault::Separator),
            Some((login, hosts)) => {
                let (user, password) =
                    login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
                parts.user = Some(decoded(user)?).filter(|user| !user.is_empty());
                parts.password =
                    password.map(|password| decoded(password).map(Zeroizing::new)).transpose()?;
                hosts
            }
        };
        parts.hosts = if hosts.is_empty() { Vec::new() } else { list_of_hosts(hosts)? };
        parts.database = database.map(decoded).transpose()?.filter(|database| !database.is_empty());
        for parameter in query.into_iter().flat_map(|query| query.split('&')) {
            parts.take(parameter)?;
        }
        if let Some(hosts) = parts.parameter("host").map(str::to_owned) {
            match parts.hosts.as_slice() {
                [] => parts.hosts = hosts.split(',').map(|name| (name.to_owned(), None)).collect(),
                // `:5433` names a port alone.
                [(name, port)] if name.is_empty() => {
                    let port = *port;
                    parts.hosts = hosts.split(',').map(|name| (name.to_owned(), port)).collect();
                }
                _ => return Err(UrlFault::TwoHosts),
            }
        }
        Ok(parts)
    }

    fn take(&mut self, parameter: &str) -> Result<(), UrlFault> {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let Some(known) = KNOWN.into_iter().find(|known| *known == name) else {
            let unsupported = UNSUPPORTED.into_iter().find(|known| *known == name);
            return Err(unsupported.map_or(UrlFault::Unknown, UrlFault::Unsupported));
        };
        if self.parameter(known).is_some() {
            return Err(UrlFault::Doubled(known));
        }
        self.parameters.push((known, decoded(value)?));
        Ok(())
    }

    /// The value of a parameter, which may be empty.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

/// `host`, `host:port`, `[address]:port`, several of them with commas between.
fn list_of_hosts(text: &str) -> Result<Vec<(String, Option<u16>)>, UrlFault> {
    let host = |one: &str| {
        let (name, port) = match one.strip_prefix('[') {
            Some(rest) => {
                let (address, rest) = rest.split_once(']').ok_or(UrlFault::Host)?;
                match rest.strip_prefix(':') {
                    Some(port) => (address, Some(port)),
                    None if rest.is_empty() => (address, None),
                    None => return Err(UrlFault::Host),
                }
            }
            None => one.split_once(':').map_or((one, None), |(name, port)| (name, Some(port))),
        };
        Ok((decoded(name)?, port.map(self::port).transpose()?))
    };
    text.split(',').map(host).collect()
}

/// A port, in decimal and without a sign.
pub(super) fn port(text: &str) -> Result<u16, UrlFault> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|port| is_number && *port > 0).ok_or(UrlFault::Port)
}

fn decoded(text: &str) -> Result<String, UrlFault> {
    let is_hex = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_hexdigit);
    if text.match_indices('%').any(|(at, _)| !is_hex(at + 1) || !is_hex(at + 2)) {
        return Err(UrlFault::Encoding);
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| UrlFault::Encoding)?;
    if decoded.contains('\0') { Err(UrlFault::Encoding) } else { Ok(decoded.into_owned()) }
}
