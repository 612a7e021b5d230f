//! `users add`, `set`, `grant`, `revoke`, `enable`, `disable` and `remove`.

use insta::assert_snapshot;

use super::{PASSWORD, bench, changed, refused};
use crate::bench::Bench;

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
    +generation = <time>
    "#);
    assert_snapshot!(bench.pipe("users add carol --password-stdin --json", PASSWORD), @r#"
    {"username":"carol","full_name":null,"email":null,"disabled":false,"scopes":[],"tokens_valid_from":null,"generation":<time>,"hash":{"algorithm":"argon2id","memory_kib":7168,"iterations":5,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(bench.pipe("login carol --password-stdin", PASSWORD), @"
    <token>
    [exit 0]
    ");
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
}

#[test]
fn a_user_without_a_scope_is_told_how_to_get_one() {
    let bench = bench();
    assert_snapshot!(bench.run("users add ci --no-password"), @"
    2> added user `ci`
    2> note: tokens of user `ci` permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant ci LIST`
    [exit 0]
    ");
    assert_snapshot!(bench.run(["users", "add", "--no-password", "--", "-x"]), @"
    2> added user `-x`
    2> note: tokens of user `-x` permit nothing: no scope is granted
    2> hint: grant scopes with `authctl users grant -- -x LIST`
    [exit 0]
    ");
}

#[test]
fn who_cannot_be_added_is_not() {
    let bench = bench();
    let add = |args: &str| refused(&bench, &format!("users add {args} --password-stdin"), PASSWORD);
    assert_snapshot!(add("johndoe"), @"
    2> error: user `johndoe` exists already
    2> hint: change a user with `authctl users passwd`, `authctl users set` or `authctl users grant`
    [exit 1]
    ");
    assert_snapshot!(add("johndoe --json"), @r#"
    {"error":"user_exists","hint":"change a user with `authctl users passwd`, `authctl users set` or `authctl users grant`","message":"user `johndoe` exists already"}
    2> error: user `johndoe` exists already
    2> hint: change a user with `authctl users passwd`, `authctl users set` or `authctl users grant`
    [exit 1]
    "#);
    assert_snapshot!(add("JohnDoe"), @"
    2> error: user `johndoe` exists already: names that differ in case only are too easily confused
    [exit 1]
    ");
    assert_snapshot!(add("bob --scope me,everything,all"), @"
    2> error: `everything` and `all` are not declared in `[scopes]`
    2> hint: declare them under `[scopes]` in the user store
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
fn names_and_emails_are_changed_and_removed() {
    let bench = Bench::new();
    assert_snapshot!(changed(&bench, || bench.run(["users", "set", "johndoe", "--full-name", "Johnny \\ \"Doe\"\t"])), @r#"
    2> changed user `johndoe`
    [exit 0]
    -full_name = "John Doe"
    +full_name = "Johnny \\ \"Doe\"\t"
    "#);
    assert_snapshot!(changed(&bench, || bench.run("users set johndoe --email= --json")), @r#"
    {"username":"johndoe","full_name":"Johnny \\ \"Doe\"\t","email":null,"disabled":false,"scopes":["me","items"],"tokens_valid_from":null,"generation":0,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
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
    {"username":"alice","full_name":"Alice Chains","email":null,"disabled":true,"scopes":["items"],"tokens_valid_from":null,"generation":0,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    [exit 0]
    "#);
    assert_snapshot!(refused(&bench, "users grant alice everything", ""), @"
    2> error: `everything` is not declared in `[scopes]`
    2> hint: declare it under `[scopes]` in the user store
    [exit 1]
    ");
    assert_snapshot!(refused(&bench, "users grant alice everything --json", ""), @r#"
    {"error":"invalid_scope","hint":"declare it under `[scopes]` in the user store","message":"`everything` is not declared in `[scopes]`"}
    2> error: `everything` is not declared in `[scopes]`
    2> hint: declare it under `[scopes]` in the user store
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
    {"username":"johndoe","full_name":"John Doe","email":"johndoe@example.com","disabled":false,"scopes":["me","items"],"tokens_valid_from":null,"generation":0,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
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
    -[users.alice]
    -full_name = "Alice Chains"
    -hashed_password = "$argon2id$v=19$m=8,t=1,p=1$<salt>$<tag>"
    -disabled = true
    -scopes = ["me"]
    +[users.alice]
    +full_name = "Alice Chains"
    +hashed_password = "$argon2id$v=19$m=8,t=1,p=1$<salt>$<tag>"
    +disabled = true
    +scopes = ["me"]
    +
    +[removed]
    +johndoe = { generation = 0, until = <time> }
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
    assert_snapshot!(bench.masked(&bench.read("users.toml")), @r#"
    # Users of the test.
    [passwords]
    memory_kib = 8
    iterations = 1
    parallelism = 1

    [scopes]
    me = "Read information about the current user."
    items = "Read items."
    admin = "Everything."

    [removed]
    johndoe = { generation = 0, until = <time> }
    alice = { generation = 0, until = <time> }
    "#);
}

#[test]
fn lists_of_scopes_read_the_same_everywhere() {
    let all = "me items admin";
    for list in [&["me,items,admin"][..], &["me items admin"], &["me,items", "admin"], &["me", "items admin"]]
    {
        // An option is repeated before each list, a positional one is not.
        let given = |before: &[&str], option: Option<&str>| -> Vec<String> {
            let lists = list.iter().flat_map(|list| option.into_iter().chain([*list]));
            before.iter().copied().chain(lists).map(str::to_owned).collect()
        };
        let bench = Bench::new();
        let run = |args: Vec<String>, stdin: &str| {
            let answer = bench.answer(args.as_slice(), stdin);
            assert_eq!(answer.code, Some(0), "{args:?}: {}", answer.transcript());
            answer.stdout_raw()
        };
        let scopes = |name: &str| bench.users().user(name).unwrap().scopes.to_string();
        run(given(&["users", "grant", "johndoe"], None), "");
        assert_eq!(scopes("johndoe"), all);
        run(given(&["users", "add", "bob", "--no-password"], Some("--scope")), "");
        assert_eq!(scopes("bob"), all);
        run(given(&["users", "import"], Some("-s")), "eve:!\n");
        assert_eq!(scopes("eve"), all);
        let token = run(given(&["issue", "bob"], Some("--scope")), "");
        let login = run(given(&["login", "johndoe", "--password-stdin"], Some("-s")), "secret");
        for token in [&token, &login] {
            run(given(&["check"], Some("--require")), token);
            let narrowed = run(given(&["narrow"], Some("-s")), token);
            assert_eq!(bench.answer("decode --claim scope", narrowed).stdout, format!("{all}\n"));
        }
        run(given(&["users", "ungrant", "bob"], None), "");
        run(given(&["users", "revoke", "johndoe"], None), "");
        assert_eq!((scopes("bob"), scopes("johndoe")), (String::new(), String::new()));
        let home = Bench::empty();
        let init = given(&["init", "--user", "johndoe", "--generate"], Some("--scope"));
        assert_eq!(home.answer(init.as_slice(), "").code, Some(0));
        assert_eq!(home.users().user("johndoe").unwrap().scopes.to_string(), all);
    }
}
