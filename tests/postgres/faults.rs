//! Faults: each has its own code, none is a "yes", and no edit is made that was given up.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::time::Duration;

use authctl::auth::change::Change;
use authctl::auth::import::Import;
use authctl::auth::time::Timestamp;
use authctl::auth::user::{Removed, Username};
use authctl::store::postgres::{Asked, Database, DatabaseError, Defaults, EditError};

use super::proxy::{Fault, Proxy};
use super::server::{Server, Store, address, at, free_port};
use super::{new_user, put};

/// Time that is over soon.
const SOON: Duration = Duration::from_millis(1500);

fn johndoe() -> Username {
    "johndoe".parse().unwrap()
}

fn sign_out(database: &Database) -> Result<bool, EditError<()>> {
    let changed =
        database.change(Asked::User(&johndoe()), |_, now| Ok(Some(Change::SignOut { name: johndoe(), now })));
    changed.map(|changed| changed.any)
}

fn generation(store: &Store) -> String {
    store.sql("SELECT generation FROM authctl.users WHERE name = 'johndoe'")
}

/// A store with one user, and a role that is let in by a password alone.
fn store() -> Option<Store> {
    let store = Store::new()?;
    put(&store, &[new_user("johndoe")]);
    Some(store)
}

/// The same database through a network with a fault.
fn through(store: &Store, proxy: &Proxy) -> String {
    let role = format!("r{}", store.name);
    store.sql(&format!("CREATE ROLE {role} SUPERUSER LOGIN PASSWORD 'pw'"));
    format!("postgres://{role}:pw@127.0.0.1:{}/{}", proxy.port, store.name)
}

fn socket(server: &Server) -> PathBuf {
    server.folder.join(format!(".s.PGSQL.{}", server.port))
}

#[track_caller]
fn fails(database: &Database, code: &str, text: &str) {
    let error = database.look_up(&[]).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    let shown = error.to_string();
    assert!(shown.contains(text), "{shown}");
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    assert!(sign_out(database).is_err());
}

#[test]
fn a_server_that_is_away_is_told_from_a_name_without_address() {
    let port = free_port();
    let away = at(&format!("postgres://u:s3cret@127.0.0.1:{port}/d"));
    fails(
        &away,
        "database_unreachable",
        &format!("cannot connect to `127.0.0.1:{port}`: connection refused"),
    );
    let no_name = at("postgres://u:s3cret@nowhere.invalid/d?sslmode=disable");
    fails(&no_name, "database_unresolved", "cannot find the address of `nowhere.invalid:5432`: ");
    let no_socket = at("postgres://u:s3cret@/d?host=/nonexistent");
    fails(&no_socket, "database_unreachable", "`/nonexistent/.s.PGSQL.5432`: no such file or directory");
    let both = at(&format!("postgres://u:s3cret@127.0.0.1:{port},nowhere.invalid/d?sslmode=disable"));
    fails(&both, "database_unresolved", "none of the servers can be used: cannot connect to `127.0.0.1:");
}

#[test]
fn a_server_that_says_nothing_is_given_up_at_the_deadline() {
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = mute.local_addr().unwrap().port();
    let database = Database::new(address(&format!("postgres://u:s3cret@127.0.0.1:{port}/d")).within(SOON));
    fails(&database, "database_mute", "did not answer a new connection within 1 second");
    let encrypted = format!("postgres://u:s3cret@127.0.0.1:{port}/d?sslmode=require");
    fails(&Database::new(address(&encrypted).within(SOON)), "database_mute", "did not answer");
}

#[test]
fn a_server_that_speaks_another_protocol_is_no_store() {
    let folder = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let _ = client.unwrap().write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        }
    });
    let database = at(&format!("postgres://u:s3cret@/d?host={}", folder.path().display()));
    let error = database.look_up(&[]).unwrap_err();
    assert!(
        matches!(error.code(), "database_protocol" | "database_lost" | "database_unreachable"),
        "{error}"
    );
}

