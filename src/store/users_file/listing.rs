//! Iterates over all users of a file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::fault::StoreFault;
use super::revoked::Revoked;
use super::{read, scan, value};
use crate::auth::user::{User, UserStore, Username};
use crate::store::toml::{Table, Tree};

/// The users of a valid file, in the order of their names.
///
/// Keeps only the text and the names; each user is parsed on demand.
pub struct Listing<'a> {
    /// Without users, if `names` has them.
    store: UserStore,
    text: &'a str,
    names: Vec<&'a str>,
    /// Those that are not in `store`.
    revoked: Revoked,
}

impl Listing<'_> {
    /// The policies and the declared scopes. There may be users in it or not.
    #[must_use]
    pub const fn policies(&self) -> &UserStore {
        &self.store
    }

    /// The names of all users.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.store.users.keys().map(Username::as_str).chain(self.names.iter().copied())
    }

    /// Whether there is no user.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.store.users.is_empty() && self.names.is_empty()
    }

    /// How many users there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.store.users.len() + self.names.len()
    }

    /// All but the users.
    #[must_use]
    pub fn into_rest(self) -> UserStore {
        let mut revoked = BTreeMap::from(self.revoked);
        revoked.extend(self.store.revoked);
        UserStore { users: BTreeMap::new(), revoked, ..self.store }
    }

    /// Each user.
    pub fn users(&self) -> impl Iterator<Item = Cow<'_, User>> {
        let read = self.names.iter().filter_map(|name| scan::user(self.text, name));
        self.store.users.values().map(Cow::Borrowed).chain(read.map(Cow::Owned))
    }
}

/// Reads a users file as strictly as [`parse`](super::parse).
///
/// # Errors
///
/// Those of [`parse`](super::parse), before the first user.
pub fn list(text: &str) -> Result<Listing<'_>, StoreFault> {
    let Some(scanned) = scan::scan(text, |_| false, |_| {}) else {
        return Ok(Listing {
            store: read::read(text)?,
            text,
            names: Vec::new(),
            revoked: Revoked::default(),
        });
    };
    let mut names: Vec<&str> = scanned.names.into_iter().collect();
    names.sort_unstable();
    Ok(Listing { store: scanned.store, text, names, revoked: scanned.revoked })
}

/// Whether a users file holds exactly `store` and these users `more`. Builds no second store in memory.
pub(super) fn says(text: &str, store: &UserStore, more: &[User]) -> bool {
    let UserStore { tokens, passwords, scopes, users, revoked, removed } = store;
    let mut users: Vec<&User> = users.values().chain(more).collect();
    users.sort_unstable_by_key(|user| &user.name);
    let is_rest = |found: &UserStore| {
        (&found.tokens, &found.passwords, &found.scopes, &found.removed)
            == (tokens, passwords, scopes, removed)
    };
    let Some(scanned) = scan::scan(text, |_| false, |_| {}) else {
        return read::read(text)
            .is_ok_and(|read| read.users.values().eq(users) && read.revoked == *revoked && is_rest(&read));
    };
    let mut names: Vec<&str> = scanned.names.into_iter().collect();
    names.sort_unstable();
    names.len() == users.len()
        && names.iter().zip(users).all(|(name, user)| scan::user(text, name).as_ref() == Some(user))
        && scanned.revoked.is(revoked)
        && is_rest(&scanned.store)
}

/// The line in which the hash of the user `name` begins, counted from 1; 1 where the text has no such user.
#[must_use]
pub fn line_of_hash(text: &str, name: &Username) -> usize {
    let place = |root: &Table<'_>| {
        let users = value::table(&root.entry("users")?).ok()?;
        let user = value::table(&users.entry(name.as_str())?).ok()?;
        Some(user.entry("hashed_password")?.node.span.start)
    };
    let at = Tree::parse(text).ok().and_then(|tree| place(&tree.root())).unwrap_or(0);
    text.get(..at).unwrap_or_default().matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::super::samples::{Random, broken, usual};
    use super::list;
    use crate::auth::user::User;

    #[test]
    fn the_users_listed_are_those_of_the_store_in_their_order() {
        let mut random = Random(3);
        let mut good = 0;
        for round in 0..5_000 {
            let mut text = usual(&mut random);
            if round % 2 == 0 {
                text = broken(&text, &mut random);
            }
            match (parse(&text), list(&text)) {
                (Ok(store), Ok(listing)) => {
                    good += 1;
                    let users: Vec<User> = listing.users().map(std::borrow::Cow::into_owned).collect();
                    assert!(users.iter().eq(store.users.values()), "{text:?}");
                    assert_eq!(listing.policies().passwords, store.passwords, "{text:?}");
                }
                (parsed, listed) => assert_eq!(parsed.err(), listed.err(), "{text:?}"),
            }
        }
        assert!((2_500..5_000).contains(&good), "{good}");
    }

    #[test]
    fn a_header_may_have_quotes_spaces_and_a_comment() {
        let text = "\u{feff}[ users . 'b' ] # [users.x]\r\nhashed_password = '!'\r\n[revoked]\n[users.\"a@b.c\"]\nhashed_password = ''";
        let listing = list(text).unwrap();
        assert_eq!(listing.names, ["a@b.c", "b"]);
        let users: Vec<_> = listing.users().map(|user| user.name.to_string()).collect();
        assert_eq!(users, ["a@b.c", "b"]);
    }
}
