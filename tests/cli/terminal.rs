//! Prompts, echo and colours, on a real pseudo-terminal.

use std::fs::File;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::bench::Bench;
use crate::screen::Screen;

const CHEAP: &str = "--memory-kib 7168 --iterations 5";

/// The whole screen, with the parts that vary masked.
#[track_caller]
fn end(bench: &Bench, screen: Screen) -> String {
    bench.masked(&screen.end())
}

#[test]
fn a_password_is_asked_for_without_echo() {
    let bench = Bench::new();
    let mut screen = Screen::new(bench.command("login johndoe --scope me"));
    screen.wait_for("Password: ");
    assert!(!screen.echoes());
    screen.type_in("secret\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: 
    <token>
    [exit 0]
    ");
}

#[test]
fn a_wrong_password_leaves_the_terminal_as_it_was() {
    let bench = Bench::new();
    let mut screen = Screen::new(bench.command("--color never login johndoe"));
    screen.wait_for("Password: ").type_in("wrong\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: 
    error: incorrect username or password
    [exit 1]
    ");
}

#[test]
fn no_password_at_all_is_a_wrong_one() {
    let bench = Bench::new();
    let mut screen = Screen::new(bench.command("--color never login johndoe"));
    screen.wait_for("Password: ").type_in("\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: 
    error: incorrect username or password
    [exit 1]
    ");
}

#[test]
fn a_typed_password_can_be_corrected() {
    let bench = Bench::new();
    let mut screen = Screen::new(bench.command("login johndoe --scope me"));
    screen.wait_for("Password: ").type_in("wrong\x15secreT\x7ft\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: 
    <token>
    [exit 0]
    ");
}

#[test]
fn the_username_is_asked_for_too() {
    let bench = Bench::new();
    let mut screen = Screen::new(bench.command("login --scope me"));
    screen.wait_for("Username: ");
    assert!(screen.echoes());
    screen.type_in("johndoe\n").wait_for("Password: ").type_in("secret\n");
    assert_snapshot!(end(&bench, screen), @"
    Username: johndoe
    Password: 
    <token>
    [exit 0]
    ");
}

#[test]
fn a_token_without_a_scope_is_told_of() {
    let bench = Bench::new();
    let mut screen = Screen::new(bench.command("--color never login johndoe"));
    screen.wait_for("Password: ").type_in("secret\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: 
    note: the token has no scope: it authenticates and permits nothing
    hint: ask for scopes with `--scope LIST`, or for all that are granted with `--all-scopes`
    <token>
    [exit 0]
    ");
}

#[test]
fn the_prompt_is_on_the_terminal_wherever_the_streams_go() {
    let bench = Bench::new();
    let out = bench.path("token");
    let mut screen = Screen::with(bench.command("login johndoe --scope me"), |command| {
        let output = File::create(&out).unwrap();
        command.stdin(Stdio::null()).stdout(output).stderr(Stdio::null())
    });
    screen.wait_for("Password: ").type_in("secret\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: 
    [exit 0]
    ");
    assert_snapshot!(bench.masked(&bench.read("token")), @"<token>");
}

#[test]
fn a_new_password_is_judged_before_it_is_typed_again() {
    let bench = Bench::new();
    bench.edit_store("memory_kib = 8\niterations = 1", "memory_kib = 7168\niterations = 5");
    for (args, password) in [
        ("users add bob", "bobbobbob"),
        ("users passwd johndoe", "password"),
        ("init --user bob", "password"),
        ("users add bob", "short"),
        ("hash-password", "short"),
    ] {
        let bench = if args.starts_with("init") { &Bench::empty() } else { &bench };
        let mut screen = Screen::new(bench.command(&format!("--color never {args}")));
        screen.wait_for("New password: ").type_in(&format!("{password}\n"));
        let end = end(bench, screen);
        assert!(end.contains("error: the password ") && !end.contains("Once more"), "{args}: {end}");
    }
}

#[test]
fn a_new_password_is_asked_for_twice() {
    let bench = Bench::new();
    let args = format!("--color never hash-password {CHEAP}");
    let mut screen = Screen::new(bench.command(&args));
    screen.wait_for("New password: ");
    assert!(!screen.echoes());
    screen.type_in("correct horse\n").wait_for("Once more: ");
    assert!(!screen.echoes());
    screen.type_in("correct horse\n");
    assert_snapshot!(end(&bench, screen), @"
    New password: 
    Once more: 
    $argon2id$v=19$m=7168,t=5,p=1$<salt>$<tag>
    [exit 0]
    ");

    let mut screen = Screen::new(bench.command(&args));
    screen.wait_for("New password: ").type_in("correct horse\n");
    screen.wait_for("Once more: ").type_in("correct house\n");
    assert_snapshot!(end(&bench, screen), @"
    New password: 
    Once more: 
    error: the two passwords differ
    [exit 2]
    ");

    let mut screen = Screen::new(bench.command(&args));
    screen.wait_for("New password: ").type_in("\n");
    assert_snapshot!(end(&bench, screen), @"
    New password: 
    error: the password is empty
    [exit 2]
    ");
}

#[test]
fn a_user_is_removed_once_that_is_confirmed() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    for no in ["\n", "n\n", "yess\n"] {
        let mut screen = Screen::new(bench.command("--color never users remove johndoe"));
        screen.wait_for("Remove user johndoe? [y/N] ").type_in(no);
        let shown = end(&bench, screen);
        assert!(shown.ends_with("error: user `johndoe` was not removed\n[exit 1]"), "{no:?}: {shown}");
        assert_eq!(bench.read("users.toml"), before);
    }
    let mut screen = Screen::new(bench.command("users remove johndoe"));
    screen.wait_for("Remove user johndoe? [y/N] ");
    assert!(screen.echoes());
    screen.type_in("y\n");
    assert_snapshot!(end(&bench, screen), @"
    Remove user johndoe? [y/N] y
    removed user `johndoe`
    [exit 0]
    ");
    assert_snapshot!(bench.run("users show johndoe"), @"
    2> error: user `johndoe` does not exist
    2> hint: `authctl users list` shows who does
    [exit 1]
    ");
}

#[test]
fn a_script_on_a_terminal_is_not_asked_whether_to_remove() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    let screen = Screen::with(bench.command("--color never users remove johndoe"), |command| {
        command.stdin(Stdio::null())
    });
    assert_snapshot!(end(&bench, screen), @"
    error: standard input is no terminal to ask on
    hint: confirm with `--yes`
    [exit 2]
    ");
    assert_eq!(bench.read("users.toml"), before);
}

#[test]
fn what_does_not_exist_is_not_asked_about() {
    let bench = Bench::new();
    assert_snapshot!(end(&bench, Screen::new(bench.command("--color never users remove nobody"))), @"
    error: user `nobody` does not exist
    hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(end(&bench, Screen::new(bench.command("--color never users passwd nobody"))), @"
    error: user `nobody` does not exist
    hint: `authctl users list` shows who does
    [exit 1]
    ");
    assert_snapshot!(end(&bench, Screen::new(bench.command("--color never users add johndoe"))), @"
    error: user `johndoe` exists already
    hint: change a user with `authctl users passwd`, `authctl users set` or `authctl users grant`
    [exit 1]
    ");
}

#[test]
fn without_a_terminal_nothing_is_asked_for() {
    let bench = Bench::new();
    let run = |args: &str| bench.run_without_terminal(args).unwrap();
    assert_snapshot!(run("login johndoe"), @"
    2> error: there is no terminal to ask for the password on
    2> hint: give it on standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(run("login johndoe --json"), @r#"
    {"error":"no_terminal","hint":"give it on standard input with `--password-stdin`","message":"there is no terminal to ask for the password on"}
    2> error: there is no terminal to ask for the password on
    2> hint: give it on standard input with `--password-stdin`
    [exit 2]
    "#);
    assert_snapshot!(run("login"), @"
    2> error: there is no terminal to ask for the username on
    2> hint: give it as an argument, and use `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(run("hash-password --memory-kib 7168 --iterations 5"), @"
    2> error: there is no terminal to ask for the password on
    2> hint: give it on standard input with `--password-stdin`
    [exit 2]
    ");
    assert_snapshot!(run("users remove johndoe"), @"
    2> error: standard input is no terminal to ask on
    2> hint: confirm with `--yes`
    [exit 2]
    ");
}

#[test]
fn a_password_is_not_read_from_a_terminal_that_shows_it() {
    let bench = Bench::new();
    let screen = Screen::new(bench.command("--color never login johndoe --password-stdin"));
    assert_snapshot!(end(&bench, screen), @"
    error: `--password-stdin` would show the password on this terminal
    hint: leave the option out, and type the password without echo
    [exit 2]
    ");
}

#[test]
fn check_and_decode_do_not_wait_for_a_terminal() {
    let bench = Bench::new();
    assert_snapshot!(end(&bench, Screen::new(bench.command("--color never check --require me"))), @"
    error: no token given, and standard input is a terminal
    hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
    assert_snapshot!(end(&bench, Screen::new(bench.command("--color never decode"))), @"
    error: no token given, and standard input is a terminal
    hint: give it as an argument, or on standard input, one a line
    [exit 2]
    ");
}

/// Whether the output of `args` on a terminal, or in a pipe, has escape sequences.
fn is_coloured(bench: &Bench, args: &str, on_a_terminal: bool) -> bool {
    let shown = if on_a_terminal {
        Screen::new(bench.command(args)).end()
    } else {
        let answer = bench.answer(args, "");
        answer.stdout + &answer.stderr
    };
    assert!(shown.len() > 20, "{shown}");
    shown.contains('\x1b')
}

#[test]
fn colours_go_to_terminals_alone() {
    let mut bench = Bench::new();
    bench.set("TERM", "xterm-256color");
    // Standard output, and standard error.
    for args in ["users", "users show nobody"] {
        assert!(is_coloured(&bench, args, true), "{args}");
        assert!(!is_coloured(&bench, args, false), "{args}");
    }
}

#[test]
fn colours_can_be_had_and_be_done_without() {
    let mut bench = Bench::new();
    bench.set("TERM", "xterm-256color");
    for args in ["users", "users show nobody"] {
        assert!(is_coloured(&bench, &format!("--color always {args}"), false), "{args}");
        assert!(!is_coloured(&bench, &format!("--color never {args}"), true), "{args}");
        for (variable, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
            let mut bench = Bench::new();
            bench.set("TERM", "xterm-256color").set(variable, value);
            assert!(!is_coloured(&bench, args, true), "{args}, {variable}");
            assert!(is_coloured(&bench, &format!("--color always {args}"), true), "{args}, {variable}");
        }
        let mut bench = Bench::new();
        bench.set("TERM", "xterm-256color").set("NO_COLOR", "");
        assert!(is_coloured(&bench, args, true), "{args}");
    }
}

#[test]
fn only_the_stream_that_is_a_terminal_is_coloured() {
    let bench = Bench::new();
    let out = bench.path("out");
    let screen = Screen::with(bench.command("users"), |command| command.stdout(File::create(&out).unwrap()));
    assert_eq!(screen.end(), "\n[exit 0]");
    assert!(!bench.read("out").contains('\x1b'));
}

/// A line of an example that is wrapped would run in two parts once it is pasted.
#[test]
fn examples_are_one_line_each_on_a_narrow_terminal() {
    let bench = Bench::new();
    let shown = |args: &str| end(&bench, Screen::sized(bench.command(args), 60, |command| command));
    for (args, examples) in [
        (
            "-h",
            "Example:\n  authctl init --user johndoe --scope me,items\n  \
             TOKEN=$(authctl login johndoe --scope me,items)\n  \
             echo \"$TOKEN\" | authctl check --require me,items\n\n",
        ),
        ("narrow --help", "Example:\n  echo \"$TOKEN\" | authctl narrow --scope items --expires-in 10m\n\n"),
        ("help narrow", "Example:\n  echo \"$TOKEN\" | authctl narrow --scope items --expires-in 10m\n\n"),
    ] {
        let shown = shown(args);
        let rest = shown.strip_prefix(examples);
        let is_narrow = |rest: &str| rest.lines().all(|line| line.chars().count() <= 60);
        assert!(rest.is_some_and(is_narrow), "{args}: {shown}");
    }
    for topic in ["environment", "files", "exit-codes"] {
        let shown = shown(&format!("help {topic}"));
        assert!(shown.lines().all(|line| line.chars().count() <= 60), "{shown}");
    }
}

#[test]
fn an_export_to_a_terminal_sends_it_no_escape_codes() {
    let bench = Bench::with_store("[users.ann]\nfull_name = \"A\u{202e}\u{9b}31m\"\nscopes = []\n");
    let shown = end(&bench, Screen::sized(bench.command("users export"), 100, |command| command));
    assert!(shown.contains(r"A\u{202e}"), "{shown}");
    assert!(bench.answer("users export", "").stdout.contains("A\u{202e}"));
}
