//! What a role that reads no hash can do.

use insta::assert_snapshot;

use super::Shared;

/// As the role of the page that verifies.
fn as_checker(shared: &mut Shared) {
    let checker = format!("checker_{}", shared.database);
    shared.sql(&format!(
        "CREATE ROLE {checker} LOGIN; GRANT USAGE ON SCHEMA authctl TO {checker};
         GRANT SELECT ON authctl.policy, authctl.revoked TO {checker};
         GRANT SELECT (name, disabled, scopes, tokens_valid_from, generation) ON authctl.users TO {checker}"
    ));
    let url = shared.server.url(&checker, &shared.database);
    shared.bench.set("AUTHCTL_USERS_URL", format!("{url}&connect_timeout=60"));
}

#[test]
fn a_role_that_verifies_lists_users_and_says_what_it_cannot_tell() {
    let Some(mut shared) = Shared::new() else { return };
    assert!(shared.bench.run("users add service --no-password").ends_with("[exit 0]"));
    as_checker(&mut shared);
    let run = |args: &str| shared.masked(&shared.bench.run(args));
    assert_snapshot!(run("users"), @"
    USERNAME  FULL NAME  EMAIL  SCOPES    STATE     HASH
    alice                       me        disabled
    johndoe                     me items  enabled
    service                               enabled
    2> note: this role may not read full names and email addresses: none is shown
    2> note: this role may not read hashes: a user without a usable one is shown as `enabled` too
    [exit 0]
    ");
    assert_snapshot!(run("users list --json"), @r#"
    [{"username":"alice","disabled":true,"scopes":["me"],"tokens_valid_from":null,"generation":0},{"username":"johndoe","disabled":false,"scopes":["me","items"],"tokens_valid_from":null,"generation":0},{"username":"service","disabled":false,"scopes":[],"tokens_valid_from":null,"generation":<time>}]
    [exit 0]
    "#);
    assert_snapshot!(run("users show johndoe"), @"
    FIELD     VALUE
    username  johndoe
    scopes    me items
    state     enabled
    2> note: this role may not read full names and email addresses: none is shown
    2> note: this role may not read hashes: a user without a usable one is shown as `enabled` too
    [exit 0]
    ");
    assert_snapshot!(run("users show alice --json"), @r#"
    {"username":"alice","disabled":true,"scopes":["me"],"tokens_valid_from":null,"generation":0}
    [exit 0]
    "#);
    // A role that may read hashes too tells the rest.
    let checker = format!("checker_{}", shared.database);
    shared.sql(&format!("GRANT SELECT (hashed_password) ON authctl.users TO {checker}"));
    assert_snapshot!(run("users"), @"
    USERNAME  FULL NAME  EMAIL  SCOPES    STATE     HASH
    alice                       me        disabled  m=8,t=1,p=1 (outdated)
    johndoe                     me items  enabled   m=8,t=1,p=1 (outdated)
    service                               no login  no password
    2> note: this role may not read full names and email addresses: none is shown
    [exit 0]
    ");
    shared.sql(&format!("GRANT SELECT (full_name, email) ON authctl.users TO {checker}"));
    let all = run("users");
    shared.bench.set("AUTHCTL_USERS_URL", shared.server.url("postgres", &shared.database));
    assert_eq!(all, shared.bench.run("users"));
}

#[test]
fn a_role_that_verifies_exports_the_copy_for_machines_that_verify() {
    let Some(mut shared) = Shared::new() else { return };
    let token = shared.bench.answer("issue johndoe --scope me", "").stdout_raw();
    for args in ["users remove alice --yes", "revoke --id abc --expires 2099-01-01T00:00:00Z"] {
        assert!(shared.bench.run(args).ends_with("[exit 0]"), "{args}");
    }
    let copy = shared.bench.answer("users export --no-hashes", "").stdout_raw();
    let lines = shared.bench.answer("users export --no-hashes --json", "").stdout_raw();
    as_checker(&mut shared);
    assert_eq!(shared.bench.answer("users export --no-hashes", "").stdout_raw(), copy);
    assert_eq!(shared.bench.answer("users export --no-hashes --json", "").stdout_raw(), lines);
    assert!(!copy.contains("alice"), "{copy}");
    assert_snapshot!(shared.masked(&shared.bench.run("users export")), @"
    2> error: user store: the database does not let `checker_<database>` do this: permission denied for table users
    [exit 2]
    ");
    shared.bench.unset("AUTHCTL_USERS_URL");
    shared.bench.write("users.toml", &copy);
    assert!(shared.bench.pipe("check --require me", &token).ends_with("[exit 0]"));
}
