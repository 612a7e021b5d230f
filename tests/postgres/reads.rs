//! What is read: facts about tokens, candidates, pages, policies.

use authctl::auth::import::Import;
use authctl::auth::key::KeySet;
use authctl::auth::password::PasswordHash;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{Removed, User};
use authctl::auth::verify::{Requirements, SignedToken, open};
use authctl::store::postgres::{Asked, Database, DatabaseError, EditError, Fields, Records, RowFault};
use authctl::store::users_file;
use authctl::{LoginRefusal, Password, Verdict};

use super::server::Store;
use super::{HASH, POLICY, new_user, put};

const SECRET: &[u8] = b"4f1feeca525de4cdb064656007da3edac7895a87ff0ea865693300fb8b6e8f9c";

fn keys() -> KeySet {
    KeySet::parse(SECRET).unwrap()
}

/// A token of `sub` with an id and further claims, good until long after the tests.
pub(crate) fn token(sub: &str, jti: &str, claims: &str) -> SignedToken {
    let claims = format!(
        r#"{{"sub":"{sub}","jti":"{jti}","iat":1795294800,"exp":253402300799,"scope":"me"{claims}}}"#
    );
    let key = jsonwebtoken::EncodingKey::from_secret(SECRET);
    let claims: serde_json::Value = serde_json::from_str(&claims).unwrap();
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
    open(&token, &keys()).unwrap()
}

fn now() -> Timestamp {
    Timestamp::new(1_795_294_900).unwrap()
}

/// The verdict on each token, from one look-up.
fn verdicts(store: &Store, tokens: &[SignedToken]) -> Vec<Result<(), Verdict>> {
    judged(&store.database(), tokens).unwrap()
}

/// As [`verdicts`], of a database that may fail.
pub(crate) fn judged(
    database: &Database,
    tokens: &[SignedToken],
) -> Result<Vec<Result<(), Verdict>>, DatabaseError> {
    let found = database.look_up(tokens)?;
    let required = Requirements { scopes: "me".parse().unwrap(), ..Requirements::of(found.tokens()) };
    let judge = |token: &SignedToken| match token.judge(found.facts(token), &required, now()) {
        Ok(_) => Ok(()),
        Err(refusal) => Err(refusal.verdict()),
    };
    Ok(tokens.iter().map(judge).collect())
}

