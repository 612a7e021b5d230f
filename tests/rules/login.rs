//! Logins: their answers, their costs, and the granted scopes.

use std::cell::RefCell;
use std::fmt::Write as _;

use authctl::auth::issue::AskedScopes;
use authctl::auth::issue::TokenRequest;
use authctl::auth::key::KeySet;
use authctl::auth::login::{AcceptError, Candidate, LoginRefusal};
use authctl::auth::password::{
    DummyHash, HashCost, HashParams, HashVerifier, OutOfMemory, Password, PasswordHash, VerifyPassword,
};
use authctl::auth::user::UserStore;
use authctl::store::users_file;

use crate::bench::{Bench, NOW, at, key};
use crate::support::samples::{CHEAP, cheap_hash, password};

/// Records each request, and gives the preset answer.
struct Recorder {
    answer: bool,
    work: RefCell<Vec<String>>,
}

impl Recorder {
    fn saying(answer: bool) -> Self {
        Self { answer, work: RefCell::default() }
    }

    fn work(&self) -> Vec<String> {
        self.work.borrow_mut().drain(..).collect()
    }
}

impl VerifyPassword for Recorder {
    fn verify(&self, _password: &Password, hash: &PasswordHash) -> Result<bool, OutOfMemory> {
        self.work.borrow_mut().push(hash.cost().map_or("unusable".to_owned(), shown));
        Ok(self.answer)
    }

    fn verify_dummy(&self, _password: &Password, dummy: DummyHash) -> Result<(), OutOfMemory> {
        self.work.borrow_mut().push(format!("dummy {}", shown(dummy.cost())));
        Ok(())
    }
}

/// Argon2id by its parameters alone.
fn shown(cost: HashCost) -> String {
    cost.to_string().replace("Argon2id with ", "")
}

/// Has no memory for any hash.
struct Exhausted;

impl VerifyPassword for Exhausted {
    fn verify(&self, _password: &Password, hash: &PasswordHash) -> Result<bool, OutOfMemory> {
        hash.cost().map_or(Ok(false), |cost| Err(OutOfMemory(cost)))
    }

    fn verify_dummy(&self, _password: &Password, dummy: DummyHash) -> Result<(), OutOfMemory> {
        Err(OutOfMemory(dummy.cost()))
    }
}

/// A hash without a password, with a salt of its own, 22 and 43 characters long.
fn phc(salt: char, params: &str) -> String {
    format!("$argon2id$v=19${params}${}A${}", salt.to_string().repeat(21), "A".repeat(43))
}

fn store(text: &str) -> UserStore {
    users_file::parse(text).unwrap()
}

/// Five users: two with cheap hashes, one with a dear hash, one with an unusable hash, and one who is disabled.
fn mixed() -> UserStore {
    store(&format!(
        "[users]\n\
         ann.hashed_password = '{}'\n\
         ben.hashed_password = '{}'\n\
         cas.hashed_password = '{}'\n\
         dot.hashed_password = '!'\n\
         eve.hashed_password = '{}'\n\
         eve.disabled = true\n",
        phc('a', "m=64,t=1,p=1"),
        phc('b', "m=64,t=1,p=1"),
        phc('c', "m=128,t=2,p=1"),
        phc('e', "m=256,t=3,p=4")
    ))
}

fn outcome(users: &UserStore, verifier: &dyn VerifyPassword, name: &str) -> Result<String, &'static str> {
    let login = users.candidate(name, at(NOW)).verify_with(verifier, &password("x"));
    login.map(|login| login.user().name.to_string()).map_err(LoginRefusal::code)
}