#[test]
fn a_role_that_is_not_let_in_is_told_why() {
    let Some(store) = store() else { return };
    let Server { port, folder, .. } = store.server;
    let (name, folder) = (&store.name, folder.display());
    store.sql("CREATE ROLE pw LOGIN PASSWORD 's3cret'; CREATE ROLE locked LOGIN; CREATE ROLE norights LOGIN");
    let url = |user: &str| at(&format!("postgres://{user}@:{port}/{name}?host={folder}"));
    fails(&url("pw:s3cretly"), "database_password", "refuses the password of `pw`");
    fails(&url("pw"), "database_no_password", "asks for the password of `pw`, and none is given");
    fails(&url("locked:s3cret"), "database_not_let_in", "does not let `locked` in: ");
    fails(
        &url("norights"),
        "database_denied",
        "does not let `norights` do this: permission denied for schema authctl",
    );
    fails(&at(&store.server.url("postgres", "nodatabase")), "no_database", "has no database `nodatabase`");
    let defaults = Defaults { passfile: Some("localhost:*:*:pw:s3cret\n".into()), ..Defaults::default() };
    let parse = |url: &str| authctl::store::postgres::Address::parse(url, &defaults).unwrap();
    let database = Database::new(parse(&format!("postgres://pw@:{port}/{name}?host={folder}")));
    // The password is right, and the role has no rights.
    assert_eq!(database.look_up(&[]).unwrap_err().code(), "database_denied");
}

