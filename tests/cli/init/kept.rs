//! `authctl init` beside a key, a store or a user that is there already: kept, and never overwritten.

use insta::assert_snapshot;

use crate::bench::{Bench, SECRET};

const PASSWORD: &str = "correct horse battery";

#[test]
fn a_store_is_made_around_the_secret_of_a_server() {
    let bench = Bench::empty();
    bench.write("secret.key", SECRET);
    assert_snapshot!(bench.pipe("init --user johndoe --scope me --password-stdin", PASSWORD), @"
    key:        <home>/secret.key (kept)
    user store: <home>/users.toml
    user:       johndoe
    next:       authctl login johndoe --scope me
    [exit 0]
    ");
    assert_eq!(bench.read("secret.key"), SECRET);
    assert_eq!(bench.pipe("login johndoe --scope me --password-stdin", PASSWORD), "<token>\n[exit 0]");
}

#[test]
fn a_key_is_made_for_a_store() {
    let bench = Bench::new();
    let store = bench.read("users.toml");
    std::fs::remove_file(bench.path("secret.key")).unwrap();
    assert_snapshot!(bench.run("init"), @"
    key:        <home>/secret.key
    user store: <home>/users.toml (kept)
    next:       authctl login NAME --scope LIST
    [exit 0]
    ");
    assert_eq!(bench.read("users.toml"), store);
    assert_eq!(bench.pipe("login johndoe --password-stdin", "secret"), "<token>\n[exit 0]");
}

#[test]
fn a_user_is_added_to_a_store_under_its_rules() {
    let bench = Bench::with_store("[passwords]\nmin_length = 30\n\n[scopes]\nme = \"\"\n");
    assert_snapshot!(bench.pipe("init --user bob --scope me --password-stdin", PASSWORD), @"
    2> error: the password has 21 characters, and needs at least 30
    2> hint: choose a longer one; `min_length` under `[passwords]` in `<home>/users.toml` sets the least length
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("init --user bob --scope items --password-stdin", PASSWORD), @"
    2> error: `items` is not declared in `[scopes]`
    2> hint: declare it under `[scopes]` in the user store
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("init --user bob --scope me --password-stdin", PASSWORD.repeat(2)), @"
    key:        <home>/secret.key (kept)
    user store: <home>/users.toml (kept)
    user:       bob
    next:       authctl login bob --scope me
    [exit 0]
    ");
    assert_snapshot!(bench.run("init --user BOB --generate"), @"
    2> error: user `bob` exists already: names that differ in case only are too easily confused
    [exit 1]
    ");
    let bench = Bench::with_store("");
    assert_snapshot!(bench.pipe("init --user bob --scope me --password-stdin --json", PASSWORD), @r#"
    {"key":"kept","key_file":"<home>/secret.key","next":"authctl login bob --scope me","store":"kept","user":"made","username":"bob","users_file":"<home>/users.toml"}
    [exit 0]
    "#);
}

#[test]
fn a_user_who_is_there_is_kept() {
    let bench = Bench::new();
    let store = bench.read("users.toml");
    std::fs::remove_file(bench.path("secret.key")).unwrap();
    // No password is asked for.
    assert_snapshot!(bench.run("init --user johndoe --scope me,admin"), @"
    key:        <home>/secret.key
    user store: <home>/users.toml (kept)
    user:       johndoe (kept)
    next:       authctl login johndoe --scope me,items
    2> note: user `johndoe` is kept, and is not granted `admin`
    2> hint: run `authctl users grant johndoe admin`
    [exit 0]
    ");
    // To PowerShell a comma makes two words of one.
    let list = if cfg!(windows) { "\"me,items\"" } else { "me,items" };
    let login = format!("login johndoe --scope {list}");
    for (user, next) in [("johndoe", login.as_str()), ("alice", "users enable alice")] {
        std::fs::remove_file(bench.path("secret.key")).unwrap();
        let json = bench.answer(&format!("init --user {user} --generate --json"), "").json();
        assert_eq!(json["user"], "kept");
        assert_eq!(json["next"], format!("authctl {next}"));
    }
    assert_eq!(bench.read("users.toml"), store);
}

#[test]
fn where_nothing_is_left_to_make_the_answer_is_no() {
    let bench = Bench::new();
    let store = bench.read("users.toml");
    assert_snapshot!(bench.run("init"), @"
    2> error: there is nothing left to make: `<home>/secret.key` and `<home>/users.toml` are there already
    2> hint: add users with `authctl users add`, or choose another place with `AUTHCTL_HOME`
    [exit 1]
    ");
    assert_snapshot!(bench.run("init --user johndoe --generate --json"), @r#"
    {"error":"exists","hint":"change users with `authctl users`, or choose another place with `AUTHCTL_HOME`","message":"there is nothing left to make: `<home>/secret.key`, `<home>/users.toml` and user `johndoe` are there already"}
    2> error: there is nothing left to make: `<home>/secret.key`, `<home>/users.toml` and user `johndoe` are there already
    2> hint: change users with `authctl users`, or choose another place with `AUTHCTL_HOME`
    [exit 1]
    "#);
    let mut bench = bench;
    bench.set("AUTHCTL_SECRET_KEY", SECRET);
    assert_snapshot!(bench.run("init --scope me --alg EdDSA"), @"
    2> note: the key that is kept signs HS256, not EdDSA
    2> error: there is nothing left to make: `AUTHCTL_SECRET_KEY` and `<home>/users.toml` are there already
    2> hint: add users with `authctl users add`, or choose another place with `AUTHCTL_HOME`
    [exit 1]
    ");
    assert_eq!(bench.read("users.toml"), store);
    assert_eq!(bench.read("secret.key"), format!("{SECRET}\n"));
}

#[test]
fn what_is_there_must_be_usable() {
    for (there, other) in [("secret.key", "users.toml"), ("users.toml", "secret.key")] {
        for args in ["init", "init --user johndoe --generate", "init --json --alg ES256"] {
            let bench = Bench::empty();
            bench.write(there, "precious");
            let answer = bench.answer(args, "");
            assert_eq!(answer.code, Some(2), "{args}");
            assert_eq!(bench.read(there), "precious");
            assert!(!bench.path(other).exists());
        }
    }
}

#[test]
fn a_new_key_is_of_the_algorithm_asked_for() {
    for alg in ["EdDSA", "ES256", "HS512"] {
        let bench = Bench::empty();
        assert!(bench.run(&format!("init --scope me --alg {alg}")).ends_with("[exit 0]"));
        let keys = bench.answer("keys --json", "").json();
        assert_eq!((&keys[0]["alg"], &keys[0]["state"]), (&alg.into(), &"signs".into()));
    }
    let bench = Bench::empty();
    bench.write("secret.key", SECRET);
    assert_snapshot!(bench.run("init --alg EdDSA"), @"
    key:        <home>/secret.key (kept)
    user store: <home>/users.toml
    next:       authctl users add NAME --scope LIST
    2> note: the key that is kept signs HS256, not EdDSA
    2> hint: `authctl keys rotate --alg EdDSA` makes a new one
    [exit 0]
    ");
}

#[test]
fn the_next_command_is_one_that_this_machine_can_run() {
    let issuer = Bench::empty();
    issuer.run("init --alg EdDSA");
    let verifier = Bench::empty();
    verifier.write("public.jwks", issuer.answer("keys public", "").stdout_raw());
    assert_snapshot!(verifier.run("init --key-file public.jwks --scope me"), @"
    key:        public.jwks (kept)
    user store: <home>/users.toml
    next:       authctl check --require me --key-file public.jwks
    [exit 0]
    ");
    let bench = Bench::new();
    std::fs::remove_file(bench.path("secret.key")).unwrap();
    let json =
        bench.answer(["init", "--users-file", "users.toml", "--key-file", "a key", "--json"].as_slice(), "");
    let file = if cfg!(windows) { "\"a key\"" } else { "'a key'" };
    assert_eq!(
        json.json()["next"],
        format!("authctl login NAME --scope LIST --users-file users.toml --key-file {file}")
    );
    let user = ["init", "--users-file=-u", "--key-file=k", "--user=-x", "--generate", "--json"];
    let json = bench.answer(user.as_slice(), "").json();
    assert_eq!(json["next"], "authctl login --users-file ./-u --key-file k -- -x");
}

/// Another process may rely on the key already, and a rerun keeps it.
#[test]
fn a_part_that_was_made_stays_where_another_cannot_be_made() {
    let mut bench = Bench::empty();
    bench.set("AUTHCTL_HOME", bench.path("new/home"));
    assert_eq!(bench.answer("init --user johndoe --scope me --password-stdin", "short").code, Some(2));
    assert_eq!(bench.files(), [""; 0]);
    assert_snapshot!(bench.run("init --users-file nowhere/users.toml"), @"
    2> error: cannot make `nowhere/users.toml`: no such file or directory
    [exit 2]
    ");
    let key = bench.read("new/home/secret.key");
    let made = bench.run("init");
    assert!(made.contains("secret.key (kept)") && made.ends_with("[exit 0]"), "{made}");
    assert_eq!(bench.read("new/home/secret.key"), key);
    // Only the change itself finds that no generation is left for the name.
    let last = "[removed]\njohndoe = { generation = 9223372036854775807, until = 2099-01-01T00:00:00Z }\n";
    bench.write("users.toml", last);
    let args = "init --user johndoe --password-stdin --users-file users.toml";
    assert_snapshot!(bench.pipe(args, PASSWORD), @"
    2> error: user `johndoe` has the last generation there is
    2> hint: choose another username, or lower `generation` in the store once all tokens have expired
    [exit 2]
    ");
    assert_eq!(bench.read("users.toml"), last);
}

#[test]
fn a_password_that_was_printed_for_no_user_is_said_not_to_count() {
    let bench = Bench::empty();
    let shown = |args: &str| {
        let answer = bench.answer(args, "");
        (answer.stdout.lines().count(), answer.stderr, answer.code)
    };
    assert_snapshot!(shown("init --user johndoe --generate --users-file nowhere/users.toml").1, @"
    note: the password that was printed is not in use
    error: cannot make `nowhere/users.toml`: no such file or directory
    ");
    let last = "[removed]\njohndoe = { generation = 9223372036854775807, until = 2099-01-01T00:00:00Z }\n";
    bench.write("users.toml", last);
    let (lines, stderr, code) = shown("users add johndoe --generate");
    assert_eq!((lines, code), (1, Some(2)));
    assert_snapshot!(stderr, @"
    note: the password that was printed is not in use
    error: user `johndoe` has the last generation there is
    hint: choose another username, or lower `generation` in the store once all tokens have expired
    ");
}

/// The reader of the password went away while another `init` kept the key of this one.
#[cfg(unix)]
#[test]
fn a_password_that_cannot_be_printed_makes_and_removes_nothing() {
    let bench = Bench::empty();
    let mut command = bench.command("init --user johndoe --generate");
    let output = command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap()).output();
    assert_eq!(output.unwrap().status.code(), Some(2));
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn one_file_is_not_both_key_and_store() {
    let bench = Bench::empty();
    assert_snapshot!(bench.run("init --users-file x --key-file ./x"), @"
    2> error: `./x` cannot be both the key file and the user store
    2> hint: name another file with `--users-file` or `--key-file`
    [exit 2]
    ");
    assert_eq!(bench.files(), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_symlink_that_leads_nowhere_is_not_followed() {
    for there in ["secret.key", "users.toml"] {
        let bench = Bench::empty();
        std::os::unix::fs::symlink("elsewhere", bench.path(there)).unwrap();
        assert_eq!(
            bench.run("init"),
            format!(
                "2> error: `<home>/{there}` is a symlink that leads nowhere, and `init` overwrites nothing\n\
                 2> hint: remove it, or make the file that it leads to\n[exit 2]"
            )
        );
        assert_eq!(bench.files(), [there]);
    }
}
