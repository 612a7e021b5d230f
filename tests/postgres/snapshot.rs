//! Users and records are read as they are at one moment, however long it takes.

use authctl::auth::change::Change;
use authctl::store::postgres::{Asked, Database, Fields};

use super::server::Store;
use super::{new_user, put};

fn names(database: &Database) -> (Vec<String>, usize, usize) {
    let mut snapshot = database.snapshot(Fields::All).unwrap();
    let users = snapshot.next(9).unwrap().into_iter().map(|user| user.name.to_string()).collect();
    let records = snapshot.records().unwrap();
    snapshot.end().unwrap();
    (users, records.revoked.len(), records.removed.len())
}

#[test]
fn what_is_changed_after_the_first_user_was_read_is_not_seen() {
    let Some(store) = Store::new() else { return };
    put(&store, &["a", "b", "c"].map(new_user));
    let (database, other) = (store.database(), store.database());
    let mut snapshot = database.snapshot(Fields::All).unwrap();
    let first = snapshot.next(1).unwrap();
    let remove = |name: &str| {
        let name = || name.parse().unwrap();
        let remove = |now| Change::Remove { name: name(), now };
        other.change::<()>(Asked::User(&name()), |_, now| Ok(Some(remove(now)))).unwrap();
    };
    remove("b");
    put(&store, &[new_user("bb")]);
    store.sql("INSERT INTO authctl.revoked VALUES ('id', '2099-01-01')");
    store.sql("UPDATE authctl.users SET scopes = '{items}'");
    let rest = snapshot.next(9).unwrap();
    assert_eq!([first, rest].concat(), ["a", "b", "c"].map(new_user));
    assert!(snapshot.next(9).unwrap().is_empty());
    let records = snapshot.records().unwrap();
    assert!(records.revoked.is_empty() && records.removed.is_empty(), "{records:?}");
    snapshot.end().unwrap();
    let now = |names: [&str; 3]| (names.map(str::to_owned).to_vec(), 1, 1);
    assert_eq!(names(&database), now(["a", "bb", "c"]));
    // One that is not read to its end leaves nothing behind.
    drop(database.snapshot(Fields::Facts).unwrap());
    assert_eq!(names(&database), now(["a", "bb", "c"]));
}
