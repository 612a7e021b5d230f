//! Signals, and the keys that send them, at a prompt and elsewhere.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Stdio};

use insta::assert_snapshot;
use rustix::process::{Pid, Signal, kill_process};

use crate::bench::Bench;
use crate::screen::Screen;

const CHEAP: &str = "--memory-kib 7168 --iterations 5";

/// The whole screen, with the parts that vary masked.
#[track_caller]
fn end(bench: &Bench, screen: Screen) -> String {
    bench.masked(&screen.end())
}

/// The program with every signal at its default, even if the parent of the tests ignores some.
fn undisturbed(bench: &Bench, args: &str) -> Command {
    bench.shell("sh", &["-c", &format!("exec env --default-signal \"$authctl\" {args}")])
}

#[test]
fn an_interrupted_prompt_ends_by_the_signal_with_the_echo_restored() {
    type Interrupt = fn(&mut Screen) -> &mut Screen;
    let interrupts: [(&str, Interrupt, &str); 6] = [
        ("Ctrl-C", |screen| screen.type_in("\x03"), "[signal 2]"),
        ("SIGINT", |screen| screen.signal(Signal::INT), "[signal 2]"),
        ("SIGTERM", |screen| screen.signal(Signal::TERM), "[signal 15]"),
        ("SIGHUP", |screen| screen.signal(Signal::HUP), "[signal 1]"),
        ("SIGQUIT", |screen| screen.signal(Signal::QUIT), "[signal 3]"),
        ("Ctrl-\\", |screen| screen.type_in("\x1c"), "[signal 3]"),
    ];
    let bench = Bench::new();
    for (name, interrupt, exit) in interrupts {
        for (args, prompts) in [
            ("login johndoe", &["Password: "][..]),
            ("login johndoe --json", &["Password: "]),
            ("login", &["Username: "]),
            (&format!("hash-password {CHEAP}"), &["New password: "]),
            (&format!("hash-password {CHEAP}"), &["New password: ", "Once more: "]),
            ("users remove johndoe", &["Remove user johndoe? [y/N] "]),
        ] {
            let mut screen = Screen::new(undisturbed(&bench, args));
            screen.wait_for(prompts[0]);
            for prompt in &prompts[1..] {
                screen.type_in("correct horse\n").wait_for(prompt);
            }
            // Some of it is typed already.
            screen.type_in("secr");
            interrupt(&mut screen);
            // The kernel may process the keys after the echo is restored.
            let shown = end(&bench, screen)
                .replace("\nsecr\n", "\n")
                .replace("secr", "")
                .replace("^C", "")
                .replace("^\\", "");
            let expected = format!("{}\n{exit}", prompts.join("\n"));
            assert_eq!(shown, expected, "{args}, {name}");
        }
    }
}

#[test]
fn a_loop_in_a_shell_ends_with_the_program() {
    let bench = Bench::new();
    for (name, script) in [
        ("bash", "for i in 1 2 3; do $authctl login johndoe; done; echo went on"),
        ("zsh", "for i in 1 2 3; do $authctl login johndoe; done; echo went on"),
        ("fish", "for i in 1 2 3; $authctl login johndoe; end; echo went on"),
        ("sh", "for i in 1 2 3; do $authctl login johndoe; done; echo went on"),
    ] {
        if Command::new(name).args(["-c", ":"]).output().is_err() {
            continue;
        }
        let mut screen = Screen::new(bench.shell(name, &["-c", script]));
        screen.wait_for("Password: ").type_in("\x03");
        let shown = screen.end();
        assert!(!shown.contains("went on"), "{name}: {shown}");
        assert_eq!(shown.matches("Password: ").count(), 1, "{name}: {shown}");
    }
}

/// Starts a `check`, and reads its verdict on one token, so that it runs.
fn checking(mut command: Command, token: &str) -> (Child, impl BufRead) {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.as_mut().unwrap(), "{token}").unwrap();
    let mut verdicts = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    verdicts.read_line(&mut line).unwrap();
    assert!(line.contains("good: "), "{line}");
    (child, verdicts)
}

#[test]
fn away_from_a_prompt_a_signal_ends_the_program_as_any_other() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let (mut child, _verdicts) = checking(undisturbed(&bench, "check"), &token);
        kill_process(Pid::from_child(&child), signal).unwrap();
        let status: ExitStatus = child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal.as_raw()));
    }
}

#[test]
fn a_signal_that_was_ignored_stays_ignored() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let script = "trap '' INT TERM; exec \"$authctl\" check";
    let (mut child, mut verdicts) = checking(bench.shell("sh", &["-c", script]), &token);
    for signal in [Signal::INT, Signal::TERM] {
        kill_process(Pid::from_child(&child), signal).unwrap();
    }
    writeln!(child.stdin.as_mut().unwrap(), "{token}").unwrap();
    let mut line = String::new();
    verdicts.read_line(&mut line).unwrap();
    assert!(line.contains("good: "), "{line}");
    drop(child.stdin.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));

    // At a prompt, a key that does nothing begins the line anew.
    let script = "trap '' INT TERM; exec \"$authctl\" login johndoe --scope me";
    let mut screen = Screen::new(bench.shell("sh", &["-c", script]));
    screen.wait_for("Password: ").signal(Signal::INT).signal(Signal::TERM);
    screen.type_in("wrong\x03").wait_for("Password: ");
    assert!(!screen.echoes());
    screen.type_in("secret\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: 
    Password: 
    <token>
    [exit 0]
    ");
}

#[test]
fn a_prompt_is_suspended_by_its_key_and_asked_again() {
    let bench = Bench::new();
    // This shell leaves the terminal as it finds it.
    let mut screen = Screen::new(bench.shell("sh", &["-im"]));
    screen.wait_for("ready ").type_in("$authctl login johndoe --scope me\n");
    screen.wait_for("Password: ").type_in("wrong\x1a");
    screen.wait_for("Stopped").wait_for("ready ");
    assert!(screen.echoes());
    screen.type_in("fg\n").wait_for("Password: ");
    assert!(!screen.echoes());
    screen.type_in("secret\n").wait_for("eyJ").wait_for("ready ");
    assert!(screen.echoes());

    // A prompt with echo.
    screen.type_in("$authctl users remove alice\n").wait_for("[y/N] ").type_in("n\x1a");
    screen.wait_for("Stopped").wait_for("ready ").type_in("fg\n");
    screen.wait_for("Remove user alice? [y/N] ").type_in("y\n").wait_for("removed user").wait_for("ready ");
    screen.type_in("exit\n");
    screen.kill();
}

#[test]
fn a_prompt_that_was_stopped_hides_what_is_typed_from_then_on() {
    let bench = Bench::new();
    let mut screen = Screen::new(bench.command("login johndoe --scope me"));
    screen.wait_for("Password: ").show_typing().type_in("wrong").wait_for("wrong");
    // As it goes on after SIGSTOP, of which no program is told.
    screen.signal(Signal::CONT).wait_for("Password: ");
    assert!(!screen.echoes());
    screen.type_in("secret\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: wrongPassword: 
    <token>
    [exit 0]
    ");
}

#[test]
fn where_no_shell_can_resume_it_a_prompt_is_not_suspended() {
    let bench = Bench::new();
    // The first process of its session: a suspended one would hang for ever.
    let mut screen = Screen::new(bench.command("login johndoe --scope me"));
    screen.wait_for("Password: ").type_in("wrong\x1a").wait_for("Password: ").type_in("secret\n");
    assert_snapshot!(end(&bench, screen), @"
    Password: 
    Password: 
    <token>
    [exit 0]
    ");
}