#[test]
fn a_token_is_judged_by_what_the_database_says_of_its_user_and_id() {
    let Some(store) = Store::new() else { return };
    let disabled = User { disabled: true, ..new_user("disabled") };
    let other = User { scopes: "items".parse().unwrap(), ..new_user("other") };
    let signed_out =
        User { generation: 5, tokens_valid_from: Timestamp::new(1_795_294_801), ..new_user("out") };
    put(&store, &[new_user("johndoe"), disabled, other, signed_out]);
    let records = Import { revoked: [("gone".to_owned(), Timestamp::MAX)].into(), ..Import::default() };
    store.database().import(&records).unwrap();
    let tokens = [
        token("johndoe", "one", ""),
        token("johndoe", "gone", ""),
        token("johndoe", "gone.1", ""),
        token("johndoe", "other.gone", ""),
        token("disabled", "one", ""),
        token("other", "one", ""),
        token("out", "one", ""),
        token("out", "one", r#","gen":4"#),
        token("out", "one", r#","gen":5"#),
        token("nobody", "one", ""),
        token("JohnDoe", "one", ""),
        // No text in the database has a zero byte.
        token("john\\u0000doe", "one", ""),
        token("johndoe", "a\\u0000b", ""),
        token("' OR true --", "' OR true --", ""),
    ];
    let no = Err(Verdict::Unacceptable);
    let good = Ok(());
    let expected =
        [good, no, no, good, no, Err(Verdict::InsufficientScope), no, no, good, no, no, no, good, no];
    assert_eq!(verdicts(&store, &tokens), expected);
    assert_eq!(verdicts(&store, &[]), []);
}

#[test]
fn the_answers_are_those_of_a_users_file() {
    let Some(store) = Store::new() else { return };
    let users: Vec<User> = (0..40)
        .map(|number: u32| User {
            full_name: (number.is_multiple_of(2)).then(|| format!("Ü \"{number}\"")),
            email: (number.is_multiple_of(3)).then(|| format!("{number}@example.com")),
            hash: (!number.is_multiple_of(5)).then(|| PasswordHash::parse(HASH)),
            disabled: number.is_multiple_of(7),
            scopes: if number.is_multiple_of(4) {
                "items me".parse().unwrap()
            } else {
                "me".parse().unwrap()
            },
            tokens_valid_from: (number % 3 == 1)
                .then(|| Timestamp::from_milliseconds(1_795_294_800_001).unwrap()),
            generation: u64::from(number % 6),
            ..new_user(&format!("user{number}"))
        })
        .collect();
    put(&store, &users);
    let mut text = users_file::new_store(&[], None);
    text.push_str("[users.z]\n");
    let file: Vec<_> = users
        .iter()
        .map(|user| {
            let text = users_file::new_store(&[], Some(user));
            users_file::parse(&text).unwrap().users[user.name.as_str()].clone()
        })
        .collect();
    let names: Vec<&str> = users.iter().map(|user| user.name.as_str()).collect();
    let (found, _) = store.database().users(&names).unwrap();
    for user in &file {
        assert_eq!(found.user(user.name.as_str()), Some(user));
    }
    // By pages, in the order of a file.
    let database = store.database();
    let mut snapshot = database.snapshot(Fields::All).unwrap();
    assert_eq!(snapshot.policies().tokens.lifetime, Span::hours(1));
    let mut listed = Vec::new();
    loop {
        let users = snapshot.next(7).unwrap();
        assert!(users.len() <= 7);
        if users.is_empty() {
            break;
        }
        listed.extend(users);
    }
    snapshot.end().unwrap();
    let mut sorted = file;
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    assert_eq!(listed, sorted);
    assert_eq!(store.database().names("user3", 100).unwrap().len(), 11);
    assert_eq!(store.database().names("user3", 2).unwrap(), ["user3", "user30"]);
    assert_eq!(store.database().names("x%", 2).unwrap(), [""; 0]);
}

#[test]
fn a_login_is_verified_against_the_user_or_as_costly_against_nobody() {
    let Some(store) = Store::new() else { return };
    let costly = |memory: u32, name: &str| User {
        hash: Some(PasswordHash::parse(&HASH.replace("m=65536", &format!("m={memory}")))),
        ..new_user(name)
    };
    put(&store, &[new_user("johndoe"), costly(1024, "cheap"), User { hash: None, ..new_user("service") }]);
    let database = store.database();
    let secret = || Password::from(b"secret".to_vec());
    let login = database.candidate("johndoe").unwrap().verify(&secret()).unwrap();
    assert_eq!(login.user().scopes, "me".parse().unwrap());
    for name in ["nobody", "service", "JOHNDOE", "a\0b", "", "' OR true --"] {
        let refusal = database.candidate(name).unwrap().verify(&secret()).unwrap_err();
        assert_eq!(refusal, LoginRefusal::InvalidGrant, "{name}");
    }
    // Of two users, each is about as likely to lend an unknown name the cost of the hash.
    let cost = |name: &str| format!("{:?}", database.candidate(name).unwrap()).contains("1024");
    let cheap = (0..60).filter(|number| cost(&format!("nobody{number}"))).count();
    assert!((10..=50).contains(&cheap), "{cheap}");
    assert_eq!(cost("nobody0"), cost("nobody0"));
}

#[test]
fn a_login_is_dated_by_the_database_before_a_sign_out_that_it_did_not_see() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("johndoe")]);
    let before: i64 = store.sql("SELECT extract(epoch FROM clock_timestamp())::bigint").parse().unwrap();
    let login = store.database().candidate("johndoe").unwrap().accept_without_password().unwrap();
    let after: i64 = store.sql("SELECT ceil(extract(epoch FROM clock_timestamp()))::bigint").parse().unwrap();
    let issued = login.issue(keys().signing_key().unwrap(), &authctl::TokenRequest::default()).unwrap();
    let token = open(&issued.token, &keys()).unwrap();
    let dated = i64::try_from(token.issued().unwrap().seconds()).unwrap();
    assert!((before - 1..=after).contains(&dated), "{before} {dated} {after}");
}

