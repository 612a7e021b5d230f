//! Policies that several administrators set.

use std::thread;

use authctl::auth::import::Import;
use authctl::store::postgres::EditError;

use super::new_user;
use super::server::{POLICY, Store};

#[test]
fn of_many_who_replace_the_same_policies_one_does() {
    let Some(store) = Store::new() else { return };
    let seen = store.database().policy().unwrap();
    let set = &|number: usize| {
        let text = format!("{POLICY}scope{number} = ''\n");
        match store.database().set_policy(&text, Some(seen.version)) {
            Ok(version) => Some((version, text)),
            Err(EditError::PolicyChanged) => None,
            Err(other) => panic!("{other}"),
        }
    };
    let set: Vec<_> = thread::scope(|scope| {
        let writers: Vec<_> = (0..10).map(|number| scope.spawn(move || set(number))).collect();
        writers.into_iter().filter_map(|writer| writer.join().unwrap()).collect()
    });
    let now = store.database().policy().unwrap();
    assert_eq!(set, [(now.version, now.text)]);
    assert_eq!(now.version, seen.version + 1);
}

#[test]
fn an_import_does_not_replace_policies_that_were_set_meanwhile() {
    let Some(store) = Store::new() else { return };
    let (database, theirs) = (store.database(), "[scopes]\nme = \"Theirs.\"\n");
    let seen = database.policy().unwrap();
    let current = database.set_policy(theirs, Some(seen.version)).unwrap();
    let import = Import { users: vec![new_user("johndoe")], ..Import::default() };
    let refused = database.import_with_policy(&import, Some((POLICY, seen.version)));
    assert!(matches!(refused, Err(EditError::PolicyChanged)), "{refused:?}");
    assert_eq!(database.policy().unwrap().text, theirs);
    assert_eq!(store.sql("SELECT count(*) FROM authctl.users"), "0");
    database.import_with_policy(&import, Some((POLICY, current))).unwrap();
    assert_eq!(database.policy().unwrap().text, POLICY);
}
