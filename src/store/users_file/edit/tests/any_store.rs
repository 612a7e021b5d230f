//! Some change in stores of all kinds.

use super::super::{Editor, about, by_outline, by_tree, imported};
use super::{at, describe, disable, grant, name, new_user, revoke, withdraw};
use crate::auth::change::{Change, ChangeError};
use crate::auth::import::Import;
use crate::auth::user::{User, UserStore};
use crate::store::users_file::samples::{Random, broken, usual};
use crate::store::users_file::{EditError, edit, parse};

fn some_change(random: &mut Random) -> Change {
    let user = random.one_of(&["u0", "u1", "u2"]);
    let now = at(1_800_000_000);
    match random.below(8) {
        0 => Change::Add { user: new_user("z"), now },
        1 => Change::Remove { name: name(user), now },
        2 => {
            let mut text = || [None, Some(""), Some("A"), Some("é\n\"")][random.below(4)];
            describe(user, text(), text())
        }
        3 => disable(user, random.below(2) == 0),
        4 => grant(user, random.one_of(&["me", "x y", "users:read,z"])),
        5 => withdraw(user, random.one_of(&["me", "x me", "users:read,z"])),
        6 => Change::SignOut { name: name(user), now },
        _ => revoke(&[("a b", 1_900_000_000), ("f", 1_900_000_000)], 1_800_000_000),
    }
}

/// Whether the lines of `part` are all in `whole`, byte for byte and in order.
fn is_part(part: &str, whole: &str) -> bool {
    let mut lines = whole.trim_start_matches('\u{feff}').split_inclusive('\n');
    part.trim_start_matches('\u{feff}')
        .split_inclusive('\n')
        .all(|one| lines.any(|line| line == one || line.trim_end() == one))
}

#[test]
fn whatever_the_store_all_lines_but_those_of_the_change_stay() {
    let mut random = Random(3);
    for _ in 0..5_000 {
        let text = usual(&mut random);
        let change = some_change(&mut random);
        match (edit(&text, &change), &change) {
            (
                Err(EditError::Change(ChangeError::NoSuchUser(_) | ChangeError::LastGeneration(_)))
                | Ok(None),
                _,
            ) => {}
            (Ok(Some(edited)), Change::Add { .. }) => assert!(edited.starts_with(&text), "{text:?}"),
            (Ok(Some(edited)), Change::Remove { .. }) => {
                // But for the note of the removal.
                let is_note = |line: &&str| {
                    line.contains("until") || line.trim_start_matches('\u{feff}').starts_with("[removed]")
                };
                let edited: String = edited.split_inclusive('\n').filter(|line| !is_note(line)).collect();
                let edited = edited.trim_end();
                assert!(is_part(edited, &text), "{text:?}\n{edited:?}");
            }
            (Ok(Some(edited)), _) => {
                let same = |(a, b): &(&str, &str)| a == b;
                let above =
                    text.split_inclusive('\n').zip(edited.split_inclusive('\n')).take_while(same).count();
                let (old, new) = (text.split_inclusive('\n').rev(), edited.split_inclusive('\n').rev());
                let below = old.zip(new).take_while(same).count();
                let touched = text.split_inclusive('\n').count().saturating_sub(above + below);
                // A change is of neighbouring lines, and of a user with at most nine.
                assert!(touched <= 12, "{text}\n{edited}");
            }
            (Err(error), _) => panic!("{error}:\n{text}"),
        }
    }
}

#[test]
fn the_outline_of_a_usual_store_comes_to_the_same_text_as_its_tree() {
    let mut random = Random(5);
    for _ in 0..3_000 {
        let text = usual(&mut random);
        let change = some_change(&mut random);
        let mut after = parse(&text).unwrap();
        if change.apply(&mut after).is_ok() {
            let edit = |editor: &Editor<'_>| editor.changed(&change, &after);
            let edited = by_outline(&text, about(&change), edit);
            assert_eq!(edited, by_tree(&text, edit), "{text}");
            assert!(edited.is_some(), "{text}");
        }
    }
}

#[test]
fn an_import_keeps_all_comments_and_puts_the_users_at_the_end() {
    let mut random = Random(6);
    let mut imports = 0;
    for _ in 0..3_000 {
        let text = usual(&mut random);
        let before = parse(&text).unwrap();
        let UserStore { users, revoked, removed, .. } = parse(&usual(&mut random)).unwrap();
        let users: Vec<User> =
            users.into_values().filter(|user| !before.users.contains_key(&user.name)).collect();
        let (last, import) = (users.last().cloned(), Import { users, revoked, removed });
        let Ok(edited) = imported(&text, before, import, at(1_800_000_000)) else { continue };
        let edited = edited.unwrap_or_else(|| text.clone());
        let comments = |text: &str| -> Vec<String> {
            let lines = text.lines().filter(|line| line.trim_start().starts_with('#'));
            lines.map(str::to_owned).collect()
        };
        assert_eq!(comments(&edited), comments(&text), "{text}\n{edited}");
        if let Some(last) = last {
            imports += 1;
            let tail = edited.trim_end().rsplit("[users.").next().unwrap_or_default();
            assert!(tail.starts_with(last.name.as_str()), "{edited}");
        }
    }
    assert!(imports > 500, "{imports}");
}

#[test]
fn a_broken_store_is_never_edited_into_a_good_one() {
    let mut random = Random(4);
    for _ in 0..10_000 {
        let good = usual(&mut random);
        let text = broken(&good, &mut random);
        let edited = edit(&text, &some_change(&mut random));
        if let Err(fault) = parse(&text) {
            assert_eq!(edited, Err(EditError::Fault(fault)));
        }
    }
}
