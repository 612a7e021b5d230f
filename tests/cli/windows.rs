//! Files as they are on Windows: lines that end in CR LF, blanks and letters in paths, the read-only mark,
//! the name of the program.

use insta::assert_snapshot;

use crate::bench::{Bench, SECRET};

#[test]
fn a_store_and_a_key_with_crlf_work_and_keep_it() {
    let bench = Bench::new();
    let store = bench.read("users.toml").replace('\n', "\r\n");
    bench.write("users.toml", &store);
    bench.write("secret.key", format!("{SECRET}\r\n"));
    let token = bench.token("johndoe", "me");
    assert_snapshot!(bench.pipe("check --require me", format!("{token}\r\n")), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login johndoe --scope me --password-stdin", "secret\r\n"), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(bench.run("users disable johndoe"), @"
    2> disabled user `johndoe`
    [exit 0]
    ");
    let changed = store.replacen(
        "scopes = [\"me\", \"items\"]\r\n",
        "scopes = [\"me\", \"items\"]\r\ndisabled = true\r\n",
        1,
    );
    assert_eq!(bench.read("users.toml"), changed);
    assert_snapshot!(bench.pipe("check", token), @"
    2> error: user `johndoe` is disabled
    [exit 1]
    ");
}

#[test]
fn a_path_with_a_blank_and_with_letters_is_like_any_other() {
    let mut bench = Bench::empty();
    let home = bench.path("Jürgen Müller/Łódź 東京");
    bench.set("AUTHCTL_HOME", home);
    assert_snapshot!(bench.pipe("init --user johndoe --scope me --password-stdin", "correct horse battery"), @"
    key:        <home>/Jürgen Müller/Łódź 東京/secret.key
    user store: <home>/Jürgen Müller/Łódź 東京/users.toml
    user:       johndoe
    next:       authctl login johndoe --scope me
    [exit 0]
    ");
    let token =
        bench.answer("login johndoe --scope me --password-stdin", "correct horse battery").stdout_raw();
    assert_eq!(bench.answer("check --require me", &token).code, Some(0));
    assert_eq!(bench.answer("keys rotate", "").code, Some(0));
    assert_eq!(bench.answer("revoke", &token).code, Some(0));
    assert_snapshot!(bench.pipe("check --require me", &token), @"
    2> error: token was revoked
    [exit 1]
    ");
    assert_snapshot!(bench.run(["users", "import", "kein Büro.csv"]), @"
    2> error: cannot read `kein Büro.csv`: no such file or directory
    [exit 2]
    ");
}

#[test]
fn users_move_from_one_machine_to_another() {
    let (from, to) = (Bench::new(), Bench::with_store("[scopes]\nme = 'Me.'\nitems = 'Items.'\n"));
    let exported = from.answer("users export", "").stdout_raw();
    to.write("users von früher.toml", exported.replace('\n', "\r\n"));
    assert_snapshot!(to.run(["users", "import", "users von früher.toml"]), @"
    2> note: `[tokens]`, `[passwords]` and `[scopes]` of the target are left as they are, and are others than in the file
    2> hint: `authctl users policy` shows them
    2> added 2 users
    [exit 0]
    ");
    assert_snapshot!(to.pipe("login johndoe --scope me,items --password-stdin", "secret"), @"
    <token>
    [exit 0]
    ");
    let token = from.token_of_age("johndoe", "me", 4000);
    assert_snapshot!(to.pipe("check --require me", token), @"
    2> error: token expired 37 minutes ago, at <time>
    [exit 3]
    ");
}

#[test]
fn no_change_is_lost_where_many_processes_write() {
    let bench = Bench::with_store("");
    std::thread::scope(|scope| {
        for number in 0..8 {
            let bench = &bench;
            scope.spawn(move || {
                let added = bench.answer(&format!("users add user-{number} --no-password"), "");
                assert_eq!(added.code, Some(0), "{}", added.transcript());
            });
        }
    });
    assert_eq!(bench.users().users.len(), 8);
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
}

#[test]
fn the_program_is_called_authctl_whatever_its_file_is_called() {
    let help = Bench::empty().run("users set -h");
    let usage = help.lines().find(|line| line.starts_with("Usage"));
    assert_eq!(usage, Some("Usage: authctl users set [OPTIONS] <--full-name <TEXT>|--email <TEXT>> <NAME>"));
    let summary = Bench::empty().run("-h");
    assert!(summary.contains("\nMore: `authctl --help`"), "{summary}");
}

/// On Unix, users who may write the folder replace such a file too.
#[cfg(windows)]
#[test]
fn a_store_that_is_marked_read_only_is_left_alone() {
    let bench = Bench::new();
    let store = bench.read("users.toml");
    let mark = |is_marked| {
        let mut permissions = std::fs::metadata(bench.path("users.toml")).unwrap().permissions();
        permissions.set_readonly(is_marked);
        std::fs::set_permissions(bench.path("users.toml"), permissions).unwrap();
    };
    mark(true);
    assert_snapshot!(bench.run("users disable johndoe"), @"
    2> error: cannot change the user store `<home>/users.toml`: it is marked read-only
    [exit 2]
    ");
    assert_eq!(bench.read("users.toml"), store);
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
    mark(false);
    assert_eq!(bench.answer("users disable johndoe", "").code, Some(0));
}
