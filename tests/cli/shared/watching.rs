//! What is different about a database: others change it meanwhile.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use insta::assert_snapshot;

use super::{POLICY, Shared};
use crate::bench::Bench;
use crate::server::free_port;

#[test]
fn a_running_stream_sees_what_another_machine_changes() {
    let Some(shared) = Shared::new() else { return };
    let login = shared.bench.answer("login johndoe --password-stdin --scope me", "secret\n").stdout_raw();
    let mut command = shared.bench.command("check --require me --json");
    let mut stream = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut tokens, answers) = (stream.stdin.take().unwrap(), stream.stdout.take().unwrap());
    let mut answers = BufReader::new(answers);
    let mut check = || {
        tokens.write_all(login.as_bytes()).unwrap();
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        serde_json::from_str::<serde_json::Value>(&line).unwrap()["active"].as_bool().unwrap()
    };
    let other = |args: &str| assert!(shared.bench.run(args).ends_with("[exit 0]"), "{args}");
    assert!(check());
    other("users revoke johndoe me");
    assert!(!check());
    other("users grant johndoe me");
    assert!(check());
    other("users disable johndoe");
    assert!(!check());
    other("users enable johndoe");
    assert!(check());
    other("users sign-out johndoe");
    assert!(!check());
    drop(tokens);
    assert_eq!(stream.wait().unwrap().code(), Some(4));
}

#[test]
fn names_complete_from_a_database_and_not_at_all_if_it_is_away() {
    let Some(mut shared) = Shared::new() else { return };
    let complete = |bench: &Bench, line: &str| {
        let words: Vec<&str> = ["--"].into_iter().chain(line.split(' ')).collect();
        let output = bench.command(&words[..]).env("AUTHCTL_COMPLETE", "elvish").output().unwrap();
        assert!(output.stderr.is_empty());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(complete(&shared.bench, "authctl users show jo").contains("johndoe"));
    assert!(complete(&shared.bench, "authctl login johndoe --scope it").contains("items"));
    // A role that verifies tokens reads what they take alone.
    let role = format!("checker_{}", shared.database);
    shared.sql(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA authctl TO {role}; \
         GRANT SELECT ON authctl.policy, authctl.revoked TO {role}; \
         GRANT SELECT (name, disabled, scopes, tokens_valid_from, generation) ON authctl.users TO {role}"
    ));
    shared.bench.set("AUTHCTL_USERS_URL", shared.server.url(&role, &shared.database));
    assert_eq!(complete(&shared.bench, "authctl users show jo"), "johndoe\0");
    assert!(complete(&shared.bench, "authctl check --require it").contains("items"));
    shared.bench.set("AUTHCTL_USERS_URL", format!("postgres://u@127.0.0.1:{}/d", free_port()));
    assert_eq!(complete(&shared.bench, "authctl users show jo"), "");
    // A server that says nothing.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = mute.local_addr().unwrap().port();
    shared.bench.set("AUTHCTL_USERS_URL", format!("postgres://u@127.0.0.1:{port}/d"));
    assert_eq!(complete(&shared.bench, "authctl users show jo"), "");
}

#[test]
fn a_login_renews_a_hash_where_the_policy_says_so() {
    let Some(shared) = Shared::new() else { return };
    shared.bench.write("policy.toml", POLICY.replace("[passwords]\n", "[passwords]\nrehash = true\n"));
    assert!(shared.bench.run("users policy --set policy.toml").ends_with("[exit 0]"));
    let cost =
        "SELECT split_part(hashed_password, '$', 4), version FROM authctl.users WHERE name = 'johndoe'";
    assert_eq!(shared.sql(cost), "m=8,t=1,p=1|1");
    assert!(shared.bench.pipe("login johndoe --password-stdin", "secret\n").ends_with("[exit 0]"));
    assert_eq!(shared.sql(cost), "m=7168,t=5,p=1|2");
    assert!(shared.bench.pipe("login johndoe --password-stdin", "secret\n").ends_with("[exit 0]"));
    assert_eq!(shared.sql(cost), "m=7168,t=5,p=1|2");
}

#[test]
fn doctor_tells_of_rights_that_no_role_needs() {
    let Some(mut shared) = Shared::new() else { return };
    shared.bench.set("AUTHCTL_USERS_URL", shared.server.url("postgres", &shared.database));
    let found = shared.bench.run("doctor --store-only");
    assert!(found.contains("database_rights: `postgres` may do everything in the database"), "{found}");
}

#[test]
fn doctor_tells_a_machine_that_only_verifies_of_rights_it_does_not_need() {
    let Some(mut shared) = Shared::new() else { return };
    // RFC 8037, A.2.
    let public = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    shared.bench.write("secret.key", public);
    let found = shared.masked(&shared.bench.run("doctor"));
    let excess = "may read password hashes and change the store, and this machine issues no tokens";
    assert!(found.contains(&format!("database_rights: `owner_<database>` {excess}")), "{found}");

    let checker = format!("checker_{}", shared.database);
    shared.sql(&format!(
        "CREATE ROLE {checker} LOGIN; GRANT USAGE ON SCHEMA authctl TO {checker};
         GRANT SELECT ON authctl.policy, authctl.revoked TO {checker};
         GRANT SELECT (name, disabled, scopes, tokens_valid_from, generation) ON authctl.users TO {checker}"
    ));
    shared.bench.set("AUTHCTL_USERS_URL", shared.server.url(&checker, &shared.database));
    assert_snapshot!(shared.masked(&shared.bench.run("doctor")), @"
    nothing found
    2> note: the users are not judged: user store: the database does not let `checker_<database>` do this: permission denied for table users
    [exit 0]
    ");
}
