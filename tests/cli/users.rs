//! `authctl users`.

use insta::assert_snapshot;

use crate::bench::Bench;

/// The usual bench, with a policy that lets new passwords be hashed, as cheaply as OWASP allows.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.edit_store("memory_kib = 8\niterations = 1", "memory_kib = 7168\niterations = 5");
    bench
}

const PASSWORD: &str = "correct horse battery\n";

/// Runs what has to fail with exit 1 or 2, and leave the store as it was.
#[track_caller]
fn refused(bench: &Bench, args: &str, stdin: &str) -> String {
    let (store, files) = (bench.read("users.toml"), bench.files());
    let answer = bench.answer(args, stdin);
    assert!(matches!(answer.code, Some(1 | 2)), "{args}");
    assert_eq!(bench.read("users.toml"), store, "{args}");
    assert_eq!(bench.files(), files, "{args}");
    answer.transcript()
}

/// The transcript of `change`, and the lines of the store that it takes away and adds, with `-` and `+`
/// before them.
fn changed(bench: &Bench, change: impl FnOnce() -> String) -> String {
    let before = bench.read("users.toml");
    let transcript = change();
    let after = bench.read("users.toml");
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let start = before.iter().zip(&after).take_while(same).count();
    let end = before[start..].iter().rev().zip(after[start..].iter().rev()).take_while(same).count();
    let gone = before[start..before.len() - end].iter().map(|line| format!("-{line}\n"));
    let new = after[start..after.len() - end].iter().map(|line| format!("+{line}\n"));
    let changes: String = gone.chain(new).collect();
    format!("{transcript}\n{}", bench.masked(&changes))
}

