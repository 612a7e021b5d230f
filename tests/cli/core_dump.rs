//! The memory of the process, which has the key in it.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::bench::Bench;

/// A user who is not root.
const NOBODY: u32 = 65534;

/// The owner of the files of a process in `/proc`: its user, or root if its memory is protected from that user.
fn owner(pid: u32) -> u32 {
    fs::metadata(format!("/proc/{pid}/environ")).unwrap().uid()
}

/// Makes `command` run as a user who is not root.
fn as_somebody(command: &mut Command) -> (&mut Command, u32) {
    let user = rustix::process::geteuid().as_raw();
    if user == 0 { (command.uid(NOBODY).gid(NOBODY), NOBODY) } else { (command, user) }
}

/// Copies the program to a place where other users than root can run it. `cp` writes it: a test that forks meanwhile would
/// keep the file open, and a file that is open for writing cannot be run.
fn copied(bench: &Bench) -> PathBuf {
    let authctl = bench.path("authctl");
    let copied = Command::new("cp").arg(bench.command("").get_program()).arg(&authctl).status();
    assert!(copied.unwrap().success());
    authctl
}

#[test]
fn no_core_dump_and_no_other_process_of_the_user_has_it() {
    let bench = Bench::new();
    let authctl = copied(&bench);
    for path in [&authctl, bench.home()] {
        fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
    // Another program shows that the owner tells them apart.
    for (program, args, is_kept) in
        [("cat", &[][..], false), (authctl.to_str().unwrap(), &["decode", "--json"], true)]
    {
        let mut command = Command::new(program);
        let (command, user) = as_somebody(command.args(args).env("TZ", "UTC"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // An answer says that it has begun.
        writeln!(child.stdin.as_mut().unwrap(), "{}", bench.token("johndoe", "me")).unwrap();
        let mut answer = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut answer).unwrap();
        assert_eq!(owner(child.id()), if is_kept { 0 } else { user }, "{program}: {answer}");
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn a_key_on_an_open_descriptor_can_be_read_all_the_same() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    let authctl = copied(&bench);
    for (path, mode) in
        [(authctl.as_path(), 0o755), (bench.home(), 0o755), (&bench.path("secret.key"), 0o644)]
    {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    for key_file in ["/dev/stdin <secret.key", "/proc/self/fd/3 3<secret.key"] {
        let script = format!("./authctl check --stateless -q --key-file {key_file} -- {token}");
        let mut command = bench.shell("sh", &["-c", &script]);
        let (command, _) = as_somebody(&mut command);
        let output = command.output().unwrap();
        let transcript = bench.answer_of(output).transcript();
        assert_eq!(transcript, "[exit 0]", "{key_file}");
    }
}
