//! An edit keeps the properties of a file, or leaves the file as it is.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use rustix::fs::{XattrFlags, fgetxattr, flistxattr, setxattr};
use rustix::io::Errno;

use super::{Bench, CHILD, UpdateError, child, is_root, not_tested, write};

const USER: u32 = 12345;

/// An access control list as the kernel has it: read for one user besides the owner, and `group` for the group.
fn access_list(user: u32, group: u16) -> Vec<u8> {
    let entries = [
        (0x01, 6, u32::MAX),     // the owner
        (0x02, 4, user),         // a named user
        (0x04, group, u32::MAX), // the group
        (0x10, 4, u32::MAX),     // the mask, which is what `ls` shows as the group's
        (0x20, 0_u16, u32::MAX), // others
    ];
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        list.extend(u16::to_le_bytes(tag));
        list.extend(permissions.to_le_bytes());
        list.extend(id.to_le_bytes());
    }
    list
}

/// Sets an attribute; `false`, with a word, where the file system of the tests has none of the kind.
fn set(path: &Path, name: &str, value: &[u8]) -> bool {
    match setxattr(path, name, value, XattrFlags::empty()) {
        Ok(()) => true,
        Err(Errno::NOTSUP) => {
            not_tested(&format!("{} is on a file system without `{name}`", path.display()));
            false
        }
        Err(error) => panic!("{name}: {error}"),
    }
}

/// Mode, owner, and all attributes with their values.
fn state(path: &Path) -> (u32, u32, u32, Vec<(String, Vec<u8>)>) {
    let file = File::open(path).unwrap();
    let mut names = vec![0; 65536];
    let length = flistxattr(&file, names.as_mut_slice()).unwrap();
    let names = String::from_utf8(names[..length].to_vec()).unwrap();
    let value = |name: &str| {
        let mut value = vec![0; 65536];
        let length = fgetxattr(&file, name, value.as_mut_slice()).unwrap();
        (name.to_owned(), value[..length].to_vec())
    };
    let mut attributes: Vec<_> = names.split_terminator('\0').map(value).collect();
    attributes.sort();
    let metadata = file.metadata().unwrap();
    (metadata.mode(), metadata.uid(), metadata.gid(), attributes)
}

#[test]
fn an_access_list_and_other_attributes_stay() {
    let bench = Bench::new(b"old");
    if !set(&bench.file, "system.posix_acl_access", &access_list(USER, 0))
        || !set(&bench.file, "user.note", b"ours")
        || !set(bench.folder.path(), "system.posix_acl_default", &access_list(USER + 1, 4))
    {
        return;
    }
    if is_root() {
        chown(&bench.file, Some(USER), Some(USER)).unwrap();
        assert!(set(&bench.file, "trusted.note", b"\0"));
        assert!(set(&bench.file, "security.note", b""));
    }
    let before = state(&bench.file);
    assert_eq!(before.0 & 0o777, 0o640);
    write(&bench.file, b"new").unwrap();
    assert_eq!(bench.content(), b"new");
    assert_eq!(state(&bench.file), before);
}

#[test]
fn an_access_list_that_lets_its_owner_only_read_stays() {
    let bench = Bench::new(b"old");
    let mut list = access_list(USER, 0);
    list[6] = 4;
    if !set(&bench.file, "user.note", b"ours") || !set(&bench.file, "system.posix_acl_access", &list) {
        return;
    }
    let before = state(&bench.file);
    write(&bench.file, b"new").unwrap();
    assert_eq!(state(&bench.file), before);
}

#[test]
fn the_default_access_list_of_the_folder_does_not_come_in() {
    let bench = Bench::new(b"old");
    if !set(bench.folder.path(), "system.posix_acl_default", &access_list(USER, 4)) {
        return;
    }
    for mode in [0o600, 0o640] {
        fs::set_permissions(&bench.file, Permissions::from_mode(mode)).unwrap();
        let before = state(&bench.file);
        write(&bench.file, b"new").unwrap();
        assert_eq!(state(&bench.file), before);
    }
}

#[test]
fn what_cannot_be_kept_leaves_the_file_alone() {
    if !is_root() {
        not_tested("only root makes files of other users");
        return;
    }
    for (owner, attribute, what) in
        [(USER, Some("security.note"), "extended attribute `security.note`"), (USER + 1, None, "owner")]
    {
        let bench = Bench::new(b"old");
        fs::set_permissions(bench.folder.path(), Permissions::from_mode(0o777)).unwrap();
        fs::set_permissions(&bench.file, Permissions::from_mode(0o666)).unwrap();
        chown(&bench.file, Some(owner), Some(owner)).unwrap();
        if attribute.is_some_and(|name| !set(&bench.file, name, b"ours")) {
            continue;
        }
        let before = state(&bench.file);
        let mut child = child("attributes::child_cannot_keep", &bench.file);
        let output = child.env("WHAT", what).uid(USER).gid(USER).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(bench.content(), b"old");
        assert_eq!(state(&bench.file), before);
        assert_eq!(bench.names(), ["users.toml"]);
    }
}

#[test]
fn child_cannot_keep() {
    let Some(file) = std::env::var_os(CHILD) else { return };
    match write(Path::new(&file), b"new") {
        Err(UpdateError::NotKept { what, .. }) => assert_eq!(what, std::env::var("WHAT").unwrap()),
        other => panic!("{other:?}"),
    }
}
