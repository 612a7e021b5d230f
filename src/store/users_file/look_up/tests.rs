//! The quick reader against the strict one: the same users or the same fault for every text.

use super::super::samples::{Random, broken, usual};
use super::super::{parse, read, scan};
use super::{Candidate, Lookup, candidate, look_up, look_up_all};
use crate::auth::time::Timestamp;
use crate::auth::user::UserStore;

#[track_caller]
fn same(text: &str) {
    let strict = read::read(text);
    assert_eq!(parse(text), strict, "{text:?}");
    let found = look_up(text, &["u1", "nobody"]);
    let candidate = |name| candidate(text, name, NOW);
    match strict {
        Err(fault) => {
            assert_eq!(found.as_ref(), Err(&fault), "{text:?}");
            assert_eq!(look_up_all(text).as_ref(), Err(&fault), "{text:?}");
            assert_eq!(candidate("u1").err(), Some(fault), "{text:?}");
        }
        Ok(store) => {
            for name in ["u1", "nobody", "someone"] {
                assert_eq!(shown(&candidate(name).unwrap()), shown(&store.candidate(name, NOW)), "{text:?}");
            }
            assert_eq!(look_up_all(text), Ok(Lookup::from(store.clone())), "{text:?}");
            let users = store.users.clone().into_iter().filter(|(name, _)| name.as_str() == "u1").collect();
            assert_eq!(found, Ok(Lookup::from(UserStore { users, ..store })), "{text:?}");
        }
    }
}

const NOW: Timestamp = Timestamp::new(1_795_294_800).unwrap();

/// A candidate by what it shows, which is everything but salt and tag of a hash.
fn shown(candidate: &Candidate) -> String {
    format!("{candidate:?}")
}

#[test]
fn a_store_of_the_usual_shape_is_read_quickly_and_the_same() {
    let mut random = Random(1);
    for _ in 0..500 {
        let text = usual(&mut random);
        let strict = read::read(&text).unwrap();
        let quick = scan::scan(&text, |_| true, |_| {}).unwrap_or_else(|| panic!("given up: {text:?}"));
        assert_eq!(quick.into_store(), strict, "{text:?}");
        same(&text);
    }
}

#[test]
fn a_broken_store_has_the_same_fault_however_it_is_read() {
    let mut random = Random(2);
    let (mut good, mut quick) = (0, 0);
    for _ in 0..20_000 {
        let mut text = usual(&mut random);
        for _ in 0..=random.below(2) {
            text = broken(&text, &mut random);
        }
        same(&text);
        good += u32::from(read::read(&text).is_ok());
        quick += u32::from(scan::scan(&text, |_| true, |_| {}).is_some());
    }
    // Both outcomes are common, and most valid texts are read quickly.
    assert!((2_000..18_000).contains(&good), "{good}");
    assert!(quick > good * 3 / 4, "{quick} of {good}");
}

#[test]
fn only_the_users_asked_for_are_kept() {
    let text = "[users.a]\nhashed_password = '!'\n[users.b]\nhashed_password = '!'\n[users.A]\nhashed_password = ''\n";
    for text in [text, &format!("users.c.hashed_password = '!'\n{text}")] {
        let found = look_up(text, &["a", "c"]).unwrap();
        assert!(found.users.contains_key("a"));
        assert!(!found.users.contains_key("b") && !found.users.contains_key("A"));
    }
    // A fault counts in every user.
    assert!(look_up("[users.b]\nhashed_password = '!'\ndisable = true\n", &["a"]).is_err());
}

#[test]
fn a_header_within_a_text_of_several_lines_is_no_header() {
    let text =
        "[scopes]\na = \"\"\"\n[revoked]\n[users.mallory]\nhashed_password = '!'\n[scopes]\nb = \"\"\"\n";
    same(text);
    assert!(look_up(text, &["mallory"]).unwrap().users.is_empty());
    same("[scopes]\na = '''\n[revoked]\nx = 2026-11-21T21:00:00Z\n[x]\nb = '''\n");
    same("[scopes]\na = '''\n[revoked]\n'''\n[revoked]\nx = 2026-11-21T21:00:00Z\n");
}
