//! Servers that the tests start, and that end with them.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use authctl::store::postgres::{Address, Database, Defaults};

/// A server: on a socket in its folder, and on a loopback port.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    bin: PathBuf,
    /// It ends when this process does: the pipe to its keeper is closed then.
    keeper: Child,
}

const SETTINGS: &str = "listen_addresses = '127.0.0.1'\nfsync = off\nmax_connections = 60\n\
    superuser_reserved_connections = 0\nlog_min_messages = fatal\nwal_level = replica\nhot_standby = on\n";

const LETS_IN: &str = "local all locked reject\nlocal all pw scram-sha-256\nlocal all all trust\n\
    local replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";

impl Server {
    /// The server that tests share, and change nothing of but their own databases and roles.
    pub(crate) fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Server>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start("")).as_ref()
    }

    /// Starts a server with further settings.
    pub(crate) fn start(settings: &str) -> Option<Self> {
        let bin = installed()?;
        let folder = folder();
        let data = folder.join("data");
        run(as_server(bin.join("initdb"))
            .args(["-N", "-A", "trust", "-U", "postgres", "--locale=C.UTF-8", "-D"])
            .arg(&data));
        fs::write(data.join("pg_hba.conf"), LETS_IN).unwrap();
        Some(Self::of_data(bin, folder, settings))
    }

    /// A standby that follows this server.
    pub(crate) fn standby(&self) -> Self {
        let folder = folder();
        let mut copy = as_server(self.bin.join("pg_basebackup"));
        copy.args(["-R", "-c", "fast", "-U", "postgres", "-h"]).arg(&self.folder).args([
            "-p",
            &self.port.to_string(),
            "-D",
        ]);
        run(copy.arg(folder.join("data")));
        Self::of_data(self.bin.clone(), folder, "")
    }

    fn of_data(bin: PathBuf, folder: PathBuf, settings: &str) -> Self {
        let port = free_port();
        let own = format!("port = {port}\nunix_socket_directories = '{}'\n", folder.display());
        let path = folder.join("data/postgresql.conf");
        fs::write(&path, [&fs::read_to_string(&path).unwrap(), SETTINGS, &own, settings].concat()).unwrap();
        let keeper = keep(&bin, &folder);
        let server = Self { folder, port, bin, keeper };
        server.wait_until_ready();
        server
    }

    /// Starts it again after [`kill`](Self::kill).
    pub(crate) fn start_again(&mut self) {
        self.keeper = keep(&self.bin, &self.folder);
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        // `pg_isready` answers once, and waits for nothing.
        for _ in 0..6000 {
            let ready = Command::new(self.bin.join("pg_isready"))
                .args(["-q", "-U", "postgres", "-h"])
                .arg(&self.folder)
                .args(["-p", &self.port.to_string()])
                .status();
            if ready.unwrap().success() {
                return;
            }
            std::thread::yield_now();
        }
        panic!("the server does not start: see {}", self.folder.join("log").display());
    }

    /// Ends it as a failure of the machine does.
    pub(crate) fn kill(&mut self) {
        let pid = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap();
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", pid]).output().unwrap().stdout;
        let children = String::from_utf8(children).unwrap();
        run(Command::new("kill").arg("-STOP").arg(pid));
        // Those that have ended meanwhile are no failure.
        Command::new("kill").arg("-KILL").args(children.split_whitespace()).arg(pid).output().unwrap();
        // The data stay: the pipe is open until the keeper has ended.
        let pipe = self.keeper.stdin.take();
        self.keeper.wait().unwrap();
        drop(pipe);
        let _ = fs::remove_file(self.folder.join("data/postmaster.pid"));
    }

    /// What SQL says, as the superuser.
    pub(crate) fn sql(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-h"])
            .arg(&self.folder);
        psql.args(["-p", &self.port.to_string(), "-c", sql]).env_clear();
        let output = psql.output().unwrap();
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A program of the server, run to its end.
    pub(crate) fn program(&self, name: &str) -> Command {
        as_server(self.bin.join(name))
    }

    /// An empty database of a test's own.
    pub(crate) fn new_database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        self.sql("postgres", &format!("CREATE DATABASE {name}"));
        name
    }

    /// The role that owns a database, and has no other right.
    pub(crate) fn new_owner(&self, database: &str) -> String {
        let role = format!("owner_{database}");
        let sql = format!("CREATE ROLE {role} LOGIN; ALTER DATABASE {database} OWNER TO {role}");
        self.sql("postgres", &sql);
        role
    }

    pub(crate) fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@:{}/{database}?host={}", self.port, self.folder.display())
    }
}

