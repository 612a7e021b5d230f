//! Users in PostgreSQL, which several machines share.
//!
//! A [`Database`] gives what the rules ask of any store: [a look-up](Database::look_up) for tokens, [a
//! candidate](Database::candidate) for a login, and it carries out a [`Change`](crate::auth::change::Change). Each of them
//! has one deadline, from the first name that is resolved to the last answer, and each failure is a [`DatabaseError`] of
//! its own: never a "yes".
//!
//! ```no_run
//! use authctl::store::postgres::{Address, Database, Defaults};
//! use authctl::{Password, Requirements, open};
//!
//! # fn server(keys: authctl::KeySet, now: authctl::Timestamp, token: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let url = "postgres://checker@db.example.com/authctl";
//! let database = Database::new(Address::parse(url, &Defaults::default())?);
//!
//! // A token: opened, looked up, judged.
//! let token = open(token, &keys)?;
//! let found = database.look_up([&token])?;
//! let required = Requirements::of(found.tokens()).require(&"items".parse()?);
//! let verified = token.judge(found.facts(&token), &required, now)?;
//!
//! // A login, dated by the clock of the database.
//! let login = database.candidate("johndoe")?.verify(&Password::from(b"secret".to_vec()))?;
//! # Ok(())
//! # }
//! ```
//!
//! It works behind a pooler in transaction mode: nothing is prepared, and nothing is set but within a transaction. The
//! functions block; a server with an async runtime calls them on a thread where it may block.

mod address;
mod connection;
mod edit;
mod error;
mod import;
mod layout;
mod look_up;
mod page;
mod place;
mod policy;
mod pool;
mod prune;
mod rows;
mod session;
mod snapshot;
mod tls;
mod write;

pub use address::{Address, Defaults, Server, Servers, SslMode, UrlFault};
pub use edit::Asked;
pub use error::{DatabaseError, EditError, RowFault};
pub use import::Existing;
pub use page::Records;
pub use policy::{Policies, Rights};
pub use pool::Database;
pub use rows::Sees;
pub use snapshot::{Fields, Snapshot};