#[test]
fn a_look_up_is_asked_again_where_the_connection_breaks_off() {
    let Some(store) = store() else { return };
    let proxy = Proxy::to(socket(store.server), Fault::CutAfter, "authctl.policy", 1);
    let database = at(&through(&store, &proxy));
    assert!(database.users(&["johndoe"]).unwrap().0.user("johndoe").is_some());
    // Several connections at a time, all of which are kept, and broke meanwhile.
    let nested = database.change::<()>(Asked::User(&johndoe()), |_, _| {
        let inner = database.change::<()>(Asked::User(&johndoe()), |_, _| {
            assert!(database.users(&["johndoe"]).is_ok());
            Ok(None)
        });
        assert!(inner.is_ok());
        Ok(None)
    });
    assert!(nested.is_ok());
    let role = format!("r{}", store.name);
    store.sql(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"));
    assert!(database.users(&["johndoe"]).unwrap().0.user("johndoe").is_some());
    store.sql(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"));
    assert!(sign_out(&database).unwrap());
    let always = Proxy::to(socket(store.server), Fault::CutBefore, "authctl.policy", usize::MAX);
    let cut = at(&through_again(&store, &always));
    assert_eq!(cut.look_up(&[]).unwrap_err().code(), "database_lost");
}

/// As [`through`], with the role that is there.
fn through_again(store: &Store, proxy: &Proxy) -> String {
    format!("postgres://r{}:pw@127.0.0.1:{}/{}", store.name, proxy.port, store.name)
}

#[test]
fn an_edit_is_not_made_unless_it_is_ended_and_an_unknown_outcome_is_said() {
    let Some(store) = store() else { return };
    let mut role = None;
    let mut edit = |fault, text| {
        let proxy = Proxy::to(socket(store.server), fault, text, usize::MAX);
        let url = if role.is_none() { through(&store, &proxy) } else { through_again(&store, &proxy) };
        role = Some(());
        let within = if matches!(fault, Fault::Mute | Fault::Stall) { SOON } else { Duration::from_secs(30) };
        let outcome = sign_out(&Database::new(address(&url).within(within)));
        (outcome, generation(&store))
    };
    // While it is written, it is not made: not later either, since its end is asked for by nobody.
    for (fault, code) in [
        (Fault::CutAfter, "database_lost"),
        (Fault::CutBefore, "database_lost"),
        (Fault::Mute, "database_slow"),
        (Fault::Stall, "database_slow"),
    ] {
        match edit(fault, "UPDATE authctl.users") {
            (Err(EditError::Database(error)), now) => assert_eq!((error.code(), now.as_str()), (code, "0")),
            other => panic!("{other:?}"),
        }
    }
    // At its end it is not known, whether it is made or not.
    for (fault, made) in
        [(Fault::CutBefore, "0"), (Fault::Stall, "0"), (Fault::CutAfter, "1"), (Fault::Mute, "2")]
    {
        match edit(fault, "COMMIT\0") {
            (Err(EditError::UnknownOutcome { .. }), _) => {}
            other => panic!("{other:?}"),
        }
        // Once the server has read all that it was sent.
        store.sql("BEGIN; LOCK TABLE authctl.users; COMMIT");
        assert_eq!(generation(&store), made);
    }
    assert!(sign_out(&store.database()).unwrap());
}

#[test]
fn a_locked_user_makes_an_edit_wait_until_the_deadline_and_no_longer() {
    let Some(store) = store() else { return };
    let database = Database::new(address(&store.server.url("postgres", &store.name)).within(SOON));
    sign_out(&store.database()).unwrap();
    let lock = Lock::by(&store, "SELECT 'locked' FROM authctl.users FOR UPDATE");
    match sign_out(&database) {
        Err(EditError::Database(error @ DatabaseError::Slow { .. })) => {
            assert!(error.to_string().contains("did not answer within 2 seconds"), "{error}");
        }
        unexpected => panic!("{unexpected:?}"),
    }
    is_given_up(&store);
    // A reader does not wait.
    assert!(database.users(&["johndoe"]).unwrap().0.user("johndoe").is_some());
    lock.end();
    assert_eq!(generation(&store), "1", "an edit that was given up is not made later");
    assert!(sign_out(&database).unwrap());
}

#[test]
fn a_locked_policy_is_not_set_later_nor_made_and_a_locked_table_is_not_read_for_ever() {
    let Some(store) = store() else { return };
    let database = Database::new(address(&store.server.url("postgres", &store.name)).within(SOON));
    let lock = Lock::by(&store, "SELECT 'locked' FROM authctl.policy FOR UPDATE");
    let set = database.set_policy("[scopes]\nother = \"Another.\"\n", None);
    assert!(matches!(set, Err(EditError::Database(DatabaseError::Slow { .. }))), "{set:?}");
    is_given_up(&store);
    lock.end();
    assert_eq!(database.policy().unwrap().text, super::server::POLICY);
    // Nor is a store made that another one is making.
    store.sql("DELETE FROM authctl.policy; DELETE FROM authctl.users");
    let lock = Lock::by(&store, "INSERT INTO authctl.policy VALUES (1, 1, '') RETURNING 'locked'");
    let made = database.init(super::POLICY);
    assert!(matches!(made, Err(EditError::Database(DatabaseError::Slow { .. }))), "{made:?}");
    is_given_up(&store);
    lock.end();
    assert_eq!(store.sql("SELECT count(*) FROM authctl.policy"), "0");
    assert!(database.init(super::POLICY).unwrap());
    let lock = Lock::by(&store, "LOCK TABLE authctl.revoked; SELECT 'locked'");
    fails_slowly(&database);
    is_given_up(&store);
    lock.end();
    database.look_up(&[]).unwrap();
}

#[test]
fn an_import_that_waits_for_the_removal_of_a_user_of_the_name_is_above_it() {
    let Some(store) = store() else { return };
    let database = store.database();
    let removal = "DELETE FROM authctl.users WHERE name = 'johndoe'; \
                   INSERT INTO authctl.removed VALUES ('johndoe', 99, now() + interval '1 day') RETURNING 'locked'";
    let lock = Lock::by(&store, removal);
    let import = Import { users: vec![new_user("johndoe")], ..Import::default() };
    waits_for(lock, || database.import(&import).unwrap());
    assert_eq!(generation(&store), "100");
}

/// A generation above that of every clock.
const HIGH: u64 = 9_000_000_000_000;

#[test]
fn a_user_who_is_added_while_removed_ones_are_imported_is_above_them() {
    let Some(store) = Store::new() else { return };
    let database = store.database();
    let import = format!(
        "DO $$ BEGIN PERFORM pg_advisory_xact_lock(27432215568938092); END $$; \
         INSERT INTO authctl.removed VALUES ('johndoe', {HIGH}, now() + interval '1 day') RETURNING 'locked'"
    );
    let add = || {
        let add = |now| Change::Add { user: new_user("johndoe"), now };
        let added = database.change::<()>(Asked::User(&johndoe()), |_, now| Ok(Some(add(now))));
        assert!(added.unwrap().any);
    };
    let import_users = || {
        let import = Import { users: vec![new_user("johndoe")], ..Import::default() };
        database.import(&import).unwrap();
    };
    for adds in [&add as &(dyn Fn() + Sync), &import_users] {
        store.sql("DELETE FROM authctl.users; DELETE FROM authctl.removed");
        waits_for(Lock::by(&store, &import), adds);
        assert_eq!(generation(&store), (HIGH + 1).to_string());
    }
}

#[test]
fn an_import_of_removed_users_waits_for_the_users_who_are_being_added() {
    let Some(store) = Store::new() else { return };
    let database = store.database();
    let add = "DO $$ BEGIN PERFORM pg_advisory_xact_lock_shared(27432215568938092); END $$; \
               INSERT INTO authctl.users (name, folded) VALUES ('johndoe', 'johndoe') RETURNING 'locked'";
    let removed = Removed { generation: HIGH, until: Timestamp::MAX };
    let import = Import { removed: [(johndoe(), removed)].into(), ..Import::default() };
    waits_for(Lock::by(&store, add), || database.import(&import).unwrap());
    assert_eq!(generation(&store), (HIGH + 1).to_string());
}

/// Does `work`, which waits for the other transaction, which is then committed.
#[track_caller]
fn waits_for(lock: Lock, work: impl Fn() + Sync) {
    std::thread::scope(|scope| {
        let work = scope.spawn(&work);
        assert!((0..1000).any(|_| lock.store.sql(WAITING) == "1"), "it does not wait");
        lock.commit();
        work.join().unwrap();
    });
}

#[track_caller]
fn fails_slowly(database: &Database) {
    assert_eq!(database.look_up(&[]).unwrap_err().code(), "database_slow");
}

/// How many wait for a lock.
const WAITING: &str =
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

/// The server does not go on waiting for a lock either.
#[track_caller]
fn is_given_up(store: &Store) {
    assert!((0..1000).any(|_| store.sql(WAITING) == "0"), "the server still waits");
}

/// A transaction of another client that holds a lock until it is told to end.
struct Lock<'s> {
    client: std::process::Child,
    store: &'s Store,
}

impl<'s> Lock<'s> {
    /// `sql` answers a row once the lock is held.
    fn by(store: &'s Store, sql: &str) -> Self {
        let mut psql = store.server.program("psql");
        psql.args(["-XAtq", "-U", "postgres", "-d", &store.name, "-h"]).arg(&store.server.folder);
        psql.args(["-p", &store.server.port.to_string()]).stdin(std::process::Stdio::piped());
        let mut client = psql.stdout(std::process::Stdio::piped()).spawn().unwrap();
        writeln!(client.stdin.as_mut().unwrap(), "BEGIN; {sql};").unwrap();
        let mut hears = std::io::BufReader::new(client.stdout.take().unwrap());
        std::io::BufRead::read_line(&mut hears, &mut String::new()).unwrap();
        Self { client, store }
    }

    fn commit(mut self) {
        writeln!(self.client.stdin.as_mut().unwrap(), "COMMIT;").unwrap();
        self.end();
    }

    fn end(mut self) {
        drop(self.client.stdin.take());
        self.client.wait().unwrap();
    }
}

#[test]
fn certificates_are_read_from_a_file_of_some_size_alone() {
    let folder = tempfile::tempdir().unwrap();
    let fifo = folder.path().join("fifo");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let url = format!("postgres://u@127.0.0.1:1/d?sslmode=verify-full&sslrootcert={}", fifo.display());
    let error = at(&url).look_up(&[]).unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().contains("not a regular file")),
        ("database_roots", true),
        "{error}"
    );
}

