//! The user store of a run.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use authctl::auth::login::Candidate;
use authctl::auth::password::PasswordPolicy;
use authctl::auth::time::Timestamp;
use authctl::auth::user::{User, UserStore, Username};
use authctl::auth::verify::SignedToken;
use authctl::store::postgres::{Database, DatabaseError, Fields, Records, Sees, Snapshot};
use authctl::store::safe_file;
use authctl::store::users_file::{self, Listing, Lookup, StoreFault};

use super::database::failed;
use super::no_path::{is_url, refuse_secret};
use super::{invalid_store, unreadable};
use crate::error::Failure;

/// The text of the store. Each look-up checks all of it.
pub(crate) struct StoreText {
    path: PathBuf,
    text: String,
}

impl StoreText {
    /// Reads the store at `path`. Says nothing about its permissions.
    pub(crate) fn read(path: PathBuf) -> Result<Self, Failure> {
        let bytes = safe_file::read(&path, users_file::MAX_BYTES)
            .map_err(|error| unreadable("user store", &path, &error))?;
        let text = users_file::text(&bytes).map_err(|fault| invalid_store(&path, &fault))?.to_owned();
        Ok(Self { path, text })
    }

    /// All of the store.
    pub(crate) fn parse(&self) -> Result<UserStore, Failure> {
        self.look(users_file::parse(&self.text))
    }

    /// All users, one at a time.
    pub(crate) fn list(&self) -> Result<Listing<'_>, Failure> {
        self.look(users_file::list(&self.text))
    }

    /// All users, indexed by name.
    pub(crate) fn look_up_all(&self) -> Result<Lookup, Failure> {
        self.look(users_file::look_up_all(&self.text))
    }

    /// The users of these names. It is quicker than all of the store, and takes less memory.
    pub(crate) fn look_up(&self, names: &[&str]) -> Result<Lookup, Failure> {
        self.look(users_file::look_up(&self.text, names))
    }

    /// The candidate for a login as `name`. `now` is a time before the store was read.
    pub(crate) fn candidate(&self, name: &str, now: Timestamp) -> Result<Candidate, Failure> {
        self.look(users_file::candidate(&self.text, name, now))
    }

    fn look<T>(&self, found: Result<T, StoreFault>) -> Result<T, Failure> {
        found.map_err(|fault| invalid_store(&self.path, &fault))
    }
}

/// Refuses what is meant for no file, where the path of one is expected.
pub(super) fn refuse_no_file(path: &Path) -> Result<(), Failure> {
    let text = path.to_string_lossy();
    if text == "-" {
        return Err(Failure::usage("the user store is not read from standard input")
            .hint("name a file; `authctl users import` takes users from standard input"));
    }
    if is_url(&text) {
        return Err(Failure::usage("the users file is a URL").hint(
            "set `AUTHCTL_USERS_URL` to that of a PostgreSQL database, or download a file and name that",
        ));
    }
    refuse_secret("the users file", path)
}

/// The users of a run: in a file, or in a database.
pub(crate) enum Store {
    File(StoreText),
    Database(Arc<Database>),
}

impl Store {
    /// All of the store.
    pub(crate) fn all(&self) -> Result<UserStore, Failure> {
        match self {
            Self::File(text) => text.parse(),
            Self::Database(_) => {
                let mut everyone = self.everyone(Fields::All)?;
                let users = everyone.users().map(|user| (user.name.clone(), user.into_owned())).collect();
                Ok(UserStore { users, ..everyone.into_rest()? })
            }
        }
    }

    /// All users and records as they are at one moment, a few users in memory at a time. Of a file all is read.
    pub(crate) fn everyone(&self, fields: Fields) -> Result<Everyone<'_>, Failure> {
        match self {
            Self::File(text) => Ok(Everyone::File(text.list()?, fields)),
            Self::Database(database) => Pages::of(database, fields).map(Everyone::Database),
        }
    }

    /// The user of a name with all that may be read, what that is, and the policy for passwords.
    pub(crate) fn show(&self, name: &Username) -> Result<(Option<User>, Sees, PasswordPolicy), Failure> {
        match self {
            Self::File(text) => {
                let found = text.look_up(&[name.as_str()])?;
                Ok((found.user(name.as_str()).cloned(), Sees::ALL, *found.passwords()))
            }
            Self::Database(database) => {
                let show = || {
                    let snapshot = database.snapshot(Fields::Readable)?;
                    let shown = (snapshot.user(name)?, snapshot.sees(), snapshot.policies().passwords);
                    snapshot.end()?;
                    Ok(shown)
                };
                show().map_err(|error| failed(&error))
            }
        }
    }

    /// `exp` by `jti` of revoked tokens. It takes no right to read hashes.
    pub(crate) fn revoked(&self) -> Result<BTreeMap<String, Timestamp>, Failure> {
        match self {
            Self::File(text) => Ok(text.list()?.into_rest().revoked),
            Self::Database(database) => database.revoked().map_err(|error| failed(&error)),
        }
    }

    /// The users of these names, with everything that is stored of them.
    pub(crate) fn look_up(&self, names: &[&str]) -> Result<Lookup, Failure> {
        match self {
            Self::File(text) => text.look_up(names),
            // Without a name only the policies count, and they take no right to read hashes.
            Self::Database(database) if names.is_empty() => {
                database.look_up([]).map_err(|error| failed(&error))
            }
            Self::Database(database) => {
                database.users(names).map(|(found, _)| found).map_err(|error| failed(&error))
            }
        }
    }

    /// Everything that judging this token takes.
    pub(crate) fn about(&self, token: &SignedToken) -> Result<Lookup, Failure> {
        match self {
            Self::File(text) => text.look_up(token.subject().as_slice()),
            Self::Database(database) => database.look_up([token]).map_err(|error| failed(&error)),
        }
    }

    /// The candidate for a login as `name`. `now` is a time before a file was read; a database has its own clock.
    pub(crate) fn candidate(&self, name: &str, now: Timestamp) -> Result<Candidate, Failure> {
        match self {
            Self::File(text) => text.candidate(name, now),
            Self::Database(database) => database.candidate(name).map_err(|error| failed(&error)),
        }
    }
}

