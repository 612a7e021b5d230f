//! `PgBouncer` in transaction mode: each transaction may be on another connection to the server.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;

use authctl::auth::change::Change;
use authctl::auth::import::Import;
use authctl::store::postgres::{Asked, Fields};

use super::proxy::in_steps;
use super::reads::{judged, token};
use super::server::{Server, Store, at, free_port, run};
use super::{POLICY, new_user, put};

/// A pooler with two connections to the server.
struct Pooler {
    process: Child,
    port: u16,
}

impl Pooler {
    fn start(server: &Server) -> Option<Self> {
        Self::between(server, &server.folder.display().to_string(), "")
    }

    /// A pooler with two connections to servers whose sockets are in some folders, all for the port of the first one.
    fn between(server: &Server, folders: &str, settings: &str) -> Option<Self> {
        let program = PathBuf::from("/usr/sbin/pgbouncer");
        if !program.exists() {
            assert!(std::env::var_os("AUTHCTL_PEERS").is_none(), "PgBouncer is not installed");
            eprintln!("skipped: PgBouncer is not installed");
            return None;
        }
        let port = free_port();
        let settings = format!(
            "[databases]\n* = host={folders} port={to}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 100\n{settings}",
            to = server.port,
        )
        .replace("* = host", "* = user=postgres host");
        let path = server.folder.join(format!("pgbouncer-{port}.ini"));
        fs::write(&path, settings).unwrap();
        run(Command::new("chmod").arg("a+r").arg(&path));
        // Its end is that of its input.
        let mut command = server.program("/bin/bash");
        command.args([
            "-c",
            "\"$1\" -q \"$2\" >/dev/null 2>&1 & pooler=$!; cat >/dev/null; kill -KILL $pooler",
            "bash",
        ]);
        let process = command.arg(&program).arg(&path).stdin(Stdio::piped()).spawn().unwrap();
        let pooler = Self { process, port };
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::yield_now();
        }
        Some(pooler)
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

#[test]
fn everything_works_behind_a_pooler_in_transaction_mode() {
    let Some(store) = Store::new() else { return };
    let Some(pooler) = Pooler::start(store.server) else { return };
    put(&store, &[new_user("johndoe")]);
    let url = format!("postgres://postgres@127.0.0.1:{}/{}", pooler.port, store.name);
    let name = || "johndoe".parse().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let database = at(&url);
                for _ in 0..5 {
                    let sign_out = |now| Change::SignOut { name: name(), now };
                    let changed =
                        database.change::<()>(Asked::User(&name()), |_, now| Ok(Some(sign_out(now))));
                    assert!(changed.unwrap().any);
                    assert!(database.users(&["johndoe", "x"]).unwrap().0.user("johndoe").is_some());
                    assert!(database.candidate("johndoe").unwrap().accept_without_password().is_ok());
                    let mut snapshot = database.snapshot(Fields::Readable).unwrap();
                    assert_eq!(snapshot.next(10).unwrap().len(), 1);
                    assert!(snapshot.records().unwrap().revoked.is_empty());
                    snapshot.end().unwrap();
                }
            });
        }
    });
    assert_eq!(store.sql("SELECT generation FROM authctl.users"), "40");
    // What a transaction sets is set in no other one.
    assert_eq!(store.sql("SHOW statement_timeout"), "0");
    let database = at(&url);
    assert!(!database.init(POLICY).unwrap());
    let users = (0..2500).map(|number| new_user(&format!("u{number}"))).collect();
    database.import(&Import { users, ..Import::default() }).unwrap();
}