#[test]
fn the_right_password_lets_in_and_any_other_does_not() {
    let phc = cheap_hash("sécret");
    let users = store(&format!("[users.johndoe]\nhashed_password = '{phc}'\n"));
    let login = |name: &str, typed: &str| {
        let login = users.candidate(name, at(NOW)).verify(&password(typed));
        login.map(|login| login.user().name.to_string())
    };
    assert_eq!(login("johndoe", "sécret"), Ok("johndoe".to_owned()));
    for typed in ["", "secret", "sécret ", " sécret", "sécret\0", "Sécret", "se\u{301}cret"] {
        assert_eq!(login("johndoe", typed), Err(LoginRefusal::InvalidGrant), "{typed:?}");
    }
    for name in ["", "Johndoe", "johndoe ", "bob", "johndoe\0"] {
        assert_eq!(login(name, "sécret"), Err(LoginRefusal::InvalidGrant), "{name:?}");
    }
}

#[test]
fn a_known_user_costs_one_verification_of_their_own_hash() {
    for answer in [true, false] {
        let recorder = Recorder::saying(answer);
        let expected = if answer { Ok("cas".to_owned()) } else { Err("invalid_grant") };
        assert_eq!(outcome(&mixed(), &recorder, "cas"), expected);
        assert_eq!(recorder.work(), ["m=128,t=2,p=1"]);
    }
}

#[test]
fn an_unknown_user_costs_one_dummy_and_never_gets_in() {
    // A verifier that accepts everything still lets no unknown user in.
    let recorder = Recorder::saying(true);
    for name in ["", "bob", "ANN", "ann ", "dot\0", "nobody@example.com", "ünïcode", &"x".repeat(10_000)] {
        assert_eq!(outcome(&mixed(), &recorder, name), Err("invalid_grant"), "{name:.20}");
        let work = recorder.work();
        assert_eq!(work.len(), 1, "{name:.20}");
        assert!(
            ["dummy m=64,t=1,p=1", "dummy m=128,t=2,p=1", "dummy m=256,t=3,p=4"].contains(&work[0].as_str()),
            "{work:?}"
        );
    }
}

#[test]
fn a_user_whose_hash_is_unusable_looks_like_an_unknown_one() {
    for unusable in [
        "!",
        "*",
        "",
        "secret",
        "$2b$12$abc",
        &phc('a', "m=4194304,t=1,p=1"),
        &phc('a', "m=64,t=1,p=1")[..60],
    ] {
        let users = store(&format!(
            "[users]\ndot.hashed_password = '{unusable}'\nann.hashed_password = '{}'\n",
            phc('a', "m=64,t=1,p=1")
        ));
        let recorder = Recorder::saying(true);
        assert_eq!(outcome(&users, &recorder, "dot"), Err("invalid_grant"), "{unusable}");
        assert_eq!(recorder.work(), ["dummy m=64,t=1,p=1"], "{unusable}");
    }
}

#[test]
fn too_little_memory_reveals_nothing_of_any_user() {
    // Known, unknown, locked out and disabled: else too little memory would tell them apart.
    for name in ["ann", "cas", "bob", "dot", "eve", ""] {
        assert_eq!(outcome(&mixed(), &Exhausted, name), Err("out_of_memory"), "{name}");
    }
    let error = mixed().candidate("cas", at(NOW)).verify_with(&Exhausted, &password("x")).unwrap_err();
    assert_eq!(error.to_string(), "there is too little memory for Argon2id with m=128,t=2,p=1");
}

#[test]
fn a_disabled_user_is_told_so_after_the_right_password_only() {
    let recorder = Recorder::saying(true);
    assert_eq!(outcome(&mixed(), &recorder, "eve"), Err("inactive_user"));
    assert_eq!(recorder.work(), ["m=256,t=3,p=4"]);
    let recorder = Recorder::saying(false);
    assert_eq!(outcome(&mixed(), &recorder, "eve"), Err("invalid_grant"));
    assert_eq!(recorder.work(), ["m=256,t=3,p=4"]);
}

#[test]
fn the_same_name_always_costs_the_same() {
    let recorder = Recorder::saying(false);
    for name in ["bob", "carol", "dave", "dot"] {
        let cost = || {
            let _refused = outcome(&mixed(), &recorder, name);
            recorder.work()
        };
        let first = cost();
        assert!((0..5).all(|_| cost() == first), "{name}");
    }
}

