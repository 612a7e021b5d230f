use super::super::{EditError, edit};
use crate::auth::change::{Change, ChangeError};
use crate::auth::password::PasswordHash;
use crate::auth::time::Timestamp;
use crate::auth::user::User;
use crate::auth::user::{Revocation, Username};

mod any_store;
mod generations;

const HASH: &str =
    "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc";

fn name(name: &str) -> Username {
    name.parse().unwrap()
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::new(seconds).unwrap()
}

fn new_user(user: &str) -> User {
    User {
        name: name(user),
        full_name: None,
        email: None,
        hash: Some(PasswordHash::parse("!")),
        disabled: false,
        scopes: "me".parse().unwrap(),
        tokens_valid_from: None,
        generation: 0,
    }
}

/// Adds a user at a time so early that no generation is written.
fn add(user: User) -> Change {
    Change::Add { user, now: at(0) }
}

fn remove(user: &str) -> Change {
    Change::Remove { name: name(user), now: at(0) }
}

/// The text without a user, whose name is noted.
fn noted(text: &str, key: &str) -> String {
    format!("{text}\n[removed]\n{key} = {{ generation = 0, until = 1970-01-02T00:00:00Z }}\n")
}

fn describe(user: &str, full_name: Option<&str>, email: Option<&str>) -> Change {
    let (full_name, email) = (full_name.map(str::to_owned), email.map(str::to_owned));
    Change::Describe { name: name(user), full_name, email }
}

fn disable(user: &str, disabled: bool) -> Change {
    Change::SetDisabled { name: name(user), disabled }
}

fn grant(user: &str, scopes: &str) -> Change {
    Change::Grant { name: name(user), scopes: scopes.parse().unwrap() }
}

fn withdraw(user: &str, scopes: &str) -> Change {
    Change::Withdraw { name: name(user), scopes: scopes.parse().unwrap() }
}

fn revoke(tokens: &[(&str, u64)], now: u64) -> Change {
    let tokens = tokens.iter().map(|(id, exp)| Revocation { id: (*id).to_owned(), expires: at(*exp) });
    Change::RevokeTokens { tokens: tokens.collect(), now: at(now) }
}

/// The whole text after each change, for all three ways in which lines can end, with a byte order mark or not.
#[track_caller]
fn case(before: &str, change: &Change, after: &str) {
    for mark in ["", "\u{feff}"] {
        let text = |text: &str, newline: &str| mark.to_owned() + &text.replace('\n', newline);
        for newline in ["\n", "\r\n"] {
            let edited = edit(&text(before, newline), change).unwrap();
            assert_eq!(edited.as_deref(), Some(text(after, newline).as_str()));
        }
    }
    // Fields that are set already are not written again.
    if !matches!(change, Change::Add { .. } | Change::Remove { .. }) {
        assert_eq!(edit(after, change), Ok(None));
    }
}

#[track_caller]
fn refused(text: &str, change: &Change, error: &EditError) {
    assert_eq!(edit(text, change).as_ref(), Err(error));
}

const TABLES: &str = r#"# Who may do what.
[tokens]
lifetime = "30m"   # short

# The boss.
# (Do not remove.)
  [ users . "alice" ]  # here
  full_name   = 'Alice'   # her name
hashed_password = "!"

# About bob, but not attached.

# Attached to bob.
[users.bob]
hashed_password = "*"
scopes = ["me",   "items"]  # what bob may do
# The end of bob.

[users."c.d@e"]
hashed_password = '''!'''
"#;