#[test]
fn a_pooler_over_a_primary_and_a_late_standby_never_tells_what_was() {
    let Some(primary) = Server::start("") else { return };
    let direct = at(&primary.url("postgres", "postgres"));
    direct.init(POLICY).unwrap();
    direct.import(&Import { users: vec![new_user("johndoe")], ..Import::default() }).unwrap();
    let standby = primary.standby();
    standby.sql("postgres", "SELECT pg_wal_replay_pause()");
    while standby.sql("postgres", "SELECT pg_get_wal_replay_pause_state()") != "paused" {}
    symlink(socket(&standby, standby.port), socket(&standby, primary.port)).unwrap();
    // Each transaction is on a new connection, to the one server and the other in turn.
    let folders = format!("{},{}", primary.folder.display(), standby.folder.display());
    let Some(pooler) = Pooler::between(&primary, &folders, "server_lifetime = 0\n") else { return };
    let token = [token("johndoe", "id", "")];
    let sign_out = |now| Change::SignOut { name: "johndoe".parse().unwrap(), now };
    let asked = "johndoe".parse().unwrap();
    assert!(direct.change::<()>(Asked::User(&asked), |_, now| Ok(Some(sign_out(now)))).unwrap().any);
    assert_eq!(standby.sql("postgres", "SELECT generation FROM authctl.users"), "0");
    let database = at(&format!("postgres://postgres@127.0.0.1:{}/postgres", in_steps(pooler.port)));
    let (mut by_primary, mut by_standby) = (0, 0);
    for _ in 0..20 {
        match judged(&database, &token) {
            Ok(verdicts) => {
                assert!(verdicts.iter().all(Result::is_err), "a token from before the sign-out");
                by_primary += 1;
            }
            Err(error) => {
                assert_eq!(error.code(), "database_standby", "{error}");
                by_standby += 1;
            }
        }
    }
    assert!(by_primary > 0 && by_standby > 0, "{by_primary} {by_standby}");
}

#[test]
fn what_a_pooler_says_as_it_refuses_a_connection_is_told() {
    let Some(store) = Store::new() else { return };
    let folder = store.server.folder.display().to_string();
    let Some(pooler) = Pooler::between(store.server, &folder, "max_client_conn = 0\n") else { return };
    let error = at(&format!("postgres://postgres@127.0.0.1:{}/{}", pooler.port, store.name)).look_up(&[]);
    let error = error.unwrap_err();
    assert_eq!(error.code(), "database_refused");
    assert!(error.to_string().contains("no more connections allowed"), "{error}");
}

fn socket(server: &Server, port: u16) -> PathBuf {
    server.folder.join(format!(".s.PGSQL.{port}"))
}

#[test]
fn a_pooler_whose_server_is_away_is_passed_over_for_the_next_host() {
    let Some(store) = Store::new() else { return };
    let Some(mut gone) = Server::start("") else { return };
    put(&store, &[new_user("johndoe")]);
    gone.sql("postgres", &format!("CREATE DATABASE {}", store.name));
    at(&gone.url("postgres", &store.name)).init(POLICY).unwrap();
    // A pooler ends a connection for which it has no server.
    let folder = gone.folder.display().to_string();
    let Some(pooler) = Pooler::between(&gone, &folder, "query_wait_timeout = 1\n") else { return };
    // What the server says of itself is known to the pooler from then on.
    let alone = at(&format!("postgres://postgres@127.0.0.1:{}/{}", pooler.port, store.name));
    assert!(alone.look_up(&[]).is_ok());
    gone.kill();
    assert_eq!(alone.look_up(&[]).unwrap_err().code(), "database_lost");
    let folder = store.server.folder.display().to_string().replace('/', "%2F");
    let servers = format!("127.0.0.1:{},{folder}:{}", pooler.port, store.server.port);
    for attributes in ["", "?target_session_attrs=any"] {
        let both = || at(&format!("postgres://postgres@{servers}/{}{attributes}", store.name));
        assert!(both().users(&["johndoe"]).unwrap().0.user("johndoe").is_some());
        let asked = "johndoe".parse().unwrap();
        let sign_out = |now| Change::SignOut { name: "johndoe".parse().unwrap(), now };
        assert!(both().change::<()>(Asked::User(&asked), |_, now| Ok(Some(sign_out(now)))).unwrap().any);
        both().snapshot(Fields::All).map(drop).unwrap();
    }
}
