//! Roles with just the rights that they need.

use authctl::auth::change::Change;
use authctl::auth::password::PasswordHash;
use authctl::auth::user::User;
use authctl::store::postgres::{Asked, DatabaseError, EditError, Fields, Records, Rights, Sees};

use super::server::Store;
use super::{HASH, new_user, put};

/// The roles of the page, with names of this test's own.
fn roles(store: &Store) -> [String; 2] {
    let sql = include_str!("../../docs/shared-store.md").split("\n```sql\n").nth(1).unwrap();
    let sql = sql.split("\n```").next().unwrap();
    let own = ["checker", "issuer", "admin"]
        .into_iter()
        .fold(sql.to_owned(), |sql, role| sql.replace(role, &format!("{role}_{}", store.name)));
    // The rights for new hashes are granted later.
    let (roles, rehash) = own.split_once("-- Where").unwrap();
    [roles.to_owned(), rehash.split_once('\n').unwrap().1.to_owned()]
}

#[test]
fn a_role_that_verifies_reads_no_hash_and_one_that_logs_in_changes_nothing() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("johndoe")]);
    let [roles, rehash_rights] = roles(&store);
    store.sql(&roles);
    let role = |role: &str| store.as_role(&format!("{role}_{}", store.name));
    let name = || "johndoe".parse().unwrap();
    let sign_out = |role: &str| {
        let database = self::database(&store, role);
        database.change::<()>(Asked::User(&name()), |_, now| Ok(Some(Change::SignOut { name: name(), now })))
    };
    let checker = role("checker");
    assert!(checker.look_up(&[]).is_ok());
    assert_eq!(checker.rights().unwrap(), Rights::default());
    // A token that was revoked could be made good again.
    for right in ["UPDATE ON authctl.policy", "DELETE ON authctl.revoked", "INSERT ON authctl.removed"] {
        let own = format!("checker_{}", store.name);
        store.sql(&format!("GRANT {right} TO {own}"));
        assert!(checker.rights().unwrap().writes, "{right}");
        store.sql(&format!("REVOKE {right} FROM {own}"));
    }
    assert_eq!(checker.candidate("johndoe").unwrap_err().code(), "database_denied");
    // It lists who there is, and no more.
    let seen = |fields| -> Result<_, DatabaseError> {
        let mut snapshot = checker.snapshot(fields)?;
        let users = snapshot.next(9)?;
        assert_eq!(snapshot.user(&name())?.as_ref(), users.first());
        Ok((users, snapshot.sees()))
    };
    assert_eq!(seen(Fields::All).unwrap_err().code(), "database_denied");
    let bare = User { hash: None, ..new_user("johndoe") };
    for fields in [Fields::Facts, Fields::Readable] {
        assert_eq!(seen(fields).unwrap(), (vec![bare.clone()], Sees { names: false, hashes: false }));
    }
    assert_eq!(checker.snapshot(Fields::Facts).unwrap().records().unwrap(), Records::default());
    assert!(checker.revoked().unwrap().is_empty());
    assert_eq!(role("issuer").records().unwrap(), Records::default());
    let hashes = store
        .server
        .program("psql")
        .args(["-XAt", "-U", &format!("checker_{}", store.name), "-d", &store.name])
        .args(["-h", store.server.folder.to_str().unwrap(), "-p", &store.server.port.to_string()])
        .args(["-c", "SELECT hashed_password FROM authctl.users"])
        .output()
        .unwrap();
    assert!(!String::from_utf8_lossy(&hashes.stdout).contains(HASH));
    for role in ["checker", "issuer"] {
        match sign_out(role) {
            Err(EditError::Database(error)) => {
                assert_eq!(error.code(), "database_denied");
                assert!(error.to_string().contains("permission denied for table"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
    let issuer = role("issuer");
    assert!(issuer.candidate("johndoe").unwrap().accept_without_password().is_ok());
    assert!(issuer.look_up(&[]).is_ok());
    assert!(sign_out("admin").unwrap().any);
    role("admin").set_policy(super::POLICY, None).unwrap();
    assert!(issuer.set_policy(super::POLICY, None).is_err());
    let rehash = |store: &authctl::auth::user::UserStore, _| {
        assert!(store.users.contains_key("johndoe"));
        Ok(Some(Change::SetHash { name: name(), hash: PasswordHash::parse(HASH), sign_out: None }))
    };
    assert!(issuer.change::<()>(Asked::User(&name()), rehash).is_err());
    // A login that renews hashes has the right to write these columns alone, and what `removed` says of the name.
    store.sql(&rehash_rights);
    assert!(issuer.change::<()>(Asked::User(&name()), rehash).unwrap().any);
    assert!(sign_out("issuer").is_err());
}

fn database(store: &Store, role: &str) -> authctl::store::postgres::Database {
    store.as_role(&format!("{role}_{}", store.name))
}