pub(crate) const POLICY: &str = "[tokens]\nlifetime = \"1h\"\n\n[scopes]\nme = \"Me.\"\nitems = \"Items.\"\n";

/// The keeper of a server that runs ends it, and removes the folder.
impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.keeper.try_wait(), Ok(Some(_))) {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// A store in a database of a test's own.
pub(crate) struct Store {
    pub(crate) server: &'static Server,
    pub(crate) name: String,
}

impl Store {
    /// A new store on the shared server; `None` where there is no server.
    pub(crate) fn new() -> Option<Self> {
        let server = Server::shared()?;
        let store = Self { server, name: server.new_database() };
        assert!(store.database().init(POLICY).unwrap());
        Some(store)
    }

    /// A client of its own, as another machine is.
    pub(crate) fn database(&self) -> Database {
        self.as_role("postgres")
    }

    pub(crate) fn as_role(&self, role: &str) -> Database {
        at(&self.server.url(role, &self.name))
    }

    pub(crate) fn sql(&self, sql: &str) -> String {
        self.server.sql(&self.name, sql)
    }
}

/// The database at a URL, with time enough for a busy machine.
pub(crate) fn at(url: &str) -> Database {
    Database::new(address(url).within(Duration::from_secs(30)))
}

pub(crate) fn address(url: &str) -> Address {
    Address::parse(url, &Defaults::default()).unwrap()
}

/// The folder of the server's programs. Where there is none, the test is skipped.
fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let found = versions
        .map(|entry| entry.unwrap().path().join("bin"))
        .filter(|bin| bin.join("postgres").exists())
        .max();
    if found.is_none() {
        assert!(std::env::var_os("AUTHCTL_PEERS").is_none(), "PostgreSQL is not installed");
        eprintln!("skipped: PostgreSQL is not installed");
    }
    found
}

/// A new folder that the server may write to.
fn folder() -> PathBuf {
    let folder = tempfile::Builder::new().prefix("authctl-pg-").tempdir_in("/tmp").unwrap().keep();
    if is_root() {
        run(Command::new("chown").arg("postgres").arg(&folder));
    }
    folder
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A program that may not run as root.
fn as_server(program: PathBuf) -> Command {
    let mut command = Command::new(if is_root() { "runuser".into() } else { program.clone() });
    if is_root() {
        command.args(["-u", "postgres", "--"]).arg(program);
    }
    command
        .current_dir("/")
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}

/// Starts the server, and ends it when the pipe is closed.
fn keep(bin: &Path, folder: &Path) -> Child {
    let script = "\"$1\" -D \"$2/data\" >\"$2/log\" 2>&1 & server=$!\n\
                  { cat >/dev/null; touch \"$2/over\"; kill -QUIT $server; } <&3 & reader=$!\n\
                  wait $server; kill $reader 2>/dev/null; if [ -e \"$2/over\" ]; then rm -rf \"$2\"; fi";
    let mut shell = as_server(PathBuf::from("/bin/bash"));
    shell.args(["-c", &format!("exec 3<&0; {script}"), "bash"]).arg(bin.join("postgres")).arg(folder);
    shell.stdin(Stdio::piped()).process_group(0);
    shell.spawn().unwrap()
}

pub(crate) fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