#[test]
fn a_row_that_no_user_has_is_a_fault_and_never_a_yes() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("johndoe")]);
    let fault = |set: &str| {
        store.sql(&format!("UPDATE authctl.users SET {set}"));
        match store.database().look_up(&[token("johndoe", "one", "")]) {
            Err(DatabaseError::User { name, fault }) => (name, fault),
            other => panic!("{set}: {other:?}"),
        }
    };
    let johndoe = |fault| ("johndoe".to_owned(), fault);
    assert_eq!(fault("scopes = '{me,\"a b\"}'"), johndoe(RowFault::Scopes));
    assert_eq!(fault("scopes = '{me,me}'"), johndoe(RowFault::Scopes));
    assert_eq!(fault("scopes = '{me}', generation = -1"), johndoe(RowFault::Generation));
    assert_eq!(fault("generation = 0, tokens_valid_from = 'infinity'"), johndoe(RowFault::Time));
    assert_eq!(fault("tokens_valid_from = '-infinity'"), johndoe(RowFault::Time));
    assert_eq!(fault("tokens_valid_from = '1969-12-31Z'"), johndoe(RowFault::Time));
    store.sql("UPDATE authctl.users SET tokens_valid_from = NULL; ALTER TABLE authctl.users ALTER generation TYPE text");
    assert_eq!(
        store.database().look_up(&[token("johndoe", "one", "")]).unwrap_err().code(),
        "database_protocol"
    );
}

#[test]
fn a_revoked_token_is_refused_whatever_hides_its_record() {
    let Some(store) = Store::new() else { return };
    put(&store, &[new_user("johndoe")]);
    let records = Import { revoked: [("gone".to_owned(), Timestamp::MAX)].into(), ..Import::default() };
    store.database().import(&records).unwrap();
    let role = format!("checker_{}", store.name);
    store.sql(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA authctl TO {role}; \
         GRANT SELECT ON authctl.policy, authctl.revoked, authctl.users TO {role}"
    ));
    // One token and several are asked for in their own ways.
    let asked = || {
        let [one, several] = [vec!["gone"], vec!["gone", "gone.1"]].map(|ids| {
            let tokens: Vec<_> = ids.into_iter().map(|id| token("johndoe", id, "")).collect();
            let verdicts = judged(&store.as_role(&role), &tokens).map_err(|error| error.code())?;
            assert!(verdicts.iter().all(|verdict| *verdict == Err(Verdict::Unacceptable)), "{verdicts:?}");
            let good = judged(&store.as_role(&role), &[token("johndoe", "one", "")]);
            assert_eq!(good.map_err(|error| error.code())?, [Ok(())]);
            Ok(())
        });
        assert_eq!(one, several);
        one
    };
    assert_eq!(asked(), Ok(()));
    // An operator of another schema for which a text is not equal to itself.
    store.sql(&format!(
        "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO {role}; \
         CREATE FUNCTION evil.never(text, text) RETURNS bool LANGUAGE sql IMMUTABLE AS $$SELECT $1 OPERATOR(pg_catalog.=) $2 AND $1 OPERATOR(pg_catalog.<>) 'gone'$$; \
         CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.never); \
         ALTER ROLE {role} SET search_path = evil, pg_catalog"
    ));
    assert_eq!(asked(), Ok(()));
    // Rows that the role may not see.
    store.sql("ALTER TABLE authctl.revoked ENABLE ROW LEVEL SECURITY");
    assert_eq!(asked(), Err("database_denied"));
    store.sql("ALTER TABLE authctl.revoked DISABLE ROW LEVEL SECURITY");
    // Ids that are stored with blanks after them.
    store.sql("ALTER TABLE authctl.revoked ALTER jti TYPE char(64)");
    assert_eq!(asked(), Err("invalid_store"));
}

#[test]
fn of_two_rows_of_one_name_neither_is_taken() {
    let Some(store) = Store::new() else { return };
    put(&store, &[User { disabled: true, ..new_user("johndoe") }, new_user("ann")]);
    // A name that is asked for twice has one row.
    assert!(store.database().users(&["ann", "johndoe", "ann"]).unwrap().0.user("ann").is_some());
    store.sql(
        "CREATE TABLE authctl.more () INHERITS (authctl.users); \
         INSERT INTO authctl.more SELECT * FROM authctl.users; UPDATE authctl.more SET disabled = false",
    );
    let tokens = ["johndoe", "ann"].map(|name| token(name, "one", ""));
    for tokens in [&tokens[..1], &tokens] {
        let error = store.database().look_up(tokens).unwrap_err();
        assert!(matches!(error, DatabaseError::User { fault: RowFault::Twice, .. }), "{error}");
    }
}