/// All users of a store, one at a time.
#[expect(clippy::large_enum_variant, reason = "there is one in a run")]
pub(crate) enum Everyone<'s> {
    File(Listing<'s>, Fields),
    Database(Pages<'s>),
}

impl Everyone<'_> {
    /// The policies and the declared scopes.
    pub(crate) const fn policies(&self) -> &UserStore {
        match self {
            Self::File(listing, _) => listing.policies(),
            Self::Database(pages) => pages.snapshot.policies(),
        }
    }

    /// What is read of the users.
    pub(crate) fn sees(&self) -> Sees {
        match self {
            Self::File(_, Fields::Facts) => Sees::default(),
            Self::File(..) => Sees::ALL,
            Self::Database(pages) => pages.snapshot.sees(),
        }
    }

    /// The users in the order of their names. They may end early: ask [`Everyone::end`].
    pub(crate) fn users(&mut self) -> Box<dyn Iterator<Item = Cow<'_, User>> + '_> {
        match self {
            Self::File(listing, Fields::Facts) => Box::new(listing.users().map(|mut user| {
                let facts = user.to_mut();
                (facts.hash, facts.full_name, facts.email) = (None, None, None);
                user
            })),
            Self::File(listing, _) => Box::new(listing.users()),
            Self::Database(pages) => Box::new(pages.map(Cow::Owned)),
        }
    }

    /// Says whether all users came.
    pub(crate) fn end(self) -> Result<(), Failure> {
        match self {
            Self::File(..) => Ok(()),
            Self::Database(pages) => {
                pages.into_snapshot().and_then(Snapshot::end).map_err(|error| failed(&error))
            }
        }
    }

    /// All but the users, if all of them came.
    pub(crate) fn into_rest(self) -> Result<UserStore, Failure> {
        let rest = |snapshot: Snapshot<'_>| {
            let Records { revoked, removed } = snapshot.records()?;
            let policies = snapshot.policies().clone();
            snapshot.end()?;
            Ok(UserStore { revoked, removed, ..policies })
        };
        match self {
            Self::File(listing, Fields::Facts) => {
                Ok(UserStore { removed: BTreeMap::new(), ..listing.into_rest() })
            }
            Self::File(listing, _) => Ok(listing.into_rest()),
            Self::Database(pages) => pages.into_snapshot().and_then(rest).map_err(|error| failed(&error)),
        }
    }
}

/// How many users are read at a time.
const PAGE: u32 = 1000;

/// The users of a database, read a page at a time.
pub(crate) struct Pages<'d> {
    snapshot: Snapshot<'d>,
    page: std::vec::IntoIter<User>,
    failure: Option<DatabaseError>,
}

impl<'d> Pages<'d> {
    /// Reads the first page.
    fn of(database: &'d Database, fields: Fields) -> Result<Self, Failure> {
        let first = || {
            let mut snapshot = database.snapshot(fields)?;
            let page = snapshot.next(PAGE)?.into_iter();
            Ok(Self { snapshot, page, failure: None })
        };
        first().map_err(|error| failed(&error))
    }

    fn into_snapshot(self) -> Result<Snapshot<'d>, DatabaseError> {
        self.failure.map_or(Ok(self.snapshot), Err)
    }
}

/// Ends early where a page cannot be read: ask [`Everyone::end`].
impl Iterator for Pages<'_> {
    type Item = User;

    fn next(&mut self) -> Option<User> {
        if self.page.len() == 0 && self.failure.is_none() {
            match self.snapshot.next(PAGE) {
                Ok(page) => self.page = page.into_iter(),
                Err(error) => self.failure = Some(error),
            }
        }
        self.page.next()
    }
}
