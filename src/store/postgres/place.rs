//! What an error of the client means, where it happened.

use std::io;
use std::time::Duration;

use tokio_postgres::error::{DbError, SqlState};

use super::address::{Address, Server};
use super::error::DatabaseError;
use crate::store::reason;

/// Where an error happened, for its text.
pub(super) struct Place<'a> {
    pub(super) server: &'a Server,
    pub(super) user: &'a str,
    pub(super) database: &'a str,
    /// How long there was.
    pub(super) within: Duration,
}

impl<'a> Place<'a> {
    pub(super) const fn of(server: &'a Server, address: &'a Address, within: Duration) -> Self {
        Self { server, user: address.user.as_str(), database: address.database.as_str(), within }
    }

    /// What the client's error means.
    pub(super) fn error(&self, error: &tokio_postgres::Error) -> DatabaseError {
        if let Some(answer) = error.as_db_error() {
            return if is_end(answer) {
                DatabaseError::Lost(self.server.clone())
            } else {
                self.answer(answer.code(), answer.message())
            };
        }
        if let Some(error) = caused::<rustls::Error>(error) {
            return self.certificate(error);
        }
        let server = self.server.clone();
        if error.is_closed() || caused::<io::Error>(error).is_some() {
            return DatabaseError::Lost(server);
        }
        let reason = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        // The client tells these by their text alone.
        match reason.as_str() {
            "server does not support TLS" => DatabaseError::NoTls(server),
            "password missing" => DatabaseError::NoPassword { server, user: self.user.to_owned() },
            _ => DatabaseError::Protocol { server, reason },
        }
    }

    fn answer(&self, code: &SqlState, message: &str) -> DatabaseError {
        let server = self.server.clone();
        let (user, reason) = (self.user.to_owned(), message.to_owned());
        match code.code() {
            "57P03" => DatabaseError::Starting(server),
            // Shut down, crashed, or the role was cut off by an administrator.
            "57P01" | "57P02" | "57P05" | "08000" | "08003" | "08006" | "25P03" => {
                DatabaseError::Lost(server)
            }
            "57014" | "55P03" => DatabaseError::Slow { server, within: self.within },
            "40000" | "40001" | "40P01" => DatabaseError::GaveWay,
            "53300" => DatabaseError::Full(server),
            "25006" => DatabaseError::ReadOnly(server),
            "28P01" => DatabaseError::WrongPassword { server, user },
            "28000" => DatabaseError::NotLetIn { server, user, reason },
            "3D000" => DatabaseError::NoDatabase { server, database: self.database.to_owned() },
            "42501" => DatabaseError::Denied { user, reason },
            "42P01" | "42703" | "3F000" => DatabaseError::Damaged(reason),
            code => DatabaseError::Server { code: code.to_owned(), message: reason },
        }
    }

    fn certificate(&self, error: &rustls::Error) -> DatabaseError {
        use rustls::CertificateError as Fault;
        let reason = match error {
            rustls::Error::InvalidCertificate(fault) => match fault {
                Fault::UnknownIssuer => "the certificate is of an unknown authority".to_owned(),
                Fault::Expired | Fault::ExpiredContext { .. } => "the certificate has expired".to_owned(),
                Fault::NotValidYet | Fault::NotValidYetContext { .. } => {
                    "the certificate is not valid yet".to_owned()
                }
                Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
                    "the certificate is for another name".to_owned()
                }
                _ => error.to_string(),
            },
            _ => error.to_string(),
        };
        DatabaseError::Certificate { server: self.server.clone(), reason }
    }

    /// The same, of a connection that is not made yet: a socket that fails has not been one.
    pub(super) fn failed_to_connect(&self, error: &tokio_postgres::Error) -> DatabaseError {
        if let Some(answer) = error.as_db_error().filter(|answer| is_end(answer)) {
            return DatabaseError::Refused {
                server: self.server.clone(),
                reason: answer.message().to_owned(),
            };
        }
        match self.error(error) {
            DatabaseError::Lost(server) => match caused::<io::Error>(error) {
                Some(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    DatabaseError::Unreachable { server, reason: reason(error) }
                }
                _ => DatabaseError::Lost(server),
            },
            other => other,
        }
    }
}

/// Whether an answer ends the connection. A pooler that has lost its server gives it, or that refuses a connection.
fn is_end(answer: &DbError) -> bool {
    answer.severity() == "FATAL" && answer.code().code().starts_with("08")
}

/// The cause of a kind that is the deepest in `error`: errors of TLS are within those of sockets.
fn caused<E: std::error::Error + 'static>(error: &tokio_postgres::Error) -> Option<&E> {
    let mut next = std::error::Error::source(error);
    let mut found = None;
    while let Some(cause) = next {
        found = cause.downcast_ref::<E>().or(found);
        let within = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(within) = within.and_then(|within| within.downcast_ref::<E>()) {
            found = Some(within);
        }
        next = cause.source();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Place, Server, SqlState};
    use std::time::Duration;

    #[test]
    fn each_answer_of_a_server_has_its_own_code() {
        let server = Server { host: "h".to_owned(), port: 1 };
        let place = Place { server: &server, user: "u", database: "d", within: Duration::from_secs(5) };
        for (state, code) in [
            ("57P03", "database_starting"),
            ("57P01", "database_lost"),
            ("57P02", "database_lost"),
            ("08006", "database_lost"),
            ("57014", "database_slow"),
            ("55P03", "database_slow"),
            ("40001", "database_contended"),
            ("40P01", "database_contended"),
            ("53300", "database_full"),
            ("25006", "database_read_only"),
            ("28P01", "database_password"),
            ("28000", "database_not_let_in"),
            ("3D000", "no_database"),
            ("42501", "database_denied"),
            ("42P01", "invalid_store"),
            ("42703", "invalid_store"),
            ("22021", "database_failed"),
            ("08P01", "database_failed"),
        ] {
            let error = place.answer(&SqlState::from_code(state), "what the server says");
            assert_eq!(error.code(), code, "{state}: {error}");
        }
    }
}
