//! Changes of a store in memory, and users from elsewhere.

use std::collections::BTreeMap;

use authctl::auth::change::{Change, ChangeError};
use authctl::auth::import::Import;
use authctl::auth::user::{Removed, User, UserStore, Username};
use authctl::store::users_file;

use crate::bench::{NOW, at};
use crate::support;

const STORE: &str = "
[users.johndoe]
scopes = ['me']

[users.Ann]
generation = 4

[removed.carl]
generation = 7
until = 2026-12-01T00:00:00Z
";

fn store() -> UserStore {
    users_file::parse(STORE).unwrap()
}

fn name(name: &str) -> Username {
    name.parse().unwrap()
}

fn user(name: &str) -> User {
    support::user(name, "".parse().unwrap_or_default())
}

#[test]
fn a_change_is_made_on_the_store_that_is_given() {
    let grant = |user: &str| Change::Grant { name: name(user), scopes: "items".parse().unwrap() };
    let changed = grant("johndoe").on(store()).unwrap();
    assert_eq!(changed.users[&name("johndoe")].scopes.to_string(), "me items");
    assert_eq!(changed.users[&name("Ann")], store().users[&name("Ann")]);
    assert_eq!(grant("nobody").on(store()), Err(ChangeError::NoSuchUser(name("nobody"))));
}

#[test]
fn users_from_elsewhere_are_no_users_of_the_store() {
    let put = |user_name: &str| {
        let mut store = store();
        let import = Import { users: vec![user(user_name)], ..Import::default() };
        import.put_into(&mut store, at(NOW)).map(|()| store.users[&name(user_name)].generation)
    };
    assert_eq!(put("johndoe"), Err(ChangeError::UserExists(name("johndoe"))));
    assert_eq!(put("ann"), Err(ChangeError::CaseTwin(name("Ann"))));
    assert_eq!(put("bob"), Ok(0));
    // Tokens of the earlier user of that name stay refused.
    assert_eq!(put("carl"), Ok(8));
}

#[test]
fn a_user_passes_with_no_token_of_one_who_was_removed_elsewhere() {
    for (removed, generation) in [(3, 4), (4, 5), (9, 10)] {
        let removed = Removed { generation: removed, until: at(NOW + 600) };
        let import = Import { removed: BTreeMap::from([(name("Ann"), removed)]), ..Import::default() };
        let mut store = store();
        import.put_into(&mut store, at(NOW)).unwrap();
        assert_eq!(store.users[&name("Ann")].generation, generation);
    }
}
