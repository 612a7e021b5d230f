//! With little memory, and how much a change takes.

use std::fs::File;
use std::process::Command;

use insta::assert_snapshot;

use crate::bench::{Answer, Bench, cheap_hash};

const PASSWORD: &str = "correct horse battery";

/// Runs authctl with that much memory, in KiB, and the file `password` as standard input.
fn within(bench: &Bench, memory: u32, args: &[&str]) -> Answer {
    let inner = bench.command(args);
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {memory} && exec \"$@\""), "sh"]);
    command.arg(inner.get_program()).args(inner.get_args()).env("AUTHCTL_HOME", bench.home());
    command.stdin(File::open(bench.path("password")).unwrap());
    bench.answer_of(command.output().unwrap())
}

/// Whether authctl panicked. Without memory for a signal stack, the runtime panics outside `main`, which does not count.
fn panicked(answer: &Answer) -> bool {
    answer.stderr.contains("panicked") && !answer.stderr.contains("alternative stack")
}

#[test]
fn where_no_thread_can_be_started_passwords_are_verified_without() {
    let bench = Bench::with_store("");
    bench.write("password", PASSWORD);
    let hash = cheap_hash(PASSWORD);
    let answers: Vec<Answer> = (8..64)
        .map(|mebibytes| {
            within(&bench, mebibytes * 1024, &["hash-password", "--verify", &hash, "--password-stdin"])
        })
        .collect();
    for answer in &answers {
        assert!(!panicked(answer), "{}", answer.transcript());
    }
    assert_eq!(answers.last().unwrap().code, Some(0), "{}", answers.last().unwrap().transcript());
}

#[test]
fn where_no_thread_can_be_started_a_stream_is_no_answer() {
    let bench = Bench::new();
    bench.write("password", format!("{}\n", bench.token("johndoe", "me")).repeat(1000));
    for mebibytes in 8..32 {
        let answer = within(&bench, mebibytes * 1024, &["check", "--quiet"]);
        assert!(!panicked(&answer), "{}", answer.transcript());
    }
    assert_eq!(within(&bench, 1 << 20, &["check", "--quiet"]).code, Some(0));
}

#[test]
fn too_little_memory_makes_no_password_wrong() {
    let tag = "A".repeat(43);
    let phc = format!("$argon2id$v=19$m=1048576,t=1,p=1${}${tag}", &tag[..22]);
    let bench = Bench::with_store(&format!(
        "[passwords]\nmemory_kib = 1048576\niterations = 1\n[users.johndoe]\nhashed_password = \"{phc}\"\n"
    ));
    bench.write("password", PASSWORD);
    // Half of the memory that the hash takes.
    let run = |args: &[&str]| within(&bench, 524_288, args).transcript();
    assert_snapshot!(run(&["login", "johndoe", "--password-stdin"]), @"
    2> error: there is too little memory for Argon2id with m=1048576,t=1,p=1
    [exit 2]
    ");
    assert_eq!(run(&["login", "nobody", "--password-stdin"]), run(&["login", "johndoe", "--password-stdin"]));
    for args in [
        &["hash-password", "--verify", &phc, "--password-stdin"][..],
        &["hash-password", "--password-stdin", "--parallelism", "1"],
        &["hash-password", "--calibrate", "1s", "--parallelism", "1"],
        &["users", "passwd", "johndoe", "--password-stdin"],
    ] {
        let said = run(args);
        assert!(said.starts_with("2> error: there is too little memory for Argon2id with "), "{said}");
        assert!(said.ends_with("[exit 2]"), "{said}");
    }
    let scrypt = format!("$scrypt$ln=20,r=8,p=1${}${tag}", &tag[..22]);
    assert_snapshot!(run(&["hash-password", "--verify", &scrypt, "--password-stdin"]), @"
    2> error: there is too little memory for scrypt with ln=20,r=8,p=1
    [exit 2]
    ");
}

#[test]
fn a_change_of_a_large_store_takes_at_most_eight_times_its_size() {
    let mut store = String::from("[scopes]\nme = \"\"\n");
    let hash = cheap_hash(PASSWORD);
    for number in 0..34_000 {
        store.extend([
            "\n[users.user",
            &number.to_string(),
            "]\nfull_name = \"A Name\"\nemail = \"a.name@example.com\"\nhashed_password = \"",
            &hash,
            "\"\nscopes = [\"me\"]\n",
        ]);
    }
    let bench = Bench::with_store(&store);
    let most = store.len() / 1024 * 8;
    for change in [
        "users disable user7",
        "users sign-out user8 --json",
        "users remove user9 --yes",
        "revoke --id x --expires 2126-11-21T21:00:00Z",
    ] {
        let change = bench.command(change);
        let mut shell = Command::new("sh");
        // The limit on allocated memory, the only memory that grows with the store.
        shell.args(["-c", &format!("ulimit -d {most} && exec \"$@\""), "sh"]);
        shell.arg(change.get_program()).args(change.get_args()).env("AUTHCTL_HOME", bench.home());
        let answer = bench.answer_of(shell.output().unwrap());
        assert_eq!(answer.code, Some(0), "{}", answer.transcript());
    }
    assert_eq!(bench.users().users.len(), 33_999);
}
