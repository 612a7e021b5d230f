//! Users whose hashes other programs made, and users without a password.

use insta::assert_snapshot;

use crate::bench::Bench;

/// Hashes of `secret` that cost next to nothing, made by the programs that the users are named after.
const STORE: &str = r#"
[passwords]
memory_kib = 7168
iterations = 5
parallelism = 1
rehash = true
[users.django]
hashed_password = 'pbkdf2_sha256$1000$J3dEyjmNTbCA6brrp3xW2i$FfdmiS+itEhON0AIVOHe+ndPB+FCE2tTkXheY63dh3g='
[users.htpasswd]
hashed_password = '$2y$04$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS'
scopes = ["me"]
[users.mkpasswd]
hashed_password = '{SHA512-CRYPT}$6$rounds=1000$UHQL.DphGykxEqpg$bK6YZ3vxpUP8LCyoqMQ1QRRD38VlyhNgbDGBZJHJFWcEGYXxbW24IjbWbXKgT4Po3.elTYEzDjOb2evPJU4aE/'
[users.old]
hashed_password = '$apr1$AQziWTQM$VAg6jUvENxOMvnons3VC11'
[users.slow]
hashed_password = '$2y$18$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS'
[users.service]
scopes = ["me"]
"#;

fn login(bench: &Bench, name: &str) -> String {
    bench.pipe(&format!("login {name} --password-stdin"), "secret\n")
}

#[test]
fn hashes_of_other_kinds_are_named_and_users_without_a_password_too() {
    let bench = Bench::with_store(STORE);
    assert_snapshot!(bench.run("users"), @"
    USERNAME  FULL NAME  EMAIL  SCOPES  STATE       HASH
    django                              enabled     PBKDF2-SHA256 with 1000 rounds (outdated)
    htpasswd                    me      enabled     bcrypt with cost 4 (outdated)
    mkpasswd                            enabled     SHA512-crypt with 1000 rounds (outdated)
    old                                 locked out  unusable: an MD5 hash of htpasswd (`$apr1$`) is not accepted
    service                     me      no login    no password
    slow                                locked out  unusable: bcrypt with cost 18: at most 16
    [exit 0]
    ");
    assert_snapshot!(bench.run("users show service"), @"
    FIELD     VALUE
    username  service
    scopes    me
    state     no login
    hash      no password
    [exit 0]
    ");
    assert_snapshot!(bench.run("users show htpasswd --json"), @r#"
    {"username":"htpasswd","full_name":null,"email":null,"disabled":false,"scopes":["me"],"tokens_valid_from":null,"generation":0,"hash":{"algorithm":"bcrypt","memory_kib":null,"iterations":null,"parallelism":null,"state":"outdated"}}
    [exit 0]
    "#);
    assert_snapshot!(bench.run("users show service --json"), @r#"
    {"username":"service","full_name":null,"email":null,"disabled":false,"scopes":["me"],"tokens_valid_from":null,"generation":0,"hash":null}
    [exit 0]
    "#);
    assert_snapshot!(bench.run("doctor --store-only"), @"
    outdated_hash: the hash of user `django` is outdated: PBKDF2-SHA256 with 1000 rounds, and new hashes are of Argon2id
      hint: run `authctl users passwd django`, or wait for the next login, which renews it
    outdated_hash: the hash of user `htpasswd` is outdated: bcrypt with cost 4, and new hashes are of Argon2id
      hint: run `authctl users passwd htpasswd`, or wait for the next login, which renews it
    outdated_hash: the hash of user `mkpasswd` is outdated: SHA512-crypt with 1000 rounds, and new hashes are of Argon2id
      hint: run `authctl users passwd mkpasswd`, or wait for the next login, which renews it
    unusable_hash: user `old` cannot log in: an MD5 hash of htpasswd (`$apr1$`) is not accepted
      hint: run `authctl users passwd old`
    unusable_hash: user `slow` cannot log in: bcrypt with cost 18: at most 16
      hint: run `authctl users passwd slow`
    5 findings
    2> note: 1 user has no password, and cannot log in
    [exit 1]
    ");
}

#[test]
fn who_logs_in_with_such_a_hash_gets_a_new_one() {
    let bench = Bench::with_store(STORE);
    for name in ["django", "htpasswd", "mkpasswd"] {
        let wrong = bench.pipe(&format!("login {name} --password-stdin"), "Secret");
        assert_eq!(wrong, "2> error: incorrect username or password\n[exit 1]", "{name}");
        for _ in 0..2 {
            assert_eq!(login(&bench, name), "<token>\n[exit 0]", "{name}");
        }
    }
    for name in ["old", "slow", "service", "unknown"] {
        assert_eq!(login(&bench, name), "2> error: incorrect username or password\n[exit 1]", "{name}");
    }
    assert_snapshot!(bench.run("users"), @"
    USERNAME  FULL NAME  EMAIL  SCOPES  STATE       HASH
    django                              enabled     m=7168,t=5,p=1
    htpasswd                    me      enabled     m=7168,t=5,p=1
    mkpasswd                            enabled     m=7168,t=5,p=1
    old                                 locked out  unusable: an MD5 hash of htpasswd (`$apr1$`) is not accepted
    service                     me      no login    no password
    slow                                locked out  unusable: bcrypt with cost 18: at most 16
    [exit 0]
    ");
    assert!(bench.read("users.toml").contains("$apr1$"));
}

#[test]
fn a_service_is_added_without_a_password_and_can_be_given_one() {
    let bench = super::bench();
    assert_snapshot!(bench.run("users add backup --no-password --scope me"), @"
    2> added user `backup`
    [exit 0]
    ");
    let text = bench.read("users.toml");
    assert_snapshot!(bench.masked(&text[text.find("[users.backup]").unwrap()..]), @r#"
    [users.backup]
    scopes = ["me"]
    generation = <time>
    "#);
    assert_snapshot!(login(&bench, "backup"), @"
    2> error: incorrect username or password
    [exit 1]
    ");
    assert_snapshot!(bench.pipe("users passwd backup --password-stdin --allow-weak", "secret12"), @"
    2> set a new password for user `backup`
    [exit 0]
    ");
    assert_snapshot!(bench.pipe("login backup --password-stdin", "secret12"), @"
    <token>
    [exit 0]
    ");
    assert_snapshot!(bench.run("users add other --no-password --generate"), @"
    2> error: `--no-password` cannot be used with `--generate`
    2> hint: run `authctl users add --help`
    [exit 2]
    ");
}

#[test]
fn a_hash_that_another_program_made_comes_from_standard_input() {
    let bench = Bench::new();
    let add = |hash: &str| bench.pipe("users add bob --hash-stdin --scope me", hash);
    assert_snapshot!(add("$apr1$AQziWTQM$VAg6jUvENxOMvnons3VC11"), @"
    2> error: no password matches this hash: an MD5 hash of htpasswd (`$apr1$`) is not accepted
    [exit 1]
    ");
    assert_snapshot!(add("secret"), @"
    2> error: no password matches this hash: not a password hash of a known kind
    [exit 1]
    ");
    assert_snapshot!(add("$2y$04$yodsAqdK/7jnSpN9ARxNS.aI2nNNJqspl717K5KGTdHsjkeA3KVbS\n"), @"
    2> added user `bob`
    [exit 0]
    ");
    assert_snapshot!(login(&bench, "bob"), @"
    <token>
    [exit 0]
    ");
}
