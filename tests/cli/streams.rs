//! Standard streams that are full, closed, or slow.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write, pipe};
use std::process::Stdio;

use insta::{allow_duplicates, assert_snapshot};

use crate::bench::Bench;

/// Commands that print something, and their standard input.
fn talkative(bench: &Bench) -> Vec<(&'static str, String)> {
    let token = bench.token("johndoe", "me");
    vec![
        ("check", token.clone()),
        ("check --json", token.clone()),
        ("check --json --require items", token.clone()),
        ("decode", token.clone()),
        ("decode --json", token.clone()),
        ("decode --claim sub", token),
        ("login johndoe --password-stdin", "secret".to_owned()),
        ("login johndoe --password-stdin --json", "secret".to_owned()),
        ("users", String::new()),
        ("users list --json", String::new()),
        ("users show johndoe", String::new()),
        ("completions bash", String::new()),
        ("help", String::new()),
        ("help check", String::new()),
        ("help exit-codes", String::new()),
        ("--help", String::new()),
        ("check --help", String::new()),
        ("check --quiet --help", String::new()),
        ("--color never --version", String::new()),
        ("--version", String::new()),
    ]
}

/// Runs a command with this as its standard output, and gives back the rest of the transcript.
fn run_into(bench: &Bench, args: &str, stdin: &str, stdout: impl Into<Stdio>) -> String {
    let mut command = bench.command(args);
    command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A child that reads nothing may be gone by now.
    let _unread = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    bench.answer_of(child.wait_with_output().unwrap()).transcript()
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_no_answer() {
    let bench = Bench::new();
    for (args, stdin) in talkative(&bench) {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let transcript = run_into(&bench, args, &stdin, full);
        let expected = "2> error: cannot write to standard output: no space left on device\n[exit 2]";
        assert_eq!(transcript, expected, "{args}");
    }
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    // Nothing is printed, so nothing is lost.
    assert_snapshot!(run_into(&bench, "check -q", &bench.token("johndoe", "me"), full), @"[exit 0]");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut bench = Bench::new();
    bench.set("RUST_BACKTRACE", "1");
    for (args, stdin) in talkative(&bench) {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        // A reader of help has seen enough; data that was not taken is no answer.
        let is_help = ["help", "--help", "--version"].iter().any(|word| args.starts_with(word));
        let expected = if is_help { "[exit 0]" } else { "[exit 2]" };
        assert_eq!(run_into(&bench, args, &stdin, writer), expected, "{args}");
    }
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    let many = format!("{}\n", bench.token("johndoe", "me")).repeat(1000);
    assert_snapshot!(run_into(&bench, "check", &many, writer), @"[exit 2]");
}

#[test]
fn the_answer_stands_when_nobody_hears_what_is_said() {
    let bench = Bench::new();
    let (reader, closed) = pipe().unwrap();
    drop(reader);
    let expired = bench.token_of_age("johndoe", "me", 9999);
    let mut cases: Vec<Stdio> = vec![closed.into()];
    if let Ok(full) = OpenOptions::new().write(true).open("/dev/full") {
        cases.push(full.into());
    }
    for stderr in cases {
        let output = bench.command(["check", &expired]).stderr(stderr).output().unwrap();
        allow_duplicates! {
            assert_snapshot!(bench.answer_of(output).transcript(), @"[exit 3]");
        }
    }
}

#[test]
fn each_token_is_answered_before_the_next_is_read() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    for (args, start) in
        [("check", "good: "), ("check --json", "{\"active\":true"), ("decode --json", "{\"header\":")]
    {
        let mut command = bench.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        for _ in 0..3 {
            writeln!(stdin, "{good}").unwrap();
            let mut line = String::new();
            answers.read_line(&mut line).unwrap();
            assert!(line.contains(start), "{args}: {line}");
        }
        drop(stdin);
        assert_eq!(child.wait().unwrap().code(), Some(0), "{args}");
    }
}

#[cfg(unix)]
#[test]
fn standard_input_that_cannot_be_read_is_no_answer() {
    let bench = Bench::new();
    for args in ["check", "decode", "login johndoe --password-stdin"] {
        // A folder can be opened, and not read.
        let output = bench.command(args).stdin(std::fs::File::open(bench.home()).unwrap()).output().unwrap();
        allow_duplicates! {
            assert_snapshot!(bench.answer_of(output).transcript(), @"
            2> error: cannot read standard input: is a directory
            [exit 2]
            ");
        }
    }
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    let mut bench = Bench::new();
    let good = bench.token("johndoe", "me");
    let coloured = |bench: &Bench, args: &str| {
        let answer = bench.answer(args, &good);
        [answer.raw.stdout, answer.raw.stderr].concat().contains(&0x1b)
    };
    for args in ["check", "check --require items", "decode", "users"] {
        assert!(!coloured(&bench, args), "{args}");
        assert!(!coloured(&bench, &format!("{args} --color auto")), "{args}");
        assert!(coloured(&bench, &format!("{args} --color always")), "{args}");
        assert!(!coloured(&bench, &format!("{args} --color never")), "{args}");
    }
    for args in ["check --json", "decode --json", "users --json", "check --json --require items"] {
        assert!(!coloured(&bench, &format!("{args} --color always")), "{args}");
    }
    bench.set("NO_COLOR", "1").set("CLICOLOR_FORCE", "1");
    assert!(!coloured(&bench, "check"));
    assert!(coloured(&bench, "check --color always"));
}

#[test]
fn what_changes_while_a_stream_is_open_counts_for_the_next_token() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let mut command = bench.command("check --json");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut verdicts = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut verdict = || {
        writeln!(stdin, "{token}").unwrap();
        let line = verdicts.next().unwrap().unwrap();
        serde_json::from_str::<serde_json::Value>(&line).unwrap()["active"] == true
    };
    assert!(verdict());
    assert!(verdict());
    assert_snapshot!(bench.run("users disable johndoe"), @"
    2> disabled user `johndoe`
    [exit 0]
    ");
    assert!(!verdict());
    bench.run("users enable johndoe");
    assert!(verdict());
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn who_is_disabled_while_the_password_is_typed_gets_no_token() {
    let bench = Bench::new();
    let mut command = bench.command("login johndoe --password-stdin");
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    assert_snapshot!(bench.run("users disable johndoe"), @"
    2> disabled user `johndoe`
    [exit 0]
    ");
    child.stdin.take().unwrap().write_all(b"secret").unwrap();
    assert_snapshot!(bench.answer_of(child.wait_with_output().unwrap()).transcript(), @"
    2> error: the user is disabled
    [exit 1]
    ");
}

#[test]
fn a_line_that_is_too_long_for_a_token_is_refused_and_not_cut() {
    let bench = Bench::new();
    let good = bench.token("johndoe", "me");
    for line in [format!("{}{good}x", " ".repeat(1_000_000)), format!("{good}{}x", " ".repeat(1_000_000))] {
        for args in ["check -q", "decode --claim sub", "revoke"] {
            let answer = bench.answer(args, format!("{good}\n{line}\n"));
            assert_eq!(answer.code, Some(1), "{args}");
        }
        bench.write("users.toml", Bench::new().read("users.toml"));
    }
}
