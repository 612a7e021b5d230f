//! A database that is away, or breaks off in the middle, and many processes at a time.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};

use insta::assert_snapshot;

use super::{POLICY, Shared};
use crate::bench::Bench;
use crate::proxy::{Fault, Proxy};
use crate::server::{at, free_port};

#[test]
fn a_database_that_is_away_is_never_a_yes() {
    let mut bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let port = free_port();
    bench.set("AUTHCTL_USERS_URL", format!("postgres://u:s3cret@127.0.0.1:{port}/d"));
    let run = |args: &str, stdin: &str| bench.pipe(args, stdin).replace(&port.to_string(), "<port>");
    let away = run("check", &token);
    assert_snapshot!(away, @"
    2> error: user store: cannot connect to `127.0.0.1:<port>`: connection refused
    2> hint: check that the server runs, and its host and port in the URL
    [exit 2]
    ");
    assert_eq!(run("check -q", &token), away);
    for args in [
        "users",
        "users sign-out johndoe",
        "login johndoe --password-stdin",
        "doctor",
        "revoke --list",
        "init",
    ] {
        assert!(run(args, "secret\n").ends_with("[exit 2]"), "{args}");
    }
    assert_snapshot!(run("check --json", &token), @r#"
    {"error":"database_unreachable","hint":"check that the server runs, and its host and port in the URL","message":"user store: cannot connect to `127.0.0.1:<port>`: connection refused"}
    2> error: user store: cannot connect to `127.0.0.1:<port>`: connection refused
    2> hint: check that the server runs, and its host and port in the URL
    [exit 2]
    "#);
    // It needs no store.
    assert!(run("check --stateless", &token).ends_with("[exit 0]"));
    bench.set("AUTHCTL_USERS_FILE", bench.path("users.toml"));
    assert_snapshot!(bench.pipe("check", &token), @"
    2> error: both `AUTHCTL_USERS_FILE` and `AUTHCTL_USERS_URL` are set
    2> hint: unset one of them
    [exit 2]
    ");
    // The option wins over the environment.
    let file = bench.path("users.toml").display().to_string();
    assert!(bench.pipe(["check", "--users-file", &file], &token).ends_with("[exit 0]"));
}

#[test]
fn an_edit_says_whether_it_was_made_or_that_this_is_not_known() {
    let Some(mut shared) = Shared::new() else { return };
    let socket = shared.server.folder.join(format!(".s.PGSQL.{}", shared.server.port));
    shared.sql(&format!("ALTER ROLE owner_{} PASSWORD 'pw'", shared.database));
    let mut sign_out = |fault, text| {
        let proxy = Proxy::to(socket.clone(), fault, text, usize::MAX);
        let to = format!("owner_{0}:pw@127.0.0.1:{1}/{0}?connect_timeout=2", shared.database, proxy.port);
        shared.bench.set("AUTHCTL_USERS_URL", format!("postgres://{to}"));
        shared.bench.run("users sign-out johndoe").replace(&proxy.port.to_string(), "<port>")
    };
    assert_snapshot!(sign_out(Fault::CutAfter, "COMMIT\0"), @"
    2> error: it is not known whether the change was made: the connection to `127.0.0.1:<port>` broke off
    2> hint: look with `authctl users`, `authctl users policy` or `authctl revoke --list`, and run it again if it was not
    [exit 2]
    ");
    assert_snapshot!(sign_out(Fault::CutBefore, "UPDATE authctl.users"), @"
    2> error: user store: the connection to `127.0.0.1:<port>` broke off; nothing was changed
    2> hint: try again
    [exit 2]
    ");
    assert_snapshot!(sign_out(Fault::Mute, "UPDATE authctl.users"), @"
    2> error: user store: `127.0.0.1:<port>` did not answer within 2 seconds; nothing was changed
    2> hint: try again, or allow more time with `connect_timeout` in the URL
    [exit 2]
    ");
    shared.sql("BEGIN; LOCK TABLE authctl.users; COMMIT");
    assert_eq!(shared.sql("SELECT generation FROM authctl.users WHERE name = 'johndoe'"), "1");
}

#[test]
fn no_edit_of_40_processes_is_lost() {
    let Some(shared) = Shared::new() else { return };
    let spawn = |args: &[&str]| {
        let mut command = shared.bench.command(args);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let grants: Vec<String> = (0..20).map(|number| format!("scope{number}")).collect();
    let text = grants.iter().fold(POLICY.to_owned(), |text, scope| text + scope + " = ''\n");
    at(&shared.server.url("postgres", &shared.database)).set_policy(&text, None).unwrap();
    let mut writers: Vec<Child> = Vec::new();
    for scope in &grants {
        writers.push(spawn(&["users", "grant", "johndoe", scope]));
        writers.push(spawn(&["users", "sign-out", "johndoe"]));
    }
    assert!(writers.iter_mut().all(|writer| writer.wait().unwrap().success()));
    let user = shared.sql("SELECT generation, cardinality(scopes) FROM authctl.users WHERE name = 'johndoe'");
    assert_eq!(user, "20|22");
}

#[test]
fn an_import_that_gives_way_to_another_one_says_that_nothing_was_changed() {
    let Some(shared) = Shared::new() else { return };
    // The import looks first whether the two wait for each other.
    shared.sql(&format!("ALTER ROLE owner_{} SET deadlock_timeout = '3s'", shared.database));
    let mut other = shared.server.program("psql");
    other.args(["-XAtq", "-U", "postgres", "-d", &shared.database, "-h"]).arg(&shared.server.folder);
    other.args(["-p", &shared.server.port.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut other = other.spawn().unwrap();
    let mut says = other.stdin.take().unwrap();
    let insert =
        |name: &str| format!("INSERT INTO authctl.users (name, folded) VALUES ('{name}', '{name}');");
    writeln!(says, "BEGIN; SET LOCAL deadlock_timeout = '10min'; {} SELECT 'held';", insert("b")).unwrap();
    let mut hears = BufReader::new(other.stdout.take().unwrap());
    hears.read_line(&mut String::new()).unwrap();
    let mut import = shared.bench.command(["users", "import", "new.json"]);
    shared.bench.write("new.json", r#"{"a":{"scopes":["me"]},"b":{"scopes":["me"]}}"#);
    let import = import.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    while shared.sql(waiting) == "0" {}
    writeln!(says, "{}", insert("a")).unwrap();
    let answer = shared.bench.answer_of(import.wait_with_output().unwrap());
    assert_snapshot!(answer.transcript(), @"
    2> error: user store: another edit was quicker; nothing was changed
    2> hint: try again, or allow more time with `connect_timeout` in the URL
    [exit 2]
    ");
    drop(says);
    other.wait().unwrap();
    assert_eq!(shared.sql("SELECT count(*) FROM authctl.users WHERE name IN ('a', 'b')"), "0");
}
