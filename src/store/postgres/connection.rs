//! A connection to the first server of an address that can be used.

use std::net::IpAddr;

use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use tokio_postgres::{Client, Config, NoTls, SimpleQueryMessage};

use super::address::{Address, Server, Servers, SslMode};
use super::error::DatabaseError;
use super::place::Place;
use super::tls;
use crate::store::reason;

/// An open connection.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) server: Server,
    /// When it was last used.
    pub(super) used: Instant,
}

/// Connects to the servers in turn until one can be used. Each has an equal share of the time that is left, and of that
/// each address of its name.
///
/// # Errors
///
/// The error of the one server, or of all of them. An error that another server of the same database will not mend, such
/// as a wrong password, ends it.
pub(super) async fn connect(address: &Address, deadline: Instant) -> Result<Connection, DatabaseError> {
    let mut errors = Vec::new();
    let servers = address.servers();
    for (index, server) in servers.iter().enumerate() {
        let until = share(deadline, servers.len() - index);
        match connect_to(index, server, address, until).await {
            Ok(client) => return Ok(Connection { client, server: server.clone(), used: Instant::now() }),
            Err(error) if error.is_of_one_server() => errors.push(error),
            Err(error) => return Err(error),
        }
    }
    match errors.pop() {
        Some(error) if errors.is_empty() => Err(error),
        Some(error) => {
            errors.push(error);
            Err(DatabaseError::Servers(errors))
        }
        None => Err(DatabaseError::Servers(errors)),
    }
}

/// The end of the first of `parts` equal parts of the time until `deadline`.
fn share(deadline: Instant, parts: usize) -> Instant {
    let now = Instant::now();
    now + deadline.saturating_duration_since(now) / u32::try_from(parts).unwrap_or(u32::MAX)
}

async fn connect_to(
    index: usize,
    server: &Server,
    address: &Address,
    deadline: Instant,
) -> Result<Client, DatabaseError> {
    let within = deadline.saturating_duration_since(Instant::now());
    let mute = |_| DatabaseError::Mute { server: server.clone(), within };
    let mut config = Config::new();
    config.user(&address.user).dbname(&address.database).application_name("authctl").port(server.port);
    if let Some(password) = address.passwords.get(index).and_then(Option::as_ref) {
        config.password(password.expose_secret());
    }
    let place = Place::of(server, address, within);
    if server.is_socket() {
        config.host(&server.host);
        return timeout_at(deadline, open(&config, SslMode::Disable, address, &place)).await.map_err(mute)?;
    }
    let found = timeout_at(deadline, resolve(server)).await.map_err(mute)??;
    connect_to_one_of(&found, &config, address, &place, deadline).await
}

/// Connects to the first address of a server's name that can be used.
async fn connect_to_one_of(
    found: &[IpAddr],
    config: &Config,
    address: &Address,
    place: &Place<'_>,
    deadline: Instant,
) -> Result<Client, DatabaseError> {
    let server = place.server;
    let mute = |_| DatabaseError::Mute { server: server.clone(), within: place.within };
    let mut failure = DatabaseError::Unresolved { server: server.clone(), reason: "it has none".to_owned() };
    for (index, one) in found.iter().enumerate() {
        let mut config = config.clone();
        config.host(&server.host).hostaddr(*one);
        let opened = open(&config, address.ssl_mode(server), address, place);
        match timeout_at(share(deadline, found.len() - index), opened).await.map_err(mute).flatten() {
            Err(error) if error.is_of_one_server() => failure = error,
            other => return other,
        }
    }
    Err(failure)
}

async fn resolve(server: &Server) -> Result<Vec<IpAddr>, DatabaseError> {
    if let Ok(address) = server.host.parse() {
        return Ok(vec![address]);
    }
    let unresolved = |error| DatabaseError::Unresolved { server: server.clone(), reason: reason(&error) };
    let found = tokio::net::lookup_host((server.host.as_str(), server.port)).await.map_err(unresolved)?;
    Ok(found.map(|address| address.ip()).collect())
}

