//! Faults of `users import`, which leave the store as it is.

use insta::assert_snapshot;

use super::importing::BCRYPT;
use crate::bench::Bench;

/// An answer for a text in none of the forms says which there are, and repeats none of it: it may be a password.
#[test]
fn what_is_no_list_of_users_is_told_from_a_store_that_is_not_valid() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    assert_snapshot!(bench.pipe("users import", "hunter2 world\n"), @"
    2> error: standard input, line 1: neither a user store nor htpasswd, JSON, CSV with a header or YAML of Authelia
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("users import", "# Users.\nname,password\nann,hunter2\n"), @"
    2> error: standard input, line 2: CSV without `username` in its header: the columns are `username`, `full_name`, `email`, `hashed_password` or `password_hash`, `disabled`, `scopes`, `groups`, `tokens_valid_from` and `generation`
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("users import", "[1,2]"), @"
    2> error: standard input, line 1: neither a user, which has its fields by name, nor users by name
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("users import", "[users.ann\n"), @"
    2> error: standard input, line 1, column 11: not valid TOML: unclosed table, expected `]`
    [exit 2]
    ");
    assert_eq!(bench.read("users.toml"), before);
}

#[test]
fn all_are_imported_or_none() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    assert_snapshot!(bench.pipe("users import", format!("ann:{BCRYPT}\nben:hunter2\n")), @"
    2> error: standard input, line 2: a plain password is never imported: not a password hash of a known kind (user `ben`)
    2> hint: in line 2, put what `authctl hash-password` prints in its place, or `!` for a user who has no password yet
    [exit 2]
    ");
    assert_snapshot!(bench.pipe("users import", format!("ann:{BCRYPT}\njohndoe:{BCRYPT}\n")), @"
    2> error: user `johndoe` exists already
    2> hint: leave users alone who exist already with `--skip-existing`
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("users import --skip-existing", format!("ann:{BCRYPT}\nJohnDoe:{BCRYPT}\n")), @"
    2> error: user `johndoe` exists already: names that differ in case only are too easily confused
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("users import --scope nope", format!("ann:{BCRYPT}\n")), @"
    2> error: `nope` is not declared in `[scopes]`
    2> hint: declare it under `[scopes]` in the user store
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("users import", r#"{"username":"ann","scopes":["me","nope"]}"#), @"
    2> error: `nope` is not declared in `[scopes]`
    2> hint: declare it under `[scopes]` in the user store
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("users import", r#"{"username":"ann","color":"red"}"#), @"
    2> error: standard input, line 1: unknown field `color` (user `ann`)
    [exit 2]
    ");
    assert_snapshot!(bench.run("users import nowhere"), @"
    2> error: cannot read `nowhere`: no such file or directory
    [exit 2]
    ");
    assert_eq!(bench.read("users.toml"), before);
}

/// The command before a pipe may have failed.
#[test]
fn nothing_at_all_is_no_list_of_users() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    for nothing in ["", "\n", "# Users.\n"] {
        assert_eq!(
            bench.pipe("users import", nothing),
            "2> error: no users in standard input\n\
             2> hint: see why it is empty; an empty list of users is `[]`\n[exit 2]"
        );
    }
    for empty in ["[]", "{}", "username,email\n", "[users]\n"] {
        assert_eq!(bench.pipe("users import", empty), "2> added 0 users\n[exit 0]", "{empty}");
    }
    assert_eq!(bench.read("users.toml"), before);
}
