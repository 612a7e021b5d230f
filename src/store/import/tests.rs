use super::{ImportedUser, parse};
use crate::auth::password::PasswordHash;

const BCRYPT: &str = "$2y$04$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS";

/// The fields of each user, a line each; or the error.
fn read(text: &str) -> String {
    let text = text.replace("HASH", BCRYPT);
    let line = |ImportedUser { user, has_generation, groups, had_des: _ }: &ImportedUser| {
        let hash = user.hash.as_ref().map(|hash| hash.cost().unwrap());
        let fields = [
            user.full_name.clone(),
            user.email.clone(),
            hash.map(|cost| cost.to_string()),
            user.disabled.then(|| "disabled".to_owned()),
            (!user.scopes.is_empty()).then(|| format!("scopes {}", user.scopes)),
            (!groups.is_empty()).then(|| format!("groups {}", groups.join(" "))),
            user.tokens_valid_from.map(|from| from.to_string()),
            has_generation.then(|| format!("generation {}", user.generation)),
        ];
        let fields: Vec<String> = fields.into_iter().flatten().collect();
        format!("{}: {}", user.name, fields.join(", "))
    };
    match parse(text.clone()) {
        Ok(imported) => imported.users.iter().map(line).collect::<Vec<_>>().join("\n"),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn every_form_is_told_by_its_content_and_read() {
    let all = "a.b@c: A, B, a@b.c, bcrypt with cost 4, disabled, scopes me items, 2026-11-21T21:00:00Z, generation 3\nd: ";
    let json = r#"{"username": "a.b@c", "full_name": "A, B", "email": "a@b.c", "hashed_password": "HASH", "disabled": true, "scopes": ["me", "items"], "tokens_valid_from": "2026-11-21T22:00:00+01:00", "generation": 3}"#;
    let nothing = r#"{"username": "d", "email": null}"#;
    for text in [
        format!("[{json},\n{nothing}]"),
        format!("\u{feff} [\n{json},{nothing}\n]\n"),
        format!("{json}\n{nothing}\n"),
        format!("{{\"a.b@c\":{json},\n\"d\":{{}}}}"),
        "username,full_name,email,password_hash,disabled,scopes,tokens_valid_from,generation\n\
         a.b@c,\"A, B\",a@b.c,HASH,true,me items,2026-11-21T21:00:00Z,3\nd,,,,,,,\n"
            .to_owned(),
        "full_name;username;email;hashed_password;disabled;scopes;tokens_valid_from;generation\r\n\
         A, B;a.b@c;a@b.c;HASH;true;me items;2026-11-21T21:00:00Z;3\r\n;d;;;false;;;\r\n"
            .to_owned(),
    ] {
        assert_eq!(read(&text), all, "{text}");
    }
    let store = "# c\n[users.'a.b@c']\nfull_name = 'A, B'\nemail = 'a@b.c'\nhashed_password = 'HASH'\ndisabled = true\n\
                 scopes = ['me', 'items']\ntokens_valid_from = 2026-11-21T21:00:00Z\ngeneration = 3\n[users.d]\n";
    assert_eq!(read(store), format!("{all}generation 0"));
    assert_eq!(read("# c\n\nann:HASH\nben:HASH\r\n"), "ann: bcrypt with cost 4\nben: bcrypt with cost 4");
    let authelia = "---\n# c\nusers:\n  john:\n    disabled: true\n    displayname: 'John Doe'\n    password: \"HASH\"\n    \
                    email: j@d.e\n    groups:\n      - admins\n      - dev\n  harry:\n    disabled: false\n    groups: []\n    password: HASH\n...\n";
    assert_eq!(
        read(authelia),
        "john: John Doe, j@d.e, bcrypt with cost 4, disabled, groups admins dev\nharry: bcrypt with cost 4"
    );
    let last = r#"{"username":"z","tokens_valid_from":"9999-12-31T23:59:59Z"}"#;
    assert_eq!(read(last), "z: 9999-12-31T23:59:59Z");
    for empty in ["", "# nothing\n", "[]", "{}", "username,email\n", "users: {}\n"] {
        assert_eq!(read(empty), "", "{empty}");
    }
}

/// Every form that takes a hash, with `text` as that of `ann`.
fn with_hash(text: &str) -> [String; 5] {
    let json = serde_json::Value::from(text);
    [
        format!("ann:{text}\n"),
        format!("[{{\"username\":\"ann\",\"hashed_password\":{json}}}]"),
        format!("username,hashed_password\nann,\"{text}\"\n"),
        format!("users:\n  ann:\n    password: '{text}'\n"),
        format!("[users.ann]\nhashed_password = {json}\n"),
    ]
}

#[test]
fn a_password_that_begins_like_a_hash_is_imported_in_no_form() {
    for text in [
        "$6$hunter2secret",
        "$6$rounds=5000$hunter2$hunter2",
        "$5$hunter2secret-and-twenty-six",
        "$2b$hunter2",
        "$2b$12$hunter2-correct-horse-battery",
        "$argon2id$hunter2secret",
        "$argon2id$v=19$m=65536,t=3,p=4$hunter2secret",
        "argon2$argon2id$hunter2",
        "pbkdf2_sha256$x$y$hunter2secret",
        "pbkdf2_sha256$1000$hunter2",
        "scrypt$hunter2",
        "{SCRAM-SHA-256}4096,hunter2",
        "{SSHA512}hunter2-correct-horse",
        "{CRYPT}$6$hunter2secret",
        "{BLF-CRYPT}hunter2-correct-horse",
        "!$6$hunter2secret",
        "$1$hunter2-correct-horse-battery",
        "$apr1$hunter2-correct-horse-battery",
        "md5$salt$hunter2-correct-horse",
        "pbkdf2:sha256:hunter2-correct-horse",
        "HASH:x:hunter2",
        "HASHx",
    ] {
        for file in with_hash(&text.replace("HASH", BCRYPT)) {
            let said = read(&file);
            assert!(said.contains("a plain password is never imported: "), "{file}: {said}");
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

/// A hash that no password matches is one all the same: it locks that user out.
#[test]
fn a_hash_of_a_known_form_is_imported_whatever_it_is_worth() {
    let (half, digest) = ("x".repeat(11), "x".repeat(22));
    let hashes = include_str!("../../../tests/rules/hashes.tsv").lines();
    let hashes = hashes.filter(|line| !line.starts_with('#') && !line.starts_with("htpasswd -d"));
    let made = hashes.filter_map(|line| line.split('\t').nth(2)).map(str::to_owned);
    let others = [
        format!("$2b$31${digest}{digest}{}", &half[2..]),
        format!("$argon2id$m=1,t=1,p=1${half}${digest}"),
        format!("$argon2id$v=19$m=65536,t=3,p=4,p=4${half}${digest}"),
        format!("$6$ab${}{digest}{digest}", &digest.repeat(2)[2..]),
        format!("!$2b$12${digest}{digest}{}", &half[2..]),
        format!("{{BLF-CRYPT}}$6$saltsalt${}{digest}{digest}", &digest.repeat(2)[2..]),
        format!("{{SSHA}}{digest}{half}="),
        format!("{{SCRAM-SHA-256}}4096,{digest}==,{digest}{digest}=,{digest}{digest}="),
        format!("SCRAM-SHA-256$4096:{digest}==${0}=:{0}=", &digest.repeat(2)[1..]),
        format!("{{pbkdf2@SpringSecurity_v5_8}}{}", "0".repeat(96)),
        format!("{{PBKDF2}}$1$salt$5000${}", "0".repeat(40)),
        format!("$P$B{digest}{}", &half[3..]),
        format!("$S$D{digest}{digest}{}", &half[4..]),
        format!("$wp$2y$10${digest}{digest}{}", &half[2..]),
        "0".repeat(32),
        "!".to_owned(),
        "*".to_owned(),
        format!("!{}", "x".repeat(40)),
    ];
    for text in made.chain(others) {
        let hash = PasswordHash::parse(&text);
        assert_eq!(hash.plain_fault(), None, "{text}: {:?}", hash.fault());
    }
}

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

/// Nothing that is read ends in a panic: texts of every form, with a piece cut out or put in.
#[test]
fn no_text_ends_the_process() {
    let texts = [
        "[{\"username\":\"ann\",\"scopes\":[\"me\"]}]",
        "{\"ann\":{\"email\":\"é\"}}\n{}",
        "username,email\n\"a\"\"b\",é\n",
        "users:\n  ann:\n    groups: [a, 'b']\n    email: |\n      x\n",
        "ann:HASH\nbén:HASH\n",
        "[users.ann]\nscopes = ['é']\n",
    ];
    for text in texts {
        for at in 0..=text.len() {
            let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else { continue };
            for piece in ["", "\"", "{", "}", "[", "]", ":", "\n", "\t", "-", "é", "&a ", "*a", "\u{0}", "? "]
            {
                let _any = parse([before, piece, after].concat());
                let _any = parse([before, piece].concat());
            }
        }
    }
}

#[test]
fn no_line_of_csv_is_lost() {
    assert_eq!(read("# a; b; c\n\nusername,full_name\nann,A\n"), "ann: A");
    assert_eq!(read("full_name,username\n#1 Fan,ann\nB,ben\n"), "ann: #1 Fan\nben: B");
    assert_eq!(read("username,full_name\nann,\"abc\nben,x\n"), "error: line 1: not valid CSV");
    assert_eq!(
        read("# one\nusername\nann\nann\n"),
        "error: line 4: the user is there already in line 3, by this name or one that differs in case only (user `ann`)"
    );
}
