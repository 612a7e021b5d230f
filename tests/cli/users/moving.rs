//! `users export`, and its way back by `users import`.

use insta::assert_snapshot;

use crate::bench::Bench;

#[test]
fn an_exported_store_comes_back_with_generations_and_what_is_revoked() {
    let from = Bench::new();
    from.run("users sign-out johndoe");
    from.run("users remove alice --yes");
    from.run("revoke --id x --expires 2126-11-21T21:00:00Z");
    let token = from.token("johndoe", "me");
    let store = from.answer("users export", "").raw.stdout;
    let to = Bench::with_store("# Kept.\n[scopes]\nme = \"\"\nitems = \"\"\nadmin = \"\"\n");
    assert_snapshot!(to.pipe("users import", &store), @"
    2> note: `[tokens]`, `[passwords]` and `[scopes]` of the target are left as they are, and are others than in the file
    2> hint: `authctl users policy` shows them
    2> added 1 user
    [exit 0]
    ");
    let (old, new) = (from.users(), to.users());
    assert_eq!((&old.users, &old.revoked, &old.removed), (&new.users, &new.revoked, &new.removed));
    assert!(to.read("users.toml").starts_with("# Kept.\n"));
    assert_eq!(to.answer(["check", &token], "").code, from.answer(["check", &token], "").code);

    let answer = from.answer("users export --json", "");
    assert_eq!(
        answer.stderr,
        "note: left out `[passwords]`, `[scopes]`, `[revoked]` and `[removed]`\n\
         hint: leave out `--json` to have them\n"
    );
    let lines = answer.raw.stdout;
    let to = Bench::with_store("");
    assert_snapshot!(to.pipe("users import", &lines), @"
    2> added 1 user
    [exit 0]
    ");
    assert_eq!(to.users().users, old.users);

    let answer = from.answer("users export --no-hashes", "");
    assert_eq!(answer.stderr, "");
    let copy = answer.raw.stdout;
    assert_snapshot!(from.masked(&String::from_utf8(copy.clone()).unwrap()), @r#"
    [tokens]
    type = "JWT"
    lifetime = "30m"
    max_lifetime = "24h"

    [passwords]
    memory_kib = 8
    iterations = 1
    parallelism = 1
    min_length = 8
    rehash = false

    [scopes]
    admin = "Everything."
    items = "Read items."
    me = "Read information about the current user."

    [users.johndoe]
    scopes = ["me", "items"]
    tokens_valid_from = <time>
    generation = 1

    [revoked]
    x = <time>
    "#);
    let machine = Bench::with_store(&String::from_utf8(copy).unwrap());
    assert_eq!(machine.answer(["check", &token], "").code, from.answer(["check", &token], "").code);
}

/// Where all is there, or the option names what is not, an export that a timer runs says nothing.
#[test]
fn an_export_of_users_names_the_tables_that_it_leaves_out() {
    let bench = Bench::new();
    let said = |args: &str| bench.answer(args, "").stderr;
    assert_eq!(said("users export"), "");
    assert_eq!(said("users export --no-hashes"), "");
    let both = "note: left out `[passwords]` and `[scopes]`\nhint: leave out `--json` to have them\n";
    assert_eq!(said("users export --json"), both);
    assert_eq!(said("users export --json --no-hashes"), both);
    // A command would be about the usual store.
    let store = bench.path("users.toml");
    let args = ["users", "export", "--json", "--users-file", store.to_str().unwrap()];
    assert_eq!(bench.answer(args, "").stderr, both);

    let bench = Bench::with_store("[users.ann]\nfull_name = \"Ann\"\n");
    assert_eq!(bench.answer("users export --json", "").stderr, "");
    let bench = Bench::with_store("[tokens]\nissuer = \"a\"\n");
    let tokens = "note: left out `[tokens]`\nhint: leave out `--json` to have them\n";
    assert_eq!(bench.answer("users export --json", "").stderr, tokens);
}

/// A name that someone had before gets the larger generation.
#[test]
fn a_removed_name_comes_back_with_a_generation_above_its_last() {
    let bench = Bench::with_store("[removed]\nann = { generation = 7, until = 2126-11-21T21:00:00Z }\n");
    bench.pipe("users import", r#"{"username":"ann","generation":3}"#);
    assert_eq!(bench.users().users["ann"].generation, 8);
    assert!(bench.users().users["ann"].tokens_valid_from.is_some());
    let bench = Bench::with_store("[removed]\nann = { generation = 7, until = 2126-11-21T21:00:00Z }\n");
    bench.pipe("users import", r#"{"username":"ann","generation":30}"#);
    assert_eq!(bench.users().users["ann"].generation, 30);
}

/// Tokens of a user who was removed elsewhere are not good for a user of that name here.
#[test]
fn an_imported_record_of_a_removed_user_ends_their_tokens() {
    let removed = "[removed]\nann = { generation = 7, until = 2126-11-21T21:00:00Z }\n";
    let bench = Bench::with_store("[users.ann]\ngeneration = 3\n");
    bench.pipe("users import", removed);
    assert_eq!(bench.users().users["ann"].generation, 8);
    assert!(bench.users().users["ann"].tokens_valid_from.is_some());
    let bench = Bench::with_store("");
    bench.pipe("users import", format!("[users.ann]\ngeneration = 3\n{removed}"));
    assert_eq!(bench.users().users["ann"].generation, 8);
    let bench = Bench::with_store("[users.ann]\ngeneration = 30\n");
    bench.pipe("users import", removed);
    assert_eq!(bench.users().users["ann"].generation, 30);
}
