use super::read;
use crate::auth::password::{HashFault, HashParams};
use crate::auth::time::{Span, Timestamp};
use crate::auth::user::{Removed, TokenPolicy, TokenType, User, UserStore};

/// Each text has `~` where the fault is.
#[track_caller]
fn fault(marked: &str, message: &str) {
    let (before, after) = marked.split_once('~').unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    for mark in ["", "\u{feff}"] {
        let error = read(&[mark, before, after].concat()).unwrap_err();
        assert_eq!(error.to_string(), format!("line {line}, column {column}: {message}"), "{marked}");
    }
}

/// A fault in the entry of a user, written in four ways.
#[track_caller]
fn user_fault(field: &str, message: &str) {
    let message = format!("{message} (user `al.ice`)");
    fault(
        &format!(
            "[users.bob]\nhashed_password = \"!\"\n\n[users.\"al.ice\"]\nhashed_password = \"!\"\n{field}\n"
        ),
        &message,
    );
    fault(
        &format!(
            "users = {{ bob = {{ hashed_password = \"!\" }}, \"al.ice\" = {{ hashed_password = \"!\", {field} }} }}\n"
        ),
        &message,
    );
    fault(&format!("[users]\n'al.ice' = {{ hashed_password = \"!\", {field} }}\n"), &message);
    let (before, after) = field.split_once('~').unwrap();
    let dotted = if before.is_empty() {
        format!("users.'al.ice'.~{after}")
    } else {
        format!("users.'al.ice'.{before}~{after}")
    };
    fault(&format!("users.'al.ice'.hashed_password = \"!\"\n{dotted}\n"), &message);
}

#[test]
fn a_full_store_reads_as_written() {
    let store = read(
        r#"
        [tokens]
        issuer = "i"
        audience = "a"
        type = "at+jwt"
        lifetime = "1h"
        max_lifetime = "2h"
        scope_claim = ["scope", "realm_access.roles"]
        [passwords]
        memory_kib = 19456
        iterations = 2
        parallelism = 1
        min_length = 12
        rehash = true
        [scopes]
        me = "Me."
        "users:read" = ""
        [users."a.b@c"]
        full_name = "A"
        email = "e"
        hashed_password = "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc"
        disabled = true
        scopes = ["users:read", "me"]
        tokens_valid_from = 2026-11-21T20:59:59.1Z
        generation = 4
        [revoked]
        "x y" = 1970-01-01T00:00:01Z
        [removed]
        "d.e" = { generation = 9223372036854775807, until = 1970-01-01T00:00:02Z }
        "#,
    )
    .unwrap();
    assert_eq!(
        store.tokens,
        TokenPolicy {
            issuer: Some("i".to_owned()),
            audience: Some("a".to_owned()),
            token_type: TokenType::AccessToken,
            lifetime: Span::hours(1),
            max_lifetime: Span::hours(2),
            scope_claims: ["scope", "realm_access.roles"].map(|path| path.parse().unwrap()).into(),
        }
    );
    assert_eq!(store.passwords.params, HashParams { memory_kib: 19456, iterations: 2, parallelism: 1 });
    assert_eq!((store.passwords.min_length, store.passwords.rehash), (12, true));
    let scopes: Vec<_> =
        store.scopes.iter().flatten().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(scopes, [("me", "Me."), ("users:read", "")]);
    let user = &store.users["a.b@c"];
    assert_eq!((user.full_name.as_deref(), user.email.as_deref()), (Some("A"), Some("e")));
    assert_eq!(user.hash.as_ref().unwrap().cost(), Some(HashParams::DEFAULT.into()));
    assert_eq!((user.disabled, user.scopes.to_string().as_str()), (true, "users:read me"));
    assert_eq!(user.tokens_valid_from, Timestamp::from_milliseconds(1_795_294_799_100));
    assert_eq!(user.generation, 4);
    assert_eq!(store.revoked["x y"], Timestamp::new(1).unwrap());
    let removed = Removed { generation: User::LAST_GENERATION, until: Timestamp::new(2).unwrap() };
    assert_eq!(store.removed["d.e"], removed);
}

#[test]
fn nothing_is_needed() {
    assert_eq!(read("").unwrap(), UserStore::default());
    assert_eq!(read("[tokens]\nmax_lifetime = '10m'").unwrap().tokens.lifetime, Span::minutes(10));
    let store = read("[users.a]\nhashed_password = 'plain'\n[users.A]\nhashed_password = '*'\n").unwrap();
    let fault = |name: &str| store.users[name].hash.as_ref().unwrap().fault();
    assert_eq!(fault("a"), Some(HashFault::Unknown));
    assert_eq!(fault("A"), Some(HashFault::Locked));
    assert_eq!(read("[users.a]\n").unwrap().users["a"].hash, None);
    assert!(!store.users["a"].disabled && store.users["a"].scopes.is_empty());
}

