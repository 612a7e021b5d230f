//! Only users who may change a file can keep others from changing it.

use std::convert::Infallible;
use std::fs::{self, File, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

use authctl::store::safe_file::update;

use super::{Bench, UpdateError, is_root, not_tested, write};

const LOCK: &str = ".users.toml.lock";

#[test]
fn a_user_who_can_only_read_the_file_or_list_the_folder_blocks_no_writer() {
    let bench = Bench::new(b"old");
    let (file, folder) = (File::open(&bench.file).unwrap(), File::open(bench.folder.path()).unwrap());
    file.lock().unwrap();
    folder.lock().unwrap();
    write(&bench.file, b"new").unwrap();
    assert_eq!(bench.content(), b"new");
}

#[test]
fn the_lock_file_is_the_owners_alone_and_goes_with_the_lock() {
    let bench = Bench::new(b"old");
    fs::set_permissions(&bench.file, Permissions::from_mode(0o666)).unwrap();
    if is_root() {
        chown(&bench.file, Some(12345), Some(54321)).unwrap();
    }
    let owner = bench.file.metadata().unwrap().uid();
    let lock = update(&bench.file, |_| Ok::<_, Infallible>((None, bench.path(LOCK).metadata()))).unwrap();
    let lock = lock.unwrap();
    assert_eq!((lock.mode() & 0o7777, lock.uid(), lock.len()), (0o600, owner, 0));
    assert_eq!(bench.names(), ["users.toml"]);
}

#[test]
fn a_lock_file_that_was_left_is_used_and_goes() {
    let bench = Bench::new(b"old");
    fs::write(bench.path(LOCK), "").unwrap();
    write(&bench.file, b"new").unwrap();
    assert_eq!(bench.names(), ["users.toml"]);
}

#[test]
fn a_lock_file_of_another_user_is_named() {
    if !is_root() {
        not_tested("only root makes files of other users");
        return;
    }
    let bench = Bench::new(b"old");
    fs::write(bench.path(LOCK), "").unwrap();
    chown(bench.path(LOCK), Some(12345), None).unwrap();
    match write(&bench.file, b"new") {
        Err(UpdateError::Io(error)) => {
            assert_eq!(error.kind(), ErrorKind::PermissionDenied);
            assert!(error.to_string().contains(LOCK), "{error}");
        }
        other => panic!("{other:?}"),
    }
    // The owner of the file may leave one to root.
    chown(&bench.file, Some(12345), None).unwrap();
    write(&bench.file, b"new").unwrap();
    assert_eq!(bench.names(), ["users.toml"]);
}

#[test]
fn a_link_in_the_place_of_the_lock_file_is_not_followed() {
    let bench = Bench::new(b"old");
    std::os::unix::fs::symlink("elsewhere", bench.path(LOCK)).unwrap();
    assert!(matches!(write(&bench.file, b"new"), Err(UpdateError::Io(_))));
    assert_eq!(bench.names(), [LOCK, "users.toml"]);
}

#[test]
fn a_folder_has_no_lock_file_beside_it() {
    let bench = Bench::new(b"old");
    fs::create_dir(bench.path("folder")).unwrap();
    let refused = write(&bench.path("folder"), b"new");
    assert!(matches!(refused, Err(UpdateError::Io(error)) if error.kind() == ErrorKind::IsADirectory));
    assert_eq!(bench.names(), ["folder", "users.toml"]);
}