#[test]
fn a_server_without_connections_to_spare_and_one_that_is_read_only_say_so() {
    let Some(server) = Server::start("max_connections = 3\nmax_wal_senders = 0\n") else { return };
    let url = server.url("postgres", "postgres");
    let databases: Vec<Database> = (0..3).map(|_| at(&url)).collect();
    databases[0].init(super::POLICY).unwrap();
    databases[0].import(&Import { users: vec![new_user("johndoe")], ..Import::default() }).unwrap();
    for database in &databases {
        database.look_up(&[]).unwrap();
    }
    fails(&at(&url), "database_full", "has too many connections");
    drop(databases);
    server.sql("postgres", "ALTER ROLE postgres SET default_transaction_read_only = on");
    let database = at(&url);
    match sign_out(&database) {
        Err(EditError::Database(error)) => assert_eq!(error.code(), "database_read_only"),
        other => panic!("{other:?}"),
    }
    assert!(database.look_up(&[]).is_ok());
    // One that was put out of service is not asked either, where that is wanted.
    let writable = at(&format!("{url}&target_session_attrs=read-write"));
    fails(&writable, "database_read_only", "is read-only");
}

#[test]
fn edits_are_kept_and_served_again_after_the_server_was_killed() {
    let Some(mut server) = Server::start("fsync = on\nsynchronous_commit = on\n") else { return };
    let url = server.url("postgres", "postgres");
    let database = at(&url);
    database.init(super::POLICY).unwrap();
    database.import(&Import { users: vec![new_user("johndoe")], ..Import::default() }).unwrap();
    let made = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut made = 0;
            let failure = loop {
                match sign_out(&database) {
                    Ok(changed) => made += i32::from(changed),
                    Err(failure) => break failure,
                }
            };
            (made, failure)
        });
        while server.sql("postgres", "SELECT generation FROM authctl.users").parse::<i32>().unwrap() < 5 {}
        server.kill();
        writer.join().unwrap()
    });
    let (made, failure) = made;
    server.start_again();
    let generation: i32 = server.sql("postgres", "SELECT generation FROM authctl.users").parse().unwrap();
    match failure {
        EditError::UnknownOutcome { .. } => {
            assert!((made..=made + 1).contains(&generation), "{made} {generation}");
        }
        EditError::Database(error) => assert_eq!(made, generation, "{error}"),
        other => panic!("{other:?}"),
    }
    assert!(sign_out(&database).unwrap());
}
