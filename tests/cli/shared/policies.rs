//! The policies that all machines share.

use insta::{allow_duplicates, assert_snapshot};

use super::Shared;
use crate::bench::Bench;

#[test]
fn the_policies_of_a_database_are_shown_and_set() {
    let Some(shared) = Shared::new() else { return };
    let run = |args: &str| shared.masked(&shared.bench.run(args));
    assert_snapshot!(run("users policy"), @r#"
    [passwords]
    memory_kib = 7168
    iterations = 5
    parallelism = 1

    [scopes]
    me = "Read information about the current user."
    items = "Read items."
    admin = "Everything."
    # authctl policy version 1: with this line, `--set` undoes no change made meanwhile
    [exit 0]
    "#);
    shared.bench.write("policy.toml", "# Ours.\n[tokens]\nissuer = 'https://auth.example.com'\n");
    assert_snapshot!(run("users policy --set policy.toml"), @"
    2> set the policies of the database `<database>` at `<socket>`: version 2
    [exit 0]
    ");
    assert_snapshot!(run("users policy"), @"
    # Ours.
    [tokens]
    issuer = 'https://auth.example.com'
    # authctl policy version 2: with this line, `--set` undoes no change made meanwhile
    [exit 0]
    ");
    shared.bench.write("policy.toml", "[tokens]\nisuer = 'x'\n");
    assert_snapshot!(run("users policy --set policy.toml"), @"
    2> error: `policy.toml`, line 2, column 1: unknown field `isuer`
    [exit 2]
    ");
    shared.bench.write("policy.toml", "[users.a]\n");
    assert_snapshot!(run("users policy --set policy.toml"), @"
    2> error: `policy.toml`: a policy has `[tokens]`, `[passwords]` and `[scopes]` only
    [exit 2]
    ");
    for empty in ["", "# Nothing.\n\n"] {
        shared.bench.write("policy.toml", empty);
        let said = run("users policy --set policy.toml");
        assert_eq!(
            said,
            "2> error: `policy.toml` has no policy in it\n\
             2> hint: see why it is empty; `[tokens]` alone sets all to the defaults\n[exit 2]"
        );
    }
    assert!(run("users policy").contains("issuer = 'https://auth.example.com'"));
    shared.sql("UPDATE authctl.policy SET document = '[scopes'");
    assert!(run("users").contains("2> hint: correct it with `authctl users policy --set FILE`"));
    assert_snapshot!(Bench::new().run("users policy --set policy.toml"), @"
    2> error: the policies of the user store `<home>/users.toml` are in the file
    2> hint: edit them there
    [exit 2]
    ");
}

#[test]
fn two_who_edit_the_policies_at_the_same_time_do_not_undo_what_the_other_one_did() {
    let Some(shared) = Shared::new() else { return };
    let run = |args: &str| shared.masked(&shared.bench.run(args));
    let read = || shared.bench.answer("users policy", "").stdout_raw();
    let one = read().replace("memory_kib = 7168", "memory_kib = 19456");
    let other = read().replace("admin = ", "audit = \"Read all.\"\nadmin = ");
    shared.bench.write("one.toml", &one);
    shared.bench.write("other.toml", &other);
    assert_snapshot!(run("users policy --set one.toml"), @"
    2> set the policies of the database `<database>` at `<socket>`: version 2
    [exit 0]
    ");
    assert_snapshot!(run("users policy --set other.toml"), @"
    2> error: the policies of the database were changed meanwhile; nothing was changed
    2> hint: look at them with `authctl users policy`, and begin again with what that prints
    [exit 1]
    ");
    assert_eq!(read(), one.replace("version 1", "version 2"));
    // After an outcome that was not known: what it says holds already.
    assert!(run("users policy --set one.toml").ends_with("version 2\n[exit 0]"));
    shared.bench.write("other.toml", other.replace("version 1", "version 2"));
    assert_snapshot!(run("users policy --set other.toml --json"), @r#"
    {"policy":"[passwords]\nmemory_kib = 7168\niterations = 5\nparallelism = 1\n\n[scopes]\nme = \"Read information about the current user.\"\nitems = \"Read items.\"\naudit = \"Read all.\"\nadmin = \"Everything.\"\n# authctl policy version 3: with this line, `--set` undoes no change made meanwhile\n","version":3}
    [exit 0]
    "#);
    assert_eq!(shared.bench.answer("users policy --json", "").json()["version"], 3);
    assert!(Bench::new().answer("users policy --json", "").json().get("version").is_none());
    // Lines that name no version, or several, do not say what was seen.
    for lines in ["# authctl policy version x\n", &format!("{one}# authctl policy version 4\n")] {
        shared.bench.write("one.toml", format!("[tokens]\n{lines}"));
        allow_duplicates! {
            assert_snapshot!(run("users policy --set one.toml"), @"
            2> error: `one.toml` does not name one version of the policies
            2> hint: keep one line `# authctl policy version N` as `authctl users policy` prints it, or none to set them whatever they are
            [exit 2]
            ");
        }
    }
    shared.bench.write("one.toml", "[tokens]\n");
    assert!(run("users policy --set one.toml").ends_with("version 4\n[exit 0]"));
}