#[test]
fn a_store_is_made_once_and_known_by_its_layout() {
    let Some(server) = super::server::Server::shared() else { return };
    let store = Store { server, name: server.new_database() };
    let asked = |code| {
        let database = store.database();
        assert_eq!(database.look_up(&[]).map(drop).map_err(|error| error.code()), code);
        assert_eq!(database.candidate("x").map(drop).map_err(|error| error.code()), code);
        assert_eq!(database.snapshot(Fields::Facts).map(drop).map_err(|error| error.code()), code);
        let changed = database.change::<()>(Asked::Tokens(&[]), |_, _| Ok(None));
        assert_eq!(changed.is_ok(), code.is_ok());
    };
    asked(Err("no_store"));
    // Several at a time, of whom one makes it.
    let made: Vec<bool> = std::thread::scope(|scope| {
        let inits: Vec<_> = (0..4).map(|_| scope.spawn(|| store.database().init(POLICY).unwrap())).collect();
        inits.into_iter().map(|init| init.join().unwrap()).collect()
    });
    assert_eq!(made.iter().filter(|made| **made).count(), 1, "{made:?}");
    asked(Ok(()));
    // Half made: it is finished, by a role that may make tables there and no schema.
    store.sql("DROP TABLE authctl.policy, authctl.removed, authctl.revoked");
    asked(Err("no_store"));
    let role = format!("maker_{}", store.name);
    store.sql(&format!("CREATE ROLE {role} LOGIN; ALTER SCHEMA authctl OWNER TO {role}; ALTER TABLE authctl.users OWNER TO {role}"));
    assert!(store.as_role(&role).init(POLICY).unwrap());
    asked(Ok(()));
    // Where users have lost their policy, another one is not made up.
    put(&store, &[new_user("johndoe")]);
    store.sql("CREATE TABLE kept AS TABLE authctl.policy; DELETE FROM authctl.policy");
    asked(Err("no_store"));
    assert!(matches!(store.database().init(POLICY), Err(EditError::Database(DatabaseError::Damaged(_)))));
    store.sql("INSERT INTO authctl.policy TABLE kept");
    asked(Ok(()));
    // Nor are revoked tokens forgotten.
    store.sql("ALTER TABLE authctl.revoked RENAME TO lost");
    assert!(!store.database().init(POLICY).unwrap());
    assert_eq!(store.database().look_up(&[]).unwrap_err().code(), "invalid_store");
    store.sql("ALTER TABLE authctl.lost RENAME TO revoked");
    store.sql("UPDATE authctl.policy SET layout = 2");
    asked(Err("newer_layout"));
    assert!(matches!(store.database().init(POLICY), Err(EditError::Database(DatabaseError::NewerLayout(2)))));
    assert!(store.database().set_policy(POLICY, None).is_err());
    store.sql("DROP TABLE authctl.users");
    asked(Err("newer_layout"));
}

#[test]
fn the_policies_are_read_as_those_of_a_file() {
    let Some(store) = Store::new() else { return };
    let database = store.database();
    assert_eq!(database.policy().unwrap().text, POLICY);
    let policy = "# Ours.\n[tokens]\nissuer = \"https://auth.example.com\"\n";
    database.set_policy(policy, None).unwrap();
    assert_eq!(database.policy().unwrap().text, policy);
    let found = store.database().look_up(&[]).unwrap();
    assert_eq!(found.tokens().issuer.as_deref(), Some("https://auth.example.com"));
    let Err(EditError::Database(fault)) = database.set_policy("[tokens]\nisuer = 'x'\n", None) else {
        panic!()
    };
    assert_eq!(fault.to_string(), "the policy in the database, line 2, column 1: unknown field `isuer`");
    let other = database.set_policy("[users.a]\n", None);
    assert!(matches!(other, Err(EditError::Database(DatabaseError::NotAPolicy))));
    store.sql("UPDATE authctl.policy SET document = 'x = '");
    assert_eq!(store.database().look_up(&[]).unwrap_err().code(), "invalid_policy");
}

#[test]
fn what_is_remembered_comes_back_as_it_was() {
    let Some(store) = Store::new() else { return };
    let time = |seconds| Timestamp::new(seconds).unwrap();
    let import = Import {
        revoked: (0..2500).map(|number| (format!("id{number}"), time(1_795_294_800 + number))).collect(),
        removed: [("old".parse().unwrap(), Removed { generation: 7, until: time(1_795_294_800) })].into(),
        ..Import::default()
    };
    store.database().import(&import).unwrap();
    let Records { revoked, removed } = store.database().records().unwrap();
    assert_eq!((revoked, removed), (import.revoked, import.removed));
    // A user of a removed name is above them.
    put(&store, &[new_user("old")]);
    let (found, now) = store.database().users(&["old"]).unwrap();
    let old = found.user("old").unwrap();
    assert_eq!(old.generation, 8);
    assert!(old.tokens_valid_from.is_some_and(|from| from.after(Span::minutes(5)) > now));
    assert!(store.database().records().unwrap().removed.is_empty());
}
