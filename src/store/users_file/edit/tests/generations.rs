//! Sign-outs, removals and revocations end the tokens of a user; how long each is remembered.

use super::{HASH, at, case, name, new_user, refused, revoke};
use crate::auth::change::{Change, ChangeError};
use crate::auth::password::PasswordHash;
use crate::auth::user::User;
use crate::store::users_file::{EditError, edit, parse};

const DAY: u64 = 86_400;

fn sign_out(user: &str, now: u64) -> Change {
    Change::SignOut { name: name(user), now: at(now) }
}

fn set_hash(user: &str, sign_out: Option<u64>) -> Change {
    Change::SetHash { name: name(user), hash: PasswordHash::parse(HASH), sign_out: sign_out.map(at) }
}

fn add(user: &str, now: u64) -> Change {
    Change::Add { user: new_user(user), now: at(now) }
}

fn remove(user: &str, now: u64) -> Change {
    Change::Remove { name: name(user), now: at(now) }
}

/// The text after a change that cannot be made twice.
#[track_caller]
fn once(before: &str, change: &Change, after: &str) {
    assert_eq!(edit(before, change).unwrap().as_deref(), Some(after));
}

/// The generation of `a` and the moment from which other servers' tokens are good.
fn state(text: &str) -> (u64, Option<String>) {
    let user = &parse(text).unwrap().users["a"];
    (user.generation, user.tokens_valid_from.map(|from| from.to_string()))
}

#[test]
fn each_sign_out_raises_the_generation_whatever_the_clock_says() {
    let text = "[users.a]\nhashed_password = \"!\"\ngeneration = 0x03 # three\ntokens_valid_from = 1970-01-01 01:00:10.0+01:00 # since\n";
    for change in [sign_out, |user: &str, now| set_hash(user, Some(now))] {
        let later = edit(text, &change("a", 20)).unwrap().unwrap();
        assert_eq!(state(&later), (4, Some("1970-01-01T00:00:21Z".to_owned())));
        assert!(later.contains("generation = 4 # three\n"), "{later}");
        // A clock that is behind moves nothing back.
        let earlier = edit(text, &change("a", 5)).unwrap().unwrap();
        assert_eq!(state(&earlier), (4, Some("1970-01-01T00:00:10Z".to_owned())));
        // In the same moment again.
        let twice = edit(&later, &change("a", 20)).unwrap().unwrap();
        assert_eq!(state(&twice).0, 5);
    }
}

#[test]
fn another_hash_of_the_same_password_ends_no_token() {
    let text = "[users.a]\nhashed_password = \"!\"  # old\n";
    case(text, &set_hash("a", None), &text.replace("\"!\"", &format!("\"{HASH}\"")));
}

#[test]
fn the_last_generation_is_an_error_and_never_the_first() {
    let last = User::LAST_GENERATION;
    let text = format!("[users.a]\nhashed_password = \"!\"\ngeneration = {last}\n");
    assert_eq!(last.to_string(), "9223372036854775807");
    refused(&text, &sign_out("a", 5), &EditError::Change(ChangeError::LastGeneration(name("a"))));
    refused(&text, &set_hash("a", Some(5)), &EditError::Change(ChangeError::LastGeneration(name("a"))));
    let removed = edit(&text, &remove("a", 5)).unwrap().unwrap();
    refused(&removed, &add("a", 6), &EditError::Change(ChangeError::LastGeneration(name("a"))));
}

#[test]
fn a_new_user_begins_with_the_time_as_generation_and_takes_other_servers_tokens() {
    once(
        "",
        &add("a", 1_795_294_800),
        "[users.a]\nhashed_password = \"!\"\nscopes = [\"me\"]\ngeneration = 1795294800\n",
    );
}

#[test]
fn a_removed_user_is_noted_until_the_tokens_have_expired() {
    let text = "[tokens]\nmax_lifetime = \"1h\"\nlifetime = \"1h\"\n\n[users.a]\nhashed_password = \"!\"\ngeneration = 4\n";
    let (policy, _) = text.split_once("\n[users.a]").unwrap();
    let noted = format!("{policy}\n[removed]\na = {{ generation = 4, until = 1970-01-01T01:00:20Z }}\n");
    once(text, &remove("a", 20), &noted);
    // A user of that name has a generation above, even where the clock says less.
    let added = edit(&noted, &add("a", 2)).unwrap().unwrap();
    assert_eq!(state(&added), (5, Some("1970-01-01T00:00:03Z".to_owned())));
    assert!(added.starts_with(&format!("{policy}\n[removed]\n\n[users.a]\n")), "{added}");
    let added = edit(&noted, &add("a", 21)).unwrap().unwrap();
    assert_eq!(state(&added).0, 21);
    // Another name leaves the note where it is.
    let other = edit(&noted, &add("b", 21)).unwrap().unwrap();
    assert!(other.starts_with(&noted), "{other}");
}

