//! `users import`: users of other programs, and notes.

use insta::assert_snapshot;

use crate::bench::Bench;

pub(super) const BCRYPT: &str = "$2y$04$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS";

/// The fields of a user of the store as JSON, but for the moments.
fn users(bench: &Bench) -> String {
    let users = bench.answer("users --json", "").json();
    let users = users
        .as_array()
        .unwrap()
        .iter()
        .map(|user| format!("{} {} {}", user["username"], user["scopes"], user["hash"]["algorithm"]));
    users.collect::<Vec<_>>().join("\n")
}

#[test]
fn users_of_htpasswd_log_in() {
    let bench = Bench::new();
    bench.write(".htpasswd", format!("ann:{BCRYPT}\nben:$apr1$AQziWTQM$VAg6jUvENxOMvnons3VC11\n"));
    let file = bench.path(".htpasswd");
    let import = |args: &[&str]| {
        bench.run(&[&["users", "import", file.to_str().unwrap(), "--scope", "me"], args].concat()[..])
    };
    let before = bench.read("users.toml");
    assert_snapshot!(import(&["--dry-run"]), @"
    2> note: user `ben` cannot log in: an MD5 hash of htpasswd (`$apr1$`) is not accepted
    2> would add 2 users: `ann` and `ben`
    [exit 0]
    ");
    assert_eq!(bench.read("users.toml"), before);
    assert_snapshot!(import(&[]), @"
    2> note: user `ben` cannot log in: an MD5 hash of htpasswd (`$apr1$`) is not accepted
    2> added 2 users
    [exit 0]
    ");
    let after = bench.read("users.toml");
    assert!(after.starts_with(&before), "comments and users stay");
    assert_snapshot!(bench.masked(&after[before.len()..]), @r#"
    [users.ann]
    hashed_password = "$2y$04$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS"
    scopes = ["me"]
    generation = <time>

    [users.ben]
    hashed_password = "$apr1$AQziWTQM$VAg6jUvENxOMvnons3VC11"
    scopes = ["me"]
    generation = <time>
    "#);
    assert_snapshot!(bench.pipe("login ann --scope me --password-stdin", "secret"), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(import(&[]), @"
    2> error: 2 of 2 users exist already: `ann` and `ben`
    2> hint: leave users alone who exist already with `--skip-existing`
    [exit 1]
    ");
    assert_snapshot!(import(&["--skip-existing", "--json"]), @r#"
    {"added":0,"skipped":["ann","ben"],"unusable":{},"groups_left_out":[],"dry_run":false}
    [exit 0]
    "#);
    assert_eq!(bench.read("users.toml"), after);
}

#[test]
fn users_of_a_python_server_and_of_django_keep_their_scopes_and_addresses() {
    let bench = Bench::new();
    let json = format!(
        r#"{{"ann": {{"username": "ann", "full_name": "Ann", "hashed_password": "{BCRYPT}", "disabled": false, "scopes": ["items"]}}}}"#
    );
    assert_snapshot!(bench.pipe("users import", &json), @"
    2> added 1 user
    [exit 0]
    ");
    let csv = "username,email,hashed_password\nben,b@e.n,pbkdf2_sha256$1000$OqlVb6xNGuavEROQQsTcOA$cTcYHWO0x00f7PKl2k6jmsG3eKFjOoTah2KQqrsqbU8=\neve,e@e.n,!GN0Aq1SmuOPEtVGmyTsVRQ9r1nwzKGcWWmYrPHXj\n";
    // A pipe, as a shell makes it of `<(…)`.
    #[cfg(unix)]
    assert_snapshot!(bench.pipe("users import /dev/stdin --dry-run", csv), @"
    2> note: user `eve` cannot log in: the account is locked
    2> note: tokens of 2 users permit nothing: no scope is granted
    2> hint: import them with `--scope LIST`, or grant scopes later with `authctl users grant NAME LIST`
    2> would add 2 users: `ben` and `eve`
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("users import - --scope me", csv), @"
    2> note: user `eve` cannot log in: the account is locked
    2> added 2 users
    [exit 0]
    ");
    assert_snapshot!(users(&bench), @r#"
    "alice" ["me"] "argon2id"
    "ann" ["items"] "bcrypt"
    "ben" ["me"] "pbkdf2-sha256"
    "eve" ["me"] null
    "johndoe" ["me","items"] "argon2id"
    "#);
    assert_snapshot!(bench.pipe("login ben --scope me --password-stdin", "sécret"), @"
    <token>
    [exit 0]
    ");
}

#[test]
fn groups_of_authelia_become_scopes_where_they_are_declared() {
    let bench = Bench::new();
    let yaml = format!(
        "users:\n  ann:\n    displayname: Ann\n    password: '{BCRYPT}'\n    groups: [items, dev, 'a b']\n"
    );
    assert_snapshot!(bench.pipe("users import", &yaml), @"
    2> note: left out `a b` and `dev`: not declared in `[scopes]`
    2> added 1 user
    [exit 0]
    ");
    assert_snapshot!(users(&bench), @r#"
    "alice" ["me"] "argon2id"
    "ann" ["items"] "bcrypt"
    "johndoe" ["me","items"] "argon2id"
    "#);
}

#[cfg(target_os = "linux")]
#[test]
fn a_long_import_says_on_a_terminal_that_it_works() {
    use crate::screen::Screen;
    use std::io::Write as _;

    let bench = Bench::new();
    let (reader, mut writer) = std::io::pipe().unwrap();
    let mut screen = Screen::with(bench.command("users import"), |command| command.stdin(reader));
    screen.wait_for("importing users…");
    writer.write_all(b"ann:!\n").unwrap();
    drop(writer);
    assert_snapshot!(screen.end().escape_debug(), @r"importing users…\r\u{1b}[K\u{1b}[36mnote:\u{1b}[0m user `ann` cannot log in: the account is locked\n\u{1b}[36mnote:\u{1b}[0m tokens of 1 user permit nothing: no scope is granted\n\u{1b}[36mhint:\u{1b}[0m grant scopes with `authctl users grant NAME LIST`\nadded 1 user\n[exit 0]");
}

#[test]
fn notes_name_at_most_twenty_users_and_groups() {
    let bench = Bench::new();
    let lines = (10..32).map(|number| format!("u{number}:!\n")).collect::<Vec<_>>().concat();
    assert_snapshot!(bench.pipe("users import", lines), @"
    2> note: user `u10` cannot log in: the account is locked
    2> note: user `u11` cannot log in: the account is locked
    2> note: user `u12` cannot log in: the account is locked
    2> note: user `u13` cannot log in: the account is locked
    2> note: user `u14` cannot log in: the account is locked
    2> note: user `u15` cannot log in: the account is locked
    2> note: user `u16` cannot log in: the account is locked
    2> note: user `u17` cannot log in: the account is locked
    2> note: user `u18` cannot log in: the account is locked
    2> note: user `u19` cannot log in: the account is locked
    2> note: user `u20` cannot log in: the account is locked
    2> note: user `u21` cannot log in: the account is locked
    2> note: user `u22` cannot log in: the account is locked
    2> note: user `u23` cannot log in: the account is locked
    2> note: user `u24` cannot log in: the account is locked
    2> note: user `u25` cannot log in: the account is locked
    2> note: user `u26` cannot log in: the account is locked
    2> note: user `u27` cannot log in: the account is locked
    2> note: user `u28` cannot log in: the account is locked
    2> note: user `u29` cannot log in: the account is locked
    2> note: 2 more users cannot log in: `authctl users list` shows why
    2> note: tokens of 22 users permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant NAME LIST`
    2> added 22 users
    [exit 0]
    ");
    let groups: Vec<String> = (10..32).map(|number| format!("\"g{number}\"")).collect();
    let json = format!(r#"{{"username":"zoe","groups":[{}]}}"#, groups.join(","));
    assert_snapshot!(bench.pipe("users import", json), @"
    2> note: left out `g10`, `g11`, `g12`, `g13`, `g14`, `g15`, `g16`, `g17`, `g18`, `g19`, `g20`, `g21`, `g22`, `g23`, `g24`, `g25`, `g26`, `g27`, `g28`, `g29` and 2 more: not declared in `[scopes]`
    2> note: tokens of 1 user permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant NAME LIST`
    2> added 1 user
    [exit 0]
    ");
}

/// A DES hash looks like a word, so it may be a password: it comes into no store, and its user does.
#[test]
fn a_des_hash_locks_its_user_out_and_is_not_kept() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    let file = format!("ann:{BCRYPT}\nben:rqXexS6ZhobKA\ncas:{{SHA}}5en6G6MezRroT3XKqkdPOmY/BfQ=\n");
    let said = bench.pipe("users import --scope me", &file);
    assert_snapshot!(said, @"
    2> note: user `ben` cannot log in: a DES hash of crypt, or a plain password, is not accepted
    2> note: user `cas` cannot log in: a SHA-1 hash without salt (`{SHA}`) is not accepted
    2> added 3 users
    [exit 0]
    ");
    let after = bench.read("users.toml");
    assert!(!after.contains("rqXexS6ZhobKA"), "{after}");
    assert_snapshot!(bench.masked(&after[before.len()..]), @r#"
    [users.ann]
    hashed_password = "$2y$04$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS"
    scopes = ["me"]
    generation = <time>

    [users.ben]
    hashed_password = "!"
    scopes = ["me"]
    generation = <time>

    [users.cas]
    hashed_password = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="
    scopes = ["me"]
    generation = <time>
    "#);
    for password in ["rqXexS6ZhobKA", "!"] {
        assert_eq!(bench.answer("login ben --password-stdin", password).code, Some(1));
    }
}

#[test]
fn users_without_a_scope_are_counted() {
    let bench = Bench::new();
    assert_snapshot!(bench.pipe("users import --dry-run", format!("ann:{BCRYPT}\n")), @"
    2> note: tokens of 1 user permit nothing: no scope is granted
    2> hint: import them with `--scope LIST`, or grant scopes later with `authctl users grant NAME LIST`
    2> would add 1 user: `ann`
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("users import", format!("ann:{BCRYPT}\nben:{BCRYPT}\n")), @"
    2> note: tokens of 2 users permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant NAME LIST`
    2> added 2 users
    [exit 0]
    ");
    // One of these comes from a store of authctl, where the user has none either.
    let json = r#"[{"username":"cas","generation":3},{"username":"dot"}]"#;
    assert_snapshot!(bench.pipe("users import", json), @"
    2> note: tokens of 1 user permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant NAME LIST`
    2> added 2 users
    [exit 0]
    ");
}
