//! Faults, each with its line.

use super::read;

const FORMS: &str = "line 1: neither a user store nor htpasswd, JSON, CSV with a header or YAML of Authelia";
const COLUMNS: &str = "line 1: CSV without `username` in its header: the columns are `username`, `full_name`, `email`, \
                       `hashed_password` or `password_hash`, `disabled`, `scopes`, `groups`, `tokens_valid_from` and `generation`";

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn what_is_not_known_or_not_meant_is_a_fault_with_its_line() {
    for (text, said) in [
        ("ann:HASH\nben\n", "line 2: not `NAME:HASH`"),
        ("ann:HASH\nb n:HASH\n", "line 2: ` ` cannot be part of a username"),
        (
            "ann:HASH\n\nANN:HASH",
            "line 3: the user is there already in line 1, by this name or one that differs in case only (user `ANN`)",
        ),
        (
            "ben:HASH\nann:HASH\nBEN:HASH\nANN:HASH\n",
            "line 3: the user is there already in line 1, by this name or one that differs in case only (user `BEN`)",
        ),
        (
            "ann:hunter2",
            "line 1: a plain password is never imported: not a password hash of a known kind (user `ann`)",
        ),
        (
            "# c\n[users.ann]\nemail = 'a'\nhashed_password = 'hunter2'",
            "line 4: a plain password is never imported: not a password hash of a known kind (user `ann`)",
        ),
        (
            "ann:!hunter2",
            "line 1: a plain password is never imported: not a password hash of a known kind (user `ann`)",
        ),
        (
            "ann:$1$hunter2",
            "line 1: a plain password is never imported: not a password hash of a known kind (user `ann`)",
        ),
        (
            "ann:{PLAIN}hunter2",
            "line 1: a plain password is never imported: a plain password (`{PLAIN}`) is not accepted (user `ann`)",
        ),
        (
            "[{\"username\":\"ann\",\n\"password\":\"hunter2\"}]",
            "line 2: unknown field `password` (user `ann`)",
        ),
        (
            "{\"disabled\":1,\n\n\"username\":\"ann\"}",
            "line 1: `disabled` must be true or false (user `ann`)",
        ),
        ("{\"username\":\"ann\",\"scopes\":\"me\"}", "line 1: `scopes` must be a list of names (user `ann`)"),
        (
            "{\"username\":\"ann\",\"scopes\":[\"a b\"]}",
            "line 1: not a scope: ` ` cannot be part of a scope (user `ann`)",
        ),
        (
            "{\"username\":\"ann\",\"generation\":-1}",
            "line 1: `generation` must be a number from 0 to 9223372036854775807 (user `ann`)",
        ),
        ("{\"username\":\"ann\",\"email\":[]}", "line 1: `email` must be text (user `ann`)"),
        (
            "{\"username\":\"ann\",\"email\":\"a\",\"email\":\"b\"}",
            "line 1: `email` is there twice (user `ann`)",
        ),
        (
            "{\"username\":\"ann\",\"hashed_password\":\"HASH\",\"password_hash\":\"HASH\"}",
            "line 1: `hashed_password` is there twice (user `ann`)",
        ),
        ("{\"username\":\"ann\"}\n{\"email\":\"x\"}", "line 2: `username` is missing"),
        (
            "{\"ann\":{\"username\":\"ben\"}}",
            "line 1: `username` is another than the name of the entry (user `ann`)",
        ),
        ("{\"username\":\"ann\"}\n\n{hunter2", "line 3: not valid JSON"),
        ("[1]", "line 1: neither a user, which has its fields by name, nor users by name"),
        ("[1,2", FORMS),
        ("hunter2 world", FORMS),
        (
            "# c\n\nhunter2\n",
            "line 3: neither a user store nor htpasswd, JSON, CSV with a header or YAML of Authelia",
        ),
        ("b n:x", FORMS),
        ("b n:HASH", "line 1: ` ` cannot be part of a username"),
        ("b n:$argon2id$v=19$m=65536,t=3,p=4$hunter2", "line 1: ` ` cannot be part of a username"),
        ("hunter2 x:y=z", FORMS),
        ("hunter2 $x = y", FORMS),
        ("ann;$argon2id$v=19$hunter2", COLUMNS),
        ("scopes.\"a:b\" = 1", "line 1, column 16: `a:b` must be a string, not an integer"),
        ("[user.ann]\n", "line 1, column 2: unknown table `user`"),
        ("user = 1\n", "line 1, column 1: unknown field `user`"),
        ("hunter2,hunter2\n", COLUMNS),
        ("email;full_name\n", COLUMNS),
        ("[[[[", "line 1: not valid JSON"),
        ("x: &x", "line 1: unknown field `x`"),
        ("x: hunter2", "line 1: unknown field `x`"),
        (
            "{\"username\":\"ann\",\"generation\":9223372036853775808}",
            "`generation` is above 9223372036853775807: no room is left for sign-outs (user `ann`)",
        ),
        (
            "[users.ann]\ngeneration = 9223372036854775807",
            "`generation` is above 9223372036853775807: no room is left for sign-outs (user `ann`)",
        ),
        (
            "[removed]\nann = { generation = 9223372036854775807, until = 2099-01-01T00:00:00Z }",
            "`generation` is above 9223372036853775807: no room is left for sign-outs (user `ann`)",
        ),
        ("[{}, 1]", "line 1: `username` is missing"),
        ("username,disabled\nann,yes\n", "line 2: `disabled` must be true or false (user `ann`)"),
        ("username,color\n", "line 1: unknown field `color`"),
        ("username,email,email\n", "line 1: `email` is there twice"),
        ("username,email\nann,x\nben\n", "line 3: not valid CSV"),
        ("username,email\n,x\n", "line 2: a username cannot be empty"),
        ("users:\n  ann:\n    color: red\n", "line 3: unknown field `color` (user `ann`)"),
        ("users:\n  ann:\n    disabled: maybe\n", "line 3: `disabled` must be true or false (user `ann`)"),
        (
            "users:\n  ann:\n    password: hunter2\n",
            "line 3: a plain password is never imported: not a password hash of a known kind (user `ann`)",
        ),
        (
            "users:\n  ann: &a\n    email: x\n  ben: *a\n",
            "line 2: YAML with an alias, an anchor or a tag (user `ann`)",
        ),
        (
            "users:\n  ann:\n    email: !!str x\n",
            "line 3: YAML with an alias, an anchor or a tag (user `ann`)",
        ),
        (
            "users:\n  ann: 1\n",
            "line 2: neither a user, which has its fields by name, nor users by name (user `ann`)",
        ),
        ("users: []\n", "line 1: neither a user, which has its fields by name, nor users by name"),
        ("---\nother: {}\n", "line 2: unknown field `other`"),
        (
            "users: {}\n---\nusers: {}\n",
            "line 2: neither a user, which has its fields by name, nor users by name",
        ),
        ("[users.ann]\ncolor = 1\n", "line 2, column 1: unknown field `color` (user `ann`)"),
    ] {
        let found = read(text);
        assert_eq!(found.strip_prefix("error: ").unwrap_or(&found), said, "{text}");
        assert!(!found.contains("hunter2"), "{found}");
    }
}