#[test]
fn what_is_unknown_is_a_fault() {
    fault("[tokens]\n[~token]\n", "unknown table `token`");
    fault("[[~other]]\n", "unknown table `other`");
    fault("~lifetime = 1\n", "unknown field `lifetime`");
    fault("[tokens]\n~Issuer = 'x'\n", "unknown field `Issuer`");
    fault("[passwords]\n~memory = 1\n", "unknown field `memory`");
    user_fault("~disable = true", "unknown field `disable`");
    user_fault("~password = { a = 1 }", "unknown field `password`");
    fault("[removed]\na = { ~since = 1 }", "unknown field `since`");
    fault("[users.a]\nhashed_password = ''\n[users.a.~b]\n", "unknown field `b` (user `a`)");
    let long = "x".repeat(140);
    fault(&format!("~\"{long}\" = 1"), &format!("unknown field `{}…`", &long[..128]));
    fault("~\"a\\u001b\\u202E`\" = 1", "unknown field `a\\u{1b}\\u{202e}``");
}

#[test]
fn a_wrong_type_is_a_fault() {
    fault("tokens = ~1", "`tokens` must be a table, not an integer");
    fault("~[[users]]\n", "`users` must be a table, not an array of tables");
    fault("scopes = ~['me']", "`scopes` must be a table, not an array");
    fault("[scopes]\nme = ~true", "`me` must be a string, not a boolean");
    fault("[tokens]\nlifetime = ~30", "`lifetime` must be a string, not an integer");
    fault("[tokens]\nscope_claim = ~'scp'", "`scope_claim` must be an array of strings, not a string");
    fault("[tokens]\nscope_claim = ['scp', ~1]", "`scope_claim` must be an array of strings, not an integer");
    fault("[passwords]\niterations = ~3.0", "`iterations` must be an integer, not a float");
    fault("[passwords]\nrehash = ~'yes'", "`rehash` must be true or false, not a string");
    fault("[users]\na = ~'x'", "`a` must be a table, not a string (user `a`)");
    user_fault("full_name = ~['A']", "`full_name` must be a string, not an array");
    user_fault("email = ~{ a = 1 }", "`email` must be a string, not a table");
    user_fault("disabled = ~'false'", "`disabled` must be true or false, not a string");
    user_fault("scopes = ~'me'", "`scopes` must be an array of strings, not a string");
    user_fault(
        "scopes = ['é', ~2]".replace('é', "e").as_str(),
        "`scopes` must be an array of strings, not an integer",
    );
    user_fault("generation = ~1.0", "`generation` must be an integer, not a float");
    user_fault("generation = ~'1'", "`generation` must be an integer, not a string");
    fault("[removed]\na = ~1", "`a` must be a table, not an integer");
    user_fault("tokens_valid_from = ~0", "`tokens_valid_from` must be a date and a time, not an integer");
}

#[test]
fn a_name_outside_the_grammar_is_a_fault() {
    fault("[users.~\"a b\"]\nhashed_password = ''", "` ` cannot be part of a username");
    fault("[users.~\"\"]\nhashed_password = ''", "a username cannot be empty");
    fault(&format!("[users.~{}]\n", "x".repeat(129)), "a username has at most 128 characters");
    fault("[scopes]\n~\"a b\" = ''", "not a scope: ` ` cannot be part of a scope");
    user_fault("scopes = ['a', ~'b,c']", "not a scope: `,` cannot be part of a scope");
    user_fault("scopes = [~'']", "not a scope: no scope given");
}

#[test]
fn a_double_is_a_fault() {
    fault("[tokens]\n[~tokens]\n", "not valid TOML: duplicate key");
    fault("[users.a]\nhashed_password = ''\n[users.~a]\n", "not valid TOML: duplicate key (user `a`)");
    let double = "not valid TOML: duplicate key (user `a`)";
    fault("[users.a]\nhashed_password = ''\n~hashed_password = 'x'", double);
    fault("[users]\na = { hashed_password = '', ~hashed_password = 'x' }", double);
    fault("users.a.email = ''\nusers.a.~email = ''", double);
    fault("[removed]\na = { generation = 1, ~generation = 1 }", "not valid TOML: duplicate key");
    fault("[removed]\na = {}\n~a = {}", "not valid TOML: duplicate key");
    user_fault("scopes = ['b', 'a', ~'b']", "scope `b` is listed twice");
}

