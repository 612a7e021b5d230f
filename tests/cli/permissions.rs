//! Files and folders that others can change, and the properties of a file that an edit keeps.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use insta::assert_snapshot;

use crate::bench::Bench;

#[test]
fn a_store_that_others_can_write_is_warned_of() {
    let bench = Bench::new();
    for (mode, warned) in [(0o600, false), (0o644, false), (0o620, true), (0o602, true)] {
        bench.set_mode("users.toml", mode);
        let answer = bench.answer("users list", "");
        assert_eq!(answer.stderr.contains("warning: "), warned, "{mode:o}");
        assert_eq!(answer.code, Some(0));
    }
    assert_snapshot!(bench.run("users show johndoe"), @"
    FIELD      VALUE
    username   johndoe
    full name  John Doe
    email      johndoe@example.com
    scopes     me items
    state      enabled
    hash       m=8,t=1,p=1
    2> warning: others can write the user store `<home>/users.toml`
    2> hint: run `chmod go-w <home>/users.toml`
    [exit 0]
    ");
    // Once, however often the store is looked into.
    assert_snapshot!(bench.run("users enable alice"), @"
    2> warning: others can write the user store `<home>/users.toml`
    2> hint: run `chmod go-w <home>/users.toml`
    2> enabled user `alice`
    [exit 0]
    ");
    assert_snapshot!(bench.run("users sign-out alice --json"), @r#"
    {"username":"alice","full_name":"Alice Chains","email":null,"disabled":false,"scopes":["me"],"tokens_valid_from":"<time>","generation":1,"hash":{"algorithm":"argon2id","memory_kib":8,"iterations":1,"parallelism":1,"state":"ok"}}
    2> warning: others can write the user store `<home>/users.toml`
    2> hint: run `chmod go-w <home>/users.toml`
    [exit 0]
    "#);
}

#[test]
fn a_key_file_that_others_can_write_is_warned_of_whatever_is_in_it() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    bench.set_mode("secret.key", 0o620);
    assert_snapshot!(bench.run(["check", &token]), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> warning: others can write the key file `<home>/secret.key`
    2> hint: run `chmod go-w <home>/secret.key`
    [exit 0]
    ");
    bench.set_mode("secret.key", 0o646);
    assert_snapshot!(bench.run(["check", &token]), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> warning: others can read and write the key file `<home>/secret.key`
    2> hint: run `chmod 600 <home>/secret.key`
    [exit 0]
    ");
    assert_snapshot!(bench.run(["check", "-q", &token]), @"[exit 0]");
    // The two lines of a warning, and the output of the command.
    let warning = |args: &str| bench.answer(args, "").stderr.lines().take(2).collect::<Vec<_>>().join("\n");
    assert_snapshot!(warning("keys rotate --alg EdDSA"), @"
    warning: others can read and write the key file `<home>/secret.key`
    hint: run `chmod 600 <home>/secret.key`
    ");
    bench.write("secret.key", bench.answer("keys public", "").raw.stdout);
    bench.set_mode("secret.key", 0o664);
    assert_snapshot!(warning("keys list"), @"
    warning: others can write the key file `<home>/secret.key`
    hint: run `chmod go-w <home>/secret.key`
    ");
}

#[test]
fn a_home_that_others_can_write_is_warned_of_once() {
    let bench = Bench::new();
    let token = bench.token("johndoe", "me");
    bench.set_mode("", 0o770);
    assert_snapshot!(bench.run(["check", &token]), @"
    good: johndoe, scopes me, expires in 30 minutes, at <time>
    2> warning: others can replace the files in `<home>`
    2> hint: run `chmod go-w <home>`
    [exit 0]
    ");
    assert_snapshot!(bench.run("users grant johndoe admin"), @"
    2> warning: others can replace the files in `<home>`
    2> hint: run `chmod go-w <home>`
    2> granted `admin` to user `johndoe`
    [exit 0]
    ");
    assert_eq!(bench.run(["check", "-q", &token]), "[exit 0]");
    // In such a folder users replace only their own files.
    bench.set_mode("", 0o1777);
    assert_eq!(bench.answer(["check", &token], "").stderr, "");
    bench.set_mode("", 0o700);
}

/// Prints why a test did not run.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn not_tested(why: &str) {
    eprintln!("not tested: {why}");
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[test]
fn a_file_whose_owner_cannot_stay_is_left_as_it_is() {
    if !is_root() {
        not_tested("only root makes files of other users");
        return;
    }
    let bench = Bench::new();
    let before = bench.read("users.toml");
    bench.set_mode("", 0o777);
    bench.set_mode("users.toml", 0o664);
    chown(bench.path("users.toml"), Some(12345), Some(65534)).unwrap();
    let mut command = bench.command("users set johndoe --full-name=Johnny");
    let output = command.stdin(Stdio::null()).uid(65534).gid(65534).output().unwrap();
    assert_snapshot!(bench.answer_of(output).transcript(), @"
    2> warning: others can write the user store `<home>/users.toml`
    2> hint: run `chmod go-w <home>/users.toml`
    2> warning: others can replace the files in `<home>`
    2> hint: run `chmod go-w <home>`
    2> error: cannot change the user store `<home>/users.toml`: its owner cannot be kept: operation not permitted
    2> hint: run this as the owner of the file, or as root
    [exit 2]
    ");
    assert_eq!(bench.read("users.toml"), before);
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
}

#[test]
fn a_file_that_is_a_mount_point_is_said_to_be_one() {
    let bench = Bench::new();
    let before = bench.read("users.toml");
    let inner = bench.command("users set johndoe --full-name=Johnny");
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c"]);
    command.arg("mount --bind users.toml users.toml || exit 99; exec \"$0\" \"$@\"");
    command.arg(inner.get_program()).args(inner.get_args()).current_dir(bench.home());
    command.env("AUTHCTL_HOME", bench.home());
    let answer = bench.answer_of(command.output().unwrap());
    if answer.code == Some(99) || answer.stderr.starts_with("unshare: ") {
        not_tested(&format!("nothing can be mounted here: {}", answer.stderr));
        return;
    }
    assert_snapshot!(answer.transcript(), @"
    2> error: cannot change the user store `<home>/users.toml`: it is a mount point of its own, which nothing can replace
    2> hint: mount the folder of the file instead, or change the file where it is mounted from
    [exit 2]
    ");
    assert_eq!(fs::read_to_string(bench.path("users.toml")).unwrap(), before);
    assert_eq!(bench.files(), ["secret.key", "users.toml"]);
}
