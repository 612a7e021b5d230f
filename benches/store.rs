//! Times reading and changing a users file: `cargo bench --bench store [-- --quick]`
//!
//! The limit is a parse of the whole document, which every TOML editor needs.
#![expect(clippy::unwrap_used, reason = "the stores are its own")]

mod timing;

use std::fmt::Write as _;
use std::hint::black_box;

use authctl::auth::change::Change;
use authctl::store::users_file::{edit, list, look_up, parse};
use timing::Timing;
use toml_edit::DocumentMut;

fn main() {
    memory_of_a_change();
    let timing = Timing::from_args();
    for users in [100, 10_000] {
        let text = store(users);
        let document = || {
            black_box(black_box(&text).parse::<DocumentMut>().unwrap());
        };
        timing.compare(
            &format!("one of {users} users | the document"),
            || {
                black_box(look_up(black_box(&text), &["user7"]).unwrap());
            },
            document,
        );
        timing.compare(
            &format!("all of {users} users, one by one | the document"),
            || assert_eq!(list(black_box(&text)).unwrap().users().count(), users),
            document,
        );
        timing.compare(
            &format!("all of {users} users | the document"),
            || assert_eq!(parse(black_box(&text)).unwrap().users.len(), users),
            document,
        );
        let change = Change::SetDisabled { name: "user7".parse().unwrap(), disabled: true };
        timing.compare(
            &format!("change one of {users} users | the document"),
            || {
                black_box(edit(black_box(&text), &change).unwrap());
            },
            document,
        );
    }
}

/// The peak memory of this process, before any other work, relative to the size of the store.
#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a ratio for people to read")]
fn memory_of_a_change() {
    let text = store(84_000);
    let change = Change::SetDisabled { name: "user7".parse().unwrap(), disabled: true };
    assert!(black_box(edit(black_box(&text), &change).unwrap()).is_some());
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB")).unwrap();
    let times = peak.trim().parse::<f64>().unwrap() * 1024.0 / text.len() as f64;
    println!("memory of a change among 84,000 users: {times:.1} times the file of {} MiB", text.len() >> 20);
}

#[cfg(not(target_os = "linux"))]
fn memory_of_a_change() {}

fn store(users: usize) -> String {
    let mut text = "[scopes]\nme = \"Me.\"\nitems = \"Items.\"\n".to_owned();
    for index in 0..users {
        let hash = "$argon2id$v=19$m=65536,t=3,p=4$wagCPXjifgvUFBzq4hqe3w$CYaIb8sB+wtD+Vu/P4uod1+Qof8h+1g7bbDlBID48Rc";
        write!(
            text,
            "\n[users.user{index}]\nfull_name = \"User {index}\"\nemail = \"user{index}@example.com\"\nhashed_password = \"{hash}\"\nscopes = [\"me\", \"items\"]\n"
        )
        .unwrap();
    }
    text
}
