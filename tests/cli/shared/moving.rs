//! Users are moved to a database and back, and the way there is told.

use insta::assert_snapshot;

use super::Shared;
use crate::bench::Bench;

#[test]
fn init_makes_tables_a_key_and_a_user_and_keeps_what_is_there() {
    let Some(shared) = Shared::empty() else { return };
    let run = |args: &str, stdin: &str| shared.masked(&shared.bench.pipe(args, stdin));
    assert_snapshot!(run("users", ""), @"
    2> error: user store: the database has no user store
    2> hint: run `authctl init`
    [exit 2]
    ");
    assert_snapshot!(run("init --user johndoe --scope me,items --password-stdin", "correct horse battery\n"), @"
    key:        <home>/secret.key
    user store: database `<database>` at `<socket>`
    user:       johndoe
    next:       authctl login johndoe --scope me,items
    [exit 0]
    ");
    assert_snapshot!(run("login johndoe --scope me,items --password-stdin", "correct horse battery\n"), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(run("init", ""), @"
    2> error: there is nothing left to make: `<home>/secret.key` and database `<database>` at `<socket>` are there already
    2> hint: add users with `authctl users add`
    [exit 1]
    ");
    assert_snapshot!(run("init --user bob --scope everything --password-stdin", "correct horse battery\n"), @"
    2> error: `everything` is not declared in `[scopes]`
    2> hint: declare it under `[scopes]` in the user store
    [exit 1]
    ");
    assert_snapshot!(run("init --user bob --password-stdin", "correct horse battery\n"), @"
    key:        <home>/secret.key (kept)
    user store: database `<database>` at `<socket>` (kept)
    user:       bob
    next:       authctl login bob
    [exit 0]
    ");
    shared.sql("UPDATE authctl.policy SET layout = 2");
    assert_snapshot!(run("init", ""), @"
    2> error: user store: the user store in the database has layout 2, which is newer than this version
    2> hint: install the version of authctl that other machines have
    [exit 2]
    ");
}

#[test]
fn a_users_file_says_where_the_users_are() {
    let Some(mut shared) = Shared::new() else { return };
    let url = shared.server.url(&format!("owner_{}", shared.database), &shared.database);
    shared.bench.write("users.toml", format!("# Shared.\nusers = \"{url}\"\n"));
    assert_snapshot!(shared.bench.run("users"), @"
    2> error: both `AUTHCTL_USERS_URL` and `users` in `<home>/users.toml` name a database
    2> hint: unset the variable, or remove the file
    [exit 2]
    ");
    shared.bench.unset("AUTHCTL_USERS_URL");
    assert_snapshot!(shared.bench.pipe("login johndoe --password-stdin", "secret\n"), @"
    <token>
    [exit 0]
    ");
    shared.bench.write("users.toml", format!("users = \"{url}\"\n[tokens]\nlifetime = '1h'\n"));
    assert_snapshot!(shared.bench.run("users"), @"
    2> error: user store `<home>/users.toml`, line 2, column 2: the users are elsewhere: only `users` can stand here
    [exit 2]
    ");
    shared.bench.write("users.toml", "users = \"postgres://u:s3cret@h/d?sslmode=prefer\"\n");
    assert_snapshot!(shared.bench.run("users"), @"
    2> error: `users` in `<home>/users.toml`: `sslmode` must be `disable`, `require`, `verify-ca` or `verify-full`
    [exit 2]
    ");
}

#[test]
fn a_users_file_that_names_a_database_is_guarded_as_a_store_is() {
    let Some(mut shared) = Shared::new() else { return };
    shared.bench.unset("AUTHCTL_USERS_URL");
    shared.bench.write("x", "ann:$2y$10$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW");
    let owner = format!("owner_{}", shared.database);
    let url = shared.server.url(&owner, &shared.database);
    let with_password = url.replacen(&owner, &format!("{owner}:s3cret"), 1);
    let write = |url: &str, mode: u32| {
        shared.bench.write("users.toml", format!("users = \"{url}\"\n"));
        shared.bench.set_mode("users.toml", mode);
    };
    let ways =
        ["users grant alice items", "users policy", "users import x", "login johndoe --password-stdin"];
    let warnings = || {
        let stderr = |args: &str| shared.bench.answer(args, "secret\n").stderr;
        let warned = |args: &str| stderr(args).contains("user store `<home>/users.toml`\nhint: run `chmod ");
        ways.map(warned)
    };
    write(&url, 0o644);
    assert_eq!(warnings(), [false; 4]);
    write(&url, 0o602);
    assert_eq!(warnings(), [true; 4]);
    write(&with_password, 0o640);
    assert_eq!(warnings(), [true; 4]);
    let finding = &shared.bench.answer("doctor --json", "").json()["findings"][0];
    assert_eq!(finding["code"], "store_readable");
    let found = "others can read the password of the database in the user store `<home>/users.toml`";
    assert_eq!(shared.bench.masked(finding["message"].as_str().unwrap()), found);
    write(&with_password, 0o600);
    assert_eq!(warnings(), [false; 4]);
}

#[test]
fn users_move_to_a_database_and_back() {
    let Some(shared) = Shared::empty() else { return };
    let file = Bench::new();
    let exported = file.answer("users export", "").stdout_raw();
    let run = |args: &str, stdin: &str| shared.masked(&shared.bench.pipe(args, stdin));
    assert!(run("init", "").ends_with("[exit 0]"));
    assert_snapshot!(run("users import --dry-run", &exported), @"
    2> would set the policies of the database to those of the file
    2> would add 2 users: `alice` and `johndoe`
    [exit 0]
    ");
    assert_snapshot!(run("users import", &exported), @"
    2> set the policies of the database to those of the file
    2> added 2 users
    [exit 0]
    ");
    // All that is judged by is there: the store is the same.
    assert_eq!(shared.bench.answer("users export", "").stdout_raw(), exported);
    shared.bench.write("policy.toml", "[scopes]\nme = 'Me.'\nitems = 'Items.'\nadmin = 'All.'\n");
    assert!(run("users policy --set policy.toml", "").ends_with("[exit 0]"));
    let other = exported.replace("johndoe", "john").replace("alice", "al");
    assert_snapshot!(run("users import --json", &other), @r#"
    {"added":2,"skipped":[],"unusable":{},"groups_left_out":[],"policies":"left","dry_run":false}
    [exit 0]
    "#);
    assert_snapshot!(run("users import --skip-existing --dry-run", &exported), @"
    2> note: `[tokens]`, `[passwords]` and `[scopes]` of the target are left as they are, and are others than in the file
    2> hint: `authctl users policy` shows them
    2> note: left 2 users alone who exist already
    2> would add 0 users
    [exit 0]
    ");
    for gone in ["john", "al"] {
        assert!(run(&format!("users remove {gone} --yes"), "").ends_with("[exit 0]"));
    }
    shared.sql("DELETE FROM authctl.removed");
    assert_snapshot!(run("users import", &exported), @"
    2> error: 2 of 2 users exist already: `alice` and `johndoe`
    2> hint: leave users alone who exist already with `--skip-existing`
    [exit 1]
    ");
    assert!(
        run("users import --skip-existing --json", &exported).contains(r#""skipped":["alice","johndoe"]"#)
    );
    assert!(
        run("users import --dry-run", "x:$2y$10$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW")
            .ends_with("[exit 0]")
    );
    assert_eq!(shared.sql("SELECT count(*) FROM authctl.users"), "2");
    assert_snapshot!(run("login johndoe --password-stdin --all-scopes", "secret\n"), @"
    <token>
    [exit 0]
    ");
    // With the last generation of an earlier user of a name no sign-out would be left.
    let last = "[removed]\njohndoe = { generation = 9223372036854775807, until = 9999-01-01T00:00:00Z }\n";
    assert_snapshot!(run("users import", last), @"
    2> error: standard input, `generation` is above 9223372036853775807: no room is left for sign-outs (user `johndoe`)
    [exit 2]
    ");
    let back = shared.bench.answer("users export", "").stdout_raw();
    let users = |text: &str| text[text.find("[users").unwrap()..].to_owned();
    assert_eq!(users(&back), users(&exported));
    assert!(!shared.bench.answer("users export --no-hashes", "").stdout_raw().contains("argon2id"));
}

#[cfg(target_os = "linux")]
#[test]
fn doctor_judges_many_users_in_little_memory() {
    let Some(shared) = Shared::new() else { return };
    shared.sql(
        "TRUNCATE authctl.users; INSERT INTO authctl.users (name, folded, full_name, email, hashed_password, scopes) \
         SELECT n, n, 'User ' || n, n || '@example.com', \
         '$argon2id$v=19$m=7168,t=5,p=1$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc', '{me}' \
         FROM (SELECT 'user' || i AS n FROM generate_series(1, 50000) i) AS names; \
         UPDATE authctl.users SET email = 'USER77@example.com' WHERE name = 'user40000'",
    );
    let doctor = shared.bench.command("doctor --store-only");
    let mut shell = std::process::Command::new("sh");
    // The limit on allocated memory, in KiB.
    shell
        .args(["-c", "ulimit -d 32768 && exec \"$@\"", "sh"])
        .arg(doctor.get_program())
        .args(doctor.get_args());
    shell.env_clear().envs(doctor.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let answer = shared.bench.answer_of(shell.output().unwrap());
    assert_snapshot!(shared.masked(&answer.transcript()), @"
    doubled_email: users `user40000` and `user77` have the same email
      hint: run `authctl users set user77 --email ADDRESS`
    1 finding
    [exit 1]
    ");
}