#[test]
fn unknown_names_cost_what_users_cost_as_often_as_users_do() {
    let recorder = Recorder::saying(false);
    let users = mixed();
    for number in 0..4000 {
        let _refused = outcome(&users, &recorder, &format!("nobody{number}"));
    }
    let work = recorder.work();
    let times = |params: &str| work.iter().filter(|one| one.as_str() == params).count();
    // Two users of four, one, and one: four standard deviations around 2000 and 1000.
    assert!((1873..=2127).contains(&times("dummy m=64,t=1,p=1")), "{}", times("dummy m=64,t=1,p=1"));
    for params in ["dummy m=128,t=2,p=1", "dummy m=256,t=3,p=4"] {
        assert!((890..=1110).contains(&times(params)), "{params} {}", times(params));
    }
    assert_eq!(
        times("dummy m=64,t=1,p=1") + times("dummy m=128,t=2,p=1") + times("dummy m=256,t=3,p=4"),
        4000
    );
}

/// The costs of 2,000 unknown names, in order.
fn costs(users: &UserStore) -> Vec<String> {
    let recorder = Recorder::saying(false);
    for number in 0..2000 {
        let _refused = outcome(users, &recorder, &format!("nobody{number}"));
    }
    recorder.work()
}

#[test]
fn what_a_name_costs_cannot_be_foreseen_without_the_hashes() {
    let other = phc('x', "m=128,t=2,p=1");
    let mut users = mixed();
    let before = costs(&users);
    assert_eq!(costs(&users), before);
    users.users.get_mut("cas").unwrap().hash = Some(PasswordHash::parse(&other));
    assert_ne!(costs(&users), before);
}

#[test]
fn one_user_more_changes_what_few_unknown_names_cost() {
    let mut users = mixed();
    let before = costs(&users);
    let new = store(&format!("[users.new]\nhashed_password = '{}'\n", phc('n', "m=512,t=1,p=1")));
    users.users.extend(new.users);
    let after = costs(&users);
    let moved: Vec<_> = before.iter().zip(&after).filter(|(before, after)| before != after).collect();
    assert!(moved.iter().all(|(_, after)| *after == "dummy m=512,t=1,p=1"), "others go nowhere else");
    // One name in five, four standard deviations around 400.
    assert!((328..=472).contains(&moved.len()), "{}", moved.len());
}

/// As many users of one kind as of the other, so that unknown names cost as much as either, half of them each.
#[test]
fn unknown_names_spread_over_the_kinds_of_hashes_as_users_do() {
    let bcrypt = |salt: char| {
        let salt = salt.to_string().repeat(20);
        format!("$2b$04${salt}.O{}", "RN9IpwQyCmhzo0WbFA1wazbQD8NEfwa")
    };
    let crypt = |salt: char| {
        format!("$5${}$eIf/UaLxMmPMStvrUqh9rDOAjT3Vzi1x01oTbndTcd4", salt.to_string().repeat(16))
    };
    let mut text = String::from("[users]\n");
    for (index, letter) in ('a'..='j').enumerate() {
        let hash = if index % 2 == 0 { bcrypt(letter) } else { crypt(letter) };
        writeln!(text, "{letter}.hashed_password = '{hash}'").unwrap();
    }
    let users = store(&text);
    assert!(users.users.values().all(|user| user.usable_hash().is_some()));
    let costs = costs(&users);
    let times = |cost: &str| costs.iter().filter(|one| *one == cost).count();
    let (bcrypt, crypt) = (times("dummy bcrypt with cost 4"), times("dummy SHA256-crypt with 5000 rounds"));
    assert_eq!(bcrypt + crypt, costs.len());
    // Four standard deviations, of the ten weights too.
    assert!(bcrypt.abs_diff(crypt) < costs.len() / 4, "{bcrypt} {crypt}");
}