#[test]
fn a_value_that_cannot_be_meant_is_a_fault() {
    fault("[tokens]\nissuer = ~''", "`issuer` cannot be empty");
    fault("[tokens]\naudience = ~\"\"", "`audience` cannot be empty");
    for written in ["jwt", "", "AT+JWT", "application/at+jwt"] {
        fault(&format!("[tokens]\ntype = ~'{written}'"), "`type` must be `JWT` or `at+jwt`");
    }
    fault("[tokens]\nlifetime = ~'1 h'", "`lifetime` is not a duration such as `90s`, `30m`, `12h` or `7d`");
    fault("[tokens]\nmax_lifetime = ~'99999999d'", "`max_lifetime` is longer than any date can be away");
    fault("[tokens]\nlifetime = ~'0'", "`lifetime` must be longer than zero");
    fault("[tokens]\nmax_lifetime = ~'0s'", "`max_lifetime` must be longer than zero");
    fault("[tokens]\nlifetime = ~'25h'", "`lifetime` is longer than `max_lifetime`");
    fault("[tokens]\nlifetime = ~'2h'\nmax_lifetime = '1h'", "`lifetime` is longer than `max_lifetime`");
    fault("[tokens]\nscope_claim = ~[]", "`scope_claim` cannot be empty");
    fault("[tokens]\nscope_claim = ['a', ~'']", "a claim path cannot be empty");
    let names = "a claim path is names with single dots between, such as `realm_access.roles`";
    fault("[tokens]\nscope_claim = [~'a..b']", names);
    fault("[passwords]\nmemory_kib = ~31", "Argon2 cannot run with `m=31,t=3,p=4`");
    fault("[passwords]\niterations = ~65", "Argon2 cannot run with `m=65536,t=65,p=4`");
    fault("[passwords]\nparallelism = ~0", "`parallelism` must be from 1 to 4294967295");
    fault("[passwords]\nmemory_kib = ~-1", "`memory_kib` must be from 1 to 4294967295");
    fault("[passwords]\nmin_length = ~0", "`min_length` must be from 1 to 1024");
    fault("[passwords]\nmin_length = ~1025", "`min_length` must be from 1 to 1024");
    user_fault(
        "tokens_valid_from = ~2026-11-21T21:00:00",
        "`tokens_valid_from` is a local date-time: add an offset from UTC, such as `Z`",
    );
    user_fault(
        "tokens_valid_from = ~2026-11-21",
        "`tokens_valid_from` must be a date and a time with an offset, such as `2026-11-21T21:00:00Z`",
    );
    user_fault(
        "tokens_valid_from = ~1969-12-31T23:59:59Z",
        "`tokens_valid_from` must be in the years 1970 to 9999",
    );
    fault("[revoked]\nx = ~1", "`x` must be a date and a time, not an integer");
    user_fault("generation = ~-1", "`generation` must be from 0 to 9223372036854775807");
    fault("[removed]\n~a = {}", "`generation` is missing");
    fault("[removed]\n~a = { generation = 1 }", "`until` is missing");
    fault("[removed.~a]\nuntil = 2026-11-21T21:00:00Z", "`generation` is missing");
    fault("[removed]\na = { generation = ~-1 }", "`generation` must be from 0 to 9223372036854775807");
    fault("[removed]\n~'a b' = {}", "` ` cannot be part of a username");
}

#[test]
fn what_is_not_toml_is_a_fault() {
    fault(
        "[users.a]\nhashed_password = ~secret",
        "not valid TOML: string values must be quoted, expected literal string (user `a`)",
    );
    fault(
        "[users.a]\n\n[users.b]\nx = 'é~\n[users.c]\n",
        "not valid TOML: invalid literal string, expected `'` (user `b`)",
    );
    fault("[users.a~ b]\n", "not valid TOML: unclosed table, expected `]`");
    assert_eq!(
        super::super::text(b"a\n\xC3\xA9b\xFF").unwrap_err().to_string(),
        "line 2, column 3: not UTF-8"
    );
    assert_eq!(super::super::text("é".as_bytes()), Ok("é"));
}

#[test]
fn a_fault_never_shows_what_may_be_secret() {
    for text in [
        "[users.a]\nhashed_password = hunter2\n",
        "[users.a]\nhashed_password = \"hunter2\n",
        "[users.a]\nhashed_password = \"\\hunter2\"\n",
        "[users.a]\nhashed_password = \"x\" hunter2\n",
        "[users.a]\nhashed_password = [\"hunter2\"]\n",
        "[users.a]\nhashed_password = { hunter = \"hunter2\" }\n",
        "[users.a]\nhashed_password = '''hunter2\n",
        "[users.a]\nhunter2\n",
        "[tokens]\ntype = 'hunter2'\nlifetime = 'hunter2'\n",
        "[tokens]\nlifetime = 'hunter2'\n",
        "[users.a]\nhashed_password = ''\ntokens_valid_from = 'hunter2'\n",
        "[users.a]\nhashed_password = ''\ndisabled = 'hunter2'\n",
    ] {
        let error = read(text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter"), "{text}");
    }
}