#[test]
fn a_note_is_kept_for_a_day_longer_so_that_no_clock_ahead_forgets_it() {
    let noted = "[removed]\na = { generation = 4, until = 1970-01-01T01:00:00Z } # why\n\"b@c\" = { until = 1970-01-01T02:00:00Z, generation = 1 }\n";
    let both = format!("{noted}\n[users.z]\nhashed_password = \"!\"\n");
    let over = |hours: u64| hours * 3600 + DAY;
    let kept = |change: &Change| {
        let store = parse(&edit(&both, change).unwrap().unwrap_or(both.clone())).unwrap();
        store.removed.keys().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(kept(&add("y", over(1) - 1)), "a b@c");
    assert_eq!(kept(&add("y", over(1))), "b@c");
    assert_eq!(kept(&remove("z", over(1) - 1)), "a b@c z");
    assert_eq!(kept(&remove("z", over(2))), "z");
    assert_eq!(kept(&revoke(&[], over(1) - 1)), "a b@c");
    assert_eq!(kept(&revoke(&[], over(2))), "");
    once(
        &both,
        &revoke(&[], over(1)),
        &both.replace("a = { generation = 4, until = 1970-01-01T01:00:00Z } # why\n", ""),
    );
    // A change of another user ignores it.
    once(
        &both,
        &sign_out("z", 10 * DAY),
        &both.replace(
            "[users.z]\nhashed_password = \"!\"\n",
            "[users.z]\nhashed_password = \"!\"\ntokens_valid_from = 1970-01-11T00:00:01Z\ngeneration = 1\n",
        ),
    );
}

#[test]
fn a_user_who_is_noted_already_is_noted_with_the_larger_generation() {
    let user = "\n[users.a]\nhashed_password = \"!\"\ngeneration = 6\n";
    for (noted, after) in [
        (
            "[removed]\na = { generation = 9, until = 1970-01-01T00:00:05Z }\n",
            "{ generation = 9, until = 1970-01-02T00:00:00Z }",
        ),
        (
            "[removed]\na = { generation = 0x5, until = 1971-01-01T00:00:05Z }\n",
            "{ generation = 6, until = 1971-01-01T00:00:05Z }",
        ),
        (
            "removed = { a = { generation = 5, until = 1971-01-01T00:00:05Z } }\n",
            "{ generation = 6, until = 1971-01-01T00:00:05Z }",
        ),
    ] {
        let edited = edit(&format!("{noted}{user}"), &remove("a", 0)).unwrap().unwrap();
        assert!(edited.contains(&format!("a = {after}")), "{edited}");
    }
}

#[test]
fn notes_are_changed_in_every_layout() {
    let user = "\n[users.b]\nhashed_password = \"!\"\ngeneration = 2\n";
    let b = "b = { generation = 2, until = 1970-02-02T00:00:00Z }";
    let month = 31 * DAY;
    for (before, after) in [
        (
            "removed = { a = { generation = 1, until = 1970-01-01T00:00:05Z } }\n",
            format!("removed = {{{b}  }}\n"),
        ),
        ("removed.a = { generation = 1, until = 1970-01-01T00:00:05Z }\n", format!("\n[removed]\n{b}\n")),
        (
            "removed.c = { generation = 1, until = 1970-02-01T00:00:05Z }\n",
            format!("removed.c = {{ generation = 1, until = 1970-02-01T00:00:05Z }}\nremoved.{b}\n"),
        ),
        ("[removed.a]\ngeneration = 1\nuntil = 1970-01-01T00:00:05Z\n", format!("\n[removed]\n{b}\n")),
        (
            "[removed]\n[removed.a]\ngeneration = 1\nuntil = 1970-01-01T00:00:05Z\n",
            format!("[removed]\n{b}\n"),
        ),
        ("[removed]\n", format!("[removed]\n{b}\n")),
    ] {
        let text = format!("{before}{user}");
        match edit(&text, &remove("b", month)) {
            Ok(edited) => assert_eq!(edited.unwrap(), after, "{text}"),
            Err(error) => assert_eq!(error, EditError::Unsafe, "{text}"),
        }
    }
}

#[test]
fn a_revocation_is_kept_for_a_day_longer_than_the_token_lives() {
    let users = "[users.a]\nhashed_password = \"!\"\n";
    let revoked = format!("{users}\n[revoked]\na = 1970-01-01T00:00:10Z\n\"b c\" = 1970-01-01T00:00:20Z\n");
    case(users, &revoke(&[("b c", 20), ("a", 10), ("old", 5)], DAY + 5), &revoked);
    assert_eq!(edit(users, &revoke(&[("old", 5)], DAY + 5)), Ok(None));
    let one = revoked.replace("a = 1970-01-01T00:00:10Z\n", "");
    case(&revoked, &revoke(&[], DAY + 10), &one);
    case(&revoked, &revoke(&[("d", 30)], DAY + 10), &format!("{one}d = 1970-01-01T00:00:30Z\n"));
    case(
        &revoked,
        &revoke(&[("d", 30)], DAY + 20),
        &format!("{users}\n[revoked]\nd = 1970-01-01T00:00:30Z\n"),
    );
    case(&revoked, &revoke(&[("a", 15)], DAY + 5), &revoked.replace("00:10Z", "00:15Z"));
    assert_eq!(edit(&revoked, &revoke(&[("a", 9)], DAY + 5)), Ok(None));
}
