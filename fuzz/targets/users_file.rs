//! Users files: the quick reading and the strict one agree on every text, and a change changes what it says alone.
//!
//! The input is a byte that picks a change, and the text.
#![no_main]

use authctl::auth::change::{Change, ChangeError};
use authctl::auth::password::PasswordHash;
use authctl::auth::time::{Span, Timestamp};
use authctl::auth::user::{Revocation, User, UserStore, Username};
use authctl::store::users_file::{EditError, Lookup, candidate, edit, look_up, parse, parse_strictly, text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let Ok(text) = text(bytes) else { return };
    let strictly = parse_strictly(text);
    let quickly = parse(text);
    assert_eq!(quickly, strictly);

    let some = ["alice", "bob"];
    match (look_up(text, &some), &strictly) {
        (Err(fault), Err(strict)) => assert_eq!(&fault, strict),
        (Ok(few), Ok(store)) => {
            let wanted = |(name, _): &(Username, _)| some.contains(&name.as_str());
            let users = store.users.clone().into_iter().filter(wanted).collect();
            assert_eq!(few, Lookup::from(UserStore { users, ..store.clone() }));
            for name in ["alice", "nobody"] {
                let (quick, strict) = (candidate(text, name, Timestamp::MAX), store.candidate(name, Timestamp::MAX));
                assert_eq!(format!("{:?}", quick.unwrap()), format!("{strict:?}"));
            }
        }
        (few, store) => panic!("{few:?} of {store:?}"),
    }
    match strictly {
        Ok(store) => change(*which, text, &store),
        Err(fault) => {
            let lines = text.split('\n').count();
            assert!((1..=lines).contains(&fault.line), "{fault}");
            assert!(!fault.to_string().contains(char::is_control), "{fault:?}");
        }
    }
});

fn change(which: u8, text: &str, before: &UserStore) {
    let Some(name) = before.users.keys().nth(usize::from(which >> 4) % before.users.len().max(1)) else {
        return;
    };
    let name = name.clone();
    let scopes = || "read x:\u{79}".parse().unwrap();
    let moment = Timestamp::new(1_795_294_800).unwrap();
    let change = match which & 15 {
        0 => Change::Remove { name: name.clone(), now: moment },
        1 => Change::Describe {
            name: name.clone(),
            full_name: Some("A \"B\"\n\u{1}\\".to_owned()),
            email: None,
        },
        2 => Change::Describe {
            name: name.clone(),
            full_name: Some(String::new()),
            email: Some(String::new()),
        },
        3 => Change::SetHash {
            name: name.clone(),
            hash: PasswordHash::parse("!"),
            sign_out: Some(moment),
        },
        4 => Change::Grant { name: name.clone(), scopes: scopes() },
        5 => Change::Withdraw { name: name.clone(), scopes: scopes() },
        6 => Change::SetDisabled { name: name.clone(), disabled: true },
        7 => Change::SetDisabled { name: name.clone(), disabled: false },
        8 => Change::SignOut { name: name.clone(), now: moment },
        9 => Change::RevokeTokens {
            tokens: vec![Revocation { id: "a \"b\"\n".to_owned(), expires: moment.after(Span::seconds(1)) }],
            now: moment,
        },
        10 => Change::SetHash { name: name.clone(), hash: PasswordHash::parse("*"), sign_out: None },
        _ => Change::Add { user: new_user(), now: moment },
    };
    let is_about = |one: &Username| match which & 15 {
        9 => false,
        0..=8 | 10 => *one == name,
        _ => *one == new_user().name,
    };
    match edit(text, &change) {
        Ok(None)
        | Err(
            EditError::Unsafe
            | EditError::Change(ChangeError::UserExists(_))
            | EditError::Change(ChangeError::CaseTwin(_))
            | EditError::Change(ChangeError::LastGeneration(_)),
        ) => {}
        Err(error) => panic!("{error} in a valid file"),
        Ok(Some(edited)) => {
            let after = parse_strictly(&edited).expect("a file that was changed can be read");
            assert_eq!(parse(&edited).as_ref(), Ok(&after));
            let others = |store: &UserStore| -> Vec<_> {
                store.users.values().filter(|user| !is_about(&user.name)).cloned().collect()
            };
            assert_eq!(others(&after), others(before), "somebody else was changed");
            for (name, user) in &after.users {
                let earlier = before.users.get(name).map(|user| user.generation);
                let removed = before.removed.get(name).filter(|_| earlier.is_none());
                let least = removed.map_or(earlier, |removed| Some(removed.generation + 1));
                assert!(least.is_none_or(|least| user.generation >= least), "a generation went back");
            }
            assert_eq!((&after.tokens, &after.passwords), (&before.tokens, &before.passwords));
            assert_eq!(after.scopes, before.scopes);
            // What was changed is changed: a second time there is nothing to do, but for one more sign-out.
            match edit(&edited, &change) {
                Ok(Some(_)) | Err(EditError::Change(ChangeError::LastGeneration(_))) if matches!(which & 15, 3 | 8) => {}
                Ok(None) | Err(EditError::Change(ChangeError::UserExists(_)) | EditError::Change(ChangeError::NoSuchUser(_)) | EditError::Unsafe) => {}
                again => panic!("not done at once: {again:?}"),
            }
        }
    }
}

fn new_user() -> User {
    User {
        full_name: Some("N".to_owned()),
        disabled: true,
        scopes: "read".parse().unwrap(),
        ..User::new("new".parse().unwrap(), Some(PasswordHash::parse("!")))
    }
}
