//! Texts in each form, and what is read of them.

mod faults;
mod hashes;

use super::{ImportedUser, parse};

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
    for (text, line) in [("username,x\r\nann,1\r\n", 1), ("username,hashed_password\r\nann,pw\r\n", 2)] {
        assert!(read(text).starts_with(&format!("error: line {line}: ")), "{text}: {}", read(text));
    }
    for ends in ["\r\n", "\n\n", "\r\n\r\n\r\n"] {
        let text = ["username", "ann", "ben", "ann"].join(ends);
        let (first, second) = (1 + ends.matches('\n').count(), 1 + 3 * ends.matches('\n').count());
        assert!(
            read(&text)
                .starts_with(&format!("error: line {second}: the user is there already in line {first}, ")),
            "{}",
            read(&text)
        );
    }
    assert_eq!(
        read("# one\nusername\nann\nann\n"),
        "error: line 4: the user is there already in line 3, by this name or one that differs in case only (user `ann`)"
    );
}
