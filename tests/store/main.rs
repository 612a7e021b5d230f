//! Files are changed so that nothing is ever lost: not to other writers, a full disk or a kill.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "an error fails the test")]

#[cfg(target_os = "linux")]
mod attributes;
mod lock;

use std::convert::Infallible;
use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use authctl::auth::change::Change;
use authctl::auth::password::PasswordHash;
use authctl::auth::time::Timestamp;
use authctl::auth::user::User;
use authctl::auth::user::Username;
use authctl::store::safe_file::{self, Exposure, UpdateError, create, create_home, exposure, read, update};
use authctl::store::users_file::{self, EditError};
use tempfile::TempDir;

const LIMIT: u64 = 1 << 20;

struct Bench {
    folder: TempDir,
    file: PathBuf,
}

impl Bench {
    fn new(content: &[u8]) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("users.toml");
        create(&file, content).unwrap();
        Self { folder, file }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn content(&self) -> Vec<u8> {
        read(&self.file, LIMIT).unwrap()
    }

    /// All that is in the folder, in order.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), UpdateError<Infallible>> {
    update(path, |_| Ok((Some(bytes.to_vec()), ())))
}

/// Prints why a test did not run.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn not_tested(why: &str) {
    eprintln!("not tested: {why}");
}

fn is_root() -> bool {
    TempDir::new().unwrap().path().metadata().unwrap().uid() == 0
}

/// One of two contents that are long enough to be torn.
fn long(letter: u8) -> Vec<u8> {
    vec![letter; 100_000]
}

fn is_whole(content: &[u8]) -> bool {
    content == long(b'a') || content == long(b'b')
}

/// Runs a test of this file as another process, on a file of ours.
fn child(test: &str, file: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test]).env(CHILD, file).stdout(std::process::Stdio::null());
    command
}

const CHILD: &str = "AUTHCTL_TEST_CHILD";

#[test]
fn forty_writers_at_once_lose_nothing() {
    let bench = Bench::new(b"# Users\n");
    thread::scope(|scope| {
        for index in 0..40 {
            let file = &bench.file;
            scope.spawn(move || add_user(file, &format!("user{index}")).unwrap());
        }
    });
    let content = bench.content();
    let store = users_file::parse(users_file::text(&content).unwrap()).unwrap();
    assert_eq!(store.users.len(), 40);
    assert!(content.starts_with(b"# Users\n"));
    assert_eq!(bench.names(), ["users.toml"]);
}

fn add_user(file: &Path, name: &str) -> Result<(), UpdateError<EditError>> {
    let user = User {
        name: name.parse::<Username>().unwrap(),
        full_name: None,
        email: None,
        hash: Some(PasswordHash::parse("!")),
        disabled: false,
        scopes: "me".parse().unwrap(),
        tokens_valid_from: None,
        generation: 0,
    };
    update(file, |bytes| {
        let text = users_file::text(bytes).map_err(EditError::from)?;
        let edited =
            users_file::edit(text, &Change::Add { user, now: Timestamp::new(1_795_294_800).unwrap() })?;
        Ok((edited.map(String::into_bytes), ()))
    })
}

#[test]
fn a_reader_never_sees_a_torn_file() {
    let bench = Bench::new(&long(b'a'));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..200 {
                write(&bench.file, &long(if round % 2 == 0 { b'b' } else { b'a' })).unwrap();
            }
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) {
            assert!(is_whole(&bench.content()));
        }
    });
}

#[test]
fn a_killed_writer_leaves_the_old_content_or_the_new_and_no_lock() {
    let bench = Bench::new(&long(b'a'));
    for round in 0..10 {
        let mut child = child("child_writes_until_killed", &bench.file).spawn().unwrap();
        let mut last = bench.content();
        // Another point of its work each time.
        let mut changes = 0;
        while changes <= round {
            let content = bench.content();
            changes += u32::from(content != last);
            last = content;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_whole(&bench.content()));
        // The next writer need not wait, and tidies up.
        write(&bench.file, &long(b'b')).unwrap();
        assert_eq!(bench.names(), ["users.toml"]);
    }
}

#[test]
fn child_writes_until_killed() {
    let Some(file) = std::env::var_os(CHILD) else { return };
    for letter in [b'a', b'b'].into_iter().cycle() {
        write(Path::new(&file), &long(letter)).unwrap();
    }
}

#[test]
fn what_a_killed_writer_left_is_tidied_and_nothing_else() {
    let bench = Bench::new(b"old");
    let others = [
        ".users.toml.0123456789abcdef.tmp2",
        ".users.toml.0123456789abcde.tmp",
        "users.toml.bak",
        ".keys.0123456789abcdef.tmp",
    ];
    for name in others.iter().chain(&[".users.toml.0123456789abcdef.tmp"]) {
        fs::write(bench.path(name), "x").unwrap();
    }
    write(&bench.file, b"new").unwrap();
    let mut expected: Vec<_> = others.to_vec();
    expected.push("users.toml");
    expected.sort_unstable();
    assert_eq!(bench.names(), expected);
}

#[test]
fn a_disk_that_is_full_leaves_the_old_content() {
    let bench = Bench::new(b"old");
    // No file of more than 8 blocks can be written: the write fails half way, as on a full disk.
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""]);
    let child = child("child_cannot_write", &bench.file);
    shell.arg(child.get_program()).args(child.get_args()).env(CHILD, &bench.file);
    assert!(shell.output().unwrap().status.success());
    assert_eq!(bench.content(), b"old");
    assert_eq!(bench.names(), ["users.toml"]);
}