#[test]
fn users_are_listed() {
    let bench = Bench::new();
    bench.edit_store("[users.alice]", "[users.locked]\nhashed_password = \"!\"\n\n[users.alice]");
    assert_snapshot!(bench.run("users list"), @"
    USERNAME  FULL NAME     EMAIL                SCOPES    STATE       HASH
    alice     Alice Chains                       me        disabled    m=8,t=1,p=1
    johndoe   John Doe      johndoe@example.com  me items  enabled     m=8,t=1,p=1
    locked                                                 locked out  unusable: the account is locked
    [exit 0]
    ");
    assert_eq!(bench.run("users"), bench.run("users list"));
    assert_snapshot!(bench.run("users --json"), @r#"
    [{"username":"alice","full_name":"Alice Chains","email":null,"disabled":true,"scopes":["me"],"tokens_valid_from":null,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}},{"username":"johndoe","full_name":"John Doe","email":"johndoe@example.com","disabled":false,"scopes":["me","items"],"tokens_valid_from":null,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}},{"username":"locked","full_name":null,"email":null,"disabled":false,"scopes":[],"tokens_valid_from":null,"hash":{"algorithm":null,"memory_kib":null,"iterations":null,"parallelism":null,"state":"unusable","reason":"the account is locked"}}]
    [exit 0]
    "#);
    assert_snapshot!(Bench::with_store("").run("users"), @"
    USERNAME  FULL NAME  EMAIL  SCOPES  STATE  HASH
    [exit 0]
    ");
    assert_snapshot!(Bench::with_store("").run("users --json"), @"
    []
    [exit 0]
    ");
}

#[test]
fn a_hash_below_the_policy_is_outdated() {
    let bench = bench();
    assert_snapshot!(bench.run("users"), @"
    USERNAME  FULL NAME     EMAIL                SCOPES    STATE     HASH
    alice     Alice Chains                       me        disabled  m=8,t=1,p=1 (outdated)
    johndoe   John Doe      johndoe@example.com  me items  enabled   m=8,t=1,p=1 (outdated)
    [exit 0]
    ");
    assert_snapshot!(bench.answer("users show johndoe --json", "").json()["hash"].to_string(), @r#"{"algorithm":"argon2id","iterations":1,"memory_kib":8,"parallelism":1,"state":"outdated"}"#);
}

#[test]
fn one_user_is_shown() {
    let bench = Bench::new();
    bench.edit_store("disabled = true", "disabled = true\ntokens_valid_from = 2026-11-21T21:00:00Z");
    assert_snapshot!(bench.run("users show alice"), @"
    FIELD              VALUE
    username           alice
    full name          Alice Chains
    scopes             me
    state              disabled
    hash               m=8,t=1,p=1
    tokens valid from  <time>
    [exit 0]
    ");
    assert_snapshot!(bench.run("users show alice --json"), @r#"
    {"username":"alice","full_name":"Alice Chains","email":null,"disabled":true,"scopes":["me"],"tokens_valid_from":"<time>","hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(refused(&bench, "users show nobody", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(refused(&bench, "users show nobody --json", ""), @r#"
    {"error":"no_such_user","hint":"`authctl users list` shows who does","message":"user `nobody` does not exist"}
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    "#);
    assert_snapshot!(refused(&bench, "users show", ""), @"
    2> error: `<NAME>` is missing
    2> hint: run `authctl users show --help`
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users show a*b", ""), @"
    2> error: `a*b` is no value for `<NAME>`: `*` cannot be part of a username
    2> hint: run `authctl users show --help`
    [exit 2]
    ");
}

#[test]
fn what_a_store_says_cannot_reach_the_terminal_as_it_is() {
    let bench = Bench::new();
    bench.edit_store("Alice Chains", r"Alice\u001b[31m \u202EChains\n\u009b2J");
    assert_snapshot!(bench.run("users show alice"), @r"
    FIELD      VALUE
    username   alice
    full name  Alice\u{1b}[31m \u{202e}Chains\n\u{9b}2J
    scopes     me
    state      disabled
    hash       m=8,t=1,p=1
    [exit 0]
    ");
    assert_snapshot!(bench.run("users show alice --json"), @r#"
    {"username":"alice","full_name":"Alice\u001b[31m \u202eChains\n\u009b2J","email":null,"disabled":true,"scopes":["me"],"tokens_valid_from":null,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
}

#[test]
fn no_hash_is_ever_shown() {
    let bench = Bench::new();
    let store = bench.read("users.toml");
    let tags: Vec<&str> = store.lines().filter_map(|line| line.split('$').nth(5)).collect();
    assert_eq!(tags.len(), 2);
    for args in ["users", "users --json", "users show johndoe", "users show alice --json"] {
        let answer = bench.answer(args, "");
        let said = [answer.raw.stdout, answer.raw.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert!(tags.iter().all(|tag| !said.contains(tag.trim_matches('"'))), "{args}");
    }
}

#[test]
fn a_user_is_added() {
    let bench = bench();
    let args = ["users", "add", "bob", "--full-name", "Bob \"B\" Builder", "--email", "bob@example.com"];
    let args = [&args[..], &["--scope", "me,items", "--disabled", "--password-stdin"]].concat();
    assert_snapshot!(changed(&bench, || bench.pipe(&args[..], PASSWORD)), @r#"
    2> added user `bob`
    [exit 0]
    +
    +[users.bob]
    +full_name = "Bob \"B\" Builder"
    +email = "bob@example.com"
    +hashed_password = "$argon2id$v=19$m=7168,t=5,p=1$<salt>$<tag>"
    +disabled = true
    +scopes = ["me", "items"]
    +tokens_valid_from = <time>
    "#);
    assert_snapshot!(bench.pipe("users add carol --password-stdin --json", PASSWORD), @r#"
    {"username":"carol","full_name":null,"email":null,"disabled":false,"scopes":[],"tokens_valid_from":"<time>","hash":{"algorithm":"argon2id","memory_kib":7168,"iterations":5,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(bench.pipe("login carol --password-stdin", PASSWORD), @"
    <token>
    [exit 0]
    ");
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
}

#[test]
fn who_cannot_be_added_is_not() {
    let bench = bench();
    let add = |args: &str| refused(&bench, &format!("users add {args} --password-stdin"), PASSWORD);
    assert_snapshot!(add("johndoe"), @"
    2> error: user `johndoe` exists already
    [exit 1]
    ");
    assert_snapshot!(add("johndoe --json"), @r#"
    {"error":"user_exists","message":"user `johndoe` exists already"}
    2> error: user `johndoe` exists already
    [exit 1]
    "#);
    assert_snapshot!(add("JohnDoe"), @"
    2> error: user `johndoe` exists already: names that differ in case only are too easily confused
    [exit 1]
    ");
    assert_snapshot!(add("bob --scope me,everything,all"), @"
    2> error: `everything` and `all` are not declared in `[scopes]`
    2> hint: what can be granted stands in the `[scopes]` of the user store
    [exit 1]
    ");
    assert_snapshot!(add("bob --scope sc\"ope"), @r#"
    2> error: `sc"ope` is no value for `--scope <LIST>`: `"` cannot be part of a scope
    2> hint: run `authctl users add --help`
    [exit 2]
    "#);
    assert_snapshot!(add("b/b"), @"
    2> error: `b/b` is no value for `<NAME>`: `/` cannot be part of a username
    2> hint: run `authctl users add --help`
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users add --password-stdin", PASSWORD), @"
    2> error: `<NAME>` is missing
    2> hint: run `authctl users add --help`
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users add bob --generate --password-stdin", PASSWORD), @"
    2> error: `--generate` cannot be used with `--password-stdin`
    2> hint: run `authctl users add --help`
    [exit 2]
    ");
}

#[test]
fn without_declared_scopes_any_can_be_granted() {
    let bench = Bench::with_store("");
    let args = "users add bob --scope https://example.com/drive,users:read --password-stdin";
    assert_snapshot!(bench.pipe(args, PASSWORD), @"
    2> added user `bob`
    [exit 0]
    ");
    assert_snapshot!(bench.run("users grant bob anything"), @"
    2> granted `anything` to user `bob`
    [exit 0]
    ");
}

#[test]
fn a_policy_that_is_too_weak_makes_no_new_hash() {
    let bench = Bench::new();
    assert_snapshot!(refused(&bench, "users add bob --password-stdin", PASSWORD), @"
    2> error: `m=8,t=1,p=1` is below the minimum of OWASP for new hashes
    2> hint: at least `m=19456,t=2`, or `m=47104,t=1`, `m=12288,t=3`, `m=9216,t=4`, `m=7168,t=5`
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users passwd johndoe --password-stdin", PASSWORD), @"
    2> error: `m=8,t=1,p=1` is below the minimum of OWASP for new hashes
    2> hint: at least `m=19456,t=2`, or `m=47104,t=1`, `m=12288,t=3`, `m=9216,t=4`, `m=7168,t=5`
    [exit 2]
    ");
}

#[test]
fn a_weak_password_is_refused_with_the_reason() {
    let bench = bench();
    let add = |password: &str| refused(&bench, "users add bob --password-stdin", password);
    assert_snapshot!(add("password\n"), @"
    2> error: the password is easy to guess: this is a top-10 common password
    2> hint: choose another, let `--generate` make one, or insist with `--allow-weak`
    [exit 2]
    ");
    assert_snapshot!(add("aaaaaaaaaaaa\n"), @r#"
    2> error: the password is easy to guess: repeats like "aaa" are easy to guess
    2> hint: choose another, let `--generate` make one, or insist with `--allow-weak`
    [exit 2]
    "#);
    assert_snapshot!(add("qwertyuiop\n"), @"
    2> error: the password is easy to guess: this is a top-100 common password
    2> hint: choose another, let `--generate` make one, or insist with `--allow-weak`
    [exit 2]
    ");
    assert_snapshot!(add("bobbobbob\n"), @r#"
    2> error: the password is easy to guess: repeats like "abcabcabc" are only slightly harder to guess than "abc"
    2> hint: choose another, let `--generate` make one, or insist with `--allow-weak`
    [exit 2]
    "#);
    assert_snapshot!(add("short\n"), @"
    2> error: the password has 5 characters, and needs at least 8
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users add bob --password-stdin --allow-weak", "short"), @"
    2> error: the password has 5 characters, and needs at least 8
    [exit 2]
    ");
    assert_snapshot!(refused(&bench, "users passwd johndoe --password-stdin", "johndoe1"), @"
    2> error: the password is easy to guess: it takes few tries
    2> hint: choose another, let `--generate` make one, or insist with `--allow-weak`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("users add bob --password-stdin --allow-weak", "password"), @"
    2> added user `bob`
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login bob --password-stdin", "password"), @"
    <token>
    [exit 0]
    ");
}

#[test]
fn min_length_counts_characters() {
    let bench = bench();
    bench.edit_store("[passwords]", "[passwords]\nmin_length = 10");
    let add = |password: &str| bench.pipe("users add bob --password-stdin --allow-weak", password);
    assert_snapshot!(add("übergröße"), @"
    2> error: the password has 9 characters, and needs at least 10
    [exit 2]
    ");
    assert_snapshot!(add("übergrößen"), @"
    2> added user `bob`
    [exit 0]
    ");
}

#[test]
fn a_password_is_one_line_of_at_most_4096_bytes() {
    let bench = bench();
    let add = |password: &str| refused(&bench, "users add bob --password-stdin", password);
    assert_snapshot!(add(""), @"
    2> error: the password on standard input is empty
    [exit 2]
    ");
    assert_snapshot!(add("\n"), @"
    2> error: the password on standard input is empty
    [exit 2]
    ");
    assert_snapshot!(add("one line\nanother\n"), @"
    2> error: the password on standard input has more than one line
    [exit 2]
    ");
    assert_snapshot!(add(&"x1!".repeat(1366)), @"
    2> error: the password on standard input has more than 4096 bytes
    [exit 2]
    ");
    // Only the one line end goes: spaces are the password's own.
    let long = format!("  {}\r\n", "x1!y".repeat(1023));
    assert_snapshot!(bench.pipe("users add bob --password-stdin", &long), @"
    2> added user `bob`
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login bob --password-stdin", long.trim_end()), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login bob --password-stdin", long.trim()), @"
    2> error: incorrect username or password
    [exit 1]
    ");
}

#[test]
fn a_generated_password_is_printed_once_and_good() {
    let bench = bench();
    for args in ["users add bob --generate", "users passwd bob --generate"] {
        let answer = bench.answer(args, "");
        let password = answer.stdout.trim_end().to_owned();
        assert_eq!((password.len(), answer.code), (27, Some(0)), "{args}: {password}");
        assert!(!answer.stderr.contains(&password));
        assert_eq!(bench.pipe("login bob --password-stdin", &password), "<token>\n[exit 0]", "{args}");
    }
    let json = bench.answer("users passwd bob --generate --json", "").json();
    assert_eq!(json["username"], "bob");
    let password = json["password"].as_str().unwrap();
    assert_eq!(bench.pipe("login bob --password-stdin", password), "<token>\n[exit 0]");
}

#[test]
fn a_new_password_replaces_the_old_one() {
    let bench = bench();
    assert_snapshot!(changed(&bench, || bench.pipe("users passwd johndoe --password-stdin", PASSWORD)), @r#"
    2> set a new password for user `johndoe`
    [exit 0]
    -hashed_password = "$argon2id$v=19$m=8,t=1,p=1$<salt>$<tag>"
    -scopes = ["me", "items"]
    +hashed_password = "$argon2id$v=19$m=7168,t=5,p=1$<salt>$<tag>"
    +scopes = ["me", "items"]
    +tokens_valid_from = <time>
    "#);
    assert_snapshot!(bench.pipe("login johndoe --password-stdin", "secret"), @"
    2> error: incorrect username or password
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("login johndoe --password-stdin", PASSWORD), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(refused(&bench, "users passwd nobody --password-stdin", PASSWORD), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(bench.answer("users passwd johndoe --password-stdin --json", PASSWORD).json()["hash"].to_string(), @r#"{"algorithm":"argon2id","iterations":5,"memory_kib":7168,"parallelism":1,"state":"ok"}"#);
}

/// The token of a login now.
fn login(bench: &Bench, name: &str, password: &str) -> String {
    let answer = bench.answer(&format!("login {name} --all-scopes --password-stdin"), password);
    assert_eq!(answer.code, Some(0), "{}", answer.transcript());
    String::from_utf8(answer.raw.stdout).unwrap()
}

#[test]
fn tokens_from_before_a_sign_out_are_refused_and_those_from_after_are_good() {
    let bench = bench();
    // Over and over, faster than a second passes.
    let mut password = "secret";
    for args in
        ["users sign-out johndoe", "users passwd johndoe --password-stdin"].into_iter().cycle().take(6)
    {
        let old = login(&bench, "johndoe", password);
        assert_eq!(bench.answer("check -q --require me", &old).code, Some(0), "before {args}");
        assert_eq!(bench.answer(args, PASSWORD).code, Some(0));
        if args.contains("passwd") {
            password = PASSWORD;
        }
        let refused = bench.answer("check --json", &old).json();
        assert_eq!(refused["reasons"][0]["code"], "revoked", "after {args}");
        assert_eq!(bench.answer("check -q", &old).code, Some(1));
        let new = login(&bench, "johndoe", password);
        assert_eq!(bench.pipe("check -q --require me,items", &new), "[exit 0]", "after {args}");
    }
}

#[test]
fn a_user_who_was_removed_and_added_again_does_not_get_the_old_tokens_back() {
    let bench = bench();
    let old = login(&bench, "johndoe", "secret");
    bench.run("users remove johndoe --yes");
    assert_eq!(bench.answer("check --json", &old).json()["reasons"][0]["code"], "unknown_user");
    bench.pipe("users add johndoe --scope me,items --password-stdin", PASSWORD);
    assert_eq!(bench.answer("check --json", &old).json()["reasons"][0]["code"], "revoked");
    let new = login(&bench, "johndoe", PASSWORD);
    assert_eq!(bench.pipe("check -q --require me,items", &new), "[exit 0]");
}

#[test]
fn a_sign_out_tells_what_it_did() {
    let bench = Bench::new();
    assert_snapshot!(changed(&bench, || bench.run("users sign-out johndoe")), @"
    2> signed out user `johndoe`
    [exit 0]
    +tokens_valid_from = <time>
    ");
    assert_snapshot!(bench.run("users sign-out johndoe --json"), @r#"
    {"username":"johndoe","full_name":"John Doe","email":"johndoe@example.com","disabled":false,"scopes":["me","items"],"tokens_valid_from":"<time>","hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(refused(&bench, "users sign-out nobody", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
}

#[test]
fn names_and_emails_are_changed_and_removed() {
    let bench = Bench::new();
    assert_snapshot!(changed(&bench, || bench.run(["users", "set", "johndoe", "--full-name", "Johnny \\ \"Doe\"\t"])), @r#"
    2> changed user `johndoe`
    [exit 0]
    -full_name = "John Doe"
    +full_name = "Johnny \\ \"Doe\"\t"
    "#);
    assert_snapshot!(changed(&bench, || bench.run("users set johndoe --email= --json")), @r#"
    {"username":"johndoe","full_name":"Johnny \\ \"Doe\"\t","email":null,"disabled":false,"scopes":["me","items"],"tokens_valid_from":null,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    -email = "johndoe@example.com"
    "#);
    assert_snapshot!(refused(&bench, "users set nobody --email a@b.c", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(refused(&bench, "users set johndoe", ""), @"
    2> error: `--full-name <TEXT>` or `--email <TEXT>` is missing
    2> hint: run `authctl users set --help`
    [exit 2]
    ");
}

#[test]
fn scopes_are_granted_and_taken_back() {
    let bench = Bench::new();
    assert_snapshot!(changed(&bench, || bench.run("users grant alice items,admin me")), @r#"
    2> granted `items`, `admin` and `me` to user `alice`
    [exit 0]
    -scopes = ["me"]
    +scopes = ["me", "items", "admin"]
    "#);
    assert_snapshot!(changed(&bench, || bench.run("users revoke alice me admin")), @r#"
    2> took `me` and `admin` from user `alice`
    [exit 0]
    -scopes = ["me", "items", "admin"]
    +scopes = ["items"]
    "#);
    assert_snapshot!(bench.run("users grant alice items --json"), @r#"
    {"username":"alice","full_name":"Alice Chains","email":null,"disabled":true,"scopes":["items"],"tokens_valid_from":null,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(refused(&bench, "users grant alice everything", ""), @"
    2> error: `everything` is not declared in `[scopes]`
    2> hint: what can be granted stands in the `[scopes]` of the user store
    [exit 1]
    ");
    assert_snapshot!(refused(&bench, "users grant alice everything --json", ""), @r#"
    {"error":"invalid_scope","hint":"what can be granted stands in the `[scopes]` of the user store","message":"`everything` is not declared in `[scopes]`"}
    2> error: `everything` is not declared in `[scopes]`
    2> hint: what can be granted stands in the `[scopes]` of the user store
    [exit 1]
    "#);
    assert_snapshot!(refused(&bench, "users grant nobody me", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(refused(&bench, "users revoke nobody me", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(refused(&bench, "users grant alice", ""), @"
    2> error: `<LIST>...` is missing
    2> hint: run `authctl users grant --help`
    [exit 2]
    ");
}

#[test]
fn nothing_to_change_is_done_already() {
    let bench = Bench::new();
    for args in [
        "users grant johndoe me",
        "users revoke johndoe admin",
        "users enable johndoe",
        "users disable alice",
    ] {
        let before = bench.read("users.toml");
        assert_eq!(bench.answer(args, "").code, Some(0), "{args}");
        assert_eq!(bench.read("users.toml"), before, "{args}");
    }
}

#[test]
fn a_scope_taken_back_is_missed_in_tokens_at_once() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me items");
    bench.run("users revoke johndoe items");
    assert_eq!(bench.answer("check -q --require me", &token).code, Some(0));
    assert_eq!(bench.answer("check -q --require items", &token).code, Some(4));
    bench.run("users grant johndoe items");
    assert_eq!(bench.answer("check -q --require items", &token).code, Some(0));
}

#[test]
fn users_are_disabled_and_enabled() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    assert_snapshot!(changed(&bench, || bench.run("users disable johndoe")), @"
    2> disabled user `johndoe`
    [exit 0]
    +disabled = true
    ");
    assert_eq!(bench.answer("check -q", &token).code, Some(1));
    assert_snapshot!(changed(&bench, || bench.run("users enable johndoe --json")), @r#"
    {"username":"johndoe","full_name":"John Doe","email":"johndoe@example.com","disabled":false,"scopes":["me","items"],"tokens_valid_from":null,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    -disabled = true
    +disabled = false
    "#);
    assert_eq!(bench.answer("check -q", &token).code, Some(0));
    assert_snapshot!(refused(&bench, "users disable nobody", ""), @"
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(refused(&bench, "users enable nobody --json", ""), @r#"
    {"error":"no_such_user","hint":"`authctl users list` shows who does","message":"user `nobody` does not exist"}
    2> error: user `nobody` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    "#);
}

#[test]
fn a_user_is_removed() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    assert_snapshot!(changed(&bench, || bench.run("users remove johndoe --yes")), @r#"
    2> removed user `johndoe`
    [exit 0]
    -[users.johndoe]
    -full_name = "John Doe"
    -email = "johndoe@example.com"
    -hashed_password = "$argon2id$v=19$m=8,t=1,p=1$<salt>$<tag>"
    -scopes = ["me", "items"]
    -
    "#);
    assert_eq!(bench.answer("check -q", &token).code, Some(1));
    assert_snapshot!(refused(&bench, "users remove johndoe --yes", ""), @"
    2> error: user `johndoe` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(bench.run("users remove alice --yes --json"), @r#"
    {"removed":true,"username":"alice"}
    [exit 0]
    "#);
    assert_snapshot!(bench.run("users --json"), @"
    []
    [exit 0]
    ");
    assert_snapshot!(bench.read("users.toml"), @r#"
    # Users of the test.
    [passwords]
    memory_kib = 8
    iterations = 1
    parallelism = 1

    [scopes]
    me = "Read information about the current user."
    items = "Read items."
    admin = "Everything."
    "#);
}

#[test]
fn a_store_that_is_not_there_or_not_valid_is_said_to_be_so() {
    for args in [
        "users",
        "users show johndoe",
        "users add bob --generate",
        "users passwd johndoe --generate",
        "users set johndoe --email=",
        "users grant johndoe me",
        "users revoke johndoe me",
        "users enable johndoe",
        "users disable johndoe",
        "users sign-out johndoe",
        "users remove johndoe --yes",
    ] {
        let missing =
            "2> error: user store `<home>/users.toml` does not exist\n2> hint: run `authctl init`\n[exit 2]";
        let bench = Bench::empty();
        assert_eq!(bench.run(args), missing, "{args}");
        assert_eq!(bench.files(), [""; 0], "{args}");
        let bench = Bench::new();
        bench.edit_store("disabled = true", "disable = true");
        assert_eq!(
            refused(&bench, args, ""),
            "2> error: user store `<home>/users.toml`, line 21, column 1: unknown field `disable` (user `alice`)\n[exit 2]",
            "{args}"
        );
    }
}
