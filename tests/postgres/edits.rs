//! Edits: what they change, and that none is lost among many.

use std::sync::Barrier;
use std::thread;

use authctl::auth::change::{Change, ChangeError};
use authctl::auth::import::Import;
use authctl::auth::password::PasswordHash;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{Removed, Revocation, User, UserStore, Username};
use authctl::store::postgres::{Asked, Database, EditError, Existing};
use authctl::store::users_file::Changed;

use super::server::Store;
use super::{HASH, new_user, put};

fn name(name: &str) -> Username {
    name.parse().unwrap()
}

/// Makes one change of a user.
fn change(
    database: &Database,
    user: &str,
    make: impl Fn(Timestamp) -> Change,
) -> Result<Changed, ChangeError> {
    let changed = database.change::<()>(Asked::User(&name(user)), |_, now| Ok(Some(make(now))));
    changed.map_err(|error| match error {
        EditError::Change(error) => error,
        other => panic!("{other:?}"),
    })
}

fn user(store: &Store, name: &str) -> User {
    store.database().users(&[name]).unwrap().0.user(name).unwrap().clone()
}

#[test]
fn a_change_is_that_of_a_users_file() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("johndoe"), new_user("other")]);
    let database = store.database();
    let mut expected = UserStore::default();
    expected.users.insert(name("johndoe"), user(&store, "johndoe"));
    let scopes = |text: &str| text.parse().unwrap();
    let hash = HASH.replace("t=3", "t=4");
    let at = Timestamp::new(1_795_294_800).unwrap();
    let changes = [
        Change::Grant { name: name("johndoe"), scopes: scopes("items admin") },
        Change::Grant { name: name("johndoe"), scopes: scopes("items") },
        Change::Withdraw { name: name("johndoe"), scopes: scopes("me admin none") },
        Change::Describe {
            name: name("johndoe"),
            full_name: Some("Ü '\"\\".to_owned()),
            email: Some("a@b".to_owned()),
        },
        Change::Describe { name: name("johndoe"), full_name: None, email: Some(String::new()) },
        Change::SetDisabled { name: name("johndoe"), disabled: true },
        Change::SetDisabled { name: name("johndoe"), disabled: true },
        Change::SetHash { name: name("johndoe"), hash: PasswordHash::parse(&hash), sign_out: None },
        Change::SignOut { name: name("johndoe"), now: at },
        Change::SetHash { name: name("johndoe"), hash: PasswordHash::parse(HASH), sign_out: Some(at) },
    ];
    let mut hashed = HASH.to_owned();
    for (index, change) in changes.into_iter().enumerate() {
        let before = expected.users["johndoe"].clone();
        // The same rules as for a file, on a store in memory.
        let text = users_file_of(&before, &hashed);
        if let Change::SetHash { hash, .. } = &change {
            hash.expose().clone_into(&mut hashed);
        }
        let edited = authctl::store::users_file::edit(&text, &change).unwrap();
        let after = authctl::store::users_file::parse(edited.as_deref().unwrap_or(&text)).unwrap();
        expected.users = after.users;
        let made = super::edits::change(&database, "johndoe", |_| change.clone()).unwrap();
        assert_eq!(made.any, expected.users["johndoe"] != before, "{index}");
        assert_eq!(made.store.users["johndoe"], expected.users["johndoe"], "{index}");
        assert_eq!(user(&store, "johndoe"), expected.users["johndoe"], "{index}");
    }
    assert_eq!(store.sql("SELECT version FROM authctl.users WHERE name = 'other'"), "1");
}

fn users_file_of(user: &User, hash: &str) -> String {
    let new = User {
        name: user.name.clone(),
        full_name: user.full_name.clone(),
        email: user.email.clone(),
        hash: Some(PasswordHash::parse(hash)),
        disabled: user.disabled,
        scopes: user.scopes.clone(),
        tokens_valid_from: user.tokens_valid_from,
        generation: user.generation,
    };
    authctl::store::users_file::new_store(&[], Some(&new))
}

#[test]
fn a_user_is_added_once_and_no_case_twin() {
    let Some(store) = Store::new() else { return };
    let database = store.database();
    let add = |text: &str| {
        change(&database, text, |now| Change::Add { user: new_user(text), now }).map(|changed| changed.any)
    };
    assert_eq!(add("johndoe"), Ok(true));
    assert_eq!(add("johndoe"), Err(ChangeError::UserExists(name("johndoe"))));
    assert_eq!(add("JohnDoe"), Err(ChangeError::CaseTwin(name("johndoe"))));
    let remove = |text: &str| change(&database, text, |now| Change::Remove { name: name(text), now });
    assert_eq!(remove("JohnDoe").unwrap_err(), ChangeError::NoSuchUser(name("JohnDoe")));
    let sign_out = |text: &str| change(&database, text, |now| Change::SignOut { name: name(text), now });
    let last = sign_out("johndoe").unwrap().store.users["johndoe"].generation;
    assert!(remove("johndoe").unwrap().any);
    // The name begins with a generation that no token has.
    assert_eq!(add("johndoe"), Ok(true));
    assert!(user(&store, "johndoe").generation > last);
    assert!(user(&store, "johndoe").tokens_valid_from.is_some());
    assert_eq!(sign_out("nobody").unwrap_err(), ChangeError::NoSuchUser(name("nobody")));
}

