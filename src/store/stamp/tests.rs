use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use super::Stamp;

fn file(content: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, content).unwrap();
    (folder, path)
}

/// The stamp of the file, taken that many seconds from now.
fn later(path: &std::path::Path, seconds: u64) -> Stamp {
    Stamp::of(path, SystemTime::now() + Duration::from_secs(seconds))
}

#[test]
fn a_file_that_is_left_alone_stays_the_same_once_it_has_settled() {
    let (_folder, path) = file("a");
    assert!(!later(&path, 20).may_differ_from(&later(&path, 10)));
    assert!(later(&path, 20).may_differ_from(&later(&path, 0)), "it had just been written");
}

#[cfg(unix)]
#[test]
fn an_edit_in_place_of_equal_length_with_its_time_put_back_is_a_change() {
    let (_folder, path) = file("a");
    let before = later(&path, 10);
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    // Until the clock of the file system has ticked.
    while !later(&path, 20).may_differ_from(&before) {
        fs::write(&path, "b").unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    }
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), modified);
    assert!(later(&path, 20).may_differ_from(&before));
}

#[test]
fn another_length_or_another_file_is_a_change() {
    let (folder, path) = file("a");
    let before = later(&path, 10);
    fs::write(&path, "ab").unwrap();
    assert!(later(&path, 20).may_differ_from(&before));
    let before = later(&path, 10);
    let other = folder.path().join("other");
    fs::write(&other, "ab").unwrap();
    fs::rename(&other, &path).unwrap();
    #[cfg(unix)]
    assert!(later(&path, 20).may_differ_from(&before));
}

#[test]
fn a_file_that_is_made_or_removed_is_a_change_and_one_that_stays_missing_is_none() {
    let (_folder, path) = file("a");
    let there = later(&path, 10);
    fs::remove_file(&path).unwrap();
    let missing = later(&path, 20);
    assert!(missing.may_differ_from(&there) && there.may_differ_from(&missing));
    assert!(!later(&path, 30).may_differ_from(&missing));
}

#[cfg(unix)]
#[test]
fn a_file_of_which_the_system_does_not_say_the_state_may_always_have_changed() {
    let (_folder, path) = file("a");
    let unknown = || later(&path.join("below"), 10);
    assert!(unknown().may_differ_from(&unknown()));
    assert!(unknown().may_differ_from(&later(&path, 10)));
}

#[cfg(unix)]
#[test]
fn a_pipe_never_changes() {
    let stamp = || Stamp::of(std::path::Path::new("/dev/null"), SystemTime::now());
    assert!(!stamp().may_differ_from(&stamp()));
}
