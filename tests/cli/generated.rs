//! A generated password on a standard output that takes none.

use std::fs::{File, OpenOptions};
use std::io::pipe;
use std::process::Stdio;

use insta::{allow_duplicates, assert_snapshot};

use crate::bench::Bench;

/// A store whose policy is the cheapest that new hashes may have.
fn bench() -> Bench {
    let bench = Bench::new();
    bench.edit_store("memory_kib = 8\niterations = 1", "memory_kib = 7168\niterations = 5");
    bench
}

/// The transcript of a command with this as its standard output.
fn run_into(bench: &Bench, args: &str, stdout: impl Into<Stdio>) -> String {
    let output = bench.command(args).stdin(Stdio::null()).stdout(stdout).output().unwrap();
    bench.answer_of(output).transcript()
}

fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

#[test]
fn none_is_made_for_a_standard_output_that_is_closed_or_null() {
    for args in
        ["users add bob --generate", "users passwd johndoe --generate", "users add bob --generate --json"]
    {
        let bench = bench();
        let before = bench.read("users.toml");
        let script = format!("exec \"$authctl\" {args} >&-");
        let closed = bench.shell("sh", &["-c", &script]).stdin(Stdio::null()).output().unwrap();
        let null = OpenOptions::new().write(true).open("/dev/null").unwrap();
        for transcript in [bench.answer_of(closed).transcript(), run_into(&bench, args, null)] {
            allow_duplicates! {
                assert_snapshot!(transcript, @"
                2> error: standard output is closed or the null device, and a generated password would be lost
                2> hint: run it on a terminal, or with a file or a pipe for the password to go to
                [exit 2]
                ");
            }
        }
        assert_eq!(bench.read("users.toml"), before, "{args}");
    }
    let bench = Bench::empty();
    let script = "exec \"$authctl\" init --user johndoe --generate >&-";
    let output = bench.shell("sh", &["-c", script]).output().unwrap();
    assert_snapshot!(bench.answer_of(output).transcript(), @"
    2> error: standard output is closed or the null device, and a generated password would be lost
    2> hint: run it on a terminal, or with a file or a pipe for the password to go to
    [exit 2]
    ");
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn what_cannot_be_printed_does_not_count() {
    let bench = bench();
    let before = bench.read("users.toml");
    for args in ["users add bob --generate", "users passwd johndoe --generate"] {
        allow_duplicates! {
            assert_snapshot!(run_into(&bench, args, full()), @"
            2> error: cannot write to standard output: no space left on device
            [exit 2]
            ");
        }
        let (_, closed) = pipe().unwrap();
        assert_eq!(run_into(&bench, args, closed), "[exit 2]");
        assert_eq!(bench.read("users.toml"), before, "{args}");
    }
    let bench = Bench::empty();
    assert_snapshot!(run_into(&bench, "init --user johndoe --generate", full()), @"
    2> error: cannot write to standard output: no space left on device
    [exit 2]
    ");
    assert_eq!(bench.files(), [""; 0]);
}

#[test]
fn what_counts_and_cannot_be_printed_is_told() {
    let bench = bench();
    assert_snapshot!(run_into(&bench, "users add bob --generate --json", full()), @"
    2> error: user `bob` has a new password, and it cannot be printed: no space left on device
    2> hint: run `authctl users passwd bob`
    [exit 2]
    ");
    assert!(bench.read("users.toml").contains("[users.bob]"));
    let (_, closed) = pipe().unwrap();
    assert_snapshot!(run_into(&bench, "users passwd bob --generate --json", closed), @"
    2> error: user `bob` has a new password, and it cannot be printed: broken pipe
    2> hint: run `authctl users passwd bob`
    [exit 2]
    ");
    let bench = Bench::empty();
    assert_snapshot!(run_into(&bench, "init --user johndoe --generate --json", full()), @"
    2> error: user `johndoe` has a new password, and it cannot be printed: no space left on device
    2> hint: run `authctl users passwd johndoe`
    [exit 2]
    ");
    assert!(bench.read("users.toml").contains("[users.johndoe]"));
}