#[test]
fn a_field_is_set_where_it_is_or_after_the_last_one() {
    case(
        TABLES,
        &describe("alice", Some("A \"B\" \\ \u{1b}"), Some("a@b")),
        &TABLES
            .replace("'Alice'   #", r#""A \"B\" \\ \u001B"   #"#)
            .replace("hashed_password = \"!\"\n", "hashed_password = \"!\"\nemail = \"a@b\"\n"),
    );
    case(
        TABLES,
        &disable("bob", true),
        &TABLES.replace("what bob may do\n", "what bob may do\ndisabled = true\n"),
    );
    case(TABLES, &disable("c.d@e", true), &format!("{TABLES}disabled = true\n"));
    let no_end = TABLES.trim_end();
    case(no_end, &disable("c.d@e", true), &format!("{no_end}\ndisabled = true"));
}

#[test]
fn an_empty_description_takes_the_field_away() {
    case(
        TABLES,
        &describe("alice", Some(""), Some("x")),
        &TABLES
            .replace("  full_name   = 'Alice'   # her name\n", "")
            .replace("hashed_password = \"!\"\n", "hashed_password = \"!\"\nemail = \"x\"\n"),
    );
    let last = "[users.a]\nhashed_password = \"!\"\nfull_name = \"A\" # x\n\n# end\n";
    case(
        last,
        &describe("a", Some(""), Some("e")),
        "[users.a]\nhashed_password = \"!\"\nemail = \"e\"\n\n# end\n",
    );
}

#[test]
fn a_user_goes_with_the_comments_directly_above() {
    case(
        TABLES,
        &remove("bob"),
        &noted(&TABLES.replace("# Attached to bob.\n[users.bob]\nhashed_password = \"*\"\nscopes = [\"me\",   \"items\"]  # what bob may do\n", ""), "bob"),
    );
    let (kept, _) = TABLES.split_once("\n[users.\"c.d@e\"]").unwrap();
    case(TABLES, &remove("c.d@e"), &noted(kept, "\"c.d@e\""));
    let (above, rest) = TABLES.split_once("# The boss.").unwrap();
    let (_, below) = rest.split_once("hashed_password = \"!\"\n\n").unwrap();
    case(TABLES, &remove("alice"), &noted(&[above, below].concat(), "alice"));
}

#[test]
fn a_new_user_is_written_at_the_end() {
    let user = User {
        full_name: Some("A".to_owned()),
        email: Some("e".to_owned()),
        hash: Some(PasswordHash::parse(HASH)),
        disabled: true,
        tokens_valid_from: Some(at(1_795_294_800)),
        generation: 7,
        ..new_user("a.b@c")
    };
    let table = format!(
        "[users.\"a.b@c\"]\nfull_name = \"A\"\nemail = \"e\"\nhashed_password = \"{HASH}\"\ndisabled = true\n\
         scopes = [\"me\"]\ntokens_valid_from = 2026-11-21T21:00:00Z\ngeneration = 7\n"
    );
    case(TABLES, &add(user.clone()), &format!("{TABLES}\n{table}"));
    case(TABLES.trim_end(), &add(user.clone()), &format!("{TABLES}\n{table}"));
    case("[scopes]\n\n", &add(user.clone()), &format!("[scopes]\n\n{table}"));
    assert_eq!(edit("", &add(user)), Ok(Some(table)));
}

#[test]
fn what_was_added_is_removed_with_all_its_lines() {
    for text in [TABLES, "[scopes]\nme = \"\"\n", INLINE, DOTTED] {
        let added = edit(text, &add(new_user("zoe"))).unwrap().unwrap();
        assert_eq!(edit(&added, &remove("zoe")), Ok(Some(noted(text, "zoe"))));
    }
}

#[test]
fn scopes_are_granted_and_withdrawn_in_their_array() {
    let with =
        |scopes: &str| format!("[users.a]\nhashed_password = \"!\"\nscopes = {scopes} # x\nemail = \"e\"\n");
    let case = |before: &str, change: &Change, after: &str| case(&with(before), change, &with(after));
    case("[]", &grant("a", "me"), "[\"me\"]");
    case("[ 'me' , ]", &grant("a", "me items,x"), "[ 'me', \"items\", \"x\" , ]");
    case("['me', 'x']", &grant("a", "y"), "['me', 'x', \"y\"]");
    case(
        "[\n  'me', # why\n  'x'  # not\n]",
        &grant("a", "y z"),
        "[\n  'me', # why\n  'x',  # not\n  \"y\",\n  \"z\"\n]",
    );
    case(
        "[\n\t'me',\n\t'x', # a, b\n\n]",
        &grant("a", "y z"),
        "[\n\t'me',\n\t'x', # a, b\n\t\"y\",\n\t\"z\",\n\n]",
    );
    case("[\n\t'x' # a, b\n]", &grant("a", "y"), "[\n\t'x', # a, b\n\t\"y\"\n]");
    case("['me', 'x', 'y']", &withdraw("a", "me"), "['x', 'y']");
    case("['me', 'x', 'y']", &withdraw("a", "x z"), "['me', 'y']");
    case("['me', 'x', 'y' ]", &withdraw("a", "y"), "['me', 'x' ]");
    case("['me', 'x', 'y', 'z']", &withdraw("a", "x,y"), "['me', 'z']");
    case("['me', 'x', 'y', ]", &withdraw("a", "x,y"), "['me', ]");
    case("[ 'me', ]", &withdraw("a", "me"), "[  ]");
    case("[\n  'me', # why\n  'x', # not\n]", &withdraw("a", "me"), "[\n  'x', # not\n]");
    case("[\n  'me', # why\n  'x' # not\n]", &withdraw("a", "x me"), "[\n]");
    case("[\n  'me', 'x', # both\n  'y'\n]", &withdraw("a", "x"), "[\n  'me', 'y'\n]");
}

#[test]
fn scopes_are_granted_to_a_user_without_any() {
    let text = "[users.a]\nhashed_password = \"!\"";
    case(text, &grant("a", "me x"), "[users.a]\nhashed_password = \"!\"\nscopes = [\"me\", \"x\"]");
    assert_eq!(edit(text, &withdraw("a", "me")), Ok(None));
}

const INLINE: &str = r#"# Inline.
users = { alice = { hashed_password = "!", disabled = true }, bob = { hashed_password = "*" } } # all
revoked = { }
"#;

#[test]
fn inline_tables_stay_inline() {
    case(INLINE, &disable("alice", false), &INLINE.replace("disabled = true", "disabled = false"));
    case(
        INLINE,
        &describe("bob", Some("B"), Some("e")),
        &INLINE.replace("\"*\" }", "\"*\", full_name = \"B\", email = \"e\" }"),
    );
    case(INLINE, &grant("alice", "x"), &INLINE.replace("= true }", "= true, scopes = [\"x\"] }"));
    case(
        INLINE,
        &add(new_user("eve")),
        &INLINE.replace("\"*\" } }", "\"*\" }, eve = { hashed_password = \"!\", scopes = [\"me\"] } }"),
    );
    case(
        INLINE,
        &remove("alice"),
        &noted(&INLINE.replace("alice = { hashed_password = \"!\", disabled = true }, ", ""), "alice"),
    );
    case(INLINE, &remove("bob"), &noted(&INLINE.replace(", bob = { hashed_password = \"*\" }", ""), "bob"));
    case(INLINE, &revoke(&[("a b", 9)], 5), &INLINE.replace("{ }", "{\"a b\" = 1970-01-01T00:00:09Z }"));
}

const DOTTED: &str = r#"users.alice.hashed_password = "!"
users.alice.email = "a" # hers
# Here is bob.
users.bob = { hashed_password = "!" }
"#;

#[test]
fn dotted_keys_stay_dotted() {
    case(
        DOTTED,
        &disable("alice", true),
        &DOTTED.replace("# hers\n", "# hers\nusers.alice.disabled = true\n"),
    );
    case(DOTTED, &disable("bob", true), &DOTTED.replace("\"!\" }", "\"!\", disabled = true }"));
    case(DOTTED, &describe("alice", None, Some("b")), &DOTTED.replace("\"a\" #", "\"b\" #"));
    case(DOTTED, &remove("alice"), &noted(&DOTTED[DOTTED.find("# Here").unwrap()..], "alice"));
    case(DOTTED, &remove("bob"), &noted(&DOTTED[..DOTTED.find("# Here").unwrap()], "bob"));
    let table = "\n[users.eve]\nhashed_password = \"!\"\nscopes = [\"me\"]\n";
    case(DOTTED, &add(new_user("eve")), &[DOTTED, table].concat());
}

const ENTRIES: &str = r#"[users]
# The boss.
alice = { hashed_password = "!" } # hers
bob.hashed_password = "!"
  bob . email = "b"

[scopes]
me = ""
"#;

#[test]
fn entries_of_a_users_table_stay_entries() {
    case(ENTRIES, &disable("alice", true), &ENTRIES.replace("\"!\" }", "\"!\", disabled = true }"));
    case(ENTRIES, &disable("bob", true), &ENTRIES.replace("= \"b\"\n", "= \"b\"\n  bob . disabled = true\n"));
    case(
        ENTRIES,
        &remove("alice"),
        &noted(&ENTRIES.replace("# The boss.\nalice = { hashed_password = \"!\" } # hers\n", ""), "alice"),
    );
    case(
        ENTRIES,
        &remove("bob"),
        &noted(&ENTRIES.replace("bob.hashed_password = \"!\"\n  bob . email = \"b\"\n", ""), "bob"),
    );
    let table = "\n[users.eve]\nhashed_password = \"!\"\nscopes = [\"me\"]\n";
    case(ENTRIES, &add(new_user("eve")), &[ENTRIES, table].concat());
}

#[test]
fn lines_that_end_differently_keep_their_ends() {
    let text = "[scopes]\nme = \"\"\r\n\r\n[users.a]\r\nhashed_password = \"!\" # x\r\n\n[users.b]\nhashed_password = \"*\"\r\n";
    case_as_is(text, &disable("a", true), &text.replace("# x\r\n", "# x\ndisabled = true\r\n"));
    case_as_is(
        text,
        &remove("a"),
        &noted("[scopes]\nme = \"\"\r\n\r\n[users.b]\nhashed_password = \"*\"\r\n", "a"),
    );
    case_as_is(text, &remove("b"), &noted(&text[..text.find("\n[users.b]").unwrap()], "b"));
}

#[track_caller]
fn case_as_is(before: &str, change: &Change, after: &str) {
    assert_eq!(edit(before, change).unwrap().as_deref(), Some(after));
}

#[test]
fn a_change_of_nobody_or_a_second_of_a_name_is_refused() {
    refused(TABLES, &disable("Alice", true), &EditError::Change(ChangeError::NoSuchUser(name("Alice"))));
    refused(TABLES, &remove("eve"), &EditError::Change(ChangeError::NoSuchUser(name("eve"))));
    refused(TABLES, &add(new_user("alice")), &EditError::Change(ChangeError::UserExists(name("alice"))));
    refused(TABLES, &add(new_user("ALICE")), &EditError::Change(ChangeError::CaseTwin(name("alice"))));
}

#[test]
fn a_file_with_a_fault_is_not_edited() {
    let error = edit("[users.a]\nhashed_password = 1\n", &disable("a", true)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2, column 19: `hashed_password` must be a string, not an integer (user `a`)"
    );
}

#[test]
fn what_cannot_be_edited_safely_is_refused() {
    let text = "users = { a.hashed_password = \"!\" }\n";
    refused(text, &disable("a", true), &EditError::Unsafe);
    // One user is written in the midst of another: the outcome gives it away.
    let text = "users = { a.hashed_password = \"!\", b.hashed_password = \"!\", a.email = \"x\" }\n";
    refused(text, &remove("a"), &EditError::Unsafe);
    refused(text, &remove("b"), &EditError::Unsafe);
}
