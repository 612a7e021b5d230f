//! A bench keeps its users in a database instead of a file: so the transcripts run a second time.
//!
//! `users.toml` names the database then. A test reads and writes it as if it were a users file: the users, policies and
//! records go there and come from there, in the words of a file. What no database holds is a file as ever: a text that is no
//! store, names that differ in case only, NUL characters.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use authctl::auth::import::Import;
use authctl::auth::user::UserStore;
use authctl::store::postgres::{Database, EditError, Fields, Records};
use authctl::store::users_file;

use crate::bench::Bench;
use crate::server::{Server, at};
use crate::store_text::{edited, policies};

/// Where it is `postgres`, each bench has a database.
pub(crate) const VARIABLE: &str = "AUTHCTL_TEST_USERS";

/// The start of a users file that names a database.
const POINTER: &str = "users = \"postgres://";

/// The databases that no bench has any more.
static FREE: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The database of a bench.
pub(crate) struct Users {
    server: &'static Server,
    name: String,
    /// Whether the bench wrote `users.toml`, which names the database then. Else a variable does.
    are_written: AtomicBool,
    /// The text of the store when it was last written or read.
    text: Mutex<Option<String>>,
}

impl Users {
    /// An empty database; `None` where the users of a bench are in a file.
    pub(crate) fn of_a_bench() -> Option<Self> {
        let is_wanted = std::env::var_os(VARIABLE).is_some_and(|kind| kind == "postgres");
        let server = is_wanted.then(Server::shared)??;
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let new = || {
            let name = server.new_database();
            server.new_owner(&name);
            name
        };
        let name = free.unwrap_or_else(new);
        Some(Self { server, name, are_written: AtomicBool::new(false), text: Mutex::default() })
    }

    /// Its URL, with time enough for a busy machine.
    pub(crate) fn url(&self) -> String {
        let url = self.server.url(&format!("owner_{}", self.name), &self.name);
        format!("{url}&connect_timeout=60")
    }

    fn database(&self) -> Database {
        at(&self.url())
    }

    /// Whether a users file of this text names a database.
    pub(crate) fn are_named(text: &str) -> bool {
        text.starts_with(POINTER)
    }

    /// The text of a users file that names this database.
    pub(crate) fn pointer(&self) -> String {
        format!("users = \"{}\"\n", self.url())
    }

    /// Puts the store of a users file in the place of all that is there. `None` where no database holds it.
    pub(crate) fn write(&self, text: &str) -> Option<()> {
        self.are_written.store(true, Ordering::Relaxed);
        let UserStore { users, revoked, removed, .. } =
            users_file::parse(text).ok().filter(|_| !text.contains("\\u0000"))?;
        let database = self.database();
        if !database.init(&policies(text)).unwrap() {
            self.clear();
            assert!(database.init(&policies(text)).unwrap());
        }
        let import = Import { users: users.into_values().collect(), revoked, removed };
        match database.import(&import) {
            Err(EditError::Caller(_)) => return None,
            imported => imported.unwrap(),
        }
        *self.text.lock().unwrap() = Some(text.to_owned());
        Some(())
    }

    /// What is there, as the text of a users file: as edits of the last text would leave it.
    pub(crate) fn read(&self) -> String {
        let database = self.database();
        let policy = database.policy().unwrap().text;
        let mut snapshot = database.snapshot(Fields::All).unwrap();
        let users = snapshot.next(u32::MAX >> 1).unwrap();
        let users = users.into_iter().map(|user| (user.name.clone(), user)).collect();
        let Records { revoked, removed } = snapshot.records().unwrap();
        snapshot.end().unwrap();
        let store = UserStore { users, revoked, removed, ..users_file::parse(&policy).unwrap() };
        let mut text = self.text.lock().unwrap();
        let last = text.take().filter(|last| policies(last) == policy).unwrap_or(policy);
        let edited = edited(&last, &store);
        assert_eq!(users_file::parse(&edited).unwrap(), store, "{edited}");
        text.insert(edited).clone()
    }

    /// Whether the bench wrote them.
    pub(crate) fn are_written(&self) -> bool {
        self.are_written.load(Ordering::Relaxed)
    }

    /// Whether there is a store.
    pub(crate) fn are_there(&self) -> bool {
        self.database().policy().is_ok()
    }

    fn clear(&self) {
        self.server.sql(&self.name, "SET client_min_messages = error; DROP SCHEMA IF EXISTS authctl CASCADE");
    }

    /// `text` with the users file at `path` in the place of the database, and of a store that is not there in the words that
    /// a file has for it.
    pub(crate) fn masked(&self, text: &str, path: &Path) -> String {
        let path = path.display();
        let socket = format!("{}/.s.PGSQL.{}", self.server.folder.display(), self.server.port);
        let name = format!("database `{}` at `{socket}`", self.name);
        text.replace(&format!("user store: {name}"), &format!("user store: {path}"))
            .replace(&format!("\"users\":\"{name}\""), &format!("\"users_file\":\"{path}\""))
            .replace(
                "user store: the database has no user store",
                &format!("user store `{path}` does not exist"),
            )
            .replace("\"no_store\"", "\"not_found\"")
            .replace(&name, &format!("`{path}`"))
    }
}

/// The next bench has it, empty.
impl Drop for Users {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.clear();
            FREE.lock().unwrap_or_else(PoisonError::into_inner).push(std::mem::take(&mut self.name));
        }
    }
}

#[test]
fn users_are_where_the_variable_says() {
    let bench = Bench::new();
    let file = std::fs::read_to_string(bench.path("users.toml")).unwrap();
    let Some(users) = Users::of_a_bench() else {
        assert!(std::env::var_os(VARIABLE).is_none());
        assert!(file.contains("[users.johndoe]"));
        return;
    };
    let name = file.split(['/', '?']).nth(3).unwrap();
    assert_eq!(users.server.sql(name, "SELECT count(*) FROM authctl.users"), "2");
    bench.run("users grant johndoe admin");
    assert_eq!(
        users.server.sql(name, "SELECT scopes FROM authctl.users WHERE name = 'johndoe'"),
        "{me,items,admin}"
    );
    assert_eq!(std::fs::read_to_string(bench.path("users.toml")).unwrap(), file);
    let granted = Bench::new().read("users.toml").replace("\"items\"]", "\"items\", \"admin\"]");
    assert_eq!(bench.masked(&bench.read("users.toml")), bench.masked(&granted));
}