#[test]
fn a_user_who_is_removed_with_the_last_generation_is_not_added_again() {
    let Some(store) = Store::new() else { return };
    put(&store, &[User { generation: User::LAST_GENERATION, ..new_user("johndoe") }]);
    let database = store.database();
    assert!(change(&database, "johndoe", |now| Change::Remove { name: name("johndoe"), now }).unwrap().any);
    let added = change(&database, "johndoe", |now| Change::Add { user: new_user("johndoe"), now });
    assert_eq!(added.unwrap_err(), ChangeError::LastGeneration(name("johndoe")));
}

#[test]
fn an_edit_is_decided_again_for_another_user_who_was_added_by_the_name_meanwhile() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("johndoe")]);
    let (database, other) = (store.database(), store.database());
    let mut seen = Vec::new();
    let changed = database.change::<()>(Asked::User(&name("johndoe")), |found, _| {
        seen.push(found.users["johndoe"].scopes.to_string());
        if seen.len() == 1 {
            let gone = change(&other, "johndoe", |now| Change::Remove { name: name("johndoe"), now });
            assert!(gone.unwrap().any);
            let user = User { scopes: "items".parse().unwrap(), ..new_user("johndoe") };
            assert!(change(&other, "johndoe", |now| Change::Add { user: user.clone(), now }).unwrap().any);
        }
        Ok(Some(Change::Grant { name: name("johndoe"), scopes: "admin".parse().unwrap() }))
    });
    assert!(changed.unwrap().any);
    assert_eq!(seen, ["me", "items"]);
    assert_eq!(user(&store, "johndoe").scopes.to_string(), "items admin");
    // Nor is another one removed, whose version is that of the one before.
    let (mut reads, high) = (0, 9_000_000_000_000);
    let removed = database.change::<()>(Asked::User(&name("johndoe")), |_, now| {
        reads += 1;
        if reads == 1 {
            store.sql(&format!("UPDATE authctl.users SET generation = {high}"));
        }
        Ok(Some(Change::Remove { name: name("johndoe"), now }))
    });
    assert!(removed.unwrap().any);
    assert_eq!(reads, 2);
    assert!(database.records().unwrap().removed["johndoe"].generation >= high);
}

#[test]
fn a_user_who_is_removed_while_the_name_is_added_again_keeps_no_token_good() {
    let Some(store) = Store::new() else { return };
    // Whatever a transaction is by default there.
    store
        .sql(&format!("ALTER DATABASE {} SET default_transaction_isolation = 'repeatable read'", store.name));
    put(&store, &[new_user("johndoe")]);
    let (database, other) = (store.database(), store.database());
    let high = 9_000_000_000_000;
    let mut reads = 0;
    // Between the reading and the writing of the one that adds, another one removes a user of a high generation.
    store.sql("DELETE FROM authctl.users");
    let changed = database.change::<()>(Asked::User(&name("johndoe")), |_, now| {
        reads += 1;
        if reads == 1 {
            let meanwhile = User { generation: high, ..new_user("johndoe") };
            other.import(&Import { users: vec![meanwhile], ..Import::default() }).unwrap();
            assert!(
                change(&other, "johndoe", |now| Change::Remove { name: name("johndoe"), now }).unwrap().any
            );
        }
        Ok(Some(Change::Add { user: new_user("johndoe"), now }))
    });
    assert!(changed.unwrap().any);
    assert_eq!(reads, 2);
    assert!(user(&store, "johndoe").generation > high);
}

#[test]
fn an_imported_record_of_a_removed_user_ends_the_tokens_of_a_user_of_the_name() {
    let Some(store) = Store::new() else { return };
    put(&store, &[User { generation: 3, ..new_user("low") }, User { generation: 30, ..new_user("high") }]);
    let removed = Removed { generation: 7, until: Timestamp::MAX };
    let removed = ["low", "high"].map(|user| (name(user), removed)).into();
    store.database().import(&Import { removed, ..Import::default() }).unwrap();
    assert_eq!(["low", "high"].map(|name| user(&store, name).generation), [8, 30]);
    assert!(user(&store, "low").tokens_valid_from.is_some());
}

#[test]
fn no_edit_of_40_writers_is_lost() {
    let Some(store) = Store::new() else { return };
    let writers = 40;
    let users: Vec<User> = (0..writers).map(|number| new_user(&format!("user{number}"))).collect();
    put(&store, &users);
    put(&store, &[new_user("shared")]);
    let together = Barrier::new(writers);
    thread::scope(|scope| {
        for number in 0..writers {
            let (store, together) = (&store, &together);
            scope.spawn(move || {
                let database = store.database();
                together.wait();
                for edit in 0..3 {
                    let scope = format!("scope{number}.{edit}");
                    let grant =
                        |user: &str| Change::Grant { name: name(user), scopes: scope.parse().unwrap() };
                    assert!(change(&database, "shared", |_| grant("shared")).unwrap().any);
                    let own = format!("user{number}");
                    let sign_out = |now| Change::SignOut { name: name(&own), now };
                    assert!(change(&database, &own, sign_out).unwrap().any);
                }
            });
        }
    });
    assert_eq!(user(&store, "shared").scopes.len(), 1 + writers * 3);
    for number in 0..writers {
        assert_eq!(user(&store, &format!("user{number}")).generation, 3);
    }
}

