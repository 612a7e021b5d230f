//! A small authorization and resource server on the library under `authctl`.
//!
//!     authctl init --user johndoe --scope me,items
//!     cargo run --example server
//!     curl localhost:8000/token -d grant_type=password -d username=johndoe -d password=… -d scope=me
//!     curl localhost:8000/users/me/ -H "Authorization: Bearer …"
//!
//! | route | needs | answers |
//! |---|---|---|
//! | `POST /token` | a username and a password | a token (RFC 6749, 4.3) |
//! | `POST /token` | a good token | one for fewer scopes, to hand on (RFC 8693) |
//! | `GET /check?scope=…` | a good token for the scopes | nothing: for a reverse proxy |
//! | `GET /jwks.json` | | the public keys (RFC 7517), for services that verify tokens themselves |
//! | `GET /status/` | a good token | that it is good |
//! | `GET /users/me/` | the scope `me` | the user of the token |
//! | `GET /users/me/items/` | the scopes `me` and `items` | their items |
//! | `POST /introspect` | the scope `introspect` | whether another token is good (RFC 7662) |
//!
//! Every answer about a token is that of `authctl check` with the same store: files, or a database that `AUTHCTL_USERS_URL`
//! names. A change counts from the next request on. The server speaks plain HTTP and listens on this machine alone: put a TLS proxy before it.
#![expect(clippy::print_stderr, reason = "a server logs to standard error")]

#[path = "server/app.rs"]
mod app;

use std::env;
use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal;

use app::App;
use app::log;
use app::serve::{Limits, serve};
use app::store::Store;
use authctl::store::postgres::{Address, Database, Defaults};

const USAGE: &str = "usage: server [--address IP:PORT] [--home FOLDER] [--patience SECONDS]
  --address  where to listen (ADDRESS, else 127.0.0.1:8000)
  --home     the folder of users.toml and secret.key (AUTHCTL_HOME, else ~/.config/authctl)
             AUTHCTL_USERS_URL says where the users are if they are in a database
  --patience how long a client may take for the headers of a request, and for the rest (15)";

#[tokio::main]
async fn main() -> ExitCode {
    let settings = match Settings::read() {
        Ok(settings) => settings,
        Err(error) => {
            log::error(error);
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&settings).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error(error);
            ExitCode::FAILURE
        }
    }
}

async fn run(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let store = Store::new(&settings.home, settings.database()?);
    // Report invalid files at the start, not at the first request.
    store.load().await?;
    let listener = TcpListener::bind(settings.address).await?;
    eprintln!(
        "listening on http://{}, with the files in {}",
        listener.local_addr()?,
        settings.home.display()
    );
    serve(listener, App::new(store).routes(), settings.limits, stop_signal()).await;
    Ok(())
}

async fn stop_signal() {
    #[cfg(unix)]
    {
        let terminated = async {
            match signal::unix::signal(signal::unix::SignalKind::terminate()) {
                Ok(mut signals) => drop(signals.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = signal::ctrl_c() => {}
            () = terminated => {}
        }
    }
    #[cfg(not(unix))]
    let _interrupted = signal::ctrl_c().await;
}

/// The address to listen on and the folder of the files. Arguments win over variables.
struct Settings {
    address: SocketAddr,
    home: PathBuf,
    limits: Limits,
    /// Where the users are, if not in the home.
    users_url: Option<String>,
}

impl Settings {
    /// The database of the users, if they are in one. All about it is in the URL.
    fn database(&self) -> Result<Option<Database>, Box<dyn Error>> {
        let Some(url) = &self.users_url else { return Ok(None) };
        let address = Address::parse(url, &Defaults::default())
            .map_err(|fault| format!("AUTHCTL_USERS_URL: {fault}"))?;
        Ok(Some(Database::new(address)))
    }

    fn read() -> Result<Self, Box<dyn Error>> {
        let (mut address, mut home) = (env::var("ADDRESS").ok(), env::var_os("AUTHCTL_HOME"));
        let mut limits = Limits::default();
        let mut arguments = env::args_os().skip(1);
        while let Some(name) = arguments.next() {
            let value = arguments.next();
            let value = value.ok_or_else(|| format!("{}: unknown, or without a value", name.display()))?;
            match name.to_str() {
                Some("--address") => address = Some(value.to_string_lossy().into_owned()),
                Some("--home") => home = Some(value),
                Some("--patience") => {
                    limits.patience = Duration::from_secs(value.to_string_lossy().parse()?);
                }
                _ => return Err(format!("{}: unknown", name.display()).into()),
            }
        }
        let home = match home {
            Some(home) if home.is_empty() => return Err("the home is empty".into()),
            Some(home) => PathBuf::from(home),
            None => env::home_dir().ok_or("there is no home folder")?.join(".config/authctl"),
        };
        Ok(Self {
            address: address.as_deref().unwrap_or("127.0.0.1:8000").parse()?,
            home,
            limits,
            users_url: env::var("AUTHCTL_USERS_URL").ok(),
        })
    }
}