#[test]
fn a_folder_that_is_read_only_leaves_the_old_content() {
    let bench = Bench::new(b"old");
    fs::set_permissions(&bench.file, Permissions::from_mode(0o666)).unwrap();
    fs::set_permissions(bench.folder.path(), Permissions::from_mode(0o555)).unwrap();
    let mut child = child("child_cannot_write", &bench.file);
    if is_root() {
        // Root may write everywhere.
        child.uid(12345);
    }
    assert!(child.status().unwrap().success());
    assert_eq!(bench.content(), b"old");
    assert_eq!(bench.names(), ["users.toml"]);
    fs::set_permissions(bench.folder.path(), Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn child_cannot_write() {
    let Some(file) = std::env::var_os(CHILD) else { return };
    let file = Path::new(&file);
    assert!(matches!(write(file, &long(b'n')), Err(UpdateError::Io(_))));
    assert!(create(&file.with_file_name("other"), &long(b'n')).is_err());
}

#[test]
fn a_refused_change_and_none_leave_the_file_alone() {
    let bench = Bench::new(b"old");
    let before = bench.file.metadata().unwrap().ino();
    let refused = update(&bench.file, |_| Err::<(Option<Vec<u8>>, ()), _>("no"));
    assert!(matches!(refused, Err(UpdateError::Refused("no"))));
    let answer = update(&bench.file, |bytes| Ok::<_, Infallible>((None, bytes.len())));
    assert_eq!(answer.unwrap(), 3);
    assert_eq!(bench.file.metadata().unwrap().ino(), before);
    assert_eq!(bench.names(), ["users.toml"]);
}

#[test]
fn a_chain_of_symlinks_stays_one() {
    let bench = Bench::new(b"old");
    fs::create_dir(bench.path("far")).unwrap();
    symlink("../users.toml", bench.path("far/middle")).unwrap();
    symlink("far/middle", bench.path("link")).unwrap();
    write(&bench.path("link"), b"new").unwrap();
    assert_eq!(bench.content(), b"new");
    assert_eq!(fs::read_link(bench.path("link")).unwrap(), Path::new("far/middle"));
    assert_eq!(fs::read_link(bench.path("far/middle")).unwrap(), Path::new("../users.toml"));
    assert_eq!(bench.names(), ["far", "link", "users.toml"]);
}

#[test]
fn mode_and_owner_stay() {
    let bench = Bench::new(b"old");
    fs::set_permissions(&bench.file, Permissions::from_mode(0o640)).unwrap();
    if is_root() {
        chown(&bench.file, Some(12345), Some(54321)).unwrap();
    }
    let before = bench.file.metadata().unwrap();
    write(&bench.file, b"new").unwrap();
    let after = bench.file.metadata().unwrap();
    assert_ne!(after.ino(), before.ino());
    assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
}

#[test]
fn a_new_file_is_the_owners_alone_and_never_overwrites() {
    let bench = Bench::new(b"old");
    assert_eq!(bench.file.metadata().unwrap().mode() & 0o777, 0o600);
    assert_eq!(create(&bench.file, b"new").unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(bench.content(), b"old");
    symlink("nowhere", bench.path("dangling")).unwrap();
    assert_eq!(create(&bench.path("dangling"), b"new").unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(create(&bench.path("no/folder"), b"new").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(bench.names(), ["dangling", "users.toml"]);
}

#[test]
fn of_many_that_create_a_file_one_succeeds() {
    let bench = Bench::new(b"");
    let file = bench.path("key");
    let created = thread::scope(|scope| {
        let create = |index: u8| create(&file, &[index]).is_ok();
        let threads: Vec<_> = (0..10).map(|index| scope.spawn(move || create(index))).collect();
        threads.into_iter().map(|thread| u32::from(thread.join().unwrap())).sum::<u32>()
    });
    assert_eq!(created, 1);
    assert_eq!(bench.names(), ["key", "users.toml"]);
}

#[test]
fn a_new_home_is_the_owners_alone() {
    let bench = Bench::new(b"");
    let home = bench.path("a/b");
    create_home(&home).unwrap();
    create_home(&home).unwrap();
    for folder in [bench.path("a"), home] {
        assert_eq!(folder.metadata().unwrap().mode() & 0o777, 0o700);
    }
}

#[test]
fn only_a_regular_file_of_some_size_is_read() {
    let bench = Bench::new(b"12345");
    assert_eq!(read(&bench.file, 5).unwrap(), b"12345");
    assert_eq!(read(&bench.file, 4).unwrap_err().kind(), ErrorKind::FileTooLarge);
    assert_eq!(read(bench.folder.path(), 5).unwrap_err().kind(), ErrorKind::IsADirectory);
    assert_eq!(read(Path::new("/dev/zero"), 5).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(read(&bench.path("none"), 5).unwrap_err().kind(), ErrorKind::NotFound);
    // A FIFO without a writer: reading it does not wait.
    let fifo = bench.path("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    assert_eq!(read(&fifo, 5).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert!(matches!(write(&fifo, b"x"), Err(UpdateError::Io(_))));
}

#[test]
fn what_others_may_do_is_told() {
    let bench = Bench::new(b"");
    for (mode, readable, writable) in [
        (0o600, false, false),
        (0o640, true, false),
        (0o604, true, false),
        (0o620, false, true),
        (0o602, false, true),
    ] {
        fs::set_permissions(&bench.file, Permissions::from_mode(mode)).unwrap();
        assert_eq!(exposure(&bench.file).unwrap(), Exposure { readable, writable }, "{mode:o}");
    }
    assert!(safe_file::exposure(&bench.path("none")).is_err());
}
