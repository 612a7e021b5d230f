//! The user store as processes change it: many at once, killed, on a full disk, in a folder that is read-only.
//! `tests/store` tests the library's part.

use std::fs::{self, File};
use std::io::Read as _;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use authctl::auth::scope::Scope;
use authctl::store::users_file;
use insta::assert_snapshot;

use crate::bench::Bench;

const PASSWORD: &str = "correct horse battery";

/// A store in which new passwords are hashed as cheaply as OWASP allows, anything can be granted, and the
/// file is large enough to be torn.
fn bench() -> Bench {
    let mut store =
        "# A comment that stays.\n[passwords]\nmemory_kib = 7168\niterations = 5\nparallelism = 1\n"
            .to_owned();
    let name = "x".repeat(100);
    store.extend((0..500).map(|number| {
        format!("\n[users.user{number}] # number {number}\nfull_name = \"{name}\"\nhashed_password = \"!\"\n")
    }));
    store.push_str("\n[users.johndoe]\nhashed_password = \"!\"\nscopes = []\n# The end.\n");
    let bench = Bench::with_store(&store);
    bench.write("password", PASSWORD);
    bench
}

/// Starts authctl, with the password on standard input.
fn start(bench: &Bench, args: &str) -> Child {
    let mut command = bench.command(args);
    command.stdin(File::open(bench.path("password")).unwrap()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[track_caller]
fn succeeds(child: Child) {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn forty_processes_at_once_lose_nothing() {
    let bench = bench();
    let before = bench.read("users.toml");
    let add = |number| start(&bench, &format!("users add new{number} --password-stdin"));
    let grant = |number| start(&bench, &format!("users grant johndoe scope{number}"));
    let children: Vec<Child> = (0..20).flat_map(|number| [add(number), grant(number)]).collect();
    children.into_iter().for_each(succeeds);

    let store = bench.users();
    assert_eq!(store.users.len(), 501 + 20);
    let johndoe = store.users.values().find(|user| user.name.as_str() == "johndoe").unwrap();
    let mut scopes: Vec<&str> = johndoe.scopes.iter().map(Scope::as_str).collect();
    scopes.sort_unstable();
    let mut expected: Vec<String> = (0..20).map(|number| format!("scope{number}")).collect();
    expected.sort_unstable();
    assert_eq!(scopes, expected);
    // All old lines stay, except that of the grants.
    let after = bench.read("users.toml");
    let after: Vec<&str> = after.lines().collect();
    let gone = before.lines().filter(|line| !after.contains(line));
    assert_eq!(gone.collect::<Vec<_>>(), ["scopes = []"]);
    assert_eq!(bench.files(), ["password", "secret.key", "users.toml"]);
}

#[test]
fn a_reader_never_sees_a_torn_file() {
    let bench = bench();
    let done = AtomicBool::new(false);
    std::thread::scope(|threads| {
        let reader = threads.spawn(|| {
            let mut seen = 0_usize;
            // Once more after the last change.
            loop {
                let last = done.load(Ordering::SeqCst);
                let store = users_file::parse(&bench.read("users.toml")).unwrap();
                assert!(store.users.len() > 500);
                seen += 1;
                if last {
                    return seen;
                }
            }
        });
        for number in 0..15 {
            let name = "y".repeat(10_000 * (number % 3));
            succeeds(start(&bench, &format!("users set johndoe --full-name=y{name}")));
            // Processes that read, too.
            succeeds(start(&bench, "users show johndoe"));
        }
        done.store(true, Ordering::SeqCst);
        assert!(reader.join().unwrap() > 1);
    });
}

/// Pauses of different lengths, without a clock.
fn dawdle(rounds: u32) {
    (0..rounds).for_each(|_| std::thread::yield_now());
}

#[test]
fn a_process_that_is_killed_leaves_the_old_content_or_the_new() {
    let bench = bench();
    let files = ["password", "secret.key", "users.toml"];
    let mut changed = 0;
    for round in 0..24_u32 {
        let before = bench.read("users.toml");
        let mut child = start(&bench, &format!("users set johndoe --full-name=round{round}"));
        if round % 2 == 0 {
            // Somewhere on the way, another place each time.
            dawdle(round * round);
        } else {
            // While there is a temporary file, if it can be caught.
            let is_temporary = |name: &String| name.starts_with(".users.toml.") && !name.contains("lock");
            while child.try_wait().unwrap().is_none() && !bench.files().iter().any(is_temporary) {}
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let after = bench.read("users.toml");
        if after != before {
            assert!(after.contains(&format!("full_name = \"round{round}\"\n")), "round {round}");
            changed += 1;
        }
        assert_eq!(users_file::parse(&after).unwrap().users.len(), 501, "round {round}");
        // The next one need not wait for a lock, and tidies up.
        succeeds(start(&bench, "users sign-out johndoe"));
        assert_eq!(bench.files(), files, "round {round}");
    }
    // Some were killed before the change, or there was nothing to see.
    assert!(changed < 24);
}

#[test]
fn a_full_disk_leaves_the_old_content() {
    let bench = bench();
    let before = bench.read("users.toml");
    let change = bench.command("users set johndoe --full-name=Johnny");
    // No file of more than 8 blocks can be written: writing fails half way, as on a full disk.
    for signal in ["true", "trap '' XFSZ"] {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{signal}; ulimit -c 0; ulimit -f 8; exec \"$0\" \"$@\"")]);
        shell.arg(change.get_program()).args(change.get_args()).env_clear();
        shell.envs(change.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let answer = bench.answer_of(shell.output().unwrap());
        let expected = "2> error: cannot change the user store `<home>/users.toml`: file too large\n[exit 2]";
        assert_eq!(answer.transcript(), expected, "{signal}");
        assert_eq!(bench.read("users.toml"), before);
        assert_eq!(bench.files(), ["password", "secret.key", "users.toml"]);
    }
    // With room again it is made.
    succeeds(start(&bench, "users set johndoe --full-name=Johnny"));
    assert_eq!(bench.files(), ["password", "secret.key", "users.toml"]);
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Runs authctl as a user to whom the modes of files apply.
fn run_as_nobody(bench: &Bench, args: &str) -> String {
    let mut command = bench.command(args);
    command.stdin(Stdio::null());
    if is_root() {
        command.uid(65534).gid(65534);
    }
    bench.answer_of(command.output().unwrap()).transcript()
}

#[test]
fn a_read_only_folder_leaves_the_old_content() {
    let bench = bench();
    let before = bench.read("users.toml");
    bench.set_mode("users.toml", 0o666);
    bench.set_mode("secret.key", 0o644);
    bench.set_mode("", 0o555);
    assert_snapshot!(run_as_nobody(&bench, "users set johndoe --full-name=Johnny"), @"
    2> warning: others can write the user store `<home>/users.toml`
    2> hint: run `chmod go-w <home>/users.toml`
    2> error: cannot change the user store `<home>/users.toml`: permission denied
    [exit 2]
    ");
    assert_snapshot!(run_as_nobody(&bench, "users set johndoe --full-name=Johnny --json"), @r#"
    {"error":"io","message":"cannot change the user store `<home>/users.toml`: permission denied"}
    2> warning: others can write the user store `<home>/users.toml`
    2> hint: run `chmod go-w <home>/users.toml`
    2> error: cannot change the user store `<home>/users.toml`: permission denied
    [exit 2]
    "#);
    assert_snapshot!(run_as_nobody(&bench, "init --users-file other.toml --key-file other.key"), @"
    2> error: cannot make `other.key`: permission denied
    [exit 2]
    ");
    bench.set_mode("", 0o700);
    assert_eq!(bench.read("users.toml"), before);
    assert_eq!(bench.files(), ["password", "secret.key", "users.toml"]);
}

#[test]
fn what_cannot_be_read_is_said_to_be_so() {
    let bench = Bench::new();
    bench.set_mode("", 0o755);
    bench.set_mode("users.toml", 0o000);
    assert_snapshot!(run_as_nobody(&bench, "users"), @"
    2> error: cannot read the user store `<home>/users.toml`: permission denied
    [exit 2]
    ");
    assert_snapshot!(run_as_nobody(&bench, "users enable johndoe"), @"
    2> error: cannot change the user store `<home>/users.toml`: permission denied
    [exit 2]
    ");
    bench.set_mode("users.toml", 0o644);
    bench.set_mode("secret.key", 0o000);
    assert_snapshot!(run_as_nobody(&bench, "check a.b.c"), @"
    2> error: cannot read the key file `<home>/secret.key`: permission denied
    [exit 2]
    ");
    assert_snapshot!(bench.run("users --users-file ."), @"
    2> error: cannot read the user store `.`: it is a directory
    [exit 2]
    ");
    assert_snapshot!(bench.run("users enable johndoe --users-file ."), @"
    2> error: cannot change the user store `.`: it is a directory
    [exit 2]
    ");
}

#[test]
fn a_symlink_stays_one_and_mode_and_owner_stay() {
    let bench = bench();
    fs::create_dir(bench.path("real")).unwrap();
    fs::rename(bench.path("users.toml"), bench.path("real/store.toml")).unwrap();
    symlink("real/store.toml", bench.path("users.toml")).unwrap();
    bench.set_mode("real/store.toml", 0o640);
    if is_root() {
        chown(bench.path("real/store.toml"), Some(12345), Some(23456)).unwrap();
    }
    let before = bench.path("real/store.toml").metadata().unwrap();
    succeeds(start(&bench, "users set johndoe --full-name=Johnny"));

    assert_eq!(fs::read_link(bench.path("users.toml")).unwrap().to_str(), Some("real/store.toml"));
    let after = bench.path("real/store.toml").metadata().unwrap();
    let attributes =
        |metadata: &fs::Metadata| (metadata.permissions().mode(), metadata.uid(), metadata.gid());
    assert_eq!(attributes(&after), attributes(&before));
    assert_ne!(after.ino(), before.ino(), "it was written in place");
    assert!(bench.read("real/store.toml").contains("Johnny"));
    assert_eq!(fs::read_dir(bench.path("real")).unwrap().count(), 1);
}

#[test]
fn a_fifo_is_not_waited_for() {
    let bench = Bench::new();
    for name in ["users.toml", "secret.key"] {
        fs::remove_file(bench.path(name)).unwrap();
        assert!(Command::new("mkfifo").arg("--mode=600").arg(bench.path(name)).status().unwrap().success());
    }
    assert_snapshot!(bench.run("users"), @"
    2> error: cannot read the user store `<home>/users.toml`: it is not a regular file
    [exit 2]
    ");
    assert_snapshot!(bench.run("users enable johndoe"), @"
    2> error: cannot change the user store `<home>/users.toml`: it is not a regular file
    [exit 2]
    ");
    assert_snapshot!(bench.run("check --stateless a.b.c"), @"
    2> error: key file `<home>/secret.key`: empty
    2> hint: the command at the other end of the pipe wrote nothing: run it alone to see why
    [exit 2]
    ");
}

#[test]
fn standard_output_that_is_full_or_closed_is_told_by_the_exit_code() {
    let bench = Bench::new();
    for args in [
        "users",
        "users --json",
        "users show johndoe",
        "completions bash",
        "help exit-codes",
        "--help",
        "--version",
    ] {
        let mut command = bench.command(args);
        command.stdout(File::options().write(true).open("/dev/full").unwrap());
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, "error: cannot write to standard output: no space left on device\n", "{args}");
        assert_eq!(output.status.code(), Some(2), "{args}");

        let mut child = bench.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(said, "", "{args}");
        assert_ne!(child.wait().unwrap().code(), Some(101), "{args}");
    }
}