/// Opens a connection, which is driven whenever the runtime is, and closed with its client.
async fn open(
    config: &Config,
    mode: SslMode,
    address: &Address,
    place: &Place<'_>,
) -> Result<Client, DatabaseError> {
    let mut config = config.clone();
    let failure = |error: tokio_postgres::Error| place.failed_to_connect(&error);
    let (client, is_read_only) = if mode == SslMode::Disable {
        config.ssl_mode(tokio_postgres::config::SslMode::Disable);
        let (client, connection) = config.connect(NoTls).await.map_err(failure)?;
        let is_read_only = is_read_only(&connection);
        tokio::spawn(connection);
        (client, is_read_only)
    } else {
        config.ssl_mode(tokio_postgres::config::SslMode::Require);
        let connector = tls::connector(mode, address.root_cert.as_deref())?;
        let (client, connection) = config.connect(connector).await.map_err(failure)?;
        let is_read_only = is_read_only(&connection);
        tokio::spawn(connection);
        (client, is_read_only)
    };
    if address.accepted == Servers::Writable && is_read_only {
        return Err(DatabaseError::ReadOnly(place.server.clone()));
    }
    if address.servers().len() > 1 {
        // A pooler lets in without a server behind it, and says what was true of one earlier. The answer tells both, while
        // there is time for the next server.
        let in_standby = is_standby(&client).await.map_err(|error| place.error(&error))?;
        if in_standby && address.accepted != Servers::Any {
            return Err(DatabaseError::Standby(place.server.clone()));
        }
    }
    Ok(client)
}

/// Whether a server says that its transactions are read-only by default.
fn is_read_only<S, T>(connection: &tokio_postgres::Connection<S, T>) -> bool
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    connection.parameter("default_transaction_read_only").is_some_and(|value| value == "on")
}

async fn is_standby(client: &Client) -> Result<bool, tokio_postgres::Error> {
    let answer = client.simple_query("SELECT pg_catalog.pg_is_in_recovery()").await?;
    let row = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    // A server that does not say so is none whose answers can be trusted to be new.
    Ok(row != Some("f"))
}

// All of 127.0.0.0/8 are addresses of the machine there.
#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use super::{Address, Client, Config, DatabaseError, Instant, Place, connect_to_one_of};
    use crate::store::postgres::Defaults;
    use std::io::{Read, Write};
    use std::net::{IpAddr, TcpListener};
    use std::time::Duration;

    /// Listeners on one port of three addresses.
    fn listeners() -> Vec<TcpListener> {
        loop {
            let first = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = first.local_addr().unwrap().port();
            let others = ["127.0.0.2", "127.0.0.3"].map(|address| TcpListener::bind((address, port)));
            if let [Ok(second), Ok(third)] = others {
                return vec![first, second, third];
            }
        }
    }

    fn connect(listeners: &[TcpListener]) -> Result<Client, DatabaseError> {
        let addresses: Vec<_> = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
        let port = addresses.first().unwrap().port();
        let url = format!("postgres://u@db.example.com:{port}/d?sslmode=disable");
        let address = Address::parse(&url, &Defaults::default()).unwrap();
        let mut config = Config::new();
        config.user("u").dbname("d").port(port);
        let within = Duration::from_millis(1500);
        let place = Place::of(address.servers().first().unwrap(), &address, within);
        let found: Vec<IpAddr> = addresses.iter().map(std::net::SocketAddr::ip).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let deadline = Instant::now() + within;
            connect_to_one_of(&found, &config, &address, &place, deadline).await
        })
    }

    #[test]
    fn an_address_that_says_nothing_leaves_the_others_of_its_name_their_share_of_the_time() {
        // The first two accept a connection, and no more.
        let listeners = listeners();
        let last = listeners.last().unwrap().try_clone().unwrap();
        std::thread::spawn(move || {
            let (mut client, _) = last.accept().unwrap();
            let _ = client.read(&mut [0; 1024]).unwrap();
            let fields = b"SFATAL\0VFATAL\0C28P01\0Mno\0\0";
            let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
            client.write_all(&[b"E".as_slice(), &length, fields].concat()).unwrap();
        });
        let answered = connect(&listeners).map(drop).unwrap_err();
        assert!(matches!(answered, DatabaseError::WrongPassword { .. }), "{answered}");
        let mute = connect(listeners.get(..2).unwrap()).map(drop).unwrap_err();
        assert!(matches!(mute, DatabaseError::Mute { .. }), "{mute}");
    }
}
