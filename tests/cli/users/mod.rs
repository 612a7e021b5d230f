//! `authctl users`.

mod changes;
mod import_faults;
mod importing;
mod kinds;
mod listing;
mod moving;
mod passwords;
mod sign_out;

use crate::bench::Bench;

/// The usual bench, with a policy that lets new passwords be hashed, as cheaply as OWASP allows.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.edit_store("memory_kib = 8\niterations = 1", "memory_kib = 7168\niterations = 5");
    bench
}

const PASSWORD: &str = "correct horse battery\n";

/// Runs a command that must fail with exit 1 or 2 and leave the store as it was.
#[track_caller]
fn refused(bench: &Bench, args: &str, stdin: &str) -> String {
    let (store, files) = (bench.read("users.toml"), bench.files());
    let answer = bench.answer(args, stdin);
    assert!(matches!(answer.code, Some(1 | 2)), "{args}");
    assert_eq!(bench.read("users.toml"), store, "{args}");
    assert_eq!(bench.files(), files, "{args}");
    answer.transcript()
}

/// The transcript of `change`, and the lines of the store that it takes away and adds, with `-` and `+`
/// before them.
fn changed(bench: &Bench, change: impl FnOnce() -> String) -> String {
    let before = bench.read("users.toml");
    let transcript = change();
    let after = bench.read("users.toml");
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let start = before.iter().zip(&after).take_while(same).count();
    let end = before[start..].iter().rev().zip(after[start..].iter().rev()).take_while(same).count();
    let gone = before[start..before.len() - end].iter().map(|line| format!("-{line}\n"));
    let new = after[start..after.len() - end].iter().map(|line| format!("+{line}\n"));
    let changes: String = gone.chain(new).collect();
    format!("{transcript}\n{}", bench.masked(&changes))
}
