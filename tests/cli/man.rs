//! The manual pages, printed and checked in.

use std::path::Path;

use insta::assert_snapshot;

use crate::bench::Bench;

/// The pages that are checked in.
fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/man"))
}

/// The pages in a folder by name.
fn pages(folder: &Path) -> Vec<(String, String)> {
    let mut pages: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), std::fs::read_to_string(entry.path()).unwrap())
        })
        .collect();
    pages.sort();
    pages
}

#[test]
fn the_pages_checked_in_are_those_that_are_printed() {
    let bench = Bench::empty();
    let printed = bench.path("man");
    std::fs::create_dir(&printed).unwrap();
    let answer = bench.answer(["man", "--output", printed.to_str().unwrap()], "");
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let (printed, kept) = (pages(&printed), pages(folder()));
    let names = |pages: &[(String, String)]| pages.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&printed), names(&kept), "run `authctl man --output man`");
    for ((name, printed), (_, kept)) in printed.iter().zip(&kept) {
        assert!(printed == kept, "man/{name} differs: run `authctl man --output man`");
    }
}

#[test]
fn a_page_of_section_5_is_where_man_looks_for_it() {
    let bench = Bench::empty();
    let folder = bench.path("man1");
    let write = || bench.run(["man", "--output", folder.to_str().unwrap()]);
    assert_snapshot!(write(), @"
    2> error: cannot write `<home>/man1/authctl.1`: no such file or directory
    2> hint: make the folder `<home>/man1` first
    [exit 2]
    ");
    assert!(!bench.path("man5").exists());
    std::fs::create_dir(&folder).unwrap();
    assert_snapshot!(write(), @"[exit 0]");
    let names = |folder| pages(&bench.path(folder)).into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    assert_eq!(names("man5"), ["authctl-users.toml.5"]);
    assert!(names("man1").iter().all(|name| name.ends_with(".1")));
    assert_eq!(names("man1").len() + 1, pages(self::folder()).len());
}

#[test]
fn one_page_is_printed_by_its_command() {
    let bench = Bench::empty();
    let page = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    assert_eq!(bench.answer("man", "").stdout, page("authctl.1"));
    assert_eq!(bench.answer("man users add", "").stdout, page("authctl-users-add.1"));
    assert_snapshot!(bench.run("man users frobnicate"), @"
    2> error: there is no command `frobnicate`
    2> hint: run `authctl users --help`
    [exit 2]
    ");
}

#[test]
fn the_pages_have_the_sections_that_readers_look_for() {
    for (name, page) in pages(folder()) {
        let sections: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix(".SH ")).collect();
        let has = |section: &str| sections.iter().any(|known| known.trim_matches('"') == section);
        for section in ["NAME", "DESCRIPTION", "EXAMPLES", "SEE ALSO"] {
            assert!(has(section), "{name} lacks {section}: {sections:?}");
        }
        for section in ["EXIT STATUS", "FILES", "ENVIRONMENT"] {
            assert!(name != "authctl.1" || has(section), "{name} lacks {section}: {sections:?}");
        }
        assert!(!has("EXTRA"), "{name}");
        // Text is wrapped by what shows it.
        let is_wrapped = |line: &str| (75..=100).contains(&line.len()) && line.starts_with("   ");
        assert!(!page.lines().any(is_wrapped), "{name}");
    }
}

#[test]
fn the_page_about_the_user_store_names_every_field() {
    let page = Bench::empty().answer("man users-file", "").stdout_raw();
    assert_eq!(page, std::fs::read_to_string(folder().join("authctl-users.toml.5")).unwrap());
    let help = Bench::empty().answer("help users-file", "").stdout;
    for field in [
        "issuer",
        "audience",
        "type",
        "lifetime",
        "max_lifetime",
        "scope_claim",
        "memory_kib",
        "iterations",
        "parallelism",
        "min_length",
        "rehash",
        "full_name",
        "email",
        "hashed_password",
        "disabled",
        "scopes",
        "tokens_valid_from",
        "generation",
        "revoked",
        "removed",
    ] {
        assert!(help.contains(field), "{field}");
    }
}

/// `groff -man` reads Latin-1 unless it is told otherwise.
#[test]
fn the_pages_are_ascii() {
    for page in std::fs::read_dir(folder()).unwrap() {
        let path = page.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.is_ascii(), "{}: {:?}", path.display(), text.chars().find(|c| !c.is_ascii()));
    }
}
