//! Users in a database: the same answers as from a file, and what is different about a database.

mod answers;
mod export;
mod faults;
mod moving;
mod policies;
mod rights;
mod transcripts;
mod watching;

use authctl::auth::import::Import;
use authctl::auth::password::PasswordHash;
use authctl::auth::user::User;

use crate::bench::{Bench, SECRET, cheap_hash};
use crate::server::{Server, at};

const POLICY: &str = "[passwords]\nmemory_kib = 7168\niterations = 5\nparallelism = 1\n\n[scopes]\n\
    me = \"Read information about the current user.\"\nitems = \"Read items.\"\nadmin = \"Everything.\"\n";

/// The users of the usual bench.
fn users() -> [User; 2] {
    let user = |name: &str, password: &str, scopes: &str| User {
        name: name.parse().unwrap(),
        full_name: None,
        email: None,
        hash: Some(PasswordHash::parse(&cheap_hash(password))),
        disabled: name == "alice",
        scopes: scopes.parse().unwrap(),
        tokens_valid_from: None,
        generation: 0,
    };
    let john = user("johndoe", "secret", "me items");
    let (full_name, email) = (Some("John Doe".to_owned()), Some("johndoe@example.com".to_owned()));
    let alice = user("alice", "wonderland", "me");
    [User { full_name, email, ..john }, User { full_name: Some("Alice Chains".to_owned()), ..alice }]
}

/// A bench whose users are in a database of its own, to which it connects as its owner.
struct Shared {
    bench: Bench,
    server: &'static Server,
    database: String,
}

impl Shared {
    /// No tables yet; `None` where there is no server.
    fn empty() -> Option<Self> {
        let server = Server::shared()?;
        let database = server.new_database();
        let owner = server.new_owner(&database);
        let mut bench = Bench::empty();
        let url = server.url(&owner, &database);
        // Time enough for a busy machine.
        bench.set("AUTHCTL_USERS_URL", format!("{url}&connect_timeout=60"));
        Some(Self { bench, server, database })
    }

    /// The key and the users of the usual bench.
    fn new() -> Option<Self> {
        let shared = Self::empty()?;
        shared.bench.write("secret.key", format!("{SECRET}\n"));
        let database = at(&shared.server.url(&format!("owner_{}", shared.database), &shared.database));
        assert!(database.init(POLICY).unwrap());
        database.import(&Import { users: users().to_vec(), ..Import::default() }).unwrap();
        Some(shared)
    }

    fn sql(&self, sql: &str) -> String {
        self.server.sql(&self.database, sql)
    }

    /// A transcript without what only this run has.
    fn masked(&self, transcript: &str) -> String {
        let folder = self.server.folder.display().to_string();
        let socket = format!("{folder}/.s.PGSQL.{}", self.server.port);
        transcript.replace(&socket, "<socket>").replace(&self.database, "<database>")
    }
}

const PASSWORD: &str = "correct horse battery\n";
