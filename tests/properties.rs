//! Properties of every token, every set of scopes and every store, tested with random ones.
#![expect(clippy::unwrap_used, reason = "an error fails the test")]

mod support;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use assert_cmd::Command;
use authctl::auth::change::{Change, ChangeError};
use authctl::auth::claims::Audience;
use authctl::auth::decoy::Decoy;
use authctl::auth::issue::{IssueError, TokenRequest};
use authctl::auth::key::{Algorithm, Key, KeySet};
use authctl::auth::login::Candidate;
use authctl::auth::password::PasswordHash;
use authctl::auth::refusal::Verdict;
use authctl::auth::scope::{Scope, ScopeSet};
use authctl::auth::time::Span;
use authctl::auth::user::{TokenPolicy, TokenType, User, UserStore};
use authctl::auth::verify::Requirements;
use authctl::store::safe_file;
use authctl::store::users_file::{EditError, edit, new_store, parse};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::{option, test_runner};
use support::samples::{HEADER, NOW, SECRET, at, signed};
use support::verify;
use tempfile::TempDir;

/// So many times the usual number of cases, which is 256 or `PROPTEST_CASES`.
fn cases(times: f32) -> ProptestConfig {
    let usual = ProptestConfig::default();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a few"
    )]
    let cases = (usual.cases as f32 * times) as u32;
    // A failure is told by its smallest input, which becomes a test of its own.
    ProptestConfig { cases, failure_persistence: None, ..usual }
}

static KEYS: LazyLock<Vec<KeySet>> = LazyLock::new(|| {
    let algorithms = [Algorithm::HS256, Algorithm::EdDSA, Algorithm::ES256, Algorithm::HS512];
    algorithms.map(|algorithm| KeySet::from(Key::generate(algorithm).unwrap())).into()
});

fn scope() -> impl Strategy<Value = Scope> {
    // All characters a scope may have, and few enough scopes that some are the same.
    prop_oneof!["[a-d]", r"[!#-+\--\[\]-~]{1,12}"].prop_map(|scope| scope.parse().unwrap())
}

fn scopes() -> impl Strategy<Value = Vec<Scope>> {
    vec(scope(), 0..8)
}

fn username() -> impl Strategy<Value = String> {
    "[A-Za-z0-9._@+-]{1,128}"
}

fn user(name: &str, scopes: &[Scope]) -> User {
    support::user(name, scopes.iter().cloned().collect())
}

fn issued(key: &Key, user: &User, policy: &TokenPolicy, now: u64) -> String {
    support::issue(user, policy, policy.lifetime, key, at(now)).unwrap().token
}