#[test]
fn one_database_is_shared_by_threads() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("shared")]);
    let database = store.database();
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                for _ in 0..3 {
                    let sign_out = |now| Change::SignOut { name: name("shared"), now };
                    assert!(change(&database, "shared", sign_out).unwrap().any);
                    assert!(database.users(&["shared"]).unwrap().0.user("shared").is_some());
                }
            });
        }
    });
    assert_eq!(user(&store, "shared").generation, 60);
}

#[test]
fn tokens_are_taken_back_once_and_forgotten_when_they_are_over() {
    let Some(store) = Store::new() else { return };
    let database = store.database();
    let now = store.database().policy().unwrap().now;
    let revocation = |id: &str, expires| Revocation { id: id.to_owned(), expires };
    let revoke = |tokens: Vec<Revocation>| {
        let ids: Vec<String> = tokens.iter().map(|token| token.id.clone()).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let changed = database.change::<()>(Asked::Tokens(&ids), |_, now| {
            Ok(Some(Change::RevokeTokens { tokens: tokens.clone(), now }))
        });
        changed.unwrap().any
    };
    let later = now.after(Span::hours(1));
    assert!(revoke(vec![revocation("a", later), revocation("b", later), revocation("a", now)]));
    assert!(!revoke(vec![revocation("a", later), revocation("a", now)]));
    assert!(revoke(vec![revocation("a", later.after(Span::hours(1)))]));
    assert_eq!(database.records().unwrap().revoked["a"], later.after(Span::hours(1)));
    // One that expired a day ago is over; one that expired an hour less ago is kept.
    store.sql(
        "INSERT INTO authctl.revoked VALUES ('over', now() - interval '24 hours 1 second'), \
               ('kept', now() - interval '23 hours')",
    );
    assert!(revoke(Vec::new()));
    let kept: Vec<String> = database.records().unwrap().revoked.into_keys().collect();
    assert_eq!(kept, ["a", "b", "kept"]);
    assert!(!revoke(Vec::new()));
    // Many are forgotten a thousand at a time, and all where that is asked for.
    store.sql("INSERT INTO authctl.revoked SELECT 'x' || n, now() - interval '2 days' FROM generate_series(1, 3500) n");
    assert!(revoke(Vec::new()));
    assert_eq!(database.records().unwrap().revoked.len(), 2503);
    assert_eq!(database.prune().unwrap(), 2500);
    assert_eq!(database.prune().unwrap(), 0);
    assert_eq!(database.records().unwrap().revoked.len(), 3);
}

#[test]
fn an_import_is_all_or_nothing() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("user1500")]);
    let users = (0..2500).map(|number| new_user(&format!("user{number}"))).collect();
    let mut import = Import { users, ..Import::default() };
    let database = store.database();
    for (twin, existing) in [(1500, "user1500"), (2499, "user3")] {
        match database.import(&import) {
            Err(EditError::Caller(Existing(names))) => assert_eq!(names, [name(existing)]),
            other => panic!("{other:?}"),
        }
        assert_eq!(store.sql("SELECT count(*) FROM authctl.users"), "1");
        import.users.remove(twin);
        import.users.push(new_user("USER3"));
    }
    import.users.truncate(2499);
    database.import(&import).unwrap();
    assert_eq!(store.sql("SELECT count(*) FROM authctl.users"), "2500");
    let zero = User { email: Some("a\0b".to_owned()), ..new_user("zero") };
    let error = database.import(&Import { users: vec![zero], ..Import::default() }).unwrap_err();
    assert!(matches!(error, EditError::Database(error) if error.to_string().contains("user `zero`")));
    // Each of them can lend the cost of the hash.
    assert_eq!(store.sql("SELECT count(DISTINCT pick) FROM authctl.users"), "2500");
}

#[test]
fn what_the_caller_decides_is_final() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("johndoe")]);
    let database = store.database();
    let refused = database.change(Asked::User(&name("johndoe")), |store, _| {
        assert!(store.users.contains_key("johndoe"));
        assert!(store.scopes.as_ref().unwrap().len() == 2);
        Err::<Option<Change>, _>("no")
    });
    assert!(matches!(refused, Err(EditError::Caller("no"))));
    let left = database.change::<()>(Asked::User(&name("johndoe")), |_, _| Ok(None)).unwrap();
    assert!(!left.any && left.store.users.contains_key("johndoe"));
    assert_eq!(store.sql("SELECT version FROM authctl.users"), "1");
}
