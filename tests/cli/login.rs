//! `authctl login`: a name and a password for a token.

use insta::{allow_duplicates, assert_snapshot};

use crate::bench::{Bench, SECRET, cheap_hash};
use crate::support::samples::PWDLIB;

const LOGIN: &str = "login johndoe --password-stdin";

#[test]
fn the_right_password_gives_a_token_and_nothing_else() {
    let bench = Bench::new();
    for typed in ["secret", "secret\n", "secret\r\n"] {
        let answer = bench.answer(LOGIN, typed);
        allow_duplicates! {
            assert_snapshot!(answer.transcript(), @"
            <token>
            [exit 0]
            ");
        }
        let token = String::from_utf8(answer.raw.stdout).unwrap();
        assert_eq!(bench.answer("check -q", &token).code, Some(0));
    }
}

#[test]
fn every_wrong_login_looks_the_same() {
    let bench = Bench::new();
    bench.edit_store(
        "[users.alice]",
        "[users.locked]\nhashed_password = \"!\"\nscopes = [\"me\"]\n\n[users.alice]",
    );
    let transcript = bench.pipe(LOGIN, "wrong");
    assert_snapshot!(transcript, @"
    2> error: incorrect username or password
    [exit 1]
    ");
    for (name, typed) in [
        ("johndoe", "Secret"),
        ("johndoe", "secret "),
        ("johndoe", " secret"),
        ("johndoe", "secret\r"),
        ("Johndoe", "secret"),
        ("nobody", "secret"),
        ("", "secret"),
        ("john doe", "secret"),
        ("../johndoe", "secret"),
        ("locked", "!"),
        ("locked", "secret"),
        ("alice", "wrong"),
        (&"x".repeat(1000), "secret"),
    ] {
        let args = ["login", name, "--password-stdin", "--scope", "me"];
        assert_eq!(bench.answer(args, typed).transcript(), transcript, "{name:.20} {typed:?}");
    }
    let json = bench.pipe("login nobody --password-stdin --json", "secret");
    assert_snapshot!(json, @r#"
    {"error":"invalid_grant","message":"incorrect username or password"}
    2> error: incorrect username or password
    [exit 1]
    "#);
    assert_eq!(bench.pipe("login johndoe --password-stdin --json", "wrong"), json);
    assert_eq!(bench.pipe("login alice --password-stdin --json", "wrong"), json);
    assert_eq!(bench.pipe("login locked --password-stdin --json", "wrong"), json);
}

#[test]
fn a_disabled_user_is_told_so_after_the_right_password() {
    let bench = Bench::new();
    assert_snapshot!(bench.pipe("login alice --password-stdin", "wonderland"), @"
    2> error: the user is disabled
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("login alice --password-stdin --json", "wonderland"), @r#"
    {"error":"inactive_user","message":"the user is disabled"}
    2> error: the user is disabled
    [exit 1]
    "#);
}

#[test]
fn only_granted_scopes_enter_a_token() {
    let bench = Bench::new();
    let scope = |args: &str| {
        let answer = bench.answer(&format!("{LOGIN} --json {args}"), "secret");
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        answer.json()["scope"].as_str().unwrap().to_owned()
    };
    assert_eq!(scope(""), "");
    assert_eq!(scope("--scope me"), "me");
    assert_eq!(scope("--scope items,me"), "me items");
    assert_eq!(scope("-s items -s me -s items"), "me items");
    assert_eq!(scope("--all-scopes"), "me items");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --scope me,admin", "secret"), @"
    2> error: cannot grant the scope `admin`
    2> hint: `authctl users show johndoe` lists what can be granted
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --scope x,admin --json", "secret"), @r#"
    {"error":"invalid_scope","hint":"`authctl users show johndoe` lists what can be granted","message":"cannot grant the scopes `x` and `admin`"}
    2> error: cannot grant the scopes `x` and `admin`
    2> hint: `authctl users show johndoe` lists what can be granted
    [exit 1]
    "#);
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --all-scopes --scope me", "secret"), @"
    2> error: `--all-scopes` cannot be used with `--scope <LIST>`
    2> hint: run `authctl login --help`
    [exit 2]
    ");
    for list in ["", ",", " "] {
        let args = ["login", "johndoe", "--password-stdin", "--scope", list];
        let transcript = bench.answer(args, "secret").transcript();
        allow_duplicates! {
            assert_snapshot!(transcript.replace(&format!("`{list}`"), "`…`"), @"
            2> error: `…` is no value for `--scope <LIST>`: no scope given
            2> hint: run `authctl login --help`
            [exit 2]
            ");
        }
    }
    // A wrong password reveals nothing about scopes.
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --scope admin", "wrong"), @"
    2> error: incorrect username or password
    [exit 1]
    ");
}

#[test]
fn a_scope_that_is_not_declared_is_not_granted() {
    let bench = Bench::new();
    bench.edit_store("items = \"Read items.\"\n", "");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --scope items", "secret"), @"
    2> error: cannot grant the scope `items`
    2> hint: `items` is granted, and not declared: declare it under `[scopes]` in the user store
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --all-scopes", "secret"), @"
    2> error: cannot grant the scope `items`
    2> hint: `items` is granted, and not declared: declare it under `[scopes]` in the user store
    [exit 1]
    ");
}

#[test]
fn json_is_the_answer_of_a_token_endpoint() {
    let bench = Bench::new();
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --json --scope items,me --expires-in 90", "secret"), @r#"
    {"access_token":"<token>","token_type":"Bearer","expires_in":90,"scope":"me items"}
    [exit 0]
    "#);
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --json", "secret"), @r#"
    {"access_token":"<token>","token_type":"Bearer","expires_in":1800,"scope":""}
    [exit 0]
    "#);
}

#[test]
fn the_token_says_who_what_and_how_long() {
    let bench = Bench::new();
    let payload = |bench: &Bench, args: &str| {
        let token = String::from_utf8(bench.answer(&format!("{LOGIN} {args}"), "secret").raw.stdout).unwrap();
        let answer = bench.answer("decode --json", &token);
        let payload = &answer.json()["payload"];
        let life = payload["exp"].as_u64().unwrap() - payload["iat"].as_u64().unwrap();
        let age = payload["iat"].as_u64().unwrap().abs_diff(bench.at(0));
        assert!(age < 60, "{age}");
        format!("{}life {life}", answer.stdout)
    };
    assert_snapshot!(payload(&bench, "--scope me,items"), @r#"
    {"header":{"alg":"HS256","typ":"JWT"},"payload":{"sub":"johndoe","scope":"me items","iat":<time>,"exp":<time>,"jti":"<jti>","gen":0},"verified":null}
    life 1800
    "#);
    assert_snapshot!(payload(&bench, "--expires-in 12h"), @r#"
    {"header":{"alg":"HS256","typ":"JWT"},"payload":{"sub":"johndoe","iat":<time>,"exp":<time>,"jti":"<jti>","gen":0},"verified":null}
    life 43200
    "#);
    let policy =
        "[tokens]\nissuer = \"us\"\naudience = \"api\"\ntype = \"at+jwt\"\nlifetime = \"10m\"\n\n[passwords]";
    bench.edit_store("[passwords]", policy);
    assert_snapshot!(payload(&bench, ""), @r#"
    {"header":{"alg":"HS256","typ":"at+jwt"},"payload":{"sub":"johndoe","iat":<time>,"exp":<time>,"jti":"<jti>","gen":0,"iss":"us","aud":"api"},"verified":null}
    life 600
    "#);
}

#[test]
fn a_lifetime_is_from_a_second_to_the_maximum() {
    let bench = Bench::new();
    for (asked, code) in [
        ("1", 0),
        ("90s", 0),
        ("30m", 0),
        ("24h", 0),
        ("1d", 0),
        ("86400", 0),
        ("86401", 2),
        ("25h", 2),
        ("0", 2),
        ("0s", 2),
        ("-1", 2),
        ("-5m", 2),
        ("1.5h", 2),
        ("1w", 2),
        ("h", 2),
        ("1H", 2),
        ("99999999999999999999d", 2),
    ] {
        let args = ["login", "johndoe", "--password-stdin", "--expires-in", asked];
        assert_eq!(bench.answer(args, "secret").code, Some(code), "{asked}");
    }
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --expires-in 25h", "secret"), @"
    2> error: `--expires-in` is at most 1 day
    2> hint: `max_lifetime` in the `[tokens]` of the user store says so
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --expires-in 0", "secret"), @"
    2> error: `--expires-in` must be longer than 0
    2> hint: give it in seconds, or with a unit: `90s`, `30m`, `12h` or `7d`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --expires-in -1", "secret"), @"
    2> error: `-1` is no value for `--expires-in <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`
    2> hint: run `authctl login --help`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --expires-in 1w", "secret"), @"
    2> error: `1w` is no value for `--expires-in <DUR>`: not a duration such as `90s`, `30m`, `12h` or `7d`
    2> hint: run `authctl login --help`
    [exit 2]
    ");
    bench.edit_store("[passwords]", "[tokens]\nmax_lifetime = \"5m\"\n\n[passwords]");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --expires-in 301 --json", "secret"), @r#"
    {"error":"usage","hint":"`max_lifetime` in the `[tokens]` of the user store says so","message":"`--expires-in` is at most 5 minutes"}
    2> error: `--expires-in` is at most 5 minutes
    2> hint: `max_lifetime` in the `[tokens]` of the user store says so
    [exit 2]
    "#);
    // The default follows the maximum down.
    let answer = bench.answer("login johndoe --password-stdin --json", "secret");
    assert_eq!(answer.json()["expires_in"], 300);
}

#[test]
fn a_password_on_standard_input_is_one_line_of_at_most_4096_bytes() {
    let bench = Bench::new();
    assert_snapshot!(bench.run(LOGIN), @"
    2> error: the password on standard input is empty
    [exit 2]
    ");
    assert_snapshot!(bench.pipe(LOGIN, "\n"), @"
    2> error: the password on standard input is empty
    [exit 2]
    ");
    assert_snapshot!(bench.pipe(LOGIN, "\r\n"), @"
    2> error: the password on standard input is empty
    [exit 2]
    ");
    assert_snapshot!(bench.pipe(LOGIN, "secret\nsecret\n"), @"
    2> error: the password on standard input has more than one line
    [exit 2]
    ");
    assert_snapshot!(bench.pipe(LOGIN, "secret\n\n"), @"
    2> error: the password on standard input has more than one line
    [exit 2]
    ");
    assert_snapshot!(bench.pipe(LOGIN, "x".repeat(4097)), @"
    2> error: the password on standard input has more than 4096 bytes
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --json", "x".repeat(1 << 20)), @r#"
    {"error":"usage","message":"the password on standard input has more than 4096 bytes"}
    2> error: the password on standard input has more than 4096 bytes
    [exit 2]
    "#);
}

#[test]
fn a_password_is_taken_byte_for_byte() {
    let longest = "ü".repeat(2048);
    for password in ["pass word", " secret", "secret ", "sé\u{301}", "a\rb", "\rx", "tab\t", longest.as_str()]
    {
        let bench =
            Bench::with_store(&format!("[users.johndoe]\nhashed_password = \"{}\"\n", cheap_hash(password)));
        for end in ["", "\n", "\r\n"] {
            assert_eq!(bench.answer(LOGIN, format!("{password}{end}")).code, Some(0), "{password:?} {end:?}");
        }
    }
    let mut raw = Bench::empty();
    raw.set("AUTHCTL_SECRET_KEY", SECRET);
    let bytes = b"\xff\xfe\0\x80".to_vec();
    let phc = cheap_hash(&bytes);
    raw.write("users.toml", format!("[users.johndoe]\nhashed_password = \"{phc}\"\n"));
    assert_eq!(raw.answer(LOGIN, bytes).code, Some(0));
}

#[test]
fn without_a_terminal_it_does_not_wait_for_one() {
    let bench = Bench::new();
    let Some(transcript) = bench.run_without_terminal("login johndoe") else { return };
    assert_snapshot!(transcript, @"
    2> error: there is no terminal to ask for the password on
    2> hint: give it on standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(bench.run_without_terminal("login johndoe --json").unwrap(), @r#"
    {"error":"no_terminal","hint":"give it on standard input with `--password-stdin`","message":"there is no terminal to ask for the password on"}
    2> error: there is no terminal to ask for the password on
    2> hint: give it on standard input with `--password-stdin`
    [exit 2]
    "#);
    assert_snapshot!(bench.run_without_terminal("login").unwrap(), @"
    2> error: there is no terminal to ask for the username on
    2> hint: give it as an argument, and use `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(bench.run_without_terminal("login --password-stdin").unwrap(), @"
    2> error: there is no terminal to ask for the username on
    2> hint: give it as an argument, and use `--password-stdin`
    [exit 2]
    ");
}

#[test]
fn what_is_wrong_with_the_files_is_said_before_a_password_is_read() {
    let bench = Bench::empty();
    assert_snapshot!(bench.pipe(LOGIN, "secret"), @"
    2> error: key file `<home>/secret.key` does not exist
    2> hint: run `authctl init`
    [exit 2]
    ");
    bench.write("secret.key", SECRET);
    assert_snapshot!(bench.pipe(LOGIN, "secret"), @"
    2> error: user store `<home>/users.toml` does not exist
    2> hint: run `authctl init`
    [exit 2]
    ");
    bench.write("users.toml", "[users.johndoe]\nhashed_password = \"!\"\ndisable = true\n");
    assert_snapshot!(bench.pipe(LOGIN, "secret"), @"
    2> error: user store `<home>/users.toml`, line 3, column 1: unknown field `disable` (user `johndoe`)
    2> hint: did you mean `disabled`?
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin --json", "secret"), @r#"
    {"error":"invalid_store","hint":"did you mean `disabled`?","message":"user store `<home>/users.toml`, line 3, column 1: unknown field `disable` (user `johndoe`)"}
    2> error: user store `<home>/users.toml`, line 3, column 1: unknown field `disable` (user `johndoe`)
    2> hint: did you mean `disabled`?
    [exit 2]
    "#);
}

#[test]
fn a_hash_of_pwdlib_is_verified() {
    let store = format!("[users.johndoe]\nhashed_password = \"{PWDLIB}\"\n");
    let bench = Bench::with_store(&store);
    assert_snapshot!(bench.pipe(LOGIN, "secret"), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe(LOGIN, "secre7"), @"
    2> error: incorrect username or password
    [exit 1]
    ");
}

#[test]
fn no_secret_is_in_any_output() {
    let mut bench = Bench::new();
    let password = "hunter2-hunter2";
    let phc = cheap_hash(password);
    bench.edit_store("[users.alice]", &format!("[users.bob]\nhashed_password = \"{phc}\"\n\n[users.alice]"));
    let tag = phc.rsplit('$').next().unwrap().to_owned();
    let check = |bench: &Bench, args: &str, stdin: &str| {
        let answer = bench.answer(args, stdin);
        let text = [answer.raw.stdout.as_slice(), &answer.raw.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        for secret in [password, SECRET, &tag] {
            assert!(!text.contains(secret), "{args}: {text}");
        }
        assert_ne!(answer.code, Some(101));
    };
    let two_lines = format!("{password}\n{password}");
    for args in [
        "login bob --password-stdin",
        "login bob --password-stdin --json",
        "login alice --password-stdin",
        "login nobody --password-stdin --scope me",
        "login bob --password-stdin --scope nothing",
        "login bob --password-stdin --expires-in 900d",
        "users list --json",
        "users show bob",
        "check",
        "decode",
    ] {
        check(&bench, args, password);
        check(&bench, args, &two_lines);
    }
    bench.set("AUTHCTL_SECRET_KEY", SECRET).set("RUST_BACKTRACE", "full");
    check(&bench, "check --stateless", &bench.token("johndoe", "me"));
    check(&bench, "check", SECRET);
    bench.set("AUTHCTL_KEY_FILE", "x");
    check(&bench, "check", "x");
    bench.unset("AUTHCTL_KEY_FILE").set("AUTHCTL_SECRET_KEY", &SECRET[..31]);
    let answer = bench.pipe("check", "x");
    assert!(!answer.contains(&SECRET[..31]), "{answer}");
    bench.unset("AUTHCTL_SECRET_KEY");
    bench.edit_store("scopes = [\"me\", \"items\"]", &format!("secrets = \"{password}"));
    check(&bench, "users list", "");
    bench.edit_store(&format!("secrets = \"{password}"), &format!("hashed_password = \"{password}\""));
    check(&bench, "users list", "");
}