proptest! {
    #![proptest_config(cases(1.0))]

    /// A token verifies as it was issued, from its first second to its last and no longer.
    #[test]
    fn a_token_says_what_it_was_issued_with(
        keys in select(KEYS.as_slice()),
        name in username(),
        scopes in scopes(),
        issuer in option::of(".{1,20}"),
        audience in option::of(".{1,20}"),
        is_access_token: bool,
        lifetime in 1_u64..=86_400,
        now in 0_u64..=253_402_214_399,
    ) {
        let policy = TokenPolicy {
            issuer: issuer.clone(),
            audience: audience.clone(),
            token_type: if is_access_token { TokenType::AccessToken } else { TokenType::Jwt },
            lifetime: Span::seconds(lifetime),
            max_lifetime: Span::hours(24),
            scope_claims: Vec::new(),
        };
        let user = user(&name, &scopes);
        let token = issued(keys.signing_key().unwrap(), &user, &policy, now);
        let store = UserStore { users: [(user.name.clone(), user.clone())].into(), ..UserStore::default() };
        let requirements = Requirements::of(&policy).require(&user.scopes);
        for users in [None, Some(&store)] {
            for moment in [now, now + lifetime / 2, now + lifetime - 1] {
                let token = verify(&token, &keys, users, &requirements, at(moment)).unwrap();
                prop_assert_eq!(token.subject(), Some(&*name));
                prop_assert_eq!((token.issued(), token.expires()), (Some(at(now)), Some(at(now + lifetime))));
                prop_assert_eq!(token.not_before(), None);
                prop_assert_eq!(token.scope(), user.scopes.to_string());
                prop_assert_eq!(token.id().map(str::len), Some(32));
                prop_assert_eq!(token.issuer(), issuer.as_deref());
                let audience = audience.clone().map_or(Audience::Absent, Audience::One);
                prop_assert_eq!(token.audience(), &audience);
            }
            let late = verify(&token, &keys, users, &requirements, at(now + lifetime)).unwrap_err();
            prop_assert_eq!(late.verdict(), Verdict::Expired);
        }
        let others = KEYS.iter().filter(|one| one.keys()[0].id() != keys.keys()[0].id());
        for others in others {
            let refusal = verify(&token, others, None, &requirements, at(now)).unwrap_err();
            prop_assert_eq!(refusal.verdict(), Verdict::Unacceptable);
        }
    }

    /// A token is good for the scopes that are in it and still granted: no more, and no less.
    #[test]
    fn a_token_is_good_for_just_its_scopes(asked in scopes(), granted_now in scopes(), required in scopes()) {
        let keys = &KEYS[0];
        let at_login = user("johndoe", &asked);
        let token = issued(keys.signing_key().unwrap(), &at_login, &TokenPolicy::default(), NOW);
        let now = user("johndoe", &granted_now);
        let store = UserStore { users: [(now.name.clone(), now)].into(), ..UserStore::default() };
        let requirements = Requirements::default().require(&required.iter().cloned().collect());
        let good = |users: Option<&UserStore>| verify(&token, keys, users, &requirements, at(NOW));

        prop_assert_eq!(good(None).is_ok(), required.iter().all(|scope| asked.contains(scope)));
        let both = |scope: &Scope| asked.contains(scope) && granted_now.contains(scope);
        match good(Some(&store)) {
            Ok(_) => prop_assert!(required.iter().all(both)),
            Err(refusal) => {
                prop_assert_eq!(refusal.verdict(), Verdict::InsufficientScope);
                let missing: BTreeSet<_> = required.iter().filter(|scope| !both(scope)).collect();
                let said = refusal.missing();
                prop_assert_eq!(said.iter().collect::<BTreeSet<_>>(), missing);
            }
        }
    }

    #[test]
    fn scopes_behave_as_a_set(one in scopes(), other in scopes(), probe in scope()) {
        let set: ScopeSet = one.iter().cloned().collect();
        let model: BTreeSet<_> = one.iter().cloned().collect();
        prop_assert_eq!(set.len(), model.len());
        prop_assert_eq!(set.is_empty(), model.is_empty());
        prop_assert_eq!(set.contains(probe.as_str()), model.contains(&probe));
        prop_assert_eq!(set.iter().cloned().collect::<BTreeSet<_>>(), model.clone());
        // In the order given.
        let firsts = one.iter().enumerate().filter(|(index, scope)| !one[..*index].contains(scope));
        prop_assert!(set.iter().eq(firsts.map(|(_, scope)| scope)));
        // Adding is a union, and adding again changes nothing.
        let mut union = set.clone();
        union.extend(other.iter().cloned());
        prop_assert_eq!(union.iter().collect::<BTreeSet<_>>(), one.iter().chain(&other).collect());
        let mut again = union.clone();
        again.extend(one.iter().chain(&other).cloned());
        prop_assert_eq!(&again, &union);
        prop_assert_eq!(again.insert(probe.clone()), !union.contains(probe.as_str()));
        // The written list is read back; an empty text is no list.
        prop_assert_eq!(set.to_string().parse::<ScopeSet>().ok(), (!set.is_empty()).then_some(set.clone()));
        let by_commas = set.to_string().replace(' ', ", ");
        prop_assert_eq!(by_commas.parse::<ScopeSet>().ok(), (!set.is_empty()).then_some(set));
    }

    /// Login grants all that is asked for, or nothing.
    #[test]
    fn nothing_is_granted_that_is_not_asked_for(
        grant in scopes(),
        asked in scopes(),
        declared in option::of(scopes()),
    ) {
        let user = user("johndoe", &grant);
        let scopes = declared.clone().map(|scopes| scopes.into_iter().map(|scope| (scope, String::new())).collect());
        let store = UserStore { scopes, ..UserStore::default() };
        let may_have = |scope: &&Scope| {
            grant.contains(scope) && declared.as_ref().is_none_or(|declared| declared.contains(scope))
        };
        let refused: BTreeSet<_> = asked.iter().filter(|scope| !may_have(scope)).collect();
        let login = Candidate::new(Some(&user), &Decoy::of(""), &store, at(NOW)).accept_without_password();
        let request = TokenRequest::from(asked.iter().cloned().collect::<ScopeSet>());
        match login.unwrap().issue(KEYS[0].signing_key().unwrap(), &request) {
            Ok(issued) => {
                prop_assert!(refused.is_empty());
                prop_assert_eq!(issued.scopes.iter().collect::<BTreeSet<_>>(), asked.iter().collect());
            }
            Err(IssueError::InvalidScope(invalid)) => {
                prop_assert_eq!(invalid.scopes.iter().collect::<BTreeSet<_>>(), refused);
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// Every bit of a token counts: that of a character, and so those of the JSON and of the signature.
#[test]
fn no_bit_of_a_token_can_be_changed() {
    for keys in KEYS.iter() {
        let user = user("johndoe", &["me".parse().unwrap(), "items".parse().unwrap()]);
        let policy =
            TokenPolicy { issuer: Some("https://auth.example.com".to_owned()), ..TokenPolicy::default() };
        let token = issued(keys.signing_key().unwrap(), &user, &policy, NOW);
        let requirements = Requirements::of(&policy);
        assert!(verify(&token, keys, None, &requirements, at(NOW)).is_ok());
        for at_bit in 0..token.len() * 8 {
            let mut bytes = token.clone().into_bytes();
            bytes[at_bit / 8] ^= 1 << (at_bit % 8);
            // Half of a character is replaced, as the command does it.
            let changed = String::from_utf8_lossy(&bytes);
            let refusal = verify(&changed, keys, None, &requirements, at(NOW)).unwrap_err();
            assert_eq!(refusal.verdict(), Verdict::Unacceptable, "bit {at_bit} of {token}");
            assert_eq!(refusal.reasons().len(), 1, "bit {at_bit}: {refusal}");
        }
        for end in 0..token.len() {
            assert!(verify(&token[..end], keys, None, &requirements, at(NOW)).is_err());
        }
    }
}

/// A user as people write them: in a table, in braces, or with dots, with comments around.
#[derive(Clone, Debug)]
struct Written {
    name: String,
    layout: usize,
    new: User,
    comment: String,
}

fn written() -> impl Strategy<Value = Written> {
    let text = || option::of("[^\u{0}-\u{1f}\u{7f}-\u{9f}]{0,12}");
    let fields = (text(), text(), any::<bool>(), scopes(), (option::of(0..NOW), generation()));
    let hash = option::of("\\$argon2id[a-z$,=0-9]{0,20}");
    let about = (0..3_usize, "[a-zé#\" ]{0,12}", hash);
    (fields, about).prop_map(
        |((full_name, email, disabled, scopes, (from, generation)), (layout, comment, hash))| Written {
            name: String::new(),
            layout,
            new: User {
                name: "x".parse().unwrap(),
                full_name,
                email,
                hash: hash.as_deref().map(PasswordHash::parse),
                disabled,
                scopes: scopes.into_iter().collect(),
                tokens_valid_from: from.map(at),
                generation,
            },
            comment,
        },
    )
}

fn generation() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1..NOW, Just(User::LAST_GENERATION - 1)]
}

const NAMES: [&str; 6] = ["alice", "bob", "c.d", "e@f.org", "Zoe", "o-p_q"];

impl Written {
    /// The fields as lines, `prefix` before each.
    fn fields(&self, prefix: &str) -> Vec<String> {
        let quoted = |text: &str| serde_json::to_string(text).unwrap();
        let User { full_name, email, hash, disabled, scopes, .. } = &self.new;
        let scopes: Vec<_> = scopes.iter().map(|scope| quoted(scope.as_str())).collect();
        let mut fields = Vec::new();
        fields.extend(hash.iter().map(|hash| format!("hashed_password = {}", quoted(hash.expose()))));
        fields.extend(full_name.iter().map(|text| format!("full_name = {}", quoted(text))));
        fields.extend(email.iter().map(|text| format!("email = {}", quoted(text))));
        fields.push(format!("disabled = {disabled}"));
        fields.push(format!("scopes = [{}]", scopes.join(", ")));
        fields.extend(self.new.tokens_valid_from.map(|from| format!("tokens_valid_from = {from}")));
        fields.push(format!("generation = {}", self.new.generation));
        fields.into_iter().map(|field| format!("{prefix}{field}")).collect()
    }

    /// The text of the user: under the header of all users, or below it.
    fn text(&self) -> String {
        let name = serde_json::to_string(&self.name).unwrap();
        match self.layout {
            0 => format!("# {}\n[users.{name}]  # {0}\n{}\n", self.comment, self.fields("").join("  # x\n")),
            1 => format!("# {}\n{name} = {{ {} }} # {0}\n", self.comment, self.fields("").join(", ")),
            _ => format!("# {}\n{}\n", self.comment, self.fields(&format!("{name}.")).join(" # x\n")),
        }
    }
}

/// A users file, and the pieces it is made of by the name of the user.
fn store_text() -> impl Strategy<Value = (String, Vec<(String, String)>)> {
    let names = subsequence(NAMES.as_slice(), 1..=NAMES.len()).prop_shuffle();
    (names, vec(written(), NAMES.len()), any::<bool>(), any::<bool>()).prop_map(
        |(names, users, policy, crlf)| {
            let mut users: Vec<Written> = names
                .iter()
                .zip(users)
                .map(|(name, user)| Written { name: (*name).to_owned(), ..user })
                .collect();
            // Tables come last, since later fields would be in them.
            users.sort_by_key(|user| user.layout == 0);
            let mut text = String::from("# Users\n\n");
            if policy {
                text += "[tokens]\nissuer = 'i' # us\n\n[scopes]\n# all\nme = 'Me.'\n\n";
            }
            if users.iter().any(|user| user.layout != 0) {
                text += "[users]\n";
            }
            let mut pieces = Vec::new();
            for user in users {
                let piece = user.text();
                text += &piece;
                text += "\n";
                pieces.push((user.name, piece));
            }
            if crlf {
                text = text.replace('\n', "\r\n");
                for (_, piece) in &mut pieces {
                    *piece = piece.replace('\n', "\r\n");
                }
            }
            (text, pieces)
        },
    )
}

fn change() -> impl Strategy<Value = Change> {
    let text = || option::of("[^\u{0}]{0,12}|");
    let name = || select(NAMES.as_slice()).prop_map(|name| name.parse().unwrap());
    let now = || (0..NOW).prop_map(at);
    let set = || scopes().prop_map(|scopes| scopes.into_iter().collect());
    prop_oneof![
        (name(), now()).prop_map(|(name, now)| Change::Remove { name, now }),
        (name(), text(), text()).prop_map(|(name, full_name, email)| Change::Describe {
            name,
            full_name,
            email
        }),
        (name(), "[^\u{0}]{0,12}", option::of(now())).prop_map(|(name, hash, sign_out)| {
            Change::SetHash { name, hash: PasswordHash::parse(&hash), sign_out }
        }),
        (name(), set()).prop_map(|(name, scopes)| Change::Grant { name, scopes }),
        (name(), set()).prop_map(|(name, scopes)| Change::Withdraw { name, scopes }),
        (name(), any::<bool>()).prop_map(|(name, disabled)| Change::SetDisabled { name, disabled }),
        (name(), now()).prop_map(|(name, now)| Change::SignOut { name, now }),
        (name(), written(), now())
            .prop_map(|(name, written, now)| { Change::Add { user: User { name, ..written.new }, now } }),
    ]
}

/// The user of a change.
fn subject(change: &Change) -> &str {
    match change {
        Change::Add { user, .. } => user.name.as_str(),
        Change::Remove { name, .. }
        | Change::Describe { name, .. }
        | Change::SetHash { name, .. }
        | Change::Grant { name, .. }
        | Change::Withdraw { name, .. }
        | Change::SetDisabled { name, .. }
        | Change::SignOut { name, .. } => name.as_str(),
        Change::RevokeTokens { .. } => "",
    }
}

proptest! {
    #![proptest_config(cases(4.0))]

    /// A change changes one user and leaves the text of the others byte for byte; the result can be read again.
    #[test]
    fn an_edit_changes_one_user_alone((text, pieces) in store_text(), change in change()) {
        let before = parse(&text).unwrap();
        prop_assert_eq!(before.users.len(), pieces.len());
        let name = subject(&change);
        let is_there = before.user(name).is_some();
        match edit(&text, &change) {
            Ok(None) => prop_assert!(is_there),
            Err(EditError::Change(ChangeError::NoSuchUser(_))) => prop_assert!(!is_there),
            Err(EditError::Change(ChangeError::UserExists(_))) => prop_assert!(is_there),
            Err(error) => prop_assert!(false, "{error}:\n{text}"),
            Ok(Some(edited)) => {
                let after = parse(&edited).unwrap();
                let others = |store: &UserStore| -> Vec<User> {
                    store.users.values().filter(|user| user.name.as_str() != name).cloned().collect()
                };
                prop_assert_eq!(others(&after), others(&before));
                // It may be the same hash.
                if !matches!(change, Change::SetHash { .. }) {
                    prop_assert_ne!(after.user(name), before.user(name));
                }
                prop_assert_eq!(
                    (&after.tokens, &after.passwords, &after.scopes, &after.revoked),
                    (&before.tokens, &before.passwords, &before.scopes, &before.revoked)
                );
                for (_, piece) in pieces.iter().filter(|(one, _)| one != name) {
                    prop_assert!(edited.contains(piece), "lost:\n{piece}\nfrom:\n{text}\nto:\n{edited}");
                }
                prop_assert!(edited.starts_with("# Users"));
                prop_assert_eq!(edited.contains("\r\n"), text.contains("\r\n"));
                // Said once more, it is so already.
                let again = edit(&edited, &change);
                match change {
                    Change::Add { .. } => prop_assert!(matches!(again, Err(EditError::Change(ChangeError::UserExists(_))))),
                    Change::Remove { .. } => prop_assert!(matches!(again, Err(EditError::Change(ChangeError::NoSuchUser(_))))),
                    Change::SignOut { .. } | Change::SetHash { sign_out: Some(_), .. } => {
                        let again = again.map(|text| parse(&text.unwrap()).unwrap());
                        let expected = after.user(name).map(|user| user.generation + 1);
                        let expected = expected.filter(|next| *next <= User::LAST_GENERATION);
                        prop_assert_eq!(again.ok().map(|store| store.user(name).unwrap().generation), expected);
                    }
                    _ => prop_assert_eq!(again, Ok(None)),
                }
            }
        }
    }

    /// A new file holds the values that it was made of.
    #[test]
    fn a_new_store_says_what_it_was_made_of(
        scopes in vec((scope(), "[^\u{0}]{0,12}"), 0..5),
        written in written(),
        name in username(),
    ) {
        let mut declared: Vec<(Scope, String)> = Vec::new();
        for (scope, text) in scopes {
            if declared.iter().all(|(one, _)| *one != scope) {
                declared.push((scope, text));
            }
        }
        let new = User { name: name.parse().unwrap(), ..written.new };
        let store = parse(&new_store(&declared, Some(&new))).unwrap();
        let user = store.user(&name).unwrap();
        prop_assert_eq!((&user.full_name, &user.email), (&new.full_name, &new.email));
        prop_assert_eq!((&user.scopes, user.disabled), (&new.scopes, new.disabled));
        prop_assert_eq!((user.tokens_valid_from, user.generation), (new.tokens_valid_from, new.generation));
        let scopes: Option<Vec<_>> = store.scopes.map(|scopes| scopes.into_iter().collect());
        declared.sort();
        prop_assert_eq!(scopes, (!declared.is_empty()).then_some(declared));
    }
}

/// The binary says the same in text, in JSON and by its exit code alone.
#[test]
fn text_and_json_come_to_the_same_exit_code() {
    let home = TempDir::new().unwrap();
    safe_file::create(&home.path().join("secret.key"), SECRET.as_bytes()).unwrap();
    let store = "
        [users.alice]
        hashed_password = '!'
        scopes = ['a', 'b']
        [users.bob]
        hashed_password = '!'
        disabled = true
        [revoked]
        gone = 9999-12-31T23:59:59Z
    ";
    safe_file::create(&home.path().join("users.toml"), store.as_bytes()).unwrap();
    let run = |arguments: &[&str], token: &str| {
        let mut command = Command::cargo_bin("authctl").unwrap();
        command.env_clear().env("AUTHCTL_HOME", home.path()).arg("check").args(arguments);
        let output = command.write_stdin(token).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap(), output.stderr.is_empty())
    };
    let claims = (
        select(&["alice", "bob", "carol", "", "a b"][..]),
        select(&["a", "a b", "", "b  a", "c"][..]),
        select(&[0_u64, 1_700_000_000, 4_102_444_800, 253_402_300_800][..]),
        select(&["gone", "here"][..]),
        select(&["", "a", "a,b", "c"][..]),
        0..8_u8,
    );
    let mut runner = test_runner::TestRunner::new(cases(0.2));
    let check = |(sub, scope, exp, jti, require, flaw): (&str, &str, u64, &str, &str, u8)| {
        let claims = serde_json::json!({"sub": sub, "scope": scope, "exp": exp, "jti": jti});
        let mut token = signed(HEADER, claims.to_string());
        match flaw {
            0 => drop(token.pop()),
            1 => token.insert(0, 'e'),
            _ => {}
        }
        let required = if require.is_empty() { vec![] } else { vec!["--require", require] };
        let with = |more: &'static str| [&required[..], &[more]].concat();
        let (exit, text, is_silent) = run(&required, &token);
        let (json_exit, json, json_is_silent) = run(&with("--json"), &token);
        let (quiet_exit, nothing, quiet_is_silent) = run(&with("--quiet"), &token);
        prop_assert_eq!((json_exit, quiet_exit), (exit, exit), "{}", json);
        prop_assert_eq!((json_is_silent, nothing.as_str(), quiet_is_silent), (true, "", true));
        prop_assert_eq!((text.is_empty(), is_silent), (exit != 0, exit == 0));
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(json["active"].as_bool(), Some(exit == 0));
        let wanted = match json["reasons"][0]["code"].as_str() {
            None => 0,
            Some("expired" | "expires_soon") => 3,
            Some("insufficient_scope") => 4,
            Some(_) => 1,
        };
        prop_assert_eq!(exit, wanted, "{}", json);
        Ok(())
    };
    runner.run(&claims, check).unwrap();
}
