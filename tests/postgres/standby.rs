//! Standbys: not asked unless the address says so, and the next server when the first one fails.

use authctl::auth::change::Change;
use authctl::auth::import::Import;
use authctl::store::postgres::{Asked, Database, EditError};

use super::new_user;
use super::server::{Server, at};

fn sign_out(database: &Database) -> bool {
    let name = || "johndoe".parse().unwrap();
    let changed =
        database.change::<()>(Asked::User(&name()), |_, now| Ok(Some(Change::SignOut { name: name(), now })));
    changed.unwrap().any
}

#[test]
fn a_standby_is_refused_until_it_is_promoted() {
    let Some(mut primary) = Server::start("") else { return };
    let url = primary.url("postgres", "postgres");
    let database = at(&url);
    database.init(super::POLICY).unwrap();
    database.import(&Import { users: vec![new_user("johndoe")], ..Import::default() }).unwrap();
    let standby = primary.standby();
    let standby_url = standby.url("postgres", "postgres");
    assert_eq!(at(&standby_url).look_up(&[]).unwrap_err().code(), "database_standby");
    assert_eq!(at(&standby_url).candidate("johndoe").unwrap_err().code(), "database_standby");
    let any = at(&format!("{standby_url}&target_session_attrs=any"));
    assert!(any.look_up(&[]).is_ok());
    let edit = any.change::<()>(Asked::Tokens(&[]), |_, now| {
        Ok(Some(Change::RevokeTokens { tokens: Vec::new(), now }))
    });
    match edit {
        Err(EditError::Database(error)) => assert_eq!(error.code(), "database_read_only"),
        other => panic!("{other:?}"),
    }
    // Both are named, the standby first.
    let folders = [&standby, &primary].map(|server| server.folder.display().to_string().replace('/', "%2F"));
    let both = format!(
        "postgres://postgres@{}:{},{}:{}/postgres",
        folders[0], standby.port, folders[1], primary.port
    );
    let database = at(&both);
    assert!(sign_out(&database));
    primary.kill();
    let error = database.look_up(&[]).unwrap_err();
    assert_eq!(error.code(), "database_unreachable", "{error}");
    assert!(error.to_string().contains("is a standby"), "{error}");
    assert_eq!(standby.sql("postgres", "SELECT pg_promote()"), "t");
    assert!(sign_out(&database));
    assert_eq!(standby.sql("postgres", "SELECT generation FROM authctl.users"), "2");
}