#[test]
fn a_user_without_a_password_looks_like_an_unknown_one() {
    let hash = phc('a', "m=64,t=1,p=1");
    let users = store(&format!("[users]\ndot = {{}}\nann.hashed_password = '{hash}'\n"));
    let recorder = Recorder::saying(true);
    assert_eq!(outcome(&users, &recorder, "dot"), Err("invalid_grant"));
    assert_eq!(recorder.work(), ["dummy m=64,t=1,p=1"]);
    let issued = users.candidate("dot", at(NOW)).accept_without_password();
    assert_eq!(issued.unwrap().user().name.as_str(), "dot");
}

#[test]
fn a_login_renews_what_is_outdated_where_the_store_says_so() {
    let policy = "[passwords]\nmemory_kib = 64\niterations = 2\nparallelism = 1\n";
    let wants = |rehash: bool, hash: &str| {
        let users = store(&format!("{policy}rehash = {rehash}\n[users.dot]\nhashed_password = '{hash}'\n"));
        let login = users.candidate("dot", at(NOW)).verify_with(&Recorder::saying(true), &password("x"));
        login.unwrap().new_hash_params().map(|params| params.to_string())
    };
    let bcrypt = "$2b$04$QlryhMSna0WamLEZOPQ07eRN9IpwQyCmhzo0WbFA1wazbQD8NEfwa";
    let argon2i = phc('a', "m=64,t=2,p=1").replace("2id", "2i");
    for (hash, wanted) in [
        (bcrypt, true),
        (&argon2i, true),
        (&phc('a', "m=64,t=1,p=1"), true),
        (&phc('a', "m=64,t=2,p=1"), false),
        (&phc('a', "m=128,t=1,p=2"), false),
    ] {
        assert_eq!(wants(true, hash), wanted.then(|| "m=64,t=2,p=1".to_owned()), "{hash}");
        assert_eq!(wants(false, hash), None, "{hash}");
    }
}

#[test]
fn in_an_empty_store_the_policy_says_what_a_dummy_costs() {
    for (text, params) in [
        ("", "dummy m=65536,t=3,p=4"),
        ("[passwords]\nmemory_kib = 512\niterations = 2\nparallelism = 1\n", "dummy m=512,t=2,p=1"),
        ("[passwords]\nmemory_kib = 512\n[users.dot]\nhashed_password = '!'\n", "dummy m=512,t=3,p=4"),
    ] {
        let recorder = Recorder::saying(true);
        assert_eq!(outcome(&store(text), &recorder, "dot"), Err("invalid_grant"));
        assert_eq!(recorder.work(), [params]);
    }
}

#[test]
fn the_real_verifier_does_not_match_its_dummy_nor_an_unusable_hash() {
    HashVerifier.verify_dummy(&password("x"), CHEAP.into()).unwrap();
    for unusable in ["", "!", "x"] {
        assert_eq!(HashVerifier.verify(&password(unusable), &PasswordHash::parse(unusable)), Ok(false));
    }
}

/// The most memory that this process ever had, in KiB (`proc(5)`).
#[cfg(target_os = "linux")]
fn peak_kib() -> u32 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB")).unwrap();
    peak.trim().parse().unwrap()
}

/// Argon2 fills its memory, and no other test here takes as much.
#[cfg(target_os = "linux")]
#[test]
fn the_dummy_is_really_computed() {
    let params = HashParams { memory_kib: peak_kib() + 64 * 1024, iterations: 1, parallelism: 1 };
    HashVerifier.verify_dummy(&password("wrong"), params.into()).unwrap();
    assert!(peak_kib() >= params.memory_kib);
}

const SCOPES: &str = "
[scopes]
me = 'x'
items = 'x'
admin = 'x'

[users.johndoe]
hashed_password = '!'
scopes = ['items', 'me', 'undeclared']

[users.alice]
hashed_password = '!'
";

#[track_caller]
fn grant_case(text: &str, asked: &AskedScopes, expected: Result<&str, &str>) {
    let login = store(text).candidate("johndoe", at(NOW)).accept_without_password().unwrap();
    let request = TokenRequest { scopes: asked.clone(), ..TokenRequest::default() };
    let found = login.issue(&key(), &request);
    let found = found.map(|issued| issued.scopes.to_string()).map_err(|refused| refused.to_string());
    assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{asked:?}");
}

