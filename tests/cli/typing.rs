//! A prompt takes a line exactly as it was typed, or fails.

use insta::assert_snapshot;
use rustix::fs::{Mode, mkfifoat};

use crate::bench::Bench;
use crate::screen::Screen;

const CHEAP: &str = "--memory-kib 7168 --iterations 5";

/// The screen after `typed` is typed at the only prompt of `login johndoe`.
#[track_caller]
fn log_in(bench: &Bench, typed: &[u8]) -> String {
    let mut screen = Screen::new(bench.command("--color never login johndoe --scope me"));
    screen.wait_for("Password: ").type_bytes(typed);
    bench.masked(&screen.end())
}

#[test]
fn a_control_character_makes_no_other_password() {
    let bench = Bench::new();
    assert_snapshot!(log_in(&bench, b"sec\tret\n"), @"
    Password: 
    error: a control character was typed, such as Tab or an arrow key sends
    hint: type the password again, or give it on standard input with `--password-stdin`
    [exit 2]
    ");
    let refused = log_in(&bench, b"sec\tret\n");
    for typed in [
        "\x1bsecret",
        "secret\x1b[A",
        "secret\x1bOP",
        "sec\0ret",
        "\x16secret",
        "secret\x12",
        "secret\x13",
        "\x11secret",
        "secret\x0f",
        "secre\x08et",
        "\u{9b}secret",
        "secret\u{80}",
    ] {
        assert_eq!(log_in(&bench, format!("{typed}\n").as_bytes()), refused, "{typed:?}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_at_the_first_enter() {
    let bench = Bench::new();
    assert_snapshot!(log_in(&bench, b"secr\xe9t\n"), @"
    Password: 
    error: the input is not UTF-8
    hint: type the password again, or give it on standard input with `--password-stdin`
    [exit 2]
    ");
    for typed in [&b"secret\xc3\n"[..], b"\xffsecret\n", b"\xf0\x9f\n"] {
        assert!(log_in(&bench, typed).ends_with("[exit 2]"), "{typed:?}");
    }
}

#[test]
fn the_end_of_input_is_no_answer() {
    let bench = Bench::new();
    assert_snapshot!(log_in(&bench, b"\x04"), @"
    Password: 
    error: the input ended before the end of the line
    hint: type the password again, or give it on standard input with `--password-stdin`
    [exit 2]
    ");
    assert_eq!(log_in(&bench, b"secret\x04"), log_in(&bench, b"\x04"));
    let at = |args: &str, prompts: &[&str]| {
        let mut screen = Screen::new(bench.command(&format!("--color never {args}")));
        for prompt in prompts {
            screen.wait_for(prompt).type_in(if prompt == prompts.last().unwrap() {
                "\x04"
            } else {
                "correct horse\n"
            });
        }
        screen.end()
    };
    assert_snapshot!(at("login", &["Username: "]), @"
    Username: 
    error: the input ended before the end of the line
    hint: type the username again, or give it as an argument, and use `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(at(&format!("hash-password {CHEAP}"), &["New password: ", "Once more: "]), @"
    New password: 
    Once more: 
    error: the input ended before the end of the line
    hint: type the password again, or give it on standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(at("users remove johndoe", &["[y/N] "]), @"
    Remove user johndoe? [y/N] 
    error: the input ended before the end of the line
    hint: type the answer again, or confirm with `--yes`
    [exit 2]
    ");
    assert!(bench.read("users.toml").contains("[users.johndoe]"));
}

/// A hash of this password.
fn hash_of(bench: &Bench, password: &str) -> String {
    let hashed = bench.answer(&format!("hash-password {CHEAP} --password-stdin"), password).raw.stdout;
    String::from_utf8(hashed).unwrap().trim().to_owned()
}

#[test]
fn a_line_is_whole_or_refused() {
    let bench = Bench::new();
    let longest = "x".repeat(4095);
    let hash = hash_of(&bench, &longest);
    let verify = |typed: &str| {
        let mut screen = Screen::new(bench.command(["--color", "never", "hash-password", "--verify", &hash]));
        screen.wait_for("Password: ").type_in(typed).type_in("\n");
        screen.end()
    };
    assert_snapshot!(verify(&longest), @"
    Password: 
    [exit 0]
    ");
    assert_snapshot!(verify(&format!("{longest}y")), @"
    Password: 
    error: more than 4095 bytes were typed, and terminals cut longer lines
    hint: type the password again, or give it on standard input with `--password-stdin`
    [exit 2]
    ");
    assert_eq!(verify(&longest.repeat(5)), verify(&format!("{longest}y")));
}

#[test]
fn a_line_that_was_cut_before_the_prompt_is_refused() {
    let bench = Bench::new();
    let hash = hash_of(&bench, &"x".repeat(4095));
    let started_after = |typed: &str| {
        let start = bench.path("start");
        let _ = std::fs::remove_file(&start);
        mkfifoat(rustix::fs::CWD, &start, Mode::RUSR | Mode::WUSR).unwrap();
        let script = "read go <start; exec \"$authctl\" --color never hash-password --verify \"$hash\"";
        let mut shell = bench.shell("sh", &["-c", script]);
        shell.env("hash", &hash);
        let mut screen = Screen::new(shell);
        // The terminal shows the end of the line once it has taken it.
        screen.type_in(typed).type_in("\n").wait_for("\r\n");
        std::fs::write(&start, "go\n").unwrap();
        let shown = screen.end();
        shown[shown.find("Password: ").unwrap()..].to_owned()
    };
    assert_snapshot!(started_after(&"x".repeat(5000)), @"
    Password: 
    error: more than 4095 bytes were typed, and terminals cut longer lines
    hint: type the password again, or give it on standard input with `--password-stdin`
    [exit 2]
    ");
    // Nothing tells it from one that was cut.
    assert_snapshot!(started_after(&"x".repeat(4095)), @"
    Password: 
    error: more than 4095 bytes were typed, and terminals cut longer lines
    hint: type the password again, or give it on standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(started_after(&"x".repeat(4094)), @"
    Password: 
    error: the password does not match the hash
    [exit 1]
    ");
}

#[test]
fn a_name_or_an_answer_is_whole_or_refused_too() {
    let bench = Bench::new();
    let at = |args: &str, prompt: &str, typed: &str| {
        let mut screen = Screen::new(bench.command(&format!("--color never {args}")));
        screen.wait_for(prompt).type_in(typed);
        let shown = screen.end();
        shown[shown.find("error: ").unwrap()..].to_owned()
    };
    assert_snapshot!(at("login", "Username: ", "john\tdoe\n"), @"
    error: a control character was typed, such as Tab or an arrow key sends
    hint: type the username again, or give it as an argument, and use `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(at("login", "Username: ", "john\x04"), @"
    error: the input ended before the end of the line
    hint: type the username again, or give it as an argument, and use `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(at("login", "Username: ", &format!("{}\n", "x".repeat(5000))), @"
    error: more than 4095 bytes were typed, and terminals cut longer lines
    hint: type the username again, or give it as an argument, and use `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(at("users remove johndoe", "[y/N] ", "y\x1b\n"), @"
    error: a control character was typed, such as Tab or an arrow key sends
    hint: type the answer again, or confirm with `--yes`
    [exit 2]
    ");
    assert!(bench.read("users.toml").contains("[users.johndoe]"));
}

#[test]
fn what_is_pasted_answers_one_prompt_a_line() {
    let bench = Bench::new();
    let mut screen = Screen::new(bench.command(&format!("--color never hash-password {CHEAP}")));
    screen.wait_for("New password: ").type_in("correct horse\ncorrect horse\n");
    assert_snapshot!(bench.masked(&screen.end()), @"
    New password: 
    Once more: 
    $argon2id$v=19$m=7168,t=5,p=1$<salt>$<tag>
    [exit 0]
    ");
}