#[test]
fn only_what_was_granted_and_declared_enters_a_token() {
    let these = |scopes: &str| AskedScopes::These(scopes.parse().unwrap());
    grant_case(SCOPES, &AskedScopes::None, Ok(""));
    grant_case(SCOPES, &these("me"), Ok("me"));
    // In the order of the grant, each once.
    grant_case(SCOPES, &these("me,items"), Ok("items me"));
    grant_case(SCOPES, &these("me,items,me"), Ok("items me"));
    grant_case(SCOPES, &these("admin"), Err("cannot grant the scope `admin`"));
    grant_case(SCOPES, &these("me,admin"), Err("cannot grant the scope `admin`"));
    grant_case(SCOPES, &these("ME,me,unheard-of"), Err("cannot grant the scopes `ME` and `unheard-of`"));
    grant_case(SCOPES, &these("undeclared"), Err("cannot grant the scope `undeclared`"));
    grant_case(SCOPES, &AskedScopes::All, Err("cannot grant the scope `undeclared`"));
    let declared = SCOPES.replace(", 'undeclared'", "");
    grant_case(&declared, &AskedScopes::All, Ok("items me"));
    // Where nothing is declared, the grant alone counts.
    let (_, users_only) = SCOPES.split_once("[users.johndoe]").unwrap();
    let users_only = format!("[users.johndoe]{users_only}");
    grant_case(&users_only, &AskedScopes::All, Ok("items me undeclared"));
    grant_case(&users_only, &these("admin"), Err("cannot grant the scope `admin`"));
    // A table of scopes that is empty lets nothing be granted.
    grant_case(&format!("[scopes]\n{users_only}"), &these("me"), Err("cannot grant the scope `me`"));
}

#[test]
fn a_user_without_a_grant_gets_nothing() {
    let alice = SCOPES.replace("johndoe", "x").replace("alice", "johndoe");
    grant_case(&alice, &AskedScopes::All, Ok(""));
    let these = AskedScopes::These("me".parse().unwrap());
    grant_case(&alice, &these, Err("cannot grant the scope `me`"));
}

#[test]
fn without_a_password_only_enabled_users_of_the_store_log_in() {
    let accepted = |name: &str| -> Result<Candidate, AcceptError> {
        let candidate = mixed().candidate(name, at(NOW));
        candidate.clone().accept_without_password().map(|_| candidate)
    };
    assert!(accepted("ann").is_ok() && accepted("dot").is_ok());
    assert_eq!(accepted("eve").unwrap_err(), AcceptError::InactiveUser);
    assert_eq!(accepted("bob").unwrap_err(), AcceptError::UnknownUser);
    let codes = [AcceptError::InactiveUser, AcceptError::UnknownUser].map(AcceptError::code);
    assert_eq!(codes, ["inactive_user", "unknown_user"]);
}

#[test]
fn a_token_is_dated_before_the_store_was_read_however_long_the_hash_took() {
    let text = "[users.johndoe]\nhashed_password = '!'\n";
    let login = store(text).candidate("johndoe", at(NOW)).accept_without_password().unwrap();
    // Meanwhile the user is signed out.
    let after = format!("{text}generation = 1\ntokens_valid_from = 2026-11-21T21:00:01Z\n");
    let token = login.issue(&key(), &TokenRequest::default()).unwrap().token;
    let bench = Bench { keys: KeySet::from(key()), ..Bench::with_store(&after) };
    assert_eq!(bench.at(NOW + 5).answer(&token), "revoked");
}

#[test]
fn no_debug_text_shows_a_password_or_a_hash() {
    let text = format!("{:?} {:?}", password("hunter2"), mixed());
    assert!(!text.contains("hunter2") && !text.contains("AAAA"), "{text}");
}
